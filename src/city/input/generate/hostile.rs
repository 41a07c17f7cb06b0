//! Footprints that are hard on a mesher, added near a block's ordinary ones.

use super::blocks::{Block, rectangle};

/// The kinds of hostile footprints.
#[derive(Clone, Copy)]
enum Kind {
    CornerTouch,
    Overlap,
    OverlapByMillimetres,
    Needle,
    Wedge,
    BowTie,
    RepeatedPoints,
    Duplicate,
    Tiny,
    Nested,
    LongAndThin,
    Flat,
}

const KINDS: [Kind; 12] = [
    Kind::CornerTouch,
    Kind::Overlap,
    Kind::OverlapByMillimetres,
    Kind::Needle,
    Kind::Wedge,
    Kind::BowTie,
    Kind::RepeatedPoints,
    Kind::Duplicate,
    Kind::Tiny,
    Kind::Nested,
    Kind::LongAndThin,
    Kind::Flat,
];

/// Adds three hostile footprints of one kind to half of the blocks that have buildings.
pub(super) fn add(block: &mut Block) {
    let regular = block.first..block.buildings.len();
    if regular.is_empty() || !block.random.chance(0.5) {
        return;
    }
    for _ in 0..3 {
        let kind = KINDS[block.random.below(KINDS.len())];
        let target = regular.start + block.random.below(regular.len());
        add_one(block, kind, target);
    }
}

fn add_one(block: &mut Block, kind: Kind, target: usize) {
    let target = &block.buildings[target];
    let (rings, height) = (target.rings.clone(), target.height);
    let ring = &rings[0];
    let count = ring.len() as i64;
    let middle = ring.iter().fold([0, 0], |sum, p| [sum[0] + p[0], sum[1] + p[1]]).map(|sum| sum / count);
    let map = |f: &dyn Fn([i64; 2]) -> [i64; 2]| -> Vec<Vec<[i64; 2]>> {
        rings.iter().map(|ring| ring.iter().map(|&p| f(p)).collect()).collect()
    };
    // Places away from the buildings, in the block's axes.
    let mut place = || {
        let [x, y] = block.size;
        [block.random.between(-0.4, 0.4) * x, block.random.between(-0.4, 0.4) * y]
    };
    match kind {
        Kind::CornerTouch => {
            let [x, y] = ring[block.random.below(ring.len())];
            let out = |v: i64, middle: i64| if v < middle { -6000 } else { 6000 };
            let (dx, dy) = (out(x, middle[0]), out(y, middle[1]));
            block.push(vec![vec![[x, y], [x + dx, y], [x + dx, y + dy], [x, y + dy]]], height + 2000);
        }
        Kind::Overlap => {
            let (dx, dy) = (block.random.between(1000.0, 4000.0) as i64, block.random.between(-3000.0, 3000.0) as i64);
            block.push(map(&|[x, y]| [x + dx, y + dy]), height + 1500);
        }
        Kind::OverlapByMillimetres => {
            // A box behind the first wall, shifted a few millimetres into the building.
            let [a, b] = [ring[0], ring[1]];
            let [ux, uy] = [b[0] - a[0], b[1] - a[1]].map(|v| v as f64);
            let length = (ux * ux + uy * uy).sqrt();
            let side = ux * (middle[1] - a[1]) as f64 - uy * (middle[0] - a[0]) as f64;
            let inwards = if side > 0.0 { 1.0 } else { -1.0 };
            let into = [-uy * inwards / length, ux * inwards / length];
            let depth = 1.0 + block.random.below(5) as f64;
            let shift = |p: [i64; 2], by: f64| [0, 1].map(|k| p[k] + (into[k] * by).round() as i64);
            block.push(vec![vec![shift(a, depth), shift(b, depth), shift(b, -7000.0), shift(a, -7000.0)]], height);
        }
        Kind::Needle => {
            let [x, y] = place();
            block.add(&[&[[x, y], [x + 30.0, y + 0.1], [x + 30.0, y + 0.4]]]);
        }
        Kind::Wedge => {
            let [x, y] = place();
            let width = block.random.between(0.8, 2.0);
            block.add(&[&[[x, y], [x + 20.0, y + 3.0], [x + 20.0, y + 3.0 + width]]]);
        }
        Kind::BowTie => {
            let [x, y] = place();
            block.add(&[&[[x, y], [x + 10.0, y + 8.0], [x + 10.0, y], [x, y + 7.0]]]);
        }
        Kind::RepeatedPoints => {
            let [x, y] = place();
            let [a, b, c, d] = rectangle([x, y], [x + 9.0, y + 7.0]);
            block.add(&[&[a, a, b, b, b, [x + 9.0, y + 3.5], c, d, d, a]]);
        }
        Kind::Duplicate => block.push(rings, height),
        Kind::Tiny => {
            let [x, y] = place();
            block.add(&[&rectangle([x, y], [x + 2.0, y + 3.0])]);
        }
        Kind::Nested => {
            block.push(map(&|[x, y]| [middle[0] + (x - middle[0]) / 2, middle[1] + (y - middle[1]) / 2]), height + 3000)
        }
        Kind::LongAndThin => {
            let [x, y] = place();
            block.add(&[&rectangle([x - 40.0, y], [x + 40.0, y + 0.4])]);
        }
        Kind::Flat => {
            let [x, y] = place();
            block.add(&[&[[x, y], [x + 5.0, y], [x + 10.0, y]]]);
        }
    }
}
