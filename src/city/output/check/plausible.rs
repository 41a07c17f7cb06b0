//! Checks whether a surface is plausible for a city: heights, slopes and areas, in bounded memory.
//!
//! A sound surface may still show a building of a kilometre, a pit where the terrain has a sentinel for "no data", or
//! roofs under the ground, where a height was taken for an elevation. The measurements are reported whatever the
//! verdict.

use std::fmt;

use serde::Serialize;

use super::walk::walk;
use crate::Result;
use crate::city::input::heights::{ELEVATIONS, LARGEST_HEIGHT};
use crate::human::{count, counted};
use crate::io::surface::{Part, Triangle, TriangleSource};
use crate::job::{Context, MemoryBudget};

/// How much lower the lowest edge of a building's walls may lie, in metres, than the lowest ground that its height
/// counts from. The latter is sampled every few metres along the outline.
const FOOT: f64 = 10.0;

/// A triangle of the ground that climbs more than this, in metres, and more steeply than [`STEEPEST_GROUND`], is a step
/// into a pit or onto a spike.
pub const LARGEST_GROUND_STEP: f64 = 200.0;

/// The steepness of such a triangle, in metres up per metre along.
pub const STEEPEST_GROUND: f64 = 10.0;

/// The largest share of the walls' triangles that may reach above their own roof, because the ground does.
pub const MOST_WALLS_UPSIDE_DOWN: f64 = 0.1;

/// The smallest and the largest plausible plan area of all roofs, as a share of the footprints' area: small buildings
/// are left out, gaps and courtyards close.
pub const AREA_KEPT: [f64; 2] = [0.5, 2.0];

/// Heights that differ by no more than this, in metres, are equal.
const TOLERANCE: f64 = 0.01;

/// The number of buildings that are named.
const NAMED: usize = 8;

/// Buildings of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BuildingsFound {
    /// The number of buildings.
    pub buildings: u64,
    /// The numbers of the first few.
    pub first: Vec<u32>,
}

impl BuildingsFound {
    fn add(&mut self, building: u32) {
        self.buildings += 1;
        if self.first.len() < NAMED {
            self.first.push(building);
        }
    }

    fn named(&self) -> String {
        let first: Vec<String> = self.first.iter().map(u32::to_string).collect();
        let more = self.buildings - first.len() as u64;
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        format!("building{} {}{more}", if self.buildings == 1 { "" } else { "s" }, first.join(", "))
    }
}

/// Measurements of a surface, compared with what is possible in a city.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Plausibility {
    /// The impossible findings, a sentence each.
    pub faults: Vec<String>,
    /// The points that could not be checked, with the reason.
    pub not_looked_at: Vec<String>,
    /// The lowest and the highest elevation of the ground, in metres; those of the whole surface where no marker tells
    /// the ground.
    pub ground: Option<[f64; 2]>,
    /// Whether markers tell which triangles are ground.
    pub ground_is_told: bool,
    /// Triangles of the ground that climb more than [`LARGEST_GROUND_STEP`], more steeply than [`STEEPEST_GROUND`].
    pub ground_steps: u64,
    /// The lowest and the highest roof above the lowest edge of its walls, in metres.
    pub roof_heights: Option<[f64; 2]>,
    /// Buildings above [`LARGEST_HEIGHT`].
    pub too_high: BuildingsFound,
    /// Buildings whose roof lies below all the ground around it.
    pub below_ground: BuildingsFound,
    /// Buildings whose roof lies below the ground in places, the above included.
    pub under_ground_in_places: BuildingsFound,
    /// Triangles of walls.
    pub wall_triangles: u64,
    /// Triangles of walls that reach above their own roof, because the ground does.
    pub walls_upside_down: u64,
    /// The plan area of all roofs, in square metres.
    pub roof_area: f64,
    /// The area of the footprints before cleaning, in square metres, where a store states it.
    pub footprint_area: Option<f64>,
    /// `roof_area` as a share of `footprint_area`.
    pub area_kept: Option<f64>,
}

