//! A prepared city: the folder `prepared` of a store, which has all that the parts of a build need, so that they read
//! no inputs.
//!
//! | file | what it holds |
//! |---|---|
//! | `plan.json` | which city it is, the estimated work of each tile, the place of the terrain; written last |
//! | `report.json` | what the report of the whole build says of the inputs |
//! | `edges.bin`, `blocks.bin`, `parts.bin`, `roofs.bin` | the plane and the buildings, see `plane` |
//! | `terrain.bin`, `terrain-data.bin` | the heights, and where there are any |
//!
//! What a tile is made from has the hash that the manifest of the store has for it, or it is not made: no file here
//! needs a checksum, but for the two that are no part of that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::make::Halo;
use super::plane::PlaneFiles;
use super::prepare::PreparedCity;
use super::report::InputReport;
use super::sharp::SharpCorners;
use super::source::TileSource;
use crate::city::input::terrain::{KeptTerrain, Terrain};
use crate::city::plane::clean::CleanReport;
use crate::city::tiles::store::{CityManifest, PLAN_NAME, PREPARED_FOLDER};
use crate::error::IoContext;
use crate::io::atomic::{self, Durability};
use crate::io::checksum::{Checked, Checksum, of_json};
use crate::io::input;
use crate::io::output::make_folder;
use crate::job::Context;
use crate::{Error, Result};

const REPORT_NAME: &str = "report.json";

/// What `plan.json` says.
#[derive(Serialize, Deserialize)]
struct Plan {
    /// The version of groma that made it: another may make other tiles of it.
    groma: String,
    /// The checksum of what the store's manifest says of the city.
    city: Checksum,
    halo: f64,
    /// `None` for a fill distance without bounds.
    fill_distance: Option<f64>,
    terrain: KeptTerrain,
    /// The work of each tile, in the order of the manifest.
    work: Vec<u64>,
    #[serde(default, skip_serializing)]
    checksum: Option<Checksum>,
}

/// What `report.json` says.
#[derive(Serialize, Deserialize)]
pub(super) struct PreparedReport {
    city: Checksum,
    pub covered: Vec<u32>,
    pub roof_heights: Option<[f64; 2]>,
    pub input: InputReport,
    pub clean: CleanReport,
    pub sharp_corners: SharpCorners,
    #[serde(default, skip_serializing)]
    checksum: Option<Checksum>,
}

/// A prepared city that was opened.
pub(super) struct Prepared {
    pub source: TileSource,
    pub halo: Halo,
    /// The work of each tile, in the order of the manifest.
    pub work: Vec<u64>,
}

/// Writes the prepared city of a store, whose manifest is there. Returns the work of each tile: the bytes of memory
/// that it takes, about.
///
/// # Errors
/// [`Error::Io`]; [`Error::Cancelled`]. The plan comes last, so that what is left then is no prepared city.
pub(super) fn write(
    store: &Path,
    city: &PreparedCity,
    (manifest, halo): (&CityManifest, Halo),
    durability: Durability,
    context: &Context,
) -> Result<Vec<u64>> {
    let folder = store.join(PREPARED_FOLDER);
    make_folder(&folder, "store")?;
    atomic::remove_abandoned(&folder);
    let source = &city.source;
    source.plane().copy_to(&folder, &source.roof_areas, durability)?;
    context.check()?;
    let terrain = source.terrain().keep(&folder, durability)?;
    let this = of_json(manifest).context("read", &folder)?;
    let report = PreparedReport {
        city: this,
        covered: city.covered.clone(),
        roof_heights: city.roof_heights,
        input: city.input.clone(),
        clean: city.clean.clone(),
        sharp_corners: city.sharp_corners.clone(),
        checksum: None,
    };
    write_json(&folder.join(REPORT_NAME), &report, durability)?;
    let work = manifest.tiles.iter().map(|tile| Ok(source.estimate(tile, halo.made)?.bytes));
    let plan = Plan {
        groma: crate::VERSION.into(),
        city: this,
        halo: halo.made,
        fill_distance: Some(source.fill_distance()).filter(|distance| distance.is_finite()),
        terrain,
        work: work.collect::<Result<_>>()?,
        checksum: None,
    };
    write_json(&folder.join(PLAN_NAME), &plan, durability)?;
    Ok(plan.work)
}

/// Returns whether a store's plan is that of a city.
///
/// # Errors
/// Those of reading it.
pub(super) fn is_planned(store: &Path, manifest: &CityManifest) -> Result<bool> {
    let path = plan_of(store);
    let Some(text) = input::read_small_if_there(&path)? else { return Ok(false) };
    let plan: Plan = read_json(&path, &text, |plan: &Plan| plan.checksum)?;
    Ok(plan.city == of_json(manifest).context("read", &path)?)
}

