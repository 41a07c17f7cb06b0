//! The bodies of the fuzz targets: each takes any bytes as a file that groma reads, and uses all that the file then
//! gives.
//!
//! They are run by libFuzzer (`fuzz_targets/`) and, on the corpus and a few thousand mutations of it, by
//! `tests/fuzz_corpus.rs`, which `cargo test` runs. What they assert beside the absence of panics is said at each.

mod city;
mod headers;
mod scratch;
mod trajectory;

/// Takes any bytes as one kind of file.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const ALL: [(&str, Target); 25] = [
    ("shard", trajectory::shard),
    ("samples", trajectory::samples),
    ("metadata", trajectory::metadata),
    ("index", trajectory::index),
    ("table", trajectory::table),
    ("csv", trajectory::csv),
    ("import", trajectory::other_tables),
    ("jupedsim", trajectory::other_tables),
    ("parquet", trajectory::other_tables),
    ("tile", city::tile),
    ("store", city::store),
    ("geojson", city::geojson),
    ("shapefile", city::shapefile),
    ("geopackage", city::geopackage),
    ("flatgeobuf", city::flatgeobuf),
    ("geoparquet", city::geoparquet),
    ("cityjson", city::cityjson),
    ("geotiff", city::geotiff),
    ("ascii_grid", city::ascii_grid),
    ("crs", city::crs),
    ("vrt", city::vrt),
    ("xyz_grid", city::xyz_grid),
    ("surface", city::surface),
    ("tileset", city::tileset),
    ("headers", headers::headers),
];

/// Runs a target on an input.
pub fn run(target: &str, data: &[u8]) {
    // libFuzzer's hook ends the process at a panic, but those of the decoders of TIFF and Parquet are caught and become
    // errors. One that is not caught still ends it.
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|at| ["/tiff-", "/parquet-"].iter().any(|name| at.file().contains(name))) {
                loud(panic);
            }
        }));
    });
    let (_, body) = ALL.iter().find(|(name, _)| *name == target).expect("a target of that name");
    body(data);
}
