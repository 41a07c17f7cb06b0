//! Reads the inputs of a city: footprints, which are put aside by strips, and the part of the terrain that they and the
//! domain need.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::options::BuildCityMeshOptions;
use super::report::InputReport;
use super::roofs::is_within_reach;
use super::warnings::{NO_FOOTPRINTS, warn_about_bounds_beyond};
use crate::city::input::footprint::{EachFootprint, Footprint, Polygon};
use crate::city::input::footprints::{
    Bands, FootprintOptions, FootprintSet, Skipped, Sources, Spool, Strips, Surroundings, Unsorted, read_each,
    read_until_cancelled,
};
use crate::city::input::heights::HeightReport;
use crate::city::input::systems::{CommonSystem, Gist, GivenFootprints};
use crate::city::input::terrain::{Terrain, TerrainFile, TerrainOptions, TerrainPart};
use crate::city::input::{CityInput, Footprints, Ground};
use crate::city::plane::cells::Cells;
use crate::city::plane::domain::Domain;
use crate::city::plane::mesher::scale::Scale;
use crate::city::plane::parameters::Parameters;
use crate::city::tiles::estimate::{CLEANING, bytes_to_clean};
use crate::city::tiles::within::{bounds_to_mesh, for_terrain, limit_for_terrain, refuse_bounds_beyond};
use crate::io::crs::Crs;
use crate::io::raster::Opening;
use crate::job::aside::Aside;
use crate::job::{Context, Runner};
use crate::{Error, Result};

/// The inputs of a city as they were read, with the report about them.
pub(super) struct ReadInputs<'a> {
    /// The source of the footprints.
    pub given: &'a Footprints,
    /// The footprints in the mesh's reference system.
    pub strips: Strips,
    /// The height above the ground of footprints without one.
    pub default_height: Option<f64>,
    pub heights: HeightReport,
    pub skipped: Skipped,
    pub terrain: Arc<Terrain>,
    pub domain: Domain,
    /// The polygons of which only the inside is meshed, if there are any.
    pub mask: Option<Vec<Polygon>>,
    pub crs: Option<String>,
    pub report: InputReport,
}

impl<'a> ReadInputs<'a> {
    /// Reads the inputs. Refuses footprints outside the domain and bounds beyond the terrain, and warns about other
    /// doubts.
    pub fn read(
        input: &'a CityInput,
        options: &BuildCityMeshOptions,
        aside: &Aside,
        runner: &Runner,
    ) -> Result<ReadInputs<'a>> {
        let context = &**runner.context();
        let mut ground = OpenedGround::new(&input.terrain, context.memory().limit(), options.terrain_resolution)?;
        let asked = options.crs.map(Crs::of_epsg);
        let surroundings = Surroundings { crs: asked.as_ref().or(ground.crs()), within: options.bounds };
        let given = GivenSet::read(&input.footprints, &surroundings, aside, context)?;
        let common = ground.common(&input.footprints, &given, options)?;
        let mask =
            options.domain.as_deref().map(|path| read_mask(path, &surroundings, &common, context)).transpose()?;
        ground.place(&common);
        let GivenSet { unsorted, set, sources, default_height, .. } = given;
        let FootprintSet { heights, skipped, filtered, .. } = set;
        let unread = skipped.no_geometry.count + skipped.other_geometry.count + skipped.no_height.count;
        let mut report = InputReport {
            features: unsorted.len() + unread,
            filtered,
            reference_systems: common.report.clone(),
            ..InputReport::default()
        };
        if let Some(doubt) = report.reference_systems.doubt() {
            context.warn("reference-systems", doubt);
        }
        let parameters = &options.parameters;
        let asked = options.bounds.map(|bounds| common.bounds(bounds));
        let asked = match (&options.domain, &mask) {
            (Some(path), Some(mask)) => Some(bounds_of_mask(path, mask, asked)?),
            _ => asked,
        };
        let bounds = asked.map(|bounds| bounds_to_mesh(bounds, ground.bounds(), parameters));
        warn_about_bounds_beyond(asked, bounds, context);
        let domain = Domain::of_terrain(ground.bounds(), bounds)?;
        refuse_bounds_beyond(bounds, ground.bounds(), parameters.max_fill_distance)?;
        let [_, south, _, north] = domain.bounds();
        let mut within_reach = None;
        let strips = runner.install(|| {
            let look = |footprint: &Footprint| {
                if is_within_reach(footprint, &domain) {
                    within_reach = footprint.outlines().filter_map(box_of).chain(within_reach).reduce(united);
                }
            };
            let bands = Bands { south, north, height: STRIP };
            unsorted.by_strips(bands, &sources, |number, footprint| common.bring(number, footprint), look)
        })?;
        context.add_unit();
        refuse_another_place(&input.footprints, &strips, &domain, ground.bounds(), &common)?;
        let part = bounds.map(|_| TerrainPart {
            bounds: looked_at(&domain, within_reach, parameters, &parameters.scale()),
            fill_distance: parameters.fill_distance(),
        });
        let terrain = ground.read(part, options, context)?;
        report.reference_systems.height_unit = ground.height_unit().filter(|&unit| unit != 1.0);
        if let Some(outliers) = terrain.outliers() {
            let remedy = outliers.remedy();
            context.warn("odd-terrain", format!("the terrain has {outliers}; usual are {remedy}"));
        }
        if let Some(doubt) = terrain.doubt() {
            context.warn("odd-terrain", doubt);
        }
        for gaps in ground.gaps(&terrain) {
            context.warn("terrain-gaps", gaps);
        }
        context.add_unit();
        let (given, crs) = (&input.footprints, common.name);
        Ok(ReadInputs { given, strips, default_height, heights, skipped, terrain, domain, mask, crs, report })
    }
}

