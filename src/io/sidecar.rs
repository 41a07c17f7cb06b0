//! What lies beside a raster and belongs to it: GDAL's `.aux.xml`, a mask (`.msk`), a reference system (`.prj`).

use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

use super::input;
use super::raster::BandNotes;
use super::recognise::quoted;
use crate::{Error, Result};

/// The longest such file that is read. Histograms and tables of attributes are in them, too.
const LONGEST: usize = 16 << 20;

/// What files beside a raster say.
#[derive(Debug, Default)]
pub(super) struct Sidecars {
    /// What they say of the first band.
    pub band: BandNotes,
    /// The reference system, as text.
    pub crs: Option<String>,
}

impl Sidecars {
    /// Reads what lies beside a raster. `with_prj` tells whether its format keeps the reference system in a `.prj`.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for what cannot be understood; [`Error::Unsupported`] for a mask; [`Error::Io`].
    pub fn read(path: &Path, with_prj: bool) -> Result<Sidecars> {
        for mask in [".msk", ".MSK"].map(|extension| appended(path, extension)) {
            if mask.exists() {
                let file = quoted(path);
                let what = format!(
                    "which pixels have data is said by a mask beside it, {}, which is not read; gdalwarp -dstnodata -9999 {file} \
                     metres.tif puts a no-data value in its place",
                    mask.display()
                );
                return Err(Error::Unsupported { path: path.to_path_buf(), what });
            }
        }
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
            if let Some(text) = text_of(&path.with_extension(extension))? {
                sidecars.crs = Some(text);
                break;
            }
        }
        Ok(sidecars)
    }
}

fn appended(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(extension);
    name.into()
}

/// The text of a file that need not be there.
fn text_of(path: &Path) -> Result<Option<String>> {
    if std::fs::metadata(path).is_ok_and(|found| found.len() > LONGEST as u64) {
        return Err(Error::bad_format(
            path,
            None,
            format!("more than {LONGEST} bytes"),
            "notes of a raster, or no such file",
        ));
    }
    Ok(input::read_if_there(path)?.map(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        text.trim_start_matches('\u{feff}').to_string()
    }))
}

/// GDAL's notes on a raster.
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
    Ok(Sidecars { band: notes, crs: child(root, "SRS") })
}

/// GDAL's notes on the first band inside of a GeoTIFF.
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

fn parse_number(name: &str, text: &str) -> std::result::Result<f64, String> {
    text.parse().map_err(|_| format!("{name} is \"{text}\", where a number belongs"))
}
