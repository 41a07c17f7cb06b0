//! The PROJ string and the datum of a reference system, from its code or from its description.
//!
//! `epsg.txt` holds the systems of the EPSG dataset, made by `xtask/epsg.py`, which explains its lines. Only shifts of
//! datums that need no grid are in it.

use super::{Authority, Crs, Fault, letters};

const SYSTEMS: &str = include_str!("epsg.txt");

/// The words that give the shape of the ellipsoid.
pub(super) const ELLIPSOID: [&str; 5] = ["ellps", "a", "b", "rf", "R"];

/// The way from a datum to WGS 84.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shift {
    /// The accuracy in metres by the EPSG dataset; NaN where a file states the shift.
    pub accuracy: f64,
    /// The parameters of a shift as PROJ's `towgs84` takes them; `None` where longitude and latitude stay.
    pub parameters: Option<String>,
}

/// A reference system as PROJ words, without its datum.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    /// The words without plus signs; angles are degrees.
    pub words: String,
    /// The EPSG code of the datum, if it is a known one.
    pub datum: Option<u32>,
    /// The way to WGS 84; `None` where none is known that needs no grid.
    pub shift: Option<Shift>,
}

/// A system that cannot be transformed, with the reason.
type Refused = String;

impl Definition {
    pub fn of(crs: &Crs) -> Result<Definition, Refused> {
        if crs.fault == Some(Fault::Axes) {
            return Err(
                "its coordinates count to the west or the south; ogr2ogr -t_srs EPSG:CODE and gdalwarp -t_srs \
                        EPSG:CODE bring files into a system that counts to the east and the north"
                    .into(),
            );
        }
        match (crs.code, &crs.words) {
            (Some((Authority::Epsg, code)), _) if line_of(code).is_some() => of_code(code),
            (_, Some(words)) => of_words(words),
            (Some((Authority::Epsg, code)), None) => {
                Err(format!("EPSG:{code} is no system of the plane that is known"))
            }
            _ => Err("no code of EPSG, and no description that is understood".into()),
        }
    }

    /// Returns the words that give the ellipsoid and the prime meridian.
    pub fn ellipsoid(&self) -> String {
        words_with(&self.words, &["ellps", "a", "b", "rf", "R", "pm"])
    }

    /// Returns the length of a unit of the coordinates in metres, if it is not the metre.
    pub fn to_metre(&self) -> Option<f64> {
        self.words.split(' ').find_map(|word| match word.split_once('=')? {
            ("units", "us-ft") => Some(12.0 / 39.37),
            ("units", "ft") => Some(0.3048),
            ("units", "km") => Some(1000.0),
            ("to_meter", number) => number.parse().ok(),
            _ => None,
        })
    }
}

/// Returns the words with one of some keys, in their order.
pub(super) fn words_with(words: &str, keys: &[&str]) -> String {
    let is_wanted = |word: &&str| keys.contains(&word.split('=').next().unwrap_or_default());
    words.split(' ').filter(is_wanted).collect::<Vec<_>>().join(" ")
}

/// Returns the fields of a line of the table: code, datum, shift, definition.
fn line_of(code: u32) -> Option<[&'static str; 4]> {
    let code = code.to_string();
    SYSTEMS.lines().find_map(|line| {
        let mut fields = line.splitn(4, ' ');
        let first = fields.next().filter(|first| *first == code)?;
        Some([first, fields.next()?, fields.next()?, fields.next()?])
    })
}

fn of_code(code: u32) -> Result<Definition, Refused> {
    let [_, datum, shift, words] = line_of(code).ok_or_else(|| format!("EPSG:{code} is not known"))?;
    if let Some(why) = words.strip_prefix('!') {
        return Err(format!("EPSG:{code} needs what is not computed here: {why}"));
    }
    Ok(Definition { words: words.into(), datum: datum.parse().ok(), shift: shift_of(shift) })
}

/// Returns the words of the ellipsoid and the datum of the geographic system of a code.
pub(crate) fn geographic_words_of(code: u32) -> Option<String> {
    let [.., words] = line_of(code)?;
    Some(format!("{} epsgbase={code}", words.strip_prefix("proj=longlat ")?))
}

