//! The report of a build, in figures.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::sharp::SharpCorners;
use super::source::TileSource;
use crate::city::input::footprint::FootprintList;
use crate::city::input::footprints::Skipped;
use crate::city::input::heights::HeightReport;
use crate::city::input::systems::ReferenceSystems;
use crate::city::plane::clean::{AREA_CHANGE, CleanReport, OUTLINE_CHANGE, ROOF_CHANGE};
use crate::city::tiles::surface::SurfaceCounts;
use crate::human;
use crate::job::{Context, Phase, PhaseReport, Warning, process_peak_bytes};

/// The phases of a build.
pub const PHASES: [Phase; 4] = [
    Phase { name: "read", weight: 3.0 },
    Phase { name: "clean", weight: 7.0 },
    Phase { name: "tiles", weight: 88.0 },
    Phase { name: "compare", weight: 2.0 },
];

/// The inputs of a build, and the features and values that were left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InputReport {
    /// Features of the file, or footprints from memory: those in [`CleanReport::footprints`], and those counted here as
    /// left out.
    pub features: u64,
    /// The property that most heights were taken from.
    pub height_property: Option<String>,
    /// The properties that heights were taken from, and the values that are no heights.
    pub heights: HeightReport,
    /// Footprints that got the default height.
    pub default_heights: u64,
    /// Features without a geometry.
    pub no_geometry: u64,
    /// Features whose geometry is no polygon.
    pub other_geometry: u64,
    /// Features, or footprints from memory, without a usable height, left out.
    pub no_height: u64,
    /// Features without a value in the property for the level of detail.
    pub no_lod: u64,
    /// Features without a value in the property for the name.
    pub no_id: u64,
    /// Features that the filters do not choose; they are not among `features`.
    pub filtered: u64,
    /// The reference systems of the inputs.
    pub reference_systems: ReferenceSystems,
    /// Ids that more than one footprint has.
    pub duplicate_ids: FootprintList,
    /// Buildings whose roof is below the highest ground along their outline, named by their footprints.
    pub roofs_under_ground: FootprintList,
    /// The number of these roofs that were raised above that ground.
    pub roofs_raised: u64,
    /// The part of the domain that is left out because the terrain has no data there, in square metres.
    pub area_without_data: f64,
}

impl InputReport {
    /// Takes over the results of reading the inputs.
    pub(super) fn take_in(&mut self, heights: HeightReport, skipped: &Skipped, duplicate_ids: FootprintList) {
        *self = InputReport {
            features: self.features,
            height_property: heights.main_property().map(String::from),
            default_heights: heights.default,
            heights,
            no_geometry: skipped.no_geometry.count,
            other_geometry: skipped.other_geometry.count,
            no_height: skipped.no_height.count,
            no_lod: skipped.no_lod.count,
            no_id: skipped.no_id.count,
            filtered: self.filtered,
            duplicate_ids,
            roofs_under_ground: FootprintList::default(),
            roofs_raised: 0,
            area_without_data: self.area_without_data,
            reference_systems: std::mem::take(&mut self.reference_systems),
        };
    }
}

/// A tile that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedTile {
    /// The name of the tile in the store.
    pub tile: String,
    /// The reason.
    pub cause: String,
}

/// The time that stages of meshing took, in seconds, summed over the threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StageSeconds {
    /// Placing the points on edges and in the field.
    pub points: f64,
    /// Triangulation.
    pub triangulate: f64,
    /// Refinement.
    pub refine: f64,
    /// Computing heights and walls.
    pub surface: f64,
    /// Writing files.
    pub store: f64,
}

impl StageSeconds {
    pub(super) fn add(&mut self, mesher: &crate::city::plane::mesher::StageTimes, surface: Duration, store: Duration) {
        self.points += mesher.points.as_secs_f64();
        self.triangulate += mesher.triangulate.as_secs_f64();
        self.refine += mesher.refine.as_secs_f64();
        self.surface += surface.as_secs_f64();
        self.store += store.as_secs_f64();
    }
}

