//! Numbers and lists as text for people.

/// Formats a duration: `1.50 s`, `42 s`, `12 min`, `2.0 h`.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 100.0 => format!("{s:.0} s"),
        s if s < 6000.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// Returns a message without what it says for the command line alone, for those who use the library in another way.
///
/// Messages call parameters by their names in Rust, C and Python. Options and commands stand behind them in
/// parentheses: `crs (--crs EPSG:CODE)`, `(memory_limit, --memory-limit 9MiB)`, `build them (groma city levels)`.
///
/// ```
/// let message = "at least 9 bytes are needed (memory_limit, --memory-limit 1MiB); or take less (--bounds 0,0,1,1)";
/// let without = groma::human::without_options(message);
/// assert_eq!(without, "at least 9 bytes are needed (memory_limit); or take less");
/// ```
pub fn without_options(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(open) = rest.find('(') {
        let after = &rest[open + 1..];
        let Some(inner) = enclosed(after) else { break };
        let is_own = |at: usize| inner[..at].matches('(').count() == inner[..at].matches(')').count();
        let option = inner.match_indices("--").map(|(at, _)| at).find(|&at| is_option(inner, at) && is_own(at));
        let kept = match option {
            _ if inner.starts_with("groma ") => Some(0),
            Some(at) => Some(inner[..at].rfind(", ").unwrap_or(0)),
            None => None,
        };
        match kept {
            None => text.push_str(&rest[..=open]),
            Some(0) => text.push_str(rest[..open].trim_end()),
            Some(end) => {
                text.push_str(&rest[..=open]);
                text.push_str(&inner[..end]);
                text.push(')');
            }
        }
        rest = if kept.is_some() { &after[inner.len() + 1..] } else { after };
    }
    text + rest
}

/// [`without_options`] for the messages of a report as JSON, of its warnings and causes, and for nothing else in it.
pub fn json_without_options(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    let begin = |rest: &str| {
        ["\"message\":\"", "\"cause\":\""].iter().filter_map(|key| Some(rest.find(key)? + key.len())).min()
    };
    while let Some(start) = begin(rest) {
        let mut is_escaped = false;
        let end = rest[start..].find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let end = end.map_or(rest.len(), |end| start + end);
        text.push_str(&rest[..start]);
        text.push_str(&without_options(&rest[start..end]));
        rest = &rest[end..];
    }
    text + rest
}

/// Returns what stands before the parenthesis that closes a text.
fn enclosed(text: &str) -> Option<&str> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..at]);
        }
    }
    None
}

/// Whether two dashes begin an option: a word follows them, and none goes before.
fn is_option(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at + 2..].chars().next());
    after.is_some_and(|c| c.is_ascii_lowercase()) && before.is_none_or(|c| !c.is_alphanumeric() && c != '-')
}

/// Returns the year, the month and the day of a day since 1970-01-01: Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
pub(crate) fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Formats a number of bytes with a binary unit: `12 B`, `1.5 MiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// Describes a job's peak memory: the peak of the whole process, where the system reports it, and the bytes reserved
/// for buffers, not all of which need have been used.
pub fn peak_memory(process: Option<u64>, buffers: u64) -> String {
    let process =
        process.map_or(String::new(), |process| format!("{} the whole process with its code, ", bytes(process)));
    format!("{process}{} set aside for buffers", bytes(buffers))
}

/// Formats a number with separators for thousands.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a count with its noun: `1 table`, `2,000 tables`, `3 trajectories`. `thing` is the singular.
pub fn counted(n: u64, thing: &str) -> String {
    match thing.strip_suffix('y') {
        _ if n == 1 => format!("1 {thing}"),
        Some(stem) => format!("{} {stem}ies", count(n)),
        None => format!("{} {thing}s", count(n)),
    }
}

/// Formats a number with three significant digits: `0.25`, `12.3`, `289`, `1.2e-7`.
pub fn rough(number: f64) -> String {
    let scale = number.abs();
    if scale == 0.0 || !scale.is_finite() {
        return number.to_string();
    }
    if !(1.0e-3..1.0e6).contains(&scale) {
        return format!("{number:.2e}");
    }
    let decimals = (2 - scale.log10().floor() as i32).max(0) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

/// The number of items of a list that messages name.
pub(crate) const SHOWN: usize = 5;

/// Lists the first five of `count` things, of which `listed` may hold only some: `a, b, c, d, e and 7 more`.
pub fn first_of<T: std::fmt::Display>(listed: &[T], count: u64) -> String {
    let shown: Vec<String> = listed.iter().take(SHOWN).map(T::to_string).collect();
    let text = shown.join(", ");
    match count.saturating_sub(shown.len() as u64) {
        0 => text,
        more => format!("{text} and {} more", self::count(more)),
    }
}

/// Joins numbers with commas, as options take them.
pub fn numbers(numbers: &[f64]) -> String {
    numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_cut_out_of_messages_and_nothing_else() {
        for (message, expected) in [
            ("crs (--crs EPSG:CODE), or a file (.prj)", "crs, or a file (.prj)"),
            ("(temp_dir, --temp-dir) or (memory_limit, --memory-limit 2MiB)", "(temp_dir) or (memory_limit)"),
            ("x 0 to 1 (of 2): build them (groma city levels)", "x 0 to 1 (of 2): build them"),
            ("a(b (c) --d) (e (--f (g) h))", "a (e)"),
            ("a -- b (1--2, -3--x) (never closed --y", "a -- b (1--2, -3--x) (never closed --y"),
        ] {
            assert_eq!(without_options(message), expected);
        }
        let json =
            r#"{"path":"a (--b).tif","warnings":[{"message":"\"c\" (--d)"},{"message":"e\\"}],"cause":"f (--g)"}"#;
        let expected = r#"{"path":"a (--b).tif","warnings":[{"message":"\"c\""},{"message":"e\\"}],"cause":"f"}"#;
        assert_eq!(json_without_options(json), expected);
    }

    #[test]
    fn a_few_are_shown_and_the_others_counted() {
        assert_eq!(first_of(&["a", "b"], 2), "a, b");
        assert_eq!(first_of(&["1", "2", "3", "4", "5", "6"], 2000), "1, 2, 3, 4, 5 and 1,995 more");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!([counted(1, "table"), counted(1000, "table")], ["1 table", "1,000 tables"]);
        assert_eq!(
            peak_memory(Some(2048), 1024),
            "2.0 KiB the whole process with its code, 1.0 KiB set aside for buffers"
        );
        assert_eq!(peak_memory(None, 1024), "1.0 KiB set aside for buffers");
        assert_eq!([counted(1, "trajectory"), counted(2, "trajectory")], ["1 trajectory", "2 trajectories"]);
        assert_eq!(numbers(&[1.0, -2.5]), "1,-2.5");
        assert_eq!(
            [0.25, 12.34, 288.7, 0.0, 5.0, 1.25e-7, 1234.0].map(rough).join(" "),
            "0.25 12.3 289 0 5 1.25e-7 1234"
        );
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536 << 20), "1.5 GiB");
        assert_eq!(seconds(1.234), "1.23 s");
        assert_eq!(seconds(600.0), "10 min");
    }
}
