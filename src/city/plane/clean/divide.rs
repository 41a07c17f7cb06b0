//! Divides the outline of a merged building among roofs of different height.
//!
//! Where footprints overlap, the higher roof stands. Pieces too small or too narrow for a part, and ground that no
//! footprint covers because merging closed a gap there, go to the neighbour with the longest common wall.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::locate::{Locator, Place, twice_middle};
use super::node::{node, split_edges};
use super::overlay::{Collinear, assemble, difference, intersection, there_and_back, union};
use super::planarity::{check_polygons, index_of};
use super::prior::Prior;
use super::ring::{
    GridBox, GridPoint, Ring, Shape, canonical, clear_collapsed, cut_long_edges, distance2, edges, length, shape_area2,
    square,
};
use super::share::{Simplify, simplify_walls};
use super::simplify::closest_on_edge;
use super::wedges::give_tips_away;
use super::{LONGEST_EDGE, Settings};
use crate::Result;

/// A polygon of an outline, with the index of its roof.
pub(super) type Divided = (usize, Shape);

/// Divides an outline among roofs. Each roof, from the highest to the lowest, has the polygons of its footprints.
/// Returns at least one polygon; `None` when no attempt gave planar polygons, or none is large enough.
///
/// # Errors
/// [`crate::Error::Cancelled`]; the errors of [`Settings::room_for`].
pub(super) fn divide(outline: &Shape, roofs: &[Vec<&[Ring]>], settings: &Settings) -> Result<Option<Vec<Divided>>> {
    // Vertices nearer to each other than the smallest detail would make shorter edges.
    let attempts = [
        (settings.detail - 1, Simplify::Fully),
        (settings.snap, Simplify::Fully),
        (settings.detail - 1, Simplify::Straighten),
        (settings.snap, Simplify::Straighten),
        (settings.snap / 4, Simplify::Straighten),
        (settings.snap / 4, Simplify::Nothing),
        (1, Simplify::Nothing),
    ];
    let mut pieces: Vec<Divided> = Vec::new();
    for (roof, polygons) in roofs.iter().enumerate() {
        settings.check()?;
        let united = union(polygons.iter().copied().flatten());
        let within = intersection(united.iter().flatten(), outline.iter(), Collinear::Drop);
        pieces.extend(within.into_iter().map(|piece| (roof, piece)));
    }
    for (snap, simplify) in attempts.map(|(snap, simplify)| (snap.max(0), simplify)) {
        if let Some(divided) = attempt(outline, &pieces, snap, simplify, settings)? {
            return Ok(Some(give_tips_away(divided, settings)));
        }
    }
    Ok(None)
}

/// Divides an outline with walls that are within `snap` joined; `None` when the result is not planar.
fn attempt(
    outline: &Shape,
    pieces: &[Divided],
    snap: i32,
    simplify: Simplify,
    settings: &Settings,
) -> Result<Option<Vec<Divided>>> {
    settings.check()?;
    let fitted = fit(outline, pieces, snap);
    let shapes: Vec<&[Ring]> = fitted.iter().map(Vec::as_slice).collect();
    let Some(mut noded) = node(&shapes, 1, snap, settings)? else { return Ok(None) };
    // A piece that is all of the outline is no copy to be left out.
    for &(piece, _) in noded.copies.iter().filter(|(_, first)| *first == 0) {
        noded.shapes[piece] = noded.shapes[0].clone();
    }
    let Some((outline_noded, pieces_noded)) = noded.shapes.split_first() else { return Ok(None) };
    let roofs = pieces.iter().map(|(roof, _)| *roof);
    let mut faces = paint(outline_noded, roofs.zip(pieces_noded).collect(), settings)?;
    if !join_small_faces(&mut faces, settings)? {
        return Ok(None);
    }
    let mut divided = polygons_of(&faces);
    let mut corners: Vec<GridPoint> = outline.iter().flatten().copied().collect();
    corners.sort_unstable();
    if simplify == Simplify::Fully {
        join_near_vertices(&mut divided, &corners, settings.detail);
    }
    if simplify != Simplify::Nothing {
        simplify_walls(divided.iter_mut().map(|(_, shape)| shape).collect(), &corners, simplify, settings);
    }
    for (_, shape) in &mut divided {
        shape.iter_mut().for_each(|ring| cut_long_edges(ring, LONGEST_EDGE));
        canonical(shape);
    }
    divided.sort_unstable();
    settings.check()?;
    let polygons: Vec<&[Ring]> = divided.iter().map(|(_, shape)| shape.as_slice()).collect();
    // The outline has moved by no more than rounding its new vertices to the grid.
    let (before, after) = (shape_area2(outline), polygons.iter().map(|p| shape_area2(p)).sum::<i128>());
    let is_whole = ((after - before).abs() as f64) <= 4.0 * length(outline);
    Ok((is_whole && check_polygons(&polygons, Some(LONGEST_EDGE), None).is_ok()).then_some(divided))
}

