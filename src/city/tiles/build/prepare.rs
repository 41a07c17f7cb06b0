//! From the inputs to what all tiles share: the plane as the buildings cut it, the buildings' heights, the terrain.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::options::BuildOptions;
use super::report::{InputReport, NO_FOOTPRINTS, no_buildings};
use super::roofs::{
    Defaults, band_by_band, elevations_among, ground_along, grounds, is_within_reach, refuse_roofs_under_ground, roofs,
    warn_about_heights_like_elevations,
};
use super::systems::ReferenceSystems;
use crate::city::input::footprint::{Footprint, FootprintList, Lod, duplicate_ids};
use crate::city::input::geojson::{FootprintSet, read_until_cancelled};
use crate::city::input::terrain::{GroundHeight, Sampler, Terrain, TerrainFile, TerrainOptions, TerrainPart};
use crate::city::input::{CityInput, Footprints, Ground};
use crate::city::plane::cells::{Cell, Cells};
use crate::city::plane::clean::{self, Building, CleanReport};
use crate::city::plane::domain::{Domain, GRID};
use crate::city::plane::geometry::{Point, Rect};
use crate::city::plane::mesher::scale::Scale;
use crate::city::plane::parameters::Parameters;
use crate::city::plane::planar::{Planar, Region};
use crate::city::tiles::surface::BuildingHeight;
use crate::city::tiles::within::refuse_bounds_beyond;
use crate::io::crs::Crs;
use crate::io::raster::RasterHeader;
use crate::job::{Context, Runner};
use crate::{Error, Result};

/// What the memory limit is too small for when footprints do not fit it.
const CLEANING: &str = "cleaning the footprints";

/// What all tiles share.
pub(super) struct City {
    pub cells: Cells,
    pub planar: Planar,
    pub parameters: Parameters,
    pub scale: Scale,
    pub zone_width: f64,
    pub buildings: Vec<BuildingHeight>,
    /// By cell, about, in square metres.
    pub roof_areas: Vec<f64>,
    /// The names of the footprints that each building is made of.
    pub members: Vec<Vec<String>>,
    terrain: Arc<Terrain>,
    fill_distance: f64,
    pub crs: Option<String>,
    pub input: InputReport,
    pub clean: CleanReport,
}

