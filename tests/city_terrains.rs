//! Terrains and reference systems that would give a wrong city: each is an error that says what to do next, or is read
//! right.
#![allow(missing_docs)]

mod common;

use std::path::Path;

use groma::Error;
use groma::city::build::{BuildCityMeshOptions, CityReport, build_city_mesh};
use groma::city::outside::OutsideData;
use groma::city::parameters::Parameters;
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::city::tile_size::measure_city;
use groma::city::{CityInput, Footprints, Ground};

/// A house of 10 m x 10 m at (`x`, `y`), in a reference system or none.
fn house(path: &Path, x: f64, y: f64, size: f64, crs: Option<&str>) {
    let (e, n) = (x + size, y + size);
    let ring = format!("[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]");
    let crs = crs.map(|crs| format!(r#""crs":{{"type":"name","properties":{{"name":"{crs}"}}}},"#)).unwrap_or_default();
    let feature = format!(
        r#"{{"type":"Feature","properties":{{"height":8}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
    );
    std::fs::write(path, format!(r#"{{"type":"FeatureCollection",{crs}"features":[{feature}]}}"#)).unwrap();
}

/// A slope of 40 x 40 pixels of 5 m with its south-west corner at (0, 0); `voids` are in the northern rows.
fn slope(path: &Path, voids: &[&str]) {
    let value = |k: usize| voids.get(k / 40).map_or_else(|| (100 + k % 40).to_string(), |void| void.to_string());
    let values: Vec<String> = (0..1600).map(value).collect();
    let text = format!("ncols 40\nnrows 40\nxllcorner 0\nyllcorner 0\ncellsize 5\n{}\n", values.join(" "));
    std::fs::write(path, text).unwrap();
}

fn run(folder: &Path, options: BuildCityMeshOptions) -> groma::Result<CityReport> {
    let input = CityInput {
        footprints: Footprints::File(folder.join("houses.geojson"), Default::default()),
        terrain: Ground::File(folder.join("dem.asc")),
    };
    build_city_mesh(&input, folder.join("tiles"), &options)
}

#[test]
fn systems_of_both_inputs_are_compared_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let (houses, prj) = (dir.path().join("houses.geojson"), dir.path().join("dem.prj"));
    slope(&dir.path().join("dem.asc"), &[]);
    std::fs::write(&prj, r#"PROJCS["SWEREF99 TM",UNIT["metre",1],AUTHORITY["EPSG","3006"]]"#).unwrap();
    // A system without a way to the terrain's.
    house(&houses, 50.0, 50.0, 10.0, Some("EPSG:27200"));
    let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    let error = error.to_string();
    assert!(error.contains("EPSG:27200") && error.contains("New Zealand Map Grid"), "{error}");
    assert!(!dir.path().join("tiles").exists());
    // What a tile size is measured from is the same city, within bounds too.
    let input = CityInput {
        footprints: Footprints::File(houses.clone(), Default::default()),
        terrain: Ground::File(dir.path().join("dem.asc")),
    };
    let measured = |bounds| measure_city(&input, bounds, None, &Parameters::default()).map(|found| found.bounds);
    let within = [0.0, 0.0, 50.0, 50.0];
    for bounds in [None, Some(within)] {
        let refused = measured(bounds).unwrap_err();
        assert!(matches!(refused, Error::Unsupported { .. }) && refused.to_string() == error, "{refused}");
    }
    house(&houses, 50.0, 50.0, 10.0, Some("EPSG:3006"));
    assert_eq!(measured(Some(within)).unwrap(), within);

    for (crs, prj_text, wanted) in [
        (Some("urn:ogc:def:crs:EPSG::3006"), Some("EPSG:3006"), "  reference    EPSG:3006\n"),
        (None, Some("EPSG:3006"), "EPSG:3006; the footprints name none, and are taken to be in the same"),
        (Some("EPSG:3006"), None, "EPSG:3006; the terrain names none"),
        (None, None, "neither input names one"),
        (Some("SWEREF99 TM"), Some("EPSG:3006"), "footprints in SWEREF99 TM, terrain in EPSG:3006: taken for the same"),
    ] {
        house(&houses, 50.0, 50.0, 10.0, crs);
        match prj_text {
            Some(text) => std::fs::write(&prj, text).unwrap(),
            None => drop(std::fs::remove_file(&prj)),
        }
        let report = run(dir.path(), BuildCityMeshOptions::default()).unwrap();
        assert_eq!(report.buildings, 1);
        assert!(report.to_string().contains(wanted), "{report}");
        let is_in_doubt =
            report.warnings.iter().any(|w| w.message.contains("taken to be in the same reference system"));
        assert_eq!(is_in_doubt, wanted.contains("taken for the same"), "{:?}", report.warnings);
        let same = crs.is_some_and(|crs| crs.contains("3006")) && prj_text.is_some();
        assert_eq!(report.input.reference_systems.are_the_same, same, "{crs:?} {prj_text:?}");
    }
}

#[test]
fn undeclared_voids_are_refused_and_declared_ones_are_gaps() {
    let dir = tempfile::tempdir().unwrap();
    house(&dir.path().join("houses.geojson"), 50.0, 50.0, 10.0, None);
    slope(&dir.path().join("dem.asc"), &["-9999", "3.4028235e38"]);
    let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("40 pixels of -9999, 40 pixels of 3.4028235e38 m"), "{error}");
    assert!(error.contains("--nodata -9999 --nodata 3.4028235e38"), "{error}");
    assert!(!dir.path().join("tiles").exists());
    let options = |nodata: &[f64]| BuildCityMeshOptions { nodata: nodata.to_vec(), ..BuildCityMeshOptions::default() };
    let report = run(dir.path(), options(&[-9999.0, 3.402_823_5e38])).unwrap();
    assert!(report.is_complete() && report.counts.filled_heights > 0, "{report}");

    // The same from memory.
    let declared = TerrainOptions { nodata: vec![f64::NAN], ..TerrainOptions::default() };
    let terrain = Terrain::open(dir.path().join("dem.asc"), &declared).unwrap();
    let input = CityInput {
        footprints: Footprints::File(dir.path().join("houses.geojson"), Default::default()),
        terrain: Ground::Memory(terrain.into()),
    };
    let build = |nodata: &[f64]| build_city_mesh(&input, dir.path().join("from-memory"), &options(nodata));
    assert!(matches!(build(&[-9999.0]), Err(Error::InvalidArgument { name: "terrain", .. })));
    let again = build(&[-9999.0, 3.402_823_5e38]).unwrap();
    assert_eq!((again.counts, again.vertices), (report.counts, report.vertices));

    // A spike is told, and stays.
    slope(&dir.path().join("dem.asc"), &[]);
    let text = std::fs::read_to_string(dir.path().join("dem.asc")).unwrap().replacen(" 100 ", " 9999 ", 1);
    std::fs::write(dir.path().join("dem.asc"), text).unwrap();
    let report = run(dir.path(), BuildCityMeshOptions { resume: false, ..BuildCityMeshOptions::default() }).unwrap();
    assert!(report.warnings.iter().any(|w| w.message.contains("1 pixel of 9999 m")), "{:?}", report.warnings);
}

#[test]
fn heights_that_no_ground_has_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    house(&dir.path().join("houses.geojson"), 50.0, 50.0, 10.0, None);
    let (grid, all_voids) = (dir.path().join("dem.asc"), [-9999; 40].map(|v| v.to_string()));
    slope(&grid, &all_voids.each_ref().map(String::as_str));
    let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("1,600 pixels of -9999 m, and no other; accepted:"), "{error}");
    assert!(error.contains("--nodata -9999"), "{error}");
    // Declared, there is no ground at all.
    let error =
        run(dir.path(), BuildCityMeshOptions { nodata: vec![-9999.0], ..BuildCityMeshOptions::default() }).unwrap_err();
    assert!(error.to_string().contains("all 1600 pixels stand for no data"), "{error}");

    slope(&grid, &[]);
    let text = std::fs::read_to_string(&grid).unwrap();
    let millimetres: Vec<String> = text.split_whitespace().skip(10).map(|height| format!("{height}000")).collect();
    let header: Vec<&str> = text.lines().take(5).collect();
    std::fs::write(&grid, header.join("\n") + "\n" + &millimetres.join(" ")).unwrap();
    let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("heights from 100000 to 139000 m, which no ground has"), "{error}");
    assert!(error.contains("makes metres of millimetres") && error.contains("--nodata nan"), "{error}");
    assert!(!dir.path().join("tiles").exists());
}

