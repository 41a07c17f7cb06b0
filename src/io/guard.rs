//! Guards memory mappings: where a mapped file is cut or the disk fails to read, the mapping reads as zeros and is
//! marked as cut, instead of the system ending the process with SIGBUS.
//!
//! The first mapping installs a handler of SIGBUS. On a fault within one of groma's mappings, the handler replaces the
//! pages from there to the mapping's end by zero pages and marks the mapping; the read goes on. The reader asks
//! [`Guard::is_whole`] before it gives an answer. Every other fault goes to the previous handler, or ends the process
//! as it would have. The handler takes no lock and allocates nothing: it walks a list whose nodes are never freed, only
//! reused.
//!
//! A file that is cut within its last page raises no fault: its end reads as zeros. So the guard remembers the last
//! byte that was not zero.
//!
//! On Windows a mapped file cannot be cut; a disk failure ends the process there.

use std::sync::atomic::{Ordering, fence};

/// How a file is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// For reading.
    Read,
    /// For reading and writing.
    Write,
}

/// The watch over one mapping. It must be dropped before the mapping is unmapped.
#[derive(Debug)]
pub(super) struct Guard {
    #[cfg(unix)]
    slot: &'static unix::Slot,
    /// The last non-zero byte, if it is in the last page, of a file that nobody changes.
    last: Option<(usize, u8)>,
}

/// The largest page size of any system, in bytes.
const LARGEST_PAGE: usize = 64 << 10;

impl Guard {
    /// Watches over the mapping of a file that nobody changes.
    pub fn constant(mapping: &[u8]) -> Guard {
        let mut guard = Guard::changing(mapping, Access::Read);
        let page = mapping.len().saturating_sub(1) / LARGEST_PAGE * LARGEST_PAGE;
        let last = mapping[page..].iter().rposition(|&byte| byte != 0);
        guard.last = last.map(|at| (page + at, mapping[page + at]));
        guard
    }

    /// Watches over the mapping of a file that is written to, through this mapping or another.
    pub fn changing(mapping: &[u8], access: Access) -> Guard {
        #[cfg(not(unix))]
        let _ = (mapping, access);
        Guard {
            #[cfg(unix)]
            slot: unix::Slot::take(mapping.as_ptr() as usize, mapping.len(), access),
            last: None,
        }
    }

    /// Returns whether everything read from the mapping so far came from the file.
    pub fn is_whole(&self, mapping: &[u8]) -> bool {
        // The data must have been read before the mark is.
        fence(Ordering::Acquire);
        #[cfg(unix)]
        if self.slot.is_cut() {
            return false;
        }
        // SAFETY: `at` is within the slice. The read is volatile because the byte may change behind the compiler's
        // back.
        self.last.is_none_or(|(at, byte)| unsafe { std::ptr::read_volatile(&mapping[at]) } == byte)
    }
}

#[cfg(unix)]
impl Drop for Guard {
    fn drop(&mut self) {
        self.slot.give_back();
    }
}

