//! Shapefiles written by hand, as GIS write them and as nobody should.

use std::path::PathBuf;

use crate::city::input::footprints::{FootprintOptions, FootprintSet, read_footprints};
use crate::{Error, Result};

type Ring = Vec<[f64; 2]>;

fn square(west: f64, south: f64, size: f64) -> Ring {
    let (e, n) = (west + size, south + size);
    vec![[west, south], [west, n], [e, n], [e, south], [west, south]]
}

/// The content of a polygon's record. Kinds above 5 have Z or M values behind the points.
fn polygon(kind: i32, rings: &[Ring]) -> Vec<u8> {
    let points: Vec<[f64; 2]> = rings.iter().flatten().copied().collect();
    let mut content = kind.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend((rings.len() as i32).to_le_bytes());
    content.extend((points.len() as i32).to_le_bytes());
    let mut first = 0_i32;
    for ring in rings {
        content.extend(first.to_le_bytes());
        first += ring.len() as i32;
    }
    points.iter().flatten().for_each(|c| content.extend(c.to_le_bytes()));
    let blocks = match kind {
        15 => 2,
        25 => 1,
        _ => 0,
    };
    content.extend(vec![0; blocks * (16 + 8 * points.len())]);
    content
}

/// A `.shp` and its `.shx`.
fn shapes(kind: i32, records: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let header = |bytes: usize| {
        let mut header = 9994_i32.to_be_bytes().to_vec();
        header.extend([0; 20]);
        header.extend((bytes as i32 / 2).to_be_bytes());
        header.extend(1000_i32.to_le_bytes());
        header.extend(kind.to_le_bytes());
        header.resize(100, 0);
        header
    };
    let (mut body, mut index) = (Vec::new(), Vec::new());
    for (n, record) in records.iter().enumerate() {
        let words = (record.len() as i32 / 2).to_be_bytes();
        index.extend((50 + body.len() as i32 / 2).to_be_bytes());
        index.extend(words);
        body.extend((n as i32 + 1).to_be_bytes());
        body.extend(words);
        body.extend(record);
    }
    let shp = [header(100 + body.len()), body].concat();
    let shx = [header(100 + index.len()), index].concat();
    (shp, shx)
}

/// A `.dbf` with fields of a name, a kind and a length. A row that begins with `*` is deleted.
fn table(language: u8, fields: &[(&str, u8, u8)], rows: &[&[&[u8]]]) -> Vec<u8> {
    let length = 1 + fields.iter().map(|(_, _, length)| u16::from(*length)).sum::<u16>();
    let mut bytes = vec![3, 126, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend((32 + 32 * fields.len() as u16 + 1).to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = language;
    for (name, kind, length) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(32, 0);
        (field[11], field[16]) = (*kind, *length);
        bytes.extend(field);
    }
    bytes.push(0x0d);
    for row in rows {
        let (mark, values) = if row.len() > fields.len() { (b'*', &row[1..]) } else { (b' ', &row[..]) };
        bytes.push(mark);
        for (value, (_, _, length)) in values.iter().zip(fields) {
            let mut value = value.to_vec();
            value.resize(usize::from(*length), b' ');
            bytes.extend(value);
        }
    }
    bytes
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, bytes)| std::fs::write(folder.path(name), bytes).unwrap());
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Result<FootprintSet> {
        read_footprints(self.path(name), &FootprintOptions::default())
    }
}

fn heights(set: &FootprintSet) -> Vec<f64> {
    set.footprints.iter().map(|footprint| footprint.height).collect()
}

const FIELDS: [(&str, u8, u8); 3] = [("name", b'C', 10), ("HEIGHT", b'N', 8), ("flat", b'L', 1)];
const RD_NEW: &str = "PROJCS[\"Amersfoort_RD_New\",GEOGCS[\"x\"],UNIT[\"Meter\",1.0],AUTHORITY[\"EPSG\",\"28992\"]]";

