//! Runs a program and lets something go wrong at a system call: the n-th that has to do with files under a folder, in
//! whatever thread. Nothing of it is in the program: each call is stopped on its way by ptrace. Between two calls
//! nothing changes on the disk, so the calls are all boundaries that there are.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use libc::{c_int, c_long, c_void, pid_t};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    No,
    /// The process is killed before a call that changes the disk.
    Kill,
    /// The process is killed when half of what a call writes is written.
    Tear,
    /// A call fails with this number.
    Fail(c_int),
    /// The disk is full for one call that takes space.
    Full,
    /// The disk is full from then on.
    StaysFull,
    /// A call that a signal can interrupt is interrupted.
    Interrupt,
    /// A call reads or writes half of what it was asked to.
    Short,
}

/// What came of a run.
pub struct Outcome {
    pub status: ExitStatus,
    pub stderr: String,
    /// The call at which something went wrong; `None` when there were not so many.
    pub hit: Option<String>,
}

/// What is known of a system call that has to do with files.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    /// The argument with a path, and the one with an open file.
    path: Option<usize>,
    fd: Option<usize>,
    class: Class,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// Asks, or opens what is there.
    Ask,
    /// Moves bytes; the third argument says how many.
    Read,
    Write,
    /// Takes space on the disk otherwise.
    Take,
    /// Changes what is there without taking space.
    Change,
    /// Opening: to make a file or not.
    Open,
}

fn kind(number: u64) -> Option<Kind> {
    use Class::*;
    let kind = |name, path, fd, class| Some(Kind { name, path, fd, class });
    match number as c_long {
        libc::SYS_read => kind("read", None, Some(0), Read),
        libc::SYS_pread64 => kind("pread64", None, Some(0), Read),
        libc::SYS_readv => kind("readv", None, Some(0), Ask),
        libc::SYS_getdents64 => kind("getdents64", None, Some(0), Ask),
        libc::SYS_fstat => kind("fstat", None, Some(0), Ask),
        libc::SYS_flock => kind("flock", None, Some(0), Ask),
        libc::SYS_lseek => kind("lseek", None, Some(0), Ask),
        libc::SYS_mmap => kind("mmap", None, Some(4), Ask),
        libc::SYS_newfstatat => kind("newfstatat", Some(1), Some(0), Ask),
        libc::SYS_statx => kind("statx", Some(1), Some(0), Ask),
        libc::SYS_stat => kind("stat", Some(0), None, Ask),
        libc::SYS_access => kind("access", Some(0), None, Ask),
        libc::SYS_write => kind("write", None, Some(0), Write),
        libc::SYS_pwrite64 => kind("pwrite64", None, Some(0), Write),
        libc::SYS_writev => kind("writev", None, Some(0), Take),
        libc::SYS_sendfile => kind("sendfile", None, Some(0), Take),
        libc::SYS_copy_file_range => kind("copy_file_range", None, Some(2), Take),
        libc::SYS_fallocate => kind("fallocate", None, Some(0), Take),
        libc::SYS_ftruncate => kind("ftruncate", None, Some(0), Take),
        libc::SYS_fsync => kind("fsync", None, Some(0), Change),
        libc::SYS_fdatasync => kind("fdatasync", None, Some(0), Change),
        libc::SYS_mkdir => kind("mkdir", Some(0), None, Take),
        libc::SYS_mkdirat => kind("mkdirat", Some(1), None, Take),
        libc::SYS_link => kind("link", Some(1), None, Take),
        libc::SYS_linkat => kind("linkat", Some(3), None, Take),
        libc::SYS_rename => kind("rename", Some(1), None, Take),
        libc::SYS_renameat => kind("renameat", Some(3), None, Take),
        libc::SYS_renameat2 => kind("renameat2", Some(3), None, Take),
        libc::SYS_unlink => kind("unlink", Some(0), None, Change),
        libc::SYS_unlinkat => kind("unlinkat", Some(1), None, Change),
        libc::SYS_open => kind("open", Some(0), None, Open),
        libc::SYS_openat => kind("openat", Some(1), None, Open),
        _ => None,
    }
}

