//! Where a city is on the earth: from the coordinates of the store to those of the tileset, and from these to the
//! earth-centred ones (EPSG:4978).
//!
//! The frame of a tileset has its origin in the middle of the city, at the height 0 of the store; x is grid east there,
//! z the normal of the ellipsoid. Each vertex is converted on its own, since a projection is no flat picture: its scale
//! is 0.4 m for each km off the truth, and the earth falls away by 8 m in 10 km.

use crate::io::surface::vector::{cross, dot, minus};

use super::columns::{Column, Columns};
use crate::city::output::levels::mesh::STEPS;
use crate::io::crs::{Crs, Fault, Transform};
use crate::io::meshopt::filters::MOST_STEPS;
use crate::{Error, Result};

/// Where a tileset is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// On the globe: the root's transform leads to earth-centred coordinates.
    #[default]
    Globe,
    /// Where the store's coordinates are, less those of the middle of the city.
    Local,
}

/// The semi-major axis and the flattening of WGS 84.
const AXIS: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// The largest radius of curvature of the ellipsoid is below this one; heights are below this one.
const MOST_HEIGHT: f64 = 10_000.0;
const LEAST_RADIUS: f64 = 6_335_000.0;
/// The distance of the points that tell where the grid's north is, in metres.
const NORTHWARD: f64 = 500.0;

/// The coordinates of a tileset.
#[derive(Debug)]
pub struct Frame {
    /// The middle of the city, in whole metres of the store.
    pub middle: [f64; 2],
    /// The steps on which positions lie, as a power of two. They are twice those of the grid where they reach far
    /// enough, so that both together move a vertex by 1 cm at most.
    pub step_exponent: i8,
    globe: Option<Globe>,
}

#[derive(Debug)]
struct Globe {
    to_degrees: Transform,
    /// The height of the store's zero above the ellipsoid.
    offset: f64,
    origin: [f64; 3],
    /// East, north and up in earth-centred coordinates.
    axes: [[f64; 3]; 3],
}

impl Frame {
    /// Creates the frame of a city with the given bounds: west, south, east, north.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the globe is asked for and there is no way from the system to it.
    pub fn new(bounds: [f64; 4], placement: Placement, crs: Option<&Crs>, offset: f64) -> Result<Frame> {
        let [west, south, east, north] = bounds;
        let middle = [(0.5 * west + 0.5 * east).floor(), (0.5 * south + 0.5 * north).floor()];
        let reach = 1000.0 + (east - west).hypot(north - south) / 2.0;
        let most = reach.max(reach * reach / (2.0 * LEAST_RADIUS) + MOST_HEIGHT + offset.abs());
        let mut step_exponent = crate::io::surface::glb::STEP_EXPONENT;
        while most >= f64::from(MOST_STEPS) * 2f64.powi(step_exponent.into()) {
            step_exponent += 1;
        }
        let globe = match placement {
            Placement::Local => None,
            Placement::Globe => Some(Globe::new(middle, crs, offset)?),
        };
        Ok(Frame { middle, step_exponent, globe })
    }

    /// Returns the matrix that leads from the frame to earth-centred coordinates, column by column; `None` for a local
    /// one.
    pub fn transform(&self) -> Option<[f64; 16]> {
        let Globe { origin, axes: [x, y, z], .. } = self.globe.as_ref()?;
        let [e, n, u, o] = [(x, 0.0), (y, 0.0), (z, 0.0), (origin, 1.0)].map(|([a, b, c], d)| [*a, *b, *c, d]);
        Some(std::array::from_fn(|i| [e, n, u, o][i / 4][i % 4]))
    }

    /// Returns the accuracy of the system's way to WGS 84, in metres; 0 where the datum stays.
    pub fn accuracy(&self) -> f64 {
        self.globe.as_ref().map_or(0.0, |globe| globe.to_degrees.accuracy())
    }

    /// Returns how far from the middle of the city another system has it, in metres; `None` where one of the two has no
    /// place on the globe for it.
    pub fn distance_to(&self, other: &Crs) -> Option<f64> {
        let globe = self.globe.as_ref()?;
        let other = Globe::new(self.middle, Some(other), globe.offset).ok()?;
        let way = minus(other.origin, globe.origin);
        Some(dot(way, way).sqrt())
    }

