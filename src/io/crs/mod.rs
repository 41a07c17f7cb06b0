//! Reference systems as files name them: their units, and whether two of them are the same.
//!
//! A system is identified by its code, its name, or its description (WKT, a PROJ string). The codes of systems that are
//! not in metres are known.
//!
//! | file | what it holds |
//! |---|---|
//! | `codes` | which codes are in which unit, and what compound systems consist of |
//! | `wkt` | well-known text as a tree |
//! | `lines` | the lines of an ArcInfo `.prj` |
//! | `projection` | the PROJ string of a system that well-known text describes |
//! | `definition` | the PROJ string and the datum of a system, from its code (`epsg.txt`) or its description |
//! | `compare` | whether two systems are the same |
//! | `transform` | the way from one system to another |

mod codes;
mod compare;
mod definition;
mod lines;
mod projection;
mod transform;
mod wkt;

pub use self::compare::Comparison;
pub(crate) use self::definition::{geographic_words_of, letters_of_datum};
pub use self::transform::Transform;
pub(crate) use self::transform::TransformRecord;

use self::codes::{
    EPSG_COMPOUND, EPSG_DEPTHS, EPSG_IN_DEGREES, EPSG_NOT_IN_METRES, ESRI_IN_DEGREES, ESRI_NOT_IN_METRES, UNITS,
};
use self::wkt::Node;

/// The longest description that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Why a reference system cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The coordinates are degrees, or count from the centre of the earth.
    Degrees,
    /// The coordinates or the heights are in a unit other than the metre.
    Unit {
        /// Whether it is the unit of the heights.
        of_heights: bool,
        /// The unit's name.
        name: String,
        /// The unit's length in metres; `None` where only the name is known.
        metres: Option<f64>,
    },
    /// The projection is a Mercator whose metres are true at the equator only.
    Mercator,
    /// The coordinates count to the west or the south.
    Axes,
    /// The heights count downwards.
    Depths {
        /// The name or the code of the system of depths.
        name: String,
    },
}

/// What a reference system says of heights.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Heights {
    /// Nothing.
    #[default]
    Unstated,
    /// They are metres and count upwards.
    Metres,
    /// They are in another unit, or count downwards.
    Other(Fault),
}

/// A reference system as a file names it. Only its horizontal part has a code here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crs {
    /// The authority and the code of the horizontal part.
    pub code: Option<(Authority, u32)>,
    /// The name, if any.
    pub name: Option<String>,
    /// Why the horizontal part cannot be meshed in, if so.
    pub fault: Option<Fault>,
    /// What the system says of heights.
    pub heights: Heights,
    /// The words of a PROJ string for the horizontal part, where a description gives them.
    pub(crate) words: Option<String>,
}

/// An authority that assigns codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The EPSG dataset.
    Epsg,
    /// Esri.
    Esri,
}

impl Crs {
    /// Returns the system of longitude and latitude on WGS 84, in degrees.
    pub fn degrees() -> Crs {
        Crs::parse("OGC:CRS84").expect("it is known")
    }

    /// Looks up a system by its EPSG code, which may be a compound one.
    pub fn of_epsg(code: u32) -> Crs {
        Crs::of_code(Authority::Epsg, code)
    }

    fn of_code(authority: Authority, code: u32) -> Crs {
        let compound = EPSG_COMPOUND.binary_search_by_key(&code, |c| c.0).ok().filter(|_| authority == Authority::Epsg);
        if let Some(found) = compound {
            let (_, horizontal, vertical) = EPSG_COMPOUND[found];
            return Crs::of_epsg(horizontal).with_heights(&Crs::of_epsg(vertical));
        }
        let (units, degrees) = match authority {
            Authority::Epsg => (&EPSG_NOT_IN_METRES[..], &EPSG_IN_DEGREES[..]),
            Authority::Esri => (&ESRI_NOT_IN_METRES[..], &ESRI_IN_DEGREES[..]),
        };
        const MERCATOR: [u32; 8] = [3395, 3785, 3857, 41001, 54004, 102100, 102113, 900_913];
        let is_depth = authority == Authority::Epsg && EPSG_DEPTHS.binary_search(&code).is_ok();
        let fault = if is_depth {
            Some(Fault::Depths { name: format!("EPSG:{code}") })
        } else if degrees.iter().any(|&(first, last)| (first..=last).contains(&code)) {
            Some(Fault::Degrees)
        } else if MERCATOR.contains(&code) {
            Some(Fault::Mercator)
        } else if authority == Authority::Epsg && definition::is_turned(code) {
            Some(Fault::Axes)
        } else {
            let unit = units.iter().find(|&&(first, last, _)| (first..=last).contains(&code));
            unit.map(|&(_, _, unit)| UNITS[usize::from(unit)]).map(|(name, metres)| Fault::Unit {
                of_heights: false,
                name: name.into(),
                metres: Some(metres),
            })
        };
        Crs { code: Some((authority, code)), fault, ..Crs::default() }
    }

