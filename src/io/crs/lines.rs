//! Reference systems as the lines of an old `.prj`, which ArcInfo wrote: a key and its value in each.

use super::{Crs, Fault, Heights, length_unit};

/// Returns the value of a key.
pub(super) fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case(key)).and_then(|_| words.next())
    })
}

/// Reads a system from lines; `None` for a text without the key of the projection.
pub(super) fn read(text: &str) -> Option<Crs> {
    let value = |key: &str| value(text, key);
    let projection = value("projection")?;
    let unit = |word: Option<&str>, of_heights| {
        let name = word.filter(|w| !w.eq_ignore_ascii_case("no"))?;
        let metres = length_unit(name)??;
        Some(Fault::Unit { of_heights, name: name.into(), metres: Some(metres) })
    };
    let is_geographic = projection.to_ascii_lowercase().starts_with("geographic");
    let fault = if is_geographic { Some(Fault::Degrees) } else { unit(value("units"), false) };
    let heights = unit(value("zunits"), true).map_or(Heights::Unstated, Heights::Other);
    let datum = value("datum").map(str::to_uppercase);
    let of_datum = match datum.as_deref() {
        Some("WGS84" | "WGE") => Some("datum=WGS84"),
        Some("NAD83" | "NAR_C") => Some("datum=NAD83"),
        Some("NAD27" | "NAS_C") => Some("datum=NAD27"),
        _ => None,
    };
    let is_shifted = ["xshift", "yshift"].iter().any(|key| value(key).is_some_and(|v| v.parse() != Ok(0.0)));
    let zone = value("zone").and_then(|zone| zone.parse::<i32>().ok()).filter(|zone| (1..=60).contains(&zone.abs()));
    let (name, words) = match zone.filter(|_| projection.eq_ignore_ascii_case("utm")) {
        Some(zone) => {
            let (number, south) = (zone.abs(), zone < 0);
            let name = format!("UTM zone {number}{}", if south { "S" } else { "N" });
            let name = datum.map_or(name.clone(), |datum| format!("{datum} {name}"));
            let words = format!("proj=utm zone={number}{}", if south { " south" } else { "" });
            (name, of_datum.filter(|_| !is_shifted && fault.is_none()).map(|datum| format!("{words} {datum}")))
        }
        None if is_geographic => (projection.into(), of_datum.map(|datum| format!("proj=longlat {datum}"))),
        // All of them, for systems of one projection differ in their parameters.
        None => {
            let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
            (lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", "), None)
        }
    };
    Some(Crs { name: Some(name), fault, heights, words, ..Crs::default() })
}
