//! What tells a build from others: its data and the options that decide on the bytes. A build that was interrupted or
//! planned goes on only with the same.

use serde::{Deserialize, Serialize};

use super::options::{Bounds, BuildHashTablesOptions, WideIds};
use crate::human::{counted, date, numbers};
use crate::trajectory::Steps;
use crate::trajectory::table::{Index, ShardRecord};

/// The values that must be the same for a build to be continued, as the first line of its journal has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Identity {
    job: String,
    version: String,
    cell_size_bits: u32,
    bounds: Bounds,
    steps: Steps,
    wide_ids: WideIds,
    shards: Vec<ShardRecord>,
}

impl Identity {
    /// Returns the identity of a build of `steps` from shards as they are now.
    pub fn new(options: &BuildHashTablesOptions, shards: &[ShardRecord], steps: Steps) -> Identity {
        Identity {
            job: "hash tables".into(),
            version: crate::VERSION.into(),
            cell_size_bits: options.cell_size.to_bits(),
            bounds: options.bounds,
            steps,
            wide_ids: options.wide_ids,
            shards: shards.to_vec(),
        }
    }

    /// Returns the identity of the build that an index in a folder of tables is of; its time steps are those of this
    /// build where it has them all.
    pub fn of_index(&self, index: &Index) -> Identity {
        let wanted = self.shards.iter().filter_map(|shard| shard.time_steps().cut_to(self.steps));
        let built = index.built.first().zip(index.built.last()).map(|(first, last)| (first.first..=last.last).into());
        let has_all = wanted.into_iter().all(|range| index.speaks_for(range));
        let bounds = match (index.margin, index.bounds) {
            (None, Some(bounds)) => Bounds::Box(bounds),
            (margin, _) => Bounds::Margin(margin.unwrap_or(0.0)),
        };
        Identity {
            job: self.job.clone(),
            // Tables are the same whatever version wrote them.
            version: self.version.clone(),
            cell_size_bits: index.cell_size.to_bits(),
            bounds,
            steps: if has_all { self.steps } else { built.unwrap_or(Steps { first: 0, last: -1 }) },
            wide_ids: if index.ids_truncated { WideIds::Truncate } else { WideIds::Fail },
            shards: index.shards.iter().map(|shard| ShardRecord { digest: None, ..shard.clone() }).collect(),
        }
    }

    /// Says in what a build that was found, and has the name `there`, differs from this one: options, or the first of
    /// the shards. `None` where it is the same.
    pub fn difference(&self, found: &Identity, there: &str) -> Option<String> {
        let mut all: Vec<String> = Vec::new();
        let mut compare = |name: &str, [found, now]: [String; 2]| {
            if found != now {
                all.push(format!("{name} is {found} in {there} and {now} here"));
            }
        };
        let both = [found, self];
        compare("the version of groma", both.map(|of| of.version.clone()));
        compare("cell_size (--cell-size)", both.map(|of| f32::from_bits(of.cell_size_bits).to_string()));
        match (found.bounds, self.bounds) {
            (Bounds::Margin(found), Bounds::Margin(now)) => {
                compare("margin (--margin)", [found, now].map(|margin| margin.to_string()));
            }
            (found, now) => compare("the box (--box)", [found, now].map(describe_bounds)),
        }
        compare("wide_ids (--wide-ids)", both.map(|of| describe_wide_ids(of.wide_ids).to_string()));
        if let Some(shards) = self.difference_of_shards(found, there) {
            all.push(shards);
        } else {
            compare("steps (--steps)", both.map(|of| of.steps.to_string()));
        }
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn difference_of_shards(&self, found: &Identity, there: &str) -> Option<String> {
        let of = |list: &[ShardRecord], name: &str| list.iter().find(|shard| shard.name == name).cloned();
        let gone = found.shards.iter().filter(|shard| of(&self.shards, &shard.name).is_none());
        let gone = gone.map(|shard| format!("{} is in {there} and not here", shard.name));
        let others = self.shards.iter().filter_map(|now| match of(&found.shards, &now.name) {
            None => Some(format!("{} is here and not in {there}", now.name)),
            Some(found) => difference_of_shard(&found, now, there),
        });
        let mut all = gone.chain(others);
        let first = all.next()?;
        let more = match all.count() as u64 {
            0 => String::new(),
            n => format!(", and {} more differ", counted(n, "shard")),
        };
        Some(first + &more)
    }
}

fn difference_of_shard(found: &ShardRecord, now: &ShardRecord, there: &str) -> Option<String> {
    let name = &now.name;
    if found.size != now.size {
        return Some(format!("{name} has {} bytes in {there} and {} here", found.size, now.size));
    }
    let shape = |shard: &ShardRecord| {
        format!("{} of {}", counted(shard.entries.into(), "entry"), counted(shard.steps.into(), "time step"))
    };
    if shape(found) != shape(now) {
        return Some(format!("{name} has {} in {there} and {} here", shape(found), shape(now)));
    }
    (found.modified_ns != now.modified_ns).then(|| {
        let [then, now] = [found, now].map(|shard| time(shard.modified_ns));
        format!(
            "{name} was last written at {then} for {there} and at {now} here (the time of writing counts: copy data \
             with it)"
        )
    })
}

fn describe_bounds(bounds: Bounds) -> String {
    match bounds {
        Bounds::Margin(margin) => format!("that of the data with a margin of {margin}"),
        Bounds::Box(bounds) => numbers(&[bounds.min, bounds.max].concat()),
    }
}

fn describe_wide_ids(wide_ids: WideIds) -> &'static str {
    match wide_ids {
        WideIds::Fail => "fail",
        WideIds::Truncate => "truncate",
    }
}

