//! Checks of output paths: creates their folders, and keeps an output from replacing one of its inputs.

use std::io;
use std::path::{Component, Path, PathBuf};

use same_file::is_same_file;

use crate::error::IoContext;
use crate::{Error, Result};

/// Creates a folder and its parents; an existing one is left as it is.
///
/// # Errors
/// [`Error::InvalidArgument`] under the parameter's `name` when something other than a folder is there;
/// [`Error::Io`].
pub fn make_folder(folder: &Path, name: &'static str) -> Result<()> {
    match std::fs::create_dir_all(folder) {
        Err(e) if matches!(e.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory) => {
            let there = folder.ancestors().find(|part| part.symlink_metadata().is_ok()).unwrap_or(folder);
            if there.metadata().context("look at", there)?.is_dir() {
                // Created meanwhile, or not accessible the first time.
                return std::fs::create_dir_all(folder).context("create", folder);
            }
            let seen = match there == folder {
                true => format!("{}, which is no folder", folder.display()),
                false => format!("{}, where {} is no folder", folder.display(), there.display()),
            };
            Err(Error::invalid(name, seen, "a folder, or a name at which one can be made"))
        }
        made => made.context("create", folder),
    }
}

/// Creates the folder for the file at `path`. See [`make_folder`].
///
/// # Errors
/// As [`make_folder`]; [`Error::InvalidArgument`] under the parameter's `name` when a folder stands at `path` itself.
pub fn make_folder_of(path: &Path, name: &'static str) -> Result<()> {
    if path.is_dir() {
        let seen = format!("{}, which is a folder", path.display());
        return Err(Error::invalid(name, seen, "the name of a file, perhaps of one in that folder"));
    }
    refuse_special(path, name)?;
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => make_folder(folder, name),
        None => Ok(()),
    }
}

/// Refuses to replace what is no regular file: a file that is written whole takes the place of whatever has its name,
/// and a device or a pipe would be gone.
fn refuse_special(path: &Path, name: &'static str) -> Result<()> {
    let is_special = std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir());
    // Links there lead to devices, or to a file that is the program's own output. /dev/shm is a folder like others.
    let is_system = path.starts_with("/proc") || path.parent().is_some_and(|folder| folder == Path::new("/dev"));
    if !is_special && !is_system {
        return Ok(());
    }
    let seen = format!("{}, which is a pipe, a device or a socket", path.display());
    Err(Error::invalid(name, seen, "a new file, or a regular one to be replaced"))
}

/// Refuses an output that is one of its own inputs, through whatever links.
///
/// # Errors
/// [`Error::InvalidArgument`] under the parameter's `name`; [`Error::Io`] for a path that cannot be looked up.
pub fn refuse_inputs<'a>(output: &Path, name: &'static str, inputs: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    if matches!(output.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    // Before it is opened to be compared: a pipe would wait for somebody who writes.
    refuse_special(output, name)?;
    for input in inputs {
        match is_same_file(output, input) {
            Ok(false) => {}
            Ok(true) => {
                let seen = format!("{}, which is the input {}", output.display(), input.display());
                return Err(Error::invalid(name, seen, "a file that is none of the inputs: they would be lost"));
            }
            // A missing file is not the same as another.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(cause) => return Err(cause).context("look at", output),
        }
    }
    Ok(())
}

/// Returns the absolute path of an output without links and without `..`. What is not there yet is named as it will be.
///
/// # Errors
/// [`Error::Io`] for an empty path.
pub fn resolve(output: &Path) -> Result<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in std::path::absolute(output).context("look at", output)?.components() {
        match part {
            // What is resolved so far has no links, so that its folder is the one above.
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
        if let Ok(there) = resolved.canonicalize() {
            resolved = there;
        }
    }
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_none_of_the_inputs_whatever_they_are_called() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a.ply"), "footprints").unwrap();
        std::fs::hard_link(at("a.ply"), at("b.ply")).unwrap();
        let inputs = [at("terrain.tif"), at("a.ply")];
        let refuse = |output: &str| refuse_inputs(&at(output), "output", inputs.iter().map(|p| p.as_path()));
        refuse("new.ply").unwrap();
        for output in ["a.ply", "b.ply", "../a.ply"] {
            let output = output.replace("..", &format!("../{}", dir.path().file_name().unwrap().display()));
            let text = refuse(&output).unwrap_err().to_string();
            assert!(text.contains("which is the input") && text.contains("a.ply"), "{text}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("a.ply"), at("link.ply")).unwrap();
            refuse("link.ply").unwrap_err();
        }
    }

    #[test]
    fn a_file_is_told_from_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        let text = make_folder_of(dir.path(), "output").unwrap_err().to_string();
        assert!(text.contains("which is a folder; accepted: the name of a file"), "{text}");
        make_folder_of(&dir.path().join("new/a.ply"), "output").unwrap();
        assert!(dir.path().join("new").is_dir());
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        make_folder(dir.path(), "output").unwrap();
        make_folder(&dir.path().join("new/folder"), "output").unwrap();
        for path in [file.clone(), file.join("inside")] {
            let text = make_folder(&path, "output").unwrap_err().to_string();
            assert!(
                text.contains("output") && text.contains("file is no folder") | text.contains("which is no folder")
            );
        }
    }
}
