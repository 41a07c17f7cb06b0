//! What is done where a terrain has no data.
//!
//! ```
//! use groma::city::build::BuildCityMeshOptions;
//! use groma::city::outside::OutsideData;
//!
//! let mut options = BuildCityMeshOptions::default();
//! assert_eq!(options.parameters.outside_data, OutsideData::Skip);
//! options.parameters.outside_data = "fill".parse()?;
//! # Ok::<(), groma::Error>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// What is done with places that are farther from the terrain's data than heights may be filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutsideData {
    /// They are left out: the mesh ends where the data end. A void is filled as a whole where each of its places lies
    /// near enough to data or under a building, and else left out as a whole.
    #[default]
    Skip,
    /// A tile with such a place fails.
    Fail,
    /// They get the height of the nearest data, however far those are.
    Fill,
}

impl OutsideData {
    /// All choices.
    pub const ALL: [OutsideData; 3] = [OutsideData::Skip, OutsideData::Fail, OutsideData::Fill];

    /// Returns the name of the choice.
    pub fn name(self) -> &'static str {
        match self {
            OutsideData::Skip => "skip",
            OutsideData::Fail => "fail",
            OutsideData::Fill => "fill",
        }
    }

    /// Returns whether this is the default; a manifest need not say it then.
    pub(crate) fn is_default(&self) -> bool {
        *self == OutsideData::default()
    }
}

impl fmt::Display for OutsideData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OutsideData {
    type Err = Error;

    fn from_str(text: &str) -> Result<OutsideData, Error> {
        let found = OutsideData::ALL.into_iter().find(|choice| choice.name() == text);
        found.ok_or_else(|| Error::invalid("outside_data", text, "skip, fail or fill"))
    }
}