    /// Reads a system from any text that a file has for it; `None` for an empty text.
    pub fn parse(text: &str) -> Option<Crs> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        if let Some(crs) = by_code(text) {
            return Some(crs);
        }
        if !text.contains('[') && (text.contains("+proj=") || text.contains("+init=")) {
            return Some(of_proj(text));
        }
        let nodes = Node::read_all(text.strip_prefix("ESRI PE String = ").unwrap_or(text));
        let mut parts = nodes.iter().map(of_wkt);
        match parts.next() {
            Some(first) => Some(parts.fold(first, |crs, heights| crs.with_heights(&heights))),
            None => Some(of_name(text)),
        }
    }

    /// Reads the text of a `.prj`; `None` for an empty one.
    ///
    /// # Errors
    /// The beginning of a text that is neither a description nor a code.
    pub fn of_prj(text: &str) -> Result<Option<Crs>, String> {
        let Some(crs) = Crs::parse(text) else { return Ok(None) };
        let is_description = || Node::read_all(text.trim_start()).first().is_some_and(|node| is_system(&node.keyword));
        let is_known = crs.code.is_some() || crs.fault.is_some() || crs.words.is_some();
        if is_known || is_description() || lines::value(text, "projection").is_some() {
            return Ok(Some(crs));
        }
        let start: String = text.trim().chars().take(60).collect();
        Err(format!("\"{}\"", start.escape_debug()))
    }

    /// Returns this system with the heights of a vertical one.
    #[must_use]
    pub fn with_heights(self, vertical: &Crs) -> Crs {
        let heights = match &vertical.fault {
            Some(Fault::Unit { name, metres, .. }) => {
                Heights::Other(Fault::Unit { of_heights: true, name: name.clone(), metres: *metres })
            }
            Some(depths @ Fault::Depths { .. }) => Heights::Other(depths.clone()),
            _ if vertical.code.is_some() => Heights::Metres,
            _ => vertical.heights.clone(),
        };
        match heights {
            Heights::Unstated => self,
            heights => Crs { heights, ..self },
        }
    }

    /// Returns the EPSG code, if there is one.
    pub fn epsg(&self) -> Option<u16> {
        self.code.and_then(|(authority, code)| u16::try_from(code).ok().filter(|_| authority == Authority::Epsg))
    }

    /// Returns why the system cannot be used, as part of a sentence about coordinates or heights.
    pub fn complaint(&self) -> Option<String> {
        let of_heights = match &self.heights {
            Heights::Other(fault) => Some(fault),
            _ => None,
        };
        Some(match of_heights.or(self.fault.as_ref())? {
            Fault::Degrees => format!("coordinates in degrees or geocentric ones ({self})"),
            Fault::Unit { of_heights, name, metres } => {
                let what = if *of_heights { "heights" } else { "coordinates" };
                // Digits beyond the tenth say nothing.
                let metres = metres.map(|m| format!(" of {} m", (m * 1e10).round() / 1e10)).unwrap_or_default();
                format!("{what} in the unit \"{name}\"{metres} ({self})")
            }
            Fault::Axes => format!("coordinates that count to the west or the south ({self})"),
            Fault::Depths { name } => format!("heights that count downwards, as depths ({name})"),
            Fault::Mercator => format!(
                "coordinates in a Mercator projection of the world ({self}), whose metres are true at the equator \
                 only: at 60 degrees north one of them is half a metre"
            ),
        })
    }
}