impl City {
    /// Reads and cleans the inputs.
    pub fn new(input: &CityInput, options: &BuildOptions, runner: &mut Runner) -> Result<City> {
        let parameters = &options.parameters;
        let scale = parameters.scale();
        let context = runner.context().clone();

        runner.begin("read", 2, 0)?;
        let mut ground = OpenedGround::new(&input.terrain, context.memory().limit())?;
        let (set, default_height) = match &input.footprints {
            Footprints::Memory(_) => (FootprintSet::default(), None),
            Footprints::File(path, options) => {
                let room = |footprints, points| {
                    let (memory, bytes) = (context.memory(), bytes_to_clean(footprints, points, context.threads()));
                    // The budget is asked for its error only.
                    if bytes <= memory.room() { Ok(()) } else { memory.reserve(bytes, CLEANING).map(drop) }
                };
                (
                    read_until_cancelled(path, options, ground.crs(), context.cancel_token(), &room)?,
                    options.default_height,
                )
            }
        };
        if let Footprints::File(_, asked) = &input.footprints
            && let Some(doubt) = asked.doubt()
        {
            context.warn("doubtful-heights", doubt);
        }
        let FootprintSet { footprints, mut heights, sources, crs, mut skipped, .. } = set;
        let mut footprints: Arc<[Footprint]> = match &input.footprints {
            Footprints::Memory(footprints) => footprints.clone(),
            Footprints::File(..) => footprints.into(),
        };
        context.add_unit();
        let unread = skipped.no_geometry.count + skipped.other_geometry.count + skipped.no_height.count;
        let mut report = InputReport {
            features: footprints.len() as u64 + unread,
            reference_systems: ReferenceSystems::of(crs.as_deref(), ground.crs()),
            ..InputReport::default()
        };
        if let Some(doubt) = report.reference_systems.doubt() {
            context.warn("reference-systems", doubt);
        }
        let domain = Domain::new(options.bounds.unwrap_or(ground.header().bounds()))?;
        refuse_another_place(&footprints, &domain, ground.header().bounds())?;
        refuse_bounds_beyond(options.bounds, ground.header(), options.parameters.max_fill_distance)?;
        let part = options.bounds.map(|_| TerrainPart {
            bounds: looked_at(&domain, &footprints, parameters, &scale),
            fill_distance: parameters.max_fill_distance,
        });
        let terrain = ground.read(part, options, &context)?;
        if let Some(outliers) = terrain.outliers() {
            let remedy = outliers.remedy();
            context.warn("odd-terrain", format!("the terrain has {outliers}; usual are {remedy}"));
        }
        if let Some(doubt) = terrain.doubt() {
            context.warn("odd-terrain", doubt);
        }
        context.add_unit();

        runner.begin("clean", 1, footprints.len() as u64)?;
        let fill_distance = parameters.max_fill_distance;
        let points = footprints.iter().flat_map(|f| &f.polygons).flat_map(|p| &p.rings).map(|ring| ring.len() as u64);
        let bytes = bytes_to_clean(footprints.len() as u64, points.sum(), context.threads());
        let _at_work = context.memory().reserve(bytes, CLEANING)?;
        let defaults = Defaults { height: default_height, sources: &sources };
        let cleaned = runner.install(|| {
            let mut grounds = grounds(&footprints, &terrain, &domain, fill_distance, &context)?;
            let roofs = roofs(&mut footprints, &mut grounds, &defaults, &mut heights, &mut skipped.no_height);
            let hint = elevations_among(&heights, &input.footprints, &terrain, &domain);
            report.take_in(heights, &skipped, duplicate_ids(&footprints), hint.as_deref(), &context);
            let property = report.height_property.as_deref();
            let source = (&input.footprints, property);
            refuse_roofs_under_ground(&footprints, &roofs, &grounds, parameters.lod, source)?;
            let told = (property, &*context);
            warn_about_heights_like_elevations(&footprints, &roofs, &grounds, parameters.lod, told);
            clean::clean(&footprints, &roofs, &domain, parameters, &context)
        })?;
        context.add_items(footprints.len() as u64);
        if cleaned.buildings.is_empty() && report.features > 0 {
            let hint = elevations_among(&report.heights, &input.footprints, &terrain, &domain);
            return Err(no_buildings(&input.footprints, &report, &cleaned.report, hint));
        }
        let members: Vec<Vec<String>> = cleaned.buildings.iter().map(|b| names(b, &footprints)).collect();
        drop(footprints);
        if cleaned.buildings.len() > i32::MAX as usize / 2 {
            return Err(Error::invalid("footprints", cleaned.buildings.len(), "at most 1,073,741,823 buildings"));
        }
        let sampler = terrain.sampler(domain.origin, fill_distance);
        let height = |building: &Building| {
            let ground = ground_along(&building.rings[0], &sampler);
            let height = BuildingHeight {
                roof: building.roof,
                // Where there are no data the tile will say so, with the place.
                platform: ground.map_or(building.roof, |ground| ground.lowest),
                lod: building.lod,
            };
            let is_under_ground =
                building.lod == Lod::Lod1 && ground.is_some_and(|ground| building.roof < ground.highest);
            (height, is_under_ground)
        };
        let south = |building: &Building| f64::from(building.rings[0][0][1]);
        let heights = runner.install(|| band_by_band(&cleaned.buildings, &terrain, &context, south, height))?;
        let mut under_ground = FootprintList::default();
        for ((_, is_under_ground), members) in heights.iter().zip(&members) {
            if *is_under_ground {
                under_ground.add(|| members.join(" + "));
            }
        }
        report.take_in_roofs_under_ground(under_ground, &context);
        let buildings = heights.into_iter().map(|(height, _)| height).collect();
        context.check()?;
        let cells = Cells::of(&domain);
        let roof_areas = roof_areas(&cleaned.buildings, &cells);
        let rings = cleaned.buildings.iter().enumerate();
        let rings = rings.flat_map(|(n, building)| building.rings.iter().map(move |ring| (n as u32, ring.as_slice())));
        context.check()?;
        let planar = Planar::new(&domain, rings);
        context.check()?;
        Ok(City {
            cells,
            planar,
            zone_width: parameters.zone_width(&scale),
            parameters: parameters.clone(),
            scale,
            buildings,
            roof_areas,
            members,
            terrain,
            fill_distance,
            crs,
            input: report,
            clean: cleaned.report,
        })
    }

