use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::weld::distance_squared;
use super::super::{MergeOptions, merge_to_file};
use super::*;
use crate::io::surface::Surface;
use crate::job::{RunOptions, Runner};

type Tile = (String, Vec<[f64; 3]>, Vec<[u32; 3]>, Vec<i32>);

/// Returns adjacent grids of triangles that overlap by `overlap` quads. Each vertex is moved by up to `jitter` in each
/// direction, and each tile has its own order of corners.
fn tiles(columns: u32, rows: u32, size: u32, overlap: u32, jitter: f64, seed: u64) -> Vec<Tile> {
    let mut state = seed | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut tiles = Vec::new();
    for (column, row) in (0..columns).flat_map(|c| (0..rows).map(move |r| (c, r))) {
        let side = size + overlap;
        let corner = [column * size, row * size];
        let (mut vertices, mut faces, mut markers) = (Vec::new(), Vec::new(), Vec::new());
        for (x, y) in (0..=side).flat_map(|x| (0..=side).map(move |y| (x + corner[0], y + corner[1]))) {
            let exact = [674_000.0 + f64::from(x), 6_580_000.0 + f64::from(y), f64::from(x * y % 7)];
            vertices.push(exact.map(|c| c + jitter * ((random() % 2001) as f64 / 1000.0 - 1.0)));
        }
        for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
            let at = |x: u32, y: u32| x * (side + 1) + y;
            let (a, b, c, d) = (at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1));
            for mut face in [[a, b, c], [a, c, d]] {
                face.rotate_left((random() % 3) as usize);
                if random() % 4 == 0 {
                    face.swap(0, 1);
                }
                faces.push(face);
                markers.push((random() % 5) as i32 - 2);
            }
        }
        tiles.push((format!("{column}_{row}"), vertices, faces, markers));
    }
    tiles
}

/// Merges by the definition: everything in memory, everything compared with everything.
fn naive(tiles: &[Tile], snap: f64) -> (Surface, MergeReport) {
    let mut tiles: Vec<&Tile> = tiles.iter().collect();
    tiles.sort_by_key(|tile| &tile.0);
    let mut report = MergeReport { tiles: tiles.len() as u64, ..MergeReport::default() };
    let mut kept: Vec<[f64; 3]> = Vec::new();
    let (mut faces, mut markers, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (_, vertices, tile_faces, tile_markers) in tiles {
        let mut numbers = Vec::new();
        for &v in vertices {
            let near = (0..kept.len()).filter(|&k| distance_squared(kept[k], v) <= snap * snap);
            let nearest = near.min_by(|&a, &b| distance_squared(kept[a], v).total_cmp(&distance_squared(kept[b], v)));
            numbers.push(nearest.unwrap_or(kept.len()) as u32);
            match nearest {
                Some(_) => report.welded += 1,
                None => kept.push(v),
            }
        }
        for (face, marker) in tile_faces.iter().zip(tile_markers) {
            let face = face.map(|v| numbers[v as usize]);
            let mut key = face;
            key.sort_unstable();
            if key[0] == key[1] || key[1] == key[2] {
                report.collapsed_removed += 1;
            } else if seen.insert(key, ()).is_some() {
                report.duplicates_removed += 1;
            } else {
                faces.push(face);
                markers.push(*marker);
            }
        }
    }
    (report.vertices, report.triangles) = (kept.len() as u64, faces.len() as u64);
    // A file without triangles has no markers.
    let markers = (!faces.is_empty()).then_some(markers);
    (Surface { vertices: kept, faces, markers, ..Surface::default() }, report)
}

fn store_of<'a>(folder: &tempfile::TempDir, name: &str, tiles: impl Iterator<Item = &'a Tile>) -> MeshStore {
    let store = MeshStore::create(folder.path().join(name), serde_json::Value::Null).unwrap();
    for (name, vertices, faces, markers) in tiles {
        store.add_tile(name, vertices, faces, markers).unwrap();
    }
    store
}

fn merged(store: &MeshStore, snap_distance: f64, memory_limit: u64) -> Result<(Surface, MergeReport)> {
    let path = store.folder().join("merged.ply");
    let options = MergeOptions { snap_distance, ..MergeOptions::default() };
    let mut runner = Runner::new(&RunOptions { threads: 1, memory_limit, ..RunOptions::default() })?;
    let report = merge_to_file(store, &path, &options, &mut runner)?;
    Ok((Surface::read(&path)?, report))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_merge_is_the_naive_one_in_whatever_order_tiles_were_added(
        (columns, rows, size, overlap) in (1_u32..5, 1_u32..4, 1_u32..6, 0_u32..3),
        jitter in prop::sample::select(vec![0.0, 0.002, 0.02, 0.4]),
        snap in prop::sample::select(vec![0.0, 0.01, 0.05, 0.7, 3.0]),
        seed: u64,
    ) {
        let tiles = tiles(columns, rows, size, overlap, jitter, seed);
        let folder = tempfile::tempdir().unwrap();
        let expected = naive(&tiles, snap);
        let forth = merged(&store_of(&folder, "forth", tiles.iter()), snap, 0).unwrap();
        prop_assert_eq!(&forth, &expected);
        let back = merged(&store_of(&folder, "back", tiles.iter().rev()), snap, 0).unwrap();
        prop_assert_eq!(&back, &expected);
    }
}

