//! Compares `dataset-meta.bin` with the shards, and the manifest's copy with it.

use serde_json::Value;

use super::Inspection;
use super::contents::{Contents, Extent};
use crate::Result;
use crate::io::input;
use crate::trajectory::dataset::{MANIFEST_NAME, METADATA_NAME, ManifestMeta, Metadata, ShardFolder};
use crate::trajectory::shard::{Shard, packed_entry_size};

/// Reports where the metadata are wrong about the sizes of entries and the box of positions.
pub(super) fn check(dataset: &ShardFolder, contents: &Contents, found: &mut Inspection) -> Result<()> {
    check_periodic_volume(dataset, contents, found);
    let Some(metadata) = &dataset.metadata else { return Ok(()) };
    let reserved = found.take(Metadata::reserved(&dataset.path.join(METADATA_NAME)))?;
    found.warnings.extend(reserved.flatten());
    check_entry_size(dataset, metadata, found);
    check_origin(metadata, found);
    let said = Extent { min: metadata.bbox_min, max: metadata.bbox_max };
    let is_box =
        (0..3).all(|axis| said.min[axis].is_finite() && said.max[axis].is_finite() && said.min[axis] <= said.max[axis]);
    if !is_box {
        found.problems.push(format!("{METADATA_NAME} has a box that is none: from {:?} to {:?}", said.min, said.max));
        return Ok(());
    }
    // Where a shard was left out, the box is larger than that of the rest.
    if !dataset.bad_shards.is_empty() || contents.extents.iter().flatten().any(|extent| extent.is_about(&said)) {
        return Ok(());
    }
    if let Some(extent) = contents.extents[1].or(contents.extents[0]) {
        found.problems.push(format!(
            "{METADATA_NAME} has a box from {:?} to {:?}, the shards have positions from {:?} to {:?}",
            said.min, said.max, extent.min, extent.max
        ));
    }
    Ok(())
}

/// Warns where positions leave the periodic volume: that is right for trajectories that were unwrapped, and a sign of a
/// wrong extent or origin otherwise.
fn check_periodic_volume(dataset: &ShardFolder, contents: &Contents, found: &mut Inspection) {
    let (Ok(Some(volume)), Some(extent)) = (dataset.periodic_volume(), contents.extents[1]) else { return };
    for axis in (0..3).filter(|&axis| volume.extent[axis] > 0.0) {
        let (from, to) = (volume.origin[axis], volume.origin[axis] + volume.extent[axis]);
        let (least, greatest) = (extent.min[axis], extent.max[axis]);
        if f64::from(least) < from || f64::from(greatest) > to {
            found.warnings.push(format!(
                "{MANIFEST_NAME} has a periodic volume from {from} to {to} along {}, positions reach from {least} to \
                 {greatest}: queries take them as images of places inside; where positions were not unwrapped, the \
                 volume's extent or origin is wrong",
                ["x", "y", "z"][axis]
            ));
        }
    }
}

/// Reports a time and a name of a program, in the metadata, that cannot be. The shards have neither.
fn check_origin(metadata: &Metadata, found: &mut Inspection) {
    /// The first second of the year 10000.
    const TOO_LATE: i64 = 253_402_300_800;
    if !(0..TOO_LATE).contains(&metadata.created_at_unix) {
        found.problems.push(format!(
            "{METADATA_NAME} says that the data set was made {} seconds after 1970, which is no year of four digits",
            metadata.created_at_unix
        ));
    }
    if metadata.converter_version.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
        found.problems.push(format!(
            "{METADATA_NAME} names the program that made it {:?}, which is no text",
            metadata.converter_version
        ));
    }
}

fn check_entry_size(dataset: &ShardFolder, metadata: &Metadata, found: &mut Inspection) {
    let said = metadata.entry_size_bytes;
    let steps = metadata.time_step_interval_size;
    if let Ok(steps) = u32::try_from(steps)
        && i128::from(said) < i128::from(packed_entry_size(steps))
    {
        let least = packed_entry_size(steps);
        found.problems.push(format!(
            "{METADATA_NAME} says entries of {said} bytes, but one of {steps} time steps has {least} or more"
        ));
        return;
    }
    let expected = |shard: &Shard| packed_entry_size(shard.steps).saturating_add(metadata.padding());
    if let Some(shard) = dataset.shards.iter().find(|shard| shard.entries > 0 && shard.entry_size != expected(shard)) {
        found.problems.push(format!(
            "{METADATA_NAME} says entries of {said} bytes for {steps} time steps, {} has entries of {} bytes for {}",
            shard.name(),
            shard.entry_size,
            shard.steps
        ));
    }
}

