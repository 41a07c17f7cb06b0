use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::Status;

/// The formats that keep everything of a surface.
const FORMATS: [&str; 3] = ["ply", "vtu", "obj"];

/// Writes a surface to a file of this format and reads it back.
fn as_read(extension: &str, surface: &Surface) -> Surface {
    let mut surface = surface.clone();
    if extension == "obj" {
        let mut faces: Vec<_> = surface.faces.iter().copied().zip(surface.markers.clone().unwrap()).collect();
        faces.sort_by_key(|(_, marker)| *marker);
        let (faces, markers) = faces.into_iter().unzip();
        (surface.faces, surface.markers) = (faces, Some(markers));
    }
    surface
}

/// Generates surfaces with any faces and markers over vertices with any finite coordinates.
fn surfaces() -> impl Strategy<Value = Surface> {
    let coordinate = prop_oneof![-1e7..1e7, any::<f64>().prop_filter("finite", |c| c.is_finite())];
    proptest::collection::vec(proptest::array::uniform3(coordinate), 1..40).prop_flat_map(|vertices| {
        let faces = proptest::collection::vec((proptest::array::uniform3(0..vertices.len() as u32), -3..7), 1..60);
        faces.prop_map(move |faces| {
            let (faces, markers): (Vec<_>, Vec<_>) = faces.into_iter().unzip();
            Surface { vertices: vertices.clone(), faces, markers: Some(markers), ..Surface::default() }
        })
    })
}

fn read(name: &str, contents: impl AsRef<[u8]>) -> Result<Surface> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, contents).unwrap();
    Surface::read(&path)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_written_is_read_whatever_the_pieces(surface in surfaces(), piece in 1usize..9, faces_first: bool) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("pieces")).unwrap();
        for extension in FORMATS {
            let path = dir.path().join("whole").with_extension(extension);
            surface.write(&path, Durability::Unsynced).unwrap();
            prop_assert_eq!(Surface::read(&path).unwrap(), as_read(extension, &surface));

            // The same file name, because an OBJ file names its materials by it.
            let pieces = dir.path().join("pieces").join("whole").with_extension(extension);
            let format = SurfaceFormat::from_path(&path).unwrap();
            let totals = (surface.vertices.len() as u64, surface.faces.len() as u64);
            let mut writer = SurfaceWriter::create(&pieces, format, totals.0, totals.1).unwrap();
            let mut vertices = surface.vertices.chunks(piece);
            let mut faces = surface.faces.chunks(piece).zip(surface.markers.as_ref().unwrap().chunks(piece));
            for turn in 0..2 * (totals.0 + totals.1) {
                if (turn % 2 == 0) == faces_first {
                    let Some((faces, markers)) = faces.next() else { continue };
                    let faces: Vec<_> = faces.iter().map(|f| f.map(u64::from)).collect();
                    writer.faces(&faces, markers).unwrap();
                } else {
                    writer.vertices(vertices.next().unwrap_or_default()).unwrap();
                }
            }
            writer.finish(Durability::Synced).unwrap();
            prop_assert_eq!(std::fs::read(&pieces).unwrap(), std::fs::read(&path).unwrap());
        }
    }

    /// Whichever byte is changed, the result is a surface with valid indices, or an error.
    #[test]
    fn a_changed_byte_or_a_missing_end_never_panics(
        surface in surfaces(),
        place: prop::sample::Index,
        byte: u8,
        cut: bool,
    ) {
        let dir = tempfile::tempdir().unwrap();
        for extension in ["ply", "vtu", "obj", "stl"] {
            let path = dir.path().join("x").with_extension(extension);
            if surface.write(&path, Durability::Unsynced).is_err() {
                continue; // coordinates beyond what STL holds
            }
            let mut bytes = std::fs::read(&path).unwrap();
            let place = place.index(bytes.len());
            if cut { bytes.truncate(place) } else { bytes[place] = byte }
            if let Ok(surface) = read(&format!("y.{extension}"), bytes) {
                surface.for_each(&mut |_, _| Ok(())).unwrap();
            }
        }
    }
}

