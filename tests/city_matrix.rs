//! Terrain and footprints as GDAL writes them in every format, reference system, compression, layout and type of
//! numbers that are read: the values, the place and the system are those that GDAL reads back.
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use common::city::area;
use groma::city::footprints::{FootprintOptions, read_footprints};
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::io::crs::Crs;
use serde_json::Value;

/// The EPSG codes of the systems, with a place where each is used: UTM in both hemispheres, ETRS89-LAEA, the Dutch,
/// British, French, German, Swiss, Swedish and Japanese grids, feet of the United States, and degrees on two datums.
const SYSTEMS: &str = r#"
SYSTEMS = {
    32633: (500000, 5500000), 32733: (500000, 7500000), 3035: (4321000, 3210000), 28992: (85000, 446000),
    27700: (530000, 180000), 2154: (650000, 6860000), 31467: (3500000, 5500000), 2056: (2600000, 1200000),
    3006: (670000, 6580000), 6677: (-7000, -35000), 2263: (980000, 200000), 4326: (4.25, 52.125),
    4314: (8.5, 50.125),
}
"#;

/// Writes rasters with GDAL, reads each again with GDAL, and writes what it reads beside it, in single precision, NaN
/// for no data. Prints the files with their shape and place.
const RASTERS: &str = r#"
import json, sys, warnings
import numpy, rasterio, rasterio.shutil
from rasterio.transform import from_origin

warnings.filterwarnings("ignore")
folder, written = sys.argv[1], []
random = numpy.random.default_rng(3)
ROWS, COLS = 37, 45

def heights(kind):
    values = 100 + 8 * numpy.add.outer(numpy.sin(numpy.arange(ROWS) / 5), numpy.cos(numpy.arange(COLS) / 7))
    return (values + random.uniform(0, 0.5, values.shape)).astype(kind)

def note(name, epsg):
    with rasterio.open(f"{folder}/{name}") as file:
        values = file.read(1, masked=True)
        single = numpy.where(values.mask, numpy.nan, values.data.astype(numpy.float32)).astype("<f4")
        single.tofile(f"{folder}/{name}.f32")
        place = file.transform
        written.append({"file": name, "epsg": epsg, "cols": file.width, "rows": file.height,
                        "west": place.c, "north": place.f, "cell": [place.a, -place.e]})

def write(name, epsg, kind, **options):
    x, y = SYSTEMS[epsg]
    step = 1 / 4096 if epsg in (4326, 4314) else 0.5
    values = heights(kind)
    nodata = {"u": 255, "i": -99, "f": -9999}[numpy.dtype(kind).kind]
    values[5:8, 3:30] = nodata
    with rasterio.open(f"{folder}/{name}", "w", driver="GTiff", width=COLS, height=ROWS, count=1, dtype=kind,
                       crs=f"EPSG:{epsg}", transform=from_origin(x, y, step, step), nodata=nodata, **options) as file:
        file.write(values, 1)
    note(name, epsg)

