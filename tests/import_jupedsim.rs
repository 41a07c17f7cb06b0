//! Databases of JuPedSim: read as JuPedSim and PedPy mean them, in bounds; other SQLite files are refused with what was
//! found in them.
#![cfg(feature = "sqlite")]

use std::path::{Path, PathBuf};

use groma::job::CancelToken;
use groma::trajectory::import::{ImportOptions, ImportReport, Meaning, dry_run, import};
use groma::trajectory::query::{Dataset, DatasetOptions};
use groma::{Error, Result, Status};
use rusqlite::Connection;
use tempfile::TempDir;

/// The tables that JuPedSim makes since its third version.
const NEWEST: &str = "
    CREATE TABLE trajectory_data (frame INTEGER NOT NULL, id INTEGER NOT NULL, pos_x REAL NOT NULL,
        pos_y REAL NOT NULL);
    CREATE TABLE metadata(key TEXT NOT NULL UNIQUE PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO metadata VALUES ('version', 3), ('fps', 12.5), ('xmin', '0.0');
    CREATE TABLE geometry(hash INTEGER NOT NULL, wkt TEXT NOT NULL);
    CREATE UNIQUE INDEX geometry_hash on geometry(hash);
    CREATE TABLE frame_data(frame INTEGER NOT NULL, geometry_hash INTEGER NOT NULL);
    CREATE INDEX frame_id_idx ON trajectory_data(frame, id);";

/// Those of the first one, with the walking directions, which are passed over.
const FIRST: &str = "
    CREATE TABLE trajectory_data (frame INTEGER NOT NULL, id INTEGER NOT NULL, pos_x REAL NOT NULL,
        pos_y REAL NOT NULL, ori_x REAL NOT NULL, ori_y REAL NOT NULL);
    CREATE TABLE metadata(key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
    INSERT INTO metadata VALUES ('version', '1'), ('fps', '8');
    CREATE TABLE geometry(wkt TEXT NOT NULL);";

/// Tables that take values of every kind.
const LOOSE: &str = "CREATE TABLE trajectory_data (frame, id, pos_x, pos_y); CREATE TABLE metadata(key, value);";

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn database(&self, name: &str, statements: &[&str]) -> PathBuf {
        let connection = Connection::open(self.path(name)).unwrap();
        statements.iter().for_each(|statement| connection.execute_batch(statement).unwrap());
        self.path(name)
    }

    /// Imports into a folder that was not there; a failed import leaves none.
    fn import(&self, file: &Path, options: &ImportOptions) -> Result<ImportReport> {
        let out = self.path("out");
        let _ = std::fs::remove_dir_all(&out);
        let imported = import(file, &out, options);
        assert_eq!(imported.is_ok(), out.exists());
        imported
    }

    fn refusal(&self, file: &Path) -> Error {
        self.import(file, &ImportOptions::new(10)).unwrap_err()
    }
}

fn position(dataset: &Dataset, id: u64, step: i32) -> Option<[f32; 3]> {
    dataset.positions(id, step..=step).unwrap()[0]
}

fn assert_says(text: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(text.contains(word), "{word:?} is not in: {text}"));
}

#[test]
fn databases_of_every_version_are_read() {
    let folder = Folder::new();
    let newest = "INSERT INTO trajectory_data VALUES (0, 7, 1.5, 0.1), (0, 9, 3, 1e-3), (2, 7, 2.5, -4.25);";
    let first = "INSERT INTO trajectory_data VALUES (0, 7, 1.5, 0.1, 1, 0), (0, 9, 3, 1e-3, 1, 0),
                 (2, 7, 2.5, -4.25, 0, 1);";
    for (name, statements, step) in
        [("newest.sqlite", [NEWEST, newest], 0.08), ("a b%c;first.db", [FIRST, first], 0.125)]
    {
        let file = folder.database(name, &statements);
        let report = folder.import(&file, &ImportOptions::default()).unwrap();
        assert_eq!((report.samples, report.trajectories, report.last_step), (3, 2, 2), "{name}");
        assert_eq!((report.format, report.time_per_step), ("a database of JuPedSim", Some(step)), "{name}");
        assert_eq!((report.coordinate_units.as_str(), report.times), ("meters", Some([0.0, 2.0 * step])), "{name}");
        let columns: Vec<_> = report.columns.iter().map(|taken| taken.column.as_deref()).collect();
        assert_eq!(columns, [Some("id"), Some("frame"), Some("pos_x"), Some("pos_y"), None], "{name}");
        let dataset = Dataset::open(folder.path("out"), DatasetOptions::default()).unwrap();
        assert_eq!(position(&dataset, 7, 0), Some([1.5, 0.1, 0.0]), "{name}");
        assert_eq!(position(&dataset, 7, 1), None, "{name}");
        assert_eq!(position(&dataset, 7, 2), Some([2.5, -4.25, 0.0]), "{name}");
        assert_eq!(position(&dataset, 9, 0), Some([3.0, 0.001, 0.0]), "{name}");
        assert_eq!(dry_run(&file, &ImportOptions::default()).unwrap().samples, 3, "{name}");
    }
    // Nothing is left beside the files.
    assert_eq!(std::fs::read_dir(folder.0.path()).unwrap().count(), 3);
}