/// Returns the path of a store's plan.
pub(super) fn plan_of(store: &Path) -> PathBuf {
    store.join(PREPARED_FOLDER).join(PLAN_NAME)
}

impl Prepared {
    /// Opens the prepared city of a store.
    ///
    /// # Errors
    /// [`Error::NotPlanned`] where there is none, or one of another build of the store, or a file of it is missing;
    /// [`Error::Unsupported`] for one of another version of groma; [`Error::BadFormat`] for one that is damaged;
    /// [`Error::Io`].
    pub fn open(store: &Path, manifest: &CityManifest) -> Result<Prepared> {
        let (folder, path) = (store.join(PREPARED_FOLDER), plan_of(store));
        if folder.metadata().is_ok_and(|there| !there.is_dir()) {
            let accepted = "the folder of a plan; move the file away and plan the city again (groma city plan)";
            return Err(Error::bad_format(folder, None, "a file", accepted));
        }
        let Some(text) = input::read_small_if_there(&path)? else {
            return Err(not_planned(store, "no plan in this store"));
        };
        let plan: Plan = read_json(&path, &text, |plan: &Plan| plan.checksum)?;
        if plan.groma != crate::VERSION {
            let what = format!(
                "the plan of groma {}; this is {}: plan the city again (groma city plan)",
                plan.groma,
                crate::VERSION
            );
            return Err(Error::Unsupported { subject: path, what });
        }
        let is_of_store = plan.city == of_json(manifest).context("read", &path)?;
        if !is_of_store || plan.work.len() != manifest.tiles.len() {
            return Err(of_another_build(&path));
        }
        let area = manifest.area();
        let (files, roof_areas) = PlaneFiles::open(&folder, &manifest.domain).map_err(of_missing_file)?;
        let terrain = Arc::new(Terrain::of_kept(&folder, &plan.terrain).map_err(of_missing_file)?);
        let ground = (terrain, plan.fill_distance.unwrap_or(f64::INFINITY));
        let (parameters, buildings) = (&manifest.parameters, manifest.buildings);
        let source = TileSource::new(area, parameters, buildings, roof_areas, ground, files);
        let kept = parameters.smallest_halo(&source.scale).min(plan.halo);
        Ok(Prepared { source, halo: Halo { made: plan.halo, kept }, work: plan.work })
    }

    /// Reads what the report says of the inputs.
    ///
    /// # Errors
    /// As [`Prepared::open`].
    pub fn report(store: &Path, manifest: &CityManifest) -> Result<PreparedReport> {
        let path = store.join(PREPARED_FOLDER).join(REPORT_NAME);
        let text = input::read_small(&path).map_err(of_missing_file)?;
        let report: PreparedReport = read_json(&path, &text, |report: &PreparedReport| report.checksum)?;
        let is_of_store = report.city == of_json(manifest).context("read", &path)?;
        if is_of_store { Ok(report) } else { Err(of_another_build(&path)) }
    }
}

/// Returns the error where a part or an end lacks its plan. Where the machines of a build share a folder, one may see
/// later what another has written, so that the plan may be seen when the same is tried again.
pub(super) fn not_planned(subject: &Path, seen: &str) -> Error {
    let what = format!(
        "{seen}; plan the city (groma city plan), and where another machine has just done so, it may be seen when this \
         is tried again"
    );
    Error::NotPlanned { subject: subject.to_path_buf(), what }
}

/// Returns the error of opening a file that each plan writes.
pub(super) fn of_missing_file(error: Error) -> Error {
    if !error.is_not_there() {
        return error;
    }
    match error {
        Error::Io { subject, .. } | Error::NotFound { subject, .. } => {
            not_planned(&subject, "a file that each plan writes is missing")
        }
        other => other,
    }
}

fn of_another_build(path: &Path) -> Error {
    not_planned(path, "the plan of another build than the store's last")
}

fn write_json(path: &Path, content: &impl Serialize, durability: Durability) -> Result<()> {
    let text = serde_json::to_string(&Checked::new(content).context("write", path)?);
    let text = text.map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(path, format!("{text}\n").as_bytes(), durability)
}

fn read_json<T: Serialize + for<'a> Deserialize<'a>>(
    path: &Path,
    text: &[u8],
    checksum: impl Fn(&T) -> Option<Checksum>,
) -> Result<T> {
    let accepted = "what was planned; plan the city again (groma city plan)";
    let content: T =
        serde_json::from_slice(text).map_err(|e| Error::bad_format(path, None, e.to_string(), accepted))?;
    let made = of_json(&content).context("read", path)?;
    match checksum(&content) {
        Some(checksum) if checksum == made => Ok(content),
        seen => {
            let seen = seen.map_or("no checksum".to_string(), |seen| format!("checksum {seen} where {made} is right"));
            Err(Error::bad_format(path, None, seen, accepted))
        }
    }
}
