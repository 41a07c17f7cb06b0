//! The mesher as a whole: rectangles agree where they overlap.

use super::*;
use crate::city::plane::area::Area;
use crate::city::plane::domain::Domain;
use crate::city::plane::geometry::{before, distance2, orient};

fn random(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*seed >> 40) as f64) / f64::from(1 << 24)
}

/// Generates turned rectangles on a jittered grid of `pitch` metres, some with a narrow gap to the next.
fn city(size: f64, pitch: f64, seed: u64) -> Planar {
    let domain = Domain::new([0.0, 0.0, size, size]).unwrap();
    city_within(&domain.into(), pitch, seed, |_, _| true)
}

/// Generates such a city in an area, on those squares of the grid that `has_houses` accepts.
fn city_within(area: &Area, pitch: f64, seed: u64, has_houses: impl Fn(i32, i32) -> bool) -> Planar {
    let size = area.domain().size()[0];
    let mut seed = seed;
    let mut rings: Vec<Vec<[i32; 2]>> = Vec::new();
    let count = (size / pitch) as i32;
    for i in 0..count {
        for j in 0..count {
            let (w, h) = (pitch * (0.15 + 0.2 * random(&mut seed)), pitch * (0.15 + 0.2 * random(&mut seed)));
            let t = 0.4 * random(&mut seed) - 0.2;
            let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
            let centre = [(f64::from(i) + 0.5) * pitch, (f64::from(j) + 0.5) * pitch];
            let corner = |x: f64, y: f64| {
                let p = [centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y];
                p.map(|v| (v * 1024.0).round() as i32)
            };
            let gap = 0.3 + 0.5 * random(&mut seed);
            if has_houses(i, j) {
                rings.push(vec![corner(-w, -h), corner(-gap, -h), corner(-gap, h), corner(-w, h)]);
                rings.push(vec![corner(0.0, -h), corner(w, -h), corner(w, h), corner(0.0, h)]);
            }
        }
    }
    Planar::new(area, rings.iter().enumerate().map(|(n, r)| (n as u32, r.as_slice())))
}

/// Returns the triangles whose smallest vertex lies in `rect` (half-open), with the rounds of their vertices, sorted.
fn owned(plane: &PlaneMesh, rect: &Rect) -> Vec<([Point; 3], [u8; 3])> {
    owned_of(plane, rect, |_| true)
}

/// Returns those of them that `is_meshed` accepts.
fn owned_of(plane: &PlaneMesh, rect: &Rect, is_meshed: impl Fn(u32) -> bool) -> Vec<([Point; 3], [u8; 3])> {
    let mut owned: Vec<_> = (0..plane.mesh.triangles())
        .filter(|&t| is_meshed(t))
        .map(|t| plane.mesh.canonical(t))
        .map(|v| (v.map(|v| plane.mesh.points[v as usize]), v.map(|v| plane.round[v as usize])))
        .filter(|(p, _)| (0..2).all(|d| rect.min[d] <= p[0][d] && p[0][d] < rect.max[d]))
        .collect();
    owned.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap());
    owned
}

#[test]
fn tiles_of_any_size_have_the_triangles_of_the_whole() {
    let scale = Scale::new(10.0, 5.0, 25.0);
    for seed in 1..4 {
        let planar = city(300.0, 30.0, seed);
        let all = Rect { min: [0.0; 2], max: [300.0; 2] };
        let whole = mesh(&planar, &all.inflated(50.0), &scale, || Ok(())).unwrap();
        assert!(whole.rounds > 2);
        for tile in [60.0, 100.0, 150.0] {
            let count = (300.0 / tile) as i32;
            for (i, j) in (0..count).flat_map(|i| (0..count).map(move |j| (i, j))) {
                let min = [f64::from(i) * tile, f64::from(j) * tile];
                let rect = Rect { min, max: [min[0] + tile, min[1] + tile] };
                let part = mesh(&planar, &rect.inflated(50.0), &scale, || Ok(())).unwrap();
                assert!(owned(&part, &rect) == owned(&whole, &rect), "seed {seed}, tile {tile} at {min:?}");
            }
        }
    }
}

