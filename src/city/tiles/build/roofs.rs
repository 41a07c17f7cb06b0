//! Compares roofs with the ground under them: computes their elevations, and refuses or doubts heights that cannot be
//! meant.

use std::sync::Arc;

use rayon::prelude::*;

use crate::city::input::Footprints;
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference, Lod};
use crate::city::input::heights::{HeightMeaning, HeightReport, LARGEST_HEIGHT, Refusal, RefusedHeight, check, shown};
use crate::city::input::terrain::{GroundHeight, Sampler, Terrain};
use crate::city::plane::domain::{Domain, GRID};
use crate::job::Context;
use crate::{Error, Result};

/// The lowest and the highest ground along an outline, as elevations in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GroundRange {
    pub lowest: f64,
    pub highest: f64,
}

impl GroundRange {
    fn join(self, other: GroundRange) -> GroundRange {
        GroundRange { lowest: self.lowest.min(other.lowest), highest: self.highest.max(other.highest) }
    }
}

/// Returns whether a footprint may be meshed, at least in part: one of its polygons meets the domain. Only these are
/// compared with the ground, because the rest of the terrain may not have been read.
pub(super) fn is_within_reach(footprint: &Footprint, domain: &Domain) -> bool {
    let [west, south, east, north] = domain.bounds();
    footprint.polygons.iter().filter_map(|polygon| polygon.rings.first()).any(|ring| {
        let range = |d: usize| {
            ring.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], p| [low.min(p[d]), high.max(p[d])])
        };
        let ([x0, x1], [y0, y1]) = (range(0), range(1));
        x0 <= east && x1 >= west && y0 <= north && y1 >= south
    })
}

/// Returns the ground along the outline of each footprint; `None` where the terrain has no data, and for footprints
/// that are not meshed.
pub(super) fn grounds(
    footprints: &[Footprint],
    terrain: &Terrain,
    domain: &Domain,
    fill_distance: f64,
    context: &Context,
) -> Result<Vec<Option<GroundRange>>> {
    let sampler = terrain.sampler(domain.origin, fill_distance);
    let local = |p: &[f64; 2]| [0, 1].map(|d| ((p[d] - domain.origin[d] as f64) / GRID).round() as i32);
    let ground = |footprint: &Footprint| {
        if !is_within_reach(footprint, domain) {
            return None;
        }
        let outlines = footprint.polygons.iter().filter_map(|polygon| {
            let ring: Vec<[i32; 2]> = polygon.rings.first()?.iter().map(local).collect();
            ground_along(&ring, &sampler)
        });
        outlines.reduce(GroundRange::join)
    };
    let first = |footprint: &Footprint| footprint.polygons.first()?.rings.first()?.first().copied();
    band_by_band(footprints, terrain, context, |footprint| first(footprint).map_or(0.0, |p| p[1]), ground)
}

/// The replacement of heights that are refused.
pub(super) struct Defaults<'a> {
    /// The height above the ground in their place, if there is one.
    pub height: Option<f64>,
    /// For each footprint, the index of its property in the report; empty for footprints from memory.
    pub sources: &'a [u8],
}

