//! External sort of faces by group, for more faces than memory holds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::path::Path;

use bytemuck::{Pod, Zeroable};

use super::section::write_all_at;
use crate::error::IoContext;
use crate::io::atomic::nameless_beside;
use crate::io::positioned::read_exact_at;
use crate::{Error, Result};

/// Faces that are sorted in memory at once: 1 MiB.
const RUN: usize = 32 << 10;
/// Runs that are merged at once. Their buffers of faces take 1 MiB together.
const FAN: usize = 64;
const READ: usize = 512;

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Face {
    corners: [u64; 3],
    group: i32,
    padding: u32,
}

const FACE: u64 = size_of::<Face>() as u64;

/// The place of a sorted run in the file, in faces.
#[derive(Clone, Copy)]
struct Run {
    first: u64,
    end: u64,
}

/// Takes faces in any order and returns them by ascending group, in the order of arrival within a group.
pub struct SortedFaces {
    buffer: Vec<Face>,
    file: File,
    runs: Vec<Run>,
}

/// Receives the sorted faces: a group and three corners each.
pub type Take<'a> = dyn FnMut(i32, [u64; 3]) -> Result<()> + 'a;

impl SortedFaces {
    /// Faces that memory does not hold go to a file without a name, beside `path`.
    pub fn new(path: &Path) -> Result<SortedFaces> {
        Ok(SortedFaces { buffer: Vec::new(), file: nameless_beside(path)?, runs: Vec::new() })
    }

    pub fn push(&mut self, group: i32, corners: [u64; 3]) -> io::Result<()> {
        if self.buffer.len() == RUN {
            self.end_run()?;
        }
        self.buffer.push(Face { corners, group, padding: 0 });
        Ok(())
    }

    fn end_run(&mut self) -> io::Result<()> {
        self.buffer.sort_by_key(|face| face.group);
        let first = self.runs.last().map_or(0, |run| run.end);
        write_all_at(&self.file, bytemuck::cast_slice(&self.buffer), first * FACE)?;
        self.runs.push(Run { first, end: first + self.buffer.len() as u64 });
        self.buffer.clear();
        Ok(())
    }

    /// Passes all faces to `take`; `path` is for messages.
    pub fn finish(mut self, path: &Path, take: &mut Take<'_>) -> Result<()> {
        if self.runs.is_empty() {
            self.buffer.sort_by_key(|face| face.group);
            return self.buffer.iter().try_for_each(|face| take(face.group, face.corners));
        }
        self.end_run().context("write", path)?;
        while self.runs.len() > FAN {
            self.merge_runs(path)?;
        }
        merge(&self.file, &self.runs, path, &mut |face| take(face.group, face.corners))
    }

    /// Merges every [`FAN`] successive runs into one.
    fn merge_runs(&mut self, path: &Path) -> Result<()> {
        let file = nameless_beside(path)?;
        let mut runs = Vec::new();
        for some in self.runs.chunks(FAN) {
            let first = runs.last().map_or(0, |run: &Run| run.end);
            let mut end = first;
            merge(&self.file, some, path, &mut |face| {
                self.buffer.push(face);
                if self.buffer.len() == RUN {
                    write_all_at(&file, bytemuck::cast_slice(&self.buffer), end * FACE).context("write", path)?;
                    end += self.buffer.len() as u64;
                    self.buffer.clear();
                }
                Ok(())
            })?;
            write_all_at(&file, bytemuck::cast_slice(&self.buffer), end * FACE).context("write", path)?;
            end += self.buffer.len() as u64;
            self.buffer.clear();
            runs.push(Run { first, end });
        }
        (self.file, self.runs) = (file, runs);
        Ok(())
    }
}

/// A run with a few of its faces in memory.
struct Reader {
    run: Run,
    faces: Vec<Face>,
    next: usize,
}

impl Reader {
    fn next(&mut self, file: &File) -> io::Result<Option<Face>> {
        if self.next == self.faces.len() {
            let count = (self.run.end - self.run.first).min(READ as u64);
            self.faces.resize(count as usize, Face::zeroed());
            read_exact_at(file, bytemuck::cast_slice_mut(&mut self.faces), self.run.first * FACE)?;
            self.run.first += count;
            self.next = 0;
        }
        let face = self.faces.get(self.next).copied();
        self.next += 1;
        Ok(face)
    }
}

fn merge(file: &File, runs: &[Run], path: &Path, each: &mut dyn FnMut(Face) -> Result<()>) -> Result<()> {
    let reading = |cause: io::Error| Error::Io { action: "sort the faces of", subject: path.to_path_buf(), cause };
    let mut readers: Vec<Reader> = runs.iter().map(|&run| Reader { run, faces: Vec::new(), next: 0 }).collect();
    // Order by group, then by run: the runs are in the order in which the faces came.
    let mut heads = BinaryHeap::new();
    let mut faces: Vec<Face> = vec![Face::zeroed(); readers.len()];
    for (number, reader) in readers.iter_mut().enumerate() {
        if let Some(face) = reader.next(file).map_err(reading)? {
            faces[number] = face;
            heads.push(Reverse((face.group, number)));
        }
    }
    while let Some(Reverse((_, number))) = heads.pop() {
        each(faces[number])?;
        if let Some(face) = readers[number].next(file).map_err(reading)? {
            faces[number] = face;
            heads.push(Reverse((face.group, number)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_come_by_group_and_then_as_they_came_whatever_their_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.obj");
        // In memory only; in a few runs; in more runs than are merged at once.
        for count in [0, 1, 1000, RUN * 3 + 5, RUN * (FAN + 2) + 1] {
            let group = |n: usize| (n.wrapping_mul(2_654_435_761) >> 7) as i32 % 5 - 2;
            let mut sorted = SortedFaces::new(&path).unwrap();
            for n in 0..count {
                sorted.push(group(n), [n as u64, 1, 2]).unwrap();
            }
            let mut expected: Vec<(i32, u64)> = (0..count).map(|n| (group(n), n as u64)).collect();
            expected.sort();
            let mut given = expected.iter();
            sorted
                .finish(&path, &mut |group, [n, ..]| {
                    assert_eq!(given.next(), Some(&(group, n)));
                    Ok(())
                })
                .unwrap();
            assert_eq!(given.next(), None);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left");
    }
}
