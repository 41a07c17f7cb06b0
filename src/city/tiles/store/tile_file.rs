//! The file of one tile.
//!
//! | part | content |
//! |---|---|
//! | header | [`TileHeader`], 384 bytes |
//! | vertices | n x 3 float64 |
//! | faces | m x 3 uint32 |
//! | markers | m int32 |
//! | shared | own vertices that other tiles use, uint32 |
//! | cells | [`CellSpan`] each |
//! | zones | [`ZoneHash`] each |
//! | buildings | the numbers of the buildings near the tile, uint32 |
//!
//! All numbers are little-endian. Each part begins at a multiple of 64 bytes, so that a mapped file can be used as it
//! is. The header has a hash of itself, and one of all the rest.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use bytemuck::{Pod, Zeroable};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::city::plane::cells::Tile;
use crate::city::plane::mesher::certificate::ZoneHash;
use crate::city::tiles::surface::{CellSpan, Quality, SurfaceCounts};
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::input;
use crate::io::mapped::Mapped;
use crate::{Error, Result};

pub(super) const MAGIC: [u8; 8] = *b"gromaTil";
const VERSION: u32 = 2;
const ALIGN: u64 = 64;
const PARTS: usize = 7;

/// The header of a tile's file.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct TileHeader {
    magic: [u8; 8],
    version: u32,
    header_size: u32,
    /// The hash of the header with this field as zero.
    header_hash: u64,
    /// The hash of all bytes after the header.
    content_hash: u64,
    file_size: u64,
    /// The offset of each part.
    offsets: [u64; PARTS],
    /// The number of items of each part.
    lengths: [u64; PARTS],
    /// A hash of the tile's inputs; for other programs' tiles a hash of the name, or zero.
    pub fingerprint: [u64; 2],
    /// West, south, lowest, east, north, highest; zeros for an empty tile.
    pub bounds: [f64; 6],
    /// The number of vertices in the tile's own cells; in other programs' tiles all are own.
    pub own_vertices: u64,
    /// The first column and row of the tile's cells, and the numbers of columns and rows; zeros for other programs'
    /// tiles.
    pub cells: [u32; 4],
    /// The number of refinement rounds.
    pub rounds: u32,
    /// The number of buildings of the city, the N of the markers.
    pub building_count: u32,
    /// The distance around the tile in which the plane was triangulated, in metres.
    pub halo: f64,
    /// The counts of triangles (ground, ground beside buildings, walls, roofs), of filled heights, of walls upside
    /// down, and of triangles with angles under 25, 20 and 10 degrees.
    counts: [u64; 9],
    /// The cosine of the smallest angle; the longest edge in metres.
    shape: [f64; 2],
    /// How far the surface is from that of the city at most, in metres, on a coarser level: by vertices that were
    /// moved, and by buildings that were lowered.
    pub(crate) distance: [f64; 2],
}

const HEADER_SIZE: usize = 384;
const _: () = assert!(size_of::<TileHeader>() <= HEADER_SIZE);

impl TileHeader {
    /// Returns the numbers of vertices and triangles.
    pub fn sizes(&self) -> (u64, u64) {
        (self.lengths[0], self.lengths[1])
    }

    /// Returns the offset of a part: 0 the vertices, 1 the triangles, 2 the markers.
    pub(crate) fn part_offset(&self, part: usize) -> u64 {
        self.offsets[part]
    }

    /// Returns the tile's rectangle of cells, if it has one.
    pub fn tile(&self) -> Option<Tile> {
        let [column, row, columns, rows] = self.cells;
        (columns > 0).then_some(Tile { column, row, columns, rows })
    }

    /// Returns the size of the file in bytes.
    pub fn file_size(&self) -> u64 {
        self.file_size
    }

    /// Returns the counts of the tile's surface.
    pub fn counts(&self) -> SurfaceCounts {
        let [
            ground,
            ground_beside_buildings,
            walls,
            roofs,
            filled_heights,
            walls_upside_down,
            under_25,
            under_20,
            under_10,
        ] = self.counts;
        let [cos_min_angle, longest_edge] = self.shape;
        let quality = Quality { under_25, under_20, under_10, cos_min_angle, longest_edge };
        SurfaceCounts { ground, ground_beside_buildings, walls, roofs, filled_heights, walls_upside_down, quality }
    }

