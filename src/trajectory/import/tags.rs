//! The tags of an XML file, one after another.

use std::io::BufReader;
use std::path::PathBuf;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::source::{Source, TooLong, read_error};
use super::standard::Stopped;
use crate::{Error, Result};

/// Reads the tags of an XML file that open an element. Nothing is held of it but one tag and the reader's buffers.
pub(super) struct Tags {
    path: PathBuf,
    reader: quick_xml::Reader<BufReader<Source>>,
    event: Vec<u8>,
    is_plain: bool,
    /// What is accepted, for errors.
    accepted: &'static str,
    /// Numbers the samples that are found, since the reader does not know lines.
    samples: u64,
    /// The names of the elements that are open.
    open: Vec<String>,
    /// Whether the outermost element was closed.
    is_over: bool,
}

/// A tag that opens an element.
pub(super) struct Tag<'a> {
    start: BytesStart<'a>,
    /// Whether it closes the element, too.
    pub is_empty: bool,
}

/// Elements lie no deeper in each other.
const DEEPEST: usize = 64;

const AFTER_THE_END: &str = "something follows after the end of the outermost element";

/// What is wrong with a tag.
pub(super) type Wrong = String;

impl Tags {
    pub fn new(source: Source, accepted: &'static str) -> Tags {
        let (path, is_plain) = (source.path.clone(), source.is_plain);
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 16, source));
        reader.config_mut().check_end_names = false;
        Tags { path, reader, event: Vec::new(), is_plain, accepted, samples: 0, open: Vec::new(), is_over: false }
    }

    /// Shows one tag after another to `look`, until it says that it has found a sample; false at the end of the file.
    pub fn find(&mut self, mut look: impl FnMut(&Tag) -> std::result::Result<bool, Wrong>) -> Result<bool> {
        loop {
            self.reader.get_mut().get_mut().begin_record();
            let mut event = std::mem::take(&mut self.event);
            event.clear();
            let read = self.reader.read_event_into(&mut event).map_err(|e| self.error(e))?;
            let found = match read {
                Event::Eof if self.open.is_empty() => return Ok(false),
                Event::Eof => Err(self.cut()),
                Event::Start(_) | Event::Empty(_) if self.is_over => Err(AFTER_THE_END.into()),
                Event::Start(_) if self.open.len() == DEEPEST => Err(format!("elements more than {DEEPEST} deep")),
                Event::Start(start) => {
                    self.open.push(start.name().0.to_string());
                    look(&Tag { start, is_empty: false })
                }
                Event::Empty(start) => look(&Tag { start, is_empty: true }),
                Event::End(_) => {
                    self.open.pop();
                    self.is_over = self.open.is_empty();
                    Ok(false)
                }
                Event::Text(text) if self.is_over && !text.trim_ascii().is_empty() => Err(AFTER_THE_END.into()),
                _ => Ok(false),
            };
            self.event = event;
            if found.map_err(|wrong| self.bad(&wrong))? {
                self.samples += 1;
                return Ok(true);
            }
        }
    }

    /// Returns the number of samples that were found.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Returns where the reader is in the file; `None` where that is no offset in it.
    pub fn offset(&self) -> Option<u64> {
        self.is_plain.then(|| self.reader.buffer_position())
    }

    /// What is wrong with a file that ends too early.
    fn cut(&self) -> Wrong {
        let ends: String = self.open.iter().rev().map(|name| format!("</{name}>")).collect();
        format!("the file ends before {ends}: it was cut; if what is there is all that is wanted, add that at its end")
    }

    fn bad(&self, what: &dyn std::fmt::Display) -> Error {
        let seen = format!("near sample {}: {what}", self.samples + 1);
        Error::bad_format(&self.path, self.offset(), seen, self.accepted)
    }

    fn error(&self, error: quick_xml::Error) -> Error {
        match error {
            quick_xml::Error::Io(cause) if cause.get_ref().is_some_and(|e| e.is::<TooLong>()) => {
                self.bad(&"a tag or a text is longer than 1 MiB")
            }
            quick_xml::Error::Io(cause) if cause.get_ref().is_some_and(|e| e.is::<Stopped>()) => Error::Cancelled,
            quick_xml::Error::Io(cause) => {
                let kind = cause.kind();
                read_error(&self.path, std::io::Error::new(kind, cause.to_string()))
            }
            other => self.bad(&other),
        }
    }
}

impl Tag<'_> {
    pub fn name(&self) -> &str {
        self.start.name().0
    }

    pub fn attribute(&self, name: &str) -> std::result::Result<Option<String>, Wrong> {
        let Some(found) = self.start.try_get_attribute(name).map_err(|e| e.to_string())? else { return Ok(None) };
        let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|e| e.to_string())?;
        Ok(Some(value.into_owned()))
    }
}

/// Returns whether a file that begins like this is XML with a tag that begins like `tag`.
pub(super) fn has_tag(head: &[u8], tag: &str) -> bool {
    let head = &head[..head.len().min(1 << 14)];
    head.trim_ascii_start().starts_with(b"<") && head.windows(tag.len()).any(|bytes| bytes == tag.as_bytes())
}

/// Returns the value of an attribute in the beginning of a file, of the first tag that begins like `tag`.
pub(super) fn attribute_in<'a>(text: &'a str, tag: &str, name: &str) -> Option<&'a str> {
    let tag = &text[text.find(tag)?..];
    let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}
