//! Checksums: the index keeps one of each table and one of itself, so that what was changed after it was written is
//! known.

use std::fmt;
use std::io::{self, Read, Write};
use std::num::NonZeroU32;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{HEADER_SIZE, TableHeader};
use crate::error::IoContext;
use crate::io::input;
use crate::{Error, Result};

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

/// Computes the checksum of bytes that come in parts. For a table in one part, which most are, it allocates nothing.
#[derive(Default)]
pub(super) struct Hasher {
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

/// Takes bytes that a serialiser writes in small pieces.
impl Write for Hasher {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.add(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a whole table and compares it with the header and the checksum that are expected of it.
///
/// # Errors
/// [`Error::BadFormat`] for a table that is another one, or damaged; [`Error::Io`].
pub(crate) fn verify(path: &Path, expected: &TableHeader, checksum: Checksum) -> Result<()> {
    const AT_ONCE: usize = 64 << 10;
    let mut file = input::open(path)?;
    let size = file.metadata().context("look at", path)?.len();
    let (mut hasher, mut bytes) = (Hasher::default(), Vec::with_capacity(AT_ONCE));
    let mut next = |bytes: &mut Vec<u8>| {
        bytes.clear();
        (&mut file).take(AT_ONCE as u64).read_to_end(bytes).context("read", path)
    };
    next(&mut bytes)?;
    TableHeader::parse(path, &bytes[..bytes.len().min(HEADER_SIZE as usize)], size)?.check_against(path, expected)?;
    while bytes.len() == AT_ONCE {
        hasher.add(&bytes);
        next(&mut bytes)?;
    }
    let seen = hasher.finish(&bytes);
    if seen == checksum {
        return Ok(());
    }
    let accepted = format!("{checksum}, as when it was built; {MENDS_IT}");
    Err(Error::bad_format(path, None, format!("the table's checksum is {seen}"), accepted))
}

/// What mends a table that was changed or damaged while its shard was not.
pub(super) const MENDS_IT: &str = "the table was changed or damaged since: building again with resume (--resume) \
                                   makes it again";

/// What mends a file that does not begin as a table. A build does not replace what it may not have written.
pub(super) const MENDS_NO_TABLE: &str =
    "move the file away: building again with resume (--resume) then makes the table";

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