impl std::fmt::Display for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map(|(authority, code)| match authority {
            Authority::Epsg => format!("EPSG:{code}"),
            Authority::Esri => format!("ESRI:{code}"),
        });
        match (code, &self.name) {
            (Some(code), Some(name)) => write!(f, "{code}, {name}"),
            (Some(code), None) => write!(f, "{code}"),
            (None, _) if self.key().is_none() && self.words.is_some() => {
                let words = self.words.as_deref().unwrap_or_default().split(' ');
                let is_of_proj =
                    |word: &&str| !["epsgdatum=", "epsgbase=", "datumname="].iter().any(|w| word.starts_with(w));
                let words: Vec<String> = words.filter(is_of_proj).map(|word| format!("+{word}")).collect();
                write!(f, "{}", words.join(" "))
            }
            (None, Some(name)) => write!(f, "{name}"),
            (None, None) => write!(f, "a system without a name"),
        }
    }
}

/// Reads a system from names such as `EPSG:3006`, `urn:ogc:def:crs:EPSG::3006`,
/// `http://www.opengis.net/def/crs/EPSG/0/3006`, and compounds of them.
fn by_code(text: &str) -> Option<Crs> {
    let lower = text.to_ascii_lowercase();
    if lower.len() > 200 || lower.contains(['[', '"', '{']) {
        return None;
    }
    if lower.contains("crs84") || lower.contains("crs83") || lower.contains("crs27") {
        let datum = ["crs83", "crs27"].into_iter().find(|name| lower.contains(name));
        let words = match datum {
            Some("crs83") => "proj=longlat datum=NAD83",
            Some(_) => "proj=longlat datum=NAD27",
            None => "proj=longlat datum=WGS84",
        };
        let (name, words) = (Some(text.into()), Some(words.into()));
        return Some(Crs { name, words, fault: Some(Fault::Degrees), ..Crs::default() });
    }
    if lower.bytes().all(|b| b.is_ascii_digit()) {
        return lower.parse().ok().map(Crs::of_epsg);
    }
    // Compounds: EPSG:2263+6360, urn:ogc:def:crs,crs:EPSG::2263,crs:EPSG::6360, ...?1=http://...&2=http://...
    let separator: &[char] = if lower.contains('+') { &['+'] } else { &[',', '&'] };
    let mut authority = None;
    let codes = lower.split(separator).filter_map(|component| {
        let mut code = None;
        // A version stands before the code, as in EPSG/0/3006.
        for part in component.split(|c: char| !c.is_ascii_alphanumeric() && c != '.') {
            match part {
                "epsg" | "epsg.xml" => authority = Some(Authority::Epsg),
                "esri" => authority = Some(Authority::Esri),
                _ => code = part.parse().ok().filter(|_| authority.is_some()).or(code),
            }
        }
        Some(Crs::of_code(authority?, code?))
    });
    codes.collect::<Vec<_>>().into_iter().reduce(|horizontal, heights| horizontal.with_heights(&heights))
}

fn of_proj(text: &str) -> Crs {
    let value = |key: &str| text.split_whitespace().find_map(|w| w.strip_prefix(key)?.strip_prefix('='));
    let number = |key: &str| value(key).and_then(|v| v.parse::<f64>().ok());
    if let Some(crs) = value("+init").and_then(by_code) {
        return crs;
    }
    let unit = |unit: &str, factor: &str, of_heights| {
        let name = value(unit).filter(|&name| name != "m");
        let metres = number(factor).filter(|&m| m != 1.0);
        let metres = metres.or(name.and_then(length_unit).and_then(|unit| unit));
        (name.is_some() || metres.is_some()).then(|| Fault::Unit {
            of_heights,
            name: name.or(value(factor)).unwrap_or_default().into(),
            metres,
        })
    };
    let sphere = number("+a").or(number("+R")) == Some(6_378_137.0) && number("+b") == Some(6_378_137.0);
    let is_true_at_equator =
        number("+lat_ts").unwrap_or(0.0) == 0.0 && number("+k").or(number("+k_0")).unwrap_or(1.0) == 1.0;
    let fault = match value("+proj") {
        Some("longlat" | "latlong" | "lonlat" | "latlon" | "geocent" | "cart") => Some(Fault::Degrees),
        Some("webmerc") => Some(Fault::Mercator),
        Some("merc") if sphere || is_true_at_equator => Some(Fault::Mercator),
        _ if value("+axis").is_some_and(|axes| axes.contains(['w', 's'])) => Some(Fault::Axes),
        _ => unit("+units", "+to_meter", false),
    };
    let heights = match unit("+vunits", "+vto_meter", true) {
        Some(fault) => Heights::Other(fault),
        None if value("+vunits").is_some() => Heights::Metres,
        None => Heights::Unstated,
    };
    let words = text.split_whitespace().map(|word| word.trim_start_matches('+')).collect::<Vec<_>>().join(" ");
    Crs { name: Some(text.into()), fault, heights, words: Some(words), ..Crs::default() }
}

