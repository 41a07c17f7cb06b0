//! Checks that the shards' names, the interval numbers in their headers and `dataset-meta.bin` agree.
//!
//! Each of the three says when a shard is. The names count. Interval n of a data set of K time steps an interval begins
//! n K time steps after interval 0; a program that numbers no intervals leaves them all 0. Where the headers and the
//! metadata agree against the names, or the names are the interval numbers, the time steps would be wrong.

use std::path::Path;

use super::{METADATA_NAME, Metadata};
use crate::trajectory::shard::{Shard, shard_name};
use crate::{Error, Result};

/// Describes the contradictions to the shards' names that leave the time steps right.
///
/// # Errors
/// [`Error::BadFormat`] where time steps would be wrong.
pub(super) fn check(folder: &Path, shards: &[Shard], metadata: Option<&Metadata>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Some(first) = shards.first() else { return Ok(found) };
    let out_of_step = shards.iter().find(|shard| !is_numbered_so(first, shard));
    let named_by_number = are_named_by_number(shards);
    let metadata_agree = metadata.map(|metadata| are_about_the_same_steps(shards, metadata));
    let headers_agree_with_metadata = metadata.is_some_and(|metadata| numbers_have_steps_of(shards, metadata));
    // Numbers as names may be the first steps, too, where each is a whole interval after the one before.
    let names_make_sense = out_of_step.is_none() || shards.iter().all(|shard| is_whole_intervals_after(first, shard));
    let is_wrong = match metadata_agree {
        Some(agree) => !agree && (out_of_step.is_some() || named_by_number) && headers_agree_with_metadata,
        None => named_by_number && !names_make_sense,
    };
    if is_wrong {
        return Err(wrong_names(shards, metadata, named_by_number));
    }
    if let Some(shard) = out_of_step {
        found.push(format!(
            "{} says in its header that it is interval {} of {} time steps, {} that it is interval {}: their names \
             say {} and {}, and count",
            shard.path.display(),
            shard.interval_index,
            first.steps,
            first.name(),
            first.interval_index,
            shard.first_step,
            first.first_step
        ));
    }
    let last = shards[shards.len() - 1].last_step();
    if let Some(metadata) = metadata.filter(|m| m.first_time_step < first.first_step || last < m.last_time_step) {
        found.push(format!(
            "{} says time steps {} to {}, the shards have {} to {last}: it is of another state of the data set (a \
             shard was added, removed or renamed)",
            folder.join(METADATA_NAME).display(),
            metadata.first_time_step,
            metadata.last_time_step,
            first.first_step
        ));
    }
    if let Some(metadata) =
        metadata.filter(|metadata| i64::from(metadata.time_step_interval_size) != i64::from(first.steps))
    {
        found.push(format!(
            "{} says {} time steps in a shard, {} has {}",
            folder.join(METADATA_NAME).display(),
            metadata.time_step_interval_size,
            first.name(),
            first.steps
        ));
    }
    Ok(found)
}

/// Names the likely cause where two shards cover the same time steps; an empty text where none is known.
pub(super) fn cause_of_overlap(a: &Shard, b: &Shard) -> String {
    let names = i64::from(b.first_step) - i64::from(a.first_step);
    let numbers = i64::from(b.interval_index) - i64::from(a.interval_index);
    if names == 0 || (names != numbers && names != 1) {
        return String::new();
    }
    format!(
        "; the files seem to be named by the number of their interval: of intervals of {} time steps number {} begins \
         {} time steps after number {}, as {} then says",
        a.steps,
        b.first_step,
        names * i64::from(a.steps),
        a.first_step,
        shard_name(renamed(a, b))
    )
}

/// Returns the first step that `b` has where names are numbers of intervals.
fn renamed(a: &Shard, b: &Shard) -> i32 {
    i64::from(b.first_step).saturating_mul(i64::from(a.steps)).min(i64::from(i32::MAX)) as i32
}

/// Returns whether the numbers of two intervals are as far apart as the names say, or are not given.
fn is_numbered_so(first: &Shard, shard: &Shard) -> bool {
    let numbers = i64::from(shard.interval_index) - i64::from(first.interval_index);
    let steps = i64::from(shard.first_step) - i64::from(first.first_step);
    let interval = i64::from(first.steps);
    // Where shards do not follow each other in whole intervals, their numbers are rounded down, and the time step from
    // which they count is not known.
    let slack = i64::from(steps % interval != 0);
    let is_given = shard.interval_index != 0 || first.interval_index != 0;
    !is_given || (numbers - steps.div_euclid(interval)).abs() <= slack
}

