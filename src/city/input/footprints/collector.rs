//! Makes footprints of the features of a file, whatever its format.

use std::path::Path;

use serde_json::Value;

use super::budget::Budget;
use super::feature::{Found, Geometry, HeightProperty, KnownProperties, Refused};
use super::options::FootprintOptions;
use super::set::{FootprintSet, Sources};
use super::source::{Bounds, FeatureSink};
use super::tags::{OTHER_TAGS, tags};
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference};
use crate::city::input::heights::{self, HeightMeaning, HeightPreset, HeightSource, RefusedHeight};
use crate::city::input::systems::hint_about_degrees;
use crate::{Error, Result};

/// Takes each footprint, and the rank of the property that its height is from, in the order of the file.
pub(super) type Take<'a> = &'a mut dyn FnMut(Footprint, u8) -> Result<()>;

/// The account of what was read so far.
pub(super) struct Collector<'a> {
    properties: KnownProperties<'a>,
    budget: &'a Budget<'a>,
    take: Take<'a>,
    /// The values of the feature at hand.
    found: Found,
    /// The numbers of footprints and points so far.
    sizes: (u64, u64),
    set: FootprintSet,
    count: u64,
    /// The bounds that are wanted, where the file has features beyond them alone, and the box of all.
    nothing_within: Option<(Bounds, Option<[f64; 4]>)>,
}

impl FeatureSink for Collector<'_> {
    fn begin(&mut self) {
        self.found = Found::default();
        self.budget.number.set(self.count + 1);
    }

    fn wants(&mut self, property: &str) -> bool {
        self.properties.see(property) || property == OTHER_TAGS
    }

    fn value(&mut self, property: &str, value: &Value) -> std::result::Result<(), String> {
        if let (OTHER_TAGS, Value::String(text)) = (property, value) {
            for (key, value) in tags(text) {
                if self.properties.see(&key) {
                    self.found.take(&self.properties, &key, &Value::String(value))?;
                }
            }
        }
        self.found.take(&self.properties, property, value)
    }

    fn roof(&mut self, elevation: f64) {
        self.found.take_roof(&mut self.properties, elevation);
    }

    fn end(&mut self, id: Option<&Value>, geometry: Geometry) {
        let mut found = std::mem::take(&mut self.found);
        found.settle_zeros();
        if found.is_accepted(self.properties.options) {
            self.add(found, id, geometry);
        } else {
            self.set.filtered += 1;
        }
        self.count += 1;
        self.budget.end_feature();
        self.budget.number.set(0);
    }

    fn reference_system(&mut self, name: String) {
        self.set.crs = Some(name);
    }

    fn nothing_within(&mut self, bounds: Bounds, extent: Option<[f64; 4]>) {
        self.nothing_within = Some((bounds, extent));
    }

    fn doubt(&mut self, what: String) {
        self.set.doubts.push(what);
    }
}

