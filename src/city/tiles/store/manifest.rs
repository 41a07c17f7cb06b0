//! The manifest of a store.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::levels::LevelsManifest;
use crate::city::plane::area::{Area, OutlineText};
use crate::city::plane::cells::{Cells, Tile};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
use crate::error::IoContext;
use crate::io::checksum::{Checked, Checksum, of_json};
use crate::io::{Durability, atomic, input};
use crate::{Error, Result};

/// The name of the manifest. A folder with this file is a store.
pub const MANIFEST_NAME: &str = "groma-store.json";

const FORMAT: &str = "groma mesh store";
const VERSION: u32 = 1;

/// The manifest of a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u32,
    /// The version of groma that made the store.
    pub groma: String,
    /// The city whose tiles the store holds; `None` for a store of another program's tiles or of levels of detail.
    pub city: Option<CityManifest>,
    /// The levels of detail that the store holds, in a store of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelsManifest>,
    /// Any data that the program which made the store keeps with it.
    #[serde(default)]
    pub metadata: serde_json::Value,
    /// The checksum of all the rest, as it is written; `None` in a manifest that was not read.
    #[serde(default, skip_serializing)]
    checksum: Option<Checksum>,
}

/// The manifest's part about the city whose tiles the store holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityManifest {
    /// The parameters of the mesh.
    pub parameters: Parameters,
    /// The meshed rectangle, or the one around the meshed area.
    pub domain: Domain,
    /// The outline of the meshed area; `None` where that is all of the rectangle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<OutlineText>,
    /// The cells of the domain.
    pub cells: Cells,
    /// The requested edge of a tile, in cells; tiles that would take too much memory are smaller.
    pub side: u32,
    /// The tiles that the city is cut into.
    pub tiles: Vec<Tile>,
    /// For each tile a hash of its inputs, as hexadecimal digits; a file with another hash is of another build.
    pub tile_inputs: Vec<String>,
    /// The number of buildings, the N of the markers.
    pub buildings: u32,
    /// A hash of the buildings and their names, as 32 hexadecimal digits. The hashes of the tiles' inputs have the
    /// parameters and the terrain, too.
    pub fingerprint: String,
    /// The area of the footprints before cleaning, in square metres.
    pub footprint_area: f64,
    /// The reference system of the mesh, as the inputs name it, if they do.
    pub crs: Option<String>,
    /// A hash of the file of buildings, as 32 hexadecimal digits.
    pub buildings_hash: String,
}

impl CityManifest {
    /// Returns the meshed area.
    pub fn area(&self) -> Area {
        let rings = self.outline.as_ref().and_then(|outline| outline.rings(&self.domain));
        rings.map_or(Area::from(self.domain), |rings| Area::within(self.domain, rings))
    }

    /// Returns a hash of all that the tiles are made from, as 32 hexadecimal digits.
    pub(crate) fn state(&self) -> String {
        let mut hash = Xxh3::new();
        hash.update(self.fingerprint.as_bytes());
        self.tile_inputs.iter().for_each(|inputs| hash.update(inputs.as_bytes()));
        format!("{:032x}", hash.digest128())
    }

    /// Returns the first contradiction within the manifest, if there is one.
    fn fault(&self) -> Option<String> {
        let (min, max) = (self.domain.min, self.domain.max);
        if !(0..2).all(|d| 0 <= min[d] && min[d] < max[d] && f64::from(max[d]) * GRID <= 2.0 * Domain::LARGEST_EDGE) {
            return Some(format!("a domain from {min:?} to {max:?}"));
        }
        if self.outline.as_ref().is_some_and(|outline| outline.rings(&self.domain).is_none()) {
            return Some("an outline that is none, or reaches beyond the domain".to_string());
        }
        if self.cells != Cells::of(&self.domain) {
            return Some(format!("{} x {} cells", self.cells.columns, self.cells.rows));
        }
        if self.buildings > i32::MAX as u32 / 2 || self.tile_inputs.len() != self.tiles.len() {
            return Some(format!("{} buildings, {} tile_inputs", self.buildings, self.tile_inputs.len()));
        }
        let within =
            |first: u32, count: u32, all: u32| count > 0 && first.checked_add(count).is_some_and(|end| end <= all);
        let odd =
            |t: &&Tile| !within(t.column, t.columns, self.cells.columns) || !within(t.row, t.rows, self.cells.rows);
        if let Some(tile) = self.tiles.iter().find(odd) {
            return Some(format!("tile {}", tile.name()));
        }
        if let Some([a, b]) = overlap(&self.tiles) {
            return Some(format!("tiles {} and {} with the same cells", a.name(), b.name()));
        }
        let cells = |columns: u32, rows: u32| u64::from(columns) * u64::from(rows);
        let all = cells(self.cells.columns, self.cells.rows);
        let covered: u64 = self.tiles.iter().map(|t| cells(t.columns, t.rows)).sum();
        (covered != all).then(|| format!("tiles with {covered} of {all} cells"))
    }
}

