//! Makes the outlines of clusters, and finds the parts that each outline is made of.

use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::locate::{Locator, Place};
use super::overlay::{Collinear, difference};
use super::planarity::index_of;
use super::ring::{GridBox, GridPoint, Ring, Shape, shape_area2, turn};
use super::settings::name_footprints;
use super::share::{Remainder, SwallowedPart};
use super::{Cleaning, Cluster, Covered, Made, Outline, merge, share};
use crate::Result;

impl Cleaning<'_> {
    /// Makes the outlines of all clusters that have none yet.
    pub(super) fn make_all(&self, clusters: &mut [Cluster]) -> Result<()> {
        clusters.par_iter_mut().filter(|c| c.made.is_none()).try_for_each(|cluster| {
            self.context.check()?;
            let made = self.make(cluster);
            let names = || self.names(self.owners(&cluster.parts));
            let made = made.map_err(|error| name_footprints(error, names))?;
            if !self.stays_near(&made, cluster) {
                self.has_strayed.store(true, Ordering::Relaxed);
            }
            cluster.made = Some(made);
            self.context.check()
        })
    }

    /// Makes the outlines of a cluster: merges its parts, or lets them share their walls.
    fn make(&self, cluster: &mut Cluster) -> Result<Made> {
        let tie = |p: u32| {
            let part = &self.parts[p as usize];
            let footprint = &self.footprints[part.footprint as usize];
            (&part.shape, footprint.roof.to_bits(), &footprint.id)
        };
        let area2 = |p: u32| self.parts[p as usize].area2;
        cluster.parts.sort_unstable_by(|&a, &b| tie(a).cmp(&tie(b)));
        if self.merging || (cluster.parts.len() == 1 && cluster.level == 0) {
            self.merge(cluster)
        } else {
            // Where footprints overlap, the higher one stands, of equally high ones the larger.
            cluster.parts.sort_by(|&a, &b| self.top(b).total_cmp(&self.top(a)).then_with(|| area2(b).cmp(&area2(a))));
            self.share(cluster)
        }
    }

    /// Returns the elevation of a part's roof; a platform lies below all of them.
    fn top(&self, part: u32) -> f64 {
        let footprint = self.parts[part as usize].footprint;
        if self.is_block(part) { self.roof(footprint) } else { f64::NEG_INFINITY }
    }

    fn shapes(&self, cluster: &Cluster) -> Vec<&[Ring]> {
        cluster.parts.iter().map(|&p| self.parts[p as usize].shape.as_slice()).collect()
    }

    fn merge(&self, cluster: &Cluster) -> Result<Made> {
        let Some(merged) = merge::merge(&self.shapes(cluster), cluster.level, &self.settings)? else {
            return Ok(self.nothing_of(cluster));
        };
        let mut made = Made { covered2: merged.covered2, ..Made::default() };
        for outline in self.with_parts(merged.shapes, &cluster.parts)? {
            if shape_area2(&outline.shape) < self.settings.small_area2 {
                made.small.extend(outline.parts);
            } else {
                made.outlines.push(outline);
            }
        }
        if made.outlines.is_empty() && made.small.is_empty() {
            made.small.clone_from(&cluster.parts);
        }
        Ok(made)
    }

    fn share(&self, cluster: &Cluster) -> Result<Made> {
        let Some(shared) = share::share(&self.shapes(cluster), &self.settings)? else {
            return Ok(self.nothing_of(cluster));
        };
        let covered = |&SwallowedPart { part, copy_of }: &SwallowedPart| Covered {
            index: cluster.parts[part],
            by: copy_of.map(|first| cluster.parts[first]).or_else(|| self.covering(&cluster.parts[..=part])),
            is_equal: copy_of.is_some(),
        };
        let outline = |r: Remainder| Outline::of(r.shape, vec![cluster.parts[r.part]]);
        Ok(Made {
            swallowed: shared.swallowed.iter().map(covered).collect(),
            outlines: shared.remainders.into_iter().map(outline).collect(),
            small: shared.small.into_iter().map(|p| cluster.parts[p]).collect(),
            unrepairable: Vec::new(),
            covered2: shared.covered2,
        })
    }

    /// Returns the result for a cluster of which nothing valid could be made.
    fn nothing_of(&self, cluster: &Cluster) -> Made {
        let covered2 = cluster.parts.iter().map(|&p| self.parts[p as usize].area2).sum();
        Made { unrepairable: cluster.parts.clone(), covered2, ..Made::default() }
    }

    /// Finds the first of `parts` that alone leaves no building of the last.
    fn covering(&self, parts: &[u32]) -> Option<u32> {
        /// The most parts around the last that are tried: naming one is not worth the time for more.
        const MOST: usize = 64;
        let (last, others) = parts.split_last()?;
        let outer = &self.parts[*last as usize].shape[0];
        let bounds = GridBox::of(outer);
        let shape_of = |other: u32| &self.parts[other as usize].shape;
        let near = others.iter().copied().filter(|&other| GridBox::of(&shape_of(other)[0]).near(&bounds, 0));
        near.take(MOST).find(|&other| {
            let (rings, others) = (shape_of(*last).iter(), shape_of(other).iter());
            let left = difference(rings, others, Collinear::Drop);
            left.iter().all(|shape| shape_area2(shape) < self.settings.small_area2)
        })
    }

    /// Finds the parts that each outline of a cluster is made of. Each outline has at least one.
    fn with_parts(&self, shapes: Vec<Shape>, parts: &[u32]) -> Result<Vec<Outline>> {
        if shapes.len() <= 1 {
            return Ok(shapes.into_iter().map(|shape| Outline::of(shape, parts.to_vec())).collect());
        }
        let mut outlines = self.with_parts_inside(shapes, parts)?;
        for outline in outlines.iter_mut().filter(|outline| outline.parts.is_empty()) {
            self.settings.check()?;
            outline.parts = self.parts_around(&outline.shape, parts);
        }
        Ok(outlines)
    }

    /// Gives each part to the outlines that it lies in, or else to all near it.
    fn with_parts_inside(&self, shapes: Vec<Shape>, parts: &[u32]) -> Result<Vec<Outline>> {
        let locators: Vec<(GridBox, Locator)> =
            shapes.iter().map(|s| (GridBox::of(&s[0]), Locator::new(s.iter()))).collect();
        let boxes: Vec<GridBox> = locators.iter().map(|l| l.0).collect();
        let index = index_of(&boxes);
        let mut owned: Vec<Vec<u32>> = vec![Vec::new(); shapes.len()];
        for &p in parts {
            self.settings.check()?;
            let outer = &self.parts[p as usize].shape[0];
            let b = GridBox::of(outer);
            let near = self.settings.tolerance + self.settings.detail;
            let mut around = index.query(b.min[0] - near, b.min[1] - near, b.max[0] + near, b.max[1] + near);
            around.sort_unstable();
            let holds = |s: &usize| ears(outer).any(|ear| locators[*s].1.place(ear) == Place::Inside);
            let inside: Vec<usize> = around.iter().copied().filter(holds).collect();
            // A part that lies in no outline may have become a part of any near it.
            for s in if inside.is_empty() { around } else { inside } {
                owned[s].push(p);
            }
        }
        drop(locators);
        Ok(shapes.into_iter().zip(owned).map(|(shape, parts)| Outline::of(shape, parts)).collect())
    }

    /// Finds the parts in which an outline lies, or else all near it.
    fn parts_around(&self, outline: &Shape, parts: &[u32]) -> Vec<u32> {
        let shape_of = |p: u32| &self.parts[p as usize].shape;
        let bounds = GridBox::of(&outline[0]);
        let reach = 2 * self.settings.detail + self.settings.tolerance;
        let near = |&p: &u32| GridBox::of(&shape_of(p)[0]).near(&bounds, reach);
        let around: Vec<u32> = parts.iter().copied().filter(near).collect();
        let holds = |&p: &u32| {
            let locator = Locator::new(shape_of(p).iter());
            ears(&outline[0]).any(|ear| locator.place(ear) == Place::Inside)
        };
        let inside: Vec<u32> = around.iter().copied().filter(holds).collect();
        if inside.is_empty() { around } else { inside }
    }
}

/// Points that lie in a ring if any part of it is wide: the centres of the triangles at its convex corners.
pub(super) fn ears(ring: &Ring) -> impl Iterator<Item = GridPoint> + '_ {
    let n = ring.len();
    (0..n)
        .map(move |i| [ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]])
        .filter(|&[a, b, c]| turn(a, b, c) > 0)
        .map(|[a, b, c]| std::array::from_fn(|k| ((a[k] as i64 + b[k] as i64 + c[k] as i64) / 3) as i32))
}
