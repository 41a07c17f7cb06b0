//! Arrays in files, mapped into memory: as large as the disk, used like slices.
//!
//! | part | content |
//! |---|---|
//! | header, 64 bytes | magic `gromaArr`, version, element type, number of dimensions, shape, a hash of the header |
//! | data | the elements, little-endian, the last index fastest |

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bytemuck::{Pod, Zeroable};
use memmap2::{Mmap, MmapMut};
use xxhash_rust::xxh3::xxh3_64;

use super::atomic::{AtomicFile, Durability};
pub use super::guard::Access;
use super::guard::Guard;
use super::input;
use super::mapped::cut;
use super::positioned::read_exact_at;
use crate::error::IoContext;
use crate::{Error, Result};

const MAGIC: [u8; 8] = *b"gromaArr";
const VERSION: u32 = 1;
const MAX_DIMENSIONS: usize = 4;

/// The type of the elements of a [`MappedArray`].
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementType {
    /// Single precision.
    F32 = 1,
    /// Double precision.
    F64 = 2,
    /// Signed, 32 bits.
    I32 = 3,
    /// Unsigned, 32 bits.
    U32 = 4,
    /// Signed, 64 bits.
    I64 = 5,
    /// Unsigned, 64 bits.
    U64 = 6,
    /// Bytes.
    U8 = 7,
}

impl ElementType {
    /// All element types.
    pub const ALL: [ElementType; 7] = {
        use ElementType::*;
        [F32, F64, I32, U32, I64, U64, U8]
    };

    /// Returns the size of an element in bytes.
    pub fn size(self) -> u64 {
        match self {
            ElementType::F32 | ElementType::I32 | ElementType::U32 => 4,
            ElementType::F64 | ElementType::I64 | ElementType::U64 => 8,
            ElementType::U8 => 1,
        }
    }

    /// Returns its name in Rust.
    pub fn name(self) -> &'static str {
        match self {
            ElementType::F32 => "f32",
            ElementType::F64 => "f64",
            ElementType::I32 => "i32",
            ElementType::U32 => "u32",
            ElementType::I64 => "i64",
            ElementType::U64 => "u64",
            ElementType::U8 => "u8",
        }
    }
}

/// A type that the elements of a [`MappedArray`] can have.
pub trait Element: Pod {
    /// The type as a value.
    const TYPE: ElementType;
}

macro_rules! elements {
    ($($rust:ty => $value:ident),*) => {
        $(impl Element for $rust { const TYPE: ElementType = ElementType::$value; })*
    };
}
elements!(f32 => F32, f64 => F64, i32 => I32, u32 => U32, i64 => I64, u64 => U64, u8 => U8);

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Header {
    magic: [u8; 8],
    version: u32,
    element: u32,
    dimensions: u64,
    /// The lengths; zero beyond the array's dimensions.
    shape: [u64; MAX_DIMENSIONS],
    /// The hash of the header's bytes before this field.
    hash: u64,
}

/// The size of the header. A multiple of 64, which aligns the data.
const HEADER_SIZE: usize = size_of::<Header>();
const _: () = assert!(HEADER_SIZE == 64);

impl Header {
    fn hash(&self) -> u64 {
        xxh3_64(&bytemuck::bytes_of(self)[..HEADER_SIZE - 8])
    }

    /// Reads the header and checks all its numbers, also against the file's size.
    fn read(file: &File, path: &Path) -> Result<(ElementType, Vec<u64>)> {
        let bad = |at: u64, seen: String, accepted: String| Err(Error::bad_format(path, at, seen, accepted));
        let size = file.metadata().context("look at", path)?.len();
        if size < HEADER_SIZE as u64 {
            return bad(0, format!("a file of {size} bytes"), "an array, with a header of 64 bytes".into());
        }
        let mut header = Header::zeroed();
        read_exact_at(file, bytemuck::bytes_of_mut(&mut header), 0).context("read", path)?;
        if header.magic != MAGIC {
            return bad(0, format!("{:02x?}", header.magic), "\"gromaArr\": an array".into());
        }
        if header.version != VERSION {
            let what = format!("version {} of an array; this version of groma knows {VERSION}", header.version);
            return Err(Error::Unsupported { subject: path.to_path_buf(), what });
        }
        if header.hash != header.hash() {
            return bad(56, format!("header hash {:016x}", header.hash), format!("{:016x}", header.hash()));
        }
        let Some(element) = ElementType::ALL.into_iter().find(|&e| e as u32 == header.element) else {
            return bad(12, format!("element type {}", header.element), "1 to 7".into());
        };
        if !(1..=MAX_DIMENSIONS as u64).contains(&header.dimensions) {
            return bad(16, format!("{} dimensions", header.dimensions), "1 to 4 dimensions".into());
        }
        let shape = &header.shape[..header.dimensions as usize];
        if file_size(element, shape) != Some(size) {
            let seen = format!("a file of {size} bytes");
            return bad(24, seen, format!("the size of {} elements of type {}", times(shape), element.name()));
        }
        Ok((element, shape.to_vec()))
    }
}

