//! `dataset-manifest.json`: the readable description of a data set.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Metadata;
use crate::io::{Durability, atomic, input};
use crate::trajectory::Steps;
use crate::trajectory::periodic::PeriodicVolume;
use crate::{Error, Result, human};

/// The name of the field [`Manifest::periodic_volume`].
const PERIODIC_VOLUME: &str = "periodic_volume";

/// The contents of `dataset-manifest.json`. Fields that a file lacks read as their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The name of the simulation or observation.
    pub scenario_name: String,
    /// The data set's name.
    pub dataset_name: String,
    /// The unit of the physical times.
    pub physical_time_unit: String,
    /// The physical time of the first time step.
    pub physical_start_time: f64,
    /// The physical time of the last time step.
    pub physical_end_time: f64,
    /// The unit of the coordinates.
    pub coordinate_units: String,
    /// A copy of `dataset-meta.bin`.
    pub dataset_meta_info: ManifestMeta,
    /// The origin that was subtracted from all positions before they were stored: a position plus the origin is the
    /// position in the source. A field of groma's own, which other readers pass over; absent where no origin was
    /// subtracted.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    pub coordinate_origin: Option<[f64; 3]>,
    /// The time steps between shards for which the writer had no sample and wrote no shard, so that no file is missing
    /// there. A field of groma's own; absent where there are no such time steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps_without_shard: Vec<Steps>,
    /// The volume that repeats itself, in the coordinates of the stored positions. A field of groma's own; absent where
    /// space is not periodic.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "volume")]
    pub periodic_volume: Option<PeriodicVolume>,
}

/// A manifest as groma writes it. The checksum covers groma's own fields, and shows where one was changed or removed by
/// hand. A program that does not know these fields drops the checksum with them.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    manifest: &'a Manifest,
    groma_checksum: u32,
}

/// The checksum in a manifest.
#[derive(Deserialize)]
struct Seal {
    groma_checksum: Option<u32>,
}

/// Reads an origin that is not null. Where no origin was subtracted there is no such field, so an origin that became
/// null is lost.
fn there<'a, D: Deserializer<'a>>(origin: D) -> std::result::Result<Option<[f64; 3]>, D::Error> {
    let what = |_| serde::de::Error::custom("coordinate_origin: x, y and z are accepted, or no such field");
    <[f64; 3]>::deserialize(origin).map(Some).map_err(what)
}

/// Reads a periodic volume that is neither null nor none. Where space is not periodic there is no such field, so such a
/// volume is lost.
fn volume<'a, D: Deserializer<'a>>(volume: D) -> std::result::Result<Option<PeriodicVolume>, D::Error> {
    let what = |e: &dyn std::fmt::Display| serde::de::Error::custom(format!("{PERIODIC_VOLUME}: {e}"));
    let volume = PeriodicVolume::deserialize(volume).map_err(|e| what(&e))?;
    volume.check().map(|()| Some(volume)).map_err(|e| what(&e))
}

/// The readable copy of `dataset-meta.bin`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ManifestMeta {
    pub format_version: i32,
    pub endianness: String,
    pub float_precision: String,
    pub first_time_step: i32,
    pub last_time_step: i32,
    pub time_step_interval_size: i32,
    pub entry_size_bytes: i32,
    pub bounding_box: ManifestBox,
    pub trajectory_count: u64,
    pub first_trajectory_id: u64,
    pub last_trajectory_id: u64,
    pub created_at: String,
    pub converter_version: String,
}

/// A box in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ManifestBox {
    pub min: [f64; 3],
    pub max: [f64; 3],
}

