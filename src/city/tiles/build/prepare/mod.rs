//! Prepares a city: the plane as the buildings divide it, the buildings and their heights, the terrain.
//!
//! Footprints come from disk by strips, are cleaned, and go back to disk as buildings (`register`, `walls`), so that no
//! more than a few strips of the city are in memory, however large it is.

mod ids;
mod kept;
mod register;
mod walls;

use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use self::ids::Ids;
use self::kept::KeptIslands;
pub(super) use self::kept::remove_kept;
use self::register::{Numbered, Register};
use self::walls::Walls;
use super::detail::Details;
use super::firsts::Firsts;
use super::inputs::{ReadInputs, STRIP, aside};
use super::known_ground::KnownGround;
use super::options::BuildCityMeshOptions;
use super::report::InputReport;
use super::roofs::{Roofs, band_by_band, elevations_among, ground_along};
use super::sharp::SharpCorners;
use super::source::TileSource;
use super::warnings::{
    no_buildings, warn_about_duplicate_ids, warn_about_features, warn_about_heights, warn_about_roofs_under_ground,
    warn_about_terrain_that_ends,
};
use crate::city::input::CityInput;
use crate::city::input::footprint::{FootprintList, Lod};
use crate::city::input::footprints::KeptFootprint;
use crate::city::input::terrain::Terrain;
use crate::city::plane::area::Area;
use crate::city::plane::cells::Cells;
use crate::city::plane::clean::{Building, BuildingKey, CleanReport, Islands, Sweep};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::Point;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::estimate::{CLEANING, RoofAreas, bytes_to_clean};
use crate::city::tiles::store::{BuildingRecord, BuildingsFile, PartRecord};
use crate::city::tiles::surface::Part;
use crate::job::aside::Aside;
use crate::job::{Context, Runner};
use crate::{Error, Result};

/// A city whose inputs were read and cleaned: the source of its tiles, and what its store and its report tell.
pub(super) struct PreparedCity {
    pub source: TileSource,
    pub buildings: BuildingsFile,
    /// The buildings with a roof that the ground covers somewhere, ascending.
    pub covered: Vec<u32>,
    /// The least and the greatest height of a roof above the lowest ground along its outline.
    pub roof_heights: Option<[f64; 2]>,
    pub crs: Option<String>,
    pub input: InputReport,
    pub clean: CleanReport,
    pub sharp_corners: SharpCorners,
    /// A hash of the buildings and their names. The parameters and the terrain are in the hashes of the tiles' inputs.
    pub fingerprint: u128,
}

impl PreparedCity {
    /// Reads and cleans the inputs of the city of a store. Of many footprints, what was cleaned is kept in the store's
    /// folder until [`remove_kept`], also if the run is stopped, and removed when the inputs are refused.
    pub fn new(
        input: &CityInput,
        store: &Path,
        options: &BuildCityMeshOptions,
        runner: &mut Runner,
    ) -> Result<PreparedCity> {
        let prepared = PreparedCity::prepare(input, store, options, runner);
        if prepared.as_ref().is_err_and(|e| !matches!(e, Error::Cancelled)) {
            let _ = remove_kept(store);
        }
        prepared
    }

    fn prepare(
        input: &CityInput,
        store: &Path,
        options: &BuildCityMeshOptions,
        runner: &mut Runner,
    ) -> Result<PreparedCity> {
        let parameters = &options.parameters;
        let context = runner.context().clone();
        runner.begin("read", 2, 0)?;
        let aside = aside(options, &context);
        let mut inputs = ReadInputs::read(input, options, &aside, runner)?;
        let known = runner.install(|| {
            let ReadInputs { strips, terrain, domain, mask, .. } = &inputs;
            let known = KnownGround::find(strips, terrain, domain, parameters, &context)?;
            match (mask, &options.domain) {
                (Some(mask), Some(path)) => known.within(mask, path, domain, parameters, &context),
                _ => Ok(known),
            }
        })?;
        warn_about_terrain_that_ends(&known.area, known.left_out, &context);
        let KnownGround { area, fill_distance, left_out } = known;
        inputs.report.area_without_data = left_out;
        runner.begin("clean", 1, inputs.strips.len())?;
        let terrain = inputs.terrain.clone();
        let kept = KeptIslands::of(inputs.strips.len(), store);
        let swept = runner.install(|| sweep(&inputs, &terrain, &area, parameters, &aside, &kept, &context))?;
        let Swept { roofs, sweep, ids, register, walls, roof_areas, details, roof_heights, under_ground, .. } = swept;
        take_in_heights(&mut inputs, roofs, ids, area.domain(), &context)?;
        let Numbered { numbers, parts, buildings, covered } = register.finish()?;
        let clean = sweep.finish().report(|key| numbers.of(key).map(|[building, _]| building.into()))?;
        refuse_no_buildings(&inputs, &clean, area.domain())?;
        warn_about_covered(&mut inputs.report, under_ground, parameters.raise_covered_roofs, &context);
        let plane = runner.install(|| walls.finish(&numbers, parts, parameters.min_mesh_angle))?;
        let origin = area.domain().origin;
        let sharp_corners = SharpCorners::of(&plane, &buildings, origin, parameters.min_mesh_angle)?;
        details.warn(area.domain(), &parameters.scale(), &context);
        context.check()?;
        let mut hash = Xxh3::new();
        hash.update(&plane.hash.to_le_bytes());
        hash.update(buildings.hash().as_bytes());
        let ReadInputs { crs, report, .. } = inputs;
        let ground = (terrain, fill_distance);
        let source = TileSource::new(area, parameters, buildings.count(), roof_areas, ground, plane.files);
        Ok(PreparedCity {
            source,
            buildings,
            covered,
            roof_heights,
            crs,
            input: report,
            clean,
            sharp_corners,
            fingerprint: hash.digest128(),
        })
    }

