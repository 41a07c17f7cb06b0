//! What a plan and its parts leave for each other in the folder of the tables: the plan, in the journal, and a file for
//! each shard that is built.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::block::ShardOutcome;
use super::identity::Identity;
use super::{JOURNAL_NAME, JournalRecord};
use crate::error::IoContext;
use crate::io::atomic::{self, Durability};
use crate::io::in_use::remove_if_there;
use crate::io::input;
use crate::job::Journal;
use crate::trajectory::grid::BoundingBox;
use crate::trajectory::table::{INDEX_NAME, Index, TableFolder};
use crate::{Error, Result};

/// What the parts of a build have to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    pub bounds: Option<BoundingBox>,
    /// The first time steps of the shards to build, ascending.
    pub todo: Vec<i32>,
}

impl Plan {
    /// Returns what tells this plan from others.
    pub fn name(&self, identity: &Identity) -> String {
        let bounds = self.bounds.map(|b| [b.min, b.max].map(|corner| corner.map(f64::to_bits)));
        format!("{:016x}", xxh3_64(format!("{identity:?} {bounds:?}").as_bytes()))
    }
}

/// What there is of a build in parts.
pub(super) enum Found {
    Planned(Plan),
    /// It has ended, and this is the index of its tables.
    Ended(Box<Index>),
}

impl Found {
    /// Looks for the plan of a build, and for its end.
    ///
    /// # Errors
    /// [`Error::NotPlanned`], which says how the build that is there differs, if there is one; [`Error::Io`].
    pub fn look(folder: &TableFolder, identity: &Identity) -> Result<Found> {
        let mut why = String::new();
        if let Some(journal) = Journal::read(&folder.path().join(JOURNAL_NAME))? {
            let plan = journal.records.into_iter().filter_map(JournalRecord::into_plan).next_back();
            match (plan, serde_json::from_value::<Identity>(journal.identity)) {
                (Some(plan), Ok(found)) => match identity.difference(&found, "the plan") {
                    None => return Ok(Found::Planned(plan)),
                    Some(difference) => why = format!(": {difference}"),
                },
                (None, _) => why = ": another plan or build is at work here, or was interrupted".into(),
                (_, Err(e)) => why = format!(": the plan here is of another version of groma ({e})"),
            }
        }
        // An index that is damaged is replaced by whoever builds.
        let index = match Index::read(folder.path()) {
            Err(Error::BadFormat { .. }) => None,
            index => index?,
        };
        if let Some(index) = index {
            match identity.difference(&identity.of_index(&index), INDEX_NAME) {
                None => return Ok(Found::Ended(Box::new(index))),
                Some(difference) if why.is_empty() => why = format!(": {difference}"),
                Some(_) => {}
            }
        }
        let what = format!(
            "no plan of this data with these options{why}; planning makes one (groma trajectories plan), and where \
             another machine has just done so, it may be seen when this is tried again"
        );
        Err(Error::NotPlanned { subject: folder.path().to_path_buf(), what })
    }
}

/// The file that tells the tables of a shard.
#[derive(Serialize, Deserialize)]
struct Built {
    /// The plan that it was built by.
    plan: String,
    outcome: ShardOutcome,
}

/// The beginning of the names of the files that tell the tables of a shard.
const BUILT_PREFIX: &str = "groma-built-";

/// Returns the path of the file that tells the tables of a shard.
pub(super) fn built_path(folder: &TableFolder, first_step: i32) -> PathBuf {
    folder.path().join(format!("{BUILT_PREFIX}{first_step}.json"))
}

/// Writes down that the tables of a shard have their names.
pub(super) fn write_built(
    folder: &TableFolder,
    outcome: ShardOutcome,
    plan: &str,
    durability: Durability,
) -> Result<()> {
    let path = built_path(folder, outcome.first_step);
    let built = Built { plan: plan.to_string(), outcome };
    let json = serde_json::to_string(&built).map_err(|e| Error::Internal(e.to_string()))?;
    atomic::write(&path, format!("{:016x} {json}\n", xxh3_64(json.as_bytes())).as_bytes(), durability)
}

/// Reads what a part has written down of a shard; `None` where it has not, or by another plan, or it is damaged.
pub(super) fn read_built(folder: &TableFolder, first_step: i32, plan: &str) -> Result<Option<ShardOutcome>> {
    let text = input::read_small_if_there(&built_path(folder, first_step))?;
    let built = text.as_deref().and_then(|text| {
        let (hash, json) = text.strip_suffix(b"\n")?.split_at_checked(17)?;
        let is_whole = hash == format!("{:016x} ", xxh3_64(json)).as_bytes();
        serde_json::from_slice::<Built>(json).ok().filter(|_| is_whole)
    });
    let is_of_plan = |built: &Built| built.plan == plan && built.outcome.first_step == first_step;
    Ok(built.filter(is_of_plan).map(|built| built.outcome).filter(ShardOutcome::is_sound))
}

/// Reads what the parts of a plan have written down.
pub(super) fn read_all_built(folder: &TableFolder, plan: &Plan, identity: &Identity) -> Result<Vec<ShardOutcome>> {
    let name = plan.name(identity);
    let read = |&first_step: &i32| read_built(folder, first_step, &name).transpose();
    plan.todo.iter().filter_map(read).collect()
}

/// Removes what parts have written down.
pub(super) fn remove_all_built(folder: &TableFolder) -> Result<()> {
    for name in input::sorted_names(folder.path()).context("list", folder.path())? {
        if name.to_str().is_some_and(|name| name.starts_with(BUILT_PREFIX) && name.ends_with(".json")) {
            remove_if_there(&folder.path().join(name))?;
        }
    }
    Ok(())
}
