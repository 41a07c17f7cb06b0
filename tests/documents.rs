//! Every command in the documents: it runs here or in another test to the letter, stands in `.ci/run`, or is listed
//! below with the reason why it cannot. A command that is new in a document and in none of these fails the first test.
#![cfg(unix)]

mod common;
#[path = "common/examples.rs"]
mod examples;

use std::path::{Path, PathBuf};
use std::process::Command;

use examples::succeeded;

/// Where a command runs.
enum Runs {
    /// In a test of this file.
    Here,
    /// In the tests of this file, which goes through the document's commands itself.
    In(&'static str),
    /// In `.ci/run`, as a line of its own.
    Ci,
    /// Nowhere to the letter, for this reason.
    Not(&'static str),
}
use Runs::{Ci, Here, In, Not};

const README: &str = "README.md";
const CONTRIBUTING: &str = "CONTRIBUTING.md";
const SECURITY: &str = "SECURITY.md";
const FUZZ: &str = "fuzz/README.md";
const PYTHON: &str = "python/README.md";
const TUTORIAL: &str = "docs/python.md";
const PLUGIN: &str = "ue_plugin/SpatialHashedTrajectory/README.md";

const OTHERS: &str = "large programs of others, by hand before a release";
const WHOLE: &str = ".ci/run does, with --locked and with nothing skipped";
const PART: &str = "a part of `cargo test`; that there are such tests is checked here";
const LONG: &str = "takes many minutes, and measures the machine; that there is such a target is checked here";
const TABLE: &str = "makes the table of the PROJ that is installed; tests/reference_systems.rs compares them";
const BUNDLE: &str = "it changes sources; tests/view.rs makes the bundle elsewhere and compares";
const PICTURES: &str = "it changes sources; tests/view.rs looks at the same pages";
const WHEEL: &str =
    "compiles an optimised library for minutes; `cargo xtask python`, in .ci/run, tests the same package";
const RUFF: &str = "needs ruff and may change sources";
const FUZZER: &str = "needs cargo-fuzz and as many minutes; tests/fuzz_corpus.rs runs the same targets on the corpus";

/// The commands, document by document, but for those of the cookbook, which tests/cookbook.rs runs whole.
const COMMANDS: &[(&str, &str, Runs)] = &[
    (README, "cargo install --path . --locked", Ci),
    (README, "groma demo", Ci),
    (README, "cargo test", Not(WHOLE)),
    (README, "cargo xtask wine --short", Ci),
    (README, "pip install ./python", Not(WHEEL)),
    (PYTHON, "pip install ./python", Not(WHEEL)),
    (TUTORIAL, "pip install ./python pandas shapely geopandas meshio", Not(WHEEL)),
    (
        TUTORIAL,
        "sed -n '/^```python$/,/^```$/{/^```/!p;}' docs/python.md | (cd \"$(mktemp -d)\" && pwd && python -)",
        Not("needs the installed package; python/tests/test_pages.py runs the same blocks"),
    ),
    (README, "groma trajectories generate demo --trajectories 20000 --shards 15 --interval 100", Here),
    (README, "groma trajectories build demo --cell-size 50", Here),
    (README, "groma city generate town --buildings 20000", Here),
    (README, "groma city inspect town/footprints.geojson town/terrain.tif", Here),
    (README, "groma city build town/footprints.geojson --terrain town/terrain.tif --store tiles", Here),
    (README, "groma city merge tiles --output town.ply", Here),
    (README, "groma city preview tiles --output town.png", Here),
    (README, "cargo xtask install --prefix \"$HOME/groma\"", Here),
    (README, "cc examples/c/trajectories.c $(pkg-config --cflags --libs groma) -lm -Wl,-rpath,$HOME/groma/lib", Here),
    (README, "cc examples/c/trajectories.c $(pkg-config --cflags --libs groma-static)", Here),
    (
        README,
        "cargo xtask unreal --into /path/to/YourProject/Plugins",
        Not("the path is the reader's; tests/unreal.rs lays it"),
    ),
    (
        PLUGIN,
        "cargo xtask unreal --into /path/to/YourProject/Plugins",
        Not("the path is the reader's; tests/unreal.rs lays it"),
    ),
    (FUZZ, "cargo install cargo-fuzz", Not("takes the newest of a program of others from the network")),
    (FUZZ, "fuzz/run 600", Not(FUZZER)),
    (FUZZ, "fuzz/run 60 csv geojson", Not(FUZZER)),
    (CONTRIBUTING, "cargo build", Not("a part of every other command")),
    (CONTRIBUTING, "cargo test", Not(WHOLE)),
    (CONTRIBUTING, "cargo test --lib city::", Not(PART)),
    (CONTRIBUTING, "cargo test --test query", Not(PART)),
    (
        CONTRIBUTING,
        "cargo fmt --all && cargo clippy --all-targets -- -D warnings",
        Not("it may change sources; .ci/run checks the same, with more features"),
    ),
    (CONTRIBUTING, "GROMA_REQUIRE_ALL=1 cargo test", Not(WHOLE)),
    (CONTRIBUTING, "cargo xtask wine --short", Ci),
    (CONTRIBUTING, "cargo xtask python", Ci),
    (CONTRIBUTING, "cargo xtask python -k store", Not(PART)),
    (CONTRIBUTING, "cargo xtask wheels", Not(WHEEL)),
    (CONTRIBUTING, "cd python && ruff format && ruff check && cargo fmt && cargo clippy -- -D warnings", Not(RUFF)),
    (CONTRIBUTING, "python python/benches/compare.py", Not(LONG)),
    (CONTRIBUTING, "cargo xtask wine", Not("ten minutes more than its short form, which .ci/run has")),
    (CONTRIBUTING, "cargo xtask arm", Not("16 minutes, and a compiler and an emulator for ARM")),
    (CONTRIBUTING, "cargo xtask sanitize", Not("compiles everything once more, for an hour where tests are slow")),
    (CONTRIBUTING, "fuzz/run 60", Not(FUZZER)),
    (CONTRIBUTING, "GROMA_FAULT_ROUNDS=5000 cargo test --release --test faults", Not(LONG)),
    (CONTRIBUTING, "cargo test --release --test large -- --ignored --nocapture --test-threads 1", Not(LONG)),
    (
        CONTRIBUTING,
        "GROMA_BLESS=1 cargo test --test header --test abi",
        Not("it changes sources; the tests run without it"),
    ),
    (CONTRIBUTING, "cd viewer/cesium && npm install && node look.js ../../TILESET picture.png", Not(OTHERS)),
    (CONTRIBUTING, "git clone https://github.com/CesiumGS/3d-tiles-validator && cd 3d-tiles-validator", Not(OTHERS)),
    (
        CONTRIBUTING,
        "npm pkg set dependencies.3d-tiles-tools=0.5.4 dependencies.sharp=^0.33.0 overrides.sharp=^0.33.0",
        Not(OTHERS),
    ),
    (CONTRIBUTING, "npm install --ignore-scripts && npx tsc; cp bin/main build/main", Not(OTHERS)),
    (CONTRIBUTING, "node build/main.js --tilesetFile TILESET/tileset.json --reportFile report.json", Not(OTHERS)),
    (CONTRIBUTING, "cargo bench --bench compare", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench stages", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench files", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench queries", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench city", Not(LONG)),
    (CONTRIBUTING, "python3 xtask/epsg.py > src/io/crs/epsg.txt", Not(TABLE)),
    (CONTRIBUTING, "cd viewer && npm ci && npm run build", Not(BUNDLE)),
    (CONTRIBUTING, "GROMA_PICTURE=$PWD/docs/city-view.png cargo test --test view a_city", Not(PICTURES)),
    (
        CONTRIBUTING,
        "GROMA_PICTURE=$PWD/docs/trajectories-view.png cargo test --test view trajectories_in",
        Not(PICTURES),
    ),
    (CONTRIBUTING, "cargo bench --bench import", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench scaling", Not(LONG)),
    (CONTRIBUTING, "python3 benches/scale.py --largest", Not(LONG)),
    (CONTRIBUTING, "cargo bench --bench cancel", Not(LONG)),
    (SECURITY, "cargo test --test faults --test shrinking_files", Not(PART)),
    (SECURITY, "GROMA_FAULT_ROUNDS=5000 cargo test --release --test faults", Not(LONG)),
    (SECURITY, "cargo test --test memory_limit --test no_memory -- --nocapture", Not(PART)),
    (SECURITY, "cargo test --test fuzz_corpus --test hostile_files --test bad_input --test city_inputs", Not(PART)),
    (SECURITY, "fuzz/run 600", Not(FUZZER)),
    (SECURITY, "cargo test --test c_abi", Not(PART)),
    (SECURITY, "cargo bench --bench cancel", Not(LONG)),
    (SECURITY, "cargo test --release --test large -- --ignored --nocapture --test-threads 1", Not(LONG)),
];

/// Documents whose commands another test takes from them, all of them, by itself. (The two that install are run here.)
const RUN_WHOLE: &[(&str, Runs)] = &[
    ("docs/cookbook.md", In("tests/cookbook.rs")),
    ("docs/parts.md", In("tests/engines.rs")),
    ("examples/c/README.md", In("tests/install.rs")),
    ("examples/cpp/README.md", In("tests/install.rs")),
];

/// What stands for the language of lines that are indented as code: in these documents they are commands.
const COMMANDS_ALONE: &str = "(indented)";

/// A fenced block, or lines that are indented as code.
#[derive(Debug)]
struct Block {
    document: String,
    /// What the fence says, "" where that is nothing; [`COMMANDS_ALONE`] where there is no fence.
    language: String,
    text: String,
}

impl Block {
    fn is_shell(&self) -> bool {
        matches!(self.language.as_str(), COMMANDS_ALONE | "sh")
    }

    /// Its commands, without the remarks beside them.
    fn commands(&self) -> impl Iterator<Item = &str> {
        let commands = self.text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
        commands.filter(|line| !line.is_empty() && !line.starts_with('#'))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The documents of the repository, by their path in it.
fn documents(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
            documents(&path, found);
        } else if name.ends_with(".md") {
            found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_string());
        }
    }
}

fn blocks_of(document: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // The fence that is open: its indentation.
    let mut fence: Option<usize> = None;
    // Whether the line before belongs to an indented block, or may come before one.
    let (mut indented, mut blank) = (false, true);
    for line in read(document).lines() {
        let indentation = line.len() - line.trim_start().len();
        let begin = |language: &str, text: String| Block { document: document.into(), language: language.into(), text };
        if let Some(language) = line.trim_start().strip_prefix("```") {
            fence = match fence {
                Some(_) => None,
                None => {
                    blocks.push(begin(language, String::new()));
                    Some(indentation)
                }
            };
            indented = false;
        } else if let Some(by) = fence {
            let text = &mut blocks.last_mut().unwrap().text;
            *text += line.get(by..).unwrap_or_default();
            text.push('\n');
        } else if let Some(line) = line.strip_prefix("    ").filter(|_| indented || blank) {
            match blocks.last_mut().filter(|_| indented) {
                Some(block) => block.text += &format!("{line}\n"),
                None => blocks.push(begin(COMMANDS_ALONE, format!("{line}\n"))),
            }
            indented = true;
        } else {
            indented = false;
        }
        blank = line.trim().is_empty();
    }
    blocks
}

fn blocks() -> Vec<Block> {
    let mut names = Vec::new();
    documents(root(), &mut names);
    names.sort();
    let blocks: Vec<Block> = names.iter().flat_map(|name| blocks_of(name)).collect();
    assert!(names.len() > 8 && blocks.iter().filter(|b| b.is_shell()).count() > 20, "{names:?}");
    blocks
}

/// The block of a document that begins with this command, and the block after it.
fn block(document: &str, first: &str) -> (Block, Option<Block>) {
    let mut blocks = blocks_of(document).into_iter().skip_while(|block| block.commands().next() != Some(first));
    (blocks.next().unwrap_or_else(|| panic!("{document} has no block that begins with {first}")), blocks.next())
}

#[test]
fn every_command_runs_somewhere_or_is_listed_with_a_reason() {
    let ci = read(".ci/run");
    let blocks = blocks();
    let mut missing = Vec::new();
    let mut seen = vec![false; COMMANDS.len()];
    for block in &blocks {
        if let Some((_, runs)) = RUN_WHOLE.iter().find(|(document, _)| *document == block.document) {
            let In(test) = runs else { panic!("{}", block.document) };
            let (folder, _) = block.document.rsplit_once('/').unwrap();
            assert!(read(test).contains(folder.split('/').next().unwrap()), "{test} does not run {}", block.document);
            continue;
        }
        for command in block.commands().filter(|_| block.is_shell()) {
            let listed =
                COMMANDS.iter().position(|(document, text, _)| *document == block.document && *text == command);
            let Some(listed) = listed else {
                missing.push(format!("{}: {command}", block.document));
                continue;
            };
            seen[listed] = true;
            if let Ci = COMMANDS[listed].2 {
                assert!(ci.lines().any(|line| line.trim() == command), ".ci/run has no line `{command}`");
            }
        }
    }
    assert!(
        missing.is_empty(),
        "run nowhere, and listed in COMMANDS of tests/documents.rs nowhere:\n{}",
        missing.join("\n")
    );
    let gone: Vec<_> = COMMANDS.iter().zip(&seen).filter(|(_, seen)| !**seen).map(|((d, c, _), _)| (d, c)).collect();
    assert!(gone.is_empty(), "listed in COMMANDS, and in no document: {gone:?}");
    for (document, command, runs) in COMMANDS {
        if let Not(reason) = runs {
            assert!(!reason.is_empty(), "{document}: {command}");
        }
    }
    // Those in Rust are tests of the documentation.
    for page in ["README.md", "docs/cookbook.md"] {
        assert!(read("src/lib.rs").contains(&format!("include_str!(\"../{page}\")")));
    }
    // Those in Python are tests of the package.
    for page in blocks.iter().filter(|block| block.language == "python").map(|block| Path::new(&block.document)) {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(read("python/tests/test_pages.py").contains(name), "{}", page.display());
    }
    let known = ["", COMMANDS_ALONE, "sh", "text", "rust", "rust,no_run", "c", "cpp", "cmake", "python"];
    let other = blocks.iter().find(|block| !known.contains(&block.language.as_str()));
    assert!(other.is_none(), "no test knows what to do with {other:?}");
}

/// A test, benchmark, target or task that a command names is there.
#[test]
fn what_commands_name_is_there() {
    let tasks = read("xtask/src/main.rs");
    let targets = read("fuzz/Cargo.toml");
    for block in blocks().iter().filter(|block| block.is_shell()) {
        for command in block.commands() {
            let words: Vec<&str> = command.split_ascii_whitespace().collect();
            for pair in words.windows(2) {
                let there = match pair[0] {
                    "--test" => root().join(format!("tests/{}.rs", pair[1])).exists(),
                    "--bench" => root().join(format!("benches/{}.rs", pair[1])).exists(),
                    "xtask" => tasks.contains(&format!("Some(\"{}\")", pair[1])),
                    "--lib" => root().join(format!("src/{}", pair[1].trim_end_matches("::"))).exists(),
                    _ => true,
                };
                assert!(there, "{}: {} in {command}", block.document, pair[1]);
            }
            for target in words.iter().skip(2).filter(|_| words[0] == "fuzz/run") {
                assert!(targets.contains(&format!("name = \"{target}\"")), "{}: {target}", block.document);
            }
        }
    }
}

/// A shell in a folder of its own, with the groma of this test.
fn shell(folder: &Path, script: &str) -> Command {
    let groma = Path::new(env!("CARGO_BIN_EXE_groma")).parent().unwrap();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::env::join_paths([groma.to_path_buf()].into_iter().chain(std::env::split_paths(&paths))).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-euc", script]).current_dir(folder).env("PATH", paths);
    // What cargo sets for its tests must not be what finds the library.
    shell.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    shell
}

fn run(folder: &Path, block: &Block) -> String {
    succeeded(&block.text, shell(folder, &block.text).output().unwrap())
}

#[test]
fn tables_are_made_as_the_readme_says_and_shows() {
    let dir = tempfile::tempdir().unwrap();
    let first = "groma trajectories generate demo --trajectories 20000 --shards 15 --interval 100";
    let (commands, shown) = block(README, first);
    let shown = shown.filter(|block| block.language == "text").expect("what the second command prints");
    let printed = run(dir.path(), &commands);
    // How long it takes and what the process takes is each machine's own.
    let own = |line: &str| ["time ", "peak memory "].into_iter().find(|own| line.trim_start().starts_with(own));
    let comparable = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| own(line).filter(|_| !line.contains("time steps")).unwrap_or(line).to_string())
            .collect()
    };
    let (printed, shown) = (comparable(&printed), comparable(&shown.text));
    assert!(printed.ends_with(&shown), "the README shows\n{}\nand this is\n{}", shown.join("\n"), printed.join("\n"));
}