#[test]
fn sections_larger_than_a_buffer_are_whole() {
    let n = 30_000;
    let vertices: Vec<_> = (0..n).map(|i| [f64::from(i) * 0.1, f64::from(i), -1.0]).collect();
    let faces = (0..n).map(|i| [i, (i + 1) % n, (i + 2) % n]).collect();
    let markers = Some((0..n as i32).map(|i| i / 7 - 2).collect());
    let surface = Surface { vertices, faces, markers, ..Surface::default() };
    let dir = tempfile::tempdir().unwrap();
    for extension in FORMATS {
        let path = dir.path().join("x").with_extension(extension);
        surface.write(&path, Durability::Unsynced).unwrap();
        assert_eq!(Surface::read(&path).unwrap(), as_read(extension, &surface), "{extension}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 4, "the materials, and nothing temporary is left");
}

#[test]
fn a_surface_without_faces_is_a_file_too() {
    let dir = tempfile::tempdir().unwrap();
    for extension in ["ply", "vtu", "obj", "stl"] {
        let path = dir.path().join("x").with_extension(extension);
        Surface::default().write(&path, Durability::Unsynced).unwrap();
        let surface = Surface::read(&path).unwrap();
        assert_eq!((surface.vertices.len(), surface.faces.len()), (0, 0));
    }
}

#[test]
fn wrong_counts_leave_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let status = |outcome: Result<()>| outcome.unwrap_err().status();
    for extension in ["ply", "vtu", "obj", "stl"] {
        let path = dir.path().join("x").with_extension(extension);
        let create = || SurfaceWriter::create(&path, SurfaceFormat::from_path(&path).unwrap(), 3, 1).unwrap();
        let mut writer = create();
        writer.vertices(&[[0.0; 3]; 3]).unwrap();
        assert_eq!(status(writer.vertices(&[[0.0; 3]])), Status::InvalidArgument);
        assert_eq!(status(writer.faces(&[[0, 1, 3]], &[0])), Status::InvalidArgument);
        assert_eq!(status(writer.faces(&[[0, 1, 2]], &[])), Status::InvalidArgument);
        assert_eq!(status(writer.finish(Durability::Unsynced).map(drop)), Status::InvalidArgument);
        assert_eq!(status(create().vertices(&[[0.0, f64::NAN, 0.0]])), Status::InvalidArgument);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_a_format_cannot_hold_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let create =
        |name: &str, format, vertices| SurfaceWriter::create(&dir.path().join(name), format, vertices, 1).err();
    assert_eq!(create("x.ply", SurfaceFormat::Ply, (1 << 32) + 1).unwrap().status(), Status::Unsupported);
    assert!(create("x.vtu", SurfaceFormat::Vtu, (1 << 32) + 1).is_none());
    assert_eq!(create("x.vtu", SurfaceFormat::Vtu, 1 << 60).unwrap().status(), Status::InvalidArgument);
    assert_eq!(SurfaceFormat::from_path(&PathBuf::from("a/B.OBJ")).unwrap(), SurfaceFormat::Obj);
    assert!(create("x.stl", SurfaceFormat::Stl, 1 << 33).is_none());
    let too_many = SurfaceWriter::create(&dir.path().join("x.stl"), SurfaceFormat::Stl, 3, 1 << 32).err().unwrap();
    assert_eq!(too_many.status(), Status::Unsupported);
    let error = SurfaceFormat::from_path(&PathBuf::from("mesh.dxf")).unwrap_err().to_string();
    assert!(error.contains("mesh.dxf") && error.contains(".vtu"), "{error}");
}

#[test]
fn ply_of_other_programs_is_read() {
    let ascii = "ply\nformat ascii 1.0\ncomment x\nobj_info y\nelement vertex 3\nproperty float x\nproperty float y\n\
                 property float z\nproperty uchar red\nelement face 1\nproperty uchar flags\n\
                 property list uchar int vertex_index\nproperty list uchar float texcoord\nelement edge 1\n\
                 property int a\nend_header\n0 0 0 255\n1 0 0.5 255\n0 1 0 255\n7 3 0 1 2 2 0.5 0.5\n9\n";
    let surface = read("a.ply", ascii).unwrap();
    let vertices = vec![[0.0; 3], [1.0, 0.0, 0.5], [0.0, 1.0, 0.0]];
    assert_eq!(surface, Surface { vertices, faces: vec![[0, 1, 2]], ..Surface::default() });

    let mut binary =
        b"ply\r\nformat binary_little_endian 1.0\r\nelement vertex 3\r\nproperty float z\r\nproperty float x\r\n\
        property short quality\r\nproperty float y\r\nelement face 1\r\nproperty list uint ushort vertex_indices\r\n\
        property short markers\r\nend_header\r\n"
            .to_vec();
    for row in [[0f32, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]] {
        binary.extend([row[0].to_le_bytes(), row[1].to_le_bytes()].concat());
        binary.extend((-1i16).to_le_bytes());
        binary.extend(row[2].to_le_bytes());
    }
    binary.extend(3u32.to_le_bytes());
    [2u16, 1, 0].iter().for_each(|v| binary.extend(v.to_le_bytes()));
    binary.extend((-2i16).to_le_bytes());
    let surface = read("b.ply", binary).unwrap();
    assert_eq!(surface.vertices, [[1.0, 2.0, 0.0], [4.0, 5.0, 3.0], [7.0, 8.0, 6.0]]);
    assert_eq!((surface.faces, surface.markers), (vec![[2, 1, 0]], Some(vec![-2])));
}

#[test]
fn obj_of_other_programs_is_read() {
    let text = "# c\nmtllib a.mtl\no thing\nv 0 0 0 1\nv 1 0 0\nv 0 1e0 0\nvt 0 0\nvn 0 0 1\ns off\nusemtl m\n\
                f 1/1/1 2//1 3/1\nf -3 -2 -1\n";
    let surface = read("a.obj", text).unwrap();
    assert_eq!(surface.faces, [[0, 1, 2], [0, 1, 2]]);
    assert_eq!((surface.vertices.len(), surface.markers), (3, None));
}

#[test]
fn errors_name_the_place() {
    let ply = |rows: &str| {
        format!(
            "ply\nformat ascii 1.0\nelement vertex 3\nproperty double x\nproperty double y\n\
                 property double z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n{rows}"
        )
    };
    let cases = [
        ("a.ply", ply("0 0 0\n1 0 0\n0 1 0\n4 0 1 2 0\n"), "a face of 4 corners"),
        ("a.ply", ply("0 0 0\n1 0 0\n0 1 0\n3 0 1 3\n"), "line 13: vertex 3"),
        ("a.ply", ply("0 0 0\n1 x 0\n0 1 0\n3 0 1 2\n"), "line 11: \"x\""),
        ("a.ply", ply("0 0 0\n1 0 0\n0 1 0\n3 0     1\n"), "the file ends"),
        ("a.ply", ply("").replace("vertex 3", "vertex 3000000000"), "3000000000 rows"),
        ("a.ply", ply("").replace("ascii", "binary_big_endian"), "line 2: format binary_big_endian"),
        ("a.ply", "ply\nformat ascii 1.0\nelement vertex 1\nproperty quad x\n".into(), "line 4: property quad x"),
        ("a.ply", "solid".into(), "not a PLY"),
        ("a.obj", "v 0 0 0\nf 1 1 2\n".into(), "line 2: vertex 2"),
        ("a.obj", "v 0 0 0\nf 0 1 1\n".into(), "line 2: f 0 1 1"),
        ("a.obj", "v 0 0 0\nf 1 1 -2\n".into(), "line 2: f 1 1 -2"),
        ("a.obj", "v 0 0 0\nf 1 1 1 1\n".into(), "triangles only"),
        ("a.obj", "v 0 0\n".into(), "line 1: v 0 0"),
        ("a.obj", "v 0 0 0\nl 1 1\n".into(), "line 2: l"),
        ("a.vtu", "<VTKFile> NumberOfPoints=\"7\"".into(), "no numbers"),
        ("a.vtu", "<VTKFile> NumberOfPoints=\"7\" NumberOfCells=\"7\"".into(), "convert it to PLY"),
    ];
    for (name, contents, expected) in cases {
        let error = read(name, &contents).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(name), "{error}\n  should contain {expected}");
    }
}

/// Returns a city of two buildings: ground, walls 0 and 1, roofs 2 and 3, out of order.
fn city() -> Surface {
    let vertices = vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let faces = [[0, 1, 2], [0, 1, 3], [1, 2, 3], [0, 2, 3], [2, 1, 0], [3, 1, 0]].to_vec();
    Surface { vertices, faces, markers: Some(vec![3, 0, -2, 1, -1, 2]), ..Surface::default() }
}

fn write_with(surface: &Surface, path: &Path, options: &SurfaceOptions) -> Result<Written> {
    let (vertices, faces) = (surface.vertices.len() as u64, surface.faces.len() as u64);
    let format = SurfaceFormat::from_path(path)?;
    let mut writer = SurfaceWriter::with_options(path, format, vertices, faces, options)?;
    writer.vertices(&surface.vertices)?;
    let faces: Vec<_> = surface.faces.iter().map(|f| f.map(u64::from)).collect();
    writer.faces(&faces, surface.markers.as_ref().unwrap())?;
    writer.finish(Durability::Unsynced)
}

#[test]
fn obj_has_each_group_once_with_its_material() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a town.obj");
    let lines = |groups| {
        let options = SurfaceOptions { groups, buildings: Some(2), ..SurfaceOptions::default() };
        write_with(&city(), &path, &options).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let kept = |line: &&str| !line.starts_with(['#', 'v']);
        text.lines().filter(kept).map(str::to_owned).collect::<Vec<_>>()
    };
    let parts = [
        "mtllib a town.mtl",
        "g ground",
        "usemtl ground",
        "f 2 3 4",
        "f 3 2 1",
        "g walls",
        "usemtl wall",
        "f 1 2 4",
        "f 1 3 4",
        "g roofs",
        "usemtl roof",
        "f 1 2 3",
        "f 4 2 1",
    ];
    assert_eq!(lines(Groups::Parts), parts);
    // Read as a city of one building, or of more.
    let read = Surface::read(&path).unwrap();
    assert_eq!((read.buildings, read.buildings_in_parts), (Some(1), Some(2)));
    assert_eq!((read.markers.unwrap(), read.has_parts_alone), (vec![-2, -2, 0, 0, 1, 1], true));
    let markers = [
        "mtllib a town.mtl",
        "g marker_-2",
        "usemtl ground",
        "f 2 3 4",
        "g marker_-1",
        "f 3 2 1",
        "g marker_0",
        "usemtl wall",
        "f 1 2 4",
        "g marker_1",
        "f 1 3 4",
        "g marker_2",
        "usemtl roof",
        "f 4 2 1",
        "g marker_3",
        "f 1 2 3",
    ];
    assert_eq!(lines(Groups::Markers), markers);
    assert!(!Surface::read(&path).unwrap().has_parts_alone);
    let materials = std::fs::read_to_string(dir.path().join("a town.mtl")).unwrap();
    let names: Vec<_> = materials.lines().filter_map(|line| line.strip_prefix("newmtl ")).collect();
    assert_eq!(names, ["ground", "wall", "roof", "unknown"]);
}

