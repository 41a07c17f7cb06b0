//! Shards, metadata, tables with their index and journal, and CSV.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use groma::io::Durability;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, WideIds, build_hash_tables};
use groma::trajectory::dataset::{
    MANIFEST_NAME, METADATA_NAME, Metadata, OnBadShard, ShardFolder, ShardWriter, ShardWriterOptions,
    TRAJECTORIES_NAME, read_names, read_trajectories,
};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::import::{Duplicates, ImportOptions, Meaning, Origin, dry_run, import};
use groma::trajectory::inspect::inspect;
use groma::trajectory::query::{Dataset, DatasetOptions, QueryResult};
use groma::trajectory::shard::{ReadBuffer, Shard, ShardReader, WantDigest};
use groma::trajectory::table::{HashTable, INDEX_NAME, Index, TableFolder, table_name};
use xxhash_rust::xxh3::xxh3_64;

use super::scratch;

const CELL: f32 = 2.0;
/// The time steps of a shard of [`small_dataset`], which has two.
const STEPS: u32 = 4;

/// A shard. What a checked header announces is in the file, and each entry has the positions that it should.
pub fn shard(data: &[u8]) {
    let path = scratch::file("shard-7.bin", data);
    let _ = inspect(&path);
    for padding in [0, 3, u64::MAX] {
        let Ok(shard) = Shard::open(&path, 7, padding) else { continue };
        assert!(shard.entry_offset(shard.entries) <= data.len() as u64, "{shard:?}");
        let reader = ShardReader::open(&shard).unwrap();
        let mut buffer = ReadBuffer::default();
        for steps in [0..shard.steps, shard.steps - 1..shard.steps] {
            let mut seen = 0;
            let look = |_, entry: groma::trajectory::shard::Entry<'_>| {
                assert_eq!(entry.positions.len(), 3 * steps.len());
                seen += 1;
                Ok(())
            };
            reader.for_each(0..shard.entries, steps.clone(), WantDigest::Yes, &mut buffer, look).unwrap();
            assert_eq!(seen, shard.entries);
        }
    }
}

