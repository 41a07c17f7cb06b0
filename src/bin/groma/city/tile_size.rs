//! `groma city tile-size`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::geojson::FootprintOptions;
use groma::city::parameters::Parameters;
use groma::city::terrain::TerrainOptions;
use groma::city::tile_size::{
    CityMeasures, TileSizeEstimate, TileSizeOptions, calculate_optimal_tile_size, measure_city, should_use_tiling,
};
use groma::city::{CityInput, Footprints, Ground};
use groma::human::bytes;
use groma::job::DEFAULT_MEMORY_LIMIT;
use serde::Serialize;

use crate::terminal::{print_json, println};
use crate::values;

const EXAMPLES: &str = "\
The estimate comes from the area and the length of the footprints' outlines. The mesh
does not depend on the tiles; build cuts a tile that turns out too large for the memory by itself.

Example:
  groma city tile-size footprints.geojson --terrain dem.tif --memory-limit 1GiB --threads 4";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct TileSize {
    /// The buildings' outlines: GeoJSON polygons with coordinates in metres
    footprints: PathBuf,
    /// The ground: a GeoTIFF or an ESRI ASCII grid of heights in metres
    #[arg(long, value_name = "DEM")]
    terrain: PathBuf,
    /// What would be meshed [default: the whole terrain]
    #[arg(long, value_name = "W,S,E,N", value_parser = values::bounds, allow_hyphen_values = true)]
    bounds: Option<[f64; 4]>,
    /// The most memory that the build may take, like 512MiB [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = values::bytes)]
    memory_limit: Option<u64>,
    /// The share of it that tiles may take
    #[arg(long, value_name = "0..1", default_value_t = TileSizeOptions::default().memory_fraction)]
    memory_fraction: f64,
    #[arg(
        long,
        value_name = "N",
        visible_aliases = ["workers", "n-workers"],
        default_value_t = 0,
        hide_default_value = true,
        help = values::threads("Tiles made at once")
    )]
    threads: usize,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.max_mesh_size,
        help = values::ranged(Parameters::MAX_MESH_SIZE, "The spacing of points on open ground, {}")
    )]
    max_mesh_size: f64,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.building_mesh_triangle_size,
        help = values::ranged(
            Parameters::BUILDING_MESH_TRIANGLE_SIZE,
            "The longest pieces of walls and the spacing of points on roofs, {}"
        )
    )]
    building_mesh_triangle_size: f64,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.max_fill_distance,
        help = values::ranged(
            Parameters::MAX_FILL_DISTANCE,
            "How far from a place without terrain data the nearest data may be taken, {}"
        )
    )]
    max_fill_distance: f64,
    /// Print the estimate as JSON on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    should_use_tiling: bool,
    #[serde(flatten)]
    estimate: TileSizeEstimate,
}

impl TileSize {
    pub fn run(self) -> Result<ExitCode> {
        let parameters = Parameters {
            max_mesh_size: self.max_mesh_size,
            building_mesh_triangle_size: self.building_mesh_triangle_size,
            max_fill_distance: self.max_fill_distance,
            ..Parameters::default()
        };
        // Heights do not matter here: any one keeps buildings without a height from being left out.
        let options = FootprintOptions { default_height: Some(1.0), ..FootprintOptions::default() };
        let input =
            CityInput { footprints: Footprints::File(self.footprints, options), terrain: Ground::File(self.terrain) };
        let mut terrain = TerrainOptions::default();
        terrain.memory = self.memory_limit.unwrap_or(terrain.memory);
        let CityMeasures { bounds, edge_pieces_per_km2: density } =
            measure_city(&input, self.bounds, &parameters, &terrain)?;
        let options = TileSizeOptions {
            memory_fraction: self.memory_fraction,
            threads: self.threads,
            memory_limit: self.memory_limit.unwrap_or(0),
            parameters,
        };
        let estimate = calculate_optimal_tile_size(bounds, density, &options)?;
        let should_use_tiling = should_use_tiling(bounds, density, &options)?;
        if self.json {
            print_json(&Answer { should_use_tiling, estimate })?;
        } else {
            println(&estimate.to_string())?;
            let limit = bytes(self.memory_limit.unwrap_or(DEFAULT_MEMORY_LIMIT));
            let whole = if should_use_tiling { "does not fit into" } else { "would fit into" };
            let size = estimate.tile_size;
            println(&format!("the city at once {whole} {limit} (--memory-limit); use --tile-size {size}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
