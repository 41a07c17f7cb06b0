//! A reader whose reads are retried when a signal interrupts them. Some readers do not retry by themselves:
//! `BufRead::fill_buf` and serde_json.

use std::fs::File;
use std::io::{ErrorKind, Read, Result};

/// A reader that retries interrupted reads.
#[derive(Debug)]
pub struct Patient<R = File>(pub R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}
