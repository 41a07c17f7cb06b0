//! What tiles are made from: the frame that all share, and the plane, the buildings and the ground around each.

use std::sync::Arc;

use super::plane::{PlaneFiles, Surroundings};
use crate::Result;
use crate::city::input::terrain::{GroundHeight, Sampler, Terrain};
use crate::city::plane::area::Area;
use crate::city::plane::cells::{Cells, Tile};
use crate::city::plane::geometry::{Point, Rect};
use crate::city::plane::mesher::scale::Scale;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::estimate::{Estimate, RoofAreas, area, pieces_of_edge, pieces_of_roofs};
use crate::city::tiles::surface::Part;

/// The source of all tiles of a city.
pub(super) struct TileSource {
    pub area: Area,
    pub cells: Cells,
    pub parameters: Parameters,
    pub scale: Scale,
    pub zone_width: f64,
    /// The number of buildings.
    pub buildings: u32,
    pub roof_areas: RoofAreas,
    terrain: Arc<Terrain>,
    fill_distance: f64,
    plane: PlaneFiles,
}

impl TileSource {
    pub fn new(
        area: Area,
        parameters: &Parameters,
        buildings: u32,
        roof_areas: RoofAreas,
        (terrain, fill_distance): (Arc<Terrain>, f64),
        plane: PlaneFiles,
    ) -> TileSource {
        let scale = parameters.scale();
        TileSource {
            cells: Cells::of(area.domain()),
            area,
            zone_width: parameters.zone_width(&scale),
            parameters: parameters.clone(),
            scale,
            buildings,
            roof_areas,
            terrain,
            fill_distance,
            plane,
        }
    }

    /// As [`PlaneFiles::around`].
    ///
    /// # Errors
    /// As [`PlaneFiles::around`].
    pub fn around(&self, rect: &Rect) -> Result<Surroundings> {
        self.plane.around(&self.area, rect)
    }

    /// As [`PlaneFiles::parts_of`].
    ///
    /// # Errors
    /// As [`PlaneFiles::parts_of`].
    pub fn parts_of(&self, building: u32) -> Result<Vec<Part>> {
        self.plane.parts_of(building)
    }

    /// Estimates the triangles and the memory of a tile with its halo. Gives the memory of files back.
    ///
    /// # Errors
    /// As [`TileSource::around`].
    pub fn estimate(&self, tile: &Tile, halo: f64) -> Result<Estimate> {
        let domain = self.area.domain();
        let rect = tile.rect().inflated(halo);
        let inside = rect.intersection(&Rect { min: domain.local_min(), max: domain.local_max() });
        let mut pieces = pieces_of_roofs(self.roof_areas.within(&inside), &self.scale);
        let planar = self.around(&rect)?.planar;
        planar.edges_near(&rect, |edge| {
            let [a, b] = planar.edges()[edge as usize].ends();
            pieces += pieces_of_edge(a, b, &self.scale);
        });
        self.plane.release();
        Ok(Estimate::new(area(&inside), pieces, &self.scale))
    }

    /// Returns the terrain in local coordinates.
    pub fn sampler(&self) -> Sampler<'_> {
        self.terrain.sampler(self.area.domain().origin, self.fill_distance)
    }

    /// Returns a function for the height of the ground at a place in local metres.
    pub fn ground(&self) -> impl Fn(Point) -> GroundHeight + '_ {
        let sampler = self.sampler();
        move |p: Point| sampler.height(p[0], p[1])
    }

    pub fn terrain(&self) -> &Terrain {
        &self.terrain
    }

    pub fn fill_distance(&self) -> f64 {
        self.fill_distance
    }

    /// Checks that all of the terrain could be read; see [`Terrain::check_whole`].
    pub fn check_terrain(&self) -> Result<()> {
        self.terrain.check_whole()
    }

    /// Gives the memory of what is in files back to the system.
    pub fn release(&self) {
        self.terrain.release();
        self.plane.release();
    }

    /// Returns the files of the plane.
    pub fn plane(&self) -> &PlaneFiles {
        &self.plane
    }
}
