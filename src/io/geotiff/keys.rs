//! The GeoTIFF keys: the reference system, and whether a pixel is an area or a point.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tiff::decoder::Decoder;
use tiff::decoder::ifd::Value;
use tiff::tags::Tag;

use super::guarded;
use crate::Result;
use crate::io::crs::{Crs, Fault, Heights};

/// The GeoTIFF keys that matter here, by their names in the standard.
pub(super) mod key {
    pub const MODEL_TYPE: u16 = 1024;
    pub const RASTER_TYPE: u16 = 1025;
    pub const CITATION: u16 = 1026;
    pub const GEODETIC_CRS: u16 = 2048;
    pub const GEODETIC_CITATION: u16 = 2049;
    pub const PROJECTED_CRS: u16 = 3072;
    pub const PROJECTED_CITATION: u16 = 3073;
    pub const PROJECTION_METHOD: u16 = 3075;
    pub const LINEAR_UNITS: u16 = 3076;
    pub const LINEAR_UNIT_SIZE: u16 = 3077;
    pub const STANDARD_PARALLEL_1: u16 = 3078;
    pub const SCALE_AT_ORIGIN: u16 = 3092;
    pub const VERTICAL_CRS: u16 = 4096;
    pub const VERTICAL_CITATION: u16 = 4097;
    pub const VERTICAL_UNITS: u16 = 4099;

    pub const MODEL_PROJECTED: u16 = 1;
    pub const MODEL_GEOGRAPHIC: u16 = 2;
    pub const MODEL_GEOCENTRIC: u16 = 3;
    pub const PIXEL_IS_AREA: u16 = 1;
    pub const PIXEL_IS_POINT: u16 = 2;
    pub const MERCATOR: u16 = 7;
    pub const METRE: u16 = 9001;
    pub const USER_DEFINED: u16 = 32767;
}

/// The directory of GeoTIFF keys with the values that it points to; empty where the file has none.
pub(super) struct GeoKeys {
    directory: Vec<u16>,
    numbers: Vec<f64>,
    texts: String,
}

impl GeoKeys {
    pub fn read(path: &Path, decoder: &mut Decoder<BufReader<File>>) -> Result<GeoKeys> {
        let mut find = |tag: Tag| guarded(path, || decoder.find_tag(tag));
        let (directory, numbers, texts) =
            (find(Tag::GeoKeyDirectoryTag)?, find(Tag::GeoDoubleParamsTag)?, find(Tag::GeoAsciiParamsTag)?);
        Ok(GeoKeys {
            directory: guarded(path, || directory.map(Value::into_u16_vec).transpose())?.unwrap_or_default(),
            numbers: guarded(path, || numbers.map(Value::into_f64_vec).transpose())?.unwrap_or_default(),
            texts: guarded(path, || texts.map(Value::into_string).transpose())?.unwrap_or_default(),
        })
    }

    /// Returns a key's entry: key, place (0 for a value in the entry itself), count, value or index.
    fn entry(&self, wanted: u16) -> Option<&[u16; 4]> {
        // The first group of four is the directory's own header.
        self.directory.as_chunks::<4>().0.iter().skip(1).find(|e| e[0] == wanted)
    }

    /// Returns the value of a key that is a short.
    pub fn get(&self, wanted: u16) -> Option<u16> {
        self.entry(wanted).filter(|e| e[1] == 0).map(|e| e[3])
    }

    /// Returns the value of a key that is a number.
    pub fn number(&self, wanted: u16) -> Option<f64> {
        self.numbers(wanted)?.first().copied()
    }

    /// Returns the values of a key of several numbers.
    pub fn numbers(&self, wanted: u16) -> Option<&[f64]> {
        let entry = self.entry(wanted).filter(|e| e[1] == 34736)?;
        let (at, count) = (usize::from(entry[3]), usize::from(entry[2]));
        self.numbers.get(at..at + count)
    }

    /// Returns the value of a key that is a text.
    pub fn text(&self, wanted: u16) -> Option<&str> {
        let entry = self.entry(wanted).filter(|e| e[1] == 34737)?;
        let (at, len) = (usize::from(entry[3]), usize::from(entry[2]));
        let text = self.texts.get(at..(at + len).min(self.texts.len()))?;
        Some(text.trim_matches(|c: char| c == '|' || c == '\0' || c.is_whitespace())).filter(|t| !t.is_empty())
    }

