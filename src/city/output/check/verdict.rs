//! The verdict on a store or a mesh file, from a check against what it should be.

use std::fmt;

use serde::Serialize;

use super::plausible::{self, Known, Plausibility};
use super::{CheckOptions, CheckReport, NumberFrom, PHASES, check_with};
use crate::city::output::inspect::strays_text;
use crate::city::plane::area::Area;
use crate::city::tiles::store::MeshStore;
use crate::io::surface::{Surface, TriangleSource};
use crate::job::Runner;
use crate::{Error, Result};

/// Expectations that replace those that a store states itself.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    /// The number of buildings, N, that the markers refer to. `None` takes the number that the store or the file
    /// states, or else the one that walls and roofs suggest.
    pub buildings: Option<u32>,
    /// The smallest acceptable angle, in degrees; `None` for the one that the city was built with, or 25.
    pub min_angle: Option<f64>,
    /// The area whose border a mesh file must have; `None` for the box around the mesh. A store states its own.
    pub area: Option<Area>,
}

/// The verdict of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The surface is sound and covers what it must.
    Sound,
    /// Tiles of the store are missing, or its list of buildings is not the city's.
    Incomplete,
    /// There is no triangle.
    Empty,
    /// The surface has faults.
    NotSound,
    /// The surface has no fault, but ground and roofs do not have the area that a city must cover.
    NotCovered,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Sound => "sound",
            Verdict::Incomplete => "INCOMPLETE",
            Verdict::Empty => "EMPTY",
            Verdict::NotSound => "NOT SOUND",
            Verdict::NotCovered => "NOT ALL COVERED",
        })
    }
}

/// The findings of a check, with the verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Checked {
    /// The verdict on everything below.
    pub verdict: Verdict,
    /// As [`CheckReport::is_sound`].
    pub sound: bool,
    /// As [`CheckReport::covers_domain`].
    pub covers_domain: bool,
    /// The number of missing tiles of the store; 0 for a mesh.
    pub missing_tiles: u64,
    /// The second verdict: as [`Plausibility::is_plausible`]. A sound surface may still be impossible for a city.
    pub plausible: bool,
    /// The findings behind the second verdict.
    pub plausibility: Plausibility,
    /// The fault of the store's list of buildings, if any; `None` for a mesh.
    pub buildings_problem: Option<String>,
    /// Files of tiles that are not the city's. No reader uses them, and the next build removes those
    /// that groma wrote.
    pub stray_files: Vec<String>,
    /// The figures.
    #[serde(flatten)]
    pub report: CheckReport,
}

/// The ground that a surface must cover to be sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MustCover {
    /// All of its domain.
    Domain,
    /// None in particular.
    Nothing,
}

