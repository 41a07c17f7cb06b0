//! Prepares a city in memory: the plane as the buildings divide it, the buildings' heights, the terrain.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::detail::warn_about_details;
use super::inputs::ReadInputs;
use super::known_ground::KnownGround;
use super::options::BuildCityMeshOptions;
use super::report::InputReport;
use super::roofs::{
    Defaults, band_by_band, elevations_among, ground_along, grounds, refuse_roofs_under_ground, roofs,
    warn_about_heights_like_elevations,
};
use super::sharp::SharpCorners;
use super::source::{Surroundings, TileSource};
use super::warnings::{
    no_buildings, warn_about_duplicate_ids, warn_about_features, warn_about_heights, warn_about_roofs_under_ground,
    warn_about_terrain_that_ends,
};
use crate::city::input::CityInput;
use crate::city::input::footprint::{Footprint, FootprintList, Lod, duplicate_ids};
use crate::city::input::footprints::{KeptFootprint, Strips};
use crate::city::input::terrain::Terrain;
use crate::city::plane::area::Area;
use crate::city::plane::cells::Cells;
use crate::city::plane::clean::{self, Building, CleanReport, Cleaned};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::Point;
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::{Planar, Region};
use crate::city::tiles::estimate::{CLEANING, RoofAreas, bytes_to_clean};
use crate::city::tiles::surface::Part;
use crate::job::Runner;
use crate::{Error, Result};

/// A city whose inputs were read and cleaned: the source of its tiles, and what its store and its report tell.
pub(super) struct PreparedCity {
    pub source: TileSource,
    pub planar: Arc<Planar>,
    /// The parts of all buildings, in the buildings' order.
    pub parts: Arc<[Part]>,
    /// The buildings with a roof that the ground covers somewhere, ascending.
    pub covered: Vec<u32>,
    /// The names of the footprints that each building is made of.
    pub members: Vec<Vec<String>>,
    /// The names of the footprints of each part, for buildings with several; none for the others.
    pub members_of_parts: Vec<Vec<Vec<String>>>,
    pub crs: Option<String>,
    pub input: InputReport,
    pub clean: CleanReport,
    pub sharp_corners: SharpCorners,
}

impl PreparedCity {
    /// Reads and cleans the inputs.
    pub fn new(input: &CityInput, options: &BuildCityMeshOptions, runner: &mut Runner) -> Result<PreparedCity> {
        let parameters = &options.parameters;
        let context = runner.context().clone();
        runner.begin("read", 2, 0)?;
        let mut inputs = ReadInputs::read(input, options, runner)?;
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
        let (footprints, cleaned) = clean(&mut inputs, &area, parameters, runner)?;
        let members: Vec<Vec<String>> = cleaned.buildings.iter().map(|b| names(&b.members, &footprints)).collect();
        let of_parts = |b: &Building| b.parts.iter().map(|part| names(&part.members, &footprints)).collect();
        let members_of_parts = cleaned.buildings.iter().map(of_parts).collect();
        let ReadInputs { terrain, crs, mut report, .. } = inputs;
        drop(footprints);
        let domain = area.domain();
        let (parts, covered) = parts(&cleaned.buildings, &members, &terrain, domain, parameters, &mut report, runner)?;
        context.check()?;
        let cells = Cells::of(domain);
        let mut roof_areas = RoofAreas::new(cells);
        for building in &cleaned.buildings {
            let ring: Vec<Point> = building.rings[0].iter().map(|p| p.map(|v| f64::from(v) * GRID)).collect();
            roof_areas.add(&ring);
        }
        let polygons = cleaned.buildings.iter().flat_map(|building| building.polygons());
        let rings = (0..).zip(polygons).flat_map(|(part, (rings, _))| rings.iter().map(move |r| (part, r.as_slice())));
        context.check()?;
        let planar = Arc::new(Planar::new(&area, rings));
        let parts: Arc<[Part]> = parts.into();
        context.check()?;
        let sharp_corners = SharpCorners::new(&planar, parameters.min_mesh_angle, &parts, &members);
        context.check()?;
        warn_about_details(&cleaned.buildings, &members, domain, &parameters.scale(), &context);
        let plane = Box::new(Surroundings { planar: planar.clone(), parts: parts.clone() });
        let ground = (terrain, fill_distance);
        let source = TileSource::new(area, parameters, members.len() as u32, roof_areas, ground, plane);
        Ok(PreparedCity {
            source,
            planar,
            parts,
            covered,
            members,
            members_of_parts,
            crs,
            input: report,
            clean: cleaned.report,
            sharp_corners,
        })
    }

    /// Returns the parts of each building, in the buildings' order.
    pub fn parts_of_buildings(&self) -> impl Iterator<Item = &[Part]> {
        self.parts.chunk_by(|a, b| a.building == b.building)
    }

    /// Returns a hash of the buildings and their names. The parameters and the terrain are in the hashes of the tiles'
    /// inputs.
    pub fn fingerprint(&self) -> u128 {
        let mut hash = Xxh3::new();
        for edge in self.planar.edges() {
            hash.update(bytemuck::must_cast_slice(&[edge.a, edge.b]));
            let number = |region: Region| region.as_part().unwrap_or(u32::MAX);
            hash.update(bytemuck::must_cast_slice(&[number(edge.left), number(edge.right)]));
        }
        for name in self.members.iter().flatten().chain(self.members_of_parts.iter().flatten().flatten()) {
            hash.update(name.as_bytes());
            hash.update(&[0]);
        }
        for part in self.parts.iter() {
            hash.update(&part.building.to_le_bytes());
            hash.update(&part.roof.to_bits().to_le_bytes());
            hash.update(&part.platform.to_bits().to_le_bytes());
            hash.update(&[part.lod as u8]);
        }
        hash.digest128()
    }

