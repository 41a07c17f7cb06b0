//! Footprints and terrain in different reference systems become one mesh in one of them.
#![allow(missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use groma::Error;
use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::footprints::FootprintOptions;
use groma::city::parameters::Parameters;
use groma::city::store::MeshStore;
use groma::city::tile_size::measure_city;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::crs::{Crs, Transform};

const FEATURES: &str = "EPSG:25832";

/// Houses of 20 m x 12 m in rows, 25832 metres.
fn houses() -> Vec<Vec<[f64; 2]>> {
    let house = |k: usize| {
        let (x, y) = (550_040.0 + 60.0 * (k % 4) as f64, 5_800_050.0 + 50.0 * (k / 4) as f64);
        vec![[x, y], [x + 20.0, y], [x + 20.0, y + 12.0], [x, y + 12.0], [x, y]]
    };
    (0..12).map(house).collect()
}

/// Writes houses as GeoJSON, in the system that `way` leads to; `crs` is the member of that name.
fn write(path: &Path, way: Option<&Transform>, crs: Option<&str>) {
    let features: Vec<String> = houses()
        .iter()
        .map(|ring| {
            let at = |&point: &[f64; 2]| way.map_or(point, |way| way.point(point).unwrap());
            let ring: Vec<String> = ring.iter().map(at).map(|[x, y]| format!("[{x:.11},{y:.11}]")).collect();
            format!(
                r#"{{"type":"Feature","properties":{{"height":8}},
                "geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
                ring.join(",")
            )
        })
        .collect();
    let crs = crs.map(|crs| format!(r#""crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"#)).unwrap_or_default();
    std::fs::write(path, format!(r#"{{"type":"FeatureCollection",{crs}"features":[{}]}}"#, features.join(",")))
        .unwrap();
}

fn system(text: &str) -> Crs {
    Crs::parse(text).unwrap()
}

fn way(from: &str, to: &str) -> Transform {
    Transform::new(&system(from), &system(to)).unwrap()
}

/// Writes an ASCII grid whose heights are `height` of a pixel's centre.
fn grid(
    path: &Path,
    (cols, rows): (usize, usize),
    [west, south]: [f64; 2],
    cell: f64,
    height: impl Fn(f64, f64) -> f64,
) {
    let mut text = format!("ncols {cols}\nnrows {rows}\nxllcorner {west}\nyllcorner {south}\ncellsize {cell}\n");
    for row in (0..rows).rev() {
        for col in 0..cols {
            let (x, y) = (west + cell * (col as f64 + 0.5), south + cell * (row as f64 + 0.5));
            text += &format!("{} ", height(x, y));
        }
        text.push('\n');
    }
    std::fs::write(path, text).unwrap();
}

/// A slope in 25832 around the houses.
fn slope(path: &Path) {
    grid(path, (80, 60), [550_000.0, 5_800_000.0], 5.0, |x, y| {
        50.0 + 0.01 * (x - 550_000.0) + 0.02 * (y - 5_800_000.0)
    });
}

fn prj(path: &Path, crs: Option<&str>) {
    match crs {
        Some(crs) => std::fs::write(path.with_extension("prj"), crs).unwrap(),
        None => drop(std::fs::remove_file(path.with_extension("prj"))),
    }
}

struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new() -> Case {
        Case { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn input(&self) -> CityInput {
        CityInput {
            footprints: Footprints::File(self.path("houses.geojson"), FootprintOptions::default()),
            terrain: Ground::File(self.path("dem.asc")),
        }
    }

    fn build(&self, store: &str, options: BuildCityMeshOptions) -> groma::Result<CityReport> {
        build_city_mesh(&self.input(), self.path(store), &options)
    }
}

fn with_crs(code: u32) -> BuildCityMeshOptions {
    BuildCityMeshOptions { crs: Some(code), ..BuildCityMeshOptions::default() }
}

#[test]
fn footprints_of_any_system_come_into_the_terrain_s() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    prj(&case.path("dem.asc"), Some(FEATURES));
    write(&case.path("houses.geojson"), None, Some(FEATURES));
    let wanted = case.build("plain", BuildCityMeshOptions::default()).unwrap();
    assert!(wanted.input.reference_systems.are_the_same && !wanted.input.reference_systems.footprints_moved);
    // Degrees without a name, as RFC 7946 has them, and named ones; another zone; a system on another datum.
    for (k, (to, named)) in [
        ("OGC:CRS84", None),
        ("OGC:CRS84", Some("urn:ogc:def:crs:OGC:1.3:CRS84")),
        ("EPSG:4326", Some("urn:ogc:def:crs:EPSG::4326")),
        ("EPSG:25833", Some("EPSG:25833")),
        ("EPSG:3857", Some("EPSG:3857")),
        ("EPSG:3035", Some("http://www.opengis.net/def/crs/EPSG/0/3035")),
        ("EPSG:31467", Some("EPSG:31467")),
    ]
    .into_iter()
    .enumerate()
    {
        write(&case.path("houses.geojson"), Some(&way(FEATURES, to)), named);
        let report = case.build(&format!("tiles-{k}"), BuildCityMeshOptions::default()).unwrap();
        let systems = &report.input.reference_systems;
        assert!(systems.footprints_moved && !systems.terrain_looked_up, "{systems:?}");
        assert_eq!(systems.mesh.as_deref(), Some("EPSG:25832"));
        assert_eq!((report.buildings, report.bounds), (wanted.buildings, wanted.bounds));
        assert!((report.clean.area_covered - wanted.clean.area_covered).abs() < 0.1, "{to}");
        let ([low, high], [a, b]) = (report.roof_heights.unwrap(), wanted.roof_heights.unwrap());
        assert!((low - a).abs() < 1e-3 && (high - b).abs() < 1e-3);
        let text = report.to_string();
        assert!(text.contains("reference    EPSG:25832; footprints transformed from "), "{text}");
        let store = MeshStore::open(case.path(&format!("tiles-{k}"))).unwrap();
        assert_eq!(store.manifest().city.as_ref().unwrap().crs.as_deref(), Some("EPSG:25832"));
        // Gauss and Krueger's datum is known to 3 m.
        let is_in_doubt = report.warnings.iter().any(|w| w.message.contains("different datums"));
        assert_eq!(is_in_doubt, to == "EPSG:31467", "{:?}", report.warnings);
        let measured = measure_city(&case.input(), None, None, &Parameters::default()).unwrap();
        assert_eq!((measured.bounds, measured.footprints), (wanted.bounds, 12));
    }
}

#[test]
fn terrain_in_degrees_is_looked_up_where_the_mesh_needs_it() {
    let case = Case::new();
    // A tenth of a second of arc; heights that are linear in degrees, which interpolation keeps.
    let height = |x: f64, y: f64| 100.0 + 2000.0 * (x - 9.735) + 3000.0 * (y - 52.345);
    grid(&case.path("dem.asc"), (260, 150), [9.732, 52.346], 1.0 / 36_000.0, height);
    write(&case.path("houses.geojson"), Some(&way(FEATURES, "OGC:CRS84")), None);
    let bounds = [9.7327, 52.34675, 9.7378, 52.3492];
    let options = |threads: usize, tile_size: f64| {
        let mut options = BuildCityMeshOptions { bounds: Some(bounds), tile_size, ..BuildCityMeshOptions::default() };
        options.run.threads = threads;
        options
    };
    let report = case.build("tiles", options(1, 1000.0)).unwrap();
    let systems = &report.input.reference_systems;
    assert!(systems.footprints_moved && systems.terrain_looked_up && report.is_complete(), "{report}");
    assert_eq!(systems.mesh.as_deref(), Some("EPSG:32632"));
    assert_eq!(report.counts.filled_heights, 0);
    // The bounds in degrees are around what is meshed.
    let to_degrees = way("EPSG:32632", "OGC:CRS84");
    let corner = to_degrees.point([report.bounds[0], report.bounds[1]]).unwrap();
    assert!(corner[0] < bounds[0] + 1e-6 && corner[1] < bounds[1] + 1e-6, "{corner:?}");
    let store = MeshStore::open(case.path("tiles")).unwrap();
    let mut seen = 0;
    for name in store.list_tiles().unwrap() {
        let tile = store.get_tile(&name).unwrap();
        let of = |wanted: fn(i32) -> bool| {
            let faces = tile.faces().iter().zip(tile.markers()).filter(move |(_, marker)| wanted(**marker));
            faces.flat_map(|(face, _)| *face).collect::<BTreeSet<u32>>()
        };
        // Beside a building the ground takes the building's height.
        for &v in of(|marker| marker == -2).difference(&of(|marker| marker != -2)) {
            let [x, y, z] = tile.vertices()[v as usize];
            let [longitude, latitude] = to_degrees.point([x, y]).unwrap();
            assert!((z - height(longitude, latitude)).abs() < 1e-3, "{z} at {longitude}, {latitude}");
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
    // The same bytes, however it is cut and with any number of threads; nothing is made twice.
    let merged = |store: &str| common::city::merged(&case.path(store));
    for (k, (threads, tile_size)) in [(2, 1000.0), (2, 250.0)].into_iter().enumerate() {
        let name = format!("again-{k}");
        case.build(&name, options(threads, tile_size)).unwrap();
        assert!(merged(&name) == merged("tiles"), "{threads} threads, {tile_size} m");
    }
    assert_eq!(case.build("tiles", options(2, 1000.0)).unwrap().built, 0);
    // All of the raster is a rectangle within it.
    let report = case.build("all", BuildCityMeshOptions::default()).unwrap();
    assert!(report.is_complete() && report.counts.filled_heights == 0 && report.buildings == 12, "{report}");
    // A change of the system makes the tiles anew.
    let mut other = options(1, 1000.0);
    (other.crs, other.replace) = (Some(25832), true);
    assert!(case.build("tiles", other).unwrap().built > 0);
}

#[test]
fn a_terrain_in_feet_is_meshed_in_metres() {
    let case = Case::new();
    let feet = 12.0 / 39.37;
    let to_feet = way("OGC:CRS84", "EPSG:2263");
    let [x, y] = to_feet.point([-73.98, 40.75]).unwrap().map(f64::floor);
    grid(&case.path("dem.asc"), (100, 100), [x, y], 10.0, |x2, _| 30.0 + 0.1 * (x2 - x));
    prj(&case.path("dem.asc"), Some("EPSG:2263"));
    let ring = [[x + 300.0, y + 300.0], [x + 400.0, y + 300.0], [x + 400.0, y + 360.0], [x + 300.0, y + 360.0]];
    let house = |way: Option<&Transform>, crs: &str| {
        let at = |&point: &[f64; 2]| way.map_or(point, |way| way.point(point).unwrap());
        let ring: Vec<String> = ring.iter().map(at).map(|[x, y]| format!("[{x:.10},{y:.10}]")).collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"features":[
            {{"type":"Feature","properties":{{"height":8}},"geometry":
            {{"type":"Polygon","coordinates":[[{},{}]]}}}}]}}"#,
            ring.join(","),
            ring[0]
        );
        std::fs::write(case.path("houses.geojson"), text).unwrap();
    };
    house(None, "EPSG:2263");
    let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("nothing tells the unit of its heights") && error.contains("--height-unit"), "{error}");
    let told = || BuildCityMeshOptions { height_unit: Some(feet), ..BuildCityMeshOptions::default() };
    let report = case.build("tiles", told()).unwrap();
    let wanted = [x * feet, y * feet, (x + 1000.0) * feet, (y + 1000.0) * feet];
    assert!(report.bounds.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 2e-3), "{:?} {wanted:?}", report.bounds);
    assert!((report.clean.area_covered - 6000.0 * feet * feet).abs() < 0.1, "{}", report.clean.area_covered);
    assert_eq!(report.input.reference_systems.mesh.as_deref(), Some("EPSG:2263, in metres"));
    assert!(report.to_string().contains("heights in a unit of 0.3048006096"), "{report}");
    let [low, _] = report.roof_heights.unwrap();
    assert!((low - 8.0).abs() < 1e-6, "{low}");
    let store = MeshStore::open(case.path("tiles")).unwrap();
    let tile = store.get_tile(&store.list_tiles().unwrap()[0]).unwrap();
    let lowest = tile.vertices().iter().map(|v| v[2]).fold(f64::INFINITY, f64::min);
    assert!((lowest - 30.5 * feet).abs() < 0.01, "{lowest}");
    // From degrees it is the same.
    house(Some(&to_feet.inverse()), "OGC:CRS84");
    let again = case.build("again", told()).unwrap();
    assert!((again.clean.area_covered - report.clean.area_covered).abs() < 0.1);
    assert_eq!(again.bounds, report.bounds);
}

#[test]
fn a_system_that_nobody_names_can_be_told() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    write(&case.path("houses.geojson"), Some(&way(FEATURES, "OGC:CRS84")), None);
    let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    let error = error.to_string();
    assert!(error.contains("names no reference system") && error.contains("--crs EPSG:CODE"), "{error}");
    let refused = measure_city(&case.input(), None, None, &Parameters::default()).unwrap_err();
    assert_eq!(refused.to_string(), error);
    assert!(!case.path("tiles").exists());
    let report = case.build("tiles", with_crs(25832)).unwrap();
    assert_eq!((report.buildings, report.input.reference_systems.terrain.clone()), (12, None));
    assert!(measure_city(&case.input(), None, Some(25832), &Parameters::default()).is_ok());

    // Terrain in degrees and footprints in metres that name nothing.
    grid(&case.path("dem.asc"), (260, 150), [9.732, 52.346], 1.0 / 36_000.0, |_, _| 70.0);
    write(&case.path("houses.geojson"), None, None);
    let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("the footprints name no reference system") && error.contains("--crs"), "{error}");
    assert_eq!(case.build("told", with_crs(25832)).unwrap().buildings, 12);
    write(&case.path("houses.geojson"), None, Some(FEATURES));
    let report = case.build("named", BuildCityMeshOptions::default()).unwrap();
    assert_eq!((report.buildings, report.input.reference_systems.mesh.as_deref()), (12, Some("EPSG:25832")));

    for (code, wanted) in [(4326, "in degrees"), (3857, "true at the equator"), (99_999, "is no system of the plane")] {
        let error = case.build("refused", with_crs(code)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { name: "crs", .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[test]
fn what_is_no_way_between_systems_is_told_before_anything_is_made() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    for (terrain, footprints, wanted) in
        [("EPSG:26718", "EPSG:32618", "m only without grids"), ("EPSG:25832", "EPSG:27200", "New Zealand Map Grid")]
    {
        prj(&case.path("dem.asc"), Some(terrain));
        write(&case.path("houses.geojson"), None, Some(footprints));
        let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
        assert!(!case.path("tiles").exists());
    }
    // Longitude and latitude swapped, as an authority's order of axes has them: a file has the longitude first.
    prj(&case.path("dem.asc"), Some(FEATURES));
    write(&case.path("houses.geojson"), Some(&way(FEATURES, "OGC:CRS84")), None);
    let text = std::fs::read_to_string(case.path("houses.geojson")).unwrap();
    let swapped: String = text
        .split("[9.")
        .enumerate()
        .map(|(k, part)| match (k, part.split_once(',')) {
            (1.., Some((x, rest))) => {
                let (y, rest) = rest.split_once(']').unwrap();
                format!("[{y},9.{x}]{rest}")
            }
            _ => part.to_string(),
        })
        .collect();
    std::fs::write(case.path("houses.geojson"), swapped).unwrap();
    let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("with x and y swapped they would fit"), "{error}");
}

/// UTM as Esri writes it, without a code.
fn esri(datum: &str, spheroid: &str) -> String {
    format!(
        "PROJCS[\"{datum}_UTM_Zone_32N\",GEOGCS[\"GCS_{datum}\",DATUM[\"D_{datum}\",SPHEROID[{spheroid}]],\
         PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],\
         PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",9.0],\
         PARAMETER[\"Scale_Factor\",0.9996],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
    )
}

const GRS_80: &str = "\"GRS_1980\",6378137.0,298.257222101";

fn doubts(report: &CityReport) -> usize {
    report.warnings.iter().filter(|warning| warning.kind == "reference-systems").count()
}

#[test]
fn a_description_without_a_code_beside_its_code_is_the_same_system_under_the_code_s_name() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    let esri = esri("ETRS_1989", GRS_80);
    let quoted = esri.replace('"', "\\\"");
    for (terrain, footprints, name) in [
        (esri.as_str(), FEATURES, FEATURES),
        (FEATURES, &quoted, FEATURES),
        (&esri, &quoted, "ETRS_1989_UTM_Zone_32N"),
        ("PROJCS[\"x\",UNIT[\"metre\",1],AUTHORITY[\"EPSG\",\"25832\"]]", "urn:ogc:def:crs:EPSG::25832", FEATURES),
    ] {
        prj(&case.path("dem.asc"), Some(terrain));
        write(&case.path("houses.geojson"), None, Some(footprints));
        let options = BuildCityMeshOptions { replace: true, ..BuildCityMeshOptions::default() };
        let report = case.build("tiles", options).unwrap();
        let systems = &report.input.reference_systems;
        assert!(systems.are_the_same && !systems.footprints_moved && !systems.terrain_looked_up, "{systems:?}");
        assert_eq!((doubts(&report), systems.mesh.as_deref()), (0, Some(name)), "{:?}", report.warnings);
        let store = MeshStore::open(case.path("tiles")).unwrap();
        assert_eq!(store.manifest().city.as_ref().unwrap().crs.as_deref(), Some(name));
    }
}

