//! Arrays in files, mapped into memory.

use std::ffi::c_void;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::arguments::{array, flag};
use super::boundary::{call, close, give, handle, output};
use super::grow::{self, Grows};
use super::status::groma_error;
use super::text::groma_str;
use crate::io::mapped_array::{Access, ElementType, MappedArray};
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

/// An array of 1 to 4 dimensions in a file, mapped into memory. It may be larger than the memory.
///
/// Threads: every function on it may be called from any thread, also at the same time, except groma_mapped_array_close,
/// which must be the last. The caller must order writes of elements against other accesses to them. The file must not
/// be cut while it is open.
pub struct groma_mapped_array {
    array: RwLock<MappedArray>,
    writable: bool,
}

/// The shape of an array, and the place of its elements in memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct groma_mapped_array_view {
    /// sizeof the struct; set it before groma_mapped_array_data.
    pub struct_size: u32,
    /// GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8.
    pub element_type: i32,
    /// 1: the elements can be written.
    pub writable: i32,
    /// The number of dimensions, 1 to 4.
    pub dimensions: u32,
    /// The length in each dimension, 1 in the unused ones; the last index is the fastest.
    pub shape: [u64; 4],
    /// The number of elements.
    pub count: u64,
    /// The first element, aligned to 64 bytes. The pointer is valid until the array is closed. Writing through it to an
    /// array that was opened for reading ends the process.
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

/// Creates a writable array of zeros in the file `path`, replacing an array that was there. `element_type` is
/// GROMA_ELEMENT_F32 to GROMA_ELEMENT_U8; `shape` has the lengths in `dimensions` (1 to 4) dimensions. All its disk
/// space is allocated at once, so that later writes cannot find the disk full. `mapped` gets the handle, to be freed
/// with groma_mapped_array_close.
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

/// Opens the array in the file `path`: for reading and writing with `writable` 1, for reading with 0. GROMA_NOT_FOUND
/// when there is no such file, GROMA_BAD_FORMAT when the file was not made by groma_mapped_array_create. `mapped` gets
/// the handle, to be freed with groma_mapped_array_close.
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
        let open = MappedArray::open(path, if writable { Access::Write } else { Access::Read })?;
        // SAFETY: by the conventions `mapped` is writable: `output` looked at it.
        unsafe { give(groma_mapped_array { array: RwLock::new(open), writable }, mapped) };
        Ok(())
    })
}

/// Fills `view`, whose struct_size must be set, with the array's shape and the place of its elements.
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

/// Writes all changes to the disk and waits for it. Without this call the system writes them in its own time, also
/// after the array was closed or the process ended.
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
