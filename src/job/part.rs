//! A share of a job's units, for a process that makes no others.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::context::OutputCheck;
use crate::error::{IoContext, MissingUnit};
use crate::human::{count, counted, first_of};
use crate::{Error, Result};

/// The part of a planned job that a process takes: one of so many, of about equal work.
///
/// ```
/// use groma::job::Part;
///
/// let part: Part = "2/3".parse()?;
/// // The work of six units; the second of three parts takes the third and the fourth.
/// assert_eq!(part.of(&[5, 5, 5, 5, 5, 5]), 2..4);
/// # Ok::<(), groma::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    number: u32,
    count: u32,
}

impl Part {
    const ACCEPTED: &'static str = "I/N, part I of N: 1/N to N/N";

    /// Returns part `number` of `count`, counted from 1.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a number that is 0 or above the count.
    pub fn new(number: u32, count: u32) -> Result<Part> {
        let part = Part { number, count };
        if number == 0 || number > count { Err(Error::invalid("part", part, Part::ACCEPTED)) } else { Ok(part) }
    }

    /// Returns the number of the part, from 1 on.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Returns the number of parts.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Returns the units of the part, given the work of each: those whose middle lies in its share of all work. Each
    /// unit is in one part, and no part has more than its share and one unit.
    pub fn of(self, work: &[u64]) -> std::ops::Range<usize> {
        let all: u128 = work.iter().map(|&work| u128::from(work)).sum();
        let (number, count) = (u128::from(self.number), u128::from(self.count));
        let mut before = 0;
        let mut units = work.iter().enumerate().filter_map(|(unit, &work)| {
            // Twice the middle, so that it is a whole number.
            let middle = 2 * before + u128::from(work);
            before += u128::from(work);
            let part = if all == 0 { 0 } else { (middle * count / (2 * all)).min(count - 1) };
            (part + 1 == number).then_some(unit)
        });
        let first = units.next();
        first.map_or(0..0, |first| first..units.last().unwrap_or(first) + 1)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(text: &str) -> Result<Part> {
        let refused = || Error::invalid("part", text, Part::ACCEPTED);
        let (number, count) = text.split_once('/').ok_or_else(refused)?;
        let number_of = |text: &str| text.parse::<u32>().map_err(|_| refused());
        Part::new(number_of(number)?, number_of(count)?)
    }
}

/// Returns what looks whether a plan is still the one that a part began with: only when its file has changed, `is_same`
/// looks into it.
pub(crate) fn while_planned(path: PathBuf, is_same: impl Fn() -> Result<bool> + Send + Sync + 'static) -> OutputCheck {
    let stamp = |path: &Path| match path.metadata() {
        Ok(found) => Ok(Some((found.modified().ok(), found.len()))),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e).context("look at", path),
    };
    // What cannot be looked at now is looked into at the first output.
    let seen = Mutex::new(stamp(&path).unwrap_or(None));
    Arc::new(move || {
        let now = stamp(&path)?;
        let mut seen = seen.lock().expect("no panic while held");
        if *seen == now && now.is_some() {
            return Ok(());
        }
        if now.is_some() && is_same()? {
            *seen = now;
            return Ok(());
        }
        let what = "the plan of this part is not there any more: another was made, or the build has ended; what the \
                    part has made after that is left out";
        Err(Error::Busy { subject: path.clone(), what: what.into() })
    })
}

/// Makes the error of the end of a build that lacks some of `of` units, named in the singular.
pub(crate) fn unfinished(subject: &Path, unit: &str, of: u64, missing: Vec<MissingUnit>) -> Error {
    let what = describe_missing(unit, of, &missing);
    Error::Unfinished { subject: subject.to_path_buf(), what, of, missing }
}

fn describe_missing(unit: &str, of: u64, missing: &[MissingUnit]) -> String {
    let (lasting, others): (Vec<_>, Vec<_>) = missing.iter().partition(|one| one.is_lasting);
    let first = |list: &[&MissingUnit]| {
        let named: Vec<String> = list.iter().map(|one| format!("{} ({})", one.name, one.cause)).collect();
        first_of(&named, list.len() as u64)
    };
    let others_text = match others.len() as u64 {
        0 => String::new(),
        n => format!("{} of {} are not there yet, or were damaged: {}", count(n), counted(of, unit), first(&others)),
    };
    match lasting.len() as u64 {
        0 => format!("{others_text}; run the parts that have not ended well again"),
        n => {
            let others_text = if others.is_empty() { others_text } else { format!("{others_text}; ") };
            let (n, of, lasting) = (count(n), counted(of, unit), first(&lasting));
            format!(
                "{others_text}{n} of {of} could not be made: {lasting}; once the cause is gone, run the parts again"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_unit_is_in_one_part_and_parts_are_about_equal(
            work in prop::collection::vec(0u64..1000, 0..60),
            count in 1u32..20,
        ) {
            let parts: Vec<_> = (1..=count).map(|number| Part::new(number, count).unwrap().of(&work)).collect();
            let units: Vec<usize> = parts.iter().cloned().flatten().collect();
            prop_assert_eq!(units, (0..work.len()).collect::<Vec<_>>());
            let (all, largest) = (work.iter().sum::<u64>(), work.iter().max().copied().unwrap_or(0));
            for part in parts {
                prop_assert!(work[part].iter().sum::<u64>() <= all.div_ceil(count.into()) + largest);
            }
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "a/b"] {
            let e = text.parse::<Part>().unwrap_err();
            assert!(e.to_string().contains("I/N"), "{text}: {e}");
        }
        assert_eq!("3/3".parse::<Part>().unwrap().to_string(), "3/3");
    }

    #[test]
    fn what_a_build_in_parts_lacks_is_counted_and_the_first_are_named() {
        let missing =
            |name: &str, cause: &str, is_lasting| MissingUnit { name: name.into(), cause: cause.into(), is_lasting };
        let lacks = |missing| unfinished(Path::new("out"), "tile", 12, missing);
        let seven = lacks((0..7).map(|n| missing(&format!("t{n}"), "missing", false)).collect());
        let text = "out: 7 of 12 tiles are not there yet, or were damaged: t0 (missing), t1 (missing), t2 (missing), \
                    t3 (missing), t4 (missing) and 2 more; run the parts that have not ended well again";
        assert_eq!((seven.to_string().as_str(), seven.is_worth_repeating()), (text, true));
        let both = lacks(vec![missing("a", "no data", true), missing("b", "missing", false)]);
        let text = "out: 1 of 12 tiles are not there yet, or were damaged: b (missing); 1 of 12 tiles could not be \
                    made: a (no data); once the cause is gone, run the parts again";
        assert_eq!((both.to_string().as_str(), both.is_worth_repeating()), (text, false));
    }
}
