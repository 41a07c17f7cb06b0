//! Checks a tileset: whether its files are there and whole, its boxes hold what is in them, its errors are true, its
//! tiles fit each other on all levels, and its buildings are told apart.
//!
//! | module | what it holds |
//! |---|---|
//! | `tree` | the JSON of a tileset |
//! | `tile` | the content of a tile |
//! | `edges` | the border of a mesh |
//! | `report` | the findings |
//!
//! Tiles are looked at one after the other, children first; what is kept of a tile is its border and some vertices.

mod edges;
mod report;
mod tile;
mod tree;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub use self::report::{CheckedLevel, TilesetChecked};

use self::report::Findings;
use self::tile::Left;
use self::tree::{TileNode, TilesetFile};
use super::folder::{TILE_ENDINGS, is_own};
use super::placement::normal_of_ellipsoid;
use super::{MARK_NAME, TILES_FOLDER, TILESET_NAME};
use crate::city::output::levels::distance::distance;
use crate::error::IoContext;
use crate::io::input;
use crate::io::surface::glb::read::read;
use crate::io::surface::vector::{cross, dot};
use crate::job::{Context, Phase, Reservation, Runner};
use crate::{Error, Result};

/// What a file takes while it is read, for each of its bytes: compressed arrays are five times as large, and are there
/// twice for a moment.
const BYTES_PER_BYTE: u64 = 14;
/// What a file of JSON takes for each of its bytes: that, and all its values as a tree.
const BYTES_PER_BYTE_OF_JSON: u64 = 16;
/// What a triangle takes while it is looked at: its box, its edges.
const BYTES_PER_TRIANGLE: u64 = 300;
/// How much farther than its error a surface may be from a vertex, in metres: positions are rounded.
const ROUNDING: f64 = 0.02;
/// How deep tilesets may lead to others.
const MOST_FILES_DEEP: usize = 64;
/// How much a transform may be off a rotation.
const ORTHOGONAL: f64 = 1e-9;

/// Returns whether a folder holds a tileset.
///
/// # Errors
/// [`Error::NotFound`] for an export that has not come to its end; [`Error::Io`].
pub fn is_tileset(folder: &Path) -> Result<bool> {
    let is_there = input::exists(&folder.join(TILESET_NAME))?;
    if !is_there && input::exists(&folder.join(MARK_NAME))? {
        let what = format!(
            "an export that has not come to its end: there is no {TILESET_NAME}; the same export makes the rest"
        );
        return Err(Error::NotFound { subject: folder.to_path_buf(), what });
    }
    Ok(is_there)
}

/// Checks the tileset in a folder, in bounded memory.
///
/// # Errors
/// [`Error::NotFound`] for a folder without `tileset.json`; [`Error::BadFormat`] for one that cannot be read at all;
/// [`Error::MemoryLimit`]; [`Error::Cancelled`]; [`Error::Io`]. Faults of tiles are no errors.
pub fn check_tileset(folder: &Path, runner: &mut Runner) -> Result<TilesetChecked> {
    runner.plan(&[Phase { name: "check", weight: 1.0 }]);
    runner.begin("check", 0, 0)?;
    let context = runner.context().clone();
    let checked = runner.run(|| check_files(folder, &context))?;
    runner.finish();
    Ok(checked)
}

/// As [`check_tileset`], in the calling thread.
///
/// # Errors
/// As [`check_tileset`].
pub fn check_files(folder: &Path, context: &Context) -> Result<TilesetChecked> {
    let path = folder.join(TILESET_NAME);
    let Some(json) = Json::read_if_there(&path, context)? else {
        is_tileset(folder)?;
        let what = format!(
            "no tileset here, for there is no {TILESET_NAME}; an export makes one (groma city export --format 3dtiles)"
        );
        return Err(Error::NotFound { subject: folder.to_path_buf(), what });
    };
    let accepted = "the tileset.json of 3D Tiles 1.1 that an export writes (groma city export --format 3dtiles)";
    let file = tree::parse(&json.bytes).map_err(|fault| Error::bad_format(&path, None, fault, accepted))?;
    let mut check =
        Check { folder, context, findings: Findings::default(), seen: HashSet::from([path.clone()]), is_whole: true };
    check.file(&file, TILESET_NAME);
    let (left, _) = check.tile(&file.root, &path, 0)?;
    check.strays()?;
    let mut checked = check.findings.0;
    checked.border_edges = left.border.len();
    checked.sound = checked.faults == 0 && checked.tiles > 0;
    Ok(checked)
}

struct Check<'a> {
    folder: &'a Path,
    context: &'a Context,
    findings: Findings,
    /// The files that were met.
    seen: HashSet<PathBuf>,
    /// Whether all files that lead to tiles could be read.
    is_whole: bool,
}

/// A file of JSON, and the memory for it and what is made of it.
struct Json<'a> {
    bytes: Vec<u8>,
    _reservation: Reservation<'a>,
}

