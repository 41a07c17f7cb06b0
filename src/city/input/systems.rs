//! Brings footprints and terrain into one reference system, that of the mesh.
//!
//! It is the one asked for; else the terrain's, when that is projected, in metres if it is in another unit; else the
//! footprints', when that is; else the zone of UTM on WGS 84 in the middle of the footprints. Inputs that name no
//! system are taken to be in the mesh's, unless their numbers can only be degrees.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::footprint::{EachFootprint, Footprint, Polygon};
use super::terrain::{Placement, TerrainPlace};
use crate::io::crs::{Comparison, Crs, Fault, Transform};
use crate::{Error, Result};

/// The reference systems of the inputs and of the mesh.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReferenceSystems {
    /// The system of the footprints; `None` when they name none and are taken to be in the mesh's.
    pub footprints: Option<String>,
    /// The system of the terrain; `None` when it names none and is taken to be in the mesh's.
    pub terrain: Option<String>,
    /// The system of the mesh; `None` when neither input names one.
    pub mesh: Option<String>,
    /// Whether the inputs' systems are known to be the same.
    pub are_the_same: bool,
    /// Whether the footprints were transformed to the mesh's system.
    pub footprints_moved: bool,
    /// Whether heights are looked up in the terrain's system through a transformation.
    pub terrain_looked_up: bool,
    /// The accuracy with which datums were changed without grids, in metres; 0 where none was.
    pub accuracy: f64,
    /// The length of the unit of the terrain's heights in metres, where it is not the metre.
    pub height_unit: Option<f64>,
}

/// The footprints as they were read.
#[derive(Clone, Copy)]
pub(crate) struct GivenFootprints<'a> {
    pub all: &'a dyn EachFootprint,
    pub gist: &'a Gist,
    /// The system as the file names it.
    pub crs: Option<&'a str>,
    /// The file's path, or a name for messages.
    pub subject: &'a Path,
}

/// What tells in which system footprints are that name none, and how they move: gathered while they are read.
#[derive(Clone, Debug)]
pub(crate) struct Gist {
    count: u64,
    has_points: bool,
    /// Whether the coordinates of each footprint can only be degrees.
    are_small: bool,
    /// The first points of footprints: of each first one among `step`.
    samples: Vec<[f64; 2]>,
    step: u64,
}

impl Default for Gist {
    fn default() -> Gist {
        Gist { count: 0, has_points: false, are_small: true, samples: Vec::new(), step: 1 }
    }
}

impl Gist {
    /// Gathers that of footprints in memory.
    pub fn of(footprints: &[Footprint]) -> Gist {
        let mut gist = Gist::default();
        footprints.iter().for_each(|footprint| gist.add(footprint));
        gist
    }

    /// Adds the next footprint.
    pub fn add(&mut self, footprint: &Footprint) {
        const MOST_SAMPLES: usize = 128;
        self.has_points |= footprint.polygons.iter().any(|polygon| !polygon.rings.is_empty());
        self.are_small = self.are_small && could_only_be_degrees(&footprint.polygons);
        if self.count.is_multiple_of(self.step) {
            self.samples.extend(footprint.outlines().next().and_then(|outline| outline.first()));
            if self.samples.len() == MOST_SAMPLES {
                let mut seen = 0;
                self.samples.retain(|_| {
                    seen += 1;
                    seen % 2 == 1
                });
                self.step *= 2;
            }
        }
        self.count += 1;
    }

    /// Returns whether the coordinates can only be degrees: no footprint is that small in metres, none that large in
    /// degrees.
    fn looks_like_degrees(&self) -> bool {
        self.are_small && self.has_points
    }
}

/// The decision in which system the mesh is, and the ways to it.
#[derive(Debug)]
pub(crate) struct CommonSystem {
    /// The way of the footprints; `None` where they stay.
    footprints: Option<Transform>,
    /// The place of the terrain; `None` where it lies upright in the mesh's system.
    pub placement: Option<Arc<Placement>>,
    /// The way of longitude and latitude, where an input is in degrees.
    degrees: Option<Transform>,
    /// The name of the mesh's system, as the manifest has it.
    pub name: Option<String>,
    pub report: ReferenceSystems,
    footprints_subject: PathBuf,
    mesh: Mesh,
}