/// Returns two tiles with a common cell. The memory is proportional to the number of tiles, since the number of cells
/// is only a claim of the manifest.
fn overlap(tiles: &[Tile]) -> Option<[&Tile; 2]> {
    // A sweep from south to north: rows in which tiles end come before rows in which tiles begin.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Event {
        Ends,
        Begins,
    }
    let ends = tiles.iter().map(|t| (t.row + t.rows, Event::Ends, t));
    let mut events: Vec<_> = ends.chain(tiles.iter().map(|t| (t.row, Event::Begins, t))).collect();
    events.sort_by_key(|&(row, event, t)| (row, event, t.column));
    let mut open: BTreeMap<u32, &Tile> = BTreeMap::new();
    for (_, event, tile) in events {
        if event == Event::Ends {
            open.remove(&tile.column);
            continue;
        }
        let west = open.range(..=tile.column).next_back().filter(|(_, t)| t.column + t.columns > tile.column);
        let east = open.range(tile.column..).next().filter(|(column, _)| **column < tile.column + tile.columns);
        if let Some((_, other)) = west.or(east) {
            return Some([other, tile]);
        }
        open.insert(tile.column, tile);
    }
    None
}

/// The description of an acceptable manifest, for errors.
const KEPT_WITHOUT: &str = "the manifest of a mesh store, in JSON, as groma wrote it; remove this file and build \
                            again (a store of other tiles: create it again): tiles of the same city are kept";

impl Manifest {
    /// Creates the manifest of a new store.
    pub fn new(city: Option<CityManifest>, metadata: serde_json::Value) -> Manifest {
        let groma = crate::VERSION.into();
        Manifest { format: FORMAT.into(), version: VERSION, groma, city, levels: None, metadata, checksum: None }
    }

    /// Creates the manifest of a new store of levels of detail.
    pub(crate) fn of_levels(levels: LevelsManifest) -> Manifest {
        Manifest { levels: Some(levels), ..Manifest::new(None, serde_json::Value::Null) }
    }

    /// Returns whether the manifest lists the tiles of the store; any program adds tiles where it does not.
    pub(super) fn lists_tiles(&self) -> bool {
        self.city.is_some() || self.levels.is_some()
    }

    /// Returns the names of the tiles that the manifest lists, in its order; `None` where it lists none.
    pub(crate) fn tile_names(&self) -> Option<Vec<String>> {
        match (&self.city, &self.levels) {
            (Some(city), _) => Some(city.tiles.iter().map(Tile::name).collect()),
            (_, Some(levels)) => Some(levels.tiles.iter().map(|tile| tile.name.clone()).collect()),
            _ => None,
        }
    }

    /// Returns the cells of a tile by its place in the manifest, and the hash of its inputs.
    pub(super) fn tile(&self, place: usize) -> Option<(Tile, &str)> {
        match (&self.city, &self.levels) {
            (Some(city), _) => Some((*city.tiles.get(place)?, city.tile_inputs.get(place)?)),
            (_, Some(levels)) => levels.tile(place),
            _ => None,
        }
    }

    /// Returns the hashes of the inputs of all tiles that the manifest lists.
    pub(super) fn tile_inputs(&self) -> impl Iterator<Item = &str> {
        let of_city = self.city.iter().flat_map(|city| city.tile_inputs.iter().map(String::as_str));
        of_city.chain(self.levels.iter().flat_map(|levels| levels.tiles.iter().map(|tile| tile.inputs.as_str())))
    }

    /// Returns the number of the city's buildings, the N of the markers, where the store is that of a city or of its
    /// levels.
    pub fn buildings(&self) -> Option<u32> {
        let levels = self.levels.as_ref().map(|levels| levels.buildings);
        self.city.as_ref().map(|city| city.buildings).or(levels)
    }

    /// Returns the reference system of the mesh, as the inputs of the city name it, if they do.
    pub fn crs(&self) -> Option<&str> {
        let of_levels = self.levels.as_ref().and_then(|levels| levels.crs.as_deref());
        self.city.as_ref().and_then(|city| city.crs.as_deref()).or(of_levels)
    }

