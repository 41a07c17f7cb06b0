//! The rasters of a mosaic that are open: few at a time, however many there are.

use std::path::Path;

use crate::Result;
use crate::io::raster::{Opening, RasterSource};

/// Opens a raster; reading one of its strips or tiles may take so many bytes.
pub(crate) type Opener = fn(&Path, u64) -> Result<Box<dyn RasterSource>>;

/// Opens a raster, with coarser pixels where it has them and they are wanted.
pub(crate) fn opened(opener: Opener, path: &Path, opening: Opening) -> Result<Box<dyn RasterSource>> {
    let mut source = opener(path, opening.memory)?;
    if opening.largest_pixel > 0.0 {
        source.coarsen(opening.largest_pixel)?;
    }
    Ok(source)
}

/// Rasters that stay open. A row of tiles is read several times where rows of pixels are few.
const MOST: usize = 16;

/// The rasters that are open, the one used last at the end.
#[derive(Debug)]
pub(super) struct OpenParts {
    opener: Opener,
    opening: Opening,
    open: Vec<(u32, Box<dyn RasterSource>)>,
}

impl OpenParts {
    pub fn new(opener: Opener, opening: Opening) -> OpenParts {
        OpenParts { opener, opening, open: Vec::new() }
    }

    /// Returns the raster of a number; one that is opened for it is prepared first.
    pub fn get(
        &mut self,
        number: u32,
        path: &Path,
        prepare: impl FnOnce(&mut dyn RasterSource) -> Result<()>,
    ) -> Result<&mut dyn RasterSource> {
        match self.open.iter().position(|(open, _)| *open == number) {
            Some(at) => {
                let found = self.open.remove(at);
                self.open.push(found);
            }
            None => {
                if self.open.len() == MOST {
                    self.open.remove(0);
                }
                let mut source = opened(self.opener, path, self.opening)?;
                prepare(&mut *source)?;
                self.open.push((number, source));
            }
        }
        let (_, source) = self.open.last_mut().expect("it was just put there");
        Ok(&mut **source)
    }

    pub fn close(&mut self) {
        self.open.clear();
    }
}
