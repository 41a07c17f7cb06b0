//! The ranges and defaults of a city's parameters are the same in Rust, in the C header, on the command line and in the
//! Unreal plugin.

use std::path::Path;
use std::process::Command;

use groma::city::Limit;
use groma::city::build::BuildCityMeshOptions;
use groma::city::footprints::FootprintOptions;
use groma::city::parameters::Parameters;

/// All parameters that have a range.
fn limits() -> Vec<Limit> {
    let mut limits: Vec<Limit> = Parameters::DEFAULT.limits().iter().map(|(limit, _)| *limit).collect();
    limits.extend([BuildCityMeshOptions::TILE_SIZE, BuildCityMeshOptions::TILE_OVERLAP]);
    limits.extend([FootprintOptions::DEFAULT_HEIGHT, FootprintOptions::LEVEL_HEIGHT]);
    limits
}

fn checked_in(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A text with all its blanks and comment signs made one blank each.
fn flat(text: &str) -> String {
    text.split_whitespace().filter(|word| !["*", "/**", "*/"].contains(word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_defaults_lie_in_their_ranges() {
    Parameters::DEFAULT.check().unwrap();
    for (limit, value) in Parameters::DEFAULT.limits() {
        assert_eq!(limit.default, value, "{}", limit.name);
        for (refused, is_out) in [(limit.least - 0.1, true), (limit.most * 1.01, true), (limit.most, false)] {
            assert_eq!(limit.check(refused).is_err(), is_out, "{} {refused}", limit.name);
        }
    }
}

#[test]
fn the_header_says_ranges_and_defaults() {
    let header = checked_in("include/groma.h");
    for limit in limits() {
        let line = header.find(&format!(" {};\n", limit.name)).unwrap_or_else(|| panic!("no field {}", limit.name));
        let comment = flat(&header[header[..line].rfind("/**").unwrap()..line]);
        assert!(comment.contains(&limit.range()), "{}: {} is not in: {comment}", limit.name, limit.range());
        let default = format!("Default: {}.", limit.default);
        assert!(limit.default.is_nan() || comment.contains(&default), "{}: {default} is not in: {comment}", limit.name);
    }
}

#[test]
fn the_plugin_clamps_to_ranges_and_has_the_defaults() {
    let file = "ue_plugin/SpatialHashedTrajectory/Source/SpatialHashedTrajectory/Public/GromaCityOptions.h";
    let text = checked_in(file);
    for limit in limits() {
        let word = |part: &str| part[..1].to_uppercase() + &part[1..];
        let name: String = limit.name.split('_').map(word).collect();
        let at = text.find(&format!(" {name} = ")).unwrap_or_else(|| panic!("{file} has no {name}"));
        let property = &text[text[..at].rfind("UPROPERTY").unwrap()..at];
        // The editor rounds tiles up itself.
        let least = if name == "TileSize" { 250.0 } else { limit.least };
        let clamped = format!("ClampMin = \"{least}\", ClampMax = \"{}\"", limit.most);
        assert!(property.contains(&clamped), "{name}: {clamped} is not in: {property}");
        let value = text[at..].split(['=', ';']).nth(1).unwrap().trim();
        let value: f64 = value.parse().unwrap_or_else(|e| panic!("{name}: {value}: {e}"));
        assert!(limit.default.is_nan() || value == limit.default, "{name} is {value}");
    }
}

#[test]
fn the_help_says_ranges_and_defaults() {
    let groma = Command::new(env!("CARGO_BIN_EXE_groma")).args(["city", "build", "--help"]).output().unwrap();
    let help = String::from_utf8(groma.stdout).unwrap();
    for limit in limits() {
        let option = format!("--{} <", limit.name.replace('_', "-"));
        let text = help.split(&option).nth(1).unwrap_or_else(|| panic!("no {option}"));
        let text = flat(text.split("\n\n").next().unwrap());
        assert!(text.contains(&limit.range()), "{option}: {} is not in: {text}", limit.range());
        let default = format!("[default: {}]", limit.default);
        assert!(limit.default.is_nan() || text.contains(&default), "{option}: {default} is not in: {text}");
    }
}
