//! A journal of the units that a job has done, so that a second run does only those that are missing.
//!
//! The journal is one text file with a record per line; each line carries a hash of itself. The first line identifies
//! the job. A torn line (the process was killed, the disk was full) ends the journal. The records before it are true,
//! because a record is written only after the outputs that it names have their final names.
//!
//! The open file is also the lock of the output folder. The system drops the lock with the process, so it is never
//! stale.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::IoContext;
use crate::io::lock::Holder;
use crate::io::{Durability, input, lock};
use crate::{Error, Result};

/// The journal of a running job. See the module.
///
/// Records of an earlier run stay on the disk until [`Journal::begin`]. A job that turns out to be impossible, or is
/// stopped before it has changed anything, so takes nothing away from an earlier job.
#[derive(Debug)]
pub struct Journal {
    /// `None` once the journal was removed.
    file: Option<File>,
    path: PathBuf,
    durability: Durability,
    /// Until the job begins: the number of bytes of the file to keep, and the text to write then.
    waiting: Option<(u64, String)>,
    /// The size of the file when it was opened, in bytes.
    found: u64,
    /// The length of the first line, which identifies the job, in bytes.
    header_len: u64,
}

/// The content that an earlier, interrupted run left in the journal.
#[derive(Debug)]
pub struct Recovered<R> {
    /// The records, in the order they were written.
    pub records: Vec<R>,
    /// Whether a journal of an interrupted run was found, of this job or of another.
    pub interrupted: bool,
    /// Whether that run was another job (other inputs or options), so that none of its records could be used.
    pub other_job: bool,
}

impl<R> Recovered<R> {
    fn nothing() -> Recovered<R> {
        Recovered { records: Vec::new(), interrupted: false, other_job: false }
    }
}

/// What the journal of a job, perhaps of one at work, says.
#[derive(Debug)]
pub struct Seen<R> {
    /// What identifies the job.
    pub identity: serde_json::Value,
    /// The records, in the order they were written.
    pub records: Vec<R>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(flatten)]
    holder: Holder,
    identity: serde_json::Value,
}

/// A line between records: the process that goes on with the job and holds the journal from there on.
#[derive(Serialize, Deserialize)]
struct Resumed {
    resumed_by: Holder,
}

impl Journal {
    /// Opens or creates the journal at `path` and locks it.
    ///
    /// With `resume`, the records of an earlier run are returned if its `identity` equals this one's; otherwise the
    /// journal starts empty. As [`Durability::Synced`], each record is on the disk before [`Journal::append`] returns.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process or job holds the journal; as [`input::read_small`].
    pub fn open<R: DeserializeOwned>(
        path: &Path,
        identity: &impl Serialize,
        resume: bool,
        durability: Durability,
    ) -> Result<(Journal, Recovered<R>)> {
        let file = lock::acquire(path, describe_holder)?;
        let text = input::read_open(&file, path, input::MOST_SMALL)?;
        let identity = to_value(identity)?;

        let mut recovered = Recovered { records: Vec::new(), interrupted: !text.is_empty(), other_job: false };
        let mut keep = 0;
        let mut holder = None;
        if resume {
            match read_lines(&text).filter(|read| read.seen.identity == identity) {
                Some(read) => (holder, keep, recovered.records) = (Some(read.holder), read.end, read.seen.records),
                None => recovered.other_job = recovered.interrupted,
            }
        }
        let this = Holder::this();
        let first = match holder {
            None => line(&Header { holder: this, identity })?,
            Some(last) if last == this => String::new(),
            Some(_) => line(&Resumed { resumed_by: this })?,
        };
        let (found, header_len) = (text.len() as u64, first.len() as u64);
        let waiting = Some((keep as u64, first));
        let mut journal =
            Journal { file: Some(file), path: path.to_path_buf(), durability, waiting, found, header_len };
        if journal.found == 0 || keep > 0 {
            journal.begin()?;
        }
        Ok((journal, recovered))
    }

    /// Returns a journal that is not on the disk, for a job in a folder where nothing can be written, and nothing need
    /// be.
    pub fn unwritten<R>(path: &Path) -> (Journal, Recovered<R>) {
        let (path, durability) = (path.to_path_buf(), Durability::Unsynced);
        let journal = Journal { file: None, path, durability, waiting: None, found: 0, header_len: 0 };
        (journal, Recovered::nothing())
    }

    /// Returns whether the journal is on the disk.
    pub fn is_written(&self) -> bool {
        self.file.is_some()
    }

