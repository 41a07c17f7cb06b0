//! The PROJ words of a reference system that GeoTIFF keys describe without a code: a projection with its parameters,
//! and the datum or the ellipsoid that it is on.

use super::keys::GeoKeys;
use crate::io::crs::{geographic_words_of, letters_of_datum};

/// The keys, by their names in the standard.
mod key {
    pub const GEODETIC_CRS: u16 = 2048;
    pub const GEODETIC_CITATION: u16 = 2049;
    pub const GEODETIC_DATUM: u16 = 2050;
    pub const PRIME_MERIDIAN: u16 = 2051;
    pub const ANGULAR_UNITS: u16 = 2054;
    pub const SEMI_MAJOR_AXIS: u16 = 2057;
    pub const INVERSE_FLATTENING: u16 = 2059;
    pub const PRIME_MERIDIAN_LONGITUDE: u16 = 2061;
    /// A key of GDAL's, with the shift to WGS 84.
    pub const TO_WGS_84: u16 = 2062;
    pub const PROJECTION: u16 = 3074;
    pub const METHOD: u16 = 3075;
    pub const LINEAR_UNITS: u16 = 3076;
    pub const LINEAR_UNIT_SIZE: u16 = 3077;
    pub const STANDARD_PARALLELS: [u16; 2] = [3078, 3079];
    /// Where they name one thing, the keys of a natural origin, a false origin and a centre.
    pub const LONGITUDES: [u16; 3] = [3080, 3084, 3088];
    pub const LATITUDES: [u16; 3] = [3081, 3085, 3089];
    pub const EASTINGS: [u16; 3] = [3082, 3086, 3090];
    pub const NORTHINGS: [u16; 3] = [3083, 3087, 3091];
    pub const SCALES: [u16; 2] = [3092, 3093];
}

const DEGREE: u16 = 9102;
const GREENWICH: u16 = 8901;

impl GeoKeys {
    /// Returns the words of a projection or, without one, of the longitudes and latitudes; `None` where a part of the
    /// system is not known.
    pub(super) fn words(&self, is_projected: bool) -> Option<String> {
        let base = self.base()?;
        if !is_projected {
            return Some(format!("proj=longlat {base}"));
        }
        let to_metre = match self.get(key::LINEAR_UNITS)? {
            9001 => 1.0,
            9002 => 0.3048,
            9003 => 12.0 / 39.37,
            _ => self.number(key::LINEAR_UNIT_SIZE)?,
        };
        let projection = self.projection(to_metre)?;
        let unit = if to_metre == 1.0 { String::new() } else { format!(" to_meter={to_metre}") };
        Some(format!("{projection} {base}{unit}"))
    }

    fn projection(&self, to_metre: f64) -> Option<String> {
        match self.get(key::PROJECTION) {
            Some(code @ 16001..=16060) => return Some(format!("proj=utm zone={}", code - 16000)),
            Some(code @ 16101..=16160) => return Some(format!("proj=utm zone={} south", code - 16100)),
            _ => {}
        }
        let first = |keys: &[u16]| keys.iter().find_map(|&wanted| self.number(wanted));
        let parallels = key::STANDARD_PARALLELS.map(|wanted| self.number(wanted));
        let latitude = first(&key::LATITUDES);
        let [first_parallel, second_parallel] = parallels;
        let (proj, parallels) = match self.get(key::METHOD)? {
            1 => ("tmerc", Vec::new()),
            7 => ("merc", vec![("lat_ts", first_parallel)]),
            8 => ("lcc", vec![("lat_1", Some(first_parallel?)), ("lat_2", Some(second_parallel?))]),
            9 => ("lcc", vec![("lat_1", Some(latitude?))]),
            10 => ("laea", Vec::new()),
            11 => ("aea", vec![("lat_1", Some(first_parallel?)), ("lat_2", Some(second_parallel?))]),
            16 => ("sterea", Vec::new()),
            _ => return None,
        };
        let length = |keys: &[u16]| first(keys).map(|v| v * to_metre);
        let numbers = [
            ("lat_0", latitude),
            ("lon_0", first(&key::LONGITUDES)),
            ("k_0", first(&key::SCALES)),
            ("x_0", length(&key::EASTINGS)),
            ("y_0", length(&key::NORTHINGS)),
        ];
        let words = parallels.into_iter().chain(numbers).filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        Some([format!("proj={proj}")].into_iter().chain(words).collect::<Vec<_>>().join(" "))
    }

    /// Returns the words of the ellipsoid, the datum and the prime meridian.
    fn base(&self) -> Option<String> {
        let code = |wanted| self.get(wanted).filter(|&code| code != super::keys::key::USER_DEFINED && code != 0);
        if let Some(geodetic) = code(key::GEODETIC_CRS) {
            return geographic_words_of(geodetic.into());
        }
        if self.get(key::ANGULAR_UNITS).is_some_and(|unit| unit != DEGREE) {
            return None;
        }
        let (axis, flattening) = (self.number(key::SEMI_MAJOR_AXIS)?, self.number(key::INVERSE_FLATTENING)?);
        let shape = if flattening == 0.0 { format!("b={axis}") } else { format!("rf={flattening}") };
        let mut words = format!("a={axis} {shape}");
        if let Some(datum) = code(key::GEODETIC_DATUM) {
            words += &format!(" epsgdatum={datum}");
        } else if let Some(name) = self.text(key::GEODETIC_CITATION).and_then(datum_in) {
            words += &format!(" datumname={name}");
        }
        if let Some(shift) = self.numbers(key::TO_WGS_84) {
            let shift: Vec<String> = shift.iter().map(f64::to_string).collect();
            words += &format!(" towgs84={}", shift.join(","));
        }
        match (self.number(key::PRIME_MERIDIAN_LONGITUDE), code(key::PRIME_MERIDIAN)) {
            (Some(longitude), _) if longitude != 0.0 => words += &format!(" pm={longitude}"),
            (None, Some(meridian)) if meridian != GREENWICH => return None,
            _ => {}
        }
        Some(words)
    }
}

/// Returns the letters of the datum's name in a citation such as `GCS Name = x|Datum = y|`.
fn datum_in(citation: &str) -> Option<String> {
    let name = citation.split('|').find_map(|part| part.trim().strip_prefix("Datum = "))?;
    Some(letters_of_datum(name))
}
