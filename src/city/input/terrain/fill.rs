//! Finds the nearest pixel with data, with a pyramid of the blocks of pixels that have any.

/// The edge of a block of the lowest level is 2 to this power, in pixels.
const BLOCK_BITS: u32 = 3;

/// A pyramid of blocks of pixels that have data. A block of the lowest level is 8 x 8 pixels, one of the next level 2 x
/// 2 of those, and so on up to a level of one block.
#[derive(Debug)]
pub(super) struct Occupancy {
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    cols: usize,
    rows: usize,
    /// A bit per block, row by row.
    bits: Vec<u64>,
}

impl Level {
    fn new(cols: usize, rows: usize) -> Level {
        Level { cols, rows, bits: vec![0; (cols * rows).div_ceil(64)] }
    }

    fn has_data(&self, row: usize, col: usize) -> bool {
        let k = row * self.cols + col;
        self.bits[k / 64] >> (k % 64) & 1 == 1
    }

    fn set(&mut self, row: usize, col: usize) {
        let k = row * self.cols + col;
        self.bits[k / 64] |= 1 << (k % 64);
    }
}

/// Gathers the lowest level of the pyramid while the heights come in.
pub(super) struct Marks {
    lowest: Level,
    has_gaps: bool,
}

impl Marks {
    pub fn new(cols: usize, rows: usize) -> Marks {
        let blocks = |pixels: usize| pixels.div_ceil(1 << BLOCK_BITS);
        Marks { lowest: Level::new(blocks(cols), blocks(rows)), has_gaps: false }
    }

    /// Adds the heights that go on eastwards from a pixel.
    pub fn add(&mut self, row: usize, col: usize, values: &[f32]) {
        let edge = 1 << BLOCK_BITS;
        let (first, rest) = values.split_at(((edge - col % edge) % edge).min(values.len()));
        let blocks = std::iter::once(first).filter(|f| !f.is_empty()).chain(rest.chunks(edge));
        for (block, values) in (col >> BLOCK_BITS..).zip(blocks) {
            let gaps = values.iter().filter(|v| v.is_nan()).count();
            self.has_gaps |= gaps > 0;
            if gaps < values.len() {
                self.lowest.set(row >> BLOCK_BITS, block);
            }
        }
    }

    /// Returns the pyramid; `None` where every pixel has data.
    pub fn finish(self) -> Option<Occupancy> {
        if !self.has_gaps {
            return None;
        }
        let mut levels = vec![self.lowest];
        loop {
            let below = levels.last().expect("there is a lowest one");
            if below.cols == 1 && below.rows == 1 {
                return Some(Occupancy { levels });
            }
            let mut level = Level::new(below.cols.div_ceil(2), below.rows.div_ceil(2));
            for row in 0..below.rows {
                for col in (0..below.cols).filter(|&col| below.has_data(row, col)) {
                    level.set(row / 2, col / 2);
                }
            }
            levels.push(level);
        }
    }
}

impl Occupancy {
    /// Returns the words of the lowest level, of which [`Occupancy::of_lowest`] makes the pyramid again.
    pub fn lowest(&self) -> &[u64] {
        &self.levels[0].bits
    }

    /// Makes the pyramid of so many columns and rows of pixels; `None` when the words are not as many as it takes.
    pub fn of_lowest(cols: usize, rows: usize, bits: Vec<u64>) -> Option<Occupancy> {
        let mut marks = Marks::new(cols, rows);
        if bits.len() != marks.lowest.bits.len() {
            return None;
        }
        (marks.lowest.bits, marks.has_gaps) = (bits, true);
        marks.finish()
    }

    /// Returns whether any pixel has data.
    pub fn has_data(&self) -> bool {
        self.levels.last().expect("there is a lowest one").has_data(0, 0)
    }
}

/// A search for the pixel with data that is nearest to a pixel, by the distance of their centres.
pub(super) struct Nearest<'a> {
    pub values: &'a [f32],
    pub cols: usize,
    /// The size of a pixel, in metres.
    pub cell: [f64; 2],
    pub occupancy: &'a Occupancy,
    /// The largest distance of the pixel, in metres.
    pub within: f64,
}

/// The square of the distance, the row, the column: the smallest candidate wins, so ties go by row, then by column.
type Candidate = (f64, usize, usize);

