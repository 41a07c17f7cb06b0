//! Generated data sets of any size, for trials, tests and measurements.
//!
//! A trajectory's position is a function of the seed, its number and the time step alone: a smooth curve through random
//! waypoints around a home in one of some clusters. So nothing has to be remembered from shard to shard, and only
//! additions and multiplications are used, so that the same options give the same bytes on every machine.
//!
//! ```
//! use groma::trajectory::generate::{GenerateOptions, generate};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! // Two shards of five time steps, in which 20 trajectories move.
//! generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! # Ok::<(), groma::Error>(())
//! ```

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::dataset::{ShardWriter, ShardWriterOptions};
use super::shard::{MOST_ENTRIES, MOST_STEPS};
use crate::job::{CancelToken, Context, Phase, RunOptions, Runner};
use crate::{Error, Result};

/// The options of [`generate`].
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// Trajectories in the whole data set, [`MOST_ENTRIES`] at most; their ids are 1, 2, 3 and so on.
    pub trajectories: u32,
    /// Shards; with all time steps together [`GenerateOptions::MOST_TIME_STEPS`] at most.
    pub shards: u32,
    /// Time steps in a shard, [`MOST_STEPS`] at most.
    pub interval: u32,
    /// Another seed gives another data set of the same kind.
    pub seed: u64,
    /// The share of trajectories that begin after the first time step.
    pub late: f64,
    /// The share of trajectories that end before the last time step.
    pub early: f64,
    /// The share of trajectories with a gap in the middle.
    pub gaps: f64,
    /// Half the edge of the cube that everything happens in.
    pub half_edge: f32,
    /// Set it from any thread to stop.
    pub cancel: CancelToken,
}

impl GenerateOptions {
    /// The most time steps of all shards together.
    pub const MOST_TIME_STEPS: u32 = i32::MAX as u32;

    /// `trajectories` trajectories in `shards` shards of `interval` time steps each; all of them last the whole time.
    pub fn new(trajectories: u32, shards: u32, interval: u32) -> GenerateOptions {
        GenerateOptions {
            trajectories,
            shards,
            interval,
            seed: 1,
            late: 0.0,
            early: 0.0,
            gaps: 0.0,
            half_edge: 1000.0,
            cancel: CancelToken::default(),
        }
    }

    fn check(&self) -> Result<()> {
        for (name, share) in [("late", self.late), ("early", self.early), ("gaps", self.gaps)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(Error::invalid(name, share, "a fraction, 0 to 1"));
            }
        }
        let counts = [
            ("trajectories", self.trajectories, MOST_ENTRIES),
            ("shards", self.shards, GenerateOptions::MOST_TIME_STEPS),
            ("interval", self.interval, MOST_STEPS),
        ];
        for (name, count, most) in counts {
            if !(1..=most).contains(&count) {
                return Err(Error::invalid(name, count, format!("1 to {most}")));
            }
        }
        let steps = u64::from(self.shards) * u64::from(self.interval);
        if steps > u64::from(GenerateOptions::MOST_TIME_STEPS) {
            let accepted = format!("at most {}", GenerateOptions::MOST_TIME_STEPS);
            return Err(Error::invalid("shards x interval", steps, accepted));
        }
        if !(self.half_edge.is_finite() && self.half_edge > 0.0) {
            return Err(Error::invalid("half_edge", self.half_edge, "a finite number above 0"));
        }
        Ok(())
    }
}

/// Writes the data set into `folder`.
///
/// # Errors
/// [`Error::InvalidArgument`] for options without sense or a folder that has shards; [`Error::Io`];
/// [`Error::Cancelled`].
pub fn generate(folder: impl AsRef<Path>, options: &GenerateOptions) -> Result<()> {
    let run = RunOptions { threads: 1, cancel: options.cancel.clone(), ..RunOptions::default() };
    generate_with(folder.as_ref(), options, &mut Runner::new(&run)?)
}

/// [`generate`] with a runner of the caller's; the options' own cancel flag is not looked at.
///
/// # Errors
/// As [`generate`].
pub fn generate_with(folder: &Path, options: &GenerateOptions, runner: &mut Runner) -> Result<()> {
    options.check()?;
    let writer_options = ShardWriterOptions {
        scenario_name: "generated".into(),
        dataset_name: format!("generated-{}", options.seed),
        ..ShardWriterOptions::default()
    };
    let mut writer = ShardWriter::create(folder, options.interval, writer_options)?;
    runner.plan(&[Phase { name: "generate", weight: 1.0 }]);
    runner.begin("generate", options.shards.into(), u64::from(options.shards) * u64::from(options.trajectories))?;
    let context = runner.context().clone();
    match runner.run(|| write_shards(&mut writer, options, &context)) {
        Ok(()) => {
            runner.finish();
            writer.finish()
        }
        Err(e) => {
            writer.abandon();
            Err(e)
        }
    }
}

