//! Reads floating car data of SUMO: XML with a position for each vehicle, person and container at each time step.

use std::borrow::Cow;
use std::io::BufReader;
use std::path::PathBuf;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::records::{Head, Record, Records};
use super::source::{Source, TooLong, read_error};
use crate::{Error, Result};

/// The seconds between time steps, unless SUMO is told otherwise.
const USUAL_TIME_STEP: f64 = 1.0;

const NAMES: [&str; 5] = ["time", "id", "x", "y", "z"];

/// SUMO's FCD.
struct Fcd {
    path: PathBuf,
    reader: quick_xml::Reader<BufReader<Source>>,
    event: Vec<u8>,
    time: String,
    /// Numbers the records, since what is read of the file does not tell its lines.
    count: u64,
    is_plain: bool,
}

/// Whether a text, of which this is the beginning, is FCD.
pub(super) fn is_fcd(head: &[u8]) -> bool {
    let head = &head[..head.len().min(1 << 14)];
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    head.trim_ascii_start().starts_with(b"<") && has(b"<fcd-export")
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
    let is_plain = source.is_plain;
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 16, source));
    reader.config_mut().check_end_names = false;
    let head = Head {
        path: path.clone(),
        format: "floating car data of SUMO",
        counted: "sample",
        names: Some(NAMES.iter().collect()),
        records: first_records(&text),
        comments: Vec::new(),
        has_decimal_commas: false,
        usual_time_step: Some(time_step(&text).unwrap_or(USUAL_TIME_STEP)),
    };
    Ok((Box::new(Fcd { path, reader, event: Vec::new(), time: String::new(), count: 0, is_plain }), head))
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

impl Fcd {
    fn attribute<'a>(&self, tag: &'a BytesStart, name: &str) -> Result<Option<Cow<'a, str>>> {
        let bad = |e: &dyn std::fmt::Display| self.bad(e);
        let Some(found) = tag.try_get_attribute(name).map_err(|e| bad(&e))? else { return Ok(None) };
        let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|e| bad(&e))?;
        Ok(Some(Cow::Owned(value.into_owned())))
    }

    fn bad(&self, what: &dyn std::fmt::Display) -> Error {
        let seen = format!("near sample {}: {what}", self.count + 1);
        Error::bad_format(&self.path, self.offset(), seen, "XML as SUMO writes it (--fcd-output)")
    }

    fn offset(&self) -> Option<u64> {
        self.is_plain.then(|| self.reader.buffer_position())
    }

    fn error(&self, error: quick_xml::Error) -> Error {
        match error {
            quick_xml::Error::Io(cause) if cause.get_ref().is_some_and(|e| e.is::<TooLong>()) => {
                self.bad(&"a tag or a text is longer than 1 MiB")
            }
            quick_xml::Error::Io(cause) => {
                let kind = cause.kind();
                read_error(&self.path, std::io::Error::new(kind, cause.to_string()))
            }
            other => self.bad(&other),
        }
    }
}

impl Records for Fcd {
    fn read(&mut self, record: &mut Record) -> Result<bool> {
        loop {
            self.reader.get_mut().get_mut().begin_record();
            let mut event = std::mem::take(&mut self.event);
            event.clear();
            let read = self.reader.read_event_into(&mut event);
            let (tag, is_empty) = match read.map_err(|e| self.error(e))? {
                Event::Eof => return Ok(false),
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                _ => {
                    self.event = event;
                    continue;
                }
            };
            let found = match tag.name().as_ref() {
                "timestep" if !is_empty => {
                    self.time =
                        self.attribute(&tag, "time")?.ok_or_else(|| self.bad(&"a timestep without time"))?.into();
                    false
                }
                "vehicle" | "person" | "container" => {
                    record.fields.clear();
                    record.fields.push_field(self.time.as_bytes());
                    for name in &NAMES[1..] {
                        let value = self.attribute(&tag, name)?;
                        match value {
                            Some(value) => record.fields.push_field(value.trim().as_bytes()),
                            // SUMO leaves heights out where all is flat.
                            None if *name == "z" => record.fields.push_field(b"0"),
                            None => return Err(self.bad(&format!("a sample without {name}"))),
                        }
                    }
                    self.count += 1;
                    record.line = self.count;
                    record.offset = self.offset();
                    true
                }
                _ => false,
            };
            drop(tag);
            self.event = event;
            if found {
                return Ok(true);
            }
        }
    }
}