/// The height of a strip of footprints, in metres.
pub(super) const STRIP: f64 = 256.0;

/// The footprints as they are given, before it is known where they lie in the mesh.
struct GivenSet<'a> {
    unsorted: Unsorted<'a>,
    gist: Gist,
    /// The rest of the file's set.
    set: FootprintSet,
    sources: Sources,
    default_height: Option<f64>,
}

impl<'a> GivenSet<'a> {
    /// Takes footprints in memory, or reads those of a file and puts them aside.
    fn read(
        given: &'a Footprints,
        surroundings: &Surroundings<'_>,
        aside: &Aside,
        context: &Context,
    ) -> Result<GivenSet<'a>> {
        let (path, options) = match given {
            Footprints::File(path, options) => (path, options),
            Footprints::Memory(footprints) => {
                return Ok(GivenSet {
                    unsorted: Unsorted::of(footprints, aside.clone()),
                    gist: Gist::of(footprints),
                    set: FootprintSet::default(),
                    sources: Sources::default(),
                    default_height: None,
                });
            }
        };
        let (mut spool, mut gist) = (Spool::new(aside.clone()), Gist::default());
        let room = |footprints, points| has_room(footprints, points, CLEANING, context);
        let mut take = |footprint: Footprint, source| {
            gist.add(&footprint);
            spool.add(&footprint, source)
        };
        let (set, sources) = read_each(path, options, surroundings, context.cancel_token(), &room, &mut take)?;
        if let Some(doubt) = options.doubt() {
            context.warn("doubtful-heights", doubt);
        }
        for doubt in &set.doubts {
            context.warn("footprints-file", format!("{}: {doubt}", path.display()));
        }
        Ok(GivenSet { unsorted: spool.finish()?, gist, set, sources, default_height: options.default_height })
    }
}

/// Returns how a build puts aside what does not fit the memory. The buffers of all that is put aside at once are not
/// reserved: they are less than a tenth of the room.
pub(super) fn aside(options: &BuildCityMeshOptions, context: &Context) -> Aside {
    Aside {
        folder: options.temp_dir.clone().unwrap_or_else(std::env::temp_dir),
        memory: (context.memory().room() / 64).clamp(Aside::MEMORY / 256, Aside::MEMORY),
        cancel: context.cancel_token().clone(),
    }
}