    /// Returns all that positions depend on, as a text.
    pub fn text(&self) -> String {
        let globe = self.globe.as_ref().map(|globe| format!("{} + {}", globe.to_degrees.text(), globe.offset));
        format!("{:?} {} {}", self.middle, self.step_exponent, globe.unwrap_or_default())
    }

    /// Returns the positions in the frame of vertices on the grid around `origin`, on the frame's steps.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a vertex at which the projection is not defined.
    pub fn place(&self, vertices: &[[i32; 3]], origin: [f64; 2]) -> Result<Vec<[f32; 3]>> {
        let step = 2f64.powi(self.step_exponent.into());
        let per_step = 2f64.powi(-i32::from(self.step_exponent));
        let point = |[x, y]: [i32; 2]| [f64::from(x) / STEPS + origin[0], f64::from(y) / STEPS + origin[1]];
        let mut columns = Columns::new(|place| self.column(point(place)));
        let place = |&[x, y, z]: &[i32; 3]| {
            let nowhere = || {
                let point = point([x, y]);
                unsupported(format!("its projection has no place on the globe for {point:?}; {LOCAL_INSTEAD}"))
            };
            let (base, up) = columns.at([x, y]).ok_or_else(nowhere)?;
            let z = f64::from(z) / STEPS;
            Ok([0, 1, 2].map(|d| (((base[d] + z * up[d]) * per_step).round() * step) as f32))
        };
        vertices.iter().map(place).collect()
    }

    fn column(&self, point: [f64; 2]) -> Option<Column> {
        let Some(globe) = &self.globe else {
            return Some(([point[0] - self.middle[0], point[1] - self.middle[1], 0.0], [0.0, 0.0, 1.0]));
        };
        let (position, up) = earth_centred(globe.to_degrees.point(point)?, globe.offset);
        let from_origin = std::array::from_fn(|d| position[d] - globe.origin[d]);
        Some((globe.axes.map(|axis| dot(axis, from_origin)), globe.axes.map(|axis| dot(axis, up))))
    }
}

/// The way out where a city cannot be put on the globe.
const LOCAL_INSTEAD: &str = "placement local (--placement local) leaves the city in its own coordinates";

impl Globe {
    fn new(middle: [f64; 2], crs: Option<&Crs>, offset: f64) -> Result<Globe> {
        let Some(crs) = crs else {
            let what = "no reference system is known, so it has no place on the globe: name it with crs (--crs \
                        EPSG:CODE)";
            return Err(unsupported(format!("{what}; {LOCAL_INSTEAD}")));
        };
        let to_degrees = way(crs).map_err(|why| unsupported(format!("{why}; {LOCAL_INSTEAD}")))?;
        let place = |northward: f64, height: f64| {
            let place = to_degrees.point([middle[0], middle[1] + northward]);
            let what = || format!("{crs} has no place on the globe for {middle:?}; {LOCAL_INSTEAD}");
            place.map(|place| earth_centred(place, height)).ok_or_else(|| unsupported(what()))
        };
        let (origin, up) = place(0.0, offset)?;
        // Where north is does not depend on the height.
        let ((north, _), (south, _)) = (place(NORTHWARD, 0.0)?, place(-NORTHWARD, 0.0)?);
        let way = minus(north, south);
        let level: [f64; 3] = std::array::from_fn(|d| way[d] - dot(way, up) * up[d]);
        let north = level.map(|c| c / dot(level, level).sqrt());
        Ok(Globe { to_degrees, offset, origin, axes: [cross(north, up), north, up] })
    }
}

/// Finds the way from metres of a system to longitude and latitude.
fn way(crs: &Crs) -> std::result::Result<Transform, String> {
    let way = Transform::new(crs, &Crs::degrees())?;
    match &crs.fault {
        None => Ok(way),
        // A city is meshed in metres of such a system.
        Some(Fault::Unit { of_heights: false, .. }) => {
            Ok(Transform::to_metres(crs)?.map_or(way.clone(), |metres| metres.inverse().then(way)))
        }
        Some(_) => Err(crs.complaint().unwrap_or_else(|| format!("{crs} is no local projection"))),
    }
}