/// Puts the vertices of pieces within `snap` of the outline on it. Returns the outline, with these vertices, and the
/// pieces.
fn fit(outline: &Shape, pieces: &[Divided], snap: i32) -> Vec<Shape> {
    let walls: Vec<[GridPoint; 2]> = outline.iter().flat_map(|ring| edges(ring)).collect();
    let index = index_of(&walls.iter().map(|wall| GridBox::of(wall)).collect::<Vec<_>>());
    let mut stops: HashMap<[GridPoint; 2], Vec<GridPoint>> = HashMap::new();
    let mut place = |p: GridPoint| {
        let mut near = index.query(p[0] - snap, p[1] - snap, p[0] + snap, p[1] + snap);
        near.sort_unstable();
        let corner = near.iter().map(|&n| walls[n][0]).chain(near.iter().map(|&n| walls[n][1]));
        let corner = corner.filter(|q| distance2(*q, p) <= square(snap)).min_by_key(|q| (distance2(*q, p), *q));
        if let Some(corner) = corner {
            return corner;
        }
        let on_walls = near.iter().map(|&n| (closest_on_edge(p, walls[n]).map(|v| v.round() as i32), walls[n]));
        let nearest = on_walls.min_by_key(|(q, wall)| (distance2(*q, p), *q, *wall));
        match nearest.filter(|(q, _)| distance2(*q, p) <= square(snap)) {
            Some((q, wall)) => {
                if !wall.contains(&q) {
                    stops.entry(wall).or_default().push(q);
                }
                q
            }
            None => p,
        }
    };
    let mut fitted: Vec<Shape> = vec![Vec::new()];
    for (_, piece) in pieces {
        let mut piece: Shape = piece.iter().map(|ring| ring.iter().map(|&p| place(p)).collect()).collect();
        clear_collapsed(&mut piece);
        fitted.push(piece);
    }
    stops.values_mut().for_each(|points| {
        points.sort_unstable();
        points.dedup();
    });
    fitted[0].clone_from(outline);
    let stops_of = |a: GridPoint, b: GridPoint| stops.get(&[a, b]).map_or(&[][..], Vec::as_slice);
    fitted[0].iter_mut().for_each(|ring| split_edges(ring, stops_of));
    fitted
}

/// A polygon of an outline that was noded, with its roof; `None` where there is none yet.
struct Face {
    roof: Option<usize>,
    shape: Shape,
}

/// Gives all ground to the first piece that covers it. What no piece covers is without a roof.
fn paint(outline: &Shape, pieces: Vec<(usize, &Shape)>, settings: &Settings) -> Result<Vec<Face>> {
    let mut faces = Vec::new();
    let boxes: Vec<GridBox> =
        pieces.iter().map(|(_, piece)| GridBox::of(piece.first().map_or(&[[0; 2]], |ring| ring))).collect();
    let locator = Locator::new(outline.iter());
    let is_outside = |edge| locator.place_of_half(twice_middle(edge)) == Place::Outside;
    let mut prior = Prior::default();
    for (n, (roof, piece)) in pieces.iter().enumerate() {
        settings.check()?;
        if piece.is_empty() {
            continue;
        }
        let others = prior.around(&boxes, &boxes[n]);
        // Junctions with other walls lie on straight walls, so collinear vertices must stay.
        let left = difference(piece.iter(), others.into_iter().flat_map(|n| pieces[n].1), Collinear::Keep);
        let reaches_out = left.iter().flatten().flat_map(|ring| edges(ring)).any(is_outside);
        let within =
            if reaches_out { intersection(left.iter().flatten(), outline.iter(), Collinear::Keep) } else { left };
        faces.extend(within.into_iter().map(|shape| Face { roof: Some(*roof), shape }));
        prior.add(n, &boxes);
    }
    let covered = pieces.iter().flat_map(|(_, piece)| piece.iter());
    let left = difference(outline.iter(), covered, Collinear::Keep);
    faces.extend(left.into_iter().map(|shape| Face { roof: None, shape }));
    Ok(faces)
}