fn write_shards(writer: &mut ShardWriter, options: &GenerateOptions, context: &Context) -> Result<()> {
    let mut positions = vec![f32::NAN; 3 * options.interval as usize];
    for shard in 0..options.shards {
        let first_step = shard * options.interval;
        writer.begin_shard(first_step as i32)?;
        for number in 0..options.trajectories {
            context.check()?;
            let trajectory = Trajectory::new(number, options);
            if trajectory.positions(first_step, &mut positions) {
                writer.append(first_step as i32, u64::from(number) + 1, &positions)?;
            }
            context.add_items(1);
        }
        context.add_unit();
    }
    Ok(())
}

/// The number of clusters in which the homes lie.
const CLUSTERS: u64 = 12;
/// Time steps from one waypoint of a trajectory to the next.
const WAYPOINT_STEPS: u32 = 32;

struct Trajectory {
    seed: u64,
    home: [f64; 3],
    reach: f64,
    alive: (u32, u32),
    gap: (u32, u32),
}

impl Trajectory {
    fn new(number: u32, options: &GenerateOptions) -> Trajectory {
        let seed = xxh3_64_with_seed(&number.to_le_bytes(), options.seed);
        let random = |what: u64| unit(seed, what);
        let half_edge = f64::from(options.half_edge);
        // The clusters differ in size: the square of a uniform number prefers the first ones.
        let cluster = (random(0) * random(0) * CLUSTERS as f64) as u64;
        let home = std::array::from_fn(|axis| {
            let centre = 1.7 * unit(options.seed, 100 + 3 * cluster + axis as u64) - 0.85;
            // The sum of three uniform numbers is bell-shaped enough.
            let spread: f64 = (0..3).map(|n| random(10 + 3 * axis as u64 + n) - 0.5).sum();
            (centre + 0.12 * spread).clamp(-0.97, 0.97) * half_edge
        });
        let last = options.shards * options.interval - 1;
        let step = |what: u64, from: u32, to: u32| from + (random(what) * f64::from(to - from)) as u32;
        let first = if random(1) < options.late { step(2, 1.min(last), last / 2 + 1) } else { 0 };
        let end = if random(3) < options.early { step(4, last / 2 + last % 2, last) } else { last };
        let gap = if random(5) < options.gaps {
            let from = step(6, 0, last);
            (from, from + 1 + step(7, 0, last / 3 + 1))
        } else {
            (u32::MAX, 0)
        };
        Trajectory { seed, home, reach: 0.02 * half_edge, alive: (first, end), gap }
    }

    fn is_present(&self, step: u32) -> bool {
        self.alive.0 <= step && step <= self.alive.1 && !(self.gap.0 <= step && step <= self.gap.1)
    }

    /// Writes the positions from `first_step` on, and gives whether there is any.
    fn positions(&self, first_step: u32, positions: &mut [f32]) -> bool {
        let mut any = false;
        let mut segment = u32::MAX;
        let mut waypoints = [[0.0; 3]; 4];
        for (k, position) in positions.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let step = first_step + k as u32;
            if !self.is_present(step) {
                *position = [f32::NAN; 3];
                continue;
            }
            any = true;
            if step / WAYPOINT_STEPS != segment {
                segment = step / WAYPOINT_STEPS;
                waypoints = std::array::from_fn(|n| self.waypoint(u64::from(segment) + n as u64));
            }
            let t = f64::from(step % WAYPOINT_STEPS) / f64::from(WAYPOINT_STEPS);
            *position = std::array::from_fn(|axis| catmull_rom(waypoints.map(|w| w[axis]), t) as f32);
        }
        any
    }

    fn waypoint(&self, number: u64) -> [f64; 3] {
        std::array::from_fn(|axis| {
            self.home[axis] + self.reach * (2.0 * unit(self.seed, 1000 + 3 * number + axis as u64) - 1.0)
        })
    }
}

/// A random number from 0 up to 1 that depends on the seed and on `what` alone.
fn unit(seed: u64, what: u64) -> f64 {
    (xxh3_64_with_seed(&what.to_le_bytes(), seed) >> 11) as f64 / (1u64 << 53) as f64
}

/// The uniform Catmull-Rom spline from the second of four points to the third.
fn catmull_rom([a, b, c, d]: [f64; 4], t: f64) -> f64 {
    b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
}
