//! The one panic boundary: every export that can do anything goes through [`call`].

pub(super) use super::handles::{close, give, handle};
use super::status::{GROMA_OK, groma_error, report};
use crate::{Error, Result};

/// Runs the body of an export. An error, or a panic as an internal error, is written to `error`; its status is
/// returned.
pub(super) fn call(error: *mut groma_error, body: impl FnOnce() -> Result<()>) -> i32 {
    call_for_status(error, || body().map(|()| GROMA_OK))
}

/// As [`call`], for a body that returns a status of its own.
pub(super) fn call_for_status(error: *mut groma_error, body: impl FnOnce() -> Result<i32>) -> i32 {
    // The body borrows handles that a panic may leave inconsistent. Each handle's own locks and states detect that, and
    // the header says to close such a handle.
    Error::catch(body).unwrap_or_else(|e| report(&e, error))
}

/// Checks that an output's pointer is neither null nor misaligned.
pub(super) fn output<T>(out: *mut T, name: &'static str) -> Result<*mut T> {
    if out.is_null() || !out.is_aligned() {
        return Err(misplaced(out, name, "where to write the output"));
    }
    Ok(out)
}

/// Returns the error for a pointer that is null or misaligned.
pub(super) fn misplaced<T>(pointer: *const T, name: &'static str, accepted: &str) -> Error {
    if pointer.is_null() {
        Error::invalid(name, "NULL", accepted)
    } else {
        let accepted = format!("{accepted}, at a multiple of {} bytes", align_of::<T>());
        Error::invalid(name, format!("at {pointer:?}"), accepted)
    }
}
