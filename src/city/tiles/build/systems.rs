//! The reference systems of the inputs.

use std::fmt;

use serde::Serialize;

use crate::io::crs::{Comparison, Crs};

/// The reference systems that the inputs name. Two that are known to differ are an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReferenceSystems {
    /// The system of the footprints; `None` when they name none and are taken to be in the terrain's.
    pub footprints: Option<String>,
    /// The system of the terrain; `None` when it names none and is taken to be in the footprints'.
    pub terrain: Option<String>,
    /// Whether the two are known to be the same.
    pub are_the_same: bool,
}

impl ReferenceSystems {
    pub(super) fn of(footprints: Option<&str>, terrain: Option<&Crs>) -> ReferenceSystems {
        let footprints = footprints.and_then(Crs::parse);
        let compared = footprints.as_ref().zip(terrain).map(|(a, b)| a.compare(b));
        ReferenceSystems {
            footprints: footprints.map(|crs| crs.to_string()),
            terrain: terrain.map(Crs::to_string),
            are_the_same: compared == Some(Comparison::Same),
        }
    }
}

impl ReferenceSystems {
    /// Returns a warning when both systems are named and cannot be compared.
    pub(super) fn doubt(&self) -> Option<String> {
        let (footprints, terrain) = (self.footprints.as_ref()?, self.terrain.as_ref()?);
        (!self.are_the_same).then(|| {
            format!(
                "footprints in {footprints} and terrain in {terrain} are taken to be in the same reference system, \
                 which could not be told: look whether buildings stand where they should"
            )
        })
    }
}

impl fmt::Display for ReferenceSystems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.footprints, &self.terrain) {
            (Some(footprints), Some(_)) if self.are_the_same => write!(f, "{footprints}"),
            (Some(footprints), Some(terrain)) => {
                write!(
                    f,
                    "footprints in {footprints}, terrain in {terrain}: taken for the same, which could not be told"
                )
            }
            (Some(one), None) => write!(f, "{one}; the terrain names none, and is taken to be in the same"),
            (None, Some(one)) => write!(f, "{one}; the footprints name none, and are taken to be in the same"),
            (None, None) => write!(f, "neither input names one: taken to be the same, in metres"),
        }
    }
}
