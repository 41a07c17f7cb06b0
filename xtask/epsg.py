#!/usr/bin/env python3
"""Writes src/io/crs/epsg.txt: the reference systems of the EPSG dataset that groma can transform.

    python3 -m pip install pyproj
    python3 xtask/epsg.py > src/io/crs/epsg.txt

A line of a shift: `shift NUMBER ACCURACY PARAMETERS`. The parameters lead to WGS 84: three translations in metres,
three rotations in seconds of arc (position vector), a scale in parts per million; `0` for no shift. The accuracy in
metres is that of the EPSG dataset.

A line of a datum: `datum CODE NAME...`, the letters and digits of its names, with `plus` for a plus sign.

A line of a system: `CODE DATUM SHIFT DEFINITION`. The datum is a code of EPSG; systems with the same one need no shift.
The shift is a number or `-` where none is known without grids. The definition is a PROJ string without the plus signs;
`!` and a name stand for a system that cannot be transformed.
"""
import sys
import sqlite3
import warnings
from pyproj import CRS, datadir
from pyproj.aoi import AreaOfInterest
from pyproj.transformer import TransformerGroup

warnings.filterwarnings("ignore")

# The projections that both programs compute alike.
PROJECTIONS = {"longlat", "utm", "tmerc", "lcc", "laea", "aea", "merc", "webmerc", "stere", "sterea", "somerc", "krovak",
               "omerc", "cass", "poly", "eqdc", "cea", "eqc"}

DATUMS = {"datum=WGS84": "ellps=WGS84", "datum=NAD83": "ellps=GRS80", "datum=NAD27": "ellps=clrk66"}
# Datums on these ellipsoids lie at the centre of the earth, within 3 m.
GEOCENTRIC = {"GRS 1980", "WGS 84", "CGCS2000"}


def parameters(step):
    out = {}
    for word in step.split():
        key, _, value = word.lstrip("+").partition("=")
        out[key] = value
    return out


def shift_of(transformer):
    """The parameters of a transformation to WGS 84 that is one shift, else None."""
    text = transformer.to_proj4()
    if text is None or "grids=" in text or "+proj=pipeline" not in text and "noop" not in text:
        return None
    found = []
    for step in text.split("+step"):
        p = parameters(step)
        if p.get("proj") in ("helmert", "molobadekas", "deformation", "geogoffset", "defmodel", "tinshift", "affine"):
            found.append(p)
    if not found:
        return (0.0,) * 7
    if len(found) != 1 or found[0]["proj"] not in ("helmert", "molobadekas") or {"inv", "theta"} & found[0].keys():
        return None
    p = found[0]
    sign = -1 if p.get("convention") == "coordinate_frame" else 1
    number = lambda key: float(p.get(key, 0) or 0)
    shift, turn, scale = [[number(a), number(b), number(c)] for a, b, c in (("x", "y", "z"), ("rx", "ry", "rz"))] + [
        number("s")]
    turn = [sign * v for v in turn]
    if p["proj"] == "molobadekas":
        # The rotation is about a point: the translation that does the same about the centre of the earth.
        pivot = [number("px"), number("py"), number("pz")]
        x, y, z = (v * 3.141592653589793 / 648000 for v in turn)
        moved = [pivot[0] - z * pivot[1] + y * pivot[2], z * pivot[0] + pivot[1] - x * pivot[2],
                 -y * pivot[0] + x * pivot[1] + pivot[2]]
        shift = [t + c - (1 + scale * 1e-6) * m for t, c, m in zip(shift, pivot, moved)]
    return (*shift, *turn, scale)


database = sqlite3.connect(datadir.get_data_dir() + "/proj.db")
shifts, cached = {}, {}