impl Json<'_> {
    /// Reads a file once there is memory for it; `None` for a missing one.
    fn read_if_there<'a>(path: &Path, context: &'a Context) -> Result<Option<Json<'a>>> {
        if !input::exists(path)? {
            return Ok(None);
        }
        let size = std::fs::metadata(path).context("look at", path)?.len();
        let reserved = context.memory().reserve(size.saturating_mul(BYTES_PER_BYTE_OF_JSON), "a tileset's JSON");
        let _reservation = reserved.map_err(|error| match error {
            Error::MemoryLimit { limit, needed, .. } => {
                let what = format!("{}, a tileset's JSON of {size} bytes", path.display());
                Error::MemoryLimit { limit, needed, what }
            }
            other => other,
        })?;
        Ok(Some(Json { bytes: input::read_at_most(path, size)?, _reservation }))
    }
}

impl Check<'_> {
    /// Looks at what a file says beside its tiles.
    fn file(&mut self, file: &TilesetFile, name: &str) {
        let is_root = name == TILESET_NAME;
        self.findings.0.json_files += 1;
        for extension in &file.required {
            self.findings.fault(name, format!("it asks for the extension {extension}, which groma does not use"));
        }
        if file.error < file.root.error {
            self.findings.fault(name, format!("its error of {} is below its root's {}", file.error, file.root.error));
        }
        if is_root && file.error < diagonal(file.root.bounds) {
            self.findings.fault(
                name,
                format!("its error of {} is below the city's size: far away nothing is drawn", file.error),
            );
        }
        match file.transform {
            Some(matrix) if is_root => {
                self.findings.0.on_globe = true;
                if let Some(fault) = fault_of_transform(matrix) {
                    self.findings.fault(name, fault);
                }
            }
            Some(_) => self.findings.fault(name, "a transform of its own"),
            None => {}
        }
        let place = match &file.place {
            _ if !is_root || !file.is_of_groma => None,
            Ok(place) => place.fault(file.transform),
            Err(why) => Some(format!("its asset.extras.groma does not say where it is: {why}")),
        };
        place.into_iter().for_each(|fault| self.findings.fault(name, fault));
    }

    /// Looks at a tile and all below it. Returns what is left of it, and how far it is from the leaves.
    fn tile(&mut self, node: &TileNode, file: &Path, deep: usize) -> Result<(Left, usize)> {
        self.context.check()?;
        let name = node.uri.as_ref().map_or_else(|| "a tile without content".into(), |uri| self.name_of(uri, file));
        let path = node.uri.as_ref().and_then(|uri| self.path_of(uri, file));
        if node.uri.is_some() && path.is_none() {
            self.findings.fault(&name, "a content outside the tileset, or in two tiles");
        }
        if let Some(path) = path.as_ref().filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
            return self.below(node, path, &name, deep);
        }
        let (mut left, mut level) = (Left::default(), None);
        for child in &node.children {
            if !(0..3).all(|d| node.bounds[0][d] <= child.bounds[0][d] && child.bounds[1][d] <= node.bounds[1][d]) {
                self.findings.fault(&name, "a child's box reaches out of its own");
            }
            if child.error >= node.error {
                let (own, other) = (node.error, child.error);
                self.findings.fault(&name, format!("its error of {own} is not above a child's {other}"));
            }
            let (of_child, of_level) = self.tile(child, file, deep)?;
            left.border.join(of_child.border);
            left.samples.extend(of_child.samples);
            level = level.max(Some(of_level + 1));
        }
        left.border.settle();
        left.samples = tile::thin(left.samples);
        let level = level.unwrap_or(0);
        match path {
            Some(path) => self.content(node, &path, &name, level, &mut left)?,
            None if node.children.is_empty() => self.findings.fault(&name, "neither content nor children"),
            None if node.error < diagonal(node.bounds) => {
                self.findings.fault(&name, "an error so small that it may never give way to its children");
            }
            None => {}
        }
        Ok((left, level))
    }

    /// Looks at a tileset that a tile leads to.
    fn below(&mut self, node: &TileNode, path: &Path, name: &str, deep: usize) -> Result<(Left, usize)> {
        let json = match Json::read_if_there(path, self.context)? {
            Some(json) if deep < MOST_FILES_DEEP => json,
            _ => {
                self.findings.fault(name, "no such file, or one too deep");
                self.is_whole = false;
                return Ok((Left::default(), 0));
            }
        };
        match tree::parse(&json.bytes) {
            Ok(file) => {
                self.file(&file, name);
                if file.root.bounds != node.bounds || file.root.error != node.error || !node.children.is_empty() {
                    self.findings.fault(name, "it is not the tile that leads to it");
                }
                self.tile(&file.root, path, deep + 1)
            }
            Err(fault) => {
                self.findings.fault(name, fault);
                self.is_whole = false;
                Ok((Left::default(), 0))
            }
        }
    }

    /// Looks for files with the names of tiles that nothing leads to, where all that leads to tiles was read.
    fn strays(&mut self) -> Result<()> {
        let folder = self.folder.join(TILES_FOLDER);
        if !self.is_whole || !input::exists(&folder)? {
            return Ok(());
        }
        for name in input::sorted_names(&folder).context("list", &folder)? {
            let Some(text) = name.to_str().filter(|text| is_own(text, &TILE_ENDINGS)) else { continue };
            if !self.seen.contains(&folder.join(text)) {
                self.findings.fault(&format!("{TILES_FOLDER}/{text}"), "a tile that nothing leads to");
            }
        }
        Ok(())
    }

    /// Looks at the content of a tile, and compares it with what is left of its children.
    fn content(&mut self, node: &TileNode, path: &Path, name: &str, level: usize, left: &mut Left) -> Result<()> {
        if !input::exists(path)? {
            self.findings.fault(name, "no such file");
            return Ok(());
        }
        let size = std::fs::metadata(path).context("look at", path)?.len();
        let _reservation = self.context.memory().reserve(BYTES_PER_BYTE * size, "a tile of the tileset")?;
        let mesh = match read(&input::read(path)?) {
            Ok(mesh) => mesh,
            Err(fault) => {
                self.findings.fault(name, fault);
                return Ok(());
            }
        };
        let count: u64 = mesh.primitives.iter().map(|primitive| primitive.faces.len() as u64).sum();
        let _triangles = self.context.memory().reserve(BYTES_PER_TRIANGLE * count, "a tile of the tileset")?;
        let triangles = tile::look(&mesh, node.bounds, name, &mut self.findings);
        if node.children.is_empty() {
            if node.error != 0.0 {
                self.findings.fault(name, format!("a leaf with an error of {}", node.error));
            }
            *left = Left { border: triangles.border, samples: tile::thin(triangles.vertices) };
        } else {
            let (odd, place) = triangles.border.differs_from(&left.border);
            if let Some(place) = place {
                self.findings.fault(name, format!("{odd} edges of its border are not its children's, at {place:?}"));
            }
            let farthest = left.samples.iter().map(|&point| distance(point, &triangles.boxed)).fold(0.0, f64::max);
            if farthest > node.error + ROUNDING {
                let error = node.error;
                self.findings.fault(name, format!("a vertex is {farthest:.3} m away, more than its error of {error}"));
            }
            let of_level = self.findings.level(level);
            of_level.measured = of_level.measured.max(farthest);
        }
        let of_level = self.findings.level(level);
        of_level.tiles += 1;
        of_level.triangles += triangles.boxed.len() as u64;
        of_level.bytes += size;
        of_level.geometric_error = of_level.geometric_error.max(node.error);
        self.findings.0.tiles += 1;
        self.context.add_items(triangles.boxed.len() as u64);
        self.context.add_unit();
        Ok(())
    }

    /// Returns the name of a content from the folder on.
    fn name_of(&self, uri: &str, file: &Path) -> String {
        let inside = file.parent().and_then(|parent| parent.strip_prefix(self.folder).ok());
        inside.unwrap_or(Path::new("")).join(uri).display().to_string().replace('\\', "/")
    }

    /// Returns the path of a content; `None` for one outside the folder, and one that was met before.
    fn path_of(&mut self, uri: &str, file: &Path) -> Option<PathBuf> {
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains([':', '\\', '%']);
        if !uri.split('/').all(is_plain) {
            return None;
        }
        let path = file.parent().unwrap_or(self.folder).join(uri);
        self.seen.insert(path.clone()).then_some(path)
    }
}

fn diagonal([low, high]: [[f64; 3]; 2]) -> f64 {
    (0..3).map(|d| (high[d] - low[d]) * (high[d] - low[d])).sum::<f64>().sqrt()
}

/// Returns what is wrong with the matrix of a tileset on the globe.
fn fault_of_transform(matrix: [f64; 16]) -> Option<String> {
    let column = |n: usize| [matrix[4 * n], matrix[4 * n + 1], matrix[4 * n + 2]];
    let axes = [0, 1, 2].map(column);
    let [x, y, z] = axes;
    let off = axes.iter().map(|&a| (dot(a, a) - 1.0).abs()).fold((dot(cross(x, y), z) - 1.0).abs(), f64::max);
    if off > ORTHOGONAL || [matrix[3], matrix[7], matrix[11], matrix[15]] != [0.0, 0.0, 0.0, 1.0] {
        return Some("a transform that is no rotation with a place".into());
    }
    let up = normal_of_ellipsoid(column(3));
    let tilt = (0..3).map(|d| (up[d] - z[d]).abs()).fold(0.0, f64::max);
    (tilt > 1e-7).then(|| format!("a transform whose z is not up: {z:?}, where up is {up:?}"))
}
