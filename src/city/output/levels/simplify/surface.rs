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

/// A triangle, all in one place, so that a look at it is one at the memory.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Triangle {
    /// The vertices; one that is gone has [`NONE`] for its first.
    face: [u32; 3],
    marker: i32,
    /// The next corner of each vertex; a corner is four times its triangle and its place there.
    next: [u32; 3],
}

pub struct Surface {
    triangles: Vec<Triangle>,
    /// The first corner of each vertex.
    first: Vec<u32>,
    /// Marks of vertices, by the number of the last look that met them.
    marks: Vec<u32>,
    look: u32,
}

impl Surface {
    pub fn new(vertices: usize, faces: &[[u32; 3]], markers: &[i32]) -> Surface {
        let triangle = |(&face, &marker)| Triangle { face, marker, next: [NONE; 3] };
        let mut triangles: Vec<Triangle> = faces.iter().zip(markers).map(triangle).collect();
        let mut first = vec![NONE; vertices];
        // From the end, so that each list begins with the first triangle.
        for (n, triangle) in triangles.iter_mut().enumerate().rev() {
            for place in (0..3).rev() {
                let first = &mut first[triangle.face[place] as usize];
                triangle.next[place] = std::mem::replace(first, (4 * n + place) as u32);
            }
        }
        Surface { triangles, first, marks: vec![0; vertices], look: 0 }
    }

    /// Returns the vertices of a triangle.
    pub fn face(&self, face: u32) -> [u32; 3] {
        self.triangles[face as usize].face
    }

    /// Returns the triangles that are left, each with its marker.
    pub fn left(self) -> impl Iterator<Item = ([u32; 3], i32)> {
        let left = self.triangles.into_iter().filter(|triangle| triangle.face[0] != NONE);
        left.map(|triangle| (triangle.face, triangle.marker))
    }

    /// Returns whether triangles around a vertex have different markers.
    pub fn has_markers(&self, vertex: u32) -> bool {
        let mut at = self.first[vertex as usize];
        let marker = self.triangles.get(at as usize / 4).map(|triangle| triangle.marker);
        while at != NONE {
            let triangle = &self.triangles[at as usize / 4];
            if Some(triangle.marker) != marker {
                return true;
            }
            at = triangle.next[at as usize % 4];
        }
        false
    }

    /// Lists the triangles around a vertex.
    pub fn spokes(&mut self, vertex: u32, into: &mut Vec<Spoke>) {
        into.clear();
        let (mut at, mut last) = (self.first[vertex as usize], NONE);
        while at != NONE {
            let Triangle { face: [a, b, c], marker, next } = self.triangles[at as usize / 4];
            let (onward, (next, before)) = match at % 4 {
                0 => (next[0], (b, c)),
                1 => (next[1], (c, a)),
                _ => (next[2], (a, b)),
            };
            if a == NONE {
                // Forget triangles that are gone.
                match last {
                    NONE => self.first[vertex as usize] = onward,
                    last => self.triangles[last as usize / 4].next[last as usize % 4] = onward,
                }
            } else {
                into.push(Spoke { face: at / 4, next, before, marker });
                last = at;
            }
            at = onward;
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
            let Triangle { face, next, .. } = &mut self.triangles[at as usize / 4];
            if face[0] != NONE {
                if face.contains(&target) {
                    *face = [NONE; 3];
                } else {
                    face[at as usize % 4] = target;
                }
            }
            last = at;
            at = next[at as usize % 4];
        }
        if last != NONE {
            let first = std::mem::replace(&mut self.first[vertex as usize], NONE);
            let behind = std::mem::replace(&mut self.first[target as usize], first);
            self.triangles[last as usize / 4].next[last as usize % 4] = behind;
        }
    }
}