impl Manifest {
    /// Reads the file; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::BadFormat`] when it is not the JSON expected, or a field of groma's own is not as it was written;
    /// [`Error::Io`].
    pub fn read(path: &Path) -> Result<Option<Manifest>> {
        let Some(bytes) = input::read_small_if_there(path)? else { return Ok(None) };
        let bad = |e| Error::bad_format(path, None, e, "a data set manifest");
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(bad)?;
        let Seal { groma_checksum: written } = serde_json::from_slice(&bytes).map_err(bad)?;
        let now = manifest.checksum()?;
        if let Some(written) = written.filter(|written| *written != now) {
            let seen = format!(
                "coordinate_origin or steps_without_shard was changed or removed: the checksum of both is {now}, not \
                 {written}"
            );
            let accepted = "both as they were written; where they are right, remove groma_checksum";
            return Err(Error::bad_format(path, None, seen, accepted));
        }
        Ok(Some(manifest))
    }

    /// Returns whether a manifest has neither the checksum that groma writes nor an origin; `None` when there is no
    /// file. A file that cannot be read counts as one that has them, since [`Manifest::read`] gives its error.
    pub(super) fn lacks_own_fields(path: &Path) -> Result<Option<bool>> {
        let bytes = match input::read_small_if_there(path) {
            Err(e) if !e.is_starved() => return Ok(Some(false)),
            bytes => bytes?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let Ok(manifest) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(Some(false)) };
        Ok(Some(["groma_checksum", "coordinate_origin"].iter().all(|&field| manifest[field].is_null())))
    }

    /// Reads the volume that repeats itself from the file at `path`. A file that cannot be read and does not name a
    /// volume has none: queries of a data set that is not periodic do not need it.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a file that names a volume and cannot be read, [`Error::Io`].
    pub fn read_periodic_volume(path: &Path) -> Result<Option<PeriodicVolume>> {
        let Some(bytes) = input::read_small_if_there(path)? else { return Ok(None) };
        match serde_json::from_slice(&bytes) {
            Ok(Manifest { periodic_volume, .. }) => Ok(periodic_volume),
            Err(e) if bytes.windows(PERIODIC_VOLUME.len()).any(|part| part == PERIODIC_VOLUME.as_bytes()) => {
                Err(Error::bad_format(path, None, e, "a data set manifest with the periodic volume that it names"))
            }
            Err(_) => Ok(None),
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let written = Written { manifest: self, groma_checksum: self.checksum()? };
        let mut text = serde_json::to_string_pretty(&written).map_err(|e| Error::Internal(e.to_string()))?;
        text.push('\n');
        atomic::write(path, text.as_bytes(), Durability::Unsynced)
    }

    /// Computes the checksum of groma's own fields: the low 32 bits of the XXH3 hash of their JSON.
    fn checksum(&self) -> Result<u32> {
        let fields = serde_json::to_vec(&(self.coordinate_origin, &self.steps_without_shard));
        fields.map(|fields| xxh3_64(&fields) as u32).map_err(|e| Error::Internal(e.to_string()))
    }
}

impl From<&Metadata> for ManifestMeta {
    fn from(meta: &Metadata) -> ManifestMeta {
        ManifestMeta {
            format_version: 1,
            endianness: "little".into(),
            float_precision: "float32".into(),
            first_time_step: meta.first_time_step,
            last_time_step: meta.last_time_step,
            time_step_interval_size: meta.time_step_interval_size,
            entry_size_bytes: meta.entry_size_bytes,
            bounding_box: ManifestBox { min: meta.bbox_min.map(f64::from), max: meta.bbox_max.map(f64::from) },
            trajectory_count: meta.trajectory_count,
            first_trajectory_id: meta.first_trajectory_id,
            last_trajectory_id: meta.last_trajectory_id,
            created_at: utc(meta.created_at_unix),
            converter_version: meta.converter_version.clone(),
        }
    }
}

/// Formats a time as `YYYY-MM-DDThh:mm:ssZ`.
fn utc(unix: i64) -> String {
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = human::date(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn dates_are_right() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(1_767_225_600), "2026-01-01T00:00:00Z");
        assert_eq!(utc(1_709_210_096), "2024-02-29T12:34:56Z");
    }
}
