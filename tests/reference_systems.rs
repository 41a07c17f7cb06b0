//! Transformations between reference systems, against values of PROJ.
//!
//! The reference values were computed with PROJ 9.5.1 (pyproj 3.7.2), without grids. Where pyproj is installed, all
//! systems of the table are compared with it, too.
#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use groma::io::crs::{Comparison, Crs, Transform};

/// EPSG code; longitude and latitude on WGS 84; easting and northing by PROJ, in the unit of the system.
const REFERENCE: [(u32, [f64; 2], [f64; 2]); 26] = [
    (32633, [15.6, 59.2], [534270.973873, 6562476.613113]),
    (32722, [-46.3, -23.5], [980240.650270, 7393262.407832]),
    (3035, [9.1, 48.8], [4254862.230554, 2854481.789465]),
    (28992, [4.4, 52.0], [87208.245776, 446196.260180]),
    (27700, [-1.5, 53.8], [433030.083881, 433859.954954]),
    (2154, [2.35, 48.85], [652301.564831, 6861302.725900]),
    (31467, [9.2, 48.8], [3514768.524742, 5406965.390660]),
    (2056, [8.55, 47.37], [2683941.530345, 1247167.393043]),
    (3006, [18.07, 59.33], [674647.882135, 6580824.575593]),
    (3857, [13.4, 52.5], [1491681.176630, 6891041.723892]),
    (2263, [-73.98, 40.75], [989791.457349, 212522.519239]),
    (6677, [139.76, 35.68], [-6637.949199, -35499.904014]),
    (4326, [9.0, 50.0], [9.0, 50.0]),
    (25832, [9.0, 50.0], [500000.0, 5538630.702744]),
    (31370, [4.35, 50.85], [148679.447378, 171066.810330]),
    (31256, [16.37, 48.2], [2814.771436, 340177.440779]),
    (2180, [21.0, 52.2], [636640.467013, 483432.200828]),
    (5186, [127.0, 37.55], [200000.0, 550053.498871]),
    (7856, [151.2, -33.87], [333510.650080, 6250800.241287]),
    (26918, [-74.0, 40.7], [584482.352283, 4505935.869332]),
    (21781, [7.44, 46.95], [600104.109500, 199879.628238]),
    (4647, [9.0, 50.0], [32500000.0, 5538630.702744]),
    (2193, [174.78, -41.29], [1749045.802944, 5427521.383395]),
    (3978, [-75.7, 45.42], [1510453.200669, -170038.991660]),
    (27572, [2.35, 48.85], [600990.892423, 2427961.511742]),
    (3413, [-40.0, 70.0], [190690.459351, -2179601.924020]),
];

#[test]
fn coordinates_are_those_of_proj_and_come_back() {
    for (code, [longitude, latitude], wanted) in REFERENCE {
        let way = Transform::new(&Crs::degrees(), &Crs::of_epsg(code)).unwrap();
        let there = way.point([longitude, latitude]).unwrap();
        let difference = (there[0] - wanted[0]).hypot(there[1] - wanted[1]);
        assert!(difference < 1e-5, "EPSG:{code}: {there:?}, by PROJ {wanted:?}");
        let back = way.inverse().point(there).unwrap();
        // The shift of a datum and the one back differ by up to two millimetres, as PROJ's do.
        assert!((back[0] - longitude).hypot(back[1] - latitude) < 3e-8, "EPSG:{code}: {back:?}");
    }
}

#[test]
fn between_systems_on_one_datum_nothing_is_shifted() {
    // Two strips of Gauss and Krueger: whatever is known of their datum, it is the same.
    let way = Transform::new(&Crs::of_epsg(31466), &Crs::of_epsg(31467)).unwrap();
    assert_eq!(way.accuracy(), 0.0);
    let there = way.point([2_600_000.0, 5_500_000.0]).unwrap();
    let back = way.inverse().point(there).unwrap();
    assert!((back[0] - 2_600_000.0).hypot(back[1] - 5_500_000.0) < 1e-6, "{back:?}");
    // NAD27 has no good shift without grids, and needs none here.
    assert!(Transform::new(&Crs::of_epsg(26718), &Crs::of_epsg(26719)).is_ok());
}