/// Returns the size of an array's file; `None` if it cannot be mapped into memory.
fn file_size(element: ElementType, shape: &[u64]) -> Option<u64> {
    let elements = shape.iter().try_fold(1_u64, |product, &n| product.checked_mul(n));
    let bytes = elements?.checked_mul(element.size())?.checked_add(HEADER_SIZE as u64)?;
    isize::try_from(bytes).is_ok().then_some(bytes)
}

fn times(shape: &[u64]) -> String {
    shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" x ")
}

#[derive(Debug)]
enum Mapping {
    Read(Guard, Mmap),
    Write(Guard, MmapMut),
}

/// An array of 1 to 4 dimensions in a file, mapped into memory. Dropping it closes it. Written data are then in the
/// file; they reach the disk when the system writes them or [`MappedArray::flush`] is called.
///
/// The file must not be cut while it is mapped: the missing part reads as zeros, and writes there are lost.
/// [`MappedArray::check`] tells.
///
/// ```
/// use groma::io::mapped_array::{Access, ElementType, MappedArray};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("heights");
/// let mut array = MappedArray::create(&path, ElementType::F64, &[100, 3])?;
/// array.as_mut_slice::<f64>()?[3 * 42] = 1.5;
/// drop(array);
/// assert_eq!(MappedArray::open(&path, Access::Read)?.as_slice::<f64>()?[3 * 42], 1.5);
/// # Ok::<(), groma::Error>(())
/// ```
#[derive(Debug)]
pub struct MappedArray {
    path: PathBuf,
    element: ElementType,
    shape: Vec<u64>,
    mapping: Mapping,
    file: File,
}

impl MappedArray {
    /// Creates a writable array of zeros, replacing an array of that name. All its disk space is allocated at once, so
    /// later writes cannot find the disk full.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for other than 1 to 4 dimensions, for more than memory can be addressed, or where a
    /// file stands that is no array; [`Error::Io`], among others when the disk is full. No file appears then.
    pub fn create(path: impl Into<PathBuf>, element: ElementType, shape: &[u64]) -> Result<MappedArray> {
        let path = path.into();
        if !(1..=MAX_DIMENSIONS).contains(&shape.len()) {
            return Err(Error::invalid("shape", format!("{shape:?}"), "1 to 4 dimensions"));
        }
        let Some(size) = file_size(element, shape) else {
            return Err(Error::invalid("shape", format!("{shape:?}"), "an array of less than 2^63 bytes"));
        };
        let mut header = Header {
            magic: MAGIC,
            version: VERSION,
            element: element as u32,
            dimensions: shape.len() as u64,
            ..Header::zeroed()
        };
        header.shape[..shape.len()].copy_from_slice(shape);
        header.hash = header.hash();

        refuse_others(&path)?;
        let mut file = AtomicFile::create(&path)?;
        file.write_all(bytemuck::bytes_of(&header)).context("write", &path)?;
        allocate(file.file(), size).context("allocate", &path)?;
        file.commit(Durability::Unsynced)?;
        MappedArray::open(path, Access::Write)
    }

    /// Opens an array.
    ///
    /// # Errors
    /// [`Error::BadFormat`] when the file is no array, or not as long as its header says; [`Error::Unsupported`] for a
    /// later version; [`Error::Io`].
    pub fn open(path: impl Into<PathBuf>, access: Access) -> Result<MappedArray> {
        let path = path.into();
        let file = input::open_with(File::options().read(true).write(access == Access::Write), &path)?;
        let (element, shape) = Header::read(&file, &path)?;
        // SAFETY, of both: any bytes are valid elements. The header was read already and is not used from the mapping.
        // Parts that cannot be read are zero.
        let mapping = match access {
            Access::Write => {
                // SAFETY: as said above.
                let map = unsafe { MmapMut::map_mut(&file) }.context("map", &path)?;
                Mapping::Write(Guard::changing(&map, access), map)
            }
            Access::Read => {
                // SAFETY: as said above.
                let map = unsafe { Mmap::map(&file) }.context("map", &path)?;
                Mapping::Read(Guard::changing(&map, access), map)
            }
        };
        Ok(MappedArray { path, element, shape, mapping, file })
    }

