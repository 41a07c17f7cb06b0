//! The heights of buildings: which properties state which height, and which values are heights.
//!
//! A name alone does not decide: for each building, the best known property with a usable value counts. Readers of
//! footprint formats hand over raw numbers and texts; they know nothing of names, units and stand-ins for "unknown".
//!
//! ```
//! use groma::city::heights::{HEIGHT_PROPERTIES, HeightMeaning};
//!
//! let storeys = HEIGHT_PROPERTIES.iter().filter(|(_, meaning)| *meaning == HeightMeaning::Levels);
//! assert!(storeys.into_iter().any(|(name, _)| *name == "building:levels"));
//! # Ok::<(), groma::Error>(())
//! ```

mod preset;
mod text;

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::city::input::footprint::HeightReference;

pub use self::preset::{HeightPreset, ROOF_SURFACES};

/// The meaning of a height property's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeightMeaning {
    /// The elevation of the roof, in metres, counted from the zero of the terrain's heights.
    RoofElevation,
    /// The height of the roof above the ground, in metres.
    AboveGround,
    /// The number of storeys above the ground.
    Levels,
}

impl HeightMeaning {
    /// Returns the zero that a footprint's height counts from.
    pub fn reference(self) -> HeightReference {
        match self {
            HeightMeaning::RoofElevation => HeightReference::Absolute,
            HeightMeaning::AboveGround | HeightMeaning::Levels => HeightReference::Ground,
        }
    }
}

/// The known height properties with their meaning, best first: elevations of roofs, heights above the ground, storeys.
/// Case and all marks between letters are ignored: `building:levels` is `BUILDING_LEVELS`.
pub const HEIGHT_PROPERTIES: [(&str, HeightMeaning); 35] = [
    ("roof_z", HeightMeaning::RoofElevation),
    ("roof", HeightMeaning::RoofElevation),
    ("roof_elevation", HeightMeaning::RoofElevation),
    ("z_roof", HeightMeaning::RoofElevation),
    ("b3_h_dak_50p", HeightMeaning::RoofElevation),
    ("b3_h_dak_70p", HeightMeaning::RoofElevation),
    ("b3_h_50p", HeightMeaning::RoofElevation),
    ("b3_h_70p", HeightMeaning::RoofElevation),
    ("h_dak_50p", HeightMeaning::RoofElevation),
    ("roof-0.50", HeightMeaning::RoofElevation),
    ("HoeheDach", HeightMeaning::RoofElevation),
    ("height", HeightMeaning::AboveGround),
    ("building_height", HeightMeaning::AboveGround),
    ("height_m", HeightMeaning::AboveGround),
    ("measuredHeight", HeightMeaning::AboveGround),
    ("measured_height", HeightMeaning::AboveGround),
    ("heightAboveGround", HeightMeaning::AboveGround),
    ("height_above_ground", HeightMeaning::AboveGround),
    ("height_relativemax_m", HeightMeaning::AboveGround),
    ("RelHMax", HeightMeaning::AboveGround),
    ("GESAMTHOEHE", HeightMeaning::AboveGround),
    ("hauteur", HeightMeaning::AboveGround),
    ("hoogte", HeightMeaning::AboveGround),
    ("est_height", HeightMeaning::AboveGround),
    ("building:levels", HeightMeaning::Levels),
    ("levels", HeightMeaning::Levels),
    ("num_floors", HeightMeaning::Levels),
    ("floors", HeightMeaning::Levels),
    ("storeys", HeightMeaning::Levels),
    ("stories", HeightMeaning::Levels),
    ("storeysAboveGround", HeightMeaning::Levels),
    ("numberOfFloorsAboveGround", HeightMeaning::Levels),
    ("nombre_d_etages", HeightMeaning::Levels),
    ("NB_ETAGES", HeightMeaning::Levels),
    ("b3_bouwlagen", HeightMeaning::Levels),
];

/// Properties that look like a building's height but are something else, with what they are.
const LOOKALIKES: [(&str, &str); 12] = [
    ("roof_height", "the height of the roof's own body in Overture's data"),
    ("roof:height", "the height of the roof's own body"),
    ("roof:levels", "storeys within the roof"),
    ("min_height", "the height at which a part of a building begins"),
    ("min_level", "the storey at which a part of a building begins"),
    ("building:min_level", "the storey at which a part of a building begins"),
    ("b3_h_maaiveld", "the elevation of the ground"),
    ("HoeheGrund", "the elevation of the ground"),
    ("ele", "the elevation of the ground"),
    ("height_relativeroofbase_m", "the height of the eaves in Ordnance Survey's data"),
    ("heightroof", "a height in feet in New York's data"),
    ("height_roof", "a height in feet in New York's data"),
];