impl<'a> Collector<'a> {
    pub fn new(options: &'a FootprintOptions, budget: &'a Budget<'a>, take: Take<'a>) -> Collector<'a> {
        Collector {
            properties: KnownProperties::new(options),
            budget,
            take,
            found: Found::default(),
            sizes: (0, 0),
            set: FootprintSet::default(),
            count: 0,
            nothing_within: None,
        }
    }

    /// Returns the reference system as the file names it.
    pub fn reference_system_so_far(&self) -> Option<&str> {
        self.set.crs.as_deref()
    }

    /// Returns the numbers of footprints and points so far.
    pub fn sizes(&self) -> (u64, u64) {
        self.sizes
    }

    /// Returns the account, a set without footprints, and what the ranks of properties stand for.
    pub fn finish(mut self, path: &Path) -> Result<(FootprintSet, Sources)> {
        self.refuse_another_place(path)?;
        if self.count > 0 && !self.properties.heights.iter().any(|property| property.was_seen) {
            self.refuse_without_heights(path)?;
        }
        let asked = [
            (&self.properties.options.lod_property, self.properties.has_lod, "lod_property"),
            (&self.properties.options.id_property, self.properties.has_id, "id_property"),
        ];
        let asked = asked.map(|(name, is_there, parameter)| (name.as_deref(), is_there, parameter));
        let filters = self.properties.options.filters.iter().zip(&self.properties.has_filtered);
        let filters = filters.map(|(filter, has)| (Some(filter.property.as_str()), *has, "filters"));
        for (name, is_there, parameter) in asked.into_iter().chain(filters) {
            if let (Some(name), false, 1..) = (name, is_there, self.count) {
                let option = if parameter == "filters" { "--where".to_string() } else { option_of(parameter) };
                let accepted = format!("{}, or no {parameter} ({option})", self.properties_there_are(name));
                return Err(Error::invalid(parameter, no_feature_with(path, name), accepted));
            }
        }
        if self.count > 0 && self.set.filtered == self.count {
            let filters: Vec<String> = self.properties.options.filters.iter().map(ToString::to_string).collect();
            let filters = filters.join(" and ");
            let seen =
                format!("{filters}, and in {} none of {} features fulfils {filters}", path.display(), self.count);
            return Err(Error::invalid("filters", seen, "filters (--where) that some features fulfil"));
        }
        let publisher = match self.properties.options.heights {
            HeightPreset::Auto => HeightPreset::recognise(self.properties.names.iter()).map(HeightPreset::publisher),
            asked => Some(asked.publisher()),
        };
        self.set.heights.publisher = publisher.map(String::from);
        self.set.property_names = self.properties.names.into_iter().collect();
        let mut sources = Sources::default();
        let report = &mut self.set.heights;
        for (rank, property) in
            self.properties.heights.into_iter().enumerate().filter(|(_, property)| property.footprints > 0)
        {
            let HeightProperty { name, meaning, footprints, .. } = property;
            sources.0[rank] = report.properties.len() as u8;
            report.level_height = report
                .level_height
                .or((meaning == HeightMeaning::Levels).then_some(self.properties.options.level_height));
            report.properties.push(HeightSource { property: name, meaning, footprints });
        }
        Ok((self.set, sources))
    }

    /// Refuses bounds within which a file's index shows no feature.
    fn refuse_another_place(&self, path: &Path) -> Result<()> {
        let Some((Bounds { given, own }, extent)) = self.nothing_within else { return Ok(()) };
        let [west, south, east, north] = given;
        let mut seen = format!("{west},{south},{east},{north}, in which no footprint of {} lies", path.display());
        if own != given {
            let [w, s, e, n] = own;
            seen += &format!(" (in its own coordinates x {w:.3} to {e:.3}, y {s:.3} to {n:.3})");
        }
        let accepted = match extent {
            Some([w, s, e, n]) => {
                let hint = hint_about_degrees(own, [w, s, e, n]).map_or(String::new(), |hint| format!(": {hint}"));
                format!("bounds that meet its footprints, which lie in x {w:.3} to {e:.3}, y {s:.3} to {n:.3}{hint}")
            }
            None => "bounds that meet its footprints".to_string(),
        };
        Err(Error::invalid("bounds", seen, accepted))
    }

    /// Refuses a file in which no feature has a property for the height.
    fn refuse_without_heights(&self, path: &Path) -> Result<()> {
        let options = self.properties.options;
        let doubts: String = self.set.doubts.iter().map(|doubt| format!("; {doubt}")).collect();
        let or_default = "or a height for all as default_height (--default-height)";
        if let Some(name) = &options.height_property {
            let seen = no_feature_with(path, name) + &doubts;
            let accepted = format!("{}; {or_default}", self.properties_there_are(name));
            return Err(Error::invalid("height_property", seen, accepted));
        }
        if options.default_height.is_some() {
            return Ok(());
        }
        let property = self.properties_there_are("");
        let accepted = format!("{property}, as height_property (--height-property); {or_default}");
        if let Some(fields) = options.heights.fields() {
            let (heights, fields) = (options.heights, fields.join(", "));
            let seen = format!("{heights}, and {} has none of its fields {fields}{doubts}", path.display());
            return Err(Error::invalid("heights", seen, accepted));
        }
        let seen = format!(
            "no property that is known to state a height or storeys (groma help city build lists those){doubts}"
        );
        Err(Error::bad_format(path, None, seen, accepted))
    }

    /// Describes the properties that the features have, those whose name is `asked` but for its spelling first.
    fn properties_there_are(&self, asked: &str) -> String {
        let name = |name: &String| match heights::lookalike(name) {
            Some(what) => format!("\"{name}\" ({what})"),
            None => format!("\"{name}\""),
        };
        let names = self.properties.names.iter().map(name).collect::<Vec<_>>().join(", ");
        let is_near = |name: &&String| !asked.is_empty() && letters(name) == letters(asked);
        let near = self.properties.names.iter().find(is_near);
        let near = near.map_or(String::new(), |near| format!("\"{near}\", spelled so; "));
        match names.as_str() {
            "" => "features with properties, for these have none".to_string(),
            names => format!("{near}one of the properties there are, {names}"),
        }
    }

    fn add(&mut self, mut found: Found, own_id: Option<&Value>, geometry: Geometry) {
        let name = found.name(own_id, self.properties.options);
        let has_id = !name.is_empty();
        let id = if has_id { name } else { format!("#{}", self.count + 1) };
        let skip = |features: &mut FootprintList| features.add(|| id.clone());
        let Geometry { polygons, has_others } = geometry;
        match (polygons.is_empty(), has_others) {
            (true, true) => return skip(&mut self.set.skipped.other_geometry),
            (true, false) => return skip(&mut self.set.skipped.no_geometry),
            (false, _) => {}
        }
        for Refused { rank, why, value } in found.refused {
            let property = &self.properties.heights[rank].name;
            let refused = || RefusedHeight { id: id.clone(), property: Some(property.clone()), value };
            self.set.heights.refused(why).add(refused);
        }
        let (height, reference, source) = match (found.height, self.properties.options.default_height) {
            (Some((rank, height)), _) => {
                let property = &mut self.properties.heights[rank];
                property.footprints += 1;
                (height, property.meaning.reference(), rank as u8)
            }
            (None, Some(height)) => {
                self.set.heights.default += 1;
                (height, HeightReference::Ground, u8::MAX)
            }
            (None, None) => return skip(&mut self.set.skipped.no_height),
        };
        let lacks = [
            (has_others, &mut self.set.skipped.other_parts),
            (self.properties.options.lod_property.is_some() && found.lod.is_none(), &mut self.set.skipped.no_lod),
            (self.properties.options.id_property.is_some() && !has_id, &mut self.set.skipped.no_id),
        ];
        lacks.into_iter().filter(|(is_so, _)| *is_so).for_each(|(_, list)| list.add(|| id.clone()));
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for &[x, y] in polygons.iter().flat_map(|p| p.rings.iter().flatten()) {
            bounds = join(bounds, [x, y, x, y]);
        }
        self.set.bounds = Some(self.set.bounds.map_or(bounds, |all| join(all, bounds)));
        self.sizes.0 += 1;
        let footprint = Footprint { id, polygons, height, reference, lod: found.lod };
        self.sizes.1 += footprint.points();
        // A reader may have more features in its hands when it is stopped.
        if !self.budget.is_stopped()
            && let Err(why) = (self.take)(footprint, source)
        {
            self.budget.stop(why);
        }
    }
}

fn no_feature_with(path: &Path, property: &str) -> String {
    format!("{property}, and {} has no feature with the property \"{property}\"", path.display())
}

/// Returns the option of the command line for a parameter.
fn option_of(parameter: &str) -> String {
    format!("--{}", parameter.replace('_', "-"))
}

/// Returns a name's letters and digits in lower case.
fn letters(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn join(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
