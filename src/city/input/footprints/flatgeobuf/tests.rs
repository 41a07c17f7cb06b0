//! FlatGeobufs written by hand.

use std::path::PathBuf;

use crate::city::input::footprints::{
    FootprintOptions, FootprintSet, Surroundings, read_footprints, read_until_cancelled,
};
use crate::job::CancelToken;
use crate::{Error, Result};

/// A value of a FlatBuffer.
enum Node {
    Table(Vec<(usize, Node)>),
    Tables(Vec<Node>),
    Bytes(Vec<u8>),
    F64s(Vec<f64>),
    U32s(Vec<u32>),
    U8(u8),
    U16(u16),
    I32(i32),
    U64(u64),
}
use Node::{Bytes, F64s, I32, Table, Tables, U8, U16, U32s, U64};

fn text(text: &str) -> Node {
    Bytes(text.as_bytes().to_vec())
}

/// Appends a node that others refer to; returns its place.
fn write(node: &Node, out: &mut Vec<u8>) -> usize {
    let list = |count: usize, bytes: Vec<u8>, out: &mut Vec<u8>| {
        let at = out.len();
        out.extend((count as u32).to_le_bytes());
        out.extend(bytes);
        at
    };
    match node {
        Table(fields) => {
            let slots = fields.iter().map(|(n, _)| n + 1).max().unwrap_or(0);
            let places = out.len();
            out.extend(((4 + 2 * slots) as u16).to_le_bytes());
            out.extend(vec![0; 2 + 2 * slots]);
            let at = out.len();
            out.extend(((at - places) as i32).to_le_bytes());
            let mut references = Vec::new();
            for (n, field) in fields {
                let slot = places + 4 + 2 * n;
                let offset = (out.len() - at) as u16;
                out[slot..slot + 2].copy_from_slice(&offset.to_le_bytes());
                match field {
                    U8(v) => out.push(*v),
                    U16(v) => out.extend(v.to_le_bytes()),
                    I32(v) => out.extend(v.to_le_bytes()),
                    U64(v) => out.extend(v.to_le_bytes()),
                    other => {
                        references.push((out.len(), other));
                        out.extend([0; 4]);
                    }
                }
            }
            refer(&references, out);
            at
        }
        Tables(tables) => {
            let at = list(tables.len(), vec![0; 4 * tables.len()], out);
            let references: Vec<(usize, &Node)> =
                tables.iter().enumerate().map(|(n, table)| (at + 4 + 4 * n, table)).collect();
            refer(&references, out);
            at
        }
        Bytes(bytes) => list(bytes.len(), bytes.clone(), out),
        F64s(values) => list(values.len(), values.iter().flat_map(|v| v.to_le_bytes()).collect(), out),
        U32s(values) => list(values.len(), values.iter().flat_map(|v| v.to_le_bytes()).collect(), out),
        _ => unreachable!("a number stands in its table"),
    }
}

fn refer(references: &[(usize, &Node)], out: &mut Vec<u8>) {
    for (place, node) in references {
        let at = write(node, out);
        out[*place..place + 4].copy_from_slice(&((at - place) as u32).to_le_bytes());
    }
}

/// A FlatBuffer behind its length.
fn sized(root: &Node) -> Vec<u8> {
    let mut out = vec![0; 4];
    let at = write(root, &mut out);
    out[..4].copy_from_slice(&(at as u32).to_le_bytes());
    [&(out.len() as u32).to_le_bytes()[..], &out].concat()
}

fn column(name: &str, kind: u8) -> Node {
    Table(vec![(0, text(name)), (1, U8(kind))])
}

fn header(geometry: u8, columns: Vec<Node>, features: u64, node_size: u16) -> Node {
    let crs = Table(vec![(0, text("EPSG")), (1, I32(28992))]);
    Table(vec![
        (0, text("houses")),
        (1, F64s(vec![0.0, 0.0, 9000.0, 9000.0])),
        (2, U8(geometry)),
        (7, Tables(columns)),
        (8, U64(features)),
        (9, U16(node_size)),
        (10, crs),
    ])
}

fn square(west: f64, south: f64, size: f64) -> Vec<f64> {
    let (e, n) = (west + size, south + size);
    vec![west, south, e, south, e, n, west, n, west, south]
}

/// A polygon of rings, whose type may be left to the header.
fn polygon(rings: &[Vec<f64>], kind: Option<u8>) -> Node {
    let mut fields = vec![(1, F64s(rings.concat()))];
    if rings.len() > 1 {
        let ends = rings.iter().scan(0, |end, ring| {
            *end += ring.len() as u32 / 2;
            Some(*end)
        });
        fields.push((0, U32s(ends.collect())));
    }
    fields.extend(kind.map(|kind| (6, U8(kind))));
    Table(fields)
}