fn of_wkt(node: &Node) -> Crs {
    let code = node.authority().and_then(|(authority, code)| match authority.to_ascii_uppercase().as_str() {
        "EPSG" => Some((Authority::Epsg, code)),
        "ESRI" => Some((Authority::Esri, code)),
        _ => None,
    });
    let by_unit = |of_heights| {
        let (name, metres) = node.unit()?;
        // A metre that was rounded on the way is still a metre.
        let is_metre = (metres - 1.0).abs() < 1e-9;
        (!is_metre).then(|| Fault::Unit { of_heights, name: name.into(), metres: Some(metres) })
    };
    let name = Some(node.name().to_string()).filter(|name| !name.is_empty());
    let crs = |fault| Crs { code, name: name.clone(), fault, ..Crs::default() };
    match node.keyword.as_str() {
        "COMPD_CS" | "COMPOUNDCRS" => {
            let parts: Vec<Crs> = node.children.iter().filter(|c| is_system(&c.keyword)).map(of_wkt).collect();
            match parts.as_slice() {
                [horizontal, heights, ..] => horizontal.clone().with_heights(heights),
                [horizontal] => horizontal.clone(),
                [] => crs(None),
            }
        }
        "BOUNDCRS" => {
            let source = node.children_of(&["SOURCECRS"]).flat_map(|s| &s.children).next();
            source.map_or_else(|| crs(None), of_wkt)
        }
        "GEOGCS" | "GEOGCRS" | "GEOGRAPHICCRS" | "GEODCRS" | "GEODETICCRS" | "GEOCCS" => {
            Crs { words: projection::words(node), ..crs(Some(Fault::Degrees)) }
        }
        "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => {
            let named = name.as_deref().is_some_and(is_web_mercator);
            let is_mercator = named
                || node.walk().iter().any(|n| match n.keyword.as_str() {
                    "PROJECTION" | "METHOD" => is_web_mercator(n.name()) || is_mercator_of_the_world(n.name(), node),
                    "EXTENSION" => n.texts.get(1).is_some_and(|proj| of_proj(proj).fault == Some(Fault::Mercator)),
                    _ => false,
                });
            let by_code = code.and_then(|(authority, code)| Crs::of_code(authority, code).fault);
            let turned = projection::is_turned(node).then_some(Fault::Axes);
            let fault = turned.or(by_unit(false)).or(is_mercator.then_some(Fault::Mercator)).or(by_code);
            Crs { words: projection::words(node), ..crs(fault) }
        }
        "VERT_CS" | "VERTCRS" | "VERTICALCRS" | "VERTCS" => {
            let down = |word: &String| word.eq_ignore_ascii_case("down");
            let is_depth = node.children_of(&["AXIS"]).any(|axis| axis.words.iter().chain(&axis.texts).any(down))
                || code.is_some_and(|(_, code)| EPSG_DEPTHS.binary_search(&code).is_ok());
            let fault = is_depth.then(|| Fault::Depths { name: node.name().to_string() }).or(by_unit(true));
            let is_metric = fault.is_none() && node.unit().is_some();
            Crs { heights: if is_metric { Heights::Metres } else { Heights::Unstated }, ..crs(fault) }
        }
        _ => crs(by_unit(false)),
    }
}

fn is_system(keyword: &str) -> bool {
    keyword.ends_with("CRS") || keyword.ends_with("CS") && keyword != "CS"
}

/// Returns whether a projection is Mercator's with true lengths at the equator.
fn is_mercator_of_the_world(method: &str, system: &Node) -> bool {
    let is_mercator = ["mercator", "mercator1sp", "mercator2sp", "mercatorvarianta", "mercatorvariantb"];
    if !is_mercator.contains(&letters(method).as_str()) {
        return false;
    }
    system.walk().iter().filter(|node| node.keyword == "PARAMETER").all(|parameter| {
        let value = parameter.words.first().and_then(|word| word.parse::<f64>().ok());
        match letters(parameter.name()).as_str() {
            "standardparallel1" | "latitudeof1ststandardparallel" => value == Some(0.0),
            "scalefactor" | "scalefactoratnaturalorigin" => value == Some(1.0),
            _ => true,
        }
    })
}

