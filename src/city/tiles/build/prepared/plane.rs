//! The plane and the buildings of a prepared city: files that are mapped, of which a tile reads what is around it.
//!
//! | file | what it holds |
//! |---|---|
//! | `edges.bin` | the edges of the plane by blocks of 256 m; in a block, those whose box meets it, by their ends |
//! | `blocks.bin` | for each block, row by row, where its edges end, and the region at its corner |
//! | `parts.bin` | the parts of all buildings, in the buildings' order |
//! | `roofs.bin` | the area of the roofs in each cell |
//!
//! Numbers are little-endian.

use std::fmt::Display;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::super::source::{Plane, Surroundings};
use crate::city::input::footprint::Lod;
use crate::city::plane::area::Area;
use crate::city::plane::cells::Cells;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::Rect;
use crate::city::plane::planar::{Edge, Planar, Region, Window};
use crate::city::tiles::estimate::RoofAreas;
use crate::city::tiles::surface::Part;
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::job::Context;
use crate::{Error, Result};

const EDGES: &str = "edges.bin";
const BLOCKS: &str = "blocks.bin";
const PARTS: &str = "parts.bin";
const ROOFS: &str = "roofs.bin";

/// The side of a block, in units of the grid: 256 m. With the longest edges of 64 m few are in more than one.
const BLOCK: i32 = 1 << 18;

/// An edge as it is stored. Regions are the numbers of parts, or [`GROUND`] or [`OUTSIDE`].
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct StoredEdge {
    a: [i32; 2],
    b: [i32; 2],
    left: u32,
    right: u32,
}

