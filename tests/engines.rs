//! Builds in parts on engines that there are, by the files of `examples/cluster` and the commands of docs/parts.md: a
//! part is killed in its middle, and the files are those of a build in one piece.

#![cfg(target_os = "linux")]

mod common;
#[path = "engines/kubernetes.rs"]
mod kubernetes;
#[path = "engines/slurm.rs"]
mod slurm;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{copy_program, skip};

/// What is built in parts.
#[derive(Clone, Copy, Debug)]
enum Build {
    City,
    Tables,
}

impl Build {
    const BOTH: [Build; 2] = [Build::City, Build::Tables];

    /// The file of the steps.
    fn steps(self) -> &'static str {
        match self {
            Build::City => "city.sh",
            Build::Tables => "trajectories.sh",
        }
    }

    /// Where the outputs are, and those of a build in one piece.
    fn outputs(self) -> [&'static str; 2] {
        match self {
            Build::City => ["tiles", "whole"],
            Build::Tables => ["crowd/spatial_hashing/cellsize_10.000", "whole/spatial_hashing/cellsize_10.000"],
        }
    }
}

/// Ends a process at its 15th write: a part of a city in its second tile, one of tables in its first shard, which it
/// would begin again.
const KILLER: &str = "#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
ssize_t write(int file, const void *bytes, size_t count) {
    static int writes;
    if (file > 2 && __sync_add_and_fetch(&writes, 1) == 15) kill(getpid(), SIGKILL);
    return syscall(SYS_write, file, bytes, count);
}
";

/// A folder with the files that a user copies, the inputs, a build in one piece, and a groma whose second part is
/// killed in its middle the first few times.
struct Work {
    dir: tempfile::TempDir,
    kills: u32,
}

impl Work {
    /// Returns `None`, said aloud, where a tool is missing.
    fn new(test: &str, kills: u32, tools: &[(&str, &str)]) -> Option<Work> {
        for (tool, how) in [&[("cc", "install gcc or clang")], tools].concat() {
            let found = Command::new("sh").args(["-c", "PATH=$PATH:/usr/sbin; command -v \"$0\"", tool]).output();
            if !found.unwrap().status.success() {
                skip(test, tool, how);
                return None;
            }
        }
        let work = Work { dir: tempfile::tempdir().unwrap(), kills };
        for file in ["city.sh", "trajectories.sh", "slurm.sh"] {
            let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster");
            copy_program(&examples.join(file), &work.path(file));
        }
        std::fs::write(work.path("killer.c"), KILLER).unwrap();
        work.runs("cc -shared -fPIC -o killer.so killer.c");
        let groma = format!(
            "#!/bin/sh
for kill in $(seq {kills}); do
    case \"$*\" in *'--part 2/'*)
        if mkdir \"{0}/killed-$2-$kill\" 2>/dev/null; then
            export LD_PRELOAD='{0}/killer.so'
            break
        fi ;;
    esac
done
exec '{1}' \"$@\"
",
            work.dir.path().display(),
            env!("CARGO_BIN_EXE_groma")
        );
        std::fs::write(work.path("script"), groma).unwrap();
        work.runs("mkdir bin && cp script bin/groma && chmod +x bin/groma");
        // 64 tiles, so that a sixteenth of them has several.
        work.runs("sed -i 's/--terrain terrain.tif/& --tile-size 250/' city.sh");
        work.runs("groma -q city generate town --buildings 2400 && mv town/* .");
        work.runs("groma -q city build footprints.geojson --terrain terrain.tif --tile-size 250 --store whole");
        work.runs("groma -q trajectories generate crowd --trajectories 500 --shards 48 --interval 20");
        work.runs("groma -q trajectories build crowd --cell-size 10 --output whole");
        Some(work)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A command in the folder, which finds the groma there.
    fn command(&self, program: &str) -> Command {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        // Where the daemons of Slurm are, which is not on everybody's path, last.
        let paths = [self.path("bin")].into_iter().chain(std::env::split_paths(&paths)).chain(["/usr/sbin".into()]);
        let mut command = Command::new(program);
        command.current_dir(&self.dir).env("PATH", std::env::join_paths(paths).unwrap());
        // GNU parallel keeps a folder in the home, and starts as many at once as there are processors.
        command.env("HOME", self.dir.path()).env("PARALLEL", "-j2");
        command
    }

    /// Runs a line of shell; returns its exit code and what it printed.
    fn shell(&self, line: &str) -> (i32, String) {
        let output = self.command("sh").args(["-c", line]).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8_lossy(&said).into_owned())
    }

