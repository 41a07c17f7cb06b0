//! Real cities.

use std::path::Path;

use super::*;

/// The footprints of a real city beside the project; `None`, said aloud, where they are absent.
pub(super) fn city(name: &str) -> Option<(Vec<Footprint>, Vec<f64>, Domain)> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cities").join(name).join("footprints.geojson");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let message = format!(
            "SKIPPED: {} is missing; put the folder of real data beside the project's folder\n",
            path.display()
        );
        assert!(std::env::var_os("GROMA_REQUIRE_ALL").is_none_or(|v| v != "1"), "{message}");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
        return None;
    };
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (mut footprints, mut roofs) = (Vec::new(), Vec::new());
    for feature in json["features"].as_array().unwrap() {
        let rings: Vec<Vec<[f64; 2]>> = serde_json::from_value(feature["geometry"]["coordinates"].clone()).unwrap();
        let height = feature["properties"]["roof_z"].as_f64().unwrap();
        roofs.push(height);
        footprints.push(Footprint {
            id: feature["properties"]["id"].as_str().unwrap().to_string(),
            polygons: vec![Polygon { rings }],
            height,
            reference: HeightReference::Absolute,
            lod: None,
        });
    }
    let points = || footprints.iter().flat_map(|f| &f.polygons).flat_map(|p| &p.rings).flatten();
    let low: [f64; 2] = std::array::from_fn(|k| points().map(|p| p[k]).fold(f64::INFINITY, f64::min).floor() - 10.0);
    let domain = Domain { origin: low.map(|v| v as i64), min: [0; 2], max: [2000 * 1024; 2] };
    Some((footprints, roofs, domain))
}

#[test]
fn real_cities_come_out_clean() {
    for name in ["denhaag", "delft-small"] {
        let Some((footprints, roofs, domain)) = city(name) else { continue };
        for parameters in [MERGE, APART] {
            let with = |parameters: &Parameters, footprints: &[Footprint], domain: &Domain, threads: usize| {
                let pool = Pool::new(&RunOptions { threads, ..RunOptions::default() }).unwrap();
                pool.install(|| clean(footprints, &roofs, &(*domain).into(), parameters, pool.context())).unwrap()
            };
            let at =
                |footprints: &[Footprint], domain: &Domain, threads| with(&parameters, footprints, domain, threads);
            let out = at(&footprints, &domain, 1);
            println!("{name} {parameters:?}\n{}", out.report);
            assert_sound(&out, &parameters);
            assert!(out.report.unrepairable.is_empty());
            assert!(out.report.area_out > 0.9 * out.report.area_in && out.report.area_out < 1.1 * out.report.area_in);
            assert_eq!(at(&footprints, &domain, 3), out, "threads");
            let mut moved = footprints.clone();
            for p in moved.iter_mut().flat_map(|f| &mut f.polygons).flat_map(|p| &mut p.rings).flatten() {
                *p = [p[0] + 320_000.0, p[1] + 6_400_000.0];
            }
            let there = Domain { origin: [domain.origin[0] + 320_000, domain.origin[1] + 6_400_000], ..domain };
            assert_eq!(at(&moved, &there, 2), out, "moved");
            if parameters.merge_buildings {
                assert!(out.buildings.len() < footprints.len());
                let report = &out.report;
                assert_eq!(report.corner_contacts, 0);
                // Between parts little stays below the smallest detail.
                assert!(report.short_edges * 100 <= report.parts && report.narrow_places * 100 <= report.parts);
                assert!(report.divided > 5 && report.roof_rms < 0.12, "{report}");
                let one_roof = with(&ONE_ROOF, &footprints, &domain, 1);
                let report = &one_roof.report;
                assert_eq!((report.corner_contacts, report.narrow_places, report.short_edges), (0, 0, 0));
                assert!(report.divided == 0 && report.roof_rms > 1.0, "{report}");
                let outlines =
                    |cleaned: &Cleaned| cleaned.buildings.iter().map(|b| b.rings.clone()).collect::<Vec<_>>();
                assert_eq!(outlines(&one_roof), outlines(&out), "dividing moves no outline");
            }
        }
    }
}
