//! Compares the certificates of tiles in the zones along their borders.

use super::MeshStore;
use crate::Result;

impl MeshStore {
    /// Returns the pairs of these tiles that disagree about a zone which both cover: one of the two differs from what
    /// it would be within the whole.
    ///
    /// # Errors
    /// As [`MeshStore::get_tile`].
    pub fn disagreements(&self, names: &[String]) -> Result<Vec<[String; 2]>> {
        let mut zones = Vec::new();
        for (n, name) in names.iter().enumerate() {
            let view = self.open_tile(name)?;
            zones.extend(view.zones().iter().map(|zone| (*zone, n)));
            view.check_whole()?;
        }
        zones.sort_unstable();
        let mut pairs = Vec::new();
        for same in zones.chunk_by(|a, b| (a.0.row, a.0.column, a.0.zone) == (b.0.row, b.0.column, b.0.zone)) {
            let odd = same.iter().filter(|(zone, _)| zone.hash != same[0].0.hash);
            pairs.extend(odd.map(|(_, n)| [names[same[0].1].clone(), names[*n].clone()]));
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs)
    }
}