const OUTSIDE: u32 = u32::MAX;
const GROUND: u32 = u32::MAX - 1;

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct StoredBlock {
    /// The number of edges of this block and of all before it.
    end: u64,
    /// The region at the block's corner.
    corner: u32,
    _unused: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct StoredPart {
    roof: f64,
    platform: f64,
    building: u32,
    lod: u32,
}

fn number_of(region: Region) -> u32 {
    match region.as_part() {
        Some(part) => part,
        None if region == Region::OUTSIDE => OUTSIDE,
        None => GROUND,
    }
}

/// The blocks of a domain.
#[derive(Clone, Copy)]
struct Blocks {
    domain: Domain,
    columns: u32,
    rows: u32,
}

impl Blocks {
    fn of(domain: &Domain) -> Blocks {
        let [columns, rows] = [0, 1].map(|d| ((domain.max[d] - domain.min[d]) / BLOCK) as u32 + 1);
        Blocks { domain: *domain, columns, rows }
    }

    fn count(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// Returns the south-west corner of a block.
    fn corner(&self, column: u32, row: u32) -> [i32; 2] {
        [self.domain.min[0] + column as i32 * BLOCK, self.domain.min[1] + row as i32 * BLOCK]
    }

    /// Returns the first and the last block that a rectangle in local metres meets, along an axis.
    fn range(&self, rect: &Rect, axis: usize) -> (u32, u32) {
        let count = [self.columns, self.rows][axis];
        let block = |v: f64| {
            let units = (v / GRID).floor() - f64::from(self.domain.min[axis]);
            (units / f64::from(BLOCK)).floor().clamp(0.0, f64::from(count - 1)) as u32
        };
        (block(rect.min[axis]), block(rect.max[axis]))
    }
}

/// Writes the plane and the parts of buildings into the folder of a prepared city.
///
/// # Errors
/// [`Error::Io`]; [`Error::Cancelled`].
pub fn write(
    folder: &Path,
    planar: &Planar,
    parts: &[Part],
    roof_areas: &RoofAreas,
    durability: Durability,
    context: &Context,
) -> Result<()> {
    let blocks = Blocks::of(planar.domain());
    let mut edges = Writing::new(folder, EDGES)?;
    let mut table = Writing::new(folder, BLOCKS)?;
    let (mut end, mut numbers) = (0, Vec::new());
    for row in 0..blocks.rows {
        context.check()?;
        for column in 0..blocks.columns {
            let corner = blocks.corner(column, row);
            numbers.clear();
            planar.edges_near(&Window::rect(corner, corner.map(|v| v.saturating_add(BLOCK))), |n| numbers.push(n));
            // Edges are numbered in the order of their ends.
            numbers.sort_unstable();
            for &number in &numbers {
                let Edge { a, b, left, right } = planar.edges()[number as usize];
                edges.add(&StoredEdge { a, b, left: number_of(left), right: number_of(right) })?;
            }
            end += numbers.len() as u64;
            let corner = number_of(planar.region_at(Window::anchor(corner)));
            table.add(&StoredBlock { end, corner, _unused: 0 })?;
        }
    }
    edges.finish(durability)?;
    table.finish(durability)?;
    let mut file = Writing::new(folder, PARTS)?;
    for &Part { building, roof, platform, lod } in parts {
        file.add(&StoredPart { roof, platform, building, lod: lod as u32 })?;
    }
    file.finish(durability)?;
    let mut file = Writing::new(folder, ROOFS)?;
    roof_areas.areas().iter().try_for_each(|area| file.add(area))?;
    file.finish(durability)
}

/// A file of numbers being written.
struct Writing {
    path: PathBuf,
    out: BufWriter<AtomicFile>,
}

impl Writing {
    fn new(folder: &Path, name: &str) -> Result<Writing> {
        let path = folder.join(name);
        Ok(Writing { out: BufWriter::with_capacity(1 << 18, AtomicFile::create(&path)?), path })
    }

    fn add(&mut self, record: &impl Pod) -> Result<()> {
        self.out.write_all(bytemuck::bytes_of(record)).context("write", &self.path)
    }

    fn finish(self, durability: Durability) -> Result<()> {
        let file = self.out.into_inner().map_err(|e| e.into_error()).context("write", &self.path)?;
        file.commit(durability)
    }
}

/// A mapped file of records.
struct Records {
    path: PathBuf,
    mapped: Mapped,
}

impl Records {
    fn open(folder: &Path, name: &str) -> Result<Records> {
        let path = folder.join(name);
        let mapped = Mapped::open(&input::open(&path)?).context("map", &path)?;
        Ok(Records { path, mapped })
    }

    /// Returns the records; bytes after the last whole one are none.
    fn all<T: Pod>(&self) -> &[T] {
        let bytes = self.mapped.bytes();
        // An empty file is not mapped, and lies nowhere.
        if bytes.is_empty() {
            return &[];
        }
        bytemuck::cast_slice(&bytes[..bytes.len() - bytes.len() % size_of::<T>()])
    }

    /// Checks that what was read came from the file.
    fn check(&self) -> Result<()> {
        self.mapped.check().context("read", &self.path)
    }

    fn damaged(&self, seen: impl Display) -> Error {
        Error::bad_format(&self.path, None, seen, "what was planned; plan the city again (groma city plan)")
    }
}

/// The files of the plane and the buildings.
pub struct PlaneFiles {
    blocks: Blocks,
    edges: Records,
    table: Records,
    parts: Records,
}

impl PlaneFiles {
    /// Maps the files of a prepared city. Also returns the area of the roofs in each cell.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::BadFormat`] for files that are too short.
    pub fn open(folder: &Path, domain: &Domain) -> Result<(PlaneFiles, RoofAreas)> {
        let blocks = Blocks::of(domain);
        let open = |name: &str| Records::open(folder, name);
        let files = PlaneFiles { blocks, edges: open(EDGES)?, table: open(BLOCKS)?, parts: open(PARTS)? };
        let table: &[StoredBlock] = files.table.all();
        if table.len() != blocks.count() {
            return Err(files.table.damaged(format!("{} blocks where there are {}", table.len(), blocks.count())));
        }
        let roofs = open(ROOFS)?;
        let cells = Cells::of(domain);
        let areas: Vec<f64> = roofs.all().to_vec();
        roofs.check()?;
        let count = areas.len();
        let areas = RoofAreas::of(cells, areas).ok_or_else(|| roofs.damaged(format!("the roofs of {count} cells")))?;
        Ok((files, areas))
    }

    fn parts(&self, numbers: impl Iterator<Item = u32>) -> Result<Vec<Part>> {
        let all: &[StoredPart] = self.parts.all();
        let part = |number: u32| {
            let &StoredPart { roof, platform, building, lod } =
                all.get(number as usize).ok_or_else(|| self.parts.damaged(format!("no part {number}")))?;
            let lod = match lod {
                0 => Lod::Lod0,
                1 => Lod::Lod1,
                other => return Err(self.parts.damaged(format!("a part of level of detail {other}"))),
            };
            Ok(Part { building, roof, platform, lod })
        };
        let parts = numbers.map(part).collect::<Result<_>>()?;
        self.parts.check()?;
        Ok(parts)
    }
}

impl Plane for PlaneFiles {
    /// Parts are numbered anew, in their order.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for files that contradict each other; [`Error::Io`].
    fn around(&self, area: &Area, rect: &Rect) -> Result<Surroundings> {
        let ((west, east), (south, north)) = (self.blocks.range(rect, 0), self.blocks.range(rect, 1));
        let (table, stored): (&[StoredBlock], &[StoredEdge]) = (self.table.all(), self.edges.all());
        let block = |column: u32, row: u32| row as usize * self.blocks.columns as usize + column as usize;
        let mut edges: Vec<StoredEdge> = Vec::new();
        for row in south..=north {
            // The blocks of a row follow one another.
            let start = block(west, row).checked_sub(1).map_or(0, |before| table[before].end);
            let end = table[block(east, row)].end;
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            let found = range.and_then(|(start, end)| stored.get(start..end));
            edges.extend_from_slice(found.ok_or_else(|| self.table.damaged("edges that are not there"))?);
        }
        let corner = table[block(west, south)].corner;
        self.edges.check()?;
        self.table.check()?;
        edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
        edges.dedup_by_key(|edge| (edge.a, edge.b));
        let mut numbers: Vec<u32> = edges.iter().flat_map(|edge| [edge.left, edge.right]).chain([corner]).collect();
        numbers.retain(|&number| number < GROUND);
        numbers.sort_unstable();
        numbers.dedup();
        let region = |number: u32| match number {
            OUTSIDE => Region::OUTSIDE,
            GROUND => Region::GROUND,
            part => Region::part(numbers.binary_search(&part).expect("all numbers are among them") as u32),
        };
        let edges = edges.iter().map(|e| Edge { a: e.a, b: e.b, left: region(e.left), right: region(e.right) });
        let domain = &self.blocks.domain;
        let min = self.blocks.corner(west, south);
        let last = self.blocks.corner(east, north);
        let max = [0, 1].map(|d| last[d].saturating_add(BLOCK).min(domain.max[d]));
        let window = Window { min, max, corner: region(corner) };
        let planar = Planar::of_window(area, edges.collect(), window);
        Ok(Surroundings { planar: Arc::new(planar), parts: self.parts(numbers.into_iter())?.into() })
    }

    fn parts_of(&self, building: u32) -> Result<Vec<Part>> {
        let all: &[StoredPart] = self.parts.all();
        let first = all.partition_point(|part| part.building < building);
        let count = all[first..].iter().take_while(|part| part.building == building).count();
        self.parts((first..first + count).map(|number| number as u32))
    }
}
