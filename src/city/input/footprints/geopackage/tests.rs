//! GeoPackages made with SQLite itself.

use std::path::PathBuf;

use rusqlite::Connection;

use crate::city::input::footprints::{
    FootprintOptions, FootprintSet, Surroundings, read_footprints, read_until_cancelled,
};
use crate::io::crs::Crs;
use crate::job::CancelToken;
use crate::{Error, Result};

/// The tables that every GeoPackage has.
const TABLES: &str = "
    PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
        organization_coordsys_id INTEGER, definition TEXT, description TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
        last_change TEXT, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
        z TINYINT, m TINYINT);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('RD New', 28992, 'EPSG', 28992, 'PROJCS[...]', NULL),
        ('undefined', -1, 'NONE', -1, 'undefined', NULL), ('own', 100001, 'NONE', 1, 'LOCAL_CS[\"own\"]', NULL);";

struct Package {
    folder: tempfile::TempDir,
    connection: Connection,
}

impl Package {
    fn new() -> Package {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("a b%c.gpkg")).unwrap();
        connection.execute_batch(TABLES).unwrap();
        Package { folder, connection }
    }

    /// Adds a layer with the columns name, height and level.
    fn layer(&self, name: &str, kind: &str, srs: i64, rows: &[(Option<Vec<u8>>, &str)]) {
        let (table, connection) = (super::quoted_name(name), &self.connection);
        let create = format!(
            "CREATE TABLE {table} (fid INTEGER PRIMARY KEY, name TEXT, Geom BLOB, height REAL, floors INTEGER);
             INSERT INTO gpkg_contents VALUES ('{name}', 'features', '{name}', '', '', 0, 1, 2000, 3000, {srs});
             INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', '{kind}', {srs}, 0, 0);"
        );
        connection.execute_batch(&create).unwrap();
        for (geometry, values) in rows {
            let insert = format!("INSERT INTO {table} (Geom, name, height, floors) VALUES (?1, {values})");
            connection.execute(&insert, [geometry]).unwrap();
        }
    }

    /// Adds the spatial index of a layer, with a box for each row.
    fn index(&self, name: &str, boxes: &[[f64; 4]]) {
        let table = super::quoted_name(&format!("rtree_{name}_geom"));
        let create = format!("CREATE VIRTUAL TABLE {table} USING rtree(id, minx, maxx, miny, maxy)");
        self.connection.execute_batch(&create).unwrap();
        for (n, [west, south, east, north]) in boxes.iter().enumerate() {
            let insert = format!("INSERT INTO {table} VALUES (?1, ?2, ?3, ?4, ?5)");
            self.connection.execute(&insert, (n as i64 + 1, west, east, south, north)).unwrap();
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("a b%c.gpkg")
    }

    fn read(&self, options: &FootprintOptions) -> Result<FootprintSet> {
        let read = read_footprints(self.path(), options);
        // Nothing is left beside the file.
        assert_eq!(std::fs::read_dir(self.folder.path()).unwrap().count(), 1);
        read
    }

    fn read_layer(&self, layer: Option<&str>) -> Result<FootprintSet> {
        self.read(&FootprintOptions { layer: layer.map(String::from), ..FootprintOptions::default() })
    }

    fn read_within(&self, within: [f64; 4], terrain: u32) -> Result<FootprintSet> {
        let crs = Crs::of_epsg(terrain);
        let terrain = Surroundings { crs: Some(&crs), within: Some(within) };
        let room = |_, _| Ok(());
        read_until_cancelled(&self.path(), &FootprintOptions::default(), &terrain, &CancelToken::default(), &room)
    }
}

/// A square as a GeoPackage writes it, with an envelope of this kind and in this order of bytes.
fn square(west: f64, south: f64, envelope: u8, is_little: bool) -> Vec<u8> {
    let number = |bytes: [u8; 8]| bytes;
    let mut blob = b"GP\0".to_vec();
    blob.push(envelope << 1 | u8::from(is_little));
    blob.extend(0_i32.to_le_bytes());
    blob.extend(vec![0; [0, 32, 48, 48, 64][usize::from(envelope)]]);
    blob.push(u8::from(is_little));
    for n in [3_u32, 1, 5] {
        blob.extend(if is_little { n.to_le_bytes() } else { n.to_be_bytes() });
    }
    let (e, n) = (west + 10.0, south + 10.0);
    for c in [west, south, e, south, e, n, west, n, west, south] {
        blob.extend(number(if is_little { c.to_le_bytes() } else { c.to_be_bytes() }));
    }
    blob
}

