//! Tiles and stores, footprints, terrain, and surfaces in mesh files.

use std::path::{Path, PathBuf};

use groma::city::build::{BuildCityMeshOptions, build_city_mesh};
use groma::city::check::{CheckOptions, check};
use groma::city::footprint::{Footprint, HeightReference, Polygon};
use groma::city::footprints::{FootprintOptions, read_footprints, read_footprints_within};
use groma::city::local::{Frame, LocalMesh, LocalOptions};
use groma::city::merge::{self, MeshSink};
use groma::city::preview::{PreviewOptions, preview};
use groma::city::store::{BUILDINGS_NAME, Compression, MANIFEST_NAME, MeshStore, TileView, export_glb};
use groma::city::terrain::{Terrain, TerrainOptions};
use groma::city::tileset::TILESET_NAME;
use groma::city::tileset::check::check_files;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::ascii_grid::AsciiGrid;
use groma::io::crs::{Crs, Transform};
use groma::io::geotiff::GeoTiff;
use groma::io::raster::{RasterSource, RasterWindow};
use groma::io::raster_file;
use groma::io::surface::Surface;
use groma::io::xyz_grid::XyzGrid;
use xxhash_rust::xxh3::xxh3_64;

use super::scratch;

/// The file of a tile, with its size and its hashes made right, in a store of another program: what reads it gives a
/// mesh whose triangles have vertices, or an error.
pub fn tile(data: &[u8]) {
    let folder = scratch::path("tiles");
    if !folder.exists() {
        let store = MeshStore::create(&folder, serde_json::Value::Null).unwrap();
        let vertices = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.5]];
        store.add_tile("b", &vertices, &[[0, 1, 2], [0, 2, 3]], &[-2, 0]).unwrap();
    }
    let mut bytes = data.to_vec();
    make_right(&mut bytes);
    std::fs::write(folder.join("tile-a.bin"), bytes).unwrap();
    let store = MeshStore::open(&folder).unwrap();
    use_store(&store);
    let Ok(tile) = store.get_tile("a") else { return };
    use_tile(&tile);
    let picture = scratch::path("tile.png");
    let _ = preview(&store, &picture, &PreviewOptions { width: 16, ..PreviewOptions::default() });
    let context = &*scratch::context();
    let _ = export_glb(&store, &scratch::path("glb"), Compression::Meshopt, context);
    let mut sink = Counted::default();
    let plan = merge::plan_foreign(&store, 0.01, context);
    if let Ok(report) = plan.and_then(|plan| plan.stream(&mut sink, context)) {
        assert_eq!((sink.vertices, sink.faces), (report.vertices, report.triangles));
    }
}

/// Bytes of the header of a tile.
const HEADER: usize = 384;

/// Sets the size and the hashes in the header of a tile to what they should be.
pub fn make_right(tile: &mut [u8]) {
    /// Bytes of the header that are hashed; the others are zero.
    const HASHED: usize = 360;
    if tile.len() < HEADER {
        return;
    }
    let content = xxh3_64(&tile[HEADER..]);
    tile[24..32].copy_from_slice(&content.to_le_bytes());
    let size = tile.len() as u64;
    tile[32..40].copy_from_slice(&size.to_le_bytes());
    tile[16..24].fill(0);
    let header = xxh3_64(&tile[..HASHED]);
    tile[16..24].copy_from_slice(&header.to_le_bytes());
}

fn use_store(store: &MeshStore) {
    let _ = (store.total_stats(), store.failures(), store.list_tiles());
    drop(check(store, &CheckOptions::default(), &scratch::context()));
}

fn use_tile(tile: &TileView) {
    let sizes = (tile.vertices().len() as u64, tile.faces().len() as u64);
    assert_eq!((sizes, tile.markers().len()), (tile.header().sizes(), tile.faces().len()));
    let _ = (tile.inputs(), tile.shared().len(), tile.cells().len(), tile.zones().len(), tile.header().counts());
    for (frame, normals) in [(Frame::Source, false), (Frame::Unreal, true)] {
        let Ok(mesh) = LocalMesh::read(tile, &LocalOptions { frame, normals, ..LocalOptions::default() }) else {
            continue;
        };
        assert!(mesh.faces.iter().flatten().all(|&v| (v as usize) < mesh.positions.len()));
    }
}

/// Counts what it is given and looks whether all of it can be.
#[derive(Default)]
struct Counted {
    vertices: u64,
    faces: u64,
}