#[test]
fn materials_of_others_are_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (path, materials) = (dir.path().join("x.obj"), dir.path().join("x.mtl"));
    std::fs::write(&materials, "newmtl mine\n").unwrap();
    let error = city().write(&path, Durability::Unsynced).unwrap_err().to_string();
    assert!(error.contains("x.mtl") && error.contains("--markers none"), "{error}");
    assert!(!path.exists());
    let options = SurfaceOptions { markers: Markers::None, ..SurfaceOptions::default() };
    write_with(&city(), &path, &options).unwrap();
    assert_eq!(std::fs::read_to_string(&materials).unwrap(), "newmtl mine\n");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("mtllib") && !text.contains("\ng "), "{text}");
    std::fs::remove_file(&materials).unwrap();
    // Its own file of materials is replaced.
    city().write(&path, Durability::Unsynced).unwrap();
    city().write(&path, Durability::Unsynced).unwrap();
}

#[test]
fn without_markers_there_are_positions_and_triangles() {
    let dir = tempfile::tempdir().unwrap();
    let options = SurfaceOptions { markers: Markers::None, ..SurfaceOptions::default() };
    for extension in FORMATS {
        let path = dir.path().join("x").with_extension(extension);
        write_with(&city(), &path, &options).unwrap();
        assert_eq!(Surface::read(&path).unwrap(), Surface { markers: None, ..city() }, "{extension}");
        assert!(!String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains("marker"), "{extension}");
    }
}