    /// Reads the manifest of a store.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, [`Error::BadFormat`], [`Error::Unsupported`] for a later version,
    /// [`Error::Io`].
    pub fn read(folder: &Path) -> Result<Manifest> {
        if folder.is_file() {
            let what = "a file; a mesh store is a folder (groma city check and preview take mesh files, too)".into();
            return Err(Error::NotFound { subject: folder.to_path_buf(), what });
        }
        let path = folder.join(MANIFEST_NAME);
        let Some(text) = input::read_small_if_there(&path)? else {
            let what = format!(
                "no mesh store here, for there is no {MANIFEST_NAME}; building a city makes one (groma city build \
                 --store)"
            );
            return Err(Error::NotFound { subject: folder.to_path_buf(), what });
        };
        let value: serde_json::Value =
            serde_json::from_slice(&text).map_err(|e| Error::bad_format(&path, None, e.to_string(), KEPT_WITHOUT))?;
        if value["format"] != FORMAT {
            let seen = format!("format {}", value["format"]);
            return Err(Error::bad_format(&path, None, seen, format!("\"{FORMAT}\"; name the folder of a mesh store")));
        }
        if value["version"] != VERSION {
            let what = format!(
                "version {} of a mesh store; this version of groma knows {VERSION}: use the one that made it, or build \
                 into another folder",
                value["version"]
            );
            return Err(Error::Unsupported { subject: path, what });
        }
        let manifest: Manifest =
            serde_json::from_value(value).map_err(|e| Error::bad_format(&path, None, e.to_string(), KEPT_WITHOUT))?;
        let made = of_json(&manifest).context("read", &path)?;
        let fault = manifest.city.as_ref().and_then(CityManifest::fault);
        let fault = fault.or(manifest.levels.as_ref().and_then(LevelsManifest::fault)).or(match manifest.checksum {
            Some(checksum) if checksum == made => None,
            Some(checksum) => Some(format!(
                "the manifest's checksum is {made}, not {checksum}: it was changed or damaged since it was written"
            )),
            None => Some("no checksum: the manifest was changed or damaged, or an earlier groma wrote it".into()),
        });
        match fault {
            Some(fault) => Err(Error::bad_format(&path, None, fault, KEPT_WITHOUT)),
            None => Ok(manifest),
        }
    }

    /// Writes the manifest into the store's folder.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, folder: &Path, durability: Durability) -> Result<()> {
        let path = folder.join(MANIFEST_NAME);
        let checked = Checked::new(self).context("write", &path)?;
        let text = serde_json::to_string_pretty(&checked).map_err(|e| Error::Internal(e.to_string()))?;
        atomic::write(&path, format!("{text}\n").as_bytes(), durability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tiles_overlap_when_a_cell_is_in_two(
            tiles in prop::collection::vec((0u32..6, 0u32..6, 1u32..4, 1u32..4), 0..6)
        ) {
            let tile = |(column, row, columns, rows)| Tile { column, row, columns, rows };
            let tiles: Vec<Tile> = tiles.into_iter().map(tile).collect();
            let mut cells: Vec<_> = tiles.iter().flat_map(Tile::cells).collect();
            let all = cells.len();
            cells.sort();
            cells.dedup();
            prop_assert_eq!(overlap(&tiles).is_some(), cells.len() < all);
        }
    }

    /// The manifest of a few hundred bytes claims a million cells.
    #[test]
    fn a_huge_city_of_one_tile_takes_no_memory() {
        let domain = Domain { origin: [0; 2], min: [0; 2], max: [250_000 * 1024 - 1; 2] };
        let city = |tiles: Vec<Tile>| CityManifest {
            parameters: Parameters::default(),
            domain,
            outline: None,
            cells: Cells::of(&domain),
            side: 1000,
            tile_inputs: vec![String::new(); tiles.len()],
            tiles,
            buildings: 0,
            fingerprint: String::new(),
            footprint_area: 0.0,
            crs: None,
            buildings_hash: String::new(),
        };
        let whole = Cells::of(&domain).whole();
        assert_eq!(city(vec![whole]).fault(), None);
        let fault = city(vec![whole, whole]).fault().unwrap();
        assert!(fault.contains("tiles 0_0_1000x1000 and 0_0_1000x1000"), "{fault}");
        let short = Tile { rows: whole.rows - 1, ..whole };
        assert_eq!(city(vec![short]).fault().unwrap(), "tiles with 999000 of 1000000 cells");
    }
}
