//! A run of bytes at its own place in a file, written in large pieces.

use std::fs::File;
use std::io;

const BUFFER: usize = 256 << 10;

/// Appends to one of several sections of a file. The file's cursor is not moved.
#[derive(Debug)]
pub struct Section {
    /// The offset that the buffer will be written at.
    offset: u64,
    buffer: Vec<u8>,
}

impl Section {
    /// Returns a section at `offset` bytes that begins with `start`.
    pub fn at(offset: u64, start: &[u8]) -> Section {
        Section { offset, buffer: start.to_vec() }
    }

    /// Appends bytes.
    pub fn push(&mut self, file: &File, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush(file)?;
            if bytes.len() > BUFFER {
                write_all_at(file, bytes, self.offset)?;
                self.offset += bytes.len() as u64;
                return Ok(());
            }
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Appends the bytes that `encode` adds to the buffer; a call should add at most some kilobytes.
    pub fn encode(&mut self, file: &File, encode: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
        encode(&mut self.buffer)?;
        if self.buffer.len() >= BUFFER { self.flush(file) } else { Ok(()) }
    }

    /// Writes what is buffered.
    pub fn flush(&mut self, file: &File) -> io::Result<()> {
        write_all_at(file, &self.buffer, self.offset)?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

pub fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
    }
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            match std::os::windows::fs::FileExt::seek_write(file, &bytes[done..], offset + done as u64) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => done += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
