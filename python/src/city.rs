//! Building a city, how large its tiles may be, and cities out of nothing.

use std::path::PathBuf;

use groma::Error;
use groma::city::build::{BuildCityMeshOptions, build_city_mesh_with};
use groma::city::footprint::Lod;
use groma::city::generate::{GenerateOptions, write_with};
use groma::city::outside::OutsideData;
use groma::city::parameters::{GroundBesideBuildings, Parameters};
use groma::city::tile_size::{
    TileSizeOptions, calculate_optimal_tile_size, measure_city, recommend_tile_size, should_use_tiling,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::city_input::CityInput;
use crate::errors::{OrRaise, work};
use crate::jobs::{self, Run};

/// The names of the parameters of a mesh.
const MESH_PARAMETERS: [&str; 15] = [
    "lod",
    "min_building_detail",
    "min_building_area",
    "merge_buildings",
    "merge_tolerance",
    "merge_height_tolerance",
    "building_mesh_triangle_size",
    "max_mesh_size",
    "min_mesh_angle",
    "smoothing",
    "treat_lod0_as_holes",
    "max_fill_distance",
    "outside_data",
    "ground_beside_buildings",
    "raise_covered_roofs",
];

/// The parameters of a mesh.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct MeshParameters {
    lod: u8,
    min_building_detail: f64,
    min_building_area: f64,
    merge_buildings: bool,
    merge_tolerance: f64,
    merge_height_tolerance: f64,
    building_mesh_triangle_size: f64,
    max_mesh_size: f64,
    min_mesh_angle: f64,
    smoothing: u32,
    treat_lod0_as_holes: bool,
    max_fill_distance: f64,
    outside_data: String,
    ground_beside_buildings: String,
    raise_covered_roofs: bool,
}

impl MeshParameters {
    fn read(self) -> groma::Result<Parameters> {
        let parameters = Parameters {
            lod: if self.lod == 0 { Lod::Lod0 } else { Lod::Lod1 },
            min_building_detail: self.min_building_detail,
            min_building_area: self.min_building_area,
            merge_buildings: self.merge_buildings,
            merge_tolerance: self.merge_tolerance,
            merge_height_tolerance: self.merge_height_tolerance,
            building_mesh_triangle_size: self.building_mesh_triangle_size,
            max_mesh_size: self.max_mesh_size,
            min_mesh_angle: self.min_mesh_angle,
            smoothing: self.smoothing,
            treat_lod0_as_holes: self.treat_lod0_as_holes,
            max_fill_distance: self.max_fill_distance,
            outside_data: match self.outside_data.as_str() {
                "skip" => OutsideData::Skip,
                "fail" => OutsideData::Fail,
                "fill" => OutsideData::Fill,
                other => return Err(Error::invalid("outside_data", other, "\"skip\", \"fail\" or \"fill\"")),
            },
            ground_beside_buildings: match self.ground_beside_buildings.as_str() {
                "terrain" => GroundBesideBuildings::Terrain,
                "lowest" => GroundBesideBuildings::Lowest,
                other => return Err(Error::invalid("ground_beside_buildings", other, "\"terrain\" or \"lowest\"")),
            },
            raise_covered_roofs: self.raise_covered_roofs,
        };
        parameters.check()?;
        Ok(parameters)
    }
}

/// The other options of a build.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct BuildOptions {
    tile_size: f64,
    tile_overlap: f64,
    bounds: Option<[f64; 4]>,
    domain: Option<PathBuf>,
    crs: Option<u32>,
    height_unit: Option<f64>,
    terrain_resolution: f64,
    resume: bool,
    replace: bool,
    fsync: bool,
    nodata: Vec<f64>,
    temp_dir: Option<PathBuf>,
}

/// Reads the options of a build.
pub fn build_options(
    parameters: &Bound<'_, PyDict>,
    options: &Bound<'_, PyDict>,
    run: &Run<'_>,
) -> PyResult<BuildCityMeshOptions> {
    let o = options.extract::<BuildOptions>()?;
    Ok(BuildCityMeshOptions {
        parameters: parameters.extract::<MeshParameters>()?.read().or_raise()?,
        tile_size: o.tile_size,
        tile_overlap: o.tile_overlap,
        bounds: o.bounds,
        domain: o.domain,
        crs: o.crs,
        height_unit: o.height_unit,
        terrain_resolution: o.terrain_resolution,
        resume: o.resume,
        replace: o.replace,
        fsync: o.fsync,
        nodata: o.nodata,
        temp_dir: o.temp_dir,
        on_tile: None,
        run: run.options(),
    })
}

/// Builds the tiles of a city into a store. Returns the report as JSON and as text.
#[pyfunction]
fn build_city(
    py: Python<'_>,
    input: &CityInput,
    store: PathBuf,
    parameters: &Bound<'_, PyDict>,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let options = build_options(parameters, options, &run)?;
    let input = input.0.clone();
    jobs::run(py, &run, move |runner| jobs::both(&build_city_mesh_with(&input, &store, &options, runner)?))
}

