//! What follows from a check of a store or a mesh file, against what it should be.

use std::fmt;

use serde::Serialize;

use super::plausible::{self, Known, Plausibility};
use super::{CheckOptions, CheckReport, NumberFrom, PHASES, check_with};
use crate::city::output::inspect::strays_text;
use crate::city::tiles::store::MeshStore;
use crate::io::surface::{Surface, TriangleSource};
use crate::job::Runner;
use crate::{Error, Result};

/// What to check against instead of what a store says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The number of buildings that markers count; `None` for what the store or the file states, or else what walls
    /// and roofs show of it.
    pub buildings: Option<u32>,
    /// The smallest angle a triangle should have, in degrees; `None` for the one the city was built with, or 25.
    pub min_angle: Option<f64>,
}

/// What follows from a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All is well.
    Sound,
    /// Tiles of the store are missing, or its list of buildings is not the city's.
    Incomplete,
    /// There is not one triangle.
    Empty,
    /// There are faults.
    NotSound,
    /// There is no fault, but ground and roofs do not have the area that a city must cover.
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

/// What a check found, and what follows from it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Checked {
    /// What follows from all that is below.
    pub verdict: Verdict,
    /// As [`CheckReport::is_sound`].
    pub sound: bool,
    /// As [`CheckReport::covers_domain`].
    pub covers_domain: bool,
    /// Tiles of the store that are not there; 0 of a mesh.
    pub missing_tiles: u64,
    /// The second verdict: as [`Plausibility::is_plausible`]. A surface may be sound and show what no city has.
    pub plausible: bool,
    /// What the second verdict follows from.
    pub plausibility: Plausibility,
    /// What is wrong with the store's list of buildings; `None` where nothing is, and for a mesh.
    pub buildings_problem: Option<String>,
    /// Files in the store of tiles that the city is not cut into, which nothing reads and the next build removes.
    pub stray_files: Vec<String>,
    /// The figures.
    #[serde(flatten)]
    pub report: CheckReport,
}

impl Checked {
    pub(super) fn new(
        report: CheckReport,
        plausibility: Plausibility,
        missing_tiles: u64,
        must_cover: bool,
    ) -> Checked {
        let (sound, covers_domain) = (report.is_sound(), report.covers_domain());
        let verdict = match () {
            () if missing_tiles > 0 => Verdict::Incomplete,
            () if report.triangles == 0 => Verdict::Empty,
            () if !sound => Verdict::NotSound,
            () if must_cover && !covers_domain => Verdict::NotCovered,
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

/// Checks the mesh that the tiles of a store make together, in bounded memory. The store of a city says itself what it
/// must cover, how many buildings it has, its smallest angle, and whether it may have holes.
///
/// # Errors
/// As [`super::check`].
pub fn check_store(store: &MeshStore, asked: &Asked, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    let city = store.manifest().city.as_ref();
    let options = CheckOptions {
        bounds: city.map(|city| city.domain.bounds()),
        buildings: asked.buildings,
        min_angle: asked.min_angle.or(city.map(|city| city.parameters.min_mesh_angle)).unwrap_or(default.min_angle),
        holes: city.is_some_and(|city| city.parameters.treat_lod0_as_holes),
        ..default
    };
    let missing_tiles = store.total_stats()?.missing_tiles;
    let footprint_area = match city {
        _ if missing_tiles > 0 => Err("tiles are missing"),
        _ if options.holes => Err("platforms are left open"),
        city => city.and_then(|city| city.footprint_area).ok_or("the store does not say it"),
    };
    let (report, plausibility) = look_at(store, &options, footprint_area, runner)?;
    let mut checked = Checked::new(report, plausibility, missing_tiles, city.is_some() && !options.holes);
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

/// Both looks at a surface.
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

/// Checks a mesh, whose border is the box around it. No place of that may be covered twice, and nothing but a wall may
/// face down; that is not asked of the body of another program, which has no border.
///
/// # Errors
/// As [`super::check`]; [`Error::InvalidArgument`] for a number of buildings of a mesh that does
/// not tell them apart.
pub fn check_mesh(mesh: &Surface, asked: &Asked, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    if let Some(buildings) = asked.buildings.filter(|_| !mesh.buildings_are_apart()) {
        let accepted = "none (no --buildings) for a mesh whose groups are ground, walls and roofs, not buildings";
        return Err(Error::invalid("buildings", buildings, accepted));
    }
    let min_angle = asked.min_angle.unwrap_or(default.min_angle);
    let options = CheckOptions { buildings: asked.buildings, min_angle, ..default };
    let (report, plausibility) = look_at(mesh, &options, Err("a mesh file does not say it"), runner)?;
    Ok(Checked::new(report, plausibility, 0, false))
}
