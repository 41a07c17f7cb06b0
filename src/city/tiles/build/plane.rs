//! The plane and the buildings of a city that is prepared: files that are mapped, of which a tile reads what is around
//! it.
//!
//! | file | what it holds |
//! |---|---|
//! | `edges.bin` | the edges of the plane by blocks of 256 m; in a block, those whose box meets it, by their ends |
//! | `blocks.bin` | for each block, row by row, where its edges end, and the region at its corner |
//! | `parts.bin` | the parts of all buildings, in the buildings' order |
//! | `roofs.bin` | the area of the roofs in each cell |
//!
//! Numbers are little-endian. While a city is being prepared the files have no names, and few records are in
//! memory.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use xxhash_rust::xxh3::Xxh3;

use crate::city::input::footprint::Lod;
use crate::city::plane::area::Area;
use crate::city::plane::cells::Cells;
use crate::city::plane::corners::Corner;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::Rect;
use crate::city::plane::planar::{Edge, Planar, Region, Window};
use crate::city::tiles::estimate::RoofAreas;
use crate::city::tiles::surface::Part;
use crate::error::IoContext;
use crate::io::atomic::{self, AtomicFile, Durability};
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::job::aside::{Aside, Pile, Piled};
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
pub struct Blocks {
    domain: Domain,
    columns: u32,
    /// The number of rows.
    pub rows: u32,
}

impl Blocks {
    /// Returns the blocks that cover a domain.
    pub fn of(domain: &Domain) -> Blocks {
        let [columns, rows] = [0, 1].map(|d| ((domain.max[d] - domain.min[d]) / BLOCK) as u32 + 1);
        Blocks { domain: *domain, columns, rows }
    }

    /// Returns the lowest and the highest y of a row.
    pub fn strip(&self, row: u32) -> [i32; 2] {
        let south = self.corner(0, row)[1];
        [south, south.saturating_add(BLOCK)]
    }

    /// Returns the first and the last row with blocks that something between two heights meets; see [`Window::rect`].
    pub fn rows_between(&self, [low, high]: [i32; 2]) -> [u32; 2] {
        let row = |units: i32| units.div_euclid(BLOCK).clamp(0, self.rows as i32 - 1) as u32;
        [row(low - self.domain.min[1] - 1), row(high - self.domain.min[1])]
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

/// The plane that was made, and what was seen of it.
pub struct MadePlane {
    pub files: PlaneFiles,
    /// A hash of the files.
    pub hash: u128,
    /// The number of corners that are sharper than was asked for.
    pub corners: u64,
    /// The sharpest, and the regions beside its edges.
    pub sharpest: Option<(Corner, [Region; 4])>,
}

/// The plane around a tile, and the parts of buildings that its regions name.
#[derive(Clone)]
pub struct Surroundings {
    pub planar: Arc<Planar>,
    pub parts: Arc<[Part]>,
}

/// Writes the edges of a plane, row by row of blocks from south to north.
pub struct EdgesWriter {
    blocks: Blocks,
    edges: Writing,
    table: Writing,
    end: u64,
    numbers: Vec<u32>,
    row: u32,
}

impl EdgesWriter {
    /// Begins with the first row.
    pub fn new(aside: &Aside, domain: &Domain) -> EdgesWriter {
        let (edges, table) = (Writing::new(aside), Writing::new(aside));
        EdgesWriter { blocks: Blocks::of(domain), edges, table, end: 0, numbers: Vec::new(), row: 0 }
    }

    /// Writes the next row, from the plane of at least [`Blocks::strip`].
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn add_row(&mut self, planar: &Planar) -> Result<()> {
        for column in 0..self.blocks.columns {
            let corner = self.blocks.corner(column, self.row);
            let numbers = &mut self.numbers;
            numbers.clear();
            planar.edges_near(&Window::rect(corner, corner.map(|v| v.saturating_add(BLOCK))), |n| numbers.push(n));
            // Edges are numbered in the order of their ends.
            numbers.sort_unstable();
            for &number in &*numbers {
                let Edge { a, b, left, right } = planar.edges()[number as usize];
                self.edges.add(&StoredEdge { a, b, left: number_of(left), right: number_of(right) })?;
            }
            self.end += numbers.len() as u64;
            let corner = number_of(planar.region_at(Window::anchor(corner)));
            self.table.add(&StoredBlock { end: self.end, corner, _unused: 0 })?;
        }
        self.row += 1;
        Ok(())
    }

    /// Returns the files of the plane, and a hash of what they hold.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self, parts: PartsWriter) -> Result<(PlaneFiles, u128)> {
        let ((edges, of_edges), (table, of_table)) = (self.edges.finish(EDGES)?, self.table.finish(BLOCKS)?);
        let (parts, of_parts) = parts.0.finish(PARTS)?;
        let mut hash = Xxh3::new();
        [of_edges, of_table, of_parts].iter().for_each(|of| hash.update(&of.to_le_bytes()));
        Ok((PlaneFiles { blocks: self.blocks, edges, table, parts }, hash.digest128()))
    }
}

/// Writes the parts of all buildings, in the buildings' order.
pub struct PartsWriter(Writing);

impl PartsWriter {
    /// Begins with the first part.
    pub fn new(aside: &Aside) -> PartsWriter {
        PartsWriter(Writing::new(aside))
    }