#[test]
fn a_city_is_made_as_the_readme_says() {
    let dir = tempfile::tempdir().unwrap();
    let (commands, _) = block(README, "groma city generate town --buildings 20000");
    run(dir.path(), &commands);
    for made in ["town.ply", "town.png"] {
        assert!(std::fs::metadata(dir.path().join(made)).unwrap().len() > 10_000, "{made}");
    }
}

/// A prefix in a home of its own, installed as a document says, and what that printed to set next.
struct Installed {
    home: tempfile::TempDir,
    set_next: String,
}

impl Installed {
    /// Gives the commands, with a `cargo` before the real one that has the library of this test installed instead of
    /// compiling another.
    fn by(commands: &str) -> Installed {
        let home = tempfile::tempdir().unwrap();
        let bin = home.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        let libraries = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
        let cargo = format!("#!/bin/sh\nexec '{}' \"$@\" --from '{}'\n", env!("CARGO"), libraries.display());
        let (text, script) = (home.path().join("cargo.sh"), bin.join("cargo"));
        std::fs::write(&text, cargo).unwrap();
        common::copy_program(&text, &script);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&script, mode).unwrap();
        let mut shell = shell(root(), &format!("PATH={}:$PATH\n{commands}", bin.display()));
        // Cargo and rustup have what they need in the home that the user has.
        let own = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        for (variable, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let folder = std::env::var_os(variable).map_or(own.join(folder), PathBuf::from);
            if folder.exists() {
                shell.env(variable, folder);
            }
        }
        let printed = succeeded(commands, shell.env("HOME", home.path()).output().unwrap());
        let exports: Vec<&str> = printed.lines().map(str::trim).filter(|line| line.starts_with("export ")).collect();
        assert_eq!(exports.len(), 3, "{printed}");
        Installed { set_next: exports.join("\n"), home }
    }

    /// A script after what the installation said to set, but for where programs find the library.
    fn run(&self, folder: &Path, script: &str) -> String {
        let set: Vec<&str> = self.set_next.lines().filter(|line| !line.contains("LIBRARY_PATH")).collect();
        let script = format!("{}\n{script}", set.join("\n"));
        succeeded(&script, shell(folder, &script).env("HOME", self.home.path()).output().unwrap())
    }
}