    /// Returns about how many bytes of memory this takes.
    pub fn bytes(&self) -> u64 {
        let source = &self.source;
        let shared = 4 * self.covered.len() + 8 * source.roof_areas.areas().len();
        shared as u64 + self.clean.bytes() + source.terrain().bytes_in_memory()
    }
}

/// Computes the roofs and cleans the footprints, strip by strip.
fn sweep<'a>(
    inputs: &ReadInputs,
    terrain: &'a Terrain,
    area: &'a Area,
    parameters: &'a Parameters,
    aside: &Aside,
    kept: &KeptIslands,
    context: &'a Context,
) -> Result<Swept<'a>> {
    let strips = &inputs.strips;
    let south = inputs.domain.bounds()[1] - area.domain().origin[1] as f64;
    // The southern edge of a strip, in grid units, less what rounding may move.
    let edge = |strip: u32| (strip < strips.count()).then(|| ((south + STRIP * f64::from(strip)) / GRID) as i32 - 2);
    let mut attempt = 0;
    let swept = loop {
        let mut swept = Swept::new(inputs, terrain, area, parameters, attempt, aside, context)?;
        for strip in 0..strips.count() {
            let step = attempt * strips.count() + strip;
            swept.take_strip(strips.read(strip)?, edge(strip + 1), strips.len(), (step, kept), context)?;
        }
        if !swept.sweep.has_strayed() {
            break swept;
        }
        // What was made of some footprints is farther from them than is usual: all are cleaned in wider islands.
        attempt += 1;
    };
    Ok(swept)
}

/// A pass over all strips, whose buildings are put aside.
struct Swept<'a> {
    terrain: &'a Terrain,
    parameters: &'a Parameters,
    /// Whether progress was told of an earlier pass.
    is_again: bool,
    roofs: Roofs<'a>,
    sweep: Sweep<'a>,
    ids: Ids,
    register: Register,
    walls: Walls<'a>,
    roof_areas: RoofAreas,
    details: Details,
    roof_heights: Option<[f64; 2]>,
    under_ground: Firsts<BuildingKey, String>,
}

/// The parts of a building, and whether the ground covers a roof of it.
type Height = (Vec<Part>, bool);