impl CommonSystem {
    /// Decides on the mesh's system. `asked` is the EPSG code of the one asked for; `bounds` are those that are to be
    /// meshed, which may be in degrees.
    pub fn new(
        given: GivenFootprints<'_>,
        terrain: TerrainPlace<'_>,
        asked: Option<u32>,
        bounds: Option<[f64; 4]>,
    ) -> Result<CommonSystem> {
        let stated = given.crs.and_then(Crs::parse);
        let of_footprints = stated.or_else(|| given.gist.looks_like_degrees().then(Crs::degrees));
        let mesh = Mesh::choose(asked, of_footprints.as_ref(), given, &terrain, bounds)?;
        let way = |from: Option<&Crs>, subject: &Path, samples: &[[f64; 2]]| {
            mesh.way_from(from, samples).map_err(|why| unsupported(subject, why))
        };
        let [w, s, e, n] = terrain.header.bounds();
        let footprints = way(of_footprints.as_ref(), given.subject, &given.gist.samples)?;
        let placed = way(terrain.crs, terrain.subject, &[[w, s], [w, n], [e, s], [e, n]])?;
        let is_guess = matches!(footprints, Way::Guessed) || matches!(placed, Way::Guessed);
        let (footprints, placed) = (footprints.transform(), placed.transform());
        let accuracy = [&footprints, &placed].into_iter().flatten().map(Transform::accuracy).fold(0.0, f64::max);
        let (footprints_moved, terrain_looked_up) = (footprints.is_some(), placed.is_some());
        let placement = Placement::new(terrain.header, terrain.matrix, placed.map(|way| way.inverse()))
            .map_err(|why| unsupported(terrain.subject, why))?;
        let degrees = match (&mesh.crs, is_in_degrees(of_footprints.as_ref()) || is_in_degrees(terrain.crs)) {
            (Some(_), true) => mesh.way_from(Some(&Crs::degrees()), &[]).ok().and_then(Way::transform),
            _ => None,
        };
        let both = of_footprints.as_ref().zip(terrain.crs);
        let are_compared_same = both.is_some_and(|(a, b)| a.compare(b) == Comparison::Same);
        let stay = both.is_some() && !footprints_moved && !terrain_looked_up && !is_guess;
        // The same system may have a code in one file and none in the other.
        let coded = both.map(|(a, b)| [a, b]).into_iter().flatten().filter(|_| are_compared_same).find_map(Crs::epsg);
        // Of a terrain without a system, the footprints' own words say the most.
        let words = given.crs.filter(|_| terrain.crs.is_none() && !footprints_moved && asked.is_none());
        let name = mesh.name(coded, words);
        let report = ReferenceSystems {
            footprints: of_footprints.as_ref().map(Crs::to_string),
            terrain: terrain.crs.map(Crs::to_string),
            mesh: name.clone(),
            are_the_same: are_compared_same || stay,
            footprints_moved,
            terrain_looked_up,
            accuracy,
            height_unit: None,
        };
        let footprints_subject = given.subject.to_path_buf();
        let placement = placement.map(Arc::new);
        Ok(CommonSystem { footprints, placement, degrees, name, report, footprints_subject, mesh })
    }

    /// Brings a footprint into the mesh's system.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a point at which the transformation is not defined.
    pub fn bring(&self, number: u32, footprint: &mut Footprint) -> Result<()> {
        self.footprints.as_ref().map_or(Ok(()), |way| transform(number, footprint, way, &self.footprints_subject))
    }

