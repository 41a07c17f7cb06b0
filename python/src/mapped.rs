//! Arrays in files, shown to Python without a copy.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use groma::Error;
use groma::io::mapped_array::{Access, ElementType, MappedArray as Mapped};
use numpy::PyArray1;
use numpy::ndarray::ArrayView1;
use pyo3::prelude::*;

use crate::arrays::protect;
use crate::errors::{OrRaise, work};

/// An array in a file, mapped as long as this or an array that shows it lives.
#[pyclass(frozen, module = "groma._groma")]
pub struct MappedArray {
    /// Only its address goes to Python: it is locked for what the file itself is asked.
    mapped: Mutex<Mapped>,
    is_writable: bool,
}

impl MappedArray {
    fn new(mapped: Mapped, is_writable: bool) -> MappedArray {
        MappedArray { mapped: Mutex::new(mapped), is_writable }
    }

    fn lock(&self) -> MutexGuard<'_, Mapped> {
        self.mapped.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn element(name: &str) -> groma::Result<ElementType> {
    let of_numpy = |element: ElementType| match element {
        ElementType::F32 => "float32",
        ElementType::F64 => "float64",
        ElementType::I32 => "int32",
        ElementType::U32 => "uint32",
        ElementType::I64 => "int64",
        ElementType::U64 => "uint64",
        ElementType::U8 => "uint8",
    };
    let found = ElementType::ALL.into_iter().find(|element| of_numpy(*element) == name);
    found.ok_or_else(|| Error::invalid("dtype", name, ElementType::ALL.map(of_numpy).join(", ")))
}

#[pymethods]
impl MappedArray {
    #[staticmethod]
    fn create(py: Python<'_>, path: PathBuf, dtype: &str, shape: Vec<u64>) -> PyResult<MappedArray> {
        work(py, || Mapped::create(path, element(dtype)?, &shape)).map(|mapped| MappedArray::new(mapped, true))
    }

    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf, writable: bool) -> PyResult<MappedArray> {
        let access = if writable { Access::Write } else { Access::Read };
        work(py, || Mapped::open(path, access)).map(|mapped| MappedArray::new(mapped, writable))
    }

    #[getter]
    fn dtype(&self) -> String {
        let name = self.lock().element_type().name();
        let (kind, bits) = name.split_at(1);
        let kind = match kind {
            "f" => "float",
            "i" => "int",
            _ => "uint",
        };
        format!("{kind}{bits}")
    }

    #[getter]
    fn shape(&self) -> Vec<u64> {
        self.lock().shape().to_vec()
    }

    /// The elements as bytes, without a copy.
    fn bytes<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyArray1<u8>>> {
        let this = slf.get();
        let mut mapped = this.lock();
        // The pointer comes from the slice that may be written to, where there is one.
        let (start, length) = match this.is_writable {
            true => mapped.bytes_mut().or_raise().map(|bytes| (bytes.as_mut_ptr().cast_const(), bytes.len()))?,
            false => (mapped.bytes().as_ptr(), mapped.bytes().len()),
        };
        // SAFETY: the mapping stays where it is as long as this object lives, which the array keeps. That other parts
        // of the program write to it is what it is for: numpy reads and writes it as it does all memory.
        let array = unsafe {
            let view = ArrayView1::from_shape_ptr(length, start);
            PyArray1::borrow_from_array(&view, slf.as_any().clone())
        };
        if this.is_writable { Ok(array) } else { protect(array) }
    }

    /// Writes all changes to the disk, and fails where the file was cut.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        work(py, || self.lock().flush())
    }
}
