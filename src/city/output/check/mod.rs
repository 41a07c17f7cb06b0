//! Checks whether a surface is sound: its topology, its angles and its areas, in bounded memory.
//!
//! | module | what it holds |
//! |---|---|
//! | `shape` | the shape of a single triangle: area, angles, degeneracy |
//! | `keys` | 128-bit keys of vertices, edges and faces, made from exact positions |
//! | `tally` | how often each key occurs, counted range by range |
//! | `edges` | the edges that do not have exactly one face on each side |
//! | `junction` | vertices in the interior of open edges |
//! | `report` | the figures, and the rule for a sound surface |
//! | `plausible` | heights, slopes and areas that are impossible in a city |
//! | `verdict` | the check of a store or a mesh file against what it should be: sound, and plausible |
//!
//! Vertices are the same when their coordinates are equal, bit for bit (-0 is 0). Nothing is held per triangle. The
//! surface is read once for its shapes; then once or more, as the memory limit requires, for each of faces, edges and
//! vertices; a last walk looks at the edges that the counts have singled out.
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::check::{Expectations, Verdict, check_store};
//! use groma::city::store::MeshStore;
//! use groma::job::{RunOptions, Runner};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let store = MeshStore::open(folder.path().join("tiles"))?;
//! let checked = check_store(&store, &Expectations::default(), &mut Runner::new(&RunOptions::default())?)?;
//! assert!(checked.verdict == Verdict::Sound && checked.plausible);
//! # Ok::<(), groma::Error>(())
//! ```

mod edges;
mod junction;
mod keys;
mod passes;
pub mod plausible;
mod report;
mod shape;
mod tally;
mod verdict;
mod walk;

use crate::city::input::Limit;
use crate::city::plane::area::Area;
pub use crate::io::surface::{Part, TriangleSource};
use crate::job::{Context, MemoryBudget, Phase, Runner};
use crate::{Error, Result};
use passes::Passes;
pub use plausible::Plausibility;
pub use report::{AngleReport, Below, CheckReport, EdgeReport, JunctionReport, MarkerReport, NumberFrom, PartReport};
pub use verdict::{Checked, Expectations, Verdict, check_mesh, check_store};

/// The phases of a check of a store or a mesh file.
const PHASES: [Phase; 2] = [Phase { name: "check", weight: 3.0 }, Phase { name: "plausible", weight: 1.0 }];

/// The largest distance of a vertex on the domain's border from that border, in metres.
const BORDER_TOLERANCE: f64 = 1e-6;

/// The expectations of a check, and its memory limit.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The memory limit of the check in bytes; 0 stands for the job's own limit, which always applies as well.
    pub memory_limit: u64,
    /// The domain: smallest x and y, largest x and y, in metres; `None` for the bounding box of the surface.
    pub bounds: Option<[f64; 4]>,
    /// The part of the domain that must be covered, and whose border is that of the surface; `None` for all of it.
    pub area: Option<Area>,
    /// The number of buildings, N, that the markers refer to. `None` takes the number that the surface states, or else
    /// the one that vertical walls and roofs suggest.
    pub buildings: Option<u32>,
    /// The smallest acceptable angle of a triangle, in degrees; smaller ones are counted.
    pub min_angle: f64,
    /// Whether the ground may have holes where buildings stand: open edges inside the domain are then reported but no
    /// fault.
    pub holes: bool,
}

impl Default for CheckOptions {
    fn default() -> CheckOptions {
        CheckOptions {
            memory_limit: 0,
            bounds: None,
            area: None,
            buildings: None,
            min_angle: Self::MIN_ANGLE.default,
            holes: false,
        }
    }
}

/// Checks a surface.
///
/// # Errors
/// [`Error::InvalidArgument`] for options out of range, [`Error::MemoryLimit`] when the limit does not suffice,
/// [`Error::Cancelled`], and the errors of the source.
pub fn check(source: &dyn TriangleSource, options: &CheckOptions, context: &Context) -> Result<CheckReport> {
    options.check()?;
    let plan = Plan::new(source.triangles(), options.memory_limit, context)?;
    run(source, options, context, &plan)
}

