//! The golden answers: queries with what the existing plugin answered.

use super::*;

/// One line of `queries.txt` with what the existing plugin answered.
struct Golden {
    query: Vec<String>,
    lines: Vec<String>,
}

fn goldens(set: &Path) -> Vec<Golden> {
    let Ok(text) = std::fs::read_to_string(set.join("expected_queries.txt")) else { return Vec::new() };
    let mut goldens: Vec<Golden> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("> ") {
            Some(query) => {
                let query = query.split(' ').map(String::from).collect();
                goldens.push(Golden { query, lines: Vec::new() });
            }
            None => goldens.last_mut().unwrap().lines.push(line.to_string()),
        }
    }
    goldens
}

/// (id, step) and the distance as printed, of the lines `id=5 t=0 pos=... dist=305.3`.
fn samples_in(lines: &[String]) -> Vec<((u64, i32), f64)> {
    let field = |line: &str, name: &str| -> String {
        line.split(' ').find_map(|f| f.strip_prefix(name)).unwrap_or_else(|| panic!("{line}")).to_string()
    };
    let mut all: Vec<_> = lines
        .iter()
        .filter(|l| l.starts_with("id="))
        .map(|l| {
            let key = (field(l, "id=").parse().unwrap(), field(l, "t=").parse().unwrap());
            (key, field(l, "dist=").parse().unwrap())
        })
        .collect();
    all.sort_by(|a, b| a.partial_cmp(b).unwrap());
    all
}

#[test]
fn golden_answers_agree() {
    let Some(sets) = shared("golden_answers_agree", "data/hash_tables") else { return };
    let mut compared = 0;
    for set in std::fs::read_dir(sets).unwrap().map(|e| e.unwrap().path()) {
        let name = set.file_name().unwrap().to_str().unwrap().to_string();
        let goldens = goldens(&set);
        if goldens.is_empty() {
            continue;
        }
        let truth = truth_of_folder(&set.join("dataset"));
        // The plugin's own tables, as they are: without an index.
        let options = DatasetOptions { tables_folder: Some(set.join("expected")), ..DatasetOptions::default() };
        let dataset = Dataset::open(set.join("dataset"), options).unwrap();
        let mut result = QueryResult::default();
        for golden in goldens {
            let kind = golden.query[0].as_str();
            let number = |n: usize| golden.query[n].parse::<f32>().unwrap();
            let whole = |n: usize| golden.query[n].parse::<i32>().unwrap();
            let cell_size = number(1);
            let point = |n: usize| [n, n + 1, n + 2].map(|n| golden.query[n].parse::<f64>().unwrap());
            let what = format!("{name}: {}", golden.query.join(" "));
            let compare = |ours: Found, expected: Found, lines: &[String]| {
                assert_eq!(ours, expected, "{what}: not the truth");
                let theirs = samples_in(lines);
                let mut ours: Vec<_> = ours.iter().map(|(id, s)| ((*id, s.time_step), s.distance)).collect();
                ours.sort_by(|a, b| a.partial_cmp(b).unwrap());
                let largest = truth.iter().flat_map(|t| t.position).fold(0f32, |a, c| a.max(c.abs()));
                let close = |a: f64, b: f64| (a - b).abs() <= f64::from(largest) * 1.0e-6 + b * 1.0e-5;
                let same =
                    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a.0 == b.0 && close(a.1, b.1));
                assert!(same, "{what}: ours {ours:?}, theirs {theirs:?}");
            };
            compared += 1;
            match kind {
                "cell" | "ids" => {
                    // Candidates are the table's business: the ids of a cell, and of the cells around one.
                    let folder = TableFolder::new(&set.join("expected"), cell_size);
                    let path = folder.table(whole(2));
                    if !path.exists() {
                        assert!(
                            golden.lines[0].ends_with("n=0") || golden.lines[0].contains("n=-1"),
                            "{what}: {:?}",
                            golden.lines
                        );
                        continue;
                    }
                    let table = HashTable::open(&path).unwrap();
                    let header = table.header();
                    let min = header.bbox_min.map(f64::from);
                    let centre = twin::cell(point(3).map(|c| c as f32), min, cell_size);
                    let reach = if kind == "cell" { 0 } else { (number(6) / cell_size).ceil() as u64 + 1 };
                    let mut ours: BTreeSet<u64> = BTreeSet::new();
                    let cells = groma::trajectory::table::CellBox {
                        min: centre.map(|c| c.saturating_sub(reach) as u32),
                        max: centre.map(|c| (c + reach).min(2_097_151) as u32),
                    };
                    table.walk(&cells, |_, cell| ours.extend(table.ids_of(cell).iter().map(|&id| u64::from(id))));
                    if kind == "cell" {
                        let direct: BTreeSet<u64> =
                            table.cell(twin::key(centre)).iter().map(|&id| u64::from(id)).collect();
                        assert_eq!(direct, ours, "{what}");
                    }
                    let theirs: BTreeSet<u64> =
                        golden.lines[1..].iter().map(|l| l.strip_prefix("id=").unwrap().parse().unwrap()).collect();
                    assert_eq!(ours, theirs, "{what}");
                }
                "radius" => {
                    let (step, centre, radius) = (whole(2), point(3), f64::from(number(6)));
                    dataset.query_radius(cell_size, step, centre, radius, &mut result).unwrap();
                    compare(found(&result, 0), brute_force(&truth, (step, step), centre, radius), &golden.lines);
                }
                "dual" => {
                    let (step, centre, radii) = (whole(2), point(3), (f64::from(number(6)), f64::from(number(7))));
                    dataset.query_dual_radius(cell_size, step, centre, radii, &mut result).unwrap();
                    let outer = golden.lines.iter().position(|l| l == "-- outer").unwrap();
                    let (inner_lines, outer_lines) = golden.lines.split_at(outer);
                    compare(found(&result, 0), brute_force(&truth, (step, step), centre, radii.0), inner_lines);
                    compare(found(&result, 1), brute_force(&truth, (step, step), centre, radii.1), outer_lines);
                }
                "range" => {
                    let (steps, centre, radius) = ((whole(2), whole(3)), point(4), f64::from(number(7)));
                    dataset.query_time_range(cell_size, steps, centre, radius, &mut result).unwrap();
                    compare(found(&result, 0), brute_force(&truth, steps, centre, radius), &golden.lines);
                }
                "traj" => {
                    let (steps, id, radius) = ((whole(2), whole(3)), whole(4) as u64, f64::from(number(5)));
                    let path = path_of(&truth, id, steps);
                    if path.points.is_empty() {
                        assert!(golden.lines[0].ends_with("n=0"), "{what}");
                        let error = dataset.query_trajectory(cell_size, steps, id, radius, &mut result).unwrap_err();
                        assert_eq!(error.status(), Status::NotFound);
                        continue;
                    }
                    dataset.query_trajectory(cell_size, steps, id, radius, &mut result).unwrap();
                    compare(found(&result, 0), brute_force_path(&truth, &path, radius), &golden.lines);
                }
                other => panic!("an unknown kind of query: {other}"),
            }
        }
    }
    assert!(compared > 500, "only {compared} golden answers found");
}