    /// Brings the polygons of another file, which are given as footprints, into the mesh's system.
    ///
    /// # Errors
    /// As [`CommonSystem::bring`]; for a system from which no way is known.
    pub fn bring_others(&self, polygons: &mut [Footprint], crs: Option<&str>, subject: &Path) -> Result<()> {
        let gist = Gist::of(polygons);
        let own = crs.and_then(Crs::parse).or_else(|| gist.looks_like_degrees().then(Crs::degrees));
        let way = self.mesh.way_from(own.as_ref(), &gist.samples).map_err(|why| unsupported(subject, why))?;
        let Some(way) = way.transform() else { return Ok(()) };
        (0..).zip(polygons).try_for_each(|(number, polygon)| transform(number, polygon, &way, subject))
    }

    /// Returns the bounds to mesh in the mesh's system; those in degrees are brought into it, where an input is in
    /// degrees: the smallest rectangle around them.
    pub fn bounds(&self, bounds: [f64; 4]) -> [f64; 4] {
        let way = self.degrees.as_ref().filter(|_| could_be_degrees(bounds));
        way.and_then(|way| rectangle_around(bounds, way)).unwrap_or(bounds)
    }

    /// Returns whether swapped longitudes and latitudes of some footprints lie within bounds of the mesh.
    ///
    /// # Errors
    /// Those of passing over footprints.
    pub fn fit_when_swapped(
        &self,
        footprints: &dyn EachFootprint,
        [west, south, east, north]: [f64; 4],
    ) -> Result<bool> {
        const MOST: usize = 1000;
        let Some(way) = &self.footprints else { return Ok(false) };
        let back = way.inverse();
        let fits = |&point: &[f64; 2]| {
            let swapped = back.point(point).and_then(|[x, y]| way.point([y, x]));
            swapped.is_some_and(|[x, y]| (west..=east).contains(&x) && (south..=north).contains(&y))
        };
        let (mut seen, mut do_fit) = (0, false);
        footprints.any(&mut |_, footprint| {
            seen += 1;
            do_fit = footprint.outlines().filter_map(|outline| outline.first()).any(fits);
            do_fit || seen == MOST
        })?;
        Ok(do_fit)
    }
}

/// Transforms all points of a footprint.
fn transform(number: u32, footprint: &mut Footprint, way: &Transform, subject: &Path) -> Result<()> {
    let points = footprint.polygons.iter_mut().flat_map(|polygon| &mut polygon.rings).flatten();
    for point in points {
        let [x, y] = *point;
        let Some(there) = way.point(*point) else {
            let name = footprint.name(number);
            let what = format!("footprint {name} has a point at {x}, {y}, which cannot be transformed");
            return Err(unsupported(subject, what));
        };
        *point = there;
    }
    Ok(())
}

fn unsupported(subject: &Path, what: String) -> Error {
    Error::Unsupported { subject: subject.to_path_buf(), what }
}

/// Returns the part of a file of footprints that may meet bounds, in the file's own system: west, south, east, north.
/// `mesh` is the mesh's system, as far as it is known before the footprints were read. `None` stands for all of the
/// file.
pub(crate) fn window_in(bounds: [f64; 4], mesh: Option<&Crs>, own: Option<&Crs>) -> Option<[f64; 4]> {
    let Some(own) = own else { return Some(bounds) };
    let degrees = Crs::degrees();
    let are_degrees = could_be_degrees(bounds) && [Some(own), mesh].into_iter().any(is_in_degrees);
    let from = match (are_degrees, mesh) {
        (true, _) => &degrees,
        (false, Some(mesh)) => mesh,
        (false, None) => return Some(bounds),
    };
    if !are_degrees && (from.fault.is_some() || from.compare(own) == Comparison::Same) {
        return Some(bounds).filter(|_| from.fault.is_none());
    }
    let way = Transform::new(from, own).ok()?;
    let [west, south, east, north] = rectangle_around(bounds, &way)?;
    // Bounds in degrees become a larger rectangle of the mesh, and a datum may be off by some metres.
    let [w, h] = [0.05 * (east - west), 0.05 * (north - south)];
    Some([west - w, south - h, east + w, north + h])
}