/// Returns the elevation of each roof; NaN where the ground that its height counts from is unknown. A footprint without
/// a usable height gets the default height, or is removed and counted in `left_out`; the others then get their names as
/// ids. The sources of heights are counted only for footprints that may be meshed.
pub(super) fn roofs(
    footprints: &mut Arc<[Footprint]>,
    grounds: &mut Vec<Option<GroundRange>>,
    domain: &Domain,
    defaults: &Defaults<'_>,
    report: &mut HeightReport,
    left_out: &mut FootprintList,
) -> Vec<f64> {
    let is_refused = |(footprint, ground): (&Footprint, &Option<GroundRange>)| {
        let reference = footprint.reference;
        let too_high = |ground: &GroundRange| footprint.height - ground.lowest > LARGEST_HEIGHT;
        match check(footprint.height, reference) {
            Ok(()) if reference == HeightReference::Absolute && ground.as_ref().is_some_and(too_high) => {
                Some(Refusal::Impossible)
            }
            checked => checked.err(),
        }
    };
    let refused: Vec<(usize, Refusal)> = footprints
        .iter()
        .zip(grounds.iter())
        .enumerate()
        .filter_map(|(n, footprint)| is_refused(footprint).map(|why| (n, why)))
        .collect();
    let is_counted: Vec<bool> = footprints.iter().map(|footprint| is_within_reach(footprint, domain)).collect();
    let sources = defaults.sources.iter().map(|&source| usize::from(source));
    for (source, _) in sources.zip(&is_counted).filter(|(_, is_counted)| !**is_counted) {
        if let Some(source) = report.properties.get_mut(source) {
            source.footprints -= 1;
        }
    }
    if !refused.is_empty() {
        let mut is_kept = vec![true; footprints.len()];
        for (n, why) in refused {
            let source = defaults.sources.get(n).map(|&source| usize::from(source));
            let source = source.and_then(|source| report.properties.get_mut(source));
            let property = source.map(|source| {
                source.footprints -= u64::from(is_counted[n]);
                source.property.clone()
            });
            let footprint = &mut Arc::make_mut(footprints)[n];
            let id = || footprint.name(n as u32);
            let value = shown(footprint.height);
            report.refused(why).add(|| RefusedHeight { id: id(), property, value });
            match defaults.height {
                Some(height) => {
                    report.default += u64::from(is_counted[n]);
                    (footprint.height, footprint.reference) = (height, HeightReference::Ground);
                }
                None => {
                    left_out.add(id);
                    is_kept[n] = false;
                }
            }
        }
        if is_kept.contains(&false) {
            let kept = footprints.iter().enumerate().filter(|(n, _)| is_kept[*n]);
            *footprints = kept.map(|(n, f)| Footprint { id: f.name(n as u32), ..f.clone() }).collect();
            let mut is_kept = is_kept.iter();
            grounds.retain(|_| is_kept.next() == Some(&true));
        }
    }
    report.properties.retain(|source| source.footprints > 0);
    let roof = |(footprint, ground): (&Footprint, &Option<GroundRange>)| match footprint.reference {
        HeightReference::Absolute => footprint.height,
        HeightReference::Ground => ground.map_or(f64::NAN, |ground| ground.lowest + footprint.height),
    };
    footprints.iter().zip(grounds.iter()).map(roof).collect()
}

/// Returns the blocks whose roof and ground are known: these can be compared.
fn blocks<'a>(
    footprints: &'a [Footprint],
    roofs: &'a [f64],
    grounds: &'a [Option<GroundRange>],
    lod: Lod,
) -> impl Iterator<Item = (usize, &'a Footprint, f64, GroundRange)> {
    footprints.iter().zip(roofs).zip(grounds).enumerate().filter_map(move |(n, ((footprint, &roof), ground))| {
        let is_block = footprint.lod.unwrap_or(lod) == Lod::Lod1;
        ground.filter(|_| is_block && roof.is_finite()).map(|ground| (n, footprint, roof, ground))
    })
}

