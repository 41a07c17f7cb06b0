//! How the libraries and the command line tool are built for a platform, with what this machine has.
//!
//! A build for other machines is a build of its own, in a folder of its own: without debug information, without the
//! paths of this machine, and of everything that is shipped at once, so that a release compiles nothing twice.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Result, root, system};

/// The platform of this name is built with MinGW; programs of Microsoft's compiler can link its library too.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";
pub const LINUX: &str = "x86_64-unknown-linux-gnu";

/// The newest glibc that Unreal's Linux toolchain and the systems games run on are sure to have: Unreal 5.3 and 5.4 are
/// built with one of CentOS 7, later ones with one of Rocky Linux 8, which has 2.28.
pub const GLIBC: (u32, u32) = (2, 17);

pub const NO_ZIG: &str = "a library for older systems than this one needs zig: pip install ziglang cargo-zigbuild";

const NO_WINDOWS: &str = "a build for x86_64-pc-windows-gnu needs its standard library: `rustup target add \
     x86_64-pc-windows-gnu`, or its source and Debian's compiler: apt install rustc-web cargo-web rust-web-src; and, \
     to link, apt install gcc-mingw-w64-x86-64-posix";

#[derive(PartialEq)]
enum Builder {
    /// Cargo, for the machine it runs on.
    Host,
    /// Cargo, for a target whose standard library rustup has installed.
    Cargo,
    /// Cargo with zig for a linker, which knows the symbols of older versions of glibc.
    Zig,
    /// Debian's cargo, which compiles the standard library from Debian's source of it.
    WithStd,
}

pub struct Target {
    pub triple: String,
    builder: Builder,
}

/// Where cargo puts what it builds for this machine.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from)
}

/// What was built.
pub struct Built {
    pub triple: String,
    pub folder: PathBuf,
    /// What a program that links the static library must link besides, as the compiler says it.
    pub system_libraries: Vec<String>,
}

impl Target {
    pub fn host() -> Result<Target> {
        let text = output(Command::new("rustc").arg("-vV"))?;
        let host = text.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc -vV names no host")?;
        Ok(Target { triple: host.into(), builder: Builder::Host })
    }

    /// Linux with a glibc no newer than [`GLIBC`].
    pub fn portable_linux() -> Result<Target> {
        let works = |command: &mut Command| command.output().is_ok_and(|o| o.status.success());
        let zig = works(Command::new("zig").arg("version"))
            || works(Command::new("python3").args(["-m", "ziglang", "version"]));
        if zig && works(Command::new("cargo-zigbuild").arg("--version")) {
            Ok(Target { triple: LINUX.into(), builder: Builder::Zig })
        } else {
            Err(NO_ZIG.into())
        }
    }

    /// What games should get: on Linux the portable library where zig is there, else what this machine makes.
    pub fn shipped() -> Result<Target> {
        let host = Target::host()?;
        if host.triple != LINUX {
            return Ok(host);
        }
        Target::portable_linux().or_else(|missing| {
            println!("note: built for systems like this one; {missing}");
            Ok(host)
        })
    }

    pub fn named(triple: &str) -> Result<Target> {
        let host = Target::host()?;
        if triple == host.triple {
            return Ok(host);
        }
        if triple == format!("{LINUX}.{}.{}", GLIBC.0, GLIBC.1) {
            return Target::portable_linux();
        }
        if triple == WINDOWS && Command::new(MINGW).arg("--version").output().is_err() {
            return Err(format!("{MINGW} is missing: apt install gcc-mingw-w64-x86-64"));
        }
        let installed = output(Command::new("rustc").args(["--print=target-libdir", "--target", triple]))?;
        let builder = if Path::new(installed.trim()).is_dir() {
            Builder::Cargo
        } else if triple == WINDOWS && Path::new(DEBIAN_STD).is_dir() && Path::new(DEBIAN_CARGO).exists() {
            Builder::WithStd
        } else if triple == WINDOWS {
            return Err(NO_WINDOWS.into());
        } else {
            return Err(format!("no standard library for {triple}: `rustup target add {triple}`"));
        };
        Ok(Target { triple: triple.into(), builder })
    }

