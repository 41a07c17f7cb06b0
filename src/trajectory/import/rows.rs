//! Reads rows out of the records of all inputs, one after another: ids, time steps and positions.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::clock::{Clock, NoStep};
use super::columns::{self, COLUMNS, Columns, When, is_gap, is_header_row, short, whole};
use super::formats;
use super::names::{LONGEST_ID, Names};
use super::options::{ImportOptions, Input};
use super::places::Places;
use super::records::{Head, Record, Records};
use super::source::Source;
use super::spill::Row;
use super::table;
use crate::human::count;
use crate::job::Context;
use crate::{Error, Result};

const ID_ACCEPTED: &str = "a whole number, 0 or more (--text-ids numbers ids that are names)";
const FRAME_ACCEPTED: &str = "a whole number, 0 to 2147483647; of times, the seconds between time steps (--time-step), \
                              by which they are (time - first time) / time between frames";
const COORDINATE_ACCEPTED: &str = "a number, or nan or nothing where the position is missing";

/// The rows of all inputs.
pub(super) struct Rows<'a> {
    inputs: &'a [Input],
    options: &'a ImportOptions,
    context: &'a Context,
    /// The number of the input at work.
    now: usize,
    opened: Option<Opened<'a>>,
    /// Standard input, which can be opened once only, until its turn comes.
    standard: Option<Opened<'a>>,
    record: Record,
    pub places: Places,
    /// The columns of the first input.
    pub columns: Columns,
    /// The format of the first input.
    pub format: &'static str,
    /// Turns times into time steps; `None` where the inputs have numbers of time steps.
    pub clock: Option<Clock>,
    /// `None` where ids are numbers.
    pub names: Option<Names>,
    /// The factor of coordinates.
    pub scale: f64,
    /// What to divide by in place of multiplying with the scale, where that is a whole number.
    divisor: Option<f64>,
    /// Lines of names or units below the first.
    pub header_rows: u64,
    pub rows_without_id: u64,
    taken_before: u64,
    /// The size of all files together.
    pub bytes: u64,
}

struct Opened<'a> {
    records: Box<dyn Records + 'a>,
    path: PathBuf,
    names: Option<csv::StringRecord>,
    has_decimal_commas: bool,
    counted: &'static str,
    format: &'static str,
    columns: Columns,
    /// The columns' places where their fields may be plain numbers.
    plain_places: Option<[usize; 5]>,
    taken: Arc<AtomicU64>,
    size: u64,
    /// There was no row yet.
    is_fresh: bool,
}

impl<'a> Opened<'a> {
    fn open(input: &'a Input, options: &ImportOptions, context: &'a Context) -> Result<Opened<'a>> {
        let of_bytes = |source: Source| {
            let (taken, size) = (source.taken(), source.size);
            formats::open(source, context).map(|(records, head)| (taken, size, records, head))
        };
        let (taken, size, mut records, head) = match input {
            Input::Table(table) => {
                let taken = Arc::default();
                let (records, head, rows) = table::open(table, Arc::clone(&taken))?;
                (taken, rows, records, head)
            }
            Input::File(path) => of_bytes(Source::open(Some(path), context.cancel_token())?)?,
            Input::Standard => of_bytes(Source::open(None, context.cancel_token())?)?,
        };
        let id_name = if options.id_column.is_some() { "id_column" } else { "columns" };
        let columns = columns::find(&head, &options.chosen(), id_name, options.time_per_step)?;
        let used: Vec<usize> = columns.places.iter().flatten().copied().collect();
        records.only(&used);
        let Head { path, format, names, has_decimal_commas, counted, .. } = head;
        let is_plain = !has_decimal_commas && columns.when == When::Frames && !options.text_ids;
        let [id, frame, x, y, z] = columns.places;
        let places = || Some([id?, frame?, x?, y?, z?]);
        let plain_places = if is_plain { places() } else { None };
        Ok(Opened {
            records,
            path,
            names,
            has_decimal_commas,
            counted,
            format,
            columns,
            plain_places,
            taken,
            size,
            is_fresh: true,
        })
    }
}

