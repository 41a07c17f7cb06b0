//! The arguments that `groma city build` and `groma city tile-size` have in common.

use std::path::PathBuf;

use clap::Args;
use groma::city::parameters::Parameters;

use crate::values;

#[derive(Args)]
pub struct CityArguments {
    /// The buildings' outlines: GeoJSON polygons with coordinates in metres
    pub footprints: PathBuf,
    /// The ground: a GeoTIFF or an ESRI ASCII grid of heights in metres, in the same reference system
    #[arg(long, value_name = "DEM")]
    pub terrain: PathBuf,
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.building_mesh_triangle_size,
        help = values::ranged(
            Parameters::BUILDING_MESH_TRIANGLE_SIZE,
            "The longest pieces of walls and the spacing of points on roofs, {}; at most 37.75 where --max-mesh-size \
             is above 40"
        )
    )]
    pub building_mesh_triangle_size: f64,
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.max_mesh_size,
        help = values::ranged(
            Parameters::MAX_MESH_SIZE,
            "The spacing of points on open ground, {}, less with smoothing"
        )
    )]
    pub max_mesh_size: f64,
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "METRES",
        default_value_t = Parameters::DEFAULT.max_fill_distance,
        help = values::ranged(
            Parameters::MAX_FILL_DISTANCE,
            "How far from a place without terrain data the nearest data may be taken, {}"
        )
    )]
    pub max_fill_distance: f64,
    /// What to mesh, in the footprints' coordinates [default: all of the terrain]
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "W,S,E,N",
        value_parser = values::bounds,
        allow_hyphen_values = true
    )]
    pub bounds: Option<[f64; 4]>,
    #[arg(
        long,
        help_heading = "Work",
        value_name = "N",
        visible_aliases = ["workers", "n-workers"],
        default_value_t = 0,
        hide_default_value = true,
        help = values::threads("Tiles made at once, each on a thread")
    )]
    pub threads: usize,
    #[arg(
        long,
        help_heading = "Work",
        value_name = "SIZE",
        value_parser = values::bytes,
        help = values::memory_limit(
            "The most memory to take, like 512MiB, the program and the files that it maps not counted"
        )
    )]
    pub memory_limit: Option<u64>,
}