/// A valid shard of any ids and positions: its tables give the answers of brute force.
pub fn samples(data: &[u8]) {
    let Some((&[shape, options], entries)) = data.split_first_chunk::<2>() else { return };
    let steps = u32::from(1 + shape % 4);
    let entry_size = 16 + 12 * steps as usize;
    let entries = &entries[..entries.len().min(64 * entry_size) / entry_size * entry_size];
    let folder = scratch::empty("samples");
    let bytes = shard_bytes(steps, entries.len() / entry_size, entries);
    std::fs::write(folder.join("shard-0.bin"), bytes).unwrap();
    let bounds = match options & 3 {
        0 => Bounds::Box(BoundingBox { min: [-10.0; 3], max: [10.0; 3] }),
        margin => Bounds::Margin([0.0, 1.0, 1e30][usize::from(margin) - 1]),
    };
    let cell_size = [0.5, 1e-3, 1e6, f32::MIN_POSITIVE][usize::from(options >> 2 & 3)];
    let wide_ids = if options & 16 == 0 { WideIds::Fail } else { WideIds::Truncate };
    let build = BuildHashTablesOptions {
        bounds,
        wide_ids,
        run: scratch::run_options(),
        ..BuildHashTablesOptions::new(cell_size)
    };
    if build_hash_tables(&folder, &build).is_err() {
        return;
    }
    let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
    let mut result = QueryResult::default();
    for step in 0..steps as usize {
        let samples: Vec<(u64, [f32; 3])> = entries
            .chunks_exact(entry_size)
            .filter(|entry| entry[12..16] != [0; 4])
            .map(|entry| (number(entry), floats(&entry[16 + 12 * step..])))
            .filter(|(_, position)| position.iter().all(|c| c.is_finite()))
            .collect();
        let Some((_, position)) = samples.first() else { continue };
        let centre = position.map(f64::from);
        for radius in [0.0, 1.5, 1e12] {
            dataset.query_radius(cell_size, step as i32, centre, radius, &mut result).unwrap();
            let found: BTreeSet<u64> = result.of_query(0).map(|(id, _)| id).collect();
            let distance = |position: &[f32; 3]| {
                let d: [f64; 3] = std::array::from_fn(|i| f64::from(position[i]) - centre[i]);
                (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
            };
            let within = samples.iter().filter(|(_, position)| distance(position) <= radius);
            assert_eq!(found, within.map(|(id, _)| *id).collect(), "step {step}, radius {radius}");
        }
    }
}

/// The metadata files beside valid shards: the shards can be used whatever those say, but for an announced padding that
/// contradicts them.
pub fn metadata(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let folder = small_dataset("metadata");
    let name = [METADATA_NAME, TRAJECTORIES_NAME, MANIFEST_NAME][usize::from(kind % 3)];
    let path = folder.join(name);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let _ = inspect(&folder);
    let metadata = Metadata::read(&folder.join(METADATA_NAME));
    let records = read_trajectories(&folder.join(TRAJECTORIES_NAME));
    if let (1, Ok(records)) = (kind % 3, records) {
        assert_eq!(40 * records.unwrap().len(), bytes.len());
    }
    let dataset = ShardFolder::open(&folder, OnBadShard::Fail).unwrap();
    assert_eq!(dataset.metadata_problem.is_some(), metadata.is_err());
    let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
    assert!(dataset.positions(1, 0..=2 * STEPS as i32 - 1).unwrap().iter().all(Option::is_some));
    std::fs::write(&path, whole).unwrap();
}

/// The index of a folder of tables, or the journal of an interrupted build, with the hashes of its lines made right:
/// queries and the next build give answers or errors.
pub fn index(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let folder = small_dataset("index");
    let tables = TableFolder::new(&folder, CELL);
    let journal = tables.path().join("groma-journal");
    let options =
        BuildHashTablesOptions { run: scratch::run_options(), batch_size: 1, ..BuildHashTablesOptions::new(CELL) };
    if !tables.path().exists() {
        interrupted_build(&folder, &options);
    }
    if kind & 1 == 0 {
        // With the checksum that goes with it, or nothing but the checksum would be looked at.
        match serde_json::from_slice::<Index>(bytes) {
            Ok(index) => index.write(tables.path(), Durability::Unsynced).unwrap(),
            Err(_) => std::fs::write(tables.path().join(INDEX_NAME), bytes).unwrap(),
        }
        let _ = Index::read(tables.path());
    } else {
        let own = std::fs::read(scratch::path("index-journal")).unwrap();
        let header = own.split(|&b| b == b'\n').next().unwrap();
        let mut text = [header, b"\n"].concat();
        for line in bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            text.extend_from_slice(format!("{:016x} ", xxh3_64(line)).as_bytes());
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        std::fs::write(&journal, text).unwrap();
    }
    let _ = inspect(tables.path());
    let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
    let last = 2 * STEPS as i32 - 1;
    let _ = (dataset.table_steps(CELL), dataset.missing_steps(CELL, 0..=last));
    let mut result = QueryResult::default();
    for step in [0, last] {
        let _ = dataset.query_radius(CELL, step, [1.0; 3], 3.0, &mut result);
    }
    let _ = dataset.query_trajectory(CELL, 0..=last, 1, 3.0, &mut result);
    drop(dataset);
    let _ = build_hash_tables(&folder, &BuildHashTablesOptions { resume: true, ..options.clone() });
    let _ = dataset_answers(&folder, last);
    // A build that does not resume needs nothing of what is there, and leaves a folder as good as new.
    build_hash_tables(&folder, &BuildHashTablesOptions { prune_stale: true, ..options }).unwrap();
    assert_eq!(dataset_answers(&folder, last).unwrap(), 3);
}

fn dataset_answers(folder: &Path, step: i32) -> groma::Result<usize> {
    let mut result = QueryResult::default();
    Dataset::open(folder, DatasetOptions::default())?.query_radius(CELL, step, [0.0; 3], 100.0, &mut result)?;
    Ok(result.ids.len())
}

/// Keeps the journal of a build that was interrupted after its first batch, then builds the rest.
fn interrupted_build(folder: &Path, options: &BuildHashTablesOptions) {
    let tables = TableFolder::new(folder, CELL);
    let in_the_way = tables.table(STEPS as i32);
    std::fs::create_dir_all(in_the_way.join("not empty")).unwrap();
    build_hash_tables(folder, options).unwrap_err();
    std::fs::copy(tables.path().join("groma-journal"), scratch::path("index-journal")).unwrap();
    std::fs::remove_dir_all(in_the_way).unwrap();
    build_hash_tables(folder, options).unwrap();
}

/// A hash table: one that opens holds every id that it counts, each in one cell, and a walk finds the same.
pub fn table(data: &[u8]) {
    let path = scratch::file(&table_name(3), data);
    let _ = inspect(&path);
    let Ok(table) = HashTable::open(&path) else { return };
    let mut ids = Vec::new();
    table.entries().iter().for_each(|entry| ids.extend_from_slice(table.cell(entry.key)));
    assert_eq!(ids, table.ids());
    let header = table.header();
    for centre in [header.bbox_min, header.bbox_max, [0.0; 3]].map(|c| c.map(f64::from)) {
        let _ = table.cell_at(centre);
        for radius in [0.0, f64::from(header.cell_size), f64::MAX] {
            if table.candidates(centre, radius, &mut ids).is_ok() {
                assert!(ids.len() <= table.ids().len());
            }
        }
    }
}

/// A CSV file: the data set that an import leaves opens, or there is none.
pub fn csv(data: &[u8]) {
    let path = scratch::file("rows.csv", data);
    let folder = scratch::empty("imported");
    // Rows are put aside from some hundred on.
    let memory_limit = (12 << 20) + (64 << 10);
    let options = match data.len() % 3 {
        0 => ImportOptions::new(5),
        1 => ImportOptions { origin: Origin::Auto, keep_wide_ids: true, ..ImportOptions::new(1) },
        _ => {
            ImportOptions { origin: Origin::At([1.0e30; 3]), id_column: Some("frame".into()), ..ImportOptions::new(5) }
        }
    };
    let options = ImportOptions { memory_limit, ..options };
    match import(&path, &folder, &options) {
        Ok(report) => {
            let dataset = ShardFolder::open(&folder, OnBadShard::Fail).unwrap();
            assert_eq!(dataset.shards.len() as u64, report.shards);
            assert!(dataset.metadata.is_some() && dataset.metadata_problem.is_none());
            assert_eq!(dataset.contradictions, Vec::<String>::new());
            assert_eq!(dataset.coordinate_origin().unwrap(), report.coordinate_origin);
            assert!(report.samples > 0 || report.infinite_rows > 0);
            let found = inspect(&folder).unwrap();
            assert!(!found.problems.iter().any(|problem| problem.contains("another state")), "{:?}", found.problems);
            assert!(report.samples <= data.iter().filter(|&&b| b == b'\n' || b == b'\r').count() as u64 + 1);
        }
        Err(_) => assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "something is left of a failed import"),
    }
}

