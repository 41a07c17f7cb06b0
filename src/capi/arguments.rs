//! Checks arguments that come in as plain numbers and pointers; writes arrays and text out.

use std::ffi::c_char;

use super::boundary::{misplaced, output};
use crate::{Error, Result};

pub(super) fn flag(value: i32, name: &'static str) -> Result<bool> {
    choice(value, name, [false, true])
}

/// Returns the choice that a number stands for: an enum of the header.
pub(super) fn choice<T: Copy>(value: i32, name: &'static str, choices: [T; 2]) -> Result<T> {
    usize::try_from(value)
        .ok()
        .and_then(|n| choices.get(n).copied())
        .ok_or_else(|| Error::invalid(name, value, "0 or 1"))
}

/// Refuses a value other than zero in a field kept for later versions.
pub(super) fn reserved(value: u32) -> Result<()> {
    if value == 0 {
        return Ok(());
    }
    let what = format!("reserved is {value}; this version knows 0 only");
    Err(Error::Unsupported { subject: "options".into(), what })
}

/// # Safety
/// `items` must be null or readable for `count` items for as long as the result is used.
pub(super) unsafe fn array<'a, T>(items: *const T, count: usize, name: &'static str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if items.is_null() || !items.is_aligned() || count > isize::MAX as usize / size_of::<T>() {
        let place = if items.is_null() { "NULL".to_string() } else { format!("{items:?}") };
        let accepted = format!("an array of that many items, at a multiple of {} bytes", align_of::<T>());
        return Err(Error::invalid(name, format!("{count} items at {place}"), accepted));
    }
    // SAFETY: not null, aligned, of a size that exists, and readable by this function's contract.
    Ok(unsafe { std::slice::from_raw_parts(items, count) })
}

/// The library's names of parameters that the header calls otherwise, each with the header's name.
pub(super) type Names = [(&'static str, &'static str)];

/// Renames the library's parameters in an error to the names that the header uses.
pub(super) fn named<T>(result: Result<T>, names: &Names) -> Result<T> {
    result.map_err(|e| renamed(&e, names).unwrap_or(e))
}

/// Returns the error with the header's name of its parameter, where that is another one.
pub(super) fn renamed(error: &Error, names: &Names) -> Option<Error> {
    let Error::InvalidArgument { name, seen, accepted } = error else { return None };
    let (_, of_header) = names.iter().find(|(of_library, _)| of_library == name)?;
    Some(Error::InvalidArgument { name: of_header, seen: seen.clone(), accepted: accepted.clone() })
}

/// Reads x, y, z.
///
/// # Safety
/// `numbers` must be null or readable for three numbers.
pub(super) unsafe fn point(numbers: *const f64, name: &'static str) -> Result<[f64; 3]> {
    if numbers.is_null() || !numbers.is_aligned() {
        return Err(misplaced(numbers, name, "three numbers"));
    }
    // SAFETY: not null, aligned, and readable by this function's contract.
    Ok(unsafe { *numbers.cast() })
}

/// Copies `found` to the caller's array, at most `capacity` items.
///
/// # Safety
/// `to` must be null or writable for `capacity` items.
pub(super) unsafe fn copy_some<T: Copy>(found: &[T], to: *mut T, capacity: usize, name: &'static str) -> Result<()> {
    let copied = found.len().min(capacity);
    if copied > 0 {
        // SAFETY: not null, and room for at least as many by this function's contract.
        unsafe { output(to, name)?.copy_from_nonoverlapping(found.as_ptr(), copied) };
    }
    Ok(())
}

/// Copies all of `found` to the caller's array; does nothing for null.
///
/// # Safety
/// `to` must be null or writable for as many items as `found` has.
pub(super) unsafe fn copy_all<T: Copy>(found: &[T], to: *mut T) {
    if !to.is_null() {
        // SAFETY: not null; this function's contract.
        unsafe { to.cast::<u8>().copy_from_nonoverlapping(found.as_ptr().cast(), size_of_val(found)) };
    }
}

/// Writes a text and a final NUL into a caller's buffer. `size` gets the bytes needed, also when the buffer is too
/// small.
///
/// # Safety
/// `buffer` must be null or writable for `capacity` bytes, `size` null or writable.
pub(super) unsafe fn give_text(text: &str, buffer: *mut c_char, capacity: usize, size: *mut usize) -> Result<()> {
    let size = output(size, "size")?;
    let needed = text.len() + 1;
    // SAFETY: not null, and the caller's to write.
    unsafe { size.write(needed) };
    if capacity < needed {
        return Err(Error::invalid("capacity", capacity, format!("{needed} bytes or more")));
    }
    let buffer = output(buffer, "buffer")?.cast::<u8>();
    // SAFETY: the buffer has `capacity` bytes, which is at least what is written.
    unsafe {
        buffer.copy_from_nonoverlapping(text.as_ptr(), text.len());
        buffer.add(text.len()).write(0);
    }
    Ok(())
}