    /// Writes the next part.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn add(&mut self, &Part { building, roof, platform, lod }: &Part) -> Result<()> {
        self.0.add(&StoredPart { roof, platform, building, lod: lod as u32 })
    }
}

/// A file of records being written.
struct Writing {
    pile: Pile,
    hash: Box<Xxh3>,
}

impl Writing {
    fn new(aside: &Aside) -> Writing {
        Writing { pile: aside.pile(), hash: Box::default() }
    }

    fn add(&mut self, record: &impl Pod) -> Result<()> {
        let bytes = bytemuck::bytes_of(record);
        self.hash.update(bytes);
        self.pile.write(bytes)
    }

    /// Returns the records, and their hash.
    fn finish(self, name: &'static str) -> Result<(Records, u128)> {
        let path = self.pile.folder().join(name);
        let content = match self.pile.into_piled()? {
            Piled::File(file) => Content::Mapped(Mapped::open(&file).context("map", &path)?),
            Piled::Memory(bytes) => {
                // Words, so that the records are aligned.
                let mut words = vec![0; bytes.len().div_ceil(size_of::<u64>())];
                bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(&bytes);
                Content::Memory(words, bytes.len())
            }
        };
        Ok((Records { path, content }, self.hash.digest128()))
    }
}

/// A file of records, mapped, or few of them in memory.
struct Records {
    path: PathBuf,
    content: Content,
}

enum Content {
    Mapped(Mapped),
    /// Words with so many bytes.
    Memory(Vec<u64>, usize),
}

impl Records {
    fn open(folder: &Path, name: &str) -> Result<Records> {
        let path = folder.join(name);
        let content = Content::Mapped(Mapped::open(&input::open(&path)?).context("map", &path)?);
        Ok(Records { path, content })
    }

    fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Mapped(mapped) => mapped.bytes(),
            Content::Memory(words, length) => &bytemuck::cast_slice(words)[..*length],
        }
    }

    /// Returns the records; bytes after the last whole one are none.
    fn all<T: Pod>(&self) -> &[T] {
        let bytes = self.bytes();
        // An empty file is not mapped, and lies nowhere.
        if bytes.is_empty() {
            return &[];
        }
        bytemuck::cast_slice(&bytes[..bytes.len() - bytes.len() % size_of::<T>()])
    }

    /// Checks that what was read came from the file.
    fn check(&self) -> Result<()> {
        match &self.content {
            Content::Mapped(mapped) => mapped.check().context("read", &self.path),
            Content::Memory(..) => Ok(()),
        }
    }

    /// Copies the file into a folder, under a name.
    fn copy_to(&self, folder: &Path, name: &str, durability: Durability) -> Result<()> {
        const AT_ONCE: usize = 16 << 20;
        let path = folder.join(name);
        let mut copy = AtomicFile::create(&path)?;
        for bytes in self.bytes().chunks(AT_ONCE) {
            copy.write_all(bytes).context("write", &path)?;
            self.release();
        }
        self.check()?;
        copy.commit(durability)
    }

    fn release(&self) {
        if let Content::Mapped(mapped) = &self.content {
            mapped.release();
        }
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

    /// Copies the files into the folder of a prepared city.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn copy_to(&self, folder: &Path, roof_areas: &RoofAreas, durability: Durability) -> Result<()> {
        for (records, name) in [(&self.edges, EDGES), (&self.table, BLOCKS), (&self.parts, PARTS)] {
            records.copy_to(folder, name, durability)?;
        }
        atomic::write(&folder.join(ROOFS), bytemuck::cast_slice(roof_areas.areas()), durability)
    }

    /// Gives the memory of the files back to the system.
    pub fn release(&self) {
        [&self.edges, &self.table, &self.parts].iter().for_each(|records| records.release());
    }

    /// Returns the building of a part.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a part that is not there; [`Error::Io`].
    pub fn building_of(&self, part: u32) -> Result<u32> {
        Ok(self.parts([part].into_iter())?[0].building)
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

impl PlaneFiles {
    /// Returns what lies in a rectangle, and maybe more. Parts are numbered anew, in their order.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for files that contradict each other; [`Error::Io`].
    pub fn around(&self, area: &Area, rect: &Rect) -> Result<Surroundings> {
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

    /// Returns the parts of a building.
    ///
    /// # Errors
    /// As [`PlaneFiles::around`].
    pub fn parts_of(&self, building: u32) -> Result<Vec<Part>> {
        let all: &[StoredPart] = self.parts.all();
        let first = all.partition_point(|part| part.building < building);
        let count = all[first..].iter().take_while(|part| part.building == building).count();
        self.parts((first..first + count).map(|number| number as u32))
    }
}
