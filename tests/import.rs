//! What an import tells, refuses and keeps, and what `inspect` and `build` then say of data sets.

mod common;

use std::path::Path;

use common::dataset::{TestEntry, TestShard, plain, write_all};
use common::shared;
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{MANIFEST_NAME, Manifest, OnBadShard, ShardFolder};
use groma::trajectory::import::{ImportOptions, ImportReport, LONGEST_RECORD, Origin, import};
use groma::trajectory::inspect::inspect;
use groma::trajectory::query::{Dataset, DatasetOptions};
use groma::{Error, Result, Status};

const HEAD: &str = "id,frame,x,y,z\n";

/// Imports a text into the folder `name` of `dir`.
fn import_text(dir: &Path, name: &str, text: &str, options: &ImportOptions) -> Result<ImportReport> {
    let csv = dir.join(format!("{name}.csv"));
    std::fs::write(&csv, text).unwrap();
    import(&csv, &dir.join(name), options)
}

fn kinds(report: &ImportReport) -> Vec<&'static str> {
    report.warnings.iter().map(|warning| warning.kind).collect()
}

fn assert_says(what: &str, text: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(text.contains(word), "{what}: {word:?} is not in: {text}"));
}

/// Two people who walk 5 cm a step at a northing of millions.
fn far_away() -> (String, Vec<(u64, i32, [f64; 3])>) {
    let mut samples = Vec::new();
    for id in [3, 8] {
        for frame in 0..7 {
            let along = 0.05 * f64::from(frame);
            samples.push((id, frame, [412_345.678 + along, 5_698_765.432 + 0.1 * id as f64, -17.25]));
        }
    }
    let rows = samples.iter().map(|(id, frame, [x, y, z])| format!("{id},{frame},{x},{y},{z}\n"));
    (HEAD.to_string() + &rows.collect::<String>(), samples)
}

#[test]
fn what_single_precision_takes_is_told_and_an_origin_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    let (text, samples) = far_away();
    // With shards of one time step, too, where the next sample is in another one.
    for interval in [1, 100] {
        let name = |kind: &str| format!("{kind}{interval}");
        let report = import_text(dir.path(), &name("lost"), &text, &ImportOptions::new(interval)).unwrap();
        assert_eq!(kinds(&report), ["precision"]);
        assert_says("warning", &report.warnings[0].message, &["14 samples", "--origin auto", "manifest"]);
        let step = report.precision.typical_step.unwrap();
        assert!((step / 0.05 - 1.0).abs() < 0.03, "{step}");
        let largest =
            samples.iter().map(|(_, _, at)| at.map(|c| (c - f64::from(c as f32)).powi(2)).iter().sum::<f64>());
        let largest = largest.fold(0.0, f64::max).sqrt();
        assert!((report.precision.largest_rounding / largest - 1.0).abs() < 1.0e-6);
        assert_eq!((report.precision.rounded_samples, report.coordinate_origin), (14, None));
        assert_says("summary", &report.to_string(), &["% of the typical step"]);
        // Of a shard of one time step nobody knows how far its samples move.
        if interval > 1 {
            let found = inspect(&dir.path().join(name("lost"))).unwrap();
            assert_says(
                "inspect",
                &found.problems.join("\n"),
                &["single precision has them in steps", "--origin auto"],
            );
        }

        let given = [412_000.0, 5_698_000.0, 0.0];
        for (kind, origin, expected) in
            [("auto", Origin::Auto, [412_345.0, 5_698_765.0, -18.0]), ("given", Origin::At(given), given)]
        {
            let options = ImportOptions { origin, ..ImportOptions::new(interval) };
            let folder = dir.path().join(name(kind));
            let report = import_text(dir.path(), &name(kind), &text, &options).unwrap();
            assert_eq!((report.coordinate_origin, kinds(&report)), (Some(expected), Vec::new()));
            assert_says("summary", &report.to_string(), &["relative to the origin 412"]);
            let manifest = Manifest::read(&folder.join(MANIFEST_NAME)).unwrap().unwrap();
            assert_eq!(manifest.coordinate_origin, Some(expected));
            assert_eq!(
                ShardFolder::open(&folder, OnBadShard::Fail).unwrap().coordinate_origin().unwrap(),
                Some(expected)
            );
            let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
            assert_eq!(dataset.coordinate_origin(), Some(expected));
            for (id, frame, at) in &samples {
                let stored = dataset.positions(*id, *frame..=*frame).unwrap()[0].unwrap();
                for axis in 0..3 {
                    let restored = f64::from(stored[axis]) + expected[axis];
                    assert!((restored - at[axis]).abs() < 1.0e-4, "{restored} for {}", at[axis]);
                }
            }
            let found = inspect(&folder).unwrap();
            assert_eq!(found.problems, Vec::<String>::new());
            assert!(found.facts.contains(&("coordinate origin", serde_json::json!(expected))), "{:?}", found.facts);
        }
        // Seven keys of other programs and the checksum are the same with and without an origin.
        let keys = |kind: &str| {
            let text = std::fs::read(dir.path().join(name(kind)).join(MANIFEST_NAME)).unwrap();
            let json: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).unwrap();
            json.keys().filter(|key| *key != "coordinate_origin").cloned().collect::<Vec<_>>()
        };
        assert_eq!(keys("lost"), keys("auto"));
        assert_eq!(keys("lost").len(), 8);
    }
    let options = ImportOptions { origin: Origin::At([0.0, f64::NAN, 0.0]), ..ImportOptions::new(4) };
    let error = import_text(dir.path(), "nan", &text, &options).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "origin", .. }), "{error}");
}

