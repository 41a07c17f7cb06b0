//! Boolean operations and offsets on grid polygons; their results are proper polygons.
//!
//! The overlay rounds crossings to the grid. In rare cases the result then crosses itself by a unit, so callers check.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::angle::Angle;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::mesh::int::outline::offset::IntOutlineOffset;
use i_overlay::mesh::int::style::{IntLineJoin, IntOutlineStyle};

use super::Settings;
use super::locate::{Locator, Place, twice_middle};
use super::ring::{GridBox, GridPoint, Ring, Shape, area2, canonical, compare_angle, edges, minus, remove_spikes};
use crate::Result;

/// The sharpest corner that an offset keeps sharp: 20 degrees.
const SHARPEST: Angle = Angle::from_bits((1 << 31) / 9);

type Contours = Vec<Vec<Vec<IntPoint<i32>>>>;

/// The fate of vertices on straight walls in a boolean operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collinear {
    Keep,
    Drop,
}

fn overlay<'a>(
    subject: impl Iterator<Item = &'a Ring>,
    clip: impl Iterator<Item = &'a Ring>,
    rule: OverlayRule,
    collinear: Collinear,
) -> Contours {
    let keep = collinear == Collinear::Keep;
    let options =
        IntOverlayOptions { preserve_input_collinear: keep, preserve_output_collinear: keep, ..Default::default() };
    let mut overlay = Overlay::new_custom(64, options, Default::default());
    for (kind, rings) in [(ShapeType::Subject, subject.collect::<Vec<_>>()), (ShapeType::Clip, clip.collect())] {
        for ring in rings {
            overlay.add_path_iter(ring.iter().map(|p| IntPoint::new(p[0], p[1])), kind);
        }
    }
    overlay.overlay(rule, FillRule::NonZero)
}

/// Computes the union of polygons, given as their rings; vertices on straight walls are dropped.
pub(crate) fn union<'a>(rings: impl Iterator<Item = &'a Ring>) -> Vec<Shape> {
    shapes_of(overlay(rings, std::iter::empty(), OverlayRule::Union, Collinear::Drop))
}

/// Computes the area of `subject` that lies in none of `others`; both are given as rings.
pub(crate) fn difference<'a>(
    subject: impl Iterator<Item = &'a Ring>,
    others: impl Iterator<Item = &'a Ring>,
    collinear: Collinear,
) -> Vec<Shape> {
    shapes_of(overlay(subject, others, OverlayRule::Difference, collinear))
}

/// Computes the area of `subject` that lies in `clip`; both are given as rings.
pub(crate) fn intersection<'a>(
    subject: impl Iterator<Item = &'a Ring>,
    clip: impl Iterator<Item = &'a Ring>,
    collinear: Collinear,
) -> Vec<Shape> {
    shapes_of(overlay(subject, clip, OverlayRule::Intersect, collinear))
}

/// Offsets polygons that do not overlap by `first`, and back by as much. A positive `first` is a morphological closing:
/// gaps narrower than twice that close. A negative one is an opening: necks and wings narrower than that vanish.
///
/// # Errors
/// [`crate::Error::Cancelled`].
pub(crate) fn there_and_back(polygons: &[Shape], first: i32, settings: &Settings) -> Result<Vec<Shape>> {
    let point = |p: &GridPoint| IntPoint::new(p[0], p[1]);
    let contours: Contours =
        polygons.iter().map(|s| s.iter().map(|r| r.iter().map(point).collect()).collect()).collect();
    let style = |offset| IntOutlineStyle::new(offset).line_join(IntLineJoin::Miter(SHARPEST));
    // An offset fails only beyond the overlay's range of coordinates, which is far larger than the grid's limit.
    let there = contours.outline(&style(first)).unwrap_or_default();
    settings.check()?;
    let back = there.outline(&style(-first)).unwrap_or_default();
    settings.check()?;
    Ok(shapes_of(back))
}

fn shapes_of(contours: Contours) -> Vec<Shape> {
    let plain: Vec<Shape> =
        contours.into_iter().map(|s| s.into_iter().map(|r| r.iter().map(|p| [p.x, p.y]).collect()).collect()).collect();
    proper(plain)
}

/// Turns rings that touch themselves, or that touch each other in a chain, into proper polygons with connected
/// interiors.
pub(crate) fn proper(shapes: Vec<Shape>) -> Vec<Shape> {
    let mut points: Vec<GridPoint> = shapes.iter().flatten().flatten().copied().collect();
    points.sort_unstable();
    let mut shapes = if points.windows(2).any(|w| w[0] == w[1]) {
        assemble(shapes.iter().flatten().flat_map(|ring| edges(ring)).collect())
    } else {
        shapes
    };
    shapes.retain(|s| !s.is_empty());
    shapes.iter_mut().for_each(canonical);
    shapes.sort_unstable();
    shapes
}

