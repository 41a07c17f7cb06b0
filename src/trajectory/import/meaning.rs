//! What columns can mean, and the names and units by which groma knows it.

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Which trajectory a row belongs to.
    Id,
    /// The number of the time step.
    Frame,
    /// A time, which becomes a time step.
    Time,
    /// A coordinate.
    X,
    /// A coordinate.
    Y,
    /// A coordinate.
    Z,
}

impl Meaning {
    /// All of them.
    pub const ALL: [Meaning; 6] = [Meaning::Id, Meaning::Frame, Meaning::Time, Meaning::X, Meaning::Y, Meaning::Z];

    /// The name that options have for it.
    pub fn name(self) -> &'static str {
        match self {
            Meaning::Id => "id",
            Meaning::Frame => "frame",
            Meaning::Time => "time",
            Meaning::X => "x",
            Meaning::Y => "y",
            Meaning::Z => "z",
        }
    }

    /// The names of columns that mean this: in lower case, without units and what separates words.
    pub fn known_names(self) -> &'static [&'static str] {
        match self {
            Meaning::Id => NAMES_OF_IDS,
            Meaning::Frame => &[
                "frame",
                "frameid",
                "framenumber",
                "frameno",
                "frameindex",
                "frameidx",
                "framenr",
                "fr",
                "timestep",
                "step",
                "timeindex",
                "tick",
                "slice",
            ],
            Meaning::Time => &[
                "time",
                "t",
                "timestamp",
                "seconds",
                "positiont",
                "timesteptime",
                "simtime",
                "simulationtime",
                "datetime",
                "basedatetime",
                "utc",
                "epoch",
                "unixtime",
            ],
            Meaning::X => &[
                "x",
                "xpos",
                "posx",
                "xposition",
                "positionx",
                "xcoord",
                "coordx",
                "xcoordinate",
                "coordinatex",
                "xcenter",
                "centerx",
                "xcentre",
                "centrex",
                "xlocal",
                "localx",
                "xutm",
                "utmx",
                "easting",
                "vehiclex",
                "personx",
                "xworld",
                "worldx",
            ],
            Meaning::Y => &[
                "y",
                "ypos",
                "posy",
                "yposition",
                "positiony",
                "ycoord",
                "coordy",
                "ycoordinate",
                "coordinatey",
                "ycenter",
                "centery",
                "ycentre",
                "centrey",
                "ylocal",
                "localy",
                "yutm",
                "utmy",
                "northing",
                "vehicley",
                "persony",
                "yworld",
                "worldy",
            ],
            Meaning::Z => &[
                "z",
                "zpos",
                "posz",
                "zposition",
                "positionz",
                "zcoord",
                "coordz",
                "zcoordinate",
                "coordinatez",
                "zcenter",
                "centerz",
                "zcentre",
                "centrez",
                "zlocal",
                "localz",
                "vehiclez",
                "personz",
                "zworld",
                "worldz",
            ],
        }
    }
}

/// Beside another one of them a column `id` may number the single rows, as trackers number spots.
const NAMES_OF_IDS: &[&str] = &[
    "id",
    "trackid",
    "track",
    "tracknumber",
    "trajectoryid",
    "trajectory",
    "trajid",
    "traj",
    "particleid",
    "particle",
    "personid",
    "persid",
    "persnr",
    "person",
    "pedestrianid",
    "pedestrian",
    "pedid",
    "agentid",
    "agent",
    "objectid",
    "vehicleid",
    "vehicle",
    "cellid",
    "animalid",
    "individualid",
    "individuallocalidentifier",
    "mmsi",
    "icao24",
];

/// Names of geographic coordinates, latitude and longitude, which are no lengths.
pub(super) const DEGREES: [&[&str]; 2] =
    [&["lat", "latitude", "locationlat"], &["lon", "lng", "long", "longitude", "locationlong"]];

