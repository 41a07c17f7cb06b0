//! The input of a city mesh: footprints and terrain, from files or from memory.

use std::ops::Range;
use std::sync::Arc;

use super::arguments::{array, choice, flag};
use super::boundary::call;
use super::grow::{self, Grows};
use super::text::groma_str;
use crate::city::footprint::{Footprint, HeightReference, Lod, Polygon};
use crate::city::footprints::FootprintOptions;
use crate::city::heights::{HeightMeaning, HeightPreset, LEVEL_HEIGHT};
use crate::city::terrain::Terrain;
use crate::city::{CityInput, Footprints, Ground};
use crate::{Error, Result};

/// Heights of buildings are elevations of the roof, in the terrain's height system.
pub const GROMA_HEIGHT_ABSOLUTE: i32 = 0;
/// Heights of buildings count from the lowest ground along the building's outline.
pub const GROMA_HEIGHT_ABOVE_GROUND: i32 = 1;

/// Values of height_property are numbers of storeys above the ground, each level_height high.
pub const GROMA_HEIGHT_LEVELS: i32 = 2;
/// The property's name tells what the heights mean: docs/heights.md lists the known names; values under any other name
/// are elevations.
pub const GROMA_HEIGHT_BY_NAME: i32 = -1;

/// The building has the level of detail of the whole mesh.
pub const GROMA_LOD_OF_MESH: i32 = -1;
/// A building is a flat platform on the ground.
pub const GROMA_LOD0: i32 = 0;
/// A building is a block with a flat roof.
pub const GROMA_LOD1: i32 = 1;

/// Footprints of buildings in memory, as flat arrays. The arrays need to live only until the call that gets them
/// returns. Fill it with groma_footprints_init.
///
/// Footprint f has the polygons polygon_offsets[f] to polygon_offsets[f + 1] - 1, polygon p the rings ring_offsets[p]
/// to ring_offsets[p + 1] - 1, ring r the vertices vertex_offsets[r] to vertex_offsets[r + 1] - 1. Offsets begin with
/// 0, never descend, and end with the count of the items that they point to. All counts must be set, also where offsets
/// are NULL.
///
/// ```c
/// // A house of 20 m x 10 m, 8.5 m high, and a triangular one.
/// const double heights[] = {8.5, 6.0};
/// const double corners[] = {100, 100,  120, 100,  120, 110,  100, 110,  150, 100,  170, 100,  160, 120};
/// const uint64_t vertex_offsets[] = {0, 4, 7};
/// groma_footprints footprints;
/// groma_footprints_init(&footprints, sizeof footprints);
/// footprints.height_reference = GROMA_HEIGHT_ABOVE_GROUND;
/// footprints.count = footprints.polygon_count = footprints.ring_count = 2;
/// footprints.heights = heights;
/// footprints.vertex_offsets = vertex_offsets;
/// footprints.vertex_count = 7;
/// footprints.vertices = corners;
/// ```
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_footprints {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// GROMA_HEIGHT_ABSOLUTE (default) or GROMA_HEIGHT_ABOVE_GROUND.
    pub height_reference: i32,
    /// The number of footprints.
    pub count: u64,
    /// A height for each footprint, in metres, counted from height_reference. A height counts as unknown if it is NaN,
    /// 0 or less above the ground, more than 900 m above the ground, or an elevation outside -500 to 9000 m. Footprints
    /// of unknown height are left out, counted in groma_city_report, and named in a warning.
    pub heights: *const f64,
    /// A level of detail for each footprint: GROMA_LOD_OF_MESH, GROMA_LOD0 or GROMA_LOD1; NULL (default) stands for the
    /// mesh's.
    pub lods: *const i32,
    /// A name for each footprint, UTF-8. NULL (default) when they have no names; reports then call them #0, #1 and so
    /// on.
    pub ids: *const groma_str,
    /// count + 1 numbers; NULL (default) when each footprint has one polygon.
    pub polygon_offsets: *const u64,
    /// The number of polygons of all footprints.
    pub polygon_count: u64,
    /// polygon_count + 1 numbers; NULL (default) when no polygon has holes. A polygon's first ring is the outer one.
    pub ring_offsets: *const u64,
    /// The number of rings of all polygons.
    pub ring_count: u64,
    /// ring_count + 1 numbers.
    pub vertex_offsets: *const u64,
    /// The number of vertices of all rings.
    pub vertex_count: u64,
    /// x and y of each vertex, in metres: 2 x vertex_count numbers. Rings go either way around. Their last vertex may
    /// or may not repeat the first.
    pub vertices: *const f64,
}

