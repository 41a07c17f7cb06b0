//! The part of a terrain that can be meshed, and the memory for it.

use crate::city::input::systems::hint_about_degrees;
use crate::{Error, Result};

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
    let on_terrain = [west.max(w), south.max(s), east.min(e), north.min(n)];
    let advice = match on_terrain {
        [west, south, east, north] if west < east && south < north => {
            format!(": --bounds {west},{south},{east},{north}")
        }
        _ => {
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