    /// Returns whether the journal keeps others out; not where the file system has no locks.
    pub fn is_locked(&self) -> bool {
        self.file.as_ref().is_none_or(lock::works)
    }

    /// Reads the journal at `path`, which may be another process's at work; `None` where there is none, or only the
    /// beginning of one.
    ///
    /// # Errors
    /// As [`input::read_small`].
    pub fn read<R: DeserializeOwned>(path: &Path) -> Result<Option<Seen<R>>> {
        let text = input::read_small_if_there(path)?;
        Ok(text.and_then(|text| read_lines(&text)).map(|read| read.seen))
    }

    /// Drops the records of an earlier, other job and writes the lines held back so far. Call it before the first
    /// change to the job's outputs.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn begin(&mut self) -> Result<()> {
        let Some((keep, text)) = self.waiting.take() else { return Ok(()) };
        let file = self.file.as_mut().expect("open until it is removed");
        file.set_len(keep).context("truncate", &self.path)?;
        file.seek(SeekFrom::End(0)).context("seek in", &self.path)?;
        self.write(&text)
    }

    /// Adds a record. Call it only when the record is true on the disk. Before [`Journal::begin`] the record is held
    /// back.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn append(&mut self, record: &impl Serialize) -> Result<()> {
        let line = line(record)?;
        match &mut self.waiting {
            Some((_, text)) => {
                text.push_str(&line);
                Ok(())
            }
            None => self.write(&line),
        }
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let Some(file) = self.file.as_mut() else { return Ok(()) };
        file.write_all(text.as_bytes()).context("write", &self.path)?;
        if self.durability == Durability::Synced {
            file.sync_data().context("sync", &self.path)?;
        }
        Ok(())
    }

    /// Removes the journal, as the job is complete.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove(mut self) -> Result<()> {
        self.remove_file().context("remove", &self.path)
    }

    fn remove_file(&mut self) -> std::io::Result<()> {
        if self.file.is_none() {
            return Ok(());
        }
        // Remove the file while the lock is held, so that no other job can hold it in between.
        let removed = std::fs::remove_file(&self.path);
        self.file = None;
        removed
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // A journal of nothing but its first line is of no use.
        let only_header = self.found == 0
            && self.file.as_ref().and_then(|f| f.metadata().ok()).is_some_and(|m| m.len() == self.header_len);
        if only_header {
            let _ = self.remove_file();
        }
    }
}

/// What a journal says.
struct ReadLines<R> {
    holder: Holder,
    seen: Seen<R>,
    /// The end of the last line that was understood, in bytes.
    end: usize,
}

/// Reads the lines of a journal; `None` where the first is none.
fn read_lines<R: DeserializeOwned>(text: &[u8]) -> Option<ReadLines<R>> {
    let mut lines = Lines { text, at: 0 };
    let header = serde_json::from_slice::<Header>(lines.next()?).ok()?;
    let seen = Seen { identity: header.identity, records: Vec::new() };
    let mut read = ReadLines { holder: header.holder, seen, end: lines.at };
    while let Some(line) = lines.next() {
        if let Ok(Resumed { resumed_by }) = serde_json::from_slice(line) {
            read.holder = resumed_by;
        } else if let Ok(record) = serde_json::from_slice(line) {
            read.seen.records.push(record);
        } else {
            break;
        }
        read.end = lines.at;
    }
    Some(read)
}

fn line(record: &impl Serialize) -> Result<String> {
    let json = to_value(record)?.to_string();
    Ok(format!("{:016x} {json}\n", xxh3_64(json.as_bytes())))
}

/// Iterates over the lines up to the first one whose hash is wrong.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|&b| b == b'\n')?;
        let (hash, json) = rest[..end].split_at_checked(17)?;
        let hash = u64::from_str_radix(std::str::from_utf8(&hash[..16]).ok()?, 16).ok()?;
        if hash != xxh3_64(json) {
            return None;
        }
        self.at += end + 1;
        Some(json)
    }
}

fn describe_holder(path: &Path) -> String {
    let text = input::read_small(path).unwrap_or_default();
    let mut lines = Lines { text: &text, at: 0 };
    let first = lines.next().and_then(|line| serde_json::from_slice::<Header>(line).ok());
    let resumed = lines.filter_map(|line| serde_json::from_slice::<Resumed>(line).ok()).last();
    let holder = resumed.map(|line| line.resumed_by).or(first.map(|header| header.holder));
    // A process that has just opened the journal has not written its name yet.
    let holder = holder.map_or("another process, or another job of this one".into(), |holder| holder.to_string());
    format!("held by {holder}, which is writing to this folder: wait until it ends, or choose another folder")
}

