//! Virtual rasters of GDAL (VRT): an XML file that makes one raster of parts of others.
//!
//! The format: <https://gdal.org/en/stable/drivers/raster/vrt.html>. Simple and complex sources are read: whole rasters
//! or windows of them, with no-data values, scales and offsets. What GDAL would compute, such as warped rasters, is
//! refused. Parts of another pixel size are interpolated. A place that no source covers has no data.

use std::path::{Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};

use super::crs::Crs;
use super::input;
use super::mosaic::{Mosaic, Numbers, Opener, Part, Rect};
use super::raster::BandNotes;
use super::recognise::quoted;
use super::sidecar::number;
use crate::{Error, Result};

/// The longest file that is read, in bytes. A source takes some 500.
const LONGEST: u64 = 64 << 20;

/// Opens a virtual raster; its sources are opened when they are read.
///
/// # Errors
/// [`Error::Io`]; [`Error::BadFormat`] for a file that is no such XML; [`Error::Unsupported`] for several bands, and
/// for what GDAL would compute.
pub(super) fn open(path: &Path, opener: Opener, memory: u64) -> Result<Mosaic> {
    let bytes = input::read_at_most(path, LONGEST)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    // Each node is at least four bytes of the text.
    let options = ParsingOptions { nodes_limit: u32::try_from(text.len()).unwrap_or(u32::MAX), ..Default::default() };
    let document = Document::parse_with_options(text, options).map_err(|e| bad(path, e.to_string()))?;
    Dataset { path, root: document.root_element() }.open(opener, memory)
}

fn bad(path: &Path, seen: String) -> Error {
    let file = quoted(path);
    let accepted = format!("a virtual raster as gdalbuildvrt writes it; gdal_translate {file} metres.tif reads others");
    Error::bad_format(path, None, seen, accepted)
}

struct Dataset<'a> {
    path: &'a Path,
    root: Node<'a, 'a>,
}

