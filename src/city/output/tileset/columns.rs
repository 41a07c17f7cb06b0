//! The columns of a city in the frame of its tileset: where the foot of each is, and which way is up.
//!
//! A projection is smooth, and slow to compute. So it is computed at nine points of each square of 1 km, and between
//! them by the polynomial through these, which is of the second degree in each direction. What that neglects is less
//! than a micrometre. Which square a place is in depends on the place alone, so that a vertex has the same position in
//! every tile.

use std::collections::HashMap;

use crate::city::output::levels::mesh::STEP_BITS;

/// The width of a square, as a power of two of the grid's steps: 1024 m.
const WIDTH: u32 = 10 + STEP_BITS;
/// Half of it.
const HALF: i32 = 1 << (WIDTH - 1);

/// A place at height zero, and the way up there.
pub type Column = ([f64; 3], [f64; 3]);

/// The factors of the powers of y, for each of these those of the powers of x, and for each of these the six
/// coordinates of a column. x and y go from -1 to 1.
type Square = [[[f64; 6]; 3]; 3];

/// The columns of a city.
pub struct Columns<F> {
    exact: F,
    /// The squares so far, by their places; `None` for one in which the projection is not defined everywhere.
    squares: HashMap<[i32; 2], Option<Square>>,
    /// The square of the place before.
    last: Option<([i32; 2], Option<Square>)>,
}

impl<F: Fn([i32; 2]) -> Option<Column>> Columns<F> {
    /// Creates the columns of a city, of which `exact` computes one, as the projection has it, from a place in steps of
    /// the grid.
    pub fn new(exact: F) -> Columns<F> {
        Columns { exact, squares: HashMap::new(), last: None }
    }

    /// Returns the column at a place; `None` where the projection is not defined.
    pub fn at(&mut self, place: [i32; 2]) -> Option<Column> {
        let square = place.map(|c| c >> WIDTH);
        let factors = match self.last {
            Some((last, factors)) if last == square => factors,
            _ => {
                let factors = *self.squares.entry(square).or_insert_with(|| square_of(square, &self.exact));
                self.last = Some((square, factors));
                factors
            }
        };
        let Some(factors) = factors else { return (self.exact)(place) };
        let [x, y] = [0, 1].map(|d| f64::from(place[d] - middle(square[d])) / f64::from(HALF));
        let along_x = factors.map(|[a, b, c]| at(a, b, c, x));
        let [a, b, c, d, e, f] = at(along_x[0], along_x[1], along_x[2], y);
        Some(([a, b, c], [d, e, f]))
    }
}

/// Returns the middle of a square.
fn middle(square: i32) -> i32 {
    (square << WIDTH) + HALF
}

/// Returns the values of polynomials of the second degree.
fn at(a: [f64; 6], b: [f64; 6], c: [f64; 6], x: f64) -> [f64; 6] {
    std::array::from_fn(|n| a[n] + x * (b[n] + x * c[n]))
}

/// Returns the factors of the polynomials through the columns at -1, 0 and 1.
fn through(low: [f64; 6], mid: [f64; 6], high: [f64; 6]) -> [[f64; 6]; 3] {
    let of = |f: fn(f64, f64, f64) -> f64| std::array::from_fn(|n| f(low[n], mid[n], high[n]));
    [mid, of(|low, _, high| 0.5 * (high - low)), of(|low, mid, high| 0.5 * (low + high) - mid)]
}

fn square_of(square: [i32; 2], exact: &impl Fn([i32; 2]) -> Option<Column>) -> Option<Square> {
    // An edge of the last square may be beyond the numbers there are.
    let edge = |d: usize, n: i32| middle(square[d]).checked_add(n * HALF);
    let mut rows = [[[0.0; 6]; 3]; 3];
    for (row, n) in rows.iter_mut().zip(-1..) {
        let mut columns = [[0.0; 6]; 3];
        for (column, m) in columns.iter_mut().zip(-1..) {
            let ([a, b, c], [d, e, f]) = exact([edge(0, m)?, edge(1, n)?])?;
            *column = [a, b, c, d, e, f];
        }
        let [low, mid, high] = columns;
        *row = through(low, mid, high);
    }
    let [low, mid, high] = rows;
    let of_powers: [[[f64; 6]; 3]; 3] = std::array::from_fn(|power| through(low[power], mid[power], high[power]));
    Some(std::array::from_fn(|of_y| std::array::from_fn(|of_x| of_powers[of_x][of_y])))
}