impl<'a> Rows<'a> {
    pub fn open(inputs: &'a [Input], options: &'a ImportOptions, context: &'a Context) -> Result<Rows<'a>> {
        let Some(input) = inputs.first() else {
            return Err(Error::invalid("files", "none", "one file or more, or standard input"));
        };
        if inputs.iter().filter(|input| **input == Input::Standard).count() > 1 {
            return Err(Error::invalid("files", "standard input twice", "standard input once"));
        }
        let first = Opened::open(input, options, context)?;
        let (mut standard, mut bytes) = (None, first.size);
        let mut has_text_ids = options.text_ids || first.columns.has_text_ids;
        // All are looked at before the first row: what they mean must agree.
        for input in &inputs[1..] {
            let other = Opened::open(input, options, context)?;
            agree(&first, &other)?;
            bytes += other.size;
            has_text_ids |= other.columns.has_text_ids;
            if *input == Input::Standard {
                standard = Some(other);
            }
        }
        let columns = first.columns.clone();
        let clock = match (columns.when, columns.time_step) {
            (When::Times(unit), Some(step)) => Some(Clock::new(step, unit)),
            _ => None,
        };
        let in_metres =
            columns.unit.as_ref().and_then(|unit| unit.metres).filter(|_| options.coordinate_units.is_none());
        let scale = options.scale.or(in_metres).unwrap_or(1.0);
        let divisor = Some((1.0 / scale).round()).filter(|d| scale < 1.0 && 1.0 / d == scale);
        let mut places = Places::new(inputs.len() > 1);
        places.add(&first.path, first.counted);
        Ok(Rows {
            inputs,
            options,
            context,
            now: 0,
            format: first.format,
            opened: Some(first),
            standard,
            record: Record::default(),
            places,
            columns,
            clock,
            names: has_text_ids.then(Names::default),
            scale,
            divisor,
            header_rows: 0,
            rows_without_id: 0,
            taken_before: 0,
            bytes,
        })
    }

    /// How many bytes were read of all files.
    pub fn position(&self) -> u64 {
        self.taken_before + self.opened.as_ref().map_or(0, |opened| opened.taken.load(Ordering::Relaxed))
    }

    /// The unit of the coordinates after the scale, where the first input says one.
    pub fn unit(&self) -> Option<&str> {
        let unit = self.columns.unit.as_ref()?;
        let is_changed = unit.metres.is_some() || self.options.scale.is_some();
        Some(if is_changed { "meters" } else { &unit.name })
    }

    pub fn next(&mut self) -> Result<Option<Row>> {
        loop {
            let Some(opened) = &mut self.opened else {
                if !self.open_next()? {
                    return Ok(None);
                }
                continue;
            };
            if !opened.records.read(&mut self.record)? {
                self.taken_before = self.position();
                self.opened = None;
                continue;
            }
            if opened.is_fresh && is_header_row(&self.record.fields, &opened.columns.places) {
                self.header_rows += 1;
                continue;
            }
            opened.is_fresh = false;
            if let Some(row) = self.plain_row() {
                return Ok(Some(row));
            }
            if let Some(row) = self.row()? {
                return Ok(Some(row));
            }
        }
    }

    fn open_next(&mut self) -> Result<bool> {
        self.now += 1;
        let Some(input) = self.inputs.get(self.now) else { return Ok(false) };
        let opened = match input {
            Input::Standard => self.standard.take().expect("opened with the first"),
            Input::File(_) | Input::Table(_) => Opened::open(input, self.options, self.context)?,
        };
        self.places.add(&opened.path, opened.counted);
        self.opened = Some(opened);
        Ok(true)
    }

    fn opened(&self) -> &Opened<'a> {
        self.opened.as_ref().expect("a record was read from it")
    }

