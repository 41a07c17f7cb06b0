//! Files mapped for reading.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// A file mapped for reading; an empty one maps to nothing.
///
/// The file must not become shorter while it is mapped: where it would be read then, the system ends the process. groma
/// itself never changes a file in place, it only replaces it, and a mapping keeps what was replaced.
#[derive(Debug)]
pub struct Mapped(Option<Mmap>);

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
        // from them is checked before it is used. That the file keeps its length is the caller's contract, above.
        Ok(Mapped(Some(unsafe { Mmap::map(file)? })))
    }

    /// Gives the memory with what was read back to the system; what is needed again is read again.
    pub fn release(&self) {
        #[cfg(unix)]
        if let Some(map) = &self.0 {
            // SAFETY: a read-only mapping of a file: what is given back comes from the file again, as it was. Where the
            // system refuses, the memory stays, which is no harm.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}
