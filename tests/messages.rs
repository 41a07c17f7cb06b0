//! What the library says to those who use it from C and Python does not speak of the command line: its sources name
//! options and commands only where [`without_options`] finds them.

use std::path::{Path, PathBuf};

use groma::human::without_options;

/// What commands of other programs begin with: they are for everybody.
const OTHERS: [&str; 4] = ["gdal_calc.py ", "pdal ", "ogr2ogr ", "cargo install "];

/// The sources of the library, without the command line.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "bin" && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The texts of a source before its tests, with the lines that they stand on.
fn texts(source: &str) -> Vec<(usize, String)> {
    let (mut texts, mut inside, mut is_escaped) = (Vec::new(), None::<String>, false);
    for (number, line) in source.lines().enumerate().take_while(|(_, line)| *line != "mod tests {") {
        let line = line.trim_start();
        if inside.is_none() && line.starts_with("//") {
            continue;
        }
        for c in line.chars() {
            match (&mut inside, c) {
                (Some(_), '\\') if !is_escaped => is_escaped = true,
                (Some(text), '"') if !is_escaped => {
                    texts.push((number + 1, std::mem::take(text)));
                    inside = None;
                }
                (Some(text), c) => {
                    text.push(c);
                    is_escaped = false;
                }
                (None, '"') => inside = Some(String::new()),
                (None, _) => {}
            }
        }
        is_escaped = false;
    }
    texts
}

#[test]
fn options_stand_where_they_are_cut_out() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut wrong, mut cut) = (Vec::new(), 0);
    for file in files {
        for (line, text) in texts(&std::fs::read_to_string(&file).unwrap()) {
            let speaks = |text: &str| {
                let option = |(at, _): (usize, &str)| text[at + 2..].starts_with(|c: char| c.is_ascii_lowercase());
                let command = |name: &&str| text.contains(name);
                text.match_indices("--").any(option) || ["groma city ", "groma trajectories "].iter().any(command)
            };
            // An option by itself is a piece of a text in parentheses; formats of files name the program.
            let is_piece = text.starts_with("--") && text.split(' ').count() < 3;
            let is_other = OTHERS.iter().any(|other| text.contains(other)) || text.contains("groma city surface");
            if speaks(&text) && !is_piece && !is_other {
                match speaks(&without_options(&text)) {
                    true => wrong.push(format!("{}:{line}: {text}", file.display())),
                    false => cut += 1,
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not in parentheses after a parameter's name:\n{}", wrong.join("\n"));
    assert!(cut > 50, "{cut} texts with options: are texts found at all?");
}
