//! Hills: smooth noise of three scales, 0 to 30 m high.

use super::random::Random;

/// The distance of the noise's lattice points and its height, in metres.
const SCALES: [(f64, f64); 3] = [(640.0, 20.0), (190.0, 8.0), (55.0, 2.0)];

/// The heights of a city's ground.
pub(super) struct Ground {
    seed: u64,
}

impl Ground {
    pub fn new(seed: u64) -> Ground {
        Ground { seed }
    }

    /// Returns the height in metres, at coordinates in metres from the city's south-west corner.
    pub fn height(&self, x: f64, y: f64) -> f64 {
        self.slice(y).height(x)
    }

    /// Returns the heights along a line from west to east; querying them in order is cheap.
    pub fn slice(&self, y: f64) -> Slice<'_> {
        let scales = std::array::from_fn(|k| {
            let (row, share) = split(y / SCALES[k].0);
            Scale { row, share, col: i64::MIN, values: [0.0; 2] }
        });
        Slice { ground: self, scales }
    }

    fn lattice(&self, scale: usize, col: i64, row: i64) -> f64 {
        Random::at(self.seed.wrapping_add(scale as u64), [col, row]).unit()
    }
}

pub(super) struct Slice<'a> {
    ground: &'a Ground,
    scales: [Scale; 3],
}

/// One scale of the noise, between two columns of its lattice.
struct Scale {
    row: i64,
    share: f64,
    col: i64,
    values: [f64; 2],
}

impl Slice<'_> {
    pub fn height(&mut self, x: f64) -> f64 {
        let mut sum = 0.0;
        for (k, scale) in self.scales.iter_mut().enumerate() {
            let (spacing, height) = SCALES[k];
            let (col, share) = split(x / spacing);
            if col != scale.col {
                scale.col = col;
                scale.values = [col, col + 1].map(|col| {
                    let [a, b] = [scale.row, scale.row + 1].map(|row| self.ground.lattice(k, col, row));
                    a + (b - a) * scale.share
                });
            }
            let [a, b] = scale.values;
            sum += height * (a + (b - a) * share);
        }
        sum
    }
}

/// Returns the lattice point before a coordinate, and the smoothed share of the way to the next.
fn split(v: f64) -> (i64, f64) {
    let first = v.floor();
    let t = v - first;
    (first as i64, t * t * (3.0 - 2.0 * t))
}
