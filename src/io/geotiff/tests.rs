use super::*;
use crate::io::crs::Comparison;

/// A little-endian classic TIFF written by hand: the encoder knows no tiles and writes only good files.
struct Draft {
    /// Tag, type (2 text, 3 short, 4 long, 12 double), values as bytes.
    entries: Vec<(u16, u16, Vec<u8>)>,
    data: Vec<u8>,
}

fn shorts(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn longs(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

impl Draft {
    /// Creates a raster of 3 x 2 pixels of 2 m with the upper left corner (100, 200), in one strip.
    fn new(format: u16, bits: u16, data: Vec<u8>) -> Draft {
        let entries = vec![
            (256, 3, shorts(&[3])),
            (257, 3, shorts(&[2])),
            (258, 3, shorts(&[bits])),
            (259, 3, shorts(&[1])),
            (262, 3, shorts(&[1])),
            (273, 4, longs(&[8])),
            (277, 3, shorts(&[1])),
            (278, 3, shorts(&[2])),
            (279, 4, longs(&[data.len() as u32])),
            (339, 3, shorts(&[format])),
            (33550, 12, doubles(&[2.0, 2.0, 0.0])),
            (33922, 12, doubles(&[0.0, 0.0, 0.0, 100.0, 200.0, 0.0])),
        ];
        Draft { entries, data }
    }

    fn floats() -> Draft {
        Draft::new(3, 32, (1..=6).flat_map(|v| (v as f32).to_le_bytes()).collect())
    }

    fn with(mut self, tag: u16, kind: u16, bytes: Vec<u8>) -> Draft {
        self.entries.retain(|e| e.0 != tag);
        self.entries.push((tag, kind, bytes));
        self.entries.sort();
        self
    }

    fn without(mut self, tag: u16) -> Draft {
        self.entries.retain(|e| e.0 != tag);
        self
    }

    fn keys(self, keys: &[[u16; 4]]) -> Draft {
        let all = [&[1, 1, 0, keys.len() as u16][..], keys.as_flattened()].concat();
        self.with(34735, 3, shorts(&all))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut file = b"II*\0\0\0\0\0".to_vec();
        file.extend(&self.data);
        let mut places = Vec::new();
        for (_, _, bytes) in &self.entries {
            places.push(file.len() as u32);
            if bytes.len() > 4 {
                file.extend(bytes);
            }
        }
        let directory = file.len() as u32;
        file[4..8].copy_from_slice(&directory.to_le_bytes());
        file.extend((self.entries.len() as u16).to_le_bytes());
        for ((tag, kind, bytes), place) in self.entries.iter().zip(places) {
            let size = [0, 1, 1, 2, 4, 8, 0, 0, 0, 0, 0, 0, 8][usize::from(*kind)];
            file.extend(shorts(&[*tag, *kind]));
            file.extend(((bytes.len() / size) as u32).to_le_bytes());
            let mut value = bytes.clone();
            value.resize(4, 0);
            file.extend(if bytes.len() > 4 { place.to_le_bytes().to_vec() } else { value });
        }
        file.extend([0; 4]);
        file
    }

    fn read(&self) -> Result<(RasterHeader, Vec<f32>)> {
        read(&self.bytes(), 1 << 20)
    }
}

fn read(bytes: &[u8], memory: u64) -> Result<(RasterHeader, Vec<f32>)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    std::fs::write(&path, bytes).unwrap();
    read_file(&path, memory)
}

fn read_file(path: &Path, memory: u64) -> Result<(RasterHeader, Vec<f32>)> {
    let mut tiff = GeoTiff::open(path, memory)?;
    let header = *tiff.header();
    // A broken header may announce more than a test should hold.
    let mut values = vec![f32::INFINITY; (header.pixels() as usize).min(1 << 20)];
    tiff.read(&header.whole(), &mut |row, col, part| {
        let at = row * header.cols + col;
        if let Some(values) = values.get_mut(at..at + part.len()) {
            values.copy_from_slice(part);
        }
        Ok(())
    })?;
    Ok((header, values))
}

#[test]
fn every_kind_of_number_is_read() {
    let drafts = [
        Draft::floats(),
        Draft::new(3, 64, (1..=6).flat_map(|v| f64::from(v).to_le_bytes()).collect()),
        Draft::new(2, 16, (1..=6).flat_map(|v: i16| v.to_le_bytes()).collect()),
        Draft::new(1, 16, (1..=6).flat_map(|v: u16| v.to_le_bytes()).collect()),
        Draft::new(2, 32, (1..=6).flat_map(|v: i32| v.to_le_bytes()).collect()),
        Draft::new(1, 8, (1..=6).collect()),
        Draft::new(2, 64, (1..=6).flat_map(|v: i64| v.to_le_bytes()).collect()),
    ];
    for draft in drafts {
        let draft = draft.with(42113, 2, b"4\0".to_vec());
        let (header, values) = draft.read().unwrap();
        assert_eq!((header.cols, header.rows, header.bounds()), (3, 2, [100.0, 196.0, 106.0, 200.0]));
        assert_eq!(values[..3], [1.0, 2.0, 3.0]);
        assert!(values[3].is_nan());
        assert_eq!(values[4..], [5.0, 6.0]);
    }
}

#[test]
fn tiles_are_put_where_they_belong_and_absent_ones_hold_no_data() {
    let tile = |first: usize| (0..256).map(move |i| (first + i) as f32).flat_map(f32::to_le_bytes);
    let mut draft = Draft::floats().without(273).without(278).without(279);
    draft.data = tile(0).chain(tile(1000)).chain(tile(2000)).collect();
    let draft = draft
        .with(256, 3, shorts(&[20]))
        .with(257, 3, shorts(&[17]))
        .with(322, 3, shorts(&[16]))
        .with(323, 3, shorts(&[16]))
        .with(324, 4, longs(&[8, 1032, 2056, 0]))
        .with(325, 4, longs(&[1024, 1024, 1024, 0]));
    let (header, values) = draft.read().unwrap();
    assert_eq!((header.cols, header.rows), (20, 17));
    let at = |row: usize, col: usize| values[row * 20 + col];
    assert_eq!((at(0, 0), at(3, 15), at(3, 17), at(16, 2)), (0.0, 63.0, 1049.0, 2002.0));
    assert!(at(16, 16).is_nan() && at(16, 19).is_nan());
}

/// Returns a raster of 37 x 39 whole numbers in tiles of 16 x 16, so that its rows and columns end within a tile.
fn tiled(order: weezl::BitOrder, with_end: bool) -> (Draft, Vec<f32>) {
    let value = |row: usize, col: usize| (row * 7 + col) as i16 - 40;
    let mut draft = Draft::new(2, 16, Vec::new()).without(273).without(278).without(279);
    let (mut offsets, mut sizes) = (Vec::new(), Vec::new());
    for tile in 0..9 {
        let numbers = (0..256).map(|k| value(tile / 3 * 16 + k / 16, tile % 3 * 16 + k % 16));
        let bytes: Vec<u8> = numbers.flat_map(i16::to_le_bytes).collect();
        let mut packed = match order {
            weezl::BitOrder::Msb => weezl::encode::Encoder::with_tiff_size_switch(order, 8).encode(&bytes),
            weezl::BitOrder::Lsb => weezl::encode::Encoder::new(order, 8).encode(&bytes),
        }
        .unwrap();
        // The end code lies in the last two bytes.
        packed.truncate(packed.len() - if with_end { 0 } else { 1 });
        offsets.push(8 + draft.data.len() as u32);
        sizes.push(packed.len() as u32);
        draft.data.extend(packed);
    }
    let draft = draft
        .with(256, 3, shorts(&[37]))
        .with(257, 3, shorts(&[39]))
        .with(259, 3, shorts(&[5]))
        .with(322, 3, shorts(&[16]))
        .with(323, 3, shorts(&[16]))
        .with(324, 4, longs(&offsets))
        .with(325, 4, longs(&sizes));
    let values = (0..37 * 39).map(|k| f32::from(value(k / 37, k % 37))).collect();
    (draft, values)
}

#[test]
fn lzw_is_read_whatever_the_size_of_tiles() {
    for (order, with_end) in [(weezl::BitOrder::Msb, true), (weezl::BitOrder::Msb, false), (weezl::BitOrder::Lsb, true)]
    {
        let (draft, expected) = tiled(order, with_end);
        let (header, values) = draft.read().unwrap();
        assert_eq!((header.cols, header.rows), (37, 39));
        assert!(values == expected, "{order:?}, {with_end}");
        // Whichever tile ends early, the error names its place.
        for tile in 0..9 {
            let mut short = draft.entries.iter().find(|e| e.0 == 325).unwrap().2.clone();
            let size = u32::from_le_bytes(short[4 * tile..][..4].try_into().unwrap());
            short[4 * tile..][..4].copy_from_slice(&(size / 3).to_le_bytes());
            let error = tiled(order, with_end).0.with(325, 4, short).read().unwrap_err();
            assert!(matches!(error, Error::BadFormat { offset: Some(_), .. }), "{error}");
        }
    }
}

#[test]
fn strips_or_tiles_that_are_missing_are_noticed() {
    let error = Draft::floats().with(278, 3, shorts(&[1])).read().unwrap_err();
    assert!(matches!(error, Error::BadFormat { .. }), "{error}");
}

#[test]
fn the_place_is_understood_in_all_its_forms() {
    let expected = Draft::floats().read().unwrap().0;
    let by_matrix = [2., 0., 0., 100., 0., -2., 0., 200., 0., 0., 0., 0., 0., 0., 0., 1.];
    let matrix = |m: &[f64]| Draft::floats().without(33550).without(33922).with(34264, 12, doubles(m));
    assert_eq!(matrix(&by_matrix).read().unwrap().0, expected);
    let elsewhere = Draft::floats().with(33922, 12, doubles(&[1.0, 2.0, 0.0, 102.0, 196.0, 0.0]));
    assert_eq!(elsewhere.read().unwrap().0, expected);

    let point = Draft::floats().keys(&[[1024, 0, 1, 1], [1025, 0, 1, 2], [3072, 0, 1, 28992]]).read().unwrap().0;
    assert_eq!((point.bounds(), point.epsg), ([99.0, 197.0, 105.0, 201.0], Some(28992)));

    // A raster that does not lie upright has a matrix, and the header of one that does.
    let lies = |draft: Draft| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dem.tif");
        std::fs::write(&path, draft.bytes()).unwrap();
        let tiff = GeoTiff::open(&path, 1 << 20).unwrap();
        (tiff.matrix(), tiff.header().bounds())
    };
    assert_eq!(lies(matrix(&by_matrix)).0, None);
    let mut south_up = by_matrix;
    (south_up[5], south_up[7]) = (2.0, 196.0);
    assert_eq!(lies(matrix(&south_up)), (Some([100.0, 2.0, 0.0, 196.0, 0.0, 2.0]), [0.0, -4.0, 6.0, 0.0]));
    let turned = [1.6, 1.2, 0., 100., 1.2, -1.6, 0., 200., 0., 0., 0., 0., 0., 0., 0., 1.];
    assert_eq!(lies(matrix(&turned)), (Some([100.0, 1.6, 1.2, 200.0, 1.2, -1.6]), [0.0, -4.0, 6.0, 0.0]));
    let pixel_is_point = lies(matrix(&turned).keys(&[[1024, 0, 1, 1], [1025, 0, 1, 2]]));
    assert_eq!(pixel_is_point.0.map(|m| [m[0], m[3]]), Some([98.6, 200.2]));

    let mut flat = turned;
    (flat[4], flat[5]) = (1.6, 1.2);
    for (draft, wanted) in [
        (matrix(&flat), "rows and columns of one direction"),
        (Draft::floats().without(33550), "does not say where it lies"),
        (Draft::floats().without(33550).with(33922, 12, doubles(&[0.0; 12])), "control points"),
    ] {
        let error = draft.read().unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn what_would_mislead_is_refused() {
    let bands = Draft::floats().with(277, 3, shorts(&[2])).with(258, 3, shorts(&[32, 32]));
    for (draft, wanted) in [
        (bands, "Multiband"),
        (Draft::floats().with(262, 3, shorts(&[0])), "photometric 0"),
        (Draft::floats().with(259, 3, shorts(&[34712])), "its compression is JPEG 2000 (34712)"),
        (Draft::floats().with(259, 3, shorts(&[34892])), "JPEG (34892)"),
        (Draft::floats().with(266, 3, shorts(&[2])), "in reverse"),
        (Draft::new(1, 16, vec![0; 12]).with(317, 3, shorts(&[3])).with(259, 3, shorts(&[5])), "predictor 3"),
    ] {
        let error = draft.read().unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    // What is said to be LERC and is not.
    #[cfg(feature = "lerc")]
    {
        let error = Draft::floats().with(259, 3, shorts(&[34887])).read().unwrap_err();
        assert!(
            matches!(error, Error::BadFormat { .. }) && error.to_string().contains("cannot be unpacked"),
            "{error}"
        );
    }
    let error = Draft::floats().with(42113, 2, b"none\0".to_vec()).read().unwrap_err();
    assert!(error.to_string().contains("no-data value of \"none\""), "{error}");
}

/// GDAL's metadata with one item.
fn metadata(role: &str, text: &str) -> Vec<u8> {
    format!("<GDALMetadata>\n  <Item name=\"X\" sample=\"0\" role=\"{role}\">{text}</Item>\n</GDALMetadata>\n\0")
        .into_bytes()
}

/// Returns the length of the unit of a draft's heights, or why it is not known.
fn height_unit(draft: &Draft, told: Option<f64>) -> std::result::Result<f64, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    std::fs::write(&path, draft.bytes()).unwrap();
    GeoTiff::open(&path, 1 << 20).unwrap().interpret(&[], told).map_err(|e| e.to_string())
}

const FOOT: f64 = 0.3048;
const US_FOOT: f64 = 12.0 / 39.37;

#[test]
fn the_unit_of_heights_is_found_wherever_it_is_told() {
    let keys = |keys: &[[u16; 4]], texts: &str| {
        Draft::floats().keys(&[&[[1024, 0, 1, 1]], keys].concat()).with(34737, 2, format!("{texts}\0").into_bytes())
    };
    let cited = |key: u16, text: &str| keys(&[[key, 34737, text.len() as u16 + 1, 0]], &format!("{text}|"));
    let unit = |text: &str| Draft::floats().with(42112, 2, metadata("unittype", text));
    for (draft, wanted) in [
        (keys(&[[3072, 0, 1, 3006]], ""), 1.0),
        (keys(&[[3072, 0, 1, 2263], [4096, 0, 1, 6360]], ""), US_FOOT),
        (keys(&[[3072, 0, 1, 2263], [4096, 0, 1, 5703]], ""), 1.0),
        (keys(&[[3072, 0, 1, 8720]], ""), US_FOOT),
        (keys(&[[3072, 0, 1, 32618], [4096, 0, 1, 6360]], ""), US_FOOT),
        (keys(&[[3072, 0, 1, 3006], [4099, 0, 1, 9003]], ""), US_FOOT),
        (keys(&[[3072, 0, 1, 2263], [4099, 0, 1, 9001]], ""), 1.0),
        (keys(&[[4099, 0, 1, 9002]], ""), FOOT),
        (cited(4097, "NAVD88 height (ft)"), FOOT),
        (cited(1026, "NAD83 / New York Long Island (ftUS) + NAVD88 height (ftUS)"), US_FOOT),
        (unit("ft"), FOOT),
        (unit("US survey foot"), US_FOOT),
        (unit("metre"), 1.0),
        (unit("a word that is no unit"), 1.0),
    ] {
        let found = height_unit(&draft, None).unwrap();
        assert!((found - wanted).abs() < 1e-12, "{found}, {wanted}");
        assert_eq!(height_unit(&draft, Some(0.1)), Ok(0.1));
    }
    for (draft, wanted) in [
        // Nothing tells in which unit the heights are.
        (keys(&[[3072, 0, 1, 2263]], ""), "nothing tells the unit of its heights"),
        (keys(&[[3076, 0, 1, 9003]], ""), "nothing tells the unit of its heights"),
        (cited(1026, "PCS Name = NAD_1983_Anything|LUnits = Foot_US"), "coordinates in the unit"),
        (keys(&[[3072, 0, 1, 3006], [4099, 0, 1, 9099]], ""), "\"EPSG:9099\", whose length is not known"),
        (
            keys(&[[3072, 0, 1, 3006], [4099, 0, 1, 9001]], "").with(42112, 2, metadata("unittype", "ft")),
            "in a unit of 0.3048 m by its band, of 1 m by its reference system",
        ),
    ] {
        let error = height_unit(&draft, None).unwrap_err();
        assert!(error.contains(wanted) && error.contains("--height-unit"), "{wanted}: {error}");
        assert_eq!(height_unit(&draft, Some(FOOT)), Ok(FOOT));
    }
    let depths = keys(&[[3072, 0, 1, 25832], [4096, 0, 1, 5715]], "");
    assert!(height_unit(&depths, Some(1.0)).unwrap_err().contains("heights that count downwards"));
}

#[test]
fn heights_are_converted_after_scale_and_offset() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    let text = "<GDALMetadata><Item name=\"OFFSET\" sample=\"0\" role=\"offset\">100</Item>\
                <Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.5</Item></GDALMetadata>\0";
    std::fs::write(&path, Draft::floats().with(42112, 2, text.as_bytes().to_vec()).bytes()).unwrap();
    let mut tiff = GeoTiff::open(&path, 1 << 20).unwrap();
    assert_eq!(tiff.interpret(&[4.0, 102.5], Some(FOOT)).unwrap(), FOOT);
    let mut values = Vec::new();
    let whole = tiff.header().whole();
    tiff.read(&whole, &mut |_, _, part| {
        values.extend_from_slice(part);
        Ok(())
    })
    .unwrap();
    let feet = |v: f64| (v * FOOT) as f32;
    assert_eq!(values[..3], [feet(100.5), feet(101.0), feet(101.5)]);
    // A value that stands for no data is a number of the file, or a height in its unit.
    assert!(values[3].is_nan() && values[4].is_nan());
    assert_eq!(values[5], feet(103.0));
}

#[test]
fn scale_and_offset_make_heights_after_no_data_was_found() {
    let text = "<GDALMetadata><Item name=\"OFFSET\" sample=\"0\" role=\"offset\">100</Item>\
                <Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.5</Item>\
                <Item name=\"SCALE\" sample=\"1\" role=\"scale\">7</Item></GDALMetadata>\0";
    let draft = Draft::floats().with(42112, 2, text.as_bytes().to_vec()).with(42113, 2, b"4\0".to_vec());
    let values = draft.read().unwrap().1;
    assert_eq!(values[..3], [100.5, 101.0, 101.5]);
    assert!(values[3].is_nan());
    assert_eq!(values[4..], [102.5, 103.0]);
    let broken = Draft::floats().with(42112, 2, metadata("scale", "much")).read().unwrap_err().to_string();
    assert!(broken.contains("scale is \"much\", where a number belongs"), "{broken}");
    let flat = Draft::floats().with(42112, 2, metadata("scale", "0")).read().unwrap_err().to_string();
    assert!(flat.contains("a scale of 0; accepted: a number other than 0"), "{flat}");
    // How old Windows programs write NaN.
    for nan in ["-1.#IND", "1.#QNAN", "nan"] {
        let draft = Draft::floats().with(42113, 2, format!("{nan}\0").into_bytes());
        assert_eq!(draft.read().unwrap().1[..2], [1.0, 2.0], "{nan}");
    }
}

#[test]
fn what_lies_beside_a_raster_is_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    std::fs::write(&path, Draft::floats().bytes()).unwrap();
    let beside = |name: &str, text: &str| {
        let file = dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        let read = read_file(&path, 1 << 20);
        std::fs::remove_file(file).unwrap();
        read
    };
    let pam = |band: &str| format!("<PAMDataset><PAMRasterBand band=\"1\">{band}</PAMRasterBand></PAMDataset>");
    let values =
        beside("dem.tif.aux.xml", &pam("<NoDataValue>2</NoDataValue><Scale>10</Scale><Offset>1</Offset>")).unwrap().1;
    assert_eq!((values[0], values[2]), (11.0, 31.0));
    assert!(values[1].is_nan());
    let other_band = "<PAMDataset><PAMRasterBand band=\"2\"><NoDataValue>2</NoDataValue></PAMRasterBand></PAMDataset>";
    assert_eq!(beside("dem.tif.aux.xml", other_band).unwrap().1[1], 2.0);
    for (name, text, wanted) in [
        ("dem.tif.aux.xml", pam("<NoDataValue>none</NoDataValue>"), "NoDataValue is \"none\""),
        ("dem.tif.aux.xml", "<PAMDataset>".into(), "dem.tif.aux.xml"),
        ("dem.tif.msk", String::new(), "dem.tif.msk"),
        ("dem.tif.MSK", "no mask".into(), "dem.tif.MSK"),
    ] {
        let error = beside(name, &text).unwrap_err().to_string();
        // Where names in lower and upper case are one file (Windows), it is found under the first of them.
        assert!(error.to_lowercase().contains(&wanted.to_lowercase()), "{name}: {error}");
    }
    let wide: Vec<u8> =
        "\u{feff}PROJCS[\"x\",UNIT[\"Foot\",0.3048]]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(dir.path().join("dem.prj"), wide).unwrap();
    let tiff = GeoTiff::open(&path, 1 << 20).unwrap();
    let complaint = tiff.crs().and_then(Crs::complaint).unwrap();
    assert!(complaint.contains("\"Foot\" of 0.3048 m"), "{complaint}");
    std::fs::remove_file(dir.path().join("dem.prj")).unwrap();
    assert_eq!(read_file(&path, 1 << 20).unwrap().1, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

/// Returns a raster in strips or tiles, packed or not, that is 3 columns wider than two tiles of 16 x 16.
fn in_chunks(side: Option<usize>, packed: bool) -> Draft {
    let (cols, rows) = (35_usize, 21_usize);
    let (width, length) = side.map_or((cols, 4), |side| (side, side));
    let mut draft = Draft::floats().without(273).without(278).without(279);
    draft.data.clear();
    let (mut offsets, mut sizes) = (Vec::new(), Vec::new());
    for row in (0..rows).step_by(length) {
        for col in (0..cols).step_by(width) {
            let length = if side.is_some() { length } else { length.min(rows - row) };
            let pixel = |k: usize| ((row + k / width) * 100 + col + k % width) as f32;
            let bytes: Vec<u8> = (0..width * length).flat_map(|k| pixel(k).to_le_bytes()).collect();
            let bytes = if packed {
                weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(&bytes).unwrap()
            } else {
                bytes
            };
            offsets.push(8 + draft.data.len() as u32);
            sizes.push(bytes.len() as u32);
            draft.data.extend(bytes);
        }
    }
    let draft = draft.with(256, 3, shorts(&[cols as u16])).with(257, 3, shorts(&[rows as u16])).with(
        259,
        3,
        shorts(&[if packed { 5 } else { 1 }]),
    );
    match side {
        None => draft.with(278, 3, shorts(&[4])).with(273, 4, longs(&offsets)).with(279, 4, longs(&sizes)),
        Some(side) => draft
            .with(322, 3, shorts(&[side as u16]))
            .with(323, 3, shorts(&[side as u16]))
            .with(324, 4, longs(&offsets))
            .with(325, 4, longs(&sizes)),
    }
}

#[test]
fn windows_are_the_pixels_of_the_whole_and_no_other_strip_or_tile_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    for (side, packed) in [(None, false), (None, true), (Some(16), false), (Some(16), true)] {
        let draft = in_chunks(side, packed);
        std::fs::write(&path, draft.bytes()).unwrap();
        let mut tiff = GeoTiff::open(&path, 1 << 20).unwrap();
        for (rows, cols) in [(0..21, 0..35), (3..4, 34..35), (15..18, 14..33), (20..21, 0..1), (4..8, 16..32)] {
            let window = RasterWindow { rows, cols };
            let mut seen = std::collections::BTreeMap::new();
            tiff.read(&window, &mut |row, col, values| {
                for (k, value) in values.iter().enumerate() {
                    assert_eq!((*value, seen.insert((row, col + k), ())), ((row * 100 + col + k) as f32, None));
                }
                Ok(())
            })
            .unwrap();
            assert_eq!(seen.len() as u64, window.pixels());
            let within = |(row, col): &(usize, usize)| window.rows.contains(row) && window.cols.contains(col);
            assert!(seen.keys().all(within));
        }
        for (rows, cols) in [(0..22, 0..1), (0..1, 35..36), (3..3, 0..1)] {
            let refused = tiff.read(&RasterWindow { rows, cols }, &mut |_, _, _| Ok(())).unwrap_err();
            assert!(matches!(refused, Error::InvalidArgument { name: "window", .. }), "{refused}");
        }
        // All strips or tiles but the first lie beyond the end of the file.
        let tag = if side.is_some() { 324 } else { 273 };
        let (_, _, offsets) = draft.entries.iter().find(|entry| entry.0 == tag).unwrap();
        let mut gone: Vec<u8> = offsets.clone();
        gone[4..].as_chunks_mut::<4>().0.iter_mut().for_each(|offset| *offset = 1_000_000_u32.to_le_bytes());
        let draft = draft.with(tag, 4, gone);
        std::fs::write(&path, draft.bytes()).unwrap();
        let mut tiff = GeoTiff::open(&path, 1 << 20).unwrap();
        let mut count = 0;
        let mut sink = |_: usize, _: usize, values: &[f32]| {
            count += values.len();
            Ok(())
        };
        tiff.read(&RasterWindow { rows: 1..4, cols: 2..16 }, &mut sink).unwrap();
        assert!(tiff.read(&RasterWindow { rows: 1..17, cols: 2..17 }, &mut sink).is_err());
        assert!(count >= 3 * 14);
    }
}

#[test]
fn a_strip_that_is_not_compressed_may_be_larger_than_the_memory() {
    let (cols, rows) = (700_usize, 300_usize);
    let data = (0..cols * rows).flat_map(|k| (k as f32).to_le_bytes()).collect();
    let draft = Draft::new(3, 32, data).with(256, 3, shorts(&[700])).with(257, 3, shorts(&[300]));
    let (header, values) = read(&draft.with(278, 3, shorts(&[300])).bytes(), 300_000).unwrap();
    assert_eq!((header.cols, header.rows), (cols, rows));
    assert!(values.iter().enumerate().all(|(k, v)| *v == k as f32));
}

#[test]
fn sizes_are_not_believed() {
    let huge = Draft::floats().with(256, 4, longs(&[u32::MAX])).with(257, 4, longs(&[u32::MAX]));
    let huge = huge.with(278, 4, longs(&[u32::MAX]));
    assert!(matches!(huge.read(), Err(Error::BadFormat { .. })));
    let wide = Draft::floats().with(256, 4, longs(&[100_000])).with(279, 4, longs(&[8]));
    // A row of numbers, plus a row of heights in each precision.
    assert!(matches!(wide.read(), Err(Error::MemoryLimit { needed: 1_600_000, .. })));
    let cut = Draft::floats().with(279, 4, longs(&[4]));
    assert!(matches!(cut.read(), Err(Error::BadFormat { .. })));
    assert!(read(b"II*\0", 1 << 20).is_err());
}

/// Every byte of a small file in turn takes some other values: an error or other heights, never a panic.
#[test]
fn broken_files_never_panic() {
    let strips = Draft::floats().keys(&[[1024, 0, 1, 1]]).with(42113, 2, b"-9999\0".to_vec());
    let mut tiles = Draft::floats().without(273).without(278).without(279);
    tiles.data = vec![7; 1024];
    let tiles = tiles
        .with(322, 3, shorts(&[16]))
        .with(323, 3, shorts(&[16]))
        .with(324, 4, longs(&[8]))
        .with(325, 4, longs(&[1024]))
        .with(317, 3, shorts(&[3]));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    for bytes in [strips.bytes(), tiles.bytes()] {
        // The numbers themselves may be anything.
        let directory = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
        for at in (0..8).chain(directory.saturating_sub(200)..bytes.len()) {
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert!(read_file(&path, 1 << 20).is_err());
            for value in [0, 1, 255] {
                let mut broken = bytes.clone();
                broken[at] = value;
                std::fs::write(&path, &broken).unwrap();
                let _ = read_file(&path, 1 << 20);
            }
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    // More than one strip, the last of them shorter.
    let header = RasterHeader { cols: 1000, rows: 700, west: 1e5, north: 6e6, cell: [2.0, 0.5], epsg: Some(3006) };
    let value = |row: usize, col: usize| if row == col { f32::NAN } else { (row * 1000 + col) as f32 };
    write(&path, &header, |row, values| {
        values.iter_mut().enumerate().for_each(|(col, v)| *v = value(row, col));
        Ok(())
    })
    .unwrap();
    let (again, values) = read_file(&path, 16 << 20).unwrap();
    assert_eq!(again, header);
    for (k, v) in values.iter().enumerate() {
        assert_eq!(v.to_bits(), value(k / 1000, k % 1000).to_bits());
    }
    let nowhere = RasterHeader { cols: 0, ..header };
    assert!(matches!(write(&path, &nowhere, |_, _| Ok(())), Err(Error::InvalidArgument { .. })));
}

#[test]
fn projections_without_a_code_are_those_that_their_keys_describe() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dem.tif");
    let read = |shorts: &[[u16; 2]], numbers: &[(u16, f64)]| {
        let shorts = shorts.iter().map(|&[key, value]| [key, 0, 1, value]);
        let numbered = numbers.iter().zip(0_u16..).map(|(&(key, _), at)| [key, 34736, 1, at]);
        let all: Vec<[u16; 4]> =
            [[1024, 0, 1, 1], [3072, 0, 1, 32767]].into_iter().chain(shorts).chain(numbered).collect();
        let values: Vec<f64> = numbers.iter().map(|(_, value)| *value).collect();
        std::fs::write(&path, Draft::floats().keys(&all).with(34736, 12, doubles(&values)).bytes()).unwrap();
        GeoTiff::open(&path, 1 << 20).unwrap().crs().cloned().unwrap()
    };
    let grs_80 = [(2057, 6378137.0), (2059, 298.257222101)];
    let with = |numbers: &[(u16, f64)]| [&grs_80[..], numbers].concat();
    let of_etrs = |method: u16| [[2048, 32767], [2050, 6258], [3074, 32767], [3075, method], [3076, 9001]];
    let utm = [(3080, 9.0), (3081, 0.0), (3082, 500_000.0), (3083, 0.0), (3092, 0.9996)];
    let laea = [(3082, 4_321_000.0), (3083, 3_210_000.0), (3088, 10.0), (3089, 52.0)];
    let lambert = [(3078, 49.0), (3079, 44.0), (3084, 3.0), (3085, 46.5), (3086, 700_000.0), (3087, 6_600_000.0)];
    let albers = [(3078, 29.5), (3079, 45.5), (3080, -96.0), (3081, 23.0), (3082, 0.0), (3083, 0.0)];
    let feet = [
        (3078, 41.0333333333333),
        (3079, 40.6666666666667),
        (3084, -74.0),
        (3085, 40.1666666666667),
        (3086, 984_250.0),
        (3087, 0.0),
    ];
    let lambert_of_one = [(3080, -77.0), (3081, 18.0), (3082, 750_000.0), (3083, 650_000.0), (3092, 1.0)];
    let dutch =
        [(3080, 5.38763888888889), (3081, 52.1561605555556), (3082, 155_000.0), (3083, 463_000.0), (3092, 0.9999079)];
    for (crs, code) in [
        (read(&of_etrs(1), &with(&utm)), 25832),
        (read(&of_etrs(10), &with(&laea)), 3035),
        (read(&[[2048, 4171], [3074, 32767], [3075, 8], [3076, 9001]], &lambert), 2154),
        (read(&[[2048, 4269], [3074, 32767], [3075, 11], [3076, 9001]], &albers), 5070),
        (read(&[[2048, 4269], [3074, 32767], [3075, 8], [3076, 9003]], &feet), 2263),
        (read(&[[2048, 4758], [3074, 32767], [3075, 9], [3076, 9001]], &lambert_of_one), 3448),
        (read(&[[2048, 4289], [3074, 32767], [3075, 16], [3076, 9001]], &dutch), 28992),
        (read(&[[2048, 4326], [3074, 16132], [3076, 9001]], &[]), 32732),
    ] {
        assert_eq!((crs.code, crs.compare(&Crs::of_epsg(code))), (None, Comparison::Same), "EPSG:{code}: {crs}");
    }
    // Another datum, a method that is not read, and a parallel that is missing.
    let other = read(&[[2048, 4230], [3074, 16032], [3076, 9001]], &[]);
    assert_eq!(other.compare(&Crs::of_epsg(25832)), Comparison::Different);
    for crs in [read(&of_etrs(27), &with(&utm)), read(&of_etrs(8), &with(&utm))] {
        assert_eq!(crs.compare(&Crs::of_epsg(25832)), Comparison::Unknown);
    }
}