    /// Returns the reference system; `None` where no key names one.
    pub fn crs(&self) -> Option<Crs> {
        let code = |wanted| self.get(wanted).filter(|&code| code != key::USER_DEFINED && code != 0);
        let citation =
            self.text(key::CITATION).or(self.text(key::PROJECTED_CITATION)).or(self.text(key::GEODETIC_CITATION));
        let of_text = |text: Option<&str>| text.and_then(Crs::parse);
        let cited = [self.text(key::PROJECTED_CITATION), self.text(key::CITATION)];
        // Esri puts a description in the place of a name.
        let described = cited.into_iter().flatten().find(|text| text.starts_with("ESRI PE String"));
        let named = citation
            .map(|text| text.split('|').next().unwrap_or(text))
            .map(|text| text.split_once("Name = ").map_or(text, |(_, name)| name).trim());
        let of_degrees = code(key::GEODETIC_CRS).filter(|_| self.get(key::MODEL_TYPE) == Some(key::MODEL_GEOGRAPHIC));
        let mut crs = match (code(key::PROJECTED_CRS).or(of_degrees), of_text(described)) {
            (Some(code), _) => Crs::of_epsg(code.into()),
            (None, Some(crs)) => crs,
            (None, None) => Crs { name: None, ..of_text(named).unwrap_or_default() },
        };
        crs.name = crs.name.or(named.map(String::from));
        // The name may say more than the code: "(ftUS)", "+ NAVD88 height (ftUS)", "LUnits = Foot_US".
        let said = cited.into_iter().flatten().filter(|text| !text.starts_with("ESRI PE String"));
        let said: Vec<Crs> = said.filter_map(Crs::parse).collect();
        let said_unit = said.iter().find_map(|crs| crs.fault.clone().filter(|f| matches!(f, Fault::Unit { .. })));
        let said_heights = said.iter().map(|crs| &crs.heights).find(|heights| matches!(heights, Heights::Other(_)));
        let heights = code(key::VERTICAL_CRS).map(|code| Crs::of_epsg(code.into()));
        let heights = [heights, of_text(self.text(key::VERTICAL_CITATION))];
        let by_key = match self.get(key::MODEL_TYPE) {
            Some(key::MODEL_GEOGRAPHIC | key::MODEL_GEOCENTRIC) => Some(Fault::Degrees),
            _ if self.is_mercator_of_the_world() => Some(Fault::Mercator),
            _ => self.unit(key::LINEAR_UNITS, false),
        };
        crs.fault = by_key.or(crs.fault).or(said_unit);
        crs.heights = match (self.unit(key::VERTICAL_UNITS, true), self.get(key::VERTICAL_UNITS)) {
            (Some(fault), _) => Heights::Other(fault),
            (None, Some(key::METRE)) => Heights::Metres,
            _ => said_heights.cloned().unwrap_or(crs.heights),
        };
        let mut crs = heights.iter().flatten().fold(crs, |crs, heights| crs.with_heights(heights));
        crs.words = match (crs.code, crs.words) {
            (None, None) => self.words(self.get(key::MODEL_TYPE) == Some(key::MODEL_PROJECTED)),
            (_, words) => words,
        };
        // A projection that is not read is a system nevertheless.
        let is_described =
            self.get(key::PROJECTED_CRS) == Some(key::USER_DEFINED) && self.get(key::PROJECTION_METHOD).is_some();
        let is_known = crs != Crs::default();
        (is_known || is_described).then_some(crs)
    }

    /// Returns whether the projection is Mercator's with true lengths at the equator.
    fn is_mercator_of_the_world(&self) -> bool {
        self.get(key::PROJECTION_METHOD) == Some(key::MERCATOR)
            && self.number(key::STANDARD_PARALLEL_1).unwrap_or(0.0) == 0.0
            && self.number(key::SCALE_AT_ORIGIN).unwrap_or(1.0) == 1.0
    }

    /// Returns the fault of a unit that is not the metre.
    fn unit(&self, wanted: u16, of_heights: bool) -> Option<Fault> {
        let code = self.get(wanted).filter(|&code| code != key::METRE && code != 0)?;
        let size = self.number(key::LINEAR_UNIT_SIZE).filter(|_| !of_heights);
        let (name, metres) = match code {
            9002 => ("foot".to_string(), Some(0.3048)),
            9003 => ("US survey foot".to_string(), Some(12.0 / 39.37)),
            9036 => ("kilometre".to_string(), Some(1000.0)),
            key::USER_DEFINED => {
                if size == Some(1.0) {
                    return None;
                }
                ("user-defined".to_string(), size)
            }
            code => (format!("EPSG:{code}"), None),
        };
        Some(Fault::Unit { of_heights, name, metres })
    }
}
