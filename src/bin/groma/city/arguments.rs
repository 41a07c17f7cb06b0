//! The arguments that `groma city build`, `tile-size` and `inspect` have in common.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use groma::Result;
use groma::city::build::BuildCityMeshOptions;
use groma::city::footprints::{Filter, FootprintOptions};
use groma::city::heights::{HeightMeaning, HeightPreset, LEVEL_HEIGHT};
use groma::city::outside::OutsideData;
use groma::city::parameters::Parameters;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::recognise::FOOTPRINT_FORMATS;
use groma::job::RunOptions;

use crate::terminal::cancel_on_interrupt;
use crate::values;

#[derive(Args)]
pub struct CityArguments {
    #[arg(required = true, help = footprints_help())]
    footprints: Option<PathBuf>,
    /// The ground: a GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile (.hgt) or a VRT of heights, in any
    /// reference system, or a folder of such files; may be given more than once: where files overlap, the first that
    /// has data counts
    #[arg(long, value_name = "DEM", required = true)]
    pub terrain: Vec<PathBuf>,
    #[command(flatten)]
    pub choice: ChoiceArguments,
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
    /// What is done with places farther from data than --max-fill-distance: skip leaves them out, so that the mesh ends
    /// where the data end, fail refuses them, fill takes the nearest data. Voids that are near enough to data in each
    /// place, or under a building, are filled in any case
    #[arg(
        long,
        help_heading = "Mesh",
        value_name = "skip|fail|fill",
        default_value_t = OutsideData::default(),
        value_parser = values::outside_data,
    )]
    pub outside_data: OutsideData,
    #[command(flatten)]
    pub place: PlaceArguments,
    #[command(flatten)]
    pub run: RunArguments,
}

impl CityArguments {
    /// Returns the inputs.
    pub fn input(&self, footprints: FootprintOptions) -> CityInput {
        // A build of a part takes none, and does not get here.
        let path = self.footprints.clone().unwrap_or_default();
        CityInput { footprints: Footprints::File(path, footprints), terrain: Ground::Files(self.terrain.clone()) }
    }
}

/// Which features of a file are buildings.
#[derive(Args)]
pub struct ChoiceArguments {
    /// The layer with the buildings, of a file with several [default: the only one with polygons]
    #[arg(long, help_heading = "Buildings", value_name = "NAME")]
    pub layer: Option<String>,
    /// Read only buildings with this value of a property, or without it; may be given more than once, and then all
    /// must hold. Names are spelled as in the file, capitals among them. Numbers are compared as numbers; a missing
    /// value is the empty one
    #[arg(
        long = "where",
        help_heading = "Buildings",
        value_name = "NAME=VALUE|NAME!=VALUE",
        value_parser = values::filter
    )]
    pub filters: Vec<Filter>,
}

/// Which part of the world, in which reference system.
#[derive(Args)]
pub struct PlaceArguments {
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
}

#[derive(Args)]
pub struct RunArguments {
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

impl RunArguments {
    pub fn options(&self) -> Result<RunOptions> {
        Ok(RunOptions {
            threads: self.threads,
            memory_limit: self.memory_limit.unwrap_or(0),
            cancel: cancel_on_interrupt()?,
        })
    }
}

/// What the terrain's numbers are.
#[derive(Args)]
#[command(next_help_heading = "Terrain")]
pub struct ReadingArguments {
    /// A height that stands for no data, besides the one that the terrain declares; may be given more than once. nan
    /// says that all others are heights, however far they are from the rest
    #[arg(long, value_name = "HEIGHT", allow_hyphen_values = true)]
    pub nodata: Vec<f64>,
    /// The unit of the terrain's heights: m, ft, us-ft, or its length in metres [default: what the file tells, or m]
    #[arg(long, value_name = "UNIT", value_parser = values::height_unit)]
    pub height_unit: Option<f64>,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = BuildCityMeshOptions::TERRAIN_RESOLUTION.default,
        hide_default_value = true,
        help = values::ranged(
            BuildCityMeshOptions::TERRAIN_RESOLUTION,
            "The largest pixels that terrain may be read with, {}: a GeoTIFF with overviews is read from the one with \
             the largest pixels that are no larger; inspect lists them [default: the files' own pixels]"
        )
    )]
    pub terrain_resolution: f64,
}

/// What the buildings' properties are.
#[derive(Args)]
#[command(next_help_heading = "Buildings")]
pub struct HeightArguments {
    /// The property with a building's height, numbers of metres or texts like "12 m" [default: for each building the
    /// best known property with a usable value, listed below]
    #[arg(long, value_name = "NAME")]
    height_property: Option<String>,
    #[arg(
        long,
        value_name = "SOURCE",
        default_value = "auto",
        value_parser = PossibleValuesParser::new(HeightPreset::ALL.map(HeightPreset::name))
            .map(|name| name.parse::<HeightPreset>().unwrap_or_default()),
        help = "The publisher whose fields heights are taken from; auto takes all that are known and says whose they \
                are. The page on heights has them one by one"
    )]
    heights: HeightPreset,
    /// What the values of --height-property are [default: what a known name says, else absolute]
    #[arg(long, value_name = "REFERENCE", value_enum, requires = "height_property")]
    height_reference: Option<ReferenceChoice>,
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = LEVEL_HEIGHT,
        allow_hyphen_values = true,
        help = values::ranged(
            FootprintOptions::LEVEL_HEIGHT,
            "The height of a storey where a building's height is known in storeys alone, {}"
        )
    )]
    level_height: f64,
    #[arg(
        long,
        value_name = "METRES",
        allow_hyphen_values = true,
        help = values::ranged(
            FootprintOptions::DEFAULT_HEIGHT,
            "The height above the ground of buildings that have none, {} [default: they are left out and counted]"
        )
    )]
    default_height: Option<f64>,
    /// The property with a building's level of detail, 0 or 1 [default: all have that of --lod]
    #[arg(long, value_name = "NAME")]
    lod_property: Option<String>,
    /// The property with a building's name [default: the feature's id, or one of those in common use]
    #[arg(long, value_name = "NAME")]
    id_property: Option<String>,
}

impl HeightArguments {
    /// Returns the options with which footprints are read.
    pub fn options(&self, choice: &ChoiceArguments) -> FootprintOptions {
        FootprintOptions {
            height_property: self.height_property.clone(),
            reference: self.height_reference.map(|reference| match reference {
                ReferenceChoice::Absolute => HeightMeaning::RoofElevation,
                ReferenceChoice::Ground => HeightMeaning::AboveGround,
                ReferenceChoice::Levels => HeightMeaning::Levels,
            }),
            level_height: self.level_height,
            lod_property: self.lod_property.clone(),
            id_property: self.id_property.clone(),
            default_height: self.default_height,
            heights: self.heights,
            layer: choice.layer.clone(),
            filters: choice.filters.clone(),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum ReferenceChoice {
    /// The zero of the terrain's heights: the height is the roof's elevation
    Absolute,
    /// The lowest ground along the building's outline
    Ground,
    /// Storeys above the ground, of --level-height each
    Levels,
}

/// Returns the help of the footprints, with the formats that this build reads.
fn footprints_help() -> String {
    format!(
        "The buildings' outlines, polygons in any reference system: {FOOTPRINT_FORMATS}; text may be compressed \
         (gzip). The first bytes tell the format, not the name"
    )
}