impl Checked {
    pub(super) fn new(
        report: CheckReport,
        plausibility: Plausibility,
        missing_tiles: u64,
        must_cover: MustCover,
    ) -> Checked {
        let (sound, covers_domain) = (report.is_sound(), report.covers_domain());
        let verdict = match () {
            () if missing_tiles > 0 => Verdict::Incomplete,
            () if report.triangles == 0 => Verdict::Empty,
            () if !sound => Verdict::NotSound,
            () if must_cover == MustCover::Domain && !covers_domain => Verdict::NotCovered,
            () => Verdict::Sound,
        };
        let plausible = plausibility.is_plausible();
        Checked {
            verdict,
            sound,
            covers_domain,
            missing_tiles,
            buildings_problem: None,
            stray_files: Vec::new(),
            plausible,
            plausibility,
            report,
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report.write(f, self.verdict)?;
        self.buildings_problem.iter().try_for_each(|problem| writeln!(f, "buildings {problem}"))?;
        strays_text(&self.stray_files).iter().try_for_each(|strays| writeln!(f, "stray     {strays}"))?;
        self.plausibility.fmt(f)
    }
}

/// Checks the mesh that the tiles of a store make together, in bounded memory. The store of a city itself states the
/// area it must cover, its number of buildings, its smallest angle, and whether it may have holes.
///
/// # Errors
/// As [`super::check`].
pub fn check_store(store: &MeshStore, asked: &Expectations, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    let city = store.manifest().city.as_ref();
    let options = CheckOptions {
        bounds: city.map(|city| city.domain.bounds()),
        area: city.map(|city| city.area()).filter(|area| !area.is_rectangle()),
        buildings: asked.buildings,
        min_angle: asked.min_angle.or(city.map(|city| city.parameters.min_mesh_angle)).unwrap_or(default.min_angle),
        holes: city.is_some_and(|city| city.parameters.treat_lod0_as_holes),
        ..default
    };
    let missing_tiles = store.total_stats()?.missing_tiles;
    let footprint_area = match city {
        _ if missing_tiles > 0 => Err("tiles are missing"),
        _ if options.holes => Err("platforms are left open"),
        city => city.map(|city| city.footprint_area).ok_or("the store does not say it"),
    };
    let (report, plausibility) = look_at(store, &options, footprint_area, runner)?;
    let must_cover = if city.is_some() && !options.holes { MustCover::Domain } else { MustCover::Nothing };
    let mut checked = Checked::new(report, plausibility, missing_tiles, must_cover);
    checked.stray_files = store.stray_files()?;
    if let Some(problem) = city.and_then(|_| store.check_buildings().err()) {
        if problem.is_starved() {
            return Err(problem);
        }
        checked.buildings_problem = Some(problem.to_string());
        if checked.verdict == Verdict::Sound {
            checked.verdict = Verdict::Incomplete;
        }
    }
    Ok(checked)
}

/// Makes both checks of a surface.
fn look_at(
    source: &dyn TriangleSource,
    options: &CheckOptions,
    footprint_area: std::result::Result<f64, &'static str>,
    runner: &mut Runner,
) -> Result<(CheckReport, Plausibility)> {
    runner.plan(&PHASES);
    let report = check_with(source, options, runner)?;
    let context = runner.context().clone();
    let buildings_are_apart = source.buildings_are_apart();
    let known = Known {
        buildings: report.buildings,
        buildings_are_apart,
        roofs_have_walls: report.markers.number_from != NumberFrom::Guessed,
        footprint_area,
    };
    let walks = plausible::walks(source, &known, &context);
    runner.begin("plausible", 0, walks.saturating_mul(source.triangles()))?;
    let mut plausibility = runner.run(|| plausible::look(source, &known, &context))?;
    plausibility.faults.extend(report.markers.faults());
    if buildings_are_apart {
        plausibility.not_looked_at.extend(report.markers.not_told());
    }
    if !report.must_face_up() {
        let what = "which way triangles face: the surface has no border, and no marker tells ground or roofs";
        plausibility.not_looked_at.push(what.to_string());
    }
    runner.finish();
    Ok((report, plausibility))
}

/// Checks a mesh, whose border is its bounding box, or that of the area that is asked for. No place may be covered
/// twice, and only walls may face down. The latter is not required of another program's closed body, which has no
/// border.
///
/// # Errors
/// As [`super::check`]; [`Error::InvalidArgument`] for a number of buildings when the mesh does not tell buildings
/// apart.
pub fn check_mesh(mesh: &Surface, asked: &Expectations, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    if let Some(buildings) = asked.buildings.filter(|_| mesh.markers.is_none()) {
        let accepted = "none (no --buildings) for a mesh without markers, which tells no building from another";
        return Err(Error::invalid("buildings", buildings, accepted));
    }
    if let Some(buildings) = asked.buildings.filter(|_| !mesh.buildings_are_apart()) {
        let accepted = "none (no --buildings) for a mesh whose groups are ground, walls and roofs, not buildings";
        return Err(Error::invalid("buildings", buildings, accepted));
    }
    let min_angle = asked.min_angle.unwrap_or(default.min_angle);
    let options = CheckOptions {
        bounds: asked.area.as_ref().map(|area| area.domain().bounds()),
        area: asked.area.clone().filter(|area| !area.is_rectangle()),
        buildings: asked.buildings,
        min_angle,
        ..default
    };
    let (report, plausibility) = look_at(mesh, &options, Err("a mesh file does not say it"), runner)?;
    Ok(Checked::new(report, plausibility, 0, MustCover::Nothing))
}