/// The largest tiles for a city, or, without one, for an area and a density of buildings.
#[pyfunction]
#[pyo3(signature = (input, bounds, edge_pieces_per_km2, memory_fraction, memory_limit, threads, parameters))]
#[expect(clippy::too_many_arguments, reason = "the Python half names them")]
fn optimal_tile_size(
    py: Python<'_>,
    input: Option<&CityInput>,
    bounds: [f64; 4],
    edge_pieces_per_km2: f64,
    memory_fraction: f64,
    memory_limit: u64,
    threads: usize,
    parameters: &Bound<'_, PyDict>,
) -> PyResult<f64> {
    let parameters = parameters.extract::<MeshParameters>()?.read().or_raise()?;
    let options = TileSizeOptions { memory_fraction, threads, memory_limit, parameters };
    let input = input.map(|input| input.0.clone());
    work(py, move || {
        let estimate = match input {
            Some(input) => recommend_tile_size(&measure_city(&input, None, None, &options.parameters)?, &options),
            None => calculate_optimal_tile_size(bounds, edge_pieces_per_km2, &options),
        };
        Ok(estimate?.tile_size)
    })
}

/// Whether a city is larger than a tile and at once would take more memory than there is.
#[pyfunction]
fn needs_tiles(
    py: Python<'_>,
    input: &CityInput,
    tile_size: f64,
    memory_fraction: f64,
    memory_limit: u64,
    parameters: &Bound<'_, PyDict>,
) -> PyResult<bool> {
    let parameters = parameters.extract::<MeshParameters>()?.read().or_raise()?;
    let options = TileSizeOptions { memory_fraction, threads: 1, memory_limit, parameters };
    let input = input.0.clone();
    work(py, move || {
        BuildCityMeshOptions::TILE_SIZE.check(tile_size)?;
        options.check()?;
        let measures = measure_city(&input, None, None, &options.parameters)?;
        let [west, south, east, north] = measures.bounds;
        let is_larger = east - west > tile_size || north - south > tile_size;
        Ok(is_larger && should_use_tiling(measures.bounds, measures.edge_pieces_per_km2, &options)?)
    })
}

/// Makes a city out of nothing. Returns what was made as JSON.
#[pyfunction]
fn generate_city(
    py: Python<'_>,
    folder: PathBuf,
    buildings: u32,
    seed: u64,
    hostile: bool,
    cell: f64,
    run: Run<'_>,
) -> PyResult<String> {
    let options = GenerateOptions { seed, hostile, cell, ..GenerateOptions::new(buildings) };
    jobs::run(py, &run, move |runner| jobs::json(&write_with(&folder, &options, runner)?))
}

/// The library's own defaults of the options that the Python half repeats.
#[pyfunction]
fn city_defaults(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let options = BuildCityMeshOptions::default();
    let parameters = &options.parameters;
    let defaults = PyDict::new(py);
    defaults.set_item("min_building_detail", parameters.min_building_detail)?;
    defaults.set_item("min_building_area", parameters.min_building_area)?;
    defaults.set_item("merge_buildings", parameters.merge_buildings)?;
    defaults.set_item("merge_tolerance", parameters.merge_tolerance)?;
    defaults.set_item("merge_height_tolerance", parameters.merge_height_tolerance)?;
    defaults.set_item("building_mesh_triangle_size", parameters.building_mesh_triangle_size)?;
    defaults.set_item("max_mesh_size", parameters.max_mesh_size)?;
    defaults.set_item("min_mesh_angle", parameters.min_mesh_angle)?;
    defaults.set_item("smoothing", parameters.smoothing)?;
    defaults.set_item("treat_lod0_as_holes", parameters.treat_lod0_as_holes)?;
    defaults.set_item("max_fill_distance", parameters.max_fill_distance)?;
    defaults.set_item("raise_covered_roofs", parameters.raise_covered_roofs)?;
    defaults.set_item("tile_size", options.tile_size)?;
    defaults.set_item("tile_overlap", options.tile_overlap)?;
    defaults.set_item("terrain_resolution", options.terrain_resolution)?;
    defaults.set_item("resume", options.resume)?;
    defaults.set_item("replace", options.replace)?;
    defaults.set_item("fsync", options.fsync)?;
    Ok(defaults)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("MESH_PARAMETERS", MESH_PARAMETERS)?;
    module.add_function(wrap_pyfunction!(build_city, module)?)?;
    module.add_function(wrap_pyfunction!(optimal_tile_size, module)?)?;
    module.add_function(wrap_pyfunction!(needs_tiles, module)?)?;
    module.add_function(wrap_pyfunction!(generate_city, module)?)?;
    module.add_function(wrap_pyfunction!(city_defaults, module)?)
}
