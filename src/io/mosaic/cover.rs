//! Which parts of a mosaic cover which pixels.

use std::ops::Range;

use super::part::Part;
use crate::Result;
use crate::io::raster::RasterWindow;

/// Pixels that the same parts cover.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    pub window: RasterWindow,
    /// The numbers of the parts, the one that counts first at the front.
    pub parts: Vec<u32>,
}

/// Cuts a window into patches, from north to south and in a row from west to east.
pub(super) fn cover(parts: &[Part], window: &RasterWindow, mut take: impl FnMut(Patch) -> Result<()>) -> Result<()> {
    let within = |range: Range<usize>, of: &Range<usize>| range.start.max(of.start)..range.end.min(of.end);
    let mut here: Vec<(u32, Range<usize>, Range<usize>)> = Vec::new();
    for (number, part) in (0_u32..).zip(parts) {
        let place = part.pixels();
        let (rows, cols) = (within(place.rows, &window.rows), within(place.cols, &window.cols));
        if !rows.is_empty() && !cols.is_empty() {
            here.push((number, rows, cols));
        }
    }
    let mut breaks: Vec<usize> = here.iter().flat_map(|(_, rows, _)| [rows.start, rows.end]).collect();
    breaks.extend([window.rows.start, window.rows.end]);
    breaks.sort_unstable();
    breaks.dedup();
    // By their first row, so that those of a band are found without looking at all.
    here.sort_by_key(|(number, rows, _)| (rows.start, *number));
    let (mut next, mut active) = (0, Vec::<usize>::new());
    for band in breaks.windows(2) {
        active.retain(|&k| here[k].1.end > band[0]);
        while next < here.len() && here[next].1.start <= band[0] {
            active.push(next);
            next += 1;
        }
        for (cols, parts) in in_a_band(&window.cols, active.iter().map(|&k| (here[k].0, here[k].2.clone()))) {
            take(Patch { window: RasterWindow { rows: band[0]..band[1], cols }, parts })?;
        }
    }
    Ok(())
}

/// Cuts a range of columns where parts begin and end.
fn in_a_band(cols: &Range<usize>, parts: impl Iterator<Item = (u32, Range<usize>)>) -> Vec<(Range<usize>, Vec<u32>)> {
    // Where a part begins and where it ends.
    let mut events: Vec<(usize, bool, u32)> =
        parts.flat_map(|(number, cols)| [(cols.start, true, number), (cols.end, false, number)]).collect();
    events.sort_unstable();
    let mut cut = Vec::new();
    let (mut at, mut active) = (cols.start, Vec::<u32>::new());
    for (place, begins, number) in events {
        if place > at {
            cut.push((at..place, active.clone()));
            at = place;
        }
        match begins {
            true => active.insert(active.partition_point(|&n| n < number), number),
            false => active.retain(|&n| n != number),
        }
    }
    if at < cols.end {
        cut.push((at..cols.end, active));
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::mosaic::{Numbers, Rect};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_pixel_is_in_one_patch_with_just_its_parts(
            places in prop::collection::vec((0usize..20, 0usize..20, 1usize..12, 1usize..12), 0..8),
            window in (0usize..10, 0usize..10, 1usize..20, 1usize..20),
        ) {
            let part = |&(row, col, rows, cols): &(usize, usize, usize, usize)| {
                let at = Rect { col: col as f64, row: row as f64, cols: cols as f64, rows: rows as f64 };
                Part { path: "x.tif".into(), from: at, at, numbers: Numbers::Heights }
            };
            let parts: Vec<Part> = places.iter().map(part).collect();
            let (row, col, rows, cols) = window;
            let window = RasterWindow { rows: row..row + rows, cols: col..col + cols };
            let mut seen = std::collections::HashMap::new();
            cover(&parts, &window, |patch| {
                for row in patch.window.rows.clone() {
                    for col in patch.window.cols.clone() {
                        assert_eq!(seen.insert((row, col), patch.parts.clone()), None);
                    }
                }
                Ok(())
            }).unwrap();
            prop_assert_eq!(seen.len() as u64, window.pixels());
            for ((row, col), found) in seen {
                prop_assert!(window.rows.contains(&row) && window.cols.contains(&col));
                let covers = |&&(r, c, rows, cols): &&(usize, usize, usize, usize)| {
                    (r..r + rows).contains(&row) && (c..c + cols).contains(&col)
                };
                let wanted: Vec<u32> = (0..).zip(&places).filter(|(_, place)| covers(place)).map(|(n, _)| n).collect();
                prop_assert_eq!(found, wanted);
            }
        }
    }
}
