//! `groma city tile-size`.

use std::process::ExitCode;

use clap::Args;
use groma::Result;
use groma::city::footprints::FootprintOptions;
use groma::city::parameters::Parameters;
use groma::city::tile_size::{TileSizeEstimate, TileSizeOptions, measure_city, recommend_tile_size, should_use_tiling};
use groma::human::bytes;
use groma::job::DEFAULT_MEMORY_LIMIT;
use serde::Serialize;

use super::arguments::CityArguments;
use crate::terminal::{print_json, println};
use crate::values;

const EXAMPLES: &str = "\
The estimate comes from the area and the length of the footprints' outlines. The mesh does not depend on the tiles; \
build cuts a tile that turns out too large for the memory by itself.

Example:
  groma city tile-size footprints.geojson --terrain dem.tif --memory-limit 1GiB --threads 4";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct TileSize {
    #[command(flatten)]
    city: CityArguments,
    #[arg(
        long,
        help_heading = "Work",
        value_name = "FRACTION",
        default_value_t = TileSizeOptions::MEMORY_FRACTION.default,
        allow_hyphen_values = true,
        help = values::ranged(TileSizeOptions::MEMORY_FRACTION, "The share of --memory-limit that tiles may take, {}")
    )]
    memory_fraction: f64,
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
        let city = self.city;
        let options = TileSizeOptions {
            memory_fraction: self.memory_fraction,
            threads: city.run.threads,
            memory_limit: city.run.memory_limit.unwrap_or(0),
            parameters: Parameters {
                max_mesh_size: city.max_mesh_size,
                building_mesh_triangle_size: city.building_mesh_triangle_size,
                max_fill_distance: city.max_fill_distance,
                outside_data: city.outside_data,
                ..Parameters::default()
            },
        };
        options.check()?;
        // Heights do not matter here, but a building without one would be left out: any default does.
        let input = city.input(FootprintOptions {
            default_height: Some(1.0),
            layer: city.choice.layer.clone(),
            filters: city.choice.filters.clone(),
            ..FootprintOptions::default()
        });
        let measures = measure_city(&input, city.place.bounds, city.place.crs, &options.parameters)?;
        let estimate = recommend_tile_size(&measures, &options)?;
        let should_use_tiling = should_use_tiling(measures.bounds, measures.edge_pieces_per_km2, &options)?;
        if self.json {
            print_json(&Answer { should_use_tiling, estimate })?;
        } else {
            println(&estimate.to_string())?;
            let limit = bytes(city.run.memory_limit.unwrap_or(DEFAULT_MEMORY_LIMIT));
            let whole = if should_use_tiling { "does not fit into" } else { "would fit into" };
            let (share, size) = (self.memory_fraction, estimate.tile_size);
            println(&format!(
                "the city at once {whole} {share} (--memory-fraction) of {limit} (--memory-limit); use --tile-size \
                 {size}"
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