impl Plausibility {
    /// Returns whether nothing impossible was found.
    pub fn is_plausible(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Facts about a surface besides its triangles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The number of buildings, N, that the markers refer to.
    pub buildings: u32,
    /// As [`TriangleSource::buildings_are_apart`].
    pub buildings_are_apart: bool,
    /// Whether the number of buildings is known, so that each roof has its walls.
    pub roofs_have_walls: bool,
    /// The area of the footprints, in square metres, if all their roofs should be in the surface; otherwise why it is
    /// not known.
    pub footprint_area: std::result::Result<f64, &'static str>,
}

/// The ranges gathered for a building: the elevations of its roof and of its walls.
#[derive(Clone, Copy)]
struct Gathered {
    roof: [f64; 2],
    wall: [f64; 2],
}

const NOTHING: [f64; 2] = [f64::INFINITY, f64::NEG_INFINITY];

fn include([low, high]: &mut [f64; 2], z: f64) {
    *low = low.min(z);
    *high = high.max(z);
}

/// Returns about how often the surface is read.
pub(super) fn walks(source: &dyn TriangleSource, known: &Known, context: &Context) -> u64 {
    match u64::from(known.buildings) {
        _ if !known.buildings_are_apart || !known.roofs_have_walls => 1,
        buildings if buildings <= source.triangles() => 1 + 2 * buildings.div_ceil(at_once(context)),
        _ => 1,
    }
}

/// Returns how many buildings are gathered at once.
fn at_once(context: &Context) -> u64 {
    const LEAST: u64 = 1 << 14;
    let budget = context.memory();
    let available = budget.limit().saturating_sub(MemoryBudget::OVERHEAD + budget.now());
    (available / 2 / size_of::<Gathered>() as u64).max(LEAST)
}

/// Measures a surface. It holds the ranges of walls and roof of each building, for as many buildings at once as the
/// memory limit allows.
pub(super) fn look(source: &dyn TriangleSource, known: &Known, context: &Context) -> Result<Plausibility> {
    let mut found = Plausibility::default();
    let mut all = Plain::default();
    walk(source, context, &mut |triangle, marker| all.add(triangle, Part::of(marker, known.buildings)))?;
    found.ground = [all.ground, all.any].into_iter().find(|range| range[0] <= range[1]);
    found.ground_is_told = all.ground[0] <= all.ground[1];
    found.ground_steps = all.steps;
    found.roof_area = all.roof_area;
    if !found.ground_is_told {
        found.not_looked_at.push("the ground apart from buildings: no marker tells it".to_string());
    }
    if known.buildings == 0 {
        if all.unknown > 0 {
            found.not_looked_at.push("roofs and walls: no marker tells them".to_string());
        }
    } else if !known.buildings_are_apart {
        let what = "roofs above their walls, and walls against the ground: the file tells walls from roofs, but not \
                    one building from another, as .ply, .vtu and groups by markers (--groups markers) do";
        found.not_looked_at.push(what.to_string());
    } else if u64::from(known.buildings) > source.triangles() {
        let what = format!("roofs and walls: the markers count {} buildings", count(known.buildings.into()));
        found.not_looked_at.push(what);
    } else if known.roofs_have_walls {
        let step = at_once(context).min(u64::from(known.buildings)) as u32;
        let _memory =
            context.memory().reserve(u64::from(step) * size_of::<Gathered>() as u64, "the heights of buildings")?;
        let mut gathered = Vec::new();
        for first in (0..known.buildings).step_by(step as usize) {
            let last = known.buildings.min(first.saturating_add(step));
            gathered.clear();
            gathered.resize((last - first) as usize, Gathered { roof: NOTHING, wall: NOTHING });
            found.look_at_buildings(source, known.buildings, first, &mut gathered, context)?;
        }
    }
    match known.footprint_area {
        Ok(area) if area > 0.0 => {
            found.footprint_area = Some(area);
            found.area_kept = Some(found.roof_area / area);
        }
        Ok(_) => {}
        Err(why) => found.not_looked_at.push(format!("the footprints' area: {why}")),
    }
    found.judge();
    Ok(found)
}

/// Measurements that need no memory per building.
struct Plain {
    ground: [f64; 2],
    any: [f64; 2],
    steps: u64,
    roof_area: f64,
    unknown: u64,
}

impl Default for Plain {
    fn default() -> Plain {
        Plain { ground: NOTHING, any: NOTHING, steps: 0, roof_area: 0.0, unknown: 0 }
    }
}

impl Plain {
    fn add(&mut self, triangle: &Triangle, part: Part) {
        if !triangle.as_flattened().iter().all(|c| c.is_finite()) {
            return;
        }
        let mut range = NOTHING;
        triangle.iter().for_each(|corner| include(&mut range, corner[2]));
        range.iter().for_each(|&z| include(&mut self.any, z));
        let [a, b, c] = triangle.map(|[x, y, _]| [x, y]);
        let cross = |p: [f64; 2], q: [f64; 2]| p[0] * q[1] - p[1] * q[0];
        let plan_area = 0.5 * cross([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
        match part {
            Part::Ground | Part::GroundNextToBuilding => {
                range.iter().for_each(|&z| include(&mut self.ground, z));
                let climb = range[1] - range[0];
                self.steps += u64::from(climb > LARGEST_GROUND_STEP && climb > STEEPEST_GROUND * longest([a, b, c]));
            }
            Part::Roof => self.roof_area += plan_area,
            Part::Wall => {}
            Part::Unknown => self.unknown += 1,
        }
    }
}

/// Returns the length of the longest edge of a triangle in the plane.
fn longest([a, b, c]: [[f64; 2]; 3]) -> f64 {
    [(a, b), (b, c), (c, a)].map(|(p, q)| (q[0] - p[0]).hypot(q[1] - p[1])).into_iter().fold(0.0, f64::max)
}

impl Plausibility {
    /// Measures the buildings from `first` on, as many as `gathered` has room for.
    fn look_at_buildings(
        &mut self,
        source: &dyn TriangleSource,
        buildings: u32,
        first: u32,
        gathered: &mut [Gathered],
        context: &Context,
    ) -> Result<()> {
        let count = gathered.len();
        let place = |marker: i32, part: Part| -> Option<usize> {
            let building = match part {
                Part::Wall => marker as u32,
                Part::Roof => marker as u32 - buildings,
                _ => return None,
            };
            let place = building.checked_sub(first)? as usize;
            (place < count).then_some(place)
        };
        walk(source, context, &mut |triangle, marker| {
            let part = Part::of(marker, buildings);
            let Some(at) = place(marker, part) else { return };
            let range = if part == Part::Wall { &mut gathered[at].wall } else { &mut gathered[at].roof };
            triangle.iter().filter(|corner| corner[2].is_finite()).for_each(|corner| include(range, corner[2]));
        })?;
        walk(source, context, &mut |triangle, marker| {
            if Part::of(marker, buildings) != Part::Wall {
                return;
            }
            let Some(at) = place(marker, Part::Wall) else { return };
            self.wall_triangles += 1;
            let top = gathered[at].roof[1] + TOLERANCE;
            self.walls_upside_down += u64::from(top.is_finite() && triangle.iter().any(|corner| corner[2] > top));
        })?;
        for (place, Gathered { roof, wall }) in gathered.iter().enumerate() {
            let building = first + place as u32;
            if roof[0] > roof[1] || wall[0] > wall[1] {
                continue;
            }
            let height = roof[1] - wall[0];
            if wall[1] > roof[1] + TOLERANCE {
                self.under_ground_in_places.add(building);
                if wall[0] >= roof[0] - TOLERANCE {
                    self.below_ground.add(building);
                    continue;
                }
            }
            include(self.roof_heights.get_or_insert(NOTHING), height);
            if height > LARGEST_HEIGHT + FOOT {
                self.too_high.add(building);
            }
        }
        Ok(())
    }

    /// Lists the impossible findings.
    fn judge(&mut self) {
        let mut faults = Vec::new();
        let beyond = |range: &[f64; 2]| !range.iter().all(|z| ELEVATIONS.contains(z));
        if let Some([low, high]) = self.ground.filter(beyond) {
            let (lowest, highest) = (ELEVATIONS.start(), ELEVATIONS.end());
            faults.push(format!(
                "elevations from {low:.1} to {high:.1} m where ground lies between {lowest} and {highest} m: does the \
                 terrain have a value for \"no data\" that it does not declare?"
            ));
        }
        if self.ground_steps > 0 {
            faults.push(format!(
                "{} of the ground climb{} more than {LARGEST_GROUND_STEP} m, {STEEPEST_GROUND} m per metre or more: \
                 pits or spikes of the terrain",
                counted(self.ground_steps, "triangle"),
                if self.ground_steps == 1 { "s" } else { "" }
            ));
        }
        if self.too_high.buildings > 0 {
            let highest = self.roof_heights.map_or(0.0, |[_, high]| high);
            faults.push(format!(
                "{} above {LARGEST_HEIGHT} m, the highest {highest:.1} m: {}",
                counted(self.too_high.buildings, "building"),
                self.too_high.named()
            ));
        }
        if self.below_ground.buildings > 0 {
            faults.push(format!(
                "{} with a roof below all the ground around: {}; are heights above the ground taken for elevations?",
                counted(self.below_ground.buildings, "building"),
                self.below_ground.named()
            ));
        }
        let share = self.share_upside_down();
        if share > MOST_WALLS_UPSIDE_DOWN {
            faults.push(format!(
                "{:.1} % of the walls have the ground above their roof, at {}",
                100.0 * share,
                self.under_ground_in_places.named()
            ));
        }
        if let Some(kept) = self.area_kept.filter(|kept| !(AREA_KEPT[0]..=AREA_KEPT[1]).contains(kept)) {
            faults.push(format!("roofs with {:.1} % of the footprints' area", 100.0 * kept));
        }
        self.faults = faults;
    }

    fn share_upside_down(&self) -> f64 {
        self.walls_upside_down as f64 / self.wall_triangles.max(1) as f64
    }
}

impl fmt::Display for Plausibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_plausible(), self.not_looked_at.is_empty()) {
            (false, _) => writeln!(f, "NOT PLAUSIBLE")?,
            (true, true) => writeln!(f, "plausible")?,
            (true, false) => writeln!(f, "plausible as far as can be told")?,
        }
        for fault in &self.faults {
            writeln!(f, "  FAULT: {fault}")?;
        }
        if let Some([low, high]) = self.ground {
            let what = if self.ground_is_told { "elevations of the ground" } else { "elevations" };
            writeln!(f, "  {what:<25} {low:.2} to {high:.2} m")?;
        }
        if let Some([low, high]) = self.roof_heights {
            writeln!(f, "  roofs above their walls   {low:.2} to {high:.2} m")?;
        }
        if self.under_ground_in_places.buildings > 0 {
            let places = &self.under_ground_in_places;
            writeln!(f, "  roofs under the ground    {} in places: {}", count(places.buildings), places.named())?;
        }
        if self.wall_triangles > 0 {
            let (down, all) = (count(self.walls_upside_down), count(self.wall_triangles));
            let share = 100.0 * self.share_upside_down();
            writeln!(f, "  walls upside down         {down} of {all} triangles, {share:.2} %")?;
        }
        if let (Some(kept), Some(area)) = (self.area_kept, self.footprint_area) {
            writeln!(f, "  area kept                 {:.2} % of the footprints' {area:.0} m2", 100.0 * kept)?;
        }
        for what in &self.not_looked_at {
            writeln!(f, "  not looked at: {what}")?;
        }
        Ok(())
    }
}
