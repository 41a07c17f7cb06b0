//! A trajectory data set: a folder of shard files and their metadata.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::dataset::{OnBadShard, ShardFolder};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! let shards = ShardFolder::open(&folder, OnBadShard::Fail)?;
//! assert_eq!((shards.shards.len(), shards.steps()), (2, Some((0..=9).into())));
//! # Ok::<(), groma::Error>(())
//! ```

mod agreement;
mod ids;
mod manifest;
mod metadata;
mod trajectories;
mod write;

use std::path::{Path, PathBuf};

pub(crate) use ids::write_names;
pub use ids::{IDS_NAME, read_names};
pub use manifest::{Manifest, ManifestBox, ManifestMeta};
pub use metadata::Metadata;
pub use trajectories::{TrajectoryRecord, read_trajectories, write_trajectories};
pub(crate) use write::LOCK_NAME;
pub use write::{ShardWriter, ShardWriterOptions};

use super::shard::{Shard, packed_entry_size};
use crate::error::IoContext;
use crate::human::{count, counted, first_of, numbers};
use crate::trajectory::Steps;
use crate::trajectory::periodic::PeriodicVolume;
use crate::{Error, Result};

/// The name of the readable description.
pub const MANIFEST_NAME: &str = "dataset-manifest.json";
/// The name of the binary metadata.
pub const METADATA_NAME: &str = "dataset-meta.bin";
/// The name of the table of trajectories.
pub const TRAJECTORIES_NAME: &str = "dataset-trajmeta.bin";
/// The files that a data set has beside its shards.
pub(crate) const METADATA_FILES: [&str; 3] = [MANIFEST_NAME, METADATA_NAME, TRAJECTORIES_NAME];

/// The treatment of a shard that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnBadShard {
    /// Give its error; nothing is built.
    #[default]
    Fail,
    /// Leave it out, and list it in the report.
    Skip,
}

/// A shard that was left out, and the reason.
#[derive(Debug)]
pub struct BadShard {
    /// The file's name.
    pub name: String,
    /// The number in its name.
    pub first_step: i64,
    /// The error of the shard.
    pub error: Error,
}

/// A data set whose shards' headers have all been checked.
#[derive(Debug)]
pub struct ShardFolder {
    /// The folder.
    pub path: PathBuf,
    /// The usable shards, ascending by time step; no two cover the same one.
    pub shards: Vec<Shard>,
    /// The shards left out, with [`OnBadShard::Skip`].
    pub bad_shards: Vec<BadShard>,
    /// Files that look like shards by their name but are none.
    pub look_alikes: Vec<String>,
    /// `dataset-meta.bin`; `None` when there is none.
    pub metadata: Option<Metadata>,
    /// The fault of the metadata, where the shards can be used all the same.
    pub metadata_problem: Option<String>,
    /// The contradictions of headers or metadata to the shards' names. The names count.
    pub contradictions: Vec<String>,
}

