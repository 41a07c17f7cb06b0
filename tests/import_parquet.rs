//! Parquet files: read as the tables that they are, whatever wrote them, in bounds; what is not read is an error that
//! says so.
#![cfg(feature = "parquet")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use groma::trajectory::import::{ImportOptions, ImportReport, Meaning, dry_run, import};
use groma::trajectory::query::{Dataset, DatasetOptions};
use groma::{Result, Status};
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tempfile::TempDir;

/// The values of a column; those that are missing are `None`.
enum Values {
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Text(Vec<Option<&'static str>>),
    Bytes(Vec<Option<Vec<u8>>>),
}
use Values::{Bytes, Double, Float, Int, Long, Text};

/// Writes a column: an optional one with the level of each value, another without.
fn write(column: &mut ColumnWriter<'_>, values: &Values, is_optional: bool) {
    fn levels<T>(values: &[Option<T>], is_optional: bool) -> Option<Vec<i16>> {
        is_optional.then(|| values.iter().map(|value| i16::from(value.is_some())).collect())
    }
    macro_rules! written {
        ($column:ident, $values:ident, $convert:expr) => {{
            let there: Vec<_> = $values.iter().flatten().cloned().map($convert).collect();
            $column.write_batch(&there, levels($values, is_optional).as_deref(), None).unwrap();
        }};
    }
    match (column, values) {
        (ColumnWriter::Int32ColumnWriter(column), Int(values)) => written!(column, values, |v| v),
        (ColumnWriter::Int64ColumnWriter(column), Long(values)) => written!(column, values, |v| v),
        (ColumnWriter::FloatColumnWriter(column), Float(values)) => written!(column, values, |v| v),
        (ColumnWriter::DoubleColumnWriter(column), Double(values)) => written!(column, values, |v| v),
        (ColumnWriter::ByteArrayColumnWriter(column), Text(values)) => written!(column, values, ByteArray::from),
        (ColumnWriter::FixedLenByteArrayColumnWriter(column), Bytes(values)) => {
            written!(column, values, |v| FixedLenByteArray::from(ByteArray::from(v)))
        }
        _ => panic!("a column of another type"),
    }
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a table in groups of rows. Columns are as in the message type, whose optional ones may lack values.
    fn table(&self, columns: &str, groups: &[Vec<Values>], properties: WriterPropertiesBuilder) -> PathBuf {
        let schema = Arc::new(parse_message_type(&format!("message rows {{ {columns} }}")).unwrap());
        let path = self.path("table.parquet");
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = SerializedFileWriter::new(file, schema.clone(), Arc::new(properties.build())).unwrap();
        for values in groups {
            let mut group = writer.next_row_group().unwrap();
            for (values, field) in values.iter().zip(schema.get_fields()) {
                let mut column = group.next_column().unwrap().unwrap();
                write(column.untyped(), values, field.is_optional());
                column.close().unwrap();
            }
            group.close().unwrap();
        }
        writer.close().unwrap();
        path
    }

    fn plain(&self, columns: &str, values: Vec<Values>) -> PathBuf {
        self.table(columns, &[values], WriterProperties::builder())
    }

    /// Imports into a folder that was not there; a failed import leaves none.
    fn import(&self, file: &Path, options: &ImportOptions) -> Result<ImportReport> {
        let out = self.path("out");
        let _ = std::fs::remove_dir_all(&out);
        let imported = import(file, &out, options);
        assert_eq!(imported.is_ok(), out.exists());
        imported
    }

    fn position(&self, id: u64, step: i32) -> Option<[f32; 3]> {
        let dataset = Dataset::open(self.path("out"), DatasetOptions::default()).unwrap();
        dataset.positions(id, step..=step).unwrap()[0]
    }
}

fn assert_says(text: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(text.contains(word), "{word:?} is not in: {text}"));
}

fn all<T>(values: impl IntoIterator<Item = T>) -> Vec<Option<T>> {
    values.into_iter().map(Some).collect()
}

#[test]
fn tables_are_read_however_they_are_written() {
    let folder = Folder::new();
    let columns = "required int64 id; required int32 frame; optional double x; required float y; optional binary note \
                   (STRING); required double z;";
    // Two groups of rows, of more rows than are read at once, with gaps.
    let group = |from: i32, to: i32| {
        let rows = || from..to;
        vec![
            Long(all(rows().map(|k| i64::from(k % 7)))),
            Int(all(rows().map(|k| k / 7))),
            Double(rows().map(|k| (k % 11 > 0).then(|| 0.1 * f64::from(k))).collect()),
            Float(all(rows().map(|k| 0.1 * k as f32))),
            Text(rows().map(|k| (k % 3 > 0).then_some("waits")).collect()),
            Double(all(rows().map(|_| -1.5))),
        ]
    };
    let compressions = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    for (n, compression) in compressions.into_iter().enumerate() {
        let version = [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0][n % 2];
        for has_dictionary in [true, false] {
            let what = format!("{compression:?}, {version:?}, dictionary {has_dictionary}");
            let properties = WriterProperties::builder()
                .set_compression(compression)
                .set_writer_version(version)
                .set_dictionary_enabled(has_dictionary)
                .set_data_page_row_count_limit(700)
                .set_write_batch_size(100);
            let file = folder.table(columns, &[group(0, 3000), group(3000, 3500), group(3500, 3500)], properties);
            let report = folder.import(&file, &ImportOptions::default()).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!((report.samples, report.trajectories), (3181, 7), "{what}");
            assert_eq!((report.rows_without_position, report.format), (319, "a Parquet file"), "{what}");
            for k in [1, 699, 700, 1022, 1024, 2999, 3000, 3499] {
                let [x, y] = [(0.1 * f64::from(k)) as f32, 0.1 * k as f32];
                assert_eq!(folder.position(k as u64 % 7, k / 7), Some([x, y, -1.5]), "{what}, row {k}");
            }
            assert_eq!(folder.position(0, 0), None, "{what}");
            assert_eq!(dry_run(&file, &ImportOptions::default()).unwrap().samples, 3181, "{what}");
        }
    }
}

