//! The tests on Windows, without Windows: built with MinGW, run by Wine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::target::{Target, WINDOWS, cargo, run, target_folder};
use crate::{Result, files};

const MISSING: &str = "apt install wine64 gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix";

/// The random numbers of Windows 10, which Rust's standard library asks for and Wine 8 does not have, over those of
/// older versions.
const PROCESS_PRNG: &str = "\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    while (size > 0) {
        ULONG part = size < 0x10000000 ? (ULONG)size : 0x10000000;
        if (!SystemFunction036(data, part)) return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}
";

const ALL: &[&str] = &["--lib", "--bins", "--tests"];

/// What can go another way on Windows: open files that are replaced, locks, kills, paths, mappings. The other tests
/// compute, and compute there what they compute elsewhere.
const SHORT: &[&str] = &[
    "--lib",
    "--bins",
    "--test=files",
    "--test=hostile_files",
    "--test=resume",
    "--test=city_store",
    "--test=shrinking_files",
];

/// Runs `cargo test` for Windows with `arguments`, or, when there are none, all tests and then their C and C++
/// programs; with `--short` only those of files, and the programs.
pub fn test(arguments: &[String]) -> Result<()> {
    let short = arguments == ["--short"];
    let wine = Wine::new(&target_folder().join("wine"))?;
    let target = Target::named(WINDOWS)?;
    let mut tests = target.cargo("test", "dev")?;
    tests.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", &wine.program);
    // What needs tools that are no Windows programs is tested elsewhere.
    tests.env_remove("GROMA_REQUIRE_ALL").arg("--no-fail-fast");
    if !arguments.is_empty() && !short {
        return run(wine.environment(tests.args(arguments)));
    }
    if std::env::var_os("GROMA_FUZZ_MUTATIONS").is_none() {
        // A start of threads and a rename take Wine long.
        tests.env("GROMA_FUZZ_MUTATIONS", "50");
    }
    tests.args(if short { SHORT } else { ALL });
    run(wine.environment(&mut tests))?;
    let mut programs = cargo("test");
    programs.args(["--locked", "--test", "c_abi"]);
    // What MinGW and Wine do not have.
    programs.args(["--", "--skip", "sanitizer", "--skip", "fork"]);
    programs
        .env("GROMA_WINDOWS_LIBRARY", target.folder().join(WINDOWS).join("debug/deps"))
        .env("GROMA_WINE", &wine.program);
    run(wine.environment(&mut programs))
}

/// A Windows of its own, whose server ends with it.
struct Wine {
    program: PathBuf,
    prefix: PathBuf,
}

impl Wine {
    fn new(prefix: &Path) -> Result<Wine> {
        let program = find("wine64")?;
        let wine = Wine { program, prefix: prefix.to_path_buf() };
        let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
        if !library.exists() {
            std::fs::create_dir_all(prefix).map_err(|e| format!("{}: {e}", prefix.display()))?;
            run(wine.environment(Command::new(&wine.program).args(["wineboot", "--init"])))?;
            let source = prefix.join("prng.c");
            files::write(&source, PROCESS_PRNG)?;
            let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
            run(compiler.args(["-shared", "-o"]).arg(&library).arg(&source).arg("-ladvapi32"))
                .map_err(|e| format!("{e}\n{MISSING}"))?;
        }
        Ok(wine)
    }

    fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("WINEPREFIX", &self.prefix).env("WINEDEBUG", "-all");
        // A debugger in place of a crash would make the crash look like success.
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml,winedbg.exe=")
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if let Ok(server) = find("wineserver") {
            let _ = self.environment(Command::new(server).arg("-k")).status();
        }
    }
}

/// Debian keeps Wine's programs out of the PATH.
fn find(program: &str) -> Result<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&paths).chain(["/usr/lib/wine".into()]);
    folders
        .find_map(|folder| Some(folder.join(program)).filter(|p| p.is_file()))
        .ok_or(format!("no {program}: {MISSING}"))
}
