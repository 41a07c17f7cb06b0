//! Pictures of a time step: how many samples are where, seen along an axis.
//!
//! ```
//! # use groma::trajectory::generate::{GenerateOptions, generate};
//! use groma::trajectory::preview::{PreviewOptions, preview};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # generate(&folder, &GenerateOptions::new(20, 2, 5))?;
//! let samples = preview(folder.path(), 3, &folder.path().join("step.png"), &PreviewOptions::default())?;
//! println!("{samples} samples are in the picture");
//! # Ok::<(), groma::Error>(())
//! ```

use std::path::Path;

use super::dataset::{MANIFEST_NAME, METADATA_FILES, Manifest, OnBadShard, ShardFolder};
use super::shard::{ReadBuffer, Shard, ShardReader, WantDigest};
use crate::human::{count, numbers};
use crate::io::output::refuse_inputs;
use crate::io::picture::{PAPER, Picture, Rgb, Size, TALLEST, check_name, check_width, too_large};
use crate::job::{CancelToken, Context, Phase, RunOptions, Runner};
use crate::trajectory::Steps;
use crate::{Error, Result};

/// The colours, from few samples in a square to many.
const COLOURS: [Rgb; 4] = [[158, 202, 225], [66, 146, 198], [8, 81, 156], [8, 29, 80]];

/// The axis along which the samples are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Along z: x to the right, y up.
    #[default]
    Xy,
    /// Along y: x to the right, z up.
    Xz,
    /// Along x: y to the right, z up.
    Yz,
}

impl View {
    /// The axes that point to the right and up.
    fn axes(self) -> [usize; 2] {
        match self {
            View::Xy => [0, 1],
            View::Xz => [0, 2],
            View::Yz => [1, 2],
        }
    }
}

/// What the picture shows.
#[derive(Clone, Debug)]
pub struct PreviewOptions {
    /// The picture's width, in pixels, 16 to 8192; its height follows from what it shows.
    pub width: u32,
    /// The direction of the view.
    pub view: View,
    /// The part of the plane to draw, as left, lower, right, upper; `None` for all of it.
    pub bounds: Option<[f64; 4]>,
    /// Whether a strip with a scale and the meaning of the colours stands below it.
    pub caption: bool,
    /// Set it from any thread to stop.
    pub cancel: CancelToken,
}

impl Default for PreviewOptions {
    fn default() -> PreviewOptions {
        let cancel = CancelToken::default();
        PreviewOptions { width: 1600, view: View::default(), bounds: None, caption: true, cancel }
    }
}

/// Draws the samples of a time step into a PNG file, as the number of them in each of many small squares, and gives
/// their number. The shard is gone through twice; memory is the picture's, 7 bytes per pixel, and one that does not fit
/// is refused.
///
/// # Errors
/// As [`ShardFolder::open`]; [`Error::InvalidArgument`] for a width out of range, a name that does not end in .png, a
/// time step that no shard covers, or one without samples within the bounds; [`Error::MemoryLimit`] for a picture that
/// does not fit [`DEFAULT_MEMORY_LIMIT`](crate::job::DEFAULT_MEMORY_LIMIT), with the width that does;
/// [`Error::NoMemory`], [`Error::Cancelled`], [`Error::Io`].
pub fn preview(dataset: &Path, step: i32, path: &Path, options: &PreviewOptions) -> Result<u64> {
    let run = RunOptions { threads: 1, cancel: options.cancel.clone(), ..RunOptions::default() };
    preview_with(dataset, step, path, options, &mut Runner::new(&run)?)
}

