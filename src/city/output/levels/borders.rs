//! Which vertices of a mesh must stay where they are: those of its border, and those around which it is no surface.

use super::mesh::GridMesh;

/// Returns for each vertex whether it is on an edge that does not have exactly one triangle on each side.
pub fn fixed(mesh: &GridMesh) -> Vec<bool> {
    // The other two vertices of the triangles around each vertex: where the edges from it lead, and those to it begin.
    let mut start = vec![0_u32; mesh.vertices.len() + 1];
    mesh.faces.iter().flatten().for_each(|&v| start[v as usize + 1] += 1);
    (1..start.len()).for_each(|v| start[v] += start[v - 1]);
    let mut at = start.clone();
    let mut around = vec![(0, 0); 3 * mesh.faces.len()];
    for &[a, b, c] in &mesh.faces {
        for (vertex, next, before) in [(a, b, c), (b, c, a), (c, a, b)] {
            let at = &mut at[vertex as usize];
            around[*at as usize] = (next, before);
            *at += 1;
        }
    }
    // For each vertex the last one from which an edge led there, and the last one to which an edge led from there.
    let mut met = vec![[u32::MAX; 2]; mesh.vertices.len()];
    let is_fixed = |(vertex, ends): (u32, &[u32])| {
        let around = &around[ends[0] as usize..ends[1] as usize];
        let mut is_fixed = false;
        for &(next, _) in around {
            is_fixed |= std::mem::replace(&mut met[next as usize][0], vertex) == vertex;
        }
        for &(_, before) in around {
            let [from, to] = &mut met[before as usize];
            is_fixed |= *from != vertex || std::mem::replace(to, vertex) == vertex;
        }
        is_fixed
    };
    (0..).zip(start.windows(2)).map(is_fixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edges_are_counted_one_by_one(corners in prop::collection::vec(prop::array::uniform3(0_u32..7), 0..12)) {
            let distinct = |[a, b, c]: &[u32; 3]| a != b && b != c && c != a;
            let faces: Vec<[u32; 3]> = corners.into_iter().filter(distinct).collect();
            let edges: Vec<[u32; 2]> = faces.iter().flat_map(|&[a, b, c]| [[a, b], [b, c], [c, a]]).collect();
            let count = |edge: [u32; 2]| edges.iter().filter(|&&other| other == edge).count();
            let is_whole = |&[a, b]: &[u32; 2]| count([a, b]) == 1 && count([b, a]) == 1;
            let naive = |v: u32| edges.iter().any(|edge| edge.contains(&v) && !is_whole(edge));
            let mesh = GridMesh { vertices: vec![[0; 3]; 7], markers: vec![-2; faces.len()], faces: faces.clone() };
            prop_assert_eq!(fixed(&mesh), (0..7).map(naive).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_lies_within_is_free() {
        // A fan of four triangles around vertex 4, and a fifth on one of the edges there.
        let vertices = vec![[0, 0, 0], [9, 0, 0], [9, 9, 0], [0, 9, 0], [4, 4, 0], [4, 4, 9]];
        let faces = vec![[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]];
        let mut mesh = GridMesh { vertices, faces, markers: vec![-2; 4] };
        assert_eq!(fixed(&mesh), [true, true, true, true, false, false]);
        mesh.faces.push([0, 4, 5]);
        assert_eq!(fixed(&mesh), [true; 6]);
    }
}