    /// The terrain in local coordinates.
    pub fn sampler(&self) -> Sampler<'_> {
        self.terrain.sampler(self.planar.domain().origin, self.fill_distance)
    }

    /// The height of the ground at a place, in local metres.
    pub fn ground(&self) -> impl Fn(Point) -> GroundHeight + '_ {
        let sampler = self.sampler();
        move |p: Point| sampler.height(p[0], p[1])
    }

    /// A hash of the buildings and their names. The parameters and the terrain are in what each tile was made from.
    pub fn fingerprint(&self) -> u128 {
        let mut hash = Xxh3::new();
        for edge in self.planar.edges() {
            hash.update(bytemuck::must_cast_slice(&[edge.a, edge.b]));
            let number = |region: Region| region.as_building().unwrap_or(u32::MAX);
            hash.update(bytemuck::must_cast_slice(&[number(edge.left), number(edge.right)]));
        }
        for name in self.members.iter().flatten() {
            hash.update(name.as_bytes());
            hash.update(&[0]);
        }
        for building in &self.buildings {
            hash.update(&building.roof.to_bits().to_le_bytes());
            hash.update(&building.platform.to_bits().to_le_bytes());
            hash.update(&[building.lod as u8]);
        }
        hash.digest128()
    }

    /// The bytes that the parts for all tiles take, about.
    pub fn bytes(&self) -> u64 {
        let names: usize = self.members.iter().flatten().map(|name| name.len() + 48).sum();
        let shared = self.planar.edges().len() * 34 + self.buildings.len() * 48 + names;
        shared as u64 + self.clean.bytes() + self.terrain.bytes_in_memory()
    }

    /// As [`Terrain::check_whole`].
    pub fn check_terrain(&self) -> Result<()> {
        self.terrain.check_whole()
    }

    /// Gives back the memory with what was read of the terrain.
    pub fn release_terrain(&self) {
        self.terrain.release();
    }
}

/// Where the terrain comes from, before its heights are read.
enum OpenedGround<'a> {
    Memory(&'a Arc<Terrain>),
    File(TerrainFile),
}

impl OpenedGround<'_> {
    /// A quarter of the memory is for the terrain.
    fn new(ground: &Ground, limit: u64) -> Result<OpenedGround<'_>> {
        Ok(match ground {
            Ground::Memory(terrain) => OpenedGround::Memory(terrain),
            Ground::File(path) => {
                OpenedGround::File(TerrainFile::open(path, limit / 4).map_err(|e| of_the_job(e, limit))?)
            }
        })
    }

    fn header(&self) -> &RasterHeader {
        match self {
            OpenedGround::Memory(terrain) => terrain.header(),
            OpenedGround::File(file) => file.header(),
        }
    }

    fn crs(&self) -> Option<&Crs> {
        match self {
            OpenedGround::Memory(terrain) => terrain.crs(),
            OpenedGround::File(file) => file.crs(),
        }
    }

    /// The terrain; of a file the part that is wanted, or all of it.
    fn read(&mut self, part: Option<TerrainPart>, options: &BuildOptions, context: &Context) -> Result<Arc<Terrain>> {
        match self {
            OpenedGround::Memory(terrain) => {
                let terrain = match options.nodata.as_slice() {
                    [] => terrain.clone(),
                    nodata => Arc::new(terrain.with_nodata(nodata)?),
                };
                terrain.refuse_voids(&options.nodata, |seen, accepted| Error::invalid("terrain", seen, accepted))?;
                Ok(terrain)
            }
            OpenedGround::File(file) => {
                let (temp_dir, nodata) = (options.temp_dir.clone(), options.nodata.clone());
                let (memory, cancel) = (context.memory().limit() / 4, context.cancel_token().clone());
                Ok(Arc::new(file.read(&TerrainOptions { part, temp_dir, memory, nodata, cancel })?))
            }
        }
    }
}