impl<'a> Swept<'a> {
    fn new(
        inputs: &ReadInputs,
        terrain: &'a Terrain,
        area: &'a Area,
        parameters: &'a Parameters,
        attempt: u32,
        aside: &Aside,
        context: &'a Context,
    ) -> Result<Swept<'a>> {
        let (domain, count) = (area.domain(), inputs.strips.len());
        Ok(Swept {
            terrain,
            parameters,
            is_again: attempt > 0,
            roofs: Roofs::new(terrain, domain, parameters, inputs.default_height, inputs.heights.clone()),
            sweep: Sweep::new(area, parameters, attempt, context)?,
            ids: Ids::new(aside.clone(), count),
            register: Register::new(aside.clone(), count),
            walls: Walls::new(aside.clone(), area),
            roof_areas: RoofAreas::new(Cells::of(domain)),
            details: Details::default(),
            roof_heights: None,
            under_ground: Firsts::default(),
        })
    }

    /// Takes the footprints of the next strip. `next` is the southern edge of the one after it, in grid units.
    /// Of `all` footprints no more can be of an island.
    fn take_strip(
        &mut self,
        footprints: Vec<KeptFootprint>,
        next: Option<i32>,
        all: u64,
        (step, kept): (u32, &KeptIslands),
        context: &Context,
    ) -> Result<()> {
        let count = footprints.len() as u64;
        let (waiting, points) = self.sweep.waiting();
        let points = points + footprints.iter().map(|kept| kept.footprint.points()).sum::<u64>();
        let held = waiting + count;
        let reserve = |share: f64| {
            let (footprints, points) = ((share * held as f64) as u64, (share * points as f64) as u64);
            context.memory().reserve(bytes_to_clean(footprints, points, context.threads()), CLEANING)
        };
        // Islands may go on for as long as they did: the limit that is named then suffices for that, too.
        let twice = (all as f64 / held.max(1) as f64).min(2.0);
        let _at_work = reserve(1.0).or_else(|refused| reserve(twice).and(Err(refused)))?;
        let given = self.roofs.of(footprints, context)?;
        given.iter().try_for_each(|given| self.ids.add(given.index, &given.footprint.id))?;
        let to_clean = self.sweep.gather(given, next)?;
        let cleaned = kept.make(step, || self.sweep.hash(&to_clean), || self.sweep.clean(&to_clean))?;
        let islands = self.sweep.take(to_clean, cleaned);
        self.take_in(&islands, context)?;
        if !self.is_again {
            context.add_items(count);
        }
        Ok(())
    }

    /// Puts the buildings of islands aside.
    fn take_in(&mut self, islands: &Islands, context: &Context) -> Result<()> {
        let key = |building: &Building| BuildingKey::new(building.members[0], &building.rings);
        let name = |building: &Building| islands.names(&building.members).join(" + ");
        self.details.add(&islands.buildings, &self.parameters.scale(), key, name);
        for (building, (parts, is_covered)) in islands.buildings.iter().zip(self.heights(&islands.buildings, context)?)
        {
            let key = key(building);
            let of_parts = building.parts.iter().zip(&parts);
            let record = BuildingRecord {
                building: 0,
                roof: parts.iter().map(|part| part.roof).fold(f64::NEG_INFINITY, f64::max),
                platform: parts[0].platform,
                lod: building.lod,
                members: islands.names(&building.members),
                parts: of_parts
                    .map(|(of, p)| PartRecord { roof: p.roof, members: islands.names(&of.members) })
                    .collect(),
            };
            self.register.add(key, &record, &parts, is_covered)?;
            self.walls.add(key, building)?;
            let ring: Vec<Point> = building.rings[0].iter().map(|p| p.map(|v| f64::from(v) * GRID)).collect();
            self.roof_areas.add(&ring);
            if is_covered {
                self.under_ground.add(key, || record.members.join(" + "));
            }
            for height in parts.iter().filter(|part| part.lod == Lod::Lod1).map(|part| part.roof - part.platform) {
                let [low, high] = self.roof_heights.unwrap_or([height; 2]);
                self.roof_heights = Some([low.min(height), high.max(height)]);
            }
        }
        Ok(())
    }

    /// Computes the heights of roofs and platforms.
    fn heights(&self, buildings: &[Building], context: &Context) -> Result<Vec<Height>> {
        let sampler = self.terrain.sampler(self.sweep.domain().origin, self.parameters.fill_distance());
        // Numbers come later.
        let number = 0;
        let look = |building: &Building| -> Height {
            let around = ground_along(&building.rings[0], &sampler);
            let mut is_covered = false;
            let part = |(rings, roof): (&[Vec<[i32; 2]>], f64)| {
                let ground = if building.parts.is_empty() { around } else { ground_along(&rings[0], &sampler) };
                let covering = ground.filter(|ground| building.lod == Lod::Lod1 && roof < ground.highest);
                is_covered |= covering.is_some();
                Part {
                    building: number,
                    roof: match covering {
                        Some(ground) if self.parameters.raise_covered_roofs => {
                            ground.highest + Parameters::CLEAR_OF_GROUND
                        }
                        _ => roof,
                    },
                    // Without data, the tile fails with an error that names the place.
                    platform: around.map_or(roof, |ground| ground.lowest),
                    lod: building.lod,
                }
            };
            let parts = building.polygons().map(part).collect();
            (parts, is_covered)
        };
        let south = |building: &Building| f64::from(building.rings[0][0][1]);
        band_by_band(buildings, self.terrain, context, south, look)
    }
}

/// Reports what was seen of heights and names; refuses or doubts heights that cannot be meant.
fn take_in_heights(
    inputs: &mut ReadInputs,
    roofs: Roofs<'_>,
    ids: Ids,
    domain: &Domain,
    context: &Context,
) -> Result<()> {
    let ReadInputs { given, terrain, skipped, report, .. } = inputs;
    let (heights, compared) = roofs.finish(&mut skipped.no_height);
    let (hint, duplicates) = (elevations_among(&heights, given, terrain, domain), ids.duplicates()?);
    warn_about_features(skipped, context);
    warn_about_heights(&heights, hint.as_deref(), context);
    warn_about_duplicate_ids(&duplicates, context);
    report.take_in(heights, skipped, duplicates);
    let property = report.height_property.as_deref();
    compared.refuse_under_ground(given, property)?;
    compared.warn_about_the_other_meaning(property, context);
    Ok(())
}

/// Refuses footprints of which no building is left.
fn refuse_no_buildings(inputs: &ReadInputs, clean: &CleanReport, domain: &Domain) -> Result<()> {
    let ReadInputs { given, terrain, report, .. } = inputs;
    if clean.buildings > 0 || report.features == 0 {
        return Ok(());
    }
    let hint = elevations_among(&report.heights, given, terrain, domain);
    Err(no_buildings(given, report, clean, hint))
}

/// Reports the buildings with roofs that the ground covers somewhere.
fn warn_about_covered(
    report: &mut InputReport,
    under_ground: Firsts<BuildingKey, String>,
    are_raised: bool,
    context: &Context,
) {
    let mut list = FootprintList::default();
    under_ground.add_to(&mut list);
    warn_about_roofs_under_ground(&list, are_raised, context);
    report.roofs_raised = if are_raised { list.count } else { 0 };
    report.roofs_under_ground = list;
}
