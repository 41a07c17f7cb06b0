use super::*;
use crate::io::ascii_grid::AsciiGrid;

fn opener(path: &Path, _memory: u64) -> Result<Box<dyn RasterSource>> {
    Ok(Box::new(AsciiGrid::open(path)?))
}

/// Writes a grid; `height` gets x and y of a pixel's centre, NaN is a gap.
fn grid(
    folder: &Path,
    name: &str,
    (size, cell): ([usize; 2], f64),
    [west, south]: [f64; 2],
    height: impl Fn(f64, f64) -> f64,
) -> PathBuf {
    let [cols, rows] = size;
    let mut text = format!("ncols {cols}\nnrows {rows}\nxllcorner {west}\nyllcorner {south}\ncellsize {cell}\n");
    for row in (0..rows).rev() {
        for col in 0..cols {
            text += &format!("{} ", height(west + cell * (col as f64 + 0.5), south + cell * (row as f64 + 0.5)));
        }
        text.push('\n');
    }
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn plane(x: f64, y: f64) -> f64 {
    100.0 + 0.25 * x - 0.5 * y
}

fn read(mosaic: &mut Mosaic, window: &RasterWindow) -> Vec<f32> {
    let mut values = vec![f32::INFINITY; window.pixels() as usize];
    mosaic
        .read(window, &mut |row, col, part| {
            let at = (row - window.rows.start) * window.cols.len() + col - window.cols.start;
            for (value, &height) in values[at..].iter_mut().zip(part) {
                assert_eq!(*value, f32::INFINITY, "a pixel comes once");
                *value = height;
            }
            Ok(())
        })
        .unwrap();
    assert!(values.iter().all(|v| *v != f32::INFINITY), "every pixel comes");
    values
}

fn join(files: &[PathBuf]) -> Result<Mosaic> {
    let mut mosaic = Mosaic::of_files(files, opener, (1_u64 << 20).into())?;
    mosaic.interpret(&[], None)?;
    Ok(mosaic)
}

#[test]
fn tiles_of_one_grid_are_its_pixels_bit_for_bit() {
    let dir = tempfile::tempdir().unwrap();
    let odd = |x: f64, y: f64| (x * 0.37).sin() + y * 0.113;
    let tile = |k: usize| {
        let place = [1000.0 + 14.0 * (k % 3) as f64, 500.0 + 10.0 * (k / 3) as f64];
        grid(dir.path(), &format!("{k}.asc"), ([7, 5], 2.0), place, odd)
    };
    let files: Vec<PathBuf> = (0..6).map(tile).collect();
    let mut mosaic = join(&files).unwrap();
    let header = *mosaic.header();
    assert_eq!((header.cols, header.rows, header.bounds()), (21, 10, [1000.0, 500.0, 1042.0, 520.0]));
    let whole = read(&mut mosaic, &header.whole());
    for (k, value) in whole.iter().enumerate() {
        let (x, y) = (1001.0 + 2.0 * (k % 21) as f64, 519.0 - 2.0 * (k / 21) as f64);
        assert_eq!(value.to_bits(), (odd(x, y) as f32).to_bits());
    }
    assert_eq!(mosaic.uncovered(&header.whole()), None);
    for window in [(0..1, 0..21), (3..8, 5..9), (4..6, 6..15), (9..10, 20..21)] {
        let window = RasterWindow { rows: window.0, cols: window.1 };
        let wanted = window.rows.clone().flat_map(|row| window.cols.clone().map(move |col| (row, col)));
        let wanted: Vec<f32> = wanted.map(|(row, col)| whole[row * 21 + col]).collect();
        assert_eq!(read(&mut mosaic, &window), wanted);
    }
    // One tile less is a gap, which is named, and which the edge of the raster is not.
    let mut gappy = join(&[&files[..1], &files[2..]].concat()).unwrap();
    let (pixels, first) = gappy.uncovered(&header.whole()).unwrap();
    assert_eq!((pixels, first), (35, RasterWindow { rows: 5..10, cols: 7..14 }));
    assert_eq!(gappy.uncovered(&RasterWindow { rows: 0..5, cols: 0..21 }), None);
    let values = read(&mut gappy, &header.whole());
    assert_eq!(values.iter().filter(|v| v.is_nan()).count(), 35);
}

#[test]
fn the_first_that_has_data_counts_and_the_others_fill_it() {
    let dir = tempfile::tempdir().unwrap();
    let hole = |x: f64, y: f64| if (4.0..6.0).contains(&x) && y < 4.0 { f64::NAN } else { 1.0 };
    let a = grid(dir.path(), "a.asc", ([6, 6], 1.0), [0.0, 0.0], hole);
    let b = grid(dir.path(), "b.asc", ([6, 6], 1.0), [4.0, 2.0], |_, _| 2.0);
    let at = |values: &[f32], x: usize, y: usize| values[(7 - y) * 10 + x];
    let mut mosaic = join(&[a.clone(), b.clone()]).unwrap();
    let whole = mosaic.header().whole();
    let values = read(&mut mosaic, &whole);
    assert_eq!((mosaic.header().cols, mosaic.header().rows), (10, 8));
    // In the overlap a counts but in its hole; the hole beyond b stays.
    assert_eq!([at(&values, 4, 5), at(&values, 4, 3), at(&values, 9, 7), at(&values, 0, 0)], [1.0, 2.0, 2.0, 1.0]);
    assert!(at(&values, 4, 1).is_nan() && at(&values, 0, 7).is_nan() && at(&values, 9, 0).is_nan());
    let mut other = join(&[b, a]).unwrap();
    let values = read(&mut other, &whole);
    assert_eq!([at(&values, 4, 5), at(&values, 4, 3)], [2.0, 2.0]);
}

#[test]
fn pixels_of_another_size_are_interpolated_between_centres() {
    let dir = tempfile::tempdir().unwrap();
    let fine = grid(dir.path(), "fine.asc", ([20, 20], 1.0), [0.0, 0.0], plane);
    let coarse = grid(dir.path(), "coarse.asc", ([10, 10], 5.0), [-15.0, -15.0], plane);
    let moved = grid(dir.path(), "moved.asc", ([9, 9], 1.0), [24.25, 24.5], plane);
    let mut mosaic = join(&[fine, coarse, moved]).unwrap();
    let header = *mosaic.header();
    assert_eq!(header.cell, [1.0, 1.0]);
    assert_eq!(header.bounds(), [-15.0, -15.0, 35.0, 35.0]);
    let values = read(&mut mosaic, &header.whole());
    for (k, value) in values.iter().enumerate() {
        let (x, y) = (-14.5 + (k % 50) as f64, 34.5 - (k / 50) as f64);
        // Half a coarse pixel at its edge is as its centre.
        let (u, v) = if (0.0..20.0).contains(&x) && (0.0..20.0).contains(&y) {
            (x, y)
        } else {
            (x.clamp(-12.5, 32.5), y.clamp(-12.5, 32.5))
        };
        assert!((f64::from(*value) - plane(u, v)).abs() < 1e-4, "{value} at {x}, {y}");
    }
    // In pieces it is the same.
    let window = RasterWindow { rows: 3..44, cols: 7..31 };
    let wanted: Vec<f32> = window.rows.clone().flat_map(|row| values[row * 50 + 7..row * 50 + 31].to_vec()).collect();
    assert_eq!(read(&mut mosaic, &window), wanted);
}

#[test]
fn files_of_different_systems_are_refused_with_both_named() {
    let dir = tempfile::tempdir().unwrap();
    let files = ["a", "b"].map(|name| grid(dir.path(), &format!("{name}.asc"), ([2, 2], 1.0), [0.0, 0.0], plane));
    let prj = |name: &str, crs: &str| std::fs::write(dir.path().join(name), crs).unwrap();
    prj("a.prj", "EPSG:25832");
    let error = join(&files).unwrap_err().to_string();
    assert!(error.contains("no reference system") && error.contains("a.asc is in EPSG:25832"), "{error}");
    prj("b.prj", "EPSG:25833");
    let error = join(&files).unwrap_err().to_string();
    assert!(error.contains("b.asc") && error.contains("it is in EPSG:25833"), "{error}");
    prj("b.prj", "EPSG:25832");
    assert_eq!(join(&files).unwrap().header().epsg, Some(25832));
    assert!(matches!(join(&[]), Err(Error::InvalidArgument { .. })));
}

#[test]
fn few_of_many_files_are_open_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let tile = |k: usize| {
        let place = [(k % 20) as f64 * 2.0, (k / 20) as f64 * 2.0];
        grid(dir.path(), &format!("{k:03}.asc"), ([2, 2], 1.0), place, plane)
    };
    let files: Vec<PathBuf> = (0..400).map(tile).collect();
    let mut mosaic = join(&files).unwrap();
    let whole = mosaic.header().whole();
    let values = read(&mut mosaic, &whole);
    assert!((f64::from(values[0]) - plane(0.5, 39.5)).abs() < 1e-5);
    assert!(format!("{:?}", mosaic.open).matches("AsciiGrid").count() <= 16);
    // A file that is gone meanwhile is an error that names it.
    std::fs::remove_file(&files[7]).unwrap();
    let error = mosaic.read(&whole, &mut |_, _, _| Ok(())).unwrap_err().to_string();
    assert!(error.contains("007.asc"), "{error}");
}

