//! Which vertices of a mesh must stay where they are: those of its border, and those around which it is no surface.

use super::mesh::GridMesh;

/// The edges that leave each vertex along the triangles.
struct Edges {
    start: Vec<u32>,
    to: Vec<u32>,
}

impl Edges {
    fn of(mesh: &GridMesh) -> Edges {
        let mut start = vec![0_u32; mesh.vertices.len() + 1];
        mesh.faces.iter().flatten().for_each(|&v| start[v as usize + 1] += 1);
        (1..start.len()).for_each(|v| start[v] += start[v - 1]);
        let mut at = start.clone();
        let mut to = vec![0; 3 * mesh.faces.len()];
        for &[a, b, c] in &mesh.faces {
            for (from, end) in [(a, b), (b, c), (c, a)] {
                to[at[from as usize] as usize] = end;
                at[from as usize] += 1;
            }
        }
        Edges { start, to }
    }

    fn count(&self, from: u32, to: u32) -> usize {
        let edges = self.start[from as usize] as usize..self.start[from as usize + 1] as usize;
        self.to[edges].iter().filter(|&&end| end == to).count()
    }
}

/// Returns for each vertex whether it is on an edge that does not have exactly one triangle on each side.
pub fn fixed(mesh: &GridMesh) -> Vec<bool> {
    let edges = Edges::of(mesh);
    let mut fixed = vec![false; mesh.vertices.len()];
    for &[a, b, c] in &mesh.faces {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            if edges.count(from, to) != 1 || edges.count(to, from) != 1 {
                fixed[from as usize] = true;
                fixed[to as usize] = true;
            }
        }
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

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