#[test]
fn stl_tells_its_origin_and_what_rounding_moved() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.stl");
    let far = |p: [f64; 3]| [p[0] + 319_995.3, p[1] + 6_399_000.1, p[2] + 12.7];
    let surface = Surface { vertices: city().vertices.into_iter().map(far).collect(), ..city() };
    let written = surface.write(&path, Durability::Unsynced).unwrap();
    assert_eq!(written.origin, [319_996.0, 6_399_001.0, 0.0]);
    assert!(written.rounding > 0.0 && written.rounding < 1e-6, "{}", written.rounding);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.len(), 84 + 50 * 6);
    assert!(
        bytes.starts_with(b"groma STL, metres, origin 319996 6399001 0 "),
        "{}",
        String::from_utf8_lossy(&bytes[..80])
    );
    // The first triangle faces up.
    let normal: Vec<f32> = bytemuck::pod_collect_to_vec(&bytes[84..96]);
    assert_eq!(normal, [0.0, 0.0, 1.0]);
    let read = Surface::read(&path).unwrap();
    assert_eq!((read.vertices.len(), read.markers), (4, None));
    for (face, expected) in read.faces.iter().zip(&surface.faces) {
        for (a, b) in face.iter().zip(expected) {
            let (a, b) = (read.vertices[*a as usize], surface.vertices[*b as usize]);
            assert!((0..3).all(|i| (a[i] - b[i]).abs() <= written.rounding + 1e-9), "{a:?} {b:?}");
        }
    }
    // Near positions need no origin, and single-precision ones are not moved.
    let written = city().write(&path, Durability::Unsynced).unwrap();
    assert_eq!(written, Written::default());
    let mut beyond = city();
    beyond.vertices[1][0] = 1e30;
    assert_eq!(beyond.write(&path, Durability::Unsynced).unwrap_err().status(), Status::Unsupported);
}