fn is_whole_intervals_after(first: &Shard, shard: &Shard) -> bool {
    (i64::from(shard.first_step) - i64::from(first.first_step)) % i64::from(first.steps) == 0
}

/// Returns whether all names are the interval numbers, and not all of them first steps.
fn are_named_by_number(shards: &[Shard]) -> bool {
    shards.iter().all(|shard| shard.first_step == shard.interval_index && shard.steps > 1)
        && shards.iter().any(|shard| shard.interval_index != 0)
}

/// Returns whether the metadata's first and last time step are in the first and the last shard with an entry, or beside
/// them in empty ones.
fn are_about_the_same_steps(shards: &[Shard], metadata: &Metadata) -> bool {
    let (first, last) = (metadata.first_time_step, metadata.last_time_step);
    let mut full = shards.iter().filter(|shard| shard.entries > 0);
    let (Some(a), Some(z)) = (full.next(), shards.iter().rfind(|shard| shard.entries > 0)) else { return true };
    (shards[0].first_step..=a.last_step()).contains(&first)
        && (z.first_step..=shards[shards.len() - 1].last_step()).contains(&last)
}

/// Returns whether interval 0 can begin at a time step with which the headers' numbers give the metadata's time steps.
fn numbers_have_steps_of(shards: &[Shard], metadata: &Metadata) -> bool {
    let interval = i64::from(shards[0].steps);
    let numbers = || shards.iter().map(|shard| i64::from(shard.interval_index));
    let (Some(least), Some(greatest)) = (numbers().min(), numbers().max()) else { return false };
    let origins = |step: i32, number: i64| {
        let latest = i64::from(step) - number * interval;
        (latest - interval + 1, latest)
    };
    let (a, b) = (origins(metadata.first_time_step, least), origins(metadata.last_time_step, greatest));
    a.0.max(b.0).max(0) <= a.1.min(b.1)
}