// SAFETY: `struct_size` is first; the other fields are numbers and raw pointers.
unsafe impl Grows for groma_footprints {
    const FIRST_SIZE: usize = 96;
}

/// A raster of ground heights in memory. The array needs to live only until the call that gets it returns. Fill it with
/// groma_raster_init.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_raster {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// 1: pixels with the value nodata have no data. NaN and infinite pixels never have. Default: 0.
    pub use_nodata: i32,
    /// The number of columns, from west to east.
    pub cols: u64,
    /// The number of rows, from north to south.
    pub rows: u64,
    /// The outer edge of the first column, in metres.
    pub west: f64,
    /// The outer edge of the first row, in metres.
    pub north: f64,
    /// The width of a pixel, in metres.
    pub cell_width: f64,
    /// The height of a pixel, in metres.
    pub cell_height: f64,
    /// The value of pixels without data.
    pub nodata: f32,
    /// Zero.
    pub reserved: u32,
    /// cols x rows heights in metres, row by row from the north, each from the west. A value is the height at its
    /// pixel's centre.
    pub values: *const f32,
}

// SAFETY: `struct_size` is first; the other fields are numbers and a raw pointer.
unsafe impl Grows for groma_raster {
    const FIRST_SIZE: usize = 72;
}

/// The input of a city mesh. Fill it with groma_city_input_init; then set either footprints_file or footprints, and
/// either terrain_file or terrain. All coordinates are metres in one projected reference system; a file in degrees is
/// refused.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_city_input {
    /// sizeof the struct; set by the init function.
    pub struct_size: u32,
    /// The meaning of the values of height_property: GROMA_HEIGHT_BY_NAME (default), GROMA_HEIGHT_ABSOLUTE,
    /// GROMA_HEIGHT_ABOVE_GROUND or GROMA_HEIGHT_LEVELS. Without a height_property it has no effect.
    pub height_reference: i32,
    /// A file of footprints: GeoJSON, Shapefile, FlatGeobuf, CityJSON, and GeoPackage where the library was built with
    /// it. Its first bytes tell which.
    pub footprints_file: groma_str,
    /// The property with the height: a number of metres, or a text like 12 m or 40'. Default: empty, which takes for
    /// each feature the best of the known properties that has a usable value.
    pub height_property: groma_str,
    /// The property with the level of detail. Default: empty, which gives all buildings the mesh's.
    pub lod_property: groma_str,
    /// The property with the building's name. Default: empty, which takes the feature's id or the first of the common
    /// name properties.
    pub id_property: groma_str,
    /// The height above the ground of features without a height: above 0, at most 900 m.
    pub default_height: f64,
    /// 1: give features without a height the default height. 0 (default): leave them out and count them.
    pub use_default_height: i32,
    /// Zero.
    pub reserved: u32,
    /// Footprints in memory.
    pub footprints: *const groma_footprints,
    /// A GeoTIFF, an ESRI ASCII grid, an XYZ grid, an SRTM tile (.hgt) or a VRT, in any reference system, or a folder
    /// of such files, which are then one raster.
    pub terrain_file: groma_str,
    /// Terrain in memory.
    pub terrain: *const groma_raster,
    /// The height of a storey, for buildings whose height is known in storeys only: above 0, at most 20 m. Default: 3.
    pub level_height: f64,
    /// The layer with the footprints, of a file with several. Default: empty, which takes the only one with polygons.
    pub layer: groma_str,
    /// Conditions that all features must fulfil to be read, one in each line: NAME=VALUE or NAME!=VALUE. Numbers are
    /// compared as numbers; a missing value is the empty one. Default: empty, which reads all features.
    pub filters: groma_str,
    /// The publisher whose fields heights are taken from where there is no height_property: auto, osm, overture,
    /// microsoft, bag or cityjson; docs/heights.md has the fields. Default: empty, which is auto.
    pub heights: groma_str,
}

