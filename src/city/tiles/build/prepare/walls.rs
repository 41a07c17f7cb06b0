//! Makes the plane of a city from the walls of its buildings, strip by strip from south to north.

use bytemuck::{Pod, Zeroable};

use super::super::plane::{Blocks, EdgesWriter, MadePlane, PartsWriter};
use super::register::Numbers;
use crate::Result;
use crate::city::plane::area::Area;
use crate::city::plane::clean::{Building, BuildingKey};
use crate::city::plane::corners::{Corner, sharp_corners};
use crate::city::plane::geometry::cos_degrees;
use crate::city::plane::planar::{Edge, Planar, Region, Rim, edges_of_part, join_sides};
use crate::job::aside::{Aside, Sorted, Sorter};

/// Collects the outlines of buildings' parts in any order.
pub(super) struct Walls<'a> {
    area: &'a Area,
    blocks: Blocks,
    sorter: Sorter,
    rim: Rim,
}

/// What stands before each ring of a part: its points follow.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Head {
    first: u32,
    start: [[i32; 2]; 2],
    /// The part's place among those of the building.
    part: u32,
    points: u32,
}

impl<'a> Walls<'a> {
    pub fn new(aside: Aside, area: &'a Area) -> Walls<'a> {
        let blocks = Blocks::of(area.domain());
        Walls { area, blocks, sorter: Sorter::new(aside, blocks.rows), rim: Rim::new(area) }
    }

    /// Adds a building.
    ///
    /// # Errors
    /// Those of putting it aside.
    pub fn add(&mut self, key: BuildingKey, building: &Building) -> Result<()> {
        let BuildingKey { first, start } = key;
        for (part, (rings, _)) in (0..).zip(building.polygons()) {
            for ring in rings {
                self.rim.add(ring);
                let range = ring.iter().fold([i32::MAX, i32::MIN], |[low, high], p| [low.min(p[1]), high.max(p[1])]);
                let head = Head { first, start, part, points: ring.len() as u32 };
                // Each strip gets what meets it.
                let [south, north] = self.blocks.rows_between(range);
                for row in south..=north {
                    self.sorter.add(row, |to| {
                        to.extend(bytemuck::bytes_of(&head));
                        to.extend_from_slice(bytemuck::cast_slice(ring));
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Makes the plane. `numbers` has the numbers of the buildings; `sharpest` is the smallest angle asked for, in
    /// degrees.
    ///
    /// # Errors
    /// [`crate::Error::Io`]; [`crate::Error::Cancelled`].
    pub fn finish(self, numbers: &Numbers, parts: PartsWriter, sharpest: f64) -> Result<MadePlane> {
        let Walls { area, blocks, sorter, rim } = self;
        let sorted = sorter.finish()?;
        let mut border: Vec<Vec<Edge>> = vec![Vec::new(); blocks.rows as usize];
        for edge in rim.into_edges() {
            let [south, north] = blocks.rows_between([edge.a[1].min(edge.b[1]), edge.a[1].max(edge.b[1])]);
            (south..=north).for_each(|row| border[row as usize].push(edge));
        }
        let mut out = EdgesWriter::new(&sorted.aside, area.domain());
        let mut corners = Corners { cos_sharpest: cos_degrees(sharpest), count: 0, sharpest: None };
        for (row, mut edges) in (0..).zip(border) {
            let [south, north] = blocks.strip(row);
            sorted.read(row, |records| add_edges(records, &sorted, numbers, &mut edges))?;
            // Of a ring that meets the strip not every edge does.
            edges.retain(|edge| edge.a[1].min(edge.b[1]) <= north && edge.a[1].max(edge.b[1]) >= south);
            join_sides(&mut edges);
            let planar = Planar::of_strip(area, edges, [south, north]);
            if sharpest > 0.0 {
                corners.look(&planar, [south, north]);
            }
            out.add_row(&planar)?;
        }
        let (files, hash) = out.finish(parts)?;
        Ok(MadePlane { files, hash, corners: corners.count, sharpest: corners.sharpest })
    }
}

/// Adds the edges of rings.
fn add_edges(mut records: &[u8], sorted: &Sorted, numbers: &Numbers, edges: &mut Vec<Edge>) -> Result<()> {
    let mut known: Option<(BuildingKey, u32)> = None;
    while !records.is_empty() {
        let next = (|| {
            let head: Head = bytemuck::pod_read_unaligned(records.split_off(..size_of::<Head>())?);
            Some((head, records.split_off(..head.points as usize * size_of::<[i32; 2]>())?))
        })();
        let (Head { first, start, part, .. }, ring) = next.ok_or_else(|| sorted.chunks.damaged())?;
        let key = BuildingKey { first, start };
        // The rings of a building follow one another.
        let first_part = match known {
            Some((other, first_part)) if other == key => first_part,
            _ => numbers.of(&key)?[1],
        };
        known = Some((key, first_part));
        let ring: Vec<[i32; 2]> = bytemuck::pod_collect_to_vec(ring);
        edges.extend(edges_of_part(first_part + part, &ring));
    }
    Ok(())
}

/// The sharp corners of a plane that is looked at strip by strip.
struct Corners {
    cos_sharpest: f64,
    count: u64,
    sharpest: Option<(Corner, [Region; 4])>,
}

impl Corners {
    /// Looks at the corners of a strip. One at its northern end is the next strip's; none is at the end of the last.
    fn look(&mut self, planar: &Planar, [south, north]: [i32; 2]) {
        sharp_corners(planar, self.cos_sharpest, |corner| {
            if !(south..north).contains(&corner.at[1]) {
                return;
            }
            self.count += 1;
            let order = |corner: &Corner, other: &Corner| {
                corner.degrees.total_cmp(&other.degrees).then(corner.at.cmp(&other.at))
            };
            if self.sharpest.as_ref().is_none_or(|(other, _)| order(&corner, other).is_lt()) {
                let [e, f] = corner.edges.map(|edge| &planar.edges()[edge as usize]);
                self.sharpest = Some((corner, [e.left, e.right, f.left, f.right]));
            }
        });
    }
}
