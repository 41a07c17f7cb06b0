//! The way of coordinates from one reference system to another.
//!
//! Coordinates come and go as files hold them: the easting or the longitude first, whatever order the authority of the
//! system gives its axes; longitude and latitude in degrees. The projections are those of proj4rs, which agree with
//! PROJ within a tenth of a micrometre (`tests/reference_systems.rs`). A datum is changed by the best shift of the EPSG
//! dataset that needs no grid; its accuracy is told, and one above [`Transform::LEAST_ACCURACY`] is refused.
//!
//! A point's result depends on nothing but the point, so it is the same with any number of threads. Sines, logarithms
//! and their like come from the system's library: on another platform a result may differ in its last bits.

use proj4rs::Proj;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, ELLIPSOID, Shift, words_with};
use super::{Crs, Fault};

/// A way from one reference system to another, and back.
#[derive(Clone, Debug)]
pub struct Transform {
    steps: Vec<Step>,
    accuracy: f64,
    text: String,
}

#[derive(Clone, Debug)]
enum Step {
    /// The same projection in another unit.
    Factor(f64),
    /// A projection, its inverse, a shift of datums, or several of them.
    Project([String; 2], Box<[Proj; 2]>),
}

impl Transform {
    /// The worst accuracy of a change of datum that is accepted, in metres.
    pub const LEAST_ACCURACY: f64 = 5.0;

    /// Finds the way from one system to another.
    ///
    /// # Errors
    /// The reason, as a part of a sentence, when a system's projection or datum is not known, or the datums are not
    /// tied to each other well enough without grids.
    pub fn new(from: &Crs, to: &Crs) -> Result<Transform, String> {
        let named = |crs: &Crs, why: String| {
            let ways = format!("between {from} and {to} there is no way");
            format!("{ways}, for {crs} cannot be transformed: {why}")
        };
        let a = Definition::of(from).map_err(|why| named(from, why))?;
        let b = Definition::of(to).map_err(|why| named(to, why))?;
        Transform::between((&a, &from.to_string()), (&b, &to.to_string()))
    }

    /// Finds the way from a system to the same one in metres; `None` for one that is in metres or in degrees.
    ///
    /// # Errors
    /// As [`Transform::new`].
    pub fn to_metres(crs: &Crs) -> Result<Option<Transform>, String> {
        let Some(Fault::Unit { of_heights: false, metres, .. }) = &crs.fault else { return Ok(None) };
        let by_definition = || Definition::of(crs).ok().and_then(|definition| definition.to_metre());
        let factor = metres.or_else(by_definition).ok_or_else(|| format!("the unit of {crs} is not known"))?;
        Ok(Some(Transform { steps: vec![Step::Factor(factor)], accuracy: 0.0, text: format!("times {factor}") }))
    }

    /// Checks that a system's projection is known.
    ///
    /// # Errors
    /// As [`Transform::new`].
    pub(crate) fn check(crs: &Crs) -> Result<(), String> {
        Definition::of(crs).map(drop)
    }

    /// Returns the way that goes on with another.
    #[must_use]
    pub(crate) fn then(mut self, next: Transform) -> Transform {
        self.steps.extend(next.steps);
        let text = format!("{} > {}", self.text, next.text);
        Transform { accuracy: self.accuracy + next.accuracy, text, ..self }
    }

    fn between((a, from): (&Definition, &str), (b, to): (&Definition, &str)) -> Result<Transform, String> {
        let mut words = vec![[a.words.clone(), b.words.clone()]];
        let mut accuracy = 0.0;
        let is_same_datum = a.datum.is_some() && a.datum == b.datum;
        if !is_same_datum && (a.datum, &a.shift, a.ellipsoid()) != (b.datum, &b.shift, b.ellipsoid()) {
            let known = |definition: &Definition, name: &str| {
                definition.shift.clone().ok_or_else(|| {
                    let why = match definition.datum {
                        Some(_) => "is tied to WGS 84 by grids only",
                        None => "is not known, and no shift of it to WGS 84 is stated (towgs84)",
                    };
                    format!("from {from} to {to} the datum changes, and that of {name} {why}")
                })
            };
            let (first, second) = (known(a, from)?, known(b, to)?);
            let is_known = |shift: &&Shift| !shift.accuracy.is_nan();
            accuracy = [&first, &second].into_iter().filter(is_known).map(|shift| shift.accuracy).sum();
            if accuracy > Self::LEAST_ACCURACY {
                return Err(format!(
                    "from {from} to {to} the datum changes, which is known to {accuracy} m only without grids, where \
                     {} m are accepted: ogr2ogr -t_srs EPSG:CODE, or gdalwarp -t_srs EPSG:CODE, takes grids that are \
                     installed",
                    Self::LEAST_ACCURACY
                ));
            }
            const WGS_84: &str = "proj=longlat ellps=WGS84";
            // Without the prime meridian: longitudes between the two steps count from Greenwich.
            let shifted = |words: &str, shift: &Shift| match &shift.parameters {
                Some(parameters) => [format!("{words} towgs84={parameters}"), format!("{WGS_84} towgs84=0,0,0")],
                None => [words.to_string(), format!("proj=longlat {}", words_with(words, &ELLIPSOID))],
            };
            let [first_words, middle] = shifted(&a.words, &first);
            let [last_words, last_middle] = shifted(&b.words, &second);
            words = match (&first.parameters, &second.parameters) {
                (None, None) => words,
                _ => vec![[first_words, middle], [last_middle, last_words]],
            };
        }
        let steps = words.iter().map(Step::project).collect::<Result<_, String>>()?;
        let text = words.iter().map(|[from, to]| format!("{from} > {to}")).collect::<Vec<_>>().join(" > ");
        Ok(Transform { steps, accuracy, text })
    }