impl Extent {
    /// Whether two boxes are equal up to what is lost when numbers are printed and read again.
    fn is_about(&self, other: &Extent) -> bool {
        let near = |a: f32, b: f32| is_about(f64::from(a), f64::from(b));
        (0..3).all(|axis| near(self.min[axis], other.min[axis]) && near(self.max[axis], other.max[axis]))
    }
}

fn is_about(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1.0e-6 * a.abs().max(b.abs())
}

/// Reports where the manifest's copy of the metadata differs from them, in the fields that it has.
pub(super) fn check_copy(dataset: &ShardFolder, found: &mut Inspection) -> Result<()> {
    let Some(metadata) = &dataset.metadata else { return Ok(()) };
    let path = dataset.path.join(MANIFEST_NAME);
    // A manifest that cannot be read was reported before.
    let Some(text) = found.take(input::read_small_if_there(&path))?.flatten() else { return Ok(()) };
    let Ok(manifest) = serde_json::from_slice::<Value>(&text) else { return Ok(()) };
    let Ok(Value::Object(expected)) = serde_json::to_value(ManifestMeta::from(metadata)) else { return Ok(()) };
    let Some(copy) = manifest.get("dataset_meta_info") else { return Ok(()) };
    let differing: Vec<String> = expected
        .iter()
        .filter_map(|(name, expected)| Some((name, copy.get(name)?, expected)))
        .filter(|(name, seen, expected)| match name.as_str() {
            "created_at" => !is_same_time(seen, expected),
            "converter_version" => !is_same_program(seen, expected),
            _ => !says_the_same(seen, expected),
        })
        .map(|(name, seen, expected)| format!("{name} {seen} (there: {expected})"))
        .collect();
    if !differing.is_empty() {
        found.problems.push(format!(
            "{MANIFEST_NAME} has a copy of {METADATA_NAME} that says something else: {}",
            differing.join(", ")
        ));
    }
    Ok(())
}

/// Whether a time is the expected one, as far as it is written as groma writes it: `YYYY-MM-DDThh:mm:ss`, in UTC.
fn is_same_time(seen: &Value, expected: &Value) -> bool {
    const LENGTH: usize = "YYYY-MM-DDThh:mm:ss".len();
    let (Some(seen), Some(expected)) = (seen.as_str(), expected.as_str()) else { return true };
    let is_utc = seen.ends_with('Z') || seen.ends_with("+00:00");
    match (seen.get(..LENGTH), expected.get(..LENGTH)) {
        (Some(seen), Some(expected)) if is_utc && seen.as_bytes()[10] == b'T' => seen == expected,
        _ => true,
    }
}

/// Whether a program's name is the expected one, which the metadata may have cut to eight bytes.
fn is_same_program(seen: &Value, expected: &Value) -> bool {
    let (Some(seen), Some(expected)) = (seen.as_str(), expected.as_str()) else { return true };
    let is_cut = expected.len() >= 7 && seen.starts_with(expected);
    seen.is_empty() || expected.is_empty() || seen == expected || is_cut
}

fn says_the_same(seen: &Value, expected: &Value) -> bool {
    match (seen, expected) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| is_about(a, b))
        }
        (Value::Number(a), Value::Number(b)) => a == b,
        // Texts may say the same in other words.
        (Value::String(seen), Value::String(expected)) => {
            let (seen, other) = (seen.to_lowercase(), if expected.starts_with("little") { "big" } else { "64" });
            !seen.contains(other) && !seen.contains("double")
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says_the_same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            b.iter().all(|(name, expected)| a.get(name).is_none_or(|seen| says_the_same(seen, expected)))
        }
        // JSON has no numbers for a box that is not finite.
        (_, Value::Null) => true,
        _ => false,
    }
}
