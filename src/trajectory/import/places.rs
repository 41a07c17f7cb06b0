//! Where rows come from, in messages.

use std::path::{Path, PathBuf};

/// Bits of a place that number the line; those above number the file.
const LINE_BITS: u32 = 44;

/// The inputs that rows come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Each with what is counted in it: lines, samples.
    inputs: Vec<(PathBuf, &'static str)>,
    are_many: bool,
}

impl Places {
    pub fn new(are_many: bool) -> Places {
        Places { inputs: Vec::new(), are_many }
    }

    /// Adds the next input.
    pub fn add(&mut self, path: &Path, counted: &'static str) {
        self.inputs.push((path.to_path_buf(), counted));
    }

    /// Returns the place of a line of the input that was added last. Places ascend in the order of reading.
    pub fn at(&self, line: u64) -> u64 {
        ((self.inputs.len() as u64).saturating_sub(1) << LINE_BITS) | line & ((1 << LINE_BITS) - 1)
    }

    pub fn path(&self, place: u64) -> &Path {
        self.inputs.get((place >> LINE_BITS) as usize).map_or(Path::new(""), |(path, _)| path)
    }

    /// Describes a place: `line 7`, or `line 7 of b.csv` where there are several inputs.
    pub fn describe(&self, place: u64) -> String {
        let counted = self.inputs.get((place >> LINE_BITS) as usize).map_or("line", |(_, counted)| counted);
        let line = place & ((1 << LINE_BITS) - 1);
        match self.are_many {
            true => format!("{counted} {line} of {}", self.path(place).display()),
            false => format!("{counted} {line}"),
        }
    }

    /// Describes two places: `lines 7 and 9`, or each by itself where they are of several inputs.
    pub fn describe_both(&self, a: u64, b: u64) -> String {
        match self.are_many {
            true => format!("{} and {}", self.describe(a), self.describe(b)),
            false => {
                let counted = self.inputs.first().map_or("line", |(_, counted)| counted);
                let line = |place: u64| place & ((1 << LINE_BITS) - 1);
                format!("{counted}s {} and {}", line(a), line(b))
            }
        }
    }
}