#[test]
fn a_single_pixel_without_data_is_no_pit() {
    let dir = tempfile::tempdir().unwrap();
    house(&dir.path().join("houses.geojson"), 50.0, 50.0, 10.0, None);
    for void in ["-9999", "-32768", "3.4028235e38"] {
        slope(&dir.path().join("dem.asc"), &[]);
        let text = std::fs::read_to_string(dir.path().join("dem.asc")).unwrap();
        std::fs::write(dir.path().join("dem.asc"), text.replacen(" 105 ", &format!(" {void} "), 1)).unwrap();
        let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err().to_string();
        assert!(error.contains("1 pixel of ") && error.contains(&format!("--nodata {void}")), "{error}");
    }
}

#[test]
fn a_grid_is_read_with_a_mark_and_refused_with_a_key_twice() {
    let dir = tempfile::tempdir().unwrap();
    let grid = dir.path().join("dem.asc");
    slope(&grid, &[]);
    let text = std::fs::read_to_string(&grid).unwrap();
    let bounds = Terrain::open(&grid, &TerrainOptions::default()).unwrap().bounds();
    std::fs::write(&grid, format!("\u{feff}{text}")).unwrap();
    assert_eq!(Terrain::open(&grid, &TerrainOptions::default()).unwrap().bounds(), bounds);
    std::fs::write(&grid, format!("cellsize 10\n{text}")).unwrap();
    let error = Terrain::open(&grid, &TerrainOptions::default()).unwrap_err().to_string();
    assert!(error.contains("the key cellsize for a second time"), "{error}");
}

