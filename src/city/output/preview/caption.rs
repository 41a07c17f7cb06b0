//! The strip below a picture: scale, north, and a legend of the colours.

use super::camera::Camera;
use super::shade::{HIGH_GROUND, LOW_GROUND, ROOF, WALL, mix, rgb};
use crate::io::picture::{INK, Picture, Rgb, Size};
use crate::io::surface::Part;

/// The colours that occur in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legend {
    roof: bool,
    wall: bool,
    ground: bool,
    /// Whether triangles without a known part occur, upright ones as walls are, and others.
    unknown_upright: bool,
    unknown: bool,
}

impl Legend {
    /// Adds a visible triangle.
    pub fn add(&mut self, part: Part, is_upright: bool) {
        match part {
            Part::Roof => self.roof = true,
            Part::Wall => self.wall = true,
            Part::Ground | Part::GroundNextToBuilding => self.ground = true,
            Part::Unknown if is_upright => self.unknown_upright = true,
            Part::Unknown => self.unknown = true,
        }
    }

    fn swatches(self) -> impl Iterator<Item = (&'static str, Rgb)> {
        let wall = if self.wall { "wall" } else { "upright" };
        [(self.roof, "roof", ROOF), (self.wall || self.unknown_upright, wall, WALL)]
            .into_iter()
            .filter(|(is_shown, ..)| *is_shown)
            .map(|(_, name, colour)| (name, rgb(colour)))
    }

    /// Returns the meaning of the ramp of colours.
    fn heights(self) -> Option<&'static str> {
        match (self.ground, self.unknown) {
            (true, _) => Some("ground"),
            (false, true) => Some("elevation"),
            (false, false) => None,
        }
    }
}

/// An item in the strip.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    /// A scale bar, with the pixels per metre.
    Scale(f64),
    North,
    Swatch(&'static str, Rgb),
    /// The title of the ramp, or the height at one of its ends.
    Text(String),
    Ramp,
}

/// The layout of the strip.
#[derive(Clone, Debug)]
pub struct Caption {
    size: Size,
    width: u32,
    items: Vec<(Item, [u32; 2])>,
    lines: u32,
}

impl Caption {
    /// Lays out the strip below a picture of this width. `scale` is in pixels per metre; `ground` holds the lowest and
    /// the highest elevation. An item that does not fit a line begins the next; one wider than any line is left out.
    pub fn new(width: u32, scale: f64, legend: Legend, ground: [f64; 2]) -> Caption {
        let size = Size::for_width(width);
        let line = size.line();
        let mut caption = Caption { size, width, items: Vec::new(), lines: 0 };
        let mut groups = vec![vec![(Item::Scale(scale), 0)], vec![(Item::North, line)]];
        groups.extend(legend.swatches().map(|(name, colour)| vec![(Item::Swatch(name, colour), line)]));
        if let Some(what) = legend.heights() {
            let [low, high] = ground.map(|height| Item::Text(format!("{height:.0} m")));
            let ramp = [(low, size.width_of(" ")), (Item::Ramp, line / 4), (high, line / 4)];
            groups.push([(Item::Text(what.into()), line)].into_iter().chain(ramp).collect());
        }
        let (margin, mut right) = (line / 2, 0);
        let room = width.saturating_sub(2 * margin);
        for group in groups {
            let wide = |(item, gap): &(Item, u32)| caption.width_of(item) + gap;
            let whole = group.iter().map(wide).sum::<u32>() - group[0].1;
            // A group that fits on a line stays together.
            let mut begins = whole <= room && right + group[0].1 + whole + margin > width;
            for (item, gap) in group {
                let wide = caption.width_of(&item);
                if wide > room {
                    continue;
                }
                if std::mem::take(&mut begins) || caption.lines == 0 || right + gap + wide + margin > width {
                    caption.lines += 1;
                    right = margin;
                } else {
                    right += gap;
                }
                let top = line / 2 + (caption.lines - 1) * (line + line / 2);
                caption.items.push((item, [right, top]));
                right += wide;
            }
        }
        caption
    }

    /// Returns the height of the strip, in pixels.
    pub fn height(&self) -> u32 {
        let line = self.size.line();
        self.lines * (line + line / 2) + line / 2
    }

    /// Returns the approximate width of the scale bar.
    fn bar(&self) -> u32 {
        self.width / 8
    }

    fn width_of(&self, item: &Item) -> u32 {
        let (size, line) = (self.size, self.size.line());
        match item {
            Item::Scale(scale) => Picture::scale_bar_width(self.bar(), *scale, "m", size),
            Item::North => line * 5 / 4 + size.width_of("N"),
            Item::Swatch(name, _) => line * 5 / 4 + size.width_of(name),
            Item::Text(text) => size.width_of(text),
            Item::Ramp => 3 * line,
        }
    }

