//! Files mapped for reading.

use std::fs::File;
use std::io;

use memmap2::Mmap;

use super::guard::Guard;

/// A file mapped for reading; an empty one maps to nothing.
///
/// groma itself never changes a file in place, it only replaces it, and a mapping keeps what was replaced. Of a file
/// that somebody else makes shorter, or that the disk fails to read, zeros are read; [`Mapped::check`] tells.
#[derive(Debug)]
pub struct Mapped(Option<(Guard, Mmap)>);

impl Mapped {
    /// Maps the whole file.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn open(file: &File) -> io::Result<Mapped> {
        if file.metadata()?.len() == 0 {
            return Ok(Mapped(None));
        }
        // SAFETY: the mapping is for reading only, and what the files hold is valid for any bytes: every number read
        // from them is checked before it is used. What cannot be read is zero.
        let map = unsafe { Mmap::map(file)? };
        Ok(Mapped(Some((Guard::constant(&map), map))))
    }

    /// Whether what was read until now is what the file held. To be asked after reading, before what was read is relied
    /// on.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] when the file was cut or could not be read.
    pub fn check(&self) -> io::Result<()> {
        match &self.0 {
            Some((guard, map)) if !guard.is_whole(map) => Err(cut()),
            _ => Ok(()),
        }
    }

    /// Gives the memory with what was read back to the system; what is needed again is read again.
    pub fn release(&self) {
        #[cfg(unix)]
        if let Some((_, map)) = &self.0 {
            // SAFETY: a read-only mapping of a file: what is given back comes from the file again, as it was. Where the
            // system refuses, the memory stays, which is no harm.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], |(_, map)| map)
    }
}

/// The error for a mapping with zeros in the place of what should be there.
pub(super) fn cut() -> io::Error {
    let what = "the file became shorter while it was open, or the disk failed";
    io::Error::new(io::ErrorKind::UnexpectedEof, what)
}
