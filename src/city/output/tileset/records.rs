//! The buildings of a city by their numbers, without all of them in memory.

use std::fs::File;
use std::path::PathBuf;

use crate::city::tiles::store::{BUILDINGS_NAME, BuildingRecord, MeshStore};
use crate::error::IoContext;
use crate::io::input;
use crate::io::positioned::read_exact_at;
use crate::job::Context;
use crate::{Error, Result};

/// How many buildings there are between two whose place in the file is kept.
const STRIDE: u32 = 64;

/// The file of a city's buildings, with the places of some of them.
pub struct Records {
    file: File,
    path: PathBuf,
    /// The offset of each [`STRIDE`]th line, and of the end.
    offsets: Vec<u64>,
}

impl Records {
    /// Goes through the file once.
    ///
    /// # Errors
    /// As [`MeshStore::buildings`] and its items; [`Error::Cancelled`].
    pub fn new(store: &MeshStore, context: &Context) -> Result<Records> {
        let path = store.folder().join(BUILDINGS_NAME);
        let mut buildings = store.buildings()?;
        let file = input::open(&path)?;
        let mut offsets = vec![0];
        while let Some(record) = buildings.next() {
            if (record?.building + 1).is_multiple_of(STRIDE) {
                context.check()?;
                offsets.push(buildings.offset());
            }
        }
        offsets.push(buildings.offset());
        Ok(Records { file, path, offsets })
    }

    /// Reads the records of buildings, whose numbers are sorted.
    ///
    /// # Errors
    /// [`Error::Busy`] where the file has changed meanwhile; [`Error::Io`].
    pub fn get(&self, numbers: &[u32]) -> Result<Vec<BuildingRecord>> {
        let mut records = Vec::with_capacity(numbers.len());
        for of_block in numbers.chunk_by(|a, b| a / STRIDE == b / STRIDE) {
            let block = (of_block[0] / STRIDE) as usize;
            let ends = self.offsets.get(block).zip(self.offsets.get(block + 1));
            let (&from, &to) = ends.ok_or_else(|| self.changed())?;
            let mut text = vec![0; (to - from) as usize];
            read_exact_at(&self.file, &mut text, from).context("read", &self.path)?;
            let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
            for &number in of_block {
                let line = lines.get((number % STRIDE) as usize).copied().unwrap_or_default();
                let record: Option<BuildingRecord> = serde_json::from_slice(line).ok();
                let record = record.filter(|record| record.building == number);
                records.push(record.ok_or_else(|| self.changed())?);
            }
        }
        Ok(records)
    }

    fn changed(&self) -> Error {
        let what = "the list of buildings was written again meanwhile; try again".into();
        Error::Busy { subject: self.path.clone(), what }
    }
}