    /// Draws the strip from row `top` on.
    pub fn draw(&self, picture: &mut Picture, top: u32, camera: &Camera) {
        let (size, line) = (self.size, self.size.line());
        for (item, [x, y]) in &self.items {
            let at = [*x, top + y];
            let beside = [x + line * 5 / 4, at[1]];
            match item {
                Item::Scale(scale) => drop(picture.scale_bar(at, self.bar(), *scale, "m", size)),
                Item::North => {
                    arrow(picture, at, camera, size);
                    picture.write(beside, "N", size);
                }
                Item::Swatch(name, colour) => {
                    picture.fill(at, [line, line], *colour);
                    picture.write(beside, name, size);
                }
                Item::Text(text) => picture.write(at, text, size),
                Item::Ramp => picture.ramp(at, [3 * line, line], |share| rgb(mix(LOW_GROUND, HIGH_GROUND, share))),
            }
        }
    }
}

/// Draws an arrow to the north.
fn arrow(picture: &mut Picture, [x, y]: [u32; 2], camera: &Camera, size: Size) {
    let line = f64::from(size.line());
    let [right, up, _] = camera.see([0.0, 1.0, 0.0]);
    let length = right.hypot(up);
    let along = [right / length, -up / length].map(|v| 0.5 * line * v);
    let middle = [f64::from(x) + 0.5 * line, f64::from(y) + 0.5 * line];
    let (tail, tip) = ([0, 1].map(|d| middle[d] - along[d]), [0, 1].map(|d| middle[d] + along[d]));
    let thin = size.line() / 8;
    picture.line(tail, tip, thin, INK);
    for side in [-1.0, 1.0] {
        let barb = [-along[0] + side * 0.6 * along[1], -along[1] - side * 0.6 * along[0]];
        picture.line(tip, [0, 1].map(|d| tip[d] + 0.6 * barb[d]), thin, INK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(caption: &Caption) -> Vec<String> {
        let name = |(item, _): &(Item, [u32; 2])| match item {
            Item::Scale(_) => "scale".to_string(),
            Item::North => "north".into(),
            Item::Swatch(name, _) => name.to_string(),
            Item::Text(text) => text.clone(),
            Item::Ramp => "ramp".into(),
        };
        caption.items.iter().map(name).collect()
    }

    fn legend(parts: &[(Part, bool)]) -> Legend {
        let mut legend = Legend::default();
        parts.iter().for_each(|(part, is_upright)| legend.add(*part, *is_upright));
        legend
    }

    #[test]
    fn the_legend_has_what_is_in_the_picture() {
        let of = |parts: &[(Part, bool)]| names(&Caption::new(1600, 1.0, legend(parts), [3.2, 48.9])).split_off(2);
        let all = [(Part::Roof, false), (Part::Wall, true), (Part::GroundNextToBuilding, false)];
        assert_eq!(of(&all), ["roof", "wall", "ground", "3 m", "ramp", "49 m"]);
        assert_eq!(of(&all[..1]), ["roof"]);
        assert_eq!(of(&all[2..]), ["ground", "3 m", "ramp", "49 m"]);
        assert_eq!(of(&[(Part::Unknown, false)]), ["elevation", "3 m", "ramp", "49 m"]);
        assert_eq!(of(&[(Part::Unknown, true)]), ["upright"]);
    }

    #[test]
    fn nothing_is_cut_off_whatever_the_width() {
        let all = legend(&[(Part::Roof, false), (Part::Wall, true), (Part::Ground, false)]);
        for width in 16..2000 {
            let caption = Caption::new(width, f64::from(width) / 1234.0, all, [-12.0, 1048.9]);
            let line = caption.size.line();
            let mut taken: Vec<[u32; 3]> = Vec::new();
            for (item, [x, y]) in &caption.items {
                let right = x + caption.width_of(item);
                assert!(right + line / 2 <= width && y + line + line / 2 <= caption.height(), "{width}: {item:?}");
                assert!(taken.iter().all(|[from, to, row]| row != y || right <= *from || x >= to), "{width}: {item:?}");
                taken.push([*x, right, *y]);
            }
            let rows: Vec<u32> = caption.items.iter().rev().take(4).map(|(_, [_, y])| *y).collect();
            if (210..1200).contains(&width) {
                assert!(rows.iter().all(|row| *row == rows[0]), "{width}: the heights are together");
            }
            if width >= 120 {
                assert_eq!(caption.items.len(), 8, "{width}");
            }
            if width >= 1200 {
                assert_eq!((caption.lines, caption.height()), (1, 2 * line), "{width}");
            }
        }
    }
}