// SAFETY: `struct_size` is first; the other fields are numbers and raw pointers.
unsafe impl Grows for groma_city_input {
    const FIRST_SIZE: usize = 120;

    fn defaults() -> groma_city_input {
        groma_city_input {
            height_reference: GROMA_HEIGHT_BY_NAME,
            level_height: LEVEL_HEIGHT,
            ..groma_city_input::zero()
        }
    }
}

/// Fills `footprints`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_footprints_init(footprints: *mut groma_footprints, size: usize) -> i32 {
    // SAFETY: by the conventions `footprints` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(footprints, size, "footprints") })
}

/// Fills `raster`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_raster_init(raster: *mut groma_raster, size: usize) -> i32 {
    // SAFETY: by the conventions `raster` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(raster, size, "raster") })
}

/// Fills `input`, a struct of `size` bytes (sizeof it), with the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_city_input_init(input: *mut groma_city_input, size: usize) -> i32 {
    // SAFETY: by the conventions `input` is NULL or writable for `size` bytes.
    call(std::ptr::null_mut(), || unsafe { grow::init(input, size, "input") })
}

/// Reads the input; copies all arrays in memory.
///
/// # Safety
/// As the header says: pointers are null or point to data of their type.
pub(super) unsafe fn read(input: *const groma_city_input) -> Result<CityInput> {
    // SAFETY: this function's contract.
    let input = unsafe { grow::read(input, "input")? };
    super::arguments::reserved(input.reserved)?;
    let reference = meaning(input.height_reference)?;
    let footprints = match one(input.footprints_file, input.footprints, "footprints", "footprints_file or footprints")?
    {
        Some(memory) => {
            refuse_options_of_files(&input)?;
            // SAFETY: this function's contract.
            Footprints::Memory(unsafe { read_footprints(memory)? }.into())
        }
        None => {
            let property = |text: groma_str, name| {
                // SAFETY: by the conventions `text` is readable text.
                let text = unsafe { text.as_str(name)? };
                Ok((!text.is_empty()).then(|| text.to_string()))
            };
            let options = FootprintOptions {
                height_property: property(input.height_property, "height_property")?,
                reference,
                level_height: input.level_height,
                lod_property: property(input.lod_property, "lod_property")?,
                id_property: property(input.id_property, "id_property")?,
                default_height: flag(input.use_default_height, "use_default_height")?.then_some(input.default_height),
                layer: property(input.layer, "layer")?,
                filters: match property(input.filters, "filters")? {
                    Some(lines) => lines.lines().map(str::parse).collect::<Result<_>>()?,
                    None => Vec::new(),
                },
                heights: property(input.heights, "heights")?.map_or(Ok(HeightPreset::Auto), |name| name.parse())?,
            };
            options.check()?;
            // SAFETY: by the conventions `input.footprints_file` is readable text.
            Footprints::File(unsafe { input.footprints_file.as_path("footprints_file")? }, options)
        }
    };
    let terrain = match one(input.terrain_file, input.terrain, "terrain", "terrain_file or terrain")? {
        // SAFETY: this function's contract.
        Some(memory) => Ground::Memory(Arc::new(unsafe { read_raster(memory)? })),
        // SAFETY: by the conventions `input.terrain_file` is readable text.
        None => Ground::File(unsafe { input.terrain_file.as_path("terrain_file")? }),
    };
    Ok(CityInput { footprints, terrain })
}