/// Returns whether a code is of a system whose coordinates count to the west or the south.
pub(super) fn is_turned(code: u32) -> bool {
    line_of(code).is_some_and(|[.., words]| words.starts_with("!axes"))
}

/// Returns the shift of a number in the table.
fn shift_of(number: &str) -> Option<Shift> {
    SYSTEMS.lines().take_while(|line| line.starts_with(['#', 's'])).find_map(|line| {
        let mut fields = line.strip_prefix("shift ")?.split(' ');
        fields.next().filter(|first| *first == number)?;
        let accuracy = fields.next()?.parse().ok()?;
        let parameters = fields.next().filter(|parameters| *parameters != "0").map(String::from);
        Some(Shift { accuracy, parameters })
    })
}

/// Returns a datum's name as the table has it: its letters and digits, and `plus` for a plus sign, which tells CH1903+
/// from CH1903.
pub(crate) fn letters_of_datum(name: &str) -> String {
    letters(&name.replace('+', "plus"))
}

/// Returns the code of a datum by one of its names; `None` also for a name of several datums.
fn datum_of(name: &str) -> Option<u32> {
    /// Names that are not in the table, and such that mean one of several datums with it.
    const MEANT: [(&str, u32); 5] = [
        ("nad83", 6269),
        ("etrs89", 6258),
        ("eureffin", 6258),
        ("southamericandatum1969", 6618),
        ("dsouthamerican1969", 6618),
    ];
    if let Some((_, code)) = MEANT.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let named = SYSTEMS.lines().filter_map(|line| line.strip_prefix("datum ")?.split_once(' '));
    let mut found = named.filter(|(_, names)| names.split(' ').any(|known| known == name));
    let (code, _) = found.next()?;
    found.next().is_none().then(|| code.parse().ok())?
}

/// Returns the shift of a datum: that of the first geographic system with it.
fn shift_of_datum(datum: u32) -> Option<Shift> {
    let datum = datum.to_string();
    SYSTEMS.lines().find_map(|line| {
        let fields: Vec<&str> = line.splitn(4, ' ').collect();
        let &[code, of, shift, words] = fields.as_slice() else { return None };
        let is_it = code.parse::<u32>().is_ok() && of == datum && words.starts_with("proj=longlat");
        is_it.then(|| shift_of(shift)).flatten()
    })
}

/// Reads PROJ words, or those that `projection` makes of well-known text.
fn of_words(given: &str) -> Result<Definition, Refused> {
    let (mut words, mut datum, mut stated) = (Vec::new(), None, None);
    for word in given.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "epsgdatum" => datum = value.parse().ok(),
            "epsgbase" => datum = value.parse().ok().and_then(|code| line_of(code)?[1].parse().ok()),
            "datumname" => datum = datum_of(value),
            "datum" => {
                let (code, ellipsoid) = match letters(value).as_str() {
                    "wgs84" => (6326, "ellps=WGS84"),
                    "nad83" => (6269, "ellps=GRS80"),
                    "nad27" => (6267, "ellps=clrk66"),
                    _ => return Err(format!("the datum {value} of a PROJ string is not known")),
                };
                datum = Some(code);
                words.push(ellipsoid);
            }
            "towgs84" => stated = Some(value),
            "nadgrids" if value == "@null" => datum = Some(6326),
            "nadgrids" | "geoidgrids" => return Err(format!("it needs the grid {value}, which is not read")),
            "no_defs" | "type" | "wktext" | "vunits" | "vto_meter" | "init" => {}
            "units" if value == "m" => {}
            "proj" if ["longlat", "latlong", "lonlat", "latlon"].contains(&value) => words.insert(0, "proj=longlat"),
            "proj" => words.insert(0, word),
            _ => words.push(word),
        }
    }
    let by_file = stated.and_then(|text| {
        let numbers = text.split(',').map(|number| number.trim().parse::<f64>());
        let numbers: Vec<f64> =
            numbers.collect::<Result<_, _>>().ok().filter(|n: &Vec<f64>| matches!(n.len(), 3 | 7))?;
        let parameters = numbers.iter().any(|&n| n != 0.0).then(|| text.to_string());
        Some(Shift { accuracy: f64::NAN, parameters })
    });
    let shift = datum.and_then(shift_of_datum).or(by_file);
    Ok(Definition { words: words.join(" "), datum, shift })
}