#[test]
fn many_rows_come_in_their_order_with_gaps_in_their_numbers() {
    let folder = Folder::new();
    let rows = "WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 29999)
                INSERT INTO trajectory_data (rowid, frame, id, pos_x, pos_y)
                SELECT 7 * k - 1000, k / 100, k % 100, k, 0.5 FROM n;
                INSERT INTO trajectory_data (rowid, frame, id, pos_x, pos_y)
                VALUES (-9223372036854775807 - 1, 300, 1, 9, 9), (9223372036854775807, 300, 2, 8, 8);";
    let file = folder.database("many.sqlite", &[NEWEST, rows]);
    let report = folder.import(&file, &ImportOptions::default()).unwrap();
    assert_eq!((report.samples, report.trajectories, report.last_step), (30_002, 100, 300));
    assert_eq!(report.first_samples[0].position, [9.0, 9.0, 0.0]);
    let dataset = Dataset::open(folder.path("out"), DatasetOptions::default()).unwrap();
    for k in [0, 4095, 4096, 4097, 29_999] {
        assert_eq!(position(&dataset, k % 100, k as i32 / 100), Some([k as f32, 0.5, 0.0]), "row {k}");
    }
    // Columns may have the names by which SQLite knows rows.
    let named = "CREATE TABLE metadata(key, value);
                 CREATE TABLE trajectory_data (rowid, _rowid_, frame, id, pos_x, pos_y);
                 INSERT INTO trajectory_data VALUES (5, 5, 0, 1, 2, 3), (5, 5, 1, 1, 2, 3);";
    let file = folder.database("named.sqlite", &[named]);
    let report = folder.import(&file, &ImportOptions::default()).unwrap();
    assert_eq!((report.samples, report.time_per_step), (2, None));
    // Changes that are still in a log are read, too.
    let file = folder.path("logged.sqlite");
    let open = Connection::open(&file).unwrap();
    open.execute_batch("PRAGMA journal_mode = WAL;").unwrap();
    open.execute_batch(NEWEST).unwrap();
    open.execute_batch("INSERT INTO trajectory_data VALUES (0, 1, 2, 3);").unwrap();
    assert_eq!(folder.import(&file, &ImportOptions::new(10)).unwrap().samples, 1);
}

#[test]
fn cells_mean_what_they_mean_in_a_text() {
    let folder = Folder::new();
    let rows = "INSERT INTO trajectory_data VALUES (0, 'ped \"1\"', 1, 2), (1, 'ped \"1\"', NULL, 2),
                (2, NULL, 1, 2), ('3', 'b', '1.5', 9e999);";
    let file = folder.database("loose.sqlite", &[LOOSE, rows]);
    let report = folder.import(&file, &ImportOptions::default()).unwrap();
    assert_eq!((report.samples, report.numbered_ids, report.rows_without_id), (1, Some(2), 1));
    assert_eq!((report.rows_without_position, report.infinite_rows), (2, 1));
    let chosen = [(Meaning::X, "pos_y"), (Meaning::Y, "pos_x")].map(|(meaning, name)| (meaning, name.to_string()));
    let options = ImportOptions { columns: chosen.into(), ..ImportOptions::default() };
    assert_eq!(folder.import(&file, &options).unwrap().first_samples[0].position, [2.0, 1.0, 0.0]);
    for (rows, words) in [
        ("INSERT INTO trajectory_data VALUES (0, 1, 1, 1), (0, 2, 'east', 1);", &["row 2, column pos_x: \"east\""][..]),
        ("INSERT INTO trajectory_data VALUES (0, 1, 1, 1), (-1, 2, 1, 1);", &["row 2, column frame: \"-1\""]),
        ("INSERT INTO trajectory_data VALUES (0, 1, 1, 1), (0, 1, 1, 1);", &["rows 1 and 2 both have id 1"]),
        ("INSERT INTO trajectory_data VALUES (0, 1, 1, x'01');", &["row 1 of trajectory_data has bytes"]),
        ("INSERT INTO metadata VALUES ('fps', 'many');", &["metadata has \"many\" for fps", "frames in a second"]),
        ("INSERT INTO metadata VALUES ('fps', 0);", &["metadata has \"0\" for fps"]),
        ("", &["no row"]),
    ] {
        let _ = std::fs::remove_file(folder.path("bad.sqlite"));
        let error = folder.refusal(&folder.database("bad.sqlite", &[LOOSE, rows]));
        assert_eq!(error.status(), Status::BadFormat, "{error}");
        assert_says(&error.to_string(), words);
    }
}

