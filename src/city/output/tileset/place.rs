//! Where a tileset says that it is, in `asset.extras.groma`, and the transform that this makes.

use serde::{Deserialize, Serialize};

use super::TilesetOptions;
use super::placement::{Frame, Placement};
use crate::io::crs::Crs;

/// How much a number of a transform may be off, of the axes, and of the place, in metres: all else is another place.
const MOST_OFF_AXIS: f64 = 1e-9;
const MOST_OFF_PLACE: f64 = 1e-3;

/// The place of a city, from which the transform of its tileset follows.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "placement", rename_all = "lowercase")]
pub enum Place {
    /// In the coordinates of its store, less those of its middle.
    Local { middle: [f64; 2], crs: Option<String> },
    /// On the globe.
    Globe {
        middle: [f64; 2],
        crs: String,
        /// The height of the store's zero above the ellipsoid, in metres.
        geoid_offset: f64,
    },
}

impl Place {
    /// Returns the place of a frame; its system has a name where it is on the globe.
    pub fn of(frame: &Frame, crs: Option<&str>, options: &TilesetOptions) -> Place {
        let (middle, crs) = (frame.middle, crs.map(String::from));
        match (options.placement, crs) {
            (Placement::Globe, Some(crs)) => {
                Place::Globe { middle, crs, geoid_offset: options.geoid_offset.unwrap_or(0.0) }
            }
            (_, crs) => Place::Local { middle, crs },
        }
    }

    /// Returns the transform from here to earth-centred coordinates; `None` for a local place.
    ///
    /// # Errors
    /// Why there is none, as a part of a sentence.
    fn transform(&self) -> Result<Option<[f64; 16]>, String> {
        let Place::Globe { middle: [x, y], crs, geoid_offset } = self else { return Ok(None) };
        if geoid_offset.abs() > TilesetOptions::MOST_OFFSET {
            return Err(format!("a geoid_offset of {geoid_offset}"));
        }
        let crs = Crs::parse(crs);
        let frame = Frame::new([*x, *y, *x, *y], Placement::Globe, crs.as_ref(), *geoid_offset);
        frame.map(|frame| frame.transform()).map_err(|e| e.to_string())
    }

    /// Returns how a tileset's transform differs from the one that its place makes, if it does.
    pub fn fault(&self, transform: Option<[f64; 16]>) -> Option<String> {
        let expected = match self.transform() {
            Ok(expected) => expected,
            Err(why) => return Some(format!("its asset.extras.groma makes no transform: {why}")),
        };
        match (transform, expected) {
            (None, None) => None,
            (Some(_), None) => Some("a transform, where its asset.extras.groma says that it is local".into()),
            (None, Some(_)) => Some("no transform, where its asset.extras.groma says that it is on the globe".into()),
            (Some(seen), Some(expected)) => {
                let is_off = |&n: &usize| {
                    let most = if n < 12 { MOST_OFF_AXIS } else { MOST_OFF_PLACE };
                    (seen[n] - expected[n]).abs() > most
                };
                let n = (0..16).rev().find(is_off)?;
                let (seen, expected) = (seen[n], expected[n]);
                Some(format!(
                    "number {n} of its transform is {seen}, where middle, crs and geoid_offset in its \
                     asset.extras.groma make it {expected}"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_makes_the_transform_of_the_export_whatever_names_the_system() {
        const WORDS: &str =
            "+proj=tmerc +lat_0=0 +lon_0=18 +k=1 +x_0=150000 +y_0=0 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs";
        let [north, feet] = [[674_032.3, 6_580_822.9], [299_923.8, 64_617.7]];
        for (name, [x, y]) in [
            ("EPSG:3006", north),
            ("EPSG:2263, in metres", feet),
            ("EPSG:3006+5613", north),
            (WORDS, [150_300.0, 6_580_822.0]),
        ] {
            let crs = Crs::parse(name).unwrap();
            let bounds = [x - 3000.0, y - 900.0, x + 7000.0, y + 4000.0];
            let frame = Frame::new(bounds, Placement::Globe, Some(&crs), 23.4).unwrap();
            let options = TilesetOptions { geoid_offset: Some(23.4), ..TilesetOptions::default() };
            let place = Place::of(&frame, Some(&crs.to_string()), &options);
            let text = serde_json::to_string(&place).unwrap();
            let place: Place = serde_json::from_str(&text).unwrap();
            assert_eq!(place.transform(), Ok(frame.transform()), "{name}: {text}");
        }
    }
}
