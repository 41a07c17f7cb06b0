//! Decides what the columns of a file mean: by the choice of the user, by their names, or by their places.

use std::collections::BTreeMap;
use std::path::Path;

use super::clock::iso;
use super::meaning::{DEGREES, Meaning, Unit, bare, in_brackets, seconds_in, unit_of};
use super::records::Head;
use crate::human::rough;
use crate::{Error, Result};

/// The columns of a trajectory, by their names.
pub(super) const COLUMNS: [&str; 5] = ["id", "frame", "x", "y", "z"];

/// How a column tells the time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// By its number.
    Frames,
    /// By a time, in a unit of so many seconds where the name of the column says so.
    Times(Option<f64>),
}

/// The columns of a file by what they mean.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The places of id, frame or time, x, y and z; only z may be missing.
    pub places: [Option<usize>; 5],
    /// The columns' names as the file has them; their numbers from 1 where it has none.
    pub names: [String; 5],
    pub has_names: bool,
    pub when: When,
    /// The seconds from one time step to the next, where they are known.
    pub time_step: Option<f64>,
    /// Whether the ids of the first rows are no numbers.
    pub has_text_ids: bool,
    pub unit: Option<Unit>,
}

/// Finds the columns of a file. `chosen` are the columns that the user names, `time_step` is the one that the user
/// gives.
pub(super) fn find(
    head: &Head,
    chosen: &BTreeMap<Meaning, String>,
    id_name: &'static str,
    time_step: Option<f64>,
) -> Result<Columns> {
    let finder = Finder { head, chosen, id_name };
    finder.refuse_no_names()?;
    let when = finder.when()?;
    let x = finder.find_or_missing(Meaning::X)?;
    let y = finder.find_or_missing(Meaning::Y)?;
    let id = finder.find_or_missing(Meaning::Id)?;
    let z = match chosen.get(&Meaning::Z).map(String::as_str) {
        Some("none") => None,
        _ => finder.find(Meaning::Z)?,
    };
    let places = [Some(id), Some(when.place), Some(x), Some(y), z];
    finder.refuse_same(&places)?;
    let are_names =
        |record: &csv::ByteRecord| head.names.as_ref().is_some_and(|names| names.as_byte_record() == record);
    let below = || head.records.iter().skip_while(|record| is_header_row(record, &places));
    let rows = || below().filter(|record| !are_names(record));
    let time_step = time_step.or_else(|| time_step_in(&head.comments)).or(head.usual_time_step);
    let values: Vec<String> = rows().filter_map(|row| row.get(when.place)).map(|field| plain(field, head)).collect();
    let when_kind = finder.kind_of_time(when, &values, time_step)?;
    let has_text_ids = rows().filter_map(|row| row.get(id)).any(is_text_id);
    let unit = finder.unit(&places)?;
    Ok(Columns {
        places,
        names: places.map(|place| place.map_or(String::new(), |place| finder.name(place))),
        has_names: head.names.is_some(),
        when: when_kind,
        time_step,
        has_text_ids,
        unit,
    })
}

/// The column of the time step.
#[derive(Clone, Copy, Debug)]
struct WhenColumn {
    place: usize,
    /// The meaning that its name, or the user's choice, states: [`Meaning::Frame`] or [`Meaning::Time`].
    named: Meaning,
}

struct Finder<'a> {
    head: &'a Head,
    chosen: &'a BTreeMap<Meaning, String>,
    /// The option by which the column of ids was chosen.
    id_name: &'static str,
}

