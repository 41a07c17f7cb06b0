//! The part of a terrain that can be meshed, and the memory for it.

use crate::city::input::outside::OutsideData;
use crate::city::input::systems::hint_about_degrees;
use crate::city::plane::parameters::Parameters;
use crate::{Error, Result};

/// Returns the bounds to mesh: the part on the terrain, where what lies beyond may be left out.
pub(crate) fn bounds_to_mesh(bounds: [f64; 4], terrain: [f64; 4], parameters: &Parameters) -> [f64; 4] {
    let may_be_cut = parameters.outside_data == OutsideData::Skip
        && refuse_bounds_beyond(Some(bounds), terrain, parameters.max_fill_distance).is_err();
    part_on_terrain(bounds, terrain).filter(|_| may_be_cut).unwrap_or(bounds)
}

/// Returns the part of bounds that is on the terrain, if there is any.
fn part_on_terrain(bounds: [f64; 4], terrain: [f64; 4]) -> Option<[f64; 4]> {
    let ([west, south, east, north], [w, s, e, n]) = (bounds, terrain);
    let part = [west.max(w), south.max(s), east.min(e), north.min(n)];
    (part[0] < part[2] && part[1] < part[3]).then_some(part)
}

/// Refuses bounds with a corner farther from the terrain than heights may be filled: the tile there could not be made.
pub(crate) fn refuse_bounds_beyond(bounds: Option<[f64; 4]>, terrain: [f64; 4], max_fill_distance: f64) -> Result<()> {
    /// The distance that rounding may put bounds beyond the terrain, in metres.
    const ROUNDING: f64 = 1.0 / 1024.0;
    let Some([west, south, east, north]) = bounds else { return Ok(()) };
    let [w, s, e, n] = terrain;
    let beyond = [(w - west).max(east - e), (s - south).max(north - n)].map(|d| d.max(0.0));
    if beyond[0].hypot(beyond[1]) <= max_fill_distance.max(ROUNDING) {
        return Ok(());
    }
    let advice = match part_on_terrain([west, south, east, north], terrain) {
        Some([west, south, east, north]) => {
            format!(": {west},{south},{east},{north} would do (--bounds {west},{south},{east},{north})")
        }
        None => {
            let hint = hint_about_degrees([west, south, east, north], terrain);
            let hint = hint.unwrap_or("are they in the reference system of the mesh?");
            format!("; these lie off the terrain altogether: {hint}")
        }
    };
    Err(Error::invalid(
        "bounds",
        format!("{west},{south},{east},{north}, beyond the terrain"),
        format!(
            "bounds within {w},{s},{e},{n}, or of which no corner is farther than max_fill_distance \
             (--max-fill-distance {max_fill_distance}) from that{advice}"
        ),
    ))
}

/// Returns the part of a job's memory limit that the terrain may take: a quarter.
pub(crate) fn for_terrain(limit: u64) -> u64 {
    limit / 4
}

/// Returns the memory limit of a job whose terrain may take so many bytes.
pub(crate) fn limit_for_terrain(bytes: u64) -> u64 {
    bytes.saturating_mul(4)
}
