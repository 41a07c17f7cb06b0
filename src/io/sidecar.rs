//! The files beside a raster: GDAL's `.aux.xml`, a mask (`.msk`), a reference system (`.prj`). Combines them with the
//! raster's own header.

use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::crs::Crs;
use super::input;
use super::raster::{BandNotes, Conversion, RasterHeader, height_unit, refuse_depths};
use super::recognise::quoted;
use crate::{Error, Result};

/// The longest such file that is read, in bytes. Some hold histograms and tables of attributes, too.
const LONGEST: u64 = 16 << 20;

/// A raster's properties, from its file and the files beside it.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub header: RasterHeader,
    pub notes: BandNotes,
    pub crs: Option<Crs>,
    /// See [`RasterSource::matrix`](super::raster::RasterSource::matrix).
    pub matrix: Option<[f64; 6]>,
    /// The file of a mask beside the raster.
    pub mask: Option<PathBuf>,
    /// The conversion from numbers to heights in metres.
    pub conversion: Conversion,
}

impl Facts {
    /// Creates the properties that a raster's file states.
    pub fn inside(header: RasterHeader, notes: BandNotes, crs: Option<Crs>) -> Facts {
        let conversion = notes.conversion(&[], 1.0);
        Facts { header, notes, crs, matrix: None, mask: None, conversion }
    }

    /// Joins the properties inside a raster's file with those beside it; the latter prevail, as in GDAL. A raster
    /// without a reference system whose numbers can only be degrees is taken to be in WGS 84.
    ///
    /// # Errors
    /// As [`Sidecars::read`]; [`Error::Unsupported`] for two places; [`Error::BadFormat`] for numbers that make no
    /// sense.
    pub fn join(path: &Path, inside: Facts) -> Result<Facts> {
        let sidecars = Sidecars::read(path, inside.crs.is_none())?;
        let crs = sidecars.crs.as_deref().and_then(Crs::parse).or(inside.crs.clone());
        let notes = sidecars.band.clone().or(inside.notes.clone());
        notes.check_scale(path)?;
        let header = RasterHeader { epsg: crs.as_ref().and_then(Crs::epsg), ..inside.header }.check(path)?;
        sidecars.check_place(path, &header, inside.matrix)?;
        let crs = crs.or_else(|| header.looks_like_degrees().then(Crs::degrees));
        let conversion = notes.conversion(&[], 1.0);
        Ok(Facts { header, notes, crs, mask: sidecars.mask, conversion, ..inside })
    }

    /// See [`RasterSource::interpret`](super::raster::RasterSource::interpret).
    pub fn interpret(&mut self, path: &Path, nodata: &[f64], unit: Option<f64>) -> Result<f64> {
        refuse_depths(path, self.crs.as_ref())?;
        let unit = unit.map_or_else(|| height_unit(path, &self.notes, self.crs.as_ref()), Ok)?;
        self.conversion = self.notes.conversion(nodata, unit);
        Ok(unit)
    }

    /// See [`RasterSource::take_raw`](super::raster::RasterSource::take_raw).
    pub fn take_raw(&mut self) {
        self.conversion = BandNotes::default().conversion(&[], 1.0);
    }
}

/// The contents of the files beside a raster.
#[derive(Debug, Default)]
struct Sidecars {
    /// The notes on the first band.
    band: BandNotes,
    /// The reference system, as text.
    crs: Option<String>,
    /// The place: west edge, a pixel's width, 0, north edge, 0, minus a pixel's height.
    place: Option<[f64; 6]>,
    /// The file of a mask.
    mask: Option<PathBuf>,
}

impl Sidecars {
    /// Reads the files beside a raster. `with_prj` tells whether a `.prj` may name the reference system.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a file that cannot be understood; [`Error::Io`].
    fn read(path: &Path, with_prj: bool) -> Result<Sidecars> {
        let mask = [".msk", ".MSK"].map(|extension| appended(path, extension)).into_iter().find(|mask| mask.exists());
        let mut sidecars = Sidecars::default();
        for notes in [".aux.xml", ".AUX.XML"].map(|extension| appended(path, extension)) {
            if let Some(text) = text_of(&notes)? {
                sidecars = pam(&text).map_err(|seen| {
                    Error::bad_format(
                        &notes,
                        None,
                        seen,
                        "what GDAL notes beside a raster; gdalinfo shows what it says",
                    )
                })?;
                break;
            }
        }
        for extension in ["prj", "PRJ"].into_iter().filter(|_| with_prj && sidecars.crs.is_none()) {
            let prj = path.with_extension(extension);
            if let Some(text) = text_of(&prj)? {
                check_prj(&prj, &text)?;
                sidecars.crs = Some(text);
                break;
            }
        }
        sidecars.mask = mask;
        Ok(sidecars)
    }

    /// Refuses a raster whose place in the files beside it differs from the one inside.
    fn check_place(&self, path: &Path, header: &RasterHeader, matrix: Option<[f64; 6]>) -> Result<()> {
        let Some(place) = self.place else { return Ok(()) };
        let [width, height] = header.cell;
        let inside = matrix.unwrap_or([header.west, width, 0.0, header.north, 0.0, -height]);
        // A hundredth of a pixel, over all columns and rows.
        let (a_column, a_row) = (width / header.cols as f64, height / header.rows as f64);
        let units = [width, a_column, a_column, height, a_row, a_row];
        if place.iter().zip(inside).zip(units).all(|((beside, inside), unit)| (beside - inside).abs() <= 0.01 * unit) {
            return Ok(());
        }
        let file = quoted(path);
        let what = format!(
            "it lies elsewhere by the .aux.xml beside it (GeoTransform {}) than by its own numbers ({}): \
             gdal_translate {file} metres.tif writes it where GDAL takes it to lie, which is what stands beside it; \
             without that file it lies where its own numbers say",
            list(&place),
            list(&inside)
        );
        Err(Error::Unsupported { subject: path.to_path_buf(), what })
    }
}

