//! Outlines with noise and with sharp corners: what becomes of them, and what the report says.

mod common;

use common::city::{build, in_memory, is_the_same_in_tiles, options, rectangle};
use groma::city::build::CityReport;
use groma::city::check::{Expectations, check_store};
use groma::city::footprint::Footprint;
use groma::city::store::MeshStore;
use groma::city::terrain::Terrain;
use groma::job::{RunOptions, Runner};

/// A footprint with this ring.
fn footprint(id: &str, ring: Vec<[f64; 2]>) -> Footprint {
    let mut footprint = rectangle(id, [0.0, 0.0, 1.0, 1.0], 12.0);
    footprint.polygons[0].rings = vec![ring];
    footprint
}

/// A house of 20 x 10 m as a scan gives it: 60,000 vertices, each up to 5 cm beside its place.
fn scanned(id: &str, [west, south]: [f64; 2]) -> Footprint {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f64 / f64::from(1 << 24) - 0.5) * 0.1
    };
    let corners = [[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [0.0, 10.0], [0.0, 0.0]];
    let mut ring = Vec::new();
    for side in corners.windows(2) {
        ring.extend((0..15_000).map(|k| {
            let at = |d: usize| side[0][d] + (side[1][d] - side[0][d]) * f64::from(k) / 15_000.0;
            [west + at(0) + noise(), south + at(1) + noise()]
        }));
    }
    footprint(id, ring)
}

fn built(
    houses: Vec<Footprint>,
    change: impl Fn(&mut groma::city::build::BuildCityMeshOptions),
) -> (CityReport, String) {
    let terrain = Terrain::from_memory(150, 150, 0.0, 300.0, [2.0; 2], vec![1.0; 150 * 150], None).unwrap();
    let input = in_memory(houses, terrain);
    is_the_same_in_tiles(&input, &change);
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(250.0, 2);
    change(&mut options);
    let report = build(&input, dir.path(), &options);
    let mut runner = Runner::new(&RunOptions::default()).unwrap();
    let checked = check_store(&MeshStore::open(dir.path()).unwrap(), &Expectations::default(), &mut runner).unwrap();
    assert!(checked.report.is_sound(), "{}", checked.report);
    (report, checked.report.to_string())
}

#[test]
fn a_scanned_house_keeps_its_area_and_its_noise_is_told() {
    let houses = vec![scanned("scan", [60.0, 60.0]), rectangle("plain", [120.0, 60.0, 20.0, 10.0], 12.0)];
    let (report, _) = built(houses, |_| {});
    assert_eq!((report.buildings, report.clean.used), (2, 2));
    assert!((report.clean.area_out - 400.0).abs() < 1.0, "{}", report.clean.area_out);
    let [change] = &report.clean.outline_changes[..] else { panic!("{report}") };
    assert_eq!(change.footprint, "scan");
    assert!(change.before > 1000.0 && (change.after - 60.0).abs() < 2.0, "{change:?}");
    let warnings: Vec<&str> =
        report.warnings.iter().filter(|w| w.kind == "outline-change").map(|w| w.message.as_str()).collect();
    assert!(matches!(warnings[..], [text] if text.contains("1 footprint") && text.contains("scan")), "{warnings:?}");
    assert!(report.to_string().contains("1 made shorter by more than 10 %"), "{report}");
}

#[test]
fn sharp_corners_are_cut_off_within_the_detail_and_those_that_are_left_are_told() {
    // The tip of 20 degrees is a detail of its house; that of 4 degrees is much of its building.
    let tip = || footprint("tip", vec![[60.0, 60.0], [80.0, 55.0], [80.0, 65.0], [69.5, 61.0]]);
    let needle = footprint("needle", vec![[120.0, 60.0], [142.0, 60.0], [142.0, 61.6]]);
    let (report, checked) = built(vec![tip()], |_| {});
    assert_eq!((report.sharp_corners.corners, &report.sharp_corners.sharpest), (0, &None));
    assert!(report.counts.quality.min_angle() > 24.9 && !report.to_string().contains("corners "), "{report}");
    assert!(checked.contains("in plan: smallest 2"), "{checked}");

    let (report, checked) = built(vec![tip(), needle], |_| {});
    let sharpest = report.sharp_corners.sharpest.clone().unwrap();
    assert_eq!((report.sharp_corners.corners, sharpest.at, sharpest.is_in_building), (1, [120.0, 60.0], true));
    assert_eq!(sharpest.footprints, ["needle"]);
    // It is what makes the smallest angle of the mesh, and check says where that is.
    assert!((sharpest.degrees - report.counts.quality.min_angle()).abs() < 0.01, "{report}");
    assert!(report.to_string().contains("1 of outlines under 25 degrees, the sharpest 4.16"), "{report}");
    assert!(checked.contains("roof at 120.000, 60.000"), "{checked}");

    // Without an angle to be had, corners stay as they are.
    let (report, _) = built(vec![tip()], |options| options.parameters.min_mesh_angle = 0.0);
    assert!(report.counts.quality.min_angle() < 21.0 && report.sharp_corners.corners == 0, "{report}");
}