impl ShardFolder {
    /// Lists the folder, in numeric order, and checks every shard's header against its file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the folder does not exist or has no shard; the shard's error for one that cannot be
    /// used, unless `on_bad_shard` says to skip it; [`Error::BadFormat`] for two shards that cover the same time step,
    /// or where headers and metadata show that the files' names are not the first time steps.
    pub fn open(path: impl AsRef<Path>, on_bad_shard: OnBadShard) -> Result<ShardFolder> {
        let path = path.as_ref().to_path_buf();
        let (mut names, look_alikes) = list(&path)?;
        names.sort();
        if names.is_empty() {
            let mut what = "no shard in this folder; a shard is a file named shard-<first time step>.bin".to_string();
            if let Some(name) = look_alikes.first() {
                what += &format!(" ({name} is not one)");
            }
            return Err(Error::NotFound { subject: path, what });
        }

        let (metadata, metadata_problem) = match Metadata::read(&path.join(METADATA_NAME)) {
            Ok(metadata) => (metadata, None),
            Err(e) if e.is_starved() => return Err(e),
            Err(e) => (None, Some(e.to_string())),
        };
        let padding = metadata.as_ref().map_or(0, Metadata::padding);

        let mut shards: Vec<Shard> = Vec::with_capacity(names.len());
        let mut bad_shards = Vec::new();
        for (first_step, name) in names {
            match open_shard(&path.join(&name), first_step, padding) {
                Ok(shard) => shards.push(shard),
                Err(error) if on_bad_shard == OnBadShard::Skip && !error.is_starved() => {
                    bad_shards.push(BadShard { name, first_step, error });
                }
                Err(error) => return Err(error),
            }
        }
        for pair in shards.windows(2) {
            refuse_overlap(&pair[0], &pair[1])?;
        }
        // Where a shard was left out, metadata of the whole data set differ from the rest.
        let whole = metadata.as_ref().filter(|_| bad_shards.is_empty());
        let mut contradictions = agreement::check(&path, &shards, whole)?;
        contradictions.extend(surplus(&shards));
        Ok(ShardFolder { path, shards, bad_shards, look_alikes, metadata, metadata_problem, contradictions })
    }

    /// Returns the time steps between shards that no shard covers, except where a shard was left out.
    pub fn gaps(&self) -> Vec<Steps> {
        let mut gaps = self.between_shards();
        let is_bad = |gap: &Steps| {
            let mut steps = self.bad_shards.iter().map(|bad| bad.first_step);
            steps.any(|step| i32::try_from(step).is_ok_and(|step| gap.contains(step)))
        };
        gaps.retain(|gap| !is_bad(gap));
        gaps
    }

    /// Divides gaps into gaps that the manifest explains and all others. A manifest that cannot be read explains none.
    pub(crate) fn explain(&self, gaps: &[Steps]) -> Gaps {
        let manifest = Manifest::read(&self.path.join(MANIFEST_NAME)).ok().flatten().unwrap_or_default();
        let mut found = Gaps::default();
        for gap in gaps {
            let mut next = gap.first;
            for written in manifest.steps_without_shard.iter().filter_map(|written| written.cut_to(*gap)) {
                if next < written.first {
                    found.unexplained.push(Steps::from(next..=written.first - 1));
                }
                found.written.push(written);
                next = next.max(written.last + 1);
            }
            if next <= gap.last {
                found.unexplained.push(Steps::from(next..=gap.last));
            }
        }
        found
    }

    /// Returns the time steps between usable shards.
    pub(crate) fn between_shards(&self) -> Vec<Steps> {
        let pairs = self.shards.windows(2);
        pairs.map(|pair| steps_between(&pair[0], &pair[1])).filter(|steps| !steps.is_empty()).collect()
    }

