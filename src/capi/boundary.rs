//! The one panic boundary: every export that can do anything goes through [`call`].

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) use super::handles::{close, give, handle};
use super::status::{GROMA_OK, groma_error, report};
use crate::{Error, Result};

/// Runs the body of an export; an error, or a panic as an internal one, goes to `error` and becomes the status.
pub(super) fn call(error: *mut groma_error, body: impl FnOnce() -> Result<()>) -> i32 {
    call_for_status(error, || body().map(|()| GROMA_OK))
}

/// As [`call`], for a body that has a status of its own.
pub(super) fn call_for_status(error: *mut groma_error, body: impl FnOnce() -> Result<i32>) -> i32 {
    // The body borrows handles that a panic may leave inconsistent; each handle's own locks and states notice that, and
    // the header says to close it.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(status)) => status,
        Ok(Err(e)) => report(&e, error),
        Err(payload) => report(&Error::from_panic(&*payload), error),
    }
}

/// Checks that there is somewhere to write an output.
pub(super) fn output<T>(out: *mut T, name: &'static str) -> Result<*mut T> {
    if out.is_null() || !out.is_aligned() {
        return Err(misplaced(out, name, "where to write the output"));
    }
    Ok(out)
}

/// The error about a pointer that is null or not where its type may be.
pub(super) fn misplaced<T>(pointer: *const T, name: &'static str, accepted: &str) -> Error {
    if pointer.is_null() {
        Error::invalid(name, "NULL", accepted)
    } else {
        let accepted = format!("{accepted}, at a multiple of {} bytes", align_of::<T>());
        Error::invalid(name, format!("at {pointer:?}"), accepted)
    }
}