fn to_value(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|e| Error::Internal(format!("a journal record is not JSON: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path, identity: &str, resume: bool) -> Result<(Journal, Recovered<u32>)> {
        Journal::open(path, &identity, resume, Durability::Unsynced)
    }

    fn resume(path: &Path, identity: &str) -> (Journal, Recovered<u32>) {
        open(path, identity, true).unwrap()
    }

    fn start_afresh(path: &Path, identity: &str) -> (Journal, Recovered<u32>) {
        open(path, identity, false).unwrap()
    }

    #[test]
    fn records_come_back_to_the_same_job_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let (mut journal, recovered) = resume(&path, "a");
        assert!(!recovered.interrupted);
        journal.append(&7).unwrap();
        journal.append(&8).unwrap();
        drop(journal);
        let (journal, recovered) = resume(&path, "a");
        assert_eq!(recovered.records, [7, 8]);
        drop(journal);
        let (journal, recovered) = resume(&path, "b");
        assert!(recovered.records.is_empty() && recovered.other_job);
        journal.remove().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_torn_record_and_all_after_it_are_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let (mut journal, _) = start_afresh(&path, "a");
        for n in 0..3 {
            journal.append(&n).unwrap();
        }
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        let mut most = 0;
        for cut in (0..whole.len()).rev() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let (mut journal, recovered) = resume(&path, "a");
            assert_eq!(recovered.records, (0..recovered.records.len() as u32).collect::<Vec<_>>());
            most = most.max(recovered.records.len());
            journal.begin().unwrap();
            journal.append(&99).unwrap();
            drop(journal);
            let (_journal, again) = resume(&path, "a");
            assert_eq!(again.records.last(), Some(&99), "appended after a torn tail of {cut} bytes");
        }
        assert_eq!(most, 2);
    }

    #[test]
    fn what_another_job_left_stays_until_this_one_begins() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let (mut journal, _) = start_afresh(&path, "a");
        journal.append(&7).unwrap();
        drop(journal);
        for is_resumed in [false, true] {
            let (mut journal, recovered) = open(&path, "b", is_resumed).unwrap();
            assert!(recovered.interrupted && recovered.records.is_empty());
            journal.append(&8).unwrap();
            drop(journal);
            let (_journal, recovered) = resume(&path, "a");
            assert_eq!(recovered.records, [7]);
        }
        let (mut journal, _) = resume(&path, "b");
        journal.append(&8).unwrap();
        journal.begin().unwrap();
        drop(journal);
        assert_eq!(resume(&path, "b").1.records, [8]);
    }

    #[test]
    fn a_job_that_did_nothing_leaves_no_journal() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        drop(resume(&path, "a"));
        assert!(!path.exists());
    }

    #[test]
    fn a_second_holder_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let _held = start_afresh(&path, "a");
        let error = open(&path, "a", false).unwrap_err();
        assert!(matches!(error, Error::Busy { .. }));
        let text = error.to_string();
        if cfg!(unix) {
            assert!(text.contains(&format!("another job of this same process {}", std::process::id())), "{text}");
        }
        // A holder in another process, perhaps one with the same number in another container.
        let others = Header { holder: Holder::default(), identity: "a".into() };
        std::fs::write(&path, line(&others).unwrap()).unwrap();
        let text = open(&path, "a", false).unwrap_err().to_string();
        assert!(text.contains("held by process 0, which"), "{text}");
    }

    #[test]
    fn whoever_goes_on_with_the_job_of_another_process_is_the_holder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let others = Header { holder: Holder::default(), identity: "a".into() };
        std::fs::write(&path, line(&others).unwrap() + &line(&7).unwrap()).unwrap();
        let (mut journal, recovered) = resume(&path, "a");
        assert_eq!(recovered.records, [7]);
        journal.append(&8).unwrap();
        if cfg!(unix) {
            let text = open(&path, "a", true).unwrap_err().to_string();
            assert!(text.contains(&format!("another job of this same process {}", std::process::id())), "{text}");
        }
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        assert_eq!(whole.lines().count(), 4, "{whole}");
        assert_eq!(resume(&path, "a").1.records, [7, 8]);
        // The same holder is not recorded twice.
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    }
}