    fn runs(&self, line: &str) -> String {
        let (code, said) = self.shell(line);
        assert_eq!(code, 0, "{line}: {said}");
        said
    }

    /// Asserts that parts were killed as often as they were to be, and that the outputs are those of one piece.
    fn assert_built(&self, build: Build) {
        let name = build.steps().trim_end_matches(".sh");
        for kill in 1..=self.kills {
            assert!(self.path(&format!("killed-{name}-{kill}")).exists(), "{build:?}: nothing was killed {kill} times");
        }
        let [built, whole] = build.outputs().map(|folder| files(&self.path(folder)));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert!(whole.len() > 60 && names(&built) == names(&whole), "{build:?}: {:?}", names(&built));
        for (name, bytes) in &whole {
            assert!(built[name] == *bytes, "{build:?}: {name} differs");
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().into(), std::fs::read(&path).unwrap())).collect()
}

/// The commands of the block of docs/parts.md that has this program, for what is built.
fn commands(program: &str, build: Build) -> Vec<String> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/parts.md")).unwrap();
    let blocks: Vec<&str> = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 3, "each has its test");
    let block = blocks.iter().find(|block| block.contains(program)).unwrap();
    block.lines().map(|line| line.replace("city.sh", build.steps())).collect()
}

#[test]
fn xargs_runs_parts_and_again_what_was_killed() {
    let Some(work) = Work::new("xargs_runs_parts_and_again_what_was_killed", 1, &[("xargs", "install findutils")])
    else {
        return;
    };
    for build in Build::BOTH {
        let [plan, parts, finish] = &commands("xargs", build)[..] else { panic!() };
        work.runs(plan);
        let (code, said) = work.shell(parts);
        assert!(code == 125 && said.contains("signal 9"), "{code}: {said}");
        let (code, said) = work.shell(finish);
        assert!(code == 75 && said.contains("run the parts"), "{code}: {said}");
        work.runs(parts);
        work.runs(finish);
        work.assert_built(build);
    }
}

#[test]
fn parallel_tries_parts_again_and_goes_on_where_it_gave_up() {
    let test = "parallel_tries_parts_again_and_goes_on_where_it_gave_up";
    let Some(once) = Work::new(test, 1, &[("parallel", "install parallel")]) else { return };
    for build in Build::BOTH {
        once.runs("rm -f log");
        commands("parallel", build).iter().for_each(|line| drop(once.runs(line)));
        once.assert_built(build);
    }
    let Some(often) = Work::new(test, 3, &[]) else { return };
    let [plan, parts, finish] = &commands("parallel", Build::Tables)[..] else { panic!() };
    often.runs(plan);
    let (code, said) = often.shell(parts);
    assert_ne!(code, 0, "{said}");
    let log = || std::fs::read_to_string(often.path("log")).unwrap();
    let runs = |part: u32| log().lines().filter(|line| line.contains(&format!("--part {part}/16"))).count();
    // Two at once, of which the third try of the second part comes before the last ones.
    assert!(runs(2) == 1 && runs(16) == 0, "{}", log());
    often.runs(parts);
    assert!(runs(1) == 1 && runs(2) == 2 && runs(16) == 1, "{}", log());
    often.runs(finish);
    often.assert_built(Build::Tables);
}
