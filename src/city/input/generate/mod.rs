//! Generates cities of any size, for trying things out, for tests and for measurements.
//!
//! A city has about 800 buildings per km2, in blocks on an irregular grid of streets, on hills. A block depends only on
//! the seed and its place, and is computed with additions, multiplications, divisions and square roots alone. So the
//! same options give the same city on every machine. Coordinates are whole millimetres.
//!
//! | file | what it holds |
//! |---|---|
//! | `streets` | streets, and the rows of blocks between them |
//! | `blocks` | a block and its buildings |
//! | `hostile` | footprints that no survey should contain |
//! | `ground` | the hills |
//! | `random` | random numbers from a seed |
//!
//! ```
//! use groma::city::generate::{GenerateOptions, city};
//!
//! let (footprints, terrain) = city(&GenerateOptions::new(100))?;
//! assert_eq!(footprints.len(), 100);
//! println!("the terrain covers {:?}", terrain.bounds());
//! # Ok::<(), groma::Error>(())
//! ```

mod blocks;
mod ground;
mod hostile;
mod random;
mod streets;

use std::io::{BufWriter, Write};
use std::path::Path;

use self::blocks::Building;
use self::ground::Ground;
use self::streets::Streets;
use crate::city::input::footprint::{Footprint, HeightReference, Polygon};
use crate::city::input::terrain::Terrain;
use crate::error::IoContext;
use crate::io::atomic::{AtomicFile, Durability};
use crate::io::geotiff;
use crate::io::lock::Lock;
use crate::io::output::make_folder;
use crate::io::raster::RasterHeader;
use crate::job::{Phase, RunOptions, Runner};
use crate::{Error, Result};

/// The name of the footprints' file in a generated folder.
pub const FOOTPRINTS_FILE: &str = "footprints.geojson";
/// The name of the terrain's file in a generated folder.
pub const TERRAIN_FILE: &str = "terrain.tif";

/// The file that is locked while a city is written.
const LOCK_NAME: &str = "groma-writer.lock";

/// The coordinate system that generated files name: SWEREF 99 TM, chosen only because it is in metres.
const EPSG: u16 = 3006;

/// Options of a generated city.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// The number of footprints, the hostile ones included.
    pub buildings: u32,
    /// Another seed gives another city of the same kind.
    pub seed: u64,
    /// Whether to add footprints that overlap, touch at corners, cross themselves, or are hard on a mesher in other
    /// ways.
    pub hostile: bool,
    /// The south-west corner, in whole metres.
    pub offset: [i64; 2],
    /// The size of a terrain pixel, in metres.
    pub cell: f64,
}

impl GenerateOptions {
    /// Creates options for so many buildings, none of them hostile, on a terrain with pixels of 2 m.
    pub fn new(buildings: u32) -> GenerateOptions {
        GenerateOptions { buildings, seed: 1, hostile: false, offset: [0, 0], cell: 2.0 }
    }

    fn check(&self) -> Result<()> {
        const FARTHEST: i64 = 1_000_000_000;
        if self.buildings == 0 {
            return Err(Error::invalid("buildings", 0, "1 or more"));
        }
        if !(0.01..=100.0).contains(&self.cell) {
            return Err(Error::invalid("cell", self.cell, "0.01 to 100 m"));
        }
        match self.offset.iter().find(|v| !(-FARTHEST..=FARTHEST).contains(*v)) {
            Some(offset) => Err(Error::invalid("offset", offset, format!("at most {FARTHEST} m either way"))),
            None => Ok(()),
        }
    }
}

/// The facts about a city that was written.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct GenerateInfo {
    /// The number of footprints.
    pub footprints: u64,
    /// West, south, east, north of the terrain, in metres.
    pub bounds: [f64; 4],
    /// The numbers of columns and rows of the terrain.
    pub pixels: [usize; 2],
}