#[test]
fn positions_near_the_origin_lose_nothing_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let rows: String = (0..50).map(|n| format!("1,{n},{:.2},{:.2},0\n", 0.03 * f64::from(n), 900.0)).collect();
    let report = import_text(dir.path(), "near", &(HEAD.to_string() + &rows), &ImportOptions::new(10)).unwrap();
    assert_eq!((kinds(&report), report.precision.rounded_samples), (Vec::new(), 0));
    assert!(report.precision.largest_rounding > 0.0);
    assert_eq!(inspect(&dir.path().join("near")).unwrap().problems, Vec::<String>::new());
}

/// Rounding to double first would give another number, where that falls half way between two of single precision.
#[test]
fn each_coordinate_is_the_single_precision_number_nearest_to_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let texts = [
        "1.00000005960464477539062500000000001",
        "1.000000059604644775390625",
        "-1.00000017881393432617187499999999999",
        "16777217.000000000001",
        "7.006492321624085e-46",
        "7.0064923216240853546186479164495e-46",
        "-1e-320",
        "3.4028235677973366e38",
        "0.1",
    ];
    for (n, text) in texts.iter().enumerate() {
        let csv = format!("{HEAD}1,0,{text},0,0\n1,1,0,0,0\n");
        import_text(dir.path(), &n.to_string(), &csv, &ImportOptions::new(2)).unwrap();
        let bytes = std::fs::read(dir.path().join(format!("{n}/shard-0.bin"))).unwrap();
        let stored = f32::from_le_bytes(bytes[48..52].try_into().unwrap());
        assert_eq!(stored.to_bits(), text.parse::<f32>().unwrap().to_bits(), "{text}: {stored:e}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_line_and_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let long = "1".repeat(LONGEST_RECORD as usize + 20_000);
    let many_rows: String = (0..40_000).map(|n| format!("{n},0,1,2,3\n")).collect();
    let cases: Vec<(String, &[&str])> = vec![
        ("id,frame,x,y,z,X\n1,0,1,2,3,4\n".into(), &["\"x\" twice, as fields 3 and 6", "rename or remove"]),
        ("frame,id,x,y,z,frame\n1,0,1,2,3,4\n".into(), &["\"frame\" twice, as fields 1 and 6"]),
        ("ID,Track ID,frame,x,y,z\n1,0,1,2,3,4\n".into(), &["\"ID\" and \"Track ID\"", "--id-column \"Track ID\""]),
        ("spot,frame,x,y,z\n1,0,1,2,3\n".into(), &["\"id\" is missing", "--columns id=NAME"]),
        ("id,frame,x,z\n1,0,1,3\n".into(), &["\"y\" is missing", "--columns y=NAME"]),
        ("id,frame,pos_x,x_center,y,z\n1,0,1,2,3,4\n".into(), &["\"pos_x\" and \"x_center\"", "--columns x=pos_x"]),
        ("id,frame,x,X [m],y\n1,0,1,2,3\n".into(), &["\"x\" and \"X [m]\"", "each may be x"]),
        ("id,step,tick,x,y\n1,0,1,2,3\n".into(), &["\"step\" and \"tick\"", "--columns frame=step"]),
        ("id,frame,x/m,y/cm\n1,0,1,2\n".into(), &["x/m and y/cm in meters and centimeters", "in one unit"]),
        ("id,time,x,y\n1,0,1,2\n1,0.5,1,2\n".into(), &["column time has times, like \"0.5\"", "--time-step 0.5"]),
        (
            format!("{HEAD}7,0,1,2,3\n4294967296,0,1,2,3\n"),
            &["line 3, column id", "--keep-wide-ids", "--wide-ids truncate"],
        ),
        (format!("{HEAD}1,0,1,nan,3\n2,0,1,NaN,inf\n"), &["column y has no finite number", "2 rows", "0 in all rows"]),
        (format!("{HEAD}1,0,nan,2,3\n1,1,1,nan,3\n1,2,1,2,inf\n"), &["none of 3 rows has all three coordinates"]),
        (
            format!("{HEAD}1,5,1,1,1\n1,6,1,1,1\n1,1000000007,1,1,1\n1,7,1,1,1\n"),
            &[".csv: line 4, column frame: 1000000007", "(time - first time) / time between frames"],
        ),
        (
            format!("{HEAD}1,2147483641,1,1,1\n1,2147483646,1,1,1\n"),
            &["line 3, column frame: 2147483646", "would end after 2147483647", "--interval"],
        ),
        (format!("{HEAD}1,-3,1,1,1\n"), &["line 2, column frame: \"-3\"", "add the same number to all"]),
        (format!("{HEAD}1,0,1,,3\n"), &["column y has no finite number"]),
        (
            format!("{HEAD}1,0,1,2 m,3\n"),
            &["line 2, column y: \"2 m\"", "nan or nothing where the position is missing"],
        ),
        (format!("{HEAD}1,0,1,2,3\n2,0,1,2,{long}\n"), &["line 3 is longer than 1 MiB", "at byte 25"]),
        (
            format!("{HEAD}1,0,\"1,2,3\n{many_rows}{many_rows}{many_rows}"),
            &["a field of line 2 begins with a quote that is not closed"],
        ),
        (format!("id,frame,x,y,z,{long}\n1,0,1,2,3,4\n"), &["line 1 is longer than 1 MiB"]),
    ];
    for (n, (text, words)) in cases.into_iter().enumerate() {
        let name = format!("rows{n}");
        let error = import_text(dir.path(), &name, &text, &ImportOptions::new(4)).unwrap_err();
        assert_eq!(error.status(), Status::BadFormat, "{error}");
        let error = error.to_string();
        assert_says(&name, &error, &[&name]);
        assert_says(&name, &error, words);
        assert!(error.len() < 2000 && !dir.path().join(&name).exists(), "{error}");
    }
}

#[test]
fn formats_that_are_not_read_are_named_with_what_converts_them() {
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("rows.csv");
    let wide: Vec<u8> = "id,frame,x,y,z\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: [(&[u8], &[&str]); 4] = [
        (&wide, &["UTF-16", "iconv"]),
        (b"<?xml version=\"1.0\"?>\n<gpx>\n</gpx>\n", &["GPX", "ogr2ogr"]),
        (b"{\"type\": \"FeatureCollection\"", &["this is"]),
        (b"time,icao24,lat,lon\n0,3c6001,50.1,8.2\n", &["\"lat\" and \"lon\" are degrees", "project them"]),
    ];
    for (bytes, words) in files {
        std::fs::write(&csv, bytes).unwrap();
        let error = import(&csv, &dir.path().join("out"), &ImportOptions::new(4)).unwrap_err();
        assert_eq!(error.status(), Status::Unsupported, "{error}");
        assert_says("error", &error.to_string(), words);
        assert!(!dir.path().join("out").exists());
    }
}

