//! Random scenes.

use super::*;

/// Numbers that are the same in every run (xorshift64*).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
}

/// A few houses close together: turned rectangles, stars that cross themselves, copies, courtyards, whole-metre
/// neighbours.
pub(super) fn scene(random: &mut Random) -> Vec<Footprint> {
    let spread = random.range(10.0, 60.0);
    let count = 1 + random.below(12);
    let turn = random.range(0.0, 1.0) * random.below(2) as f64;
    let mut houses: Vec<Footprint> = Vec::new();
    for k in 0..count {
        let id = k.to_string();
        let (x, y) = (random.range(-spread, spread), random.range(-spread, spread));
        let (w, h) = (random.range(0.3, 15.0), random.range(3.0, 15.0));
        let turn = if random.below(3) == 0 { random.range(0.0, 1.5) } else { turn };
        let (s, c) = (turn.sin(), turn.cos());
        let at = |u: f64, v: f64| [x + c * u - s * v, y + s * u + c * v];
        houses.push(match random.below(8) {
            0 => {
                let points: Vec<[f64; 2]> =
                    (0..3 + random.below(7)).map(|_| at(random.range(-9.0, 9.0), random.range(-9.0, 9.0))).collect();
                footprint(&id, &[&points])
            }
            1 => {
                let (t, u) = (w * random.range(0.05, 0.4), h * random.range(0.05, 0.4));
                let outer = [at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)];
                footprint(&id, &[&outer, &[at(t, u), at(w - t, u), at(w - t, h - u), at(t, h - u)]])
            }
            2 => rectangle(&id, x.round(), y.round(), w.round() + 1.0, h.round()),
            3 => {
                // An L next to itself, with a narrow slit.
                let slit = random.range(0.0, 1.5);
                footprint(
                    &id,
                    &[&[at(0.0, 0.0), at(w, 0.0), at(w, h), at(w * 0.5 + slit, h), at(w * 0.5, h * 0.3), at(0.0, h)]],
                )
            }
            4 if !houses.is_empty() => {
                let mut twin = houses[random.below(houses.len() as u64) as usize].clone();
                let (dx, dy) = (random.range(-0.002, 0.002), random.range(-12.0, 12.0) * random.below(2) as f64);
                for p in twin.polygons.iter_mut().flat_map(|p| &mut p.rings).flatten() {
                    *p = [p[0] + dx, p[1] + dy];
                }
                twin.id = id;
                twin
            }
            _ => footprint(&id, &[&[at(0.0, 0.0), at(w, 0.0), at(w, h), at(0.0, h)]]),
        });
        houses.last_mut().unwrap().height = random.range(3.0, 30.0);
    }
    houses
}

/// Buildings without what depends on the order of the input.
fn geometry(cleaned: &Cleaned) -> Vec<(&[Ring], u64)> {
    let polygons = cleaned.buildings.iter().flat_map(|b| b.polygons());
    let mut all: Vec<_> = polygons.map(|(rings, roof)| (rings, roof.to_bits())).collect();
    all.sort_unstable();
    all
}

#[test]
fn random_scenes_hold_every_promise() {
    let mut random = Random(7);
    let (mut narrow, mut short, mut made) = (0, 0, 0);
    for round in 0..1000 {
        let houses = scene(&mut random);
        for parameters in [
            MERGE,
            APART,
            Parameters { min_building_detail: random.range(0.0, 1.0), min_building_area: 1.0, ..MERGE },
            Parameters { merge_tolerance: random.range(0.0, 2.0), ..MERGE },
        ] {
            let out = cleaned(&houses, &parameters);
            assert!(out.report.unrepairable.is_empty(), "{round} {parameters:?}: {}", out.report);
            if parameters == MERGE {
                narrow += out.report.narrow_places;
                short += out.report.short_edges;
                made += out.report.buildings;
            }
            assert_area(&houses, &out, &parameters, round);
            let named = |c: &Cleaned| {
                let members = c.buildings.iter().flat_map(|b| b.members.clone());
                let mut ids: Vec<String> = members.map(|m| houses[m as usize].id.clone()).collect();
                ids.extend(c.report.small.iter().chain(&c.report.empty).cloned());
                ids.extend(c.report.swallowed.iter().map(|s| s.footprint.clone()));
                ids.sort_unstable();
                ids.dedup();
                ids
            };
            assert_eq!(named(&out).len(), houses.len(), "{round} {parameters:?}: a footprint is lost: {}", out.report);
        }
        // The order of the footprints changes nothing, nor does a move by whole metres.
        let parameters = if round % 2 == 0 { MERGE } else { APART };
        let reference = cleaned(&houses, &parameters);
        let mut mixed = houses.clone();
        for k in (1..mixed.len()).rev() {
            mixed.swap(k, random.below(k as u64 + 1) as usize);
        }
        assert_eq!(geometry(&cleaned(&mixed, &parameters)), geometry(&reference), "{round} order");
    }
    // Even of such scenes little stays below the smallest detail.
    assert!(made > 3000 && narrow < made / 10 && short < made / 50, "{made} {narrow} {short}");
}