/// Refuses options that apply to files only, as footprints in memory state these facts themselves.
fn refuse_options_of_files(input: &groma_city_input) -> Result<()> {
    let accepted = "not to be set with footprints in memory, which say it themselves";
    let texts = [
        (input.height_property, "height_property"),
        (input.lod_property, "lod_property"),
        (input.id_property, "id_property"),
        (input.layer, "layer"),
        (input.filters, "filters"),
        (input.heights, "heights"),
    ];
    if let Some((_, name)) = texts.into_iter().find(|(text, _)| text.size > 0) {
        return Err(Error::invalid(name, "set", accepted));
    }
    match flag(input.use_default_height, "use_default_height")? {
        true => Err(Error::invalid("use_default_height", 1, accepted)),
        false => Ok(()),
    }
}

/// Returns the pointer to the data in memory, or `None` when a file is given.
fn one<T>(file: groma_str, memory: *const T, name: &'static str, accepted: &str) -> Result<Option<*const T>> {
    match (file.size > 0, !memory.is_null()) {
        (false, true) => Ok(Some(memory)),
        (true, false) => Ok(None),
        (true, true) => Err(Error::invalid(name, "given twice", format!("one of {accepted}"))),
        (false, false) => Err(Error::invalid(name, "missing", accepted)),
    }
}

/// Returns the meaning of a property's values; `None` to go by the property's name.
fn meaning(value: i32) -> Result<Option<HeightMeaning>> {
    match value {
        GROMA_HEIGHT_BY_NAME => Ok(None),
        GROMA_HEIGHT_ABSOLUTE => Ok(Some(HeightMeaning::RoofElevation)),
        GROMA_HEIGHT_ABOVE_GROUND => Ok(Some(HeightMeaning::AboveGround)),
        GROMA_HEIGHT_LEVELS => Ok(Some(HeightMeaning::Levels)),
        _ => {
            let accepted = "GROMA_HEIGHT_BY_NAME (-1), GROMA_HEIGHT_ABSOLUTE (0), GROMA_HEIGHT_ABOVE_GROUND (1) or \
                            GROMA_HEIGHT_LEVELS (2)";
            Err(Error::invalid("height_reference", value, accepted))
        }
    }
}

fn reference(value: i32) -> Result<HeightReference> {
    choice(value, "height_reference", [HeightReference::Absolute, HeightReference::Ground])
}

/// # Safety
/// As [`read`].
unsafe fn read_footprints(from: *const groma_footprints) -> Result<Vec<Footprint>> {
    // SAFETY: this function's contract.
    let from = unsafe { grow::read(from, "footprints")? };
    let reference = reference(from.height_reference)?;
    let count = length(from.count, "count")?;
    // SAFETY: by the conventions `from.heights` is NULL or readable for `count` items.
    let heights = unsafe { array(from.heights, count, "heights")? };
    // SAFETY: by the conventions `from.lods` is NULL or readable for `count` items.
    let lods = if from.lods.is_null() { None } else { Some(unsafe { array(from.lods, count, "lods")? }) };
    // SAFETY: by the conventions `from.ids` is NULL or readable for `count` items.
    let ids = if from.ids.is_null() { None } else { Some(unsafe { array(from.ids, count, "ids")? }) };
    // SAFETY: by the conventions `from.polygon_offsets` is NULL or readable for `from.count` + 1 numbers.
    let polygons = unsafe { Offsets::read(from.polygon_offsets, from.count, from.polygon_count, "polygon_offsets")? };
    // SAFETY: by the conventions `from.ring_offsets` is NULL or readable for `from.polygon_count` + 1 numbers.
    let rings = unsafe { Offsets::read(from.ring_offsets, from.polygon_count, from.ring_count, "ring_offsets")? };
    if from.vertex_offsets.is_null() && from.ring_count > 0 {
        return Err(Error::invalid("vertex_offsets", "NULL", "ring_count + 1 numbers"));
    }
    // SAFETY: by the conventions `from.vertex_offsets` is NULL or readable for `from.ring_count` + 1 numbers.
    let spans = unsafe { Offsets::read(from.vertex_offsets, from.ring_count, from.vertex_count, "vertex_offsets")? };
    let vertices =
        // SAFETY: by the conventions `from.vertices` is NULL or readable for `from.vertex_count` items.
        unsafe { array(from.vertices.cast::<[f64; 2]>(), length(from.vertex_count, "vertex_count")?, "vertices")? };

    let ring = |ring: usize| vertices[spans.of(ring)].to_vec();
    let polygon = |polygon: usize| Polygon { rings: rings.of(polygon).map(ring).collect() };
    let footprint = |(n, &height): (usize, &f64)| {
        let id = match ids {
            // SAFETY: by the conventions each of `ids` is readable text.
            Some(ids) => unsafe { ids[n].as_str("ids")? }.to_string(),
            None => String::new(),
        };
        let lod = lods.map_or(Ok(None), |lods| lod(lods[n]))?;
        Ok(Footprint { id, polygons: polygons.of(n).map(polygon).collect(), height, reference, lod })
    };
    heights.iter().enumerate().map(footprint).collect()
}