#[test]
fn shapes_are_read_with_their_attributes_whatever_lies_beside_them() {
    let mut hole = square(1002.0, 2002.0, 3.0);
    hole.reverse();
    let court = vec![square(1000.0, 2000.0, 10.0), hole];
    let two = vec![square(1100.0, 2000.0, 5.0), square(1110.0, 2000.0, 5.0)];
    let rows: [&[&[u8]]; 4] = [
        &[b"H\xf6fe", b"   12.50", b"T"],
        &[b"two", b"9", b"F"],
        &[b"null", b"3", b"?"],
        &[b"starred", b"********", b" "],
    ];
    for kind in [5, 15, 25] {
        let single = polygon(kind, &[square(1200.0, 2000.0, 5.0)]);
        let records = [polygon(kind, &court), polygon(kind, &two), 0_i32.to_le_bytes().to_vec(), single];
        let (shp, shx) = shapes(kind, &records);
        let dbf = table(0x57, &FIELDS, &rows);
        let all = [("a.shp", &shp[..]), ("a.dbf", &dbf), ("a.shx", &shx), ("a.prj", RD_NEW.as_bytes())];
        let upper: Vec<(String, &[u8])> = all.iter().map(|(name, b)| (name.to_uppercase(), *b)).collect();
        let upper: Vec<(&str, &[u8])> = upper.iter().map(|(name, b)| (name.as_str(), *b)).collect();
        let without_index = [all[0], all[1], all[3]];
        for (files, name) in [(&all[..], "a.shp"), (&without_index, "a.shp"), (&upper, "A.SHP")] {
            let set = Folder::new(files).read(name).unwrap();
            assert_eq!(heights(&set), [12.5, 9.0]);
            assert_eq!(set.crs.as_deref(), Some(RD_NEW));
            let polygons: Vec<usize> = set.footprints.iter().map(|f| f.polygons.len()).collect();
            assert_eq!((polygons, set.footprints[0].polygons[0].rings.len()), (vec![1, 2], 2));
            assert_eq!(set.footprints[0].polygons[0].rings[0], court[0]);
            assert_eq!(
                (&set.skipped.no_geometry.ids[..], &set.skipped.no_height.ids[..]),
                (&["#3".to_string()][..], &["#4".to_string()][..])
            );
            assert_eq!((set.property_names, set.doubts), (vec!["HEIGHT".into(), "flat".into(), "name".into()], vec![]));
        }
        let options = FootprintOptions { id_property: Some("name".into()), ..FootprintOptions::default() };
        for (page, id) in [(None, "H\u{f6}fe"), (Some("1251"), "H\u{446}fe")] {
            let folder = Folder::new(&all);
            if let Some(page) = page {
                std::fs::write(folder.path("a.cpg"), page).unwrap();
            }
            let set = read_footprints(folder.path("a.shp"), &options).unwrap();
            assert_eq!(set.footprints[0].id, id);
        }
    }
}

#[test]
fn names_that_a_table_cuts_to_ten_characters_are_known() {
    for (name, value, height) in [("measuredHe", "7.5", 7.5), ("building_l", "3", 9.0), ("b3_h_dak_5", "21", 21.0)] {
        let (shp, _) = shapes(5, &[polygon(5, &[square(0.0, 0.0, 10.0)])]);
        let dbf = table(0, &[(name, b'N', 8)], &[&[value.as_bytes()]]);
        let set = Folder::new(&[("a.shp", &shp), ("a.dbf", &dbf)]).read("a.shp").unwrap();
        assert_eq!(heights(&set), [height], "{name}");
        assert_eq!(set.heights.main_property(), Some(name));
    }
    let (shp, _) = shapes(5, &[polygon(5, &[square(0.0, 0.0, 10.0)])]);
    let dbf = table(0, &[("roof_heigh", b'N', 8)], &[&[b"2"]]);
    let error = Folder::new(&[("a.shp", &shp), ("a.dbf", &dbf)]).read("a.shp").unwrap_err().to_string();
    assert!(error.contains("\"roof_heigh\" (the height of the roof's own body"), "{error}");
}

#[test]
fn what_is_missing_or_deleted_is_told() {
    let (shp, shx) = shapes(5, &[1.0, 2.0, 3.0].map(|n| polygon(5, &[square(100.0 * n, 0.0, 10.0)])));
    let error = Folder::new(&[("a.shp", &shp)]).read("a.shp").unwrap_err().to_string();
    assert!(error.contains("a.dbf is missing"), "{error}");
    let folder = Folder::new(&[("a.shp", &shp), ("a.shx", &shx)]);
    let options = FootprintOptions { default_height: Some(4.0), ..FootprintOptions::default() };
    let set = read_footprints(folder.path("a.shp"), &options).unwrap();
    assert_eq!((heights(&set), set.doubts.len()), (vec![4.0; 3], 1));

    let rows: [&[&[u8]]; 2] = [&[b"*", b"", b"1", b""], &[b"", b"2", b""]];
    let dbf = table(0, &FIELDS, &rows);
    let set = Folder::new(&[("a.shp", &shp), ("a.dbf", &dbf)]).read("a.shp").unwrap();
    assert_eq!(heights(&set), [2.0]);
    assert!(set.doubts[0].contains("1 feature marked as deleted"), "{:?}", set.doubts);
    assert!(set.doubts[1].contains("1 feature without a row"), "{:?}", set.doubts);
}

