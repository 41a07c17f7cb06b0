//! Errors and panics of the library become exceptions, which `groma/_errors.py` declares.

use groma::human::without_options;
use groma::{Error, Status};
use pyo3::prelude::*;

/// The class of the exception for an error.
fn class(error: &Error) -> &'static str {
    match error.status() {
        Status::Cancelled => "CancelledError",
        Status::InvalidArgument => "InvalidArgumentError",
        Status::NotFound => "NotFoundError",
        Status::Io | Status::DiskFull => "InputOutputError",
        Status::BadFormat => "BadFormatError",
        Status::Unsupported => "UnsupportedError",
        Status::NoMemory | Status::MemoryLimit => "OutOfMemoryError",
        Status::Busy => "BusyError",
        _ => "InternalError",
    }
}

/// Makes the exception for an error, with the library's message, the parameter that it is about and, where the
/// system refused, its number.
pub fn exception(error: &Error) -> PyErr {
    Python::attach(|py| {
        let made = || {
            let value =
                py.import("groma._errors")?.getattr(class(error))?.call1((without_options(&error.to_string()),))?;
            if let Error::InvalidArgument { name, .. } = error {
                value.setattr("parameter", name)?;
            }
            if let Error::Io { subject, cause, .. } = error {
                value.setattr("errno", cause.raw_os_error())?;
                value.setattr("strerror", cause.to_string())?;
                value.setattr("filename", subject.display().to_string())?;
            }
            Ok(PyErr::from_value(value))
        };
        made().unwrap_or_else(|other: PyErr| other)
    })
}

/// A result of the library as one of Python.
pub trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for groma::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| exception(&error))
    }
}

/// Does short work of the library without the interpreter's lock. A panic becomes an exception like any error.
pub fn work<T: Send>(py: Python<'_>, work: impl FnOnce() -> groma::Result<T> + Send) -> PyResult<T> {
    let done = py.detach(|| Error::catch(work));
    crate::logging::deliver(py)?;
    done.or_raise()
}
