//! A mapped file that becomes shorter, or that the disk fails to read, gives zeros and is known as cut, where the
//! system would end the process with SIGBUS.
//!
//! A handler of SIGBUS is installed with the first mapping. A fault within one of groma's mappings puts zero pages in
//! place of what cannot be read, from there to the mapping's end, and marks the mapping; the read goes on. Whoever has
//! read asks [`Guard::is_whole`] before giving an answer. Every other fault goes to the handler that was there before,
//! or ends the process as it would have. The handler takes no lock and allocates nothing: it walks a list whose nodes
//! are never freed, only used again.
//!
//! A file cut within its last page gives no fault: its end reads as zeros. The last byte that was not zero tells.
//!
//! On Windows a mapped file cannot be cut; a disk that fails ends the process there.

use std::sync::atomic::{Ordering, fence};

/// The watch over one mapping; dropped before it is unmapped.
#[derive(Debug)]
pub(super) struct Guard {
    #[cfg(unix)]
    slot: &'static unix::Slot,
    /// The last byte that is not zero, if it can lie in the last page, of a file that nobody changes.
    last: Option<(usize, u8)>,
}

/// No system's pages are larger.
const LARGEST_PAGE: usize = 64 << 10;

impl Guard {
    /// Watches over the mapping of a file that nobody changes.
    pub fn constant(mapping: &[u8]) -> Guard {
        let mut guard = Guard::changing(mapping, false);
        let page = mapping.len().saturating_sub(1) / LARGEST_PAGE * LARGEST_PAGE;
        let last = mapping[page..].iter().rposition(|&byte| byte != 0);
        guard.last = last.map(|at| (page + at, mapping[page + at]));
        guard
    }

    /// Watches over the mapping of a file that is written to, by this mapping or another.
    pub fn changing(mapping: &[u8], writable: bool) -> Guard {
        #[cfg(not(unix))]
        let _ = (mapping, writable);
        Guard {
            #[cfg(unix)]
            slot: unix::Slot::take(mapping.as_ptr() as usize, mapping.len(), writable),
            last: None,
        }
    }

    /// Whether all that was read of the mapping until now was the file's.
    pub fn is_whole(&self, mapping: &[u8]) -> bool {
        // What was read is read before the mark is looked at.
        fence(Ordering::Acquire);
        #[cfg(unix)]
        if self.slot.is_cut() {
            return false;
        }
        // SAFETY: a byte of a slice. Volatile, for it may change behind the compiler's back.
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

    #[cfg(not(target_vendor = "apple"))]
    use libc::__errno_location as errno;
    #[cfg(target_vendor = "apple")]
    use libc::__error as errno;
    use libc::{c_int, c_void, siginfo_t};

    /// The range of a mapping, as the handler sees it.
    #[derive(Debug)]
    pub struct Slot {
        /// Odd while the range changes, so that the handler never takes the start of one for the end of another.
        version: AtomicUsize,
        start: AtomicUsize,
        len: AtomicUsize,
        writable: AtomicBool,
        cut: AtomicBool,
        /// The one that was made before; never changes.
        next: *const Slot,
    }

    // SAFETY: all but `next` is atomic, and `next` is read only and points to what is never freed.
    unsafe impl Sync for Slot {}
    // SAFETY: as above.
    unsafe impl Send for Slot {}

    /// The newest of all slots.
    static NEWEST: AtomicPtr<Slot> = AtomicPtr::new(null_mut());
    /// The slots that belong to no mapping; the handler does not look at this list.
    static FREE: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());
    static INSTALL: Once = Once::new();
    static PAGE: AtomicUsize = AtomicUsize::new(0);
    /// What was done on SIGBUS before.
    static BEFORE: AtomicPtr<libc::sigaction> = AtomicPtr::new(null_mut());

    impl Slot {
        /// A slot for a mapping that nobody reads yet.
        pub fn take(start: usize, len: usize, writable: bool) -> &'static Slot {
            INSTALL.call_once(install);
            let mut free = FREE.lock().unwrap_or_else(|e| e.into_inner());
            let slot = free.pop().unwrap_or_else(|| {
                let next = NEWEST.load(Ordering::Relaxed);
                let (version, start, len) = Default::default();
                let (writable, cut) = Default::default();
                let slot = Box::leak(Box::new(Slot { version, start, len, writable, cut, next }));
                // Under the lock: nobody else adds one meanwhile.
                NEWEST.store(slot, Ordering::Release);
                slot
            });
            slot.writable.store(writable, Ordering::Relaxed);
            slot.cut.store(false, Ordering::Relaxed);
            slot.set(start, len);
            slot
        }

        /// Before the memory may be anybody else's.
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

        /// The range; `None` while it changes: then it is not the one that a thread is just reading in.
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
            // On the thread's other stack where it has one, as the host's own handler may need.
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&mut ours.sa_mask);
            libc::sigaction(libc::SIGBUS, &ours, null_mut());
        }
    }

    extern "C" fn on_sigbus(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: the system gives a valid one, with the address that could not be used when it was not sent by a
        // program.
        let (address, by_system) = unsafe { ((*info).si_addr() as usize, (*info).si_code > 0) };
        if !(by_system && mend(address)) {
            pass_on(signal, info, context, by_system);
        }
    }

    /// Puts zeros where a mapping of ours cannot be read, from an address on; says whether there is one.
    fn mend(address: usize) -> bool {
        let mut next: *const Slot = NEWEST.load(Ordering::Acquire);
        // SAFETY: slots are never freed.
        while let Some(slot) = unsafe { next.as_ref() } {
            next = slot.next;
            let Some(range) = slot.range().filter(|range| range.contains(&address)) else { continue };
            // Before anybody can read a zero.
            slot.cut.store(true, Ordering::Release);
            let page = address & !(PAGE.load(Ordering::Relaxed) - 1);
            let write = if slot.writable.load(Ordering::Relaxed) { libc::PROT_WRITE } else { 0 };
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
            // SAFETY: the range is mapped: the thread that this handler interrupted reads in it, so it borrows the
            // mapping. Zeros are valid for all who read it. `mmap` is a bare system call; errno is put back.
            unsafe {
                let number = *errno();
                let mapped = libc::mmap(page as *mut c_void, range.end - page, libc::PROT_READ | write, flags, -1, 0);
                *errno() = number;
                return mapped != libc::MAP_FAILED;
            }
        }
        false
    }

    /// Does what was done before.
    fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void, by_system: bool) {
        // SAFETY: stored before the handler was installed, never freed. The handlers are called as their flags say.
        unsafe {
            let before = &*BEFORE.load(Ordering::Acquire);
            match before.sa_sigaction {
                libc::SIG_IGN if !by_system => {}
                // What the system says cannot be ignored. By default it ends the process when the fault comes again,
                // right after this handler.
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