impl Nearest<'_> {
    /// Returns the value of the pixel with data that is nearest to the one in this row and column.
    pub fn find(&self, row: usize, col: usize) -> Option<f32> {
        self.search(row, col).map(|(_, row, col)| self.values[row * self.cols + col])
    }

    /// Returns the distance of the pixel with data that is nearest to the one in this row and column, in metres.
    pub fn distance(&self, row: usize, col: usize) -> Option<f64> {
        self.search(row, col).map(|(square, ..)| square.sqrt())
    }

    fn search(&self, row: usize, col: usize) -> Option<Candidate> {
        // A stand-in that loses against any pixel within the allowed distance.
        let mut best = (self.within * self.within, usize::MAX, usize::MAX);
        if self.occupancy.has_data() {
            self.visit((row, col), self.occupancy.levels.len() - 1, (0, 0), &mut best);
        }
        (best.1 != usize::MAX).then_some(best)
    }

    /// Returns the square of the distance of two centres that are so many rows and columns apart. It grows with both,
    /// even after rounding, so the square for a block's nearest pixel is a bound for the block.
    fn square(&self, rows: usize, cols: usize) -> f64 {
        let (x, y) = (cols as f64 * self.cell[0], rows as f64 * self.cell[1]);
        x * x + y * y
    }

    fn visit(&self, from: (usize, usize), level: usize, block: (usize, usize), best: &mut Candidate) {
        if level == 0 {
            return self.scan(from, block, best);
        }
        let blocks = &self.occupancy.levels[level - 1];
        let mut children = [(f64::INFINITY, (0, 0)); 4];
        let mut count = 0;
        for row in 2 * block.0..(2 * block.0 + 2).min(blocks.rows) {
            for col in 2 * block.1..(2 * block.1 + 2).min(blocks.cols) {
                if blocks.has_data(row, col) {
                    children[count] = (self.bound(from, level - 1, (row, col)), (row, col));
                    count += 1;
                }
            }
        }
        let children = &mut children[..count];
        children.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for &(bound, child) in &*children {
            // A block at the same distance may still win by row and column.
            if bound <= best.0 {
                self.visit(from, level - 1, child, best);
            }
        }
    }

    fn bound(&self, from: (usize, usize), level: usize, block: (usize, usize)) -> f64 {
        let bits = BLOCK_BITS + level as u32;
        let apart = |from: usize, block: usize| {
            let (first, last) = (block << bits, ((block + 1) << bits) - 1);
            first.saturating_sub(from) + from.saturating_sub(last)
        };
        self.square(apart(from.0, block.0), apart(from.1, block.1))
    }

    fn scan(&self, from: (usize, usize), block: (usize, usize), best: &mut Candidate) {
        let range = |block: usize, end: usize| block << BLOCK_BITS..((block + 1) << BLOCK_BITS).min(end);
        let cols = range(block.1, self.cols);
        for row in range(block.0, self.values.len() / self.cols) {
            let values = &self.values[row * self.cols..][cols.clone()];
            for (col, _) in cols.clone().zip(values).filter(|(_, v)| !v.is_nan()) {
                let candidate = (self.square(row.abs_diff(from.0), col.abs_diff(from.1)), row, col);
                if candidate < *best {
                    *best = candidate;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tries all pixels, one after the other.
    fn naive(values: &[f32], cols: usize, cell: [f64; 2], within: f64, from: (usize, usize)) -> Option<f32> {
        let mut best: Option<Candidate> = None;
        for (k, _) in values.iter().enumerate().filter(|(_, v)| !v.is_nan()) {
            let (row, col) = (k / cols, k % cols);
            let x = (col as f64 - from.1 as f64) * cell[0];
            let y = (row as f64 - from.0 as f64) * cell[1];
            let candidate = (x * x + y * y, row, col);
            if candidate.0 <= within * within && best.is_none_or(|b| candidate < b) {
                best = Some(candidate);
            }
        }
        best.map(|(_, row, col)| values[row * cols + col])
    }

    proptest! {
        #[test]
        fn the_nearest_is_that_of_a_scan(
            cols in 1usize..70,
            rows in 1usize..50,
            cell in prop::sample::select(vec![[1.0, 1.0], [2.0, 0.5], [0.3, 0.7]]),
            within in prop::sample::select(vec![0.0, 1.0, 5.0, 12.5, 1000.0, f64::INFINITY]),
            share in prop::sample::select(vec![0.5, 0.9, 0.99, 1.0]),
            seed in any::<u64>(),
        ) {
            let random = |k: usize| xxhash_rust::xxh3::xxh3_64_with_seed(&k.to_le_bytes(), seed);
            let gap = |k: usize| (random(k) >> 11) as f64 / (1u64 << 53) as f64 <= share;
            let values: Vec<f32> = (0..cols * rows).map(|k| if gap(k) { f32::NAN } else { k as f32 }).collect();
            let mut marks = Marks::new(cols, rows);
            for (row, values) in values.chunks_exact(cols).enumerate() {
                // The parts do not match the blocks, as is the case with tiles.
                for (k, part) in values.chunks(13).enumerate() {
                    marks.add(row, 13 * k, part);
                }
            }
            let Some(occupancy) = marks.finish() else { return Ok(()) };
            let nearest = Nearest { values: &values, cols, cell, occupancy: &occupancy, within };
            for k in (0..values.len()).filter(|&k| values[k].is_nan()).step_by(7) {
                let from = (k / cols, k % cols);
                prop_assert_eq!(nearest.find(from.0, from.1), naive(&values, cols, cell, within, from));
            }
        }
    }

    #[test]
    fn there_is_no_pyramid_without_gaps() {
        let mut marks = Marks::new(20, 1);
        marks.add(0, 0, &[1.0; 20]);
        assert!(marks.finish().is_none());
    }
}
