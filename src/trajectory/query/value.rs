//! Queries as values.

use crate::trajectory::Steps;
use crate::trajectory::periodic::PeriodicVolume;

/// A query as a value: what [`Dataset::query`](super::Dataset::query) answers at once and
/// [`Dataset::ask`](super::Dataset::ask) in the background.
///
/// ```
/// # use groma::trajectory::generate::{GenerateOptions, generate};
/// # use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
/// use groma::trajectory::query::{Dataset, DatasetOptions, PeriodicVolume, Query, QueryResult};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
/// # build_hash_tables(&folder, &BuildHashTablesOptions::new(10.0))?;
/// let dataset = Dataset::open(&folder, DatasetOptions::default())?;
/// let mut result = QueryResult::default();
/// dataset.query(&Query::radius(10.0, 0..=9, [0.0; 3], 50.0), &mut result)?;
/// let nearest = Query::nearest(10.0, 3, vec![[0.0; 3], [100.0; 3]], 8);
/// dataset.query(&nearest.periodic(PeriodicVolume::new([2000.0; 3])?), &mut result)?;
/// assert_eq!(result.queries(), 2);
/// # Ok::<(), groma::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a query does nothing until a data set is asked it"]
pub struct Query {
    /// The edge of the cells of the tables to use.
    pub cell_size: f32,
    /// The kind of the query, with its points.
    pub kind: QueryKind,
    /// Whether space is periodic.
    pub periodicity: Periodicity,
    /// Whether to return each sample's position in the image in which it was found, near the query point, instead of
    /// the stored position. A path of the query point is first made continuous, as by
    /// [`PeriodicVolume::make_continuous`].
    pub unwrapped: bool,
}

/// The kinds of queries. Each centre, trajectory or path has one query of the answer, in their order; with two radii,
/// each centre has two, the inner one first.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum QueryKind {
    /// The trajectories within a radius of a point at any of some time steps, each with its samples within it.
    Radius {
        /// The time steps.
        steps: Steps,
        /// The query points.
        centres: Centres,
        /// How far from them.
        radius: f64,
    },
    /// Two radii at once. The answer to the outer one includes that to the inner one.
    DualRadius {
        /// The time steps.
        steps: Steps,
        /// The query points.
        centres: Centres,
        /// The inner and the outer radius.
        radii: (f64, f64),
    },
    /// The nearest trajectories, the nearest first; of two at the same distance the lower id. A trajectory with several
    /// entries in the shard, or several images, counts once, with its nearest sample.
    Nearest {
        /// The time step.
        step: i32,
        /// The query points.
        centres: Centres,
        /// How many trajectories.
        count: usize,
    },
    /// The trajectories that come within a radius of a trajectory of the data set; see
    /// [`Dataset::query_trajectory`](super::Dataset::query_trajectory).
    Trajectory {
        /// The time steps.
        steps: Steps,
        /// The trajectories to ask around.
        ids: Vec<u64>,
        /// How far from them.
        radius: f64,
    },
    /// The trajectories that come within a radius of a path of the caller's.
    Path {
        /// The paths.
        paths: Vec<QueryPath>,
        /// How far from them.
        radius: f64,
    },
}

/// One query point or many.
#[derive(Clone, Debug, PartialEq)]
pub enum Centres {
    /// One.
    One([f64; 3]),
    /// Any number.
    Many(Vec<[f64; 3]>),
}

impl Centres {
    /// The points.
    pub fn as_slice(&self) -> &[[f64; 3]] {
        match self {
            Centres::One(centre) => std::slice::from_ref(centre),
            Centres::Many(centres) => centres,
        }
    }
}

impl From<[f64; 3]> for Centres {
    fn from(centre: [f64; 3]) -> Centres {
        Centres::One(centre)
    }
}

impl From<Vec<[f64; 3]>> for Centres {
    fn from(centres: Vec<[f64; 3]>) -> Centres {
        Centres::Many(centres)
    }
}

impl From<&[[f64; 3]]> for Centres {
    fn from(centres: &[[f64; 3]]) -> Centres {
        Centres::Many(centres.to_vec())
    }
}

/// Whether space is periodic for a query.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Periodicity {
    /// As [`Dataset::periodic`](super::Dataset::periodic) says.
    #[default]
    OfDataset,
    /// Space is not periodic, whatever the data set says.
    None,
    /// Space is periodic in this volume.
    Volume(PeriodicVolume),
}

impl Query {
    /// Makes a query of any kind, in the data set's space.
    pub fn new(cell_size: f32, kind: QueryKind) -> Query {
        Query { cell_size, kind, periodicity: Periodicity::OfDataset, unwrapped: false }
    }

    /// Makes a [`QueryKind::Radius`].
    pub fn radius(cell_size: f32, steps: impl Into<Steps>, centres: impl Into<Centres>, radius: f64) -> Query {
        Query::new(cell_size, QueryKind::Radius { steps: steps.into(), centres: centres.into(), radius })
    }

    /// Makes a [`QueryKind::DualRadius`] with the inner and the outer radius.
    pub fn dual_radius(
        cell_size: f32,
        steps: impl Into<Steps>,
        centres: impl Into<Centres>,
        radii: (f64, f64),
    ) -> Query {
        Query::new(cell_size, QueryKind::DualRadius { steps: steps.into(), centres: centres.into(), radii })
    }

    /// Makes a [`QueryKind::Nearest`].
    pub fn nearest(cell_size: f32, step: i32, centres: impl Into<Centres>, count: usize) -> Query {
        Query::new(cell_size, QueryKind::Nearest { step, centres: centres.into(), count })
    }

    /// Makes a [`QueryKind::Trajectory`] around one trajectory.
    pub fn trajectory(cell_size: f32, steps: impl Into<Steps>, id: u64, radius: f64) -> Query {
        Query::new(cell_size, QueryKind::Trajectory { steps: steps.into(), ids: vec![id], radius })
    }

    /// Makes a [`QueryKind::Path`] around one path.
    pub fn path(cell_size: f32, path: QueryPath, radius: f64) -> Query {
        Query::new(cell_size, QueryKind::Path { paths: vec![path], radius })
    }

    /// Returns the same query in a periodic volume.
    pub fn periodic(self, volume: PeriodicVolume) -> Query {
        Query { periodicity: Periodicity::Volume(volume), ..self }
    }

    /// Returns the same query with [`Query::unwrapped`] set.
    pub fn unwrapped(self) -> Query {
        Query { unwrapped: true, ..self }
    }
}

/// The position of a query point at a time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathPoint {
    /// The time step.
    pub time_step: i32,
    /// The position.
    pub position: [f64; 3],
}

/// The path of a query point, with its points in the order of their time steps. At a time step without a point nothing
/// is near, and every distance is infinite. At a time step with several points the nearest of them counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryPath {
    /// The points.
    pub points: Vec<PathPoint>,
    /// The trajectory to leave out of the answer, if any.
    pub leave_out: Option<u64>,
}