/// Checks that there is memory for cleaning so many footprints with so many points.
fn has_room(footprints: u64, points: u64, what: &'static str, context: &Context) -> Result<()> {
    let (memory, bytes) = (context.memory(), bytes_to_clean(footprints, points, context.threads()));
    // The reservation is made only for its error.
    if bytes <= memory.room() { Ok(()) } else { memory.reserve(bytes, what).map(drop) }
}

/// Reads the polygons of a file in the mesh's reference system.
fn read_mask(
    path: &Path,
    surroundings: &Surroundings<'_>,
    common: &CommonSystem,
    context: &Context,
) -> Result<Vec<Polygon>> {
    // Heights do not matter here, but a feature without one would be left out: any default does.
    let options = FootprintOptions { default_height: Some(1.0), ..FootprintOptions::default() };
    let room = |footprints, points| has_room(footprints, points, "the polygons of the domain", context);
    let surroundings = Surroundings { within: None, ..*surroundings };
    let mut set = read_until_cancelled(path, &options, &surroundings, context.cancel_token(), &room)?;
    common.bring_others(&mut set.footprints, set.crs.as_deref(), path)?;
    Ok(set.footprints.into_iter().flat_map(|footprint| footprint.polygons).collect())
}

/// Returns the bounds of what polygons leave of bounds.
fn bounds_of_mask(path: &Path, mask: &[Polygon], bounds: Option<[f64; 4]>) -> Result<[f64; 4]> {
    let around = mask.iter().filter_map(|polygon| box_of(polygon.rings.first()?)).reduce(united);
    let Some([min, max]) = around else {
        return Err(Error::bad_format(path, None, "no polygon", "polygons of which the inside is to be meshed"));
    };
    let [w, s, e, n] = bounds.unwrap_or([min[0], min[1], max[0], max[1]]);
    let part = [min[0].max(w), min[1].max(s), max[0].min(e), max[1].min(n)];
    if part[0] < part[2] && part[1] < part[3] {
        return Ok(part);
    }
    let [x, y] = [0, 1].map(|d| format!("{:.3} to {:.3}", min[d], max[d]));
    let seen = format!("polygons in x {x}, y {y}");
    Err(Error::bad_format(path, None, seen, format!("polygons that meet the bounds, x {w} to {e}, y {s} to {n}")))
}

/// The terrain, before its heights are read.
enum OpenedGround<'a> {
    Memory(Box<Terrain>, &'a Arc<Terrain>),
    File(TerrainFile),
}