impl Dataset<'_> {
    fn open(&self, opener: Opener, memory: u64) -> Result<Mosaic> {
        let root = self.root;
        if !root.has_tag_name("VRTDataset") {
            return Err(bad(self.path, format!("the element {}", root.tag_name().name())));
        }
        let size = [self.count(root, "rasterXSize")?, self.count(root, "rasterYSize")?];
        if let Some(kind) = root.attribute("subClass") {
            return Err(self.computed(format!("a {kind}")));
        }
        if let Some(mask) = child(root, "MaskBand") {
            return Err(self.computed(format!("a {}", mask.tag_name().name())));
        }
        let bands: Vec<Node<'_, '_>> = root.children().filter(|n| n.has_tag_name("VRTRasterBand")).collect();
        let &[band] = bands.as_slice() else {
            let file = quoted(self.path);
            let what = format!(
                "it has {} bands, where one of heights is needed: gdal_translate -b 1 {file} metres.tif takes the \
                 first",
                bands.len()
            );
            return Err(Error::Unsupported { subject: self.path.to_path_buf(), what });
        };
        if let Some(kind) = band.attribute("subClass").filter(|kind| *kind != "VRTSourcedRasterBand") {
            return Err(self.computed(format!("a {kind}")));
        }
        let matrix = self.matrix()?;
        let crs = text(root, "SRS").and_then(Crs::parse);
        let notes = self.notes(band)?;
        let sources = band.children().filter(|n| n.is_element() && n.tag_name().name().ends_with("Source"));
        let mut parts = sources.map(|source| self.part(source, notes.nodata)).collect::<Result<Vec<_>>>()?;
        // GDAL draws one source over the other: the last counts.
        parts.reverse();
        Mosaic::of_parts(self.path, (matrix, size), (crs, notes), parts, (opener, memory))
    }

    fn notes(&self, band: Node<'_, '_>) -> Result<BandNotes> {
        let value = |name: &str| self.optional(band, name);
        Ok(BandNotes {
            nodata: value("NoDataValue")?,
            scale: value("Scale")?,
            offset: value("Offset")?,
            unit: text(band, "UnitType").map(String::from),
        })
    }

    /// Reads a source. `nodata` is the number that stands for no data in the whole.
    fn part(&self, source: Node<'_, '_>, nodata: Option<f64>) -> Result<Part> {
        let kind = source.tag_name().name();
        if !["SimpleSource", "ComplexSource"].contains(&kind) {
            return Err(self.computed(format!("a {kind}")));
        }
        if let Some(odd) = ["LUT", "ColorTableComponent", "Exponent", "UseMaskBand"]
            .into_iter()
            .find(|name| child(source, name).is_some())
        {
            return Err(self.computed(format!("a {kind} with {odd}")));
        }
        if let Some(band) = text(source, "SourceBand").filter(|band| *band != "1") {
            return Err(self.computed(format!("a source that takes the band {band}")));
        }
        let file = child(source, "SourceFilename").ok_or_else(|| bad(self.path, format!("a {kind} without a file")))?;
        let name = file.text().unwrap_or_default().trim();
        if name.starts_with("/vsi") || name.is_empty() || name.contains('\0') {
            return Err(self.computed(format!("a source in \"{name}\", which is no plain file")));
        }
        let is_relative = file.attribute("relativeToVRT").is_some_and(|flag| flag.trim() == "1");
        let beside = self.path.parent().unwrap_or(Path::new(""));
        let path = if is_relative { beside.join(name) } else { PathBuf::from(name) };
        let is_complex = kind == "ComplexSource";
        let value = |name: &str| if is_complex { self.optional(source, name) } else { Ok(None) };
        let (scale, offset) = (value("ScaleRatio")?.unwrap_or(1.0), value("ScaleOffset")?.unwrap_or(0.0));
        // Where numbers stay as they are, the whole's number stands for no data in the source, too.
        let nodata = value("NODATA")?.or(nodata.filter(|_| scale == 1.0 && offset == 0.0));
        let numbers = Numbers::Raw { nodata, scale, offset };
        let at = match child(source, "DstRect") {
            Some(rect) => self.rect(rect)?,
            None => {
                let [cols, rows] = [self.count(self.root, "rasterXSize")?, self.count(self.root, "rasterYSize")?];
                Rect { col: 0.0, row: 0.0, cols: cols as f64, rows: rows as f64 }
            }
        };
        let from = child(source, "SrcRect").map_or(Ok(at), |rect| self.rect(rect))?;
        Ok(Part { path, from, at, numbers })
    }

    fn rect(&self, node: Node<'_, '_>) -> Result<Rect> {
        let value = |name: &str| -> Result<f64> {
            let text = node.attribute(name).unwrap_or_default();
            let value = text.trim().parse::<f64>().ok().filter(|v| v.abs() < 1e12);
            value.ok_or_else(|| bad(self.path, format!("{name} is \"{text}\" in {}", node.tag_name().name())))
        };
        let rect = Rect { col: value("xOff")?, row: value("yOff")?, cols: value("xSize")?, rows: value("ySize")? };
        match rect.cols > 0.0 && rect.rows > 0.0 {
            true => Ok(rect),
            false => Err(bad(self.path, format!("an empty {}", node.tag_name().name()))),
        }
    }

    fn matrix(&self) -> Result<[f64; 6]> {
        let Some(given) = text(self.root, "GeoTransform") else {
            return Err(bad(self.path, "no GeoTransform, so that it does not say where it lies".into()));
        };
        let numbers: Option<Vec<f64>> = given.split(',').map(|number| number.trim().parse().ok()).collect();
        let matrix: Option<[f64; 6]> = numbers.and_then(|numbers| numbers.try_into().ok());
        let has_area = |m: &[f64; 6]| (m[1] * m[5] - m[2] * m[4]).is_normal() && m.iter().all(|v| v.is_finite());
        matrix.filter(has_area).ok_or_else(|| bad(self.path, format!("the GeoTransform \"{given}\"")))
    }

    fn optional(&self, node: Node<'_, '_>, name: &str) -> Result<Option<f64>> {
        let parsed = text(node, name).map(|text| {
            number(text).ok_or_else(|| bad(self.path, format!("{name} is \"{text}\", where a number belongs")))
        });
        parsed.transpose()
    }

    fn count(&self, node: Node<'_, '_>, name: &str) -> Result<usize> {
        let text = node.attribute(name).unwrap_or_default();
        let count = text.trim().parse::<u32>().ok().filter(|&n| n > 0);
        count.map(|n| n as usize).ok_or_else(|| bad(self.path, format!("{name} is \"{text}\"")))
    }

    fn computed(&self, seen: String) -> Error {
        let file = quoted(self.path);
        let what = format!(
            "this is a virtual raster with {seen}; simple and complex sources in files are read: gdal_translate {file} \
             metres.tif writes what GDAL makes of it"
        );
        Error::Unsupported { subject: self.path.to_path_buf(), what }
    }
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|n| n.has_tag_name(name))
}

fn text<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
