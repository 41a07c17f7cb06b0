//! The shapes of a `.shp` file, one record after the other.
//!
//! The crate `shapefile` takes memory for the counts that a file states before it looks whether they fit the file, so
//! records are read here.

use std::path::{Path, PathBuf};

use super::rings::polygons_of;
use crate::city::input::footprints::budget::Budget;
use crate::city::input::footprints::bytes::{FileBytes, f64_le, i32_be, i32_le};
use crate::city::input::footprints::feature::Geometry;
use crate::{Error, Result};

const HEADER: u64 = 100;
const RECORD_HEADER: u64 = 8;
const MAGIC: i32 = 9994;

/// The bytes of a polygon before its parts: type, box, two counts.
const POLYGON_HEADER: usize = 44;

const NULL: i32 = 0;
const POLYGONS: [i32; 3] = [5, 15, 25];

pub(super) struct Shapes {
    file: FileBytes,
    index: Option<FileBytes>,
    /// The number of records in the index.
    indexed: u64,
    /// The number of the next record, from 0 on.
    next: u64,
    /// The place of the next record when there is no index.
    at: u64,
    /// The end of the records.
    end: u64,
    /// The place and the length of the current record's content.
    content: (u64, u64),
}

impl Shapes {
    /// Opens the shapes and, if there is one that fits, the index.
    pub fn open(path: &Path, index: Option<PathBuf>) -> Result<Shapes> {
        let mut file = FileBytes::open(path)?;
        let header = file.get(0, HEADER, "the header")?;
        let (magic, words, kind) = (i32_be(header, 0), i32_be(header, 24), i32_le(header, 32));
        if magic != Some(MAGIC) {
            return Err(file.bad(0, "no header of a Shapefile", "the number 9994"));
        }
        let kind = kind.unwrap_or_default();
        if let Some(what) = other_kind(kind) {
            let what = format!("this is a Shapefile of {what}; footprints are polygons{}", remedy(kind));
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        let stated = words.map_or(0, i64::from) * 2;
        let end = u64::try_from(stated).ok().filter(|end| (HEADER..=file.length).contains(end));
        let Some(end) = end else {
            let seen = format!("a length of {stated} bytes where the file has {}", file.length);
            return Err(file.bad(24, seen, "a whole file"));
        };
        let mut shapes = Shapes { file, index: None, indexed: 0, next: 0, at: HEADER, end, content: (HEADER, 0) };
        if let Some(path) = index {
            shapes.take_index(FileBytes::open(&path)?)?;
        }
        Ok(shapes)
    }

    /// Takes the index if it is one; without it, records are read one after the other.
    fn take_index(&mut self, mut index: FileBytes) -> Result<()> {
        if index.length < HEADER || i32_be(index.get(0, HEADER, "the header")?, 0) != Some(MAGIC) {
            return Ok(());
        }
        self.indexed = (index.length - HEADER) / 8;
        self.index = Some(index);
        Ok(())
    }

    /// Goes to the next record. Returns whether there is one.
    pub fn next_record(&mut self, budget: &Budget<'_>) -> Result<bool> {
        budget.go_on()?;
        let at = match &mut self.index {
            Some(_) if self.next >= self.indexed => return Ok(false),
            Some(index) => {
                let place = HEADER + 8 * self.next;
                let words = i32_be(index.get(place, 8, "a record of the index")?, 0).unwrap_or_default();
                match u64::try_from(words) {
                    // A record that was taken away.
                    Ok(0) => {
                        self.content = (0, 0);
                        self.next += 1;
                        return Ok(true);
                    }
                    Ok(words) if 2 * words >= HEADER => 2 * words,
                    _ => return Err(index.bad(place, format!("a record at {words} words"), "a place in the .shp")),
                }
            }
            None if self.at >= self.end => return Ok(false),
            None => self.at,
        };
        let header = self.file.get(at, RECORD_HEADER, "the header of a record")?;
        let words = i32_be(header, 4).unwrap_or_default();
        let length = u64::try_from(words).ok().map(|words| 2 * words).filter(|length| *length >= 4);
        let Some(length) = length else {
            return Err(self.file.bad(at + 4, format!("a record of {words} words"), "at least 2"));
        };
        self.content = (at + RECORD_HEADER, length);
        self.at = at + RECORD_HEADER + length;
        self.next += 1;
        Ok(true)
    }

    /// Reads the geometry of the record at hand.
    pub fn geometry(&mut self, budget: &Budget<'_>) -> Result<Geometry> {
        let (at, length) = self.content;
        let number = self.next;
        if length == 0 {
            return Ok(Geometry::default());
        }
        budget.check_feature(length)?;
        let content = self.file.get(at, length, "a shape")?;
        let kind = i32_le(content, 0).unwrap_or_default();
        let mut geometry = Geometry::default();
        if kind == NULL {
            return Ok(geometry);
        }
        if !POLYGONS.contains(&kind) {
            geometry.has_others = true;
            return Ok(geometry);
        }
        match rings_of(content) {
            Ok(rings) => {
                geometry.polygons = polygons_of(rings, budget)?;
                Ok(geometry)
            }
            Err(seen) => Err(self.file.bad(at, format!("feature #{number}: {seen}"), "a polygon within its record")),
        }
    }
}

/// Reads the rings of a polygon, whose counts must fit the record.
fn rings_of(content: &[u8]) -> std::result::Result<Vec<Vec<[f64; 2]>>, String> {
    let count = |at| i32_le(content, at).and_then(|count| usize::try_from(count).ok());
    let (Some(parts), Some(points)) = (count(36), count(40)) else {
        return Err("a polygon without its counts of rings and points".into());
    };
    let needed = POLYGON_HEADER as u64 + 4 * parts as u64 + 16 * points as u64;
    if needed > content.len() as u64 {
        return Err(format!("{parts} rings of {points} points in a record of {} bytes", content.len()));
    }
    let first_point = POLYGON_HEADER + 4 * parts;
    let start = |part: usize| if part < parts { count(POLYGON_HEADER + 4 * part) } else { Some(points) };
    let mut rings = Vec::with_capacity(parts);
    for part in 0..parts {
        let range = start(part).zip(start(part + 1)).filter(|(from, to)| from <= to && *to <= points);
        let Some((from, to)) = range else {
            return Err(format!("ring {part} that does not lie within the {points} points"));
        };
        let mut ring = Vec::with_capacity(to - from);
        for point in from..to {
            let at = first_point + 16 * point;
            let position = [at, at + 8].map(|at| f64_le(content, at).unwrap_or(f64::NAN));
            if !position.iter().all(|c| c.is_finite()) {
                return Err("a coordinate that is NaN or infinite".into());
            }
            ring.push(position);
        }
        if !ring.is_empty() {
            rings.push(ring);
        }
    }
    Ok(rings)
}

/// Names the kind of shapes where they are no polygons.
fn other_kind(kind: i32) -> Option<&'static str> {
    match kind {
        1 | 11 | 21 => Some("points"),
        3 | 13 | 23 => Some("lines"),
        8 | 18 | 28 => Some("sets of points"),
        31 => Some("surfaces in space (MultiPatch)"),
        _ => None,
    }
}

fn remedy(kind: i32) -> &'static str {
    match kind {
        3 | 13 | 23 => "; where the lines are closed, ogr2ogr -nlt POLYGON makes these of them",
        31 => "; ogr2ogr -nlt MULTIPOLYGON makes outlines of them",
        _ => "",
    }
}