impl MeshSink for Counted {
    fn vertices(&mut self, positions: &[[f64; 3]]) -> groma::Result<()> {
        self.vertices += positions.len() as u64;
        Ok(())
    }

    fn faces(&mut self, faces: &[[u64; 3]], markers: &[i32]) -> groma::Result<()> {
        assert_eq!(faces.len(), markers.len());
        self.faces += faces.len() as u64;
        Ok(())
    }
}

/// A city's store in which the manifest, the list of buildings or a tile is not what was written: the first byte says
/// which, and whether the rest is a new content or a list of edits. Tiles get right hashes after them.
pub fn store(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let folder = small_city();
    let path = match kind % 4 {
        0 => folder.join(MANIFEST_NAME),
        1 => folder.join(BUILDINGS_NAME),
        n => {
            let store = MeshStore::open(&folder).unwrap();
            let names = store.list_tiles().unwrap();
            store.tile_path(&names[usize::from(n) % names.len()]).unwrap()
        }
    };
    let whole = std::fs::read(&path).unwrap();
    let changed = match kind % 4 {
        0 | 1 if kind & 4 == 0 => bytes.to_vec(),
        0 | 1 => edited(&whole, 0..whole.len(), bytes),
        _ => {
            // The header, or what follows the triangles: the fourth part.
            let tail = u64::from_le_bytes(whole[64..72].try_into().unwrap()) as usize;
            let part = if kind & 4 == 0 { 0..HEADER } else { tail..whole.len() };
            let mut tile = edited(&whole, part, bytes);
            make_right(&mut tile);
            tile
        }
    };
    std::fs::write(&path, changed).unwrap();
    if let Ok(store) = MeshStore::open(&folder) {
        use_store(&store);
        for name in store.list_tiles().unwrap() {
            let _ = store.get_tile(&name).map(|tile| use_tile(&tile));
        }
        if let Ok(buildings) = store.buildings() {
            let read = buildings.filter(|building| building.is_ok()).count();
            assert!(store.city().is_ok_and(|city| read as u64 <= u64::from(city.buildings)));
        }
        for allow_incomplete in [false, true] {
            let mut sink = Counted::default();
            let plan = merge::plan(&store, allow_incomplete);
            // Tiles without an edit are as good as before, so the hashes are made as they should.
            assert!(plan.is_ok() || kind % 4 < 2 || bytes.len() >= 4, "{plan:?}");
            if let Ok(report) = plan.and_then(|plan| plan.stream(&mut sink, || Ok(()))) {
                assert_eq!((sink.vertices, sink.faces), (report.vertices, report.triangles));
            }
        }
    }
    if kind & 0x80 != 0 {
        // Building again mends whatever there was, but refuses a folder whose manifest is none.
        match build_city(&folder) {
            Ok(()) => {
                let store = MeshStore::open(&folder).unwrap();
                let merged =
                    merge::plan(&store, false).and_then(|plan| plan.stream(&mut Counted::default(), || Ok(())));
                // A tile that was made up with right hashes may stay; the merge finds what is wrong with it.
                assert!(merged.is_ok() || kind % 4 > 1, "{:?}", merged.err());
            }
            Err(error) => assert!(kind % 4 == 0, "{error}"),
        }
    }
    std::fs::write(&path, whole).unwrap();
}

/// A file with changed bytes in a part of it: where, whether to set or to add, what.
fn edited(whole: &[u8], part: std::ops::Range<usize>, edits: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let part = &mut bytes[part];
    for edit in edits.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % part.len();
        part[at] = if edit[2] & 1 == 0 { edit[3] } else { part[at].wrapping_add(edit[3]) };
    }
    bytes
}

/// The store of a city of three buildings in two tiles.
fn small_city() -> PathBuf {
    let folder = scratch::path("city");
    if !folder.exists() {
        std::fs::create_dir(&folder).unwrap();
        build_city(&folder).unwrap();
    }
    folder
}

