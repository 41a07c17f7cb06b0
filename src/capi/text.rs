//! Text across the C boundary.

use std::ffi::{CStr, c_char};
use std::path::PathBuf;

use crate::{Error, Result};

/// UTF-8 text: not NUL-terminated, not owned. groma_str_of makes one from a C string.
///
/// As an argument it must live until the call returns; a size of 0 with any data is the empty text.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_str {
    /// The first byte.
    pub data: *const c_char,
    /// The number of bytes.
    pub size: usize,
}

impl groma_str {
    pub(super) const EMPTY: groma_str = groma_str { data: std::ptr::null(), size: 0 };

    pub(super) fn of(text: &'static CStr) -> groma_str {
        groma_str { data: text.as_ptr(), size: text.count_bytes() }
    }

    pub(super) fn borrow(text: &str) -> groma_str {
        groma_str { data: text.as_ptr().cast(), size: text.len() }
    }

    /// Returns the text after checking it. `name` is the parameter's, for messages.
    ///
    /// # Safety
    /// `data` must point to `size` readable bytes that live as long as the result is used, unless `size` is 0.
    pub(super) unsafe fn as_str<'a>(self, name: &'static str) -> Result<&'a str> {
        if self.size == 0 {
            return Ok("");
        }
        if self.data.is_null() {
            return Err(Error::invalid(name, format!("{} bytes at NULL", self.size), "UTF-8 text"));
        }
        if self.size > isize::MAX as usize {
            return Err(Error::invalid(name, format!("{} bytes", self.size), "a size that memory can have"));
        }
        // SAFETY: not null, and readable for `size` bytes by this function's contract.
        let bytes = unsafe { std::slice::from_raw_parts(self.data.cast::<u8>(), self.size) };
        std::str::from_utf8(bytes)
            .map_err(|e| Error::invalid(name, format!("not UTF-8 from byte {} on", e.valid_up_to()), "UTF-8 text"))
    }

    /// Returns the text as a path, which must not be empty.
    ///
    /// # Safety
    /// As [`groma_str::as_str`].
    pub(super) unsafe fn as_path(self, name: &'static str) -> Result<PathBuf> {
        // SAFETY: this function's contract.
        let text = unsafe { self.as_str(name)? };
        if text.is_empty() {
            return Err(Error::invalid(name, "empty", "a path"));
        }
        if let Some(at) = text.bytes().position(|b| b == 0) {
            return Err(Error::invalid(name, format!("a text with a NUL at byte {at}"), "a path without NUL"));
        }
        Ok(PathBuf::from(text))
    }
}
