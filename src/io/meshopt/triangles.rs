//! Lists of triangles: most of them take a byte, which names an edge that was met just before and a new vertex.
//!
//! The stream begins with [`HEADER`]. A code for each triangle follows, then what the codes do not say, and a table of
//! sixteen frequent pairs of vertices.

use super::Fault;

/// The first byte of a stream.
pub const HEADER: u8 = 0xe1;
/// Triangles that continue no edge: where their second and third vertex come from. The last two must be zero.
const PAIRS: [u8; 16] =
    [0x00, 0x01, 0x10, 0x02, 0x20, 0x03, 0x30, 0x12, 0x21, 0x13, 0x31, 0x23, 0x32, 0x04, 0x00, 0x00];
/// The number of pairs that a code can name.
const MOST_PAIRS: usize = 14;
/// The age of a vertex from which on a code that continues an edge does not name it.
const OLD: u32 = 13;
const EXPLICIT: u8 = 15;

/// Vertices and edges that were met last, the newest at place 0, and the numbers that come next.
struct State {
    next: u32,
    last: u32,
    edges: [[u32; 2]; 16],
    edge_at: usize,
    vertices: [u32; 16],
    vertex_at: usize,
}

impl State {
    fn new() -> State {
        State { next: 0, last: 0, edges: [[u32::MAX; 2]; 16], edge_at: 0, vertices: [u32::MAX; 16], vertex_at: 0 }
    }

    fn push_edge(&mut self, edge: [u32; 2]) {
        self.edges[self.edge_at % 16] = edge;
        self.edge_at += 1;
    }

    fn push_vertex(&mut self, vertex: u32) {
        self.vertices[self.vertex_at % 16] = vertex;
        self.vertex_at += 1;
    }

    fn edge(&self, age: usize) -> [u32; 2] {
        self.edges[self.edge_at.wrapping_sub(age + 1) % 16]
    }

    fn vertex(&self, age: usize) -> u32 {
        self.vertices[self.vertex_at.wrapping_sub(age + 1) % 16]
    }

    fn age_of(&self, vertex: u32) -> Option<u32> {
        (0..16).find(|&age| self.vertex(age as usize) == vertex)
    }

    /// Returns how young an edge of the triangle is, and the triangle turned so that this edge comes first.
    fn find_edge(&self, [a, b, c]: [u32; 3]) -> Option<(u8, [u32; 3])> {
        (0..15).find_map(|age| {
            let edge = self.edge(age);
            let turned = [[a, b, c], [b, c, a], [c, a, b]].into_iter().find(|t| edge == [t[0], t[1]])?;
            Some((age as u8, turned))
        })
    }

    /// Takes in a triangle that continues the edge a, b.
    fn continue_edge(&mut self, [a, b, c]: [u32; 3], is_new: bool) {
        if is_new {
            self.push_vertex(c);
        }
        self.push_edge([c, b]);
        self.push_edge([a, c]);
    }

    /// Takes in a triangle that continues no edge.
    fn begin(&mut self, [a, b, c]: [u32; 3], [b_from, c_from]: [u8; 2]) {
        self.push_vertex(a);
        for (vertex, from) in [(b, b_from), (c, c_from)] {
            if from == 0 || from == EXPLICIT {
                self.push_vertex(vertex);
            }
        }
        self.push_edge([b, a]);
        self.push_edge([c, b]);
        self.push_edge([a, c]);
    }
}

/// Appends the stream of triangles, whose vertices are best numbered in the order of their first use. A triangle may
/// come out with another first vertex.
pub fn encode(faces: &[[u32; 3]], out: &mut Vec<u8>) {
    out.push(HEADER);
    let codes = out.len();
    out.resize(codes + faces.len(), 0);
    let mut state = State::new();
    for (n, &face) in faces.iter().enumerate() {
        out[codes + n] = match state.find_edge(face) {
            Some((age, turned)) => age << 4 | continue_edge(&mut state, turned, out),
            None => 0xf0 | begin(&mut state, face, out),
        };
    }
    out.extend_from_slice(&PAIRS);
}

