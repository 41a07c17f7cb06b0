//! The plugin uses only names of Unreal's API that are listed with their source in `tests/ue_shim/names.md`; the
//! stand-in declares them as listed, and as Unreal is said to.

mod common;
#[path = "ue_shim/cpp.rs"]
mod cpp;
#[path = "ue_shim/names.rs"]
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use names::{Declared, Includes, Row};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn plugin() -> PathBuf {
    root().join("ue_plugin/SpatialHashedTrajectory")
}

/// Files of an ending below a folder, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A source of the plugin.
struct Source {
    module: &'static str,
    /// Public or Private.
    folder: String,
    name: String,
    text: String,
}

/// The modules of the plugin.
const MODULES: [&str; 3] =
    ["SpatialHashedTrajectory", "SpatialHashedTrajectoryNiagara", "SpatialHashedTrajectoryEditor"];

struct Everything {
    rows: Vec<Row>,
    index: BTreeMap<String, Vec<Declared>>,
    /// The plugin's sources.
    sources: Vec<Source>,
    /// Names that the plugin declares itself.
    own: BTreeMap<String, String>,
    includes: Includes,
    shim: BTreeMap<String, String>,
}

fn everything() -> Everything {
    let shim = names::shim_headers(&root().join("tests/ue_shim/include"));
    let index = names::index(&shim);
    let mut sources = Vec::new();
    for (module, ending) in MODULES.into_iter().flat_map(|module| [(module, "h"), (module, "cpp")]) {
        for path in files(&plugin().join("Source").join(module), ending) {
            let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            sources.push(Source { module, folder, name, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
    assert!(!sources.is_empty());
    let own = sources.iter().flat_map(|s| names::declarations(&s.name, &s.text));
    // What looks like a declaration there may be the use of a macro.
    let is_macro = |name: &str| index.get(name).is_some_and(|all| all.iter().any(|d| d.signature == "macro"));
    let own = own.filter(|d| !is_macro(&d.name)).map(|d| (d.name, d.signature)).collect();
    let plugin_files = sources.iter().map(|s| (&s.name, &s.text));
    let includes = Includes::new(plugin_files.chain(shim.iter()));
    let table = std::fs::read_to_string(root().join("tests/ue_shim/names.md")).unwrap();
    Everything { rows: names::parse(&table), index, sources, own, includes, shim }
}

fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap()
}

/// The overloads of one name as one text.
fn signatures<'a>(declared: impl Iterator<Item = &'a Declared>) -> String {
    let all: BTreeSet<&str> = declared.map(|d| d.signature.as_str()).collect();
    all.into_iter().collect::<Vec<_>>().join("; ")
}

fn report(faults: &BTreeSet<String>) {
    assert!(faults.is_empty(), "{}", faults.iter().cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_stand_in_declares_each_listed_name_as_listed() {
    let all = everything();
    let mut faults = BTreeSet::new();
    for row in &all.rows {
        let declared = all.index.get(last(&row.name)).into_iter().flatten();
        let here = declared.filter(|d| d.full_name() == row.name && d.header == row.header);
        let signature = signatures(here);
        if signature != row.signature {
            faults
                .insert(format!("{} in {}: listed `{}`, declared `{signature}`", row.name, row.header, row.signature));
        }
        if row.module.is_empty() || row.source.is_empty() || row.source == "?" {
            faults.insert(format!("{} has no module or no source", row.name));
        }
    }
    report(&faults);
}

#[test]
fn each_name_of_the_plugin_is_listed_and_each_listed_name_used() {
    let all = everything();
    let listed: BTreeSet<&str> = all.rows.iter().map(|r| last(&r.name)).collect();
    let mut faults = BTreeSet::new();
    let mut words = BTreeSet::new();
    for Source { name: file, text, .. } in &all.sources {
        let used = names::uses(text, &all.index, &all.own);
        for name in used.free.union(&used.members).filter(|n| !listed.contains(n.as_str())) {
            faults.insert(format!("{file} uses {name}, which names.md does not list"));
        }
        if cpp::mentions(text, "Shim") {
            faults.insert(format!("{file} uses what only the stand-in has"));
        }
        for token in cpp::tokens(text) {
            match token.kind {
                cpp::Kind::Directive => {
                    words.extend(cpp::tokens(token.text.trim_start_matches('#')).into_iter().map(|t| t.text))
                }
                _ => drop(words.insert(token.text)),
            }
        }
    }
    let bless = std::env::var_os("GROMA_BLESS").is_some_and(|v| v == "1");
    if bless {
        return write_table(&all, &words);
    }
    for row in all.rows.iter().filter(|r| !words.contains(last(&r.name))) {
        faults.insert(format!("{} is listed, but the plugin does not use it", row.name));
    }
    report(&faults);
}

/// Adds what the plugin uses, without a source, and takes out what it no longer does.
fn write_table(all: &Everything, words: &BTreeSet<String>) {
    let mut used: BTreeSet<String> = BTreeSet::new();
    for Source { text, .. } in &all.sources {
        let used_here = names::uses(text, &all.index, &all.own);
        used.extend(used_here.free);
        used.extend(used_here.members);
    }
    let mut table: BTreeMap<(String, String), Row> = BTreeMap::new();
    let modules: BTreeMap<&str, &str> = all.rows.iter().map(|r| (r.header.as_str(), r.module.as_str())).collect();
    let listed: BTreeSet<&str> = all.rows.iter().map(|r| last(&r.name)).collect();
    for name in used.iter().filter(|n| !listed.contains(n.as_str())) {
        let declared = &all.index[name];
        // Of equal names, those of the types that the plugin names.
        let of_used: Vec<&Declared> =
            declared.iter().filter(|d| d.owner.is_empty() || words.contains(&d.owner)).collect();
        for d in if of_used.is_empty() { declared.iter().collect() } else { of_used } {
            let full = d.full_name();
            let signature = signatures(declared.iter().filter(|o| o.full_name() == full && o.header == d.header));
            let module = modules.get(d.header.as_str()).unwrap_or(&"").to_string();
            let row = Row { name: full.clone(), signature, header: d.header.clone(), module, source: "?".into() };
            table.insert((d.header.clone(), full), row);
        }
    }
    for row in all.rows.iter().filter(|r| words.contains(last(&r.name))) {
        table.insert((row.header.clone(), row.name.clone()), row.clone());
    }
    let path = root().join("tests/ue_shim/names.md");
    let before = std::fs::read_to_string(&path).unwrap();
    let mut text = before.split("| name |").next().unwrap().to_owned();
    text += "| name | signature | header | module | source |\n|---|---|---|---|---|\n";
    for row in table.values() {
        let signature = row.signature.replace('|', "\\|");
        text += &format!("| `{}` | `{signature}` | {} | {} | {} |\n", row.name, row.header, row.module, row.source);
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn each_file_includes_what_it_uses() {
    let all = everything();
    let mut headers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in all.rows.iter().filter(|r| !r.name.contains("::")) {
        headers.entry(&row.name).or_default().insert(&row.header);
    }
    let mut faults = BTreeSet::new();
    for Source { name: file, text, .. } in &all.sources {
        let reached = all.includes.closure(file);
        let mut forward = BTreeSet::new();
        let plugins = all.sources.iter().map(|s| (&s.name, &s.text));
        for (_, text) in plugins.chain(&all.shim).filter(|(name, _)| reached.contains(*name)) {
            forward.extend(names::uses(text, &all.index, &all.own).forward);
        }
        for name in names::uses(text, &all.index, &all.own).free {
            let Some(wanted) = headers.get(name.as_str()) else { continue };
            if !wanted.iter().any(|h| reached.contains(*h)) && !forward.contains(&name) {
                faults.insert(format!("{file} uses {name} without {wanted:?}"));
            }
        }
    }
    report(&faults);
}

/// The Microsoft compiler warns of a local or a parameter with the name of something global (C4459), which Unreal takes
/// for an error; it compiles many files as one.
#[test]
fn nothing_local_has_the_name_of_something_global() {
    let all = everything();
    let sources: Vec<&Source> = all.sources.iter().filter(|s| s.name.ends_with(".cpp")).collect();
    let global: BTreeSet<String> =
        sources.iter().flat_map(|s| declared(&s.text)).filter(|d| d.scope == Scope::Global).map(|d| d.name).collect();
    assert!(global.contains("JoinLines") && global.contains("SecondsBetweenProgress"), "{global:?}");
    let mut faults: BTreeSet<String> = BTreeSet::new();
    for Source { name: file, text, .. } in sources {
        let hides = declared(text).into_iter().filter(|d| d.scope == Scope::Local && global.contains(&d.name));
        faults.extend(hides.map(|d| format!("{file}:{}: {} has the name of something global", d.line, d.name)));
    }
    report(&faults);
    let text =
        "#include \"A.h\"\nnamespace\n{\n\tint32 Size(int32 Size)\n\t{\n\t\tconst FText& Line = F(2 * Size);\n\t}\n}\n";
    let found: Vec<(String, Scope)> = declared(text).into_iter().map(|d| (d.name, d.scope)).collect();
    let of = |name: &str, scope| (name.to_owned(), scope);
    assert_eq!(found, [of("Size", Scope::Global), of("Size", Scope::Local), of("Line", Scope::Local)]);
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scope {
    /// Of the file, or of a namespace without a name.
    Global,
    /// Of a namespace with one.
    Named,
    /// In a function or among its parameters.
    Local,
}

struct Name {
    name: String,
    line: usize,
    scope: Scope,
}

fn is_type(word: &str) -> bool {
    let known = ["int32", "int64", "uint8", "uint32", "uint64", "double", "float", "bool", "auto", "size_t", "TCHAR"];
    let mut letters = word.chars();
    known.contains(&word)
        || word.starts_with("groma_")
        || (letters.next().is_some_and(|c| "FUATEI".contains(c)) && letters.next().is_some_and(char::is_uppercase))
}

/// What a source declares after a type that can be told by its name.
fn declared(text: &str) -> Vec<Name> {
    let tokens: Vec<cpp::Token> = cpp::tokens(text).into_iter().filter(|t| t.kind != cpp::Kind::Directive).collect();
    let mut found = Vec::new();
    let (mut braces, mut parentheses, mut statement) = (Vec::new(), 0, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" if tokens[statement].text != "namespace" => braces.push(Scope::Local),
            "{" => braces.push(if at == statement + 1 { Scope::Global } else { Scope::Named }),
            "}" => drop(braces.pop()),
            "(" => parentheses += 1,
            ")" => parentheses -= 1,
            _ => {}
        }
        if ["{", "}", ";"].contains(&token.text.as_str()) {
            statement = (at + 1).min(tokens.len() - 1);
        }
        if at < 2 || at + 1 == tokens.len() || token.kind != cpp::Kind::Word {
            continue;
        }
        let local = parentheses > 0 || braces.contains(&Scope::Local);
        let scope = match local {
            true => Scope::Local,
            false if braces.contains(&Scope::Named) => Scope::Named,
            false => Scope::Global,
        };
        let typed = match tokens[at - 1].text.as_str() {
            ">" => true,
            "&" | "*" => is_type(&tokens[at - 2].text) || tokens[at - 2].text == ">",
            word => is_type(word),
        };
        let ends: &[&str] = if local { &["=", ";", ",", ")", ":"] } else { &["=", ";", "(", "["] };
        if typed && ends.contains(&tokens[at + 1].text.as_str()) {
            found.push(Name { name: token.text.clone(), line: token.line, scope });
        }
    }
    found
}

/// The texts between the quotes in a list of a module's rules.
fn listed(rules: &str, list: &str) -> BTreeSet<String> {
    let parts = rules.split(list).skip(1);
    let texts = parts.flat_map(|part| cpp::tokens(part.split(");").next().unwrap_or_default()));
    texts.filter(|t| t.kind == cpp::Kind::Text).map(|t| t.text.trim_matches('"').to_owned()).collect()
}

#[test]
fn each_module_depends_on_what_it_includes() {
    let all = everything();
    let descriptor = std::fs::read_to_string(plugin().join("SpatialHashedTrajectory.uplugin")).unwrap();
    let descriptor: serde_json::Value = serde_json::from_str(&descriptor).unwrap();
    let named = |list: &str| descriptor[list].as_array().unwrap().clone();
    let plugins = named("Plugins");
    let plugins: BTreeSet<&str> =
        plugins.iter().filter(|p| p["Enabled"] == true).map(|p| p["Name"].as_str().unwrap()).collect();
    let declared = named("Modules");
    let declared: Vec<&str> = declared.iter().map(|m| m["Name"].as_str().unwrap()).collect();
    assert_eq!(declared, MODULES, "the modules of the .uplugin");
    let mut modules: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &all.rows {
        let known = modules.insert(&row.header, &row.module);
        assert!(known.is_none_or(|m| m == row.module), "{} is of {} and of {}", row.header, known.unwrap(), row.module);
    }
    let mut faults = BTreeSet::new();
    for of in MODULES {
        let rules = std::fs::read_to_string(plugin().join(format!("Source/{of}/{of}.Build.cs"))).unwrap();
        let public = listed(&rules, "PublicDependencyModuleNames");
        let private = listed(&rules, "PrivateDependencyModuleNames");
        let mut needed = BTreeSet::new();
        for Source { folder, name: file, .. } in all.sources.iter().filter(|s| s.module == of) {
            for include in all.includes.of(file) {
                let own = all.sources.iter().find(|s| s.name == *include);
                if let Some(other) = own.filter(|s| s.module != of)
                    && other.folder != "Public"
                {
                    faults.insert(format!("{file} includes {include}, which is private to {}", other.module));
                }
                let module = match (own, modules.get(include.as_str())) {
                    (Some(own), _) => own.module,
                    (None, Some(module)) => module,
                    // CoreMinimal.h and its like list no names of their own.
                    (None, None) => {
                        let shim = all.shim.get(include).map(|text| names::declarations(include, text));
                        if shim.is_some_and(|declared| declared.iter().any(|d| d.signature != "macro")) {
                            faults.insert(format!("{file} includes {include}, of which names.md lists nothing"));
                        }
                        continue;
                    }
                };
                let (module, of_plugin) = module.split_once(" (plugin)").map_or((module, false), |(m, _)| (m, true));
                if module == of {
                    continue;
                }
                needed.insert(module.to_owned());
                if !public.contains(module) && (folder == "Public" || !private.contains(module)) {
                    faults.insert(format!(
                        "{of}: {folder}/{file} includes {include}, but {module} is not among its dependencies"
                    ));
                }
                if of_plugin && !plugins.contains(module) {
                    faults.insert(format!(
                        "{file} includes {include} of the plugin {module}, which the .uplugin does not enable"
                    ));
                }
            }
        }
        for module in public.union(&private).filter(|m| !needed.contains(*m)) {
            // Its own third-party library, and the module that every header of reflected types needs.
            let third_party = plugin().join(format!("Source/ThirdParty/{module}/{module}.Build.cs")).exists();
            if !third_party && module != "CoreUObject" {
                faults.insert(format!("the module {of} depends on {module}, of which it includes nothing"));
            }
        }
    }
    report(&faults);
}

/// `Name<T>::` and `Name<T>(` without what is in the angles.
fn without_template_arguments(mut tokens: Vec<cpp::Token>) -> Vec<cpp::Token> {
    while let Some(end) = tokens.windows(2).position(|w| w[0].text == ">" && ["::", "("].contains(&w[1].text.as_str()))
    {
        let open = tokens[..end].iter().rposition(|t| t.text == "<").unwrap();
        tokens.drain(open..=end);
    }
    tokens
}

/// What a row of the facts' table says in code: `Owner::name`, and the types where they are given.
fn facts(cell: &str) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for (n, code) in cell.split('`').enumerate() {
        if n % 2 == 0 {
            continue;
        }
        if let Some((_, inside)) = code.split_once('{') {
            found.extend(inside.trim_end_matches('}').split(',').map(|name| (name.trim().to_owned(), None)));
            continue;
        }
        for piece in cpp::split(&without_template_arguments(cpp::tokens(code)), ";") {
            let piece: Vec<cpp::Token> =
                piece.into_iter().take_while(|t| t.text != "/").filter(|t| t.text != ".").collect();
            if piece.is_empty() {
                continue;
            }
            // Families of macros: the first stands for all.
            let family = piece.iter().any(|t| t.text == "[");
            match names::signature(&piece).filter(|(name, _)| !family && name != "explicit") {
                Some((name, signature)) => {
                    let exact = !signature.contains("...") && !signature.starts_with(&name);
                    found.push((name, exact.then_some(signature)));
                }
                None if piece.iter().any(|t| t.text == "explicit") => {}
                None => {
                    let name = if family {
                        &piece[0]
                    } else {
                        piece.iter().take_while(|t| t.text != "(").filter(|t| t.kind == cpp::Kind::Word).last().unwrap()
                    };
                    found.push((name.text.clone(), None));
                }
            }
        }
    }
    found
}

#[test]
fn the_stand_in_declares_what_the_facts_say() {
    let test = "the_stand_in_declares_what_the_facts_say";
    let Some(path) = common::shared(test, "UNREAL.md") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("## Names and signatures").nth(1).unwrap().split("\n## ").next().unwrap();
    let section = section.split("\n\n").next().unwrap();
    let all = everything();
    let mut faults = BTreeSet::new();
    let mut checked = 0;
    for row in names::rows(section) {
        let header = row[2].split(' ').next().unwrap();
        let anywhere = !header.ends_with(".h");
        let reached = all.includes.closure(header);
        if !anywhere && !all.shim.contains_key(header) {
            faults.insert(format!("{}: there is no {header}", row[0]));
            continue;
        }
        for (name, signature) in facts(&row[1]) {
            checked += 1;
            let declared =
                all.index.get(&name).into_iter().flatten().filter(|d| anywhere || reached.contains(&d.header));
            let declared: Vec<&Declared> = declared.collect();
            if declared.is_empty() {
                faults.insert(format!("{}: {name} is not declared by {header}", row[0]));
            } else if let Some(signature) = signature.filter(|s| declared.iter().all(|d| d.signature != *s)) {
                let there = signatures(declared.into_iter());
                faults.insert(format!("{}: the facts say `{signature}`, declared is `{there}`", row[0]));
            }
        }
    }
    assert!(checked > 60, "only {checked} names were found in the table");
    report(&faults);
}