    /// Returns the accuracy of the change of datum, in metres; 0 where the datum stays.
    pub fn accuracy(&self) -> f64 {
        self.accuracy
    }

    /// Returns all that results depend on, as a text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Returns a point in the other system; `None` where the projection is not defined.
    pub fn point(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        self.steps.iter().try_fold(point, |point, step| match step {
            Step::Factor(factor) => Some(point.map(|v| v * factor)),
            Step::Project(_, projections) => one(&projections[0], &projections[1], point),
        })
    }

    /// Returns the way back.
    #[must_use]
    pub fn inverse(&self) -> Transform {
        let turned = |step: &Step| match step {
            Step::Factor(factor) => Step::Factor(1.0 / factor),
            Step::Project([from, to], projections) => {
                let [there, back] = &**projections;
                Step::Project([to.clone(), from.clone()], Box::new([back.clone(), there.clone()]))
            }
        };
        let steps = self.steps.iter().rev().map(turned).collect();
        Transform { steps, accuracy: self.accuracy, text: format!("back: {}", self.text) }
    }
}

/// Returns where projections put points of the plane that `from` describes; `None` where one is not computed, and for
/// points without a place.
impl Step {
    fn project(words: &[String; 2]) -> Result<Step, String> {
        Ok(Step::Project(words.clone(), Box::new([proj(&words[0])?, proj(&words[1])?])))
    }
}

/// A transformation as a file keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TransformRecord {
    steps: Vec<StepRecord>,
    accuracy: Option<f64>,
    text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum StepRecord {
    Factor(f64),
    Project([String; 2]),
}

impl From<&Transform> for TransformRecord {
    fn from(transform: &Transform) -> TransformRecord {
        let step = |step: &Step| match step {
            Step::Factor(factor) => StepRecord::Factor(*factor),
            Step::Project(words, _) => StepRecord::Project(words.clone()),
        };
        let accuracy = Some(transform.accuracy).filter(|accuracy| accuracy.is_finite());
        TransformRecord { steps: transform.steps.iter().map(step).collect(), accuracy, text: transform.text.clone() }
    }
}

impl TryFrom<&TransformRecord> for Transform {
    type Error = String;

    fn try_from(record: &TransformRecord) -> Result<Transform, String> {
        let step = |step: &StepRecord| match step {
            StepRecord::Factor(factor) => Ok(Step::Factor(*factor)),
            StepRecord::Project(words) => Step::project(words),
        };
        let steps = record.steps.iter().map(step).collect::<Result<_, String>>()?;
        Ok(Transform { steps, accuracy: record.accuracy.unwrap_or(f64::NAN), text: record.text.clone() })
    }
}

pub(super) fn places(from: &str, to: &str, points: &[[f64; 2]]) -> Option<Vec<Option<[f64; 2]>>> {
    let (from, to) = (proj(from).ok()?, proj(to).ok()?);
    Some(points.iter().map(|&point| one(&from, &to, point)).collect())
}

fn proj(words: &str) -> Result<Proj, String> {
    // PROJ computes a transverse Mercator exactly, which proj4rs does under another name.
    let word = |word: &str| if word == "proj=tmerc" { "+proj=etmerc".to_string() } else { format!("+{word}") };
    let text = words.split(' ').map(word).collect::<Vec<_>>().join(" ");
    Proj::from_proj_string(&text).map_err(|why| format!("{text} is not understood: {why}"))
}

fn one(from: &Proj, to: &Proj, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
    let mut point = if from.is_latlong() { (x.to_radians(), y.to_radians(), 0.0) } else { (x, y, 0.0) };
    proj4rs::transform::transform(from, to, &mut point).ok()?;
    let (x, y, _) = point;
    let point = if to.is_latlong() { [x.to_degrees(), y.to_degrees()] } else { [x, y] };
    point.iter().all(|v| v.is_finite()).then_some(point)
}
