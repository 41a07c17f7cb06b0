//! Stores of tiles, and mapped tiles as arrays without a copy.

use std::path::PathBuf;
use std::sync::Mutex;

use groma::Error;
use groma::city::check::{Expectations, check_store};
use groma::city::merge::{MergeOptions, merge_to_file, merge_to_surface};
use groma::city::preview::{PreviewOptions, View, preview_with};
use groma::city::store::{Compression, MeshStore, TileView, export_glb};
use groma::city::tileset::{Placement, TilesetOptions, export_tileset};
use groma::io::surface::part::NO_MARKER;
use groma::io::surface::{Groups, Markers};
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::{give_rows, rows, values, view, view_rows};
use crate::errors::{OrRaise, work};
use crate::jobs::{self, Run, json};

/// A folder of tiles. A closed one refuses all calls.
#[pyclass(frozen, module = "groma._groma")]
pub struct Store {
    store: MeshStore,
    /// A store that was deleted is none any more.
    is_gone: Mutex<bool>,
}

/// A mesh in arrays: vertices, faces, markers and, where it is a city's, the number of its buildings.
type MeshArrays<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<u32>>, Bound<'py, PyArray1<i32>>, Option<u32>);

impl Store {
    fn new(store: MeshStore) -> Store {
        Store { store, is_gone: Mutex::new(false) }
    }

    fn there(&self) -> groma::Result<MeshStore> {
        if *self.is_gone.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            let what = "this store was deleted; create or open another one".into();
            return Err(Error::NotFound { subject: self.store.folder().to_path_buf(), what });
        }
        Ok(self.store.clone())
    }
}

#[pymethods]
impl Store {
    #[staticmethod]
    fn create(py: Python<'_>, folder: PathBuf) -> PyResult<Store> {
        work(py, || MeshStore::create(folder, serde_json::Value::Null)).map(Store::new)
    }

    #[staticmethod]
    fn open(py: Python<'_>, folder: PathBuf) -> PyResult<Store> {
        work(py, || MeshStore::open(folder)).map(Store::new)
    }

    #[getter]
    fn folder(&self) -> PathBuf {
        self.store.folder().to_path_buf()
    }

    /// The store's manifest as JSON.
    fn manifest(&self) -> PyResult<String> {
        json(self.store.manifest()).or_raise()
    }

    fn list_tiles(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        work(py, || self.there()?.list_tiles())
    }

    fn missing_tiles(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        work(py, || self.there()?.missing_tiles())
    }

    /// The totals over all tiles as JSON.
    fn total_stats(&self, py: Python<'_>) -> PyResult<String> {
        work(py, || json(&self.there()?.total_stats()?))
    }

    fn get_tile(&self, py: Python<'_>, name: &str) -> PyResult<Tile> {
        work(py, || self.there()?.get_tile(name)).map(|view| Tile { name: name.to_string(), view })
    }

    fn add_tile(
        &self,
        py: Python<'_>,
        name: &str,
        vertices: PyReadonlyArray2<'_, f64>,
        faces: PyReadonlyArray2<'_, u32>,
        markers: Option<PyReadonlyArray1<'_, i32>>,
    ) -> PyResult<()> {
        let vertices = rows::<f64, 3>(&vertices, "vertices")?;
        let faces = rows::<u32, 3>(&faces, "faces")?;
        let unmarked;
        let markers = match &markers {
            Some(markers) => values(markers)?,
            None => {
                unmarked = vec![NO_MARKER; faces.len()];
                &unmarked
            }
        };
        work(py, || self.there()?.add_tile(name, vertices, faces, markers).map(drop))
    }