fn heights(set: &FootprintSet) -> Vec<f64> {
    set.footprints.iter().map(|footprint| footprint.height).collect()
}

#[test]
fn features_are_read_whatever_their_envelopes_and_orders_of_bytes() {
    let package = Package::new();
    let rows: Vec<(Option<Vec<u8>>, &str)> = vec![
        (Some(square(1000.0, 2000.0, 0, true)), "'a', 5.5, NULL"),
        (Some(square(1020.0, 2000.0, 1, false)), "'b', NULL, 3"),
        (Some(square(1040.0, 2000.0, 2, true)), "'c', '7 m', NULL"),
        (Some(square(1060.0, 2000.0, 3, true)), "NULL, 8, NULL"),
        (Some(square(1080.0, 2000.0, 4, false)), "'e', -1, NULL"),
        (None, "'f', 1, 1"),
        (Some(b"GP\0\x11\0\0\0\0\x01\x03\0\0\0\0\0\0\0".to_vec()), "'empty', 1, 1"),
    ];
    package.layer("houses", "GEOMETRY", 28992, &rows);
    let set = package.read_layer(None).unwrap();
    assert_eq!(heights(&set), [5.5, 9.0, 7.0, 8.0]);
    assert_eq!(set.crs.as_deref(), Some("EPSG:28992"));
    assert_eq!(set.footprints[3].polygons[0].rings[0][0], [1060.0, 2000.0]);
    assert_eq!(set.footprints[3].id, "4");
    assert_eq!((set.skipped.no_geometry.count, set.skipped.no_height.count), (2, 1));
    let options = FootprintOptions {
        id_property: Some("name".into()),
        filters: vec!["name!=a".parse().unwrap()],
        ..FootprintOptions::default()
    };
    let set = package.read(&options).unwrap();
    assert_eq!(set.footprints.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), ["b", "c", "#4"]);
    assert_eq!(set.filtered, 1);
}

#[test]
fn a_layer_is_chosen_by_name_or_because_it_is_the_only_one() {
    let package = Package::new();
    assert!(package.read_layer(None).unwrap_err().to_string().contains("without a layer of features"));
    let one = |height: &'static str| vec![(Some(square(1000.0, 2000.0, 0, true)), height)];
    package.layer("roads", "LINESTRING", -1, &[]);
    assert!(package.read_layer(None).unwrap_err().to_string().contains("it has roads (LINESTRING)"));
    package.layer("my \"houses\"", "MULTIPOLYGON", 100_001, &one("'a', 5, NULL"));
    let set = package.read_layer(None).unwrap();
    assert_eq!((heights(&set), set.crs.as_deref()), (vec![5.0], Some("LOCAL_CS[\"own\"]")));
    package.layer("sheds", "POLYGON", -1, &one("'a', 2, NULL"));
    let error = package.read_layer(None).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { .. }), "{error}");
    let error = error.to_string();
    for part in ["layer is not given", "my \"houses\" (MULTIPOLYGON), sheds (POLYGON)", "roads (LINESTRING)"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let set = package.read_layer(Some("sheds")).unwrap();
    assert_eq!((heights(&set), set.crs), (vec![2.0], None));
    assert!(package.read_layer(Some("barns")).unwrap_err().to_string().contains("layer is barns"));
    let error = package.read_layer(Some("roads")).unwrap_err().to_string();
    assert!(error.contains("layer roads has geometries of the type LINESTRING"), "{error}");
}

