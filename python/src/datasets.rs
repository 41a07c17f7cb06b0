//! Open data sets, and queries of all kinds.

use std::path::PathBuf;
use std::sync::Arc;

use groma::job::RunOptions;
use groma::trajectory::Steps;
use groma::trajectory::query::{
    Centres, DatasetOptions, NeighbourQuery, PathPoint, PeriodicVolume, Periodicity, Query, QueryKind, QueryPath,
    QueryResult, StepSamples,
};
use groma::{Dataset as Opened, Job};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::arrays::{give_rows, rows, values};
use crate::errors::{OrRaise, work};
use crate::jobs::{json, wait};
use crate::logging;
use crate::results::{Answer, Neighbours};

/// From how many query points on a query is worth a look at signals, and so a job.
const MANY: usize = 64;

/// An open data set.
#[pyclass(frozen, module = "groma._groma")]
pub struct Dataset {
    dataset: Arc<Opened>,
    builds_missing: bool,
}

/// One query point or many.
#[derive(FromPyObject)]
enum Points<'py> {
    Many(PyReadonlyArray2<'py, f64>),
    One([f64; 3]),
}

impl Points<'_> {
    fn read(&self, name: &'static str) -> PyResult<Centres> {
        Ok(match self {
            Points::One(point) => Centres::One(*point),
            Points::Many(points) => Centres::from(rows::<f64, 3>(points, name)?),
        })
    }
}

/// The extent and the least corner of the volume in which space is periodic; an extent of 0 where it is not.
type Space = ([f64; 3], [f64; 3]);

fn periodicity(space: Option<Space>) -> Periodicity {
    match space {
        None => Periodicity::OfDataset,
        Some((extent, _)) if extent == [0.0; 3] => Periodicity::None,
        Some((extent, origin)) => Periodicity::Volume(PeriodicVolume { extent, origin }),
    }
}

/// The ids and positions of samples.
type SampleArrays<'py> = (Bound<'py, PyArray1<u64>>, Bound<'py, PyArray2<f32>>);

impl Dataset {
    fn ask(&self, py: Python<'_>, query: Query) -> PyResult<Answer> {
        let is_short = match &query.kind {
            QueryKind::Radius { steps, centres, .. } | QueryKind::DualRadius { steps, centres, .. } => {
                steps.first == steps.last && centres.as_slice().len() < MANY
            }
            QueryKind::Nearest { centres, .. } => centres.as_slice().len() < MANY,
            _ => false,
        };
        if is_short && !self.builds_missing {
            let mut result = QueryResult::default();
            work(py, || self.dataset.query(&query, &mut result))?;
            return Ok(Answer(result));
        }
        logging::follow(py)?;
        let job = self.dataset.ask(query, Answer).or_raise()?;
        wait(py, job, None)
    }
}

#[pymethods]
impl Dataset {
    #[new]
    fn new(
        py: Python<'_>,
        path: PathBuf,
        tables_folder: Option<PathBuf>,
        build_missing: bool,
        threads: usize,
        memory_limit: u64,
        cache_limit: u64,
    ) -> PyResult<Dataset> {
        logging::follow(py)?;
        let run = RunOptions { threads, memory_limit, ..RunOptions::default() };
        let options = DatasetOptions { tables_folder, build_missing, run, cache_limit };
        let dataset = work(py, || Opened::open(path, options))?;
        Ok(Dataset { dataset: Arc::new(dataset), builds_missing: build_missing })
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.dataset.shard_folder().path.clone()
    }

    /// The first and the last time step with samples.
    #[getter]
    fn steps(&self) -> Option<(i32, i32)> {
        self.dataset.shard_folder().steps_with_samples().map(|steps| (steps.first, steps.last))
    }

    fn cell_sizes(&self, py: Python<'_>) -> PyResult<Vec<f32>> {
        work(py, || self.dataset.cell_sizes())
    }

    fn table_steps(&self, py: Python<'_>, cell_size: f32) -> PyResult<Vec<i32>> {
        work(py, || self.dataset.table_steps(cell_size))
    }

    #[getter]
    fn coordinate_origin(&self, py: Python<'_>) -> PyResult<Option<[f64; 3]>> {
        work(py, || Ok(self.dataset.coordinate_origin()))
    }

    /// The extent and the least corner of the periodic volume.
    fn periodic(&self, py: Python<'_>) -> PyResult<Option<Space>> {
        Ok(work(py, || self.dataset.periodic())?.map(|volume| (volume.extent, volume.origin)))
    }

    fn set_periodic(&self, py: Python<'_>, volume: Option<Space>) -> PyResult<()> {
        let is_periodic = |(extent, _): &Space| *extent != [0.0; 3];
        let volume = volume.filter(is_periodic).map(|(extent, origin)| PeriodicVolume { extent, origin });
        work(py, || self.dataset.set_periodic(volume))
    }

