//! The one panic boundary: every export that can do anything goes through [`call`].

use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// Hands a new handle to the caller.
///
/// # Safety
/// `out` must be writable.
pub(super) unsafe fn give<T>(handle: T, out: *mut *mut T) {
    // SAFETY: this function's contract.
    unsafe { out.write(Box::into_raw(Box::new(handle))) };
}

/// Frees a handle.
///
/// # Safety
/// `handle` must be null or come from [`give`], and not be used again.
pub(super) unsafe fn close<T>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    // SAFETY: not null, so it came from `give`; this function's contract.
    let free = || drop(unsafe { Box::from_raw(handle) });
    if let Err(payload) = catch_unwind(AssertUnwindSafe(free)) {
        log::error!("{}", Error::from_panic(&*payload));
    }
}

/// The handle behind a pointer.
///
/// # Safety
/// `handle` must be null or a live handle of this type.
pub(super) unsafe fn handle<'a, T>(handle: *const T, name: &'static str) -> Result<&'a T> {
    // SAFETY: this function's contract.
    unsafe { handle.as_ref() }.ok_or_else(|| Error::invalid(name, "NULL", "an open handle"))
}

/// Checks that there is somewhere to write an output.
pub(super) fn output<T>(out: *mut T, name: &'static str) -> Result<*mut T> {
    if out.is_null() { Err(Error::invalid(name, "NULL", "where to write the output")) } else { Ok(out) }
}
