//! What an import makes of the tables that other programs write: each is read as that program meant it, or refused
//! with the way out.

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use groma::trajectory::dataset::{MANIFEST_NAME, Manifest, read_names};
use groma::trajectory::import::{
    Duplicates, ImportOptions, ImportReport, Inputs, LONGEST_RECORD, Meaning, Origin, dry_run, import,
};
use groma::trajectory::query::{Dataset, DatasetOptions};
use groma::{Result, Status};

fn import_bytes(dir: &Path, name: &str, bytes: &[u8], options: &ImportOptions) -> Result<ImportReport> {
    let file = dir.join(format!("{name}.in"));
    std::fs::write(&file, bytes).unwrap();
    import(&file, &dir.join(name), options)
}

fn kinds(report: &ImportReport) -> Vec<&'static str> {
    report.warnings.iter().map(|warning| warning.kind).collect()
}

fn assert_says(what: &str, text: &str, words: &[&str]) {
    words.iter().for_each(|word| assert!(text.contains(word), "{what}: {word:?} is not in: {text}"));
}

/// Trajectories 1 and 2 at three time steps, x, y and z telling which and when.
fn position(id: u32, step: u32) -> [f64; 3] {
    [f64::from(id) + 0.25, f64::from(step) * 1.5, -0.125]
}

/// These samples as text, by a function that writes one row.
fn rows(row: impl Fn(u32, u32, [f64; 3]) -> String) -> String {
    (1..=2)
        .flat_map(|id| (0..3).map(move |step| (id, step)))
        .map(|(id, step)| row(id, step, position(id, step)))
        .collect()
}

fn assert_samples(what: &str, folder: &Path, z: f32) {
    let dataset = Dataset::open(folder, DatasetOptions::default()).unwrap();
    for (id, step) in (1..=2).flat_map(|id| (0..3).map(move |step| (id, step))) {
        let [x, y, _] = position(id, step).map(|c| c as f32);
        let step = step as i32;
        assert_eq!(dataset.positions(id.into(), step..=step).unwrap()[0], Some([x, y, z]), "{what}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn wide(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn tables_are_read_in_every_dialect() {
    let dir = tempfile::tempdir().unwrap();
    let with = |separator: &str| {
        let names = ["id", "frame", "x", "y", "z"].join(separator);
        let row = |id, step, [x, y, z]: [f64; 3]| {
            [format!("{id}"), format!("{step}"), format!("{x}"), format!("{y}"), format!("{z}")].join(separator) + "\n"
        };
        format!("{names}\n{}", rows(row))
    };
    let plain = with(",");
    let commas = with(";").replace('.', ",");
    let body = plain.split_once('\n').unwrap().1;
    let commented = format!("# by a tracker\n\n# second\n{plain}").replace("\n2,0", "\n# between\n2,0");
    let many = format!("{}\n{}", "# a long preamble".repeat(2000), plain);
    let aligned = with(" ").replace(' ', " \t  ").replace("\n1", "\n   1").replace("25", "25  ");
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("plain", plain.clone().into()),
        ("semicolons", with(";").into()),
        ("tabs", with("\t").into()),
        ("bars", with("|").into()),
        ("blanks", aligned.clone().into()),
        ("blanks and CR LF", aligned.replace('\n', "  \r\n").into()),
        ("decimal commas", commas.clone().into()),
        ("sep", format!("sep=;\n{}", with(";")).into()),
        ("sep of Excel", wide(&format!("sep=;\r\n{}", commas.replace('\n', "\r\n")), u16::to_le_bytes)),
        ("sep and a comment", format!("\u{feff}\"SEP=\t\"\n# by a tracker\n{}", with("\t")).into()),
        ("decimal commas and tabs", commas.replace(';', "\t").into()),
        ("decimal commas and blanks", commas.replace(';', " ").into()),
        ("comments", commented.into()),
        ("long comment", many.into()),
        ("percent", format!("% by MATLAB\n{plain}").into()),
        ("no names", body.into()),
        ("no names, blanks", aligned.split_once('\n').unwrap().1.into()),
        ("names in a comment", format!("# framerate: 25\n# {plain}").into()),
        ("CR LF", plain.replace('\n', "\r\n").into()),
        ("CR", plain.replace('\n', "\r").into()),
        ("no last end", plain.trim_end().into()),
        ("mark", format!("\u{feff}{plain}").into()),
        ("UTF-16 LE", wide(&plain, u16::to_le_bytes)),
        ("UTF-16 BE", wide(&commas, u16::to_be_bytes)),
        ("gzip", gzip(plain.as_bytes())),
        ("two gzips", [gzip(&plain.as_bytes()[..40]), gzip(&plain.as_bytes()[40..])].concat()),
        ("gzip of UTF-16", gzip(&wide(&plain, u16::to_le_bytes))),
        (
            "quotes",
            plain.replace(',', "\",\"").replace('\n', "\"\n\"").trim_end_matches('"').replacen("id", "\"id", 1).into(),
        ),
        ("names again", format!("{plain}id,frame,x,y,z\n").into()),
        ("whole floats", plain.replace("\n1,1,", "\n1.0,1.0,").replace("\n2,2,", "\n2,2.000,").into()),
        ("other names", plain.replacen("id,frame,x,y,z", "Track ID,FRAME_ID,X [m],pos_y/m,Z(metres)", 1).into()),
    ];
    for (what, bytes) in cases {
        let report =
            import_bytes(dir.path(), what, &bytes, &ImportOptions::new(2)).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!((report.samples, report.trajectories, report.shards), (6, 2, 2), "{what}");
        assert_eq!(report.coordinate_units, "meters");
        assert_samples(what, &dir.path().join(what), -0.125);
    }
}

#[test]
fn the_kinds_of_cells_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let text = "id,frame,x,y\n1,0,1,2\n1,1,,\n1,2,NA,3\n1,3,null,n/a\n,4,1,2\nNaN,5,1,2\n1,6.0,3,2\n";
    let report = import_bytes(dir.path(), "gaps", text.as_bytes(), &ImportOptions::new(10)).unwrap();
    assert_eq!((report.samples, report.rows_without_position, report.rows_without_id), (2, 3, 2));
    assert_eq!(kinds(&report), ["rows-without-id"]);
    assert_says("report", &report.to_string(), &["z is 0, since there is no such column", "2 rows without an id"]);
    for (text, words) in [
        ("id,frame,x,y\n1,0.5,1,2\n", &["column frame has times, like \"0.5\"", "--time-step"][..]),
        ("id;frame;x;y\n1;0;1,5;2\n1;1;1.234,5;2\n", &["line 3, column x: \"1.234,5\"", "a number"]),
        ("id;frame;x;y\n1;0;1,5;2\n1;1;1.234;2\n", &["line 3, column x: \"1.234\""]),
        ("id,frame,x,y\n1,0,1 5,2\n", &["line 2, column x: \"1 5\""]),
        ("id,frame,x,y\n,0,1,2\n,1,1,2\n", &["no id in any of 2 rows"]),
    ] {
        let error = import_bytes(dir.path(), "bad", text.as_bytes(), &ImportOptions::new(10)).unwrap_err().to_string();
        assert_says(text, &error, words);
        assert!(!dir.path().join("bad").exists(), "{text}");
    }
}

