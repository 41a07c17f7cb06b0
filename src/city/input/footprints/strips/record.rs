//! A footprint as bytes: numbers of seven bits to a byte, the lowest first; heights and coordinates as they are.

use crate::city::input::footprint::{Footprint, HeightReference, Lod, Polygon};

/// A footprint with its place among all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeptFootprint {
    /// Its number in the order in which they were given.
    pub index: u32,
    /// The property that its height is from: its rank while footprints are read, and in strips its index in the
    /// report, or [`Sources::NONE`](super::Sources::NONE).
    pub source: u8,
    pub footprint: Footprint,
}

/// Appends a record.
pub(super) fn write(index: u32, source: u8, footprint: &Footprint, to: &mut Vec<u8>) {
    let Footprint { id, polygons, height, reference, lod } = footprint;
    put(u64::from(index), to);
    let reference = match reference {
        HeightReference::Absolute => 0,
        HeightReference::Ground => 1,
    };
    let lod = match lod {
        None => 0,
        Some(Lod::Lod0) => 1,
        Some(Lod::Lod1) => 2,
    };
    to.extend([source, reference, lod]);
    to.extend(height.to_le_bytes());
    put(id.len() as u64, to);
    to.extend(id.as_bytes());
    put(polygons.len() as u64, to);
    for polygon in polygons {
        put(polygon.rings.len() as u64, to);
        for ring in &polygon.rings {
            put(ring.len() as u64, to);
            to.extend_from_slice(bytemuck::cast_slice(ring));
        }
    }
}

/// Takes a record from the start of bytes; `None` where they begin with none.
pub(super) fn read(bytes: &mut &[u8]) -> Option<KeptFootprint> {
    let index = u32::try_from(number(bytes)?).ok()?;
    let [source, reference, lod] = bytes.split_off(..3)?.try_into().ok()?;
    let reference = [HeightReference::Absolute, HeightReference::Ground].into_iter().nth(usize::from(reference))?;
    let lod = [None, Some(Lod::Lod0), Some(Lod::Lod1)].into_iter().nth(usize::from(lod))?;
    let height = f64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?);
    let length = count(bytes)?;
    let id = str::from_utf8(bytes.split_off(..length)?).ok()?.to_string();
    let polygons = many(bytes, |bytes| {
        let rings = many(bytes, |bytes| {
            let points = count(bytes)?;
            Some(bytemuck::pod_collect_to_vec(bytes.split_off(..points.checked_mul(size_of::<[f64; 2]>())?)?))
        })?;
        Some(Polygon { rings })
    })?;
    Some(KeptFootprint { index, source, footprint: Footprint { id, polygons, height, reference, lod } })
}

fn put(mut number: u64, to: &mut Vec<u8>) {
    while number > 0x7f {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte <= 0x7f {
            return Some(number);
        }
    }
    None
}

/// Takes a number of things, of which each takes a byte or more.
fn count(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(number(bytes)?).ok().filter(|&count| count <= bytes.len())
}

fn many<T>(bytes: &mut &[u8], mut read: impl FnMut(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let count = count(bytes)?;
    (0..count).map(|_| read(bytes)).collect()
}