fn continue_edge(state: &mut State, face: [u32; 3], data: &mut Vec<u8>) -> u8 {
    let c = face[2];
    let from = match state.age_of(c).filter(|age| (1..OLD).contains(age)) {
        Some(age) => age as u8,
        None if c == state.next => 0,
        None if c.wrapping_add(1) == state.last => 13,
        None if c == state.last.wrapping_add(1) => 14,
        None => EXPLICIT,
    };
    match from {
        0 => state.next += 1,
        13 | 14 => state.last = c,
        EXPLICIT => explicit(state, c, data),
        _ => {}
    }
    state.continue_edge(face, from == 0 || u32::from(from) >= OLD);
    from
}

fn begin(state: &mut State, [a, b, c]: [u32; 3], data: &mut Vec<u8>) -> u8 {
    // A new vertex comes first, so that a pair of 0x00, which means something else behind a code, is in the table.
    let face = match state.next {
        next if b == next => [b, c, a],
        next if c == next => [c, a, b],
        _ => [a, b, c],
    };
    let ages = face.map(|vertex| state.age_of(vertex).filter(|&age| age < 14));
    let mut next = state.next;
    let mut from = |n: usize, age: Option<u32>| match age {
        Some(age) => age as u8 + 1,
        None if face[n] == next => {
            next += 1;
            0
        }
        None => EXPLICIT,
    };
    // The first vertex is never taken from those that were met.
    let froms = [from(0, None), from(1, ages[1]), from(2, ages[2])];
    state.next = next;
    let pair = froms[1] << 4 | froms[2];
    let place = PAIRS[..MOST_PAIRS].iter().position(|&known| known == pair).filter(|_| froms[0] == 0);
    if place.is_none() {
        data.push(pair);
        for (vertex, from) in face.into_iter().zip(froms) {
            if from == EXPLICIT {
                explicit(state, vertex, data);
            }
        }
    }
    state.begin(face, [froms[1], froms[2]]);
    place.map_or(if froms[0] == 0 { 14 } else { 15 }, |place| place as u8)
}