fn build_city(folder: &Path) -> groma::Result<()> {
    let square = |x: f64, y: f64| vec![[x, y], [x + 12.0, y], [x + 12.0, y + 12.0], [x, y + 12.0]];
    let footprint = |n: usize, x: f64, y: f64| Footprint {
        id: format!("house {n}"),
        polygons: vec![Polygon { rings: vec![square(x, y)] }],
        height: 6.0 + n as f64,
        reference: HeightReference::Ground,
        lod: None,
    };
    let footprints = vec![footprint(0, 20.0, 20.0), footprint(1, 244.0, 30.0), footprint(2, 270.0, 60.0)];
    let heights = (0..30 * 10).map(|k| (k % 7) as f32 * 0.1).collect();
    let terrain = Terrain::from_memory(30, 10, 0.0, 100.0, [10.0, 10.0], heights, None)?;
    let input =
        CityInput { footprints: Footprints::Memory(footprints.into()), terrain: Ground::Memory(terrain.into()) };
    let run = groma::job::RunOptions { memory_limit: 256 << 20, ..scratch::run_options() };
    let mut options = BuildCityMeshOptions { tile_size: 250.0, run, ..BuildCityMeshOptions::default() };
    options.parameters.max_mesh_size = 20.0;
    options.parameters.building_mesh_triangle_size = 12.0;
    build_city_mesh(&input, folder, &options).map(drop)
}

/// Footprints as GeoJSON: all that is read has finite coordinates inside the bounds.
pub fn geojson(data: &[u8]) {
    footprints(&scratch::file("footprints.geojson", data));
}

/// Shapes and their table, whose first two bytes say how long the shapes are: the same.
pub fn shapefile(data: &[u8]) {
    let Some((length, files)) = data.split_first_chunk::<2>() else { return };
    let (shapes, table) = files.split_at(usize::from(u16::from_le_bytes(*length)).min(files.len()));
    scratch::file("shapes.dbf", table);
    footprints(&scratch::file("shapes.shp", shapes));
}

/// A GeoPackage: the same.
pub fn geopackage(data: &[u8]) {
    footprints(&scratch::file("footprints.gpkg", data));
}

/// A FlatGeobuf: the same.
pub fn flatgeobuf(data: &[u8]) {
    footprints(&scratch::file("footprints.fgb", data));
}

/// A GeoParquet: the same.
pub fn geoparquet(data: &[u8]) {
    footprints(&scratch::file("footprints.parquet", data));
}

/// CityJSON or a sequence of it: the same.
pub fn cityjson(data: &[u8]) {
    footprints(&scratch::file("footprints.city.json", data));
}

fn footprints(path: &Path) {
    let named = FootprintOptions {
        height_property: Some("h".into()),
        lod_property: Some("lod".into()),
        id_property: Some("name".into()),
        default_height: Some(3.0),
        ..FootprintOptions::default()
    };
    let read = [
        read_footprints(path, &FootprintOptions::default()),
        read_footprints(path, &named),
        read_footprints_within(path, &named, [5.0, 5.0, 25.0, 25.0]),
    ];
    for set in read.into_iter().flatten() {
        assert_eq!(set.bounds.is_some(), !set.footprints.is_empty());
        for footprint in &set.footprints {
            let [west, south, east, north] = set.bounds.unwrap();
            assert!(footprint.height.is_finite());
            for [x, y] in footprint.polygons.iter().flat_map(|p| p.rings.iter().flatten()) {
                assert!(west <= *x && *x <= east && south <= *y && *y <= north && x.is_finite() && y.is_finite());
            }
        }
    }
}

/// The most pixels that a raster may have to be read whole here.
const MOST_PIXELS: u64 = 1 << 18;

/// Reads a window: where that is no error, each of its pixels comes, and none beside it.
fn read_all_pixels(source: &mut dyn RasterSource, window: &RasterWindow) {
    let mut pixels = 0;
    let mut sink = |row: usize, col: usize, values: &[f32]| {
        let is_inside = window.rows.contains(&row) && col + values.len() <= window.cols.end;
        assert!(is_inside, "{row} {col} {}", values.len());
        pixels += values.len() as u64;
        Ok(())
    };
    let read = source.read(window, &mut sink);
    assert!(read.is_err() || pixels == window.pixels());
}

/// A GeoTIFF: what a header announces is in proportion to the file, and every pixel comes once.
pub fn geotiff(data: &[u8]) {
    let path = scratch::file("dem.tif", data);
    if let Ok(mut tiff) = GeoTiff::open(&path, 4 << 20) {
        let header = *tiff.header();
        assert!(header.pixels() <= data.len() as u64 * 8 * 4096, "{header:?}");
        if header.pixels() <= MOST_PIXELS {
            read_all_pixels(&mut tiff, &header.whole());
            open_terrain(&path);
        }
    }
}

/// An ESRI ASCII grid: the same.
pub fn ascii_grid(data: &[u8]) {
    let path = scratch::file("dem.asc", data);
    if let Ok(mut grid) = AsciiGrid::open(&path) {
        let header = *grid.header();
        assert!(header.pixels() <= data.len() as u64, "{header:?}");
        read_all_pixels(&mut grid, &header.whole());
        open_terrain(&path);
    }
}