impl OpenedGround<'_> {
    fn new(ground: &Ground, limit: u64, largest_pixel: f64) -> Result<OpenedGround<'_>> {
        Ok(match ground {
            Ground::Memory(terrain) => OpenedGround::Memory(Box::new(terrain.placed(None)), terrain),
            files => {
                let opening = Opening { memory: for_terrain(limit), largest_pixel };
                let file = TerrainFile::open_all(files.paths(), opening);
                OpenedGround::File(file.map_err(|e| of_the_job(e, limit))?)
            }
        })
    }

    /// Decides on the reference system of the mesh.
    fn common(
        &self,
        source: &Footprints,
        given: &GivenSet<'_>,
        options: &BuildCityMeshOptions,
    ) -> Result<CommonSystem> {
        let subject = match source {
            Footprints::File(path, _) => path.clone(),
            Footprints::Memory(_) => PathBuf::from("the footprints"),
        };
        let GivenSet { unsorted, gist, set, .. } = given;
        let given = GivenFootprints { all: unsorted, gist, crs: set.crs.as_deref(), subject: &subject };
        let place = match self {
            OpenedGround::Memory(terrain, _) => terrain.place(),
            OpenedGround::File(file) => file.place(),
        };
        CommonSystem::new(given, place, options.crs, options.bounds)
    }

    fn crs(&self) -> Option<&Crs> {
        match self {
            OpenedGround::Memory(terrain, _) => terrain.crs(),
            OpenedGround::File(file) => file.crs(),
        }
    }

    fn place(&mut self, common: &CommonSystem) {
        let placement = common.placement.clone();
        match self {
            OpenedGround::Memory(terrain, _) => **terrain = terrain.placed(placement),
            OpenedGround::File(file) => file.set_placement(placement),
        }
    }

    /// Returns the extent of the terrain in the mesh's reference system.
    fn bounds(&self) -> [f64; 4] {
        match self {
            OpenedGround::Memory(terrain, _) => terrain.extent(),
            OpenedGround::File(file) => file.extent(),
        }
    }

    /// Describes the pixels of a terrain that were read of none of its files, and those that its files leave out, if
    /// there are any.
    fn gaps(&self, terrain: &Terrain) -> Vec<String> {
        match self {
            OpenedGround::Memory(..) => Vec::new(),
            OpenedGround::File(file) => {
                let left_out = file.doubt().filter(|_| terrain.has_gaps()).map(String::from);
                file.gaps(terrain.window()).into_iter().chain(left_out).collect()
            }
        }
    }

    /// Returns the length of the unit of a file's heights in metres, once they were read.
    fn height_unit(&self) -> Option<f64> {
        match self {
            OpenedGround::Memory(..) => None,
            OpenedGround::File(file) => file.height_unit(),
        }
    }

    /// Returns the terrain; of a file it reads only `part`, if there is one.
    fn read(
        &mut self,
        part: Option<TerrainPart>,
        options: &BuildCityMeshOptions,
        context: &Context,
    ) -> Result<Arc<Terrain>> {
        match self {
            OpenedGround::Memory(placed, terrain) => {
                let terrain = match options.nodata.as_slice() {
                    [] if placed.placement().is_none() => terrain.clone(),
                    [] => Arc::new(placed.placed(placed.placement())),
                    nodata => Arc::new(placed.with_nodata(nodata)?),
                };
                terrain.refuse_voids(&options.nodata, |seen, accepted| Error::invalid("terrain", seen, accepted))?;
                Ok(terrain)
            }
            OpenedGround::File(file) => {
                let (temp_dir, nodata) = (options.temp_dir.clone(), options.nodata.clone());
                let (memory, cancel) = (for_terrain(context.memory().limit()), context.cancel_token().clone());
                let height_unit = options.height_unit;
                let options = TerrainOptions { part, temp_dir, memory, nodata, height_unit, cancel, resolution: 0.0 };
                Ok(Arc::new(file.read(&options)?))
            }
        }
    }
}

/// Returns the area in which ground heights are looked up, or enter the fingerprints of tiles: the tiles with their
/// surroundings, and the footprints that are meshed at least in part, around which there is the box `meshed`. West,
/// south, east, north.
fn looked_at(domain: &Domain, meshed: Option<[[f64; 2]; 2]>, parameters: &Parameters, scale: &Scale) -> [f64; 4] {
    let tiles = Cells::of(domain).whole().rect().inflated(parameters.tile_reach(scale));
    let tiles = [tiles.min, tiles.max].map(|p| [0, 1].map(|d| p[d] + domain.origin[d] as f64));
    let [[west, south], [east, north]] = meshed.into_iter().fold(tiles, united);
    [west, south, east, north]
}

/// Converts a memory limit in an error of the terrain's reader, which knows only its part, to the job's limit.
fn of_the_job(error: Error, limit: u64) -> Error {
    match error {
        Error::MemoryLimit { needed, what, .. } => {
            Error::MemoryLimit { limit, needed: limit_for_terrain(needed), what }
        }
        other => other,
    }
}

/// Returns the smallest and the largest coordinates of a ring.
fn box_of(ring: &[[f64; 2]]) -> Option<[[f64; 2]; 2]> {
    ring.iter().map(|&p| [p, p]).reduce(united)
}

/// Returns the box around two boxes.
fn united(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    [[a[0][0].min(b[0][0]), a[0][1].min(b[0][1])], [a[1][0].max(b[1][0]), a[1][1].max(b[1][1])]]
}

