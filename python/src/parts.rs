//! Builds in parts. Each function returns its report as JSON and as text.

use std::path::PathBuf;

use groma::city::build::{PartOptions, build_city_mesh_part, finish_city_mesh, plan_city_mesh};
use groma::job::Part;
use groma::trajectory::build::{
    build_hash_tables_part as build_tables_part, finish_hash_tables as finish_tables, plan_hash_tables as plan_tables,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::city::build_options;
use crate::city_input::CityInput;
use crate::errors::OrRaise;
use crate::jobs::{self, Run};
use crate::tables::table_options;

#[pyfunction]
fn plan_city(
    py: Python<'_>,
    input: &CityInput,
    store: PathBuf,
    parameters: &Bound<'_, PyDict>,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let options = build_options(parameters, options, &run)?;
    let input = input.0.clone();
    jobs::run(py, &run, move |runner| jobs::both(&plan_city_mesh(&input, &store, &options, runner)?))
}

#[pyfunction]
fn build_city_part(
    py: Python<'_>,
    store: PathBuf,
    part: u32,
    parts: u32,
    fsync: bool,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let part = Part::new(part, parts).or_raise()?;
    let options = PartOptions { fsync, run: run.options(), ..PartOptions::default() };
    jobs::run(py, &run, move |runner| jobs::both(&build_city_mesh_part(&store, part, &options, runner)?))
}

#[pyfunction]
fn finish_city(py: Python<'_>, store: PathBuf, fsync: bool, run: Run<'_>) -> PyResult<(String, String)> {
    let options = PartOptions { fsync, run: run.options(), ..PartOptions::default() };
    jobs::run(py, &run, move |runner| jobs::both(&finish_city_mesh(&store, &options, runner)?))
}

#[pyfunction]
fn plan_hash_tables(
    py: Python<'_>,
    dataset: PathBuf,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let options = table_options(options, &run)?;
    jobs::run(py, &run, move |runner| jobs::both(&plan_tables(&dataset, &options, runner)?))
}

#[pyfunction]
fn build_hash_tables_part(
    py: Python<'_>,
    dataset: PathBuf,
    part: u32,
    parts: u32,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let part = Part::new(part, parts).or_raise()?;
    let options = table_options(options, &run)?;
    jobs::run(py, &run, move |runner| jobs::both(&build_tables_part(&dataset, &options, part, runner)?))
}

#[pyfunction]
fn finish_hash_tables(
    py: Python<'_>,
    dataset: PathBuf,
    options: &Bound<'_, PyDict>,
    run: Run<'_>,
) -> PyResult<(String, String)> {
    let options = table_options(options, &run)?;
    jobs::run(py, &run, move |runner| jobs::both(&finish_tables(&dataset, &options, runner)?))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(plan_city, module)?)?;
    module.add_function(wrap_pyfunction!(build_city_part, module)?)?;
    module.add_function(wrap_pyfunction!(finish_city, module)?)?;
    module.add_function(wrap_pyfunction!(plan_hash_tables, module)?)?;
    module.add_function(wrap_pyfunction!(build_hash_tables_part, module)?)?;
    module.add_function(wrap_pyfunction!(finish_hash_tables, module)?)
}