/// Where heights of the ground are looked up, and what fingerprints of tiles hold: the tiles with what is around them,
/// and the footprints of which a part is meshed. West, south, east, north.
fn looked_at(domain: &Domain, footprints: &[Footprint], parameters: &Parameters, scale: &Scale) -> [f64; 4] {
    let tiles = Cells::of(domain).whole().rect().inflated(parameters.tile_reach(scale));
    let tiles = [tiles.min, tiles.max].map(|p| [0, 1].map(|d| p[d] + domain.origin[d] as f64));
    let meshed = footprints.iter().filter(|footprint| is_within_reach(footprint, domain));
    let rings = meshed.flat_map(|footprint| &footprint.polygons).filter_map(|polygon| polygon.rings.first());
    let [[west, south], [east, north]] = rings.filter_map(|ring| box_of(ring)).fold(tiles, united);
    [west, south, east, north]
}

/// The terrain's reader knows its quarter of the memory only.
fn of_the_job(error: Error, limit: u64) -> Error {
    match error {
        Error::MemoryLimit { needed, what, .. } => Error::MemoryLimit { limit, needed: needed.saturating_mul(4), what },
        other => other,
    }
}

/// The bytes that footprints and what cleaning makes of them take at once, measured.
fn bytes_to_clean(footprints: u64, points: u64, threads: usize) -> u64 {
    let one_thread = (600 * footprints + 80 * points) as f64;
    // Each further thread has clusters of its own at work, and the allocator a region of its own for it to keep things
    // back in.
    const KEPT_BACK: u64 = 1 << 20;
    let further = (threads - 1).min(4);
    (one_thread * (1.0 + 0.35 * further as f64)) as u64 + KEPT_BACK * further as u64
}

/// The area of the roofs in each cell, as if each were spread evenly over its bounding box.
fn roof_areas(buildings: &[Building], cells: &Cells) -> Vec<f64> {
    let mut areas = vec![0.0; cells.columns as usize * cells.rows as usize];
    for building in buildings {
        let ring: Vec<Point> = building.rings[0].iter().map(|p| p.map(|v| f64::from(v) * GRID)).collect();
        let bounds = ring.iter().fold(Rect::around(ring[0], ring[0]), |b, &p| Rect {
            min: [b.min[0].min(p[0]), b.min[1].min(p[1])],
            max: [b.max[0].max(p[0]), b.max[1].max(p[1])],
        });
        let area = |r: &Rect| (r.max[0] - r.min[0]).max(0.0) * (r.max[1] - r.min[1]).max(0.0);
        let twice: f64 = ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
        let (first, last) = (cells.cell_of(bounds.min), cells.cell_of(bounds.max));
        for row in first.row..=last.row {
            for column in first.column..=last.column {
                let share = area(&Cell { column, row }.rect().intersection(&bounds)) / area(&bounds);
                areas[(row * cells.columns + column) as usize] += 0.5 * twice * share;
            }
        }
    }
    areas
}

fn names(building: &Building, footprints: &[Footprint]) -> Vec<String> {
    building.members.iter().map(|&member| footprints[member as usize].name(member)).collect()
}

