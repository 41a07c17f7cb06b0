//! The content of a tile: whether it is what the tile says, and what of it the tiles above are compared with.

use super::edges::Border;
use super::report::Findings;
use crate::city::output::levels::distance::Boxed;
use crate::io::surface::glb::read::{ReadMesh, ReadPrimitive};

/// How much a vector's length may be off 1: vectors in bytes are.
const LENGTH: f64 = 0.02;
/// The least cosine between a vertex's vector and a triangle's normal. The vector stands for triangles that are turned
/// by up to 45 degrees from the first of them.
const AGREES: f64 = -0.05;
/// The extensions that readers must know.
const REQUIRED: [&str; 2] = ["EXT_meshopt_compression", "KHR_mesh_quantization"];
/// How many vertices of a tile the tiles above are compared with.
pub const SAMPLES: usize = 128;

/// What a tile leaves behind for those above it.
#[derive(Debug, Default)]
pub struct Left {
    pub border: Border,
    /// Some vertices of the leaves below.
    pub samples: Vec<[f32; 3]>,
}

/// The triangles of a tile.
pub struct Triangles {
    pub border: Border,
    pub boxed: Vec<Boxed>,
    pub vertices: Vec<[f32; 3]>,
}

/// Looks at the content of a tile with the given box.
pub fn look(mesh: &ReadMesh, bounds: [[f64; 3]; 2], name: &str, findings: &mut Findings) -> Triangles {
    let mut triangles = Triangles { border: Border::default(), boxed: Vec::new(), vertices: Vec::new() };
    let rows = mesh.buildings.as_ref().map_or(0, Vec::len);
    if mesh.extras["groma"]["checksum"].is_null() {
        findings.fault(name, "no checksum, so that what was changed in it is not known: groma wrote one");
    }
    if !mesh.is_in_place {
        findings.fault(name, "a scene that does not show its mesh where it is");
    }
    if let Some(other) = mesh.required.iter().find(|extension| !REQUIRED.contains(&extension.as_str())) {
        findings.fault(name, format!("it asks for the extension {other}, which groma does not use"));
    }
    if mesh.buildings.as_ref().is_some_and(|numbers| !numbers.is_sorted_by(|a, b| a < b)) {
        findings.fault(name, "its table has a building twice, or not in the order of numbers");
    }
    for primitive in &mesh.primitives {
        let name = format!("{name}, {}", primitive.material);
        look_at_vertices(primitive, bounds, &name, findings);
        look_at_faces(primitive, rows, &name, findings);
        for &face in &primitive.faces {
            let corners = face.map(|v| z_up(primitive.positions[v as usize]));
            triangles.border.add(corners);
            triangles.boxed.push(Boxed::new(corners));
        }
        triangles.vertices.extend(primitive.positions.iter().map(|&p| z_up(p)));
    }
    triangles.border.settle();
    triangles
}

fn z_up([x, y, z]: [f32; 3]) -> [f32; 3] {
    [x, 0.0 - z, y]
}

fn look_at_vertices(primitive: &ReadPrimitive, bounds: [[f64; 3]; 2], name: &str, findings: &mut Findings) {
    let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
    let (mut outside, mut odd) = (0, 0);
    for (&position, normal) in primitive.positions.iter().zip(&primitive.normals) {
        (0..3).for_each(|d| (low[d], high[d]) = (low[d].min(position[d]), high[d].max(position[d])));
        let here = z_up(position).map(f64::from);
        outside += u64::from(!(0..3).all(|d| (bounds[0][d]..=bounds[1][d]).contains(&here[d])));
        let length = normal.iter().map(|&c| f64::from(c) * f64::from(c)).sum::<f64>().sqrt();
        odd += u64::from((length - 1.0).abs() > LENGTH);
    }
    if primitive.bounds != [low, high] {
        let what = format!("its positions go from {low:?} to {high:?}, not as it says {:?}", primitive.bounds);
        findings.fault(name, what);
    }
    if outside > 0 {
        findings.fault(name, format!("{outside} vertices outside the tile's box"));
    }
    if odd > 0 {
        findings.fault(name, format!("{odd} normals that are no unit vectors"));
    }
}

fn look_at_faces(primitive: &ReadPrimitive, rows: usize, name: &str, findings: &mut Findings) {
    let (mut mixed, mut beyond, mut turned) = (0, 0, 0);
    for &face in &primitive.faces {
        if let Some(features) = &primitive.features {
            let [a, b, c] = face.map(|v| features[v as usize]);
            mixed += u64::from(a != b || b != c);
            beyond += u64::from(a as usize >= rows);
        }
        let [a, b, c] = face.map(|v| primitive.positions[v as usize].map(f64::from));
        let (_, facing) = crate::io::surface::corners::normals([a, b, c]);
        let agrees = |&v: &u32| {
            let normal = primitive.normals[v as usize].map(f64::from);
            (0..3).map(|d| normal[d] * facing[d]).sum::<f64>() >= AGREES
        };
        turned += u64::from(!face.iter().all(agrees));
    }
    for (count, what) in [
        (mixed, "triangles with vertices of several buildings"),
        (beyond, "triangles of buildings that are not in its table"),
        (turned, "triangles that face away from their normals"),
    ] {
        if count > 0 {
            findings.fault(name, format!("{count} {what}"));
        }
    }
    let is_of_building = ["wall", "roof"].contains(&&*primitive.material);
    if is_of_building && !primitive.names_rows {
        findings.fault(name, "its buildings' numbers lead to no table");
    }
    if is_of_building != primitive.features.is_some() {
        findings.fault(name, "buildings have numbers, all else has none: not so here");
    }
}

/// Returns at most [`SAMPLES`] of some points, evenly from all of them.
pub fn thin(points: Vec<[f32; 3]>) -> Vec<[f32; 3]> {
    let every = points.len().div_ceil(SAMPLES).max(1);
    points.into_iter().step_by(every).collect()
}