    pub(crate) fn set_counts(&mut self, c: &SurfaceCounts) {
        let q = &c.quality;
        self.counts = [
            c.ground,
            c.ground_beside_buildings,
            c.walls,
            c.roofs,
            c.filled_heights,
            c.walls_upside_down,
            q.under_25,
            q.under_20,
            q.under_10,
        ];
        self.shape = [q.cos_min_angle, q.longest_edge];
    }

    /// Copies the description from another file of the same tile.
    pub(crate) fn describe_like(&mut self, other: &TileHeader) {
        self.fingerprint = other.fingerprint;
        self.own_vertices = other.own_vertices;
        self.cells = other.cells;
        self.rounds = other.rounds;
        self.halo = other.halo;
        self.set_counts(&other.counts());
    }

    fn hash(&self) -> u64 {
        xxh3_64(bytemuck::bytes_of(&TileHeader { header_hash: 0, ..*self }))
    }
}

/// The content of a tile's file.
#[derive(Clone, Copy, Debug)]
pub struct TileParts<'a> {
    /// Positions in metres.
    pub vertices: &'a [[f64; 3]],
    /// The triangles, as indices of vertices.
    pub faces: &'a [[u32; 3]],
    /// A marker for each triangle.
    pub markers: &'a [i32],
    /// The own vertices that other tiles use.
    pub shared: &'a [u32],
    /// The part of the tile that each cell holds.
    pub cells: &'a [CellSpan],
    /// The certificate: the hashes of the zones.
    pub zones: &'a [ZoneHash],
    /// The numbers of the buildings near the tile.
    pub buildings: &'a [u32],
}

impl TileParts<'_> {
    fn bytes(&self) -> [&[u8]; PARTS] {
        [
            bytemuck::cast_slice(self.vertices),
            bytemuck::cast_slice(self.faces),
            bytemuck::cast_slice(self.markers),
            bytemuck::cast_slice(self.shared),
            bytemuck::cast_slice(self.cells),
            bytemuck::cast_slice(self.zones),
            bytemuck::cast_slice(self.buildings),
        ]
    }
}

const ITEM_SIZES: [u64; PARTS] = [24, 12, 4, 4, size_of::<CellSpan>() as u64, size_of::<ZoneHash>() as u64, 4];

/// Writes the file of a tile, whole or not at all. `describe` fills in the fields that do not follow from the parts.
///
/// # Errors
/// [`Error::InvalidArgument`] when there are not as many markers as triangles; [`Error::Io`].
pub fn write(
    path: &Path,
    parts: &TileParts<'_>,
    durability: Durability,
    describe: impl FnOnce(&mut TileHeader),
) -> Result<TileHeader> {
    if parts.markers.len() != parts.faces.len() {
        let accepted = format!("{}, one for each triangle", parts.faces.len());
        return Err(Error::invalid("the number of markers", parts.markers.len(), accepted));
    }
    let mut header = TileHeader {
        magic: MAGIC,
        version: VERSION,
        header_size: HEADER_SIZE as u32,
        own_vertices: parts.vertices.len() as u64,
        bounds: bounds(parts.vertices),
        ..TileHeader::zeroed()
    };
    describe(&mut header);
    let bytes = parts.bytes();
    let mut hasher = Xxh3::new();
    let mut at = HEADER_SIZE as u64;
    for (part, bytes) in bytes.iter().enumerate() {
        header.offsets[part] = at;
        header.lengths[part] = bytes.len() as u64 / ITEM_SIZES[part];
        hasher.update(bytes);
        hasher.update(&ZEROS[..padding(bytes.len())]);
        at += (bytes.len() + padding(bytes.len())) as u64;
    }
    header.file_size = at;
    header.content_hash = hasher.digest();
    header.header_hash = header.hash();

    let mut file = AtomicFile::create(path)?;
    let mut head = [0; HEADER_SIZE];
    head[..size_of::<TileHeader>()].copy_from_slice(bytemuck::bytes_of(&header));
    file.write_all(&head).context("write", path)?;
    for bytes in bytes {
        file.write_all(bytes).context("write", path)?;
        file.write_all(&ZEROS[..padding(bytes.len())]).context("write", path)?;
    }
    file.commit(durability)?;
    Ok(header)
}

