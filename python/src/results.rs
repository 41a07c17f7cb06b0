//! Answers of queries, as arrays that show them without a copy.

use groma::trajectory::query::{Neighbours as Found, QueryResult};
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;

use crate::arrays::{view, view_rows};

/// The answer of a query.
#[pyclass(frozen, module = "groma._groma")]
pub struct Answer(pub QueryResult);

// All arrays below show vectors of an object that never changes and that they keep alive.
#[pymethods]
impl Answer {
    #[getter]
    fn query_offsets<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.query_offsets, slf.as_any()) }
    }

    #[getter]
    fn ids<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.ids, slf.as_any()) }
    }

    #[getter]
    fn sample_offsets<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.sample_offsets, slf.as_any()) }
    }

    /// The samples as bytes: a distance in double, three coordinates in single precision, a time step of 32 bits.
    #[getter]
    fn samples<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u8>>> {
        // SAFETY: as said above.
        unsafe { view(bytemuck::cast_slice(&slf.get().0.samples), slf.as_any()) }
    }

    /// The images as rows of four bytes, x, y, z and zero; no rows where space is not periodic.
    #[getter]
    fn images<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<i8>>> {
        // SAFETY: as said above.
        unsafe { view_rows::<i8, 4>(bytemuck::cast_slice(&slf.get().0.images), slf.as_any()) }
    }

    fn __len__(&self) -> usize {
        self.0.queries()
    }
}

/// The samples of a time step, and the pairs of them that are near each other.
#[pyclass(frozen, module = "groma._groma")]
pub struct Neighbours(pub Found);

#[pymethods]
impl Neighbours {
    #[getter]
    fn ids<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u64>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.samples.ids, slf.as_any()) }
    }

    #[getter]
    fn positions<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<f32>>> {
        // SAFETY: as said above.
        unsafe { view_rows(&slf.get().0.samples.positions, slf.as_any()) }
    }

    #[getter]
    fn first<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u32>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.first, slf.as_any()) }
    }

    #[getter]
    fn second<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u32>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.second, slf.as_any()) }
    }

    #[getter]
    fn distances<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        // SAFETY: as said above.
        unsafe { view(&slf.get().0.distances, slf.as_any()) }
    }

    /// The images as rows of four bytes, as those of an answer.
    #[getter]
    fn images<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray2<i8>>> {
        // SAFETY: as said above.
        unsafe { view_rows::<i8, 4>(bytemuck::cast_slice(&slf.get().0.images), slf.as_any()) }
    }

    fn __len__(&self) -> usize {
        self.0.first.len()
    }
}
