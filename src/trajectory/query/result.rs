//! The answers of queries, as flat arrays that can be reused.

use bytemuck::{Pod, Zeroable};

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
/// trajectory (but see [`super::Dataset::query_nearest`]).
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
}

/// A sample that was found, before the answer is sorted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub id: u64,
    pub entry: u32,
    pub sample: Sample,
}

impl Default for QueryResult {
    fn default() -> QueryResult {
        QueryResult { query_offsets: vec![0], ids: Vec::new(), sample_offsets: vec![0], samples: Vec::new() }
    }
}

impl QueryResult {
    /// Removes all answers and keeps the memory.
    pub fn clear(&mut self) {
        self.query_offsets.clear();
        self.query_offsets.push(0);
        self.ids.clear();
        self.sample_offsets.clear();
        self.sample_offsets.push(0);
        self.samples.clear();
    }

    /// Returns the number of queries answered.
    pub fn queries(&self) -> usize {
        self.query_offsets.len() - 1
    }

    /// Returns the answer of query number `query`: each trajectory's id with its samples.
    pub fn of_query(&self, query: usize) -> impl Iterator<Item = (u64, &[Sample])> {
        let range = self.query_offsets[query] as usize..self.query_offsets[query + 1] as usize;
        range.map(|n| {
            let samples = self.sample_offsets[n] as usize..self.sample_offsets[n + 1] as usize;
            (self.ids[n], &self.samples[samples])
        })
    }

    /// Adds the answer of a further query from hits in any order.
    pub(super) fn push_query(&mut self, hits: &mut [Hit]) {
        hits.sort_unstable_by_key(|hit| (hit.id, hit.sample.time_step, hit.entry));
        self.push_ordered(hits);
    }

    /// Adds the answer of a further query from sorted hits: those of a trajectory follow one another.
    pub(super) fn push_ordered(&mut self, hits: &[Hit]) {
        for samples in hits.chunk_by(|a, b| a.id == b.id) {
            self.push_trajectory(samples[0].id, samples.iter().map(|hit| hit.sample));
        }
        self.end_query();
    }

    /// Adds a trajectory to the current answer.
    pub(super) fn push_trajectory(&mut self, id: u64, samples: impl IntoIterator<Item = Sample>) {
        self.ids.push(id);
        self.samples.extend(samples);
        self.sample_offsets.push(self.samples.len() as u64);
    }

    /// Adds a trajectory with one sample to the current answer.
    pub(super) fn push_sample(&mut self, id: u64, sample: Sample) {
        self.push_trajectory(id, [sample]);
    }

    /// Ends the current answer.
    pub(super) fn end_query(&mut self) {
        self.query_offsets.push(self.ids.len() as u64);
    }

    /// Adds the answers of further queries.
    pub(super) fn append(&mut self, other: &QueryResult) {
        let (ids, samples) = (self.ids.len() as u64, self.samples.len() as u64);
        self.query_offsets.extend(other.query_offsets[1..].iter().map(|n| n + ids));
        self.sample_offsets.extend(other.sample_offsets[1..].iter().map(|n| n + samples));
        self.ids.extend_from_slice(&other.ids);
        self.samples.extend_from_slice(&other.samples);
    }
}