impl Finder<'_> {
    fn path(&self) -> &Path {
        &self.head.path
    }

    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        self.head.names.iter().flatten().enumerate()
    }

    fn name(&self, place: usize) -> String {
        let name = self.head.names.as_ref().and_then(|names| names.get(place));
        name.map_or_else(|| (place + 1).to_string(), str::to_string)
    }

    fn count(&self) -> usize {
        let of_records = self.head.records.first().map_or(0, csv::ByteRecord::len);
        self.head.names.as_ref().map_or(of_records, csv::StringRecord::len)
    }

    /// Refuses a beginning that neither names columns nor has the fields of a row.
    fn refuse_no_names(&self) -> Result<()> {
        const ACCEPTED: &str = "a first line that names the columns id, frame, x, y, z among others";
        let head = self.head;
        let is_empty = match &head.names {
            Some(names) => names.iter().all(str::is_empty),
            None => head.records.is_empty(),
        };
        if is_empty {
            let seen = "the file has no line of names: it is empty";
            return Err(Error::bad_format(self.path(), 0, seen, ACCEPTED));
        }
        let first = head.names.as_ref().and_then(|names| names.get(0)).unwrap_or_default();
        if first.to_lowercase().starts_with("sep=") {
            let accepted = format!(
                "{ACCEPTED}; before it sep= and what separates fields, for spreadsheets: a comma, a semicolon, a \
                 tab, a bar or a blank"
            );
            return Err(Error::bad_format(self.path(), 0, format!("the first line is {:?}", short(first)), accepted));
        }
        let needed = [Meaning::Id, Meaning::X, Meaning::Y].iter().all(|meaning| self.chosen.contains_key(meaning));
        if head.names.is_none() && !needed && !(4..=5).contains(&self.count()) {
            let first: csv::StringRecord =
                head.records[0].iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            let seen = format!("the first line has {} fields, [{}], and no names", self.count(), listed(&first));
            let accepted = format!(
                "{ACCEPTED}; without names four or five fields, in the order id, frame, x, y, z; or columns by number \
                 (--columns id=1,frame=2,x=3,y=4)"
            );
            return Err(Error::bad_format(self.path(), 0, seen, accepted));
        }
        Ok(())
    }

    /// Finds the column of the time step.
    fn when(&self) -> Result<WhenColumn> {
        if self.chosen.contains_key(&Meaning::Time) {
            return self.find_or_missing(Meaning::Time).map(|place| WhenColumn { place, named: Meaning::Time });
        }
        if let Some(place) = self.find(Meaning::Frame)? {
            return Ok(WhenColumn { place, named: Meaning::Frame });
        }
        match self.find(Meaning::Time)? {
            Some(place) => Ok(WhenColumn { place, named: Meaning::Time }),
            None => Err(self.missing(Meaning::Frame)),
        }
    }

    fn find_or_missing(&self, meaning: Meaning) -> Result<usize> {
        self.find(meaning)?.ok_or_else(|| self.missing(meaning))
    }

    fn find(&self, meaning: Meaning) -> Result<Option<usize>> {
        if let Some(name) = self.chosen.get(&meaning) {
            return self.chosen_place(meaning, name).map(Some);
        }
        if self.head.names.is_none() {
            let places = [Meaning::Id, Meaning::Frame, Meaning::X, Meaning::Y, Meaning::Z];
            // Where some are chosen by number, the order of the others is not known.
            let is_ordered = self.chosen.is_empty();
            let place = places.iter().position(|&other| other == meaning);
            return Ok(place.filter(|&place| is_ordered && place < self.count()));
        }
        let exact = self.find_one(meaning.name())?;
        let is_known = |name: &str| meaning.known_names().contains(&bare(name).0.as_str());
        let known: Vec<usize> = self.names().filter(|(_, name)| is_known(name)).map(|(place, _)| place).collect();
        match (exact, &known[..]) {
            (Some(exact), _) if meaning != Meaning::Id => {
                let other = known.iter().find(|&&other| other != exact && bare(&self.name(other)).0 == meaning.name());
                other.map_or(Ok(Some(exact)), |&other| Err(self.ambiguous(meaning, &[exact, other])))
            }
            (_, []) => Ok(None),
            (_, [only]) => Ok(Some(*only)),
            (_, several) if meaning == Meaning::Id => match self.track_of_trackmate() {
                Some(track) => Ok(Some(track)),
                None => Err(self.ambiguous(meaning, several)),
            },
            (_, several) => Err(self.ambiguous(meaning, several)),
        }
    }

    /// The column of tracks in an export of TrackMate, whose column `ID` numbers spots.
    fn track_of_trackmate(&self) -> Option<usize> {
        let has = |name: &str| self.names().find(|(_, n)| *n == name).map(|(place, _)| place);
        has("TRACK_ID").filter(|_| has("POSITION_X").is_some() && has("POSITION_T").is_some())
    }

    /// The place of the only column of a name, in whatever case.
    fn find_one(&self, name: &str) -> Result<Option<usize>> {
        let mut places = self.names().filter(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (Some(first), Some(second)) => {
                let seen = format!(
                    "the first line names a column {:?} twice, as fields {} and {}",
                    short(name),
                    first + 1,
                    second + 1
                );
                let accepted = "each of the columns id, frame, x, y, z once; rename or remove the other one";
                Err(Error::bad_format(self.path(), 0, seen, accepted))
            }
            (first, _) => Ok(first),
        }
    }

    fn option_of(&self, meaning: Meaning) -> &'static str {
        if meaning == Meaning::Id { self.id_name } else { "columns" }
    }

    /// The column that the user names: in its own case where there is one, else in any, else by its number.
    fn chosen_place(&self, meaning: Meaning, name: &str) -> Result<usize> {
        let name = name.trim();
        let mut exact = self.names().filter(|(_, n)| *n == name).map(|(place, _)| place);
        if let (Some(place), None) = (exact.next(), exact.next()) {
            return Ok(place);
        }
        if let Some(place) = self.find_one(name)? {
            return Ok(place);
        }
        if let Some(number) = name.parse::<usize>().ok().filter(|number| (1..=self.count()).contains(number)) {
            return Ok(number - 1);
        }
        let accepted = match &self.head.names {
            Some(names) => format!("a column of {}: {}", self.path().display(), listed(names)),
            None => format!("a column of {} by its number, 1 to {}", self.path().display(), self.count()),
        };
        Err(Error::invalid(self.option_of(meaning), short(name), accepted))
    }

    fn refuse_same(&self, places: &[Option<usize>; 5]) -> Result<()> {
        for (first, second) in (0..5).flat_map(|a| (a + 1..5).map(move |b| (a, b))) {
            if let Some(place) = places[first].filter(|_| places[first] == places[second]) {
                let name = self.name(place);
                if first == 0 && self.chosen.contains_key(&Meaning::Id) {
                    let seen = format!("{}, which is the column {}", short(&name), COLUMNS[second]);
                    let accepted = "a column of its own, which numbers the trajectories";
                    return Err(Error::invalid(self.id_name, seen, accepted));
                }
                let seen = format!("{} for both {} and {}", short(&name), COLUMNS[first], COLUMNS[second]);
                return Err(Error::invalid("columns", seen, "a column of its own for each"));
            }
        }
        Ok(())
    }

    fn ambiguous(&self, meaning: Meaning, places: &[usize]) -> Error {
        let (first, second) = (self.name(places[0]), self.name(places[1]));
        let (first, second) = (short(&first), short(&second));
        if meaning != Meaning::Id {
            let named: Vec<String> = places.iter().map(|&place| format!("{:?}", short(&self.name(place)))).collect();
            let name = meaning.name();
            let seen = format!("the first line names the columns {}, and each may be {name}", named.join(" and "));
            let accepted = format!("one of them chosen by columns (--columns {name}={})", quoted(&first));
            return Error::bad_format(self.path(), 0, seen, accepted);
        }
        let seen = format!(
            "the first line names the columns {first:?} and {second:?}, and either may number the trajectories"
        );
        let accepted = format!(
            "one of them chosen by id_column (--id-column {}, or --id-column {})",
            quoted(&second),
            quoted(&first)
        );
        Error::bad_format(self.path(), 0, seen, accepted)
    }

    fn missing(&self, meaning: Meaning) -> Error {
        let path = self.path();
        let Some(names) = &self.head.names else {
            let seen = format!("no names of columns, and none chosen for {}", meaning.name());
            return Error::invalid("columns", seen, format!("all of them by number, as {}=1", meaning.name()));
        };
        let has = |known: &[&str]| names.iter().find(|name| known.contains(&bare(name).0.as_str()));
        if let (Meaning::X | Meaning::Y, Some(lat), Some(lon)) = (meaning, has(DEGREES[0]), has(DEGREES[1])) {
            let what = format!(
                "the columns {lat:?} and {lon:?} are degrees; metres are accepted: project them first, as by \
                 gdaltransform -s_srs EPSG:4326 -t_srs EPSG:CODE, and name the results x and y"
            );
            return Error::Unsupported { subject: path.to_path_buf(), what };
        }
        let seen = format!("the first line names the columns [{}]", listed(names));
        let name = meaning.name();
        let accepted = format!(
            "columns named {}; {name:?} is missing: rename its column in the first line, or choose it with \
             columns (--columns {name}=NAME)",
            COLUMNS.join(", ")
        );
        Error::bad_format(path, 0, seen, accepted)
    }

    /// Whether a column has numbers of time steps, or times. `values` are its first ones.
    fn kind_of_time(&self, column: WhenColumn, values: &[String], time_step: Option<f64>) -> Result<When> {
        let is_whole = values.iter().all(|value| value.is_empty() || whole(value).is_some());
        let unit = bare(&self.name(column.place)).1.and_then(|unit| seconds_in(&unit));
        let times = When::Times(unit);
        if self.chosen.contains_key(&Meaning::Frame) {
            return Ok(When::Frames);
        }
        let is_chosen = self.chosen.contains_key(&Meaning::Time);
        const LEAST_TIME_SINCE_1970: i64 = 100_000_000;
        let is_since_1970 = values.iter().any(|v| whole(v).is_some_and(|v| v >= LEAST_TIME_SINCE_1970));
        let is_time = |value: &String| value.parse::<f64>().is_ok_and(f64::is_finite) || iso(value).is_some();
        match time_step {
            _ if !is_chosen && !is_whole && !values.iter().any(is_time) => Ok(When::Frames),
            Some(_) if is_chosen || column.named == Meaning::Time || !is_whole || is_since_1970 => Ok(times),
            None if is_chosen || !is_whole => {
                let value = values.iter().find(|value| whole(value).is_none()).or(values.first());
                let seen = format!(
                    "column {} has times, like {:?}",
                    short(&self.name(column.place)),
                    short(value.map_or("", String::as_str))
                );
                let step = usual_difference(values, unit.unwrap_or(1.0)).map_or("0.04".into(), rough);
                let accepted = format!(
                    "times and the seconds between time steps: time_per_step (--time-step {step}, or --fps); or whole \
                     numbers, 0 to 2147483647: (time - first time) / time between frames"
                );
                Err(Error::bad_format(self.path(), None, seen, accepted))
            }
            _ => Ok(When::Frames),
        }
    }

    /// The unit of the coordinates: in their names, in a row below the names, or in a comment.
    fn unit(&self, places: &[Option<usize>; 5]) -> Result<Option<Unit>> {
        let mut units: Vec<(usize, Unit)> = Vec::new();
        for place in places[2..].iter().flatten() {
            let in_name = self.head.names.as_ref().and_then(|_| bare(&self.name(*place)).1);
            let rows = self.head.records.iter().take_while(|record| is_header_row(record, places));
            let below = rows.filter_map(|row| Some(String::from_utf8_lossy(row.get(*place)?).into_owned()));
            let below = below.filter_map(|field| in_brackets(&field).map(|(_, unit)| unit)).next();
            units.extend(in_name.or(below).map(|unit| (*place, unit_of(&unit))));
        }
        if let Some((first, second)) = units.first().zip(units.iter().find(|(_, unit)| *unit != units[0].1)) {
            let (a, b) = (self.name(first.0), self.name(second.0));
            let seen = format!("columns {a} and {b} in {} and {}", first.1.name, second.1.name);
            return Err(Error::bad_format(self.path(), 0, seen, "x, y and z in one unit"));
        }
        let in_comments = || comment_value(&self.head.comments, &["unit", "units"]).map(|unit| unit_of(&unit));
        Ok(units.into_iter().next().map(|(_, unit)| unit).or_else(in_comments))
    }
}