/// Appends a vertex as its distance from the last one that was appended so.
fn explicit(state: &mut State, vertex: u32, data: &mut Vec<u8>) {
    let delta = vertex.wrapping_sub(state.last);
    state.last = vertex;
    let mut rest = (delta << 1) ^ if delta >> 31 != 0 { u32::MAX } else { 0 };
    while rest > 0x7f {
        data.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    data.push(rest as u8);
}

/// Returns the triangles of a stream.
///
/// # Errors
/// The fault of a stream that is not one of `count` triangles.
pub fn decode(stream: &[u8], count: usize) -> Result<Vec<[u32; 3]>, Fault> {
    match stream.first() {
        Some(&HEADER) => {}
        first => return Err(format!("a stream of triangles that begins with {first:02x?}, not with {HEADER:#04x}")),
    }
    let enough = count.checked_add(17).is_some_and(|least| least <= stream.len());
    if !enough {
        return Err(format!("{count} triangles in {} bytes", stream.len()));
    }
    let (codes, rest) = stream[1..].split_at(count);
    let (mut data, pairs) = rest.split_at(rest.len() - 16);
    let is_odd = |&&pair: &&u8| pair >> 4 == EXPLICIT || pair & 15 == EXPLICIT;
    if pairs[14..] != [0; 2] || pairs.iter().any(|pair| is_odd(&pair)) {
        return Err("a table of pairs that names vertices which are none".into());
    }
    let mut state = State::new();
    let mut faces = Vec::with_capacity(count);
    for &code in codes {
        let face = match (code >> 4, code & 15) {
            (EXPLICIT, from) => {
                let (mut froms, mut restart) = ([0; 3], false);
                let pair = match from {
                    14 | 15 => {
                        froms[0] = if from == 14 { 0 } else { EXPLICIT };
                        let pair = take(&mut data)?;
                        restart = pair == 0;
                        pair
                    }
                    _ => pairs[usize::from(from)],
                };
                (froms[1], froms[2]) = (pair >> 4, pair & 15);
                if restart {
                    state.next = 0;
                }
                let mut face = [0; 3];
                for (vertex, from) in face.iter_mut().zip(froms) {
                    *vertex = match from {
                        0 => next(&mut state),
                        EXPLICIT => read_explicit(&mut state, &mut data)?,
                        age => state.vertex(usize::from(age) - 1),
                    };
                }
                state.begin(face, [froms[1], froms[2]]);
                face
            }
            (age, from) => {
                let [a, b] = state.edge(usize::from(age));
                let c = match from {
                    0 => next(&mut state),
                    13 | 14 => {
                        let step = if from == 13 { u32::MAX } else { 1 };
                        state.last = state.last.wrapping_add(step);
                        state.last
                    }
                    EXPLICIT => read_explicit(&mut state, &mut data)?,
                    age => state.vertex(usize::from(age)),
                };
                state.continue_edge([a, b, c], from == 0 || u32::from(from) >= OLD);
                [a, b, c]
            }
        };
        faces.push(face);
    }
    if data.is_empty() { Ok(faces) } else { Err(format!("{} bytes behind the last triangle", data.len())) }
}

fn next(state: &mut State) -> u32 {
    state.next = state.next.wrapping_add(1);
    state.next.wrapping_sub(1)
}

fn take(data: &mut &[u8]) -> Result<u8, Fault> {
    let (&byte, rest) = data.split_first().ok_or("a stream of triangles that ends early")?;
    *data = rest;
    Ok(byte)
}

fn read_explicit(state: &mut State, data: &mut &[u8]) -> Result<u32, Fault> {
    let mut value = 0_u32;
    for shift in (0..35).step_by(7) {
        let byte = take(data)?;
        value |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            let delta = (value >> 1) ^ if value & 1 != 0 { u32::MAX } else { 0 };
            state.last = state.last.wrapping_add(delta);
            return Ok(state.last);
        }
    }
    Err("a number of more than 32 bits".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Turns a triangle so that its smallest vertex comes first.
    fn turned(face: [u32; 3]) -> [u32; 3] {
        let [a, b, c] = face;
        *[[a, b, c], [b, c, a], [c, a, b]].iter().min().unwrap()
    }

    fn there_and_back(faces: &[[u32; 3]]) -> usize {
        let mut stream = Vec::new();
        encode(faces, &mut stream);
        let read = decode(&stream, faces.len()).unwrap();
        assert!(read.iter().zip(faces).all(|(a, b)| turned(*a) == turned(*b)) && read.len() == faces.len());
        assert!(decode(&stream[..stream.len() - 1], faces.len()).is_err());
        stream.len()
    }

    #[test]
    fn a_strip_takes_a_byte_for_a_triangle() {
        let strip: Vec<[u32; 3]> =
            (0..1000).map(|n| if n % 2 == 0 { [n, n + 1, n + 2] } else { [n + 1, n, n + 2] }).collect();
        assert_eq!(there_and_back(&strip), 1 + 1000 + 16);
        assert_eq!(there_and_back(&[]), 17);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            faces in prop::collection::vec(prop_oneof![
                3 => (0_u32..20, 0_u32..20, 0_u32..20), 1 => (0_u32..9000, 0_u32..30, any::<u32>())
            ], 0..300)
        ) {
            let distinct = |&(a, b, c): &(u32, u32, u32)| a != b && b != c && c != a && c != u32::MAX;
            let faces: Vec<[u32; 3]> = faces.into_iter().filter(distinct).map(|(a, b, c)| [a, b, c]).collect();
            there_and_back(&faces);
        }

        #[test]
        fn any_bytes_do_not_panic(mut stream in prop::collection::vec(any::<u8>(), 0..200), count in 0_usize..150) {
            if let Some(first) = stream.first_mut() {
                *first = HEADER;
            }
            let _ = decode(&stream, count);
        }
    }
}