/// The smallest and the largest coordinates of a ring.
fn box_of(ring: &[[f64; 2]]) -> Option<[[f64; 2]; 2]> {
    ring.iter().map(|&p| [p, p]).reduce(united)
}

/// The box around two.
fn united(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    [[a[0][0].min(b[0][0]), a[0][1].min(b[0][1])], [a[1][0].max(b[1][0]), a[1][1].max(b[1][1])]]
}

/// An error when no footprint lies in the domain: most likely they are in another reference system, or the bounds are
/// too narrow.
fn refuse_another_place(footprints: &[Footprint], domain: &Domain, terrain: [f64; 4]) -> Result<()> {
    let [west, south, east, north] = domain.bounds();
    let rings = || {
        footprints.iter().enumerate().flat_map(|(n, footprint)| {
            let rings = footprint.polygons.iter().filter_map(|polygon| polygon.rings.first());
            rings.map(move |ring| (n as u32, ring.as_slice()))
        })
    };
    let points = || rings().flat_map(|(_, ring)| ring);
    let inside = |p: &[f64; 2]| (west..=east).contains(&p[0]) && (south..=north).contains(&p[1]);
    let boxes = || rings().filter_map(|(n, ring)| Some((n, box_of(ring)?)));
    let around = boxes().map(|(_, around)| around).reduce(united);
    let Some([min, max]) = around.filter(|_| !points().any(inside)) else { return Ok(()) };
    let place = format!("footprints in x {west} to {east}, y {south} to {north}");
    // What has no corner inside may still lie over it.
    let holds_all = |[min, max]: [[f64; 2]; 2]| min[0] <= west && min[1] <= south && max[0] >= east && max[1] >= north;
    if let Some((n, _)) = boxes().find(|(_, around)| holds_all(*around)) {
        let name = footprints[n as usize].name(n);
        return Err(Error::invalid(
            "the place of all footprints",
            format!("not within what is to be meshed, and around all of it as footprint {name} is"),
            format!("{place}; a terrain, or bounds (--bounds), that buildings fit into"),
        ));
    }
    let meets = |[min, max]: [[f64; 2]; 2]| min[0] < east && min[1] < north && max[0] > west && max[1] > south;
    if boxes().any(|(_, around)| meets(around)) {
        return Ok(());
    }
    let [x, y] = [0, 1].map(|d| format!("{:.3} to {:.3}", min[d], max[d]));
    let seen = format!("outside what is to be meshed, in x {x}, y {y}");
    let [w, s, e, n] = terrain;
    let is_on_terrain = west < e && east > w && south < n && north > s;
    if is_on_terrain && points().any(|p| (w..=e).contains(&p[0]) && (s..=n).contains(&p[1])) {
        let accepted =
            format!("{place}; bounds (--bounds) with footprints in them; for the ground alone there, {NO_FOOTPRINTS}");
        return Err(Error::invalid("the place of all footprints", seen, accepted));
    }
    // What it is most often.
    type Guess = (&'static str, fn([f64; 2]) -> [f64; 2]);
    let guesses: [Guess; 5] = [
        ("with x and y swapped they would fit: GeoJSON has x, to the east, first", |[x, y]| [y, x]),
        ("as feet they would fit: convert them to metres", |p| p.map(|v| v * 0.3048)),
        ("as kilometres they would fit: convert them to metres", |p| p.map(|v| v * 1000.0)),
        ("as centimetres they would fit: convert them to metres", |p| p.map(|v| v * 0.01)),
        ("as millimetres they would fit: convert them to metres", |p| p.map(|v| v * 0.001)),
    ];
    let fits = |convert: &fn([f64; 2]) -> [f64; 2]| points().any(|&p| inside(&convert(p)));
    let guess = guesses.iter().find(|(_, convert)| fits(convert));
    let hint = guess.map_or("are both in the same reference system?", |(hint, _)| hint);
    Err(Error::invalid("the place of all footprints", seen, format!("{place}; {hint}")))
}
