//! Checksums: of a file's bytes, and of what a file in JSON says, which it keeps itself, so that what was changed after
//! it was written is known.

use std::fmt;
use std::io::{self, Write};
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// The low 32 bits of the XXH3 hash of a file's bytes, where 0 stands as 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum(NonZeroU32);

impl Checksum {
    fn of_hash(hash: u64) -> Checksum {
        Checksum(NonZeroU32::new(hash as u32).unwrap_or(NonZeroU32::MIN))
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Makes a checksum of bytes that come in parts. What comes in one part costs no state.
#[derive(Default)]
pub(crate) struct Hasher {
    earlier: Option<Box<Xxh3>>,
}

impl Hasher {
    /// Adds a part; more follow.
    pub fn add(&mut self, part: &[u8]) {
        self.earlier.get_or_insert_with(|| Box::new(Xxh3::new())).update(part);
    }

    /// Adds the last part.
    pub fn finish(mut self, last: &[u8]) -> Checksum {
        match &mut self.earlier {
            None => Checksum::of_hash(xxh3_64(last)),
            Some(earlier) => {
                earlier.update(last);
                Checksum::of_hash(earlier.digest())
            }
        }
    }
}

/// For what is written in small pieces.
impl Write for Hasher {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.add(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a file in JSON says, as it stands there: with a checksum of itself.
#[derive(Serialize)]
pub(crate) struct Checked<'a, T> {
    #[serde(flatten)]
    content: &'a T,
    checksum: Checksum,
}

impl<T: Serialize> Checked<'_, T> {
    /// The content with its checksum, to be written.
    pub fn new(content: &T) -> io::Result<Checked<'_, T>> {
        Ok(Checked { content, checksum: of_json(content)? })
    }
}

/// Returns the checksum of what a value is in JSON. Numbers that were read are written with the same digits, so that it
/// is that of the file that the value was read from, however that is laid out.
pub(crate) fn of_json(content: &impl Serialize) -> io::Result<Checksum> {
    let mut hasher = Hasher::default();
    serde_json::to_writer(&mut hasher, content)?;
    Ok(hasher.finish(&[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_the_checksum_of_the_whole() {
        let bytes: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        let whole = Hasher::default().finish(&bytes);
        for parts in [1, 7, 64 << 10] {
            let mut hasher = Hasher::default();
            bytes.chunks(parts).for_each(|part| hasher.add(part));
            assert_eq!(hasher.finish(&[]), whole);
        }
        let mut changed = bytes;
        changed[50_000] ^= 1;
        assert_ne!(Hasher::default().finish(&changed), whole);
    }

    #[test]
    fn no_checksum_is_none() {
        assert_eq!(Checksum::of_hash(7 << 32).to_string(), "00000001");
        assert_eq!(Checksum::of_hash(0xdead_beef_0000_00ff).to_string(), "000000ff");
    }
}
