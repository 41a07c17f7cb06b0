//! Every command where the system gives it too little of one thing: it does what it should, or ends with an error that
//! names the thing. It never hangs, is never ended by a signal, and leaves nothing half-written.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

mod common;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Each command by what stands between `groma` and the end of the line; it is run in a folder of its own, beside the
/// inputs.
const COMMANDS: [&str; 14] = [
    "trajectories generate out --trajectories 50 --shards 2 --interval 10",
    "trajectories import ../in/walks.csv out --interval 4",
    "trajectories build ../in/crowd --cell-size 50 --output out --threads 2",
    "trajectories query ../in/crowd --cell-size 50 --step 5 --at 0,0,0 --radius 500 --csv",
    "trajectories inspect ../in/crowd",
    "trajectories preview ../in/crowd --step 5 --output out.png --width 200",
    "city generate out --buildings 10",
    "city build ../in/town/footprints.geojson --terrain ../in/town/terrain.tif --store out --output out.ply --threads \
     2",
    "city merge ../in/tiles --output out.ply",
    "city export ../in/tiles --format glb --output out",
    "city check ../in/tiles",
    "city inspect ../in/tiles",
    "city preview ../in/tiles --output out.png --width 200",
    "city tile-size ../in/town/footprints.geojson --terrain ../in/town/terrain.tif --memory-limit 256MiB --threads 2",
];

/// Runs commands, as an ordinary user whom nobody else is where the tests run as root: the number of threads is not
/// limited for root.
struct Runs {
    folder: tempfile::TempDir,
    program: PathBuf,
}

/// What a command that was run has said and left.
struct Ended {
    output: Output,
    files: BTreeMap<String, Vec<u8>>,
}

/// A limit: which, and what an error must say of it.
#[derive(Clone, Copy)]
struct Limit {
    resource: libc::__rlimit_resource_t,
    named: &'static str,
}

const OPEN_FILES: Limit = Limit { resource: libc::RLIMIT_NOFILE, named: "limit of open files" };
const THREADS: Limit = Limit { resource: libc::RLIMIT_NPROC, named: "limit of threads" };
const MEMORY: Limit = Limit { resource: libc::RLIMIT_AS, named: "no memory" };
const FILE_SIZE: Limit = Limit { resource: libc::RLIMIT_FSIZE, named: "limit of file sizes" };
const STACK: Limit = Limit { resource: libc::RLIMIT_STACK, named: "the stack is never too small" };

impl Runs {
    fn new() -> Runs {
        let folder = tempfile::tempdir().unwrap();
        let open_to_all = |path: &Path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
        open_to_all(folder.path());
        let program = folder.path().join("groma");
        common::copy_program(env!("CARGO_BIN_EXE_groma").as_ref(), &program);
        open_to_all(&program);
        let runs = Runs { folder, program };
        let inputs = runs.folder.path().join("in");
        std::fs::create_dir(&inputs).unwrap();
        open_to_all(&inputs);
        std::fs::write(inputs.join("walks.csv"), "id,frame,x,y,z\n1,0,1,2,3\n1,1,2,2,3\n2,5,1,1,1\n").unwrap();
        for line in [
            "trajectories generate crowd --trajectories 50 --shards 2 --interval 10",
            "trajectories build crowd --cell-size 50",
            "city generate town --buildings 10",
            "city build town/footprints.geojson --terrain town/terrain.tif --store tiles",
        ] {
            let output = runs.command(line, &inputs).output().unwrap();
            assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        }
        runs
    }