/// An area with a stair, a hole and a wall of a house on its border.
#[test]
fn tiles_of_an_area_that_is_no_rectangle_have_the_triangles_of_the_whole() {
    let scale = Scale::new(10.0, 5.0, 25.0);
    let domain = Domain::new([0.0, 0.0, 300.0, 300.0]).unwrap();
    let at = |x: i32, y: i32| [x << 10, y << 10];
    let stairs = (0..30).flat_map(|k| [at(300 - 4 * k, 120 + 3 * k), at(296 - 4 * k, 120 + 3 * k)]);
    let outer = [at(0, 0), at(300, 0)].into_iter().chain(stairs).chain([at(180, 300), at(0, 300)]).collect();
    let hole = vec![at(62, 91), at(62, 117), at(118, 117), at(118, 91)];
    let area = Area::within(domain, vec![outer, hole]);
    let is_in = |x: f64, y: f64| {
        let in_stairs = x < 180.0 || y < 120.0 + 3.0 * ((300.0 - x) / 4.0).floor();
        in_stairs && !((62.0..118.0).contains(&x) && (91.0..117.0).contains(&y))
    };
    let has_houses = |i: i32, j: i32| !(1..4).contains(&i) || !(2..4).contains(&j);
    for seed in 1..4 {
        let planar = city_within(&area, 30.0, seed, |i, j| has_houses(i, j) && 30 * (i + 2) + 30 * (j + 2) < 360);
        let all = Rect { min: [0.0; 2], max: [300.0; 2] };
        let mesh_of = |rect: &Rect| {
            let rect = rect.inflated(50.0);
            let plane = mesh(&planar, &rect, &scale, || Ok(())).unwrap();
            let regions = Regions::new(&plane.mesh, &planar, &rect);
            (plane, regions)
        };
        let (whole, regions) = mesh_of(&all);
        let mut covered = 0.0;
        for t in (0..whole.mesh.triangles()).filter(|&t| regions.meshed(t).is_some()) {
            let p = whole.mesh.canonical(t).map(|v| whole.mesh.points[v as usize]);
            covered += 0.5 * orient(p[0], p[1], p[2]);
            let middle = [0, 1].map(|d| (p[0][d] + p[1][d] + p[2][d]) / 3.0);
            assert!(is_in(middle[0], middle[1]), "{middle:?}");
        }
        assert!((covered - area.square_metres()).abs() < 1e-6, "{covered}");
        for tile in [60.0, 100.0, 150.0] {
            let count = (300.0 / tile) as i32;
            for (i, j) in (0..count).flat_map(|i| (0..count).map(move |j| (i, j))) {
                let min = [f64::from(i) * tile, f64::from(j) * tile];
                let rect = Rect { min, max: [min[0] + tile, min[1] + tile] };
                let (part, there) = mesh_of(&rect);
                let ours = owned_of(&part, &rect, |t| there.meshed(t).is_some());
                let theirs = owned_of(&whole, &rect, |t| regions.meshed(t).is_some());
                assert!(ours == theirs, "seed {seed}, tile {tile} at {min:?}");
            }
        }
    }
}

#[test]
fn triangles_cover_the_domain_and_have_no_small_angles() {
    let scale = Scale::new(10.0, 5.0, 25.0);
    let planar = city(400.0, 40.0, 7);
    let all = Rect { min: [0.0; 2], max: [400.0; 2] };
    let whole = mesh(&planar, &all.inflated(50.0), &scale, || Ok(())).unwrap();
    let mut area = 0.0;
    let mut small = 0;
    for t in 0..whole.mesh.triangles() {
        let p = whole.mesh.canonical(t).map(|v| whole.mesh.points[v as usize]);
        assert!(before(p[0], p[1]) && before(p[0], p[2]));
        area += 0.5 * orient(p[0], p[1], p[2]);
        let mut sides = [distance2(p[0], p[1]), distance2(p[1], p[2]), distance2(p[2], p[0])];
        sides.sort_by(f64::total_cmp);
        let cos = (sides[1] + sides[2] - sides[0]) / (2.0 * (sides[1] * sides[2]).sqrt());
        small += u32::from(cos > 25.0_f64.to_radians().cos() + 1e-9);
    }
    assert!((area - 160_000.0).abs() < 1e-6, "{area}");
    println!("{} triangles, {small} under 25 degrees, {} rounds", whole.mesh.triangles(), whole.rounds);
    assert!(small * 1000 < whole.mesh.triangles(), "{small} of {}", whole.mesh.triangles());
}