/// Generates a city in memory; roof heights are elevations.
///
/// # Errors
/// [`Error::InvalidArgument`] for options that make no sense; [`Error::NoMemory`].
pub fn city(options: &GenerateOptions) -> Result<(Vec<Footprint>, Terrain)> {
    options.check()?;
    let ground = Ground::new(options.seed);
    let mut footprints = Vec::with_capacity(options.buildings as usize);
    let mut streets = Streets::new(options);
    for row in &mut streets {
        footprints.extend(row.iter().zip(footprints.len()..).map(|(b, number)| footprint(b, number, options, &ground)));
    }
    let header = raster(&streets, options);
    let mut values: Vec<f32> = Vec::new();
    let bytes = header.pixels() * size_of::<f32>() as u64;
    let what = "the heights of the terrain";
    values.try_reserve_exact(header.pixels() as usize).map_err(|_| Error::NoMemory { bytes, what })?;
    values.resize(header.pixels() as usize, 0.0);
    for (row, values) in values.chunks_exact_mut(header.cols).enumerate() {
        fill_row(&header, options, &ground, row, values);
    }
    let RasterHeader { cols, rows, west, north, cell, .. } = header;
    Ok((footprints, Terrain::from_memory(cols, rows, west, north, cell, values, None)?))
}

/// Generates a city and writes it into a folder as [`FOOTPRINTS_FILE`] and [`TERRAIN_FILE`]. The folder is created if
/// needed and must not contain one of the files. Memory stays small, however large the city is. A building has the
/// properties `id`, `roof` (its elevation), `height` (above the ground) and `ground`.
///
/// # Errors
/// [`Error::InvalidArgument`] for options that make no sense, or a folder that contains one of the files;
/// [`Error::Busy`] while another city is written there; [`Error::Io`].
pub fn write(folder: impl AsRef<Path>, options: &GenerateOptions) -> Result<GenerateInfo> {
    let run = RunOptions { threads: 1, ..RunOptions::default() };
    write_with(folder.as_ref(), options, &mut Runner::new(&run)?)
}

/// As [`write()`], on the caller's runner. When cancelled, it leaves neither file.
///
/// # Errors
/// As [`write()`]; [`Error::Cancelled`].
pub fn write_with(folder: &Path, options: &GenerateOptions, runner: &mut Runner) -> Result<GenerateInfo> {
    options.check()?;
    runner.plan(&[Phase { name: "footprints", weight: 1.0 }, Phase { name: "terrain", weight: 1.0 }]);
    let context = runner.context().clone();
    make_folder(folder, "folder")?;
    let _alone =
        Lock::acquire(folder.join(LOCK_NAME), |_| "another city is being made here; choose another folder".into())?;
    refuse_files(folder)?;
    let ground = Ground::new(options.seed);
    let mut streets = Streets::new(options);

    let path = folder.join(FOOTPRINTS_FILE);
    let mut file = AtomicFile::create(&path)?;
    let mut text = BufWriter::new(file.file());
    runner.begin("footprints", 0, options.buildings.into())?;
    let footprints = runner.run(|| {
        write_head(&mut text).context("write", &path)?;
        let mut count = 0;
        for building in (&mut streets).flatten() {
            context.check()?;
            write_feature(&mut text, &building, count, options, &ground).context("write", &path)?;
            context.add_items(1);
            count += 1;
        }
        writeln!(text, "\n]}}").and_then(|()| text.flush()).context("write", &path)?;
        Ok(count)
    })?;
    drop(text);

    let header = raster(&streets, options);
    runner.begin("terrain", 0, header.rows as u64)?;
    runner.run(|| {
        geotiff::write(&folder.join(TERRAIN_FILE), &header, |row, values| {
            context.check()?;
            fill_row(&header, options, &ground, row, values);
            context.add_items(1);
            Ok(())
        })
    })?;
    if let Err(e) = file.commit(Durability::Unsynced) {
        // One file is not left without the other; the first error is the one to report.
        let _ = std::fs::remove_file(folder.join(TERRAIN_FILE));
        return Err(e);
    }
    runner.finish();
    Ok(GenerateInfo { footprints, bounds: header.bounds(), pixels: [header.cols, header.rows] })
}

