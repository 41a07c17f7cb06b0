//! The memory that footprints may take while they are read, and what stops the reading.

use std::cell::{Cell, RefCell};

use crate::job::CancelToken;
use crate::{Error, Result, human};

/// The fewest bytes of a file per point: with them, reading a feature takes no more memory than its points do later.
const BYTES_PER_POINT: u64 = 16;

/// The bytes of a feature that are never checked: more than is read ahead of the features.
const FREE: u64 = 1 << 20;

/// The room for footprints, shared by the reader of a format and the collector of its features.
pub(crate) struct Budget<'a> {
    /// Checks that there is memory for so many footprints with so many points.
    room: &'a dyn Fn(u64, u64) -> Result<()>,
    cancel: &'a CancelToken,
    /// The bytes read since the last feature, all of which may have to be held.
    bytes: Cell<u64>,
    /// The numbers of footprints and points that are held.
    held: Cell<(u64, u64)>,
    /// The number of the current feature, from 1 on; 0 before the first and after the last one.
    pub number: Cell<u64>,
    /// Why there is no room for the next feature.
    refused: RefCell<Option<Error>>,
    /// Why what takes the footprints can take no more.
    failure: RefCell<Option<Error>>,
}

impl<'a> Budget<'a> {
    pub fn new(room: &'a dyn Fn(u64, u64) -> Result<()>, cancel: &'a CancelToken) -> Budget<'a> {
        Budget {
            room,
            cancel,
            bytes: Cell::new(0),
            held: Cell::new((0, 0)),
            number: Cell::new(0),
            refused: RefCell::new(None),
            failure: RefCell::new(None),
        }
    }

    /// Checks that there is memory for so many footprints with so many points.
    pub fn check(&self, (footprints, points): (u64, u64)) -> Result<()> {
        (self.room)(footprints, points)
    }

    /// Returns whether the reading has to stop: the job was asked to, or [`Budget::stop`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled() || self.is_stopped()
    }

    /// Returns whether [`Budget::stop`] was called.
    pub fn is_stopped(&self) -> bool {
        self.failure.borrow().is_some()
    }

    /// Stops the reading, which then ends as if it was cancelled.
    pub fn stop(&self, why: Error) {
        *self.failure.borrow_mut() = Some(why);
    }

    /// Fails if the reading was stopped.
    ///
    /// # Errors
    /// The error that [`Budget::stop`] was given.
    pub fn refuse_stopped(&self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Returns the flag that stops the job, for work that outlives this borrow.
    #[cfg(feature = "sqlite")]
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Fails once the reading has to stop.
    pub fn go_on(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Notes the end of a feature.
    pub fn end_feature(&self) {
        self.bytes.set(0);
    }

    /// Notes how many footprints and points are held now.
    pub fn hold(&self, held: (u64, u64)) {
        self.held.set(held);
    }

    /// Counts bytes of the current feature's text, of a file of `length` bytes. Returns whether there is room for them;
    /// if not, [`Budget::take_refusal`] has the error.
    pub fn add_text(&self, read: u64, length: u64) -> bool {
        let bytes = self.bytes.get() + read;
        self.bytes.set(bytes);
        if bytes <= FREE || self.room_for(bytes).is_ok() {
            return true;
        }
        // Room for the whole file would be room for the feature.
        *self.refused.borrow_mut() = self.room_for(length.max(bytes)).err();
        false
    }

    /// Checks that there is room for the next feature, which takes so many bytes of a file.
    ///
    /// # Errors
    /// The error of `room`, with the feature's number.
    pub fn check_feature(&self, bytes: u64) -> Result<()> {
        if bytes <= FREE {
            return Ok(());
        }
        self.room_for(bytes).map_err(|error| self.about_feature(error, bytes))
    }

    /// Checks that there is room for the pages of a group of rows, which take so many bytes of memory.
    ///
    /// # Errors
    /// The error of `room`.
    #[cfg(feature = "parquet")]
    pub fn check_pages(&self, bytes: u64) -> Result<()> {
        if bytes <= FREE {
            return Ok(());
        }
        self.room_for(bytes).map_err(|error| match error {
            Error::MemoryLimit { limit, needed, .. } => {
                let what = format!("the pages of a group of rows, {}", human::bytes(bytes));
                Error::MemoryLimit { limit, needed, what }
            }
            other => other,
        })
    }

    fn room_for(&self, bytes: u64) -> Result<()> {
        let (footprints, points) = self.held.get();
        (self.room)(footprints + 1, points + bytes / BYTES_PER_POINT)
    }

    /// Takes the error for a feature whose text has no room, if there is one.
    pub fn take_refusal(&self) -> Option<Error> {
        let error = self.refused.take()?;
        Some(self.about_feature(error, self.bytes.get()))
    }

    fn about_feature(&self, error: Error, bytes: u64) -> Error {
        let what = match self.number.get() {
            0 => "what stands before or after the features".to_string(),
            number => format!("reading feature #{number}, whose text is {} or longer", human::bytes(bytes)),
        };
        match error {
            Error::MemoryLimit { limit, needed, .. } => Error::MemoryLimit { limit, needed, what },
            other => other,
        }
    }
}