/// Fails when most roofs are below the lowest ground along their outline: no slope explains that.
pub(super) fn refuse_roofs_under_ground(
    footprints: &[Footprint],
    roofs: &[f64],
    grounds: &[Option<GroundRange>],
    lod: Lod,
    source: &Footprints,
    property: Option<&str>,
) -> Result<()> {
    let (mut count, mut under, mut first) = (0_u64, 0_u64, None);
    for (n, footprint, roof, ground) in blocks(footprints, roofs, grounds, lod) {
        count += 1;
        if roof < ground.lowest {
            under += 1;
            first = first.or(Some((footprint.name(n as u32), roof, ground)));
        }
    }
    let Some((name, roof, GroundRange { lowest, highest })) = first.filter(|_| 2 * under > count) else {
        return Ok(());
    };
    let place = format!(
        "under the lowest ground along their outline, first that of {name} at {} m where the ground is at {lowest:.2} \
         to {highest:.2} m",
        shown(roof)
    );
    let accepted = format!(
        "roofs above the ground. Heights that count from the ground want height_reference ground (--height-property \
         {} --height-reference ground); else another property may have the elevations of roofs, the heights or the \
         terrain may be in feet, or the two count from different zeros",
        property.unwrap_or("NAME")
    );
    Err(match source {
        Footprints::File(path, _) => {
            Error::bad_format(path, None, format!("{under} of {count} roofs lie {place}"), accepted)
        }
        Footprints::Memory(_) => {
            Error::invalid("the place of most roofs", format!("{place} ({under} of {count})"), accepted)
        }
    })
}

/// Returns a hint when most of the refused heights above the ground would be plausible as elevations of roofs: values
/// above 900 m on high ground, or below zero on ground below the sea.
pub(super) fn elevations_among(
    heights: &HeightReport,
    source: &Footprints,
    terrain: &Terrain,
    domain: &Domain,
) -> Option<String> {
    /// Values from here to zero often stand for "unknown".
    const STAND_INS: f64 = -10.0;
    /// The number of places, along each axis, at which the terrain is sampled.
    const PLACES: u32 = 32;
    let listed: Vec<&RefusedHeight> = heights.unknown.listed.iter().chain(&heights.impossible.listed).collect();
    let counts_from_ground = |refused: &&&RefusedHeight| match (source, &refused.property) {
        (Footprints::File(_, options), Some(property)) => options.meaning_of(property) == HeightMeaning::AboveGround,
        (Footprints::Memory(footprints), _) => {
            footprints.first().is_some_and(|footprint| footprint.reference == HeightReference::Ground)
        }
        _ => false,
    };
    let values: Vec<f64> = listed
        .iter()
        .filter(counts_from_ground)
        .filter_map(|refused| refused.value.trim_matches('"').parse().ok())
        .collect();
    let likely = |v: &&f64| **v < STAND_INS || **v > LARGEST_HEIGHT;
    if values.iter().filter(likely).count() * 2 <= listed.len() {
        return None;
    }
    let sampler = terrain.sampler(domain.origin, 0.0);
    let [min, max] = [domain.min, domain.max].map(|p| p.map(|v| f64::from(v) * GRID));
    let at = |k: u32, d: usize| min[d] + (max[d] - min[d]) * (f64::from(k) + 0.5) / f64::from(PLACES);
    let ground = (0..PLACES * PLACES).filter_map(|n| match sampler.height(at(n % PLACES, 0), at(n / PLACES, 1)) {
        GroundHeight::Data(z) | GroundHeight::Filled(z) => Some(GroundRange { lowest: z, highest: z }),
        GroundHeight::Missing => None,
    });
    let GroundRange { lowest, highest } = ground.reduce(GroundRange::join)?;
    terrain.release();
    let would_be_roofs = |v: &&f64| likely(v) && (lowest..=highest + USUAL).contains(*v);
    let alike = values.iter().filter(would_be_roofs).count();
    let property = listed.iter().find_map(|refused| refused.property.as_deref()).unwrap_or("NAME");
    (2 * alike > listed.len()).then(|| {
        format!(
            "{alike} of {} values that are no heights above the ground would be elevations of roofs over ground that \
             is at {lowest:.1} to {highest:.1} m: if they are, height_reference absolute says so \
             (--height-property {property} --height-reference absolute)",
            listed.len()
        )
    })
}

/// Few towns consist of houses higher than this, in metres.
const HIGH: f64 = 50.0;

/// Few roofs are this far above the ground, in metres.
const USUAL: f64 = 200.0;