#[test]
fn columns_are_chosen_by_name_or_number() {
    let dir = tempfile::tempdir().unwrap();
    let choose = |chosen: &[(Meaning, &str)]| ImportOptions {
        columns: chosen.iter().map(|(meaning, name)| (*meaning, name.to_string())).collect(),
        ..ImportOptions::new(10)
    };
    let text =
        "Spot,a,x,left,right,z\n".to_string() + &rows(|id, step, [x, y, _]| format!("{id},{step},9,{x},{y},7\n"));
    let names = [(Meaning::Id, "spot"), (Meaning::Frame, "a"), (Meaning::X, "left"), (Meaning::Y, "right")];
    let numbers =
        [(Meaning::Id, "1"), (Meaning::Frame, "2"), (Meaning::X, "4"), (Meaning::Y, "5"), (Meaning::Z, "none")];
    let report = import_bytes(dir.path(), "names", text.as_bytes(), &choose(&names)).unwrap();
    assert_samples("names", &dir.path().join("names"), 7.0);
    let taken: Vec<_> = report.columns.iter().map(|taken| (taken.meaning, taken.column.as_deref().unwrap())).collect();
    assert_eq!(taken, [("id", "Spot"), ("frame", "a"), ("x", "left"), ("y", "right"), ("z", "z")]);
    import_bytes(dir.path(), "numbers", text.as_bytes(), &choose(&numbers)).unwrap();
    assert_samples("numbers", &dir.path().join("numbers"), 0.0);
    let body = text.split_once('\n').unwrap().1;
    import_bytes(dir.path(), "body", body.as_bytes(), &choose(&numbers)).unwrap();
    assert_samples("body", &dir.path().join("body"), 0.0);
    let both = [&names[..], &[(Meaning::Time, "a")]].concat();
    for (chosen, words) in [
        (&names[..3], &["\"y\" is missing", "--columns y=NAME"][..]),
        (&[&names[..3], &[(Meaning::Y, "left")]].concat(), &["left for both x and y"]),
        (&[&names[..3], &[(Meaning::Y, "77")]].concat(), &["columns is 77", "\"right\""]),
        (&both, &["both frame and time"]),
    ] {
        let error = import_bytes(dir.path(), "bad", text.as_bytes(), &choose(chosen)).unwrap_err().to_string();
        assert_says("bad", &error, words);
    }
}