#[test]
fn columns_of_every_kind_mean_what_they_mean() {
    let folder = Folder::new();
    let at = |file: &Path, step: f64| {
        let options = ImportOptions { time_per_step: Some(step), ..ImportOptions::default() };
        folder.import(file, &options).unwrap()
    };
    let start = 1_714_564_800_i64;
    for (kind, unit) in [("MILLIS,true", 1_000), ("MICROS,false", 1_000_000), ("NANOS,true", 1_000_000_000)] {
        let times = [start * unit, start * unit + unit / 4, start * unit + unit / 2];
        let columns = format!(
            "required int64 time_ms (TIMESTAMP({kind})); required int64 id; required double x; \
                               required double y;"
        );
        let flat = || Double(all([1.0, 2.0, 3.0]));
        let file = folder.plain(&columns, vec![Long(all(times)), Long(all([1, 1, 1])), flat(), flat()]);
        let report = at(&file, 0.25);
        assert_eq!((report.samples, report.last_step, report.rows_beside_steps), (3, 2, 0), "{kind}");
        assert_eq!(report.times.map(|times| times[0]), Some(start as f64), "{kind}");
    }
    let columns = "required int32 datetime (DATE); required binary Agent (STRING); optional int64 x (DECIMAL(9,2)); \
                   required fixed_len_byte_array(3) y (DECIMAL(6,3)); required fixed_len_byte_array(2) z (FLOAT16);";
    let big = |number: i32| number.to_be_bytes()[1..].to_vec();
    let half = |number: f32| half::f16::from_f32(number).to_le_bytes().to_vec();
    let values = vec![
        Int(all([19_844, 19_845, 19_846])),
        Text(all(["ped, 1", "ped, 1", "b"])),
        Long(vec![Some(-1205), None, Some(7)]),
        Bytes(all([big(-1500), big(2), big(123_456)])),
        Bytes(all([half(0.5), half(-2.0), half(0.0)])),
    ];
    let report = at(&folder.plain(columns, values), 86_400.0);
    assert_eq!((report.samples, report.rows_without_position, report.numbered_ids), (2, 1, Some(2)));
    assert_eq!(folder.position(1, 0), Some([-12.05, -1.5, 0.5]));
    assert_eq!(folder.position(2, 2), Some([0.07, 123.456, 0.0]));
    let unsigned = "required int32 id (INTEGER(32,false)); required int32 frame; required float x; required float y;";
    let values = vec![Int(all([-1])), Int(all([0])), Float(all([f32::NAN])), Float(all([1.0]))];
    let error = folder.import(&folder.plain(unsigned, values), &ImportOptions::default()).unwrap_err().to_string();
    assert_says(&error, &["column x has no finite number"]);
    let values = vec![Int(all([-1, -1])), Int(all([0, 1])), Float(all([0.1, f32::NAN])), Float(all([1.0, 1.0]))];
    let report = folder.import(&folder.plain(unsigned, values), &ImportOptions::default()).unwrap();
    assert_eq!((report.first_samples[0].id, report.samples), (u64::from(u32::MAX), 1));
}

