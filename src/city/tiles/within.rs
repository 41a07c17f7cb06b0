//! What of a terrain can be meshed.

use crate::io::raster::RasterHeader;
use crate::{Error, Result};

/// An error for bounds of which a corner lies farther beyond the terrain than heights may be filled: the tile there
/// could not be made.
pub(crate) fn refuse_bounds_beyond(
    bounds: Option<[f64; 4]>,
    terrain: &RasterHeader,
    max_fill_distance: f64,
) -> Result<()> {
    /// How far bounds may be beyond by rounding, in metres.
    const ROUNDING: f64 = 1.0 / 1024.0;
    let Some([west, south, east, north]) = bounds else { return Ok(()) };
    let [w, s, e, n] = terrain.bounds();
    let beyond = [(w - west).max(east - e), (s - south).max(north - n)].map(|d| d.max(0.0));
    if beyond[0].hypot(beyond[1]) <= max_fill_distance.max(ROUNDING) {
        return Ok(());
    }
    Err(Error::invalid(
        "bounds",
        format!("{west},{south},{east},{north}, beyond the terrain"),
        format!(
            "bounds within {w},{s},{e},{n}, or of which no corner is farther than max_fill_distance \
             (--max-fill-distance {max_fill_distance}) from that: --bounds {},{},{},{}",
            west.max(w),
            south.max(s),
            east.min(e),
            north.min(n)
        ),
    ))
}
