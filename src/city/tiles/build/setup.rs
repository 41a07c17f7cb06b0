//! Sets up the store of a city: what becomes of the tiles of an earlier build, the manifest, the list of buildings.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::claims::Builders;
use super::make::Halo;
use super::options::BuildCityMeshOptions;
use super::prepare::PreparedCity;
use super::source::TileSource;
use super::tile::{State, TileInputs, state};
use super::tiling::{Tiling, plan_tiles};
use crate::city::plane::area::OutlineText;
use crate::city::plane::cells::Tile;
use crate::city::plane::domain::Domain;
use crate::city::plane::geometry::{Point, Rect};
use crate::city::tiles::store::{
    CityManifest, MANIFEST_NAME, Manifest, MeshStore, is_tile, read_header, remove_prepared,
};
use crate::io::in_use::remove_if_there;
use crate::job::Context;
use crate::{Error, Result};

/// A store that is ready for its tiles.
pub(super) struct SetUp {
    pub builders: Builders,
    pub store: MeshStore,
    pub tiles: Vec<Tile>,
    /// The inputs of tiles, where the caller makes them.
    pub inputs: HashMap<Tile, TileInputs>,
    pub halo: Halo,
    /// Files of tiles of an earlier build that were removed.
    pub removed: u64,
}

impl SetUp {
    /// Sets up the store, alone, and then lets other builds enter. `makes_tiles` tells whether the caller needs the
    /// tiles' inputs again.
    ///
    /// # Errors
    /// [`Error::Busy`] while others build another city there; [`Error::Unsupported`] for a store that would lose tiles;
    /// those of planning the tiles; [`Error::Io`]; [`Error::Cancelled`].
    pub fn new(
        city: &PreparedCity,
        folder: &Path,
        options: &BuildCityMeshOptions,
        tiling: Tiling,
        makes_tiles: bool,
        context: &Context,
    ) -> Result<SetUp> {
        let source = &city.source;
        let mut builders = Builders::enter(folder, context)?;
        let old = old_city(folder)?;
        if !options.replace {
            refuse_to_lose(folder, old.as_ref(), source.area.domain())?;
        }
        let tiles = plan_tiles(source, tiling, old.as_ref().filter(|_| options.resume), context)?;
        let mut inputs = HashMap::new();
        let texts = inputs_of(source, &tiles, context, |tile, of| {
            if makes_tiles {
                inputs.insert(*tile, of);
            }
        })?;
        let manifest = manifest_of(city, options, tiling, &tiles, texts);
        source.check_terrain()?;
        let is_same = old.as_ref() == Some(&manifest);
        if !options.resume || !is_same {
            builders.must_be_alone(folder)?;
        }
        let halo = tiling.halo_of(source);
        let state = |name: &str, tile: &Tile, store: &MeshStore| {
            context.check()?;
            let inputs = match inputs.get(tile) {
                Some(known) => Cow::Borrowed(known),
                None => Cow::Owned(TileInputs::new(source, tile)?),
            };
            state(store, name, &inputs, source, halo.kept)
        };
        let removed = remove_stale(folder, context, old.as_ref(), &manifest, state, options.resume)?;
        if !is_same {
            remove_prepared(folder)?;
        }
        let store = store_of(city, folder, manifest, is_same, options, context)?;
        store.clear_up()?;
        builders.let_others_in()?;
        Ok(SetUp { builders, store, tiles, inputs, halo, removed })
    }
}

/// Reads the manifest of the city in a folder; `None` when the folder has no store.
fn old_city(folder: &Path) -> Result<Option<CityManifest>> {
    match Manifest::read(folder) {
        Err(Error::NotFound { .. }) => Ok(None),
        Ok(Manifest { city: Some(city), .. }) => Ok(Some(city)),
        Ok(manifest) => {
            let of = if manifest.levels.is_some() { "levels of detail" } else { "tiles of another program" };
            let what = format!("the folder holds a store of {of}; choose another folder");
            Err(Error::Unsupported { subject: folder.to_path_buf(), what })
        }
        Err(e) => Err(e),
    }
}

