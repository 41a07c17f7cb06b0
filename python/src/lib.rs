//! The native half of the Python package groma: a face over the Rust API, without logic of its own.
//!
//! | file | what it holds |
//! |---|---|
//! | `errors` | errors and panics become exceptions |
//! | `logging` | messages of the library, for Python's `logging` |
//! | `jobs` | long work: the interpreter goes on, signals and progress are looked after |
//! | `arrays` | numpy arrays in and out, views without a copy among them |
//! | `city_input` | footprints and terrain |
//! | `city` | building a city, tile sizes |
//! | `stores` | stores of tiles, and mapped tiles |
//! | `meshes` | meshes as files; checks and pictures |
//! | `parts` | builds in parts |
//! | `mapped` | arrays in files |
//! | `datasets` | queries |
//! | `results` | their answers |
//! | `tables` | building hash tables, importing and generating trajectories |

mod arrays;
mod city;
mod city_input;
mod datasets;
mod errors;
mod jobs;
mod logging;
mod mapped;
mod meshes;
mod parts;
mod results;
mod stores;
mod tables;

use pyo3::prelude::*;

#[pymodule(gil_used = true)]
fn _groma(module: &Bound<'_, PyModule>) -> PyResult<()> {
    logging::install();
    module.add("VERSION", groma::VERSION)?;
    module.add_class::<jobs::Progress>()?;
    module.add_class::<city_input::CityInput>()?;
    module.add_class::<stores::Store>()?;
    module.add_class::<stores::Tile>()?;
    module.add_class::<mapped::MappedArray>()?;
    module.add_class::<datasets::Dataset>()?;
    module.add_class::<results::Answer>()?;
    module.add_class::<results::Neighbours>()?;
    city::register(module)?;
    meshes::register(module)?;
    parts::register(module)?;
    tables::register(module)
}
