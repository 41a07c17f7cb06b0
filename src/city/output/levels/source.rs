//! The leaves, read from the tiles of a store, whatever these are.

use std::collections::BTreeMap;

use super::mesh::{GridMesh, STEPS, Welder};
use crate::city::output::merge::MergePlan;
use crate::city::plane::quadtree::TileId;
use crate::city::tiles::store::{MeshStore, TileView};
use crate::city::tiles::surface::CellSpan;
use crate::human::counted;
use crate::job::Context;
use crate::{Error, Result};

/// The tiles of a store, each checked, with the place of each leaf in them.
pub struct Source {
    plan: MergePlan,
    /// The city's origin, which positions of meshes count from.
    pub origin: [f64; 2],
    /// The number of the city's buildings.
    pub buildings: u32,
    /// The cells of each leaf in their order, with the numbers of the tiles that hold them.
    leaves: BTreeMap<TileId, Vec<(u32, CellSpan)>>,
}

impl Source {
    /// Checks all tiles of a store.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for tiles of another program; [`Error::NotFound`] where tiles are missing; as
    /// [`MergePlan::new`].
    pub fn new(store: &MeshStore, context: &Context) -> Result<Source> {
        store.refuse_levels()?;
        let Ok(city) = store.city() else {
            let what = "the store holds tiles of another program, whose triangles are in no cells; export them as GLB \
                        (--format glb)";
            return Err(Error::Unsupported { subject: store.folder().to_path_buf(), what: what.into() });
        };
        let missing = store.missing_tiles()?;
        if let Some(first) = missing.first() {
            let (are, them) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
            let what = format!(
                "{} of {} {are} missing, {first} first: there would be holes; the same build of the city makes {them}",
                counted(missing.len() as u64, "tile"),
                city.tiles.len()
            );
            return Err(Error::NotFound { subject: store.folder().to_path_buf(), what });
        }
        let check = || {
            context.add_unit();
            context.check()
        };
        let plan = MergePlan::new(store, false, check)?;
        let mut leaves: BTreeMap<TileId, Vec<(u32, CellSpan)>> = BTreeMap::new();
        // In the order of cells, whatever the tiles.
        for (cell, &(tile, span, _)) in &plan.spans {
            if span.faces > 0 {
                leaves.entry(TileId::leaf_of(*cell)).or_default().push((tile, span));
            }
        }
        Ok(Source { plan, origin: city.domain.origin.map(|v| v as f64), buildings: city.buildings, leaves })
    }

    /// Returns the leaves, sorted, each with the number of its triangles.
    pub fn leaves(&self) -> impl Iterator<Item = (TileId, u64)> {
        self.leaves.iter().map(|(leaf, cells)| (*leaf, cells.iter().map(|(_, span)| u64::from(span.faces)).sum()))
    }

    /// Reads a leaf, its positions put on the grid.
    ///
    /// # Errors
    /// [`Error::Busy`] for a tile that was made again since; [`Error::Unsupported`] for positions farther from the
    /// city's origin than the grid reaches; [`Error::Io`].
    pub fn read(&self, leaf: TileId) -> Result<GridMesh> {
        let cells = self.leaves.get(&leaf).map_or(&[][..], Vec::as_slice);
        let mut welder = Welder::with_capacity(cells.iter().map(|(_, span)| span.faces as usize).sum());
        let mut open: Option<(u32, TileView)> = None;
        for &(number, span) in cells {
            if open.as_ref().is_none_or(|(there, _)| *there != number) {
                let tile = &self.plan.tiles[number as usize];
                open = Some((number, TileView::open_same(&tile.path, &tile.header)?));
            }
            let (_, view) = open.as_ref().expect("it was opened");
            self.add_cell(view, &span, &mut welder)?;
            view.check_whole()?;
        }
        let mut mesh = welder.finish();
        mesh.compact();
        Ok(mesh)
    }

    fn add_cell(&self, view: &TileView, span: &CellSpan, welder: &mut Welder) -> Result<()> {
        let [x, y] = self.origin;
        let on_grid = |[a, b, c]: [f64; 3]| {
            let steps = [a - x, b - y, c].map(|v| (v * STEPS).round());
            steps.iter().all(|v| v.abs() < f64::from(i32::MAX)).then(|| steps.map(|v| v as i32))
        };
        let faces = span.first_face as usize..(span.first_face + span.faces) as usize;
        // Most vertices are the cell's own, so that few positions have to be looked up.
        let mut own = vec![u32::MAX; span.vertices as usize];
        for (face, &marker) in view.faces()[faces.clone()].iter().zip(&view.markers()[faces]) {
            let mut numbers = [0; 3];
            for (number, &v) in numbers.iter_mut().zip(face) {
                let place = v.wrapping_sub(span.first_vertex) as usize;
                if let Some(&known) = own.get(place).filter(|known| **known != u32::MAX) {
                    *number = known;
                    continue;
                }
                let Some(&position) = view.vertices().get(v as usize) else {
                    // The plan has checked it: the file has changed since.
                    let what = "a triangle's vertex is gone: the tile was changed meanwhile; try again".into();
                    return Err(Error::Busy { subject: view.path().to_path_buf(), what });
                };
                let Some(position) = on_grid(position) else {
                    let what = format!("a vertex at {position:?}, too far from the city's origin for levels of detail");
                    return Err(Error::Unsupported { subject: view.path().to_path_buf(), what });
                };
                *number = welder.vertex(position);
                if let Some(own) = own.get_mut(place) {
                    *own = *number;
                }
            }
            welder.face(numbers, marker);
        }
        Ok(())
    }
}
