//! The tiles of a level, each a unit of work.

use super::coarser::Distance;
use crate::Result;
use crate::city::plane::quadtree::TileId;
use crate::job::Runner;

/// What a tile takes at most while it is made, in bytes for each triangle that goes in, and besides.
const BYTES_PER_TRIANGLE: u64 = 400;
const BYTES_PER_TILE: u64 = 1 << 20;

/// A tile that is to be made.
pub struct Unit {
    pub tile: TileId,
    /// The hash of what it is made from; 0 for a leaf, whose mesh has to be read first.
    pub inputs: u128,
    /// The number of triangles that go into it.
    pub triangles: u64,
    /// The largest distance of its children from the leaves.
    pub distance: Distance,
}

impl Unit {
    /// Creates the unit of a leaf.
    pub fn of_leaf((tile, triangles): (TileId, u64)) -> Unit {
        Unit { tile, inputs: 0, triangles, distance: Distance::default() }
    }
}

/// Makes units, at most as many at once as the memory has room for, and returns what was made of each, sorted.
///
/// # Errors
/// Those of `make`; as [`Runner::run_units`].
pub fn run<T: Send>(
    units: Vec<Unit>,
    runner: &mut Runner,
    make: impl Fn(&Unit) -> Result<T> + Sync,
) -> Result<Vec<(TileId, T)>> {
    let context = runner.context().clone();
    let need = |unit: &Unit| BYTES_PER_TILE + BYTES_PER_TRIANGLE * unit.triangles;
    let largest = units.iter().map(need).max().unwrap_or(1);
    let at_once = (context.memory().room() / largest).clamp(1, context.threads() as u64) as usize;
    let mut all = Vec::with_capacity(units.len());
    let work = |unit: Unit| {
        let _reservation = context.memory().reserve(need(&unit), "a tile of a level")?;
        let made = make(&unit)?;
        context.add_items(unit.triangles);
        Ok((unit.tile, made))
    };
    runner.run_units(units, at_once, work, |made| {
        all.push(made);
        Ok(())
    })?;
    all.sort_unstable_by_key(|(tile, _)| *tile);
    Ok(all)
}
