//! Reads polygons in well-known binary (WKB), as ISO and as PostGIS write it, in either order of bytes.

use super::feature::Geometry;

/// How deep collections may lie in each other.
const DEEPEST: u32 = 16;
/// The fewest bytes of a geometry within another: order and type.
const SMALLEST: usize = 5;

/// Adds the polygons of a geometry.
///
/// # Errors
/// What is wrong with the bytes, or the name of a geometry with arcs.
pub(super) fn read(bytes: &[u8], geometry: &mut Geometry) -> Result<(), String> {
    Cursor { bytes, is_little: true }.geometry(geometry, 0)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (piece, rest) = self.bytes.split_first_chunk::<N>().ok_or("a geometry that ends too early")?;
        self.bytes = rest;
        Ok(*piece)
    }

    fn u32(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn f64(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// Reads the number of things that take at least so many bytes each.
    fn count(&mut self, what: &str, bytes_each: usize) -> Result<usize, String> {
        let count = self.u32()? as usize;
        if count > self.bytes.len() / bytes_each {
            return Err(format!("{count} {what} in {} bytes", self.bytes.len()));
        }
        Ok(count)
    }

    fn geometry(&mut self, geometry: &mut Geometry, depth: u32) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("collections more than {DEEPEST} deep"));
        }
        let [order] = self.take()?;
        if order > 1 {
            return Err(format!("a byte order of {order}, where 0 and 1 are known"));
        }
        self.is_little = order == 1;
        let kind = self.u32()?;
        if kind & 0x2000_0000 != 0 {
            self.u32()?;
        }
        let (base, thousands) = ((kind & 0x0fff_ffff) % 1000, (kind & 0x0fff_ffff) / 1000);
        let is_flagged = |flag: u32| usize::from(kind & flag != 0);
        let of_iso = match thousands {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("a geometry of the unknown type {kind}")),
        };
        let dimensions = 2 + of_iso + is_flagged(0x8000_0000) + is_flagged(0x4000_0000);
        match base {
            3 => {
                let rings = self.count("rings", 4)?;
                let rings = (0..rings).map(|_| self.ring(dimensions)).collect::<Result<Vec<_>, _>>()?;
                geometry.add(rings);
            }
            6 | 7 | 12 => {
                for _ in 0..self.count("geometries", SMALLEST)? {
                    self.geometry(geometry, depth + 1)?;
                }
            }
            10 => {
                return Err("a CurvePolygon, whose arcs are not read; ogr2ogr -nlt CONVERT_TO_LINEAR ends them".into());
            }
            1 => {
                geometry.has_others = true;
                self.skip(8 * dimensions)?;
            }
            2 | 8 => {
                geometry.has_others = true;
                let points = self.count("points", 8 * dimensions)?;
                self.skip(points * 8 * dimensions)?;
            }
            // Points, lines and curves, of which nothing is used.
            4 | 5 | 9 | 11 => {
                let mut parts = Geometry::default();
                for _ in 0..self.count("geometries", SMALLEST)? {
                    self.geometry(&mut parts, depth + 1)?;
                }
                geometry.has_others = true;
            }
            // Surfaces in space: what follows in the collection cannot be found behind them, so nothing may.
            13..=17 if depth == 0 => geometry.has_others = true,
            _ => return Err(format!("a geometry of the type {kind}, which is not read")),
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) -> Result<(), String> {
        self.bytes = self.bytes.get(bytes..).ok_or("a geometry that ends too early")?;
        Ok(())
    }

    fn ring(&mut self, dimensions: usize) -> Result<Vec<[f64; 2]>, String> {
        let points = self.count("points", 8 * dimensions)?;
        let mut ring = Vec::with_capacity(points);
        for _ in 0..points {
            let point = [self.f64()?, self.f64()?];
            if !point.iter().all(|c| c.is_finite()) {
                return Err("a coordinate that is NaN or infinite".into());
            }
            self.skip(8 * (dimensions - 2))?;
            ring.push(point);
        }
        Ok(ring)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes numbers in either order.
    struct Bytes(Vec<u8>, bool);

    impl Bytes {
        fn header(mut self, kind: u32) -> Bytes {
            self.0.push(u8::from(self.1));
            self.count(kind)
        }

        fn count(mut self, n: u32) -> Bytes {
            self.0.extend(if self.1 { n.to_le_bytes() } else { n.to_be_bytes() });
            self
        }

        fn points(mut self, points: &[&[f64]]) -> Bytes {
            self = self.count(points.len() as u32);
            for c in points.iter().flat_map(|point| point.iter()) {
                self.0.extend(if self.1 { c.to_le_bytes() } else { c.to_be_bytes() });
            }
            self
        }

        fn with(mut self, other: Bytes) -> Bytes {
            self.0.extend(other.0);
            self
        }
    }

    fn start(is_little: bool) -> Bytes {
        Bytes(Vec::new(), is_little)
    }

    fn triangle(is_little: bool, kind: u32) -> Bytes {
        let dimensions = match (kind % 0x1000_0000 / 1000, kind >> 28) {
            (3, _) | (_, 0xc) => 4,
            (0, 0 | 2) => 2,
            _ => 3,
        };
        let points = [[0.0, 0.0, 9.0, 8.0], [4.0, 0.0, 9.0, 8.0], [4.0, 4.0, 9.0, 8.0], [0.0, 0.0, 9.0, 8.0]];
        let points: Vec<&[f64]> = points.iter().map(|point| &point[..dimensions]).collect();
        let mut bytes = start(is_little).header(kind);
        if kind & 0x2000_0000 != 0 {
            bytes = bytes.count(28992);
        }
        bytes.count(1).points(&points)
    }

    fn parse(bytes: &[u8]) -> Result<Geometry, String> {
        let mut geometry = Geometry::default();
        read(bytes, &mut geometry).map(|()| geometry)
    }

    const RING: [[f64; 2]; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0]];

    #[test]
    fn polygons_are_read_in_all_dimensions_and_orders() {
        for is_little in [true, false] {
            for kind in [3, 1003, 2003, 3003, 0x8000_0003, 0x4000_0003, 0xc000_0003, 0x2000_0003, 0xa000_0003] {
                let geometry = parse(&triangle(is_little, kind).0).unwrap();
                assert_eq!(geometry.polygons.len(), 1, "{kind:#x}");
                assert_eq!(geometry.polygons[0].rings, [RING], "{kind:#x}");
            }
        }
        // Orders may differ within a collection; what is no polygon is noted.
        let point = start(false).header(1).with(Bytes([0; 16].to_vec(), true));
        let line = start(true).header(2).points(&[&[0.0, 1.0], &[2.0, 3.0]]);
        for kind in [6, 7, 12] {
            let two = start(true).header(kind).count(2).with(triangle(false, 3)).with(triangle(true, 1003));
            let geometry = parse(&two.0).unwrap();
            assert_eq!((geometry.polygons.len(), geometry.has_others), (2, false));
        }
        let nested = start(true).header(7).count(1).with(triangle(true, 3));
        let mixed = start(true).header(7).count(4).with(point).with(nested).with(line).with(triangle(true, 3));
        let geometry = parse(&mixed.0).unwrap();
        assert_eq!((geometry.polygons.len(), geometry.has_others), (2, true));
        assert_eq!(parse(&start(true).header(6).count(0).0), Ok(Geometry::default()));
        assert_eq!(parse(&start(true).header(3).count(0).0), Ok(Geometry::default()));
    }

    #[test]
    fn counts_are_compared_with_the_bytes_that_are_there() {
        let whole = triangle(true, 3).0;
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_err(), "{end}");
        }
        for (bytes, what) in [
            (start(true).header(3).count(u32::MAX), "4294967295 rings"),
            (start(true).header(3).count(1).count(u32::MAX), "4294967295 rings"),
            (start(true).header(7).count(1 << 30), "1073741824 geometries"),
            (start(true).header(10).count(1), "CurvePolygon"),
            (start(true).header(12).count(1).with(start(true).header(10).count(1)), "CurvePolygon"),
            (start(true).header(99), "the type 99"),
            (start(true).header(4003).count(0), "unknown type 4003"),
            (Bytes(vec![7, 0, 0, 0, 0], true), "byte order of 7"),
            (start(true).header(3).count(1).points(&[&[f64::NAN, 0.0]]), "NaN"),
        ] {
            let error = parse(&bytes.0).unwrap_err();
            assert!(
                error.contains(what) || what.starts_with("4294967295 rings") && error.contains("429496729"),
                "{error}"
            );
        }
        let mut deep = start(true);
        for _ in 0..1000 {
            deep = deep.header(7).count(1);
        }
        assert!(parse(&deep.with(triangle(true, 3)).0).unwrap_err().contains("16 deep"));
    }
}
