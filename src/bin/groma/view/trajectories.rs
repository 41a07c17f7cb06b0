//! `groma trajectories view`: what its page asks for, answered by the library.
//!
//! | path | answer |
//! |---|---|
//! | `/api/dataset` | JSON: time steps, box, cell sizes |
//! | `/api/step?step=T` | little endian: the number of samples (8 bytes), ids (8 bytes each), positions (3 floats) |
//! | `/api/near?step=T&at=X,Y,Z&radius=R&cell_size=S` | JSON: ids and distances, the nearest first |

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::job::RunOptions;
use groma::trajectory::query::{Dataset, DatasetOptions, Query, QueryResult, StepSamples};
use groma::{Error, Result};
use serde_json::{Value, json};

use super::Serve;
use super::pages::Page;
use super::server::Reply;
use crate::terminal::cancel_on_interrupt;

const EXAMPLES: &str = "\
Prints the address of a page and serves it to the browsers of this machine until Ctrl-C. The page needs no network. \
The sphere needs tables of any cell size.

Examples:
  groma trajectories build crowd --cell-size 10
  groma trajectories view crowd --open";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct TrajectoriesView {
    /// The data set's folder
    dataset: PathBuf,
    /// The tables are in DIR/spatial_hashing/cellsize_S [default: the data set's folder]
    #[arg(long, value_name = "DIR", alias = "output")]
    tables: Option<PathBuf>,
    #[command(flatten)]
    serve: Serve,
}

impl TrajectoriesView {
    pub fn run(self, _quiet: bool) -> Result<ExitCode> {
        let cancel = cancel_on_interrupt()?;
        let run = RunOptions { cancel: cancel.clone(), ..RunOptions::default() };
        let options = DatasetOptions { tables_folder: self.tables.clone(), run, ..DatasetOptions::default() };
        let dataset = Dataset::open(&self.dataset, options)?;
        let name = self.dataset.canonicalize().ok();
        let name = name.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        self.serve.run(&cancel, move |path, query| {
            let answered = match path {
                "/api/dataset" => about(&dataset, name.as_deref()),
                "/api/step" => step(&dataset, query),
                "/api/near" => near(&dataset, query),
                _ => return Page::Trajectories.part(path).unwrap_or(Reply::NotFound),
            };
            answered.unwrap_or_else(|error| Reply::Refused(error.to_string()))
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn about(dataset: &Dataset, name: Option<&str>) -> Result<Reply> {
    let steps = dataset.steps_within(None)?;
    let bounds = dataset.shard_folder().metadata.as_ref().map(|metadata| [metadata.bbox_min, metadata.bbox_max]);
    as_json(&json!({
        "name": name,
        "first": steps.first,
        "last": steps.last,
        "bounds": bounds,
        "cell_sizes": dataset.cell_sizes()?,
    }))
}

fn step(dataset: &Dataset, query: &str) -> Result<Reply> {
    let mut samples = StepSamples::default();
    dataset.samples_at(value(query, "step", "a time step")?, &mut samples)?;
    let mut bytes = Vec::with_capacity(8 + 20 * samples.ids.len());
    bytes.extend((samples.ids.len() as u64).to_le_bytes());
    bytes.extend(samples.ids.iter().flat_map(|id| id.to_le_bytes()));
    bytes.extend(samples.positions.iter().flatten().flat_map(|coordinate| coordinate.to_le_bytes()));
    Ok(Reply::Bytes(bytes, "application/octet-stream"))
}

fn near(dataset: &Dataset, query: &str) -> Result<Reply> {
    let step: i32 = value(query, "step", "a time step")?;
    let radius: f64 = value(query, "radius", "a distance")?;
    let cell_size: f32 = value(query, "cell_size", "the cell size of tables")?;
    let at = text(query, "at").unwrap_or_default();
    let numbers: Option<Vec<f64>> = at.split(',').map(|number| number.parse().ok()).collect();
    let at: [f64; 3] = numbers.and_then(|numbers| numbers.try_into().ok()).ok_or_else(|| Error::InvalidArgument {
        name: "at",
        seen: at.into(),
        accepted: "three numbers: X,Y,Z".into(),
    })?;
    let mut result = QueryResult::default();
    dataset.query(&Query::radius(cell_size, step..=step, at, radius), &mut result)?;
    // In a periodic volume a trajectory has a sample for each image.
    let nearest = |samples: &[groma::trajectory::query::Sample]| {
        samples.iter().map(|sample| sample.distance).fold(f64::INFINITY, f64::min)
    };
    let mut found: Vec<(f64, u64)> = result.of_query(0).map(|(id, samples)| (nearest(samples), id)).collect();
    found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Programs in browsers have no whole numbers of 64 bits in JSON.
    let ids: Vec<String> = found.iter().map(|(_, id)| id.to_string()).collect();
    let distances: Vec<f64> = found.iter().map(|(distance, _)| *distance).collect();
    as_json(&json!({ "ids": ids, "distances": distances }))
}

fn as_json(value: &Value) -> Result<Reply> {
    Ok(Reply::Bytes(value.to_string().into_bytes(), "application/json"))
}

/// Returns the value of a name in a query of an address; none of the values that are asked for is encoded.
fn text<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn value<T: std::str::FromStr>(query: &str, name: &'static str, accepted: &str) -> Result<T> {
    let seen = text(query, name).unwrap_or_default();
    seen.parse().map_err(|_| Error::InvalidArgument { name, seen: seen.into(), accepted: accepted.into() })
}
