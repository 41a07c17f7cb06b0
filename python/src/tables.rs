//! Building hash tables, and data sets from files, from tables in memory and out of nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use groma::Error;
use groma::trajectory::Steps;
use groma::trajectory::build::{Bounds, BuildHashTablesOptions, WideIds, build_hash_tables_with};
use groma::trajectory::dataset::{OnBadShard, ShardWriterOptions};
use groma::trajectory::generate::{GenerateOptions, generate_with};
use groma::trajectory::grid::BoundingBox;
use groma::trajectory::import::{
    Duplicates, ImportOptions, Input, Inputs, Meaning, Origin, Table, TableColumn, import_with,
};
use groma::trajectory::periodic::PeriodicVolume;
use groma::trajectory::preview::{PreviewOptions, View, preview_with};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::arrays::values;
use crate::errors::OrRaise;
use crate::jobs::{self, Run};

/// The options of a build of hash tables.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct TableOptions {
    cell_size: f32,
    output: Option<PathBuf>,
    margin: f64,
    bounds: Option<([f64; 3], [f64; 3])>,
    steps: Option<(i32, i32)>,
    batch_size: u32,
    skip_bad_shards: bool,
    truncate_wide_ids: bool,
    resume: bool,
    prune_stale: bool,
    fsync: bool,
}

/// Reads the options of a build of hash tables.
pub fn table_options(options: &Bound<'_, PyDict>, run: &Run<'_>) -> PyResult<BuildHashTablesOptions> {
    let o = options.extract::<TableOptions>()?;
    Ok(BuildHashTablesOptions {
        output: o.output,
        bounds: match o.bounds {
            None => Bounds::Margin(o.margin),
            Some((min, max)) => Bounds::Box(BoundingBox { min, max }),
        },
        steps: o.steps.map(|(first, last)| Steps::from(first..=last)),
        batch_size: o.batch_size,
        on_bad_shard: if o.skip_bad_shards { OnBadShard::Skip } else { OnBadShard::Fail },
        wide_ids: if o.truncate_wide_ids { WideIds::Truncate } else { WideIds::Fail },
        resume: o.resume,
        prune_stale: o.prune_stale,
        fsync: o.fsync,
        run: run.options(),
        ..BuildHashTablesOptions::new(o.cell_size)
    })
}

/// Builds the hash tables of a data set. Returns the report as JSON and as text.
#[pyfunction]
fn build_hash_tables(
    py: Python<'_>,
    dataset: PathBuf,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let options = table_options(options, &run)?;
    jobs::run(py, &run, move |runner| jobs::both(&build_hash_tables_with(&dataset, &options, runner)?))
}

/// The options of an import.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct ImportChoices {
    columns: BTreeMap<String, String>,
    interval: Option<u32>,
    time_per_step: Option<f64>,
    scale: Option<f64>,
    origin: Option<[f64; 3]>,
    auto_origin: bool,
    duplicates: String,
    text_ids: bool,
    keep_wide_ids: bool,
    coordinate_units: Option<String>,
    periodic: Option<([f64; 3], [f64; 3])>,
    name: String,
}

impl ImportChoices {
    fn read(self, run: &Run<'_>) -> groma::Result<ImportOptions> {
        let mut columns = BTreeMap::new();
        for (meaning, column) in self.columns {
            let known = Meaning::ALL.into_iter().find(|known| known.name() == meaning);
            let accepted = Meaning::ALL.map(Meaning::name).join(", ");
            columns.insert(known.ok_or_else(|| Error::invalid("columns", meaning, accepted))?, column);
        }
        let options = run.options();
        Ok(ImportOptions {
            interval: self.interval,
            writer: ShardWriterOptions {
                dataset_name: self.name,
                periodic_volume: self.periodic.map(|(extent, origin)| PeriodicVolume { extent, origin }),
                ..ShardWriterOptions::default()
            },
            coordinate_units: self.coordinate_units,
            scale: self.scale,
            origin: match (self.origin, self.auto_origin) {
                (Some(origin), _) => Origin::At(origin),
                (None, true) => Origin::Auto,
                (None, false) => Origin::Zero,
            },
            columns,
            text_ids: self.text_ids,
            keep_wide_ids: self.keep_wide_ids,
            time_per_step: self.time_per_step,
            duplicates: match self.duplicates.as_str() {
                "error" => Duplicates::Error,
                "first" => Duplicates::First,
                "last" => Duplicates::Last,
                other => return Err(Error::invalid("duplicates", other, "\"error\", \"first\" or \"last\"")),
            },
            memory_limit: options.memory_limit,
            cancel: options.cancel,
            ..ImportOptions::default()
        })
    }
}