#[test]
fn stl_of_other_programs_is_read() {
    let facet = "  facet normal 0 0 1\n    outer loop\n      vertex 0 0 0\n      vertex 1e0 0 0\n      vertex 0 1 \
                 -0\n    endloop\n  endfacet\n";
    let surface = read("a.stl", format!("solid a city\n{facet}{facet}endsolid a city\n")).unwrap();
    assert_eq!((surface.vertices.len(), surface.faces), (3, vec![[0, 1, 2], [0, 1, 2]]));
    let mut binary = b"solid, though binary".to_vec();
    binary.resize(80, 0);
    binary.extend(1u32.to_le_bytes());
    binary.extend([0f32, 0.0, 1.0, 5.0, 0.0, 0.0, 6.0, 0.0, 0.0, 5.0, 1.0, 0.0].iter().flat_map(|c| c.to_le_bytes()));
    binary.extend([0, 0]);
    assert_eq!(read("b.stl", &binary).unwrap().vertices, [[5.0, 0.0, 0.0], [6.0, 0.0, 0.0], [5.0, 1.0, 0.0]]);
    for (contents, expected) in [
        ("solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0\n".to_string(), "line 4: vertex 0 0"),
        ("solid a\nouter loop\nvertex 0 0 0\nendloop\n".into(), "a facet of 1 corners"),
        ("solid a\nouter loop\nvertex 0 0 0\n".into(), "the file ends"),
        ("polygon".into(), "not an STL file"),
        ("x".repeat(100), "triangles, or a text"),
    ] {
        let error = read("a.stl", &contents).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("a.stl"), "{error}\n  should contain {expected}");
    }
    binary.truncate(130);
    assert!(read("c.stl", &binary).is_err());
}

