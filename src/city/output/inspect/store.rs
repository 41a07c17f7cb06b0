//! A summary of a store: its city, its tiles, their sizes, and which are missing.

use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::Result;
use crate::city::plane::cells::CELL;
use crate::city::tiles::store::{LEVELS_FOLDER, Manifest, MeshStore, StoreStats};
use crate::city::tiles::surface::SurfaceCounts;
use crate::human::{bytes, count, counted, first_of};

/// The summary of a store.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StoreSummary {
    /// The store's folder.
    pub store: PathBuf,
    /// The store's manifest.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Sums over the valid tiles.
    pub stats: StoreStats,
    /// The triangle counts of a city's surface, as far as its tiles exist; `None` for another program's tiles.
    pub counts: Option<SurfaceCounts>,
    /// What the levels of detail of a city are: how many, or why they cannot be used; `None` where none were made.
    pub levels_of_detail: Option<String>,
    /// The fault of a city's list of buildings, if any.
    pub buildings_problem: Option<String>,
    /// Files of tiles that are not the city's. The next build removes those that groma wrote.
    pub stray_files: Vec<String>,
    /// All tiles, including the missing ones of a city.
    pub tiles: Vec<TileSummary>,
}

/// The summary of a tile.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TileSummary {
    /// The name in the store.
    pub name: String,
    /// The state of the tile.
    pub state: TileState,
    /// Why the tile could not be made, or the fault of its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The number of vertices, including those of neighbours that it uses.
    pub vertices: u64,
    /// The number of triangles.
    pub triangles: u64,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// West, south, lowest, east, north, highest; `None` for a tile without vertices.
    pub bounds: Option<[f64; 6]>,
}

/// The state of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TileState {
    /// The tile exists and has triangles.
    There,
    /// The tile exists and has no triangle.
    Empty,
    /// The tile was not made yet.
    Missing,
    /// The last build could not make the tile.
    Failed,
    /// The tile's file is damaged, another tile's, or of another build.
    Wrong,
}

/// Summarises the store in a folder. It reads the header of each tile and compares it with the manifest. It does not
/// check all of the content, as [`check_store`](crate::city::output::check::check_store) does.
///
/// # Errors
/// As [`MeshStore::open`]; [`crate::Error::Io`]. An invalid tile is not an error.
pub fn inspect(folder: &Path) -> Result<StoreSummary> {
    StoreSummary::of(&MeshStore::open(folder)?)
}

/// The number of tiles that are named where many are wrong.
const SHOWN: usize = 5;

impl StoreSummary {
    fn of(store: &MeshStore) -> Result<StoreSummary> {
        let failures = store.failures()?;
        let names = match store.manifest().tile_names() {
            Some(names) => names,
            None => store.list_tiles()?,
        };
        let (mut counts, mut stats) = (SurfaceCounts::default(), StoreStats::default());
        let mut tiles = Vec::with_capacity(names.len());
        for name in names {
            let (header, problem) = match store.tile_info(&name) {
                Ok(header) => (header, None),
                Err(e) if e.is_starved() => return Err(e),
                Err(e) => (None, Some(e.to_string())),
            };
            let failure = failures.iter().find(|(failed, _)| *failed == name).map(|(_, cause)| cause.clone());
            let (vertices, triangles) = header.map_or((0, 0), |header| header.sizes());
            let (state, cause) = match (&header, problem, failure) {
                (Some(_), ..) if triangles == 0 => (TileState::Empty, None),
                (Some(_), ..) => (TileState::There, None),
                (None, Some(problem), _) => (TileState::Wrong, Some(problem)),
                (None, None, Some(cause)) => (TileState::Failed, Some(cause)),
                (None, None, None) => (TileState::Missing, None),
            };
            if let Some(header) = &header {
                counts.add(&header.counts());
                stats.add(header);
            }
            tiles.push(TileSummary {
                state,
                cause,
                vertices,
                triangles,
                bytes: header.map_or(0, |header| header.file_size()),
                bounds: header.filter(|_| vertices > 0).map(|header| header.bounds),
                name,
            });
        }
        let is_city = store.manifest().city.is_some();
        stats.wrong_tiles = tiles.iter().filter(|tile| tile.state == TileState::Wrong).count() as u64;
        stats.failed_tiles = if is_city { failures.len() as u64 } else { 0 };
        stats.missing_tiles = tiles.len() as u64 - stats.tiles;
        let buildings_problem = match store.check_buildings() {
            Err(e) if e.is_starved() => return Err(e),
            checked => checked.err().filter(|_| is_city).map(|e| e.to_string()),
        };
        Ok(StoreSummary {
            store: store.folder().to_path_buf(),
            stats,
            counts: is_city.then_some(counts),
            levels_of_detail: levels_of(store)?,
            buildings_problem,
            stray_files: store.stray_files()?,
            manifest: store.manifest().clone(),
            tiles,
        })
    }

    /// Returns whether all tiles and the list of buildings exist and are valid.
    pub fn is_complete(&self) -> bool {
        self.stats.missing_tiles == 0 && self.buildings_problem.is_none()
    }

    fn in_state(&self, state: TileState) -> impl Iterator<Item = &TileSummary> {
        self.tiles.iter().filter(move |tile| tile.state == state)
    }
}