/// Refuses a folder that contains one of the files, which may be somebody's data.
fn refuse_files(folder: &Path) -> Result<()> {
    for name in [FOOTPRINTS_FILE, TERRAIN_FILE] {
        // A link that leads nowhere counts as existing.
        if folder.join(name).symlink_metadata().is_ok() {
            let accepted = format!("a new folder, or one that has neither {FOOTPRINTS_FILE} nor {TERRAIN_FILE}");
            return Err(Error::invalid("folder", format!("{}, which has {name}", folder.display()), accepted));
        }
    }
    Ok(())
}

fn write_head(text: &mut impl Write) -> std::io::Result<()> {
    let crs = format!(r#"{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{EPSG}"}}}}"#);
    writeln!(text, r#"{{"type":"FeatureCollection","name":"footprints","crs":{crs},"features":["#)
}

fn write_feature(
    text: &mut impl Write,
    building: &Building,
    number: u64,
    options: &GenerateOptions,
    ground: &Ground,
) -> std::io::Result<()> {
    let decimal = |mm: i64| {
        let sign = if mm < 0 { "-" } else { "" };
        format!("{sign}{}.{:03}", mm.abs() / 1000, mm.abs() % 1000)
    };
    let (ground, roof) = elevations(building, ground);
    let separator = if number == 0 { "" } else { ",\n" };
    write!(
        text,
        r#"{separator}{{"type":"Feature","properties":{{"id":"b{number}","roof":{},"height":{},"ground":{}}},"#,
        decimal(roof),
        decimal(building.height),
        decimal(ground)
    )?;
    write!(text, r#""geometry":{{"type":"Polygon","coordinates":["#)?;
    for (k, ring) in building.rings.iter().enumerate() {
        write!(text, "{}", if k == 0 { "[" } else { ",[" })?;
        for [x, y] in ring {
            let [x, y] = [x + 1000 * options.offset[0], y + 1000 * options.offset[1]].map(decimal);
            write!(text, "[{x},{y}],")?;
        }
        // RFC 7946 requires a ring to end where it begins.
        let [x, y] = [ring[0][0] + 1000 * options.offset[0], ring[0][1] + 1000 * options.offset[1]].map(decimal);
        write!(text, "[{x},{y}]]")?;
    }
    write!(text, "]}}}}")
}

/// Returns the elevations of a building's ground and roof, in millimetres.
fn elevations(building: &Building, ground: &Ground) -> (i64, i64) {
    let ground = blocks::millimetres(ground.height(building.place[0], building.place[1]));
    (ground, ground + building.height)
}

/// Converts a building to a footprint with the same numbers, bit for bit, as reading the file gives: a quotient of
/// whole numbers is rounded like the value of a decimal.
fn footprint(building: &Building, number: usize, options: &GenerateOptions, ground: &Ground) -> Footprint {
    let metres = |mm: i64| mm as f64 / 1000.0;
    let point = |[x, y]: [i64; 2]| [metres(x + 1000 * options.offset[0]), metres(y + 1000 * options.offset[1])];
    let ring = |ring: &Vec<[i64; 2]>| ring.iter().chain(ring.first()).map(|&p| point(p)).collect();
    Footprint {
        id: format!("b{number}"),
        polygons: vec![Polygon { rings: building.rings.iter().map(ring).collect() }],
        height: metres(elevations(building, ground).1),
        reference: HeightReference::Absolute,
        lod: None,
    }
}

/// Returns the header of the terrain below all buildings.
fn raster(streets: &Streets, options: &GenerateOptions) -> RasterHeader {
    let [width, height] = streets.size();
    let pixels = |metres: f64| (metres / options.cell).ceil().max(1.0) as usize;
    let rows = pixels(height);
    RasterHeader {
        cols: pixels(width),
        rows,
        west: options.offset[0] as f64,
        north: options.offset[1] as f64 + rows as f64 * options.cell,
        cell: [options.cell; 2],
        epsg: Some(EPSG),
    }
}

fn fill_row(header: &RasterHeader, options: &GenerateOptions, ground: &Ground, row: usize, values: &mut [f32]) {
    let mut slice = ground.slice(((header.rows - row) as f64 - 0.5) * options.cell);
    for (col, value) in values.iter_mut().enumerate() {
        *value = slice.height((col as f64 + 0.5) * options.cell) as f32;
    }
}

#[cfg(test)]
mod tests;
