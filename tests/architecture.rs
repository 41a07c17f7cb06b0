//! Data flow one way: what ARCHITECTURE.md draws is how the modules import each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module, by its path below the crate: `["city", "plane", "clean"]`.
type Module = Vec<String>;

/// What lies upstream comes first; each may import what stands before it.
const LAYERS: [&[&str]; 2] =
    [&["error", "human", "io", "job", "trajectory", "city", "capi"], &["input", "plane", "tiles", "output"]];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the library with their files, those of tests left out.
fn modules() -> BTreeMap<Module, PathBuf> {
    fn visit(folder: &Path, module: &Module, found: &mut BTreeMap<Module, PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
            match name.as_str() {
                "bin" | "tests" => {}
                _ if path.is_dir() => visit(&path, &inner, found),
                "mod" | "lib" => drop(found.insert(module.clone(), path)),
                _ => drop(found.insert(inner, path)),
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(&root().join("src"), &Vec::new(), &mut found);
    found
}

/// The paths that a source names, each from its first segment on: `use` lines with their braces resolved, and paths in
/// code.
fn paths(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code: Vec<&str> = source.lines().map(|line| line.split("//").next().unwrap()).collect();
    let code = code.join(" ");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ").filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric())) {
        resolve("", code[at + 4..].split(';').next().unwrap(), &mut found);
    }
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            let inside = code[..at].ends_with(path);
            found.extend((!inside).then(|| code[at..].chars().take_while(|&c| path(c)).collect::<String>()));
        }
    }
    found
}

fn resolve(before: &str, tree: &str, found: &mut Vec<String>) {
    let Some((start, rest)) = tree.split_once('{') else {
        found.push(format!("{before}{}", tree.trim()));
        return;
    };
    let (mut depth, mut branch) = (0, String::new());
    for c in rest.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                resolve(&format!("{before}{}", start.trim()), &std::mem::take(&mut branch), found);
                continue;
            }
            _ => {}
        }
        branch.push(c);
    }
    resolve(&format!("{before}{}", start.trim()), &branch, found);
}

/// Which of the modules below a folder imports which other, and where: the folder is the nearest that holds both.
fn arrows() -> BTreeMap<Module, BTreeMap<(String, String), String>> {
    let modules = modules();
    let mut arrows: BTreeMap<Module, BTreeMap<(String, String), String>> = BTreeMap::new();
    for (module, file) in &modules {
        for path in paths(&std::fs::read_to_string(file).unwrap()) {
            let mut segments: Vec<String> = path.split("::").map(|s| s.trim().to_string()).collect();
            let mut target = match segments[0].as_str() {
                "crate" => Vec::new(),
                "super" => module.clone(),
                _ => continue,
            };
            while segments.first().is_some_and(|s| s == "super") {
                target.pop();
                segments.remove(0);
            }
            target.extend(segments.into_iter().filter(|s| s != "crate"));
            while !target.is_empty() && !modules.contains_key(&target) {
                target.pop();
            }
            let shared = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            // A parent may use its children, and they what it declares.
            if shared < module.len() && shared < target.len() {
                let arrow = (module[shared].clone(), target[shared].clone());
                arrows.entry(module[..shared].to_vec()).or_default().insert(arrow, file.display().to_string());
            }
        }
    }
    arrows
}

#[test]
fn imports_point_one_way() {
    let arrows = arrows();
    assert!(arrows.len() > 10 && arrows[&Vec::new()].len() > 10, "{arrows:?}");
    for (folder, layers) in [(Vec::new(), LAYERS[0]), (vec!["city".to_string()], LAYERS[1])] {
        for ((from, to), file) in &arrows[&folder] {
            let place = |name: &String| layers.iter().position(|layer| layer == name);
            let (Some(downstream), Some(upstream)) = (place(from), place(to)) else {
                panic!("{file}: {from} or {to} is in no layer of {layers:?}");
            };
            assert!(upstream < downstream, "{file}: {from} imports {to}, which lies downstream of it");
        }
    }
    assert!(
        !arrows[&Vec::new()].contains_key(&("city".into(), "trajectory".into())),
        "the two jobs know nothing of each other"
    );
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    for (folder, arrows) in arrows() {
        let names: BTreeSet<&String> = arrows.keys().flat_map(|(from, to)| [from, to]).collect();
        // What is imported by nobody that is left cannot be in a circle.
        let mut left = names.clone();
        loop {
            let imported = |name: &String| arrows.keys().any(|(from, to)| to == name && left.contains(from));
            let (in_circles, free): (BTreeSet<&String>, BTreeSet<&String>) =
                left.iter().partition(|name| imported(name));
            if free.is_empty() {
                break;
            }
            left = in_circles;
        }
        let circle: Vec<String> = arrows
            .iter()
            .filter(|((from, to), _)| left.contains(from) && left.contains(to))
            .map(|((from, to), file)| format!("{from} -> {to} ({file})"))
            .collect();
        assert!(left.is_empty(), "circles in {}: {circle:?}", folder.join("/"));
    }
}

