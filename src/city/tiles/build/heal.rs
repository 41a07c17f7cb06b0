//! Compares neighbouring tiles in the zones along their common border, and makes those that disagree again.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::make::{Halo, Outcome};
use super::{Build, Pass};
use crate::city::plane::cells::Tile;
use crate::city::plane::mesher::scale::Scale;
use crate::city::tiles::store::read_header;
use crate::job::Runner;
use crate::{Error, Result};

impl Build<'_> {
    /// Makes tiles that disagree with a neighbour again, with wider and wider halos, until all agree.
    pub(super) fn heal(&mut self, runner: &mut Runner) -> Result<()> {
        runner.begin("compare", 1, 0)?;
        let mut removed: HashSet<String> = HashSet::new();
        loop {
            let names: Vec<String> = self.present()?;
            let pairs = self.maker.store.disagreements(&names)?;
            if pairs.is_empty() {
                return Ok(());
            }
            let halos = self.wider_halos(&pairs, &mut removed)?;
            let odd: Vec<Tile> = self.tiles.iter().filter(|tile| halos.contains_key(&tile.name())).copied().collect();
            let outcomes = self.maker.make_all(runner, &odd, |tile| {
                let halo = halos[&tile.name()];
                Halo { made: halo, kept: halo }
            })?;
            let mut made = 0;
            for (tile, outcome) in outcomes {
                match outcome {
                    Outcome::Made(tile_made) => {
                        made += 1;
                        if !self.report.healed.contains(&tile.name()) {
                            self.report.healed.push(tile.name());
                        }
                        self.report.stages.add(&tile_made.mesher, tile_made.surface, tile_made.store);
                    }
                    Outcome::UpToDate | Outcome::Elsewhere => {}
                    other => self.take_in(&tile, other, Pass::Later),
                }
            }
            if made > 0 {
                let message = format!(
                    "{made} tiles disagreed with a neighbour and were made again with more of their surroundings"
                );
                self.maker.context.warn("healed", message);
            } else {
                // Another process is making them.
                std::thread::sleep(Duration::from_millis(50));
            }
            if !self.report.failed.is_empty() {
                return Ok(());
            }
            self.maker.context.check()?;
        }
    }

    /// Returns the tiles of disagreeing pairs that must be made again, with their new halos. Where the halos of a pair
    /// are so wide that the tiles cannot disagree, the files are not what was built, whatever their hashes say: each is
    /// removed, once, and made again.
    fn wider_halos(&self, pairs: &[[String; 2]], removed: &mut HashSet<String>) -> Result<BTreeMap<String, f64>> {
        let proven = proven_halo(&self.maker.source.scale);
        let mut halos = BTreeMap::new();
        let mut gone: HashSet<&String> = HashSet::new();
        for pair in pairs {
            if pair.iter().any(|name| gone.contains(name)) {
                continue;
            }
            let now = |name: &String| Ok(read_header(&self.maker.store.tile_path(name)?)?.halo);
            let both: Vec<f64> = pair.iter().map(now).collect::<Result<_>>()?;
            let odd = pair.iter().zip(both).filter(|(_, halo)| *halo < proven);
            let mut again: Vec<(String, f64)> = odd.map(|(name, halo)| (name.clone(), wider(halo, proven))).collect();
            if again.is_empty() {
                for name in pair.iter().filter(|name| removed.insert(name.to_string())) {
                    self.maker.store.remove_tile(name)?;
                    gone.insert(name);
                    again.push((name.clone(), proven));
                }
            }
            if again.is_empty() {
                let seen = format!("tiles {} and {} disagree with halos that rule that out", pair[0], pair[1]);
                return Err(Error::Internal(seen));
            }
            halos.extend(again);
        }
        Ok(halos)
    }
}

/// Returns the halo with which a tile is proven to be cut from the mesh of the whole city.
fn proven_halo(scale: &Scale) -> f64 {
    f64::from(Scale::MAX_ROUNDS + 1) * scale.reach
}

/// Returns the next wider halo.
fn wider(halo: f64, proven: f64) -> f64 {
    [100.0, 200.0].into_iter().find(|&next| next > halo && next < proven).unwrap_or(proven)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tiling::Tiling;
    use super::super::{BuildCityMeshOptions, CityInput, build_in_tiles};
    use super::*;
    use crate::city::input::generate::{GenerateOptions, city};
    use crate::city::input::{Footprints, Ground};
    use crate::city::output::merge::{MergeOptions, merge_to_file};
    use crate::city::tiles::store::MeshStore;
    use crate::job::RunOptions;

    #[test]
    fn a_halo_that_is_too_small_is_noticed_and_made_good() {
        let dir = tempfile::tempdir().unwrap();
        let (footprints, terrain) = city(&GenerateOptions { hostile: true, ..GenerateOptions::new(400) }).unwrap();
        let input =
            CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(Arc::new(terrain)) };
        let options = BuildCityMeshOptions { tile_size: 250.0, ..BuildCityMeshOptions::default() };
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let mut merged = Vec::new();
        for halo in [50.0, 27.0] {
            let store = dir.path().join(format!("{halo}"));
            let tiling = Tiling { side: 1, halo };
            let report = build_in_tiles(&input, &store, &options, tiling, &mut runner).unwrap();
            assert_eq!(report.healed.is_empty(), halo == 50.0, "{report}");
            assert_eq!((report.built, report.is_complete()), (report.tiles, true));
            let path = store.with_extension("ply");
            merge_to_file(&MeshStore::open(&store).unwrap(), &path, &MergeOptions::default(), &mut runner).unwrap();
            merged.push(std::fs::read(path).unwrap());
        }
        assert!(merged[0] == merged[1]);
    }
}
