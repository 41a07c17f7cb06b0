//! Items worked on in parallel, with no more working memory than there are lanes.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::Result;

/// Runs `work` on the items 0 to `items` on the pool of the calling thread, as many at once as there are lanes, each
/// with a lane of its own; the results are in the items' order.
///
/// # Errors
/// The first one of `work`; items not begun by then are left out.
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
