//! The merged mesh in each format, as other programs read it: meshio (and with it DTCC's loader) and trimesh.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::city::{build, generated, options};
use common::{shared, skip};
use groma::city::check::{Expectations, Verdict, check_mesh};
use groma::city::merge::{MergeOptions, MergeReport, merge_to_file};
use groma::city::store::MeshStore;
use groma::io::Durability;
use groma::io::surface::{Groups, Markers, Part, Surface, SurfaceFormat, SurfaceOptions, SurfaceWriter};
use groma::job::{RunOptions, Runner};

/// Runs a Python program that prints nothing unless something does not hold.
fn python(program: &str, folder: &Path, arguments: &[String]) {
    let output = Command::new("python3").args(["-c", program]).args(arguments).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{said}");
}

fn has(test: &str, module: &str) -> bool {
    let there = Command::new("python3").args(["-c", &format!("import {module}")]).output();
    let there = there.is_ok_and(|output| output.status.success());
    if !there {
        skip(test, &format!("Python 3 with {module}"), &format!("pip install {module}"));
    }
    there
}

fn merge(store: &Path, output: &Path, options: &MergeOptions) -> MergeReport {
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    merge_to_file(&MeshStore::open(store).unwrap(), output, options, &mut runner).unwrap()
}

/// A city far from the origin, merged in every format, and a surface of nothing in every format.
struct Written {
    folder: tempfile::TempDir,
    surface: Surface,
    buildings: u32,
    stl: MergeReport,
}

impl Written {
    fn new() -> Written {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let buildings =
            build(&generated(40, 7, false, [319_995, 6_399_000]), &path("tiles"), &options(250.0, 1)).buildings;
        let default = MergeOptions::default();
        for name in ["city.ply", "city.vtu", "city.obj"] {
            let report = merge(&path("tiles"), &path(name), &default);
            assert_eq!((report.origin, report.rounding), ([0.0; 3], 0.0));
        }
        merge(&path("tiles"), &path("plain.ply"), &MergeOptions { markers: Markers::None, ..default.clone() });
        merge(&path("tiles"), &path("markers.obj"), &MergeOptions { groups: Groups::Markers, ..default.clone() });
        let stl = merge(&path("tiles"), &path("city.stl"), &default);
        for name in ["empty.ply", "empty.vtu", "empty.obj", "empty.stl"] {
            Surface::default().write(&path(name), Durability::Unsynced).unwrap();
        }
        let surface = Surface::read(&path("city.ply")).unwrap();
        assert!(surface.faces.len() > 1000 && buildings > 10);
        Written { folder, surface, buildings: buildings as u32, stl }
    }

    /// Triangles of the city by the material of their part.
    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for &marker in self.surface.markers.as_ref().unwrap() {
            *counts.entry(group(Part::of(marker, self.buildings))).or_default() += 1;
        }
        counts
    }

    fn sizes(&self) -> [String; 2] {
        [self.surface.vertices.len().to_string(), self.surface.faces.len().to_string()]
    }
}

fn group(part: Part) -> &'static str {
    match part {
        Part::Ground | Part::GroundNextToBuilding => "ground",
        Part::Wall => "walls",
        Part::Roof => "roofs",
        Part::Unknown => "unknown",
    }
}

#[test]
fn a_check_of_every_format_is_sound_and_says_what_it_cannot_tell() {
    let written = Written::new();
    for (name, unseen) in [
        ("city.ply", None),
        ("city.vtu", None),
        ("markers.obj", None),
        ("city.obj", Some("not one building from another")),
        ("plain.ply", Some("roofs and walls: no marker tells them")),
        ("city.stl", Some("roofs and walls: no marker tells them")),
    ] {
        let surface = Surface::read(&written.folder.path().join(name)).unwrap();
        let mut runner = Runner::new(&RunOptions::default()).unwrap();
        let found = check_mesh(&surface, &Expectations::default(), &mut runner).unwrap();
        assert!(found.verdict == Verdict::Sound && found.plausible && found.covers_domain, "{name}: {found}");
        let seen = &found.plausibility;
        assert_eq!(seen.roof_heights.is_some(), unseen.is_none(), "{name}: {found}");
        let expected = unseen.unwrap_or("the footprints' area");
        assert!(seen.not_looked_at.iter().any(|what| what.contains(expected)), "{name}: {found}");
    }
}