/// Places in the middle of wide faces, where no wall is near that cleaning could have moved, have the highest of the
/// roofs over them, up to the tolerance.
#[test]
fn the_highest_roof_stands_wherever_footprints_overlap() {
    /// No wall moves farther, and a face with a place so far from its walls is neither small nor narrow.
    const CLEAR: f64 = 1.5 / GRID;
    let mut random = Random(11);
    let (mut places, mut divided) = (0, 0);
    for round in 0..150 {
        let houses: Vec<Footprint> = scene(&mut random)
            .into_iter()
            .filter(|house| house.polygons[0].rings[0].len() <= 5 && house.polygons[0].rings.len() == 1)
            .collect();
        for tolerance in [0.0, 0.5, 4.0] {
            let parameters = Parameters { merge_height_tolerance: tolerance, ..MERGE };
            let out = cleaned(&houses, &parameters);
            divided += out.report.divided;
            let plain = |ring: &Ring| ring.iter().map(|p| p.map(f64::from)).collect::<Vec<[f64; 2]>>();
            let polygons: Vec<(Vec<Vec<[f64; 2]>>, f64)> = out
                .buildings
                .iter()
                .flat_map(|b| b.polygons())
                .map(|(rings, roof)| (rings.iter().map(plain).collect(), roof))
                .collect();
            let local = |p: &[f64; 2]| [0, 1].map(|d| (p[d] - DOMAIN.origin[d] as f64) / GRID);
            let rings: Vec<Vec<[f64; 2]>> =
                houses.iter().map(|h| h.polygons[0].rings[0].iter().map(local).collect()).collect();
            for _ in 0..1000 {
                let p = [0, 1].map(|_| random.range(-40.0, 40.0) / GRID);
                let over =
                    houses.iter().zip(&rings).filter(|(_, ring)| is_inside(p, ring)).map(|(house, _)| house.height);
                let Some(highest) = over.reduce(f64::max) else { continue };
                if rings.iter().any(|ring| distance_to_ring(p, ring) < CLEAR) {
                    continue;
                }
                let holds = |rings: &[Vec<[f64; 2]>]| rings.iter().filter(|ring| is_inside(p, ring)).count() % 2 == 1;
                let roof = polygons.iter().find(|(rings, _)| holds(rings)).map(|(_, roof)| roof);
                // Footprints below the smallest area have no building.
                let Some(roof) = roof else { continue };
                assert!((roof - highest).abs() <= tolerance, "{round}, {tolerance}: {roof} for {highest} at {p:?}");
                places += 1;
            }
        }
    }
    assert!(places > 3000 && divided > 150, "{places} {divided}");
}

/// Returns whether a point lies in a ring, by its crossings.
fn is_inside(p: [f64; 2], ring: &[[f64; 2]]) -> bool {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let crosses = |(a, b): &(&[f64; 2], &[f64; 2])| {
        (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0] + (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1])
    };
    ends.filter(crosses).count() % 2 == 1
}

/// Returns the distance of a point from the nearest edge of a ring.
fn distance_to_ring(p: [f64; 2], ring: &[[f64; 2]]) -> f64 {
    let to_edge = |(a, b): (&[f64; 2], &[f64; 2])| {
        let (along, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
        let length2 = along[0] * along[0] + along[1] * along[1];
        let t = if length2 == 0.0 { 0.0 } else { ((along[0] * to[0] + along[1] * to[1]) / length2).clamp(0.0, 1.0) };
        (to[0] - t * along[0]).hypot(to[1] - t * along[1])
    };
    ring.iter().zip(ring.iter().cycle().skip(1)).map(to_edge).fold(f64::INFINITY, f64::min)
}

/// A rectangle around a point, turned by an angle.
fn turned(id: &str, middle: [f64; 2], angle: f64, [w, h]: [f64; 2]) -> Footprint {
    let (s, c) = angle.sin_cos();
    let at = |u: f64, v: f64| [middle[0] + c * u * w - s * v * h, middle[1] + s * u * w + c * v * h];
    footprint(id, &[&[at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)]])
}

/// Footprints that touch, overlap by a grid unit and cross at small angles, some longer than edges may be.
pub(super) fn crowd(random: &mut Random) -> Vec<Footprint> {
    let angle = random.range(0.0, 3.0);
    let (s, c) = angle.sin_cos();
    let at = |u: f64, v: f64| [c * u - s * v, s * u + c * v];
    let mut houses = Vec::new();
    let mut along = 0.0;
    for k in 0..3 + random.below(9) {
        let id = k.to_string();
        let (w, h) = (random.range(0.4, 9.0), random.range(3.0, 12.0));
        houses.push(match random.below(5) {
            0 => {
                turned(&id, at(along, 0.0), random.range(0.0, 3.0), [random.range(20.0, 120.0), random.range(0.2, 2.0)])
            }
            1 => turned(&id, at(along, 3.0), angle + random.range(-0.01, 0.01), [random.range(70.0, 150.0), h]),
            2 => footprint(&id, &[&[at(along, -0.001), at(along + w, 0.001), at(along + w, -h), at(along, -h)]]),
            3 => {
                let first = random.range(0.0, 3.0);
                let [p, q] = [first, first + random.range(0.05, 1.0)].map(|a| at(30.0 * a.cos(), 30.0 * a.sin()));
                footprint(&id, &[&[at(0.0, 0.0), p, q]])
            }
            _ => footprint(&id, &[&[at(along, 0.0), at(along + w, 0.0), at(along + w, h), at(along, h)]]),
        });
        along += w;
    }
    houses
}

