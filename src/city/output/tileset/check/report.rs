//! The findings of a check of a tileset.

use std::fmt;

use serde::Serialize;

use crate::human::{count, counted};

/// How many faults are told in words.
const MOST_TOLD: usize = 20;

/// The findings of a check of a tileset.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TilesetChecked {
    /// Whether there is no fault.
    pub sound: bool,
    /// The number of faults.
    pub faults: u64,
    /// The first faults.
    pub first: Vec<String>,
    /// The number of tiles with content.
    pub tiles: u64,
    /// The number of JSON files.
    pub json_files: u64,
    /// The figures by the distance from the leaves: 0 the leaves.
    pub levels: Vec<CheckedLevel>,
    /// The edges of the leaves with a triangle on one side alone: the border of the city.
    pub border_edges: u64,
    /// Whether the tileset has a place on the globe.
    pub on_globe: bool,
}

/// The tiles that are as far from the leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CheckedLevel {
    /// The number of tiles with content.
    pub tiles: u64,
    /// The number of triangles.
    pub triangles: u64,
    /// The size of the files, in bytes.
    pub bytes: u64,
    /// The largest distance from the leaves' surface that a tile states, in metres.
    pub geometric_error: f64,
    /// The largest distance of a leaf's vertex from this surface that was measured, in metres. Some of the vertices
    /// were looked at.
    pub measured: f64,
}

/// Findings as they come.
#[derive(Debug, Default)]
pub struct Findings(pub TilesetChecked);

impl Findings {
    /// Notes a fault of a tile or a file.
    pub fn fault(&mut self, name: &str, what: impl fmt::Display) {
        self.0.faults += 1;
        if self.0.first.len() < MOST_TOLD {
            self.0.first.push(format!("{name}: {what}"));
        }
    }

    /// Returns the figures of a level.
    pub fn level(&mut self, level: usize) -> &mut CheckedLevel {
        if self.0.levels.len() <= level {
            self.0.levels.resize(level + 1, CheckedLevel::default());
        }
        &mut self.0.levels[level]
    }
}

impl fmt::Display for TilesetChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.sound { "sound" } else { "NOT SOUND" };
        let (tiles, files) = (counted(self.tiles, "tile"), counted(self.json_files, "JSON file"));
        let place = if self.on_globe { "on the globe" } else { "in local coordinates" };
        writeln!(f, "{verdict}: {tiles}, {files}, {place}, {}", counted(self.faults, "fault"))?;
        for fault in &self.first {
            writeln!(f, "  {fault}")?;
        }
        if self.faults > self.first.len() as u64 {
            writeln!(f, "  and {} more", count(self.faults - self.first.len() as u64))?;
        }
        writeln!(
            f,
            "{:<8}{:>8}{:>14}{:>14}{:>12}{:>14}",
            "level", "tiles", "triangles", "bytes", "error, m", "measured, m"
        )?;
        for (number, level) in self.levels.iter().enumerate() {
            let (tiles, triangles, bytes) = (count(level.tiles), count(level.triangles), count(level.bytes));
            let (error, measured) = (level.geometric_error, level.measured);
            writeln!(f, "{number:<8}{tiles:>8}{triangles:>14}{bytes:>14}{error:>12.3}{measured:>14.3}")?;
        }
        writeln!(f, "border   {} with a triangle on one side", counted(self.border_edges, "edge"))
    }
}