#[test]
fn columns_are_chosen_and_what_cannot_be_used_is_told() {
    let folder = Folder::new();
    let columns = "required int64 Spot; required int32 t; required double left; required double y; required group \
                   places (LIST) { repeated group list { optional double element; } } required boolean x;";
    let schema = Arc::new(parse_message_type(&format!("message rows {{ {columns} }}")).unwrap());
    let path = folder.path("nested.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::new())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in [Long(all([7, 7])), Int(all([0, 1])), Double(all([1.0, 2.0])), Double(all([5.0, 6.0]))] {
        let mut column = group.next_column().unwrap().unwrap();
        write(column.untyped(), &values, false);
        column.close().unwrap();
    }
    let mut list = group.next_column().unwrap().unwrap();
    let ColumnWriter::DoubleColumnWriter(column) = list.untyped() else { panic!() };
    column.write_batch(&[1.0, 2.0, 3.0], Some(&[2, 2, 2]), Some(&[0, 1, 0])).unwrap();
    list.close().unwrap();
    let mut flags = group.next_column().unwrap().unwrap();
    let ColumnWriter::BoolColumnWriter(column) = flags.untyped() else { panic!() };
    column.write_batch(&[true, false], None, None).unwrap();
    flags.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();

    let choose = |chosen: &[(Meaning, &str)]| ImportOptions {
        columns: chosen.iter().map(|(meaning, name)| (*meaning, name.to_string())).collect(),
        ..ImportOptions::default()
    };
    let chosen = [(Meaning::Id, "Spot"), (Meaning::Frame, "t"), (Meaning::X, "left")];
    let report = folder.import(&path, &choose(&chosen)).unwrap();
    assert_eq!((report.samples, folder.position(7, 1)), (2, Some([2.0, 6.0, 0.0])));
    let error = folder.import(&path, &choose(&chosen[..2])).unwrap_err().to_string();
    assert_says(&error, &["[\"Spot\", \"t\", \"left\", \"y\"]", "\"x\" is missing", "--columns x=NAME"]);
    let error = folder.import(&path, &choose(&[(Meaning::X, "places")])).unwrap_err().to_string();
    assert_says(&error, &["columns is places", "\"left\""]);
    let bad = "required int64 id; required int32 frame; required binary x (STRING); required double y;";
    let values = vec![Long(all([1, 1])), Int(all([0, 1])), Text(all(["1.5", "east"])), Double(all([1.0, 1.0]))];
    let error = folder.import(&folder.plain(bad, values), &ImportOptions::default()).unwrap_err().to_string();
    assert_says(&error, &["row 2, column x: \"east\""]);
}

#[test]
fn damaged_and_hostile_files_are_errors_and_memory_is_bounded() {
    let folder = Folder::new();
    let columns = "required int64 id; required int32 frame; required double x; required double y;";
    let refused = |file: &Path, options: &ImportOptions| folder.import(file, options).unwrap_err();
    let values = |rows: i32, x: &dyn Fn(i32) -> f64| {
        let numbers = || 0..rows;
        vec![
            Long(all(numbers().map(i64::from))),
            Int(all(numbers().map(|k| k % 3))),
            Double(all(numbers().map(x))),
            Double(all(numbers().map(f64::from))),
        ]
    };
    let one_page = || {
        WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(1 << 30)
            .set_data_page_row_count_limit(1 << 30)
            .set_write_batch_size(1 << 20)
    };
    let properties = one_page().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let bomb = folder.table(columns, &[values(2_200_000, &|_| 0.0)], properties);
    let error = refused(&bomb, &ImportOptions::default());
    assert_eq!(error.status(), Status::BadFormat);
    assert_says(&error.to_string(), &["column x: at byte", "bytes that becomes 17600000, where 16777216 are the most"]);

    let large = folder.table(columns, &[values(1 << 20, &|k| f64::from(k).sin())], one_page());
    let error = refused(&large, &ImportOptions { memory_limit: 40 << 20, ..ImportOptions::default() });
    assert_eq!(error.status(), Status::MemoryLimit, "{error}");
    assert_says(&error.to_string(), &["the pages of a Parquet file"]);

    let whole = std::fs::read(folder.plain(columns, values(1 << 20, &f64::from))).unwrap();
    let end = whole.len();
    for (what, bytes) in [
        ("cut", whole[..end / 2].to_vec()),
        ("without an end", whole[..end - 4].to_vec()),
        ("only an end", [b"PAR1", &whole[end - 8..]].concat()),
        ("with a damaged page", [&whole[..4], &[0xff; 64][..], &whole[68..]].concat()),
        ("a mark alone", b"PAR1PAR1".to_vec()),
    ] {
        let file = folder.path("damaged.parquet");
        std::fs::write(&file, bytes).unwrap();
        let error = refused(&file, &ImportOptions::default());
        assert_eq!(error.status(), Status::BadFormat, "{what}: {error}");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &whole).unwrap();
    std::fs::write(folder.path("table.parquet.gz"), gzip.finish().unwrap()).unwrap();
    let error = refused(&folder.path("table.parquet.gz"), &ImportOptions::default()).to_string();
    assert_says(&error, &["a Parquet file in a stream of bytes", "gunzip -k"]);
    // Without a dictionary the second version writes texts as differences: one that is used is refused, others are not.
    let named = "required binary id (STRING); required int32 frame; required double x; required double y;";
    let differences =
        WriterProperties::builder().set_dictionary_enabled(false).set_writer_version(WriterVersion::PARQUET_2_0);
    let walks = vec![Text(all(["a", "b"])), Int(all([0, 0])), Double(all([1.0, 2.0])), Double(all([1.0, 2.0]))];
    let error = refused(&folder.table(named, &[walks], differences), &ImportOptions::default()).to_string();
    assert_says(&error, &["column id: at byte", "an encoding of differences"]);
    let none = folder.table(columns, &[], WriterProperties::builder());
    assert_says(&refused(&none, &ImportOptions::default()).to_string(), &["no row"]);
}