#[test]
fn a_place_beside_a_raster_that_is_another_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let grid = dir.path().join("dem.asc");
    slope(&grid, &[]);
    let notes = |west: &str| {
        let text =
            format!("<PAMDataset><GeoTransform> {west}, 5.0, 0.0, 2.0e+02, 0.0, -5.0</GeoTransform></PAMDataset>");
        std::fs::write(dir.path().join("dem.asc.aux.xml"), text).unwrap();
        Terrain::open(&grid, &TerrainOptions::default())
    };
    notes("0.0").unwrap();
    let error = notes("10.0").unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    let error = error.to_string();
    assert!(error.contains("(GeoTransform 10, 5, 0, 200, 0, -5)") && error.contains("gdal_translate"), "{error}");
}

#[test]
fn rasters_of_other_programs_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let open = |name: &str, bytes: &[u8]| {
        std::fs::write(dir.path().join(name), bytes).unwrap();
        Terrain::open(dir.path().join(name), &TerrainOptions::default()).unwrap_err().to_string()
    };
    let error = open("N55E009.hgt", &[0, 65, 0, 66].repeat(100));
    assert!(error.contains("400 bytes") && error.contains("2,884,802 bytes of 3 seconds of arc"), "{error}");
    let error = open("dem.bil", &[7, 0, 200, 1].repeat(100));
    assert!(error.contains("no format that groma knows") && error.contains("gdal_translate"), "{error}");
    let error = open("dem.grd", b"[general]\ncreator=R package raster\n");
    assert!(!error.contains("JSON"), "{error}");
}

