//! Finds the polygons near another among those that have got their ground so far.

use static_aabb2d_index::StaticAABB2DIndex;

use super::planarity::index_of;
use super::ring::GridBox;

/// The polygons that have got ground so far, found by their boxes: runs of polygons, each at most half as long as the
/// one before it and with a spatial index of its own.
#[derive(Default)]
pub(super) struct Prior {
    runs: Vec<(Vec<usize>, Option<StaticAABB2DIndex<i32>>)>,
}

impl Prior {
    /// A run of up to this many polygons has no index.
    const FEW: usize = 16;

    /// Returns the polygons whose boxes meet a box, ascending.
    pub fn around(&self, boxes: &[GridBox], b: &GridBox) -> Vec<usize> {
        let mut found = Vec::new();
        for (polygons, index) in &self.runs {
            match index {
                Some(index) => index.visit_query(b.min[0], b.min[1], b.max[0], b.max[1], &mut |n: usize| {
                    found.push(polygons[n]);
                }),
                None => found.extend(polygons.iter().copied().filter(|&polygon| boxes[polygon].near(b, 0))),
            }
        }
        found.sort_unstable();
        found
    }

    pub fn add(&mut self, polygon: usize, boxes: &[GridBox]) {
        let mut run = vec![polygon];
        while let Some((before, _)) = self.runs.pop_if(|(before, _)| before.len() < 2 * run.len()) {
            run = [before, run].concat();
        }
        let index = (run.len() > Prior::FEW).then(|| index_of(&run.iter().map(|&p| boxes[p]).collect::<Vec<_>>()));
        self.runs.push((run, index));
    }
}