/// A column of a table.
#[derive(FromPyObject)]
enum Column<'py> {
    Doubles(PyReadonlyArray1<'py, f64>),
    Singles(PyReadonlyArray1<'py, f32>),
    Signed(PyReadonlyArray1<'py, i64>),
    Unsigned(PyReadonlyArray1<'py, u64>),
    /// Nanoseconds since 1970, told from other whole numbers by the name before them.
    Times((String, PyReadonlyArray1<'py, i64>)),
    Texts(Bound<'py, PyList>),
}

impl Column<'_> {
    fn read(self) -> PyResult<TableColumn> {
        Ok(match self {
            Column::Doubles(column) => TableColumn::Doubles(values(&column)?.into()),
            Column::Singles(column) => TableColumn::Singles(values(&column)?.into()),
            Column::Signed(column) => TableColumn::Signed(values(&column)?.into()),
            Column::Unsigned(column) => TableColumn::Unsigned(values(&column)?.into()),
            Column::Times((_, column)) => TableColumn::Times(values(&column)?.into()),
            Column::Texts(texts) => TableColumn::Texts(texts_of(&texts)?.into()),
        })
    }
}

/// The texts of a list. There may be millions: Ctrl-C is looked after meanwhile.
fn texts_of(list: &Bound<'_, PyList>) -> PyResult<Vec<String>> {
    const AT_ONCE: usize = 1 << 16;
    let text = |(n, text): (usize, Bound<'_, PyAny>)| {
        if n % AT_ONCE == 0 {
            list.py().check_signals()?;
        }
        text.extract()
    };
    list.iter().enumerate().map(text).collect()
}

/// Makes a data set from files. Returns the report as JSON and as text.
#[pyfunction]
fn import_files(
    py: Python<'_>,
    files: Vec<PathBuf>,
    folder: PathBuf,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    import(py, Inputs(files.into_iter().map(Input::File).collect()), folder, options, &run)
}

/// Makes a data set from a table in memory. Returns the report as JSON and as text.
#[pyfunction]
fn import_table(
    py: Python<'_>,
    name: String,
    columns: Vec<(String, Column<'_>)>,
    folder: PathBuf,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let columns = columns.into_iter().map(|(name, column)| Ok((name, column.read()?))).collect::<PyResult<_>>()?;
    import(py, Inputs::from(Table { name, columns }), folder, options, &run)
}

fn import(
    py: Python<'_>,
    inputs: Inputs,
    folder: PathBuf,
    options: &Bound<'_, PyDict>,
    run: &Run<'_>,
) -> PyResult<(String, String)> {
    let options = options.extract::<ImportChoices>()?.read(run).or_raise()?;
    jobs::run(py, run, move |runner| jobs::both(&import_with(inputs, &folder, &options, runner)?))
}

/// Makes a data set out of nothing.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the Python half names them")]
fn generate_trajectories(
    py: Python<'_>,
    folder: PathBuf,
    trajectories: u32,
    shards: u32,
    interval: u32,
    seed: u64,
    half_edge: f32,
    gaps: f64,
    run: Run<'_>,
) -> PyResult<()> {
    let options = GenerateOptions { seed, half_edge, gaps, ..GenerateOptions::new(trajectories, shards, interval) };
    jobs::run(py, &run, move |runner| generate_with(&folder, &options, runner))
}

/// Draws a time step into a PNG file. Returns how many samples it has.
#[pyfunction]
fn preview_step(py: Python<'_>, dataset: PathBuf, step: i32, path: PathBuf, width: u32, run: Run<'_>) -> PyResult<u64> {
    let options = PreviewOptions { width, view: View::default(), ..PreviewOptions::default() };
    jobs::run(py, &run, move |runner| preview_with(&dataset, step, &path, &options, runner))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(build_hash_tables, module)?)?;
    module.add_function(wrap_pyfunction!(import_files, module)?)?;
    module.add_function(wrap_pyfunction!(import_table, module)?)?;
    module.add_function(wrap_pyfunction!(generate_trajectories, module)?)?;
    module.add_function(wrap_pyfunction!(preview_step, module)?)
}
