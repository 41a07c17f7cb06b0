//! Buildings whose edges run close to each other, like the teeth of a comb: the pieces of such edges are as short as
//! the gap between them, so that few buildings may make most of a city's triangles.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::firsts::Firsts;
use crate::city::plane::clean::{Building, BuildingKey};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::Point;
use crate::city::plane::mesher::scale::Scale;
use crate::city::tiles::estimate::{Estimate, pieces_of_edge};
use crate::human::{self, first_of};
use crate::job::Context;

/// The triangles, walls among them, for each piece of edges that run close to each other, measured.
const TRIANGLES_PER_PIECE: f64 = 3.0;

/// The fewest triangles that are worth a warning.
const MANY: f64 = 200_000.0;

/// How many times as many pieces as its edges have alone make a building one of fine details.
const CROWDED: f64 = 3.0;

/// What the edges of a building ask for.
#[derive(Clone, Copy, Debug, Default)]
struct Detail {
    /// The pieces of its edges, were there nothing near them.
    alone: f64,
    /// The pieces as edges that face each other cut them.
    near: f64,
    /// The distance of the edges that are cut into the most pieces by each other, and these pieces.
    closest: (f64, f64),
}

/// What the edges of all buildings ask for.
#[derive(Default)]
pub(super) struct Details {
    buildings: u64,
    /// The pieces of buildings without fine details.
    others: f64,
    /// The number of buildings of fine details, and their pieces.
    fine: (u64, f64),
    /// Those that are named: the ones with the most pieces, with their names and the distance of their closest edges.
    named: Firsts<(Reverse<u64>, BuildingKey), (String, f64)>,
}

impl Details {
    /// Adds buildings in their order. `key` and `name` tell of each.
    pub fn add(
        &mut self,
        buildings: &[Building],
        scale: &Scale,
        key: impl Fn(&Building) -> BuildingKey,
        name: impl Fn(&Building) -> String,
    ) {
        let details: Vec<Detail> = buildings.par_iter().map(|building| detail(building, scale)).collect();
        self.buildings += buildings.len() as u64;
        for (building, Detail { alone, near, closest }) in buildings.iter().zip(details) {
            if near <= CROWDED * alone {
                self.others += alone;
                continue;
            }
            self.fine = (self.fine.0 + 1, self.fine.1 + near);
            // Of numbers above zero the bits have the same order.
            self.named.add((Reverse(near.to_bits()), key(building)), || (name(building), closest.0));
        }
    }

    /// Warns when buildings with fine details are likely to make most of the triangles.
    pub fn warn(self, domain: &Domain, scale: &Scale, context: &Context) {
        if let Some(warning) = self.most_of_the_triangles(domain.area(), scale) {
            context.warn("fine-details", warning);
        }
    }

    /// Describes the buildings with fine details, if these are likely to make many triangles, and more than all the
    /// rest of an area in square metres.
    fn most_of_the_triangles(self, area: f64, scale: &Scale) -> Option<String> {
        let others = Estimate::new(area, self.others, scale).triangles;
        let (count, near) = self.fine;
        let triangles = TRIANGLES_PER_PIECE * near;
        if triangles < MANY.max(others) {
            return None;
        }
        let (names, distances): (Vec<String>, Vec<f64>) = self.named.into_first(human::SHOWN).unzip();
        let distance = distances.first()?;
        Some(format!(
            "{} of {} with edges {distance:.2} m apart over long stretches {} likely to make about {} triangles, where \
             all the rest makes about {}: {}; min_building_detail (--min-building-detail) above that distance closes \
             such gaps",
            human::count(count),
            human::counted(self.buildings, "building"),
            if count == 1 { "is" } else { "are" },
            human::count(triangles as u64),
            human::count(others as u64),
            first_of(&names, count)
        ))
    }
}

fn detail(building: &Building, scale: &Scale) -> Detail {
    let mut all = Detail::default();
    for ring in building.polygons().flat_map(|(rings, _)| rings) {
        let corners = corners(&ring.iter().map(|p| p.map(|v| f64::from(v) * GRID)).collect::<Vec<_>>());
        let count = corners.len();
        let at = |n: usize| corners[n % count];
        for n in 0..count {
            let (a, b) = (at(n), at(n + 1));
            let length = (b[0] - a[0]).hypot(b[1] - a[1]);
            let alone = pieces_of_edge(a, b, scale);
            // The edges two places before and behind face this one where they lead back.
            let before = facing([b, a], [at(n + count - 1), at(n + count - 2)]);
            let behind = facing([a, b], [at(n + 2), at(n + 3)]);
            let nearest = [before, behind].into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0));
            let near = nearest
                .map_or(alone, |(distance, along)| along / distance.min(scale.wall) + (length - along) / scale.wall);
            all.alone += alone;
            all.near += near.max(alone);
            if let Some((distance, _)) = nearest.filter(|_| near > all.closest.1) {
                all.closest = (distance, near);
            }
        }
    }
    all
}

