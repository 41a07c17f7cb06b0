//! Whether two reference systems are the same.
//!
//! Codes decide first. Then definitions do, where both systems have one: the datums by their codes, the projections by
//! the places at which they put the same points, since writers name methods and parameters differently and round them.
//! Names decide last.

use super::definition::{Definition, ELLIPSOID, words_with};
use super::{Authority, Crs, Fault, letters, transform};

/// The result of comparing two systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same.
    Same,
    /// They are different.
    Different,
    /// Too little is known of them.
    Unknown,
}

impl Crs {
    /// Compares this system with another file's. One projection on two datums is two systems. Heights are not compared.
    pub fn compare(&self, other: &Crs) -> Comparison {
        match (self.code, other.code) {
            (Some(a), Some(b)) if a == b => return Comparison::Same,
            (Some((Authority::Epsg, a)), Some((Authority::Epsg, b)))
                if etrs89_zone(a).is_some() && etrs89_zone(a) == etrs89_zone(b) =>
            {
                return Comparison::Same;
            }
            _ => {}
        }
        if let Some(result) = by_definition(self, other) {
            return result;
        }
        if let (Some((a, _)), Some((b, _))) = (self.code, other.code)
            && a == b
        {
            return Comparison::Different;
        }
        let keys = (self.key(), other.key());
        match (self.utm_zone(), other.utm_zone()) {
            _ if keys.0.is_some() && keys.0 == keys.1 => Comparison::Same,
            (Some(a), Some(b)) if a != b => Comparison::Different,
            _ => Comparison::Unknown,
        }
    }

    /// Returns whether coordinates of both systems, which are the same, are used alike: in the same unit.
    pub(crate) fn is_used_like(&self, other: &Crs) -> bool {
        let metres = |crs: &Crs| match &crs.fault {
            None => Some(1.0),
            Some(Fault::Unit { metres, .. }) => *metres,
            Some(_) => None,
        };
        match (metres(self), metres(other)) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            _ => self.fault == other.fault,
        }
    }

    /// Returns the zone of the Universal Transverse Mercator system, such as `32n`, from the code or the name.
    fn utm_zone(&self) -> Option<String> {
        let zone = |code: u32, first: u32, hemisphere: &str| format!("{}{hemisphere}", code - first);
        match self.code {
            Some((Authority::Epsg, code)) if etrs89_zone(code).is_some() => {
                etrs89_zone(code).map(|zone| format!("{zone}n"))
            }
            Some((Authority::Epsg, code @ 32601..=32660)) => Some(zone(code, 32600, "n")),
            Some((Authority::Epsg, code @ 32701..=32760)) => Some(zone(code, 32700, "s")),
            _ => {
                let key = self.key()?;
                let (before, zone) = key.rsplit_once("zone")?;
                before.contains("utm").then(|| zone.to_string())
            }
        }
    }

    /// Returns the name without the differences between writers.
    pub(super) fn key(&self) -> Option<String> {
        let key = letters(self.name.as_deref()?.split(" + ").next()?);
        (!key.is_empty() && key != "unnamed" && key != "unknown").then_some(key)
    }
}

/// Compares the definitions of two systems; `None` where one of them has none, or where the projections are the same
/// and a datum is not known.
fn by_definition(a: &Crs, b: &Crs) -> Option<Comparison> {
    if a.words.is_some() && a.words == b.words {
        return Some(Comparison::Same);
    }
    let (a, b) = (Definition::of(a).ok()?, Definition::of(b).ok()?);
    if !(a.words == b.words || project_alike(&a.words, &b.words)?) {
        return Some(Comparison::Different);
    }
    let same = a.datum? == b.datum?;
    Some(if same { Comparison::Same } else { Comparison::Different })
}

/// Returns whether two projections, with their ellipsoids, put points at the same places; `None` where too few of the
/// points have a place.
fn project_alike(a: &str, b: &str) -> Option<bool> {
    const IN_DEGREES: &str = "proj=longlat";
    /// The farthest that rounded parameters may move a point, in units of the coordinates. The meridian of Paris, as it
    /// is written, is rounded by a third of a millimetre.
    const NEAR: f64 = 1e-2;
    /// The fewest points that tell.
    const FEWEST: usize = 6;
    if a.starts_with(IN_DEGREES) != b.starts_with(IN_DEGREES) {
        return Some(false);
    }
    let middle = central_meridian(a);
    let points = [-2.5, 0.5, 3.0].into_iter().flat_map(|east| {
        [-55.0, -30.0, -8.0, 8.0, 30.0, 55.0, 75.0].into_iter().map(move |north| [middle + east, north])
    });
    let points: Vec<[f64; 2]> = points.collect();
    let places = |words: &str| {
        let degrees = format!("{IN_DEGREES} {}", words_with(words, &ELLIPSOID));
        // A projection shows the ellipsoid and the prime meridian of a system in degrees.
        let words = words.replacen(IN_DEGREES, "proj=merc", 1);
        transform::places(&degrees, &words, &points)
    };
    let (a, b) = (places(a)?, places(b)?);
    let pairs: Vec<_> = a.into_iter().zip(b).filter_map(|(a, b)| a.zip(b)).collect();
    let is_near = |&([x, y], [u, v]): &([f64; 2], [f64; 2])| (x - u).hypot(y - v) < NEAR;
    (pairs.len() >= FEWEST).then(|| pairs.iter().all(is_near))
}

/// Returns the meridian about which a projection is defined, in degrees.
fn central_meridian(words: &str) -> f64 {
    let number = |key: &str| {
        let word = words.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        word.and_then(|number| number.parse::<f64>().ok())
    };
    let of_zone = || number("zone").map(|zone| 6.0 * zone - 183.0);
    number("lon_0").or_else(|| number("lonc")).or_else(of_zone).filter(|v| v.is_finite()).unwrap_or(0.0)
}

/// Returns the UTM zone of a system on ETRS89 or one of its national realizations, which agree within centimetres.
/// Systems whose eastings begin with the zone's number are left out.
fn etrs89_zone(code: u32) -> Option<u32> {
    match code {
        25828..=25838 => Some(code - 25800),
        3040..=3049 => Some(code - 3012),
        10731..=10733 => Some(code - 10700),
        11021..=11026 => Some(code - 10990),
        _ => None,
    }
}