fn feature(geometry: Option<Node>, properties: Vec<u8>) -> Vec<u8> {
    let mut fields = vec![(1, Bytes(properties))];
    fields.extend(geometry.map(|geometry| (0, geometry)));
    sized(&Table(fields))
}

fn property(column: u16, value: &[u8]) -> Vec<u8> {
    [&column.to_le_bytes()[..], value].concat()
}

fn file(header: &Node, index: &[u8], features: &[Vec<u8>]) -> Vec<u8> {
    [b"fgb\x03fgb\x01".to_vec(), sized(header), index.to_vec(), features.concat()].concat()
}

struct File(tempfile::TempDir);

impl File {
    fn new(bytes: &[u8]) -> File {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.fgb"), bytes).unwrap();
        File(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("a.fgb")
    }

    fn read(&self) -> Result<FootprintSet> {
        read_footprints(self.path(), &FootprintOptions::default())
    }

    fn read_within(&self, within: [f64; 4]) -> Result<FootprintSet> {
        let terrain = Surroundings { crs: None, within: Some(within) };
        read_until_cancelled(&self.path(), &FootprintOptions::default(), &terrain, &CancelToken::default(), &|_, _| {
            Ok(())
        })
    }
}

fn heights(set: &FootprintSet) -> Vec<f64> {
    set.footprints.iter().map(|footprint| footprint.height).collect()
}

fn of_text(text: &str) -> Vec<u8> {
    [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

#[test]
fn features_are_read_whatever_their_types() {
    let columns = || {
        (0..15_u8)
            .map(|kind| {
                column(
                    if kind == 10 {
                        "height"
                    } else if kind == 11 {
                        "name"
                    } else {
                        "x"
                    },
                    kind,
                )
            })
            .collect::<Vec<_>>()
    };
    // A value of each type of column.
    let mut all = Vec::new();
    for (kind, length) in [1, 1, 1, 2, 2, 4, 4, 8, 8, 4].into_iter().enumerate() {
        all.extend(property(kind as u16, &vec![1; length]));
    }
    all.extend(property(10, &5.5_f64.to_le_bytes()));
    for kind in 11..15 {
        all.extend(property(kind, &of_text("h\u{f6}fe")));
    }
    let height = |metres: f64| property(10, &metres.to_le_bytes());
    let court = [square(1000.0, 2000.0, 10.0), square(1002.0, 2002.0, 3.0)];
    let parts = Table(vec![
        (6, U8(6)),
        (7, Tables(vec![polygon(&court, None), polygon(&[square(1100.0, 2000.0, 5.0)], None)])),
    ]);
    let mixed = Table(vec![
        (6, U8(7)),
        (
            7,
            Tables(vec![
                polygon(&[square(0.0, 0.0, 5.0)], Some(3)),
                Table(vec![(6, U8(1)), (1, F64s(vec![1.0, 2.0]))]),
            ]),
        ),
    ]);
    let features = [
        feature(Some(polygon(&court, Some(3))), all),
        feature(Some(parts), height(6.0)),
        feature(None, height(7.0)),
        feature(Some(mixed), height(8.0)),
        feature(Some(Table(vec![(6, U8(2)), (1, F64s(vec![1.0, 2.0]))])), height(9.0)),
    ];
    for count in [0, 5] {
        let file = File::new(&file(&header(0, columns(), count, 0), &[], &features));
        let set = file.read().unwrap();
        assert_eq!(heights(&set), [5.5, 6.0, 8.0]);
        assert_eq!(set.crs.as_deref(), Some("EPSG:28992"));
        assert_eq!(set.footprints[0].polygons[0].rings[1][0], [1002.0, 2002.0]);
        assert_eq!((set.footprints[1].polygons.len(), set.footprints[1].polygons[0].rings.len()), (2, 2));
        let skipped = &set.skipped;
        assert_eq!((skipped.no_geometry.count, skipped.other_geometry.count, skipped.other_parts.count), (1, 1, 1));
        let options = FootprintOptions { id_property: Some("name".into()), ..FootprintOptions::default() };
        assert_eq!(read_footprints(file.path(), &options).unwrap().footprints[0].id, "h\u{f6}fe");
        // Without an index all is read.
        assert_eq!(file.read_within([0.0, 0.0, 1.0, 1.0]).unwrap().footprints.len(), 3);
    }
    // The header has the type for all.
    let features = [feature(Some(polygon(&court, None)), height(4.0))];
    assert_eq!(heights(&File::new(&file(&header(3, columns(), 1, 0), &[], &features)).read().unwrap()), [4.0]);
}

/// Features in a row, with their index of nodes of four children.
fn indexed(count: usize) -> Vec<u8> {
    let columns = vec![column("height", 10)];
    let features: Vec<Vec<u8>> = (0..count)
        .map(|n| {
            let place = square(100.0 * n as f64, 0.0, 10.0);
            feature(Some(polygon(&[place], None)), property(0, &(1.0 + n as f64).to_le_bytes()))
        })
        .collect();
    let mut at = 0;
    let mut levels = vec![Vec::new()];
    for (n, feature) in features.iter().enumerate() {
        let west = 100.0 * n as f64;
        levels[0].push(([west, 0.0, west + 10.0, 10.0], at));
        at += feature.len() as u64;
    }
    loop {
        let below: &Vec<([f64; 4], u64)> = levels.last().unwrap();
        let level: Vec<([f64; 4], u64)> = below
            .chunks(4)
            .enumerate()
            .map(|(n, children)| ([children[0].0[0], 0.0, children.last().unwrap().0[2], 10.0], 4 * n as u64))
            .collect();
        let is_root = level.len() == 1;
        levels.push(level);
        if is_root {
            break;
        }
    }
    // The root comes first; children are named by their number among all nodes.
    let mut index = Vec::new();
    let mut first = 0;
    for (k, level) in levels.iter().enumerate().rev() {
        first += level.len() as u64;
        for (around, target) in level {
            around.iter().for_each(|c| index.extend(c.to_le_bytes()));
            index.extend((if k == 0 { *target } else { first + target }).to_le_bytes());
        }
    }
    file(&header(3, columns, count as u64, 4), &index, &features)
}

#[test]
fn the_index_gives_what_is_within_bounds_alone() {
    for count in [1, 3, 4, 5, 17, 70] {
        let file = File::new(&indexed(count));
        assert_eq!(file.read().unwrap().footprints.len(), count);
        for (west, east) in [(0.0, 5.0), (95.0, 205.0), (210.0, 100.0 * count as f64), (-5.0, 1e9)] {
            let found = file.read_within([west, -5.0, east, 5.0]);
            let expected: Vec<f64> = (0..count)
                .map(|n| 100.0 * n as f64)
                .filter(|place| *place <= east && place + 10.0 >= west)
                .map(|place| 1.0 + place / 100.0)
                .collect();
            match found {
                Ok(set) => assert_eq!(heights(&set), expected, "{count} {west} {east}"),
                Err(error) => {
                    assert!(expected.is_empty() && error.to_string().contains("in which no footprint of "), "{error}")
                }
            }
        }
    }
}

#[test]
fn lengths_and_places_that_the_file_does_not_hold_are_errors() {
    let whole = indexed(20);
    assert_eq!(File::new(&whole).read().unwrap().footprints.len(), 20);
    for end in (0..whole.len()).step_by(7) {
        let file = File::new(&whole[..end]);
        assert!(file.read().is_err(), "{end}");
        // What is within may stand before the cut.
        let _ = file.read_within([300.0, 0.0, 400.0, 10.0]);
    }
    let error = File::new(&whole[..whole.len() - 1]).read().unwrap_err().to_string();
    assert!(error.contains("beyond the end of the file"), "{error}");
    let mut version = whole.clone();
    version[3] = 2;
    assert!(matches!(File::new(&version).read(), Err(Error::Unsupported { .. })));
    let mut long = whole.clone();
    long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(File::new(&long).read().unwrap_err().to_string().contains("the header of 4294967295 bytes"));
    let many = file(&header(3, vec![column("height", 10)], u64::MAX, 16), &[], &[]);
    assert!(File::new(&many).read().unwrap_err().to_string().contains("an index of 18446744073709551615 features"));
    // Any byte changed: an error or footprints, and no panic.
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] = changed[at].wrapping_add(0x7f);
        let file = File::new(&changed);
        let _ = (file.read(), file.read_within([300.0, 0.0, 400.0, 10.0]));
    }
    let arcs = feature(Some(Table(vec![(6, U8(10)), (7, Tables(vec![]))])), property(0, &1.0_f64.to_le_bytes()));
    let arcs = file(&header(0, vec![column("height", 10)], 1, 0), &[], &[arcs]);
    assert!(File::new(&arcs).read().unwrap_err().to_string().contains("feature #1: a CurvePolygon"));
}