/// Names the files of tiles that are not the city's; `None` if there are none.
pub(in crate::city::output) fn strays_text(strays: &[String]) -> Option<String> {
    let number = strays.len() as u64;
    let (files, first) = (counted(number, "file"), first_of(strays, number));
    let them = if number == 1 { "it" } else { "them" };
    (number > 0).then(|| {
        format!("{files} of no tile of the city: {first}; the next build removes {them} if groma wrote {them}")
    })
}

/// Describes the levels of detail of a city, or those in a store of these.
fn levels_of(store: &MeshStore) -> Result<Option<String>> {
    let describe = |levels: &MeshStore| {
        let manifest = levels.manifest().levels.as_ref()?;
        let coarsest = levels.level(&manifest.tiles.last()?.name).ok()?;
        let (levels, tiles) = (u64::from(coarsest.level) + 1, manifest.tiles.len() as u64);
        Some(format!("{} of {}", counted(levels, "level"), counted(tiles, "tile")))
    };
    if store.manifest().levels.is_some() {
        return Ok(describe(store));
    }
    match store.levels() {
        Ok(levels) => Ok(describe(&levels)),
        Err(e) if e.is_starved() => Err(e),
        Err(e) => {
            let is_there = store.manifest().city.is_some() && store.folder().join(LEVELS_FOLDER).exists();
            Ok(is_there.then(|| e.to_string()))
        }
    }
}

impl fmt::Display for StoreSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match &self.manifest {
            Manifest { city: Some(_), .. } => "a city",
            Manifest { levels: Some(_), .. } => "the levels of detail of a city",
            _ => "another program's tiles",
        };
        writeln!(f, "{}: mesh store of {of}, made by groma {}", self.store.display(), self.manifest.groma)?;
        if let Some(city) = &self.manifest.city {
            let [west, south, east, north] = city.domain.bounds();
            let crs = city.crs.as_ref().map_or(String::new(), |crs| format!(", {crs}"));
            writeln!(
                f,
                "  domain       {west}, {south} to {east}, {north} ({:.3} km2){crs}",
                city.domain.area() / 1e6
            )?;
            if city.outline.is_some() {
                writeln!(f, "  area         {:.3} km2 within an outline", city.area().square_metres() / 1e6)?;
            }
            writeln!(f, "  buildings    {}", count(city.buildings.into()))?;
            self.buildings_problem.iter().try_for_each(|problem| writeln!(f, "    PROBLEM: {problem}"))?;
        }
        self.write_tiles(f)?;
        self.write_mesh(f)?;
        self.levels_of_detail.iter().try_for_each(|levels| writeln!(f, "  levels       {levels}"))?;
        let Some(city) = &self.manifest.city else { return Ok(()) };
        let columns = city.tiles.iter().map(|tile| tile.columns.max(tile.rows)).max().unwrap_or(0);
        writeln!(f, "  tile size    {} m", f64::from(columns) * CELL)?;
        let parameters = serde_json::to_value(&city.parameters).map_err(|_| fmt::Error)?;
        writeln!(f, "  parameters")?;
        for (name, value) in parameters.as_object().into_iter().flatten() {
            writeln!(f, "    {:<28} {value}", name.replace('_', "-"))?;
        }
        Ok(())
    }
}

impl StoreSummary {
    /// Writes the states of the tiles, and the causes where some failed or are wrong.
    fn write_tiles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut states = String::new();
        for (state, what) in [
            (TileState::There, "there"),
            (TileState::Empty, "empty"),
            (TileState::Missing, "missing"),
            (TileState::Failed, "FAILED"),
            (TileState::Wrong, "WRONG"),
        ] {
            let tiles = self.in_state(state).count() as u64;
            if tiles > 0 {
                let separator = if states.is_empty() { ": " } else { ", " };
                write!(states, "{separator}{} {what}", count(tiles))?;
            }
        }
        writeln!(f, "  tiles        {}{states}", count(self.tiles.len() as u64))?;
        for tile in self.in_state(TileState::Failed) {
            writeln!(f, "    {}: {}", tile.name, tile.cause.as_deref().unwrap_or_default())?;
        }
        for tile in self.in_state(TileState::Wrong).take(SHOWN) {
            writeln!(f, "    {}", tile.cause.as_deref().unwrap_or_default())?;
        }
        if let Some(more @ 1..) = (self.stats.wrong_tiles as usize).checked_sub(SHOWN) {
            writeln!(f, "    and {more} more are wrong")?;
        }
        writeln!(f, "    headers were read (groma city check reads their contents too)")?;
        if let Some(strays) = strays_text(&self.stray_files) {
            writeln!(f, "  stray        {strays}")?;
        }
        Ok(())
    }

    /// Writes the counts and the extent of the mesh.
    fn write_mesh(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(counts) = &self.counts {
            writeln!(
                f,
                "  triangles    {}: ground {}, ground beside buildings {}, walls {}, roofs {}",
                count(counts.triangles()),
                count(counts.ground),
                count(counts.ground_beside_buildings),
                count(counts.walls),
                count(counts.roofs)
            )?;
        } else {
            writeln!(f, "  triangles    {}", count(self.stats.triangles))?;
        }
        writeln!(f, "  vertices     {}, each once for each tile that uses it", count(self.stats.vertices))?;
        if let Some([west, south, low, east, north, high]) = self.stats.bounds {
            writeln!(f, "  extent       {west}, {south} to {east}, {north}, elevations {low:.2} to {high:.2}")?;
        }
        writeln!(f, "  size         {}", bytes(self.stats.bytes))
    }
}