#[test]
fn the_picture_shows_every_module() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let picture = page.split("```").find(|part| part.contains("src/\n")).unwrap();
    let words: BTreeSet<&str> = picture.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    for module in
        modules().keys().filter(|module| (1..=2).contains(&module.len()) || (module.len() == 3 && module[0] == "city"))
    {
        // What stands in `capi` and `io` is told by their own pages.
        let told = module.len() == 1 || !["capi", "io", "job"].contains(&module[0].as_str());
        let name = module.last().unwrap().as_str();
        assert!(!told || words.contains(name), "ARCHITECTURE.md does not show {}", module.join("/"));
    }
}

/// Sources and pages that are read in an editor. The plugin and its stand-in for Unreal are as wide as Unreal's own
/// sources; C test programs have long calls.
#[test]
fn no_line_is_wider_than_120_columns() {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { visit(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "examples", "include", "docs", "xtask/src", "fuzz/targets"] {
        visit(&root().join(folder), &mut files);
    }
    for folder in ["src", "python", "tests", "benches"] {
        visit(&root().join("python").join(folder), &mut files);
    }
    files.extend(std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()));
    let is_text = |path: &PathBuf| {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let is_rust = extension == "rs" || extension == "md";
        let is_python = path.starts_with(root().join("python")) && ["py", "pyi"].contains(&extension);
        let is_shown = ["examples", "include"].iter().any(|folder| path.starts_with(root().join(folder)));
        is_rust || is_python || (is_shown && ["h", "hpp", "c", "cpp"].contains(&extension))
    };
    let mut wide = Vec::new();
    for path in files.iter().filter(|path| is_text(path)) {
        // Rows of tables and raw texts cannot be broken, nor can addresses.
        let can_break = |line: &str| !line.starts_with('|') && !line.contains("r#\"") && !line.contains("://");
        for (number, line) in std::fs::read_to_string(path).unwrap().lines().enumerate() {
            if line.chars().count() > 120 && can_break(line) {
                wide.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(files.len() > 300 && wide.is_empty(), "wider than 120 columns: {wide:#?}");
}

/// What is hidden from the documentation is for tests, benches and the other modules.
#[test]
fn every_module_that_is_documented_has_an_example() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let city = read("src/city/mod.rs");
    let hidden_uses: Vec<&str> =
        city.split("#[doc(hidden)]\n").skip(1).filter_map(|rest| rest.split(';').next()).collect();
    let is_hidden = |name: &str| hidden_uses.iter().any(|list| list.contains(name));
    let mut without = Vec::new();
    let mut looked_at = 0;
    for folder in ["src/city/input", "src/city/plane", "src/city/tiles", "src/city/output", "src/trajectory", "src/io"]
    {
        let text = read(&format!("{folder}/mod.rs"));
        let mut before = "";
        for line in text.lines() {
            let hidden = std::mem::replace(&mut before, line) == "#[doc(hidden)]";
            let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) else { continue };
            if hidden || folder.starts_with("src/city") && is_hidden(name) {
                continue;
            }
            looked_at += 1;
            let files = [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")];
            let file = files.iter().find(|file| root().join(file).exists()).expect(name);
            if !read(file).contains("```") {
                without.push(file.clone());
            }
        }
    }
    assert!(looked_at > 20 && without.is_empty(), "of {looked_at} modules without an example: {without:?}");
}