/// Formats nanoseconds since 1970: `2026-02-03 04:05:06.123456789 UTC`.
fn time(ns: u64) -> String {
    let (seconds, fraction) = (ns / 1_000_000_000, ns % 1_000_000_000);
    let (year, month, day) = date((seconds / 86_400) as i64);
    let [hour, minute, second] = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{fraction:09} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, size: u64, modified_ns: u64) -> ShardRecord {
        ShardRecord { name: name.into(), first_step: 0, steps: 4, entries: 6, size, modified_ns, digest: None }
    }

    #[test]
    fn each_difference_is_said_with_both_values() {
        let options = BuildHashTablesOptions::new(2.0);
        let shards = [record("shard-0.bin", 90, 1_770_091_506_000_000_007), record("shard-4.bin", 90, 5)];
        let here = Identity::new(&options, &shards, (0..=7).into());
        let told = |options: &BuildHashTablesOptions, shards: &[ShardRecord], steps: Steps| {
            here.difference(&Identity::new(options, shards, steps), "the plan").unwrap_or_default()
        };
        assert_eq!(told(&options, &shards, (0..=7).into()), "");
        let margin = BuildHashTablesOptions { bounds: Bounds::Margin(3.5), ..options.clone() };
        assert_eq!(told(&margin, &shards, (0..=7).into()), "margin (--margin) is 3.5 in the plan and 1 here");
        let steps = told(&options, &shards, (2..=7).into());
        assert_eq!(steps, "steps (--steps) is 2 to 7 in the plan and 0 to 7 here");
        let wide = BuildHashTablesOptions { wide_ids: WideIds::Truncate, ..options.clone() };
        assert_eq!(
            told(&wide, &shards[..1], (0..=3).into()),
            "wide_ids (--wide-ids) is truncate in the plan and fail here; shard-4.bin is here and not in the plan"
        );
        let size = told(&options, &[record("shard-0.bin", 70, 1), record("shard-4.bin", 90, 6)], (0..=7).into());
        assert_eq!(size, "shard-0.bin has 70 bytes in the plan and 90 here, and 1 shard more differ");
        let written = told(&options, &[record("shard-0.bin", 90, 0), shards[1].clone()], (0..=7).into());
        assert!(written.contains("at 1970-01-01 00:00:00.000000000 UTC for the plan"), "{written}");
        assert!(written.contains("at 2026-02-03 04:05:06.000000007 UTC here (the time of writing counts"), "{written}");
    }
}
