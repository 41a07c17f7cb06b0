//! Streams the triangles of a store, tile by tile.

use super::MeshStore;
use crate::Result;
use crate::human::{counted, first_of};
use crate::io::surface::{Triangle, TriangleSource};

impl TriangleSource for MeshStore {
    fn for_each(&self, each: &mut dyn FnMut(&Triangle, i32) -> Result<()>) -> Result<()> {
        self.refuse_levels()?;
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

    /// Counts the tiles whose headers can be read.
    fn triangles(&self) -> u64 {
        self.total_stats().map_or(0, |stats| stats.triangles)
    }

    fn buildings(&self) -> Option<u32> {
        self.manifest().buildings()
    }

    fn missing(&self) -> Result<Option<String>> {
        let names = self.missing_tiles()?;
        let count = names.len() as u64;
        let (are, them) = if count == 1 { ("is", "it") } else { ("are", "them") };
        let remedy =
            if self.manifest().city.is_some() { format!("; the same build makes {them}") } else { String::new() };
        let (folder, tiles, first) = (self.folder().display(), counted(count, "tile"), first_of(&names, count));
        Ok((count > 0).then(|| format!("{folder}: {tiles} {are} missing: {first}{remedy}")))
    }
}