/// Returns a hint where bounds look like degrees and the place of a file does not, or the other way around.
pub(crate) fn hint_about_degrees(bounds: [f64; 4], file: [f64; 4]) -> Option<&'static str> {
    match (could_be_degrees(bounds), could_be_degrees(file)) {
        (true, false) => Some("the bounds look like degrees, which they may be only where an input is in degrees"),
        (false, true) => Some("the file's coordinates look like degrees, and the bounds do not"),
        _ => None,
    }
}

fn is_in_degrees(crs: Option<&Crs>) -> bool {
    crs.is_some_and(|crs| crs.fault == Some(Fault::Degrees))
}

/// Returns the smallest rectangle around a rectangle that was transformed; `None` where it cannot be.
fn rectangle_around(bounds: [f64; 4], way: &Transform) -> Option<[f64; 4]> {
    edges(bounds).try_fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |around, point| {
        let [x, y] = way.point(point)?;
        Some([around[0].min(x), around[1].min(y), around[2].max(x), around[3].max(y)])
    })
}

/// Returns points along the edges of a rectangle, the corners among them.
fn edges([west, south, east, north]: [f64; 4]) -> impl Iterator<Item = [f64; 2]> {
    (0..=16).flat_map(move |k| {
        let t = f64::from(k) / 16.0;
        let (x, y) = (west + t * (east - west), south + t * (north - south));
        [[x, south], [x, north], [west, y], [east, y]]
    })
}

/// Bounds in degrees: no mesh in metres is that near to the zero of its coordinates and that small.
fn could_be_degrees([west, south, east, north]: [f64; 4]) -> bool {
    west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0
}

/// Returns whether the coordinates of one footprint can only be degrees; true for one without points.
pub(crate) fn could_only_be_degrees(polygons: &[Polygon]) -> bool {
    const LARGEST: f64 = 0.1;
    let points = polygons.iter().flat_map(|polygon| polygon.rings.iter().flatten());
    let around = points.fold(None, |around: Option<[f64; 4]>, &[x, y]| {
        let [w, s, e, n] = around.unwrap_or([x, y, x, y]);
        Some([w.min(x), s.min(y), e.max(x), n.max(y)])
    });
    around.is_none_or(|[w, s, e, n]| could_be_degrees([w, s, e, n]) && e - w < LARGEST && n - s < LARGEST)
}

/// The reference system of the mesh.
#[derive(Debug)]
struct Mesh {
    /// The system, in metres whatever its own unit; `None` where nobody names one.
    crs: Option<Crs>,
    /// Whether the system itself is in another unit.
    is_scaled: bool,
}