    /// Returns the type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.element
    }

    /// Returns the length in each dimension; the last index is the fastest.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// Returns the file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the elements as bytes, aligned to 64.
    pub fn bytes(&self) -> &[u8] {
        match &self.mapping {
            Mapping::Read(_, map) => &map[HEADER_SIZE..],
            Mapping::Write(_, map) => &map[HEADER_SIZE..],
        }
    }

    /// Returns the elements as bytes, for writing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when the array was opened for reading.
    pub fn bytes_mut(&mut self) -> Result<&mut [u8]> {
        match &mut self.mapping {
            Mapping::Write(_, map) => Ok(&mut map[HEADER_SIZE..]),
            Mapping::Read(..) => {
                let accepted = format!("true to write to {}", self.path.display());
                Err(Error::invalid("writable", false, accepted))
            }
        }
    }

    /// Returns the elements.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when they are of another type.
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.expect::<T>()?;
        Ok(bytemuck::cast_slice(self.bytes()))
    }

    /// Returns the elements, for writing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] when they are of another type, or when the array was opened for reading.
    pub fn as_mut_slice<T: Element>(&mut self) -> Result<&mut [T]> {
        self.expect::<T>()?;
        Ok(bytemuck::cast_slice_mut(self.bytes_mut()?))
    }

    /// Writes all changes to the disk and waits for it.
    ///
    /// # Errors
    /// [`Error::Io`], also when the file was cut, as [`MappedArray::check`].
    pub fn flush(&self) -> Result<()> {
        if let Mapping::Write(_, map) = &self.mapping {
            map.flush().context("flush", &self.path)?;
        }
        self.check()
    }

    /// Checks that everything read and written so far is the file's.
    ///
    /// # Errors
    /// [`Error::Io`] when the file was cut, or the disk failed.
    pub fn check(&self) -> Result<()> {
        let (Mapping::Read(guard, _) | Mapping::Write(guard, _)) = &self.mapping;
        let size = self.file.metadata().context("look at", &self.path)?.len();
        let whole = guard.is_whole(self.bytes()) && size >= (self.bytes().len() + HEADER_SIZE) as u64;
        if whole { Ok(()) } else { Err(cut()).context("use", &self.path) }
    }

    fn expect<T: Element>(&self) -> Result<()> {
        if T::TYPE == self.element {
            return Ok(());
        }
        let accepted = format!("{}, the type of {}", self.element.name(), self.path.display());
        Err(Error::invalid("element type", T::TYPE.name(), accepted))
    }
}

/// Refuses to replace a file at `path`, unless it is empty or an array, of whatever version or damaged.
fn refuse_others(path: &Path) -> Result<()> {
    let file = match input::open(path) {
        Err(Error::Io { cause, .. }) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut magic = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut magic).context("read", path)?;
    if magic.is_empty() || magic == MAGIC {
        return Ok(());
    }
    let seen = format!("{}, which is no mapped array", path.display());
    Err(Error::invalid("path", seen, "the name of a new file, or of a mapped array to replace"))
}

/// Extends the file by zeros to `size` bytes and allocates all its disk space. The cursor stays at the end of the
/// written data.
#[cfg(target_os = "linux")]
fn allocate(file: &mut File, size: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::{Errno, retry_on_intr};

    match retry_on_intr(|| fallocate(&*file, FallocateFlags::empty(), 0, size)) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => write_zeros(file, size),
        other => Ok(other?),
    }
}

