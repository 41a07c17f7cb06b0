//! A city that is cleaned strip by strip, against the same at once.

use super::cities::city;
use super::random::{Random, crowd, scene};
use super::*;

fn in_strips(footprints: &[Footprint], parameters: &Parameters, height: Option<f64>, wider: u32) -> Cleaned {
    let roofs: Vec<f64> = footprints.iter().map(|f| f.height).collect();
    let pool = Pool::new(&RunOptions { threads: 1, ..RunOptions::default() }).unwrap();
    let context = pool.context().clone();
    let area = DOMAIN.into();
    let by =
        |height: f64| clean_by_strips(footprints, &roofs, &area, parameters, ((height / GRID) as i32, wider), &context);
    pool.install(|| height.map_or_else(|| clean(footprints, &roofs, &area, parameters, &context), by)).unwrap()
}

#[test]
fn strips_make_the_same_of_random_scenes() {
    let mut random = Random(23);
    let mut several = 0;
    for round in 0..400 {
        // Some scenes far from each other, and some so near that they may matter to each other.
        let mut houses: Vec<Footprint> = Vec::new();
        for place in 0..3 {
            let apart = [0.0, random.range(10.0, 150.0)][random.below(2) as usize];
            let some = if random.below(2) == 0 { scene(&mut random) } else { crowd(&mut random) };
            for mut house in some {
                house.id = format!("{place}-{}", house.id);
                for p in house.polygons.iter_mut().flat_map(|p| &mut p.rings).flatten() {
                    *p = [p[0] + 0.3 * apart * f64::from(place), p[1] + apart * f64::from(place)];
                }
                // Several polygons of one footprint, far from each other.
                if !houses.is_empty() && random.below(8) == 0 {
                    let other = random.below(houses.len() as u64) as usize;
                    houses[other].polygons.extend(house.polygons);
                } else {
                    houses.push(house);
                }
            }
        }
        for parameters in [
            MERGE,
            APART,
            Parameters { merge_tolerance: random.range(0.0, 4.0), ..MERGE },
            Parameters { min_building_detail: 0.0, merge_tolerance: 0.0, min_building_area: 0.0, ..MERGE },
        ] {
            let whole = in_strips(&houses, &parameters, None, 0);
            let strips = in_strips(&houses, &parameters, Some(random.range(0.5, 60.0)), [0, 0, 0, 2, 9][round % 5]);
            assert_eq!(strips, whole, "{round} {parameters:?}");
            several += whole.buildings.len();
        }
    }
    assert!(several > 5000, "{several}");
}

#[test]
fn strips_make_the_same_of_real_cities() {
    for name in ["denhaag", "delft-small"] {
        let Some((footprints, roofs, domain)) = city(name) else { continue };
        for parameters in [MERGE, APART] {
            let pool = Pool::new(&RunOptions { threads: 2, ..RunOptions::default() }).unwrap();
            let area = domain.into();
            let by = |height: f64| {
                let height = (height / GRID) as i32;
                let strips = || clean_by_strips(&footprints, &roofs, &area, &parameters, (height, 0), pool.context());
                pool.install(strips).unwrap()
            };
            let whole = || clean(&footprints, &roofs, &area, &parameters, pool.context());
            let whole = pool.install(whole).unwrap();
            assert_eq!(by(256.0), whole, "{name}");
            assert_eq!(by(20.0), whole, "{name}");
        }
    }
}