KINDS = ["uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
for epsg in SYSTEMS:
    for compression in ["NONE", "DEFLATE", "LZW", "PACKBITS", "ZSTD", "LZMA"]:
        for kind in KINDS:
            predictors = [1]
            if compression in ("DEFLATE", "LZW", "ZSTD"):
                predictors = [1, 3] if kind.startswith("float") else [1, 2]
            predictor = predictors[len(written) // 2 % len(predictors)]
            layout = {"tiled": True, "blockxsize": 16, "blockysize": 32} if len(written) % 2 else {"blockysize": 7}
            options = {} if predictor == 1 else {"predictor": predictor}
            write(f"{epsg}_{compression}_{kind}.tif", epsg, kind, compress=compression, **layout, **options)
    source = f"{folder}/{epsg}_DEFLATE_float32.tif"
    for driver, extension, options in [
        ("AAIGrid", "asc", {"DECIMAL_PRECISION": 4}), ("XYZ", "xyz", {}), ("VRT", "vrt", {}),
        ("GTiff", "big.tif", {"BIGTIFF": "YES", "ENDIANNESS": "BIG"}), ("COG", "cog.tif", {"COMPRESS": "LZW"}),
    ]:
        name = f"{epsg}.{extension}"
        rasterio.shutil.copy(source, f"{folder}/{name}", driver=driver, **options)
        note(name, None if driver == "XYZ" else epsg)
# Numbers that are not made of whole bytes, and Esri's compression, on their own and compressed again.
for bits in [9, 10, 12, 15, 17, 24, 31]:
    kind = "uint16" if bits < 16 else "uint32"
    for compression in ["NONE", "DEFLATE", "LZW"]:
        write(f"bits_{bits}_{compression}.tif", 3006, kind, compress=compression, NBITS=bits)
        write(f"bits_{bits}_{compression}_tiled.tif", 3006, kind, compress=compression, NBITS=bits, tiled=True,
              blockxsize=16, blockysize=16)
for compression in ["LERC", "LERC_DEFLATE", "LERC_ZSTD"]:
    for kind in ["uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]:
        for error in [0, 0.01]:
            write(f"{compression}_{kind}_{error}.tif", 3006, kind, compress=compression, MAX_Z_ERROR=error)
            write(f"{compression}_{kind}_{error}_tiled.tif", 3006, kind, compress=compression, MAX_Z_ERROR=error,
                  tiled=True, blockxsize=16, blockysize=32)
write("big_lerc.tif", 3006, "float32", compress="LERC", ENDIANNESS="BIG")
# SRTM.
values = (200 + 90 * numpy.add.outer(numpy.sin(numpy.arange(1201) / 50), numpy.cos(numpy.arange(1201) / 70)))
values = values.astype("int16")
values[100:140, 300:420] = -32768
half = 0.5 / 1200
place = from_origin(-59 - half, -33 + half, 1 / 1200, 1 / 1200)
with rasterio.open(f"{folder}/srtm.tif", "w", driver="GTiff", width=1201, height=1201, count=1, dtype="int16",
                   crs="EPSG:4326", transform=place, nodata=-32768) as file:
    file.write(values, 1)
rasterio.shutil.copy(f"{folder}/srtm.tif", f"{folder}/S34W059.hgt", driver="SRTMHGT")
note("S34W059.hgt", 4326)
print(json.dumps(written))
"#;

/// Writes rasters with smaller copies, and what GDAL reads of each copy beside them.
const OVERVIEWS: &str = r#"
import json, sys, warnings
import numpy, rasterio
from rasterio.enums import Resampling
from rasterio.transform import from_origin

warnings.filterwarnings("ignore")
folder, written = sys.argv[1], []
random = numpy.random.default_rng(7)
ROWS, COLS = 211, 300
for name, epsg in [("plain.tif", 3006), ("degrees.tif", 4326), ("masked.tif", 3006)]:
    step = 1 / 131072 if epsg == 4326 else 0.5
    values = (50 + numpy.add.outer(numpy.arange(ROWS) / 9, numpy.arange(COLS) / 5)).astype("float32")
    values += random.uniform(0, 0.2, values.shape).astype("float32")
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        with rasterio.open(f"{folder}/{name}", "w", driver="GTiff", width=COLS, height=ROWS, count=1, dtype="float32",
                           crs=f"EPSG:{epsg}", transform=from_origin(16.5, 60.25, step, step), tiled=True,
                           blockxsize=32, blockysize=32, compress="LZW" if epsg == 4326 else "NONE",
                           nodata=None if name == "masked.tif" else -9999) as file:
            if name == "masked.tif":
                mask = numpy.full(values.shape, 255, "uint8")
                mask[20:60, 40:90] = 0
                file.write_mask(mask)
            else:
                values[20:60, 40:90] = -9999
            file.write(values, 1)
        with rasterio.open(f"{folder}/{name}", "r+") as file:
            file.build_overviews([2, 4, 8], Resampling.average)
    for level in [None, 0, 1, 2]:
        with rasterio.open(f"{folder}/{name}", **({} if level is None else {"overview_level": level})) as file:
            read = file.read(1, masked=True)
            single = numpy.where(numpy.ma.getmaskarray(read), numpy.nan, read.data).astype("<f4")
            single.tofile(f"{folder}/{name}.{level}.f32")
            written.append({"file": name, "level": level, "cols": file.width, "rows": file.height,
                            "cell": [file.transform.a, -file.transform.e]})
print(json.dumps(written))
"#;

/// Writes the same houses in each system and format with GDAL; prints what GDAL reads: the system, the areas and the
/// heights in the order of the file.
const FOOTPRINTS: &str = r#"
import json, sys
import numpy, pyogrio, shapely

folder, written = sys.argv[1], []
random = numpy.random.default_rng(9)
for epsg, (x, y) in SYSTEMS.items():
    unit = 1e-5 if epsg in (4326, 4314) else 1.0
    shapes, heights = [], numpy.round(random.uniform(3, 30, 40), 3)
    for k in range(40):
        west, south = x + 30 * unit * (k % 8), y + 30 * unit * (k // 8)
        a, b = unit * random.uniform(5, 20, 2)
        house = shapely.box(west, south, west + a, south + b)
        if k % 5 == 0:
            house = house.difference(shapely.box(west + a / 4, south + b / 4, west + a / 2, south + b / 2))
        shapes.append(house)
    geometry = shapely.to_wkb(numpy.array(shapes, dtype=object))
    for driver, name in [("GeoJSON", "geojson"), ("GPKG", "gpkg"), ("ESRI Shapefile", "shp"), ("FlatGeobuf", "fgb")]:
        path = f"{folder}/{epsg}.{name}"
        options = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
        options |= {"COORDINATE_PRECISION": "12"} if driver == "GeoJSON" else {}
        pyogrio.raw.write(path, geometry, [heights], ["height"], layer="houses", driver=driver, geometry_type="Polygon",
                          crs=f"EPSG:{epsg}", **options)
        _, _, found, (heights_read,) = pyogrio.raw.read(path)
        found = shapely.from_wkb(found)
        written.append({"file": f"{epsg}.{name}", "epsg": epsg, "areas": (shapely.area(found) / unit**2).tolist(),
                        "heights": heights_read.tolist(), "bounds": list(shapely.total_bounds(found)), "unit": unit})
print(json.dumps(written))
"#;

/// Runs a writer, which needs these Python packages; prints why where they are absent.
fn write(test: &str, packages: &str, writer: &str, folder: &Path) -> Option<Vec<Value>> {
    let there = Command::new("python3").args(["-c", &format!("import numpy, {packages}")]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        let install = format!("pip install numpy {}", packages.replace(',', ""));
        common::skip(test, &format!("Python 3 with {packages} (GDAL)"), &install);
        return None;
    }
    let output = Command::new("python3").args(["-c", &format!("{SYSTEMS}{writer}")]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn terrain_has_the_values_the_place_and_the_system_that_gdal_reads() {
    let test = "terrain_has_the_values_the_place_and_the_system_that_gdal_reads";
    let folder = tempfile::tempdir().unwrap();
    let Some(written) = write(test, "rasterio", RASTERS, folder.path()) else { return };
    assert_eq!(written.len(), 13 * (6 * 9 + 5) + 42 + 84 + 2);
    for raster in &written {
        let name = raster["file"].as_str().unwrap();
        let path = folder.path().join(name);
        // Feet are converted where they are told; here the numbers are compared.
        let mut options = TerrainOptions { height_unit: Some(1.0), ..TerrainOptions::default() };
        if name.ends_with(".xyz") {
            // GDAL writes pixels without data as numbers there, and cannot say which.
            options.nodata = vec![-9999.0];
        }
        let terrain = Terrain::open(&path, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        let shape = (raster["cols"].as_u64().unwrap(), raster["rows"].as_u64().unwrap());
        assert_eq!((terrain.cols() as u64, terrain.rows() as u64), shape, "{name}");
        let expected = std::fs::read(folder.path().join(format!("{name}.f32"))).unwrap();
        let expected = expected.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        let is_same = |a: f32, b: f32| a.to_bits() == b.to_bits() || a.is_nan() && (b.is_nan() || b == -9999.0);
        let differs = terrain.values().iter().zip(expected).position(|(a, b)| !is_same(*a, b));
        assert_eq!(differs, None, "{name}");
        let [west, _, _, north] = terrain.bounds();
        let cell = [number(&raster["cell"][0]), number(&raster["cell"][1])];
        let close = |a: f64, b: &f64| (a - b).abs() < 1e-4 * cell[0];
        assert!(close(west, &number(&raster["west"])) && close(north, &number(&raster["north"])), "{name}");
        assert!(
            terrain.cell().iter().zip(&cell).all(|(a, b)| (a - b).abs() < 1e-6 * b),
            "{name}: {:?}",
            terrain.cell()
        );
        let Some(epsg) = raster["epsg"].as_u64() else { continue };
        let crs = terrain.crs().unwrap_or_else(|| panic!("{name} names no system"));
        // Esri's text beside an ASCII grid has no code.
        let is_same = crs.code.as_ref().map(|(_, code)| u64::from(*code)) == Some(epsg) || name.ends_with(".asc");
        assert!(is_same, "{name}: {crs}");
    }
}

#[test]
fn overviews_are_those_that_gdal_reads() {
    let folder = tempfile::tempdir().unwrap();
    let Some(written) = write("overviews_are_those_that_gdal_reads", "rasterio", OVERVIEWS, folder.path()) else {
        return;
    };
    assert_eq!(written.len(), 12);
    for raster in &written {
        let name = raster["file"].as_str().unwrap();
        let level = raster["level"].as_u64();
        let own = if name == "degrees.tif" { 111_320.0 / 131_072.0 } else { 0.5 };
        // The pixels of a copy of 211 rows are a little more than 2, 4 and 8 times as high.
        let wanted = level.map_or(0.0, |level| own * f64::from(2 << level) * 1.02);
        // The finest copy that is too coarse is not taken.
        for resolution in [wanted, wanted * 1.9] {
            let options = TerrainOptions { resolution, ..TerrainOptions::default() };
            let terrain = Terrain::open(folder.path().join(name), &options).unwrap();
            let shape = (raster["cols"].as_u64().unwrap(), raster["rows"].as_u64().unwrap());
            assert_eq!((terrain.cols() as u64, terrain.rows() as u64), shape, "{name} {level:?} {resolution}");
            let level = level.map_or("None".to_string(), |level| level.to_string());
            let expected = std::fs::read(folder.path().join(format!("{name}.{level}.f32"))).unwrap();
            let expected = expected.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
            let is_same = |a: f32, b: f32| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            let differs = terrain.values().iter().zip(expected).position(|(a, b)| !is_same(*a, b));
            assert_eq!(differs, None, "{name} {level} {resolution}");
            let cell = [number(&raster["cell"][0]), number(&raster["cell"][1])];
            assert!(terrain.cell().iter().zip(cell).all(|(a, b)| (a - b).abs() < 1e-9 * b), "{name} {level}");
            let whole = Terrain::open(folder.path().join(name), &TerrainOptions::default()).unwrap().bounds();
            assert!(terrain.bounds().iter().zip(whole).all(|(a, b)| (a - b).abs() < 1e-9), "{name} {level}");
        }
    }
}

#[test]
fn footprints_have_the_areas_the_heights_and_the_system_that_gdal_reads() {
    let test = "footprints_have_the_areas_the_heights_and_the_system_that_gdal_reads";
    let folder = tempfile::tempdir().unwrap();
    let Some(written) = write(test, "pyogrio, shapely", FOOTPRINTS, folder.path()) else { return };
    assert_eq!(written.len(), 13 * 4);
    for file in &written {
        let name = file["file"].as_str().unwrap();
        let set = read_footprints(folder.path().join(name), &FootprintOptions::default()).unwrap();
        let (areas, heights) = (file["areas"].as_array().unwrap(), file["heights"].as_array().unwrap());
        assert_eq!((set.footprints.len(), areas.len()), (40, 40), "{name}");
        let unit = number(&file["unit"]);
        for ((footprint, expected), height) in set.footprints.iter().zip(areas).zip(heights) {
            let area = area(footprint) / (unit * unit);
            assert!((area - number(expected)).abs() < 1e-4, "{name}: {area} {expected}");
            assert_eq!(footprint.height, number(height), "{name}");
        }
        for (bound, expected) in set.bounds.unwrap().iter().zip(file["bounds"].as_array().unwrap()) {
            assert!((bound - number(expected)).abs() < 1e-9 * number(expected).abs(), "{name}: {bound} {expected}");
        }
        let crs = set.crs.as_deref().and_then(Crs::parse).unwrap_or_else(|| panic!("{name} names no system"));
        let epsg = file["epsg"].as_u64().unwrap();
        let code = crs.code.as_ref().map(|(_, code)| u64::from(*code));
        // Esri's text beside a Shapefile has no code; GeoJSON in degrees is in CRS84, the same in the other order.
        assert!(code == Some(epsg) || name.ends_with(".shp") || epsg == 4326, "{name}: {crs}");
    }
}