#[test]
fn ids_come_from_the_column_that_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let text = "label,ID,id,TRACK_ID,frame,x,y,z\na,10,90,1,0,1,2,3\nb,11,91,1,1,1,2,4\nc,12,92,2,0,1,2,5\n";
    let chosen = |name: &str| {
        let options = ImportOptions { id_column: Some(name.into()), ..ImportOptions::new(4) };
        let report = import_text(dir.path(), &format!("by {name}"), text, &options)?;
        let shard = std::fs::read(dir.path().join(format!("by {name}/shard-0.bin"))).unwrap();
        Ok::<_, Error>((report, u64::from_le_bytes(shard[32..40].try_into().unwrap())))
    };
    let (report, first) = chosen("TRACK_ID").unwrap();
    assert_eq!((report.trajectories, report.samples, first, kinds(&report)), (2, 3, 1, Vec::new()));
    assert_eq!(chosen("track_id").unwrap().0.trajectories, 2);
    // The very name before one in another case; what looks like numbers of rows is told.
    let (report, first) = chosen("id").unwrap();
    assert_eq!((report.trajectories, first, kinds(&report)), (3, 90, vec!["single-samples"]));
    assert_says("warning", &report.warnings[0].message, &["each of 3 trajectories", "column id", "--id-column"]);
    assert_eq!(chosen("ID").unwrap().1, 10);
    assert_says("error", &chosen("Id").unwrap_err().to_string(), &["\"Id\" twice", "fields 2 and 3"]);
    assert_says("error", &chosen("spot").unwrap_err().to_string(), &["id_column is spot", "\"TRACK_ID\""]);
    assert_eq!(chosen("label").unwrap().0.numbered_ids, Some(3));
}

