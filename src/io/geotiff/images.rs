//! The further images of a file: its mask, and smaller copies of the raster (overviews), which may have masks too.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::layout::{Bounds, Layout};
use super::{guarded, unsupported};
use crate::Result;
use crate::io::recognise::quoted;

/// Flags of the tag NewSubfileType.
const IS_SMALLER: u32 = 1;
const IS_MASK: u32 = 4;

/// The most images that are looked at.
const MOST_IMAGES: usize = 64;

/// The images beside the first.
pub(super) struct OtherImages {
    /// The mask of the first image.
    pub mask: Option<Layout>,
    /// The columns and rows of the smaller copies, the largest first.
    pub overviews: Vec<[usize; 2]>,
}

impl OtherImages {
    /// Looks at the file's further images. Refuses a first image that is not the largest.
    pub fn read(path: &Path, decoder: &mut Decoder<BufReader<File>>, bounds: Bounds) -> Result<OtherImages> {
        let mut others = OtherImages { mask: None, overviews: Vec::new() };
        let (width, height) = guarded(path, || decoder.dimensions())?;
        let mut next = guarded(path, || Ok(decoder.image_ifd().directory().next()))?;
        for page in 0..MOST_IMAGES {
            let Some(pointer) = next else { break };
            let directory = guarded(path, || decoder.read_directory(pointer))?;
            let mut tags = decoder.read_directory_tags(&directory);
            let mut number = |tag: Tag| guarded(path, || tags.find_tag_unsigned::<u32>(tag));
            let kind = number(Tag::NewSubfileType)?.unwrap_or(0);
            let size = (number(Tag::ImageWidth)?, number(Tag::ImageLength)?);
            if size.0 > Some(width) && size.1 > Some(height) {
                let (file, number) = (quoted(path), page + 2);
                let what = format!(
                    "it holds several images, and its first, of {width} x {height} pixels, is smaller than its image \
                     {number}: gdal_translate GTIFF_DIR:{number}:{file} metres.tif takes that one"
                );
                return Err(unsupported(path, what));
            }
            if kind & IS_MASK != 0 && others.mask.is_none() && size == (Some(width), Some(height)) {
                others.mask = Some(Layout::read_from(path, &mut tags, bounds, true)?);
            }
            if let (IS_SMALLER, (Some(cols @ 1..), Some(rows @ 1..))) = (kind, size)
                && is_copy([width, height], [cols, rows])
            {
                others.overviews.push([cols as usize, rows as usize]);
            }
            next = directory.next();
        }
        others.overviews.sort_by_key(|&[cols, rows]| std::cmp::Reverse((cols, rows)));
        Ok(others)
    }
}

/// Returns whether a smaller image may be the whole of an image, at a fraction of its size that is rounded to pixels.
fn is_copy([width, height]: [u32; 2], [cols, rows]: [u32; 2]) -> bool {
    let [width, height, cols, rows] = [width, height, cols, rows].map(u64::from);
    let is_smaller = cols <= width && rows <= height && cols + rows < width + height;
    is_smaller && (cols * height).abs_diff(rows * width) <= width.max(height)
}

/// Returns the layout of a smaller copy of so many columns and rows, and of its mask; `None` where it has no mask and
/// the whole has one.
pub(super) fn overview(
    path: &Path,
    decoder: &mut Decoder<BufReader<File>>,
    bounds: Bounds,
    wanted: [usize; 2],
    with_mask: bool,
) -> Result<Option<(Layout, Option<Layout>)>> {
    let (mut copy, mut mask) = (None, None);
    let mut next = guarded(path, || Ok(decoder.image_ifd().directory().next()))?;
    for _ in 0..MOST_IMAGES {
        let Some(pointer) = next else { break };
        let directory = guarded(path, || decoder.read_directory(pointer))?;
        let mut tags = decoder.read_directory_tags(&directory);
        let mut number =
            |tag: Tag| guarded(path, || tags.find_tag_unsigned::<u32>(tag)).map(|found| found.unwrap_or(0));
        let kind = number(Tag::NewSubfileType)?;
        let size = [number(Tag::ImageWidth)? as usize, number(Tag::ImageLength)? as usize];
        if size == wanted && kind == IS_SMALLER && copy.is_none() {
            copy = Some(Layout::read_from(path, &mut tags, bounds, false)?);
        } else if size == wanted && kind == IS_SMALLER | IS_MASK && mask.is_none() && with_mask {
            mask = Some(Layout::read_from(path, &mut tags, bounds, true)?);
        }
        next = directory.next();
    }
    Ok(copy.filter(|_| mask.is_some() == with_mask).map(|copy| (copy, mask)))
}
