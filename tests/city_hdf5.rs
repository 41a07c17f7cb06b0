//! Stores as HDF5 files, written here and read by h5py, written by h5py and read here.
#![cfg(feature = "hdf5")]
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::process::Command;

use groma::Error;
use groma::city::store::MeshStore;
use groma::city::store::hdf5::{export_hdf5, import_hdf5};
use groma::io::surface::part::NO_MARKER;
use groma::job::{CancelToken, RunOptions, Runner};

/// Runs a program in Python with the file as its argument; `None`, said aloud, without h5py.
fn h5py(test: &str, program: &str, file: &Path) -> Option<String> {
    let there = Command::new("python3").args(["-c", "import h5py"]).output().is_ok_and(|o| o.status.success());
    if !there {
        common::skip(test, "h5py", "install it: python3 -m pip install h5py");
        return None;
    }
    let output = Command::new("python3").args(["-c", program]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn export(store: &MeshStore, path: &Path) {
    export_hdf5(store, path, Runner::new(&RunOptions::default()).unwrap().context()).unwrap();
}

const VERTICES: [[f64; 3]; 4] =
    [[674_000.1, 6_580_000.0, -1.5], [1.0 / 3.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]];
const FACES: [[u32; 3]; 2] = [[0, 1, 2], [3, 2, 1]];

fn store(folder: &Path) -> MeshStore {
    let store = MeshStore::create(folder, serde_json::Value::Null).unwrap();
    store.add_tile("3", &VERTICES, &FACES, &[-2, 7]).unwrap();
    store.add_tile("empty", &[], &[], &[]).unwrap();
    store
}

#[test]
fn a_file_of_another_program_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (store, path) = (store(&folder.path().join("store")), folder.path().join("tiles.h5"));
    std::fs::write(&path, "mine").unwrap();
    let runner = Runner::new(&RunOptions::default()).unwrap();
    let refused = export_hdf5(&store, &path, runner.context()).unwrap_err().to_string();
    assert!(refused.contains("tiles.h5, which is of another program") && refused.contains("a new file"), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    std::fs::remove_file(&path).unwrap();
    // Its own is replaced.
    export(&store, &path);
    export(&store, &path);
    // As one that another program wrote in the same layout.
    let program = "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as f: del f.attrs['groma']";
    if h5py("a_file_of_another_program_is_not_replaced", program, &path).is_some() {
        assert!(export_hdf5(&store, &path, runner.context()).is_err());
    }
}

#[test]
fn a_written_file_is_what_h5py_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiles.h5");
    export(&store(&folder.path().join("store")), &path);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the store and the file");
    let program = r#"
import h5py, sys
with h5py.File(sys.argv[1], "r") as f:
    print(sorted(f["tiles"]))
    for name in ["tile_3", "tile_empty"]:
        t = f["tiles"][name]
        for d in ["vertices", "faces", "markers"]:
            print(d, t[d].dtype, t[d].shape, t[d][:].tolist())
        print(t.attrs["bounds"].tolist())
"#;
    let Some(seen) = h5py("city_hdf5", program, &path) else { return };
    let expected = "['tile_3', 'tile_empty']
vertices float64 (4, 3) [[674000.1, 6580000.0, -1.5], [0.3333333333333333, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
faces uint32 (2, 3) [[0, 1, 2], [3, 2, 1]]
markers int32 (2,) [-2, 7]
[0.3333333333333333, 2.0, -1.5, 674000.1, 6580000.0, 9.0]
vertices float64 (0, 3) []
faces uint32 (0, 3) []
markers int32 (0,) []
[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
";
    assert_eq!(seen, expected);
}

#[test]
fn what_is_exported_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first.h5", "second.h5"].map(|name| folder.path().join(name));
    let store = store(&folder.path().join("store"));
    export(&store, &first);
    let copy = import_hdf5(&first, &folder.path().join("copy")).unwrap();
    assert_eq!(copy.list_tiles().unwrap(), store.list_tiles().unwrap());
    let tile = copy.get_tile("3").unwrap();
    assert_eq!((tile.vertices(), tile.faces(), tile.markers()), (&VERTICES[..], &FACES[..], &[-2, 7][..]));
    // Replaces the export that is there.
    std::fs::copy(&first, &second).unwrap();
    export(&copy, &second);
    assert_eq!(import_hdf5(&second, &folder.path().join("again")).unwrap().total_stats().unwrap().triangles, 2);
}

#[test]
fn a_file_of_the_original_s_kind_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiles.h5");
    let program = r#"
import h5py, numpy as np, sys
with h5py.File(sys.argv[1], "w") as f:
    for i in range(3):
        t = f.create_group(f"tiles/tile_{i}")
        t.create_dataset("vertices", data=np.arange(12, dtype=float).reshape(4, 3) + i, compression="gzip")
        t.create_dataset("faces", data=np.array([[0, 1, 2], [1, 2, 3]], dtype=np.int64), compression="gzip")
        if i != 1:
            t.create_dataset("markers", data=np.array([-1, 5], dtype=np.int32), compression="gzip")
        t.attrs["bounds"] = (0.0, 0.0, 500.0, 500.0)
        t.attrs["num_vertices"] = 4
"#;
    if h5py("city_hdf5", program, &path).is_none() {
        return;
    }
    let store = import_hdf5(&path, &folder.path().join("store")).unwrap();
    assert_eq!(store.list_tiles().unwrap(), ["0", "1", "2"]);
    let tile = store.get_tile("2").unwrap();
    assert_eq!(
        (tile.vertices()[3], tile.faces(), tile.markers()),
        ([11.0, 12.0, 13.0], &[[0, 1, 2], [1, 2, 3]][..], &[-1, 5][..])
    );
    assert_eq!(store.get_tile("1").unwrap().markers(), [NO_MARKER; 2]);
}

#[test]
fn a_bad_file_is_refused_with_the_object_s_name_and_leaves_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiles.h5");
    let out = folder.path().join("store");
    let import = || {
        let error = import_hdf5(&path, &out).unwrap_err();
        assert!(!out.exists(), "{error}");
        error
    };
    assert!(matches!(import(), Error::Io { .. }));
    std::fs::write(&path, "no HDF5 file").unwrap();
    assert!(matches!(import(), Error::BadFormat { .. }));
    let cases = [
        ("f['tiles/tile_0/faces'][1, 2] = 4", "tile_0/faces: vertex 4"),
        ("f['tiles/tile_0/faces'][1, 2] = -1", "tile_0/faces: vertex -1"),
        ("f['tiles/tile_0/vertices'][0, 0] = np.nan", "tile_0/vertices: [NaN"),
        ("f['tiles/tile_0'].attrs['bounds'] = [1.0]", "tile_0/bounds: shape [1]"),
        ("del f['tiles/tile_0'].attrs['bounds']", "tile_0/bounds"),
        ("del f['tiles/tile_0/vertices']", "tile_0/vertices"),
        ("f.move('tiles/tile_0', 'tiles/tile_a b')", "/tiles/tile_a b"),
        ("f.create_group('tiles/other')", "/tiles/other"),
        ("del f['tiles']", "/tiles"),
        ("put('vertices', np.zeros((4, 2)))", "tile_0/vertices: shape [4, 2]"),
        ("put('vertices', np.array([['a', 'b', 'c']], dtype='S1'))", "tile_0/vertices: shape [1, 3]"),
        ("put('faces', np.zeros((2, 3)))", "tile_0/faces: shape [2, 3]"),
        ("put('faces', np.full((2, 3), 2**64 - 1, dtype=np.uint64))", "tile_0/faces: vertex"),
        ("put('markers', np.zeros(3, dtype=np.int32))", "tile_0/markers: 3"),
        ("put('markers', np.array([0, 2**40]))", "tile_0/markers: marker 1099511627776"),
        (
            "del f['tiles/tile_0/vertices']; f['tiles/tile_0'].create_dataset('vertices', (2**40, 3), chunks=(1024, \
             3))",
            "that its bytes",
        ),
    ];
    for (change, expected) in cases {
        let program = format!(
            r#"
import h5py, numpy as np, sys
with h5py.File(sys.argv[1], "w") as f:
    t = f.create_group("tiles/tile_0")
    t["vertices"] = np.arange(12, dtype=float).reshape(4, 3)
    t["faces"] = np.array([[0, 1, 2], [1, 2, 3]], dtype=np.int64)
    t["markers"] = np.array([-1, 5], dtype=np.int32)
    t.attrs["bounds"] = (0.0, 0.0, 500.0, 500.0)
    def put(name, data):
        del t[name]
        t[name] = data
    {change}
"#
        );
        if h5py("city_hdf5", &program, &path).is_none() {
            return;
        }
        let error = import();
        assert!(matches!(error, Error::BadFormat { .. }), "{change}: {error}");
        assert!(error.to_string().contains(expected), "{change}: {error}");
    }
}

#[test]
fn a_torn_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiles.h5");
    export(&store(&folder.path().join("store")), &path);
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = import_hdf5(&path, &folder.path().join("copy")).unwrap_err();
        assert!(matches!(error, Error::BadFormat { .. }), "{length}: {error}");
    }
}

#[test]
fn a_cancelled_or_failed_export_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder.path().join("store"));
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let cancel = CancelToken::default();
    cancel.cancel();
    let runner = Runner::new(&RunOptions { cancel, ..RunOptions::default() }).unwrap();
    assert!(matches!(export_hdf5(&store, &out.join("tiles.h5"), runner.context()), Err(Error::Cancelled)));
    std::fs::write(store.tile_path("3").unwrap(), "broken").unwrap();
    let runner = Runner::new(&RunOptions::default()).unwrap();
    assert!(matches!(export_hdf5(&store, &out.join("tiles.h5"), runner.context()), Err(Error::BadFormat { .. })));
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
}