#[test]
fn shapes_that_are_no_polygons_are_refused_by_name() {
    for (kind, what) in [(1, "points"), (3, "lines"), (13, "lines"), (28, "sets of points"), (31, "MultiPatch")] {
        let (shp, _) = shapes(kind, &[]);
        let error = Folder::new(&[("a.shp", &shp)]).read("a.shp").unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }) && error.to_string().contains(what), "{error}");
    }
    let (shp, shx) = shapes(5, &[]);
    let folder = Folder::new(&[("a.shp", &shp), ("a.shx", &shx), ("a.dbf", &table(0, &FIELDS, &[]))]);
    assert_eq!(folder.read("a.shp").unwrap().footprints, []);
    for (name, what) in [("a.shx", "name the .shp"), ("a.dbf", "name the .shp")] {
        let error = folder.read(name).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
    let zip = [&b"PK\x03\x04\x14\0\0\0\x08\0"[..], &[0; 16], b"\x05\0\0\0a.shp"].concat();
    let error = Folder::new(&[("a.shp.zip", &zip)]).read("a.shp.zip").unwrap_err().to_string();
    assert!(error.contains("unzip") && error.contains("the .shp"), "{error}");
}

/// A change of the shapes, the index and the table.
type Change<'a> = dyn Fn(&mut Vec<u8>, &mut Vec<u8>, &mut Vec<u8>) + 'a;

#[test]
fn counts_that_the_file_does_not_hold_are_errors() {
    let (shp, shx) = shapes(5, &[polygon(5, &[square(0.0, 0.0, 10.0)])]);
    let dbf = table(0, &FIELDS, &[&[b"a", b"1", b""]]);
    let refused = |change: &Change<'_>| {
        let (mut shp, mut shx, mut dbf) = (shp.clone(), shx.clone(), dbf.clone());
        change(&mut shp, &mut shx, &mut dbf);
        let folder = Folder::new(&[("a.shp", &shp), ("a.shx", &shx), ("a.dbf", &dbf)]);
        let error = folder.read("a.shp").unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
        error.to_string()
    };
    let set = |bytes: &mut Vec<u8>, at: usize, value: [u8; 4]| bytes[at..at + 4].copy_from_slice(&value);
    for (at, value, what) in [
        (24, i32::MAX.to_be_bytes(), "a length of 4294967294 bytes"),
        (24, (-1_i32).to_be_bytes(), "a length of -2 bytes"),
        (104, i32::MAX.to_be_bytes(), "a shape of 4294967294 bytes"),
        (104, (-5_i32).to_be_bytes(), "a record of -5 words"),
        (144, i32::MAX.to_le_bytes(), "2147483647 rings"),
        (148, i32::MAX.to_le_bytes(), "rings of 2147483647 points"),
        (148, (-1_i32).to_le_bytes(), "without its counts"),
        (152, 77_i32.to_le_bytes(), "ring 0 that does not lie"),
        (160, [0xff; 4], "NaN or infinite"),
    ] {
        let error = refused(&|shp, _, _| {
            set(shp, at, value);
            if at == 160 {
                set(shp, 156, value);
            }
        });
        assert!(error.contains(what), "{at}: {error}");
    }
    assert!(refused(&|shp, _, _| shp.truncate(180)).contains("a length of 236 bytes"));
    assert!(refused(&|_, shx, _| set(shx, 100, i32::MAX.to_be_bytes())).contains("the header of a record"));
    assert!(refused(&|_, _, dbf| set(dbf, 4, [0xff; 4])).contains("4294967295 rows"));
    assert!(refused(&|_, _, dbf| set(dbf, 8, [0xff; 4])).contains("the fields of"));
    assert!(refused(&|_, _, dbf| set(dbf, 10, [3, 0, 0, 0])).contains("fields of 20 bytes in rows of 3"));
    assert!(refused(&|_, _, dbf| dbf.truncate(20)).contains("the header of 32 bytes"));
}
