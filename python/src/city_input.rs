//! Footprints and terrain, as the Python half hands them over.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use groma::Error;
use groma::city::footprint::{Footprint, HeightReference, Lod, Polygon};
use groma::city::footprints::FootprintOptions;
use groma::city::heights::{HeightMeaning, HeightPreset};
use groma::city::terrain::Terrain;
use groma::city::{Footprints, Ground};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::{rows, values};
use crate::errors::{OrRaise, work};

/// What a city is built from.
#[pyclass(frozen, module = "groma._groma")]
pub struct CityInput(pub groma::city::CityInput);

#[pymethods]
impl CityInput {
    #[new]
    fn new(py: Python<'_>, footprints: &Bound<'_, PyDict>, terrain: &Bound<'_, PyDict>) -> PyResult<CityInput> {
        let footprints = match footprints.contains("path")? {
            true => footprints.extract::<FootprintFile>()?.read()?,
            false => footprints.extract::<FootprintArrays<'_>>()?.read()?,
        };
        let terrain = match terrain.contains("paths")? {
            true => match terrain.extract::<TerrainFiles>()?.paths {
                paths if paths.len() == 1 => Ground::File(paths[0].clone()),
                paths => Ground::Files(paths),
            },
            false => terrain.extract::<TerrainArray<'_>>()?.read(py)?,
        };
        Ok(CityInput(groma::city::CityInput { footprints, terrain }))
    }
}

/// Footprints in a file.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct FootprintFile {
    path: PathBuf,
    height_property: Option<String>,
    height_reference: Option<String>,
    heights: String,
    level_height: Option<f64>,
    default_height: Option<f64>,
    lod_property: Option<String>,
    id_property: Option<String>,
    layer: Option<String>,
    filters: Vec<String>,
}

impl FootprintFile {
    fn read(self) -> PyResult<Footprints> {
        let defaults = FootprintOptions::default();
        let options = FootprintOptions {
            height_property: self.height_property,
            heights: self.heights.parse::<HeightPreset>().or_raise()?,
            reference: self.height_reference.as_deref().map(meaning).transpose().or_raise()?,
            level_height: self.level_height.unwrap_or(defaults.level_height),
            lod_property: self.lod_property,
            id_property: self.id_property,
            default_height: self.default_height,
            layer: self.layer,
            filters: self.filters.iter().map(|filter| filter.parse()).collect::<groma::Result<_>>().or_raise()?,
        };
        options.check().or_raise()?;
        Ok(Footprints::File(self.path, options))
    }
}

fn meaning(name: &str) -> groma::Result<HeightMeaning> {
    match name {
        "absolute" => Ok(HeightMeaning::RoofElevation),
        "ground" => Ok(HeightMeaning::AboveGround),
        "levels" => Ok(HeightMeaning::Levels),
        other => Err(Error::invalid("height_reference", other, "\"absolute\", \"ground\" or \"levels\"")),
    }
}

/// Footprints in arrays: all points, and where rings, polygons and footprints end among the points, rings and polygons.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct FootprintArrays<'py> {
    points: PyReadonlyArray2<'py, f64>,
    ring_ends: PyReadonlyArray1<'py, u64>,
    polygon_ends: PyReadonlyArray1<'py, u64>,
    footprint_ends: PyReadonlyArray1<'py, u64>,
    heights: PyReadonlyArray1<'py, f64>,
    above_ground: bool,
    lods: Option<Vec<Option<u8>>>,
    ids: Option<Vec<String>>,
}

impl FootprintArrays<'_> {
    fn read(&self) -> PyResult<Footprints> {
        let points = rows::<f64, 2>(&self.points, "footprints")?;
        let rings: Vec<&[[f64; 2]]> = pieces(values(&self.ring_ends)?, points.len())?.map(|r| &points[r]).collect();
        let polygons = pieces(values(&self.polygon_ends)?, rings.len())?;
        let polygons: Vec<Polygon> =
            polygons.map(|r| Polygon { rings: rings[r].iter().map(|ring| ring.to_vec()).collect() }).collect();
        let heights = values(&self.heights)?;
        let ends = values(&self.footprint_ends)?;
        let has_all = |count: Option<usize>| count.is_none_or(|count| count == ends.len());
        if heights.len() != ends.len()
            || !has_all(self.lods.as_ref().map(Vec::len))
            || !has_all(self.ids.as_ref().map(Vec::len))
        {
            let seen = format!("{} heights for {} footprints", heights.len(), ends.len());
            let accepted = "a height, a name and a level of detail for each footprint";
            return Err(Error::invalid("footprints", seen, accepted)).or_raise();
        }
        let reference = if self.above_ground { HeightReference::Ground } else { HeightReference::Absolute };
        let footprint = |(n, of): (usize, Range<usize>)| {
            let lod = match self.lods.as_ref().and_then(|lods| lods[n]) {
                None => None,
                Some(0) => Some(Lod::Lod0),
                Some(_) => Some(Lod::Lod1),
            };
            let id = self.ids.as_ref().map_or(String::new(), |ids| ids[n].clone());
            Footprint { id, polygons: polygons[of].to_vec(), height: heights[n], reference, lod }
        };
        let footprints: Vec<Footprint> = pieces(ends, polygons.len())?.enumerate().map(footprint).collect();
        Ok(Footprints::Memory(footprints.into()))
    }
}

/// The ranges between ends, each of which begins where the one before ended.
fn pieces(ends: &[u64], items: usize) -> PyResult<impl Iterator<Item = Range<usize>>> {
    if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != items as u64 {
        let seen = format!("ends up to {:?}", ends.last());
        return Err(Error::invalid("footprints", seen, format!("ends that ascend to {items}"))).or_raise();
    }
    Ok((0..ends.len()).map(|n| if n == 0 { 0 } else { ends[n - 1] as usize }..ends[n] as usize))
}

/// Terrain in files.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct TerrainFiles {
    paths: Vec<PathBuf>,
}

/// Terrain in an array, row by row from the north.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct TerrainArray<'py> {
    values: PyReadonlyArray2<'py, f32>,
    west: f64,
    north: f64,
    cell: [f64; 2],
    nodata: Option<f32>,
}

impl TerrainArray<'_> {
    fn read(&self, py: Python<'_>) -> PyResult<Ground> {
        let (rows, cols) = self.values.as_array().dim();
        let heights = self.values.as_slice()?.to_vec();
        let (west, north, cell, nodata) = (self.west, self.north, self.cell, self.nodata);
        let terrain = work(py, move || Terrain::from_memory(cols, rows, west, north, cell, heights, nodata))?;
        Ok(Ground::Memory(Arc::new(terrain)))
    }
}