#[test]
fn units_become_metres_where_they_can_and_a_scale_counts_before_the_origin() {
    let dir = tempfile::tempdir().unwrap();
    let text = |unit: &str| format!("id,frame,x{unit},y{unit}\n1,0,1250,300\n1,1,1350,300\n");
    let options = ImportOptions::new(10);
    let at_0 = |name: &str| {
        let dataset = Dataset::open(dir.path().join(name), DatasetOptions::default()).unwrap();
        dataset.positions(1, 0..=0).unwrap()[0].unwrap()
    };
    for (name, unit, options, units, at) in [
        ("cm", "/cm", options.clone(), "meters", [12.5, 3.0, 0.0]),
        ("mm", " [mm]", options.clone(), "meters", [1.25, 0.3, 0.0]),
        ("px", "_px", options.clone(), "pixels", [1250.0, 300.0, 0.0]),
        ("kept", "/cm", ImportOptions { scale: Some(1.0), ..options.clone() }, "meters", [1250.0, 300.0, 0.0]),
        (
            "named",
            "/cm",
            ImportOptions { coordinate_units: Some("centimeters".into()), ..options.clone() },
            "centimeters",
            [1250.0, 300.0, 0.0],
        ),
        (
            "scaled",
            "",
            ImportOptions { scale: Some(0.1), origin: Origin::At([100.0, 0.0, 0.0]), ..options.clone() },
            "meters",
            [25.0, 30.0, 0.0],
        ),
    ] {
        let report = import_bytes(dir.path(), name, text(unit).as_bytes(), &options).unwrap();
        assert_eq!((report.coordinate_units.as_str(), at_0(name)), (units, at), "{name}");
        let manifest = Manifest::read(&dir.path().join(name).join(MANIFEST_NAME)).unwrap().unwrap();
        assert_eq!(manifest.coordinate_units, units, "{name}");
    }
    let pedpy = "# framerate: 8\n# unit: cm\n1 0 250 125 50\n1 1 260 125 50\n";
    let report = import_bytes(dir.path(), "pedpy", pedpy.as_bytes(), &options).unwrap();
    assert_eq!((report.time_per_step, report.scale, report.bounds[0]), (Some(0.125), 0.01, [2.5, 1.25, 0.5]));
}