    /// Returns the time steps that shards which were left out may cover: from the first step of each to the next usable
    /// shard.
    pub fn unknown_steps(&self) -> impl Iterator<Item = Steps> + '_ {
        self.bad_shards.iter().filter_map(|bad| self.unknown_steps_of(bad))
    }

    fn unknown_steps_of(&self, bad: &BadShard) -> Option<Steps> {
        let first = i32::try_from(bad.first_step).ok()?;
        let next = self.shards.get(self.shards.partition_point(|shard| shard.first_step <= first));
        Some(Steps::from(first..=next.map_or(i32::MAX, |shard| shard.first_step - 1)))
    }

    /// Checks that no shard which was left out may have samples in a range of time steps.
    ///
    /// # Errors
    /// [`Error::BadFormat`] naming the shard, its fault, and the next step.
    pub fn check_known(&self, range: Steps) -> Result<()> {
        let found = self.bad_shards.iter().find_map(|bad| {
            let steps = self.unknown_steps_of(bad)?;
            Some((bad, steps, steps.cut_to(range)?.first))
        });
        let Some((bad, steps, step)) = found else { return Ok(()) };
        let which = match steps.last {
            i32::MAX => format!("{} and later", steps.first),
            last => format!("{} to {last}", steps.first),
        };
        let seen = format!("time step {step} may be in this shard, which cannot be used: {}", bad.error);
        let accepted = format!(
            "other time steps than {which}, until a whole copy of the shard is put in its place; or take the file \
             away, and build again"
        );
        Err(Error::bad_format(self.path.join(&bad.name), None, seen, accepted))
    }

    /// Returns the number of the shard that covers a time step; `None` where none does.
    ///
    /// # Errors
    /// As [`ShardFolder::check_known`].
    pub fn shard_at(&self, step: i32) -> Result<Option<usize>> {
        if !self.bad_shards.is_empty() {
            self.check_known(step.into())?;
        }
        Ok(self.shard_number(step))
    }

    /// Names, for a message, the first shard that was left out, its fault, and how many more there are; `None` where
    /// none was left out.
    pub(crate) fn left_out(&self) -> Option<String> {
        let first = self.bad_shards.first()?;
        let more = match self.bad_shards.len() {
            1 => String::new(),
            n => format!(", and {}", counted(n as u64 - 1, "more shard")),
        };
        Some(format!("left out: {}{more}", first.error))
    }

    /// Describes metadata that leave out some of the time steps `steps`, at which there are samples; `None` where they
    /// do not.
    pub(crate) fn metadata_without(&self, steps: Steps) -> Option<String> {
        let metadata = self.metadata.as_ref()?;
        let (from, to) = (metadata.first_time_step, metadata.last_time_step);
        let message = format!(
            "{} says time steps {from} to {to}, but there are samples from {} to {}: it is of another state \
             of the data set (a shard was added or renamed)",
            self.path.join(METADATA_NAME).display(),
            steps.first,
            steps.last
        );
        (steps.first < from || to < steps.last).then_some(message)
    }

    /// Reads from the manifest the origin that was subtracted from all positions when the data set was made; `None`
    /// where none was.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn coordinate_origin(&self) -> Result<Option<[f64; 3]>> {
        Ok(Manifest::read(&self.path.join(MANIFEST_NAME))?.and_then(|manifest| manifest.coordinate_origin))
    }

    /// Reads the volume that repeats itself from the manifest; `None` where space is not periodic.
    ///
    /// # Errors
    /// As [`Manifest::read_periodic_volume`].
    pub fn periodic_volume(&self) -> Result<Option<PeriodicVolume>> {
        Manifest::read_periodic_volume(&self.path.join(MANIFEST_NAME))
    }

    /// Makes the message that only `source` still knows the origin.
    pub(crate) fn lost_origin(&self, origin: &[f64; 3], source: &str) -> String {
        format!(
            "{source} says that the origin {} was subtracted from all positions, which {} does not say any more: put \
             \"coordinate_origin\": [{0}] back into it, or, where the manifest is right, remove the index and build \
             again",
            numbers(origin),
            self.path.join(MANIFEST_NAME).display()
        )
    }

    /// Makes the message that a data set of groma's has lost its manifest, or groma's own fields in it, and with them
    /// an origin if there was one; `None` where nothing is lost.
    pub(crate) fn lost_manifest(&self) -> Result<Option<String>> {
        if !self.metadata.as_ref().is_some_and(Metadata::is_by_groma) {
            return Ok(None);
        }
        let path = self.path.join(MANIFEST_NAME);
        let how = match Manifest::lacks_own_fields(&path)? {
            None => "is missing, which groma wrote with the data set",
            Some(true) => "has no groma_checksum, which groma wrote into it: another program has written it again",
            Some(false) => return Ok(None),
        };
        let path = path.display();
        let not_known =
            "whether an origin was subtracted from the positions, and whether space is periodic, is not known";
        Ok(Some(format!("{path} {how}: {not_known}")))
    }

    /// Returns the range from the first to the last time step of the shards; `None` without a usable shard.
    pub fn steps(&self) -> Option<Steps> {
        Some(Steps::from(self.shards.first()?.first_step..=self.shards.last()?.last_step()))
    }

    /// Returns the range from the first to the last time step with a sample, as the metadata say; that of the shards
    /// where there are none. The last shard may have room for more time steps than there are.
    pub fn steps_with_samples(&self) -> Option<Steps> {
        let all = self.steps()?;
        let said = self.metadata.as_ref().map(|m| Steps::from(m.first_time_step..=m.last_time_step));
        Some(said.filter(|said| !said.is_empty()).and_then(|said| said.cut_to(all)).unwrap_or(all))
    }

    /// Returns whether shards cover every time step of a range.
    pub(crate) fn covers(&self, range: Steps) -> bool {
        self.not_covered(range).is_empty()
    }

    /// Returns the parts of a range of time steps that no usable shard covers.
    pub(crate) fn not_covered(&self, range: Steps) -> Vec<Steps> {
        let Steps { first, last } = range;
        let mut parts = Vec::new();
        let mut next = i64::from(first);
        let begin = self.shards.partition_point(|shard| shard.last_step() < first);
        for shard in self.shards[begin..].iter().take_while(|shard| shard.first_step <= last) {
            if next < i64::from(shard.first_step) {
                parts.push(Steps::from(next as i32..=shard.first_step - 1));
            }
            next = i64::from(shard.last_step()) + 1;
        }
        if next <= i64::from(last) {
            parts.push(Steps::from(next as i32..=last));
        }
        parts
    }

    /// Returns the number of the shard that covers a time step, whatever shards were left out.
    pub fn shard_number(&self, step: i32) -> Option<usize> {
        let after = self.shards.partition_point(|s| s.first_step <= step);
        after.checked_sub(1).filter(|&n| step <= self.shards[n].last_step())
    }
}