def best_shift(base, area):
    """The number of the best shift from a geographic system to WGS 84 that needs no grid."""
    key = (base, area)
    if key not in cached:
        interest = AreaOfInterest(*area) if area and None not in area and area[0] < area[2] else None
        number = "-"
        try:
            group = TransformerGroup(f"EPSG:{base}", "EPSG:4326", always_xy=True, area_of_interest=interest,
                                     allow_ballpark=False)
            for t in group.transformers:
                values = shift_of(t)
                if values is not None:
                    accuracy = t.accuracy if t.accuracy is not None and t.accuracy >= 0 else None
                    if accuracy is None and base != 4326:
                        continue
                    number = shifts.setdefault((accuracy or 0, values), len(shifts))
                    break
        except Exception as e:
            print(base, e, file=sys.stderr)
        if number == "-" and CRS.from_epsg(base).ellipsoid.name in GEOCENTRIC:
            number = shifts.setdefault((3, (0.0,) * 7), len(shifts))
        if base in (4326, 4979):
            number = shifts.setdefault((0, (0.0,) * 7), len(shifts))
        cached[key] = number
    return cached[key]


def definition(code):
    crs = CRS.from_epsg(code)
    text = crs.to_proj4()
    words = [w.lstrip("+") for w in text.split()]
    p = dict(w.partition("=")[::2] for w in words)
    if p.get("proj") not in PROJECTIONS:
        op = crs.coordinate_operation
        return f"!{op.method_name if op else p.get('proj', 'unknown')}"
    words = [DATUMS.get(w, w) for w in words]
    directions = [axis.direction for axis in crs.axis_info[:2]]
    # Files of systems that count westwards or southwards do not agree what they hold.
    if "west" in directions or directions.count("south") == 1 or "axis" in p:
        return "!axes to the west or the south"
    drop = {"no_defs", "type=crs", "units=m", "x_0=0", "y_0=0", "k=1", "k_0=1", "lat_0=0", "wktext", "vunits=m", "lon_0=0"}
    return " ".join(w for w in words if w not in drop and not w.startswith("towgs84") and not w.startswith("nadgrids"))


def area_of(table, code):
    row = database.execute(
        "select west_lon, south_lat, east_lon, north_lat from usage join extent on extent.auth_name = extent_auth_name "
        "and extent.code = extent_code where object_table_name = ? and object_auth_name = 'EPSG' and object_code = ?",
        (table, code)).fetchone()
    return row


lines = []
for code, base, datum in database.execute(
        "select p.code, g.code, g.datum_code from projected_crs p join geodetic_crs g on g.auth_name = "
        "p.geodetic_crs_auth_name and g.code = p.geodetic_crs_code where p.auth_name = 'EPSG' and g.auth_name = 'EPSG' "
        "and p.text_definition is null order by cast(p.code as integer)"):
    try:
        text = definition(int(code))
    except Exception as e:
        text = "!unknown"
        print(code, e, file=sys.stderr)
    lines.append((int(code), datum, best_shift(int(base), area_of("projected_crs", code)), text))
for code, datum in database.execute(
        "select code, datum_code from geodetic_crs where auth_name = 'EPSG' and type in ('geographic 2D', 'geographic 3D') "
        "and text_definition is null"):
    crs = CRS.from_epsg(int(code))
    unit = crs.axis_info[0].unit_name
    if unit != "degree":
        lines.append((int(code), datum, "-", f"!coordinates in the unit {unit}"))
        continue
    base = int(code)
    lines.append((int(code), datum, best_shift(base, area_of("geodetic_crs", code)), definition(int(code))))
lines.sort()
print(f"# {dict(database.execute('select key, value from metadata'))['EPSG.VERSION']} of the EPSG dataset, as PROJ "
      f"{dict(database.execute('select key, value from metadata'))['PROJ.VERSION']} carries it; made by xtask/epsg.py")
for (accuracy, values), number in sorted(shifts.items(), key=lambda item: item[1]):
    text = "0" if not any(values) else ",".join(f"{v:.12g}" for v in (values if any(values[3:]) else values[:3]))
    print(f"shift {number} {accuracy:g} {text}")
names = {}
for code, name in database.execute(
        "select code, name from geodetic_datum where auth_name = 'EPSG' union all select code, alt_name from alias_name "
        "where table_name = 'geodetic_datum' and auth_name = 'EPSG'"):
    key = "".join(c for c in name.lower().replace("+", "plus") if c.isalnum())
    names.setdefault(int(code), []).append(key)
used = {int(datum) for _, datum, _, _ in lines}
for code in sorted(used & names.keys()):
    print("datum", code, *dict.fromkeys(names[code]))
for code, datum, shift, text in lines:
    print(code, datum, shift, text)
