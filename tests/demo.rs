//! What a new user sees first: the demo, the help of each command, completions, manual pages, pictures.

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The width of the terminal.
const WIDTH: usize = 72;

fn groma(arguments: &[&str], folder: &Path) -> Output {
    let mut groma = Command::new(env!("CARGO_BIN_EXE_groma"));
    groma.args(arguments).current_dir(folder).env("COLUMNS", WIDTH.to_string()).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\r', "")
}

#[test]
fn the_demo_does_both_jobs_and_goes_when_it_is_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let output = groma(&["demo"], dir.path());
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    for expected in ["$ groma trajectories build", "300 tables", "5 trajectories", "sound", "Try next"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let demo = dir.path().join("groma-demo");
    for picture in ["crowd.png", "town.png"] {
        let bytes = std::fs::read(demo.join(picture)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 10_000);
    }
    // What it names to try next can be tried.
    for line in said.lines().filter(|line| line.starts_with("  groma ") && !line.contains("your")) {
        let words: Vec<&str> = line.split("     (").next().unwrap().split_whitespace().skip(1).collect();
        let output = groma(&words, dir.path());
        assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    }
    assert!(!demo.exists(), "the last of them removes it");

    std::fs::create_dir(dir.path().join("mine")).unwrap();
    std::fs::write(dir.path().join("mine/thesis.txt"), "years of work").unwrap();
    for arguments in [&["demo", "mine"][..], &["demo", "mine", "--remove"]] {
        let output = groma(arguments, dir.path());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    }
    // Nor is a folder the demo's because a file in it is called so, or because a demo was made in it once.
    std::fs::write(dir.path().join("mine/groma-demo.txt"), "").unwrap();
    for arguments in [&["demo", "mine"][..], &["demo", "mine", "--remove"]] {
        let output = groma(arguments, dir.path());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("thesis.txt, not listed"), "{}", text(&output.stderr));
    }
    std::fs::write(dir.path().join("mine/groma-demo.txt"), "Made\nold/shard\ngroma-demo.txt\n").unwrap();
    assert_eq!(groma(&["demo", "mine", "--remove"], dir.path()).status.code(), Some(2));
    assert!(dir.path().join("mine/thesis.txt").exists());
}

/// The commands that a help text lists.
fn commands_in(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("     "));
    lines.filter_map(|line| line.split_whitespace().next()).filter(|c| *c != "help").map(String::from).collect()
}

#[test]
fn every_command_has_help_with_an_example_completions_and_a_manual_page() {
    let dir = tempfile::tempdir().unwrap();
    assert!(groma(&["man", "man1"], dir.path()).status.success());
    let bash = text(&groma(&["completions", "bash"], dir.path()).stdout);
    let mut leaves = 0;
    let mut paths: Vec<Vec<String>> = vec![vec![]];
    while let Some(path) = paths.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let output = groma(&words, dir.path());
        let help = text(&output.stdout);
        assert!(output.status.success() && help.contains("Usage: groma"), "{words:?}");
        // Paragraphs are as wide as the terminal: no line of one has room for the next one's first word.
        for (line, next) in help.lines().zip(help.lines().skip(1)) {
            let is_text = |line: &str| !line.is_empty() && !line.starts_with(' ');
            let word = next.split(' ').next().unwrap_or_default();
            let is_full = line.chars().count() + 1 + word.chars().count() > WIDTH;
            assert!(is_full || !is_text(line) || !is_text(next), "{words:?}: {line:?}, then {next:?}");
        }
        let page = ["groma".to_string()].into_iter().chain(path.iter().cloned()).collect::<Vec<_>>().join("-") + ".1";
        assert!(dir.path().join("man1").join(&page).is_file(), "{page}");
        let below = commands_in(&help);
        if below.is_empty() {
            leaves += 1;
            let command = format!("groma {}", path.join(" "));
            let examples = help.split("Example").skip(1).any(|part| part.contains(&command));
            assert!(examples, "{command} has no example: {help}");
            assert!(bash.contains(path.last().unwrap()), "{command}");
        }
        paths.extend(below.into_iter().map(|command| [path.clone(), vec![command]].concat()));
    }
    assert!(leaves >= 17, "{leaves}");
}

#[test]
fn what_is_misspelt_is_answered_with_what_was_meant() {
    let cases: [(&[&str], &str); 3] = [
        (&["trajectory", "build"], "trajectories"),
        (&["trajectories", "build", "data", "--cellsize", "5"], "--cell-size"),
        (&["city", "build", "a.geojson", "--terain", "b.tif"], "--terrain"),
    ];
    for (arguments, meant) in cases {
        let output = groma(arguments, Path::new("."));
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("similar") && said.contains(meant), "{arguments:?}: {said}");
    }
}