fn lod(value: i32) -> Result<Option<Lod>> {
    match value {
        GROMA_LOD_OF_MESH => Ok(None),
        GROMA_LOD0 => Ok(Some(Lod::Lod0)),
        GROMA_LOD1 => Ok(Some(Lod::Lod1)),
        _ => Err(Error::invalid("lods", value, "GROMA_LOD_OF_MESH (-1), GROMA_LOD0 (0) or GROMA_LOD1 (1)")),
    }
}

pub(super) fn length(count: u64, name: &'static str) -> Result<usize> {
    usize::try_from(count)
        .ok()
        .filter(|n| *n < isize::MAX as usize)
        .ok_or_else(|| Error::invalid(name, count, "as many as fit into memory"))
}

/// The start of each owner's items.
enum Offsets<'a> {
    OneEach,
    At(&'a [u64]),
}

impl<'a> Offsets<'a> {
    /// # Safety
    /// `offsets` must be null or readable for `owners` + 1 numbers.
    unsafe fn read(offsets: *const u64, owners: u64, items: u64, name: &'static str) -> Result<Offsets<'a>> {
        if offsets.is_null() {
            if owners != items {
                return Err(Error::invalid(name, "NULL", format!("offsets of {owners} into {items}")));
            }
            return Ok(Offsets::OneEach);
        }
        // SAFETY: this function's contract.
        let offsets = unsafe { array(offsets, length(owners, name)? + 1, name)? };
        if offsets[0] != 0 || offsets[offsets.len() - 1] != items {
            let seen = format!("{} to {}", offsets[0], offsets[offsets.len() - 1]);
            return Err(Error::invalid(name, seen, format!("0 to {items}")));
        }
        if let Some(pair) = offsets.windows(2).find(|pair| pair[0] > pair[1]) {
            return Err(Error::invalid(name, format!("{} after {}", pair[1], pair[0]), "offsets that do not descend"));
        }
        Ok(Offsets::At(offsets))
    }

    fn of(&self, owner: usize) -> Range<usize> {
        match self {
            Offsets::OneEach => owner..owner + 1,
            Offsets::At(offsets) => offsets[owner] as usize..offsets[owner + 1] as usize,
        }
    }
}

/// # Safety
/// As [`read`].
unsafe fn read_raster(from: *const groma_raster) -> Result<Terrain> {
    // SAFETY: this function's contract.
    let from = unsafe { grow::read(from, "terrain")? };
    super::arguments::reserved(from.reserved)?;
    let pixels = from.cols.saturating_mul(from.rows);
    let pixels = length(pixels, "cols x rows")?;
    // SAFETY: by the conventions `from.values` is NULL or readable for `pixels` items.
    let values = unsafe { array(from.values, pixels, "values")? };
    let mut copy = Vec::new();
    let bytes = size_of_val(values) as u64;
    copy.try_reserve_exact(values.len()).map_err(|_| Error::NoMemory { bytes, what: "the heights of the terrain" })?;
    copy.extend_from_slice(values);
    let nodata = flag(from.use_nodata, "use_nodata")?.then_some(from.nodata);
    let cell = [from.cell_width, from.cell_height];
    Terrain::from_memory(from.cols as usize, from.rows as usize, from.west, from.north, cell, copy, nodata)
}