/// The largest height of a roof above the lowest ground along its outline, in metres: the highest building has 828. The
/// same limit holds for builds and for checks of plausibility.
pub const LARGEST_HEIGHT: f64 = 900.0;

/// The possible elevations of a roof, in metres. A value outside, like -9999, stands for "unknown".
pub const ELEVATIONS: RangeInclusive<f64> = -500.0..=9000.0;

/// The default height of a storey in metres, as in OpenStreetMap.
pub const LEVEL_HEIGHT: f64 = 3.0;

/// Returns the index of a property in [`HEIGHT_PROPERTIES`].
pub(crate) fn rank(name: &str) -> Option<usize> {
    HEIGHT_PROPERTIES.iter().position(|(known, _)| is_same(name, known) || Some(*known) == uncut(name))
}

/// The characters that a Shapefile leaves of a property's name.
const CUT: usize = 10;

/// Returns the known property whose name a Shapefile has cut to this one; `None` where it may be two.
fn uncut(name: &str) -> Option<&'static str> {
    if name.len() != CUT {
        return None;
    }
    let known = HEIGHT_PROPERTIES.iter().map(|(known, _)| *known).chain(LOOKALIKES.map(|(known, _)| known));
    let mut candidates = known.filter(|known| known.get(..CUT).is_some_and(|cut| is_same(name, cut)));
    let first = candidates.next()?;
    candidates.all(|other| is_same(first, other)).then_some(first)
}

/// Returns what a property is that might be mistaken for a building's height.
pub(crate) fn lookalike(name: &str) -> Option<&'static str> {
    let is_known = |known: &str| is_same(name, known) || uncut(name).is_some_and(|uncut| is_same(uncut, known));
    let known = LOOKALIKES.iter().find(|(known, _)| is_known(known)).map(|(_, what)| *what);
    known.or_else(|| {
        let (stem, unit) = name.rsplit_once(|c: char| c.is_ascii_punctuation() || c == ' ')?;
        let is = |units: &[&str]| units.iter().any(|known| unit.eq_ignore_ascii_case(known));
        match () {
            () if stem.is_empty() => None,
            () if is(&["ft", "feet", "foot"]) => Some("in feet by its name"),
            () if is(&["cm"]) => Some("in centimetres by its name"),
            () if is(&["mm"]) => Some("in millimetres by its name"),
            () => None,
        }
    })
}

fn is_same(a: &str, b: &str) -> bool {
    let plain = |c: u8| if c.is_ascii_punctuation() || c == b' ' { b'_' } else { c.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| plain(a) == plain(b))
}

/// A value as a format states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Raw<'a> {
    Number(f64),
    Text(&'a str),
}

/// Why a value is not a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The value is zero or less above the ground, an elevation of zero beside another height, or not a number: the
    /// height is unknown.
    Unknown,
    /// No building has such a height or elevation: the value stands for "unknown", or is in another unit.
    Impossible,
    /// The value is a text with digits that is not a single height.
    Unreadable,
}

/// Returns the height in metres that a value states; `None` where it states none.
pub(crate) fn judge(raw: Raw<'_>, meaning: HeightMeaning, level_height: f64) -> Result<Option<f64>, Refusal> {
    let value = match raw {
        Raw::Number(value) => value,
        Raw::Text(text) => match text::read(text, meaning)? {
            Some(value) => value,
            None => return Ok(None),
        },
    };
    if value.is_nan() {
        return Ok(None);
    }
    let height = if meaning == HeightMeaning::Levels { value * level_height } else { value };
    check(height, meaning.reference()).map(|()| Some(height))
}

/// Checks that a roof can have this height, as far as that is possible without the ground.
pub(crate) fn check(height: f64, reference: HeightReference) -> Result<(), Refusal> {
    match reference {
        _ if height.is_nan() => Err(Refusal::Unknown),
        HeightReference::Absolute if ELEVATIONS.contains(&height) => Ok(()),
        HeightReference::Absolute => Err(Refusal::Impossible),
        HeightReference::Ground if height <= 0.0 => Err(Refusal::Unknown),
        HeightReference::Ground if height <= LARGEST_HEIGHT => Ok(()),
        HeightReference::Ground => Err(Refusal::Impossible),
    }
}

