//! The summary of inputs as text for people.

use std::fmt::{self, Formatter, Write};
use std::path::PathBuf;

use super::inputs::{InputsSummary, TogetherSummary};
use crate::city::input::footprints::{FootprintsSummary, PropertySummary};
use crate::city::input::terrain::TerrainSummary;
use crate::human::{bytes, count, counted, first_of, rough, seconds};

impl fmt::Display for InputsSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts = [
            self.footprints.as_ref().map(|part| part as &dyn fmt::Display),
            self.terrain.as_ref().map(|part| part as &dyn fmt::Display),
            self.together.as_ref().map(|part| part as &dyn fmt::Display),
        ];
        parts.into_iter().flatten().try_for_each(|part| write!(f, "{part}"))
    }
}

impl fmt::Display for FootprintsSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let layer = self.layer.as_ref().map_or(String::new(), |layer| format!(", layer {layer}"));
        if self.format.is_empty() {
            writeln!(f, "{}: footprints", self.path.display())?;
            return write_doubts(f, &[], self.refusal.as_deref());
        }
        writeln!(f, "{}: footprints, {}{layer}", self.path.display(), self.format)?;
        let system = self.reference_system.as_deref().unwrap_or("none named: taken to be in the mesh's");
        line(f, "system", system)?;
        let mut features = format!(
            "{}, {} with polygons ({}, {})",
            count(self.features),
            count(self.with_polygons),
            counted(self.polygons, "polygon"),
            counted(self.points, "point")
        );
        if self.filtered > 0 {
            write!(features, "; {} left out by filters (--where)", count(self.filtered))?;
        }
        line(f, "features", &features)?;
        if let Some(extent) = self.extent {
            line(f, "extent", &around(extent))?;
        }
        let heights = self.heights.to_string();
        line(f, "heights", if heights.is_empty() { "none" } else { &heights })?;
        if self.without_height > 0 {
            let without =
                format!("{}, left out unless default_height (--default-height) says one", count(self.without_height));
            line(f, "no height", &without)?;
        }
        let refused = [
            (self.heights.unknown.count, "zero or less, which stands for \"unknown\""),
            (self.heights.impossible.count, "what no building has"),
            (self.heights.unreadable.count, "no single height"),
        ];
        for (number, what) in refused.into_iter().filter(|(number, _)| *number > 0) {
            line(f, "refused", &format!("{}: {what}", counted(number, "value")))?;
        }
        self.write_properties(f)?;
        write_doubts(f, &self.doubts, self.refusal.as_deref())
    }
}

impl FootprintsSummary {
    fn write_properties(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.properties.is_empty() {
            return line(f, "properties", "none");
        }
        let width = |text: &dyn Fn(&PropertySummary) -> String| {
            self.properties.iter().map(|property| text(property).chars().count()).max().unwrap_or(0)
        };
        let name = |property: &PropertySummary| property.name.clone();
        let values = |property: &PropertySummary| match property.nulls {
            0 => "all".to_string(),
            _ => count(property.values),
        };
        let (names, numbers) = (width(&name), width(&values).max("values".len()));
        writeln!(f, "  {:<11} {:<names$}  {:>numbers$}  what they are", "properties", "", "values")?;
        for property in &self.properties {
            let purpose = property.purpose.as_ref().map_or(String::new(), |purpose| format!(" -> {purpose}"));
            writeln!(
                f,
                "  {:<11} {:<names$}  {:>numbers$}  {}{purpose}",
                "",
                name(property),
                values(property),
                property.contents()
            )?;
        }
        Ok(())
    }
}

impl PropertySummary {
    /// Describes the values.
    fn contents(&self) -> String {
        let numbers = self.range.map(|[low, high]| match low == high {
            true => rough(low),
            false => format!("{} to {}", rough(low), rough(high)),
        });
        let quoted = |text: &String| format!("\"{text}\"");
        let texts = (self.texts > 0).then(|| {
            let examples: Vec<String> = self.examples.iter().map(quoted).collect();
            format!("texts like {}", examples.join(", "))
        });
        let contents: Vec<String> = [numbers, texts].into_iter().flatten().collect();
        match (contents.is_empty(), self.values) {
            (false, _) => contents.join("; "),
            (true, 0) => "null everywhere".to_string(),
            (true, _) => "neither numbers nor texts".to_string(),
        }
    }
}