    /// Returns about how many bytes of memory this takes.
    pub fn bytes(&self) -> u64 {
        let of_parts = self.members_of_parts.iter().flatten();
        let names: usize = self.members.iter().chain(of_parts).flatten().map(|name| name.len() + 48).sum();
        let shared = self.planar.edges().len() * 34 + self.parts.len() * 32 + self.members.len() * 48 + names;
        shared as u64 + self.clean.bytes() + self.source.terrain().bytes_in_memory()
    }
}

/// Computes the roofs, refuses or doubts heights that cannot be meant, and cleans the footprints.
fn clean(
    inputs: &mut ReadInputs,
    area: &Area,
    parameters: &Parameters,
    runner: &mut Runner,
) -> Result<(Arc<[Footprint]>, Cleaned)> {
    let context = runner.context().clone();
    let ReadInputs { given, strips, terrain, report, .. } = inputs;
    let domain = area.domain();
    let bytes = bytes_to_clean(strips.len(), strips.points(), context.threads());
    let _at_work = context.memory().reserve(bytes, CLEANING)?;
    let (mut footprints, sources) = all_of(strips)?;
    let defaults = Defaults { height: inputs.default_height, sources: &sources };
    let (heights, skipped) = (&mut inputs.heights, &mut inputs.skipped);
    let cleaned = runner.install(|| {
        let mut grounds = grounds(&footprints, terrain, domain, parameters.fill_distance(), &context)?;
        let roofs = roofs(&mut footprints, &mut grounds, domain, &defaults, heights, &mut skipped.no_height);
        let hint = elevations_among(heights, given, terrain, domain);
        let duplicates = duplicate_ids(&footprints);
        warn_about_features(skipped, &context);
        warn_about_heights(heights, hint.as_deref(), &context);
        warn_about_duplicate_ids(&duplicates, &context);
        report.take_in(std::mem::take(heights), skipped, duplicates);
        let property = report.height_property.as_deref();
        refuse_roofs_under_ground(&footprints, &roofs, &grounds, parameters.lod, given, property)?;
        warn_about_heights_like_elevations(&footprints, &roofs, &grounds, parameters.lod, property, &context);
        clean::clean(&footprints, &roofs, area, parameters, &context)
    })?;
    context.add_items(footprints.len() as u64);
    if cleaned.buildings.is_empty() && report.features > 0 {
        let hint = elevations_among(&report.heights, given, terrain, domain);
        return Err(no_buildings(given, report, &cleaned.report, hint));
    }
    if cleaned.buildings.len() > i32::MAX as usize / 2 {
        return Err(Error::invalid("footprints", cleaned.buildings.len(), "at most 1,073,741,823 buildings"));
    }
    Ok((footprints, cleaned))
}

/// Returns all footprints in the order in which they were given, and the sources of their heights.
fn all_of(strips: &Strips) -> Result<(Arc<[Footprint]>, Vec<u8>)> {
    let mut all: Vec<KeptFootprint> = Vec::new();
    for strip in 0..strips.count() {
        all.append(&mut strips.read(strip)?);
    }
    all.sort_unstable_by_key(|kept| kept.index);
    let sources = all.iter().map(|kept| kept.source).collect();
    Ok((all.into_iter().map(|kept| kept.footprint).collect(), sources))
}

/// Computes the heights of roofs and platforms. Reports the buildings with roofs below the ground along their outline,
/// by `members`, and returns them.
fn parts(
    buildings: &[Building],
    members: &[Vec<String>],
    terrain: &Terrain,
    domain: &Domain,
    parameters: &Parameters,
    report: &mut InputReport,
    runner: &mut Runner,
) -> Result<(Vec<Part>, Vec<u32>)> {
    let context = runner.context().clone();
    let sampler = terrain.sampler(domain.origin, parameters.fill_distance());
    let numbered: Vec<(u32, &Building)> = (0..).zip(buildings).collect();
    // The parts of a building, and whether the ground covers a roof of it.
    let look = |&(number, building): &(u32, &Building)| -> (Vec<Part>, bool) {
        let around = ground_along(&building.rings[0], &sampler);
        let mut is_covered = false;
        let part = |(rings, roof): (&[Vec<[i32; 2]>], f64)| {
            let ground = if building.parts.is_empty() { around } else { ground_along(&rings[0], &sampler) };
            let covering = ground.filter(|ground| building.lod == Lod::Lod1 && roof < ground.highest);
            is_covered |= covering.is_some();
            Part {
                building: number,
                roof: match covering {
                    Some(ground) if parameters.raise_covered_roofs => ground.highest + Parameters::CLEAR_OF_GROUND,
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
    let south = |(_, building): &(u32, &Building)| f64::from(building.rings[0][0][1]);
    let found = runner.install(|| band_by_band(&numbered, terrain, &context, south, look))?;
    let mut under_ground = FootprintList::default();
    for ((_, is_covered), members) in found.iter().zip(members) {
        if *is_covered {
            under_ground.add(|| members.join(" + "));
        }
    }
    warn_about_roofs_under_ground(&under_ground, parameters.raise_covered_roofs, &context);
    report.roofs_raised = if parameters.raise_covered_roofs { under_ground.count } else { 0 };
    report.roofs_under_ground = under_ground;
    let covered = (0..).zip(&found).filter(|(_, (_, is_covered))| *is_covered).map(|(building, _)| building).collect();
    Ok((found.into_iter().flat_map(|(parts, _)| parts).collect(), covered))
}

fn names(members: &[u32], footprints: &[Footprint]) -> Vec<String> {
    members.iter().map(|&member| footprints[member as usize].name(member)).collect()
}