/// Joins faces to clusters with one roof: each that is too small or too narrow for a part, the smallest first, with the
/// neighbour with which it has the longest common wall, of equals the smallest; then each that has no roof. Returns
/// whether all faces have a roof then.
fn join_small_faces(faces: &mut [Face], settings: &Settings) -> Result<bool> {
    let mut clusters = Clusters::new(faces);
    let mut bad: BTreeSet<(i128, usize)> = BTreeSet::new();
    for n in (0..faces.len()).filter(|&n| faces[n].roof.is_some()) {
        settings.check()?;
        if is_too_small(std::slice::from_ref(&faces[n].shape), settings)? {
            bad.insert((clusters.area2[n], n));
        }
    }
    while let Some((_, n)) = bad.pop_first() {
        settings.check()?;
        let Some(other) = clusters.neighbour(n, |other| clusters.roof[other].is_some()) else {
            clusters.roof[n] = None;
            continue;
        };
        let was_bad = bad.remove(&(clusters.area2[other], other));
        clusters.join(n, other);
        if was_bad {
            let walls = clusters.faces[other].iter().flat_map(|&n| faces[n].shape.iter()).flat_map(|ring| edges(ring));
            if is_too_small(&assemble(walls.collect()), settings)? {
                bad.insert((clusters.area2[other], other));
            }
        }
    }
    // A face without a roof may touch only others of its kind at first.
    loop {
        settings.check()?;
        let without = (0..faces.len()).filter(|&n| clusters.is_alive(n) && clusters.roof[n].is_none());
        let found: Vec<(usize, usize)> =
            without.filter_map(|n| Some((n, clusters.neighbour(n, |other| clusters.roof[other].is_some())?))).collect();
        if found.is_empty() {
            break;
        }
        found.into_iter().for_each(|(n, other)| clusters.join(n, other));
    }
    for n in (0..faces.len()).filter(|&n| clusters.is_alive(n)).collect::<Vec<_>>() {
        clusters.faces[n].iter().for_each(|&face| faces[face].roof = clusters.roof[n]);
    }
    Ok(faces.iter().all(|face| face.roof.is_some()))
}

/// Faces that are joined, by the index of one of them.
struct Clusters {
    /// The roof of each cluster.
    roof: Vec<Option<usize>>,
    /// Twice the area of each cluster.
    area2: Vec<i128>,
    /// The faces of each cluster; none for one that was joined with another.
    faces: Vec<Vec<usize>>,
    /// The lengths of the walls that each cluster has in common with others.
    walls: Vec<BTreeMap<usize, f64>>,
}

impl Clusters {
    fn new(faces: &[Face]) -> Clusters {
        let numbered = faces.iter().enumerate();
        let owners: HashMap<[GridPoint; 2], usize> = numbered
            .flat_map(|(n, face)| face.shape.iter().flat_map(|ring| edges(ring)).map(move |edge| (edge, n)))
            .collect();
        let walls_of = |face: &Face| {
            let mut walls: BTreeMap<usize, f64> = BTreeMap::new();
            for [a, b] in face.shape.iter().flat_map(|ring| edges(ring)) {
                if let Some(&other) = owners.get(&[b, a]) {
                    *walls.entry(other).or_default() += (distance2(a, b) as f64).sqrt();
                }
            }
            walls
        };
        Clusters {
            roof: faces.iter().map(|face| face.roof).collect(),
            area2: faces.iter().map(|face| shape_area2(&face.shape)).collect(),
            faces: (0..faces.len()).map(|n| vec![n]).collect(),
            walls: faces.iter().map(walls_of).collect(),
        }
    }

    fn is_alive(&self, cluster: usize) -> bool {
        !self.faces[cluster].is_empty()
    }