#[test]
fn a_footprint_around_the_whole_terrain_is_called_so() {
    let dir = tempfile::tempdir().unwrap();
    slope(&dir.path().join("dem.asc"), &[]);
    house(&dir.path().join("houses.geojson"), -100.0, -100.0, 400.0, None);
    let error = run(dir.path(), BuildCityMeshOptions::default()).unwrap_err().to_string();
    assert!(error.contains("around all of it as footprint #1 is"), "{error}");
    assert!(!error.contains("feet"), "{error}");
}

#[test]
fn bounds_beyond_the_terrain_are_told_once_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    slope(&dir.path().join("dem.asc"), &[]);
    house(&dir.path().join("houses.geojson"), 50.0, 50.0, 10.0, None);
    let within = |bounds: [f64; 4]| {
        let mut options = BuildCityMeshOptions { bounds: Some(bounds), ..BuildCityMeshOptions::default() };
        options.parameters.outside_data = OutsideData::Fail;
        run(dir.path(), options)
    };
    let error = within([-1000.0, 0.0, 150.0, 2000.0]).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "bounds", .. }), "{error}");
    assert!(error.to_string().contains("--bounds 0,0,150,200"), "{error}");
    assert!(!dir.path().join("tiles").exists());
    // As far as heights may be filled.
    assert!(within([-5.0, 0.0, 150.0, 205.0]).unwrap().is_complete());
}

/// What the folder of small faulty inputs says of terrains.
#[test]
fn the_faulty_terrains_of_the_shared_cases() {
    let Some(cases) = common::shared("city_terrains", "cases/formats") else { return };
    let open = |name: &str, nodata: &[f64]| {
        Terrain::open(cases.join(name), &TerrainOptions { nodata: nodata.to_vec(), ..TerrainOptions::default() })
    };
    for (name, wanted) in [("void_minus9999_no_tag.tif", "--nodata -9999"), ("lines.geojsonl", "holds no terrain")] {
        let error = open(name, &[]).unwrap_err().to_string();
        assert!(error.contains(wanted), "{name}: {error}");
    }
    assert!(open("void_minus9999_no_tag.tif", &[-9999.0]).unwrap().has_gaps());
    assert!(open("nodata_only_in_aux_xml.tif", &[]).unwrap().has_gaps());
    let lzw = open("lzw_tiled_int16.tif", &[]).unwrap();
    assert_eq!((lzw.cols(), lzw.rows()), (37, 39));
    assert!(lzw.values().iter().all(|v| v.is_finite()));

    // LERC may be off by what its writer was told, here nothing.
    #[cfg(feature = "lerc")]
    assert!(open("lerc.tif", &[]).unwrap().values() == open("zstd.tif", &[]).unwrap().values());

    // The same heights in other formats.
    let good = open("dem_3006.tif", &[]).unwrap();
    let virtual_raster = open("dem.vrt", &[]).unwrap();
    assert_eq!(virtual_raster.bounds(), good.bounds());
    assert!(virtual_raster.values() == good.values() && virtual_raster.epsg() == Some(3006));
    for name in ["zstd.tif", "int64.tif"] {
        let terrain = open(name, &[]).unwrap();
        assert_eq!((terrain.cols(), terrain.rows()), (20, 20), "{name}");
        assert!(terrain.values().iter().all(|v| v.is_finite()), "{name}");
    }
    for name in ["dgm.xyz", "decimal_comma.asc"] {
        let terrain = open(name, &[]).unwrap();
        assert!(terrain.values().iter().all(|v| v.is_finite() && *v != 0.0), "{name}: {:?}", terrain.values());
    }
    // Feet become metres, where the file tells them.
    let unit = |name: &str, height_unit| {
        let options = TerrainOptions { height_unit, ..TerrainOptions::default() };
        Terrain::open(cases.join(name), &options).unwrap().values()[0]
    };
    for name in ["compound_feet_2263_6360.tif", "band_unit_ft.tif"] {
        let (told, as_metres) = (unit(name, None), unit(name, Some(1.0)));
        assert!((told / as_metres - 0.3048).abs() < 1e-5, "{name}: {told}, {as_metres}");
    }
}