/// Returns how far apart two edges are that lead in opposite directions, and along what length they face each other.
/// The second begins where an edge from the end of the first ends.
fn facing([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Option<(f64, f64)> {
    let vector = |from: Point, to: Point| [to[0] - from[0], to[1] - from[1]];
    let (first, second, between) = (vector(a, b), vector(c, d), vector(b, c));
    let (length, other) = (first[0].hypot(first[1]), second[0].hypot(second[1]));
    let opposite = -(first[0] * second[0] + first[1] * second[1]) / (length * other);
    let distance = (first[0] * between[1] - first[1] * between[0]).abs() / length;
    (opposite > 0.9 && distance > 0.0).then_some((distance, length.min(other)))
}

/// Returns the vertices of a ring at which it turns: long edges were cut.
fn corners(ring: &[Point]) -> Vec<Point> {
    let count = ring.len();
    let turns = |&n: &usize| {
        let (a, b, c) = (ring[(n + count - 1) % count], ring[n], ring[(n + 1) % count]);
        let (to, from) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
        (to[0] * from[1] - to[1] * from[0]).abs() > 1e-3 * to[0].hypot(to[1]) * from[0].hypot(from[1])
    };
    (0..count).filter(turns).map(|n| ring[n]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::input::footprint::Lod;
    use crate::city::plane::parameters::Parameters;

    fn building(ring: &[[f64; 2]]) -> Building {
        let ring = ring.iter().map(|p| p.map(|v| (v / GRID) as i32)).collect();
        Building { rings: vec![ring], members: vec![0], roof: 5.0, lod: Lod::Lod1, parts: Vec::new() }
    }

    /// A comb with teeth of so many metres, as wide as the gaps between them. Teeth above 64 m have a vertex within.
    fn comb(teeth: usize, width: f64, length: f64) -> Building {
        let mut ring = vec![[0.0, 0.0], [2.0 * width * teeth as f64, 0.0]];
        for tooth in (0..teeth).rev() {
            let west = 2.0 * width * tooth as f64;
            let middle = 10.0 + 0.5 * length;
            ring.extend([[west + width, 10.0], [west + width, middle], [west + width, 10.0 + length]]);
            ring.extend([[west, 10.0 + length], [west, middle], [west, 10.0]]);
        }
        ring.pop();
        building(&ring)
    }

    #[test]
    fn edges_that_face_each_other_are_cut_by_their_distance() {
        let scale = Parameters::default().scale();
        let fine = detail(&comb(40, 0.5, 40.0), &scale);
        assert!((6000.0..7000.0).contains(&fine.near) && fine.closest.0 == 0.5, "{fine:?}");
        assert!(fine.near > CROWDED * fine.alone, "{fine:?}");
        // A house, one with a notch, and a comb as coarse as its pieces.
        for plain in [
            building(&[[0.0, 0.0], [20.0, 0.0], [20.0, 12.0], [0.0, 12.0]]),
            building(&[
                [0.0, 0.0],
                [20.0, 0.0],
                [20.0, 12.0],
                [11.0, 12.0],
                [11.0, 11.0],
                [10.0, 11.0],
                [10.0, 12.0],
                [0.0, 12.0],
            ]),
            comb(40, 5.0, 40.0),
        ] {
            let detail = detail(&plain, &scale);
            assert!(detail.near < 1.5 * detail.alone, "{detail:?}");
        }
    }

    #[test]
    fn the_buildings_that_make_most_of_the_triangles_are_named() {
        let scale = Parameters::default().scale();
        let house = building(&[[0.0, 0.0], [20.0, 0.0], [20.0, 12.0], [0.0, 12.0]]);
        let told = |comb: Building, area: f64| {
            let mut details = Details::default();
            let houses = [Building { members: vec![0, 2], ..comb }, Building { members: vec![1], ..house.clone() }];
            let name =
                |building: &Building| if building.members.len() > 1 { "comb + handle" } else { "house" }.to_string();
            details.add(&houses, &scale, |b| BuildingKey::new(b.members[0], &b.rings), name);
            details.most_of_the_triangles(area, &scale)
        };
        let text = told(comb(800, 0.5, 100.0), 1e6).unwrap();
        assert!(
            text.contains("1 of 2 buildings with edges 0.50 m apart") && text.contains(": comb + handle; "),
            "{text}"
        );
        assert!(!text.contains("house") && text.contains("--min-building-detail"), "{text}");
        assert_eq!(told(comb(40, 0.5, 40.0), 1e4), None, "few triangles");
        assert_eq!(told(comb(800, 0.5, 100.0), 1e9), None, "much ground");
        assert_eq!(told(comb(800, 5.0, 100.0), 1e4), None, "coarse teeth");
    }
}
