//! Pages in a browser without a screen, and the packages from npm that they and their tests are made with.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

use crate::common::skip;

/// A running `groma ... view`.
pub struct Viewer {
    child: Child,
    /// Like `http://127.0.0.1:40123/`.
    pub address: String,
}

impl Viewer {
    /// Starts it and waits for its address.
    pub fn start(command: &mut Command) -> Viewer {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().next().unwrap_or_default().to_string();
        assert!(address.starts_with("http://127.0.0.1:") && address.ends_with('/'), "{line:?}");
        Viewer { child, address }
    }

    pub fn port(&self) -> u16 {
        self.address.rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap()
    }

    /// Presses Ctrl-C and waits for its exit code.
    #[cfg(unix)]
    pub fn interrupt(mut self) -> Option<i32> {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn finds(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// The folder `viewer`, copied, with its packages installed; `None`, said aloud, where npm is missing or cannot get
/// them.
pub fn workshop(test: &str) -> Option<PathBuf> {
    // Tests of one program run at once, and one of them installs.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _one = INSTALLING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if !finds("node") || !finds("npm") {
        skip(test, "node or npm", "Debian: nodejs, npm");
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("viewer");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("viewer");
    let installed = folder.join("installed-lock.json");
    for name in ["src", "test"] {
        let _ = std::fs::remove_dir_all(folder.join(name));
        std::fs::create_dir_all(folder.join(name)).unwrap();
        for file in std::fs::read_dir(source.join(name)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.join(name).join(file.file_name())).unwrap();
        }
    }
    for name in ["package.json", "package-lock.json", "build.js"] {
        std::fs::copy(source.join(name), folder.join(name)).unwrap();
    }
    let lock = std::fs::read(source.join("package-lock.json")).unwrap();
    if std::fs::read(&installed).is_ok_and(|there| there == lock) {
        return Some(folder);
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder).stdin(Stdio::null());
    let output = npm.output().unwrap();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        skip(test, "what npm ci would install", &format!("a network is needed once; npm said: {}", said.trim()));
        return None;
    }
    std::fs::write(installed, lock).unwrap();
    Some(folder)
}

/// What a script of `viewer/test` finds out about the page of a viewer; `None`, said aloud, where a browser or npm is
/// missing. No request may leave the viewer, and the page must not complain.
pub fn visit(test: &str, script: &str, viewer: impl FnOnce() -> Viewer) -> Option<Value> {
    let found = visit_damaged(test, script, viewer)?;
    assert_eq!(found["complaints"], serde_json::json!([]), "the page's complaints");
    Some(found)
}

/// As [`visit`], of a page that has reason to complain.
pub fn visit_damaged(test: &str, script: &str, viewer: impl FnOnce() -> Viewer) -> Option<Value> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let chromium = std::env::split_paths(&paths).map(|folder| folder.join("chromium")).find(|path| path.is_file());
    let Some(chromium) = chromium else {
        skip(test, "the browser Chromium", "Debian: chromium");
        return None;
    };
    let workshop = workshop(test)?;
    let viewer = viewer();
    let mut node = Command::new("node");
    node.arg(workshop.join("test").join(script)).arg(chromium).arg(&viewer.address).stdin(Stdio::null());
    // The pictures of the documents are made with the same scripts.
    let picture = std::env::var_os("GROMA_PICTURE");
    node.args(&picture);
    let output = node.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}: {out}\n{err}");
    let found: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{script}: {e}: {out}\n{err}"));
    let requests = found["requests"].as_array().unwrap();
    let stays =
        |url: &str| ["blob:", "data:"].iter().any(|kind| url.starts_with(kind)) || url.starts_with(&viewer.address);
    let left: Vec<&str> = requests.iter().map(|url| url.as_str().unwrap()).filter(|url| !stays(url)).collect();
    assert!(left.is_empty() && requests.len() > 3, "requests that left this machine: {left:?}, of {requests:?}");
    picture.is_none().then_some(found)
}