#[test]
fn descriptions_are_the_systems_of_their_codes() {
    let etrs = r#"GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    let of_esri = |method: &str, parameters: &str, unit: &str| {
        format!(r#"PROJCS["x",{etrs},PROJECTION["{method}"],{parameters},UNIT[{unit}]]"#)
    };
    let utm = r#"PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0]"#;
    let lambert = r#"PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",49.0],PARAMETER["Standard_Parallel_2",44.0],PARAMETER["Latitude_Of_Origin",46.5]"#;
    let laea = r#"PARAMETER["False_Easting",4321000.0],PARAMETER["False_Northing",3210000.0],PARAMETER["Central_Meridian",10.0],PARAMETER["Latitude_Of_Origin",52.0]"#;
    let metre = r#""Meter",1.0"#;
    let rd = r#"PROJCS["Amersfoort / RD New",GEOGCS["Amersfoort",DATUM["Amersfoort",SPHEROID["Bessel 1841",6377397.155,299.1528128],AUTHORITY["EPSG","6289"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Oblique_Stereographic"],PARAMETER["latitude_of_origin",52.1561605555556],PARAMETER["central_meridian",5.38763888888889],PARAMETER["scale_factor",0.9999079],PARAMETER["false_easting",155000],PARAMETER["false_northing",463000],UNIT["metre",1]]"#;
    let of_wkt_2 = r#"PROJCRS["SWEREF99 TM",BASEGEOGCRS["SWEREF99",DATUM["SWEREF99",ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4619]],CONVERSION["SWEREF99 TM",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of natural origin",15,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",0.9996,SCALEUNIT["unity",1]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["northing (N)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (E)",east,ORDER[2],LENGTHUNIT["metre",1]]]"#;
    let feet = r#"PROJCS["NAD_1983_StatePlane_New_York_Long_Island_FIPS_3104_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",984250.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-74.0],PARAMETER["Standard_Parallel_1",40.66666666666666],PARAMETER["Standard_Parallel_2",41.03333333333333],PARAMETER["Latitude_Of_Origin",40.16666666666666],UNIT["Foot_US",0.3048006096012192]]"#;
    let web = r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]"#;
    for (text, code, place) in [
        (of_esri("Transverse_Mercator", utm, metre), 25832, [9.7, 52.4]),
        (of_esri("Lambert_Conformal_Conic", lambert, metre), 2154, [2.35, 48.85]),
        (of_esri("Lambert_Azimuthal_Equal_Area", laea, metre), 3035, [9.1, 48.8]),
        (rd.into(), 28992, [4.4, 52.0]),
        (of_wkt_2.into(), 3006, [18.07, 59.33]),
        (feet.into(), 2263, [-73.98, 40.75]),
        (web.into(), 3857, [13.4, 52.5]),
        ("+proj=utm +zone=32 +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs".into(), 25832, [9.7, 52.4]),
        ("+proj=longlat +datum=WGS84 +no_defs".into(), 4326, [9.7, 52.4]),
        (etrs.into(), 4258, [9.7, 52.4]),
    ] {
        let described = Crs::parse(&text).unwrap();
        assert_eq!(described.code, None, "{text}");
        let to = |crs: &Crs| {
            let way = Transform::new(&Crs::degrees(), crs).unwrap_or_else(|why| panic!("{text}: {why}"));
            way.point(place).unwrap()
        };
        let (a, b) = (to(&described), to(&Crs::of_epsg(code)));
        assert!((a[0] - b[0]).hypot(a[1] - b[1]) < 1e-4, "EPSG:{code}: {a:?}, by its code {b:?}");
    }
}