const ZEROS: [u8; ALIGN as usize] = [0; ALIGN as usize];

fn padding(len: usize) -> usize {
    len.next_multiple_of(ALIGN as usize) - len
}

fn bounds(vertices: &[[f64; 3]]) -> [f64; 6] {
    let Some(&[x, y, z]) = vertices.first() else { return [0.0; 6] };
    vertices.iter().fold([x, y, z, x, y, z], |b, v| {
        [b[0].min(v[0]), b[1].min(v[1]), b[2].min(v[2]), b[3].max(v[0]), b[4].max(v[1]), b[5].max(v[2])]
    })
}

/// Reads and checks the header of a tile's file.
///
/// # Errors
/// [`Error::BadFormat`], [`Error::Unsupported`] for a later version, [`Error::Io`].
pub fn read_header(path: &Path) -> Result<TileHeader> {
    header_of(&input::open(path)?, path)
}

/// Opens the file of a tile, if it is still the file that `header` was read from.
pub(crate) fn open_same(path: &Path, header: &TileHeader) -> Result<File> {
    let file = input::open(path)?;
    if header_of(&file, path)? != *header {
        return Err(Error::Busy {
            subject: path.to_path_buf(),
            what: "the tile was made again meanwhile; try again".into(),
        });
    }
    Ok(file)
}

fn header_of(file: &File, path: &Path) -> Result<TileHeader> {
    let bad = |offset: u64, seen: String, accepted: &str| Error::bad_format(path, offset, seen, accepted);
    let size = file.metadata().context("look at", path)?.len();
    if size < HEADER_SIZE as u64 {
        return Err(bad(
            0,
            format!("a file of {size} bytes"),
            "the file of a tile, with a header of 384 bytes: build the tile again",
        ));
    }
    let mut header = TileHeader::zeroed();
    crate::io::positioned::read_exact_at(file, bytemuck::bytes_of_mut(&mut header), 0).context("read", path)?;
    if header.magic != MAGIC {
        return Err(bad(0, format!("{:02x?}", header.magic), "\"gromaTil\", the file of a tile: build the tile again"));
    }
    if header.version != VERSION {
        let what = format!(
            "version {} of the file of a tile; this version of groma knows {VERSION}: use the one that made it, or \
             build without resume (--fresh)",
            header.version
        );
        return Err(Error::Unsupported { subject: path.to_path_buf(), what });
    }
    if header.header_hash != header.hash() {
        return Err(bad(
            16,
            format!("header hash {:016x}", header.header_hash),
            "the hash of the header: build the tile again",
        ));
    }
    if header.file_size != size {
        return Err(bad(
            32,
            format!("a file of {size} bytes"),
            &format!("{} bytes, as its header says: build the tile again", header.file_size),
        ));
    }
    let mut at = HEADER_SIZE as u64;
    for (part, item) in ITEM_SIZES.iter().enumerate() {
        let bytes = header.lengths[part].checked_mul(*item).filter(|&b| b <= size);
        let end = bytes.map(|b| at + b.next_multiple_of(ALIGN));
        if header.offsets[part] != at || end.is_none_or(|end| end > size) {
            let seen = format!("part {part} with {} items at {}", header.lengths[part], header.offsets[part]);
            return Err(bad(40, seen, "parts one after the other, within the file: build the tile again"));
        }
        at = end.unwrap_or(at);
    }
    if header.lengths[1] != header.lengths[2] || header.own_vertices > header.lengths[0] {
        return Err(bad(96, format!("{:?}", header.lengths), "as many markers as triangles: build the tile again"));
    }
    Ok(header)
}

/// Returns a hash of a tile's inputs: its geometry, the numbers of the buildings near it, and their number in all.
pub(crate) fn inputs_text(fingerprint: [u64; 2], buildings: &[u32], count: u32) -> String {
    let numbers = xxh3_64(bytemuck::cast_slice(buildings));
    format!("{:016x}{:016x}{numbers:016x}-{count}", fingerprint[1], fingerprint[0])
}

/// The mapped file of a tile.
#[derive(Debug)]
pub struct TileView {
    path: PathBuf,
    header: TileHeader,
    bytes: Mapped,
}

