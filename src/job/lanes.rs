//! Parallel work on items with a fixed number of working memories, the lanes.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::Result;

/// Runs `work` on the items 0 to `items` on the calling thread's pool. Each lane serves one item at a time, so the
/// number of lanes bounds the parallelism. Results are in the order of the items.
///
/// # Errors
/// The first error of `work`; items that have not begun by then are skipped.
pub(crate) fn in_lanes<L: Send, T: Send>(
    lanes: &mut [L],
    items: usize,
    work: impl Fn(&mut L, usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let per_lane: Vec<Vec<(usize, T)>> = lanes
        .par_iter_mut()
        .with_max_len(1)
        .map(|lane| {
            let mut results = Vec::new();
            loop {
                let item = next.fetch_add(1, Ordering::Relaxed);
                if item >= items {
                    return Ok(results);
                }
                results.push((item, work(lane, item).inspect_err(|_| next.store(items, Ordering::Relaxed))?));
            }
        })
        .collect::<Result<_>>()?;
    let mut results: Vec<(usize, T)> = per_lane.into_iter().flatten().collect();
    results.sort_unstable_by_key(|(item, _)| *item);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