#[test]
fn systems_that_cannot_be_transformed_well_are_refused_by_name() {
    for (from, to, wanted) in [
        // NAD27 is known to 10 m without grids.
        ("EPSG:26718", "EPSG:32618", "m only without grids"),
        ("EPSG:27200", "EPSG:2193", "New Zealand Map Grid"),
        ("EPSG:4807", "EPSG:2154", "coordinates in the unit grad"),
        ("EPSG:99999", "EPSG:25832", "EPSG:99999 is no system of the plane that is known"),
        ("somewhere", "EPSG:25832", "no code of EPSG, and no description that is understood"),
        ("+proj=longlat +datum=NAD27 +nadgrids=conus", "EPSG:25832", "it needs the grid conus"),
        ("+proj=aeqd2 +ellps=GRS80 +towgs84=0,0,0", "EPSG:25832", "is not understood"),
        ("+proj=utm +zone=32 +ellps=bessel", "EPSG:25832", "is not known, and no shift of it to WGS 84 is stated"),
    ] {
        let error = Transform::new(&Crs::parse(from).unwrap(), &Crs::parse(to).unwrap()).unwrap_err();
        assert!(error.contains(wanted), "{from} to {to}: {error}");
    }
    // Beyond the pole, and where the projection has no place for a point.
    let way = Transform::new(&Crs::degrees(), &Crs::of_epsg(32632)).unwrap();
    assert_eq!(way.point([9.0, 91.0]), None);
    assert_eq!(way.point([f64::NAN, 50.0]), None);
    assert_eq!(way.point([9.0, f64::INFINITY]), None);
}

#[test]
fn any_text_as_a_system_is_an_answer_or_a_reason() {
    let whole = r#"PROJCS["x",GEOGCS["x",DATUM["Amersfoort",SPHEROID["Bessel",6377397.155,299.15],TOWGS84[1,2,3,4,5,6,7]],PRIMEM["P",2.3],UNIT["degree",0.0174532925199433]],PROJECTION["Oblique_Stereographic"],PARAMETER["latitude_of_origin",52],PARAMETER["central_meridian",5],PARAMETER["scale_factor",0.99],UNIT["foot",0.3048]]"#;
    let proj = "+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +ellps=GRS80 +towgs84=0,0,0 +units=m";
    let to = Crs::of_epsg(25832);
    for text in [whole, proj] {
        for end in 0..text.len() {
            for changed in [text[..end].to_string(), format!("{}{}{}", &text[..end], "9-", &text[end + 1..])] {
                let Some(crs) = Crs::parse(&changed) else { continue };
                let _ = (crs.compare(&to), to.compare(&crs));
                if let Ok(way) = Transform::new(&crs, &to) {
                    let _ = way.point([1e6, -1e300]);
                    let _ = way.inverse().point([500_000.0, 5e6]);
                }
            }
        }
    }
}

/// Writes a line for each system of a list: its code, and its description as Esri writes it.
const ESRI: &str = r#"
import warnings
warnings.filterwarnings("ignore")
from pyproj import CRS
codes = [25832, 25833, 25830, 32632, 32633, 32733, 26918, 2263, 2154, 27572, 27700, 28992, 31370, 2056, 21781, 3035,
         3857, 3395, 31467, 31468, 3006, 2193, 5514, 2180, 31256, 31287, 6677, 5186, 7856, 28356, 3763, 3067, 23032,
         4326, 4258, 3413, 3978, 2326, 5070, 26718]
for code in codes:
    print(code, CRS.from_epsg(code).to_wkt("WKT1_ESRI"), sep="\t")
"#;

