//! Reads floating car data of SUMO: XML with a position for each vehicle, person and container at each time step.

use super::records::{Head, Record, Records};
use super::source::Source;
use super::tags::{Tags, has_tag};
use crate::{Error, Result};

/// The seconds between time steps, unless SUMO is told otherwise.
const USUAL_TIME_STEP: f64 = 1.0;

const NAMES: [&str; 5] = ["time", "id", "x", "y", "z"];

/// SUMO's FCD.
struct Fcd {
    tags: Tags,
    /// The time of the samples that follow.
    time: String,
}

/// Whether a text, of which this is the beginning, is FCD.
pub(super) fn is_fcd(head: &[u8]) -> bool {
    has_tag(head, "<fcd-export")
}

pub(super) fn open(source: Source) -> Result<(Box<dyn Records>, Head)> {
    let path = source.path.clone();
    let text = String::from_utf8_lossy(&source.head).into_owned();
    if text.contains("<fcd-output.geo value=\"true\"") {
        let what = "this is floating car data in degrees (fcd-output.geo); metres are accepted: let SUMO write them, \
                    without that option"
            .to_string();
        return Err(Error::Unsupported { subject: path, what });
    }
    let head = Head {
        path,
        format: "floating car data of SUMO",
        counted: "sample",
        names: Some(NAMES.iter().collect()),
        records: first_records(&text),
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step: Some(time_step(&text).unwrap_or(USUAL_TIME_STEP)),
    };
    let tags = Tags::new(source, "XML as SUMO writes it (--fcd-output)");
    Ok((Box::new(Fcd { tags, time: String::new() }), head))
}

/// A record that shows what ids look like, from the first one there is.
fn first_records(text: &str) -> Vec<csv::ByteRecord> {
    let is_tag = |tag: &str| ["<vehicle ", "<person ", "<container "].iter().find_map(|name| tag.find(name));
    let id = is_tag(text).and_then(|place| text[place..].split_once(" id=\"")).and_then(|(_, id)| id.split_once('"'));
    let time = times(text).next().unwrap_or("0");
    id.map(|(id, _)| csv::ByteRecord::from(vec![time, id, "0", "0", "0"])).into_iter().collect()
}

fn times(text: &str) -> impl Iterator<Item = &str> {
    text.split("<timestep time=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(time, _)| time)
}

/// The time between the first two time steps.
fn time_step(text: &str) -> Option<f64> {
    let mut times = times(text).map_while(|time| time.parse::<f64>().ok());
    let (first, second) = (times.next()?, times.next()?);
    // Both have a few decimals, which their difference in double blurs.
    Some(((second - first) * 1.0e6).round() / 1.0e6).filter(|step| *step > 0.0 && step.is_finite())
}

impl Records for Fcd {
    fn read(&mut self, record: &mut Record) -> Result<bool> {
        let time = &mut self.time;
        let found = self.tags.find(|tag| match tag.name() {
            "timestep" if !tag.is_empty => {
                *time = tag.attribute("time")?.ok_or("a timestep without time")?;
                Ok(false)
            }
            "vehicle" | "person" | "container" => {
                record.fields.clear();
                record.fields.push_field(time.as_bytes());
                for name in &NAMES[1..] {
                    match tag.attribute(name)? {
                        Some(value) => record.fields.push_field(value.trim().as_bytes()),
                        // SUMO leaves heights out where all is flat.
                        None if *name == "z" => record.fields.push_field(b"0"),
                        None => return Err(format!("a sample without {name}")),
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
