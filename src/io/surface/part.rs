//! The marker of a face, and the part of the city that it stands for.
//!
//! With N buildings, -2 is ground, -1 ground next to a building, i (0 <= i < N) a wall of building i, N + i the roof of
//! building i.

use serde::Serialize;

use super::Triangle;

/// The marker of a face whose part is unknown.
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
    /// A marker without a meaning.
    Unknown,
}

impl Part {
    /// All parts.
    pub const ALL: [Part; 5] = [Part::Ground, Part::GroundNextToBuilding, Part::Wall, Part::Roof, Part::Unknown];

    /// Returns the part that a marker stands for in a city of `buildings` buildings.
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

    /// Returns the part's name.
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

/// The largest vertical component of a wall's unit normal.
const TILT: f64 = 0.02;

/// Returns whether a triangle with this normal is vertical, as those of walls are.
pub(crate) fn is_upright(normal: [f64; 3]) -> bool {
    let length = normal.iter().map(|c| c * c).sum::<f64>().sqrt();
    normal[2].abs() <= TILT * length
}

/// Evidence for the number of buildings, N, from markers and triangle shapes: markers below N belong to walls, which
/// are vertical; those from N on to roofs, which are not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MarkersSeen {
    /// The largest marker of all; here, as below, only those from 0 on count.
    largest: Option<u32>,
    /// The largest marker of a vertical triangle.
    upright: Option<u32>,
    /// The smallest marker of a triangle that is not vertical.
    lying: Option<u32>,
}

impl MarkersSeen {
    pub fn add(&mut self, triangle: &Triangle, marker: i32) {
        let Ok(marker) = u32::try_from(marker) else { return };
        self.largest = self.largest.max(Some(marker));
        let [a, b, c] = *triangle;
        let (u, v): ([f64; 3], [f64; 3]) = (std::array::from_fn(|i| b[i] - a[i]), std::array::from_fn(|i| c[i] - a[i]));
        let normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        // A degenerate triangle tells nothing.
        if normal.iter().all(|c| c.is_finite()) && normal != [0.0; 3] {
            match is_upright(normal) {
                true => self.upright = self.upright.max(Some(marker)),
                false => self.lying = Some(self.lying.map_or(marker, |least| least.min(marker))),
            }
        }
    }

    /// Returns the largest marker from 0 on, if there is one.
    pub fn largest(&self) -> Option<u32> {
        self.largest
    }

    /// Returns the smallest and the largest number of buildings that all markers agree with. The latter is `None` where
    /// no roof bounds it. The result is `None` where leaning walls or vertical roofs make the markers contradict each
    /// other.
    pub fn buildings(&self) -> Option<(u32, Option<u32>)> {
        let least = self.least().max(self.upright.map_or(0, |m| m + 1));
        let most = if self.largest.is_some() { self.lying } else { Some(0) };
        Some((least, most)).filter(|_| most.is_none_or(|most| least <= most))
    }

    /// Returns the number of buildings to assume where none is stated: the smallest that all markers agree with, else
    /// the smallest that the largest marker agrees with.
    pub fn likely(&self) -> u32 {
        self.buildings().map_or(self.least(), |(least, _)| least)
    }

    /// Returns the smallest number of buildings for which the largest marker is at most the last roof's.
    pub fn least(&self) -> u32 {
        self.largest.map_or(0, |m| m / 2 + 1)
    }
}

/// The look of a part of the city, in formats that have materials.
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
    /// Returns the index in [`MATERIALS`] of a part's material.
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
        // Markers of all three buildings are there, so no other number is possible.
        assert_eq!(seen(&[0, 1, 2], &[3, 4, 5]), (Some((3, Some(3))), 3));
        // Of five buildings, numbers 1 and 2 are there; the largest marker alone would suggest four.
        assert_eq!(seen(&[1, 2], &[6, 7]), (Some((4, Some(6))), 4));
        assert_eq!(seen(&[0], &[12]), (Some((7, Some(12))), 7));
        assert_eq!(seen(&[4], &[]), (Some((5, None)), 5));
        assert_eq!(seen(&[], &[i32::MAX - 1]), (Some((1 << 30, Some(i32::MAX as u32 - 1))), 1 << 30));
        // Walls that lean, and a marker that belongs to no city.
        assert_eq!(seen(&[3], &[2]), (None, 2));
        assert_eq!(seen(&[0], &[1, 9]), (None, 5));
        // A triangle without an area contributes its marker only.
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