#[test]
fn systems_as_esri_writes_them_are_those_of_their_codes() {
    let test = "systems_as_esri_writes_them_are_those_of_their_codes";
    let has_pyproj = Command::new("python3").args(["-c", "import pyproj"]).output().is_ok_and(|o| o.status.success());
    if !has_pyproj {
        return common::skip(test, "Python 3 with pyproj", "pip install pyproj");
    }
    let output = Command::new("python3").args(["-c", ESRI]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let unlike = |line: &&str| {
        let (code, described) = line.split_once('\t').unwrap();
        let described = Crs::parse(described).unwrap();
        assert_eq!(described.code, None, "{line}");
        described.compare(&Crs::of_epsg(code.parse().unwrap())) != Comparison::Same
    };
    let unlike: Vec<&str> = text.lines().filter(unlike).collect();
    println!("{} systems, of which {} are not told to be those of their codes", text.lines().count(), unlike.len());
    assert_eq!((text.lines().count(), unlike), (40, Vec::new()));
}

/// Writes a line for each system: code, code of the geographic system it is on, then points as longitude, latitude on
/// WGS 84, easting, northing, with longitude, latitude on its own datum.
const PROJ: &str = r#"
import math, sqlite3, sys, warnings
warnings.filterwarnings("ignore")
from pyproj import CRS, Transformer, datadir
database = sqlite3.connect(datadir.get_data_dir() + "/proj.db")
named = {27572, 32633, 32722, 3035, 28992, 27700, 2154, 31467, 2056, 3006, 3857, 2263, 6677, 25832, 31370, 5514, 31256,
         2180, 5186, 7856, 26918, 4647, 2193, 3978, 3413}
rows = database.execute(
    "select p.code, g.code, west_lon, south_lat, east_lon, north_lat from projected_crs p join usage u on "
    "u.object_table_name = 'projected_crs' and u.object_auth_name = 'EPSG' and u.object_code = p.code join extent e on "
    "e.auth_name = extent_auth_name and e.code = extent_code join geodetic_crs g on g.auth_name = 'EPSG' and g.code = "
    "p.geodetic_crs_code where p.auth_name = 'EPSG' and west_lon is not null order by cast(p.code as integer)"
).fetchall()
seen = set()
for code, base, west, south, east, north in rows:
    code, base = int(code), int(base)
    if code in seen or east <= west:
        continue
    seen.add(code)
    step = 8 if code in named else 2
    try:
        own = Transformer.from_crs(base, code, always_xy=True)
        if CRS.from_epsg(base).axis_info[0].unit_name != "degree":
            continue
        whole = Transformer.from_crs(4326, code, always_xy=True) if code in named else None
    except Exception:
        continue
    unit = CRS.from_epsg(code).axis_info[0].unit_conversion_factor
    out = [str(code), str(base), repr(unit)]
    for i in range(step + 1):
        for j in range(step + 1):
            # Within the area, since a strip of a projection may end at its border.
            x, y = west + (east - west) * (0.02 + 0.96 * i / step), south + (north - south) * (0.02 + 0.96 * j / step)
            a, b = own.transform(x, y)
            c, d = whole.transform(x, y) if whole else (math.inf, math.inf)
            if math.isfinite(a):
                out.append(" ".join(map(repr, (x, y, a, b, c, d))))
    print("\t".join(out))
"#;

#[test]
fn all_systems_agree_with_proj() {
    let test = "all_systems_agree_with_proj";
    let has_pyproj = Command::new("python3").args(["-c", "import pyproj"]).output().is_ok_and(|o| o.status.success());
    if !has_pyproj {
        return common::skip(test, "Python 3 with pyproj", "pip install pyproj");
    }
    let mut python = Command::new("python3").arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(PROJ.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let (mut compared, mut refused, mut worst) = (0, BTreeMap::new(), 0.0_f64);
    println!("| EPSG | own datum | from WGS 84 | accuracy |");
    for line in text.lines() {
        let mut fields = line.split('\t');
        let mut number = || fields.next().unwrap().parse::<f64>().unwrap();
        let (code, base, unit) = (number() as u32, number() as u32, number());
        let way = match Transform::new(&Crs::of_epsg(base), &Crs::of_epsg(code)) {
            Ok(way) => way,
            Err(why) => {
                *refused.entry(why.rsplit(": ").next().unwrap().to_string()).or_insert(0) += 1;
                continue;
            }
        };
        let (mut own, mut whole) = (0.0_f64, None::<f64>);
        let from_wgs_84 = Transform::new(&Crs::degrees(), &Crs::of_epsg(code));
        for point in fields {
            let numbers: Vec<f64> = point.split(' ').map(|v| v.parse().unwrap_or(f64::INFINITY)).collect();
            let &[x, y, a, b, c, d] = numbers.as_slice() else { panic!("{line}") };
            let there = way.point([x, y]).unwrap_or_else(|| panic!("EPSG:{code} at {x}, {y}"));
            own = own.max((there[0] - a).hypot(there[1] - b) * unit);
            if let (Ok(way), true) = (&from_wgs_84, c.is_finite()) {
                let there = way.point([x, y]).unwrap();
                whole = Some(whole.unwrap_or(0.0).max((there[0] - c).hypot(there[1] - d) * unit));
            }
        }
        if let (Some(whole), Ok(way)) = (whole, &from_wgs_84) {
            println!("| {code} | {own:.1e} m | {whole:.1e} m | {} m |", way.accuracy());
        }
        assert!(own < 1e-6, "EPSG:{code} differs by {own} m");
        (compared, worst) = (compared + 1, worst.max(own));
    }
    println!("{compared} systems, the largest difference {worst:.1e} m; refused: {refused:?}");
    assert!(compared > 5000, "{compared} systems were compared");
}
