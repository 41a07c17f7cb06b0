//! Handles. A caller holds a number in the form of a pointer, never an address.
//!
//! No number is used twice. So calls reliably refuse a closed handle, a handle of another kind, one from before a fork,
//! and a pointer to anything else. If a handle is closed while another thread is in a call with it, its object lives
//! until that call returns.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{Error, Result};

/// The difference between two successive handles, so that they look like aligned pointers.
const STEP: usize = 16;

/// Handles are spread over this many maps, so that threads rarely wait for each other.
const STRIPES: usize = 16;

type Stripe = BTreeMap<usize, Arc<dyn Any + Send + Sync>>;

/// The open handles of one process.
struct Handles {
    process: u32,
    /// The first handle of this process. Lower ones belong to the process that forked it.
    first: usize,
    next: AtomicUsize,
    stripes: [RwLock<Stripe>; STRIPES],
}

impl Handles {
    fn new(process: u32, first: usize) -> Handles {
        Handles { process, first, next: AtomicUsize::new(first), stripes: Default::default() }
    }

    /// Returns the handles of this process. The child of a fork starts with none: its parent's locks may be held by
    /// threads that the child does not have.
    fn of_this_process() -> &'static Handles {
        static HANDLES: AtomicPtr<Handles> = AtomicPtr::new(std::ptr::null_mut());
        let process = std::process::id();
        loop {
            let now = HANDLES.load(Ordering::Acquire);
            // SAFETY: null, or from `Box::into_raw` below and never freed.
            let handles = unsafe { now.as_ref() };
            if let Some(handles) = handles.filter(|handles| handles.process == process) {
                return handles;
            }
            let first = handles.map_or(STEP, |parent| parent.next.load(Ordering::Relaxed));
            let new = Box::into_raw(Box::new(Handles::new(process, first)));
            if HANDLES.compare_exchange(now, new, Ordering::AcqRel, Ordering::Acquire).is_err() {
                // SAFETY: made above and not shared yet.
                drop(unsafe { Box::from_raw(new) });
            }
        }
    }

    fn stripe(&self, handle: usize) -> &RwLock<Stripe> {
        &self.stripes[handle / STEP % STRIPES]
    }

    fn read(&self, handle: usize) -> RwLockReadGuard<'_, Stripe> {
        self.stripe(handle).read().unwrap_or_else(|e| e.into_inner())
    }

    fn write(&self, handle: usize) -> RwLockWriteGuard<'_, Stripe> {
        self.stripe(handle).write().unwrap_or_else(|e| e.into_inner())
    }

    fn is_of_the_parent(&self, handle: usize) -> bool {
        handle != 0 && handle.is_multiple_of(STEP) && handle < self.first
    }
}

/// Registers `value` and writes its new handle to `out`.
///
/// # Safety
/// `out` must be writable.
pub(super) unsafe fn give<T: Send + Sync + 'static>(value: T, out: *mut *mut T) {
    let handles = Handles::of_this_process();
    let handle = handles.next.fetch_add(STEP, Ordering::Relaxed);
    handles.write(handle).insert(handle, Arc::new(value));
    // SAFETY: this function's contract.
    unsafe { out.write(std::ptr::without_provenance_mut(handle)) };
}

/// Returns the object of a handle.
pub(super) fn handle<T: Send + Sync + 'static>(handle: *const T, name: &'static str) -> Result<Arc<T>> {
    let accepted = "an open handle";
    let number = handle.addr();
    if number == 0 {
        return Err(Error::invalid(name, "NULL", accepted));
    }
    let handles = Handles::of_this_process();
    let found = handles.read(number).get(&number).cloned();
    match found.map(Arc::downcast) {
        Some(Ok(value)) => Ok(value),
        Some(Err(_)) => Err(Error::invalid(name, "a handle of another kind", accepted)),
        None if handles.is_of_the_parent(number) => Err(Error::invalid(
            name,
            "a handle of the process that forked this one",
            "a handle that this process opened",
        )),
        None => Err(Error::invalid(name, "a handle that was closed before, or none", accepted)),
    }
}

/// Removes a handle and returns its object. Returns `None` for null, and for an invalid handle after logging an error.
pub(super) fn take<T: Send + Sync + 'static>(handle: *mut T) -> Option<Arc<T>> {
    if handle.is_null() {
        return None;
    }
    // Look at the handle before removing it: a handle of another kind stays.
    let open = self::handle(handle, "handle").and_then(|value| {
        let handles = Handles::of_this_process();
        let mine = handles.write(handle.addr()).remove(&handle.addr());
        mine.map(|_| value).ok_or_else(|| Error::invalid("handle", "closed by another thread", "an open handle"))
    });
    // Destructors usually close a parent's handles in a forked child, too, which is no mistake.
    if let Err(e) = &open
        && !Handles::of_this_process().is_of_the_parent(handle.addr())
    {
        log::error!("nothing was closed: {e}");
    }
    open.ok()
}

/// Closes a handle.
pub(super) fn close<T: Send + Sync + 'static>(handle: *mut T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(take(handle)))) {
        log::error!("{}", Error::from_panic(&*payload));
    }
}

/// Returns the number of handles that this process has open.
///
/// Handles are not addresses, so leak checkers do not see one that was never closed. Compare this number before and
/// after code that should close all handles that it opens.
#[unsafe(no_mangle)]
pub extern "C" fn groma_open_handles() -> u64 {
    let handles = Handles::of_this_process();
    (0..STRIPES).map(|n| handles.read(n * STEP).len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open<T: Send + Sync + 'static>(value: T) -> *mut T {
        let mut out = std::ptr::null_mut();
        // SAFETY: a variable of this function.
        unsafe { give(value, &mut out) };
        out
    }

    fn refusal<T: Send + Sync + 'static>(pointer: *const T) -> String {
        handle(pointer, "thing").err().unwrap().to_string()
    }

    #[test]
    fn only_open_handles_of_the_right_kind_are_taken() {
        let first = open(String::from("first"));
        assert_eq!(*handle(first, "thing").unwrap(), "first");
        assert!(refusal(first.cast::<u32>()).contains("of another kind"));
        close(first.cast::<u32>());
        let in_use = handle(first, "thing").unwrap();
        close(first);
        assert_eq!(*in_use, "first", "a call at work keeps it");
        let second = open(String::from("second"));
        assert_ne!(first, second, "numbers are not used twice");
        close(first);
        assert!(refusal(first).contains("closed before"));
        assert!(refusal(&7u32).contains("closed before, or none"));
        assert!(refusal(std::ptr::null::<String>()).contains("NULL"));
        assert_eq!(*handle(second, "thing").unwrap(), "second");
        close(second);
    }

    #[test]
    fn a_handle_closed_from_many_threads_is_dropped_once() {
        struct Counts(Arc<AtomicUsize>);
        impl Drop for Counts {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let drops = Arc::new(AtomicUsize::new(0));
        let number = open(Counts(drops.clone())).addr();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(move || close(std::ptr::without_provenance_mut::<Counts>(number)));
            }
        });
        assert_eq!(drops.load(Ordering::SeqCst), 1);
    }
}
