//! What a program that links the static library must link besides: the compiler is asked, so that no list is kept by
//! hand.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;

/// For the library that cargo has built for this machine in a folder.
pub fn libraries(built: &Path) -> Result<Vec<String>> {
    let library = format!("groma={}", built.join("libgroma.rlib").display());
    let (itself, dependencies) = (format!("dependency={}", built.display()), built.join("deps"));
    let dependencies = format!("dependency={}", dependencies.display());
    let out = std::env::temp_dir().join(format!("groma-ask-{}.a", std::process::id()));
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--edition=2024", "--crate-name=groma_ask", "--crate-type=staticlib", "--print=native-static-libs"]);
    rustc.args(["--extern", &library, "-L", &itself, "-L", &dependencies, "-o"]).arg(&out).arg("-");
    rustc.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = rustc.spawn().map_err(|e| format!("rustc: {e}"))?;
    let sent = child.stdin.take().expect("piped").write_all(b"use groma as _;");
    let output = child.wait_with_output().and_then(|output| sent.map(|()| output));
    // It writes the library of this program too, which nobody wants.
    std::fs::remove_file(&out).ok();
    let output = output.map_err(|e| format!("rustc: {e}"))?;
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { as_said(&text) } else { Err(format!("rustc: {}\n{text}", output.status)) }
}

/// What the compiler said, each library once.
pub fn as_said(said: &str) -> Result<Vec<String>> {
    const SAYS: &str = "native-static-libs: ";
    let list = said.lines().find_map(|line| Some(line.split_once(SAYS)?.1));
    let list = list.ok_or(format!("rustc says no {SAYS}{said}"))?;
    let mut libraries: Vec<String> = Vec::new();
    let mut words = list.split_whitespace();
    while let Some(word) = words.next() {
        let library =
            if word == "-framework" { format!("{word} {}", words.next().unwrap_or_default()) } else { word.into() };
        if !libraries.contains(&library) {
            libraries.push(library);
        }
    }
    Ok(libraries)
}