/// Returns a name's letters and digits in lower case, which writers of the same name agree on.
fn letters(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_web_mercator(name: &str) -> bool {
    let name = letters(name);
    ["pseudomercator", "webmercator", "auxiliarysphere", "googlemaps", "googlemercator", "worldmercator"]
        .iter()
        .any(|known| name.contains(known))
}

/// Makes a system from a mere name, or from the lines of an old `.prj`.
fn of_name(text: &str) -> Crs {
    let crs = |fault| Crs { name: Some(text.lines().next().unwrap_or_default().into()), fault, ..Crs::default() };
    let of = |unit: Option<Fault>| unit.map_or(Heights::Unstated, Heights::Other);
    if let Some(crs) = lines::read(text) {
        return crs;
    }
    let mut halves = text.splitn(2, " + ");
    let words_of = |half: &str| -> Vec<String> {
        half.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).filter(|w| !w.is_empty()).collect()
    };
    let foot = |half: &str| {
        words_of(half).into_iter().find(|w| ["ft", "ftus", "usft", "feet", "foot", "footus"].contains(&w.as_str()))
    };
    let of_feet = |half: Option<&str>, of_heights| {
        let name = half.and_then(foot)?;
        let metres = length_unit(&name).flatten();
        Some(Fault::Unit { of_heights, name, metres })
    };
    let horizontal = halves.next();
    let key = letters(horizontal.unwrap_or_default());
    let geographic =
        ["wgs84", "wgs1984", "gcswgs1984", "etrs89", "gcsetrs1989", "nad83", "nad27", "gcsnorthamerican1983"];
    let fault = if geographic.contains(&key.as_str()) {
        Some(Fault::Degrees)
    } else if horizontal.is_some_and(is_web_mercator) {
        Some(Fault::Mercator)
    } else {
        of_feet(horizontal, false)
    };
    Crs { heights: of(of_feet(halves.next(), true)), words: geographic_words(&key).map(String::from), ..crs(fault) }
}

/// Returns the PROJ words of a geographic system by the letters of its name.
fn geographic_words(key: &str) -> Option<&'static str> {
    match key {
        "wgs84" | "wgs1984" | "gcswgs1984" => Some("proj=longlat datum=WGS84"),
        "etrs89" | "gcsetrs1989" => Some("proj=longlat epsgdatum=6258 ellps=GRS80"),
        "nad83" | "gcsnorthamerican1983" => Some("proj=longlat datum=NAD83"),
        _ => None,
    }
}

/// Looks up a unit of length: `None` for an unknown word, `Some(None)` for the metre, else its length in metres.
pub(crate) fn length_unit(name: &str) -> Option<Option<f64>> {
    const US_FOOT: f64 = 12.0 / 39.37;
    let key = letters(name);
    Some(match key.as_str() {
        "m" | "metre" | "meter" | "metres" | "meters" | "mètre" | "mètres" | "metri" | "metro" | "metros" => None,
        "ft" | "foot" | "feet" | "internationalfoot" | "internationalfeet" | "footintl" | "ftintl" | "ift" => {
            Some(0.3048)
        }
        "usft" | "ftus" | "sft" | "sfoot" | "ussurveyfoot" | "ussurveyfeet" | "surveyfoot" | "surveyfeet"
        | "footus" | "usfoot" | "usfeet" | "ussurveyft" => Some(US_FOOT),
        "km" | "kilometre" | "kilometer" | "kilometres" | "kilometers" => Some(1000.0),
        "dm" | "decimetre" | "decimeter" | "decimetres" | "decimeters" => Some(0.1),
        "cm" | "centimetre" | "centimeter" | "centimetres" | "centimeters" => Some(0.01),
        "mm" | "millimetre" | "millimeter" | "millimetres" | "millimeters" => Some(0.001),
        "in" | "inch" | "inches" => Some(0.0254),
        "yd" | "yard" | "yards" => Some(0.9144),
        "mi" | "mile" | "miles" => Some(1609.344),
        "fathom" | "fathoms" | "fath" => Some(1.8288),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
