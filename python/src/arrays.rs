//! numpy arrays in and out.

use bytemuck::Pod;
use groma::Error;
use numpy::ndarray::{ArrayView1, ArrayView2};
use numpy::{Element, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use crate::errors::OrRaise;

/// Makes a read-only array that shows values of an object, without a copy.
///
/// # Safety
/// The values must stay where they are, unchanged, as long as `owner` lives. The array keeps it alive.
pub unsafe fn view<'py, T: Element>(values: &[T], owner: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyArray1<T>>> {
    // SAFETY: this function's contract.
    let array = unsafe { PyArray1::borrow_from_array(&ArrayView1::from(values), owner.clone()) };
    protect(array)
}

/// Makes a read-only array with N columns that shows rows of an object, without a copy.
///
/// # Safety
/// As [`view`].
pub unsafe fn view_rows<'py, T: Element + Pod, const N: usize>(
    rows: &[[T; N]],
    owner: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let shown = ArrayView2::from_shape((rows.len(), N), rows.as_flattened()).expect("as many values as that");
    // SAFETY: this function's contract.
    let array = unsafe { PyArray2::borrow_from_array(&shown, owner.clone()) };
    protect(array)
}

/// Makes an array read-only, whoever else has an array of the same owner at hand.
pub fn protect<T>(array: Bound<'_, T>) -> PyResult<Bound<'_, T>> {
    array.as_any().call_method1("setflags", (false,))?;
    Ok(array)
}

/// Hands rows to Python as an array with N columns, without a copy.
pub fn give_rows<T: Element, const N: usize>(py: Python<'_>, rows: Vec<[T; N]>) -> PyResult<Bound<'_, PyArray2<T>>> {
    let count = rows.len();
    PyArray1::from_vec(py, rows.into_flattened()).reshape([count, N])
}

/// The rows of an array with N columns.
pub fn rows<'a, T: Element, const N: usize>(
    array: &'a PyReadonlyArray2<'_, T>,
    name: &'static str,
) -> PyResult<&'a [[T; N]]> {
    let shape = array.as_array().dim();
    if shape.1 != N {
        let seen = format!("of shape ({}, {})", shape.0, shape.1);
        return Err(Error::invalid(name, seen, format!("an array of shape (n, {N})"))).or_raise();
    }
    Ok(array.as_slice()?.as_chunks::<N>().0)
}

/// The values of an array.
pub fn values<'a, T: Element>(array: &'a PyReadonlyArray1<'_, T>) -> PyResult<&'a [T]> {
    Ok(array.as_slice()?)
}
