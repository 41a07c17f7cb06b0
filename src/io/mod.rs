//! Reading and writing of files: inputs, outputs, locks, mappings, and the formats of rasters, surfaces and pictures.

#[doc(hidden)]
pub mod ascii_grid;
#[doc(hidden)]
pub mod atomic;
pub(crate) mod checksum;
#[doc(hidden)]
pub mod crs;
#[doc(hidden)]
pub mod free_space;
#[doc(hidden)]
pub mod geotiff;
mod guard;
pub(crate) mod hgt;
#[doc(hidden)]
pub mod in_use;
#[doc(hidden)]
pub mod input;
#[doc(hidden)]
pub mod lock;
#[doc(hidden)]
pub mod mapped;
pub mod mapped_array;
#[doc(hidden)]
pub mod meshopt;
mod mosaic;
#[doc(hidden)]
pub mod output;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
#[doc(hidden)]
pub mod patient;
#[doc(hidden)]
pub mod picture;
#[doc(hidden)]
pub mod positioned;
#[doc(hidden)]
pub mod raster;
#[doc(hidden)]
pub mod raster_file;
#[doc(hidden)]
pub mod recognise;
pub(crate) mod sidecar;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
pub mod surface;
#[doc(hidden)]
pub mod temporary;
/// It needs nothing of the feature, so its tests run without it.
#[cfg(all(test, not(feature = "parquet")))]
#[path = "parquet/thrift.rs"]
mod thrift;
mod vrt;
#[doc(hidden)]
pub mod xyz_grid;

pub use atomic::Durability;