    fn remove_tile(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        work(py, || self.there()?.remove_tile(name))
    }

    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        work(py, || self.there()?.clear())
    }

    fn delete(&self, py: Python<'_>) -> PyResult<()> {
        work(py, || {
            let mut is_gone = self.is_gone.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if !std::mem::replace(&mut *is_gone, true) {
                self.store.clone().delete()?;
            }
            Ok(())
        })
    }

    /// Merges the tiles into a file. Returns the report as JSON.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn merge_to_file(
        &self,
        py: Python<'_>,
        path: PathBuf,
        snap_distance: f64,
        allow_incomplete: bool,
        markers: bool,
        groups_by_marker: bool,
        run: Run<'_>,
    ) -> PyResult<String> {
        let store = self.there().or_raise()?;
        let options = MergeOptions {
            allow_incomplete,
            snap_distance,
            markers: if markers { Markers::Faces } else { Markers::None },
            groups: if groups_by_marker { Groups::Markers } else { Groups::Parts },
            ..MergeOptions::default()
        };
        jobs::run(py, &run, move |runner| json(&merge_to_file(&store, &path, &options, runner)?))
    }

    /// Merges the tiles into arrays.
    fn merge<'py>(
        &self,
        py: Python<'py>,
        snap_distance: f64,
        allow_incomplete: bool,
        run: Run<'_>,
    ) -> PyResult<MeshArrays<'py>> {
        let store = self.there().or_raise()?;
        let options = MergeOptions { allow_incomplete, snap_distance, ..MergeOptions::default() };
        let surface = jobs::run(py, &run, move |runner| Ok(merge_to_surface(&store, &options, runner)?.0))?;
        let markers = PyArray1::from_vec(py, surface.markers.unwrap_or_default());
        Ok((give_rows(py, surface.vertices)?, give_rows(py, surface.faces)?, markers, surface.buildings))
    }

    /// Checks the mesh that the tiles make together. Returns the findings as JSON and as text.
    fn check(&self, py: Python<'_>, run: Run<'_>) -> PyResult<(String, String)> {
        let store = self.there().or_raise()?;
        jobs::run(py, &run, move |runner| jobs::both(&check_store(&store, &Expectations::default(), runner)?))
    }

    /// Writes a GLB per tile into a folder. Returns their number.
    fn export_glb(&self, py: Python<'_>, folder: PathBuf, compress: bool, run: Run<'_>) -> PyResult<u64> {
        let store = self.there().or_raise()?;
        let compression = if compress { Compression::Meshopt } else { Compression::None };
        jobs::run(py, &run, move |runner| {
            let context = runner.context().clone();
            runner.run(|| export_glb(&store, &folder, compression, &context))
        })
    }

    /// Writes the tiles as 3D Tiles into a folder. Returns the report as JSON.
    #[expect(clippy::too_many_arguments, reason = "the Python half names them")]
    fn export_tileset(
        &self,
        py: Python<'_>,
        folder: PathBuf,
        levels: Option<u8>,
        on_globe: bool,
        crs: Option<u32>,
        geoid_offset: Option<f64>,
        compress: bool,
        run: Run<'_>,
    ) -> PyResult<String> {
        let store = self.there().or_raise()?;
        let options = TilesetOptions {
            levels,
            placement: if on_globe { Placement::Globe } else { Placement::Local },
            crs,
            geoid_offset,
            compression: if compress { Compression::Meshopt } else { Compression::None },
        };
        jobs::run(py, &run, move |runner| json(&export_tileset(&store, &folder, &options, runner)?))
    }

    /// Draws the tiles into a PNG file.
    fn preview(
        &self,
        py: Python<'_>,
        path: PathBuf,
        width: u32,
        from_above: bool,
        bounds: Option<[f64; 4]>,
        run: Run<'_>,
    ) -> PyResult<()> {
        let store = self.there().or_raise()?;
        let view = if from_above { View::Top } else { View::Oblique };
        let options = PreviewOptions { width, view, bounds, ..PreviewOptions::default() };
        jobs::run(py, &run, move |runner| preview_with(&store, &path, &options, runner))
    }
}

/// A tile whose file is mapped, as long as this or one of its arrays lives.
#[pyclass(frozen, module = "groma._groma")]
pub struct Tile {
    name: String,
    view: TileView,
}

#[pymethods]
impl Tile {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.view.path().to_path_buf()
    }

    #[getter]
    fn vertices<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        // SAFETY: the mapping lives as long as the tile, which the array keeps; tiles are replaced by other files, and
        // never written to.
        unsafe { view_rows(slf.get().view.vertices(), slf.as_any()) }
    }

    #[getter]
    fn faces<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        // SAFETY: as above.
        unsafe { view_rows(slf.get().view.faces(), slf.as_any()) }
    }

    #[getter]
    fn markers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<i32>>> {
        // SAFETY: as above.
        unsafe { view(slf.get().view.markers(), slf.as_any()) }
    }

    /// Whether the tile has markers: a tile of another program that was added without has the one that says so.
    #[getter]
    fn has_markers(&self) -> bool {
        let markers = self.view.markers();
        markers.is_empty() || markers.iter().any(|&marker| marker != NO_MARKER)
    }

    /// Fails when some of what was read did not come from the file, because it was cut meanwhile.
    fn check_whole(&self) -> PyResult<()> {
        self.view.check_whole().or_raise()
    }

    /// What the header says.
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let header = self.view.header();
        let (vertices, faces) = header.sizes();
        let counts = header.counts();
        let info = PyDict::new(py);
        info.set_item("bounds", header.bounds)?;
        info.set_item("vertices", vertices)?;
        info.set_item("faces", faces)?;
        info.set_item("own_vertices", header.own_vertices)?;
        info.set_item("buildings", header.building_count)?;
        info.set_item("ground", counts.ground + counts.ground_beside_buildings)?;
        info.set_item("walls", counts.walls)?;
        info.set_item("roofs", counts.roofs)?;
        info.set_item("is_city", header.tile().is_some())?;
        info.set_item("bytes", header.file_size())?;
        Ok(info)
    }
}
