//! Parses the values of options that are more than a number, and completes help texts with what is accepted.

use std::path::PathBuf;

use groma::city::Limit;
use groma::city::footprint::Lod;
use groma::city::footprints::Filter;
use groma::city::outside::OutsideData;
use groma::city::parameters::GroundBesideBuildings;
use groma::io::surface::SurfaceFormat;
use groma::job::{DEFAULT_MEMORY_LIMIT, RunOptions};
use groma::trajectory::Steps;
use groma::trajectory::build::LAST_TIME_STEP;
use groma::trajectory::import::{Meaning, Origin};

/// Puts a parameter's range into a help text, in place of `{}`.
pub fn ranged(limit: Limit, text: &str) -> String {
    text.replace("{}", &limit.range())
}

/// Adds the accepted range and the default to the help text of a number of threads.
pub fn threads(text: &str) -> String {
    format!("{text}, 0 to {} [default: 0, one per processor]", RunOptions::MOST_THREADS)
}

/// Adds what holds for every memory limit to a help text of one.
pub fn memory_limit(text: &str) -> String {
    format!("{text}; too little is refused with what suffices [default: {}MiB]", DEFAULT_MEMORY_LIMIT >> 20)
}

/// Parses a number of bytes, with a unit (`512MiB`) or without.
pub fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1u64,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(format!("unit {unit:?}; accepted: B, KiB, MiB, GiB, TiB, KB, MB, GB, TB")),
    };
    let number: f64 = number.parse().map_err(|_| "not a number and a unit, like 512MiB".to_string())?;
    let bytes = number * factor as f64;
    if bytes >= 1.0 && bytes < u64::MAX as f64 {
        Ok(bytes as u64)
    } else {
        Err("1 byte to 2^64 - 1 bytes are accepted, like 512MiB".to_string())
    }
}

/// Parses `x0,y0,z0,x1,y1,z1`.
pub fn bounding_box(text: &str) -> Result<[f64; 6], String> {
    numbers(text, "six numbers with commas between, x0,y0,z0,x1,y1,z1,")
}

/// Parses `west,south,east,north`.
pub fn bounds(text: &str) -> Result<[f64; 4], String> {
    let accepted = "four numbers with commas between, west,south,east,north, with west < east and south < north,";
    let bounds: [f64; 4] = numbers(text, accepted)?;
    let [west, south, east, north] = bounds;
    if west < east && south < north { Ok(bounds) } else { Err(format!("{accepted} are accepted")) }
}

/// Parses the code of a reference system: `EPSG:25832` or the number alone.
pub fn epsg(text: &str) -> Result<u32, String> {
    let code = text.get(..5).filter(|start| start.eq_ignore_ascii_case("epsg:")).map_or(text, |_| &text[5..]);
    code.parse().ok().filter(|&code| code > 0).ok_or_else(|| "a code of EPSG is accepted, as EPSG:25832".to_string())
}

/// Parses a unit of heights: a name, or its length in metres.
pub fn height_unit(text: &str) -> Result<f64, String> {
    match text {
        "m" => Ok(1.0),
        "ft" => Ok(0.3048),
        "us-ft" => Ok(12.0 / 39.37),
        _ => text.parse().map_err(|_| "m, ft, us-ft, or the length of the unit in metres, is accepted".to_string()),
    }
}

/// Parses `left,lower,right,upper`.
pub fn part(text: &str) -> Result<[f64; 4], String> {
    let accepted = "four numbers with commas between, left,lower,right,upper, with left < right and lower < upper,";
    let part: [f64; 4] = numbers(text, accepted)?;
    let [left, lower, right, upper] = part;
    if left < right && lower < upper { Ok(part) } else { Err(format!("{accepted} are accepted")) }
}

/// Parses `x,y,z`.
pub fn point(text: &str) -> Result<[f64; 3], String> {
    numbers(text, "three numbers with commas between, x,y,z,")
}

/// Reads `lx,ly,lz`, 0 for an axis that is not periodic, or `none`.
pub fn extent(text: &str) -> Result<[f64; 3], String> {
    match text {
        "none" => Ok([0.0; 3]),
        _ => numbers(text, "none, or three lengths with commas between, lx,ly,lz,"),
    }
}

/// Parses `x,y,z` or `auto`.
pub fn origin(text: &str) -> Result<Origin, String> {
    match text {
        "auto" => Ok(Origin::Auto),
        _ => numbers(text, "auto, or three numbers with commas between, x,y,z,").map(Origin::At),
    }
}

/// Parses `meaning=column`.
pub fn column(text: &str) -> Result<(Meaning, String), String> {
    let accepted = "one of id, frame, time, x, y, z, an equals sign, and the name or number of a column are accepted";
    let (meaning, column) = text.split_once('=').ok_or(accepted)?;
    let is_meant = |other: &Meaning| other.name().eq_ignore_ascii_case(meaning.trim());
    let meaning = Meaning::ALL.into_iter().find(is_meant).ok_or(accepted)?;
    if column.trim().is_empty() { Err(accepted.into()) } else { Ok((meaning, column.trim().to_string())) }
}

/// Parses a finite number above 0.
pub fn above_0(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "a number above 0 is accepted".to_string())
}

