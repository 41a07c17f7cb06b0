//! Structs that can grow. They begin with `uint32_t struct_size`, so that a caller compiled against an older or a newer
//! header is understood.

use crate::{Error, Result};

/// A struct of the ABI that can grow: `repr(C)`, beginning with its size, valid for any content of its plain fields.
///
/// # Safety
/// The first field must be `struct_size: u32`, and every bit pattern that a C caller can put into the other fields
/// must be a valid value of their types. (Pointers and function pointers: `Option` of them, or raw.)
pub(super) unsafe trait Grows: Copy {
    /// The size of the struct's first version; no caller has a smaller one.
    const FIRST_SIZE: usize;

    /// Returns the defaults, with `struct_size` set to this version's.
    fn defaults() -> Self {
        Self::zero()
    }

    /// Returns the struct with every field zero or NULL, and `struct_size` set to this version's.
    fn zero() -> Self {
        // SAFETY: by the contract of the trait any content is valid, zero bytes included.
        let mut zero: Self = unsafe { std::mem::zeroed() };
        // SAFETY: `struct_size` is the first field, by the same contract.
        unsafe { (&raw mut zero).cast::<u32>().write(size_of::<Self>() as u32) };
        zero
    }
}

/// Fills a caller's struct of `size` bytes with the defaults.
///
/// # Safety
/// `out` must be null or writable for `size` bytes.
pub(super) unsafe fn init<T: Grows>(out: *mut T, size: usize, name: &'static str) -> Result<()> {
    check_size::<T>(size, "size", name, "")?;
    let out = super::boundary::output(out, name)?;
    let mut defaults = T::defaults();
    // SAFETY: `struct_size` is the first field, by the contract of `Grows`.
    unsafe { (&raw mut defaults).cast::<u32>().write(size as u32) };
    // SAFETY: `out` is writable for `size` bytes; those beyond the struct as known here are zeroed. `defaults` is
    // readable for its own size.
    unsafe {
        out.cast::<u8>().write_bytes(0, size);
        out.cast::<u8>().copy_from_nonoverlapping((&raw const defaults).cast(), size.min(size_of::<T>()));
    }
    Ok(())
}

/// Reads the caller's struct. Fields that an older caller lacks get their defaults; unknown fields of a newer caller
/// must be zero, or the struct is refused.
///
/// # Safety
/// `from` must be null or readable for the number of bytes in its first field.
pub(super) unsafe fn read<T: Grows>(from: *const T, name: &'static str) -> Result<T> {
    if from.is_null() {
        return Err(Error::invalid(name, "NULL", "options filled by their init function"));
    }
    // SAFETY: not null, and at least `struct_size` is readable by this function's contract.
    let size = unsafe { from.cast::<u32>().read_unaligned() } as usize;
    check_size::<T>(size, "struct_size", name, ", as its _init function sets it")?;
    let known = size.min(size_of::<T>());
    let mut value = T::defaults();
    // SAFETY: `from` is readable for `size` bytes; `value` is writable for its own size, and any content is valid for
    // it by the contract of `Grows`.
    unsafe { (&raw mut value).cast::<u8>().copy_from_nonoverlapping(from.cast(), known) };
    // SAFETY: `from` is readable for `size` bytes, of which `known` are skipped.
    let beyond = unsafe { std::slice::from_raw_parts(from.cast::<u8>().add(known), size - known) };
    if beyond.iter().any(|&byte| byte != 0) {
        let what =
            format!("{size} bytes of {name} with a field set that this version, {}, does not know", crate::VERSION);
        return Err(Error::Unsupported { subject: name.into(), what });
    }
    Ok(value)
}

/// As [`read`], but null stands for the defaults.
///
/// # Safety
/// As [`read`].
pub(super) unsafe fn read_or_defaults<T: Grows>(from: *const T, name: &'static str) -> Result<T> {
    // SAFETY: this function's contract.
    if from.is_null() { Ok(T::defaults()) } else { unsafe { read(from, name) } }
}

/// Writes `value` into a caller's struct, up to its size.
///
/// # Safety
/// `out` must be null or writable for the number of bytes in its first field.
pub(super) unsafe fn write<T: Grows>(value: &T, out: *mut T, name: &'static str) -> Result<()> {
    let out = super::boundary::output(out, name)?;
    // SAFETY: not null, and at least `struct_size` is readable by this function's contract.
    let size = unsafe { out.cast::<u32>().read() } as usize;
    check_size::<T>(size, "struct_size", name, "")?;
    let mut value = *value;
    // SAFETY: `struct_size` is the first field; the caller's value of it stays.
    unsafe { (&raw mut value).cast::<u32>().write(size as u32) };
    // SAFETY: `out` is writable for `size` bytes, `value` readable for its own size. Fields that only a newer caller
    // knows become zero.
    unsafe {
        out.cast::<u8>().write_bytes(0, size);
        out.cast::<u8>().copy_from_nonoverlapping((&raw const value).cast(), size.min(size_of::<T>()));
    }
    Ok(())
}

/// Checks a struct's size. `field` names the size in messages, `name` the argument that points to the struct.
fn check_size<T: Grows>(size: usize, field: &'static str, name: &str, how: &str) -> Result<()> {
    /// No struct of this ABI will ever be larger. A larger size is a caller's slip, and must not be read through.
    const LARGEST: usize = 4096;
    if (T::FIRST_SIZE..=LARGEST).contains(&size) {
        Ok(())
    } else {
        let accepted = format!("sizeof what {name} points to, {} to {LARGEST}{how}", T::FIRST_SIZE);
        Err(Error::invalid(field, size, accepted))
    }
}

#[cfg(not(target_pointer_width = "64"))]
compile_error!("the C ABI's sizes are those of 64-bit platforms");

/// A struct that has grown must be larger than its first version.
const _: () = {
    use super::*;
    macro_rules! unchanged {
        ($($name:ident),* $(,)?) => { $(assert!(size_of::<$name>() == $name::FIRST_SIZE);)* };
    }
    unchanged!(
        groma_build_hash_tables_options,
        groma_check_options,
        groma_export_options,
        groma_footprints,
        groma_generate_city_options,
        groma_hash_table_info,
        groma_local_buffers,
        groma_local_options,
        groma_local_size,
        groma_mapped_array_view,
        groma_mesh_tile_view,
        groma_progress,
        groma_query,
        groma_raster,
        groma_store_stats,
        groma_tile_info,
        groma_tile_size_estimate,
    );
    macro_rules! grown {
        ($($name:ident),* $(,)?) => { $(assert!(size_of::<$name>() > $name::FIRST_SIZE);)* };
    }
    grown!(
        groma_shard_writer_options,
        groma_build_city_mesh_options,
        groma_check_report,
        groma_city_input,
        groma_city_report,
        groma_dataset_info,
        groma_dataset_options,
        groma_hash_tables_report,
        groma_memory_stats,
        groma_merge_options,
        groma_merge_report,
        groma_query_view,
    );
};