/// Whether a record below the names is another line of names or units, as TrackMate has three: a coordinate is a text,
/// and none of time and coordinates is a number.
pub(super) fn is_header_row(record: &csv::ByteRecord, places: &[Option<usize>; 5]) -> bool {
    let fields = || places[1..].iter().flatten().filter_map(|&place| record.get(place));
    let text = |field: &[u8]| String::from_utf8_lossy(field).replace(',', ".");
    let is_number = |field: &[u8]| text(field).parse::<f64>().is_ok();
    let is_text = |field: &[u8]| !is_gap(&text(field)) && field.iter().any(u8::is_ascii_alphabetic);
    let mut coordinates = places[2..].iter().flatten().filter_map(|&place| record.get(place));
    !fields().any(is_number) && coordinates.all(is_text) && fields().all(|field| iso(&text(field)).is_none())
}

/// Whether a text stands for a value that is missing.
pub(super) fn is_gap(text: &str) -> bool {
    const GAPS: [&str; 9] = ["", "nan", "na", "n/a", "#n/a", "null", "none", "-", "--"];
    GAPS.iter().any(|gap| text.eq_ignore_ascii_case(gap))
}

/// A whole number that may have a point and zeros after it.
pub(super) fn whole(text: &str) -> Option<i64> {
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => text,
    };
    digits.parse().ok()
}

