//! Cities of boxes on a grid, for tests.

use std::collections::BTreeMap;

use crate::io::surface::Surface;

/// A square city of square cells. Each building is a rectangle of cells and touches no other along an edge.
#[derive(Clone, Debug)]
pub struct BoxCity {
    /// The number of cells along each side.
    pub cells: usize,
    /// The side of a cell, in metres.
    pub cell: f64,
    /// The south-west corner.
    pub origin: [f64; 2],
    /// The height of the hills, in metres.
    pub relief: f64,
    /// Each building: south-west cell, numbers of cells, height above the highest ground.
    pub buildings: Vec<([usize; 2], [usize; 2], f64)>,
}

impl BoxCity {
    /// Returns a city of five by five cells of 10 m, with one building of n by n cells.
    pub fn one(first: [usize; 2], n: usize) -> BoxCity {
        let buildings = vec![(first, [n, n], 12.0)];
        BoxCity { cells: 5, cell: 10.0, origin: [0.0; 2], relief: 3.0, buildings }
    }

    fn ground(&self, i: usize, j: usize) -> f64 {
        let along = |k: usize, waves: f64| (k as f64 / self.cells as f64 * waves).sin();
        self.relief * (2.0 + along(i, 5.0) + along(j, 7.0)) / 4.0
    }

    fn building_at(&self, i: isize, j: isize) -> Option<usize> {
        let holds = |first: usize, n: usize, k: isize| k >= first as isize && k < (first + n) as isize;
        self.buildings.iter().position(|(first, n, _)| holds(first[0], n[0], i) && holds(first[1], n[1], j))
    }

    /// Returns the surface: ground and roofs cell by cell, from the south-west, each with its walls.
    pub fn surface(&self) -> Surface {
        let n = self.buildings.len() as i32;
        let mut builder = Builder::default();
        for j in 0..self.cells {
            for i in 0..self.cells {
                let building = self.building_at(i as isize, j as isize);
                // The vertex on the ground, or on the roof of a building.
                let corner = |(i, j): (usize, usize), on: Option<usize>| {
                    let z = on.map_or(self.ground(i, j), |b| self.relief + self.buildings[b].2);
                    [self.origin[0] + i as f64 * self.cell, self.origin[1] + j as f64 * self.cell, z]
                };
                let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
                let beside = (-1..=1).flat_map(|dj| (-1..=1).map(move |di| (di, dj)));
                let touches =
                    beside.into_iter().any(|(di, dj)| self.building_at(i as isize + di, j as isize + dj).is_some());
                let marker = building.map_or(if touches { -1 } else { -2 }, |b| n + b as i32);
                builder.quad(corners.map(|c| corner(c, building)), marker);
                let Some(b) = building else { continue };
                for (side, (di, dj)) in [(0, -1), (1, 0), (0, 1), (-1, 0)].into_iter().enumerate() {
                    if self.building_at(i as isize + di, j as isize + dj).is_none() {
                        let (p, q) = (corners[side], corners[(side + 1) % 4]);
                        let wall = [corner(p, None), corner(q, None), corner(q, Some(b)), corner(p, Some(b))];
                        builder.quad(wall, b as i32);
                    }
                }
            }
        }
        builder.surface
    }
}

#[derive(Default)]
struct Builder {
    surface: Surface,
    indices: BTreeMap<[u64; 3], u32>,
}

impl Builder {
    fn quad(&mut self, corners: [[f64; 3]; 4], marker: i32) {
        let [a, b, c, d] = corners.map(|corner| {
            let vertices = &mut self.surface.vertices;
            *self.indices.entry(corner.map(f64::to_bits)).or_insert_with(|| {
                vertices.push(corner);
                vertices.len() as u32 - 1
            })
        });
        self.surface.faces.extend([[a, b, c], [a, c, d]]);
        self.surface.markers.get_or_insert_default().extend([marker; 2]);
    }
}