/// [`preview`] with a runner of the caller's; the options' own cancel flag is not looked at.
///
/// # Errors
/// As [`preview`].
pub fn preview_with(
    dataset: &Path,
    step: i32,
    path: &Path,
    options: &PreviewOptions,
    runner: &mut Runner,
) -> Result<u64> {
    check_width(options.width)?;
    check_name(path)?;
    runner.plan(&[Phase { name: "preview", weight: 1.0 }]);
    let data = ShardFolder::open(dataset, OnBadShard::Skip)?;
    let metadata = METADATA_FILES.map(|name| dataset.join(name));
    let inputs = data.shards.iter().map(|shard| &*shard.path).chain(metadata.iter().map(|path| &**path));
    refuse_inputs(path, "output", inputs)?;
    let Some(shard) = data.shard_at(step)?.map(|n| &data.shards[n]) else {
        let accepted = match data.steps() {
            Some(Steps { first, last }) => format!("one that a shard covers; they go from {first} to {last}"),
            None => "one that a shard covers".into(),
        };
        return Err(Error::invalid("step", step, accepted));
    };

    runner.begin("preview", 0, 2 * u64::from(shard.entries))?;
    let context = runner.context().clone();
    let samples = runner.run(|| draw(dataset, shard, step, path, options, &context))?;
    runner.finish();
    Ok(samples)
}

fn draw(
    dataset: &Path,
    shard: &Shard,
    step: i32,
    path: &Path,
    options: &PreviewOptions,
    context: &Context,
) -> Result<u64> {
    let (mut low, mut high, mut samples) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2], 0u64);
    for_each(shard, step, options, context, |p| {
        samples += 1;
        for d in 0..2 {
            (low[d], high[d]) = (low[d].min(p[d]), high[d].max(p[d]));
        }
    })?;
    if samples == 0 {
        return Err(match options.bounds {
            Some(bounds) => {
                let seen = format!("{}, where time step {step} has no sample", numbers(&bounds));
                Error::invalid("bounds", seen, "a part with samples in it")
            }
            None => Error::invalid("step", format!("{step}, which has no sample"), "a time step with samples"),
        });
    }
    let extent = options.bounds.unwrap_or([low[0], low[1], high[0], high[1]]);
    let size = Size::for_width(options.width);
    let strip = if options.caption { 2 * size.line() } else { 0 };
    let squares = Squares::new(extent, samples, options.width);
    let memory = context.memory();
    if squares.bytes(options.width, strip) > memory.room() {
        let needed = memory.limit() - memory.room() + squares.bytes(options.width, strip);
        return Err(too_large(memory.limit(), needed, options.width, |width| {
            Squares::new(extent, samples, width).bytes(width, strip) <= memory.room()
        }));
    }
    let _memory = memory.reserve(squares.bytes(options.width, strip), "a picture")?;
    let mut counts = squares.counts()?;
    for_each(shard, step, options, context, |p| counts[squares.at(p)] += 1)?;

    let most = counts.iter().copied().max().unwrap_or(1);
    let (width, height) = (squares.columns * squares.edge, squares.rows * squares.edge);
    let mut picture = Picture::new(options.width, height + strip, PAPER)?;
    for (n, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (column, row) = (n as u32 % squares.columns, n as u32 / squares.columns);
        let left = (options.width - width) / 2;
        let edge = squares.edge;
        picture.fill([left + column * edge, row * edge], [edge, edge], colour(count, most));
    }
    drop(counts);
    if options.caption {
        let unit = match Manifest::read(&dataset.join(MANIFEST_NAME))?.map(|manifest| manifest.coordinate_units) {
            Some(unit) if unit == "meters" => "m".into(),
            unit => unit.unwrap_or_default(),
        };
        let what = format!("time step {step}: {} samples", count(samples));
        write_caption(&mut picture, height, &squares, most, &unit, &what);
    }
    picture.save(path)?;
    Ok(samples)
}

/// The squares in which the samples are counted.
struct Squares {
    columns: u32,
    rows: u32,
    /// The edge of one, in pixels.
    edge: u32,
    pixels_per_unit: f64,
    left: f64,
    upper: f64,
}

impl Squares {
    /// Makes squares of one pixel for many samples, and larger ones for few, so that these can be seen.
    fn new([left, lower, right, upper]: [f64; 4], samples: u64, width: u32) -> Squares {
        let [wide, high] = [right - left, upper - lower].map(|size| size.max(1e-6) * 1.04);
        let pixels = f64::from(width);
        let pixels_per_unit = (pixels / wide).min(TALLEST * pixels / high);
        let height = (high * pixels_per_unit).clamp(16.0, TALLEST * pixels);
        let edge = (pixels * height / samples as f64).sqrt().mul_add(0.25, 0.5).clamp(1.0, 8.0) as u32;
        let [columns, rows] = [pixels, height].map(|size| (size as u32 / edge).max(1));
        let shown = [columns, rows].map(|count| f64::from(count * edge) / pixels_per_unit / 2.0);
        let (left, upper) = ((left + right) / 2.0 - shown[0], (lower + upper) / 2.0 + shown[1]);
        Squares { columns, rows, edge, pixels_per_unit, left, upper }
    }