/// Warns when most buildings are unusually high, and would have usual heights if their values had the other meaning:
/// heights above the ground that look like elevations, or, over ground below zero, elevations that look like heights.
pub(super) fn warn_about_heights_like_elevations(
    footprints: &[Footprint],
    roofs: &[f64],
    grounds: &[Option<GroundRange>],
    lod: Lod,
    property: Option<&str>,
    context: &Context,
) {
    let is_usual = |height: f64| height > 0.0 && height < HIGH;
    let (mut count, mut alike, mut low) = (0_u64, 0_u64, 0_u64);
    for (_, footprint, roof, ground) in blocks(footprints, roofs, grounds, lod) {
        count += 1;
        match footprint.reference {
            HeightReference::Ground => {
                alike += u64::from(footprint.height > HIGH && is_usual(footprint.height - ground.highest));
            }
            HeightReference::Absolute => {
                low += u64::from(roof - ground.highest > HIGH && is_usual(footprint.height));
            }
        }
    }
    if 2 * low > count {
        let message = format!(
            "{low} of {count} buildings are higher than {HIGH} m above the ground, which lies below zero, and would be \
             less than that if their elevations were heights above it: if they are, height_reference ground \
             says so (--height-property {} --height-reference ground)",
            property.unwrap_or("NAME")
        );
        context.warn("elevations-like-heights", message);
    }
    if 2 * alike > count {
        let message = format!(
            "{alike} of {count} buildings are higher than {HIGH} m above the ground, and would be less than that if \
             their heights were elevations: if they are, height_reference absolute says so (--height-property {} \
             --height-reference absolute)",
            property.unwrap_or("NAME")
        );
        context.warn("heights-like-elevations", message);
    }
}

/// Calls `look` for things on the terrain, in bands from south to north, so that only a band of a terrain in a file is
/// in memory at a time. The results are in the order of the things.
pub(super) fn band_by_band<T: Sync, R: Send>(
    things: &[T],
    terrain: &Terrain,
    context: &Context,
    south: impl Fn(&T) -> f64,
    look: impl Fn(&T) -> R + Sync,
) -> Result<Vec<R>> {
    const BAND: usize = 2048;
    let mut order: Vec<u32> = (0..things.len() as u32).collect();
    order.sort_by(|&a, &b| south(&things[a as usize]).total_cmp(&south(&things[b as usize])));
    let mut results: Vec<Option<R>> = things.iter().map(|_| None).collect();
    for band in order.chunks(BAND) {
        let look = |&n: &u32| context.check().map(|()| look(&things[n as usize]));
        let found: Vec<R> = band.par_iter().map(look).collect::<Result<_>>()?;
        band.iter().zip(found).for_each(|(&n, result)| results[n as usize] = Some(result));
        terrain.release();
    }
    Ok(results.into_iter().flatten().collect())
}

/// The largest distance between samples of the ground along an outline, in metres.
const GROUND_STEP: f64 = 5.0;

/// Samples the ground along a ring, at its vertices and at equal steps between them; `None` where there are no data.
pub(super) fn ground_along(ring: &[[i32; 2]], sampler: &Sampler<'_>) -> Option<GroundRange> {
    let mut range: Option<GroundRange> = None;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        // In the same direction for both rings that share the edge, so that both get the same points.
        let [a, b] = if a < b { [a, b] } else { [b, a] }.map(|p| p.map(|v| f64::from(v) * GRID));
        let length = crate::city::plane::geometry::distance2(a, b).sqrt();
        let steps = (length / GROUND_STEP).ceil().max(1.0);
        for n in 0..=steps as u32 {
            let t = f64::from(n) / steps;
            let z = match sampler.height(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) {
                GroundHeight::Data(z) | GroundHeight::Filled(z) => z,
                GroundHeight::Missing => continue,
            };
            let here = GroundRange { lowest: z, highest: z };
            range = Some(range.map_or(here, |range| range.join(here)));
        }
    }
    range
}