fn wrong_names(shards: &[Shard], metadata: Option<&Metadata>, named_by_number: bool) -> Error {
    let first = &shards[0];
    let shard = shards.iter().find(|shard| !is_numbered_so(first, shard)).unwrap_or(&shards[shards.len() - 1]);
    let interval = i64::from(first.steps);
    let begins = |shard: &Shard| {
        let zero = metadata.map_or(0, |metadata| {
            let first_number = i64::from(first.interval_index);
            (i64::from(metadata.first_time_step) - first_number * interval).max(0)
        });
        zero + i64::from(shard.interval_index) * interval
    };
    let says = metadata.map_or(String::new(), |metadata| {
        format!(", and {METADATA_NAME} has time steps {} to {}", metadata.first_time_step, metadata.last_time_step)
    });
    let seen = format!(
        "its name says that it begins at time step {}, its header that it is interval {} of {interval} time \
         steps{says}",
        shard.first_step, shard.interval_index
    );
    let cause = if named_by_number {
        "the files seem to be named by the number of their interval"
    } else {
        "files seem to have been renamed"
    };
    let accepted =
        format!("the first time step in a shard's name: shard-{}.bin by header and metadata; {cause}", begins(shard));
    Error::bad_format(&shard.path, 8, seen, accepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(first_step: i32, interval_index: i32, steps: u32) -> Shard {
        Shard {
            path: format!("data/shard-{first_step}.bin").into(),
            first_step,
            steps,
            entries: 1,
            data_offset: 32,
            entry_size: 16 + 12 * u64::from(steps),
            interval_index,
            file_size: 0,
            modified_ns: 0,
        }
    }

    fn metadata(first: i32, last: i32, interval: i32) -> Metadata {
        Metadata {
            first_time_step: first,
            last_time_step: last,
            time_step_interval_size: interval,
            entry_size_bytes: 0,
            bbox_min: [0.0; 3],
            bbox_max: [0.0; 3],
            trajectory_count: 1,
            first_trajectory_id: 1,
            last_trajectory_id: 1,
            created_at_unix: 0,
            converter_version: String::new(),
        }
    }

    fn checked(shards: &[Shard], metadata: Option<Metadata>) -> std::result::Result<usize, String> {
        check(Path::new("data"), shards, metadata.as_ref()).map(|found| found.len()).map_err(|e| e.to_string())
    }

    #[test]
    fn valid_data_sets_agree() {
        let sets: [&[Shard]; 7] = [
            &[shard(0, 0, 10), shard(10, 1, 10), shard(20, 2, 4)],
            &[shard(50, 0, 50), shard(100, 1, 50), shard(10_000, 199, 50)],
            &[shard(0, 0, 10), shard(20, 2, 10), shard(40, 4, 10)],
            // Not in whole intervals, and without the first of them.
            &[shard(15, 1, 10), shard(30, 3, 10), shard(47, 4, 10)],
            &[shard(0, 0, 1), shard(1, 1, 1), shard(2, 2, 1)],
            // Intervals that nobody has numbered.
            &[shard(0, 0, 10), shard(10, 0, 10), shard(20, 0, 7)],
            &[shard(99_995, 0, 10)],
        ];
        for shards in sets {
            let last = shards[shards.len() - 1].last_step();
            assert_eq!(checked(shards, None), Ok(0), "{shards:?}");
            let own = metadata(shards[0].first_step + 1, last - 1, shards[0].steps as i32);
            let own = if shards[0].steps == 1 { metadata(0, 2, 1) } else { own };
            assert_eq!(checked(shards, Some(own)), Ok(0), "{shards:?}");
        }
    }

    #[test]
    fn files_that_are_named_by_their_interval_are_refused() {
        // Far enough apart not to overlap.
        for shards in [[shard(0, 0, 2), shard(2, 2, 2)], [shard(0, 0, 2), shard(5, 5, 2)]] {
            let last = 2 * shards[1].interval_index + 1;
            let error = checked(&shards, Some(metadata(0, last, 2))).unwrap_err();
            let name = format!("shard-{}.bin by header and metadata", last - 1);
            assert!(error.contains("named by the number of their interval") && error.contains(&name), "{error}");
        }
        assert!(checked(&[shard(3, 3, 10)], Some(metadata(30, 39, 10))).unwrap_err().contains("shard-30.bin"));
        assert!(checked(&[shard(0, 0, 2), shard(5, 5, 2)], None).unwrap_err().contains("shard-10.bin"));
        // The same numbers where they are the first steps: a program that numbers intervals so.
        assert_eq!(checked(&[shard(0, 0, 2), shard(2, 2, 2)], Some(metadata(0, 3, 2))), Ok(1));
        assert_eq!(checked(&[shard(0, 0, 10), shard(10, 10, 10)], None), Ok(1));
        let overlap = cause_of_overlap(&shard(0, 0, 10), &shard(1, 1, 10));
        assert!(
            overlap.contains("named by the number of their interval") && overlap.contains("shard-10.bin"),
            "{overlap}"
        );
        assert_eq!(cause_of_overlap(&shard(0, 0, 10), &shard(5, 1, 10)), "");
    }

    #[test]
    fn one_against_two_is_an_error_where_the_names_are_the_one_and_else_a_warning() {
        // The last shard was renamed.
        let renamed = [shard(0, 0, 10), shard(10, 1, 10), shard(40, 2, 10)];
        let error = checked(&renamed, Some(metadata(0, 29, 10))).unwrap_err();
        assert!(error.contains("shard-20.bin by header") && error.contains("renamed"), "{error}");
        assert_eq!(checked(&renamed, Some(metadata(0, 49, 10))), Ok(1));
        assert_eq!(checked(&renamed, None), Ok(1));
        // The metadata are of before a shard was removed; that one was added only the samples can tell.
        let whole = [shard(0, 0, 10), shard(10, 1, 10), shard(20, 2, 10)];
        assert_eq!(checked(&whole, Some(metadata(0, 19, 10))), Ok(0));
        assert_eq!(checked(&whole, Some(metadata(0, 39, 10))), Ok(1));
        assert_eq!(checked(&whole, Some(metadata(0, 29, 20))), Ok(1));
        // All three say something else.
        assert_eq!(checked(&renamed, Some(metadata(500, 900, 10))), Ok(2));
    }
}