#[test]
fn times_of_every_kind_become_time_steps() {
    let dir = tempfile::tempdir().unwrap();
    let text = |name: &str, time: &dyn Fn(u32) -> String| {
        format!("id,{name},x,y,z\n") + &rows(|id, step, [x, y, z]| format!("{id},{},{x},{y},{z}\n", time(step)))
    };
    let options = ImportOptions { time_per_step: Some(0.04), ..ImportOptions::new(10) };
    let seconds = |step: u32| format!("{}", f64::from(step) * 0.04);
    let iso = |step: u32| format!("2024-05-01T12:00:00.{:03}+02:00", 40 * step);
    for (what, text, start) in [
        ("seconds", text("time", &seconds), 0.0),
        ("seconds as frames", text("frame", &seconds), 0.0),
        ("milliseconds", text("t [ms]", &|step| format!("{}", 40 * step)), 0.0),
        (
            "milliseconds since 1970",
            text("frame", &|step| format!("{}", 1_690_000_000_000u64 + 40 * u64::from(step))),
            1.69e9,
        ),
        (
            "microseconds since 1970",
            text("timestamp", &|step| format!("{}", 1_690_000_000_000_000u64 + 40_000 * u64::from(step))),
            1.69e9,
        ),
        ("dates", text("frame", &iso), 1_714_557_600.0),
        (
            "dates with blanks",
            text("date time", &|step| iso(step).replace('T', " ")).replace("date time", "datetime"),
            1_714_557_600.0,
        ),
        ("before 0", text("time", &|step| format!("{}", f64::from(step) * 0.04 - 0.04)), -0.04),
    ] {
        let report =
            import_bytes(dir.path(), what, text.as_bytes(), &options).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!((report.first_step, report.last_step, report.rows_beside_steps), (0, 2, 0), "{what}");
        assert_samples(what, &dir.path().join(what), -0.125);
        let manifest = Manifest::read(&dir.path().join(what).join(MANIFEST_NAME)).unwrap().unwrap();
        let [from, to] = [manifest.physical_start_time, manifest.physical_end_time];
        assert!((from - start).abs() < 1.0e-6 && (to - start - 0.08).abs() < 1.0e-6, "{what}: {from} to {to}");
        assert!(manifest.physical_time_unit.starts_with("seconds"), "{what}");
        assert_eq!(kinds(&report), if what == "before 0" { vec!["times-before-0"] } else { vec![] }, "{what}");
    }
    // Of frames the time step tells the times.
    let frames = text("frame", &|step| format!("{}", step + 50));
    let report = import_bytes(dir.path(), "frames", frames.as_bytes(), &options).unwrap();
    assert_eq!((report.first_step, report.times), (50, Some([2.0, 2.08])));
    assert_says("frames", &report.to_string(), &["0.04 s from one time step to the next, 2 to 2.08 seconds"]);

    // What falls between is rounded and told, and two in one time step follow `duplicates`.
    let jitter = "id,time,x,y\n1,0.001,1,0\n1,0.041,2,0\n1,0.095,3,0\n1,0.099,4,0\n";
    let report = import_bytes(dir.path(), "jitter", jitter.as_bytes(), &options).unwrap_err().to_string();
    assert_says("jitter", &report, &["lines 4 and 5 both have id 1 and frame 2", "--duplicates first", "--time-step"]);
    for (duplicates, x) in [(Duplicates::First, 3.0), (Duplicates::Last, 4.0)] {
        let options = ImportOptions { duplicates, ..options.clone() };
        let name = format!("{duplicates:?}");
        let report = import_bytes(dir.path(), &name, jitter.as_bytes(), &options).unwrap();
        assert_eq!((report.samples, report.duplicate_rows, report.rows_beside_steps), (3, 1, 2), "{name}");
        assert_eq!(kinds(&report), ["beside-time-steps"]);
        assert_says(&name, &report.warnings[0].message, &["2 rows", "0.1 of the 0.04 s", "--time-step"]);
        let dataset = Dataset::open(dir.path().join(&name), DatasetOptions::default()).unwrap();
        assert_eq!(dataset.positions(1, 2..=2).unwrap()[0], Some([x, 0.0, 0.0]));
    }
    for (text, words) in [
        ("id,time,x,y\n1,0,1,0\n1,noon,2,0\n", &["line 3, column time: \"noon\"", "2024-05-01T"][..]),
        ("id,time,x,y\n1,0,1,0\n1,1e12,2,0\n", &["line 3, column time", "a larger time_per_step"]),
        ("id,time,x,y\n1,0,1,0\n1,40000000,2,0\n", &["line 3, column time: 40000000 s comes some", "--time-step"]),
    ] {
        assert_says(text, &import_bytes(dir.path(), "bad", text.as_bytes(), &options).unwrap_err().to_string(), words);
    }
}