impl Mesh {
    fn choose(
        asked: Option<u32>,
        footprints: Option<&Crs>,
        given: GivenFootprints<'_>,
        terrain: &TerrainPlace<'_>,
        bounds: Option<[f64; 4]>,
    ) -> Result<Mesh> {
        let mesh = |crs: &Crs| Mesh { crs: Some(crs.clone()), is_scaled: crs.fault.is_some() };
        if let Some(code) = asked {
            let crs = Crs::of_epsg(code);
            let complaint = match crs.fault {
                Some(Fault::Degrees | Fault::Mercator | Fault::Axes | Fault::Depths { .. }) => {
                    crs.complaint().map(|complaint| format!("has {complaint}"))
                }
                _ => Transform::check(&crs).err().map(|why| why.trim_start_matches(&crs.to_string()).trim().into()),
            };
            return match complaint {
                Some(complaint) => {
                    let seen = format!("{crs}, which {complaint}");
                    Err(Error::invalid("crs", seen, "the EPSG code of a local projection"))
                }
                None => Ok(mesh(&crs)),
            };
        }
        let is_local = |crs: &&Crs| matches!(crs.fault, None | Some(Fault::Unit { .. }));
        if let Some(crs) = terrain.crs.filter(is_local) {
            return Ok(mesh(crs));
        }
        let Some(of_terrain) = terrain.crs else {
            // A terrain without a system is in that of the footprints, which must then be one that can be meshed in.
            return match footprints {
                Some(crs) if is_local(&crs) => Ok(mesh(crs)),
                Some(crs) => {
                    let what = format!(
                        "it names no reference system, and the footprints are in {crs}, to which its numbers do not \
                         belong: say which it is with crs (--crs EPSG:CODE), or in a file beside it (.prj)"
                    );
                    Err(unsupported(terrain.subject, what))
                }
                None => Ok(Mesh { crs: None, is_scaled: false }),
            };
        };
        if let Some(crs) = footprints.filter(is_local) {
            return Ok(mesh(crs));
        }
        if footprints.is_none() && given.gist.count > 0 {
            let what = format!(
                "it is in {of_terrain}, and the footprints name no reference system: say which they are in with crs \
                 (--crs EPSG:CODE)"
            );
            return Err(unsupported(terrain.subject, what));
        }
        let why = |why| unsupported(terrain.subject, why);
        let to_degrees = Transform::new(of_terrain, &Crs::degrees()).map_err(why)?;
        let [w, s, e, n] = terrain.header.bounds();
        let outside = Placement::new(terrain.header, terrain.matrix, None).map_err(why)?;
        let [w, s, e, n] = outside.map_or([w, s, e, n], |placement| placement.bounds());
        let middle_of = |[w, s, e, n]: [f64; 4]| [0.5 * (w + e), 0.5 * (s + n)];
        let by_bounds = bounds.filter(|&bounds| could_be_degrees(bounds)).map(middle_of);
        let by_footprints = || -> Result<Option<[f64; 2]>> {
            let way = footprints.and_then(|footprints| Transform::new(footprints, of_terrain).ok());
            let Some(way) = way else { return Ok(None) };
            let mut around: Option<[f64; 4]> = None;
            given.all.each(&mut |_, footprint| {
                let points = footprint.outlines().flatten().filter_map(|&p| way.point(p));
                for [x, y] in points.filter(|[x, y]| (w..=e).contains(x) && (s..=n).contains(y)) {
                    let [w, s, e, n] = around.unwrap_or([x, y, x, y]);
                    around = Some([w.min(x), s.min(y), e.max(x), n.max(y)]);
                }
            })?;
            Ok(around.and_then(|around| to_degrees.point(middle_of(around))))
        };
        let by_terrain = || to_degrees.point(middle_of([w, s, e, n]));
        let place = if by_bounds.is_some() { by_bounds } else { by_footprints()? };
        let [longitude, latitude] = place
            .or_else(by_terrain)
            .ok_or_else(|| unsupported(terrain.subject, "the middle of the raster is no place on the earth".into()))?;
        Ok(mesh(&utm(longitude, latitude)))
    }

    /// Returns the way from an input's system.
    fn way_from(&self, from: Option<&Crs>, samples: &[[f64; 2]]) -> std::result::Result<Way, String> {
        let (Some(from), Some(mesh)) = (from, &self.crs) else { return Ok(Way::Stay) };
        let to_metres = Transform::to_metres(mesh)?.filter(|_| self.is_scaled);
        match from.compare(mesh) {
            Comparison::Same => return Ok(to_metres.map_or(Way::Stay, Way::Through)),
            Comparison::Unknown if from.fault.is_none() && mesh.fault.is_none() => {
                // Where too little is known of one of them, they are taken for the same, and the report says so.
                return Ok(match Transform::new(from, mesh) {
                    Ok(way) if is_idle(&way, samples) => Way::Stay,
                    Ok(way) => Way::Through(way),
                    Err(_) => Way::Guessed,
                });
            }
            Comparison::Different | Comparison::Unknown => {}
        }
        let way = Transform::new(from, mesh)?;
        Ok(Way::Through(match to_metres {
            Some(scale) => way.then(scale),
            None => way,
        }))
    }

    /// Returns the system's name: its code, or `coded`, that of the same system in another file; else `words`, or the
    /// name that its file has for it.
    fn name(&self, coded: Option<u16>, words: Option<&str>) -> Option<String> {
        let crs = self.crs.as_ref()?;
        let code = crs.epsg().or(coded).map(|code| format!("EPSG:{code}"));
        let name = code.or(words.map(String::from)).unwrap_or_else(|| crs.to_string());
        Some(if self.is_scaled { format!("{name}, in metres") } else { name })
    }
}

