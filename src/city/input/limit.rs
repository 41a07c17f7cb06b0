//! The ranges of parameters, stated once. Refusals and help texts take them from here, and tests compare the header and
//! the plugin with them.

use crate::human::count;
use crate::{Error, Result};

/// The range of a parameter, and its default.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limit {
    /// The parameter's name in the options.
    pub name: &'static str,
    /// The smallest number; with `is_open` it is excluded.
    pub least: f64,
    /// Whether the smallest number itself is refused.
    pub is_open: bool,
    /// The largest number.
    pub most: f64,
    /// The unit of the numbers, as messages write it.
    pub unit: &'static str,
    /// The default; NaN where there is none.
    pub default: f64,
}

impl Limit {
    pub(crate) const fn new(name: &'static str, least: f64, most: f64, unit: &'static str, default: f64) -> Limit {
        Limit { name, least, is_open: false, most, unit, default }
    }

    /// As `new`, with the smallest number refused.
    pub(crate) const fn above(name: &'static str, least: f64, most: f64, unit: &'static str, default: f64) -> Limit {
        Limit { name, least, is_open: true, most, unit, default }
    }

    /// Formats the range for messages and help texts: `0 to 10 m`, `above 0, at most 900 m`.
    pub fn range(&self) -> String {
        let Limit { least, is_open, unit, .. } = self;
        let most = if self.most < 10_000.0 { self.most.to_string() } else { count(self.most as u64) };
        if *is_open { format!("above {least}, at most {most} {unit}") } else { format!("{least} to {most} {unit}") }
    }

    /// Checks that a number is in the range.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for one that is out of range, or NaN.
    pub fn check(&self, value: f64) -> Result<()> {
        let is_within = (self.least..=self.most).contains(&value) && !(self.is_open && value == self.least);
        if is_within { Ok(()) } else { Err(Error::invalid(self.name, value, self.range())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_belong_to_a_range_unless_it_is_open_and_what_is_no_number_never_does() {
        let closed = Limit::new("width", 0.0, 10.0, "m", 1.0);
        let open = Limit::above("area", 0.0, 1e6, "square metres", 1.0);
        for (limit, value, accepted) in [
            (closed, 0.0, true),
            (closed, 10.0, true),
            (closed, 10.01, false),
            (closed, f64::NAN, false),
            (open, 0.0, false),
            (open, 1e-9, true),
            (open, 1e6, true),
            (open, f64::INFINITY, false),
        ] {
            assert_eq!(limit.check(value).is_ok(), accepted, "{value} as {}", limit.name);
        }
        assert_eq!(closed.check(-1.0).unwrap_err().to_string(), "width is -1; accepted: 0 to 10 m");
        assert_eq!(open.range(), "above 0, at most 1,000,000 square metres");
    }
}