impl fmt::Display for TerrainSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let storage = &self.storage;
        let paths: Vec<_> = self.paths.iter().map(|path: &PathBuf| path.display()).collect();
        let files = match storage.files {
            1 => String::new(),
            files => format!(", {} as one raster", counted(files, "file")),
        };
        let paths = first_of(&paths, paths.len() as u64);
        if storage.format.is_empty() {
            writeln!(f, "{paths}: terrain")?;
            return write_doubts(f, &[], self.refusal.as_deref());
        }
        writeln!(f, "{paths}: terrain, {}{files}", storage.format)?;
        let system = self.reference_system.as_deref().unwrap_or("none named: taken to be in the mesh's");
        line(f, "system", system)?;
        let [width, height] = self.cell.map(|size| (size * 1e9).round() / 1e9);
        let rotated = if self.is_upright { "" } else { ", rotated or its first row not the northernmost" };
        let (cols, rows) = (count(self.cols as u64), count(self.rows as u64));
        line(f, "pixels", &format!("{cols} x {rows} of {width} x {height} {}{rotated}", self.unit))?;
        line(f, "extent", &around(self.extent))?;
        let stored = [&storage.numbers, &storage.packing].into_iter().filter(|text| !text.is_empty()).cloned();
        let number = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {value}"));
        let notes = [
            number("no data is", storage.nodata),
            number("scale", storage.scale),
            number("offset", storage.offset),
            storage.unit.as_ref().map(|unit| format!("unit \"{unit}\"")),
            storage.has_mask.then(|| "a mask".to_string()),
        ];
        let stored: Vec<String> = stored.chain(notes.into_iter().flatten()).collect();
        if !stored.is_empty() {
            line(f, "stored as", &stored.join(", "))?;
        }
        if !storage.overviews.is_empty() {
            let pixels: Vec<String> = storage.overviews.iter().map(|&pixel| rough(pixel)).collect();
            line(
                f,
                "overviews",
                &format!(
                    "of {} m, about: terrain_resolution (--terrain-resolution) reads one of them",
                    pixels.join(", ")
                ),
            )?;
        }
        let all = self.cols as u64 * self.rows as u64;
        let part =
            if self.looked_at < all { format!(" (of {} looked at)", count(self.looked_at)) } else { String::new() };
        if let Some([low, high]) = self.range {
            let unit = match self.height_unit {
                1.0 => String::new(),
                unit => format!(", of a unit of {unit} m, converted"),
            };
            let share = 100.0 * self.with_data as f64 / self.looked_at as f64;
            // Few pixels without data are not to be told as none.
            let share = if self.with_data < self.looked_at { share.min(99.99) } else { share };
            let heights = format!("{low} to {high} m{unit}; {} % of pixels have data{part}", rough(share));
            line(f, "heights", &heights)?;
        }
        if let Some(gaps) = &self.gaps {
            line(f, "gaps", gaps)?;
        }
        write_doubts(f, &self.doubts, self.refusal.as_deref())
    }
}

impl fmt::Display for TogetherSummary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "together")?;
        if let Some(bounds @ [west, south, east, north]) = self.bounds {
            line(f, "system", &self.reference_systems.to_string())?;
            let area = rough((east - west) * (north - south) * 1e-6);
            line(f, "area", &format!("{} ({area} km2)", around(bounds)))?;
            line(f, "footprints", &format!("{} of {} in it", count(self.meshed), count(self.footprints)))?;
        }
        if let Some(estimate) = &self.estimate {
            let (triangles, mesh) = (count(estimate.triangles), bytes(estimate.mesh_bytes));
            line(f, "mesh", &format!("about {triangles} triangles without walls, {mesh}"))?;
            let (tiles, tile) = (counted(estimate.tiles, "tile"), bytes(estimate.tile_bytes));
            let time = seconds(self.cpu_seconds);
            let size = estimate.tile_size;
            line(f, "work", &format!("about {time} of a processor; {tiles} of {size} m, {tile} at work each"))?;
        }
        write_doubts(f, &self.doubts, self.refusal.as_deref())
    }
}

fn line(f: &mut Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    writeln!(f, "  {name:<11} {text}")
}

fn write_doubts(f: &mut Formatter<'_>, doubts: &[String], refusal: Option<&str>) -> fmt::Result {
    doubts.iter().try_for_each(|doubt| line(f, "doubt", doubt))?;
    refusal.map_or(Ok(()), |refusal| writeln!(f, "  PROBLEM: {refusal}"))
}

/// Formats an extent as it is typed after `--bounds`, to a millimetre or to a ten-millionth of a degree.
fn around([west, south, east, north]: [f64; 4]) -> String {
    let are_degrees = west >= -360.0 && east <= 360.0 && south >= -90.0 && north <= 90.0;
    let shown = |v: f64| {
        let digits = if are_degrees { 1e7 } else { 1e3 };
        (v * digits).round() / digits
    };
    format!("{},{},{},{}", shown(west), shown(south), shown(east), shown(north))
}
