//! `groma demo`: runs both jobs once, with the commands that a user would type.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use clap::Args;
use groma::human::seconds;
use groma::{Error, Result};

use crate::terminal::println;

/// The file that marks a folder as one of the demo's and lists the files that may be removed.
const MARK: &str = "groma-demo.txt";

const EXAMPLES: &str = "\
Takes some seconds and 40 MB of disk.

Examples:
  groma demo
  groma demo --remove";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Demo {
    /// The folder for all of it
    #[arg(default_value = "groma-demo")]
    folder: PathBuf,
    /// Remove what an earlier demo made there, and do nothing else
    #[arg(long)]
    remove: bool,
}

/// The steps, each with the command that does it; `{}` stands for the folder.
const STEPS: [(&str, &str); 9] = [
    (
        "Trajectories. A data set of shards, each with 100 time steps of all trajectories:",
        "trajectories generate {}/crowd --trajectories 5000 --shards 3 --interval 100",
    ),
    ("A spatial hash table for each time step:", "trajectories build {}/crowd --cell-size 50"),
    ("What is there, and whether anything is wrong with it:", "trajectories inspect {}/crowd"),
    (
        "Who is near a point? Answered from the tables, exactly:",
        "trajectories query {}/crowd --cell-size 50 --step 150 --at 0,0,0 --nearest 5",
    ),
    ("A picture of a time step:", "trajectories preview {}/crowd --step 150 --output {}/crowd.png"),
    ("Cities. Footprints and a terrain:", "city generate {}/town --buildings 1000"),
    (
        "One mesh of ground, walls and roofs, made tile by tile and merged:",
        "city build {}/town/footprints.geojson --terrain {}/town/terrain.tif --store {}/tiles --tile-size 500 --output \
         {}/town.ply",
    ),
    ("Is it whole? No holes, no duplicates, no T-junctions:", "city check {}/tiles"),
    ("A picture of it:", "city preview {}/tiles --output {}/town.png"),
];

impl Demo {
    pub fn run(self, quiet: bool) -> Result<ExitCode> {
        let say = |text: &str| if quiet { Ok(()) } else { println(text) };
        let folder = &self.folder;
        let mark = folder.join(MARK);
        let failed = |action, cause| Error::Io { action, subject: folder.clone(), cause };
        let there = files_below(folder).map_err(|e| failed("list", e))?;
        let listed = std::fs::read_to_string(&mark).unwrap_or_default();
        let listed: HashSet<&str> = listed.lines().skip(1).collect();
        let others = || there.iter().filter(|file| !listed.contains(file.as_str()));
        if let Some(other) = others().find(|file| *file != MARK).or_else(|| others().next()) {
            return Err(Error::InvalidArgument {
                name: "folder",
                seen: format!("{}, which has {other}, not listed in its {MARK}", folder.display()),
                accepted: "a new folder, an empty one, or that of an earlier demo that ended, with nothing else in it"
                    .into(),
            });
        }
        for file in &there {
            std::fs::remove_file(folder.join(file)).map_err(|e| failed("remove files in", e))?;
        }
        remove_empty_folders(folder);
        if self.remove {
            let removed =
                if there.is_empty() { "nothing to remove".into() } else { format!("removed {}", folder.display()) };
            say(&removed)?;
            return Ok(ExitCode::SUCCESS);
        }
        std::fs::create_dir_all(folder).map_err(|e| failed("create", e))?;
        list_files(folder, &mark).map_err(|e| failed("write the list of files of", e))?;

        let started = Instant::now();
        let groma = std::env::current_exe().map_err(|e| failed("find groma, to work in", e))?;
        for (what, line) in STEPS {
            say(&format!("{what}\n  $ groma {}\n", line.replace("{}", &folder.display().to_string())))?;
            let mut command = Command::new(&groma);
            command.args(arguments(line, folder));
            if quiet {
                command.arg("-q").stdout(Stdio::null());
            }
            let status = command.status();
            let status = status.map_err(|e| failed("start groma, to work in", e))?;
            list_files(folder, &mark).map_err(|e| failed("write the list of files of", e))?;
            if !status.success() {
                return Ok(status
                    .code()
                    .and_then(|code| u8::try_from(code).ok())
                    .map_or(ExitCode::FAILURE, ExitCode::from));
            }
            say("")?;
        }
        let shown = folder.display();
        say(&format!(
            "Done in {}. Look at {shown}/crowd.png, {shown}/town.png, and {shown}/town.ply in Blender or MeshLab.\n\
             \n\
             Try next:\n  \
             groma trajectories query {shown}/crowd --cell-size 50 --step 150 --at 0,0,0 --radius 20\n  \
             groma trajectories import your.csv crowd --interval 100     (columns id, frame, x, y, z)\n  \
             groma city build your.geojson --terrain your.tif --output city.ply\n  \
             groma city export {shown}/tiles --format glb --output glb     (a file for each tile, for \
             engines)\n  \
             groma demo {shown} --remove",
            seconds(started.elapsed().as_secs_f64())
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Lists the files below a folder, by their paths relative to it; none when the folder is missing. Links are not
/// followed.
fn files_below(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let entries = match std::fs::read_dir(folder.join(&below)) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(files),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            match entry.file_type()?.is_dir() {
                true => folders.push(path),
                false => files.push(path.to_string_lossy().into_owned()),
            }
        }
    }
    Ok(files)
}

/// Writes the list of all files in the folder, which was empty when the demo began, into `mark`. Files that are not
/// listed are never removed.
fn list_files(folder: &Path, mark: &Path) -> std::io::Result<()> {
    let mut files = files_below(folder)?;
    files.retain(|file| file != MARK);
    files.push(MARK.into());
    files.insert(0, "Made by `groma demo`; `groma demo --remove` removes these files:".into());
    std::fs::write(mark, files.join("\n") + "\n")
}

/// Removes a folder and the folders in it, as far as they are empty.
fn remove_empty_folders(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_folders(&entry.path());
        }
    }
    // It fails for a folder that is not empty, and for the one in which the command runs.
    let _ = std::fs::remove_dir(folder);
}

fn arguments(command: &str, folder: &Path) -> Vec<std::ffi::OsString> {
    let argument = |word: &str| match word.strip_prefix("{}/") {
        Some(rest) => folder.join(rest).into_os_string(),
        None => word.into(),
    };
    command.split(' ').map(argument).collect()
}