#[test]
fn wide_ids_that_are_kept_infinities_and_gaps_are_counted_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{HEAD}5000000000,0,1,1,1\n5000000000,1,2,1,1\n7,1,1e39,1,1\n7,30,1,1,1\n7,31,nan,1,1\n");
    let options = ImportOptions { keep_wide_ids: true, ..ImportOptions::new(10) };
    let report = import_text(dir.path(), "kept", &text, &options).unwrap();
    assert_eq!(kinds(&report), ["gap", "wide-ids", "infinite-samples"]);
    assert_eq!((report.samples, report.rows_without_position, report.infinite_rows), (3, 2, 1));
    assert_eq!((report.wide_id_rows, report.trajectories, report.gap_steps), (2, 2, 20));
    assert_says("gap", &report.warnings[0].message, &["time steps 10 to 29"]);
    assert_says("summary", &report.to_string(), &["3 samples of 2", "2 rows with an id over 32", "20 time steps"]);
    let found = inspect(&dir.path().join("kept")).unwrap();
    assert_says("inspect", &found.problems.join("\n"), &["over 32 bits", "5000000000", "infinite"]);
    assert_says("inspect", &found.warnings.join("\n"), &["time steps 10 to 29 are in no shard"]);
    let times = format!("{HEAD}1,1700000000,1,1,1\n1,1700000001,1,2,1\n");
    let report = import_text(dir.path(), "times", &times, &ImportOptions::new(10)).unwrap();
    assert_eq!(kinds(&report), ["frames-like-times"]);
}

#[test]
fn a_gap_that_the_import_told_of_is_no_problem_and_a_missing_file_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let frames = [0, 1, 2, 3, 40, 41, 44, 100];
    let rows: String = frames.iter().map(|frame| format!("7,{frame},{frame},1,1\n")).collect();
    let report = import_text(dir.path(), "gaps", &format!("{HEAD}{rows}"), &ImportOptions::new(4)).unwrap();
    assert_eq!((kinds(&report), report.gap_steps), (vec!["gap"], 36 + 52));
    let data = dir.path().join("gaps");
    let manifest = Manifest::read(&data.join(MANIFEST_NAME)).unwrap().unwrap();
    assert_eq!(manifest.steps_without_shard, [(4..=39).into(), (48..=99).into()]);
    let found = inspect(&data).unwrap();
    assert_eq!(found.problems, Vec::<String>::new());
    let words = "time steps 4 to 39, 48 to 99 are in no shard, as dataset-manifest.json says";
    assert!(found.warnings.len() == 1 && found.warnings[0].contains(words), "{found}");
    assert!(build_hash_tables(&data, &BuildHashTablesOptions::new(1.0)).unwrap().warnings.is_empty());
    std::fs::remove_dir_all(data.join("spatial_hashing")).unwrap();

    // Beside such a gap, too.
    std::fs::remove_file(data.join("shard-44.bin")).unwrap();
    let gap = "time steps 44 to 47 are in no shard, though there are shards before and after: is a file missing?";
    let found = inspect(&data).unwrap();
    assert!(found.problems.contains(&gap.to_string()) && found.warnings[0].contains(words), "{found}");
    let report = build_hash_tables(&data, &BuildHashTablesOptions::new(1.0)).unwrap();
    assert!(report.warnings.iter().any(|warning| warning.kind == "gap" && warning.message == gap), "{report:?}");
    // A manifest that does not say so explains nothing; one that was made to say so is told.
    let path = data.join(MANIFEST_NAME);
    let written = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, written.replace("steps_without_shard", "another")).unwrap();
    let found = inspect(&data).unwrap().problems.join("\n");
    assert_says("inspect", &found, &["was changed or removed", "time steps 4 to 39, 44 to 99 are in no shard, though"]);
}