    /// The memory of a picture of them with a strip below: the counts and its pixels, then its pixels and its file.
    fn bytes(&self, width: u32, strip: u32) -> u64 {
        let picture = 3 * u64::from(width) * u64::from(self.rows * self.edge + strip);
        picture + picture.max(4 * u64::from(self.columns) * u64::from(self.rows))
    }

    fn counts(&self) -> Result<Vec<u32>> {
        let squares = self.columns as usize * self.rows as usize;
        let mut counts = Vec::new();
        let refused = |_| Error::NoMemory { bytes: 4 * squares as u64, what: "a picture" };
        counts.try_reserve_exact(squares).map_err(refused)?;
        counts.resize(squares, 0);
        Ok(counts)
    }

    /// The square of a sample. A sample that rounding puts beside all squares is counted in the nearest.
    fn at(&self, [right, up]: [f64; 2]) -> usize {
        let scale = self.pixels_per_unit / f64::from(self.edge);
        let column = (((right - self.left) * scale) as u32).min(self.columns - 1);
        let row = (((self.upper - up) * scale) as u32).min(self.rows - 1);
        row as usize * self.columns as usize + column as usize
    }
}

/// Calls `look` with what is right and up of each sample within the bounds.
fn for_each(
    shard: &Shard,
    step: i32,
    options: &PreviewOptions,
    context: &Context,
    mut look: impl FnMut([f64; 2]),
) -> Result<()> {
    let reader = ShardReader::open(shard)?;
    let number = (step - shard.first_step) as u32;
    let mut buffer = ReadBuffer::default();
    reader.for_each(0..shard.entries, number..number + 1, WantDigest::No, &mut buffer, |entry, samples| {
        if entry % 1024 == 0 {
            context.check()?;
        }
        context.add_items(1);
        let position = &samples.positions[..3];
        if samples.valid_samples != 0 && position.iter().all(|v| v.is_finite()) {
            let [right, up] = options.view.axes().map(|axis| f64::from(position[axis]));
            let inside = |[x0, y0, x1, y1]: [f64; 4]| (x0..=x1).contains(&right) && (y0..=y1).contains(&up);
            if options.bounds.is_none_or(inside) {
                look([right, up]);
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Chooses a colour by the logarithm of the number of samples.
fn colour(count: u32, most: u32) -> Rgb {
    let share = f64::from(count).ln() / f64::from(most.max(2)).ln();
    let place = share * (COLOURS.len() - 1) as f64;
    let from = (place as usize).min(COLOURS.len() - 2);
    let part = place - from as f64;
    let [below, above] = [COLOURS[from], COLOURS[from + 1]];
    std::array::from_fn(|c| (f64::from(below[c]) + part * (f64::from(above[c]) - f64::from(below[c]))).round() as u8)
}

fn write_caption(picture: &mut Picture, top: u32, squares: &Squares, most: u32, unit: &str, what: &str) {
    let size = Size::for_width(picture.width());
    let line = size.line();
    let y = top + line / 2;
    let mut x = line / 2;
    x += picture.scale_bar([x, y], picture.width() / 8, squares.pixels_per_unit, unit, size) + line;
    picture.write([x, y], what, size);
    x += size.width_of(what) + line;
    picture.write([x, y], "1", size);
    x += size.width_of("1") + line / 4;
    picture.ramp([x, y], [3 * line, line], |share| colour(f64::from(most.max(2)).powf(share).round() as u32, most));
    let edge = f64::from(squares.edge) / squares.pixels_per_unit;
    let text = format!("{} in {edge} x {edge} {unit}", count(most.into()), edge = short(edge));
    picture.write([x + 3 * line + line / 4, y], text.trim_end(), size);
}

/// Writes a number with two significant digits at least.
fn short(value: f64) -> String {
    let decimals = (1.0 - value.log10().floor()).clamp(0.0, 12.0);
    format!("{value:.*}", decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::io::Durability;
    use crate::trajectory::shard::ShardFileWriter;

    fn pixels(path: &Path) -> (u32, u32, Vec<Rgb>) {
        let mut reader =
            png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap())).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        (info.width, info.height, bytes.as_chunks::<3>().0.to_vec())
    }

    #[test]
    fn samples_are_where_they_are_and_more_of_them_are_darker() {
        let dir = tempfile::tempdir().unwrap();
        let mut shard = ShardFileWriter::create(dir.path(), 5, 2, 0).unwrap();
        // A square with three samples in one corner, and one sample that is missing at the second time step.
        let corners = [[0.0, 0.0], [100.0, 0.0], [0.0, 100.0], [0.0, 100.0], [0.0, 100.0]];
        for (id, [x, y]) in (1..).zip(corners) {
            shard.append(id, &[x, y, 1.0, x, y, 1.0]).unwrap();
        }
        shard.append(9, &[50.0, 50.0, 0.0, f32::NAN, f32::NAN, f32::NAN]).unwrap();
        shard.finish(Durability::Unsynced).unwrap();
        let path = dir.path().join("x.png");
        let options = PreviewOptions { width: 104, caption: false, ..PreviewOptions::default() };
        assert_eq!(preview(dir.path(), 5, &path, &options).unwrap(), 6);
        let (width, height, all) = pixels(&path);
        let near = |[x, y]: [usize; 2]| {
            let around = (0..16).flat_map(|dy| (0..16).map(move |dx| [dx, dy]));
            let at = |[dx, dy]: [usize; 2]| all.get((y + dy) * width as usize + x + dx).filter(|p| **p != PAPER);
            around.filter_map(at).copied().next()
        };
        assert_eq!((width, height), (104, 104));
        let [many, few, none] = [[0, 0], [0, 88], [88, 0]].map(near);
        assert_eq!((many, few, none), (Some(COLOURS[3]), Some(COLOURS[0]), None));
        assert!(near([44, 44]).is_some());

        assert_eq!(preview(dir.path(), 6, &path, &PreviewOptions::default()).unwrap(), 5);
        let (width, height, _) = pixels(&path);
        assert_eq!((width, height), (1600, 1600 + 2 * Size::Large.line()));
        let part = PreviewOptions { bounds: Some([-1.0, 99.0, 1.0, 101.0]), ..options.clone() };
        assert_eq!(preview(dir.path(), 6, &path, &part).unwrap(), 3);
        let side = PreviewOptions { view: View::Xz, ..options.clone() };
        assert_eq!(preview(dir.path(), 6, &path, &side).unwrap(), 5);

        let tall = PreviewOptions { bounds: Some([-1.0, -1000.0, 101.0, 1000.0]), width: 8192, ..options.clone() };
        let Err(crate::Error::MemoryLimit { what, needed, .. }) = preview(dir.path(), 5, &path, &tall) else {
            panic!("1.6 GB fit 256 MiB")
        };
        let fitting = what.split_once("where ").unwrap().1.split_once(' ').unwrap().0.parse::<u32>().unwrap();
        // Four times as high as it is wide, six bytes per pixel, with the limit's 244 MiB.
        let estimated = (244.0 * f64::from(1 << 20) / 6.0 / 4.0).sqrt() as u32;
        assert!(fitting.abs_diff(estimated) < 40 && needed > 1 << 30, "{what}: {needed}");

        let refused = |step, options: &PreviewOptions| preview(dir.path(), step, &path, options).unwrap_err().status();
        assert_eq!(refused(7, &options), Status::InvalidArgument);
        assert_eq!(refused(5, &PreviewOptions { width: 3, ..options.clone() }), Status::InvalidArgument);
        assert_eq!(
            refused(5, &PreviewOptions { bounds: Some([7.0, 7.0, 8.0, 8.0]), ..options }),
            Status::InvalidArgument
        );
    }
}
