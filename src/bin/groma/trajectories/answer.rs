//! Prints what a query has found.

use std::io::{self, Write};

use groma::Result;
use groma::human::{counted, numbers};
use groma::trajectory::query::{Image, QueryResult, Sample};
use serde::{Serialize, Serializer};

use super::names::Names;
use crate::terminal::print_json;

/// How an answer is printed.
pub struct Printed {
    pub names: Names,
    /// The origin that was subtracted from all positions.
    pub coordinate_origin: Option<[f64; 3]>,
    /// The smaller one of two radii.
    pub inner: Option<f64>,
    /// Whether there are answers to several points, which are told apart by their numbers.
    pub is_numbered: bool,
    /// Whether each sample has an image.
    pub is_periodic: bool,
}

impl Printed {
    /// The queries of a result that are printed. Of two radii the outer one: it has what the inner one has.
    fn queries(&self, result: &QueryResult) -> impl Iterator<Item = (usize, usize)> {
        let each = if self.inner.is_some() { 2 } else { 1 };
        (0..result.queries() / each).map(move |point| (point, each * point + each - 1))
    }

    fn is_inner(&self, sample: &Sample) -> Option<bool> {
        self.inner.map(|radius| sample.distance <= radius)
    }

    pub fn write_csv(&self, result: &QueryResult, out: &mut dyn Write) -> io::Result<()> {
        let is_periodic = self.is_periodic;
        writeln!(
            out,
            "{}id,time_step,x,y,z,distance{}{}{}",
            if self.is_numbered { "point," } else { "" },
            if self.inner.is_some() { ",inner" } else { "" },
            if is_periodic { ",image_x,image_y,image_z" } else { "" },
            if self.names.are_there() { ",name" } else { "" }
        )?;
        for (point, query) in self.queries(result) {
            for (id, samples) in result.images_of_query(query) {
                for (sample, image) in samples {
                    if self.is_numbered {
                        write!(out, "{point},")?;
                    }
                    let Sample { distance, position: [x, y, z], time_step } = sample;
                    write!(out, "{id},{time_step},{x},{y},{z},{distance}")?;
                    if let Some(inner) = self.is_inner(sample) {
                        write!(out, ",{}", u8::from(inner))?;
                    }
                    if is_periodic {
                        let [x, y, z] = image.shifts();
                        write!(out, ",{x},{y},{z}")?;
                    }
                    writeln!(out, "{}", self.names.last_field(id))?;
                }
            }
        }
        Ok(())
    }

    pub fn write_text(&self, result: &QueryResult, out: &mut dyn Write) -> io::Result<()> {
        let (mut found, mut count) = (0, 0);
        for (point, query) in self.queries(result) {
            for (id, samples) in result.images_of_query(query) {
                found += 1;
                for (sample, image) in samples {
                    count += 1;
                    if self.is_numbered {
                        write!(out, "point {point:<6} ")?;
                    }
                    let Sample { distance, position: [x, y, z], time_step } = sample;
                    let id = self.names.label(id);
                    write!(out, "trajectory {id:<10} step {time_step:<6} distance {distance:<12.6} at {x}, {y}, {z}")?;
                    if image != Image::default() {
                        write!(out, "  in the image {}", numbers(&image.shifts().map(f64::from)))?;
                    }
                    let inner = if self.is_inner(sample) == Some(true) { "  within the inner radius" } else { "" };
                    writeln!(out, "{inner}")?;
                }
            }
        }
        writeln!(out, "{}, {}", counted(found, "trajectory"), counted(count, "sample"))?;
        match self.coordinate_origin {
            Some(origin) => writeln!(out, "positions are relative to the data set's origin, {}", numbers(&origin)),
            None => Ok(()),
        }
    }

    /// The answers of two radii are named, those of several points are a list. One answer stands alone, unless there is
    /// an origin to stand beside it, whether anything was found or not.
    pub fn print_json(&self, result: &QueryResult) -> Result<()> {
        let coordinate_origin = self.coordinate_origin;
        if self.is_numbered {
            return print_json(&OfPoints { coordinate_origin, points: Points { result, printed: self } });
        }
        let answer = |query| Answer { result, query, names: &self.names };
        match (self.inner, coordinate_origin) {
            (Some(_), _) => print_json(&TwoAnswers { coordinate_origin, inner: answer(0), outer: answer(1) }),
            (None, Some(_)) => print_json(&OneAnswer { coordinate_origin, trajectories: answer(0) }),
            (None, None) => print_json(&answer(0)),
        }
    }
}

/// What one query of a result has found, as a JSON array of trajectories.
struct Answer<'a> {
    result: &'a QueryResult,
    query: usize,
    names: &'a Names,
}

#[derive(Serialize)]
struct OneAnswer<'a> {
    /// The origin that was subtracted from all positions.
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinate_origin: Option<[f64; 3]>,
    trajectories: Answer<'a>,
}

#[derive(Serialize)]
struct TwoAnswers<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinate_origin: Option<[f64; 3]>,
    inner: Answer<'a>,
    outer: Answer<'a>,
}

#[derive(Serialize)]
struct OfPoints<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinate_origin: Option<[f64; 3]>,
    points: Points<'a>,
}

/// The answers to all points, in their order.
struct Points<'a> {
    result: &'a QueryResult,
    printed: &'a Printed,
}

#[derive(Serialize)]
struct Found<'a> {
    id: u64,
    /// Absent where the data set has no name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    samples: Samples<'a>,
}

/// The samples of a trajectory in an answer.
struct Samples<'a> {
    result: &'a QueryResult,
    samples: std::ops::Range<usize>,
}

#[derive(Serialize)]
struct FoundSample {
    /// Null where it is infinite, for which JSON has no number.
    distance: f64,
    position: [f64; 3],
    time_step: i32,
    /// Absent where the query was not periodic.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<[i8; 3]>,
}

impl Serialize for Points<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Points { result, printed } = *self;
        serializer.collect_seq(printed.queries(result).map(|(_, query)| match printed.inner {
            Some(_) => Of::Two(TwoAnswers {
                coordinate_origin: None,
                inner: Answer { result, query: query - 1, names: &printed.names },
                outer: Answer { result, query, names: &printed.names },
            }),
            None => Of::One(Answer { result, query, names: &printed.names }),
        }))
    }
}

/// The answer to one of several points.
#[derive(Serialize)]
#[serde(untagged)]
enum Of<'a> {
    One(Answer<'a>),
    Two(TwoAnswers<'a>),
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let result = self.result;
        let of_query = result.query_offsets[self.query] as usize..result.query_offsets[self.query + 1] as usize;
        serializer.collect_seq(of_query.map(|n| {
            let samples = result.sample_offsets[n] as usize..result.sample_offsets[n + 1] as usize;
            Found { id: result.ids[n], name: self.names.of(result.ids[n]), samples: Samples { result, samples } }
        }))
    }
}

impl Serialize for Samples<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.samples.clone().map(|n| {
            let Sample { distance, position, time_step } = self.result.samples[n];
            let image = self.result.images.get(n).map(|image| image.shifts());
            FoundSample { distance, position: position.map(f64::from), time_step, image }
        }))
    }
}
