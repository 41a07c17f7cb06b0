//! What each format's reader is given, and what takes the features that it reads.

use std::path::Path;

use serde_json::Value;

use super::budget::Budget;
use super::feature::Geometry;
use crate::city::input::systems::window_in;
use crate::io::crs::Crs;

/// A file of footprints to read.
pub(crate) struct Source<'a> {
    /// The file.
    pub path: &'a Path,
    /// The room for features.
    pub budget: &'a Budget<'a>,
    /// The layer that was asked for.
    pub layer: Option<&'a str>,
    /// The box that is wanted, in the terrain's system: west, south, east, north.
    pub within: Option<[f64; 4]>,
    /// The terrain's system.
    pub terrain: Option<&'a Crs>,
}

/// Bounds of which a file's features are wanted: west, south, east, north.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// As they were given.
    pub given: [f64; 4],
    /// In the file's own coordinates.
    pub own: [f64; 4],
}

impl Source<'_> {
    /// Returns the bounds of what is wanted of a file in this system; `None` for all of the file.
    pub fn within(&self, crs: Option<&str>) -> Option<Bounds> {
        let given = self.within?;
        let own = window_in(given, self.terrain, crs.and_then(Crs::parse).as_ref())?;
        Some(Bounds { given, own })
    }
}

/// Takes the features of a file one at a time: `begin`, then the properties and their values in any order, then `end`.
pub(crate) trait FeatureSink {
    /// Begins a feature.
    fn begin(&mut self);

    /// Notes that the feature has a property. Returns whether its value is of use; another need not be read.
    fn wants(&mut self, property: &str) -> bool;

    /// Takes the value of a property that is wanted.
    ///
    /// # Errors
    /// Why the value cannot be used.
    fn value(&mut self, property: &str, value: &Value) -> Result<(), String>;

    /// Takes the elevation of the roof, where the format has it in its geometry.
    fn roof(&mut self, elevation: f64);

    /// Ends the feature. `id` is its name where the format has one outside the properties.
    fn end(&mut self, id: Option<&Value>, geometry: Geometry);

    /// Takes the name of the layer that is read, in formats with layers.
    #[cfg_attr(not(feature = "sqlite"), expect(dead_code))]
    fn layer(&mut self, _name: &str) {}

    /// Takes the reference system as the file names it: a code, a name, or a description.
    fn reference_system(&mut self, name: String);

    /// Takes note that the file's index has no feature within the bounds that are wanted, though there are others, in
    /// `extent`.
    fn nothing_within(&mut self, bounds: Bounds, extent: Option<[f64; 4]>);

    /// Takes a doubt about the file, such as "has no table of attributes".
    fn doubt(&mut self, what: String);
}