/// Units of length by their names: how the manifest calls them, and the metres in one where it becomes metres.
const UNITS: [(&[&str], &str, Option<f64>); 8] = [
    (&["m", "meter", "meters", "metre", "metres"], "meters", None),
    (&["cm", "centimeter", "centimeters", "centimetre", "centimetres"], "centimeters", Some(0.01)),
    (&["mm", "millimeter", "millimeters", "millimetre", "millimetres"], "millimeters", Some(0.001)),
    (&["km", "kilometer", "kilometers", "kilometre", "kilometres"], "kilometers", Some(1000.0)),
    (&["um", "µm", "μm", "micron", "microns", "micrometer", "micrometers"], "microns", None),
    (&["nm", "nanometer", "nanometers"], "nanometers", None),
    (&["px", "pixel", "pixels"], "pixels", None),
    (&["ft", "foot", "feet"], "feet", None),
];

/// Units of time by their names, and the seconds in one.
const TIMES: [(&[&str], f64); 5] = [
    (&["s", "sec", "secs", "second", "seconds"], 1.0),
    (&["ms", "msec", "millisecond", "milliseconds"], 1.0e-3),
    (&["us", "µs", "μs", "microsecond", "microseconds"], 1.0e-6),
    (&["ns", "nanosecond", "nanoseconds"], 1.0e-9),
    (&["min", "minute", "minutes"], 60.0),
];

/// A unit of coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    pub name: String,
    pub metres: Option<f64>,
}

/// Whether a name is one of those that are known.
pub(super) fn is_known(name: &str) -> bool {
    let name = bare(name).0;
    let is_degrees = || DEGREES.iter().any(|names| names.contains(&name.as_str()));
    Meaning::ALL.iter().any(|meaning| meaning.known_names().contains(&name.as_str())) || is_degrees()
}

/// A column's name without its unit, in lower case, without what separates words; and the unit.
pub(super) fn bare(name: &str) -> (String, Option<String>) {
    let name = name.trim().trim_start_matches('\u{feff}');
    let is_unit = |unit: &str| {
        let unit = unit.to_lowercase();
        UNITS.iter().any(|(names, ..)| names.contains(&unit.as_str())) || seconds_in(&unit).is_some()
    };
    let (name, unit) = in_brackets(name)
        .or_else(|| name.rsplit_once('/').filter(|(_, unit)| is_unit(unit.trim())).map(owned))
        .or_else(|| name.rsplit_once('_').filter(|(word, unit)| !word.is_empty() && is_unit(unit)).map(owned))
        .unwrap_or_else(|| (name.to_string(), String::new()));
    let plain = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (plain, Some(unit).filter(|unit| !unit.is_empty()))
}

fn owned((name, unit): (&str, &str)) -> (String, String) {
    (name.to_string(), unit.trim().to_string())
}

/// A name and the unit in brackets behind it.
pub(super) fn in_brackets(name: &str) -> Option<(String, String)> {
    let name = name.trim();
    let open = match name.chars().next_back()? {
        ']' => '[',
        ')' => '(',
        _ => return None,
    };
    let (before, unit) = name[..name.len() - 1].rsplit_once(open)?;
    Some(owned((before.trim(), unit)))
}

pub(super) fn seconds_in(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    TIMES.iter().find(|(names, _)| names.contains(&unit.as_str())).map(|(_, seconds)| *seconds)
}

pub(super) fn unit_of(name: &str) -> Unit {
    let lower = name.trim().to_lowercase();
    match UNITS.iter().find(|(names, ..)| names.contains(&lower.as_str())) {
        Some((_, name, metres)) => Unit { name: name.to_string(), metres: *metres },
        None => Unit { name: lower, metres: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_with_units_and_in_any_case() {
        for (name, plain, unit) in [
            ("X [m]", "x", Some("m")),
            ("x/cm", "x", Some("cm")),
            ("POSITION_X", "positionx", None),
            ("Track ID", "trackid", None),
            ("time_ms", "time", Some("ms")),
            ("t(s)", "t", Some("s")),
            ("y (micron)", "y", Some("micron")),
            ("timestep_time", "timesteptime", None),
            ("_m", "m", None),
        ] {
            assert_eq!(bare(name), (plain.to_string(), unit.map(str::to_string)), "{name}");
            assert!(name == "_m" || is_known(name), "{name}");
        }
        assert!(!is_known("quality") && is_known("Latitude"));
    }
}