/// The number of footprints that got their height from a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeightSource {
    /// The property's name, as the file writes it.
    pub property: String,
    /// The meaning of its values.
    pub meaning: HeightMeaning,
    /// The number of footprints that have their height from it.
    pub footprints: u64,
}

/// A value that was refused as a height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedHeight {
    /// The footprint's name.
    pub id: String,
    /// The property with the value; `None` for footprints from memory.
    pub property: Option<String>,
    /// The value.
    pub value: String,
}

impl fmt::Display for RefusedHeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.property {
            Some(property) => write!(f, "{} ({property} {})", self.id, self.value),
            None => write!(f, "{} ({})", self.id, self.value),
        }
    }
}

/// A number of refused values, with the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedHeights {
    /// The number of refused values.
    pub count: u64,
    /// The first [`RefusedHeights::LISTED`] of them.
    pub listed: Vec<RefusedHeight>,
}

impl RefusedHeights {
    /// The number of values that are listed.
    pub const LISTED: usize = 1000;

    pub(crate) fn add(&mut self, refused: impl FnOnce() -> RefusedHeight) {
        self.count += 1;
        if self.listed.len() < Self::LISTED {
            self.listed.push(refused());
        }
    }
}

/// The sources of the buildings' heights, and the refused values.
///
/// A footprint whose value was refused may have its height from another property, or the default one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeightReport {
    /// The properties that heights were taken from, best first; in the report of a build of what may be meshed alone.
    pub properties: Vec<HeightSource>,
    /// The publisher that the names of the properties show, where they do.
    pub publisher: Option<String>,
    /// The height of a storey in metres; `None` where no height came from storeys.
    pub level_height: Option<f64>,
    /// The number of footprints that have the default height.
    pub default: u64,
    /// Heights of zero or less above the ground and elevations of zero beside another height, which stand for
    /// "unknown"; from memory, also NaN.
    pub unknown: RefusedHeights,
    /// Heights above [`LARGEST_HEIGHT`], and elevations outside [`ELEVATIONS`].
    pub impossible: RefusedHeights,
    /// Texts with digits that are not a single height.
    pub unreadable: RefusedHeights,
}

impl HeightReport {
    pub(crate) fn refused(&mut self, why: Refusal) -> &mut RefusedHeights {
        match why {
            Refusal::Unknown => &mut self.unknown,
            Refusal::Impossible => &mut self.impossible,
            Refusal::Unreadable => &mut self.unreadable,
        }
    }

    /// Returns the number of footprints whose height was computed from storeys.
    pub fn from_levels(&self) -> u64 {
        self.properties
            .iter()
            .filter(|source| source.meaning == HeightMeaning::Levels)
            .map(|source| source.footprints)
            .sum()
    }

    /// Returns the property that most heights came from.
    pub fn main_property(&self) -> Option<&str> {
        let most = self.properties.iter().map(|source| source.footprints).max()?;
        self.properties.iter().find(|source| source.footprints == most).map(|source| source.property.as_str())
    }
}

impl fmt::Display for HeightReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = crate::human::count;
        let mut parts: Vec<String> = Vec::new();
        for HeightSource { property, meaning, footprints } in &self.properties {
            let what = match (meaning, self.level_height) {
                (HeightMeaning::RoofElevation, _) => ", an elevation".to_string(),
                (HeightMeaning::AboveGround, _) => ", above ground".to_string(),
                (HeightMeaning::Levels, None) => ", storeys".to_string(),
                (HeightMeaning::Levels, Some(metres)) => format!(", storeys of {metres} m"),
            };
            parts.push(format!("{} from {property}{what}", count(*footprints)));
        }
        if self.default > 0 {
            parts.push(format!("{} by default", count(self.default)));
        }
        if let (Some(publisher), false) = (&self.publisher, parts.is_empty()) {
            parts.push(format!("the fields are those of {publisher}"));
        }
        f.write_str(&parts.join("; "))
    }
}

