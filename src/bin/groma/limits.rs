//! Turns the system's limits into errors that name them, with exit code 1.
//!
//! Where open files, threads or disk space run out, a call fails and the library reports it. This module handles the
//! limits that would end the process instead: small allocations, the size of files, the stack.

use std::alloc::{GlobalAlloc, Layout, System};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use groma::{Error, Result};
use memmap2::MmapOptions;

/// The size of the stack that commands run on, whatever the system's limit for a process's stack is.
pub const STACK: usize = 8 << 20;

/// Runs a command on a thread with a stack of its own.
pub fn with_own_stack(command: fn() -> ExitCode) -> Result<ExitCode> {
    ask_for_stack(STACK)?;
    let started = std::thread::Builder::new().name("groma".into()).stack_size(STACK).spawn(command);
    let thread =
        started.map_err(|cause| Error::Io { action: "start the thread of", subject: "the command".into(), cause })?;
    // The panic hook has printed the message.
    Ok(thread.join().unwrap_or(ExitCode::from(101)))
}

/// Maps memory of the size of a thread's stack and gives it back at once. Without the memory that the standard library
/// needs beside the stack, a new thread would end the process.
pub fn ask_for_stack(stack: usize) -> Result<()> {
    let bytes = stack + (1 << 18);
    let asked = MmapOptions::new().len(bytes).no_reserve_swap().map_anon();
    asked.map(drop).map_err(|_| Error::NoMemory { bytes: bytes as u64, what: "the stack of a thread" })
}

/// The size of the last allocation that was refused.
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which also remembers the size of an allocation that failed.
struct Remembering;

#[global_allocator]
static ALLOCATOR: Remembering = Remembering;

fn remember(place: *mut u8, bytes: usize) -> *mut u8 {
    if place.is_null() {
        REFUSED.store(bytes, Ordering::Relaxed);
    }
    place
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Remembering {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of the system's allocator.
        remember(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is that of the system's allocator.
        remember(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's contract is that of the system's allocator.
        remember(unsafe { System.realloc(place, layout, size) }, size)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is that of the system's allocator.
        unsafe { System.dealloc(place, layout) }
    }
}

pub use system::{meet_with_errors, stdout_was_closed};

#[cfg(unix)]
mod system {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::REFUSED;

    static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

    /// Returns whether the command began without a stdout. The standard library then puts /dev/null in its place.
    pub fn stdout_was_closed() -> bool {
        STDOUT_WAS_CLOSED.load(Ordering::Relaxed)
    }

    extern "C" fn look_at_stdout() {
        // SAFETY: the call takes numbers and only tests whether a descriptor is open.
        let is_closed = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) } == -1;
        STDOUT_WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }

    // SAFETY: the section is a list of functions of this type, which are called before the standard library is set up;
    // `look_at_stdout` does not use it.
    #[used]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
    static LOOK_AT_STDOUT: extern "C" fn() = look_at_stdout;

    /// Makes exceeded limits errors instead of signals, and adapts the allocator to a limited address space.
    pub fn meet_with_errors() {
        share_little_address_space();
        // SAFETY: signals are set for the whole process, which is this program's own, before it has other threads; the
        // handler only calls functions that are allowed in signal handlers.
        unsafe {
            // A write beyond the limit of file sizes then fails with EFBIG.
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::signal(libc::SIGABRT, no_memory as extern "C" fn(libc::c_int) as libc::sighandler_t);
        }
    }

    /// Makes all threads use one arena where the address space is limited. Otherwise glibc reserves 64 MiB for each
    /// thread, and where it cannot, makes a system call for each small allocation, which takes a hundred times as long.
    #[cfg(target_env = "gnu")]
    fn share_little_address_space() {
        let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: `limit` is writable; the allocator is configured before there is a second thread.
        unsafe {
            if libc::getrlimit(libc::RLIMIT_AS, &mut limit) == 0 && limit.rlim_cur != libc::RLIM_INFINITY {
                libc::mallopt(libc::M_ARENA_MAX, 1);
            }
        }
    }

    /// Other allocators reserve no address space for each thread.
    #[cfg(not(target_env = "gnu"))]
    fn share_little_address_space() {}

    /// Handles the abort after a failed allocation: prints an error and exits with code 1. Other aborts continue.
    extern "C" fn no_memory(_: libc::c_int) {
        let bytes = REFUSED.load(Ordering::Relaxed);
        if bytes == 0 {
            return;
        }
        let mut digits = [b'0'; 20];
        let mut first = digits.len();
        let mut left = bytes;
        while left > 0 {
            first -= 1;
            digits[first] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        let after = b" bytes could not be had; raise the limit (ulimit -v), close other programs, or give a smaller \
                      --memory-limit\n";
        for part in [&b"error: no memory: "[..], &digits[first..], after] {
            // SAFETY: `part` is readable during the call. A failed write needs no handling: the process ends anyway.
            let _ = unsafe { libc::write(2, part.as_ptr().cast(), part.len()) };
        }
        // SAFETY: the call takes a number and does not return.
        unsafe { libc::_exit(1) }
    }
}

#[cfg(not(unix))]
mod system {
    /// Windows has no such limits.
    pub fn meet_with_errors() {}

    /// Always false: on Windows, writing to a closed stdout fails.
    pub fn stdout_was_closed() -> bool {
        false
    }
}