/// An XYZ grid: the same.
pub fn xyz_grid(data: &[u8]) {
    let path = scratch::file("dem.xyz", data);
    if let Ok(mut grid) = XyzGrid::open(&path) {
        let header = *grid.header();
        assert!(header.pixels() <= 16 * data.len() as u64 + 4096, "{header:?}");
        read_all_pixels(&mut grid, &header.whole());
        open_terrain(&path);
    }
}

/// A virtual raster over a grid beside it: a window of it is read pixel by pixel, whatever size it claims.
pub fn vrt(data: &[u8]) {
    scratch::file("a.asc", b"ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value 5\n1 2 3\n4 5 6\n");
    let path = scratch::file("dem.vrt", data);
    let Ok(mut source) = raster_file::open(&path, 1 << 20) else { return };
    let header = *source.header();
    let window = RasterWindow { rows: 0..header.rows.min(100), cols: 0..header.cols.min(100) };
    let _ = source.interpret(&[], None);
    read_all_pixels(&mut *source, &window);
    let _ = source.uncovered(&window);
}

/// A reference system as a file describes it, and a way from it to another and back.
pub fn crs(data: &[u8]) {
    let Some(crs) = Crs::parse(&String::from_utf8_lossy(data)) else { return };
    let _ = (crs.complaint(), crs.to_string(), crs.compare(&Crs::degrees()));
    if let Ok(way) = Transform::new(&crs, &Crs::of_epsg(25832)) {
        let back = way.inverse();
        for point in [[0.0, 0.0], [9.0, 50.0], [500_000.0, 5_500_000.0], [-1e300, f64::NAN], [1e9, -1e9]] {
            let there = way.point(point);
            assert!(there.is_none_or(|there| there.iter().all(|v| v.is_finite())));
            let _ = there.and_then(|there| back.point(there));
        }
    }
}

/// In memory and from a file; heights at a few places.
fn open_terrain(path: &Path) {
    for memory in [4 << 20, 16] {
        let temp_dir = path.parent().map(Path::to_path_buf);
        let options = TerrainOptions { temp_dir, memory, ..TerrainOptions::default() };
        let Ok(terrain) = Terrain::open(path, &options) else { continue };
        assert_eq!(terrain.values().len(), terrain.cols() * terrain.rows());
        let [west, south, east, north] = terrain.bounds();
        let sampler = terrain.sampler([west.floor() as i64, south.floor() as i64], 100.0);
        for (x, y) in [(0.0, 0.0), (0.5 * (east - west), 0.5 * (north - south)), (east - west, north - south)] {
            let _ = sampler.height(x, y);
        }
    }
}

/// A mesh file, PLY, VTU, OBJ or STL by the first byte: its triangles have vertices, and it can be checked and drawn.
pub fn surface(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let name = ["mesh.ply", "mesh.vtu", "mesh.obj", "mesh.stl"][usize::from(kind % 4)];
    let Ok(surface) = Surface::read(&scratch::file(name, bytes)) else { return };
    assert!(surface.faces.iter().flatten().all(|&v| (v as usize) < surface.vertices.len()));
    assert!(surface.markers.as_ref().is_none_or(|markers| markers.len() == surface.faces.len()));
    drop(check(&surface, &CheckOptions::default(), &scratch::context()));
    let _ = preview(&surface, &scratch::path("mesh.png"), &PreviewOptions { width: 16, ..PreviewOptions::default() });
}

/// A tileset: its JSON, or a tile of one, by the first byte. It is checked.
pub fn tileset(data: &[u8]) {
    const ONE_TILE: &str = r#"{"asset":{"version":"1.1"},"geometricError":900,"root":{"geometricError":0,
        "boundingVolume":{"box":[0,0,0,250,0,0,0,250,0,0,0,50]},"content":{"uri":"tile.glb"}}}"#;
    let Some((kind, bytes)) = data.split_first() else { return };
    let folder = scratch::empty("tileset");
    let (json, tile) = if kind % 2 == 0 { (bytes, &[][..]) } else { (ONE_TILE.as_bytes(), bytes) };
    std::fs::write(folder.join(TILESET_NAME), json).unwrap();
    std::fs::write(folder.join("tile.glb"), tile).unwrap();
    if let Ok(checked) = check_files(&folder, &scratch::context()) {
        assert!(checked.sound == (checked.faults == 0 && checked.tiles > 0) && checked.tiles <= 1);
    }
}