#[test]
fn one_projection_on_two_datums_is_never_taken_for_one_system() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    let international = "\"International_1924\",6378388.0,297.0";
    let nad_27 = "\"Clarke_1866\",6378206.4,294.9786982";
    for (datum, spheroid) in [
        ("North_American_1927", nad_27),
        // Of a datum that nobody knows no more is known than that it is on another ellipsoid.
        ("Nobodys_1950", international),
    ] {
        prj(&case.path("dem.asc"), Some(&esri(datum, spheroid)));
        for footprints in [FEATURES, "EPSG:32632"] {
            write(&case.path("houses.geojson"), None, Some(footprints));
            let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err();
            assert!(matches!(error, Error::Unsupported { .. }), "{error}");
            let error = error.to_string();
            assert!(error.contains(footprints) && error.contains(&format!("{datum}_UTM_Zone_32N")), "{error}");
            assert!(!case.path("tiles").exists());
        }
    }
}

#[test]
fn a_local_system_is_told_once_and_one_that_counts_to_the_west_is_refused() {
    let case = Case::new();
    slope(&case.path("dem.asc"));
    write(&case.path("houses.geojson"), None, Some(FEATURES));
    prj(&case.path("dem.asc"), Some("LOCAL_CS[\"site\",UNIT[\"metre\",1]]"));
    let report = case.build("local", BuildCityMeshOptions::default()).unwrap();
    assert_eq!(doubts(&report), 1, "{:?}", report.warnings);
    assert!(report.to_string().contains("taken for the same, which could not be told"), "{report}");
    for (terrain, footprints) in [("EPSG:2048", "EPSG:2048"), (FEATURES, "EPSG:5513")] {
        prj(&case.path("dem.asc"), Some(terrain));
        write(&case.path("houses.geojson"), None, Some(footprints));
        let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("count to the west or the south"), "{error}");
    }
    prj(&case.path("dem.asc"), Some("Error 404"));
    let error = case.build("tiles", BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("dem.prj: \"Error 404\"; accepted: the description of a reference system"), "{error}");
    assert!(!case.path("tiles").exists());
}