/// Opens a shard by the number in its file's name; see [`Shard::open`].
pub(crate) fn open_shard(path: &Path, first_step: i64, padding: u64) -> Result<Shard> {
    match i32::try_from(first_step) {
        Ok(step) if step >= 0 => Shard::open(path, step, padding),
        _ => {
            let seen = format!("first time step {first_step}");
            Err(Error::bad_format(path, None, seen, format!("0 to {}", i32::MAX)))
        }
    }
}

fn refuse_overlap(a: &Shard, b: &Shard) -> Result<()> {
    if b.first_step > a.last_step() {
        return Ok(());
    }
    let last = a.last_step().min(b.last_step());
    let seen = format!(
        "time steps {} to {last} are in {} ({} to {}) and in {} ({} to {})",
        b.first_step,
        a.name(),
        a.first_step,
        a.last_step(),
        b.name(),
        b.first_step,
        b.last_step()
    );
    let accepted = format!("each time step in one shard only{}", agreement::cause_of_overlap(a, b));
    Err(Error::bad_format(&b.path, None, seen, accepted))
}

/// Makes the message that shards' files have room for more entries than their headers count; `None` where none has.
pub(crate) fn surplus(shards: &[Shard]) -> Option<String> {
    let more: Vec<&Shard> = shards.iter().filter(|shard| shard.surplus_entries() > 0).collect();
    let first = more.first()?;
    let names: Vec<String> = more.iter().map(|shard| shard.name()).collect();
    let size = first.other_entry_size();
    let or_larger = size.map_or(String::new(), |size| format!(", or its entries have {size} bytes"));
    Some(format!(
        "{} says in its header that it has {}, and has room for {} more, which are not read: trajectory_entry_count is \
         too small, or the file was written over a longer one{or_larger} ({})",
        first.path.display(),
        counted(first.entries.into(), "entry"),
        count(first.surplus_entries()),
        first_of(&names, names.len() as u64)
    ))
}

/// Returns the time steps after a shard and before the next; an empty range where they adjoin.
pub(crate) fn steps_between(before: &Shard, after: &Shard) -> Steps {
    Steps::from(before.last_step() + 1..=after.first_step - 1)
}

/// The time steps between shards that no shard covers.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    /// The time steps that had no sample when the data set was written, as its manifest says.
    pub written: Vec<Steps>,
    /// All other time steps: a file may be missing.
    pub unexplained: Vec<Steps>,
}

