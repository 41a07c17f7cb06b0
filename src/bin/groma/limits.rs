//! What a command does where the system gives it no more of something: an error that names it, and exit code 1.
//!
//! Open files, threads and room on the disk are refused by calls that return; the library tells. Here is what ends a
//! process otherwise: small pieces of memory, the size of files, the stack.

use std::alloc::{GlobalAlloc, Layout, System};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use groma::{Error, Result};
use memmap2::MmapOptions;

/// The stack that commands run on, whatever the system's limit for the stack of a process is.
pub const STACK: usize = 8 << 20;

/// Runs a command on a thread with a stack of its own.
pub fn with_own_stack(command: fn() -> ExitCode) -> Result<ExitCode> {
    ask_for_stack(STACK)?;
    let started = std::thread::Builder::new().name("groma".into()).stack_size(STACK).spawn(command);
    let thread =
        started.map_err(|cause| Error::Io { action: "start the thread of", path: "the command".into(), cause })?;
    // A panic has told about itself.
    Ok(thread.join().unwrap_or(ExitCode::from(101)))
}

/// Asks the system for room for the stack of a thread, and gives it back at once: a thread that finds none for what the
/// standard library has beside its stack ends the process.
pub fn ask_for_stack(stack: usize) -> Result<()> {
    let bytes = stack + (1 << 18);
    let asked = MmapOptions::new().len(bytes).no_reserve_swap().map_anon();
    asked.map(drop).map_err(|_| Error::NoMemory { bytes: bytes as u64, what: "the stack of a thread" })
}

/// The bytes of the last piece of memory that was refused.
static REFUSED: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which remembers what it could not give.
struct Remembering;

#[global_allocator]
static ALLOCATOR: Remembering = Remembering;

fn remember(place: *mut u8, bytes: usize) -> *mut u8 {
    if place.is_null() {
        REFUSED.store(bytes, Ordering::Relaxed);
    }
    place
}

// SAFETY: all of it is the system allocator's.
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

    /// Whether the command began without a stdout: what is printed then goes to /dev/null, which the standard library
    /// puts in its place.
    pub fn stdout_was_closed() -> bool {
        STDOUT_WAS_CLOSED.load(Ordering::Relaxed)
    }

    extern "C" fn look_at_stdout() {
        // SAFETY: it takes numbers, and says of a descriptor whether it is one.
        let is_closed = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) } == -1;
        STDOUT_WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }

    // SAFETY: the section is a list of such functions, which are called before the standard library begins; this one
    // needs nothing of it.
    #[used]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
    static LOOK_AT_STDOUT: extern "C" fn() = look_at_stdout;

    /// Has limits met with errors that would end the process with a signal, and little address space used as it is.
    pub fn meet_with_errors() {
        share_little_address_space();
        // SAFETY: signals are ignored and handled for the whole process, which is this program's own, before it has
        // threads; the handler calls nothing but what may be called in one.
        unsafe {
            // A write beyond the limit of file sizes then fails with EFBIG.
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::signal(libc::SIGABRT, no_memory as extern "C" fn(libc::c_int) as libc::sighandler_t);
        }
    }

    /// Where the address space is limited, has all threads take their memory from one place: glibc reserves 64 MiB for
    /// each thread, and where it cannot, asks the system for every small piece, which takes a hundred times as long.
    #[cfg(target_env = "gnu")]
    fn share_little_address_space() {
        let mut limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: the struct is there to be written; the allocator is told before there is a second thread.
        unsafe {
            if libc::getrlimit(libc::RLIMIT_AS, &mut limit) == 0 && limit.rlim_cur != libc::RLIM_INFINITY {
                libc::mallopt(libc::M_ARENA_MAX, 1);
            }
        }
    }

    /// Other allocators reserve nothing for each thread.
    #[cfg(not(target_env = "gnu"))]
    fn share_little_address_space() {}

    /// A small piece of memory that cannot be had is the end, by way of an abort; of other aborts nothing is changed.
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
            // SAFETY: the bytes are there for as long as the call takes. Where nothing can be written, nothing is lost.
            let _ = unsafe { libc::write(2, part.as_ptr().cast(), part.len()) };
        }
        // SAFETY: it takes a number and does not return.
        unsafe { libc::_exit(1) }
    }
}

#[cfg(not(unix))]
mod system {
    /// There are no such limits here.
    pub fn meet_with_errors() {}

    /// Writing to what is closed fails here.
    pub fn stdout_was_closed() -> bool {
        false
    }
}