/// Refuses a `.prj` whose text is no description of a reference system. An empty one says nothing.
///
/// # Errors
/// [`Error::BadFormat`] with the beginning of the text.
pub(crate) fn check_prj(path: &Path, text: &str) -> Result<()> {
    let accepted = "the description of a reference system, as PROJCS[...] or EPSG:25832; gdalsrsinfo -o wkt1 EPSG:CODE \
                    writes one; without the file none is named";
    Crs::of_prj(text).map(drop).map_err(|seen| Error::bad_format(path, None, seen, accepted))
}

/// Refuses a raster of a format that is not read with a mask.
pub(super) fn refuse_mask(path: &Path, facts: &Facts) -> Result<()> {
    let Some(mask) = &facts.mask else { return Ok(()) };
    let file = quoted(path);
    let what = format!(
        "which pixels have data is said by a mask beside it, {}, which is read beside a GeoTIFF only: gdal_translate \
         {file} metres.tif writes one with its mask",
        mask.display()
    );
    Err(Error::Unsupported { subject: path.to_path_buf(), what })
}

fn list(numbers: &[f64]) -> String {
    numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
}

fn appended(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(extension);
    name.into()
}

/// Returns the text of a file; `None` if it does not exist.
fn text_of(path: &Path) -> Result<Option<String>> {
    Ok(input::if_there(path, input::read_at_most(path, LONGEST))?.map(|bytes| {
        let utf16 = |unit_of: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes[2..].as_chunks::<2>().0.iter().map(|&unit| unit_of(unit)).collect();
            String::from_utf16_lossy(&units)
        };
        match bytes.get(..2) {
            Some([0xff, 0xfe]) => utf16(u16::from_le_bytes),
            Some([0xfe, 0xff]) => utf16(u16::from_be_bytes),
            _ => String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_string(),
        }
    }))
}

/// Parses GDAL's notes on a raster.
fn pam(text: &str) -> std::result::Result<Sidecars, String> {
    let document = Document::parse(text).map_err(|e| e.to_string())?;
    let child = |parent: Node<'_, '_>, name: &str| -> Option<String> {
        let found = parent.children().find(|n| n.has_tag_name(name))?;
        Some(found.text().unwrap_or_default().trim().to_string()).filter(|t| !t.is_empty())
    };
    let root = document.root_element();
    let is_first = |band: &Node<'_, '_>| band.attribute("band").is_none_or(|number| number.trim() == "1");
    let band = root.children().filter(|n| n.has_tag_name("PAMRasterBand")).find(is_first);
    let mut notes = BandNotes::default();
    if let Some(band) = band {
        let number = |name: &str| child(band, name).map(|text| parse_number(name, &text)).transpose();
        notes.nodata = number("NoDataValue")?.or(number("NoDataValueAsInt64")?).or(number("NoDataValueAsUInt64")?);
        notes.scale = number("Scale")?;
        notes.offset = number("Offset")?;
        notes.unit = child(band, "UnitType");
    }
    let place = child(root, "GeoTransform").map(|text| {
        let numbers = text.split(',').map(|number| parse_number("GeoTransform", number.trim()));
        let numbers = numbers.collect::<std::result::Result<Vec<f64>, String>>()?;
        numbers.try_into().map_err(|_| format!("GeoTransform is \"{text}\", where six numbers belong"))
    });
    Ok(Sidecars { band: notes, crs: child(root, "SRS"), place: place.transpose()?, mask: None })
}

/// Parses GDAL's notes on the first band inside a GeoTIFF.
pub(super) fn metadata(text: &str) -> std::result::Result<BandNotes, String> {
    let document = Document::parse(text).map_err(|e| e.to_string())?;
    let mut notes = BandNotes::default();
    let is_first = |item: &Node<'_, '_>| item.attribute("sample").is_none_or(|number| number.trim() == "0");
    for item in document.descendants().filter(|n| n.has_tag_name("Item")).filter(is_first) {
        let text = item.text().unwrap_or_default().trim();
        match item.attribute("role").unwrap_or_default() {
            "scale" => notes.scale = Some(parse_number("scale", text)?),
            "offset" => notes.offset = Some(parse_number("offset", text)?),
            "unittype" => notes.unit = Some(text.to_string()),
            _ => {}
        }
    }
    Ok(notes)
}

/// Parses a number as programs write it for no data, including the names that old C libraries give NaN.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_none =
        || ["1.#qnan", "1.#snan", "1.#ind", "nan(ind)"].contains(&text.trim_start_matches('-').to_lowercase().as_str());
    text.parse().ok().or_else(|| is_none().then_some(f64::NAN))
}

fn parse_number(name: &str, text: &str) -> std::result::Result<f64, String> {
    number(text).ok_or_else(|| format!("{name} is \"{text}\", where a number belongs"))
}
