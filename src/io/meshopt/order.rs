//! The order of triangles in which each uses vertices that were used just before.
//!
//! Graphics hardware keeps vertices that were used last, and so does the [codec of triangles](super::triangles). The
//! rule is Forsyth's: of the triangles around the last vertices comes next whose vertices have the highest score, which
//! falls with a vertex's age and with the number of triangles that it still has, so that none is left over.

/// How many vertices count as used last: as many as the codec of triangles keeps.
const RECENT: usize = 16;
const NONE: u32 = u32::MAX;
/// From how many triangles on their number makes no difference.
const MOST_TRIANGLES: usize = 32;

/// Returns the numbers of the triangles in a good order. All their vertices are under `vertices`.
pub fn order(faces: &[[u32; 3]], vertices: usize) -> Vec<u32> {
    let scores = Scores::new();
    let mut around = Around::new(faces, vertices);
    let mut is_done = vec![false; faces.len()];
    // The three of the last triangle come before those of the ones before it; what is pushed out is behind.
    let (mut recent, mut known) = ([NONE; RECENT + 3], 0);
    let mut order = Vec::with_capacity(faces.len());
    let (mut first_left, mut best) = (0, NONE);
    let mut value: Vec<f32> = around.count.iter().map(|&count| scores.of(NONE, count)).collect();
    while order.len() < faces.len() {
        if best == NONE {
            while is_done[first_left] {
                first_left += 1;
            }
            best = first_left as u32;
        }
        let face = faces[best as usize];
        is_done[best as usize] = true;
        order.push(best);
        for vertex in face {
            around.remove(vertex, best);
        }
        let before = recent;
        recent[..3].copy_from_slice(&face);
        let mut count = 3;
        for &vertex in &before[..known] {
            recent[count] = vertex;
            count += usize::from(!face.contains(&vertex));
        }
        for (n, &vertex) in recent[..count].iter().enumerate() {
            let place = if n < RECENT { n as u32 } else { NONE };
            value[vertex as usize] = scores.of(place, around.count[vertex as usize]);
        }
        known = count.min(RECENT);
        let mut highest = f32::NEG_INFINITY;
        best = NONE;
        // What is around the last triangle is looked at alone, where there is something: the stream is as short.
        for near in [&recent[..3], &recent[3..known]] {
            for &vertex in near {
                for &triangle in around.of(vertex) {
                    let score: f32 = faces[triangle as usize].iter().map(|&v| value[v as usize]).sum();
                    if score > highest {
                        (highest, best) = (score, triangle);
                    }
                }
            }
            if best != NONE {
                break;
            }
        }
    }
    order
}

/// The triangles around each vertex that are not yet in order.
struct Around {
    start: Vec<u32>,
    count: Vec<u32>,
    triangles: Vec<u32>,
}

impl Around {
    fn new(faces: &[[u32; 3]], vertices: usize) -> Around {
        let mut start = vec![0; vertices + 1];
        faces.iter().flatten().for_each(|&v| start[v as usize + 1] += 1);
        (0..vertices).for_each(|v| start[v + 1] += start[v]);
        let mut count = vec![0; vertices];
        let mut triangles = vec![0; 3 * faces.len()];
        for (n, face) in faces.iter().enumerate() {
            for &v in face {
                triangles[(start[v as usize] + count[v as usize]) as usize] = n as u32;
                count[v as usize] += 1;
            }
        }
        Around { start, count, triangles }
    }

    fn of(&self, vertex: u32) -> &[u32] {
        let from = self.start[vertex as usize] as usize;
        &self.triangles[from..from + self.count[vertex as usize] as usize]
    }

    fn remove(&mut self, vertex: u32, triangle: u32) {
        let from = self.start[vertex as usize] as usize;
        let last = from + self.count[vertex as usize] as usize - 1;
        if let Some(at) = (from..=last).find(|&at| self.triangles[at] == triangle) {
            self.triangles.swap(at, last);
            self.count[vertex as usize] -= 1;
        }
    }
}

struct Scores {
    by_age: [f32; RECENT],
    by_triangles: [f32; MOST_TRIANGLES],
}

impl Scores {
    fn new() -> Scores {
        let by_age = std::array::from_fn(|age| match age {
            // The triangle just made: whichever of its vertices is used, the next one continues it.
            0..3 => 0.75,
            _ => {
                let rest = 1.0 - (age - 3) as f32 / (RECENT - 3) as f32;
                rest * rest.sqrt()
            }
        });
        let by_triangles = std::array::from_fn(|n| if n == 0 { 0.0 } else { 2.0 / (n as f32).sqrt() });
        Scores { by_age, by_triangles }
    }

    fn of(&self, place: u32, triangles: u32) -> f32 {
        let by_age = if place == NONE { 0.0 } else { self.by_age[place as usize] };
        by_age + self.by_triangles[(triangles as usize).min(MOST_TRIANGLES - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::meshopt::triangles;

    #[test]
    fn all_triangles_come_once_and_their_stream_is_short() {
        // A square of 100 x 100 points, its triangles in an order of no use.
        let at = |x: u32, y: u32| 100 * y + x;
        let square = |n: u32| (n % 99, n / 99 % 99);
        let mut faces: Vec<[u32; 3]> = (0..99 * 99)
            .map(|n| square(n * 7919))
            .flat_map(|(x, y)| [[at(x, y), at(x + 1, y), at(x, y + 1)], [at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)]])
            .collect();
        let order = order(&faces, 10_000);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..faces.len() as u32));
        faces = order.iter().map(|&n| faces[n as usize]).collect();
        let mut number = vec![NONE; 10_000];
        let mut next = 0;
        for vertex in faces.iter_mut().flatten() {
            let number = &mut number[*vertex as usize];
            if *number == NONE {
                *number = next;
                next += 1;
            }
            *vertex = *number;
        }
        let mut stream = Vec::new();
        triangles::encode(&faces, &mut stream);
        assert!(stream.len() < faces.len() * 5 / 4, "{} bytes for {} triangles", stream.len(), faces.len());
    }
}