/// Whether an id is no number at all.
fn is_text_id(field: &[u8]) -> bool {
    let is_numeric = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let digits = field.strip_prefix(b"-").or(field.strip_prefix(b"+")).unwrap_or(field);
    let is_number = digits.iter().all(is_numeric) && digits.iter().any(u8::is_ascii_digit);
    !is_number && !is_gap(&String::from_utf8_lossy(field))
}

fn plain(field: &[u8], head: &Head) -> String {
    let text = String::from_utf8_lossy(field);
    let text = if is_gap(&text) { "".into() } else { text };
    if head.has_decimal_commas && iso(&text).is_none() { text.replace(',', ".") } else { text.into_owned() }
}

/// The smallest difference of times, in seconds.
fn usual_difference(values: &[String], unit: f64) -> Option<f64> {
    let seconds = |value: &String| value.parse::<f64>().ok().map(|n| n * unit).or_else(|| iso(value));
    let mut times: Vec<f64> = values.iter().filter_map(seconds).filter(|time| time.is_finite()).collect();
    times.sort_by(f64::total_cmp);
    let differences = times.windows(2).map(|pair| pair[1] - pair[0]).filter(|difference| *difference > 1.0e-6);
    differences.min_by(f64::total_cmp)
}

/// The seconds between time steps that a comment tells by frames in a second, as PedPy's files have it.
fn time_step_in(comments: &[String]) -> Option<f64> {
    let value = comment_value(comments, &["framerate", "frame rate", "fps"])?;
    let number = value.split_whitespace().next()?.replace(',', ".").parse::<f64>().ok()?;
    Some(1.0 / number).filter(|step| step.is_finite() && *step > 0.0)
}

/// What stands in a comment behind one of these words and a colon or an equals sign.
fn comment_value(comments: &[String], words: &[&str]) -> Option<String> {
    comments.iter().find_map(|comment| {
        let (word, value) = comment.split_once([':', '='])?;
        words.contains(&word.trim().to_lowercase().as_str()).then(|| value.trim().to_string())
    })
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if is_plain { name.to_string() } else { format!("{name:?}") }
}

/// The names in quotes: the first of them where there are many.
fn listed(names: &csv::StringRecord) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(|name| format!("{:?}", short(name))).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// A text for a message: its beginning where it is long.
pub(super) fn short(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ids_and_gaps_are_told_apart() {
        assert_eq!(["12", "12.0", "-3.", "12.5", "x", ""].map(whole), [Some(12), Some(12), Some(-3), None, None, None]);
        assert_eq!(
            [&b"7"[..], b"-1", b"1.5", b"ped_1", b"3c6001", b"40e1", b""].map(is_text_id),
            [false, false, false, true, true, true, false]
        );
        assert!(["", "NaN", "NA", "None"].into_iter().all(is_gap) && !is_gap("0"));
    }
}