impl Fault {
    /// The number of the error that a call gives.
    pub fn number(self) -> Option<c_int> {
        match self {
            Fault::Fail(number) => Some(number),
            Fault::Full | Fault::StaysFull => Some(libc::ENOSPC),
            _ => None,
        }
    }

    /// Whether this can happen at a call; `makes` for opening: a file is made.
    fn fits(self, class: Class, makes: bool) -> bool {
        let takes = matches!(class, Class::Write | Class::Take) || makes;
        match self {
            Fault::No => false,
            Fault::Kill => takes || class == Class::Change,
            Fault::Tear => class == Class::Write,
            Fault::Fail(_) => true,
            Fault::Full | Fault::StaysFull => takes,
            Fault::Interrupt => matches!(class, Class::Read | Class::Write) || makes,
            Fault::Short => matches!(class, Class::Read | Class::Write),
        }
    }
}

/// What is still to be done when a call of a thread returns.
enum AtExit {
    Kill,
    Return(i64),
}

// The registers of a call, as offsets in the user area.
const COUNT: usize = std::mem::offset_of!(libc::user_regs_struct, rdx);
const NUMBER: usize = std::mem::offset_of!(libc::user_regs_struct, orig_rax);
const RESULT: usize = std::mem::offset_of!(libc::user_regs_struct, rax);

/// Runs `command`, and lets `fault` happen at the `at`-th call, counted from 1, that it fits and that has to do with
/// files under `root`. An error means that processes cannot be traced here.
pub fn run(command: &mut Command, root: &Path, fault: Fault, at: usize) -> std::io::Result<Outcome> {
    let mut stderr = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr.try_clone()?);
    // SAFETY: between fork and exec only a system call is made.
    unsafe {
        command.pre_exec(|| match libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) {
            -1 => Err(std::io::Error::last_os_error()),
            _ => Ok(()),
        });
    }
    let main = command.spawn()?.id() as pid_t;
    let mut tracer = Tracer { main, root, fault, at, seen: 0, hit: None, at_exit: HashMap::new() };
    let status = tracer.follow();
    stderr.rewind()?;
    let mut text = String::new();
    stderr.read_to_string(&mut text)?;
    Ok(Outcome { status, stderr: text, hit: tracer.hit })
}

struct Tracer<'a> {
    main: pid_t,
    root: &'a Path,
    fault: Fault,
    at: usize,
    seen: usize,
    hit: Option<String>,
    at_exit: HashMap<pid_t, AtExit>,
}

