//! Reads at a position, so that threads can share one open file. On Windows such a read also moves the file's cursor,
//! so sequential readers must set their position first.
//!
//! Inputs are read this way and not mapped: if a file shrinks while it is read, the read fails, where a mapping would
//! give zeros.

use std::fs::File;
use std::io;

/// Reads exactly `buffer.len()` bytes at `offset`.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] when the file ends before; every other error of the system.
pub fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
    }
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < buffer.len() {
            match std::os::windows::fs::FileExt::seek_read(file, &mut buffer[done..], offset + done as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => done += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