#[test]
fn files_on_different_datums_are_refused_though_one_has_no_code() {
    let dir = tempfile::tempdir().unwrap();
    let files = ["a.asc", "b.asc"].map(|name| grid(dir.path(), name, ([4, 4], 10.0), [500_000.0, 4_500_000.0], plane));
    let utm = |datum: &str, spheroid: &str| {
        format!(
            "PROJCS[\"{datum}_UTM_Zone_18N\",GEOGCS[\"GCS\",DATUM[\"D_{datum}\",SPHEROID[{spheroid}]],\
             PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],\
             PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],\
             PARAMETER[\"Central_Meridian\",-75.0],PARAMETER[\"Scale_Factor\",0.9996],\
             PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
        )
    };
    let nad_27 = utm("North_American_1927", "\"Clarke_1866\",6378206.4,294.9786982");
    let nad_83 = utm("North_American_1983", "\"GRS_1980\",6378137.0,298.257222101");
    let nobodys = utm("Nobodys", "\"GRS_1980\",6378137.0,298.257222101");
    std::fs::write(dir.path().join("a.prj"), "EPSG:26918").unwrap();
    for (prj, wanted) in [
        (nad_83.as_str(), None),
        (&nad_27, Some(["North_American_1927_UTM_Zone_18N", "a.asc is in EPSG:26918"])),
        (&nobodys, Some(["nothing tells whether these are the same", "gdal_edit.py -a_srs EPSG:CODE"])),
        ("LOCAL_CS[\"site\",UNIT[\"m\",1]]", Some(["site", "nothing tells"])),
    ] {
        std::fs::write(dir.path().join("b.prj"), prj).unwrap();
        let joined = join(&files);
        let Some(parts) = wanted else {
            assert_eq!(joined.unwrap().header().epsg, Some(26918));
            continue;
        };
        let error = joined.unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        parts.iter().for_each(|part| assert!(error.to_string().contains(part), "{error}"));
    }
    // With no system, gdalwarp has nothing to start from.
    std::fs::remove_file(dir.path().join("b.prj")).unwrap();
    let error = join(&files).unwrap_err().to_string();
    assert!(error.contains("gdal_edit.py -a_srs EPSG:CODE") && error.contains("b.asc, or a .prj beside it"), "{error}");
    assert!(!error.contains("gdalwarp"), "{error}");
    std::fs::write(dir.path().join("b.prj"), "404: Not Found").unwrap();
    let error = join(&files).unwrap_err().to_string();
    assert!(error.contains("b.prj: \"404: Not Found\"; accepted: the description of a reference system"), "{error}");
}
