use super::*;
use crate::city::input::footprints::{FootprintOptions, read_footprints};
use crate::city::input::terrain::TerrainOptions;

fn area(ring: &[[f64; 2]]) -> f64 {
    let o = ring[0];
    let cross = |a: [f64; 2], b: [f64; 2]| (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
    (0.5 * ring.windows(2).map(|w| cross(w[0], w[1])).sum::<f64>()).abs()
}

#[test]
fn the_files_hold_the_same_city_as_memory() {
    for (hostile, offset) in [(false, [0, 0]), (true, [-320_000, 6_400_000])] {
        let dir = tempfile::tempdir().unwrap();
        let options = GenerateOptions { hostile, offset, seed: 7, ..GenerateOptions::new(1500) };
        let info = write(dir.path(), &options).unwrap();
        let (footprints, terrain) = city(&options).unwrap();
        let read = read_footprints(dir.path().join(FOOTPRINTS_FILE), &FootprintOptions::default()).unwrap();
        assert_eq!(read.heights.main_property(), Some("roof"));
        assert_eq!((info.footprints, footprints.len()), (1500, 1500));
        assert!(read.footprints == footprints);
        let opened = Terrain::open(dir.path().join(TERRAIN_FILE), &TerrainOptions::default()).unwrap();
        assert_eq!((opened.bounds(), opened.epsg()), (terrain.bounds(), Some(3006)));
        assert_eq!((info.bounds, info.pixels), (terrain.bounds(), [terrain.cols(), terrain.rows()]));
        assert!(opened.values() == terrain.values());
    }
}

#[test]
fn a_city_is_as_dense_as_told_and_lies_on_its_terrain() {
    let (footprints, terrain) = city(&GenerateOptions::new(20_000)).unwrap();
    let [west, south, east, north] = terrain.bounds();
    let density = 20_000.0 / ((east - west) * (north - south)) * 1e6;
    assert!((700.0..900.0).contains(&density), "{density} buildings per km2");
    let mut largest = 0.0f64;
    let mut holes = 0;
    for footprint in &footprints {
        let rings = &footprint.polygons[0].rings;
        holes += rings.len() - 1;
        assert!(area(&rings[0]) > 20.0, "{footprint:?}");
        let xs = rings[0].iter().map(|p| p[0]);
        largest = largest.max(xs.clone().fold(f64::MIN, f64::max) - xs.fold(f64::MAX, f64::min));
        for &[x, y] in &rings[0] {
            assert!(x > west && x < east && y > south && y < north, "{footprint:?}");
        }
    }
    assert!(largest > 300.0 && holes > 20, "{largest} m, {holes} holes");
    let (low, high) = terrain.values().iter().fold((f32::MAX, f32::MIN), |(a, b), &v| (a.min(v), b.max(v)));
    assert!(low >= 0.0 && high <= 30.0 && high - low > 15.0, "{low} to {high} m");
}

#[test]
fn a_city_is_that_of_its_seed_wherever_it_lies() {
    let make =
        |seed, offset| city(&GenerateOptions { seed, offset, hostile: true, ..GenerateOptions::new(500) }).unwrap();
    let (here, terrain) = make(3, [0, 0]);
    let (there, moved) = make(3, [1000, -50]);
    assert!(terrain.values() == moved.values());
    for (a, b) in here.iter().zip(&there) {
        let [p, q] = [a, b].map(|f| f.polygons[0].rings[0][0]);
        assert_eq!([p[0] + 1000.0, p[1] - 50.0].map(|v| (v * 1000.0).round()), q.map(|v| (v * 1000.0).round()));
        assert_eq!(a.height, b.height);
    }
    assert!(make(4, [0, 0]).0 != here);
}

#[test]
fn the_same_bytes_on_every_machine() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &GenerateOptions { hostile: true, ..GenerateOptions::new(1000) }).unwrap();
    let hash = |name: &str| xxhash_rust::xxh3::xxh3_64(&std::fs::read(dir.path().join(name)).unwrap());
    assert_eq!(hash(FOOTPRINTS_FILE), 609071905955962723);
    let terrain = Terrain::open(dir.path().join(TERRAIN_FILE), &TerrainOptions::default()).unwrap();
    assert_eq!(xxhash_rust::xxh3::xxh3_64(bytemuck::cast_slice(terrain.values())), 12178804965522213940);
}

#[test]
fn options_without_sense_are_refused() {
    let good = GenerateOptions::new(10);
    for bad in [
        GenerateOptions { buildings: 0, ..good.clone() },
        GenerateOptions { cell: f64::NAN, ..good.clone() },
        GenerateOptions { cell: 0.0, ..good.clone() },
        GenerateOptions { offset: [0, i64::MIN], ..good.clone() },
    ] {
        assert!(matches!(city(&bad), Err(Error::InvalidArgument { .. })), "{bad:?}");
    }
    assert_eq!(city(&GenerateOptions::new(1)).unwrap().0.len(), 1);
}