/// Formats a number for a message, briefly whatever its size.
pub(crate) fn shown(value: f64) -> String {
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_with_any_marks() {
        let meaning = |name: &str| rank(name).map(|rank| HEIGHT_PROPERTIES[rank].1);
        for (name, expected) in [
            ("height", HeightMeaning::AboveGround),
            ("HEIGHT", HeightMeaning::AboveGround),
            ("building:height", HeightMeaning::AboveGround),
            ("measuredHeight", HeightMeaning::AboveGround),
            ("b3_h_dak_70p", HeightMeaning::RoofElevation),
            ("building_levels", HeightMeaning::Levels),
            ("Num_Floors", HeightMeaning::Levels),
        ] {
            assert_eq!(meaning(name), Some(expected), "{name}");
        }
        for name in ["roof_height", "roof:height", "min_height", "b3_h_maaiveld", "heights", "heigh", ""] {
            assert_eq!(meaning(name), None, "{name}");
        }
        for (name, what) in
            [("HEIGHT_FT", "feet"), ("roof height (feet)", ""), ("bldg-hgt.cm", "centimetres"), ("height", "")]
        {
            let found = lookalike(name);
            assert!(if what.is_empty() { found.is_none() } else { found.is_some_and(|f| f.contains(what)) }, "{name}");
        }
        assert!(LOOKALIKES.iter().all(|(name, _)| rank(name).is_none() && lookalike(name).is_some()));
        for (name, whole) in
            [("building_l", Some("building:levels")), ("MEASUREDHE", Some("measuredHeight")), ("height_rel", None)]
        {
            assert_eq!(rank(name).map(|rank| HEIGHT_PROPERTIES[rank].0), whole, "{name}");
        }
        assert!(lookalike("roof_heigh").is_some() && rank("roof_heigh").is_none());
        for (k, (name, _)) in HEIGHT_PROPERTIES.iter().enumerate() {
            assert_eq!(rank(name), Some(k), "{name} is there twice");
        }
        assert!(HEIGHT_PROPERTIES.is_sorted_by_key(|(_, meaning)| *meaning as u8));
    }

    #[test]
    fn the_page_on_heights_has_every_name() {
        let page = include_str!("../../../../docs/heights.md");
        for (name, _) in HEIGHT_PROPERTIES {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
        for (name, _) in LOOKALIKES {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
        for limit in [LARGEST_HEIGHT, *ELEVATIONS.start(), LEVEL_HEIGHT] {
            assert!(page.contains(&format!("{limit} ")), "{limit}");
        }
    }

    #[test]
    fn stand_ins_are_no_heights_and_high_towers_are() {
        let judged = |value: f64, meaning| judge(Raw::Number(value), meaning, LEVEL_HEIGHT);
        for value in [0.0, -0.0, -1.0, -3.0, -9999.0, -99999.0, -32768.0, -3.4e38, f64::NEG_INFINITY] {
            assert_eq!(judged(value, HeightMeaning::AboveGround), Err(Refusal::Unknown), "{value}");
            assert_eq!(judged(value, HeightMeaning::Levels), Err(Refusal::Unknown), "{value}");
        }
        for value in [900.1, 999.0, 9999.0, 99999.0, 1e9, 3.4e38, f64::INFINITY] {
            assert_eq!(judged(value, HeightMeaning::AboveGround), Err(Refusal::Impossible), "{value}");
        }
        for value in [-501.0, -999.0, -9999.0, -32768.0, 9001.0, 9999.0, 1e9, 3.4e38, f64::INFINITY] {
            assert_eq!(judged(value, HeightMeaning::RoofElevation), Err(Refusal::Impossible), "{value}");
        }
        for value in [-430.0, -1.0, 0.0, 28.5, 4000.0] {
            assert_eq!(judged(value, HeightMeaning::RoofElevation), Ok(Some(value)));
        }
        assert_eq!(judged(828.0, HeightMeaning::AboveGround), Ok(Some(828.0)));
        assert_eq!(judged(163.0, HeightMeaning::Levels), Ok(Some(489.0)));
        assert_eq!(judged(301.0, HeightMeaning::Levels), Err(Refusal::Impossible));
        assert_eq!(judge(Raw::Text("4"), HeightMeaning::Levels, 2.5), Ok(Some(10.0)));
        assert_eq!(judge(Raw::Text("-1"), HeightMeaning::AboveGround, 3.0), Err(Refusal::Unknown));
        assert_eq!(judged(f64::NAN, HeightMeaning::AboveGround), Ok(None));
    }
}
