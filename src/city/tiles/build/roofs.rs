//! Compares roofs with the ground under them: computes their elevations, and refuses or doubts heights that cannot be
//! meant.

use rayon::prelude::*;

use super::firsts::Firsts;
use crate::city::input::Footprints;
use crate::city::input::footprint::{Footprint, FootprintList, HeightReference, Lod};
use crate::city::input::footprints::KeptFootprint;
use crate::city::input::heights::{
    HeightMeaning, HeightReport, LARGEST_HEIGHT, Refusal, RefusedHeight, RefusedHeights, check, shown,
};
use crate::city::input::terrain::{GroundHeight, Sampler, Terrain};
use crate::city::plane::clean::GivenFootprint;
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::parameters::Parameters;
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
fn grounds(
    footprints: &[KeptFootprint],
    terrain: &Terrain,
    domain: &Domain,
    fill_distance: f64,
    context: &Context,
) -> Result<Vec<Option<GroundRange>>> {
    let sampler = terrain.sampler(domain.origin, fill_distance);
    let local = |p: &[f64; 2]| [0, 1].map(|d| ((p[d] - domain.origin[d] as f64) / GRID).round() as i32);
    let ground = |kept: &KeptFootprint| {
        if !is_within_reach(&kept.footprint, domain) {
            return None;
        }
        let outlines = kept.footprint.outlines().filter_map(|ring| {
            let ring: Vec<[i32; 2]> = ring.iter().map(local).collect();
            ground_along(&ring, &sampler)
        });
        outlines.reduce(GroundRange::join)
    };
    let first = |kept: &KeptFootprint| kept.footprint.outlines().next()?.first().copied();
    band_by_band(footprints, terrain, context, |kept| first(kept).map_or(0.0, |p| p[1]), ground)
}

/// Computes the elevations of roofs, some footprints at a time, and notes what is odd about heights.
pub(super) struct Roofs<'a> {
    terrain: &'a Terrain,
    domain: &'a Domain,
    parameters: &'a Parameters,
    /// The height above the ground in place of one that is refused, if there is one.
    default_height: Option<f64>,
    /// The sources of heights, which are counted only for footprints that may be meshed.
    report: HeightReport,
    unknown: Firsts<u32, RefusedHeight>,
    impossible: Firsts<u32, RefusedHeight>,
    left_out: Firsts<u32, String>,
    blocks: Blocks,
}

/// The blocks whose roof and ground are known: these can be compared.
#[derive(Default)]
struct Blocks {
    count: u64,
    /// Those with a roof under the lowest ground along their outline, and the first of them.
    under: u64,
    first: Option<(u32, String, f64, GroundRange)>,
    /// Those that are unusually high, and would not be if their heights were elevations.
    alike: u64,
    /// Those that are unusually high, and would not be if their elevations were heights.
    low: u64,
}

impl<'a> Roofs<'a> {
    pub fn new(
        terrain: &'a Terrain,
        domain: &'a Domain,
        parameters: &'a Parameters,
        default_height: Option<f64>,
        report: HeightReport,
    ) -> Roofs<'a> {
        Roofs {
            terrain,
            domain,
            parameters,
            default_height,
            report,
            unknown: Firsts::default(),
            impossible: Firsts::default(),
            left_out: Firsts::default(),
            blocks: Blocks::default(),
        }
    }

    /// Gives footprints their roofs; NaN where the ground that the height counts from is unknown. A footprint without a
    /// usable height gets the default height, or is left out.
    ///
    /// # Errors
    /// Those of reading the terrain; [`Error::Cancelled`].
    pub fn of(&mut self, footprints: Vec<KeptFootprint>, context: &Context) -> Result<Vec<GivenFootprint>> {
        let fill_distance = self.parameters.fill_distance();
        let grounds = grounds(&footprints, self.terrain, self.domain, fill_distance, context)?;
        Ok(footprints.into_iter().zip(grounds).filter_map(|(kept, ground)| self.roof_of(kept, ground)).collect())
    }

    fn roof_of(&mut self, kept: KeptFootprint, ground: Option<GroundRange>) -> Option<GivenFootprint> {
        let KeptFootprint { index, source, mut footprint } = kept;
        let is_counted = is_within_reach(&footprint, self.domain);
        let refusal = refusal_of(&footprint, ground);
        let source = self.report.properties.get_mut(usize::from(source));
        let property = source.map(|source| {
            source.footprints -= u64::from(!is_counted || refusal.is_some());
            source.property.clone()
        });
        if let Some(why) = refusal {
            let value = shown(footprint.height);
            let refused = if why == Refusal::Impossible { &mut self.impossible } else { &mut self.unknown };
            refused.add(index, || RefusedHeight { id: footprint.name(index), property, value });
            let Some(height) = self.default_height else {
                self.left_out.add(index, || footprint.name(index));
                return None;
            };
            self.report.default += u64::from(is_counted);
            (footprint.height, footprint.reference) = (height, HeightReference::Ground);
        }
        let roof = match footprint.reference {
            HeightReference::Absolute => footprint.height,
            HeightReference::Ground => ground.map_or(f64::NAN, |ground| ground.lowest + footprint.height),
        };
        let is_block = footprint.lod.unwrap_or(self.parameters.lod) == Lod::Lod1;
        if let Some(ground) = ground.filter(|_| is_block && roof.is_finite()) {
            self.blocks.add(index, &footprint, roof, ground);
        }
        Some(GivenFootprint { index, footprint, roof })
    }

    /// Returns the report of all heights; adds the footprints that were left out to a list.
    pub fn finish(self, left_out: &mut FootprintList) -> (HeightReport, ComparedRoofs) {
        let Roofs { mut report, unknown, impossible, left_out: more, blocks, .. } = self;
        for (listed, refused) in [(&mut report.unknown, unknown), (&mut report.impossible, impossible)] {
            listed.count += refused.count();
            let room = RefusedHeights::LISTED.saturating_sub(listed.listed.len());
            listed.listed.extend(refused.into_first(room));
        }
        more.add_to(left_out);
        report.properties.retain(|source| source.footprints > 0);
        (report, ComparedRoofs(blocks))
    }
}

