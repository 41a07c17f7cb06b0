//! Summaries: of a store of tiles, and of footprints and terrain before they are built into one.
//!
//! | file | what it summarises |
//! |---|---|
//! | `store` | a store: its city, its tiles, their sizes, and which are missing |
//! | `inputs` | files of footprints and of terrain, and both together |
//! | `text` | inputs, as text for people |
//!
//! ```
//! # use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
//! # use groma::city::generate::{GenerateOptions, city};
//! # use groma::city::{CityInput, Footprints, Ground};
//! use groma::city::inspect::inspect;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let (footprints, terrain) = city(&GenerateOptions::new(6))?;
//! # let (footprints, terrain) = (Footprints::Memory(footprints.into()), Ground::Memory(terrain.into()));
//! # let input = CityInput { footprints, terrain };
//! # build_city_mesh(&input, folder.path().join("tiles"), &BuildCityMeshOptions::default())?;
//! let summary = inspect(&folder.path().join("tiles"))?;
//! assert!(summary.is_complete());
//! println!("{summary}");
//! # Ok::<(), groma::Error>(())
//! ```

mod inputs;
mod store;
mod text;

pub use inputs::{InputsSummary, TogetherSummary, inspect_inputs};
pub(super) use store::strays_text;
pub use store::{StoreSummary, TileState, TileSummary, inspect};
