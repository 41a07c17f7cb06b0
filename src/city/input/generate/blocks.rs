//! A block between streets, and the buildings in it.

use super::random::Random;

/// A building in millimetres from the city's south-west corner.
pub(super) struct Building {
    /// The outer ring, then the holes; rings are open.
    pub rings: Vec<Vec<[i64; 2]>>,
    /// The height above the ground, in millimetres.
    pub height: i64,
    /// The place where its ground height is looked up, in metres.
    pub place: [f64; 2],
}

pub(super) fn millimetres(metres: f64) -> i64 {
    (metres * 1000.0).round() as i64
}

/// A block with axes of its own, turned a little about its middle.
pub(super) struct Block {
    middle: [f64; 2],
    pub size: [f64; 2],
    cosine: f64,
    sine: f64,
    /// The height of buildings in this block, in metres; each building varies from it.
    base: f64,
    pub random: Random,
    /// The buildings of all blocks so far.
    pub buildings: Vec<Building>,
    /// The index of this block's first building.
    pub first: usize,
}

impl Block {
    pub fn new(middle: [f64; 2], size: [f64; 2], mut random: Random, buildings: Vec<Building>) -> Block {
        // The tangent of half the angle gives sine and cosine without trigonometric functions.
        let t = if random.chance(0.3) { 0.0 } else { random.between(-0.05, 0.05) };
        let base = [6.0, 6.0, 6.0, 9.0, 9.0, 14.0, 14.0, 20.0][random.below(8)];
        let (cosine, sine) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        Block { middle, size, cosine, sine, base, random, first: buildings.len(), buildings }
    }

    /// Adds a building, given by the corners of its rings in the block's axes.
    pub fn add(&mut self, rings: &[&[[f64; 2]]]) {
        let height = (self.base * self.random.between(0.6, 1.4)).clamp(3.0, 45.0);
        let turn = |&[x, y]: &[f64; 2]| {
            let [mx, my] = self.middle;
            [millimetres(mx + x * self.cosine - y * self.sine), millimetres(my + x * self.sine + y * self.cosine)]
        };
        let rings: Vec<Vec<_>> = rings.iter().map(|ring| ring.iter().map(turn).collect()).collect();
        self.push(rings, 10 * (height * 100.0).round() as i64);
    }

    /// Adds a building, given by its rings and its height in millimetres.
    pub fn push(&mut self, rings: Vec<Vec<[i64; 2]>>, height: i64) {
        let place = rings[0][0].map(|mm| mm as f64 / 1000.0);
        self.buildings.push(Building { rings, height, place });
    }

    pub fn build(&mut self) {
        let kind = self.random.unit();
        match kind {
            k if k < 0.07 => {} // a park
            k if k < 0.12 => self.large(),
            k if k < 0.18 => self.courtyard(),
            _ => {
                for y in [-0.25, 0.25] {
                    let middle = y * self.size[1];
                    let is_terrace = if kind < 0.36 { self.random.chance(0.5) } else { kind < 0.64 };
                    if is_terrace { self.terrace(middle) } else { self.detached(middle) }
                }
            }
        }
    }

    pub fn hall(&mut self) {
        let width = self.random.between(305.0, 330.0).min(self.size[0]);
        let depth = self.size[1] * self.random.between(0.5, 0.9);
        self.add(&[&rectangle([-0.5 * width, -0.5 * depth], [0.5 * width, 0.5 * depth])]);
    }

    fn large(&mut self) {
        let width = self.size[0] * self.random.between(0.55, 0.8);
        let depth = self.size[1] * self.random.between(0.45, 0.7);
        let [low, high] = [[-0.5 * width, -0.5 * depth], [0.5 * width, 0.5 * depth]];
        if self.random.chance(0.5) { self.l_shape(low, high) } else { self.add(&[&rectangle(low, high)]) }
    }

    fn courtyard(&mut self) {
        let [x, y] = [0.4 * self.size[0], 0.4 * self.size[1]];
        let wing = self.random.between(10.0, 13.0);
        let yard = rectangle([wing - x, wing - y], [x - wing, y - wing]);
        self.add(&[&rectangle([-x, -y], [x, y]), &yard]);
        if self.random.chance(0.5) {
            let [w, d] = [4.0, 3.0];
            self.add(&[&rectangle([-w, -d], [w, d])]);
        }
    }

    /// Adds an L: a rectangle without one of its corners.
    fn l_shape(&mut self, low: [f64; 2], high: [f64; 2]) {
        let [mut low, mut high] = [low, high];
        for axis in 0..2 {
            if self.random.chance(0.5) {
                (low[axis], high[axis]) = (high[axis], low[axis]);
            }
        }
        let [x, y] = [0, 1].map(|axis| low[axis] + (high[axis] - low[axis]) * self.random.between(0.35, 0.6));
        self.add(&[&[low, [high[0], low[1]], [high[0], y], [x, y], [x, high[1]], [low[0], high[1]]]]);
    }

    /// Adds detached houses along a line.
    fn detached(&mut self, middle: f64) {
        let [length, depth] = [self.size[0], 0.5 * self.size[1]];
        let count = (length / 20.0).round().max(1.0);
        let lot = length / count;
        for k in 0..count as usize {
            if self.random.chance(0.06) {
                continue;
            }
            let width = self.random.between(8.0, 15.0).min(lot - 3.0);
            let height = self.random.between(8.0, 15.0).min(depth - 5.0);
            let mut shift = |free: f64| self.random.between(-0.5, 0.5) * free.max(0.0);
            let x = -0.5 * length + lot * (k as f64 + 0.5) + shift(lot - width - 3.0);
            let y = middle + shift(depth - height - 5.0);
            let [low, high] = [[x - 0.5 * width, y - 0.5 * height], [x + 0.5 * width, y + 0.5 * height]];
            if self.random.chance(0.35) { self.l_shape(low, high) } else { self.add(&[&rectangle(low, high)]) }
        }
    }

    /// Adds houses that share walls or parts of them. Now and then it leaves a gap, too narrow or just wide enough to
    /// keep.
    fn terrace(&mut self, middle: f64) {
        let [length, depth] = [self.size[0] - 4.0, 0.5 * self.size[1]];
        let count = (length / 10.5).round().max(2.0);
        let lot = length / count;
        let half = 0.5 * self.random.between(9.0, 12.0).min(depth - 8.0);
        let mut x = -0.5 * length;
        let mut has_neighbour = false;
        while x + lot <= 0.5 * length + 1e-6 {
            if self.random.chance(0.08) {
                x += lot;
                has_neighbour = false;
                continue;
            }
            let gap = match self.random.unit() {
                u if has_neighbour && u < 0.06 => 0.3,
                u if has_neighbour && u < 0.12 => 0.9,
                _ => 0.0,
            };
            let y = middle + [0.0, 0.0, 0.0, -1.5, 1.0, 1.5][self.random.below(6)];
            self.add(&[&rectangle([x + gap, y - half], [x + lot, y + half])]);
            x += lot;
            has_neighbour = !self.random.chance(0.15);
            if !has_neighbour {
                x += 2.0;
            }
        }
    }
}

pub(super) fn rectangle(low: [f64; 2], high: [f64; 2]) -> [[f64; 2]; 4] {
    [low, [high[0], low[1]], high, [low[0], high[1]]]
}
