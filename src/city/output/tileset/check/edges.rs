//! The border of a mesh: its edges, each counted with its direction, so that those with a triangle on both sides
//! cancel.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::city::output::levels::mesh::GridHasher;

/// A position as the bits of its coordinates.
type Bits = [u32; 3];

/// The edges that do not cancel, from the smaller end to the larger one; negative against that direction.
#[derive(Debug, Default)]
pub struct Border(HashMap<[Bits; 2], i32, BuildHasherDefault<GridHasher>>);

impl Border {
    /// Adds the edges of a triangle.
    pub fn add(&mut self, corners: [[f32; 3]; 3]) {
        // -0 and 0 are the same place.
        let [a, b, c] = corners.map(|corner| corner.map(|c| (c + 0.0).to_bits()));
        for (from, to) in [(a, b), (b, c), (c, a)] {
            if from < to {
                self.count([from, to], 1);
            } else if to < from {
                self.count([to, from], -1);
            }
        }
    }

    /// Adds another border.
    pub fn join(&mut self, other: Border) {
        other.0.into_iter().for_each(|(edge, times)| self.count(edge, times));
    }

    /// Forgets the edges that cancel.
    pub fn settle(&mut self) {
        self.0.retain(|_, times| *times != 0);
        self.0.shrink_to_fit();
    }

    /// Returns the number of edges.
    pub fn len(&self) -> u64 {
        self.0.values().filter(|times| **times != 0).count() as u64
    }

    /// Returns the number of edges that one of the two has and the other has not, and the place of one of them.
    pub fn differs_from(&self, other: &Border) -> (u64, Option<[f32; 3]>) {
        let times = |border: &Border, edge: &[Bits; 2]| border.0.get(edge).copied().unwrap_or(0);
        let edges = self.0.keys().chain(other.0.keys().filter(|edge| !self.0.contains_key(*edge)));
        let odd: Vec<&[Bits; 2]> = edges.filter(|edge| times(self, edge) != times(other, edge)).collect();
        (odd.len() as u64, odd.iter().min().map(|edge| edge[0].map(f32::from_bits)))
    }

    fn count(&mut self, edge: [Bits; 2], times: i32) {
        *self.0.entry(edge).or_insert(0) += times;
    }
}