    /// Finds the neighbour with the longest common wall, of equals the one with the smallest area, then with the
    /// lowest roof.
    fn neighbour(&self, cluster: usize, is_one: impl Fn(usize) -> bool) -> Option<usize> {
        let neighbours = self.walls[cluster].iter().filter(|(other, _)| is_one(**other));
        let better = |a: &(&usize, &f64), b: &(&usize, &f64)| {
            let rest = |n: usize| (Reverse(self.area2[n]), self.roof[n], n);
            a.1.total_cmp(b.1).then_with(|| rest(*a.0).cmp(&rest(*b.0)))
        };
        neighbours.max_by(better).map(|(other, _)| *other)
    }

    /// Joins a cluster to another, which keeps its roof.
    fn join(&mut self, cluster: usize, other: usize) {
        let faces = std::mem::take(&mut self.faces[cluster]);
        self.faces[other].extend(faces);
        self.area2[other] += self.area2[cluster];
        for (neighbour, length) in std::mem::take(&mut self.walls[cluster]) {
            self.walls[neighbour].remove(&cluster);
            if neighbour != other {
                *self.walls[neighbour].entry(other).or_default() += length;
                *self.walls[other].entry(neighbour).or_default() += length;
            }
        }
    }
}

/// Returns whether polygons are too small for a part together, or narrower than the smallest detail everywhere.
fn is_too_small(shapes: &[Shape], settings: &Settings) -> Result<bool> {
    if shapes.iter().map(|shape| shape_area2(shape)).sum::<i128>() < settings.hole_area2 {
        return Ok(true);
    }
    Ok(settings.detail >= 2 && there_and_back(shapes, -settings.detail / 2, settings)?.is_empty())
}

/// Joins the ends of edges shorter than `shortest`, the shortest edges first. The `corners` of the outline, sorted,
/// stay where they are, and other vertices on the outline move along it.
fn join_near_vertices(divided: &mut Vec<Divided>, corners: &[GridPoint], shortest: i32) {
    /// Joining two vertices may make another edge short.
    const ROUNDS: usize = 4;
    for _ in 0..ROUNDS {
        let mut walls: Vec<[GridPoint; 2]> =
            divided.iter().flat_map(|(_, shape)| shape).flat_map(|ring| edges(ring)).collect();
        walls.sort_unstable();
        let has = |wall: [GridPoint; 2]| walls.binary_search(&wall).is_ok();
        let mut outer: Vec<GridPoint> = walls.iter().filter(|[a, b]| !has([*b, *a])).flatten().copied().collect();
        outer.sort_unstable();
        // A vertex moves to one of a higher rank, of the same rank to the smaller one.
        let rank = |p: &GridPoint| (corners.binary_search(p).is_ok(), outer.binary_search(p).is_ok());
        let mut short: Vec<[GridPoint; 2]> =
            walls.iter().copied().filter(|&[a, b]| distance2(a, b) < square(shortest)).collect();
        short.sort_unstable_by_key(|&[a, b]| (distance2(a, b), a.min(b), a.max(b)));
        let mut moved: HashMap<GridPoint, GridPoint> = HashMap::new();
        let mut kept: HashSet<GridPoint> = HashSet::new();
        for wall in short {
            let [from, to] = if (rank(&wall[0]), Reverse(wall[0])) < (rank(&wall[1]), Reverse(wall[1])) {
                wall
            } else {
                [wall[1], wall[0]]
            };
            let is_along = !rank(&from).1 || !has([wall[1], wall[0]]);
            if is_along
                && !rank(&from).0
                && !kept.contains(&from)
                && !moved.contains_key(&from)
                && !moved.contains_key(&to)
            {
                moved.insert(from, to);
                kept.insert(to);
            }
        }
        if moved.is_empty() {
            return;
        }
        for (_, shape) in divided.iter_mut() {
            shape.iter_mut().flatten().for_each(|p| *p = moved.get(p).copied().unwrap_or(*p));
            clear_collapsed(shape);
        }
        divided.retain(|(_, shape)| !shape.is_empty());
    }
}

/// Joins the faces of each roof to polygons.
fn polygons_of(faces: &[Face]) -> Vec<Divided> {
    let mut walls: BTreeMap<usize, Vec<[GridPoint; 2]>> = BTreeMap::new();
    for face in faces {
        let Some(roof) = face.roof else { continue };
        walls.entry(roof).or_default().extend(face.shape.iter().flat_map(|ring| edges(ring)));
    }
    walls.into_iter().flat_map(|(roof, walls)| assemble(walls).into_iter().map(move |shape| (roof, shape))).collect()
}