#[test]
fn the_index_gives_what_is_within_bounds_alone() {
    let package = Package::new();
    let places: Vec<f64> = (0..50).map(|n| 1000.0 + 20.0 * f64::from(n)).collect();
    let rows: Vec<(Option<Vec<u8>>, &str)> =
        places.iter().map(|&west| (Some(square(west, 2000.0, 1, true)), "'x', 5, 2")).collect();
    package.layer("houses", "POLYGON", 28992, &rows);
    let bounds = [1100.0, 1990.0, 1125.0, 2050.0];
    assert_eq!(package.read_within(bounds, 28992).unwrap().footprints.len(), 50);
    let boxes: Vec<[f64; 4]> = places.iter().map(|&west| [west, 2000.0, west + 10.0, 2010.0]).collect();
    package.index("houses", &boxes);
    let set = package.read_within(bounds, 28992).unwrap();
    assert_eq!(set.footprints.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(), ["6", "7"]);
    assert_eq!(package.read_layer(None).unwrap().footprints.len(), 50);
    // Bounds with nothing in them are told from a layer without features.
    let error = package.read_within([0.0, 0.0, 500.0, 5.0], 28992).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "bounds", .. }), "{error}");
    let error = error.to_string();
    assert!(error.contains("bounds is 0,0,500,5, in which no footprint of "), "{error}");
    assert!(error.contains("its footprints, which lie in x 0.000 to 2000.000"), "{error}");
    let degrees = package.read_within([4.3, 52.0, 4.4, 52.1], 28992).unwrap_err().to_string();
    assert!(degrees.contains(": the bounds look like degrees"), "{degrees}");
    let empty = Package::new();
    empty.layer("houses", "POLYGON", 28992, &[]);
    empty.index("houses", &[]);
    assert_eq!(empty.read_within(bounds, 28992).unwrap().footprints, []);
}

#[test]
fn broken_and_hostile_files_are_refused() {
    let message = |package: &Package| package.read_layer(None).unwrap_err().to_string();
    for (blob, what) in [
        (b"XX\0\x01\0\0\0\0".to_vec(), "feature 1: a geometry that does not begin with GP"),
        (b"GP\0\x09\0\0\0\0".to_vec(), "ends within its header"),
        (b"GP\0\x0f\0\0\0\0".to_vec(), "envelope of an unknown kind"),
        (b"GP\0\x21\0\0\0\0".to_vec(), "an extension of GeoPackage"),
        (square(0.0, 0.0, 0, true)[..40].to_vec(), "5 points in"),
        ([&b"GP\0\x01\0\0\0\0"[..], &[1, 10, 0, 0, 0, 1, 0, 0, 0]].concat(), "CurvePolygon"),
    ] {
        let package = Package::new();
        package.layer("houses", "GEOMETRY", -1, &[(Some(blob), "'a', 1, 1")]);
        let error = package.read_layer(None).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }) && error.to_string().contains(what), "{error}");
    }
    // A view that never ends.
    let package = Package::new();
    package
        .connection
        .execute_batch(
            "CREATE VIEW endless AS WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n)
                 SELECT k AS fid, NULL AS geom, 5.0 AS height FROM n WHERE k < 0;
             INSERT INTO gpkg_contents VALUES ('endless', 'features', '', '', '', 0, 0, 1, 1, -1);
             INSERT INTO gpkg_geometry_columns VALUES ('endless', 'geom', 'POLYGON', -1, 0, 0);",
        )
        .unwrap();
    assert!(message(&package).contains("more work than the file's size explains"));
    // A value longer than the file.
    let package = Package::new();
    package
        .connection
        .execute_batch(
            "CREATE VIEW large AS SELECT 1 AS fid, zeroblob(900000000) AS geom, 5.0 AS height;
             INSERT INTO gpkg_geometry_columns VALUES ('large', 'geom', 'POLYGON', -1, 0, 0);",
        )
        .unwrap();
    assert!(message(&package).contains("too big"), "{}", message(&package));
    // A file that is cut, and one that is no database behind its header.
    let package = Package::new();
    package.layer("houses", "POLYGON", -1, &vec![(Some(square(0.0, 0.0, 0, true)), "'a', 1, 1"); 500]);
    let whole = std::fs::read(package.path()).unwrap();
    for bytes in [&whole[..whole.len() / 3], &[&whole[..100], &[0xff; 8000]].concat()] {
        std::fs::write(package.path(), bytes).unwrap();
        let error = package.read_layer(None).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{error}");
    }
}

#[test]
fn reading_stops_when_the_job_was_cancelled() {
    let package = Package::new();
    package.layer("houses", "POLYGON", -1, &vec![(Some(square(0.0, 0.0, 0, true)), "'a', 1, 1"); 5]);
    let cancel = CancelToken::default();
    cancel.cancel();
    let room = |_, _| Ok(());
    let read =
        read_until_cancelled(&package.path(), &FootprintOptions::default(), &Surroundings::default(), &cancel, &room);
    assert!(matches!(read, Err(Error::Cancelled)));
}