    /// What is open and mapped at the moment, as JSON.
    fn memory(&self, py: Python<'_>) -> PyResult<String> {
        work(py, || json(&self.dataset.memory()))
    }

    fn unload(&self, py: Python<'_>) -> PyResult<()> {
        work(py, || {
            self.dataset.unload_all();
            Ok(())
        })
    }

    /// The ids and positions of all samples of a time step.
    fn samples_at<'py>(&self, py: Python<'py>, step: i32) -> PyResult<SampleArrays<'py>> {
        let mut samples = StepSamples::default();
        work(py, || self.dataset.samples_at(step, &mut samples))?;
        Ok((PyArray1::from_vec(py, samples.ids), give_rows(py, samples.positions)?))
    }

    /// The positions of a trajectory at each time step of a range, NaN where it has no sample.
    fn positions<'py>(
        &self,
        py: Python<'py>,
        id: u64,
        first_step: i32,
        last_step: i32,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let positions = work(py, || self.dataset.positions(id, first_step..=last_step))?;
        give_rows(py, positions.into_iter().map(|position| position.unwrap_or([f32::NAN; 3])).collect())
    }

    /// Finds what is within a radius, or two, of points at any of some time steps.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn within(
        &self,
        py: Python<'_>,
        cell_size: f32,
        steps: (i32, i32),
        points: Points<'_>,
        inner: Option<f64>,
        radius: f64,
        periodic: Option<Space>,
        unwrapped: bool,
    ) -> PyResult<Answer> {
        let (steps, centres) = (Steps::from(steps.0..=steps.1), points.read("centre")?);
        let kind = match inner {
            None => QueryKind::Radius { steps, centres, radius },
            Some(inner) => QueryKind::DualRadius { steps, centres, radii: (inner, radius) },
        };
        self.ask(py, Query { periodicity: periodicity(periodic), unwrapped, ..Query::new(cell_size, kind) })
    }

    /// Finds the trajectories that are nearest to points.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn nearest(
        &self,
        py: Python<'_>,
        cell_size: f32,
        step: i32,
        points: Points<'_>,
        count: usize,
        periodic: Option<Space>,
        unwrapped: bool,
    ) -> PyResult<Answer> {
        let kind = QueryKind::Nearest { step, centres: points.read("centre")?, count };
        self.ask(py, Query { periodicity: periodicity(periodic), unwrapped, ..Query::new(cell_size, kind) })
    }

    /// Finds the trajectories that come within a radius of trajectories.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn around_trajectories(
        &self,
        py: Python<'_>,
        cell_size: f32,
        steps: (i32, i32),
        ids: Vec<u64>,
        radius: f64,
        periodic: Option<Space>,
        unwrapped: bool,
    ) -> PyResult<Answer> {
        let kind = QueryKind::Trajectory { steps: Steps::from(steps.0..=steps.1), ids, radius };
        self.ask(py, Query { periodicity: periodicity(periodic), unwrapped, ..Query::new(cell_size, kind) })
    }

    /// Finds the trajectories that come within a radius of a path.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn around_path(
        &self,
        py: Python<'_>,
        cell_size: f32,
        steps: PyReadonlyArray1<'_, i32>,
        positions: PyReadonlyArray2<'_, f64>,
        radius: f64,
        leave_out: Option<u64>,
        periodic: Option<Space>,
        unwrapped: bool,
    ) -> PyResult<Answer> {
        let (steps, positions) = (values(&steps)?, rows::<f64, 3>(&positions, "positions")?);
        if steps.len() != positions.len() {
            let accepted = format!("{}, one for each time step", steps.len());
            return Err(groma::Error::invalid("positions", positions.len(), accepted)).or_raise();
        }
        let point = |(&time_step, &position): (&i32, &[f64; 3])| PathPoint { time_step, position };
        let path = QueryPath { points: steps.iter().zip(positions).map(point).collect(), leave_out };
        let kind = QueryKind::Path { paths: vec![path], radius };
        self.ask(py, Query { periodicity: periodicity(periodic), unwrapped, ..Query::new(cell_size, kind) })
    }

    /// Finds all pairs of samples of a time step that are near each other.
    fn neighbours(
        &self,
        py: Python<'_>,
        cell_size: f32,
        step: i32,
        radius: f64,
        both_ways: bool,
        periodic: Option<Space>,
    ) -> PyResult<Neighbours> {
        logging::follow(py)?;
        let query = NeighbourQuery { cell_size, step, radius, both_ways, periodicity: periodicity(periodic) };
        let dataset = self.dataset.clone();
        let run = RunOptions { threads: 1, ..RunOptions::default() };
        let job = Job::spawn(&run, None, move |runner| {
            dataset.neighbours(&query, runner.context().cancel_token()).map(Neighbours)
        });
        wait(py, job.or_raise()?, None)
    }
}
