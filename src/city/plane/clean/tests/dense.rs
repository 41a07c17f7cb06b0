//! Outlines with many vertices and noise.

use super::random::Random;
use super::*;

/// A house with an outline of 60 m.
const HOUSE: [[f64; 2]; 4] = [[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [0.0, 10.0]];

/// A round one, with 24 corners.
fn tower() -> Vec<[f64; 2]> {
    (0..24).map(|k| f64::from(k) * std::f64::consts::TAU / 24.0).map(|a| [9.5 * a.cos(), 9.5 * a.sin()]).collect()
}

/// A footprint along these corners, larger by a factor, with so many vertices, each moved by noise up to twice this
/// much; and its length and area without noise.
fn noisy(corners: &[[f64; 2]], factor: f64, count: usize, noise: f64, random: &mut Random) -> (Footprint, [f64; 2]) {
    let corners: Vec<[f64; 2]> = corners.iter().map(|p| p.map(|v| v * factor)).collect();
    let sides = || corners.iter().zip(corners.iter().cycle().skip(1));
    let length = |a: &[f64; 2], b: &[f64; 2]| (b[0] - a[0]).hypot(b[1] - a[1]);
    let around: f64 = sides().map(|(a, b)| length(a, b)).sum();
    let area: f64 = sides().map(|(a, b)| 0.5 * (a[0] * b[1] - a[1] * b[0])).sum();
    let mut ring = Vec::with_capacity(count + corners.len());
    for (a, b) in sides() {
        let steps = (count as f64 * length(a, b) / around).ceil() as usize;
        ring.extend((0..steps).map(|k| {
            let t = k as f64 / steps as f64;
            // The sum of four is all but normal.
            let mut moved = || (0..4).map(|_| random.range(-0.87, 0.87)).sum::<f64>() * noise;
            [a[0] + t * (b[0] - a[0]) + moved(), a[1] + t * (b[1] - a[1]) + moved()]
        }));
    }
    (footprint("noisy", &[&ring]), [around, area])
}

#[test]
fn the_area_of_a_noisy_outline_is_kept_whatever_its_noise_and_its_number_of_vertices() {
    let mut random = Random(9);
    for corners in [HOUSE.to_vec(), tower()] {
        for (factor, count) in [(1.0, 20_000), (1.0, 6_000), (10.0, 6_000), (10.0, 600)] {
            for noise in [0.005, 0.02, 0.1] {
                let (house, [around, area_before]) = noisy(&corners, factor, count, noise, &mut random);
                let out = cleaned(&[house], &MERGE);
                let place = format!("{} corners, {count} vertices, factor {factor}, noise {noise}", corners.len());
                assert_eq!(out.buildings.len(), 1, "{place}: {}", out.report);
                // The simplification moves walls by up to 3 cm to either side, and more only with more noise.
                let off = (area(&out) - area_before).abs() / around;
                assert!(off < 0.031_f64.max(0.5 * noise), "{place}: {off} m");
                assert!(out.report.courtyards_closed.is_empty() && out.report.narrow_places == 0, "{place}");
            }
        }
    }
}

#[test]
fn an_outline_that_is_mostly_noise_is_told_and_one_that_is_only_dense_is_not() {
    let mut random = Random(4);
    let (rough, [around, _]) = noisy(&HOUSE, 1.0, 20_000, 0.02, &mut random);
    let (dense, _) = noisy(&HOUSE, 1.0, 20_000, 0.0, &mut random);
    let (surveyed, _) = noisy(&HOUSE, 1.0, 60, 0.02, &mut random);
    for parameters in [MERGE, APART] {
        let out = cleaned(std::slice::from_ref(&rough), &parameters);
        let [change] = &out.report.outline_changes[..] else { panic!("{}", out.report) };
        assert!(change.footprint == "noisy" && change.before > 5.0 * around && close(change.after, around, 1.5));
        assert!(change.before > change.after && out.report.repaired == ["noisy"]);
        for house in [&dense, &surveyed] {
            let out = cleaned(std::slice::from_ref(house), &parameters);
            assert!(out.report.outline_changes.is_empty() && out.report.repaired.is_empty());
        }
        assert_eq!(cleaned(std::slice::from_ref(&dense), &parameters).buildings[0].rings[0].len(), 4);
    }
}

/// Two noisy houses wall to wall are one block; the noise of one does not change what is beside it.
#[test]
fn noisy_neighbours_are_merged_like_others() {
    let mut random = Random(6);
    let (first, [_, area_of_one]) = noisy(&HOUSE, 1.0, 9_000, 0.02, &mut random);
    let second = {
        let (mut house, _) = noisy(&HOUSE, 1.0, 9_000, 0.02, &mut random);
        house.polygons.iter_mut().flat_map(|p| &mut p.rings).flatten().for_each(|p| p[0] += 20.2);
        house
    };
    let out = cleaned(&[first, second, rectangle("plain", 50.0, 0.0, 8.0, 8.0)], &MERGE);
    let members: Vec<&[u32]> = out.buildings.iter().map(|b| b.members.as_slice()).collect();
    assert_eq!(members, [&[0, 1][..], &[2]]);
    let block = out.report.area_out - 64.0;
    assert!(close(block, 2.0 * area_of_one + 2.0, 4.0), "{block}");
    assert_eq!(out.report.outline_changes.len(), 2);
}