    /// Builds the libraries, and for other machines the command line tool.
    pub fn build(&self, profile: &str, features: &str) -> Result<Built> {
        let profile_folder = if profile == "dev" { "debug" } else { profile };
        let mut cargo = self.cargo("build", profile)?;
        cargo.arg("--lib");
        if !features.is_empty() {
            cargo.args(["--features", features]);
        }
        if self.builder == Builder::Host {
            run(cargo.args(["--no-default-features", "--features", "sqlite"]))?;
            return Built::found(self, target_folder().join(profile_folder));
        }
        let said = run_and_keep(cargo.arg("--bin=groma"))?;
        let folder = self.folder().join(&self.triple).join(profile_folder);
        Ok(Built { triple: self.triple.clone(), folder, system_libraries: system::as_said(&said)? })
    }

    /// Where cargo puts what it builds for this target.
    pub fn folder(&self) -> PathBuf {
        if self.builder == Builder::Host { target_folder() } else { target_folder().join("shipped").join(&self.triple) }
    }

    /// Cargo with what `subcommand`, `build` or `test`, needs for this target. Both find what the other has compiled.
    pub fn cargo(&self, subcommand: &str, profile: &str) -> Result<Command> {
        let mut cargo = cargo(subcommand);
        match self.builder {
            Builder::Host => {}
            Builder::Cargo => drop(cargo.args(["--target", &self.triple])),
            Builder::Zig => {
                assert_eq!(subcommand, "build", "zig links, and runs nothing");
                let (major, minor) = GLIBC;
                cargo = Command::new("cargo-zigbuild");
                cargo.current_dir(root()).args(["zigbuild", "--target", &format!("{}.{major}.{minor}", self.triple)]);
            }
            Builder::WithStd => {
                cargo = cargo_with_std(subcommand);
                cargo.args(["--target", &self.triple]);
            }
        }
        if self.triple == WINDOWS {
            cargo.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", MINGW);
        }
        cargo.args(["--package=groma", "--locked", "--profile", profile]);
        if self.builder != Builder::Host {
            cargo.arg(format!("--config=profile.{profile}.debug=false")).arg("--target-dir").arg(self.folder());
            cargo.env("CARGO_ENCODED_RUSTFLAGS", self.rustc_flags()?.join("\x1f"));
            // zig writes what debuggers need, paths among it, unless it is told not to.
            cargo.env("CFLAGS", c_flags()?.join(" "));
        }
        Ok(cargo)
    }

    /// Has maturin, which calls cargo itself, build for this target as [`Target::cargo`] does.
    pub fn set_for_maturin(&self, maturin: &mut Command) -> Result<()> {
        if self.builder == Builder::WithStd {
            maturin.env("CARGO", DEBIAN_CARGO).args(["-Z", BUILD_STD]);
            compile_std(maturin);
        }
        if self.triple == WINDOWS {
            maturin.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", MINGW);
        }
        maturin.arg("--target-dir").arg(target_folder().join("shipped/python"));
        maturin.env("CARGO_ENCODED_RUSTFLAGS", self.rustc_flags()?.join("\x1f"));
        maturin.env("CFLAGS", c_flags()?.join(" "));
        Ok(())
    }

    fn rustc_flags(&self) -> Result<Vec<String>> {
        let mut flags = vec!["--print=native-static-libs".into(), remap(root(), "groma")];
        flags.extend(registries()?.iter().map(|registry| remap(registry, "crates")));
        if self.triple == WINDOWS {
            // The time of linking in the file would make every build another one.
            flags.push("-Clink-arg=-Wl,--no-insert-timestamp".into());
        }
        Ok(flags)
    }
}

/// What keeps the paths of this machine out of C sources that crates bring along.
fn c_flags() -> Result<Vec<String>> {
    let mapped = |registry: &PathBuf| format!("-ffile-prefix-map={}=crates", registry.display());
    Ok(["-g0".to_string()].into_iter().chain(registries()?.iter().map(mapped)).collect())
}

const MINGW: &str = "x86_64-w64-mingw32-gcc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library";

/// The cargo that runs this program, to be run in the repository.
pub fn cargo(subcommand: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root()).arg(subcommand);
    cargo
}