/// Fails when no footprint is in the domain. Most likely they are in another reference system, or the bounds are too
/// narrow.
pub(crate) fn refuse_another_place(
    given: &Footprints,
    footprints: &dyn EachFootprint,
    domain: &Domain,
    terrain: [f64; 4],
    common: &CommonSystem,
) -> Result<()> {
    let [west, south, east, north] = domain.bounds();
    let any_point = |is_wanted: &dyn Fn([f64; 2]) -> bool| {
        footprints.any(&mut |_, footprint| footprint.outlines().flatten().any(|&p| is_wanted(p)))
    };
    let is_within = |[x, y]: [f64; 2], [w, s, e, n]: [f64; 4]| (w..=e).contains(&x) && (s..=n).contains(&y);
    let is_inside = |p| is_within(p, domain.bounds());
    if any_point(&is_inside)? {
        return Ok(());
    }
    // A footprint without a corner in the domain may still cover it.
    let holds_all = |[min, max]: [[f64; 2]; 2]| min[0] <= west && min[1] <= south && max[0] >= east && max[1] >= north;
    let meets = |[min, max]: [[f64; 2]; 2]| min[0] < east && min[1] < north && max[0] > west && max[1] > south;
    let (mut around, mut meets_one, mut holder) = (None, false, None::<(u32, String)>);
    footprints.each(&mut |number, footprint| {
        for one in footprint.outlines().filter_map(box_of) {
            around = Some(around.map_or(one, |around| united(around, one)));
            meets_one |= meets(one);
            if holds_all(one) && holder.as_ref().is_none_or(|(first, _)| number < *first) {
                holder = Some((number, footprint.name(number)));
            }
        }
    })?;
    let Some([min, max]) = around else { return Ok(()) };
    let place = format!("footprints in x {west} to {east}, y {south} to {north}");
    let refusal = |seen: String, accepted: String| match given {
        Footprints::File(path, _) => Error::bad_format(path, None, format!("all footprints {seen}"), accepted),
        Footprints::Memory(_) => Error::invalid("the place of all footprints", seen, accepted),
    };
    if let Some((_, name)) = holder {
        return Err(refusal(
            format!("not within what is to be meshed, and around all of it as footprint {name} is"),
            format!("{place}; a terrain, or bounds (--bounds), that buildings fit into"),
        ));
    }
    if meets_one {
        return Ok(());
    }
    let [x, y] = [0, 1].map(|d| format!("{:.3} to {:.3}", min[d], max[d]));
    let [w, s, e, n] = terrain;
    let is_on_terrain = west < e && east > w && south < n && north > s;
    if is_on_terrain && any_point(&|p| is_within(p, terrain))? {
        let seen = format!("{west},{south},{east},{north}, in which no footprint lies");
        let accepted = format!(
            "bounds that meet the footprints, which lie in x {x}, y {y}; for the ground alone there, {NO_FOOTPRINTS}"
        );
        return Err(Error::invalid("bounds", seen, accepted));
    }
    // The most frequent mistakes.
    type Guess = (&'static str, fn([f64; 2]) -> [f64; 2]);
    const GUESSES: [Guess; 5] = [
        ("with x and y swapped they would fit: GeoJSON has x, to the east, first", |[x, y]| [y, x]),
        ("as feet they would fit: convert them to metres", |p| p.map(|v| v * 0.3048)),
        ("as kilometres they would fit: convert them to metres", |p| p.map(|v| v * 1000.0)),
        ("as centimetres they would fit: convert them to metres", |p| p.map(|v| v * 0.01)),
        ("as millimetres they would fit: convert them to metres", |p| p.map(|v| v * 0.001)),
    ];
    let mut hint = None;
    for (guess, convert) in GUESSES {
        if hint.is_none() && any_point(&|p| is_inside(convert(p)))? {
            hint = Some(guess);
        }
    }
    let hint = match hint {
        Some(hint) => hint,
        None if common.fit_when_swapped(footprints, domain.bounds())? => {
            "with x and y swapped they would fit: GeoJSON has x, the longitude, first"
        }
        None => "are both in the reference systems that they name?",
    };
    Err(refusal(format!("outside what is to be meshed, in x {x}, y {y}"), format!("{place}; {hint}")))
}
