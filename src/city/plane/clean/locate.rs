//! Locates points relative to a polygon: inside, outside, or on its border.

use super::ring::{GridBox, GridPoint, Ring, edges, minus};

/// The place of a point relative to a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Outside,
    Border,
}

/// A polygon's edges in horizontal bands, so that a point is compared with the edges of its band only.
pub(crate) struct Locator {
    low: i64,
    band: i64,
    /// The edges of each band, that is, the edges that reach into it, each with the index of its ring.
    bands: Vec<Vec<([GridPoint; 2], u32)>>,
}

impl Locator {
    /// Takes any set of closed rings; a point is inside when an odd number of them surround it.
    pub fn new<'a>(rings: impl Iterator<Item = &'a Ring> + Clone) -> Locator {
        let (mut low, mut high, mut count) = (i32::MAX, i32::MIN, 0);
        for ring in rings.clone() {
            let b = GridBox::of(ring);
            (low, high, count) = (low.min(b.min[1]), high.max(b.max[1]), count + ring.len());
        }
        let height = (high as i64 - low as i64).max(0) + 1;
        let band = height / (count as i64 / 4 + 1) + 1;
        let mut bands = vec![Vec::new(); (height / band + 1) as usize];
        for (ring, [a, b]) in rings.enumerate().flat_map(|(r, ring)| edges(ring).map(move |e| (r as u32, e))) {
            let (first, last) = (a[1].min(b[1]) as i64 - low as i64, a[1].max(b[1]) as i64 - low as i64);
            for k in first / band..=last / band {
                bands[k as usize].push(([a, b], ring));
            }
        }
        Locator { low: low as i64, band, bands }
    }

    /// Locates the point with the coordinates `twice / 2`, exactly.
    pub fn place_of_half(&self, twice: [i64; 2]) -> Place {
        self.place_without(twice, u32::MAX)
    }

    /// Locates the point as [`Locator::place_of_half`] does, without the ring of the index `left_out`.
    pub fn place_without(&self, twice: [i64; 2], left_out: u32) -> Place {
        let row = (twice[1].div_euclid(2) - self.low).div_euclid(self.band);
        let Some(near) = usize::try_from(row).ok().and_then(|r| self.bands.get(r)) else { return Place::Outside };
        let mut inside = false;
        for &([a, b], ring) in near {
            if ring == left_out {
                continue;
            }
            let [ax, ay] = a.map(|v| 2 * v as i64);
            let [bx, by] = b.map(|v| 2 * v as i64);
            let d = minus(b, a).map(|v| 2 * v as i128);
            let side = d[0] * (twice[1] - ay) as i128 - d[1] * (twice[0] - ax) as i128;
            if side == 0
                && (ax.min(bx)..=ax.max(bx)).contains(&twice[0])
                && (ay.min(by)..=ay.max(by)).contains(&twice[1])
            {
                return Place::Border;
            }
            if (ay <= twice[1]) != (by <= twice[1]) && (side > 0) == (by > ay) {
                inside = !inside;
            }
        }
        if inside { Place::Inside } else { Place::Outside }
    }

    /// Locates a grid point, exactly.
    pub fn place(&self, p: GridPoint) -> Place {
        self.place_of_half(p.map(|v| 2 * v as i64))
    }
}

/// Returns twice the middle of an edge.
pub(crate) fn twice_middle([a, b]: [GridPoint; 2]) -> [i64; 2] {
    [a[0] as i64 + b[0] as i64, a[1] as i64 + b[1] as i64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_courtyard_is_outside() {
        let shape = [vec![[0, 0], [100, 0], [100, 100], [0, 100]], vec![[20, 20], [20, 80], [80, 80], [80, 20]]];
        let locator = Locator::new(shape.iter());
        for (p, place) in [
            ([10, 50], Place::Inside),
            ([50, 50], Place::Outside),
            ([20, 50], Place::Border),
            ([0, 0], Place::Border),
            ([-1, 0], Place::Outside),
            ([50, 100], Place::Border),
            ([50, 101], Place::Outside),
            ([10, 20], Place::Inside),
        ] {
            assert_eq!(locator.place(p), place, "{p:?}");
        }
    }
}