#[test]
fn text_ids_are_numbered_and_their_names_are_printed() {
    let dir = tempfile::tempdir().unwrap();
    let names = ["ped \"7\", tall", "ped_1"];
    let text = "id;frame;x;y;z\n".to_string()
        + &rows(|id, step, [x, y, z]| {
            format!("\"{}\";{step};{x};{y};{z}\n", names[id as usize - 1].replace('"', "\"\""))
        });
    let report = import_bytes(dir.path(), "named", text.as_bytes(), &ImportOptions::new(2)).unwrap();
    assert_eq!((report.numbered_ids, report.trajectories), (Some(2), 2));
    let folder = dir.path().join("named");
    assert_samples("named", &folder, -0.125);
    let read = read_names(&folder).unwrap();
    assert_eq!((read.len(), read[&1].as_str(), read[&2].as_str()), (2, names[0], names[1]));
    let groma = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_groma")).args(arguments).current_dir(&dir).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let shown = groma(&["trajectories", "show", "named", "--ids", "ped_1,1", "--steps", "1", "--csv"]).1;
    assert_eq!(
        shown,
        "id,time_step,x,y,z,name\n2,1,2.25,1.5,-0.125,ped_1\n1,1,1.25,1.5,-0.125,\"ped \"\"7\"\", tall\"\n"
    );
    let query = ["trajectories", "query", "named", "--cell-size", "1", "--step", "1", "--build-missing"];
    let ask = |more: &[&str]| groma(&[&query[..], more].concat());
    let found = ask(&["--trajectory", "ped_1", "--radius", "2", "--json"]);
    assert_says("json", &found.1, &["\"name\": \"ped \\\"7\\\", tall\""]);
    assert_says("text", &ask(&["--at", "2,1,0", "--radius", "1"]).1, &["trajectory 2 (ped_1)"]);
    let (is_well, _, told) = ask(&["--trajectory", "ped_9", "--radius", "2"]);
    assert!(!is_well && told.contains("one of the names in ids.csv"), "{told}");

    // Numbers are numbered anew where that is asked for.
    let wide = "id,frame,x,y\n5000000000,0,1,1\n5000000001,0,1,1\n";
    let options = ImportOptions { text_ids: true, ..ImportOptions::new(2) };
    assert_eq!(import_bytes(dir.path(), "wide", wide.as_bytes(), &options).unwrap().wide_id_rows, 0);
    assert_eq!(read_names(&dir.path().join("wide")).unwrap()[&2], "5000000001");
    // A failed import leaves no names.
    let twice = "id,frame,x,y\na,0,1,1\na,0,1,1\n";
    import_bytes(dir.path(), "twice", twice.as_bytes(), &ImportOptions::new(2)).unwrap_err();
    assert!(!dir.path().join("twice").exists());
}

#[test]
fn several_files_and_standard_input_are_one_data_set() {
    let dir = tempfile::tempdir().unwrap();
    let part = |wanted: u32| {
        rows(|id, step, [x, y, z]| if id == wanted { format!("{id},{step},{x},{y},{z}\n") } else { String::new() })
    };
    let files: [(&str, Vec<u8>); 2] = [
        ("a.csv", format!("id,frame,x,y,z\n{}", part(1)).into()),
        ("b.txt.gz", gzip(format!("# names: none\n{}", part(2).replace(',', " ")).as_bytes())),
    ];
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|(name, bytes)| {
            std::fs::write(dir.path().join(name), bytes).unwrap();
            dir.path().join(name)
        })
        .collect();
    let report = import(&paths[..], &dir.path().join("both"), &ImportOptions::new(2)).unwrap();
    assert_eq!((report.samples, report.trajectories), (6, 2));
    assert_samples("both", &dir.path().join("both"), -0.125);
    let twice = [paths[0].clone(), paths[0].clone()];
    let error = import(&twice[..], &dir.path().join("twice"), &ImportOptions::new(2)).unwrap_err().to_string();
    assert_says("twice", &error, &["line 2 of", "a.csv and line 2 of"]);
    std::fs::write(dir.path().join("c.csv"), "id,frame,x/cm,y/cm\n1,9,1,1\n").unwrap();
    let other = [paths[0].clone(), dir.path().join("c.csv")];
    let error = import(&other[..], &dir.path().join("units"), &ImportOptions::new(2)).unwrap_err().to_string();
    assert_says("units", &error, &["c.csv: centimeters, where", "a.csv has meters"]);
    assert!(import(Inputs(Vec::new()), &dir.path().join("none"), &ImportOptions::new(2)).is_err());

    let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
        .args(["trajectories", "import", "a.csv", "-", "piped"])
        .current_dir(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&files[1].1).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_says("piped", &String::from_utf8_lossy(&output.stdout), &["6 samples of 2 trajectories"]);
    assert_samples("piped", &dir.path().join("piped"), -0.125);
}

