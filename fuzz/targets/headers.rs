//! Valid binary files in which only numbers of the header, and the length, are not what they should be. Where a file
//! has hashes, they are made right afterwards, so that the numbers are looked at.

use std::sync::OnceLock;

use groma::city::store::MeshStore;
use groma::io::geotiff;
use groma::io::mapped_array::{Access, ElementType, MappedArray};
use groma::io::raster::RasterHeader;
use groma::trajectory::build::{BuildHashTablesOptions, build_hash_tables};
use groma::trajectory::dataset::{METADATA_NAME, TRAJECTORIES_NAME};
use groma::trajectory::table::TableFolder;
use xxhash_rust::xxh3::xxh3_64;

use super::{city, scratch, trajectory};

/// A format: a valid file, where its header has numbers of how many bytes, and what looks at a changed one.
struct Format {
    valid: Vec<u8>,
    fields: Vec<(usize, usize)>,
    look: fn(Vec<u8>),
}

/// The first byte is the format's number; the second and third say how many bytes are cut off or added; then edits of
/// ten bytes: a field, how, and a value.
pub fn headers(data: &[u8]) {
    static FORMATS: OnceLock<Vec<Format>> = OnceLock::new();
    let formats = FORMATS.get_or_init(formats);
    let Some((&[format, a, b], edits)) = data.split_first_chunk::<3>() else { return };
    let format = &formats[usize::from(format) % formats.len()];
    let mut bytes = format.valid.clone();
    let cut = i16::from_le_bytes([a, b]);
    let length = bytes.len().saturating_add_signed(isize::from(cut));
    for edit in edits.chunks_exact(10) {
        let (at, size) = format.fields[usize::from(edit[0]) % format.fields.len()];
        let field = &mut bytes[at..at + size];
        let mut old = [0; 8];
        old[..size].copy_from_slice(field);
        let (old, value) = (u64::from_le_bytes(old), u64::from_le_bytes(edit[2..].try_into().unwrap()));
        let new = match edit[1] % 6 {
            0 => value,
            1 => old.wrapping_add(value),
            2 => old ^ 1 << (value % 64),
            3 => old.wrapping_mul(value),
            // The largest numbers, signed and not, and their neighbours.
            4 => (u64::MAX >> (value % 64)).wrapping_add(value >> 56),
            _ => (1 << (value % 64)) - (value >> 56 & 1),
        };
        field.copy_from_slice(&new.to_le_bytes()[..size]);
    }
    bytes.resize(length, 0);
    (format.look)(bytes);
}

fn formats() -> Vec<Format> {
    let folder = trajectory::small_dataset("headers");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    build_hash_tables(
        &folder,
        &BuildHashTablesOptions { run: scratch::run_options(), ..BuildHashTablesOptions::new(2.0) },
    )
    .unwrap();
    let table = std::fs::read(TableFolder::new(&folder, 2.0).table(3)).unwrap();

    let store = MeshStore::create(scratch::path("headers-tiles"), serde_json::Value::Null).unwrap();
    let vertices = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.5]];
    store.add_tile("a", &vertices, &[[0, 1, 2], [0, 2, 3]], &[-2, 0]).unwrap();
    let tile = std::fs::read(store.tile_path("a").unwrap()).unwrap();

    let array = scratch::path("array");
    drop(MappedArray::create(&array, ElementType::F64, &[4, 3]).unwrap());
    let array = std::fs::read(array).unwrap();

    let tiff = scratch::path("headers.tif");
    let header = RasterHeader { cols: 20, rows: 16, west: 1e5, north: 6e6, cell: [2.0, 2.0], epsg: Some(3006) };
    let fill = |row: usize, values: &mut [f32]| {
        values.fill(row as f32);
        Ok(())
    };
    geotiff::write(&tiff, &header, fill).unwrap();
    let tiff = std::fs::read(tiff).unwrap();

    let words = |from: usize, to: usize, size: usize| (from..to).step_by(size).map(move |at| (at, size));
    vec![
        Format {
            valid: read("shard-0.bin"),
            fields: vec![(4, 1), (5, 1), (8, 4), (12, 4), (16, 4), (20, 8), (32, 8), (40, 4), (44, 4)],
            look: |bytes| trajectory::shard(&bytes),
        },
        Format { valid: read(METADATA_NAME), fields: words(4, 56, 4).collect(), look: |bytes| with_kind(0, &bytes) },
        Format {
            valid: read(TRAJECTORIES_NAME),
            fields: words(0, 120, 8).collect(),
            look: |bytes| with_kind(1, &bytes),
        },
        Format { valid: table, fields: words(4, 80, 4).collect(), look: |bytes| trajectory::table(&bytes) },
        Format {
            valid: tile,
            fields: words(8, 16, 4).chain(words(40, 320, 8)).collect(),
            look: |bytes| city::tile(&bytes),
        },
        Format { valid: array, fields: words(8, 16, 4).chain(words(16, 56, 8)).collect(), look: mapped_array },
        Format { fields: tiff_fields(&tiff), valid: tiff, look: |bytes| city::geotiff(&bytes) },
    ]
}

fn with_kind(kind: u8, bytes: &[u8]) {
    trajectory::metadata(&[&[kind], bytes].concat());
}

/// The types, counts and values in the directory of a little-endian classic TIFF.
fn tiff_fields(tiff: &[u8]) -> Vec<(usize, usize)> {
    let directory = u32::from_le_bytes(tiff[4..8].try_into().unwrap()) as usize;
    let entries = usize::from(u16::from_le_bytes(tiff[directory..directory + 2].try_into().unwrap()));
    let entry = |n: usize| directory + 2 + 12 * n;
    (0..entries).flat_map(|n| [(entry(n) + 2, 2), (entry(n) + 4, 4), (entry(n) + 8, 4)]).collect()
}

/// A mapped array, with the hash of its header made right: one that opens is as long as its shape says.
fn mapped_array(mut bytes: Vec<u8>) {
    if let Some((header, _)) = bytes.split_at_mut_checked(64) {
        let hash = xxh3_64(&header[..56]);
        header[56..].copy_from_slice(&hash.to_le_bytes());
    }
    let path = scratch::file("changed-array", &bytes);
    for access in [Access::Read, Access::Write] {
        let Ok(array) = MappedArray::open(&path, access) else { continue };
        let elements: u64 = array.shape().iter().product();
        assert_eq!(array.bytes().len() as u64, elements * array.element_type().size());
        assert_eq!(array.bytes().len() + 64, bytes.len());
        let _ = (array.as_slice::<f64>(), array.as_slice::<u8>());
    }
}
