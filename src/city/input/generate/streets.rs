//! Streets, and the rows of blocks between them.

use super::GenerateOptions;
use super::blocks::{Block, Building};
use super::hostile;
use super::random::Random;

/// Buildings per square metre of city.
const DENSITY: f64 = 800e-6;
/// The width of the free strip along the city's border, in metres.
const BORDER: f64 = 8.0;
/// The width of a street, in metres.
const STREET: f64 = 13.0;
/// The smallest and the largest distance between neighbouring streets, in metres.
const PITCH: [f64; 2] = [84.0, 112.0];
/// The number of blocks in a row that a big hall takes.
const HALL_BLOCKS: usize = 4;

/// Yields the city row by row of blocks, from south to north, until there are enough buildings.
pub(super) struct Streets<'a> {
    options: &'a GenerateOptions,
    /// The middles of the streets that run north, from west to east.
    columns: Vec<f64>,
    /// The number of the next row. The middle of the street south of it follows.
    row: i64,
    y: f64,
    left: usize,
}

impl<'a> Streets<'a> {
    pub fn new(options: &'a GenerateOptions) -> Streets<'a> {
        let side = (f64::from(options.buildings) / DENSITY).sqrt();
        let blocks = (2.0 * side / (PITCH[0] + PITCH[1])).round().max(1.0) as i64;
        let mut columns = vec![BORDER];
        for column in 0..blocks {
            let pitch = Random::at(options.seed, [column, -1]).between(PITCH[0], PITCH[1]);
            columns.push(columns[column as usize] + pitch);
        }
        Streets { options, columns, row: 0, y: BORDER, left: options.buildings as usize }
    }

    /// Returns the size from west to east and from south to north, in metres.
    pub fn size(&self) -> [f64; 2] {
        [self.columns[self.columns.len() - 1] + BORDER, self.y + BORDER]
    }
}

impl Iterator for Streets<'_> {
    type Item = Vec<Building>;

    fn next(&mut self) -> Option<Vec<Building>> {
        if self.left == 0 {
            return None;
        }
        let (row, seed) = (self.row, self.options.seed);
        let north = self.y + Random::at(seed, [-1, row]).between(PITCH[0], PITCH[1]);
        let mut buildings = Vec::new();
        let mut column = 0;
        while column + 1 < self.columns.len() {
            let mut random = Random::at(seed, [column as i64, row]);
            let is_hall = random.chance(0.01) && column + HALL_BLOCKS < self.columns.len();
            let end = column + if is_hall { HALL_BLOCKS } else { 1 };
            let [west, east] = [self.columns[column], self.columns[end]];
            let middle = [0.5 * (west + east), 0.5 * (self.y + north)];
            let size = [east - west - STREET - 6.0, north - self.y - STREET - 6.0];
            let mut block = Block::new(middle, size, random, buildings);
            if is_hall {
                block.hall();
            } else {
                block.build();
            }
            if self.options.hostile {
                hostile::add(&mut block);
            }
            buildings = block.buildings;
            column = end;
        }
        buildings.truncate(self.left);
        self.left -= buildings.len();
        self.row += 1;
        self.y = north;
        Some(buildings)
    }
}
