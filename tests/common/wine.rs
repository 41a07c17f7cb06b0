//! Programs for Windows, run by Wine in a prefix of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::common::skip;

/// What Rust programs take random numbers from. Older versions of Wine have no such library.
const RANDOM: &str = "#include <stddef.h>
__declspec(dllimport) unsigned char SystemFunction036(void *, unsigned long);
__declspec(dllexport) int ProcessPrng(unsigned char *to, size_t size) { return SystemFunction036(to, size); }
";

pub struct Wine {
    program: &'static str,
    prefix: PathBuf,
}

impl Wine {
    /// `None`, said aloud, where Wine or MinGW is missing.
    pub fn new(test: &str) -> Option<&'static Wine> {
        static WINE: OnceLock<Option<Wine>> = OnceLock::new();
        let wine = WINE.get_or_init(Wine::start).as_ref();
        if wine.is_none() {
            skip(test, "Wine or MinGW", "install the packages wine64 and gcc-mingw-w64-x86-64-posix");
        }
        wine
    }

    fn start() -> Option<Wine> {
        let works = |program: &&str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
        let program = ["wine64", "/usr/lib/wine/wine64", "wine"].into_iter().find(works)?;
        let wine = Wine { program, prefix: Path::new(env!("CARGO_TARGET_TMPDIR")).join("wine") };
        let libraries = wine.libraries();
        std::fs::create_dir_all(&libraries).unwrap();
        std::fs::write(libraries.join("random.c"), RANDOM).unwrap();
        let mut gcc = Command::new("x86_64-w64-mingw32-gcc-posix");
        gcc.current_dir(&libraries).args(["-shared", "random.c", "-o", "bcryptprimitives.dll", "-ladvapi32"]);
        if !gcc.status().is_ok_and(|status| status.success()) {
            return None;
        }
        // What Wine starts in the background must not hold the pipes of the first test's program.
        let mut boot = wine.command(Path::new("wineboot"), &libraries);
        boot.arg("--init").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(boot.status().unwrap().success(), "wineboot");
        Some(wine)
    }

    fn libraries(&self) -> PathBuf {
        self.prefix.join("libraries")
    }

    pub fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(self.program);
        command.current_dir(folder).arg(program).env("WINEPREFIX", &self.prefix).env("WINEDEBUG", "-all");
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml,winedbg.exe=").env("WINEPATH", self.libraries());
        command.env_remove("DISPLAY");
        command
    }

    /// What a program prints, with the ends of lines of other systems.
    pub fn run(&self, program: &Path, arguments: &[&str], folder: &Path) -> String {
        let output = self.command(program, folder).args(arguments).output().unwrap();
        let what = format!("{} {arguments:?}", program.display());
        crate::examples::succeeded(&what, output).replace("\r\n", "\n")
    }
}
