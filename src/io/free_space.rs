//! Free space on a disk.

use std::path::Path;

/// Returns the bytes that can still be written to this folder's file system; `None` where the system does not say.
pub fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let found = rustix::fs::statvfs(folder).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(windows)]
    {
        use std::os::windows::ffi::OsStrExt;

        let name: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
        let mut free = 0;
        // SAFETY: the name ends with a zero, `free` can be written to, and null means that a number is not asked for.
        let told = unsafe {
            windows_sys::Win32::Storage::FileSystem::GetDiskFreeSpaceExW(
                name.as_ptr(),
                &raw mut free,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        };
        (told != 0).then_some(free)
    }
    #[cfg(not(any(target_os = "linux", windows)))]
    {
        let _ = folder;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_can_be_written_to_has_room_and_none_that_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let expected = cfg!(any(target_os = "linux", windows));
        assert_eq!(free_space(dir.path()).is_some_and(|bytes| bytes > 0), expected);
        assert_eq!(free_space(&dir.path().join("none")), None);
    }
}
