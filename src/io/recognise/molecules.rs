//! Formats of molecular dynamics: positions of particles, frame by frame.

use super::{Format, NOT_FOOTPRINTS, NOT_TERRAIN, Treatment};

const fn particles(name: &'static str) -> Format {
    let convert = "python3 -c 'import sys, MDAnalysis.coordinates.core as c; print(\"id,frame,x,y,z\"); [print(i, \
                   t.frame, *p, sep=\",\") for t in c.reader(sys.argv[1]) for i, p in enumerate(t.positions)]' FILE > \
                   samples.csv (pip install MDAnalysis; positions are then in angstroms)";
    Format::new(name, NOT_FOOTPRINTS, NOT_TERRAIN, Treatment::Convert(convert))
}

const XTC: Format = particles("a trajectory of GROMACS (XTC)");
const TRR: Format = particles("a trajectory of GROMACS (TRR)");
const DCD: Format = particles("a trajectory of CHARMM, NAMD or LAMMPS (DCD)");
const GRO: Format = particles("a structure of GROMACS (GRO)");
const XYZ: Format = particles("molecules as XYZ");

/// Returns the format of a binary file.
pub(super) fn of_binary(start: &[u8]) -> Option<Format> {
    match start {
        // The second is that of more than 300 million particles.
        [0, 0, 7, 0xcb | 0xe7, ..] => Some(XTC),
        [0, 0, 7, 0xc9, ..] => Some(TRR),
        // A record of 84 bytes, in either order of bytes.
        [84, 0, 0, 0, b'C', b'O', b'R', b'D', ..] | [0, 0, 0, 84, b'C', b'O', b'R', b'D', ..] => Some(DCD),
        _ => None,
    }
}

/// Returns the format of a text, whose first or second line counts the particles.
pub(super) fn of_text(text: &str) -> Option<Format> {
    let mut lines = text.lines();
    let (first, second, third) = (lines.next()?, lines.next()?, lines.next()?);
    let is_count = |line: &str| line.trim().parse::<u64>().is_ok_and(|count| count > 0);
    let is_number = |word: &str| word.trim().parse::<f64>().is_ok();
    if is_count(second) && !is_number(first) {
        // Columns of fixed widths: number and name of the residue, of the atom, three coordinates.
        let coordinates = [20..28, 28..36, 36..44].map(|columns| third.get(columns).is_some_and(is_number));
        return (third.get(..5).is_some_and(is_count) && coordinates == [true; 3]).then_some(GRO);
    }
    let words: Vec<&str> = third.split_whitespace().collect();
    let is_atom = words.len() >= 4 && !is_number(words[0]) && words[1..4].iter().all(|word| is_number(word));
    (is_count(first) && is_atom).then_some(XYZ)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes_and_tables_are_none() {
        let name = |format: Option<Format>| format.map_or("", |format| format.name);
        for (start, wanted) in [
            (&b"\0\0\x07\xcb\0\0\0\x03"[..], "(XTC)"),
            (b"\0\0\x07\xe7\0\0\0\x03", "(XTC)"),
            (b"\0\0\x07\xc9\0\0\0\x0d", "(TRR)"),
            (b"T\0\0\0CORD\x04\0", "(DCD)"),
            (b"\0\0\0TCORD\0\0", "(DCD)"),
        ] {
            assert!(name(of_binary(start)).ends_with(wanted), "{wanted}");
        }
        assert_eq!(of_binary(b"T\0\0\0VELD"), None);
        let gro = "Water, t= 0.0\n    3\n    1SOL     OW    1   0.400   0.200   0.300\n";
        assert!(name(of_text(gro)).ends_with("(GRO)"));
        assert_eq!(name(of_text("2\nframe 0\nH  1.0 2.0 3.0\nH  1 2 3\n")), "molecules as XYZ");
        for table in ["1 0 1.5 2\n1 1 1.5 2\n1 2 1.5 2\n", "3\n4\n5\n", "id frame x y\n1\na 1 2 3\n", "2\nx\n1 2 3 4\n"]
        {
            assert_eq!(of_text(table), None, "{table}");
        }
    }
}
