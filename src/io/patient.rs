//! A file whose reads are tried again when a signal interrupts them. Not all readers do that by themselves:
//! `BufRead::fill_buf` and serde_json do not.

use std::fs::File;
use std::io::{ErrorKind, Read, Result};

/// See the module.
#[derive(Debug)]
pub struct Patient(pub File);

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}