/// Sets the file's length: on NTFS a file that is not sparse then has all its space.
#[cfg(windows)]
fn allocate(file: &mut File, size: u64) -> io::Result<()> {
    file.set_len(size)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn allocate(file: &mut File, size: u64) -> io::Result<()> {
    write_zeros(file, size)
}

/// Writes zeros, for systems and file systems that cannot allocate space without writing.
#[cfg(not(windows))]
fn write_zeros(file: &mut File, size: u64) -> io::Result<()> {
    // A length that cannot be is refused before the disk is full of zeros.
    file.set_len(size)?;
    let zeros = vec![0; 1 << 20];
    let mut at = io::Seek::stream_position(file)?;
    while at < size {
        let next = zeros.len().min(usize::try_from(size - at).unwrap_or(usize::MAX));
        file.write_all(&zeros[..next])?;
        at += next as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn path(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("a.arr")
    }

    /// Changes one thing in an array file's header and corrects the hash.
    fn rehashed(file: &Path, change: impl FnOnce(&mut Header)) {
        let mut bytes = fs::read(file).unwrap();
        let mut header: Header = bytemuck::pod_read_unaligned(&bytes[..HEADER_SIZE]);
        change(&mut header);
        header.hash = header.hash();
        bytes[..HEADER_SIZE].copy_from_slice(bytemuck::bytes_of(&header));
        fs::write(file, bytes).unwrap();
    }

    #[test]
    fn what_is_written_is_read_and_a_new_array_is_zero() {
        let folder = tempfile::tempdir().unwrap();
        let mut array = MappedArray::create(path(&folder), ElementType::I64, &[2, 3, 4]).unwrap();
        assert!(array.as_slice::<i64>().unwrap().iter().all(|&v| v == 0));
        assert_eq!(array.bytes().as_ptr() as usize % 64, 0);
        array.as_mut_slice::<i64>().unwrap()[23] = -7;
        array.flush().unwrap();
        drop(array);
        let mut array = MappedArray::open(path(&folder), Access::Read).unwrap();
        assert_eq!((array.element_type(), array.shape()), (ElementType::I64, &[2, 3, 4][..]));
        assert_eq!(array.as_slice::<i64>().unwrap()[23], -7);
        assert!(matches!(array.bytes_mut(), Err(Error::InvalidArgument { name: "writable", .. })));
        let error = array.as_slice::<f64>().unwrap_err().to_string();
        assert!(error.starts_with("element type is f64; accepted: i64"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_is_refused_and_no_file_appears() {
        let folder = tempfile::tempdir().unwrap();
        for shape in [&[][..], &[1; 5], &[1 << 40, 1 << 40], &[u64::MAX], &[1 << 61]] {
            let error = MappedArray::create(path(&folder), ElementType::F64, shape).unwrap_err();
            assert!(matches!(error, Error::InvalidArgument { name: "shape", .. }), "{error}");
        }
        // No disk has that much space: this must fail at creation, not at the first write.
        let error = MappedArray::create(path(&folder), ElementType::U8, &[1 << 60]).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(not(windows))]
    #[test]
    fn space_can_be_taken_by_writing() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"head").unwrap();
        write_zeros(&mut file, (1 << 20) + 7).unwrap();
        assert_eq!(file.metadata().unwrap().len(), (1 << 20) + 7);
    }

    #[test]
    fn truncated_and_hostile_headers_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = path(&folder);
        MappedArray::create(&file, ElementType::F32, &[10, 3]).unwrap();
        let whole = fs::read(&file).unwrap();
        for length in [0, 1, 63, 64, 65, whole.len() - 1, whole.len() + 1] {
            let mut bytes = whole.clone();
            bytes.resize(length, 0);
            fs::write(&file, bytes).unwrap();
            let error = MappedArray::open(&file, Access::Read).unwrap_err();
            assert!(matches!(error, Error::BadFormat { .. }), "{length}: {error}");
        }
        for at in 0..64 {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            fs::write(&file, bytes).unwrap();
            MappedArray::open(&file, Access::Write).unwrap_err();
        }
        let changes: [fn(&mut Header); 7] = [
            |h| h.element = 0,
            |h| h.element = 8,
            |h| h.dimensions = 0,
            |h| h.dimensions = u64::MAX,
            |h| h.shape[0] = u64::MAX,
            |h| h.shape = [1 << 32; 4],
            |h| h.shape[1] = 4,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            fs::write(&file, &whole).unwrap();
            rehashed(&file, change);
            let error = MappedArray::open(&file, Access::Read).unwrap_err();
            assert!(matches!(error, Error::BadFormat { .. }), "{number}: {error}");
        }
        fs::write(&file, &whole).unwrap();
        rehashed(&file, |h| h.version = 2);
        assert!(matches!(MappedArray::open(&file, Access::Read), Err(Error::Unsupported { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_array_comes_back(
            shape in prop::collection::vec(0_u64..7, 1..=4),
            element in prop::sample::select(&ElementType::ALL[..]),
            seed: u8,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut array = MappedArray::create(path(&folder), element, &shape).unwrap();
            let byte = |i: usize| (i as u8).wrapping_mul(31).wrapping_add(seed);
            let bytes: Vec<u8> = (0..array.bytes().len()).map(byte).collect();
            prop_assert_eq!(bytes.len() as u64, shape.iter().product::<u64>() * element.size());
            array.bytes_mut().unwrap().copy_from_slice(&bytes);
            drop(array);
            let array = MappedArray::open(path(&folder), Access::Read).unwrap();
            prop_assert_eq!((array.element_type(), array.shape()), (element, &shape[..]));
            prop_assert_eq!(array.bytes(), &bytes[..]);
        }
    }
}
