//! What programs compiled against the header rely on, as a text that is kept, and what a change of it means.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::c_header::Header;

const PREFACE: &str = "\
# What programs compiled against groma.h rely on: constants, structs with offset and size of each field (64-bit
# platforms), callbacks and functions. GROMA_BLESS=1 cargo test --test header adds what is new.
";

/// The record of a header.
pub fn record(header: &Header) -> String {
    let mut text = PREFACE.to_string();
    for (name, value) in &header.constants {
        writeln!(text, "\nconstant {name}\n  {value}").unwrap();
    }
    for name in &header.handles {
        writeln!(text, "\nhandle {name}").unwrap();
    }
    for layout in &header.structs {
        writeln!(text, "\nstruct {}\n  {} bytes", layout.name, layout.size).unwrap();
        for field in &layout.fields {
            writeln!(text, "  {} {} {}", field.offset, field.size, field.declaration).unwrap();
        }
    }
    for (name, signature) in &header.callbacks {
        writeln!(text, "\ncallback {name}\n  {signature}").unwrap();
    }
    for (name, signature) in &header.functions {
        writeln!(text, "\nfunction {name}\n  {signature}").unwrap();
    }
    text
}

/// What a program compiled against the recorded ABI would trip over in the present one.
pub fn breaks(recorded: &str, present: &str) -> Vec<String> {
    let (recorded, present) = (entries(recorded), entries(present));
    if recorded.get(VERSION) != present.get(VERSION) {
        return Vec::new();
    }
    let broken = recorded.iter().filter_map(|(name, was)| match present.get(name) {
        None => Some(format!("{name} is gone")),
        Some(is) if is == was || grown(was, is) => None,
        Some(is) => Some(format!("{name} was {}; is {}", was.join("; "), is.join("; "))),
    });
    broken.collect()
}

const VERSION: &str = "constant GROMA_ABI_VERSION";

/// What is declared, by its kind and name.
fn entries(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut entries = BTreeMap::new();
    let mut last = "";
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(part) = line.strip_prefix("  ") {
            entries.entry(last).or_insert_with(Vec::new).push(part);
        } else {
            last = line;
            entries.insert(last, Vec::new());
        }
    }
    entries
}

/// Whether a struct that says its size has only got fields at its end, or a name for a field that was kept for later.
fn grown(was: &[&str], is: &[&str]) -> bool {
    let kept = |(was, is): (&&str, &&str)| {
        was == is || was.strip_suffix("reserved").is_some_and(|place| is.starts_with(place))
    };
    was.get(1) == Some(&"0 4 uint32_t struct_size") && is.len() >= was.len() && was.iter().zip(is).skip(1).all(kept)
}

/// The layout of each struct as `tests/abi.rs` asserts it of the Rust types.
pub fn layouts(header: &Header) -> String {
    let mut text = "// Written by GROMA_BLESS=1 cargo test --test header.\n".to_string();
    for layout in &header.structs {
        let fields = layout.fields.iter().map(|f| format!("    {}: {} {},\n", f.name, f.offset, f.size));
        writeln!(text, "layout!({}: {} {{\n{}}});", layout.name, layout.size, fields.collect::<String>()).unwrap();
    }
    text
}
