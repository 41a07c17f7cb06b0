//! Status numbers, errors, versions.

use super::text::groma_str;
use crate::human::without_options;
use crate::{Error, Status};

/// The call did what it says.
pub const GROMA_OK: i32 = 0;
/// The job was cancelled.
pub const GROMA_CANCELLED: i32 = 1;
/// The time given to a wait has passed; the job goes on.
pub const GROMA_TIMEOUT: i32 = 2;
/// A parameter is out of its range, null, or not UTF-8.
pub const GROMA_INVALID_ARGUMENT: i32 = 10;
/// A file, a folder or a time step does not exist.
pub const GROMA_NOT_FOUND: i32 = 11;
/// The operating system refused to read or write; os_code holds its error number.
pub const GROMA_IO: i32 = 20;
/// The disk or the quota is full.
pub const GROMA_DISK_FULL: i32 = 21;
/// A file is not what its name or header says.
pub const GROMA_BAD_FORMAT: i32 = 22;
/// The request or the file is valid, but this version cannot do it.
pub const GROMA_UNSUPPORTED: i32 = 23;
/// The system has no memory left.
pub const GROMA_NO_MEMORY: i32 = 30;
/// The memory limit that the caller set does not suffice; the message names one that would.
pub const GROMA_MEMORY_LIMIT: i32 = 31;
/// Another process or job holds what this one needs.
pub const GROMA_BUSY: i32 = 40;
/// A defect of groma itself. The host goes on; the handle that gave it should be closed.
pub const GROMA_INTERNAL: i32 = 99;

/// The version of this ABI. It changes when a program compiled against an older header would no longer work.
pub const GROMA_ABI_VERSION: u32 = 1;

/// The size of groma_error.message in bytes, the final NUL included.
pub const GROMA_MESSAGE_SIZE: usize = 504;

/// Why a call failed. Owned by the caller, never allocated, nothing to free.
///
/// Every call that takes one accepts NULL for it. It is written only when the call fails.
#[repr(C)]
pub struct groma_error {
    /// The status that the call returned.
    pub status: i32,
    /// The operating system's error number (errno, GetLastError); 0 when there is none.
    pub os_code: i32,
    /// UTF-8, NUL-terminated, one line, cut where it is too long. It names the file or parameter, the value seen, and
    /// what is accepted.
    pub message: [std::ffi::c_char; GROMA_MESSAGE_SIZE],
}

/// Writes `error` to the caller's struct and returns its status number.
pub(super) fn report(error: &Error, out: *mut groma_error) -> i32 {
    let status = error.status();
    if !out.is_null() {
        let mut value =
            groma_error { status: status as i32, os_code: error.os_code(), message: [0; GROMA_MESSAGE_SIZE] };
        let text = without_options(&error.to_string());
        let mut end = text.len().min(GROMA_MESSAGE_SIZE - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for (to, from) in value.message.iter_mut().zip(text[..end].bytes()) {
            *to = if from == b'\n' || from == 0 { b' ' } else { from } as std::ffi::c_char;
        }
        // SAFETY: not null, and by the ABI's conventions a groma_error that is the caller's to write.
        unsafe { out.write_unaligned(value) };
    }
    status as i32
}

/// Returns a short name of a status, like "bad format"; "unknown status" for any other number. The text lives for ever
/// and ends with a NUL that its size does not count.
#[unsafe(no_mangle)]
pub extern "C" fn groma_status_name(status: i32) -> groma_str {
    let name = match Status::ALL.into_iter().find(|s| *s as i32 == status) {
        Some(Status::Ok) => c"ok",
        Some(Status::Cancelled) => c"cancelled",
        Some(Status::Timeout) => c"timeout",
        Some(Status::InvalidArgument) => c"invalid argument",
        Some(Status::NotFound) => c"not found",
        Some(Status::Io) => c"i/o error",
        Some(Status::DiskFull) => c"disk full",
        Some(Status::BadFormat) => c"bad format",
        Some(Status::Unsupported) => c"unsupported",
        Some(Status::NoMemory) => c"no memory",
        Some(Status::MemoryLimit) => c"memory limit",
        Some(Status::Busy) => c"busy",
        Some(Status::Internal) => c"internal error",
        None => c"unknown status",
    };
    groma_str::of(name)
}

/// Returns the version of the library, like "0.1.0"; the header's is GROMA_VERSION. The text lives for ever and ends
/// with a NUL that its size does not count.
#[unsafe(no_mangle)]
pub extern "C" fn groma_version() -> groma_str {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    groma_str { data: VERSION.as_ptr().cast(), size: VERSION.len() - 1 }
}

/// Returns the ABI version of the library; the header's is GROMA_ABI_VERSION. A program that loads the library at run
/// time compares the two before any other call.
#[unsafe(no_mangle)]
pub extern "C" fn groma_abi_version() -> u32 {
    GROMA_ABI_VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_and_names_are_those_of_the_rust_api() {
        let constants = [
            GROMA_OK,
            GROMA_CANCELLED,
            GROMA_TIMEOUT,
            GROMA_INVALID_ARGUMENT,
            GROMA_NOT_FOUND,
            GROMA_IO,
            GROMA_DISK_FULL,
            GROMA_BAD_FORMAT,
            GROMA_UNSUPPORTED,
            GROMA_NO_MEMORY,
            GROMA_MEMORY_LIMIT,
            GROMA_BUSY,
            GROMA_INTERNAL,
        ];
        assert_eq!(Status::ALL.map(|s| s as i32), constants);
        for status in Status::ALL {
            let name = groma_status_name(status as i32);
            // SAFETY: the texts live for ever.
            assert_eq!(unsafe { name.as_str("name") }.unwrap(), status.name());
        }
    }

    #[test]
    fn a_message_does_not_speak_of_the_command_line() {
        let error = Error::MemoryLimit { limit: 1, needed: 2, what: "a mesh".into() };
        assert!(error.to_string().contains("(memory_limit, --memory-limit 1MiB)"));
        let mut out = groma_error { status: 0, os_code: 0, message: [0; GROMA_MESSAGE_SIZE] };
        report(&error, &mut out);
        let text: String = out.message.iter().take_while(|c| **c != 0).map(|c| *c as u8 as char).collect();
        assert!(text.ends_with("at least 2 bytes are needed (memory_limit)"), "{text}");
    }

    #[test]
    fn a_long_message_is_cut_between_characters_and_terminated() {
        let mut out = groma_error { status: 0, os_code: 0, message: [1; GROMA_MESSAGE_SIZE] };
        let error = Error::Internal("ä".repeat(400) + "\n");
        assert_eq!(report(&error, &mut out), GROMA_INTERNAL);
        let bytes: Vec<u8> = out.message.iter().map(|c| *c as u8).take_while(|c| *c != 0).collect();
        assert!(bytes.len() < GROMA_MESSAGE_SIZE);
        assert!(String::from_utf8(bytes).unwrap().starts_with("internal error: ää"));
    }
}
