//! The arguments that `groma city build` and `groma city tile-size` have in common.

use std::path::PathBuf;

use clap::Args;
use groma::city::footprints::Filter;
use groma::city::parameters::Parameters;
use groma::io::recognise::FOOTPRINT_FORMATS;

use crate::values;

#[derive(Args)]
pub struct CityArguments {
    #[arg(help = footprints_help())]
    pub footprints: PathBuf,
    /// The ground: a GeoTIFF, an ESRI ASCII grid, an XYZ grid or a VRT of heights, in any reference system, or a folder
    /// of such files; may be given more than once: where files overlap, the first that has data counts
    #[arg(long, value_name = "DEM", required = true)]
    pub terrain: Vec<PathBuf>,
    /// The layer with the buildings, of a file with several [default: the only one with polygons]
    #[arg(long, help_heading = "Buildings", value_name = "NAME")]
    pub layer: Option<String>,
    /// Read only buildings with this value of a property, or without it; may be given more than once, and then all
    /// must hold. Numbers are compared as numbers; a missing value is the empty one
    #[arg(
        long = "where",
        help_heading = "Buildings",
        value_name = "NAME=VALUE|NAME!=VALUE",
        value_parser = values::filter
    )]
    pub filters: Vec<Filter>,
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
    /// What to mesh, in metres of the mesh's reference system, or in degrees where an input is in degrees
    /// [default: all of the terrain]
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "W,S,E,N",
        value_parser = values::bounds,
        allow_hyphen_values = true
    )]
    pub bounds: Option<[f64; 4]>,
    /// The reference system of the mesh, as EPSG:25832, a local projection [default: the terrain's, or the footprints',
    /// or, where both are in degrees, the zone of UTM in the middle]. Inputs that name none are taken to be in it
    #[arg(long, help_heading = "Mesh", value_name = "EPSG:CODE", value_parser = values::epsg)]
    pub crs: Option<u32>,
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

/// Returns the help of the footprints, with the formats that this build reads.
fn footprints_help() -> String {
    format!(
        "The buildings' outlines, polygons in any reference system: {FOOTPRINT_FORMATS}; text may be compressed \
         (gzip). The first bytes tell the format, not the name"
    )
}