    fn command(&self, line: &str, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-q").args(line.split(' ')).current_dir(folder).stdin(Stdio::null());
        // SAFETY: it takes nothing and always succeeds.
        if unsafe { libc::geteuid() } == 0 {
            let user = 100_000 + std::process::id();
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs a command in an empty folder. `None` where the limit lets the system start no program at all.
    fn run(&self, line: &str, limit: Option<(Limit, u64)>) -> Option<Ended> {
        let folder = tempfile::Builder::new().prefix("run-").tempdir_in(self.folder.path()).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let mut command = self.command(line, folder.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some((limit, most)) = limit {
            // SAFETY: between fork and exec only system calls are made.
            unsafe {
                command.pre_exec(move || {
                    let limits = libc::rlimit { rlim_cur: most, rlim_max: most };
                    match libc::setrlimit(limit.resource, &limits) {
                        0 => Ok(()),
                        _ => Err(std::io::Error::last_os_error()),
                    }
                });
            }
        }
        let output = in_time(line, command.spawn().ok()?);
        // 127: the loader found no room for the program's libraries.
        (output.status.code() != Some(127)).then(|| Ended { output, files: files_below(folder.path()) })
    }

    /// Runs all commands under a limit of each of these sizes; gives how many runs were refused, and how many did their
    /// work.
    fn starve(&self, limit: Limit, sizes: &[u64]) -> (u32, u32) {
        let (mut refused, mut done) = (0, 0);
        for line in COMMANDS {
            let right = self.run(line, None).unwrap();
            let said = String::from_utf8_lossy(&right.output.stderr).into_owned();
            assert!(right.output.status.success(), "{line}: {said}");
            for &size in sizes {
                let Some(ended) = self.run(line, Some((limit, size))) else { continue };
                let said = String::from_utf8_lossy(&ended.output.stderr).into_owned();
                let what = format!("{line} with a limit of {size}: {}\n{said}", ended.output.status);
                if ended.output.status.success() {
                    done += 1;
                    assert!(ended.output.stdout == right.output.stdout, "{what}: another answer");
                    assert!(ended.files == right.files, "{what}: other files");
                    continue;
                }
                refused += 1;
                assert_eq!(ended.output.status.code(), Some(1), "{what}");
                assert!(said.contains("error: ") && said.contains(limit.named), "{what}");
                assert!(!said.contains("panicked"), "{what}");
                for (name, bytes) in &ended.files {
                    // What comes after a failure: the journal of a build that can go on, and why a tile was not made. A
                    // process that has no memory to end in order leaves unfinished files, which the next one removes.
                    let unfinished = name.contains(".groma-tmp-") || name.ends_with(".lock");
                    let told = name.ends_with("groma-journal") || name.ends_with(".failed");
                    let whole = right.files.get(name).is_some_and(|right| right == bytes);
                    assert!(whole || told || (unfinished && limit.named == MEMORY.named), "{what}: {name} is left");
                }
            }
        }
        (refused, done)
    }
}

/// Waits for a process, which must not take for ever.
fn in_time(what: &str, child: Child) -> Output {
    let process = child.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    match receiver.recv_timeout(Duration::from_secs(100)) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            // SAFETY: the process was started here and has not been waited for.
            unsafe { libc::kill(process as libc::pid_t, libc::SIGKILL) };
            panic!("{what}: it does not end");
        }
    }
}

fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_string();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn open_files() {
    let (refused, done) = Runs::new().starve(OPEN_FILES, &[4, 5, 6, 8, 16]);
    assert!(refused > 8 && done > 20, "{refused} refused, {done} done");
}

#[test]
fn the_size_of_files() {
    let (refused, done) = Runs::new().starve(FILE_SIZE, &[0, 1000, 20_000, 10_000_000]);
    assert!(refused > 15 && done > 20, "{refused} refused, {done} done");
}

#[test]
fn threads() {
    let (refused, done) = Runs::new().starve(THREADS, &[1, 2, 3, 4, 5, 64]);
    assert!(refused > 30 && done > 0, "{refused} refused, {done} done");
}

#[test]
fn the_stack() {
    let (refused, done) = Runs::new().starve(STACK, &[64 << 10, 1 << 20]);
    assert_eq!((refused, done), (0, 2 * COMMANDS.len() as u32));
}

/// From too little for any command to enough for most.
#[test]
fn the_address_space() {
    const MIB: u64 = 1 << 20;
    let runs = Runs::new();
    let starts =
        |size: u64| runs.run("--version", Some((MEMORY, size * MIB))).is_some_and(|e| e.output.status.success());
    let least = (4..400).find(|&size| starts(size)).expect("400 MiB are enough to start");
    let sizes = [0, 2, 4, 7, 10, 14, 20, 30, 60].map(|more| (least + more) * MIB);
    let (refused, done) = runs.starve(MEMORY, &sizes);
    assert!(refused > 10 && done > 10, "{refused} refused, {done} done");
}

/// The demo starts other commands.
#[test]
fn the_demo() {
    let runs = Runs::new();
    for (limit, sizes) in [(OPEN_FILES, [4, 5]), (FILE_SIZE, [10, 1000]), (THREADS, [1, 3])] {
        for size in sizes {
            let ended = runs.run("demo out", Some((limit, size))).unwrap();
            let said = String::from_utf8_lossy(&ended.output.stderr).into_owned();
            assert_eq!(ended.output.status.code(), Some(1), "{size}: {said}");
            assert!(said.contains("error: ") && said.contains(limit.named), "{size}: {said}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("precious"), "not the demo's").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_groma"));
    let refused = command.arg("demo").arg(folder.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(files_below(folder.path()).len(), 1);
}