/// Returns why a height cannot be meant, if that is so.
fn refusal_of(footprint: &Footprint, ground: Option<GroundRange>) -> Option<Refusal> {
    let too_high = |ground: GroundRange| footprint.height - ground.lowest > LARGEST_HEIGHT;
    match check(footprint.height, footprint.reference) {
        Ok(()) if footprint.reference == HeightReference::Absolute && ground.is_some_and(too_high) => {
            Some(Refusal::Impossible)
        }
        checked => checked.err(),
    }
}

impl Blocks {
    fn add(&mut self, index: u32, footprint: &Footprint, roof: f64, ground: GroundRange) {
        self.count += 1;
        if roof < ground.lowest {
            self.under += 1;
            if self.first.as_ref().is_none_or(|(first, ..)| index < *first) {
                self.first = Some((index, footprint.name(index), roof, ground));
            }
        }
        let is_usual = |height: f64| height > 0.0 && height < HIGH;
        match footprint.reference {
            HeightReference::Ground => {
                self.alike += u64::from(footprint.height > HIGH && is_usual(footprint.height - ground.highest));
            }
            HeightReference::Absolute => {
                self.low += u64::from(roof - ground.highest > HIGH && is_usual(footprint.height));
            }
        }
    }
}

/// The roofs of all blocks, as they lie to the ground.
pub(super) struct ComparedRoofs(Blocks);

impl ComparedRoofs {
    /// Fails when most roofs are below the lowest ground along their outline: no slope explains that.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a file; [`Error::InvalidArgument`] for footprints from memory.
    pub fn refuse_under_ground(&self, source: &Footprints, property: Option<&str>) -> Result<()> {
        let Blocks { count, under, first, .. } = &self.0;
        let Some((_, name, roof, GroundRange { lowest, highest })) = first.as_ref().filter(|_| 2 * under > *count)
        else {
            return Ok(());
        };
        let place = format!(
            "under the lowest ground along their outline, first that of {name} at {} m where the ground is at \
             {lowest:.2} to {highest:.2} m",
            shown(*roof)
        );
        let accepted = format!(
            "roofs above the ground. Heights that count from the ground want height_reference ground \
             (--height-property {} --height-reference ground); else another property may have the elevations of \
             roofs, the heights or the terrain may be in feet, or the two count from different zeros",
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

    /// Warns when most buildings are unusually high, and would have usual heights if their values had the other
    /// meaning: heights above the ground that look like elevations, or, over ground below zero, elevations that look
    /// like heights.
    pub fn warn_about_the_other_meaning(&self, property: Option<&str>, context: &Context) {
        let Blocks { count, alike, low, .. } = self.0;
        if 2 * low > count {
            let message = format!(
                "{low} of {count} buildings are higher than {HIGH} m above the ground, which lies below zero, and \
                 would be less than that if their elevations were heights above it: if they are, height_reference \
                 ground says so (--height-property {} --height-reference ground)",
                property.unwrap_or("NAME")
            );
            context.warn("elevations-like-heights", message);
        }
        if 2 * alike > count {
            let message = format!(
                "{alike} of {count} buildings are higher than {HIGH} m above the ground, and would be less than that \
                 if their heights were elevations: if they are, height_reference absolute says so \
                 (--height-property {} --height-reference absolute)",
                property.unwrap_or("NAME")
            );
            context.warn("heights-like-elevations", message);
        }
    }
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
