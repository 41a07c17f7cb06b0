//! Sharp corners of the parts of a building, where a wall between two parts meets another wall: their tips go to the
//! part beside them, where they are narrower than the smallest detail.

use std::collections::{BTreeMap, HashSet};

use super::overlay::assemble;
use super::planarity::check_polygons;
use super::ring::{GridPoint, Ring, Shape, canonical, compare_angle, edges, minus, shape_area2, turn};
use super::simplify::sharp_corner;
use super::{LONGEST_EDGE, Settings};

/// How often tips are looked for, at most: cutting one off may make another corner sharp.
const ROUNDS: usize = 4;

/// A directed edge of a polygon, which lies to its left.
type Wall = [GridPoint; 2];

/// Gives tips of polygons, each with the index of its roof, to their neighbours. Returns the polygons as they were
/// where the result is not planar.
pub(super) fn give_tips_away(divided: Vec<(usize, Shape)>, settings: &Settings) -> Vec<(usize, Shape)> {
    let mut given = divided.clone();
    for _ in 0..ROUNDS {
        if !give_once(&mut given, settings) {
            break;
        }
    }
    let polygons: Vec<&[Ring]> = given.iter().map(|(_, shape)| shape.as_slice()).collect();
    if check_polygons(&polygons, Some(LONGEST_EDGE), None).is_ok() { given } else { divided }
}

/// Gives away tips that have no vertex in common; returns whether there were any.
fn give_once(divided: &mut Vec<(usize, Shape)>, settings: &Settings) -> bool {
    let mut owners: BTreeMap<Wall, usize> = BTreeMap::new();
    for (n, (_, shape)) in divided.iter().enumerate() {
        owners.extend(shape.iter().flat_map(|ring| edges(ring)).map(|wall| (wall, n)));
    }
    let corners: Vec<([GridPoint; 3], usize)> =
        owners.iter().filter_map(|(&[a, p], &n)| Some(([a, p, following([a, p], n, &owners)?], n))).collect();
    let mut room: Vec<i128> = divided.iter().map(|(_, shape)| shape_area2(shape) / 16).collect();
    let mut touched: HashSet<GridPoint> = HashSet::new();
    for ([a, p, c], n) in corners {
        // A corner on the other side is one of the polygons there.
        if turn(a, p, c) <= 0 || [a, p, c].iter().any(|v| touched.contains(v)) {
            continue;
        }
        let Some([first, second]) = sharp_corner([a, p, c], &settings.limits()) else { continue };
        let beside = [owners.get(&[p, a]).copied(), owners.get(&[c, p]).copied()];
        // Roofs are numbered from the highest; the lower neighbour takes the tip.
        let Some(to) = beside.into_iter().flatten().max_by_key(|&other| divided[other].0) else { continue };
        let area = i128::from(turn(first, p, second).abs());
        if area > room[n] {
            continue;
        }
        room[n] -= area;
        touched.extend([a, p, c]);
        let is_before = beside[0] == Some(to);
        let way = |points: &[GridPoint]| points.windows(2).map(|w| [w[0], w[1]]).collect::<Vec<Wall>>();
        let mut replace = |gone: &[Wall], come: Vec<Wall>, owner: usize| {
            for wall in gone {
                owners.remove(wall);
            }
            owners.extend(come.into_iter().filter(|[from, to]| from != to).map(|wall| (wall, owner)));
        };
        replace(&[[a, p], [p, c]], way(&[a, first, second, c]), n);
        if let Some(owner) = beside[0] {
            let around: &[GridPoint] = if is_before { &[p, second, first, a] } else { &[p, first, a] };
            replace(&[[p, a]], way(around), owner);
        }
        if let Some(owner) = beside[1] {
            let around: &[GridPoint] = if is_before { &[c, second, p] } else { &[c, second, first, p] };
            replace(&[[c, p]], way(around), owner);
        }
    }
    if touched.is_empty() {
        return false;
    }
    let mut walls: Vec<Vec<Wall>> = vec![Vec::new(); divided.len()];
    owners.into_iter().for_each(|(wall, owner)| walls[owner].push(wall));
    let roofs = divided.iter().map(|(roof, _)| *roof);
    let made = roofs.zip(walls).flat_map(|(roof, walls)| assemble(walls).into_iter().map(move |shape| (roof, shape)));
    *divided = made.collect();
    divided.iter_mut().for_each(|(_, shape)| canonical(shape));
    divided.sort_unstable();
    true
}

/// Finds the end of the edge of polygon `n` that bounds the same corner as its edge from `a` to `p`.
fn following([a, p]: Wall, n: usize, owners: &BTreeMap<Wall, usize>) -> Option<GridPoint> {
    let back = minus(a, p);
    let from_p = owners.range([p, [i32::MIN; 2]]..=[p, [i32::MAX; 2]]).filter(|(_, owner)| **owner == n);
    from_p.map(|(wall, _)| wall[1]).max_by(|&u, &v| {
        // Clockwise from `back`: first the angles below it in descending order, then those above it.
        let (u, v) = (minus(u, p), minus(v, p));
        let is_below = |d| compare_angle(d, back).is_lt();
        is_below(u).cmp(&is_below(v)).then(compare_angle(u, v))
    })
}
