//! The Python package: its tests from the installed wheel, and the wheels of a release.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::write;
use crate::target::{LINUX, Target, WINDOWS, run, target_folder};
use crate::{Result, notices, options, root};

/// What the tests look at beside numpy. Without one of them its tests are skipped, or fail where all are required.
const PEERS: [&str; 11] = [
    "distributed",
    "geopandas",
    "meshio",
    "mypy>=1.11",
    "pandas",
    "pyarrow",
    "pyvista",
    "ruff>=0.6,<1",
    "scipy",
    "shapely",
    "trimesh",
];

/// The oldest Linux systems on which wheels can be installed: with glibc 2.17 or later.
const MANYLINUX: &str = "manylinux2014";

/// Builds the wheel, installs it into an environment of its own and runs the package's tests there.
pub fn test(arguments: &[String]) -> Result<()> {
    let environment = Environment::fresh(&target_folder().join("python/environment"))?;
    environment.pip(&["maturin>=1.7,<2", "pytest"])?;
    if std::env::var("GROMA_REQUIRE_ALL").is_ok_and(|all| all == "1") {
        environment.pip(&PEERS)?;
    }
    let wheels = target_folder().join("python/wheels");
    std::fs::remove_dir_all(&wheels).ok();
    let mut maturin = environment.command("maturin");
    maturin.args(["build", "--profile", "dev", "--locked", "--out"]).arg(&wheels);
    // A folder of its own: libraries that are C libraries, too, have names without a hash, so that this one, with other
    // features and dependencies, would take the place of the tests'.
    maturin.env("CARGO_TARGET_DIR", target_folder().join("python"));
    run(maturin.current_dir(root().join("python")))?;
    let wheel = std::fs::read_dir(&wheels).map_err(|e| format!("cannot list {}: {e}", wheels.display()))?;
    let wheel = wheel.flatten().next().ok_or("maturin made no wheel")?.path();
    environment.pip(&[&wheel.display().to_string()])?;
    run(environment.command("pytest").current_dir(root().join("python")).args(arguments))
}

/// An environment of Python.
struct Environment(PathBuf);

impl Environment {
    /// Makes an environment anew, in which packages of the machine are there too.
    fn fresh(folder: &Path) -> Result<Environment> {
        let mut python = Command::new("python3");
        run(python.args(["-m", "venv", "--clear", "--system-site-packages"]).arg(folder))?;
        Ok(Environment(folder.to_path_buf()))
    }

    fn command(&self, name: &str) -> Command {
        let programs = self.0.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let mut command = Command::new(programs.join(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(paths).expect("paths that came from such a list"));
        command
    }

    fn pip(&self, packages: &[&str]) -> Result<()> {
        run(self
            .command("python")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages))
    }
}

/// Makes the wheels for Linux and for Windows.
pub fn wheels(arguments: &[String]) -> Result<()> {
    let (mut out, mut profile) = (target_folder().join("wheels"), "release");
    for (option, value) in options(arguments, &["--out", "--profile"])? {
        match option {
            "--out" => out = std::path::absolute(value).map_err(|e| format!("{value}: {e}"))?,
            _ => profile = value,
        }
    }
    let environment = Environment::fresh(&target_folder().join("python/environment"))?;
    environment.pip(&["maturin>=1.7,<2", "ziglang"])?;
    for triple in [LINUX, WINDOWS] {
        let mut maturin = environment.command("maturin");
        maturin.args(["build", "--profile", profile, "--locked", "--target", triple, "--out"]).arg(&out);
        if triple == LINUX {
            maturin.args(["--zig", "--compatibility", MANYLINUX]);
        }
        Target::named(triple)?.set_for_maturin(&mut maturin)?;
        // Binaries carry the licences of what is in them; the file is for the wheel alone.
        let notices = root().join("python/python/groma/THIRD-PARTY.txt");
        write(&notices, &notices::of_wheel(triple)?)?;
        let built = run(maturin.current_dir(root().join("python")));
        std::fs::remove_file(&notices).map_err(|e| format!("cannot remove {}: {e}", notices.display()))?;
        built?;
    }
    check_imports(&environment, &out)?;
    println!("the wheels are in {}", out.display());
    Ok(())
}

/// What Windows, and Python on it, have.
const DLLS: [&str; 9] =
    ["advapi32", "bcryptprimitives", "dbghelp", "kernel32", "msvcrt", "ntdll", "python3", "userenv", "ws2_32"];

/// Refuses a wheel for Windows whose library asks for others than these.
fn check_imports(environment: &Environment, wheels: &Path) -> Result<()> {
    let entries = std::fs::read_dir(wheels).map_err(|e| format!("cannot list {}: {e}", wheels.display()))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    let wheel = paths.find(|path| path.to_string_lossy().ends_with("win_amd64.whl")).ok_or("no wheel for Windows")?;
    let unpacked = target_folder().join("python/unpacked");
    std::fs::remove_dir_all(&unpacked).ok();
    run(environment.command("python").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked))?;
    let mut objdump = Command::new("x86_64-w64-mingw32-objdump");
    let said =
        objdump.arg("-p").arg(unpacked.join("groma/_groma.pyd")).output().map_err(|e| format!("objdump: {e}"))?;
    let said = String::from_utf8_lossy(&said.stdout).to_lowercase();
    let asked: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("dll name: ")).collect();
    let is_there = |name: &str| name.starts_with("api-ms-win-") || DLLS.contains(&name.trim_end_matches(".dll"));
    match asked.iter().find(|name| !is_there(name)) {
        _ if !asked.contains(&"python3.dll") => Err(format!("{} asks for no python3.dll", wheel.display())),
        Some(name) => Err(format!("{} asks for {name}, which Windows has not", wheel.display())),
        None => Ok(()),
    }
}