#[test]
fn tiles_that_differ_by_less_than_the_snap_distance_become_the_whole_grid() {
    let folder = tempfile::tempdir().unwrap();
    let tiles = tiles(4, 4, 10, 2, 0.002, 7);
    let (mesh, report) = merged(&store_of(&folder, "store", tiles.iter()), 0.01, 0).unwrap();
    let quads = 42 * 42;
    assert_eq!((report.vertices, report.triangles), (43 * 43, 2 * quads));
    assert_eq!(report.duplicates_removed, 16 * 2 * 12 * 12 - 2 * quads);
    assert_eq!(report.welded, 16 * 13 * 13 - 43 * 43);
    assert_eq!((report.tiles, report.collapsed_removed), (16, 0));
    let mut edges: BTreeMap<[u32; 2], u32> = BTreeMap::new();
    for [a, b, c] in mesh.faces {
        [[a, b], [b, c], [c, a]].into_iter().for_each(|[p, q]| *edges.entry([p.min(q), p.max(q)]).or_default() += 1);
    }
    assert_eq!(edges.values().filter(|&&n| n == 1).count(), 4 * 42, "open edges at the outer border only");
    assert!(edges.values().all(|&n| n <= 2));
}

#[test]
fn what_is_done_is_forgotten() {
    let bounds: Vec<[f64; 6]> = (0..200).map(|t| [f64::from(t), 0.0, 0.0, f64::from(t + 1), 1.0, 0.0]).collect();
    let mut welder = Welder::new(0.01, &bounds);
    let mut number = 0;
    for tile in 0..200 {
        welder.begin(tile, 121);
        for (x, y) in (0..=10).flat_map(|x| (0..=10).map(move |y| (x, y))) {
            let position = [f64::from(tile) + f64::from(x) / 10.0, f64::from(y) / 10.0, 0.0];
            number += u64::from(welder.weld(position, number).number == number);
        }
        welder.forget(tile);
        assert!(welder.len() < 300, "{} vertices after tile {tile}", welder.len());
    }
    assert_eq!(number, 2001 * 11);
}

#[test]
fn impossible_merges_are_refused_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_of(&folder, "store", tiles(2, 1, 30, 0, 0.0, 1).iter());
    for snap in [-1.0, f64::NAN, 1e4] {
        assert!(matches!(merged(&store, snap, 0), Err(Error::InvalidArgument { name: "snap_distance", .. })));
    }
    let Err(Error::MemoryLimit { needed: first, .. }) = merged(&store, 0.01, 1) else { panic!("a limit of one byte") };
    let Err(Error::MemoryLimit { needed, .. }) = merged(&store, 0.01, first) else {
        panic!("no room for a second tile")
    };
    assert!(merged(&store, 0.01, needed).is_ok());
    std::fs::remove_file(store.folder().join("merged.ply")).unwrap();
    let tile = store.tile_path("0_0").unwrap();
    let mut bytes = std::fs::read(&tile).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    assert!(matches!(merged(&store, 0.01, 0), Err(Error::BadFormat { .. })));
    assert!(!store.folder().join("merged.ply").exists());
}

#[test]
fn stores_without_triangles_and_far_positions_merge() {
    let folder = tempfile::tempdir().unwrap();
    let empty = store_of(&folder, "empty", [("a".to_string(), vec![], vec![], vec![])].iter());
    assert_eq!(merged(&empty, 0.01, 0).unwrap().1, MergeReport { tiles: 1, ..MergeReport::default() });
    let far = vec![[f64::MAX, -f64::MAX, 0.0], [-f64::MAX, 1e-300, -0.0], [0.0, 0.0, 0.0]];
    let tiles = ["a", "b"].map(|name| (name.to_string(), far.clone(), vec![[0, 1, 2]], vec![5]));
    let report = merged(&store_of(&folder, "far", tiles.iter()), 0.01, 0).unwrap().1;
    assert_eq!((report.vertices, report.triangles, report.welded, report.duplicates_removed), (3, 1, 3, 1));
}
