//! What follows from a check of a store or a mesh file, against what it should be.

use std::fmt;

use serde::Serialize;

use super::plausible::{self, Known, Plausibility};
use super::{CheckOptions, CheckReport, PHASES, check_with};
use crate::Result;
use crate::city::store::MeshStore;
use crate::io::surface::{Surface, TriangleSource};
use crate::job::Runner;

/// What to check against instead of what a store says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The number of buildings that markers count; `None` for what the store says, or to derive it from the largest marker.
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
        self.plausibility.fmt(f)
    }
}

/// Checks the mesh that the tiles of a store make together, in bounded memory. The store of a city says itself what it must cover,
/// how many buildings it has, its smallest angle, and whether it may have holes.
///
/// # Errors
/// As [`super::check`].
pub fn check_store(store: &MeshStore, asked: &Asked, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    let city = store.manifest().city.as_ref();
    let options = CheckOptions {
        bounds: city.map(|city| city.domain.bounds()),
        buildings: asked.buildings.or(city.map(|city| city.buildings)),
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
    let known = Known { buildings: report.buildings, footprint_area };
    let walks = plausible::walks(source, &known, &context);
    runner.begin("plausible", 0, walks.saturating_mul(source.triangles()))?;
    let plausibility = runner.run(|| plausible::look(source, &known, &context))?;
    runner.finish();
    Ok((report, plausibility))
}

/// Checks a mesh, whose border is the box around it. What it covers of that is told but asked of none: the border need not be a
/// rectangle.
///
/// # Errors
/// As [`super::check`].
pub fn check_mesh(mesh: &Surface, asked: &Asked, runner: &mut Runner) -> Result<Checked> {
    let default = CheckOptions::default();
    let min_angle = asked.min_angle.unwrap_or(default.min_angle);
    let options = CheckOptions { buildings: asked.buildings, min_angle, ..default };
    let (report, plausibility) = look_at(mesh, &options, Err("a mesh file does not say it"), runner)?;
    Ok(Checked::new(report, plausibility, 0, false))
}
