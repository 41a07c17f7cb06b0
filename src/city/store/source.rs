//! The triangles of a store, tile by tile.

use super::MeshStore;
use crate::Result;
use crate::io::surface::{Triangle, TriangleSource};

impl TriangleSource for MeshStore {
    fn for_each(&self, each: &mut dyn FnMut(&Triangle, i32) -> Result<()>) -> Result<()> {
        for name in self.list_tiles()? {
            let tile = self.get_tile(&name)?;
            let vertices = tile.vertices();
            for (face, &marker) in tile.faces().iter().zip(tile.markers()) {
                each(&face.map(|v| vertices[v as usize]), marker)?;
            }
            tile.check_whole()?;
        }
        Ok(())
    }

    /// As far as the tiles' headers can be read.
    fn triangles(&self) -> u64 {
        self.total_stats().map_or(0, |stats| stats.triangles)
    }
}
