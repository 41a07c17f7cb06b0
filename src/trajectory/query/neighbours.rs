//! All pairs of samples of a time step that are near each other.

use rayon::prelude::*;

use super::answering::Answering;
use super::dataset::Dataset;
use super::open_shard::OpenShard;
use super::result::Hit;
use super::step_samples::StepSamples;
use super::step_search::{Scratch, StepSearch};
use super::value::Periodicity;
use crate::job::CancelToken;
use crate::trajectory::periodic::{Image, PeriodicVolume};
use crate::trajectory::table::Ball;
use crate::{Error, Result};

/// How many samples a thread takes at once.
const SAMPLES_AT_ONCE: usize = 256;

/// The pairs that are wanted of a time step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeighbourQuery {
    /// The edge of the cells of the tables to use.
    pub cell_size: f32,
    /// The time step.
    pub step: i32,
    /// The largest distance of two samples that are a pair.
    pub radius: f64,
    /// Whether each pair comes twice, once from each of its samples; otherwise it comes once, from the sample with the
    /// lower index.
    pub both_ways: bool,
    /// Whether space is periodic.
    pub periodicity: Periodicity,
}

/// The samples of a time step, and the pairs of them that are near each other: pair `n` is that of the samples
/// `first[n]` and `second[n]`, which are indices into `samples`. Pairs ascend by `first`, then by `second`, then by
/// image. A sample and its own image are a pair, a sample and itself are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Neighbours {
    /// All samples of the time step, in the order of the shard's entries.
    pub samples: StepSamples,
    /// The index of the one sample of each pair.
    pub first: Vec<u32>,
    /// The index of the other.
    pub second: Vec<u32>,
    /// Their distance, in double.
    pub distances: Vec<f64>,
    /// The image of the second sample that is near the first; empty where space is not periodic.
    pub images: Vec<Image>,
}

impl Dataset {
    /// Finds all pairs of samples of a time step that are within a radius of each other, in parallel. `cancel` stops
    /// it.
    ///
    /// ```
    /// # use groma::trajectory::generate::{GenerateOptions, generate};
    /// # use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
    /// use groma::job::CancelToken;
    /// use groma::trajectory::query::{Dataset, DatasetOptions, NeighbourQuery, Periodicity};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
    /// # build_hash_tables(&folder, &BuildHashTablesOptions::new(10.0))?;
    /// let dataset = Dataset::open(&folder, DatasetOptions::default())?;
    /// let periodicity = Periodicity::OfDataset;
    /// let query = NeighbourQuery { cell_size: 10.0, step: 3, radius: 500.0, both_ways: false, periodicity };
    /// let near = dataset.neighbours(&query, &CancelToken::default())?;
    /// assert!(near.distances.iter().all(|&distance| distance <= 500.0));
    /// # Ok::<(), groma::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Dataset::query`] and [`Dataset::samples_at`].
    pub fn neighbours(&self, query: &NeighbourQuery, cancel: &CancelToken) -> Result<Neighbours> {
        let NeighbourQuery { cell_size, step, radius, periodicity, .. } = *query;
        Ball::new([0.0; 3], radius)?;
        let volume = self.volume_of(periodicity)?;
        let tables = self.table_set(cell_size)?;
        let answering = Answering { dataset: self, cell_size, tables, volume, unwrapped: false, cancel };
        let Some(search) = answering.step(step, true)? else { return Ok(Neighbours::default()) };
        let mut samples = StepSamples::default();
        self.samples_at(step, &mut samples)?;
        let places = Places::new(search.shard()?, step, search.has_repeated_ids()?);
        let around = |(number, positions): (usize, &[[f32; 3]])| {
            Scratch::lend(cancel, |scratch| {
                let mut part = Part::default();
                for (n, position) in positions.iter().enumerate() {
                    scratch.check()?;
                    let first = (number * SAMPLES_AT_ONCE + n) as u32;
                    part.add(first, *position, query, volume.as_ref(), &search, &places, scratch)?;
                }
                Ok(part)
            })
        };
        let parts = self.pool()?.install(|| {
            samples.positions.par_chunks(SAMPLES_AT_ONCE).enumerate().map(around).collect::<Result<Vec<Part>>>()
        })?;
        let mut found = Neighbours { samples, ..Neighbours::default() };
        found.reserve(parts.iter().map(|part| part.first.len()).sum(), volume.is_some())?;
        for part in parts {
            found.first.extend(part.first);
            found.second.extend(part.second);
            found.distances.extend(part.distances);
            found.images.extend(part.images);
        }
        Ok(found)
    }
}