/// As [`check`], on a runner, with progress.
///
/// # Errors
/// As [`check`].
pub fn check_with(source: &dyn TriangleSource, options: &CheckOptions, runner: &mut Runner) -> Result<CheckReport> {
    options.check()?;
    let context = runner.context().clone();
    let plan = Plan::new(source.triangles(), options.memory_limit, &context)?;
    runner.plan(&PHASES[..1]);
    runner.begin("check", 0, plan.walks(source.triangles()).saturating_mul(source.triangles()))?;
    let report = runner.run(|| run(source, options, &context, &plan))?;
    runner.finish();
    Ok(report)
}

impl CheckOptions {
    /// What `min_angle` may be.
    pub const MIN_ANGLE: Limit = Limit::new("min_angle", 0.0, 60.0, "degrees", 25.0);

    fn check(&self) -> Result<()> {
        Self::MIN_ANGLE.check(self.min_angle)?;
        if let Some(b) = self.bounds.filter(|b| !b.iter().all(|c| c.is_finite()) || b[0] >= b[2] || b[1] >= b[3]) {
            return Err(Error::invalid("bounds", format!("{b:?}"), "finite smallest x and y below largest x and y"));
        }
        Ok(())
    }
}

fn run(source: &dyn TriangleSource, options: &CheckOptions, context: &Context, plan: &Plan) -> Result<CheckReport> {
    let _reservation = context.memory().reserve(plan.bytes, "the check")?;
    Passes { source, context }.run(options, plan)
}

/// The division of the memory.
struct Plan {
    /// Slots of the counting table.
    slots: usize,
    /// Slots of the table of edges that one walk looks at.
    singled_out: usize,
    /// Open edges that the search for T-junctions can take.
    open_edges: usize,
    bytes: u64,
}

impl Plan {
    fn new(triangles: u64, memory_limit: u64, context: &Context) -> Result<Plan> {
        let budget = context.memory();
        let limit = if memory_limit == 0 { budget.limit() } else { memory_limit.min(budget.limit()) };
        let available = limit.saturating_sub(MemoryBudget::OVERHEAD + budget.now());
        const LEAST: u64 = 4 << 20;
        if available < LEAST {
            let needed = budget.now() + MemoryBudget::OVERHEAD + LEAST;
            return Err(Error::MemoryLimit { limit, needed, what: "the check".to_string() });
        }
        // A surface has at most three edges per triangle.
        let most = triangles.saturating_mul(3).max(16);
        let slots = tally::slots_for(most).min(available * 5 / 8 / tally::SLOT);
        let singled_out = tally::slots_for(most).min(available / 4 / tally::SLOT);
        let open_edges = most.min(available / 8 / junction::OPEN_EDGE);
        let bytes = slots * tally::SLOT + singled_out * tally::SLOT + open_edges * junction::OPEN_EDGE;
        let (slots, singled_out) = (slots as usize, singled_out as usize);
        Ok(Plan { slots, singled_out, open_edges: open_edges as usize, bytes })
    }

    /// Returns about how often the surface will be read: for its extent and its shapes, for counting, and for looking
    /// at odd edges.
    fn walks(&self, triangles: u64) -> u64 {
        let (vertices, edges) = expected_vertices_and_edges(triangles);
        let ranges = |keys: u64| tally::walks_for(keys, self.slots);
        3 + ranges(triangles) + ranges(vertices) + ranges(edges)
    }
}

/// Estimates the numbers of vertices and edges. A closed surface has half as many vertices as triangles, and one and a
/// half times as many edges. A margin is added, because a range that turns out too long must be walked again in halves.
fn expected_vertices_and_edges(triangles: u64) -> (u64, u64) {
    (triangles.saturating_mul(11) / 20, triangles.saturating_mul(33) / 20)
}

#[cfg(test)]
pub(crate) mod box_city;
#[cfg(test)]
mod tests;
