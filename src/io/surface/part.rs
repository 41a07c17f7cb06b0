//! The marker of a face, and which part of the city it stands for.
//!
//! With N buildings, -2 is ground, -1 ground next to a building, i (0 <= i < N) a wall of building i, N + i the roof of
//! building i.

use serde::Serialize;

use super::Triangle;

/// The marker of a face of which no part is known.
pub const NO_MARKER: i32 = i32::MIN;

/// A part of the city, as a face's marker tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Ground.
    Ground,
    /// Ground in a triangle that touches a building.
    GroundNextToBuilding,
    /// A wall.
    Wall,
    /// A roof.
    Roof,
    /// No part that a marker knows.
    Unknown,
}

impl Part {
    /// Every part there is.
    pub const ALL: [Part; 5] = [Part::Ground, Part::GroundNextToBuilding, Part::Wall, Part::Roof, Part::Unknown];

    /// The part that a marker stands for in a city of so many buildings.
    pub fn of(marker: i32, buildings: u32) -> Part {
        match marker {
            -2 => Part::Ground,
            -1 => Part::GroundNextToBuilding,
            m => match u64::try_from(m) {
                Ok(m) if m < u64::from(buildings) => Part::Wall,
                Ok(m) if m < 2 * u64::from(buildings) => Part::Roof,
                _ => Part::Unknown,
            },
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Part::Ground => "ground",
            Part::GroundNextToBuilding => "ground next to a building",
            Part::Wall => "wall",
            Part::Roof => "roof",
            Part::Unknown => "unknown",
        }
    }
}

/// The part of its length that a wall's normal may have in the vertical.
const TILT: f64 = 0.02;

/// Whether a triangle with this normal stands upright, as those of walls do.
pub(crate) fn is_upright(normal: [f64; 3]) -> bool {
    let length = normal.iter().map(|c| c * c).sum::<f64>().sqrt();
    normal[2].abs() <= TILT * length
}

/// What is known of the number of buildings, N, from the markers and the shapes of triangles: markers below N are of
/// walls, which stand upright, those from N on of roofs, which do not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MarkersSeen {
    /// The largest marker, like the others of those from 0 on.
    largest: Option<u32>,
    /// The largest marker of a triangle that stands upright.
    upright: Option<u32>,
    /// The smallest marker of a triangle that does not.
    lying: Option<u32>,
}

impl MarkersSeen {
    pub fn add(&mut self, triangle: &Triangle, marker: i32) {
        let Ok(marker) = u32::try_from(marker) else { return };
        self.largest = self.largest.max(Some(marker));
        let [a, b, c] = *triangle;
        let (u, v): ([f64; 3], [f64; 3]) = (std::array::from_fn(|i| b[i] - a[i]), std::array::from_fn(|i| c[i] - a[i]));
        let normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        // One without an area, or without numbers, tells nothing.
        if normal.iter().all(|c| c.is_finite()) && normal != [0.0; 3] {
            match is_upright(normal) {
                true => self.upright = self.upright.max(Some(marker)),
                false => self.lying = Some(self.lying.map_or(marker, |least| least.min(marker))),
            }
        }
    }

    /// The largest marker, where there is one from 0 on.
    pub fn largest(&self) -> Option<u32> {
        self.largest
    }

    /// The smallest and the largest number of buildings that all markers agree with; the latter is `None` where no roof
    /// bounds it. `None` where walls lean or roofs stand upright, so that none agrees.
    pub fn buildings(&self) -> Option<(u32, Option<u32>)> {
        let least = self.least().max(self.upright.map_or(0, |m| m + 1));
        let most = if self.largest.is_some() { self.lying } else { Some(0) };
        Some((least, most)).filter(|_| most.is_none_or(|most| least <= most))
    }

    /// The number of buildings to go by where none is stated: the smallest that all markers agree with, else the
    /// smallest that the largest marker agrees with.
    pub fn likely(&self) -> u32 {
        self.buildings().map_or(self.least(), |(least, _)| least)
    }

    /// With fewer buildings the largest marker would be that of no roof.
    pub fn least(&self) -> u32 {
        self.largest.map_or(0, |m| m / 2 + 1)
    }
}

/// How a part of the city looks, in the formats that have materials.
pub(super) struct Material {
    pub name: &'static str,
    /// Linear red, green and blue, 0 to 1.
    pub color: [f64; 3],
    /// The parts that have it.
    pub parts: &'static [Part],
}

pub(super) const MATERIALS: [Material; 4] = [
    Material { name: "ground", color: [0.22, 0.26, 0.17], parts: &[Part::Ground, Part::GroundNextToBuilding] },
    Material { name: "wall", color: [0.62, 0.60, 0.56], parts: &[Part::Wall] },
    Material { name: "roof", color: [0.42, 0.15, 0.09], parts: &[Part::Roof] },
    Material { name: "unknown", color: [0.35, 0.35, 0.35], parts: &[Part::Unknown] },
];

impl Material {
    /// The place in [`MATERIALS`] of a part's material.
    pub fn of(part: Part) -> usize {
        MATERIALS.iter().position(|material| material.parts.contains(&part)).expect("every part has a material")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_material() {
        let names = Part::ALL.map(|part| MATERIALS[Material::of(part)].name);
        assert_eq!(names, ["ground", "ground", "wall", "roof", "unknown"]);
    }

    #[test]
    fn walls_and_roofs_tell_the_number_of_buildings() {
        let (wall, roof) = ([[0.0; 3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.1]]);
        let seen = |walls: &[i32], roofs: &[i32]| {
            let mut seen = MarkersSeen::default();
            walls.iter().for_each(|&m| seen.add(&wall, m));
            roofs.iter().for_each(|&m| seen.add(&roof, m));
            (seen.buildings(), seen.likely())
        };
        assert_eq!(seen(&[-2, NO_MARKER], &[-1, -5]), (Some((0, Some(0))), 0));
        // All three are there: no other number is possible.
        assert_eq!(seen(&[0, 1, 2], &[3, 4, 5]), (Some((3, Some(3))), 3));
        // Of five, those numbered 1 and 2 are there, which the largest marker would make four.
        assert_eq!(seen(&[1, 2], &[6, 7]), (Some((4, Some(6))), 4));
        assert_eq!(seen(&[0], &[12]), (Some((7, Some(12))), 7));
        assert_eq!(seen(&[4], &[]), (Some((5, None)), 5));
        assert_eq!(seen(&[], &[i32::MAX - 1]), (Some((1 << 30, Some(i32::MAX as u32 - 1))), 1 << 30));
        // Walls that lean, and a marker of no city.
        assert_eq!(seen(&[3], &[2]), (None, 2));
        assert_eq!(seen(&[0], &[1, 9]), (None, 5));
        // What has no area tells no more than its marker.
        let mut point = MarkersSeen::default();
        point.add(&[[0.0; 3]; 3], 3);
        assert_eq!((point.buildings(), point.largest()), (Some((2, None)), Some(3)));
    }

    #[test]
    fn markers_stand_for_parts() {
        let parts = [-3, -2, -1, 0, 2, 3, 5, 6, NO_MARKER, i32::MAX].map(|m| Part::of(m, 3));
        use Part::*;
        let expected = [Unknown, Ground, GroundNextToBuilding, Wall, Wall, Roof, Roof, Unknown, Unknown, Unknown];
        assert_eq!(parts, expected);
    }
}