/// Refuses a build that would remove tiles whose area is not within the area to mesh, also when their manifest is gone.
/// Other tiles are made again where their inputs have changed.
fn refuse_to_lose(folder: &Path, old: Option<&CityManifest>, domain: &Domain) -> Result<()> {
    let store = MeshStore::without_manifest(folder);
    let [west, south, east, north] = domain.bounds();
    let is_within = |[w, s, e, n]: [f64; 4]| west <= w && south <= s && e <= east && n <= north;
    let known: HashMap<String, [f64; 4]> = old.map_or_else(HashMap::new, |old| {
        let border = Rect { min: old.domain.local_min(), max: old.domain.local_max() };
        let area = |tile: &Tile| {
            let rect = tile.rect().intersection(&border);
            let at = |p: Point, d: usize| p[d] + old.domain.origin[d] as f64;
            [at(rect.min, 0), at(rect.min, 1), at(rect.max, 0), at(rect.max, 1)]
        };
        old.tiles.iter().map(|tile| (tile.name(), area(tile))).collect()
    });
    let (mut lost, mut there) = (0_u64, 0_u64);
    for name in store.all_tiles()? {
        let is_lost = match known.get(&name) {
            Some(&area) => !is_within(area),
            None => match read_header(&store.tile_path(&name)?) {
                // A file that is no readable tile is not lost.
                Err(Error::BadFormat { .. } | Error::Unsupported { .. }) => continue,
                Err(e) => return Err(e),
                // A tile of another program's store is no part of a city, wherever it lies.
                Ok(header) if header.tile().is_none() => true,
                Ok(header) => {
                    let [w, s, _, e, n, _] = header.bounds;
                    header.sizes().0 > 0 && !is_within([w, s, e, n])
                }
            },
        };
        there += 1;
        lost += u64::from(is_lost);
    }
    if lost == 0 {
        return Ok(());
    }
    let store = match old {
        Some(old) => format!("this store, which is for x {}", range_text(old.domain.bounds())),
        None => format!("this folder, which has lost its {MANIFEST_NAME}"),
    };
    let what = format!(
        "{lost} of the {there} tiles in {store}, would be removed, for they reach beyond what is to be meshed now, x \
         {}: build into another store, with bounds (--bounds) that contain both, or let them go with replace \
         (--replace)",
        range_text(domain.bounds()),
    );
    Err(Error::Unsupported { subject: folder.to_path_buf(), what })
}

fn range_text([west, south, east, north]: [f64; 4]) -> String {
    format!("{west} to {east}, y {south} to {north}")
}

/// Removes the tiles of an earlier build that this one cannot use, and returns their number. Files of other programs
/// stay.
fn remove_stale(
    folder: &Path,
    context: &Context,
    old: Option<&CityManifest>,
    manifest: &CityManifest,
    state: impl Fn(&str, &Tile, &MeshStore) -> Result<State>,
    resume: bool,
) -> Result<u64> {
    let store = MeshStore::without_manifest(folder);
    let same = old == Some(manifest);
    let wanted: BTreeMap<String, &Tile> = manifest.tiles.iter().map(|tile| (tile.name(), tile)).collect();
    let mut removed = 0;
    for name in store.failed_names()? {
        if !wanted.contains_key(&name) {
            remove_if_there(&store.failure_path(&name)?)?;
        }
    }
    for name in store.all_tiles()? {
        let keep = resume
            && match wanted.get(&name) {
                None => false,
                // The earlier build was of the same city: each tile is checked when it is its turn.
                Some(_) if same => true,
                Some(tile) => matches!(state(&name, tile, &store)?, State::UpToDate | State::ToRenumber),
            };
        let file = store.tile_path(&name)?;
        if !keep && !wanted.contains_key(&name) && !is_tile(&file)? {
            let what = "no tile of groma's, though it has the name of one; it is left where it is";
            context.warn("foreign-file", format!("{}: {what}", file.display()));
        } else if !keep {
            store.remove_tile(&name)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Collects the inputs of all tiles, one after the other, and returns them as the manifest states them.
fn inputs_of(
    source: &TileSource,
    tiles: &[Tile],
    context: &Context,
    mut each: impl FnMut(&Tile, TileInputs),
) -> Result<Vec<String>> {
    let mut text_of = |tile: &Tile| {
        context.check()?;
        let inputs = TileInputs::new(source, tile)?;
        source.release();
        let text = inputs.text(source);
        each(tile, inputs);
        Ok(text)
    };
    tiles.iter().map(&mut text_of).collect()
}

/// Makes the manifest that the store of a city must have.
fn manifest_of(
    city: &PreparedCity,
    options: &BuildCityMeshOptions,
    tiling: Tiling,
    tiles: &[Tile],
    tile_inputs: Vec<String>,
) -> CityManifest {
    let source = &city.source;
    CityManifest {
        parameters: options.parameters.clone(),
        domain: *source.area.domain(),
        outline: source.area.outline().map(OutlineText::of),
        cells: source.cells,
        side: tiling.side,
        tiles: tiles.to_vec(),
        tile_inputs,
        buildings: source.buildings,
        fingerprint: format!("{:032x}", city.fingerprint),
        footprint_area: city.clean.area_covered,
        crs: city.crs.clone(),
        buildings_hash: city.buildings.hash(),
    }
}

/// Makes a folder the store of a city, with its manifest and the file of its buildings. Of a store that `is_same`, that
/// file is only written again where it is not the city's any more.
fn store_of(
    city: &PreparedCity,
    folder: &Path,
    manifest: CityManifest,
    is_same: bool,
    options: &BuildCityMeshOptions,
    context: &Context,
) -> Result<MeshStore> {
    if !is_same {
        city.buildings.copy_to(folder, options.durability())?;
    }
    let store = MeshStore::for_city(folder, manifest, options.durability())?;
    if let Some(problem) = store.check_buildings().err().filter(|_| is_same) {
        if problem.is_starved() {
            return Err(problem);
        }
        city.buildings.copy_to(folder, options.durability())?;
        context.warn("buildings-restored", format!("{problem}; it was written again"));
    }
    Ok(store)
}