/// Some readers look at the first cell or the first marker, which a surface without triangles lacks.
#[test]
fn a_surface_without_faces_has_what_readers_look_for() {
    let dir = tempfile::tempdir().unwrap();
    for vertices in [vec![], vec![[1.0, 2.0, 3.0]]] {
        let surface = Surface { vertices, ..Surface::default() };
        let (ply, vtu) = (dir.path().join("x.ply"), dir.path().join("x.vtu"));
        surface.write(&ply, Durability::Unsynced).unwrap();
        assert!(!std::fs::read_to_string(&ply).unwrap_or_default().contains("property int marker"));
        surface.write(&vtu, Durability::Unsynced).unwrap();
        let text = String::from_utf8_lossy(&std::fs::read(&vtu).unwrap()).into_owned();
        assert!(text.contains("NumberOfCells=\"1\""), "{text}");
        for path in [ply, vtu] {
            let read = Surface::read(&path).unwrap();
            assert_eq!((&read.vertices, read.faces.len()), (&surface.vertices, 0));
        }
    }
    // Files of earlier versions: no cell at all, and no number of buildings.
    let arrays = [
        ("Float64", "Points"),
        ("Int64", "connectivity"),
        ("Int64", "offsets"),
        ("UInt8", "types"),
        ("Int32", "markers"),
    ];
    let array = |i: usize| {
        let ((kind, name), of) = (arrays[i], if i == 0 { " NumberOfComponents=\"3\"" } else { "" });
        format!("<DataArray type=\"{kind}\" Name=\"{name}\"{of} format=\"appended\" offset=\"{}\"/>\n", 8 * i)
    };
    let mut old = format!(
        "<?xml version=\"1.0\"?>\n<!-- groma city surface, metres; markers: -2 ground, -1 ground next to a building, i \
         wall and N + i roof of building i of N -->\n<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" \
         byte_order=\"LittleEndian\" header_type=\"UInt64\">\n<UnstructuredGrid>\n<Piece NumberOfPoints=\"0\" \
         NumberOfCells=\"0\">\n<Points>\n{}</Points>\n\
         <Cells>\n{}{}{}</Cells>\n<CellData Scalars=\"markers\">\n{}</CellData>\n</Piece>\n</UnstructuredGrid>\n\
         <AppendedData encoding=\"raw\">\n_",
        array(0),
        array(1),
        array(2),
        array(3),
        array(4)
    )
    .into_bytes();
    old.extend_from_slice(&[0; 40]);
    old.extend_from_slice(b"\n</AppendedData>\n</VTKFile>\n");
    assert_eq!(read("old.vtu", old).unwrap(), Surface { markers: Some(vec![]), ..Surface::default() });
}