#[test]
fn groma_reads_what_it_writes() {
    let written = Written::new();
    let read = |name: &str| Surface::read(&written.folder.path().join(name)).unwrap();
    let surface = &written.surface;
    assert_eq!(read("city.vtu"), *surface);
    assert_eq!(read("plain.ply"), Surface { markers: None, buildings: None, ..surface.clone() });
    let stated = ["city.ply", "city.vtu", "markers.obj"].map(|name| read(name).buildings);
    assert!(surface.buildings.is_some_and(|n| n > 1) && stated == [surface.buildings; 3], "{stated:?}");

    // OBJ: the same triangles, by marker, each group once.
    let mut faces: Vec<_> = surface.faces.iter().zip(surface.markers.as_ref().unwrap()).collect();
    faces.sort_by_key(|(_, marker)| **marker);
    let (faces, markers): (Vec<_>, Vec<_>) = faces.into_iter().map(|(f, m)| (*f, *m)).unzip();
    let by_marker = read("markers.obj");
    assert_eq!((&by_marker.faces, by_marker.markers.as_ref().unwrap()), (&faces, &markers));
    assert_eq!(by_marker.vertices, surface.vertices);
    let by_part = read("city.obj");
    let mut counts = BTreeMap::new();
    for &marker in by_part.markers.as_ref().unwrap() {
        *counts.entry(group(Part::of(marker, 1))).or_default() += 1;
    }
    assert_eq!(counts, written.counts());
    for name in ["city.obj", "markers.obj"] {
        let text = std::fs::read_to_string(written.folder.path().join(name)).unwrap();
        let groups: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("g ")).collect();
        let distinct: std::collections::BTreeSet<_> = groups.iter().collect();
        assert_eq!(distinct.len(), groups.len(), "{name}");
        assert_eq!(text.lines().filter(|line| line.starts_with("usemtl ")).count(), 3, "{name}");
    }

    // STL: the same triangles, moved by no more than the report says.
    assert_eq!(written.stl.origin[0] % 1.0, 0.0);
    assert!(
        (319_995.0..320_995.0).contains(&written.stl.origin[0]) && written.stl.origin[2] == 0.0,
        "{:?}",
        written.stl
    );
    assert!(written.stl.rounding > 0.0 && written.stl.rounding < 1e-4, "{:?}", written.stl);
    let stl = read("city.stl");
    assert_eq!(stl.faces.len(), surface.faces.len());
    for (a, b) in stl.faces.iter().flatten().zip(surface.faces.iter().flatten()) {
        let (a, b) = (stl.vertices[*a as usize], surface.vertices[*b as usize]);
        assert!((0..3).all(|i| (a[i] - b[i]).abs() <= written.stl.rounding + 1e-9), "{a:?} {b:?}");
    }
}

#[test]
fn meshio_reads_every_format() {
    let test = "meshio_reads_every_format";
    if !has(test, "meshio") {
        return;
    }
    let written = Written::new();
    let mut arguments = written.sizes().to_vec();
    arguments.push(written.counts()["roofs"].to_string());
    arguments.push(written.buildings.to_string());
    python(
        "import sys, meshio, numpy
vertices, faces, roofs, buildings = map(int, sys.argv[1:])
def triangles(mesh): return sum(len(block.data) for block in mesh.cells if block.type == 'triangle')
plain, vtu = meshio.read('plain.ply'), meshio.read('city.vtu')
for mesh in (plain, vtu, meshio.read('city.obj'), meshio.read('markers.obj')):
    assert (len(mesh.points), triangles(mesh)) == (vertices, faces), mesh
assert (plain.points == vtu.points).all() and (plain.cells[0].data == vtu.cells[0].data).all()
markers = vtu.cell_data['markers'][0]
assert (markers >= buildings).sum() == roofs, markers
assert [len(block.data) for block in meshio.read('city.obj').cells][-1] == roofs
assert triangles(meshio.read('city.stl')) == faces
for name in 'empty.ply', 'empty.vtu', 'empty.obj', 'empty.stl':
    mesh = meshio.read(name)
    assert len(mesh.points) == 0 and triangles(mesh) == 0, (name, mesh)
",
        written.folder.path(),
        &arguments,
    );

    // A file with markers after the corners, as groma's are, can be had in a layout that meshio reads.
    let Some(case) = shared(test, "cases/cities/marker-after-list.ply") else { return };
    let surface = Surface::read(&case).unwrap();
    assert!(surface.markers.is_some());
    let path = written.folder.path().join("rewritten.ply");
    let options = SurfaceOptions { markers: Markers::None, ..SurfaceOptions::default() };
    let (vertices, faces) = (surface.vertices.len(), surface.faces.len());
    let create = SurfaceWriter::with_options(&path, SurfaceFormat::Ply, vertices as u64, faces as u64, &options);
    let mut writer = create.unwrap();
    writer.vertices(&surface.vertices).unwrap();
    let corners: Vec<_> = surface.faces.iter().map(|face| face.map(u64::from)).collect();
    writer.faces(&corners, surface.markers.as_ref().unwrap()).unwrap();
    writer.finish(Durability::Unsynced).unwrap();
    python(
        "import sys, meshio
mesh = meshio.read('rewritten.ply')
assert [len(mesh.points), len(mesh.cells[0].data)] == list(map(int, sys.argv[1:])), mesh",
        written.folder.path(),
        &[vertices.to_string(), faces.to_string()],
    );
}

#[test]
fn trimesh_reads_every_format_but_vtu() {
    let test = "trimesh_reads_every_format_but_vtu";
    if !has(test, "trimesh") {
        return;
    }
    let written = Written::new();
    let mut arguments = written.sizes().to_vec();
    arguments.extend(written.stl.origin.iter().map(f64::to_string));
    python(
        "import sys, trimesh, numpy
vertices, faces = map(int, sys.argv[1:3])
origin = numpy.array(list(map(float, sys.argv[3:])))
def read(name): return trimesh.load(name, force='mesh', process=False)
ply = read('city.ply')
assert (len(ply.vertices), len(ply.faces)) == (vertices, faces)
assert set(ply.metadata['_ply_raw']['face']['data'].dtype.names) >= {'marker'}
for name in 'plain.ply', 'city.obj', 'city.stl':
    assert len(read(name).faces) == faces, name
assert numpy.abs(read('city.stl').bounds + origin - ply.bounds).max() < 1e-3
scene = trimesh.load('city.obj', process=False, group_material=True, split_object=False)
parts = scene.geometry.values() if hasattr(scene, 'geometry') else [scene]
assert {part.visual.material.name for part in parts} == {'ground', 'wall', 'roof'}
",
        written.folder.path(),
        &arguments,
    );
}
