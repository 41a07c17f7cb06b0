//! Turns times into time steps.

/// The share of a time step by which a time may lie beside it before that is told.
pub const TOLD_SHARE_OF_TIME_STEP: f64 = 0.1;

/// Times from here on, about the year 1973 in seconds, are counted from 1970, not from the beginning of a recording.
const FIRST_SINCE_1970: f64 = 1.0e8;

/// The most time steps on either side of the first time.
const MOST_STEPS: f64 = (1u32 << 30) as f64;

/// The reading of times.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    /// Seconds from one time step to the next.
    pub step: f64,
    /// Seconds in a unit of the file's times; `None` until the first one shows it.
    unit: Option<f64>,
    /// The time that is time step 0 for now, in seconds; `None` until there is one.
    pub anchor: Option<f64>,
    /// Times are counted from 1970.
    pub is_since_1970: bool,
    /// Times that lie beside their time step by more than the share that is told.
    pub rows_beside: u64,
    /// The largest distance of a time from its time step, as a share of it.
    pub largest_share: f64,
}

/// Why a text gives no time step.
pub(super) enum NoStep {
    NoTime,
    /// It lies this many time steps from the first one.
    TooFar(f64),
}

impl Clock {
    /// A clock of time steps of `step` seconds; `unit` is that of the column's name.
    pub fn new(step: f64, unit: Option<f64>) -> Clock {
        Clock { step, unit, anchor: None, is_since_1970: false, rows_beside: 0, largest_share: 0.0 }
    }

    /// The time step of a time, counted from the anchor.
    pub fn step_of(&mut self, text: &str) -> Result<i32, NoStep> {
        let seconds = match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number * *self.unit.get_or_insert_with(|| unit_of(number)),
            _ => iso(text).ok_or(NoStep::NoTime)?,
        };
        let anchor = *self.anchor.get_or_insert_with(|| {
            self.is_since_1970 = seconds >= FIRST_SINCE_1970;
            if self.is_since_1970 { seconds } else { 0.0 }
        });
        let steps = (seconds - anchor) / self.step;
        let step = steps.round();
        if step.abs() > MOST_STEPS {
            return Err(NoStep::TooFar(step));
        }
        let share = (steps - step).abs();
        self.rows_beside += u64::from(share > TOLD_SHARE_OF_TIME_STEP);
        self.largest_share = self.largest_share.max(share);
        Ok(step as i32)
    }

    /// The time of a time step that is counted from the anchor, in seconds.
    pub fn time_of(&self, step: i32) -> f64 {
        self.anchor.unwrap_or(0.0) + f64::from(step) * self.step
    }
}

/// Seconds in the unit of times since 1970, by their size; 1 for all others.
fn unit_of(number: f64) -> f64 {
    match number {
        n if n >= 1.0e17 => 1.0e-9,
        n if n >= 1.0e14 => 1.0e-6,
        n if n >= 1.0e11 => 1.0e-3,
        _ => 1.0,
    }
}

/// The seconds since 1970 of a date and time as ISO 8601 writes it; without a zone it counts as UTC.
pub(super) fn iso(text: &str) -> Option<f64> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_since_1970(year, month, day);
    if rest.is_empty() {
        return Some(days as f64 * 86_400.0);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = match rest.find(['Z', 'z', '+', '-']) {
        Some(place) => rest.split_at(place),
        None => (rest, ""),
    };
    let mut parts = clock.trim().splitn(3, ':');
    let (hours, minutes) = (number(parts.next()?)?, number(parts.next()?)?);
    let seconds = match parts.next() {
        Some(seconds) => {
            let is_plain = seconds.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
            seconds.replace(',', ".").parse::<f64>().ok().filter(|s| is_plain && *s < 61.0)?
        }
        None => 0.0,
    };
    if hours > 24 || minutes > 59 {
        return None;
    }
    let shift = match zone.strip_prefix(['+', '-']) {
        Some(digits) => {
            let digits = digits.replace(':', "");
            let (hours, minutes) =
                (number(digits.get(..2)?)?, number(digits.get(2..).filter(|m| !m.is_empty()).unwrap_or("0"))?);
            let shift = hours * 3600 + minutes * 60;
            if zone.starts_with('-') { -shift } else { shift }
        }
        None if zone.len() <= 1 => 0,
        None => return None,
    };
    Some((days * 86_400 + hours * 3600 + minutes * 60 - shift) as f64 + seconds)
}

/// Writes a time since 1970 as ISO 8601 does, in UTC, with nanoseconds where there are some.
pub(super) fn write_iso(text: &mut Vec<u8>, seconds: i64, nanoseconds: u32) {
    use std::io::Write;
    let (year, month, day) = crate::human::date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let [hour, minute, second] = [second / 3600, second / 60 % 60, second % 60];
    // A vector takes all that is written to it.
    let _ = write!(text, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if nanoseconds > 0 {
        let _ = write!(text, ".{nanoseconds:09}");
    }
    text.push(b'Z');
}

fn number(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Howard Hinnant's `days_from_civil`.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "parquet")]
    #[test]
    fn times_are_written_as_they_are_read() {
        for (seconds, nanoseconds, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (-1, 500_000_000, "1969-12-31T23:59:59.500000000Z"),
            (1_709_210_096, 250_000_000, "2024-02-29T12:34:56.250000000Z"),
            (951_782_400, 0, "2000-02-29T00:00:00Z"),
        ] {
            let mut written = Vec::new();
            write_iso(&mut written, seconds, nanoseconds);
            assert_eq!(String::from_utf8(written).unwrap(), text);
            assert_eq!(iso(text), Some(seconds as f64 + f64::from(nanoseconds) * 1.0e-9));
        }
        (-40_000..40_000).for_each(|day| {
            let (year, month, number) = crate::human::date(day);
            assert_eq!(days_since_1970(year, month, number), day);
        });
    }

    #[test]
    fn dates_are_read_in_all_their_forms() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2026-01-01 00:00", 1_767_225_600.0),
            ("2024-02-29T12:34:56.25Z", 1_709_210_096.25),
            ("2024-02-29T14:34:56+02:00", 1_709_210_096.0),
            ("2024-02-29T11:04:56,5-0130", 1_709_210_096.5),
            ("2024-05-01", 1_714_521_600.0),
        ] {
            assert_eq!(iso(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "2024-13-01",
            "2024-05-01T12",
            "12:00:00",
            "2024-05-01X12:00",
            "2024-05-01T12:00:-1",
            "1.5",
            "ä2024-05-",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn times_become_steps_and_what_lies_beside_is_counted() {
        let mut clock = Clock::new(0.04, None);
        let steps = ["0.0", "0.04", "0.079", "-0.04"].map(|text| clock.step_of(text).ok());
        assert_eq!(steps, [Some(0), Some(1), Some(2), Some(-1)]);
        assert_eq!((clock.rows_beside, clock.is_since_1970), (0, false));
        clock.step_of("0.1").ok();
        assert_eq!(clock.rows_beside, 1);
        for texts in [["1690000000000", "1690000000080"], ["2024-05-01T12:00:00Z", "2024-05-01T12:00:00.080Z"]] {
            let mut clock = Clock::new(0.04, None);
            assert_eq!(texts.map(|text| clock.step_of(text).ok()), [Some(0), Some(2)]);
            assert!(clock.is_since_1970 && clock.rows_beside == 0 && clock.time_of(0) > 1.6e9);
        }
        assert!(matches!(clock.step_of("1e30"), Err(NoStep::TooFar(_))));
        assert!(matches!(clock.step_of("noon"), Err(NoStep::NoTime)));
    }
}
