//! Arrays in files, mapped into memory.

use std::ffi::c_void;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::arguments::{array, flag};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::io::mapped_array::{ElementType, MappedArray};
use crate::{Error, Result};

/// Elements are float.
pub const GROMA_ELEMENT_F32: i32 = 1;
/// Elements are double.
pub const GROMA_ELEMENT_F64: i32 = 2;
/// Elements are int32_t.
pub const GROMA_ELEMENT_I32: i32 = 3;
/// Elements are uint32_t.
pub const GROMA_ELEMENT_U32: i32 = 4;
/// Elements are int64_t.
pub const GROMA_ELEMENT_I64: i32 = 5;
/// Elements are uint64_t.
pub const GROMA_ELEMENT_U64: i32 = 6;
/// Elements are uint8_t.
pub const GROMA_ELEMENT_U8: i32 = 7;

/// An array of 1 to 4 dimensions in a file, mapped into memory: larger than memory if need be.
///
/// Threads: every function on it may be called from any thread, also at the same time, but for
/// groma_mapped_array_close, which must be the last. Who writes elements that others read at the same time is the
/// caller's to order. The file must not be made shorter while it is open.
pub struct groma_mapped_array {
    array: RwLock<MappedArray>,
    writable: bool,
}

/// What an array is, and where its elements are.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_mapped_array_view {
    /// sizeof the struct; set it before groma_mapped_array_data.
    pub struct_size: u32,
    /// GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8.
    pub element_type: i32,
    /// 1: the elements may be written.
    pub writable: i32,
    /// Dimensions, 1 to 4.
    pub dimensions: u32,
    /// The length in each dimension, the rest 1; the last index is the fastest.
    pub shape: [u64; 4],
    /// Elements.
    pub count: u64,
    /// The first element, aligned to 64 bytes; lives until the array is closed. Writing through it to an array that was
    /// opened for reading ends the process.
    pub data: *mut c_void,
}

// SAFETY: `struct_size` is first; the other fields are numbers and a raw pointer.
unsafe impl Grows for groma_mapped_array_view {
    const FIRST_SIZE: usize = 64;

    fn defaults() -> groma_mapped_array_view {
        groma_mapped_array_view {
            struct_size: size_of::<groma_mapped_array_view>() as u32,
            element_type: 0,
            writable: 0,
            dimensions: 0,
            shape: [1; 4],
            count: 0,
            data: std::ptr::null_mut(),
        }
    }
}

/// Makes an array of zeros in the file `path`, to be written; an array that was there is replaced. `element_type` is
/// GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8, `shape` has the lengths in `dimensions` (1 to 4) dimensions. All its space on
/// the disk is taken at once, so that the disk cannot be full later. `mapped` gets the handle, to be freed with
/// groma_mapped_array_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mapped_array_create(
    path: groma_str,
    element_type: i32,
    shape: *const u64,
    dimensions: usize,
    mapped: *mut *mut groma_mapped_array,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let mapped = output(mapped, "mapped")?;
        // SAFETY: by the conventions `path` is readable text.
        let path = unsafe { path.as_path("path")? };
        let accepted = "GROMA_ELEMENT_F32 (1) to GROMA_ELEMENT_U8 (7)";
        let element = ElementType::ALL
            .into_iter()
            .find(|&element| element as i32 == element_type)
            .ok_or_else(|| Error::invalid("element_type", element_type, accepted))?;
        // SAFETY: by the conventions `shape` is NULL or readable for `dimensions` items.
        let shape = unsafe { array(shape, dimensions, "shape")? };
        let created = MappedArray::create(path, element, shape)?;
        // SAFETY: by the conventions `mapped` is writable: `output` looked at it.
        unsafe { give(groma_mapped_array { array: RwLock::new(created), writable: true }, mapped) };
        Ok(())
    })
}

/// Opens the array in the file `path`, with `writable` 1 for reading and writing, with 0 for reading. GROMA_NOT_FOUND
/// when there is no such file, GROMA_BAD_FORMAT when it is no array of groma_mapped_array_create. `mapped` gets the
/// handle, to be freed with groma_mapped_array_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mapped_array_open(
    path: groma_str,
    writable: i32,
    mapped: *mut *mut groma_mapped_array,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let mapped = output(mapped, "mapped")?;
        // SAFETY: by the conventions `path` is readable text.
        let path = unsafe { path.as_path("path")? };
        let writable = flag(writable, "writable")?;
        let open = MappedArray::open(path, writable)?;
        // SAFETY: by the conventions `mapped` is writable: `output` looked at it.
        unsafe { give(groma_mapped_array { array: RwLock::new(open), writable }, mapped) };
        Ok(())
    })
}

/// Fills `view`, whose struct_size must be set, with what the array is and where its elements are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mapped_array_data(
    mapped: *const groma_mapped_array,
    view: *mut groma_mapped_array_view,
    error: *mut groma_error,
) -> i32 {
    call(error, || {
        let mapped = handle(mapped, "mapped")?;
        let data = if mapped.writable {
            mapped.write()?.bytes_mut()?.as_mut_ptr()
        } else {
            mapped.read()?.bytes().as_ptr().cast_mut()
        };
        let array = mapped.read()?;
        array.check()?;
        let mut value = groma_mapped_array_view {
            element_type: array.element_type() as i32,
            writable: mapped.writable.into(),
            dimensions: array.shape().len() as u32,
            count: array.shape().iter().product(),
            data: data.cast(),
            ..groma_mapped_array_view::defaults()
        };
        value.shape.iter_mut().zip(array.shape()).for_each(|(to, &from)| *to = from);
        // SAFETY: by the conventions `view` is NULL or writable for its struct_size.
        unsafe { grow::write(&value, view, "view") }
    })
}

/// Waits until what was written is on the disk. Without it, it gets there when the system sees to it, also after the
/// array was closed or the process ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mapped_array_flush(mapped: *const groma_mapped_array, error: *mut groma_error) -> i32 {
    call(error, || handle(mapped, "mapped")?.read()?.flush())
}

/// Closes the array. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn groma_mapped_array_close(mapped: *mut groma_mapped_array) {
    close(mapped);
}

impl groma_mapped_array {
    fn read(&self) -> Result<RwLockReadGuard<'_, MappedArray>> {
        self.array.read().map_err(|_| panicked())
    }

    fn write(&self) -> Result<RwLockWriteGuard<'_, MappedArray>> {
        self.array.write().map_err(|_| panicked())
    }
}

fn panicked() -> Error {
    Error::Internal("an earlier call on this array panicked".into())
}