/// The report of a build.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CityReport {
    /// The store's folder.
    pub store: PathBuf,
    /// The inputs.
    pub input: InputReport,
    /// The report of cleaning the footprints.
    pub clean: CleanReport,
    /// The corners of the cleaned outlines that are sharper than the smallest angle asked for.
    pub sharp_corners: SharpCorners,
    /// The number of buildings in the mesh, the N of the markers.
    pub buildings: u64,
    /// The lowest and the highest roof of a block above the lowest ground along its outline, in metres.
    pub roof_heights: Option<[f64; 2]>,
    /// The rectangle around the meshed area: west, south, east, north.
    pub bounds: [f64; 4],
    /// The meshed area, in square metres.
    pub area: f64,
    /// The tiles of the city.
    pub tiles: u64,
    /// Tiles made by this run.
    pub built: u64,
    /// Tiles that an earlier run had made from the same inputs.
    pub kept: u64,
    /// Tiles of an earlier run of which only the numbers of the buildings were changed.
    pub renumbered: u64,
    /// Tiles made by other processes meanwhile.
    pub elsewhere: u64,
    /// Tiles without a triangle.
    pub empty: u64,
    /// Files of tiles of an earlier build that were removed.
    pub removed: u64,
    /// Tiles that are missing at the end: those that failed, and those that another process removed.
    pub missing: u64,
    /// Tiles that could not be made.
    pub failed: Vec<FailedTile>,
    /// Tiles that were made again with a wider halo because they and a neighbour disagreed.
    pub healed: Vec<String>,
    /// The most rounds of refinement in a tile.
    pub rounds: u32,
    /// Vertices. A vertex counts once for each tile that uses it.
    pub vertices: u64,
    /// The counts of triangles and faults.
    pub counts: SurfaceCounts,
    /// The size of the store.
    pub bytes: u64,
    /// The time that each stage of meshing took in this run.
    pub stages: StageSeconds,
    /// The phases.
    pub phases: Vec<PhaseReport>,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Threads.
    pub threads: usize,
    /// The most bytes in the job's buffers at once.
    pub peak_buffer_bytes: u64,
    /// The peak physical memory of the whole process, where the system reports it: see
    /// [`process_peak_bytes`](crate::job::process_peak_bytes). It includes pages of files, which the memory limit does
    /// not count.
    pub process_peak_bytes: Option<u64>,
    /// The warnings.
    pub warnings: Vec<Warning>,
}

impl CityReport {
    /// Begins the report of a build of so many tiles in a store.
    pub(super) fn of_store(store: &Path, source: &TileSource, tiles: usize) -> CityReport {
        CityReport {
            store: store.to_path_buf(),
            buildings: source.buildings.into(),
            bounds: source.area.domain().bounds(),
            area: source.area.square_metres(),
            tiles: tiles as u64,
            ..CityReport::default()
        }
    }

    /// Returns whether the store has all tiles.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.missing == 0
    }

    pub(super) fn finish(&mut self, context: &Context, (phases, seconds): (Vec<PhaseReport>, f64)) {
        (self.phases, self.seconds) = (phases, seconds);
        self.threads = context.threads();
        self.peak_buffer_bytes = context.memory().peak();
        self.process_peak_bytes = process_peak_bytes();
        self.warnings = context.warnings();
    }
}

