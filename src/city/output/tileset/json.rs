//! The JSON files of a tileset: `tileset.json`, and others that it leads to, so that none grows with the city.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Value, json};

use super::content::Content;
use super::place::Place;
use super::placement::Frame;
use super::{TILES_FOLDER, TilesetOptions};
use crate::city::plane::quadtree::TileId;
use crate::io::{Durability, atomic};
use crate::{Error, Result};

/// A file holds this many levels below its root; what is deeper is in files of its own.
const LEVELS_OF_FILE: u8 = 4;
/// The smallest extent of a box in each direction, in metres: readers pass over boxes without one.
const LEAST_EXTENT: f64 = 1.0 / 64.0;

/// A tile of the tileset: its content, if it has any, and the box around that and all of its children.
pub struct Node {
    pub tile: TileId,
    pub content: Option<Content>,
    pub bounds: [[f64; 3]; 2],
    pub error: f64,
}

/// The tiles of all levels, those of each sorted, the last level with the root alone.
pub struct Tree {
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// Makes the tree of the contents on each level, sorted, and of the tiles without content above them.
    pub fn new(contents: Vec<Vec<(TileId, Content)>>) -> Tree {
        let mut levels: Vec<Vec<Node>> = Vec::new();
        for of_level in contents {
            let nodes = of_level.into_iter().map(|(tile, content)| {
                let below = levels.last().map_or(&[][..], Vec::as_slice);
                let bounds = children(below, tile).map(|child| child.bounds).fold(with_extent(content.bounds), around);
                Node { tile, content: Some(content), bounds, error: content.distance.total() }
            });
            levels.push(nodes.collect());
        }
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let mut parents: Vec<TileId> = below.iter().map(|node| node.tile.parent()).collect();
            parents.sort_unstable();
            parents.dedup();
            let empty = |tile: TileId| {
                let nothing = [[f64::INFINITY; 3], [f64::NEG_INFINITY; 3]];
                let bounds = children(below, tile).map(|child| child.bounds).fold(nothing, around);
                let most = children(below, tile).map(|child| child.error).fold(0.0, f64::max);
                // A tile without content must always give way to its children.
                Node { tile, content: None, bounds, error: diagonal(bounds).max(2.0 * most) }
            };
            let parents = parents.into_iter().map(empty).collect();
            levels.push(parents);
        }
        Tree { levels }
    }

    /// Returns the tile that holds all others.
    pub fn root(&self) -> &Node {
        &self.levels.last().expect("there is a level")[0]
    }

    fn node(&self, tile: TileId) -> Option<&Node> {
        let level = self.levels.get(usize::from(tile.level))?;
        level.binary_search_by_key(&tile, |node| node.tile).ok().map(|at| &level[at])
    }

    /// Returns the names of all files of tiles.
    pub fn file_names(&self) -> HashSet<String> {
        let with_content = self.levels.iter().flatten().filter(|node| node.content.is_some());
        let contents = with_content.map(|node| format!("{}.glb", node.tile));
        contents.chain(self.own_files().map(|node| format!("{}.json", node.tile))).collect()
    }

    /// Returns the tiles whose children are in a file of their own.
    pub fn own_files(&self) -> impl Iterator<Item = &Node> {
        let root = self.root().tile;
        self.levels.iter().flatten().filter(move |node| has_own_file(node.tile, root))
    }
}

fn has_own_file(tile: TileId, root: TileId) -> bool {
    tile.level > 0 && tile.level.is_multiple_of(LEVELS_OF_FILE) && tile != root
}

/// Returns those of the nodes of a level that a tile is made of.
fn children(below: &[Node], tile: TileId) -> impl Iterator<Item = &Node> {
    let tiles = if tile.level > 0 { tile.children().to_vec() } else { Vec::new() };
    tiles.into_iter().filter_map(|child| below.binary_search_by_key(&child, |node| node.tile).ok().map(|at| &below[at]))
}

