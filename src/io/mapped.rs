//! Files mapped for reading.

use std::fs::File;
use std::io;

use memmap2::Mmap;

use super::guard::Guard;

/// A file mapped for reading; an empty file maps to nothing.
///
/// groma never changes a file in place but replaces it, and a mapping keeps the replaced contents. If somebody else
/// cuts the file, or the disk fails, the missing part reads as zeros; [`Mapped::check`] tells.
#[derive(Debug)]
pub struct Mapped(Option<(Guard, Mmap)>);

impl Mapped {
    /// Maps the whole file.
    ///
    /// # Errors
    /// Every error of the system.
    pub fn open(file: &File) -> io::Result<Mapped> {
        if file.metadata()?.len() == 0 {
            return Ok(Mapped(None));
        }
        // SAFETY: the mapping is read-only, and any bytes are valid: every number read from a file is checked before
        // use. Parts that cannot be read are zero.
        let map = unsafe { Mmap::map(file)? };
        Ok(Mapped(Some((Guard::constant(&map), map))))
    }

    /// Checks that everything read so far came from the file. Call it after reading and before relying on the data.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the file was cut or could not be read.
    pub fn check(&self) -> io::Result<()> {
        match &self.0 {
            Some((guard, map)) if !guard.is_whole(map) => Err(cut()),
            _ => Ok(()),
        }
    }

    /// Gives the mapping's memory back to the system; later reads load the file again.
    pub fn release(&self) {
        #[cfg(unix)]
        if let Some((_, map)) = &self.0 {
            // SAFETY: the mapping is a file's and read-only, so dropped pages come from the file again, unchanged. If
            // the system refuses, the memory stays, which is no harm.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// Returns the file's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], |(_, map)| map)
    }
}

/// Returns the error for a mapping whose file was cut.
pub(super) fn cut() -> io::Error {
    let what = "the file became shorter while it was open, or the disk failed";
    io::Error::new(io::ErrorKind::UnexpectedEof, what)
}
