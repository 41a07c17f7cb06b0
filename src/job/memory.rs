//! The memory budget of a job: the bytes that its buffers take, against a limit that the caller sets.
//!
//! The limit is on *anonymous memory* (`RssAnon` on Linux): buffers, everything else that the allocator hands out or
//! keeps back, and stacks. Pages of files are not counted, since the system drops and rereads them as it likes: the
//! code of the program and its libraries, and the files that a job maps or reads (tiles, shards, tables, mesh files,
//! and what is put aside of terrain and footprints). Where the folder for what is put aside is itself in memory (a
//! tmpfs), its content is not counted either.

use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::MmapMut;

use crate::{Error, Result};

/// The memory limit of a job whose caller sets none: 256 MiB.
pub const DEFAULT_MEMORY_LIMIT: u64 = 256 << 20;

/// Accounts for the large buffers of a job and refuses what would exceed the limit.
#[derive(Debug)]
pub struct MemoryBudget {
    limit: u64,
    now: AtomicU64,
    peak: AtomicU64,
}

impl MemoryBudget {
    /// The anonymous memory of a job besides the accounted buffers, in bytes: stacks, small allocations, and memory
    /// that the allocator keeps back. Plans leave this much of the limit alone. 1 to 4 MiB of it were seen in use; the
    /// rest makes room for the program's pages, so that even a small process as a whole is about as large as its limit.
    pub const OVERHEAD: u64 = 12 << 20;

    /// Creates a budget of `limit` bytes.
    pub fn new(limit: u64) -> MemoryBudget {
        MemoryBudget { limit, now: AtomicU64::new(0), peak: AtomicU64::new(0) }
    }

    /// Returns the limit, in bytes.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns the bytes that a plan may use for its buffers: the limit less [`MemoryBudget::OVERHEAD`].
    pub fn for_buffers(&self) -> u64 {
        self.limit.saturating_sub(Self::OVERHEAD)
    }

    /// Returns the bytes for buffers that no reservation has taken yet.
    pub fn room(&self) -> u64 {
        self.for_buffers().saturating_sub(self.now())
    }

    /// Returns the bytes reserved at the moment.
    pub fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Returns the most bytes that were reserved at once.
    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Takes `bytes` out of the budget until the reservation is dropped.
    ///
    /// It also asks the system whether it has that much: most reserved memory is then allocated in small pieces, by
    /// code that aborts the process when an allocation fails.
    ///
    /// # Errors
    /// [`Error::MemoryLimit`] when the limit would be exceeded; [`Error::NoMemory`] when the system does not have as
    /// much.
    pub fn reserve(&self, bytes: u64, what: &'static str) -> Result<Reservation<'_>> {
        let now = self.now.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if now > self.for_buffers() {
            self.now.fetch_sub(bytes, Ordering::Relaxed);
            let needed = now + Self::OVERHEAD;
            return Err(Error::MemoryLimit { limit: self.limit, needed, what: what.to_string() });
        }
        self.peak.fetch_max(now, Ordering::Relaxed);
        let reservation = Reservation { budget: self, bytes };
        // Ask by a mapping: an allocator that has freed such a size once would keep such sizes back.
        let asked = MmapMut::map_anon(usize::try_from(bytes.max(1)).unwrap_or(usize::MAX));
        asked.map_err(|_| Error::NoMemory { bytes, what })?;
        Ok(reservation)
    }
}

/// A part of a [`MemoryBudget`] in use; given back when dropped.
#[derive(Debug)]
#[must_use = "the memory is given back when the reservation is dropped"]
pub struct Reservation<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.budget.now.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Returns the peak physical memory of this process in bytes (Linux: `VmHWM`, Windows: the peak working set), where the
/// system reports it. Unlike the memory limit, it covers everything in the process and includes pages of files: those
/// of the program's code that are in memory, about 9 MB of an unoptimised `groma`, and those of mapped files.
pub fn process_peak_bytes() -> Option<u64> {
    system::process_peak_bytes()
}

#[cfg(windows)]
mod system {
    use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
    use windows_sys::Win32::System::Threading::GetCurrentProcess;

    pub fn process_peak_bytes() -> Option<u64> {
        let size = size_of::<PROCESS_MEMORY_COUNTERS>() as u32;
        let mut counters = PROCESS_MEMORY_COUNTERS { cb: size, ..PROCESS_MEMORY_COUNTERS::default() };
        // SAFETY: the process's own pseudo handle is always valid, and `size` is the size of `counters`.
        let told = unsafe { K32GetProcessMemoryInfo(GetCurrentProcess(), &mut counters, size) };
        (told != 0).then_some(counters.PeakWorkingSetSize as u64)
    }
}

#[cfg(not(windows))]
mod system {
    pub fn process_peak_bytes() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reservation_over_the_limit_names_the_limit_that_would_do() {
        let budget = MemoryBudget::new(MemoryBudget::OVERHEAD + 1000);
        let first = budget.reserve(600, "test").unwrap();
        match budget.reserve(500, "test") {
            Err(Error::MemoryLimit { needed, .. }) => assert_eq!(needed, MemoryBudget::OVERHEAD + 1100),
            other => panic!("expected a memory limit error, got {other:?}"),
        }
        assert_eq!(budget.now(), 600);
        drop(first);
        assert_eq!((budget.now(), budget.peak()), (0, 600));
    }
}
