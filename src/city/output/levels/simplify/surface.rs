//! Triangles with the lists of those around each vertex, which change as vertices are joined.

/// No triangle, and no corner.
pub const NONE: u32 = u32::MAX;

/// A triangle around a vertex: the other two vertices, counter-clockwise.
#[derive(Clone, Copy, Debug)]
pub struct Spoke {
    pub face: u32,
    pub next: u32,
    pub before: u32,
    pub marker: i32,
}

pub struct Surface {
    /// The triangles; one that is gone has [`NONE`] for its first vertex.
    pub faces: Vec<[u32; 3]>,
    pub markers: Vec<i32>,
    /// The first corner of each vertex; a corner is three times its triangle and its place there.
    first: Vec<u32>,
    /// The next corner of the same vertex.
    next: Vec<u32>,
    /// Marks of vertices, by the number of the last look that met them.
    marks: Vec<u32>,
    look: u32,
}

impl Surface {
    pub fn new(vertices: usize, faces: Vec<[u32; 3]>, markers: Vec<i32>) -> Surface {
        let mut first = vec![NONE; vertices];
        let mut next = vec![NONE; 3 * faces.len()];
        // From the end, so that each list begins with the first triangle.
        for (face, vertices) in faces.iter().enumerate().rev() {
            for (place, &v) in vertices.iter().enumerate().rev() {
                let corner = 3 * face + place;
                next[corner] = std::mem::replace(&mut first[v as usize], corner as u32);
            }
        }
        Surface { faces, markers, first, next, marks: vec![0; vertices], look: 0 }
    }

    /// Returns whether triangles around a vertex have different markers.
    pub fn has_markers(&self, vertex: u32) -> bool {
        let first = self.first[vertex as usize];
        let (mut at, marker) = (first, self.markers.get(first as usize / 3));
        while at != NONE {
            if self.markers.get(at as usize / 3) != marker {
                return true;
            }
            at = self.next[at as usize];
        }
        false
    }

    /// Lists the triangles around a vertex.
    pub fn spokes(&mut self, vertex: u32, into: &mut Vec<Spoke>) {
        into.clear();
        let (mut at, mut last) = (self.first[vertex as usize], NONE);
        while at != NONE {
            let (face, next) = (at / 3, self.next[at as usize]);
            let [a, b, c] = self.faces[face as usize];
            if a == NONE {
                // Forget triangles that are gone.
                match last {
                    NONE => self.first[vertex as usize] = next,
                    last => self.next[last as usize] = next,
                }
            } else {
                let (next, before) = match at % 3 {
                    0 => (b, c),
                    1 => (c, a),
                    _ => (a, b),
                };
                into.push(Spoke { face, next, before, marker: self.markers[face as usize] });
                last = at;
            }
            at = next;
        }
    }

    /// Counts the neighbours that two vertices have in common, by their triangles.
    pub fn in_common(&mut self, one: &[Spoke], other: &[Spoke]) -> usize {
        self.look += 2;
        for spoke in one {
            self.marks[spoke.next as usize] = self.look - 1;
            self.marks[spoke.before as usize] = self.look - 1;
        }
        let mut count = 0;
        for vertex in other.iter().flat_map(|spoke| [spoke.next, spoke.before]) {
            let mark = &mut self.marks[vertex as usize];
            if *mark == self.look - 1 {
                *mark = self.look;
                count += 1;
            }
        }
        count
    }

    /// Joins a vertex to a neighbour. The triangles that have both are gone.
    pub fn collapse(&mut self, vertex: u32, target: u32) {
        let (mut at, mut last) = (self.first[vertex as usize], NONE);
        while at != NONE {
            let face = &mut self.faces[at as usize / 3];
            if face[0] != NONE {
                if face.contains(&target) {
                    *face = [NONE; 3];
                } else {
                    face[at as usize % 3] = target;
                }
            }
            last = at;
            at = self.next[at as usize];
        }
        if last != NONE {
            self.next[last as usize] = self.first[target as usize];
            self.first[target as usize] = self.first[vertex as usize];
            self.first[vertex as usize] = NONE;
        }
    }
}
