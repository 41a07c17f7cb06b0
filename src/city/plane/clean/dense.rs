//! Outlines with many vertices within the smallest detail, as scans and traced pictures have: where these are noise,
//! their means take their place, so that the outline does not cross itself and keeps its area.

use super::ring::{GridBox, GridPoint, Ring, Shape, length, remove_spikes, rotate_to_smallest};

/// The number of vertices for each mean over the smallest detail from which on an outline is dense.
const CROWD: usize = 4;

/// A dense outline is rough when it is longer than the outline of the means by this factor.
const ROUGH: f64 = 1.25;

/// How often means are taken over the smallest detail, at most, where noise is wider than that.
const ROUNDS: usize = 4;

/// Smooths dense polygons of a footprint that are rough or not valid, as little as makes them neither. Returns `None`
/// for others. Polygons that no smoothing makes valid are smoothed even so, so that what is left to be repaired is the
/// outline and not the noise.
pub(super) fn smooth(
    polygons: &[Shape],
    is_valid: bool,
    check: impl Fn(&[Shape]) -> bool,
    detail: i32,
) -> Option<Vec<Shape>> {
    let vertices = |polygons: &[Shape]| polygons.iter().flatten().map(Vec::len).sum::<usize>();
    if vertices(polygons) < 3 * CROWD {
        return None;
    }
    let smoothest = (0..ROUNDS).try_fold(polygons.to_vec(), |polygons, _| means(&polygons, detail))?;
    let longest = ROUGH * length(smoothest.iter().flatten());
    if vertices(polygons) < CROWD * vertices(&smoothest) || is_valid && length(polygons.iter().flatten()) <= longest {
        return None;
    }
    let spans = [detail / 8, detail / 4, detail / 2].into_iter().chain(std::iter::repeat_n(detail, ROUNDS));
    let mut smoothed = polygons.to_vec();
    for span in spans {
        smoothed = means(&smoothed, span)?;
        if length(smoothed.iter().flatten()) <= longest && check(&smoothed) {
            break;
        }
    }
    Some(smoothed)
}

/// Replaces runs of vertices that fit into a square with this side by their means. `None` when nothing would be left of
/// a ring.
fn means(polygons: &[Shape], span: i32) -> Option<Vec<Shape>> {
    let of_ring = |ring: &Ring| {
        let mut ring = ring.clone();
        rotate_to_smallest(&mut ring);
        let mut means = Ring::new();
        let mut first = 0;
        let mut around = GridBox::of(&ring[..1]);
        for (n, p) in ring.iter().enumerate() {
            let grown = GridBox::of(&[around.min, around.max, *p]);
            let is_wide = (0..2).any(|k| grown.max[k] - grown.min[k] > span);
            around = if is_wide { GridBox::of(&[*p]) } else { grown };
            if is_wide {
                means.push(mean(&ring[first..n]));
                first = n;
            }
        }
        means.push(mean(&ring[first..]));
        remove_spikes(&mut means);
        (!means.is_empty()).then_some(means)
    };
    polygons.iter().map(|rings| rings.iter().map(of_ring).collect()).collect()
}

fn mean(run: &[GridPoint]) -> GridPoint {
    let n = run.len() as i64;
    [0, 1].map(|k| {
        let sum: i64 = run.iter().map(|p| i64::from(p[k])).sum();
        (2 * sum + n).div_euclid(2 * n) as i32
    })
}
