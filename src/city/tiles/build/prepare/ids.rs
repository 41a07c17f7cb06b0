//! Finds ids that more than one footprint has.

use xxhash_rust::xxh3::xxh3_64;

use super::super::firsts::Firsts;
use crate::Result;
use crate::city::input::footprint::FootprintList;
use crate::job::aside::{Aside, Sorted, Sorter};

/// Collects the ids of footprints in any order.
pub(super) struct Ids(Sorter);

impl Ids {
    /// Begins to collect the ids of so many footprints.
    pub fn new(aside: Aside, footprints: u64) -> Ids {
        Ids(Sorter::new(aside, footprints.div_ceil(1 << 16).max(1) as u32))
    }

    /// Adds the id of a footprint, unless it is empty.
    ///
    /// # Errors
    /// Those of putting it aside.
    pub fn add(&mut self, footprint: u32, id: &str) -> Result<()> {
        if id.is_empty() {
            return Ok(());
        }
        let bucket = xxh3_64(id.as_bytes()) % u64::from(self.0.buckets());
        self.0.add(bucket as u32, |to| {
            to.extend(footprint.to_le_bytes());
            to.extend((id.len() as u32).to_le_bytes());
            to.extend(id.as_bytes());
        })
    }

    /// Returns the ids of more than one footprint, in the order of the first footprints that have them.
    ///
    /// # Errors
    /// Those of reading what was put aside.
    pub fn duplicates(self) -> Result<FootprintList> {
        let sorted = self.0.finish()?;
        let mut found: Firsts<u32, String> = Firsts::default();
        for bucket in 0..sorted.count() {
            let mut ids: Vec<(Vec<u8>, u32)> = Vec::new();
            sorted.read(bucket, |records| add_ids(records, &sorted, &mut ids))?;
            ids.sort_unstable();
            for same in ids.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
                found.add(same[0].1, || String::from_utf8_lossy(&same[0].0).into_owned());
            }
        }
        let mut list = FootprintList::default();
        found.add_to(&mut list);
        Ok(list)
    }
}

fn add_ids(mut records: &[u8], sorted: &Sorted, ids: &mut Vec<(Vec<u8>, u32)>) -> Result<()> {
    while !records.is_empty() {
        let next = (|| {
            let [footprint, length]: [u32; 2] = bytemuck::pod_read_unaligned(records.split_off(..8)?);
            Some((records.split_off(..length as usize)?.to_vec(), footprint))
        })();
        ids.push(next.ok_or_else(|| sorted.chunks.damaged())?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::CancelToken;

    #[test]
    fn ids_that_two_footprints_have_are_found_and_missing_ones_are_none() {
        let duplicates = |ids: &[&str]| {
            let aside = Aside { folder: std::env::temp_dir(), memory: 64, cancel: CancelToken::default() };
            let mut all = Ids::new(aside, 200_000);
            (0..).zip(ids).for_each(|(n, id)| all.add(n, id).unwrap());
            all.duplicates().unwrap()
        };
        let ids = ["", "z", "b", "", "a", "b", "z", "z", "c"];
        assert_eq!(duplicates(&ids), FootprintList { count: 2, ids: vec!["z".into(), "b".into()] });
        assert_eq!(duplicates(&ids[..3]), FootprintList::default());
    }
}