fn numbers<const N: usize>(text: &str, accepted: &str) -> Result<[f64; N], String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|n| n.trim().parse()).collect();
    let numbers = numbers.map_err(|_| format!("{accepted} are accepted"))?;
    numbers.try_into().map_err(|n: Vec<f64>| format!("{} numbers; {accepted} are accepted", n.len()))
}

/// Parses a range of time steps: `A..B`, both ends included, or one number.
pub fn steps(text: &str) -> Result<Steps, String> {
    let accepted = || format!("A..B (both ends included) or one time step is accepted, of 0 to {LAST_TIME_STEP}");
    let number = |n: &str| n.trim().parse::<i32>().map_err(|_| accepted());
    match text.split_once("..") {
        Some((first, last)) => Ok(Steps::from(number(first)?..=number(last.strip_prefix('=').unwrap_or(last))?)),
        None => number(text).map(Steps::from),
    }
}

/// Parses a level of detail: 0 or 1, with or without `lod` before it.
pub fn lod(text: &str) -> Result<Lod, String> {
    match text.to_ascii_lowercase().trim_start_matches("lod") {
        "0" => Ok(Lod::Lod0),
        "1" => Ok(Lod::Lod1),
        _ => Err("0 (a platform on the ground) or 1 (a block with a flat roof) is accepted".to_string()),
    }
}

/// Parses what is done where the terrain has no data.
pub fn outside_data(text: &str) -> Result<OutsideData, String> {
    text.parse().map_err(|_| "accepted: skip, fail or fill".to_string())
}

/// Parses the height of the ground beside buildings.
pub fn ground_beside_buildings(text: &str) -> Result<GroundBesideBuildings, String> {
    text.parse().map_err(|_| "accepted: terrain or lowest".to_string())
}

/// Parses a condition on a property.
pub fn filter(text: &str) -> Result<Filter, String> {
    text.parse().map_err(|_| "accepted: NAME=VALUE or NAME!=VALUE".to_string())
}

/// Parses the path of a mesh, whose extension must be that of a known format.
pub fn mesh_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    SurfaceFormat::from_path(&path).map_err(|_| "a file name that ends in .ply, .vtu, .obj or .stl is accepted")?;
    Ok(path)
}

/// Parses the path of a picture.
pub fn png_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let is_png = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
    if is_png { Ok(path) } else { Err("a file name that ends in .png is accepted".to_string()) }
}

/// Parses a number that is at least 1.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&n| n > 0).ok_or_else(|| "1 or more is accepted".to_string())
}

/// Parses a number of buildings.
pub fn buildings(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("a whole number of 0 to {} is accepted", u32::MAX))
}

/// Parses a fraction, 0 to 1.
pub fn fraction(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|f| (0.0..=1.0).contains(f)).ok_or_else(|| "0 to 1 is accepted".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_refused_with_what_is_accepted() {
        assert_eq!(bytes("512MiB"), Ok(512 << 20));
        assert_eq!(bytes("1.5 GiB"), Ok(3 << 29));
        assert_eq!(bytes("64000000"), Ok(64_000_000));
        assert!(bytes("12 parsecs").unwrap_err().contains("MiB"));
        assert!(bytes("-1MiB").is_err());
        assert!(bytes("0").unwrap_err().contains("1 byte to"));
        assert_eq!(steps("3..9"), Ok((3..=9).into()));
        assert_eq!(steps("7"), Ok(7.into()));
        assert!(steps("a..b").is_err());
        for text in ["0..4294967295", "2147483648"] {
            assert!(steps(text).unwrap_err().ends_with("of 0 to 2147483647"), "{text}");
        }
        assert_eq!(bounding_box("0,1,2, 3,4,5.5"), Ok([0.0, 1.0, 2.0, 3.0, 4.0, 5.5]));
        assert!(bounding_box("0,1,2").unwrap_err().contains("3 numbers"));
        assert_eq!(bounds("-1,-2,3,4"), Ok([-1.0, -2.0, 3.0, 4.0]));
        assert!(bounds("3,0,1,4").unwrap_err().contains("west < east"));
        assert!(bounds("0,0,NaN,4").is_err());
        assert_eq!(origin("-5e5,5600000,0.5"), Ok(Origin::At([-5.0e5, 5.6e6, 0.5])));
        assert_eq!(column("id = Track ID"), Ok((Meaning::Id, "Track ID".to_string())));
        assert!([column("w=1"), column("x="), column("x")].into_iter().all(|c| c.unwrap_err().contains("id, frame")));
        assert!(above_0("0.04") == Ok(0.04) && above_0("0").is_err() && above_0("inf").is_err());
        assert_eq!(origin("auto"), Ok(Origin::Auto));
        assert!(origin("here").unwrap_err().contains("auto, or three numbers"));
        assert!(part("3,0,1,4").unwrap_err().contains("left < right"));
        assert_eq!(part("-1,-2,3,4"), bounds("-1,-2,3,4"));
        assert_eq!([lod("0"), lod("LOD1"), lod("lod0")], [Ok(Lod::Lod0), Ok(Lod::Lod1), Ok(Lod::Lod0)]);
        assert!(lod("2").is_err());
        assert!(mesh_file("a/b.VTU").is_ok() && mesh_file("a.dae").unwrap_err().contains(".ply"));
        assert!(png_file("a.png").is_ok() && png_file("png").is_err());
    }
}
