//! Standard input, whose reads end when the job is cancelled: nobody may ever write to it.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use crate::job::CancelToken;

/// The time between two looks at the flag that stops the job.
const PATIENCE: Duration = Duration::from_millis(50);

/// Why a read has no answer: the job was cancelled.
#[derive(Debug)]
pub(super) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the job was cancelled")
    }
}

impl std::error::Error for Stopped {}

/// Standard input.
pub(super) struct Standard {
    input: Waiting,
    cancel: CancelToken,
}

impl Standard {
    /// Takes standard input.
    ///
    /// # Errors
    /// Every error of the system.
    pub fn take(cancel: &CancelToken) -> io::Result<Standard> {
        Ok(Standard { input: Waiting::take()?, cancel: cancel.clone() })
    }
}

impl Read for Standard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.input.is_ready(PATIENCE)? {
            if self.cancel.is_cancelled() {
                return Err(io::Error::other(Stopped));
            }
        }
        self.input.read(buffer)
    }
}

#[cfg(unix)]
use unix::Waiting;

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsFd;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    /// The descriptor itself, since what the library's own reader has in its buffer is not seen by polling.
    pub struct Waiting(File);

    impl Waiting {
        pub fn take() -> io::Result<Waiting> {
            Ok(Waiting(io::stdin().as_fd().try_clone_to_owned()?.into()))
        }

        /// Waits for bytes or the end, for so long.
        pub fn is_ready(&self, patience: Duration) -> io::Result<bool> {
            let patience = Timespec { tv_sec: 0, tv_nsec: patience.subsec_nanos().into() };
            match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&patience)) {
                Ok(ready) => Ok(ready > 0),
                Err(Errno::INTR) => Ok(false),
                Err(e) => Err(e.into()),
            }
        }

        pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }
}

#[cfg(not(unix))]
use elsewhere::Waiting;

#[cfg(not(unix))]
mod elsewhere {
    use std::io::{self, Cursor, Read};
    use std::time::Duration;

    use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

    /// What a thread reads, as there is no waiting for consoles and pipes alike. The thread stays in its last read when
    /// the job is cancelled, until somebody writes or the process ends.
    pub struct Waiting {
        pieces: Receiver<io::Result<Vec<u8>>>,
        piece: Cursor<Vec<u8>>,
        has_ended: bool,
    }

    impl Waiting {
        pub fn take() -> io::Result<Waiting> {
            let (sender, pieces) = bounded(1);
            let read_all = move || {
                let mut input = io::stdin().lock();
                loop {
                    let mut piece = vec![0; 1 << 16];
                    let read = input.read(&mut piece).map(|count| {
                        piece.truncate(count);
                        piece
                    });
                    let is_last = !read.as_ref().is_ok_and(|piece| !piece.is_empty());
                    if sender.send(read).is_err() || is_last {
                        return;
                    }
                }
            };
            std::thread::Builder::new().name("groma-stdin".into()).spawn(read_all)?;
            Ok(Waiting { pieces, piece: Cursor::default(), has_ended: false })
        }

        /// Waits for bytes or the end, for so long.
        pub fn is_ready(&mut self, patience: Duration) -> io::Result<bool> {
            if self.has_ended || self.piece.position() < self.piece.get_ref().len() as u64 {
                return Ok(true);
            }
            match self.pieces.recv_timeout(patience) {
                Ok(piece) => {
                    self.piece = Cursor::new(piece?);
                    self.has_ended = self.piece.get_ref().is_empty();
                    Ok(true)
                }
                Err(RecvTimeoutError::Timeout) => Ok(false),
                Err(RecvTimeoutError::Disconnected) => {
                    self.has_ended = true;
                    Ok(true)
                }
            }
        }

        pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.piece.read(buffer)
        }
    }
}
