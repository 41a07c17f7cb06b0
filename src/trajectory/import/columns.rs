//! Finds the columns of a CSV file.

use std::path::Path;

use crate::{Error, Result};

/// The columns that are needed, by their names.
pub(super) const COLUMNS: [&str; 5] = ["id", "frame", "x", "y", "z"];

/// Names of columns that number trajectories, in lower case, without what separates words. Beside one of them a column
/// `id` may number the single rows, as trackers number spots.
const NAMES_OF_IDS: [&str; 22] = [
    "trackid",
    "track",
    "tracknumber",
    "trajectoryid",
    "trajectory",
    "trajid",
    "traj",
    "particleid",
    "particle",
    "personid",
    "person",
    "pedestrianid",
    "pedestrian",
    "pedid",
    "agentid",
    "agent",
    "objectid",
    "vehicleid",
    "vehicle",
    "cellid",
    "animalid",
    "individualid",
];

/// The places of the columns `id`, `frame`, `x`, `y` and `z` in a file whose first line is `names`. Ids are taken from
/// the column `id_column` where there is one given.
pub(super) fn find(path: &Path, names: &csv::StringRecord, id_column: Option<&str>) -> Result<[usize; 5]> {
    let mut columns = [0; 5];
    if let Some((seen, accepted)) = no_names(names) {
        return Err(Error::bad_format(path, 0, seen, accepted));
    }
    for (column, name) in columns.iter_mut().zip(COLUMNS).skip(1) {
        *column = find_one(path, names, name)?.ok_or_else(|| missing(path, names, name))?;
    }
    columns[0] = match id_column {
        Some(name) => {
            let place = chosen(path, names, name)?;
            if let Some(other) = (1..columns.len()).find(|&n| columns[n] == place) {
                let seen = format!("{}, which is the column {}", short(name), COLUMNS[other]);
                return Err(Error::invalid("id_column", seen, "a column of its own, which numbers the trajectories"));
            }
            place
        }
        None => {
            let id = find_one(path, names, "id")?.ok_or_else(|| missing(path, names, "id"))?;
            refuse_ambiguous(path, names, id)?;
            id
        }
    };
    Ok(columns)
}

/// A description of a first line that names no columns, and of what is accepted.
fn no_names(names: &csv::StringRecord) -> Option<(String, String)> {
    const ACCEPTED: &str = "a first line that names the columns id, frame, x, y, z among others";
    let is_empty = names.iter().all(str::is_empty);
    if is_empty {
        return Some(("the file has no line of names: it is empty".into(), ACCEPTED.into()));
    }
    if names.get(0).is_some_and(|first| first.to_lowercase().starts_with("sep=")) {
        let accepted = format!("{ACCEPTED}; remove this line, which is for spreadsheets");
        return Some((format!("the first line is {:?}", short(&names[0])), accepted));
    }
    let is_number = |field: &str| field.parse::<f64>().is_ok();
    if names.len() > 1 && names.iter().all(|field| field.is_empty() || is_number(field)) {
        let accepted = format!("{ACCEPTED}; put one before the first row, in the order of its fields");
        return Some((format!("the first line has numbers, [{}], and no names", listed(names)), accepted));
    }
    None
}

/// The place of the only column of a name, in whatever case.
fn find_one(path: &Path, names: &csv::StringRecord, name: &str) -> Result<Option<usize>> {
    let mut places = names.iter().enumerate().filter(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(place, _)| place);
    match (places.next(), places.next()) {
        (Some(first), Some(second)) => {
            let seen = format!(
                "the first line names a column {:?} twice, as fields {} and {}",
                short(name),
                first + 1,
                second + 1
            );
            let accepted = "each of the columns id, frame, x, y, z once; rename or remove the other one";
            Err(Error::bad_format(path, 0, seen, accepted))
        }
        (first, _) => Ok(first),
    }
}

/// The column of the option's name: in its own case where there is one, else in any.
fn chosen(path: &Path, names: &csv::StringRecord, name: &str) -> Result<usize> {
    let name = name.trim();
    let mut exact = names.iter().enumerate().filter(|(_, n)| *n == name).map(|(place, _)| place);
    if let (Some(place), None) = (exact.next(), exact.next()) {
        return Ok(place);
    }
    find_one(path, names, name)?.ok_or_else(|| {
        let accepted = format!("a column of {}: {}", path.display(), listed(names));
        Error::invalid("id_column", short(name), accepted)
    })
}

fn refuse_ambiguous(path: &Path, names: &csv::StringRecord, id: usize) -> Result<()> {
    let Some(other) = other_id_column(names) else { return Ok(()) };
    let (id, other) = (short(&names[id]), short(other));
    let seen = format!("the first line names the columns {id:?} and {other:?}, and either may number the trajectories");
    let accepted =
        format!("one of them chosen by id_column (--id-column {}, or --id-column {})", quoted(&other), quoted(&id));
    Err(Error::bad_format(path, 0, seen, accepted))
}

/// A column that by its name numbers trajectories and is not `id`.
fn other_id_column(names: &csv::StringRecord) -> Option<&str> {
    let plain =
        |name: &str| -> String { name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    names.iter().find(|name| NAMES_OF_IDS.contains(&plain(name).as_str()))
}

fn missing(path: &Path, names: &csv::StringRecord, name: &str) -> Error {
    let seen = format!("the first line names the columns [{}]", listed(names));
    let only = if names.len() == 1 { names.get(0) } else { None };
    let separator = only.and_then(|only| [';', '\t', ' ', '|'].into_iter().find(|&c| only.contains(c)));
    let next = match (separator, other_id_column(names)) {
        _ if names.get(0).is_some_and(|first| first.starts_with('#')) => {
            "remove the lines before the one that names the columns".to_string()
        }
        (Some(separator), _) => format!("separate the columns with commas in place of {separator:?}"),
        (_, Some(other)) if name == "id" => {
            format!("id_column (--id-column {}) takes ids from that column", quoted(&short(other)))
        }
        _ if name == "z" => "add a column z, of zeros where all is flat".to_string(),
        _ if name == "id" => "rename the column that numbers the trajectories, or choose it (--id-column)".to_string(),
        _ => "rename the columns in the first line".to_string(),
    };
    let accepted = format!("columns named {}; {name:?} is missing: {next}", COLUMNS.join(", "));
    Error::bad_format(path, 0, seen, accepted)
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if is_plain { name.to_string() } else { format!("{name:?}") }
}

/// The names in quotes: the first of them where there are many.
fn listed(names: &csv::StringRecord) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(|name| format!("{:?}", short(name))).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// A text for a message: its beginning where it is long.
pub(super) fn short(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}
