//! All samples of a time step.

use super::dataset::Dataset;
use crate::trajectory::Steps;
use crate::{Error, Result};

/// Entries that are looked at between two looks at the cancel flag.
const ENTRIES_AT_ONCE: u32 = 4096;

/// The samples of a time step, in the order of the shard's entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepSamples {
    /// The trajectories' ids.
    pub ids: Vec<u64>,
    /// The position of each.
    pub positions: Vec<[f32; 3]>,
}

impl Dataset {
    /// Reads all samples of a time step, in the place of those that `samples` had. Tables are not needed. A time step
    /// that no shard covers has none, and gives a warning in the log.
    ///
    /// # Errors
    /// [`Error::BadFormat`] where a shard that cannot be used may have the time step; [`Error::NoMemory`] for more
    /// samples than there is memory for; [`Error::Cancelled`]; [`Error::Io`]. `samples` is then not whole.
    pub fn samples_at(&self, step: i32, samples: &mut StepSamples) -> Result<()> {
        samples.ids.clear();
        samples.positions.clear();
        let range = Steps { first: step, last: step };
        self.shard_folder().check_known(range)?;
        self.tell_of_gaps(range);
        let Some(number) = self.shard_number(step) else { return Ok(()) };
        let shard = self.shard(number)?;
        shard.check_size()?;
        let entries = shard.shard().entries;
        let refused = |_| Error::NoMemory { bytes: 20 * u64::from(entries), what: "the samples of a time step" };
        samples.ids.try_reserve(entries as usize).map_err(refused)?;
        samples.positions.try_reserve(entries as usize).map_err(refused)?;
        for entry in 0..entries {
            if entry % ENTRIES_AT_ONCE == 0 && self.cancel_token().is_cancelled() {
                return Err(Error::Cancelled);
            }
            if shard.has_sample(entry, step) {
                samples.ids.push(shard.id(entry));
                samples.positions.push(shard.coordinates(entry, step));
            }
        }
        shard.check_whole()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::io::Durability;
    use crate::trajectory::query::DatasetOptions;
    use crate::trajectory::shard::ShardFileWriter;

    #[test]
    fn a_step_has_the_samples_that_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let mut shard = ShardFileWriter::create(dir.path(), 5, 2, 0).unwrap();
        let nan = f32::NAN;
        shard.append(9, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        shard.append(7, &[nan, nan, nan, 7.0, 8.0, 9.0]).unwrap();
        shard.append(1 << 40, &[-1.0, 0.0, 1.0, nan, nan, nan]).unwrap();
        shard.finish(Durability::Unsynced).unwrap();
        let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
        let mut samples = StepSamples::default();
        let mut at = |step: i32| {
            dataset.samples_at(step, &mut samples).unwrap();
            samples.ids.iter().copied().zip(samples.positions.iter().copied()).collect::<Vec<_>>()
        };
        assert_eq!(at(5), [(9, [1.0, 2.0, 3.0]), (1 << 40, [-1.0, 0.0, 1.0])]);
        assert_eq!(at(6), [(9, [4.0, 5.0, 6.0]), (7, [7.0, 8.0, 9.0])]);
        assert_eq!(at(7), []);
        std::fs::write(dir.path().join("shard-7.bin"), "no shard").unwrap();
        let dataset = Dataset::open(dir.path(), DatasetOptions::default()).unwrap();
        let error = dataset.samples_at(7, &mut StepSamples::default()).unwrap_err();
        assert_eq!(error.status(), Status::BadFormat, "{error}");
        assert!(dataset.samples_at(6, &mut StepSamples::default()).is_ok());
    }
}