/// Sends SIGINT to an import that waits for standard input, to which nothing more is written.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_an_import_whose_standard_input_is_silent() {
    let dir = tempfile::tempdir().unwrap();
    let row = "1,0,1,2,3\n";
    for (what, text) in [
        ("nothing", String::new()),
        ("a beginning", format!("id,frame,x,y,z\n{row}")),
        ("much", format!("id,frame,x,y,z\n{}", row.repeat(100_000))),
        ("XML", format!("<fcd-export>\n{}", "<timestep time=\"0\"></timestep>\n".repeat(10_000))),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_groma"))
            .args(["trajectories", "import", "-", "out"])
            .current_dir(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(text.as_bytes()).unwrap();
        let status = format!("/proc/{}/status", child.id());
        let is_caught = || {
            let status = std::fs::read_to_string(&status).unwrap();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
            u64::from_str_radix(caught.trim(), 16).unwrap() >> (libc::SIGINT - 1) & 1 == 1
        };
        let wait = |is_so: &mut dyn FnMut() -> bool, what: &str| {
            let begin = std::time::Instant::now();
            while !is_so() {
                assert!(begin.elapsed().as_secs() < 60, "{what}");
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        };
        wait(&mut || is_caught(), "the signal is not caught");
        // SAFETY: a signal to a child of ours that was not waited for yet.
        unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
        wait(&mut || child.try_wait().unwrap().is_some(), what);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{what}");
        assert_says(what, &String::from_utf8_lossy(&output.stderr), &["cancelled; nothing was written"]);
        assert!(!dir.path().join("out").exists(), "{what}");
        drop(pipe);
    }
}

#[test]
fn trackmate_and_sumo_are_read_as_they_are_meant() {
    let dir = tempfile::tempdir().unwrap();
    let names = "LABEL,ID,TRACK_ID,POSITION_X,POSITION_Y,POSITION_Z,POSITION_T,FRAME\n";
    let label = "Label,Spot ID,Track ID,X,Y,Z,T,Frame\n";
    let below = format!("{label}{label},,,(micron),(micron),(micron),(sec),\n");
    let spots = rows(|id, step, [x, y, z]| {
        format!("ID{id}{step},{id}{step},{id},{x},{y},{z},{},{step}\n", 0.5 * f64::from(step))
    });
    let lone = "ID99,99,,1,1,1,0,0\n";
    let text = format!("{names}{below}{spots}{lone}");
    let report = import_bytes(dir.path(), "spots", text.as_bytes(), &ImportOptions::new(10)).unwrap();
    assert_eq!((report.trajectories, report.samples, report.header_rows, report.rows_without_id), (2, 6, 3, 1));
    assert_eq!(report.coordinate_units, "microns");
    assert_samples("spots", &dir.path().join("spots"), -0.125);

    let sample = |id: u32, step: u32| {
        let [x, y, _] = position(id, step);
        let tag = ["vehicle", "person"][id as usize - 1];
        format!("  <{tag} id=\"{tag} &lt;{id}&gt;\" x=\"{x}\" y=\"{y}\" angle=\"90\" speed=\"1\"></{tag}>\n")
    };
    let steps: String = (0..3)
        .map(|step| {
            format!(
                " <timestep time=\"{:.2}\">\n{}{} </timestep>\n",
                10.0 + 0.5 * f64::from(step),
                sample(1, step),
                sample(2, step)
            )
        })
        .collect();
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<!-- sumo -->\n<fcd-export>\n{steps} <timestep time=\"11.5\"/>\n</fcd-export>\n"
    );
    for (what, bytes) in [("fcd", xml.clone().into_bytes()), ("fcd.gz", gzip(xml.as_bytes()))] {
        let report = import_bytes(dir.path(), what, &bytes, &ImportOptions::new(10)).unwrap();
        assert_eq!((report.trajectories, report.samples, report.time_per_step), (2, 6, Some(0.5)), "{what}");
        assert_eq!((report.first_step, report.times), (20, Some([10.0, 11.0])), "{what}");
        assert_eq!(read_names(&dir.path().join(what)).unwrap()[&2], "person <2>");
        let dataset = Dataset::open(dir.path().join(what), DatasetOptions::default()).unwrap();
        assert_eq!(dataset.positions(2, 22..=22).unwrap()[0], Some([2.25, 3.0, 0.0]));
    }
    let long = format!("<fcd-export><timestep time=\"0\"><vehicle id=\"{}", "v".repeat(2 * LONGEST_RECORD as usize));
    let geo = format!("<!-- <fcd-output.geo value=\"true\"/> -->{xml}");
    for (text, words) in [
        (xml[..xml.len() - 60].replace("y=\"0\"", ""), &["near sample 1: a sample without y"][..]),
        (xml.replace("1.25", "east"), &["sample 1, column x: \"east\""]),
        (long, &["longer than 1 MiB"]),
        (geo, &["in degrees (fcd-output.geo)"]),
        ("<fcd-export></fcd-export>".into(), &["no names"]),
    ] {
        let error = import_bytes(dir.path(), "bad", text.as_bytes(), &ImportOptions::new(10));
        let error = error.expect_err(words[0]).to_string();
        assert!(words[0] == "no names" || words.iter().all(|word| error.contains(word)), "{error}");
    }
}