#[test]
fn what_single_precision_takes_is_told_where_nothing_moves_and_where_all_move_far() {
    let dir = tempfile::tempdir().unwrap();
    let rows =
        |at: &dyn Fn(i64) -> String| -> String { (0..6).map(|n| format!("{},{},{}\n", n / 2, n % 2, at(n))).collect() };
    let parked = "412345.67,5698765.43,0.25";
    let still = format!("{HEAD}{}", rows(&|_| parked.to_string()));
    let once = format!("{HEAD}1,0,{parked}\n2,0,{parked}\n");
    let fast = format!("{HEAD}{}", rows(&|n| format!("412345.67,{}.43,0", 5_698_765 + 200 * (n % 2))));
    for (name, text, summary) in [
        ("still", still, "nothing moves"),
        ("once", once, "nothing moves"),
        ("fast", fast, "% of the typical step of 20"),
    ] {
        let report = import_text(dir.path(), name, &text, &ImportOptions::new(10)).unwrap();
        assert_eq!(kinds(&report), ["precision"], "{name}");
        assert_says(name, &report.warnings[0].message, &["samples by more than 0.01: ", "--origin auto"]);
        assert_says(name, &report.to_string(), &["rounded by up to ", summary]);
        let problems = inspect(&dir.path().join(name)).unwrap().problems;
        match name {
            "fast" => assert_eq!(problems, Vec::<String>::new()),
            _ => assert_says(
                name,
                &problems.join("\n"),
                &["single precision has them in steps of 0.5", ": import them with an origin"],
            ),
        }
        let options = ImportOptions { origin: Origin::Auto, ..ImportOptions::new(10) };
        let folder = format!("{name} from an origin");
        let report = import_text(dir.path(), &folder, &text, &options).unwrap();
        assert_eq!(kinds(&report), Vec::<&str>::new(), "{name}");
        assert!(!report.to_string().contains("rounded"), "{report}");
        assert_eq!(inspect(&dir.path().join(folder)).unwrap().problems, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_shard_that_is_missing_in_the_middle_is_told_by_inspect_and_build() {
    let dir = tempfile::tempdir().unwrap();
    let shards: Vec<TestShard> = [0, 4, 8, 12]
        .map(|first| {
            let positions = (0..4).map(|k| [k as f32, 1.0, 2.0]).collect();
            TestShard { number: first as i32 / 4, ..TestShard::new(first, 4, vec![TestEntry::new(1, positions)]) }
        })
        .to_vec();
    write_all(dir.path(), &shards);
    assert_eq!(inspect(dir.path()).unwrap().problems, Vec::<String>::new());
    assert!(build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap().warnings.is_empty());
    for first in [4, 8] {
        std::fs::remove_file(dir.path().join(format!("shard-{first}.bin"))).unwrap();
    }
    let found = inspect(dir.path()).unwrap();
    assert_eq!(found.problems.len(), 2, "{:?}", found.problems);
    assert_says("inspect", &found.problems[0], &["time steps 4 to 11 are in no shard"]);
    assert_says("inspect of the tables", &found.problems[1], &["time steps 4 to 7, 8 to 11", "--prune-stale"]);
    let report = build_hash_tables(
        dir.path(),
        &BuildHashTablesOptions { prune_stale: true, ..BuildHashTablesOptions::new(1.0) },
    )
    .unwrap();
    assert_eq!(report.warnings.iter().map(|w| w.kind).collect::<Vec<_>>(), ["gap"]);
    assert_says("build", &report.warnings[0].message, &["time steps 4 to 11"]);
    // A shard that cannot be read is not missing.
    std::fs::write(dir.path().join("shard-4.bin"), b"bad").unwrap();
    let found = inspect(dir.path()).unwrap();
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
}

#[test]
fn inspect_reads_the_shards_of_a_data_set() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    for entry in shards.iter_mut().flat_map(|shard| &mut shard.entries) {
        entry.positions.iter_mut().for_each(|position| position[2] = f32::NAN);
    }
    write_all(dir.path(), &shards);
    let found = inspect(dir.path()).unwrap().problems.join("\n");
    assert_says("all missing", &found, &["z is missing in all of 6 entries"]);
    let mut shards = plain();
    shards[1].entries[2].id = 1;
    shards[0].entries[0].valid_samples = Some(9);
    shards[0].entries[1].id = 1 << 40;
    write_all(dir.path(), &shards);
    let found = inspect(dir.path()).unwrap().problems.join("\n");
    let words = ["1 entries have a number of valid samples", "1 entries repeat", "1099511627776", "over 32 bits"];
    assert_says("entries", &found, &words);
}

/// Shards whose headers number their intervals, as `ShardWriter` makes them.
fn numbered(folder: &Path) {
    let rows: String = (0..24).map(|n| format!("1,{n},{n},0,0\n2,{n},{n},5,0\n")).collect();
    let csv = folder.with_extension("csv");
    std::fs::write(&csv, HEAD.to_string() + &rows).unwrap();
    import(&csv, folder, &ImportOptions::new(8)).unwrap();
}

#[test]
fn names_headers_and_metadata_that_contradict_each_other_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("data");
    let rename = |from: i32, to: i32| {
        let name = |n: i32| folder.join(format!("shard-{n}.bin"));
        std::fs::rename(name(from), name(to)).unwrap();
    };
    let build_warnings = || -> Result<Vec<String>> {
        let options =
            BuildHashTablesOptions { output: Some(dir.path().join("tables")), ..BuildHashTablesOptions::new(1.0) };
        Ok(build_hash_tables(&folder, &options)?
            .warnings
            .into_iter()
            .map(|w| format!("{}: {}", w.kind, w.message))
            .collect())
    };
    numbered(&folder);
    assert_eq!(inspect(&folder).unwrap().problems, Vec::<String>::new());
    assert_eq!(build_warnings().unwrap(), Vec::<String>::new());

    // Named by the number of the interval.
    rename(8, 1);
    rename(16, 2);
    for error in [inspect(&folder).unwrap_err(), build_warnings().unwrap_err()] {
        assert_says("by number", &error.to_string(), &["named by the number of their interval", "shard-8.bin"]);
    }
    // Only the last one is, and overlaps nothing any more.
    rename(1, 8);
    rename(2, 48);
    for error in [inspect(&folder).unwrap_err(), build_warnings().unwrap_err()] {
        assert_says("renamed", &error.to_string(), &["shard-48.bin at byte 8", "shard-16.bin by header and metadata"]);
    }
    // Without the metadata nobody can tell which is right: the names count.
    std::fs::remove_file(folder.join("dataset-meta.bin")).unwrap();
    assert_says("warning", &build_warnings().unwrap().join("\n"), &["contradiction: ", "interval 2 of 8", "count"]);
    assert_says("inspect", &inspect(&folder).unwrap().problems.join("\n"), &["interval 2 of 8"]);
    std::fs::remove_dir_all(&folder).unwrap();

    // Metadata from before a shard was added, and from before one was removed.
    numbered(&folder);
    let metadata = |last: i32| {
        let path = folder.join("dataset-meta.bin");
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[12..16].copy_from_slice(&last.to_le_bytes());
        std::fs::write(path, bytes).unwrap();
    };
    for (last, words) in [(15, "samples from 0 to 23"), (31, "the shards have 0 to 23")] {
        metadata(last);
        assert_says("stale", &build_warnings().unwrap().join("\n"), &["contradiction: ", "dataset-meta.bin", words]);
        assert_says("stale", &inspect(&folder).unwrap().problems.join("\n"), &["dataset-meta.bin", words]);
    }
    metadata(23);
    // Records of trajectories that begin in a shard under another name.
    std::fs::remove_file(folder.join("shard-0.bin")).unwrap();
    let found = inspect(&folder).unwrap().problems.join("\n");
    assert_says("records", &found, &["trajectory 1 begins in shard-0.bin", "2 such records"]);
}

#[test]
fn the_cases_give_what_is_right_or_an_error_that_tells_the_next_step() {
    let test = "the_cases_give_what_is_right_or_an_error_that_tells_the_next_step";
    let Some(cases) = shared(test, "cases/trajectories") else { return };
    let dir = tempfile::tempdir().unwrap();
    let options = ImportOptions::new(10);
    let out = |name: &str| dir.path().join(name);
    let refused = |name: &str, options: &ImportOptions| {
        import(&cases.join(name), &out(name), options).expect_err(name).to_string()
    };
    for (name, words) in [
        ("60_trackmate_fixed_by_error.csv", &["\"ID\" and \"TRACK_ID\"", "--id-column TRACK_ID"][..]),
        ("70_z_all_nan.csv", &["column z has no finite number"]),
        ("46_dup_header.csv", &["\"x\" twice"]),
        ("36_big_id.csv", &["line 2, column id: \"5000000000\"", "--wide-ids truncate"]),
        ("53_vertical_frame_huge.csv", &["53_vertical_frame_huge.csv: line 3, column frame: 2147483647"]),
        ("12_time_seconds.csv", &["--time-step 0.04"]),
        ("27_adsb.csv", &["\"lat\" and \"lon\" are degrees"]),
        ("30_unix_ms.csv", &["--time-step"]),
        ("35_negative_frame.csv", &["add the same number"]),
        ("44_iso_time.csv", &["--time-step 0.04"]),
    ] {
        assert_says(name, &refused(name, &options), words);
    }
    let timed = ImportOptions { time_per_step: Some(0.04), ..options.clone() };
    for (name, options, time_step, z, unit) in [
        ("01_pedpy_jupedsim.txt", &options, Some(0.04), 0.5, "meters"),
        ("02_pedpy_space_noheader.txt", &options, Some(0.0625), 0.5, "meters"),
        ("03_comment_then_header.csv", &options, Some(0.04), 0.5, "meters"),
        ("04_trackmate.csv", &options, None, 0.5, "microns"),
        ("07_no_z.csv", &options, None, 0.0, "meters"),
        ("08_semicolon.csv", &options, None, 0.5, "meters"),
        ("09_semicolon_decimal_comma.csv", &options, None, 0.5, "meters"),
        ("10_float_frames.csv", &options, None, 0.5, "meters"),
        ("12_time_seconds.csv", &timed, Some(0.04), 0.5, "meters"),
        ("13_string_ids.csv", &options, None, 0.5, "meters"),
        ("18_gz.csv.gz", &options, None, 0.5, "meters"),
        ("19_utf16.csv", &options, None, 0.5, "meters"),
        ("22_upper_units.csv", &options, None, 0.5, "meters"),
        ("25_sumo_fcd.xml", &options, Some(1.0), 0.0, "meters"),
        ("30_unix_ms.csv", &timed, Some(0.04), 0.5, "meters"),
    ] {
        let report = import(&cases.join(name), &out(name), options).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((report.trajectories, report.samples, report.first_step, report.last_step), (2, 6, 0, 2), "{name}");
        assert_eq!((report.time_per_step, report.coordinate_units.as_str()), (time_step, unit), "{name}");
        let dataset = Dataset::open(out(name), DatasetOptions::default()).unwrap();
        assert_eq!(dataset.positions(2, 1..=1).unwrap()[0], Some([3.6, 0.45, z]), "{name}");
        assert_eq!(kinds(&report), Vec::<&str>::new(), "{name}");
    }
    for (name, options) in [("33_empty_coords.csv", &options), ("44_iso_time.csv", &timed)] {
        assert_eq!(import(&cases.join(name), &out(name), options).unwrap().samples, 2, "{name}");
    }
    let by_track = ImportOptions { id_column: Some("TRACK_ID".into()), ..options.clone() };
    let name = "60_trackmate_fixed_by_error.csv";
    let report = import(&cases.join(name), &out(name), &by_track).unwrap();
    assert_eq!((report.trajectories, report.samples), (2, 6));

    let report = import(&cases.join("29_utm.csv"), &out("lost"), &options).unwrap();
    assert_eq!(kinds(&report), ["precision"]);
    let report = import(&cases.join("29_utm.csv"), &out("kept"), &ImportOptions { origin: Origin::Auto, ..options });
    assert_eq!(report.unwrap().coordinate_origin, Some([500_000.0, 5_600_000.0, 100.0]));
    let kept = Dataset::open(out("kept"), DatasetOptions::default()).unwrap();
    assert_eq!(kept.positions(1, 2..=2).unwrap()[0], Some([0.223, 0.223, 0.0]));

    let renamed = cases.join("72_index_named_shards");
    let built = build_hash_tables(
        &renamed,
        &BuildHashTablesOptions { output: Some(out("tables")), ..BuildHashTablesOptions::new(1.0) },
    );
    for error in [inspect(&renamed).unwrap_err(), built.unwrap_err()] {
        assert_says("72", &error.to_string(), &["named by the number of their interval", "shard-10.bin"]);
    }
}

#[test]
fn many_trajectories_are_held_against_the_limit_and_the_limit_named_suffices() {
    let dir = tempfile::tempdir().unwrap();
    const IDS: usize = 60_000;
    let rows = |frame: usize| (0..IDS).map(move |id| format!("{},{frame},{id},{frame},0\n", (id * 7919) % IDS));
    let text: String = std::iter::once(HEAD.to_string()).chain((0..3).flat_map(rows)).collect();
    let with = |memory_limit: u64| ImportOptions { memory_limit, ..ImportOptions::new(2) };
    let error = import_text(dir.path(), "data", &text, &with(13 << 20)).unwrap_err();
    let Error::MemoryLimit { needed, ref what, .. } = error else { panic!("{error}") };
    assert_says("error", what, &["trajectories and up to", "rows of one shard", "--interval"]);
    let told: f64 = what.split(' ').nth(1).unwrap().replace(',', "").parse().unwrap();
    assert!((told / IDS as f64 - 1.0).abs() < 0.04, "{told}");
    assert!(!dir.path().join("data").exists());
    let report = import_text(dir.path(), "data", &text, &with(needed)).unwrap();
    assert_eq!((report.trajectories, report.samples, report.shards), (IDS as u64, 3 * IDS as u64, 2));
    assert_eq!(inspect(&dir.path().join("data")).unwrap().problems, Vec::<String>::new());
    // The files do not depend on the limit.
    let other = import_text(dir.path(), "other", &text, &ImportOptions::new(2)).unwrap();
    assert_eq!(other, report);
    for name in ["shard-0.bin", "shard-2.bin", "dataset-meta.bin", "dataset-trajmeta.bin"] {
        let [a, b] = ["data", "other"].map(|folder| std::fs::read(dir.path().join(folder).join(name)).unwrap());
        assert!(a == b, "{name}");
    }
}

#[test]
fn an_origin_so_far_away_that_positions_are_lost_is_refused_or_told() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{HEAD}1,0,1,1,1\n1,1,2,1,1\n1,2,3,1,1\n");
    let at = |x: f64| ImportOptions { origin: Origin::At([x, 0.0, 0.0]), ..ImportOptions::new(10) };
    let error = import_text(dir.path(), "lost", &text, &at(1.0e308)).unwrap_err();
    assert_eq!(error.status(), Status::InvalidArgument);
    assert_says("1e308", &error.to_string(), &["origin is", "all positions of 3 rows", "--origin auto"]);
    assert!(!dir.path().join("lost").exists());
    let error = import_text(dir.path(), "far", &text.replace(",1,1\n", ",1e39,1\n"), &ImportOptions::new(10));
    assert_says("1e39", &error.unwrap_err().to_string(), &["beyond single precision", "--origin auto"]);
    // In double already the difference is the origin alone, which single precision holds.
    for x in [1.0e20, 2.0f64.powi(70)] {
        let report = import_text(dir.path(), &format!("at{x}"), &text, &at(x)).unwrap();
        assert_eq!(kinds(&report), ["precision"], "{x}");
        assert!(report.precision.largest_rounding >= 3.0 && report.precision.rounded_samples == 3, "{report:?}");
    }
}