/// Assembles polygons from directed edges that meet in end points only and have the interior on their left.
///
/// Where several edges leave a vertex, a ring continues with the one that bounds the same corner of the interior. A
/// ring that passes a vertex twice even so is cut there into an outer ring and holes.
pub(crate) fn assemble(mut directed: Vec<[GridPoint; 2]>) -> Vec<Shape> {
    // An edge and its reverse bound nothing between them: the pair is dropped.
    directed.sort_unstable();
    let mut kept: Vec<[GridPoint; 2]> = Vec::with_capacity(directed.len());
    for run in directed.chunk_by(|a, b| a == b) {
        let [a, b] = run[0];
        let back = directed.partition_point(|e| *e <= [b, a]) - directed.partition_point(|e| *e < [b, a]);
        if a != b && run.len() > back {
            kept.push([a, b]);
        }
    }
    let mut used = vec![false; kept.len()];
    let (mut outers, mut holes): (Vec<Shape>, Vec<Ring>) = (Vec::new(), Vec::new());
    for start in 0..kept.len() {
        if used[start] {
            continue;
        }
        let mut walk: Ring = Vec::new();
        let mut edge = start;
        loop {
            used[edge] = true;
            let [from, at] = kept[edge];
            walk.push(from);
            let Some(next) = next_edge(&kept, &used, from, at) else { break };
            edge = next;
        }
        for ring in cut_at_repeats(walk) {
            if area2(&ring) > 0 { outers.push(vec![ring]) } else { holes.push(ring) }
        }
    }
    give_holes(&mut outers, holes);
    outers
}

/// Finds the unused edge from `at` that comes first clockwise from the edge back to `from`: it bounds the same corner
/// of the interior.
fn next_edge(edges: &[[GridPoint; 2]], used: &[bool], from: GridPoint, at: GridPoint) -> Option<usize> {
    let first = edges.partition_point(|e| e[0] < at);
    let back = minus(from, at);
    let candidates = (first..edges.len()).take_while(|&k| edges[k][0] == at).filter(|&k| !used[k]);
    // Clockwise from `back`: first the angles below it in descending order, then those above it in descending order.
    candidates.max_by(|&a, &b| {
        let (u, v) = (minus(edges[a][1], at), minus(edges[b][1], at));
        let below = |d| compare_angle(d, back).is_lt();
        below(u).cmp(&below(v)).then(compare_angle(u, v))
    })
}

fn cut_at_repeats(walk: Ring) -> Vec<Ring> {
    let mut rings = Vec::new();
    let mut sorted = walk.clone();
    sorted.sort_unstable();
    let repeats = |p: &GridPoint| {
        let at = sorted.partition_point(|q| q < p);
        sorted.get(at + 1) == Some(p)
    };
    let mut path: Ring = Vec::with_capacity(walk.len());
    let mut open: Vec<(GridPoint, usize)> = Vec::new();
    for p in walk {
        if repeats(&p) {
            if let Some(k) = open.iter().rposition(|o| o.0 == p) {
                rings.push(path.split_off(open[k].1));
                open.truncate(k);
            }
            open.push((p, path.len()));
        }
        path.push(p);
    }
    rings.push(path);
    rings.iter_mut().for_each(remove_spikes);
    rings.retain(|r| area2(r) != 0);
    rings
}

/// Adds each hole to the polygon with the smallest outer ring around it.
fn give_holes(outers: &mut [Shape], holes: Vec<Ring>) {
    if holes.is_empty() {
        return;
    }
    let around: Vec<(GridBox, i128, Locator)> =
        outers.iter().map(|s| (GridBox::of(&s[0]), area2(&s[0]), Locator::new(s.iter()))).collect();
    for hole in holes {
        let bounds = GridBox::of(&hole);
        let holds = |(outer, area, locator): &&(GridBox, i128, Locator)| {
            outer.contains(&bounds)
                && *area > -area2(&hole)
                && edges(&hole).map(|e| locator.place_of_half(twice_middle(e))).find(|&p| p != Place::Border)
                    == Some(Place::Inside)
        };
        let best = around.iter().enumerate().filter(|(_, o)| holds(o)).min_by_key(|(_, o)| o.1);
        if let Some((k, _)) = best {
            outers[k].push(hole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::plane::parameters::Parameters;
    use crate::job::{Pool, RunOptions};

    fn square(x: i32, y: i32, side: i32) -> Ring {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    #[test]
    fn squares_at_a_corner_are_two_polygons() {
        let shapes = assemble([square(0, 0, 10), square(10, 10, 10)].iter().flat_map(|r| edges(r)).collect());
        assert_eq!(shapes.len(), 2);
        assert!(shapes.iter().all(|s| s.len() == 1 && s[0].len() == 4));
    }

    #[test]
    fn a_ring_closed_at_one_point_has_a_hole() {
        // A thick C whose ends touch in (0, 50).
        let c = vec![[0, 0], [100, 0], [100, 100], [0, 100], [0, 50], [50, 80], [80, 50], [50, 20], [0, 50]];
        let shapes = proper(vec![vec![c]]);
        assert_eq!(shapes.len(), 1);
        assert_eq!(shapes[0].iter().map(Vec::len).collect::<Vec<_>>(), [5, 4]);
        assert!(area2(&shapes[0][1]) < 0);
    }

    #[test]
    fn a_gap_is_closed_and_corners_stay() {
        let houses = [vec![square(0, 0, 10_000)], vec![square(10_300, 0, 10_000)]];
        let pool = Pool::new(&RunOptions::default()).unwrap();
        let settings = Settings::new(&Parameters::DEFAULT, pool.context());
        let shapes = there_and_back(&houses, 256, &settings).unwrap();
        assert_eq!(shapes, [vec![vec![[0, 0], [20_300, 0], [20_300, 10_000], [0, 10_000]]]]);
    }
}