/// Debian's cargo, which compiles the standard library too.
fn cargo_with_std(subcommand: &str) -> Command {
    let mut cargo = Command::new(DEBIAN_CARGO);
    cargo.current_dir(root()).args([subcommand, "-Z", BUILD_STD]).env_remove("CARGO");
    compile_std(&mut cargo);
    cargo
}

const BUILD_STD: &str = "build-std=std,panic_unwind,test";

fn compile_std(command: &mut Command) {
    command.env("RUSTC", "/usr/bin/rustc").env("RUSTDOC", "/usr/bin/rustdoc");
    // Cargo lets only its nightly versions compile the standard library; the code is that of this one.
    command.env("RUSTC_BOOTSTRAP", "1");
}

/// The folders with the sources of crates.
pub fn registries() -> Result<Vec<PathBuf>> {
    run(Command::new("cargo").current_dir(root()).args(["fetch", "--locked", "--quiet"]))?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).ok_or("no home folder")?;
    let folder = home.join("registry/src");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

fn remap(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}={name}", folder.display())
}

/// What the platform of a triple calls the libraries.
pub struct Names {
    pub shared: &'static str,
    pub fixed: &'static str,
    /// The list of what is in the shared library, which linkers for Windows want, as the compiler writes it.
    pub import: Option<&'static str>,
}

pub fn names(triple: &str) -> Names {
    if triple.contains("windows-msvc") {
        Names { shared: "groma.dll", fixed: "groma.lib", import: Some("groma.dll.lib") }
    } else if triple.contains("windows") {
        Names { shared: "groma.dll", fixed: "libgroma.a", import: Some("libgroma.dll.a") }
    } else if triple.contains("apple") {
        Names { shared: "libgroma.dylib", fixed: "libgroma.a", import: None }
    } else {
        Names { shared: "libgroma.so", fixed: "libgroma.a", import: None }
    }
}

impl Built {
    /// What cargo has built for this machine.
    pub fn found(host: &Target, folder: PathBuf) -> Result<Built> {
        let system_libraries = system::libraries(&folder)?;
        Ok(Built { triple: host.triple.clone(), folder, system_libraries })
    }

    pub fn names(&self) -> Names {
        names(&self.triple)
    }

    pub fn shared(&self) -> PathBuf {
        self.folder.join(self.names().shared)
    }

    /// The import library that Microsoft's linker reads. That of MinGW is another format, but says the same.
    pub fn import_for_msvc(&self) -> Result<PathBuf> {
        if self.triple.contains("msvc") {
            return Ok(self.folder.join("groma.dll.lib"));
        }
        let (list, import) = (self.folder.join("groma.def"), self.folder.join("groma.lib"));
        let exports = output(Command::new("gendef").arg("-").arg(self.shared()))
            .map_err(|e| format!("{e}\n`gendef` is in the package mingw-w64-tools"))?;
        crate::files::write(&list, &exports)?;
        let mut dlltool = Command::new("llvm-dlltool");
        dlltool.args(["-m", "i386:x86-64", "-d"]).arg(&list).arg("-l").arg(&import);
        output(&mut dlltool).map_err(|e| format!("{e}\n`llvm-dlltool` is in the package llvm"))?;
        Ok(import)
    }
}

/// The newest glibc that a program or library asks for, in what `objdump -p` says of it.
pub fn glibc(objdump: &str) -> (u32, u32) {
    let asked = objdump.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split_whitespace().next()?;
        let mut numbers = version.split('.').map(|n| n.parse::<u32>());
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    asked.max().unwrap_or((0, 0))
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|e| format!("{}: {e}", name(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", name(command))) }
}

pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|e| format!("{}: {e}", name(command)))?;
    if !output.status.success() {
        return Err(format!("{}: {}\n{}", name(command), output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Passes on what a command says while it runs, and keeps it.
fn run_and_keep(command: &mut Command) -> Result<String> {
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(|e| format!("{}: {e}", name(command)))?;
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().expect("piped")).lines() {
        let line = line.map_err(|e| format!("{}: {e}", name(command)))?;
        eprintln!("{line}");
        said = said + &line + "\n";
    }
    let status = child.wait().map_err(|e| format!("{}: {e}", name(command)))?;
    if status.success() { Ok(said) } else { Err(format!("{}: {status}", name(command))) }
}