#[cfg(unix)]
mod unix {
    use std::mem::zeroed;
    use std::ptr::null_mut;
    use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering, fence};
    use std::sync::{Mutex, Once};

    use super::Access;

    #[cfg(not(target_vendor = "apple"))]
    use libc::__errno_location as errno;
    #[cfg(target_vendor = "apple")]
    use libc::__error as errno;
    use libc::{c_int, c_void, siginfo_t};

    /// The range of a mapping, as the handler sees it.
    #[derive(Debug)]
    pub struct Slot {
        /// Odd while the range changes, so that the handler never combines the start of one range with the end of
        /// another.
        version: AtomicUsize,
        start: AtomicUsize,
        len: AtomicUsize,
        writable: AtomicBool,
        cut: AtomicBool,
        /// The slot made before this one; never changes.
        next: *const Slot,
    }

    // SAFETY: all fields but `next` are atomic; `next` is only read, and points to a slot that is never freed.
    unsafe impl Sync for Slot {}
    // SAFETY: as above.
    unsafe impl Send for Slot {}

    /// The newest of all slots.
    static NEWEST: AtomicPtr<Slot> = AtomicPtr::new(null_mut());
    /// The slots that belong to no mapping; the handler does not look at this list.
    static FREE: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());
    static INSTALL: Once = Once::new();
    static PAGE: AtomicUsize = AtomicUsize::new(0);
    /// The action on SIGBUS before groma's handler.
    static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(null_mut());

    impl Slot {
        /// Takes a slot for a mapping that nobody reads yet.
        pub fn take(start: usize, len: usize, access: Access) -> &'static Slot {
            INSTALL.call_once(install);
            let mut free = FREE.lock().unwrap_or_else(|e| e.into_inner());
            let slot = free.pop().unwrap_or_else(|| {
                let next = NEWEST.load(Ordering::Relaxed);
                let (version, start, len) = Default::default();
                let (writable, cut) = Default::default();
                let slot = Box::leak(Box::new(Slot { version, start, len, writable, cut, next }));
                // No other slot is added meanwhile, because the lock is held.
                NEWEST.store(slot, Ordering::Release);
                slot
            });
            slot.writable.store(access == Access::Write, Ordering::Relaxed);
            slot.cut.store(false, Ordering::Relaxed);
            slot.set(start, len);
            slot
        }

        /// Gives the slot back. Call it before the memory can belong to anybody else.
        pub fn give_back(&'static self) {
            self.set(0, 0);
            FREE.lock().unwrap_or_else(|e| e.into_inner()).push(self);
        }

        fn set(&self, start: usize, len: usize) {
            let version = self.version.load(Ordering::Relaxed);
            self.version.store(version + 1, Ordering::Relaxed);
            fence(Ordering::Release);
            self.start.store(start, Ordering::Relaxed);
            self.len.store(len, Ordering::Relaxed);
            self.version.store(version + 2, Ordering::Release);
        }

        /// Returns the range; `None` while it changes, since a thread cannot be reading in it then.
        fn range(&self) -> Option<std::ops::Range<usize>> {
            let version = self.version.load(Ordering::Acquire);
            let (start, len) = (self.start.load(Ordering::Relaxed), self.len.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            (version.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == version).then(|| start..start + len)
        }

        pub fn is_cut(&self) -> bool {
            self.cut.load(Ordering::Relaxed)
        }
    }

    fn install() {
        // SAFETY: plain calls with valid arguments; the handler has the type that SA_SIGINFO asks for.
        unsafe {
            PAGE.store(libc::sysconf(libc::_SC_PAGESIZE) as usize, Ordering::Relaxed);
            let mut before: libc::sigaction = zeroed();
            libc::sigaction(libc::SIGBUS, std::ptr::null(), &mut before);
            BEFORE.store(Box::leak(Box::new(before)), Ordering::Release);
            let mut ours: libc::sigaction = zeroed();
            ours.sa_sigaction = on_sigbus as extern "C" fn(c_int, *mut siginfo_t, *mut c_void) as usize;
            // Run on the thread's alternate stack where it has one; the host's own handler may need it.
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&mut ours.sa_mask);
            libc::sigaction(libc::SIGBUS, &ours, null_mut());
        }
    }

    extern "C" fn on_sigbus(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: the system passes a valid `info`. It holds the faulting address unless a program sent the signal.
        let (address, by_system) = unsafe { ((*info).si_addr() as usize, (*info).si_code > 0) };
        if !(by_system && mend(address)) {
            pass_on(signal, info, context, by_system);
        }
    }

    /// Replaces the rest of a mapping of ours, from an address on, by zero pages; returns whether there is such a
    /// mapping.
    fn mend(address: usize) -> bool {
        let mut next: *const Slot = NEWEST.load(Ordering::Acquire);
        // SAFETY: slots are never freed.
        while let Some(slot) = unsafe { next.as_ref() } {
            next = slot.next;
            let Some(range) = slot.range().filter(|range| range.contains(&address)) else { continue };
            // Mark the mapping before anybody can read a zero.
            slot.cut.store(true, Ordering::Release);
            let page = address & !(PAGE.load(Ordering::Relaxed) - 1);
            let write = if slot.writable.load(Ordering::Relaxed) { libc::PROT_WRITE } else { 0 };
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
            // SAFETY: the range is mapped: the thread that this handler interrupted reads in it, so it borrows the
            // mapping. Zeros are valid for all its readers. `mmap` is a bare system call, and errno is restored.
            unsafe {
                let number = *errno();
                let mapped = libc::mmap(page as *mut c_void, range.end - page, libc::PROT_READ | write, flags, -1, 0);
                *errno() = number;
                return mapped != libc::MAP_FAILED;
            }
        }
        false
    }

    /// Passes the signal on to the previous handler.
    fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void, by_system: bool) {
        // SAFETY: `BEFORE` was stored before the handler was installed and is never freed. The handlers are called as
        // their flags say.
        unsafe {
            let before = &*BEFORE.load(Ordering::Acquire);
            match before.sa_sigaction {
                libc::SIG_IGN if !by_system => {}
                // A fault raised by the system cannot be ignored. With the default action, the fault comes again right
                // after this handler and ends the process.
                libc::SIG_DFL | libc::SIG_IGN => {
                    let mut default: libc::sigaction = zeroed();
                    default.sa_sigaction = libc::SIG_DFL;
                    libc::sigaction(signal, &default, null_mut());
                    if !by_system {
                        libc::raise(signal);
                    }
                }
                handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
                    let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = std::mem::transmute(handler);
                    handler(signal, info, context);
                }
                handler => {
                    let handler: extern "C" fn(c_int) = std::mem::transmute(handler);
                    handler(signal);
                }
            }
        }
    }
}