#[test]
fn files_state_their_number_of_buildings() {
    let dir = tempfile::tempdir().unwrap();
    let surface = Surface {
        vertices: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.5]],
        faces: vec![[0, 1, 2]],
        markers: Some(vec![17]),
        buildings: Some(12),
        ..Surface::default()
    };
    for ending in ["ply", "vtu", "obj"] {
        let path = dir.path().join(format!("stated.{ending}"));
        surface.write(&path, Durability::Unsynced).unwrap();
        assert_eq!(Surface::read(&path).unwrap(), surface, "{ending}");
        // A file that states no number, or has no markers, reads without one.
        let unknown = Surface { buildings: None, ..surface.clone() };
        unknown.write(&path, Durability::Unsynced).unwrap();
        assert_eq!(Surface::read(&path).unwrap(), unknown, "{ending}");
        let options = SurfaceOptions { markers: Markers::None, buildings: Some(12), ..SurfaceOptions::default() };
        let format = SurfaceFormat::from_path(&path).unwrap();
        let mut writer = SurfaceWriter::with_options(&path, format, 3, 1, &options).unwrap();
        writer.vertices(&surface.vertices).unwrap();
        writer.faces(&[[0, 1, 2]], &[17]).unwrap();
        writer.finish(Durability::Unsynced).unwrap();
        assert_eq!(Surface::read(&path).unwrap().buildings, None, "{ending}");
    }
    // Groups of parts read as one building, whatever the city's number.
    let path = dir.path().join("parts.obj");
    let options = SurfaceOptions { buildings: Some(12), ..SurfaceOptions::default() };
    let mut writer = SurfaceWriter::with_options(&path, SurfaceFormat::Obj, 3, 1, &options).unwrap();
    writer.vertices(&surface.vertices).unwrap();
    writer.faces(&[[0, 1, 2]], &[17]).unwrap();
    writer.finish(Durability::Unsynced).unwrap();
    let read = Surface::read(&path).unwrap();
    assert_eq!((read.markers, read.buildings, read.has_parts_alone), (Some(vec![1]), Some(1), true));
}

mod glb {
    use serde_json::Value;

    use super::super::glb::read::{ReadMesh, read};
    use super::super::glb::{Compression, GlbMesh, write_glb};
    use super::super::part::NO_MARKER;
    use crate::Status;

    fn write(tile: &GlbMesh<'_>) -> (Value, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.glb");
        write_glb(&path, tile).unwrap();
        let bytes = std::fs::read(path).unwrap();
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((&bytes[..4], number(4), number(8)), (&b"glTF"[..], 2, bytes.len()));
        let text = number(12);
        assert_eq!((text % 4, &bytes[16..20]), (0, &b"JSON"[..]));
        let json = serde_json::from_slice(&bytes[20..20 + text]).unwrap();
        let rest = &bytes[20 + text..];
        if !rest.is_empty() {
            assert_eq!((number(20 + text), &rest[4..8]), (rest.len() - 8, &b"BIN\0"[..]));
        }
        (json, rest.get(8..).unwrap_or_default().to_vec())
    }

    const ORIGIN: [f64; 3] = [320_000.0, 6_400_000.0, 10.0];