fn around(a: [[f64; 3]; 2], b: [[f64; 3]; 2]) -> [[f64; 3]; 2] {
    [std::array::from_fn(|d| a[0][d].min(b[0][d])), std::array::from_fn(|d| a[1][d].max(b[1][d]))]
}

/// Returns bounds that have an extent in each direction.
fn with_extent([low, high]: [[f64; 3]; 2]) -> [[f64; 3]; 2] {
    let wider = |d: usize, side: f64| if low[d] < high[d] { 0.0 } else { side * LEAST_EXTENT };
    [std::array::from_fn(|d| low[d] + wider(d, -1.0)), std::array::from_fn(|d| high[d] + wider(d, 1.0))]
}

fn diagonal([low, high]: [[f64; 3]; 2]) -> f64 {
    (0..3).map(|d| (high[d] - low[d]) * (high[d] - low[d])).sum::<f64>().sqrt()
}

/// Returns a box as its middle and half its three axes. All numbers are halves of steps of a grid, so none is rounded.
fn volume([low, high]: [[f64; 3]; 2]) -> Value {
    let [x, y, z]: [f64; 3] = std::array::from_fn(|d| (low[d] + high[d]) / 2.0);
    let [a, b, c]: [f64; 3] = std::array::from_fn(|d| (high[d] - low[d]) / 2.0);
    json!({ "box": [x, y, z, a, 0.0, 0.0, 0.0, b, 0.0, 0.0, 0.0, c] })
}

/// Writes the files of the tileset below `tileset.json`.
///
/// # Errors
/// [`Error::Io`].
pub fn write_own_files(folder: &Path, tree: &Tree) -> Result<()> {
    for node in tree.own_files() {
        let path = folder.join(TILES_FOLDER).join(format!("{}.json", node.tile));
        let mut root = tile(tree, node, node.tile, "");
        root["refine"] = json!("REPLACE");
        let document = json!({ "asset": asset(), "geometricError": node.error, "root": root });
        write(&path, &document)?;
    }
    Ok(())
}

/// Writes `tileset.json`.
///
/// # Errors
/// [`Error::Io`].
pub fn write_root(path: &Path, tree: &Tree, frame: &Frame, crs: Option<&str>, options: &TilesetOptions) -> Result<()> {
    let root = tree.root();
    let mut asset = asset();
    asset["extras"] = json!({ "groma": Place::of(frame, crs, options) });
    let mut root_tile = tile(tree, root, root.tile, &format!("{TILES_FOLDER}/"));
    root_tile["refine"] = json!("REPLACE");
    if let Some(transform) = frame.transform() {
        root_tile["transform"] = json!(transform);
    }
    let document = json!({
        "asset": asset,
        // Seen from so far away that all of the city is smaller than what is allowed to be wrong, nothing is drawn.
        "geometricError": root.error.max(diagonal(root.bounds)),
        "root": root_tile,
    });
    write(path, &document)
}

fn asset() -> Value {
    json!({ "version": "1.1", "generator": format!("groma {}", crate::VERSION) })
}

/// Returns a tile of the file with the root `of`, and its children there.
fn tile(tree: &Tree, node: &Node, of: TileId, folder: &str) -> Value {
    let mut tile_json = json!({ "boundingVolume": volume(node.bounds), "geometricError": node.error });
    if node.tile != of && has_own_file(node.tile, tree.root().tile) {
        tile_json["content"] = json!({ "uri": format!("{folder}{}.json", node.tile) });
        return tile_json;
    }
    if node.content.is_some() {
        tile_json["content"] = json!({ "uri": format!("{folder}{}.glb", node.tile) });
    }
    if node.tile.level > 0 {
        let there = node.tile.children().into_iter().filter_map(|child| tree.node(child));
        let children: Vec<Value> = there.map(|child| tile(tree, child, of, folder)).collect();
        if !children.is_empty() {
            tile_json["children"] = json!(children);
        }
    }
    tile_json
}

fn write(path: &Path, document: &Value) -> Result<()> {
    let text = serde_json::to_string(document).map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(path, format!("{text}\n").as_bytes(), Durability::Unsynced)
}