#[test]
fn names_in_a_comment_may_be_written_in_another_way_than_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let row = |separator: &str, id: u32, step: u32, [x, y, z]: [f64; 3]| {
        [step.to_string(), id.to_string(), x.to_string(), y.to_string(), z.to_string()].join(separator) + "\n"
    };
    for (name, comment, separator) in [
        ("tabs", "# framerate: 8\n# frame ID X/m Y/m Z/m\n", "\t"),
        ("blanks", "# framerate: 8\n# frame,ID,X/m,Y/m,Z/m\n", " "),
        ("semicolons", "# framerate: 8\n# frame | ID | X/m | Y/m | Z/m\n", ";"),
    ] {
        let text = comment.to_string() + &rows(|id, step, position| row(separator, id, step, position));
        let report = import_bytes(dir.path(), name, text.as_bytes(), &ImportOptions::default()).unwrap();
        assert_eq!((report.trajectories, report.samples), (2, 6), "{name}");
        assert_samples(name, &dir.path().join(name), -0.125);
    }
}

#[test]
fn xml_that_ends_too_early_or_goes_on_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let step = |time: u32| format!("<timestep time=\"{time}\"><vehicle id=\"a\" x=\"{time}\" y=\"2\"/></timestep>\n");
    let whole = format!("<fcd-export>\n{}{}</fcd-export>\n", step(0), step(1));
    let import = |text: &str| import_bytes(dir.path(), "fcd", text.as_bytes(), &ImportOptions::default());
    assert_eq!(import(&whole).unwrap().samples, 2);
    std::fs::remove_dir_all(dir.path().join("fcd")).unwrap();
    let inside = whole.rfind("</timestep>").unwrap();
    for (text, wanted) in [
        (&whole[..inside], "ends before </timestep></fcd-export>: it was cut"),
        (&whole[..inside + "</timestep>".len()], "ends before </fcd-export>: it was cut"),
        (&format!("{whole}junk"), "something follows after the end"),
        (&format!("{whole}{whole}"), "something follows after the end"),
    ] {
        let error = import(text).unwrap_err();
        assert_says("fcd", &error.to_string(), &[wanted, "fcd.in"]);
        assert!(!dir.path().join("fcd").exists());
    }
    assert_eq!(import(&format!("{whole}<!-- made by hand -->\n")).unwrap().samples, 2);
}

#[test]
fn tracks_of_trackmate_are_read_from_xml() {
    let dir = tempfile::tempdir().unwrap();
    let detection = |id: u32, step: u32| {
        let [x, y, z] = position(id, step);
        format!("    <detection t=\"{step}\" x=\"{x}\" y=\"{y}\" z=\"{z}\" />\n")
    };
    let particle = |id: u32| {
        let detections: String = (0..3).map(|step| detection(id, step)).collect();
        format!("  <particle nSpots=\"3\">\n{detections}  </particle>\n")
    };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Tracks nTracks=\"2\" spaceUnits=\"µm\" frameInterval=\"40.0\" \
         timeUnits=\"ms\" generationDateTime=\"Mon, 1 Jan 2024\" from=\"TrackMate v7.11.1\">\n{}{}</Tracks>\n",
        particle(1),
        particle(2)
    );
    let report = import_bytes(dir.path(), "tracks", xml.as_bytes(), &ImportOptions::new(10)).unwrap();
    assert_eq!((report.trajectories, report.samples, report.time_per_step), (2, 6, Some(0.04)));
    assert_eq!((report.coordinate_units.as_str(), report.times), ("microns", Some([0.0, 0.08])));
    let dataset = Dataset::open(dir.path().join("tracks"), DatasetOptions::default()).unwrap();
    let [x, y, z] = position(2, 1);
    assert_eq!(dataset.positions(1, 1..=1).unwrap()[0], Some([x as f32, y as f32, z as f32]));

    let flat = xml.replace(" z=\"-0.125\"", "");
    let report = import_bytes(dir.path(), "flat", flat.as_bytes(), &ImportOptions::new(10)).unwrap();
    assert_eq!(report.samples, 6);
    for (text, words) in [
        (xml.replace("<particle nSpots=\"3\">", ""), "near sample 1: a detection outside a particle"),
        (xml.replace(" t=\"1\"", ""), "a detection without t"),
        (
            xml.replace("<Tracks", "<TrackMate version=\"7\"><Tracks").replace(" nTracks", "  nTracks"),
            "a session of TrackMate",
        ),
    ] {
        let error = import_bytes(dir.path(), "bad", text.as_bytes(), &ImportOptions::new(10)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_dry_run_tells_what_an_import_makes_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("walks.csv");
    let body = rows(|id, step, [x, y, z]| format!("{id},{step},{x},{y},{z}\n"));
    std::fs::write(&file, format!("id,frame,x,y,z\n{body}1,3,,,\n")).unwrap();
    let told = dry_run(&file, &ImportOptions::default()).unwrap();
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 1);
    let made = import(&file, &dir.path().join("made"), &ImportOptions::default()).unwrap();
    assert!(told.dry_run && !made.dry_run);
    for report in [&told, &made] {
        assert_eq!((report.samples, report.trajectories, report.first_step, report.last_step), (6, 2, 0, 3));
        assert_eq!((report.bounds, report.interval), ([[1.25, 0.0, -0.125], [2.25, 3.0, -0.125]], 4));
        assert_eq!((report.rows_without_position, report.first_samples.len()), (1, 3));
        assert_eq!(report.first_samples[1].position, position(1, 1));
    }
    assert_says(
        "summary",
        &told.to_string(),
        &["nothing was written", "frame from \"frame\"", "1 row without a position"],
    );
    let output = Command::new(env!("CARGO_BIN_EXE_groma"))
        .args(["trajectories", "import", "walks.csv", "folder", "--dry-run"])
        .current_dir(&dir)
        .output()
        .unwrap();
    assert!(output.status.success() && !dir.path().join("folder").exists());
    assert_says("command", &String::from_utf8_lossy(&output.stdout), &["6 samples of about 2 trajectories"]);
}