#[test]
fn other_databases_are_refused_with_what_was_found() {
    let folder = Folder::new();
    let metadata = "CREATE TABLE metadata(key, value);";
    for (name, statements, words) in [
        ("none.db", &["PRAGMA user_version = 1;"][..], &["with no tables;", "tables trajectory_data and metadata"][..]),
        ("other.db", &["CREATE TABLE tracks(a); CREATE VIEW late AS SELECT 1;"], &["with the tables tracks, late;"]),
        ("half.db", &["CREATE TABLE trajectory_data(frame, id, pos_x, pos_y);"], &["the tables trajectory_data;"]),
        (
            "view.db",
            &[metadata, "CREATE VIEW trajectory_data AS SELECT 1 AS frame, 1 AS id, 1 AS pos_x, 1 AS pos_y;"],
            &["of which trajectory_data is a view", "sqlite3 -header -csv "],
        ),
        ("virtual.db", &[metadata, "CREATE VIRTUAL TABLE trajectory_data USING rtree(id, a, b);"], &["is a virtual;"]),
        (
            "keyed.db",
            &[metadata, "CREATE TABLE trajectory_data(frame PRIMARY KEY, id, pos_x, pos_y) WITHOUT ROWID;"],
            &["is a table without numbers of rows"],
        ),
        ("a.gpkg", &["PRAGMA application_id = 0x47504B47; CREATE TABLE t(a);"], &["a GeoPackage, which holds no"]),
    ] {
        let error = folder.refusal(&folder.database(name, statements));
        assert_eq!(error.status(), Status::Unsupported, "{name}: {error}");
        assert_says(&error.to_string(), words);
    }
    let missing =
        "CREATE TABLE trajectory_data(frame, id, pos_x, other); INSERT INTO trajectory_data VALUES (1, 1, 1, 1);";
    let error = folder.refusal(&folder.database("missing.db", &[metadata, missing])).to_string();
    assert_says(&error, &["[\"frame\", \"id\", \"pos_x\", \"other\"]", "\"y\" is missing", "--columns y=NAME"]);
}

#[test]
fn damaged_compressed_and_hostile_databases_are_errors() {
    let folder = Folder::new();
    let rows = "WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 999)
                INSERT INTO trajectory_data SELECT k, 1, k, 0 FROM n;";
    let file = folder.database("whole.sqlite", &[NEWEST, rows]);
    let whole = std::fs::read(&file).unwrap();
    for (name, bytes) in [("cut", whole[..whole.len() / 2].to_vec()), ("not", [&whole[..100], &[0xff; 8000]].concat())]
    {
        let cut = folder.path(name);
        std::fs::write(&cut, bytes).unwrap();
        assert_eq!(folder.refusal(&cut).status(), Status::BadFormat, "{name}");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &whole).unwrap();
    let compressed = folder.path("whole.sqlite.gz");
    std::fs::write(&compressed, gzip.finish().unwrap()).unwrap();
    assert_says(&folder.refusal(&compressed).to_string(), &["a file that is not compressed", "gunzip -k"]);
    // A column that is computed could take any work; it is passed over.
    let computed = "CREATE TABLE trajectory_data (frame, id, pos_x, pos_y, long AS (hex(zeroblob(40000000))));
                    CREATE TABLE metadata(key, value); INSERT INTO trajectory_data VALUES (0, 1, 1, 1);";
    assert_eq!(
        folder.import(&folder.database("computed.db", &[computed]), &ImportOptions::new(10)).unwrap().samples,
        1
    );
    let cancel = CancelToken::default();
    cancel.cancel();
    let options = ImportOptions { cancel, ..ImportOptions::new(10) };
    assert_eq!(folder.import(&file, &options).unwrap_err().status(), Status::Cancelled);
}