    /// The record as a row, where its fields are plain numbers, as nearly all are; all others, and what is wrong, is
    /// left to [`Rows::row`].
    #[inline]
    fn plain_row(&self) -> Option<Row> {
        let places = self.opened.as_ref().filter(|_| self.names.is_none())?.plain_places?;
        let fields = &self.record.fields;
        let id = u32::try_from(digits(fields.get(places[0])?)?).ok()?;
        let frame = i32::try_from(digits(fields.get(places[1])?)?).ok()?;
        let coordinate = |n: usize| {
            let text = std::str::from_utf8(fields.get(places[n])?).ok()?;
            nearest(text).map(|double| self.scaled(double))
        };
        let position = [coordinate(2)?, coordinate(3)?, coordinate(4)?];
        Some(Row { id: id.into(), place: self.places.at(self.record.line), frame, position })
    }

    fn scaled(&self, double: f64) -> f64 {
        match self.divisor {
            Some(divisor) => double / divisor,
            None => double * self.scale,
        }
    }

    /// The record as a row; `None` where it is none.
    fn row(&mut self) -> Result<Option<Row>> {
        let number = if self.names.is_none() { self.parse::<u64>(0) } else { None };
        let id = match number {
            Some(id) => id,
            None => match self.other_id()? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        if id > u64::from(u32::MAX) && !self.options.keep_wide_ids {
            let accepted = "0 to 4294967295: a table holds 32 bits of an id; number the trajectories anew \
                            (--text-ids does), or import with keep_wide_ids (--keep-wide-ids) and build with wide_ids \
                            (--wide-ids truncate)";
            return Err(self.bad_value(0, accepted));
        }
        let frame = match self.clock {
            None => match self.parse::<i32>(1) {
                Some(frame) => frame,
                None => self.other_frame()?,
            },
            Some(_) => self.frame_of_time()?,
        };
        if frame < 0 && self.clock.is_none() {
            return Err(self.bad_value(1, "0 to 2147483647; add the same number to all frames"));
        }
        let mut position = [0.0; 3];
        for (axis, coordinate) in position.iter_mut().enumerate() {
            *coordinate = self.coordinate(2 + axis)?;
        }
        Ok(Some(Row { id, place: self.places.at(self.record.line), frame, position }))
    }

    fn field(&self, column: usize) -> &[u8] {
        let place = self.opened().columns.places[column];
        place.and_then(|place| self.record.fields.get(place)).unwrap_or_default()
    }

    fn text(&self, column: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(self.field(column))
    }

    fn parse<T: std::str::FromStr>(&self, column: usize) -> Option<T> {
        std::str::from_utf8(self.field(column)).ok()?.parse().ok()
    }

    /// An id that is no plain number.
    fn other_id(&mut self) -> Result<Option<u64>> {
        let names = self.opened().names.as_ref();
        if names.is_some_and(|names| names.as_byte_record() == &self.record.fields) {
            // Where files were put together, the names come again.
            self.header_rows += 1;
            return Ok(None);
        }
        if is_gap(&self.text(0)) {
            self.rows_without_id += 1;
            return Ok(None);
        }
        if self.names.is_none() {
            let id = whole(&self.text(0)).and_then(|id| u64::try_from(id).ok());
            return id.ok_or_else(|| self.bad_value(0, ID_ACCEPTED)).map(Some);
        }
        if self.field(0).len() > LONGEST_ID {
            return Err(self.bad_value(0, "an id of 1024 bytes at most"));
        }
        let place = self.opened().columns.places[0].unwrap_or(0);
        let field = self.record.fields.get(place).unwrap_or_default();
        Ok(self.names.as_mut().map(|names| names.number(field)))
    }

    /// A frame that is no plain number.
    fn other_frame(&self) -> Result<i32> {
        let frame = whole(&self.decimal(1)).and_then(|frame| i32::try_from(frame).ok());
        frame.ok_or_else(|| self.bad_value(1, FRAME_ACCEPTED))
    }

    fn frame_of_time(&mut self) -> Result<i32> {
        let text = match self.text(1) {
            text if text.contains([':', '-']) => text.into_owned(),
            _ => self.decimal(1).into_owned(),
        };
        let Some(clock) = &mut self.clock else { return self.other_frame() };
        clock.step_of(&text).map_err(|e| match e {
            NoStep::NoTime => self.bad_value(1, "a time: a number, or a date and time like 2024-05-01T12:00:00.04Z"),
            NoStep::TooFar(steps) => {
                let accepted = format!(
                    "times within {} time steps of the first one, from which it is some {}: a larger time_per_step \
                     (--time-step)",
                    count(1 << 30),
                    count(steps.abs() as u64)
                );
                self.bad_value(1, &accepted)
            }
        })
    }

    /// A field with a decimal point.
    fn decimal(&self, column: usize) -> Cow<'_, str> {
        let text = self.text(column);
        match self.opened().has_decimal_commas {
            // A point would separate thousands.
            true if text.contains('.') => "".into(),
            true if text.contains(',') => text.replacen(',', ".", 1).into(),
            _ => text,
        }
    }