/// A table in another dialect, with times, with text ids, compressed, in XML or in a database: the data set that an
/// import leaves opens, with a name for each id that was a text, or there is none; a dry run finds the same samples.
pub fn other_tables(data: &[u8]) {
    let path = scratch::file("rows", data);
    let folder = scratch::empty("imported");
    let columns =
        [(Meaning::Id, "1"), (Meaning::Time, "2"), (Meaning::X, "3"), (Meaning::Y, "4"), (Meaning::Z, "none")];
    let options = match data.len() % 3 {
        0 => ImportOptions { duplicates: Duplicates::First, ..ImportOptions::default() },
        1 => ImportOptions { time_per_step: Some(0.5), duplicates: Duplicates::Last, ..ImportOptions::new(5) },
        _ => ImportOptions {
            columns: columns.map(|(meaning, column)| (meaning, column.to_string())).into(),
            time_per_step: Some(0.25),
            scale: Some(0.01),
            ..ImportOptions::new(5)
        },
    };
    // Of frames that lie far apart an interval of its own would make shards of many megabytes.
    let options = ImportOptions { memory_limit: (12 << 20) + (64 << 10), ..options };
    let told = dry_run(&path, &options);
    match import(&path, &folder, &options) {
        Ok(report) => {
            let told = told.unwrap();
            assert_eq!(
                (told.first_step, told.last_step, told.columns),
                (report.first_step, report.last_step, report.columns)
            );
            assert!(report.samples + report.infinite_rows + report.duplicate_rows >= told.samples);
            let dataset = ShardFolder::open(&folder, OnBadShard::Fail).unwrap();
            assert_eq!(dataset.shards.len() as u64, report.shards);
            assert_eq!(dataset.contradictions, Vec::<String>::new());
            let names = read_names(&folder).unwrap();
            assert_eq!(names.len() as u64, report.numbered_ids.unwrap_or(0));
        }
        Err(_) => assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "something is left of a failed import"),
    }
}

/// A header of a shard of time step 0, and its entries.
pub fn shard_bytes(steps: u32, count: usize, entries: &[u8]) -> Vec<u8> {
    let mut bytes = b"TDDB\x01\0\0\0".to_vec();
    for field in [0, steps as i32, count as i32] {
        bytes.extend_from_slice(&field.to_le_bytes());
    }
    bytes.extend_from_slice(&32i64.to_le_bytes());
    bytes.resize(32, 0);
    bytes.extend_from_slice(entries);
    bytes
}

/// A data set of three trajectories in two shards, made where it is not there.
pub fn small_dataset(name: &str) -> PathBuf {
    let folder = scratch::path(name);
    if !folder.exists() {
        let mut writer = ShardWriter::create(&folder, STEPS, ShardWriterOptions::default()).unwrap();
        for first in [0, STEPS as i32] {
            for id in 1..=3 {
                let positions: Vec<f32> = (0..3 * STEPS).map(|k| id as f32 + k as f32 * 0.25).collect();
                writer.append(first, id, &positions).unwrap();
            }
        }
        writer.finish().unwrap();
    }
    folder
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().unwrap())
}

fn floats(bytes: &[u8]) -> [f32; 3] {
    std::array::from_fn(|i| f32::from_le_bytes(bytes[4 * i..4 * i + 4].try_into().unwrap()))
}