impl Tracer<'_> {
    fn follow(&mut self) -> ExitStatus {
        let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_TRACECLONE | libc::PTRACE_O_EXITKILL;
        let mut threads = HashSet::new();
        let mut ended = None;
        loop {
            let mut status = 0;
            // SAFETY: a plain call. Only children of this thread: other tests have theirs.
            let thread = unsafe { libc::waitpid(-1, &mut status, libc::__WALL | libc::__WNOTHREAD) };
            if thread < 0 {
                return ExitStatus::from_raw(ended.expect("the program has ended"));
            }
            if !libc::WIFSTOPPED(status) {
                ended = if thread == self.main { Some(status) } else { ended };
                continue;
            }
            let is_new = threads.insert(thread);
            let mut deliver = 0;
            match libc::WSTOPSIG(status) {
                signal if signal == libc::SIGTRAP | 0x80 => self.at_call(thread),
                libc::SIGTRAP if is_new && thread == self.main => {
                    ptrace(libc::PTRACE_SETOPTIONS, thread, 0, options as usize);
                }
                // A thread was made, here and there.
                libc::SIGTRAP if status >> 16 != 0 => {}
                libc::SIGSTOP if is_new => {}
                signal => deliver = signal,
            }
            ptrace(libc::PTRACE_SYSCALL, thread, 0, deliver as usize);
        }
    }

    /// A thread begins a call or returns from it.
    fn at_call(&mut self, thread: pid_t) {
        #[repr(C)]
        #[derive(Default)]
        struct Info {
            op: u8,
            arch: u32,
            place: [u64; 2],
            number: u64,
            arguments: [u64; 6],
            rest: u64,
        }
        const GET_SYSCALL_INFO: libc::c_uint = 0x420e;
        let mut info = Info::default();
        ptrace(GET_SYSCALL_INFO, thread, size_of::<Info>(), &mut info as *mut Info as usize);
        match info.op {
            1 => self.at_entry(thread, info.number, &info.arguments),
            2 => match self.at_exit.remove(&thread) {
                Some(AtExit::Kill) => self.kill(),
                Some(AtExit::Return(value)) => poke(thread, RESULT, value),
                None => {}
            },
            _ => {}
        }
    }

    fn at_entry(&mut self, thread: pid_t, number: u64, arguments: &[u64; 6]) {
        let Some(kind) = kind(number) else { return };
        let flags = arguments[kind.path.unwrap_or(0) + 1] as c_int;
        let makes = kind.class == Class::Open && flags & (libc::O_CREAT | (libc::O_TMPFILE & !libc::O_DIRECTORY)) != 0;
        if !self.fault.fits(kind.class, makes) {
            return;
        }
        let named = kind.path.map(|n| text_at(thread, arguments[n])).filter(|path| !path.is_empty());
        let opened = || std::fs::read_link(format!("/proc/{thread}/fd/{}", arguments[kind.fd?] as c_int)).ok();
        let Some(path) = named.map(Into::into).or_else(opened).filter(|path| path.starts_with(self.root)) else {
            return;
        };
        self.seen += 1;
        if self.seen != self.at && !(self.fault == Fault::StaysFull && self.seen > self.at) {
            return;
        }
        self.hit.get_or_insert_with(|| format!("{} of {}", kind.name, path.display()));
        let count = arguments[2] as i64;
        let fail = |errno: c_int| {
            // A call that does not exist instead; then the result is what we say.
            poke(thread, NUMBER, -1);
            AtExit::Return(-i64::from(errno))
        };
        let at_exit = match self.fault {
            Fault::No => return,
            Fault::Kill => return self.kill(),
            Fault::Tear | Fault::Short => {
                poke(thread, COUNT, if count > 1 { count / 2 } else { count });
                if self.fault == Fault::Short {
                    return;
                }
                AtExit::Kill
            }
            Fault::Fail(errno) => fail(errno),
            Fault::Full | Fault::StaysFull => fail(libc::ENOSPC),
            Fault::Interrupt => fail(libc::EINTR),
        };
        self.at_exit.insert(thread, at_exit);
    }

    fn kill(&self) {
        // SAFETY: our child, which has not been waited for.
        unsafe { libc::kill(self.main, libc::SIGKILL) };
    }
}

fn poke(thread: pid_t, register: usize, value: i64) {
    ptrace(libc::PTRACE_POKEUSER, thread, register, value as usize);
}

/// Calls on threads that have been killed meanwhile come to nothing.
fn ptrace(request: libc::c_uint, thread: pid_t, address: usize, data: usize) {
    // SAFETY: addresses are registers, sizes, or of a struct of that size.
    unsafe { libc::ptrace(request, thread, address as *mut c_void, data as *mut c_void) };
}

/// The C string at an address of a process.
fn text_at(thread: pid_t, address: u64) -> String {
    let mut bytes = [0; 4096];
    let read = std::fs::File::open(format!("/proc/{thread}/mem")).and_then(|file| file.read_at(&mut bytes, address));
    let bytes = &bytes[..read.unwrap_or(0)];
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
