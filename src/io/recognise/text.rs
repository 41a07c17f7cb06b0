//! Kinds of plain text: grids, points, tables, 16-bit Unicode.

use super::{Format, NOT_FOOTPRINTS, NOT_TERRAIN, NOT_TRAJECTORIES, Treatment, json, molecules};

const GRID_KEYS: [&str; 11] = [
    "ncols",
    "nrows",
    "xllcorner",
    "yllcorner",
    "xllcenter",
    "yllcenter",
    "cellsize",
    "dx",
    "dy",
    "nodata_value",
    "nodata",
];

const ASCII_GRID: Format = Format::new(
    "an ESRI ASCII grid",
    Treatment::Not("a grid of heights is given as terrain (--terrain)"),
    Treatment::Read,
    NOT_TRAJECTORIES,
);
/// An XYZ grid.
pub const POINTS: Format = Format::new("a text of x, y and z", NOT_FOOTPRINTS, Treatment::Read, Treatment::Read);
const TABLE: Format = Format::new(
    "a table (CSV)",
    Treatment::Convert(
        "ogr2ogr metres.geojson FILE -oo GEOM_POSSIBLE_NAMES=COLUMN, with the column of outlines as WKT",
    ),
    NOT_TERRAIN,
    Treatment::Read,
);
const WKT: Format =
    Format::shapes("geometries as WKT", "ogr2ogr metres.geojson FILE, after a first line with the name WKT");
const LFS: Format = Format::other("a pointer of Git LFS instead of the file", "git lfs pull fetches it");
const PRJ: Format = Format::other("the description of a reference system (.prj)", "name the file beside it");
const MIF: Format = Format::shapes("a MapInfo MIF", "ogr2ogr metres.geojson FILE");
const DXF: Format = Format::shapes("a DXF drawing", "ogr2ogr metres.geojson FILE");
const UTF_16: Format = Format::wrapping("a text in UTF-16", "iconv -f UTF-16 -t UTF-8 FILE > utf8.txt");
const UTF_32: Format = Format::wrapping("a text in UTF-32", "iconv -f UTF-32 -t UTF-8 FILE > utf8.txt");
const UTF_16_LE: Format = Format::wrapping("a text in UTF-16", "iconv -f UTF-16LE -t UTF-8 FILE > utf8.txt");
const UTF_16_BE: Format = Format::wrapping("a text in UTF-16", "iconv -f UTF-16BE -t UTF-8 FILE > utf8.txt");

/// The most columns of a text of points. What has more is, say, a grid without its header.
const MOST_COLUMNS: usize = 12;

/// Returns the format of a text with more than a byte per character.
pub(super) fn of_wide(start: &[u8]) -> Option<Format> {
    if start.starts_with(b"\xff\xfe\0\0") || start.starts_with(b"\0\0\xfe\xff") {
        return Some(UTF_32);
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Some(UTF_16);
    }
    // Without a byte order mark, letters and zeros alternate.
    let pairs = start.first_chunk::<8>()?.as_chunks::<2>().0;
    let printable = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if pairs.iter().all(|&[low, high]| printable(low) && high == 0) {
        return Some(UTF_16_LE);
    }
    pairs.iter().all(|&[high, low]| printable(low) && high == 0).then_some(UTF_16_BE)
}

/// Returns the format of a text that is neither XML nor JSON.
pub(super) fn of(text: &[u8]) -> Option<Format> {
    if let Some(after) = text.strip_prefix(b"\x1e") {
        return after.trim_ascii_start().starts_with(b"{").then_some(json::SEQUENCE);
    }
    let text = String::from_utf8_lossy(text);
    let first_line = text.lines().next().unwrap_or_default().trim_end();
    let first_word = first_line.split_whitespace().next().unwrap_or_default();
    let begins =
        |words: &[&str]| words.iter().any(|w| text.get(..w.len()).is_some_and(|start| start.eq_ignore_ascii_case(w)));
    if GRID_KEYS.iter().any(|key| key.eq_ignore_ascii_case(first_word)) && first_line.split_whitespace().count() == 2 {
        Some(ASCII_GRID)
    } else if begins(&["version https://git-lfs"]) {
        Some(LFS)
    } else if begins(&["PROJCS[", "GEOGCS[", "PROJCRS[", "GEOGCRS[", "COMPD_CS[", "COMPOUNDCRS["]) {
        Some(PRJ)
    } else if begins(&["POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "SRID="]) && first_line.contains('(') {
        Some(WKT)
    } else if first_word.eq_ignore_ascii_case("version") && text.to_ascii_lowercase().contains("\ncharset") {
        Some(MIF)
    } else if first_line == "0" && text.lines().nth(1).is_some_and(|line| line.trim() == "SECTION") {
        Some(DXF)
    } else {
        molecules::of_text(&text).or_else(|| points_or_table(&text, first_line))
    }
}

fn points_or_table(text: &str, first_line: &str) -> Option<Format> {
    let separator = |c: char| c == ',' || c == ';' || c == '\t';
    let words = |line: &str| -> Vec<String> {
        let parts: Vec<&str> =
            if line.contains(separator) { line.split(separator).collect() } else { line.split_whitespace().collect() };
        parts.into_iter().map(|word| word.trim().trim_matches('"').to_ascii_lowercase()).collect()
    };
    let is_number = |word: &String| word.parse::<f64>().is_ok_and(f64::is_finite);
    let columns = 3..=MOST_COLUMNS;
    // Decimal commas do not separate.
    let is_decimal = |line: &str| {
        let words: Vec<String> =
            line.split([' ', '\t', ';']).filter(|w| !w.is_empty()).map(|w| w.replace(',', ".")).collect();
        columns.contains(&words.len()) && words[..3].iter().all(|w| w.trim().parse::<f64>().is_ok_and(f64::is_finite))
    };
    if is_decimal(first_line) {
        return Some(POINTS);
    }
    let first = words(first_line);
    if first.len() == 2 && first_line.contains(separator) {
        const SHAPES: [&str; 5] = ["wkt", "geom", "geometry", "the_geom", "wkb_geometry"];
        return first.iter().any(|name| SHAPES.contains(&name.as_str())).then_some(TABLE);
    }
    if first.len() < 3 {
        return None;
    }
    // Behind x, y and z there may be more, as colours or the names of classes.
    let is_points = |line: &[String]| columns.contains(&line.len()) && line[..3].iter().all(is_number);
    if is_points(&first) {
        return Some(POINTS);
    }
    // The places of columns are not looked up by their names.
    let in_order = first[..3] == ["x", "y", "z"];
    if in_order && text.lines().nth(1).is_some_and(|line| is_points(&words(line)) || is_decimal(line)) {
        return Some(POINTS);
    }
    let is_named = ["x", "y", "z"].iter().all(|name| first.iter().any(|word| word == name));
    let is_header = (first_line.contains(separator) || is_named)
        && !first.iter().any(is_number)
        && first.iter().all(|w| w.len() < 100);
    is_header.then_some(TABLE)
}