/// Returns the earth-centred coordinates of a place in degrees at a height above the ellipsoid, and the way up there.
fn earth_centred([longitude, latitude]: [f64; 2], height: f64) -> ([f64; 3], [f64; 3]) {
    let squared = FLATTENING * (2.0 - FLATTENING);
    let ((sin_lat, cos_lat), (sin_lon, cos_lon)) = (latitude.to_radians().sin_cos(), longitude.to_radians().sin_cos());
    let up = [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat];
    let radius = AXIS / (1.0 - squared * sin_lat * sin_lat).sqrt();
    let along = radius + height;
    ([along * up[0], along * up[1], (radius * (1.0 - squared) + height) * up[2]], up)
}

/// Returns the way up at an earth-centred position near the ellipsoid.
pub fn normal_of_ellipsoid([x, y, z]: [f64; 3]) -> [f64; 3] {
    let squared = FLATTENING * (2.0 - FLATTENING);
    let across = x.hypot(y);
    // Each round takes two more digits and a half off the error of a start that is right at height zero.
    let mut latitude = z.atan2(across * (1.0 - squared));
    for _ in 0..8 {
        let sin = latitude.sin();
        let radius = AXIS / (1.0 - squared * sin * sin).sqrt();
        latitude = (z + squared * radius * sin).atan2(across);
    }
    let longitude = y.atan2(x);
    let ((sin_lat, cos_lat), (sin_lon, cos_lon)) = (latitude.sin_cos(), longitude.sin_cos());
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

fn unsupported(what: String) -> Error {
    Error::Unsupported { subject: "the city".into(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of projected systems, and what PROJ 9.4 has for them in EPSG:4978 at their height above the ellipsoid.
    /// The coordinates of EPSG:2263 are metres here, as a mesh has them.
    const KNOWN: [(u32, [f64; 3], [f64; 3]); 7] = [
        (3006, [674032.0, 6580822.0, 28.5], [3100846.5434, 1011068.8412, 5462816.4939]),
        (3006, [320780.0, 6400856.0, 12.25], [3340515.6513, 709520.3601, 5368804.7630]),
        (25832, [691607.0, 5334760.0, 519.0], [4177973.2899, 855756.4759, 4727458.5810]),
        (32633, [390000.0, 5820000.0, 34.0], [3783763.2146, 899941.0109, 5038178.0521]),
        (2154, [652469.0, 6862035.0, 35.0], [4200938.0005, 172560.7089, 4780107.5284]),
        (32756, [334873.0, 6252266.0, 5.0], [-4646947.9369, 2553097.4517, -3533288.4087]),
        (2263, [299923.7998475997, 64617.72923545847, 10.0], [1333700.2871, -4651442.0971, 4141316.6427]),
    ];

    fn on_globe(frame: &Frame, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let matrix = frame.transform().unwrap();
        std::array::from_fn(|d| matrix[d] * x + matrix[4 + d] * y + matrix[8 + d] * z + matrix[12 + d])
    }

    #[test]
    fn known_points_are_where_proj_has_them() {
        for (code, [x, y, z], expected) in KNOWN {
            // The middle is some way off the point, and the height comes half from the geoid.
            let bounds = [x - 3000.0, y - 9000.0, x + 7000.0, y + 4000.0];
            let frame = Frame::new(bounds, Placement::Globe, Some(&Crs::of_epsg(code)), z / 2.0).unwrap();
            let (base, up) = frame.column([x, y]).unwrap();
            let there = on_globe(&frame, std::array::from_fn(|d| base[d] + z / 2.0 * up[d]));
            let off = (0..3).map(|d| (there[d] - expected[d]).abs()).fold(0.0, f64::max);
            assert!(off < 2e-4, "EPSG:{code}: {there:?}, {off} m off");
            // What a tile has of it is on steps of 1/128 m, after one of 1/256 m.
            let origin = [x.floor(), y.floor()];
            let steps = [((x - origin[0]) * STEPS).round() as i32, ((y - origin[1]) * STEPS).round() as i32];
            let vertex = [steps[0], steps[1], (z / 2.0 * STEPS).round() as i32];
            let placed = frame.place(&[vertex], origin).unwrap()[0];
            assert!(placed.iter().all(|c| (c * 128.0).fract() == 0.0));
            let there = on_globe(&frame, placed.map(f64::from));
            let off = (0..3).map(|d| (there[d] - expected[d]).powi(2)).sum::<f64>().sqrt();
            assert!(off < 0.01, "EPSG:{code}: {off} m off");
        }
    }

    #[test]
    fn between_nine_points_of_a_square_places_are_the_same_within_a_micrometre() {
        for (code, [x, y, _], _) in KNOWN {
            let bounds = [x - 9000.0, y - 9000.0, x + 9000.0, y + 9000.0];
            let frame = Frame::new(bounds, Placement::Globe, Some(&Crs::of_epsg(code)), 0.0).unwrap();
            let origin = [x.floor(), y.floor()];
            let exact = |place: [i32; 2]| frame.column([0, 1].map(|d| f64::from(place[d]) / STEPS + origin[d]));
            let mut columns = Columns::new(exact);
            let places = (-17..17).flat_map(|i| (-17..17).map(move |j| [i * 134_217 + 11 * j, j * 131_072 - i]));
            for place in places {
                let ((base, up), (true_base, true_up)) = (columns.at(place).unwrap(), exact(place).unwrap());
                let off = |a: [f64; 3], b: [f64; 3]| (0..3).map(|d| (a[d] - b[d]).abs()).fold(0.0, f64::max);
                assert!(off(base, true_base) < 1e-6 && off(up, true_up) < 1e-9, "EPSG:{code}: {place:?}");
            }
        }
    }

    #[test]
    fn a_square_in_which_the_projection_ends_is_computed_place_by_place() {
        let exact = |[x, y]: [i32; 2]| (x < 300_000).then_some(([f64::from(x), f64::from(y), 0.0], [0.0, 0.0, 1.0]));
        let mut columns = Columns::new(exact);
        for x in [-1, 0, 262_143, 262_144, 299_999, i32::MIN] {
            assert_eq!(columns.at([x, 7]), exact([x, 7]));
        }
        assert_eq!(columns.at([300_000, 7]), None);
        assert_eq!(columns.at([i32::MAX, i32::MAX]), None);
    }

    #[test]
    fn the_frame_stands_upright_and_looks_to_grid_north() {
        let [x, y, _] = KNOWN[1].1;
        let bounds = [x - 2000.0, y - 2000.0, x + 2000.0, y + 2000.0];
        let frame = Frame::new(bounds, Placement::Globe, Some(&Crs::of_epsg(3006)), 0.0).unwrap();
        let matrix = frame.transform().unwrap();
        let up = normal_of_ellipsoid(on_globe(&frame, [0.0, 0.0, 400.0]));
        assert!((0..3).all(|d| (up[d] - matrix[8 + d]).abs() < 1e-12));
        // Here true north is 2.5 degrees away. The map's scale is 0.9996 in the middle of the zone, here 0.999997.
        let (north, _) = frame.column([frame.middle[0], frame.middle[1] + 1000.0]).unwrap();
        assert!(north[0].abs() < 0.01 && (north[1] - 1000.0).abs() < 0.2, "{north:?}");
        assert!((north[2] + 1000.0 * 1000.0 / (2.0 * 6.38e6)).abs() < 1e-3, "{north:?}");
    }

    #[test]
    fn a_city_without_a_place_on_the_globe_is_told_of_the_other_placement() {
        let bounds = [0.0, 0.0, 1000.0, 1000.0];
        for crs in [None, Some(Crs::parse("a system of our own").unwrap()), Some(Crs::degrees())] {
            let error = Frame::new(bounds, Placement::Globe, crs.as_ref(), 0.0).unwrap_err().to_string();
            assert!(error.contains("--placement local"), "{error}");
        }
        let frame = Frame::new([10.0, 20.0, 1010.5, 2020.0], Placement::Local, None, 5.0).unwrap();
        assert!(frame.transform().is_none());
        assert_eq!(frame.place(&[[256, 128, -2]], [510.0, 1020.0]).unwrap(), [[1.0, 0.5, -1.0 / 128.0]]);
    }

    #[test]
    fn a_country_has_larger_steps() {
        let frame = |km: f64| Frame::new([0.0, 0.0, km * 1e3, km * 1e3], Placement::Local, None, 0.0).unwrap();
        assert_eq!([10.0, 90.0, 100.0, 1000.0].map(|km| frame(km).step_exponent), [-7, -7, -6, -3]);
    }
}
