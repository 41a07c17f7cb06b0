//! The marker of a face, and which part of the city it stands for.
//!
//! With N buildings, -2 is ground, -1 ground next to a building, i (0 <= i < N) a wall of building i, N + i the roof of
//! building i.

use serde::Serialize;

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

    /// The number of buildings that a surface with this largest marker has, if the last one has a roof.
    pub fn buildings(largest_marker: i32) -> u32 {
        u32::try_from(largest_marker).map_or(0, |m| m.div_ceil(2))
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
    fn markers_stand_for_parts() {
        let parts = [-3, -2, -1, 0, 2, 3, 5, 6, NO_MARKER, i32::MAX].map(|m| Part::of(m, 3));
        use Part::*;
        let expected = [Unknown, Ground, GroundNextToBuilding, Wall, Wall, Roof, Roof, Unknown, Unknown, Unknown];
        assert_eq!(parts, expected);
        assert_eq!([-2, NO_MARKER, 0, 5, i32::MAX].map(Part::buildings), [0, 0, 0, 3, 1 << 30]);
    }
}