/// A block over a corner that three footprints share, so that a courtyard and a neighbour touch the outline there.
#[test]
fn a_courtyard_and_a_neighbour_may_touch_an_outline_in_the_same_corner() {
    let houses = [
        footprint("block", &[&[[0.3, 0.3], [5.5, 6.3], [-0.4, 11.4], [-5.6, 5.5]]]),
        footprint("left", &[&[[0.0, 0.0], [-7.9, 28.9], [-28.5, 9.4]]]),
        footprint("right", &[&[[0.0, 0.0], [16.5, 25.0], [14.8, 26.1]]]),
        footprint("below", &[&[[0.0, 0.0], [-28.9, -8.1], [-24.5, -17.4]]]),
    ];
    let exact = Parameters { min_building_detail: 0.0, merge_tolerance: 0.0, ..MERGE };
    let out = cleaned(&houses, &exact);
    let members: Vec<&[u32]> = out.buildings.iter().map(|b| b.members.as_slice()).collect();
    assert_eq!((members, out.buildings[0].rings.len()), (vec![&[0, 1, 2][..], &[3]], 2));
}

#[test]
fn each_valid_footprint_is_in_a_building_whatever_it_touches() {
    let mut random = Random(11);
    let exact = Parameters { min_building_detail: 0.0, merge_tolerance: 0.0, min_building_area: 0.0, ..MERGE };
    for round in 0..1000 {
        let houses = crowd(&mut random);
        let out = cleaned(&houses, &exact);
        let mut members: Vec<u32> = out.buildings.iter().flat_map(|b| b.members.iter().copied()).collect();
        members.sort_unstable();
        members.dedup();
        assert_eq!(members.len(), houses.len(), "round {round}: {:?} of {houses:?}", out.report.unrepairable);
    }
}

#[test]
fn thin_footprints_through_one_point_are_buildings_or_named() {
    let mut random = Random(3);
    for count in [8, 20, 80] {
        let houses: Vec<Footprint> = (0..count)
            .map(|k| {
                let angle = std::f64::consts::PI * f64::from(k) / f64::from(count) + random.range(-0.005, 0.005);
                turned(&k.to_string(), [0.0; 2], angle, [random.range(20.0, 200.0), random.range(0.2, 1.0)])
            })
            .collect();
        for parameters in [MERGE, APART] {
            for detail in [parameters.min_building_detail, 0.0] {
                let tolerance = detail;
                let parameters =
                    Parameters { min_building_detail: detail, merge_tolerance: tolerance, ..parameters.clone() };
                let out = cleaned(&houses, &parameters);
                let report = &out.report;
                let named = [&report.small, &report.unrepairable].into_iter().flatten().cloned();
                let mut known: Vec<String> =
                    named.chain(report.swallowed.iter().map(|s| s.footprint.clone())).collect();
                known.extend(out.buildings.iter().flat_map(|b| b.members.iter().map(u32::to_string)));
                known.sort_unstable();
                known.dedup();
                assert_eq!(known.len(), houses.len());
            }
        }
    }
}

/// Buildings cover what the footprints cover, but for what is too small, closed, or simplified.
fn assert_area(houses: &[Footprint], out: &Cleaned, parameters: &Parameters, round: usize) {
    let pool = Pool::new(&RunOptions::default()).unwrap();
    let settings = Settings::new(parameters, pool.context());
    let border = Border::new(&DOMAIN.into(), 512);
    let parts: Vec<Shape> =
        houses.iter().flat_map(|h| prepare(h, &DOMAIN, &border, &settings).unwrap().parts).collect();
    let union = union(parts.iter().flatten());
    let square_metres = |area2: i128| area2 as f64 * 0.5 * GRID * GRID;
    let covered = square_metres(union.iter().map(|s| shape_area2(s)).sum());
    let small: f64 =
        union.iter().map(|s| square_metres(shape_area2(s))).filter(|&a| a < 1.3 * parameters.min_building_area).sum();
    let cut = [out.report.small.len(), out.report.small_parts.len(), out.report.swallowed.len()];
    let cut_small = cut.iter().sum::<usize>() as f64 * parameters.min_building_area;
    let difference = area(out) - covered;
    let slack = 0.1 * covered + small + cut_small + 1.0;
    let closed = 1.2 * parameters.merge_tolerance * 30.0 * houses.len() as f64 + 4.0 * out.report.holes_closed as f64;
    assert!(difference >= -slack && difference <= slack + closed, "{round} {parameters:?}: {covered} -> {}", area(out));
}