    fn tile<'a>(vertices: &'a [[f64; 3]], faces: &'a [[u32; 3]], markers: &'a [i32]) -> GlbMesh<'a> {
        let (name, origin, crs, compression) = ("0_0_1x1", ORIGIN, Some("EPSG:3006"), Compression::None);
        GlbMesh { name, vertices, faces, markers, buildings: 1, origin, crs, compression }
    }

    #[test]
    fn a_tile_has_a_primitive_per_part_with_y_up() {
        let vertices = [[320_001.0, 6_400_002.0, 13.0], [320_004.0, 6_400_002.0, 13.5], [320_001.0, 6_400_008.0, 13.0]];
        let (faces, markers) = ([[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]], [-2, 0, -1, 1]);
        for compression in [Compression::None, Compression::Meshopt] {
            let (json, _) = write(&GlbMesh { compression, ..tile(&vertices, &faces, &markers) });
            assert_eq!(json["nodes"][0]["translation"], serde_json::json!([320_000.0, 10.0, -6_400_000.0]));
            assert_eq!((&json["nodes"][0]["name"], &json["meshes"][0]["name"]), (&"0_0_1x1".into(), &"0_0_1x1".into()));
            assert_eq!(json["asset"]["extras"]["origin"], serde_json::json!(ORIGIN));
            assert_eq!(json["asset"]["extras"]["crs"], "EPSG:3006");
            // Indices are as short as they can be.
            let indices = &json["accessors"][json["meshes"][0]["primitives"][0]["indices"].as_u64().unwrap() as usize];
            assert_eq!(indices["componentType"], 5123);
            let mesh = read_back(&GlbMesh { compression, ..tile(&vertices, &faces, &markers) });
            let names: Vec<_> = mesh.primitives.iter().map(|p| (&*p.material, p.faces.len())).collect();
            assert_eq!(names, [("ground", 2), ("wall", 1), ("roof", 1)]);
            let features: Vec<_> = mesh.primitives.iter().map(|p| p.features.clone()).collect();
            assert_eq!(features, [None, Some(vec![0; 3]), Some(vec![0; 3])]);
            let ground = &mesh.primitives[0];
            assert_eq!(ground.bounds, [[1.0, 3.0, -8.0], [4.0, 3.5, -2.0]]);
            let corners = ground.faces[0].map(|v| ground.positions[v as usize]);
            assert!(corners.iter().all(|c| [[1.0, 3.0, -2.0], [4.0, 3.5, -2.0], [1.0, 3.0, -8.0]].contains(c)));
            assert!(ground.normals.iter().all(|n| n[1] > 0.98), "up is y: {:?}", ground.normals);
            assert!(mesh.primitives[1].normals.iter().all(|n| n[1] < -0.98), "{:?}", mesh.primitives[1].normals);
        }
    }

    fn read_back(tile: &GlbMesh<'_>) -> ReadMesh {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.glb");
        write_glb(&path, tile).unwrap();
        read(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn many_vertices_and_many_buildings_have_longer_numbers() {
        let side = 300_u32;
        let at = |n: u32| [ORIGIN[0] + f64::from(n % side), ORIGIN[1] + f64::from(n / side), 10.0];
        let vertices: Vec<[f64; 3]> = (0..side * side).map(at).collect();
        let squares = (0..side * (side - 1)).filter(|n| n % side < side - 1);
        let faces: Vec<[u32; 3]> = squares.map(|n| [n, n + 1, n + side]).collect();
        let buildings = 70_000_u32;
        // As many roofs as there are triangles; the first is a wall of building 0.
        let markers: Vec<i32> = (0..faces.len() as u32).map(|n| (buildings + n % buildings) as i32).collect();
        for compression in [Compression::None, Compression::Meshopt] {
            let roofs = GlbMesh { buildings, compression, ..tile(&vertices, &faces, &markers) };
            let mesh = read_back(&roofs);
            let [roof] = &mesh.primitives[..] else { panic!("{} primitives", mesh.primitives.len()) };
            // Each triangle is of a building of its own, and has corners of its own.
            assert_eq!((roof.positions.len(), roof.faces.len()), (3 * faces.len(), faces.len()));
            let features = roof.features.as_ref().unwrap();
            assert_eq!(features.iter().max(), Some(&(buildings - 1)));
            assert!(roof.faces.iter().all(|f| f.iter().all(|&v| features[v as usize] == features[f[0] as usize])));
            let ground = GlbMesh { markers: &vec![-2; faces.len()], ..roofs };
            let mesh = read_back(&ground);
            assert_eq!(mesh.primitives[0].positions.len(), vertices.len() - 1, "more than 16 bits count");
            assert_eq!(mesh.primitives[0].faces.len(), faces.len());
        }
    }

    #[test]
    fn a_tile_without_faces_is_a_node_without_a_mesh() {
        let (json, binary) = write(&tile(&[[0.0; 3]], &[], &[]));
        assert!(json["nodes"][0]["mesh"].is_null() && json["buffers"].is_null() && binary.is_empty());
    }

    #[test]
    fn bad_tiles_are_refused() {
        let path = std::path::Path::new("never.glb");
        let vertices = [[0.0; 3], [1.0, 0.0, 0.0], [f64::NAN, 1.0, 0.0]];
        for (faces, markers) in [(&[[0, 1, 3]][..], &[0][..]), (&[[0, 1, 2]], &[]), (&[[0, 1, 2]], &[NO_MARKER])] {
            assert_eq!(
                write_glb(path, &tile(&vertices, faces, markers)).unwrap_err().status(),
                Status::InvalidArgument
            );
        }
        assert!(!path.exists());
    }
}
