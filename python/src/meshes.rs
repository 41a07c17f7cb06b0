//! Meshes in arrays, as files and pictures; their checks.

use std::path::PathBuf;

use groma::Error;
use groma::city::check::{Expectations, check_mesh};
use groma::city::preview::{PreviewOptions, View, preview_with};
use groma::io::Durability;
use groma::io::surface::glb::{Compression, GlbMesh, write_glb};
use groma::io::surface::part::NO_MARKER;
use groma::io::surface::{Groups, Markers, Surface, SurfaceFormat, SurfaceOptions, SurfaceWriter};
use groma::job::Runner;
use numpy::{PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::arrays::{give_rows, rows, values};
use crate::errors::{OrRaise, work};
use crate::jobs::{self, Run};

/// How many triangles are written at once.
const AT_ONCE: usize = 1 << 14;

/// A mesh, copied out of arrays: the work on it goes on in other threads.
fn surface(
    vertices: &PyReadonlyArray2<'_, f64>,
    faces: &PyReadonlyArray2<'_, u32>,
    markers: Option<&PyReadonlyArray1<'_, i32>>,
    buildings: Option<u32>,
) -> PyResult<Surface> {
    let vertices = rows::<f64, 3>(vertices, "vertices")?.to_vec();
    let faces = rows::<u32, 3>(faces, "faces")?.to_vec();
    let markers = markers.map(|markers| values(markers).map(<[i32]>::to_vec)).transpose()?;
    if let Some(face) = faces.iter().find(|face| face.iter().any(|&v| v as usize >= vertices.len())) {
        let accepted = format!("vertices under {}", vertices.len());
        return Err(Error::invalid("faces", format!("{face:?}"), accepted)).or_raise();
    }
    if markers.as_ref().is_some_and(|markers| markers.len() != faces.len()) {
        let seen = markers.map_or(0, |markers| markers.len());
        return Err(Error::invalid("markers", seen, format!("{}, one for each triangle", faces.len()))).or_raise();
    }
    Ok(Surface { vertices, faces, markers, buildings, ..Surface::default() })
}

/// Writes a mesh as PLY, VTU, OBJ, STL or GLB, as the path's extension says.
#[pyfunction]
fn save_mesh(
    py: Python<'_>,
    path: PathBuf,
    vertices: PyReadonlyArray2<'_, f64>,
    faces: PyReadonlyArray2<'_, u32>,
    markers: Option<PyReadonlyArray1<'_, i32>>,
    buildings: Option<u32>,
    run: Run<'_>,
) -> PyResult<()> {
    let surface = surface(&vertices, &faces, markers.as_ref(), buildings)?;
    jobs::run(py, &run, move |runner| {
        runner.begin("write", 0, surface.faces.len() as u64)?;
        let is_glb = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("glb"));
        if is_glb { save_glb(&path, &surface) } else { save_surface(&path, &surface, runner) }
    })
}

fn save_surface(path: &std::path::Path, surface: &Surface, runner: &Runner) -> groma::Result<()> {
    let format = SurfaceFormat::from_path(path).map_err(|_| {
        Error::invalid("path", path.display(), "a file name that ends in .vtu, .ply, .obj, .stl or .glb")
    })?;
    let (vertices, faces) = (surface.vertices.len() as u64, surface.faces.len() as u64);
    let options = SurfaceOptions {
        markers: if surface.markers.is_some() { Markers::Faces } else { Markers::None },
        groups: Groups::Parts,
        buildings: surface.buildings,
        ..SurfaceOptions::default()
    };
    let mut writer = SurfaceWriter::with_options(path, format, vertices, faces, &options)?;
    writer.vertices(&surface.vertices)?;
    let unmarked = vec![NO_MARKER; AT_ONCE];
    for (n, faces) in surface.faces.chunks(AT_ONCE).enumerate() {
        runner.context().check()?;
        runner.context().add_items(faces.len() as u64);
        let markers = surface.markers.as_ref().map_or(&unmarked[..], |markers| &markers[n * AT_ONCE..]);
        let faces: Vec<[u64; 3]> = faces.iter().map(|face| face.map(u64::from)).collect();
        writer.faces(&faces, &markers[..faces.len()])?;
    }
    writer.finish_with(Durability::Unsynced, &mut || runner.context().check()).map(drop)
}

fn save_glb(path: &std::path::Path, surface: &Surface) -> groma::Result<()> {
    let unmarked;
    let markers = match &surface.markers {
        Some(markers) => markers,
        None => {
            unmarked = vec![NO_MARKER; surface.faces.len()];
            &unmarked
        }
    };
    let first = surface.vertices.iter().copied().reduce(|a, b| std::array::from_fn(|i| a[i].min(b[i])));
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mesh = GlbMesh {
        name: &name,
        vertices: &surface.vertices,
        faces: &surface.faces,
        markers,
        buildings: surface.buildings.unwrap_or(0),
        origin: first.unwrap_or_default().map(f64::floor),
        crs: None,
        compression: Compression::None,
    };
    write_glb(path, &mesh)
}

/// Reads a mesh from a PLY, VTU, OBJ or STL file: vertices, faces, markers, the number of buildings.
#[pyfunction]
#[expect(clippy::type_complexity, reason = "the Python half takes it apart at once")]
fn load_mesh(
    py: Python<'_>,
    path: PathBuf,
) -> PyResult<(Bound<'_, PyArray2<f64>>, Bound<'_, PyArray2<u32>>, Option<Bound<'_, PyArray1<i32>>>, Option<u32>)> {
    let surface = work(py, || Surface::read(&path))?;
    let markers = surface.markers.map(|markers| PyArray1::from_vec(py, markers));
    Ok((give_rows(py, surface.vertices)?, give_rows(py, surface.faces)?, markers, surface.buildings))
}

/// Checks a mesh. Returns the findings as JSON and as text.
#[pyfunction]
fn check(
    py: Python<'_>,
    vertices: PyReadonlyArray2<'_, f64>,
    faces: PyReadonlyArray2<'_, u32>,
    markers: Option<PyReadonlyArray1<'_, i32>>,
    buildings: Option<u32>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let surface = surface(&vertices, &faces, markers.as_ref(), buildings)?;
    jobs::run(py, &run, move |runner| jobs::both(&check_mesh(&surface, &Expectations::default(), runner)?))
}

/// Draws a mesh into a PNG file.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the Python half names them")]
fn preview_mesh(
    py: Python<'_>,
    path: PathBuf,
    vertices: PyReadonlyArray2<'_, f64>,
    faces: PyReadonlyArray2<'_, u32>,
    markers: Option<PyReadonlyArray1<'_, i32>>,
    buildings: Option<u32>,
    width: u32,
    from_above: bool,
    run: Run<'_>,
) -> PyResult<()> {
    let surface = surface(&vertices, &faces, markers.as_ref(), buildings)?;
    let view = if from_above { View::Top } else { View::Oblique };
    let options = PreviewOptions { width, view, ..PreviewOptions::default() };
    jobs::run(py, &run, move |runner| preview_with(&surface, &path, &options, runner))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("NO_MARKER", NO_MARKER)?;
    module.add_function(wrap_pyfunction!(save_mesh, module)?)?;
    module.add_function(wrap_pyfunction!(load_mesh, module)?)?;
    module.add_function(wrap_pyfunction!(check, module)?)?;
    module.add_function(wrap_pyfunction!(preview_mesh, module)?)
}
