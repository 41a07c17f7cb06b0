//! Checks whether a table is the one that the index means, by the checksum that the index keeps of each.

use std::io::Read;
use std::path::Path;

use super::{HEADER_SIZE, TableHeader};
use crate::error::IoContext;
use crate::io::checksum::{Checksum, Hasher};
use crate::io::input;
use crate::{Error, Result};

/// The bytes of memory that comparing a table takes.
pub(crate) const CHECK_BUFFER: u64 = 64 << 10;

/// Reads a whole table and compares it with the header and the checksum that are expected of it.
///
/// # Errors
/// [`Error::BadFormat`] for a table that is another one, or damaged; [`Error::Io`].
pub(crate) fn verify(path: &Path, expected: &TableHeader, checksum: Checksum) -> Result<()> {
    let mut file = input::open(path)?;
    let size = file.metadata().context("look at", path)?.len();
    let (mut hasher, mut bytes) = (Hasher::default(), Vec::with_capacity(CHECK_BUFFER as usize));
    let mut next = |bytes: &mut Vec<u8>| {
        bytes.clear();
        (&mut file).take(CHECK_BUFFER).read_to_end(bytes).context("read", path)
    };
    next(&mut bytes)?;
    TableHeader::parse(path, &bytes[..bytes.len().min(HEADER_SIZE as usize)], size)?.check_against(path, expected)?;
    while bytes.len() == CHECK_BUFFER as usize {
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

/// The remedy for a table that was changed or damaged while its shard was not.
pub(super) const MENDS_IT: &str = "the table was changed or damaged since: building again with resume (--resume) \
                                   makes it again";

/// The remedy for a file that does not begin as a table. A build replaces no file that groma may not have written.
pub(super) const MENDS_NO_TABLE: &str =
    "move the file away: building again with resume (--resume) then makes the table";
