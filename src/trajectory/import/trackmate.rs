//! Reads the tracks that TrackMate exports as XML ("Export tracks to XML file"): each particle with its detections.

use super::meaning::seconds_in;
use super::records::{Head, Record, Records};
use super::source::Source;
use super::tags::{Tags, attribute_in, has_tag};
use crate::Result;

/// The attributes of a detection, whose `t` is the number of a frame.
const ATTRIBUTES: [&str; 4] = ["t", "x", "y", "z"];

/// TrackMate's tracks.
struct Tracks {
    tags: Tags,
    /// The particles so far: they have no ids of their own, so the first one is 0, as in TrackMate's table of tracks.
    particles: u64,
}

/// Whether a text, of which this is the beginning, has tracks of TrackMate.
pub(super) fn is_tracks(head: &[u8]) -> bool {
    has_tag(head, "<Tracks nTracks")
}

pub(super) fn open(source: Source) -> Result<(Box<dyn Records>, Head)> {
    let text = String::from_utf8_lossy(&source.head).into_owned();
    let attribute = |name: &str| attribute_in(&text, "<Tracks ", name);
    let unit = attribute("spaceUnits").filter(|unit| !unit.is_empty());
    let in_unit = |axis: &str| unit.map_or(axis.to_string(), |unit| format!("{axis} [{unit}]"));
    let seconds = seconds_in(attribute("timeUnits").unwrap_or("sec"));
    let interval = attribute("frameInterval").and_then(|interval| interval.parse::<f64>().ok());
    let time_step = interval.zip(seconds).map(|(interval, seconds)| interval * seconds);
    let head = Head {
        path: source.path.clone(),
        format: "tracks of TrackMate",
        counted: "detection",
        names: Some(["particle", "frame"].map(String::from).into_iter().chain(["x", "y", "z"].map(in_unit)).collect()),
        records: Vec::new(),
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step: time_step.filter(|step| *step > 0.0 && step.is_finite()),
    };
    let tags = Tags::new(source, "XML as TrackMate exports tracks");
    Ok((Box::new(Tracks { tags, particles: 0 }), head))
}

impl Records for Tracks {
    fn read(&mut self, record: &mut Record) -> Result<bool> {
        let particles = &mut self.particles;
        let found = self.tags.find(|tag| match tag.name() {
            "particle" => {
                *particles += 1;
                Ok(false)
            }
            "detection" => {
                let particle = particles.checked_sub(1).ok_or("a detection outside a particle")?;
                record.fields.clear();
                record.fields.push_field(particle.to_string().as_bytes());
                for name in ATTRIBUTES {
                    match tag.attribute(name)? {
                        Some(value) => record.fields.push_field(value.trim().as_bytes()),
                        None if name == "z" => record.fields.push_field(b"0"),
                        None => return Err(format!("a detection without {name}")),
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        })?;
        (record.line, record.offset) = (self.tags.samples(), self.tags.offset());
        Ok(found)
    }
}