#[test]
fn the_usual_interval_makes_shards_of_a_sensible_size_and_sparse_time_steps_are_told() {
    let dir = tempfile::tempdir().unwrap();
    // 20,000 trajectories with an entry of 12 bytes for each time step: 64 MiB are 279 time steps.
    let wide: String = (0..20_000).map(|id| format!("{id},{},1,1,1\n", if id == 0 { 900 } else { 0 })).collect();
    let report = import_bytes(dir.path(), "wide", wide.as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(report.interval, 200);
    // As ships report themselves: now and then.
    let text: String = (0..40)
        .flat_map(|id| (0..30).map(move |n| format!("{id},{},{n},1\n", 1_700_000_000 + id * 7 + n * 360)))
        .collect();
    let text = format!("mmsi,timestamp,x,y\n{text}");
    let by = |step: f64| ImportOptions { time_per_step: Some(step), ..ImportOptions::new(1000) };
    let report = import_bytes(dir.path(), "second", text.as_bytes(), &by(1.0)).unwrap();
    assert_eq!(kinds(&report), ["sparse-time-steps"]);
    assert_says("sparse", &report.warnings[0].message, &["360 time steps apart", "--time-step 360"]);
    let file = dir.path().join("second.in");
    assert_eq!(kinds(&dry_run(&file, &by(1.0)).unwrap()), ["sparse-time-steps"]);
    let report = import_bytes(dir.path(), "minutes", text.as_bytes(), &by(360.0)).unwrap();
    assert!(!kinds(&report).contains(&"sparse-time-steps"));
}

#[test]
fn what_a_compressed_file_becomes_is_held_against_the_longest_record() {
    let dir = tempfile::tempdir().unwrap();
    let limit = ImportOptions { memory_limit: 14 << 20, ..ImportOptions::new(10) };
    let head = "id,frame,x,y,z\n1,0,1,1,1\n";
    for (what, filling) in [("blanks", b' '), ("lines", b'\n'), ("digits", b'1'), ("zeros", b'0')] {
        let bomb = gzip(&[head.as_bytes(), &vec![filling; 64 << 20]].concat());
        assert!(bomb.len() < 1 << 20);
        let error = import_bytes(dir.path(), what, &bomb, &limit).unwrap_err();
        assert_eq!(error.status(), Status::BadFormat, "{what}: {error}");
        assert_says(what, &error.to_string(), &["longer than 1 MiB"]);
        assert!(!dir.path().join(what).exists());
    }
    let cut = gzip(head.as_bytes());
    let error = import_bytes(dir.path(), "cut", &cut[..cut.len() - 9], &limit).unwrap_err().to_string();
    assert_says("cut", &error, &["a gzip file that is damaged or cut"]);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_a_parquet_file_is_named_with_what_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let error = import_bytes(dir.path(), "a b", b"PAR1\x15\x04", &ImportOptions::new(10)).unwrap_err();
    assert_eq!(error.status(), Status::Unsupported);
    assert_says("parquet", &error.to_string(), &["this is a Parquet file", "--features parquet", "read_parquet", "'"]);
}