#[test]
fn programs_are_compiled_as_the_readme_says_after_what_the_installation_said() {
    if !examples::tools("programs_are_compiled_as_the_readme_says_after_what_the_installation_said") {
        return;
    }
    let (install, compile) = block(README, "cargo xtask install --prefix \"$HOME/groma\"");
    let installed = Installed::by(&install.text);
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("examples/c")).unwrap();
    std::fs::copy(root().join("examples/c/trajectories.c"), dir.path().join("examples/c/trajectories.c")).unwrap();
    let compile = compile.unwrap();
    let commands: Vec<&str> = compile.commands().collect();
    assert!(commands.len() == 2 && commands.iter().all(|command| command.starts_with("cc ")), "{commands:?}");
    for command in commands {
        let text = installed.run(dir.path(), &format!("{command}\n./a.out data\nrm -r a.out data"));
        assert!(text.lines().any(|line| line == examples::EXPECTED[0]), "{command}: {text}");
    }
    // Without the path in the program, by what was said to set.
    if cfg!(target_os = "linux") {
        let cc = "cc examples/c/trajectories.c $(pkg-config --cflags --libs groma) -lm";
        let all = installed.set_next.clone();
        let text = installed.run(dir.path(), &format!("{all}\n{cc}\n./a.out data\nrm -r a.out data"));
        assert!(text.lines().any(|line| line == examples::EXPECTED[0]), "{text}");
    }

    let of = |language: &str| {
        let blocks = blocks_of(README);
        blocks.into_iter().find(|block| block.language == language).unwrap_or_else(|| panic!("no {language}")).text
    };
    let project = format!(
        "cmake_minimum_required(VERSION 3.15)\nproject(readme C CXX)\nadd_executable(program program.cpp)\n{}",
        of("cmake")
    );
    let folder = dir.path().join("project");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("CMakeLists.txt"), project).unwrap();
    std::fs::write(folder.join("program.cpp"), of("cpp")).unwrap();
    // The program's data set, small, under the name that it has there.
    let made = "groma -q trajectories generate demo --trajectories 200 --shards 2 --interval 20";
    let text = installed.run(&folder, &format!("cmake -S . -B build\ncmake --build build\n{made}\nbuild/program"));
    assert!(text.contains("Built target program"), "{text}");
}

#[test]
fn the_examples_are_installed_for_as_their_readmes_say() {
    for language in ["c", "cpp"] {
        let document = format!("examples/{language}/README.md");
        let (install, _) = block(&document, "export PREFIX=$HOME/groma");
        let installed = Installed::by(&install.text);
        for file in
            ["include/groma.h", "include/groma.hpp", "lib/pkgconfig/groma.pc", "lib/cmake/groma/gromaConfig.cmake"]
        {
            assert!(installed.home.path().join("groma").join(file).exists(), "{document}: {file}");
        }
    }
}