impl TileView {
    /// Maps the file of a tile under any name. [`MeshStore::get_tile`](super::MeshStore::get_tile) also checks that it
    /// belongs to a store.
    ///
    /// # Errors
    /// As [`read_header`].
    pub fn open(path: &Path) -> Result<TileView> {
        let file = input::open(path)?;
        let header = header_of(&file, path)?;
        TileView::map(path, &file, header)
    }

    /// Maps the file of a tile, if it is still the file that `header` was read from.
    pub(crate) fn open_same(path: &Path, header: &TileHeader) -> Result<TileView> {
        TileView::map(path, &open_same(path, header)?, *header)
    }

    fn map(path: &Path, file: &File, header: TileHeader) -> Result<TileView> {
        let bytes = Mapped::open(file).context("map", path)?;
        Ok(TileView { path: path.to_path_buf(), header, bytes })
    }

    /// Returns the header.
    pub fn header(&self) -> &TileHeader {
        &self.header
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the positions, in metres.
    pub fn vertices(&self) -> &[[f64; 3]] {
        self.part(0)
    }

    /// Returns the triangles, as indices of vertices. Check the indices before use, or call [`TileView::verify`] first.
    pub fn faces(&self) -> &[[u32; 3]] {
        self.part(1)
    }

    /// Returns a marker for each triangle.
    pub fn markers(&self) -> &[i32] {
        self.part(2)
    }

    /// Returns the own vertices that other tiles use.
    pub fn shared(&self) -> &[u32] {
        self.part(3)
    }

    /// Returns the part of the tile that each cell holds.
    pub fn cells(&self) -> &[CellSpan] {
        self.part(4)
    }

    /// Returns the certificate: the hashes of the zones.
    pub fn zones(&self) -> &[ZoneHash] {
        self.part(5)
    }

    /// Returns the numbers of the buildings near the tile, in an order that depends only on geometry.
    pub fn buildings(&self) -> &[u32] {
        self.part(6)
    }

    /// Returns a hash of the tile's inputs, its buildings' numbers included, as in [`CityManifest::tile_inputs`].
    ///
    /// [`CityManifest::tile_inputs`]: super::CityManifest::tile_inputs
    pub fn inputs(&self) -> String {
        inputs_text(self.header.fingerprint, self.buildings(), self.header.building_count)
    }

    /// Checks that everything read of the tile so far came from its file. Call it after reading, before relying on the
    /// data.
    ///
    /// # Errors
    /// [`Error::Io`] when the file was cut while it was open, or the disk failed: zeros were read instead.
    pub fn check_whole(&self) -> Result<()> {
        self.bytes.check().context("read", &self.path)
    }

    /// Checks the checksum of the content, and that the triangles' vertices exist.
    ///
    /// # Errors
    /// [`Error::BadFormat`]; as [`TileView::check_whole`].
    pub fn verify(&self) -> Result<()> {
        let hash = xxh3_64(&self.bytes.bytes()[HEADER_SIZE..]);
        self.check_whole()?;
        if hash != self.header.content_hash {
            let (hash_there, again) = (self.header.content_hash, self.made_again());
            let accepted = format!("{hash_there:016x}, as its header says; {again}");
            return Err(Error::bad_format(&self.path, 24, format!("content with hash {hash:016x}"), accepted));
        }
        let vertices = self.vertices().len();
        let mut faces = self.faces().iter().enumerate();
        if let Some((n, face)) = faces.find(|(_, face)| face.iter().any(|&v| v as usize >= vertices)) {
            let offset = self.header.offsets[1] + 12 * n as u64;
            return Err(Error::bad_format(
                &self.path,
                offset,
                format!("{face:?}"),
                format!("vertices under {vertices}; {}", self.made_again()),
            ));
        }
        Ok(())
    }

    /// Returns the next step for a damaged tile.
    fn made_again(&self) -> &'static str {
        if self.header.tile().is_some() { "the same build makes the tile again" } else { "add the tile again" }
    }

    fn part<T: Pod>(&self, part: usize) -> &[T] {
        let from = self.header.offsets[part] as usize;
        let bytes = (self.header.lengths[part] * ITEM_SIZES[part]) as usize;
        bytemuck::cast_slice(&self.bytes.bytes()[from..from + bytes])
    }
}