impl Gaps {
    /// Describes the gaps that the manifest explains; `None` without any.
    pub fn describe_written(&self) -> Option<String> {
        let steps = describe_gaps(&self.written)?;
        Some(format!("{steps}, as {MANIFEST_NAME} says: there was no sample when the data set was written"))
    }

    /// Describes all other gaps; `None` without any.
    pub fn describe_unexplained(&self) -> Option<String> {
        let steps = describe_gaps(&self.unexplained)?;
        Some(format!("{steps}, though there are shards before and after: is a file missing?"))
    }
}

fn describe_gaps(gaps: &[Steps]) -> Option<String> {
    let are = if is_single(gaps) { "is" } else { "are" };
    (!gaps.is_empty()).then(|| format!("{} {are} in no shard", describe_steps(gaps)))
}

fn is_single(ranges: &[Steps]) -> bool {
    matches!(ranges, [range] if range.count() == 1)
}

/// Describes ranges of time steps: the first few, and how many more there are.
pub(crate) fn describe_steps(ranges: &[Steps]) -> String {
    const SHOWN: usize = 5;
    let shown = ranges.iter().take(SHOWN).map(Steps::to_string).collect::<Vec<_>>().join(", ");
    let more = match ranges.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more such ranges"),
    };
    format!("time step{} {shown}{more}", if is_single(ranges) { "" } else { "s" })
}

/// Lists the shards, by number and name, and the names that only look like a shard's.
#[allow(clippy::type_complexity)]
fn list(folder: &Path) -> Result<(Vec<(i64, String)>, Vec<String>)> {
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::NotFound { subject: folder.to_path_buf(), what: "no such folder".to_string() });
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => {
            let what = "a file; a data set is a folder of shards".to_string();
            return Err(Error::NotFound { subject: folder.to_path_buf(), what });
        }
        other => other.context("list", folder)?,
    };
    let (mut shards, mut look_alikes) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry.context("list", folder)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match number_in_shard_name(&name) {
            Some(number) if !entry.path().is_dir() => shards.push((number, name)),
            _ => {
                let lower = name.to_lowercase();
                if lower.starts_with("shard") && lower.ends_with(".bin") {
                    look_alikes.push(name);
                }
            }
        }
    }
    look_alikes.sort();
    Ok((shards, look_alikes))
}

/// Returns the number in `shard-<integer>.bin`; `None` for any other name.
pub fn number_in_shard_name(name: &str) -> Option<i64> {
    let digits = name.strip_prefix("shard-")?.strip_suffix(".bin")?;
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A number beyond 64 bits makes a shard's name, too; it is then refused as a time step.
    Some(digits.parse().unwrap_or(if digits.starts_with('-') { i64::MIN } else { i64::MAX }))
}

impl Metadata {
    /// Returns the bytes that an entry has beyond 16 + 12 K, as the metadata say; 0 when they contradict themselves.
    pub fn padding(&self) -> u64 {
        let steps = u32::try_from(self.time_step_interval_size).unwrap_or(0);
        u64::try_from(self.entry_size_bytes).unwrap_or(0).saturating_sub(packed_entry_size(steps))
    }
}

#[cfg(test)]
mod tests {
    use super::number_in_shard_name;

    #[test]
    fn only_shard_integer_bin_is_a_shard() {
        assert_eq!(number_in_shard_name("shard-0.bin"), Some(0));
        assert_eq!(number_in_shard_name("shard-007.bin"), Some(7));
        assert_eq!(number_in_shard_name("shard--5.bin"), Some(-5));
        assert_eq!(number_in_shard_name("shard-99999999999999999999.bin"), Some(i64::MAX));
        for name in ["shard-0 copy.bin", "Shard-30.BIN", "shard-5x.bin", "shard-.bin", "shard--.bin", "shard-+5.bin"] {
            assert_eq!(number_in_shard_name(name), None, "{name}");
        }
    }
}
