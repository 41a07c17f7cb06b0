//! The ground beside buildings, and roofs that it covers.

mod common;

use std::path::Path;

use common::city::{build, in_memory, options, rectangle};
use groma::city::build::CityReport;
use groma::city::check::{Expectations, Verdict, check_store};
use groma::city::footprint::{Footprint, Lod};
use groma::city::parameters::{GroundBesideBuildings, Parameters};
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::city::{CityInput, Footprints, Ground};
use groma::io::surface::{Part, TriangleSource};
use groma::job::{RunOptions, Runner};

/// How steep the hill is: metres up per metre to the north.
const SLOPE: f64 = 0.5;

/// Houses on a hill that is a plane, so that heights between pixels are its own.
fn hill(houses: Vec<Footprint>) -> CityInput {
    let heights = (0..100 * 100).map(|k| (SLOPE * (199.0 - 2.0 * (k / 100) as f64)) as f32).collect();
    in_memory(houses, Terrain::from_memory(100, 100, 0.0, 200.0, [2.0; 2], heights, None).unwrap())
}

/// Builds in tiles and as one, the same bytes; returns the report and, for each vertex of the ground, its distance
/// above the hill, with whether its triangle touches a building.
fn ground(input: &CityInput, change: impl Fn(&mut Parameters)) -> (CityReport, Vec<(f64, bool)>) {
    common::city::is_the_same_in_tiles(input, |options| change(&mut options.parameters));
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(250.0, 2);
    change(&mut options.parameters);
    let report = build(input, dir.path(), &options);
    let mut above = Vec::new();
    let mut add = |triangle: &[[f64; 3]; 3], marker: i32| {
        let part = Part::of(marker, report.buildings as u32);
        if let Part::Ground | Part::GroundNextToBuilding = part {
            let beside = part == Part::GroundNextToBuilding;
            // Within a metre of the raster's edge heights are constant.
            let inner = triangle.iter().filter(|p| p[1] > 1.0 && p[1] < 199.0);
            above.extend(inner.map(|[_, y, z]| (z - SLOPE * y, beside)));
        }
        Ok(())
    };
    MeshStore::open(dir.path()).unwrap().for_each(&mut add).unwrap();
    (report, above)
}

fn is_sound_and_plausible(store: &Path) -> bool {
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let checked = check_store(&MeshStore::open(store).unwrap(), &Expectations::default(), &mut runner).unwrap();
    checked.verdict == Verdict::Sound && checked.plausible
}

#[test]
fn the_ground_beside_buildings_is_the_terrains_and_not_the_lowest_unless_asked() {
    let input =
        hill(vec![rectangle("a", [40.0, 60.0, 20.0, 15.0], 80.0), rectangle("b", [90.3, 80.2, 12.0, 30.0], 90.0)]);
    let (report, above) = ground(&input, |_| {});
    assert_eq!(report.buildings, 2);
    assert!(above.iter().any(|(_, beside)| *beside));
    assert!(above.iter().all(|(above, _)| above.abs() < 1e-4));
    let (_, above) = ground(&input, |p| p.ground_beside_buildings = GroundBesideBuildings::Lowest);
    let deepest = above.iter().map(|(above, _)| *above).fold(0.0, f64::min);
    assert!((-10.0..-1.0).contains(&deepest), "{deepest}");
    assert!(above.iter().all(|(above, beside)| *beside || *above > -1e-4 || *above >= deepest));
}

/// Platforms lie at the lowest ground along their outline, and so does the ground that touches them.
#[test]
fn the_ground_meets_platforms() {
    let platform = Footprint { lod: Some(Lod::Lod0), ..rectangle("p", [40.0, 60.0, 20.0, 16.0], 0.0) };
    let (report, above) = ground(&hill(vec![platform]), |_| {});
    assert_eq!((report.counts.walls, report.buildings), (0, 1));
    let deepest = above.iter().map(|(above, _)| *above).fold(0.0, f64::min);
    assert!((deepest + 16.0 * SLOPE).abs() < 1e-4, "{deepest}");
}

#[test]
fn roofs_under_the_ground_are_told_and_raised_on_request() {
    // The hill is at 30 m to 40 m along the outline.
    let input = hill(vec![
        rectangle("deep", [40.0, 60.0, 20.0, 20.0], 33.0),
        rectangle("high", [90.0, 60.0, 20.0, 20.0], 60.0),
    ]);
    let (report, _) = ground(&input, |_| {});
    assert_eq!((report.input.roofs_under_ground.ids, report.input.roofs_raised), (vec!["deep".to_string()], 0));
    assert!(report.counts.walls_upside_down > 0);
    let warned = |report: &CityReport| {
        let kinds = report.warnings.iter().filter(|w| w.kind == "roofs-under-ground");
        kinds.map(|w| w.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let (report, above) = ground(&input, |p| p.raise_covered_roofs = true);
    assert_eq!((report.input.roofs_raised, report.counts.walls_upside_down), (1, 0));
    assert!(warned(&report).contains("had its roof") && warned(&report).ends_with("0.5 m above that: deep"));
    assert!(above.iter().all(|(above, _)| above.abs() < 1e-4));
    assert_eq!(report.roof_heights, Some([10.5, 30.0]));
}

/// A house of 8 m on a slope of 39 degrees.
#[test]
fn a_house_in_a_hillside_has_no_trench_around_it() {
    let Some(folder) =
        common::shared("a_house_in_a_hillside_has_no_trench_around_it", "cases/cities/roof-under-hillside")
    else {
        return;
    };
    let input = CityInput {
        footprints: Footprints::File(folder.join("footprints.geojson"), Default::default()),
        terrain: Ground::File(folder.join("dem.asc")),
    };
    let dir = tempfile::tempdir().unwrap();
    let terrain = Terrain::open(folder.join("dem.asc"), &Default::default()).unwrap();
    let mut shortest = Vec::new();
    for raise in [false, true] {
        let mut options = options(250.0, 2);
        options.parameters.raise_covered_roofs = raise;
        let store = dir.path().join(raise.to_string());
        let report = build(&input, &store, &options);
        println!("{report}");
        assert!(report.input.roofs_under_ground.count > 0);
        assert!(!raise || is_sound_and_plausible(&store), "{report}");
        let sampler = terrain.sampler([0, 0], 10.0);
        let mut worst: f64 = 0.0;
        let mut look = |triangle: &[[f64; 3]; 3], marker: i32| {
            for [x, y, z] in triangle.iter().filter(|_| marker < 0) {
                let at = match sampler.height(*x, *y) {
                    groma::city::terrain::GroundHeight::Data(z) => z,
                    groma::city::terrain::GroundHeight::Filled(z) => z,
                    groma::city::terrain::GroundHeight::Missing => f64::NAN,
                };
                worst = worst.max((z - at).abs());
            }
            Ok(())
        };
        MeshStore::open(&store).unwrap().for_each(&mut look).unwrap();
        shortest.push(worst);
    }
    assert!(shortest.iter().all(|worst| *worst < 1e-3), "{shortest:?}");
}