impl Neighbours {
    fn reserve(&mut self, pairs: usize, is_periodic: bool) -> Result<()> {
        let images = if is_periodic { pairs } else { 0 };
        let reserved = self.first.try_reserve_exact(pairs).and_then(|()| self.second.try_reserve_exact(pairs));
        let reserved = reserved.and_then(|()| self.distances.try_reserve_exact(pairs));
        let reserved = reserved.and_then(|()| self.images.try_reserve_exact(images));
        reserved.map_err(|_| Error::NoMemory { bytes: 16 * pairs as u64, what: "the pairs of a time step" })
    }
}

/// The index of each entry's sample among those of a time step.
struct Places<'a> {
    shard: &'a OpenShard,
    of_entries: Vec<u32>,
    has_repeated_ids: bool,
}

impl<'a> Places<'a> {
    fn new(shard: &'a OpenShard, step: i32, has_repeated_ids: bool) -> Places<'a> {
        let mut next = 0;
        let place = |entry| {
            let here = next;
            next += u32::from(shard.has_sample(entry, step));
            here
        };
        Places { shard, of_entries: (0..shard.shard().entries).map(place).collect(), has_repeated_ids }
    }

    fn of(&self, hit: &Hit) -> Option<u32> {
        // Only where ids repeat do hits tell the entry.
        let entry = match self.has_repeated_ids {
            true => Some(hit.entry),
            false => self.shard.entries_of(hit.id as u32).next(),
        };
        entry.map(|entry| self.of_entries[entry as usize])
    }
}

/// The pairs of some samples.
#[derive(Default)]
struct Part {
    first: Vec<u32>,
    second: Vec<u32>,
    distances: Vec<f64>,
    images: Vec<Image>,
    found: Vec<(u32, Image, f64)>,
}

impl Part {
    /// Adds the pairs of a sample.
    #[expect(clippy::too_many_arguments, reason = "what all samples of a step have in common, and the sample")]
    fn add(
        &mut self,
        first: u32,
        position: [f32; 3],
        query: &NeighbourQuery,
        volume: Option<&PeriodicVolume>,
        search: &StepSearch<'_>,
        places: &Places<'_>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let ball = Ball::new(position.map(f64::from), query.radius)?;
        scratch.hits.clear();
        search.search(volume, &ball, scratch)?;
        self.found.clear();
        for hit in &scratch.hits {
            let second = places
                .of(hit)
                .ok_or_else(|| Error::Internal(format!("trajectory {} was found and is not in the shard", hit.id)))?;
            let is_wanted = match (query.both_ways, second == first) {
                (true, true) => hit.image != Image::default(),
                (true, false) => true,
                (false, true) => hit.image > Image::default(),
                (false, false) => second > first,
            };
            if is_wanted {
                self.found.push((second, hit.image, hit.sample.distance));
            }
        }
        self.found.sort_unstable_by_key(|&(second, image, _)| (second, image));
        for &(second, image, distance) in &self.found {
            self.first.push(first);
            self.second.push(second);
            self.distances.push(distance);
            if volume.is_some() {
                self.images.push(image);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Durability;
    use crate::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
    use crate::trajectory::generate::{GenerateOptions, generate};
    use crate::trajectory::query::DatasetOptions;
    use crate::trajectory::shard::ShardFileWriter;

    const CELL: f32 = 60.0;

    fn found(dataset: &Dataset, both_ways: bool, periodicity: Periodicity) -> Neighbours {
        let query = NeighbourQuery { cell_size: CELL, step: 4, radius: 150.0, both_ways, periodicity };
        dataset.neighbours(&query, &CancelToken::default()).unwrap()
    }

    /// The pairs of a step by comparing each sample with every image of every other.
    fn truth(samples: &StepSamples, extent: Option<f64>, both_ways: bool) -> Vec<(u32, u32, Image, f64)> {
        let shifts: Vec<i8> = if extent.is_some() { vec![-1, 0, 1] } else { vec![0] };
        let count = samples.ids.len() as u32;
        let mut pairs = Vec::new();
        for (first, second) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
            for (x, y, z) in shifts.iter().flat_map(|&x| shifts.iter().map(move |&y| (x, y))).flat_map(|(x, y)| {
                let z: &[i8] = if extent.is_some() { &[-1, 0, 1] } else { &[0] };
                z.iter().map(move |&z| (x, y, z))
            }) {
                let image = Image::new([x, y, z]);
                let is_wanted = match first == second {
                    true => image > Image::default() || (both_ways && image != Image::default()),
                    false => both_ways || first < second,
                };
                let shift = [x, y, z].map(|shift| f64::from(shift) * extent.unwrap_or(0.0));
                let (a, b) = (samples.positions[first as usize], samples.positions[second as usize]);
                let away: [f64; 3] = std::array::from_fn(|i| f64::from(b[i]) - (f64::from(a[i]) - shift[i]));
                let distance = away.iter().map(|d| d * d).sum::<f64>().sqrt();
                if is_wanted && distance <= 150.0 {
                    pairs.push((first, second, image, distance));
                }
            }
        }
        pairs
    }

    fn pairs(near: &Neighbours) -> Vec<(u32, u32, Image, f64)> {
        let image = |n: usize| near.images.get(n).copied().unwrap_or_default();
        (0..near.first.len()).map(|n| (near.first[n], near.second[n], image(n), near.distances[n])).collect()
    }

    #[test]
    fn pairs_are_those_of_brute_force_periodic_and_not() {
        let folder = tempfile::tempdir().unwrap();
        generate(&folder, &GenerateOptions { gaps: 0.1, half_edge: 400.0, ..GenerateOptions::new(700, 1, 6) }).unwrap();
        build_hash_tables(&folder, &BuildHashTablesOptions::new(CELL)).unwrap();
        let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
        let volume = PeriodicVolume::new([900.0; 3]).unwrap();
        for both_ways in [false, true] {
            for (periodicity, extent) in [(Periodicity::None, None), (Periodicity::Volume(volume), Some(900.0))] {
                let near = found(&dataset, both_ways, periodicity);
                let expected = truth(&near.samples, extent, both_ways);
                assert!(expected.len() > 1000, "{}", expected.len());
                assert_eq!(pairs(&near), expected, "{both_ways} {periodicity:?}");
            }
        }
    }

    #[test]
    fn entries_of_one_id_are_samples_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut shard = ShardFileWriter::create(folder.path(), 4, 1, 0).unwrap();
        let nan = f32::NAN;
        for (id, position) in [(7, [0.0, 0.0, 0.0]), (9, [nan; 3]), (7, [3.0, 4.0, 0.0]), (8, [0.0, 9.0, 0.0])] {
            shard.append(id, &position).unwrap();
        }
        shard.finish(Durability::Unsynced).unwrap();
        build_hash_tables(&folder, &BuildHashTablesOptions::new(CELL)).unwrap();
        let dataset = Dataset::open(&folder, DatasetOptions::default()).unwrap();
        let near = found(&dataset, false, Periodicity::None);
        assert_eq!(near.samples.ids, [7, 7, 8]);
        assert_eq!((near.first, near.second), (vec![0, 0, 1], vec![1, 2, 2]));
        assert_eq!(near.distances[..2], [5.0, 9.0]);
        assert!(near.images.is_empty());
    }
}
