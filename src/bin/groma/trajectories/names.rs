//! Names of trajectories whose ids were texts when they were imported.

use std::collections::HashMap;
use std::path::Path;

use groma::trajectory::dataset::{IDS_NAME, read_names};
use groma::{Error, Result};

/// The names that a data set has for its ids; most have none.
pub struct Names(HashMap<u64, String>);

impl Names {
    pub fn read(dataset: &Path) -> Result<Names> {
        read_names(dataset).map(Names)
    }

    pub fn are_there(&self) -> bool {
        !self.0.is_empty()
    }

    pub fn of(&self, id: u64) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }

    /// An id, with its name behind it where it has one.
    pub fn label(&self, id: u64) -> String {
        self.of(id).map_or_else(|| id.to_string(), |name| format!("{id} ({name})"))
    }

    /// The end of a line of CSV: the name as its last field where the data set has names.
    pub fn last_field(&self, id: u64) -> String {
        match self.of(id).unwrap_or_default() {
            _ if !self.are_there() => String::new(),
            name if name.contains([',', '"', '\n', '\r']) => format!(",\"{}\"", name.replace('"', "\"\"")),
            name => format!(",{name}"),
        }
    }

    /// The id that is meant by a name or by the id itself.
    pub fn id(&self, option: &'static str, text: &str) -> Result<u64> {
        let named = self.0.iter().find(|(_, name)| *name == text).map(|(id, _)| *id);
        named.or_else(|| text.trim().parse().ok()).ok_or_else(|| {
            let accepted = match self.are_there() {
                true => format!("a trajectory's id, 0 to {}, or one of the names in {IDS_NAME}", u64::MAX),
                false => format!("a trajectory's id, a whole number, 0 to {}", u64::MAX),
            };
            Error::InvalidArgument { name: option, seen: text.to_string(), accepted }
        })
    }
}
