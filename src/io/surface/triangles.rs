//! Surfaces as streams of triangles.

use super::Surface;
use super::part::NO_MARKER;
use crate::Result;

/// The corners of a triangle, in metres, counter-clockwise seen from outside.
pub type Triangle = [[f64; 3]; 3];

/// A surface whose triangles can be visited as often as needed, each time in the same order.
pub trait TriangleSource: Sync {
    /// Calls `each` with every triangle and its marker ([`NO_MARKER`] where it has none). An error of `each` ends the
    /// walk and is returned.
    ///
    /// # Errors
    /// Every error of `each`, and of reading the surface.
    fn for_each(&self, each: &mut dyn FnMut(&Triangle, i32) -> Result<()>) -> Result<()>;

    /// Returns the number of triangles.
    fn triangles(&self) -> u64;

    /// Returns whether markers tell one building from another; if not, all walls and roofs are marked as one
    /// building's.
    fn buildings_are_apart(&self) -> bool {
        true
    }

    /// Returns the number of buildings, N, that the markers refer to, where the surface states it.
    fn buildings(&self) -> Option<u32> {
        None
    }

    /// Returns the number of buildings that walls and roofs of one marker each are of, where the surface states it.
    fn buildings_in_parts(&self) -> Option<u32> {
        None
    }

    /// Returns a sentence that says which part of the surface is missing, and what to do; `None` if it is complete.
    ///
    /// # Errors
    /// Every error of looking for missing parts.
    fn missing(&self) -> Result<Option<String>> {
        Ok(None)
    }
}

impl TriangleSource for Surface {
    /// # Panics
    /// When a face names a vertex that does not exist, or markers are fewer than faces. A surface that was read has
    /// neither fault.
    fn for_each(&self, each: &mut dyn FnMut(&Triangle, i32) -> Result<()>) -> Result<()> {
        for (i, face) in self.faces.iter().enumerate() {
            let marker = self.markers.as_ref().map_or(NO_MARKER, |m| m[i]);
            each(&face.map(|v| self.vertices[v as usize]), marker)?;
        }
        Ok(())
    }

    fn triangles(&self) -> u64 {
        self.faces.len() as u64
    }

    fn buildings_are_apart(&self) -> bool {
        !self.has_parts_alone
    }

    fn buildings(&self) -> Option<u32> {
        self.buildings
    }

    fn buildings_in_parts(&self) -> Option<u32> {
        self.buildings_in_parts
    }
}
