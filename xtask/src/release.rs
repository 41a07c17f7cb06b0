//! The archives of a release. The same source and compilers make the same bytes: names are sorted, times are those of
//! the last commit, and nothing of this machine's paths is in the files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::files::{copy, copy_folder, read, write};
use crate::target::{self, Built, GLIBC, Target, output};
use crate::{Result, install, notices, options, root, unreal};

pub fn run(arguments: &[String]) -> Result<()> {
    let (mut out, mut profile) = (root().join("target/release-archives"), "release");
    for (option, value) in options(arguments, &["--out", "--profile"])? {
        match option {
            "--out" => out = std::path::absolute(value).map_err(|e| format!("{value}: {e}"))?,
            _ => profile = value,
        }
    }
    let version = install::version()?;
    let changes = read(&root().join("CHANGELOG.md"))?;
    if !changes.lines().any(|line| line.split(' ').take(2).eq(["##", &version])) {
        return Err(format!("CHANGELOG.md has no section \"## {version}\": say what is new, and since when"));
    }
    for tool in ["tar", "gzip", "zip", "sha256sum", "objdump"] {
        output(Command::new(tool).arg("--version")).map_err(|e| format!("a release needs {tool}: {e}"))?;
    }
    let targets = [Target::portable_linux()?, Target::named(target::WINDOWS)?];
    let [linux, windows] = targets.map(|target| target.build(profile, ""));
    let (linux, windows) = (linux?, windows?);
    check_glibc(&linux)?;

    let (stage, time) = (out.join("stage"), time());
    std::fs::remove_dir_all(&stage).ok();
    let archives = [
        library(&linux, "groma", &stage, &format!("groma-{version}-linux-x86_64"))?,
        library(&windows, "groma.exe", &stage, &format!("groma-{version}-windows-x86_64"))?,
        plugin(&[&linux, &windows], &stage)?,
    ];
    let files = [
        format!("groma-{version}-linux-x86_64.tar.gz"),
        format!("groma-{version}-windows-x86_64.zip"),
        format!("groma-{version}-unreal-plugin.zip"),
    ];
    for (folder, file) in archives.iter().zip(&files) {
        pack(&stage, folder, &out.join(file), time)?;
    }
    std::fs::remove_dir_all(&stage).map_err(|e| format!("cannot remove {}: {e}", stage.display()))?;
    let sums = output(Command::new("sha256sum").current_dir(&out).args(&files))?;
    write(&out.join("SHA256SUMS"), &sums)?;
    print!("{sums}");
    println!("the archives are in {}", out.display());
    Ok(())
}

fn check_glibc(built: &Built) -> Result<()> {
    for file in [built.shared(), built.folder.join("groma")] {
        let (major, minor) = target::glibc(&output(Command::new("objdump").arg("-p").arg(&file))?);
        if (major, minor) > GLIBC {
            return Err(format!(
                "{} asks for glibc {major}.{minor}, newer than {}.{}, which is promised",
                file.display(),
                GLIBC.0,
                GLIBC.1
            ));
        }
    }
    Ok(())
}

/// An installation with the command line tool and the examples, in a folder of this name.
fn library(built: &Built, tool: &str, stage: &Path, name: &str) -> Result<PathBuf> {
    let folder = stage.join(name);
    install::lay(built, &folder, &folder)?;
    copy(&built.folder.join(tool), &folder.join("bin").join(tool))?;
    if built.triple == target::LINUX {
        shell_files(&folder)?;
    }
    // What the README shows and points to.
    copy_folder(&root().join("docs"), &folder.join("docs"))?;
    for examples in ["c", "cpp", "cluster"] {
        copy_folder(&root().join("examples").join(examples), &folder.join("examples").join(examples))?;
    }
    write(&folder.join("THIRD-PARTY.txt"), &notices::text(&[&built.triple])?)?;
    Ok(name.into())
}

/// Manual pages and completions, where systems look for them below a prefix.
fn shell_files(prefix: &Path) -> Result<()> {
    let (groma, share) = (prefix.join("bin/groma"), prefix.join("share"));
    target::run(Command::new(&groma).arg("man").arg(share.join("man/man1")))?;
    for (shell, file) in [
        ("bash", "bash-completion/completions/groma"),
        ("zsh", "zsh/site-functions/_groma"),
        ("fish", "fish/vendor_completions.d/groma.fish"),
    ] {
        write(&share.join(file), &output(Command::new(&groma).args(["completions", shell]))?)?;
    }
    Ok(())
}

fn plugin(builds: &[&Built], stage: &Path) -> Result<PathBuf> {
    const NAME: &str = "SpatialHashedTrajectory";
    let folder = stage.join(NAME);
    copy_folder(&root().join("ue_plugin").join(NAME), &folder)?;
    // Binaries that were laid into the repository's plugin are of another build.
    let library = folder.join("Source/ThirdParty/GromaLibrary");
    for laid in ["include", "Linux", "Win64", "Mac"] {
        std::fs::remove_dir_all(library.join(laid)).ok();
    }
    unreal::lay(builds, &folder)?;
    copy(&root().join("LICENSE"), &folder.join("LICENSE"))?;
    write(&folder.join("THIRD-PARTY.txt"), &notices::text(&[target::LINUX, target::WINDOWS])?)?;
    Ok(NAME.into())
}

/// When the release was made: what SOURCE_DATE_EPOCH says, else the last commit, else the oldest time that a zip can
/// tell.
fn time() -> SystemTime {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    let epoch =
        epoch.or_else(|| output(Command::new("git").current_dir(root()).args(["log", "-1", "--format=%ct"])).ok());
    let seconds = epoch.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(std::cmp::max(seconds, 315_532_800))
}

fn pack(stage: &Path, folder: &Path, archive: &Path, time: SystemTime) -> Result<()> {
    let mut files = Vec::new();
    list(stage, folder, &mut files)?;
    files.sort();
    for file in &files {
        let opened = std::fs::File::options().append(true).open(stage.join(file));
        opened
            .and_then(|opened| opened.set_modified(time))
            .map_err(|e| format!("cannot set the time of {file}: {e}"))?;
    }
    std::fs::remove_file(archive).ok();
    let mut pack = if archive.extension().is_some_and(|extension| extension == "zip") {
        let mut zip = Command::new("zip");
        zip.args(["-X", "-q", "-9", "-@"]).arg(archive);
        zip
    } else {
        let mut tar = Command::new("tar");
        tar.args([
            "--format=ustar",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=u+w,go-w",
            "--use-compress-program=gzip -9n",
        ]);
        tar.args(["--files-from=-", "--create", "--file"]).arg(archive);
        tar
    };
    // Zip has local times.
    let mut child =
        pack.current_dir(stage).env("TZ", "UTC").stdin(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
    let sent = child.stdin.take().expect("piped").write_all((files.join("\n") + "\n").as_bytes());
    let status = child.wait().and_then(|status| sent.map(|()| status)).map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("cannot pack {}: {status}", archive.display())) }
}

/// The files below a folder.
fn list(stage: &Path, folder: &Path, files: &mut Vec<String>) -> Result<()> {
    let entries =
        std::fs::read_dir(stage.join(folder)).map_err(|e| format!("cannot list {}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            list(stage, &path, files)?;
        } else {
            files.push(path.display().to_string());
        }
    }
    Ok(())
}
