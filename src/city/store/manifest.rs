//! What a store says about itself.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::city::cells::{Cells, Tile};
use crate::city::domain::Domain;
use crate::city::parameters::Parameters;
use crate::error::IoContext;
use crate::io::atomic;
use crate::{Error, Result};

/// The file in a store's folder that makes it one.
pub const MANIFEST_NAME: &str = "groma-store.json";

const FORMAT: &str = "groma mesh store";
const VERSION: u32 = 1;

/// What a store says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    version: u32,
    /// The version of groma that made it.
    pub groma: String,
    /// The city whose tiles it holds; `None` for a store of tiles of another program.
    pub city: Option<CityManifest>,
    /// Whatever the program that made the store wants to keep with it.
    #[serde(default)]
    pub metadata: serde_json::Value,
}

/// What a store knows of the city whose tiles it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CityManifest {
    /// The parameters of the mesh.
    pub parameters: Parameters,
    /// What is meshed.
    pub domain: Domain,
    /// Its cells.
    pub cells: Cells,
    /// The tiles it is cut into.
    pub tiles: Vec<Tile>,
    /// The number of buildings, N of the markers.
    pub buildings: u32,
    /// A hash of parameters, buildings and terrain, as 32 hexadecimal digits.
    pub fingerprint: String,
    /// The reference system that the footprints name, if any.
    pub crs: Option<String>,
}

impl Manifest {
    /// A manifest for a new store.
    pub fn new(city: Option<CityManifest>, metadata: serde_json::Value) -> Manifest {
        Manifest { format: FORMAT.into(), version: VERSION, groma: crate::VERSION.into(), city, metadata }
    }

    /// Reads the manifest of a store.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, [`Error::BadFormat`], [`Error::Unsupported`] for a later version,
    /// [`Error::Io`].
    pub fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST_NAME);
        let text = match std::fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let what = format!("no mesh store here: there is no {MANIFEST_NAME}");
                return Err(Error::NotFound { path: folder.to_path_buf(), what });
            }
            other => other.context("read", &path)?,
        };
        let value: serde_json::Value = serde_json::from_slice(&text)
            .map_err(|e| Error::bad_format(&path, None, e.to_string(), "the manifest of a mesh store, in JSON"))?;
        if value["format"] != FORMAT {
            let seen = format!("format {}", value["format"]);
            return Err(Error::bad_format(&path, None, seen, format!("\"{FORMAT}\"")));
        }
        if value["version"] != VERSION {
            let what = format!("version {} of a mesh store; this version of groma knows {VERSION}", value["version"]);
            return Err(Error::Unsupported { path, what });
        }
        serde_json::from_value(value)
            .map_err(|e| Error::bad_format(&path, None, e.to_string(), "the manifest of a mesh store"))
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, folder: &Path, sync: bool) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::Internal(e.to_string()))?;
        atomic::write(&folder.join(MANIFEST_NAME), format!("{text}\n").as_bytes(), sync)
    }
}
