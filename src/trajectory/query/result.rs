//! The answers of queries, as flat arrays that can be reused.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::trajectory::periodic::{Image, PeriodicVolume};

/// A sample in an answer.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Sample {
    /// The distance to the query point at the same time step; [`f64::INFINITY`] where a moving query point has no
    /// position at that time step.
    pub distance: f64,
    /// The position.
    pub position: [f32; 3],
    /// The time step.
    pub time_step: i32,
}

/// Answers of one query, or of several in one call, as flat arrays.
///
/// Query `q` found the trajectories `ids[query_offsets[q]..query_offsets[q + 1]]`; trajectory number `i` has the
/// samples `samples[sample_offsets[i]..sample_offsets[i + 1]]`. Ids ascend within a query, time steps within a
/// trajectory (but see [`super::Dataset::query_nearest`]). In a periodic volume a trajectory may have several samples
/// at a time step, one for each image within the radius, ascending by image.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryResult {
    /// The index of the first trajectory of each query; at the end, the number of trajectories.
    pub query_offsets: Vec<u64>,
    /// The trajectories' ids.
    pub ids: Vec<u64>,
    /// The index of the first sample of each trajectory; at the end, the number of samples.
    pub sample_offsets: Vec<u64>,
    /// The samples.
    pub samples: Vec<Sample>,
    /// The image in which each sample was found; empty where the query was not periodic.
    pub images: Vec<Image>,
}

/// A sample that was found, before the answer is sorted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub id: u64,
    pub entry: u32,
    pub image: Image,
    pub sample: Sample,
}

impl Hit {
    /// The key by which hits are sorted in an answer.
    pub fn order(&self) -> (u64, i32, u32, Image) {
        (self.id, self.sample.time_step, self.entry, self.image)
    }
}

impl Default for QueryResult {
    fn default() -> QueryResult {
        QueryResult {
            query_offsets: vec![0],
            ids: Vec::new(),
            sample_offsets: vec![0],
            samples: Vec::new(),
            images: Vec::new(),
        }
    }
}

impl QueryResult {
    /// Removes all answers and keeps the memory.
    pub fn clear(&mut self) {
        self.query_offsets.truncate(1);
        self.ids.clear();
        self.sample_offsets.truncate(1);
        self.samples.clear();
        self.images.clear();
    }

    /// Returns the number of queries answered.
    pub fn queries(&self) -> usize {
        self.query_offsets.len() - 1
    }

    /// Returns the answer of query number `query`: each trajectory's id with its samples.
    pub fn of_query(&self, query: usize) -> impl Iterator<Item = (u64, &[Sample])> {
        self.trajectories_of(query).map(|n| (self.ids[n], &self.samples[self.samples_of(n)]))
    }

    /// Returns the answer of query number `query`: each trajectory's id with its samples, each with its image.
    pub fn images_of_query(&self, query: usize) -> impl Iterator<Item = (u64, impl Iterator<Item = (&Sample, Image)>)> {
        let image = |n: usize| self.images.get(n).copied().unwrap_or_default();
        self.trajectories_of(query).map(move |trajectory| {
            let samples = self.samples_of(trajectory);
            (self.ids[trajectory], samples.map(move |n| (&self.samples[n], image(n))))
        })
    }

    fn trajectories_of(&self, query: usize) -> Range<usize> {
        self.query_offsets[query] as usize..self.query_offsets[query + 1] as usize
    }

    fn samples_of(&self, trajectory: usize) -> Range<usize> {
        self.sample_offsets[trajectory] as usize..self.sample_offsets[trajectory + 1] as usize
    }

    /// Adds the answer of a further query from hits in any order.
    pub(super) fn push_query(&mut self, hits: &mut [Hit], periodic: bool) {
        hits.sort_unstable_by_key(Hit::order);
        self.push_ordered(hits, periodic);
    }

    /// Adds the answer of a further query from sorted hits: those of a trajectory follow one another.
    pub(super) fn push_ordered(&mut self, hits: &[Hit], periodic: bool) {
        for samples in hits.chunk_by(|a, b| a.id == b.id) {
            self.push_trajectory(samples[0].id, samples.iter().map(|hit| (hit.sample, hit.image)), periodic);
        }
        self.end_query();
    }

    /// Adds a trajectory to the current answer.
    pub(super) fn push_trajectory(
        &mut self,
        id: u64,
        samples: impl IntoIterator<Item = (Sample, Image)>,
        periodic: bool,
    ) {
        self.ids.push(id);
        for (sample, image) in samples {
            self.samples.push(sample);
            if periodic {
                self.images.push(image);
            }
        }
        self.sample_offsets.push(self.samples.len() as u64);
    }

    /// Adds trajectories with one sample each to the current answer.
    pub(super) fn push_samples(&mut self, found: impl ExactSizeIterator<Item = (u64, Sample)> + Clone) {
        let first = self.samples.len() as u64 + 1;
        self.sample_offsets.extend(first..first + found.len() as u64);
        self.ids.extend(found.clone().map(|(id, _)| id));
        self.samples.extend(found.map(|(_, sample)| sample));
    }

    /// Ends the current answer.
    pub(super) fn end_query(&mut self) {
        self.query_offsets.push(self.ids.len() as u64);
    }

    /// Adds the part of another answer that is within a radius, as further queries.
    pub(super) fn push_within(&mut self, other: &QueryResult, radius: f64) {
        let periodic = !other.images.is_empty();
        for query in 0..other.queries() {
            for (id, samples) in other.images_of_query(query) {
                let mut within = samples.filter(|(sample, _)| sample.distance <= radius).peekable();
                if within.peek().is_some() {
                    self.push_trajectory(id, within.map(|(sample, image)| (*sample, image)), periodic);
                }
            }
            self.end_query();
        }
    }

    /// Adds the answers of further queries.
    pub(super) fn append(&mut self, other: &QueryResult) {
        let (ids, samples) = (self.ids.len() as u64, self.samples.len() as u64);
        self.query_offsets.extend(other.query_offsets[1..].iter().map(|n| n + ids));
        self.sample_offsets.extend(other.sample_offsets[1..].iter().map(|n| n + samples));
        self.ids.extend_from_slice(&other.ids);
        self.samples.extend_from_slice(&other.samples);
        self.images.extend_from_slice(&other.images);
    }

    /// Moves each position into the image in which its sample was found.
    pub(super) fn unwrap_positions(&mut self, volume: &PeriodicVolume) {
        for (sample, image) in self.samples.iter_mut().zip(&self.images) {
            let offset = volume.offset(*image);
            sample.position = std::array::from_fn(|axis| (f64::from(sample.position[axis]) + offset[axis]) as f32);
        }
    }
}