    fn coordinate(&self, column: usize) -> Result<f64> {
        if self.opened().columns.places[column].is_none() {
            return Ok(0.0);
        }
        let plain = std::str::from_utf8(self.field(column)).ok().filter(|_| !self.opened().has_decimal_commas);
        let double = match plain.and_then(nearest) {
            Some(double) => double,
            None if is_gap(&self.text(column)) => f64::NAN,
            None => nearest(&self.decimal(column)).ok_or_else(|| self.bad_value(column, COORDINATE_ACCEPTED))?,
        };
        Ok(self.scaled(double))
    }

    fn bad_value(&self, column: usize, accepted: &str) -> Error {
        let opened = self.opened();
        let text = self.text(column);
        let name = short(&opened.columns.names[column]);
        // The name as the file has it, where that is another one than in the messages of all files.
        let name = match name {
            name if !opened.columns.has_names => format!("{name} ({})", COLUMNS[column]),
            name if name.eq_ignore_ascii_case(COLUMNS[column]) => COLUMNS[column].to_string(),
            name => name,
        };
        let (counted, line) = (opened.counted, self.record.line);
        let seen = format!("{counted} {line}, column {name}: {:?}", short(&text));
        Error::bad_format(&opened.path, self.record.offset, seen, accepted)
    }
}

/// A whole number of up to 18 digits and nothing else.
fn digits(field: &[u8]) -> Option<u64> {
    let is_number = (1..=18).contains(&field.len()) && field.iter().all(u8::is_ascii_digit);
    is_number.then(|| field.iter().fold(0, |number, digit| 10 * number + u64::from(digit - b'0')))
}

/// Checks that two inputs tell time and length alike.
fn agree(first: &Opened<'_>, other: &Opened<'_>) -> Result<()> {
    let kind = |opened: &Opened<'_>| match opened.columns.when {
        When::Frames => "numbers of time steps",
        When::Times(_) => "times",
    };
    let unit = |opened: &Opened<'_>| opened.columns.unit.as_ref().map_or("meters", |unit| &unit.name).to_string();
    let step = |opened: &Opened<'_>| match opened.columns.time_step {
        Some(step) => format!("{step} seconds between time steps"),
        None => "no time between time steps".into(),
    };
    let pairs =
        [(kind(first).to_string(), kind(other).to_string()), (unit(first), unit(other)), (step(first), step(other))];
    match pairs.into_iter().find(|(a, b)| a != b) {
        Some((a, b)) => {
            let seen = format!("{b}, where {} has {a}", first.path.display());
            Err(Error::bad_format(&other.path, None, seen, "files of one data set that tell time and length alike"))
        }
        None => Ok(()),
    }
}

/// A number in double that, rounded to single precision, gives the number nearest to the text.
fn nearest(text: &str) -> Option<f64> {
    let double = text.parse::<f64>().ok()?;
    // A double half way between two single-precision numbers may stand for a text on either side of it.
    let is_half_way = double.to_bits() & 0x1fff_ffff == 0x1000_0000 || double.abs() < f64::from(f32::MIN_POSITIVE);
    if !is_half_way || !double.is_finite() {
        return Some(double);
    }
    let single = text.parse::<f32>().ok()?;
    Some(match f64::from(single).partial_cmp(&double) {
        Some(std::cmp::Ordering::Greater) if double as f32 != single => double.next_up(),
        Some(std::cmp::Ordering::Less) if double as f32 != single => double.next_down(),
        _ => double,
    })
}
