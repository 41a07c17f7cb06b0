//! Writes rasters of heights as GeoTIFF.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use tiff::TiffError;
use tiff::encoder::colortype::Gray32Float;
use tiff::encoder::{TiffEncoder, TiffKind, TiffKindBig, TiffKindStandard};
use tiff::tags::Tag;

use super::keys::key;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::raster::RasterHeader;
use crate::{Error, Result};

/// The no-data value of the files written here.
const NO_DATA: f32 = -9999.0;
/// The number of values held and written at once, as one strip.
const STRIP_VALUES: usize = 1 << 18;

/// Writes single-precision heights in strips, uncompressed. `fill` sets the values of the row whose number it gets; NaN
/// stands for no data. Files of 4 GB and more are BigTIFF.
///
/// # Errors
/// [`Error::InvalidArgument`] for a header that makes no sense; [`Error::Io`]; every error of `fill`.
pub fn write(path: &Path, header: &RasterHeader, mut fill: impl FnMut(usize, &mut [f32]) -> Result<()>) -> Result<()> {
    if let Some((seen, accepted)) = header.fault() {
        return Err(Error::invalid("header", seen, accepted));
    }
    let mut file = AtomicFile::create(path)?;
    let mut buffered = BufWriter::new(file.file());
    let strip_table = header.rows as u64 * 16;
    let big = header.pixels() * size_of::<f32>() as u64 + strip_table > u64::from(u32::MAX) - (1 << 20);
    let mut failure = None;
    let fill = |row: usize, values: &mut [f32]| {
        fill(row, values).map_err(|e| {
            failure = Some(e);
            TiffError::LimitsExceeded
        })
    };
    let written = if big {
        encode::<TiffKindBig>(&mut buffered, header, fill)
    } else {
        encode::<TiffKindStandard>(&mut buffered, header, fill)
    };
    if let Some(e) = failure {
        return Err(e);
    }
    written.and_then(|()| Ok(buffered.flush()?)).map_err(|e| match e {
        TiffError::IoError(cause) => Error::Io { action: "write", subject: path.to_path_buf(), cause },
        e => Error::Internal(format!("{}: {e}", path.display())),
    })?;
    drop(buffered);
    file.commit(Durability::Unsynced)
}

fn encode<K: TiffKind>(
    file: &mut BufWriter<&mut File>,
    header: &RasterHeader,
    mut fill: impl FnMut(usize, &mut [f32]) -> tiff::TiffResult<()>,
) -> tiff::TiffResult<()> {
    let RasterHeader { cols, rows, .. } = *header;
    let mut encoder = TiffEncoder::<_, K>::new_generic(file)?;
    let mut image = encoder.new_image::<Gray32Float>(cols as u32, rows as u32)?;
    let strip_rows = (STRIP_VALUES / cols).clamp(1, rows);
    image.rows_per_strip(strip_rows as u32)?;

    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[header.cell[0], header.cell[1], 0.0][..])?;
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, header.west, header.north, 0.0][..])?;
    let crs = header.epsg.unwrap_or(key::USER_DEFINED);
    let keys = [
        [key::MODEL_TYPE, 0, 1, key::MODEL_PROJECTED],
        [key::RASTER_TYPE, 0, 1, key::PIXEL_IS_AREA],
        [key::PROJECTED_CRS, 0, 1, crs],
        [key::LINEAR_UNITS, 0, 1, key::METRE],
    ];
    let directory = [&[1, 1, 0, keys.len() as u16][..], keys.as_flattened()].concat();
    tags.write_tag(Tag::GeoKeyDirectoryTag, &directory[..])?;
    tags.write_tag(Tag::GdalNodata, NO_DATA.to_string().as_str())?;

    let mut strip = vec![0.0; strip_rows * cols];
    for first in (0..rows).step_by(strip_rows) {
        let values = &mut strip[..strip_rows.min(rows - first) * cols];
        for (k, row) in values.chunks_exact_mut(cols).enumerate() {
            fill(first + k, row)?;
            row.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = NO_DATA);
        }
        image.write_strip(values)?;
    }
    image.finish()
}
