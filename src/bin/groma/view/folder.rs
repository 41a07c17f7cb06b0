//! The files below a folder as addresses name them, and no others.

use std::path::{Path, PathBuf};

use super::server::Reply;

/// A folder whose files are served.
pub struct Folder {
    /// Its path without links.
    root: PathBuf,
}

impl Folder {
    /// # Errors
    /// Those of the system.
    pub fn new(folder: &Path) -> std::io::Result<Folder> {
        Ok(Folder { root: folder.canonicalize()? })
    }

    /// Returns the file that a path names, which is that of an address, still encoded. Whatever is not a regular file
    /// below the folder is not there.
    pub fn file(&self, path: &str) -> Reply {
        self.open(path).unwrap_or(Reply::NotFound)
    }

    fn open(&self, path: &str) -> Option<Reply> {
        let path = decoded(path)?;
        let segments: Vec<&str> = path.split('/').collect();
        segments.iter().all(|segment| is_plain(segment)).then_some(())?;
        // A link may still lead outside.
        let path = self.root.join(segments.iter().collect::<PathBuf>()).canonicalize().ok()?;
        (path.starts_with(&self.root) && path.metadata().ok()?.is_file()).then_some(())?;
        Some(Reply::Bytes(std::fs::read(&path).ok()?, kind_of(&path)))
    }
}

/// Returns whether a name is that of a file or a folder on all systems, and not a way up, a drive or a stream of a
/// file.
fn is_plain(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..") && !segment.contains(['\\', ':', '\0'])
}

/// Returns a path with its encoded bytes as what they stand for; `None` where that is no text.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        bytes.push(16 * digit(*high)? + digit(*low)?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

fn kind_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/json",
        Some("glb") => "model/gltf-binary",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &Folder, path: &str) -> bool {
        !matches!(folder.file(path), Reply::NotFound)
    }

    #[test]
    fn only_files_below_the_folder_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("city");
        std::fs::create_dir_all(root.join("tiles")).unwrap();
        for name in ["secret.json", "city/tileset.json", "city/tiles/a b.glb", "city/..hidden"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        let folder = Folder::new(&root).unwrap();
        for path in ["tileset.json", "tiles/a%20b.glb", "tiles%2fa%20b.glb", "..hidden"] {
            assert!(found(&folder, path), "{path}");
        }
        let absolute = dir.path().join("secret.json").display().to_string();
        for path in [
            "",
            "tiles",
            "tiles/",
            "missing.json",
            "../secret.json",
            "tiles/../../secret.json",
            "tiles/../tileset.json",
            "%2e%2e/secret.json",
            "%2e%2e%2fsecret.json",
            "..%5csecret.json",
            "%252e%252e/secret.json",
            "tiles//..//..//secret.json",
            "C:/secret.json",
            "tileset.json::$DATA",
            "tileset.json%00",
            "%",
            "%2",
            "%zz",
            "%ff",
            &absolute,
            &format!("/{absolute}"),
        ] {
            assert!(!found(&folder, path), "{path}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn links_that_lead_outside_are_not_there() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("city");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::create_dir_all(dir.path().join("city-beside")).unwrap();
        std::fs::write(dir.path().join("city-beside/secret.json"), "").unwrap();
        std::fs::write(root.join("inside.json"), "").unwrap();
        symlink(dir.path().join("city-beside/secret.json"), root.join("file.json")).unwrap();
        symlink(dir.path().join("city-beside"), root.join("folder")).unwrap();
        symlink("inside.json", root.join("link.json")).unwrap();
        // The folder itself may be reached by a link.
        symlink(&root, dir.path().join("link")).unwrap();
        let folder = Folder::new(&dir.path().join("link")).unwrap();
        assert!(found(&folder, "inside.json") && found(&folder, "link.json"));
        assert!(!found(&folder, "file.json") && !found(&folder, "folder/secret.json"));
    }
}
