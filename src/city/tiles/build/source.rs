//! What tiles are made from: the frame that all share, and the plane, the buildings and the ground around each.

use std::sync::Arc;

use crate::Result;
use crate::city::input::terrain::{GroundHeight, Sampler, Terrain};
use crate::city::plane::area::Area;
use crate::city::plane::cells::{Cells, Tile};
use crate::city::plane::geometry::{Point, Rect};
use crate::city::plane::mesher::scale::Scale;
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::Planar;
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
    plane: Box<dyn Plane>,
}

/// Where the plane and the parts of the buildings are: in memory, all of them, or in the files of a prepared city.
pub(super) trait Plane: Send + Sync {
    /// Returns what lies in a rectangle, and maybe more.
    ///
    /// # Errors
    /// Those of reading files.
    fn around(&self, area: &Area, rect: &Rect) -> Result<Surroundings>;

    /// Returns the parts of a building.
    ///
    /// # Errors
    /// Those of reading files.
    fn parts_of(&self, building: u32) -> Result<Vec<Part>>;
}

/// The plane around a tile, and the parts of buildings that its regions name.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub planar: Arc<Planar>,
    pub parts: Arc<[Part]>,
}

/// The surroundings of all tiles, in memory.
impl Plane for Surroundings {
    fn around(&self, _: &Area, _: &Rect) -> Result<Surroundings> {
        Ok(self.clone())
    }

    fn parts_of(&self, building: u32) -> Result<Vec<Part>> {
        let first = self.parts.partition_point(|part| part.building < building);
        let count = self.parts[first..].partition_point(|part| part.building == building);
        Ok(self.parts[first..first + count].to_vec())
    }
}

impl TileSource {
    pub fn new(
        area: Area,
        parameters: &Parameters,
        buildings: u32,
        roof_areas: RoofAreas,
        (terrain, fill_distance): (Arc<Terrain>, f64),
        plane: Box<dyn Plane>,
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

    /// As [`Plane::around`].
    ///
    /// # Errors
    /// As [`Plane::around`].
    pub fn around(&self, rect: &Rect) -> Result<Surroundings> {
        self.plane.around(&self.area, rect)
    }

    /// As [`Plane::parts_of`].
    ///
    /// # Errors
    /// As [`Plane::parts_of`].
    pub fn parts_of(&self, building: u32) -> Result<Vec<Part>> {
        self.plane.parts_of(building)
    }

    /// Estimates the triangles and the memory of a tile with its halo.
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

    /// Gives the memory of terrain in a file back to the system.
    pub fn release_terrain(&self) {
        self.terrain.release();
    }
}