#[test]
fn what_is_wrong_with_a_csv_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let options = ImportOptions::new(10);
    let quoted = "id,frame,x,y,z,label\n";
    let blank = "\n".repeat(3 << 19);
    let cases: [(&str, String, &[&str]); 13] = [
        ("no names", "1,0,1,1,1,7\n1,1,2,1,1,7\n".into(), &["has 6 fields", "and no names", "--columns id=1,frame=2"]),
        ("empty", String::new(), &["it is empty", "names the columns id"]),
        ("blank", "\n\n\n".into(), &["it is empty"]),
        ("sep", format!("sep=x\n{HEAD}1,0,1,1,1\n"), &["\"sep=x\"", "a comma, a semicolon, a tab"]),
        ("after sep", format!("sep=,\n{HEAD}1,0,1,1,1\n1,1,east,1,1\n"), &["line 4, column x", "byte 31"]),
        ("fields", format!("{HEAD}1,0,1,1,1\n1,1,1,1\n"), &["line 3 has 4 fields", "names has 5", "in quotes"]),
        ("more fields", format!("{HEAD}1,0,1,1,1,7\n"), &["at byte 15", "line 2 has 6 fields"]),
        ("open", format!("{HEAD}1,0,\"1,1,1\n1,1,1,1,1\n"), &["line 2 begins with a quote that is not closed"]),
        ("open at the end", format!("{quoted}1,0,1,1,1,\"a\n1,1,1,1,1,b\n"), &["line 2 begins with a quote"]),
        (
            "open and long",
            format!("{HEAD}1,0,\"1,1,1\n{}", "1,1,1,1,1\n".repeat(150_000)),
            &["line 2 begins with a quote"],
        ),
        (
            "blank lines",
            format!("{HEAD}{blank}1,0,1,1,1\n"),
            &["1 MiB of blank lines from line 2 on", "remove the blank"],
        ),
        ("twice", format!("{HEAD}1,0,1,1,1\n1,0,2,1,1\n"), &["lines 2 and 3 both have id 1", "remove one of them"]),
        (
            "late text",
            format!("{HEAD}{}caf\u{e9},0,1,1,1\n", "7,0,1,1,1\n".repeat(9000)),
            &["line 9002, column id", "--text-ids"],
        ),
    ];
    for (what, text, words) in cases {
        assert_says(what, &import_text(dir.path(), what, &text, &options).unwrap_err().to_string(), words);
        assert!(!dir.path().join(what).exists(), "{what}");
    }
    // A quote that is closed in another line is none of these, nor are bytes of another encoding where nothing is read.
    let kept = format!("{quoted}1,0,1,1,1,\"a\nb\"\n1,1,1,1,1,\"c\nd\"\n");
    assert_eq!(import_text(dir.path(), "kept", &kept, &options).unwrap().samples, 2);
    let csv = dir.path().join("latin.csv");
    std::fs::write(&csv, b"id,frame,x,y,z,stra\xdfe\n1,0,1,1,1,caf\xe9\n1,1,2,1,1,\xfc\n").unwrap();
    assert_eq!(import(&csv, &dir.path().join("latin"), &options).unwrap().samples, 2);
    std::fs::write(&csv, b"id,frame,x,y,z\n1,0,1\xa0,1,1\n").unwrap();
    let error = import(&csv, &dir.path().join("bad"), &options).unwrap_err().to_string();
    assert_says("latin-1 in x", &error, &["line 2, column x"]);

    let text = format!("{HEAD}1,0,1,1,1\n");
    for (column, of) in [("x", "column x"), ("Frame", "column frame"), ("z", "column z")] {
        let options = ImportOptions { id_column: Some(column.into()), ..options.clone() };
        let error = import_text(dir.path(), "ids", &text, &options).unwrap_err();
        assert_eq!(error.status(), Status::InvalidArgument);
        assert_says(column, &error.to_string(), &["id_column is", of]);
    }
    // A folder of something else is left alone.
    let folder = dir.path().join("mixed");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("thesis.txt"), "mine").unwrap();
    std::fs::write(folder.join("notes.txt"), "mine").unwrap();
    let error = import_text(dir.path(), "mixed", &text, &options).unwrap_err().to_string();
    assert_says("mixed", &error, &["notes.txt", "a new folder, or an empty one"]);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    std::fs::remove_file(folder.join("notes.txt")).unwrap();
    std::fs::remove_file(folder.join("thesis.txt")).unwrap();
    assert_eq!(import_text(dir.path(), "mixed", &text, &options).unwrap().samples, 1);
}

#[test]
fn entries_of_another_size_are_no_wide_ids_and_a_folder_is_no_shard() {
    let dir = tempfile::tempdir().unwrap();
    let mut shards = plain();
    shards[0].padding = 8;
    write_all(dir.path(), &shards[..1]);
    std::fs::create_dir(dir.path().join("shard-4.bin")).unwrap();
    let error = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap_err().to_string();
    assert_says("build", &error, &["3 entries of 72 bytes", "read as of 64", "entry_size_bytes 72"]);
    let found = inspect(dir.path()).unwrap().problems.join("\n");
    assert_says("inspect", &found, &["entry_size_bytes 72", "shard-4.bin looks like a shard", "a shard is a file"]);
    std::fs::remove_file(dir.path().join("shard-0.bin")).unwrap();
    let error = build_hash_tables(dir.path(), &BuildHashTablesOptions::new(1.0)).unwrap_err().to_string();
    assert_says("folder", &error, &["a shard is a file named", "shard-4.bin"]);
}
