//! Reads query points from a file.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::error::IoContext;
use crate::io::input;
use crate::io::patient::Patient;
use crate::{Error, Result};

/// The most bytes of a line.
const LONGEST_LINE: u64 = 1 << 16;
const AXES: [&str; 3] = ["x", "y", "z"];

/// Reads query points from a CSV file: the columns x, y and z by the names in the first line, wherever they stand, or
/// the first three columns where the first line has numbers. Between columns are semicolons, else commas, else blanks
/// or tabs, line by line. Empty lines are passed over.
///
/// # Errors
/// [`Error::BadFormat`] with the line for one that has no three numbers, and for a file without a point; [`Error::Io`].
pub fn read_points(path: &Path) -> Result<Vec<[f64; 3]>> {
    read_points_from(Patient(input::open(path)?), path)
}

/// [`read_points`] from any source, like standard input, which `path` stands for in errors.
///
/// # Errors
/// As [`read_points`].
pub fn read_points_from(source: impl Read, path: &Path) -> Result<Vec<[f64; 3]>> {
    let mut reader = BufReader::new(source);
    let (mut points, mut columns) = (Vec::new(), None);
    let (mut line, mut number, mut offset) = (Vec::new(), 0u64, 0u64);
    loop {
        line.clear();
        number += 1;
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).context("read", path)? as u64;
        if read == 0 {
            break;
        }
        let bad =
            |seen: String, accepted: &str| Error::bad_format(path, offset, format!("line {number}: {seen}"), accepted);
        if read == LONGEST_LINE {
            return Err(bad("more than 64 KiB".into(), "lines of three numbers"));
        }
        let text = std::str::from_utf8(&line).map_err(|_| bad("no UTF-8".into(), "text in UTF-8"))?;
        let text = text.strip_prefix('\u{feff}').filter(|_| number == 1).unwrap_or(text).trim();
        if !text.is_empty() {
            let fields = fields_of(text);
            match columns {
                None if fields.iter().all(|field| field.parse::<f64>().is_err()) => {
                    columns = Some(named(&fields).map_err(|seen| bad(seen, "a column for each of x, y and z"))?);
                }
                _ => {
                    let columns = *columns.get_or_insert([0, 1, 2]);
                    let value = |column: usize| fields.get(column)?.parse().ok().filter(|c: &f64| c.is_finite());
                    match columns.map(value) {
                        [Some(x), Some(y), Some(z)] => points.push([x, y, z]),
                        _ => {
                            return Err(bad(
                                format!("{text:?}"),
                                "three numbers, x,y,z, with commas, semicolons or blanks between",
                            ));
                        }
                    }
                }
            }
        }
        offset += read;
    }
    if points.is_empty() {
        return Err(Error::bad_format(path, None, "no point", "a line with x,y,z for each point"));
    }
    Ok(points)
}

/// Returns the fields of a line, which has one kind of separator.
fn fields_of(line: &str) -> Vec<&str> {
    match [';', ','].into_iter().find(|&separator| line.contains(separator)) {
        Some(separator) => line.split(separator).map(|field| field.trim().trim_matches('"')).collect(),
        None => line.split_whitespace().map(|field| field.trim_matches('"')).collect(),
    }
}

/// The places of the columns x, y and z.
fn named(fields: &[&str]) -> std::result::Result<[usize; 3], String> {
    let mut columns = [0; 3];
    for (place, axis) in columns.iter_mut().zip(AXES) {
        let mut found = (0..fields.len()).filter(|&n| fields[n].eq_ignore_ascii_case(axis));
        *place = found.next().ok_or_else(|| format!("no column {axis} among {}", fields.join(", ")))?;
        if found.next().is_some() {
            return Err(format!("two columns {axis}"));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::read_points;

    fn read(text: &str) -> crate::Result<Vec<[f64; 3]>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        std::fs::write(&path, text).unwrap();
        read_points(&path)
    }

    #[test]
    fn points_come_by_name_or_by_place() {
        let expected = [[1.0, 2.0, 3.0], [-4.5, 5.0e3, 6.0]];
        for text in [
            "1,2,3\n-4.5,5e3,6\n",
            "x,y,z\n1,2,3\n\n-4.5,5e3,6",
            "\u{feff}id,Z,\"x\",y\r\n7,3,1,2\r\n8,6,-4.5,5000\r\n",
            "1,2,3,extra\n-4.5,5e3,6,more\n",
            "1 2 3\n -4.5\t5e3  6\n",
            "x; y; z\n1; 2; 3\n-4.5;5e3;6\n",
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_point_is_named_with_its_line() {
        for (text, named) in [
            ("1,2,3\n1,2\n", "line 2: \"1,2\""),
            ("x,y,z\n1,nan,3\n", "line 2"),
            ("x,y\n1,2\n", "no column z"),
            ("x,y,z,X\n", "two columns x"),
            ("x,y,z\n", "no point"),
            ("", "no point"),
            ("1,2,3\na,b,c\n", "line 2"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(named) && error.contains("points.csv"), "{error}");
        }
        let error = read(&"1".repeat(1 << 17)).unwrap_err().to_string();
        assert!(error.contains("64 KiB"), "{error}");
    }
}