/// The way of an input's coordinates into the mesh's system.
enum Way {
    /// They stay, since the systems are the same, or one of them is not named.
    Stay,
    /// They stay, though nothing tells whether the systems are the same.
    Guessed,
    /// They are transformed.
    Through(Transform),
}

impl Way {
    fn transform(self) -> Option<Transform> {
        match self {
            Way::Through(way) => Some(way),
            Way::Stay | Way::Guessed => None,
        }
    }
}

/// Returns whether a way moves none of the points by a millimetre.
fn is_idle(way: &Transform, samples: &[[f64; 2]]) -> bool {
    let stays = |&[x, y]: &[f64; 2]| way.point([x, y]).is_some_and(|there| (there[0] - x).hypot(there[1] - y) < 1e-3);
    samples.iter().all(stays)
}

/// Returns the zone of UTM on WGS 84 of a place.
fn utm(longitude: f64, latitude: f64) -> Crs {
    let zone = ((longitude + 180.0) / 6.0).floor().rem_euclid(60.0) as u32 + 1;
    Crs::of_epsg(if latitude >= 0.0 { 32600 + zone } else { 32700 + zone })
}

impl ReferenceSystems {
    /// Returns a warning when both inputs name systems that cannot be compared, or when datums are changed with
    /// doubtful accuracy.
    pub(crate) fn doubt(&self) -> Option<String> {
        /// An accuracy that no building shows, in metres.
        const GOOD: f64 = 1.0;
        let (footprints, terrain) = (self.footprints.as_ref()?, self.terrain.as_ref()?);
        if self.accuracy > GOOD {
            let accuracy = self.accuracy;
            return Some(format!(
                "footprints in {footprints} and terrain in {terrain} are on different datums, and the shift between \
                 them is known to {accuracy} m without grids: look whether buildings stand where they should"
            ));
        }
        (!self.are_the_same && !self.footprints_moved && !self.terrain_looked_up).then(|| {
            format!(
                "footprints in {footprints} and terrain in {terrain} are taken to be in the same reference system, \
                 which could not be told: look whether buildings stand where they should"
            )
        })
    }
}