impl CityReport {
    /// Writes what became of the tiles.
    fn write_tiles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = human::count;
        let mut done = vec![format!("{} built", n(self.built))];
        let others = [
            (self.kept, "kept"),
            (self.renumbered, "renumbered"),
            (self.elsewhere, "made by other processes"),
            (self.empty, "empty"),
            (self.removed, "of an earlier build removed"),
            (self.healed.len() as u64, "made again with more of their surroundings"),
            (self.failed.len() as u64, "FAILED"),
        ];
        done.extend(
            others.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", n(count))),
        );
        writeln!(f, "  tiles        {}", done.join(", "))?;
        for failed in self.failed.iter().take(5) {
            writeln!(f, "    {}: {}", failed.tile, failed.cause)?;
        }
        Ok(())
    }

    /// Writes the counts of the mesh, and how good its triangles are.
    fn write_mesh(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, counts) = (human::count, &self.counts);
        writeln!(
            f,
            "  triangles    {}: ground {}, ground beside buildings {}, walls {}, roofs {}",
            n(counts.triangles()),
            n(counts.ground),
            n(counts.ground_beside_buildings),
            n(counts.walls),
            n(counts.roofs)
        )?;
        let quality = &counts.quality;
        let plane = (counts.triangles() - counts.walls) as f64;
        if plane > 0.0 {
            writeln!(
                f,
                "  angles       {:.4} % under 25 degrees, {:.4} % under 20, {:.4} % under 10, smallest {:.2}; longest \
                 edge seen from above {:.1} m",
                100.0 * quality.under_25 as f64 / plane,
                100.0 * quality.under_20 as f64 / plane,
                100.0 * quality.under_10 as f64 / plane,
                quality.min_angle(),
                quality.longest_edge
            )?;
        }
        if self.sharp_corners.corners > 0 {
            writeln!(f, "  corners      {}", self.sharp_corners)?;
        }
        if counts.filled_heights > 0 {
            writeln!(f, "  ground       {} heights filled from the nearest data", n(counts.filled_heights))?;
        }
        if counts.walls_upside_down > 0 {
            let pieces = n(counts.walls_upside_down);
            writeln!(f, "  walls        {pieces} pieces have the ground above their roof")?;
        }
        Ok(())
    }

    /// Writes what was left out or changed.
    fn write_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clean, input) = (&self.clean, &self.input);
        let lists = [
            (input.no_geometry as usize, "without a geometry"),
            (input.other_geometry as usize, "without a polygon"),
            (input.no_height as usize, "without a usable height"),
            (clean.outside.len(), "outside"),
            (clean.near_border.len(), "too near to the border"),
            (clean.empty.len(), "without area"),
            (clean.unrepairable.len(), "not to be repaired"),
            (clean.without_ground.len(), "without ground"),
            (clean.small.len(), "too small"),
            (clean.swallowed.len(), "covered by others"),
        ];
        let count = |n: usize| human::count(n as u64);
        let reasons: Vec<String> =
            lists.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", count(*n))).collect();
        if !reasons.is_empty() {
            let left_out = self.input.features - clean.used;
            writeln!(f, "  left out     {}: {}", human::count(left_out), reasons.join(", "))?;
        }
        let parts = [
            (clean.outside_parts.len(), "outside"),
            (clean.near_border_parts.len(), "too near to the border"),
            (clean.empty_parts.len(), "without area"),
            (clean.unrepairable_parts.len(), "not to be repaired"),
            (clean.small_parts.len(), "too small"),
            (clean.swallowed_parts.len(), "covered by others"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", count(*n))).collect();
        if !parts.is_empty() {
            writeln!(f, "  parts        left out of footprints that are there: {}", parts.join(", "))?;
        }
        if clean.divided > 0 {
            let (divided, roofs) = (human::counted(clean.divided, "building"), human::count(clean.roofs()));
            writeln!(f, "  divided      {divided} into {roofs} parts that differ in height")?;
        }
        if let (Some(most), false) = (&clean.largest_roof_change, clean.roof_changes.is_empty()) {
            let moved = count(clean.roof_changes.len());
            writeln!(
                f,
                "  merging      {moved} roofs differ by more than {ROOF_CHANGE} m from the footprints', \
                 the most by {:+.1} m ({})",
                most.difference, most.member
            )?;
        }
        if !clean.area_changes.is_empty() {
            let changed = count(clean.area_changes.len());
            writeln!(f, "  areas        {changed} changed by more than {:.0} %", 100.0 * AREA_CHANGE)?;
        }
        if !clean.outline_changes.is_empty() {
            let changed = count(clean.outline_changes.len());
            let share = 100.0 * OUTLINE_CHANGE;
            writeln!(f, "  outlines     {changed} made shorter by more than {share:.0} % by simplification")?;
        }
        Ok(())
    }
}

impl fmt::Display for CityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = human::count;
        let state = if self.is_complete() { "" } else { ", INCOMPLETE" };
        writeln!(f, "{} in {}{state}", human::counted(self.tiles, "tile"), self.store.display())?;
        self.write_tiles(f)?;
        let (used, features) = (self.clean.used, self.input.features);
        let footprints = human::counted(features, "footprint");
        let footprints = if used == features { footprints } else { format!("{} of {footprints}", n(used)) };
        writeln!(f, "  buildings    {} from {footprints}", n(self.buildings))?;
        if self.input.filtered > 0 {
            writeln!(f, "  not chosen   {} by the filters", human::counted(self.input.filtered, "feature"))?;
        }
        writeln!(f, "  reference    {}", self.input.reference_systems)?;
        let heights = self.input.heights.to_string();
        if !heights.is_empty() {
            writeln!(f, "  roofs        {heights}")?;
        }
        self.write_changes(f)?;
        if self.input.area_without_data > 0.0 {
            let (all, square_km) = (self.area + self.input.area_without_data, 1e-6);
            let (area, all) = (self.area * square_km, all * square_km);
            writeln!(f, "  area         {area:.3} of {all:.3} km2; the terrain has no data in the rest")?;
        }
        if let Some([low, high]) = self.roof_heights {
            writeln!(f, "  heights      roofs {low:.1} to {high:.1} m above the lowest ground beside them")?;
        }
        self.write_mesh(f)?;
        writeln!(f, "  store        {}", human::bytes(self.bytes))?;
        let phases: Vec<String> =
            self.phases.iter().map(|p| format!("{} {}", p.name, human::seconds(p.seconds))).collect();
        writeln!(
            f,
            "  time         {} ({}) on {}",
            human::seconds(self.seconds),
            phases.join(", "),
            human::counted(self.threads as u64, "thread")
        )?;
        write!(f, "  peak memory  {}", human::peak_memory(self.process_peak_bytes, self.peak_buffer_bytes))
    }
}