impl fmt::Display for ReferenceSystems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moved = self.footprints_moved || self.terrain_looked_up;
        match (&self.footprints, &self.terrain) {
            (footprints, terrain) if moved => {
                write!(f, "{}", self.mesh.as_deref().unwrap_or_default())?;
                let named = |system: &Option<String>| system.clone().unwrap_or_else(|| "the same".into());
                match self.footprints_moved {
                    true => write!(f, "; footprints transformed from {}", named(footprints))?,
                    false => write!(f, "; footprints in {}", named(footprints))?,
                }
                match self.terrain_looked_up {
                    true => write!(f, ", terrain looked up in {}", named(terrain))?,
                    false => write!(f, ", terrain in {}", named(terrain))?,
                }
                if self.accuracy > 0.0 {
                    write!(f, "; datums agree within {} m", self.accuracy)?;
                }
            }
            (Some(footprints), Some(_)) if self.are_the_same => write!(f, "{footprints}")?,
            (Some(footprints), Some(terrain)) => write!(
                f,
                "footprints in {footprints}, terrain in {terrain}: taken for the same, which could not be told"
            )?,
            (Some(one), None) => write!(f, "{one}; the terrain names none, and is taken to be in the same")?,
            (None, Some(one)) => write!(f, "{one}; the footprints name none, and are taken to be in the same")?,
            (None, None) => write!(f, "neither input names one: taken to be the same, in metres")?,
        }
        match self.height_unit {
            Some(unit) => write!(f, "; heights in a unit of {unit} m, converted"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::input::footprint::HeightReference;

    fn house(x: f64, y: f64, size: f64) -> Footprint {
        let ring = vec![[x, y], [x + size, y], [x + size, y + size], [x, y]];
        Footprint {
            id: "house".into(),
            polygons: vec![Polygon { rings: vec![ring] }],
            height: 3.0,
            reference: HeightReference::Ground,
            lod: None,
        }
    }

    #[test]
    fn degrees_are_told_from_small_places_in_metres() {
        for (footprints, are_degrees) in [
            (vec![house(4.3, 52.1, 0.0002), house(-170.0, -80.0, 0.01)], true),
            (vec![house(4.3, 52.1, 12.0)], false),
            (vec![house(4.3, 52.1, 0.0002), house(4.3, 52.1, 12.0)], false),
            (vec![house(1000.0, 10.0, 0.05)], false),
            (vec![], false),
        ] {
            assert_eq!(Gist::of(&footprints).looks_like_degrees(), are_degrees, "{footprints:?}");
        }
    }

    #[test]
    fn samples_are_few_and_from_all_over() {
        let houses: Vec<Footprint> = (0..10_000).map(|n| house(f64::from(n), 0.0, 1.0)).collect();
        let of = |count: usize| Gist::of(&houses[..count]).samples;
        assert_eq!(of(100).len(), 100);
        for count in [128, 129, 1000, 10_000] {
            let samples = of(count);
            assert!((64..128).contains(&samples.len()), "{} of {count}", samples.len());
            let step = samples[1][0];
            assert!((0..).zip(&samples).all(|(n, sample)| sample[0] == f64::from(n) * step), "{samples:?}");
            assert!(samples.last().unwrap()[0] + step >= count as f64, "{samples:?}");
        }
    }

    /// As Esri writes a projection by its name alone, without a code.
    fn utm_18_on(datum: &str, spheroid: &str) -> Crs {
        Crs::parse(&format!(
            "PROJCS[\"{datum}_UTM_Zone_18N\",GEOGCS[\"GCS_{datum}\",DATUM[\"D_{datum}\",SPHEROID[{spheroid}]],\
             PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],\
             PARAMETER[\"False_Easting\",500000.0],PARAMETER[\"False_Northing\",0.0],\
             PARAMETER[\"Central_Meridian\",-75.0],PARAMETER[\"Scale_Factor\",0.9996],\
             PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
        ))
        .unwrap()
    }

    #[test]
    fn one_projection_on_two_datums_is_two_systems() {
        let mesh = Mesh { crs: Some(Crs::of_epsg(26918)), is_scaled: false };
        let samples = [[580_300.0, 4_500_300.0]];
        let other = utm_18_on("North_American_1927", "\"Clarke_1866\",6378206.4,294.9786982");
        let Err(refused) = mesh.way_from(Some(&other), &samples) else { panic!("it is taken for the same") };
        assert!(refused.contains("the datum changes"), "{refused}");
        let same = utm_18_on("North_American_1983", "\"GRS_1980\",6378137.0,298.257222101");
        assert!(matches!(mesh.way_from(Some(&same), &samples), Ok(Way::Stay)));
        // A name of a datum that nobody knows, on another ellipsoid.
        let other = utm_18_on("Nobodys_1927", "\"Clarke_1866\",6378206.4,294.9786982");
        let Err(refused) = mesh.way_from(Some(&other), &samples) else { panic!("it is taken for the same") };
        assert!(refused.contains("Nobodys_1927_UTM_Zone_18N is not known"), "{refused}");
        let doubtful = utm_18_on("Nobodys_1983", "\"GRS_1980\",6378137.0,298.257222101");
        assert!(matches!(mesh.way_from(Some(&doubtful), &samples), Ok(Way::Guessed)));
    }

    #[test]
    fn zones_of_utm_follow_the_middle() {
        for (longitude, latitude, code) in [
            (9.0, 50.0, 32632),
            (5.999, 60.0, 32631),
            (6.0, 60.0, 32632),
            (-180.0, 10.0, 32601),
            (180.0, 10.0, 32601),
            (179.99, -10.0, 32760),
            (-58.4, -34.6, 32721),
        ] {
            assert_eq!(utm(longitude, latitude).code.map(|(_, code)| code), Some(code), "{longitude}, {latitude}");
        }
    }
}
