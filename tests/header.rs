//! `include/groma.h` is what the source says.

use std::path::Path;

fn generate() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let number = |text: &str| text.parse::<u32>().unwrap();
    config.after_includes = Some(format!(
        "\n/** The version of the library this header belongs to. */\n#define GROMA_VERSION \"{}\"\n\
         #define GROMA_VERSION_MAJOR {}\n#define GROMA_VERSION_MINOR {}\n#define GROMA_VERSION_PATCH {}",
        env!("CARGO_PKG_VERSION"),
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    ));
    let mut builder = cbindgen::Builder::new().with_config(config);
    // The files of the C ABI alone: nothing else of the crate belongs into the header.
    let files = [
        "text",
        "status",
        "logging",
        "job",
        "hash_tables",
        "shards",
        "datasets",
        "queries",
        "tables",
        "city_input",
        "city",
        "city_report",
        "tile_size",
        "mesh_stores",
        "mesh_tiles",
        "mesh_jobs",
        "mesh_exports",
        "mapped_arrays",
    ];
    for name in files {
        builder = builder.with_src(root.join(format!("src/capi/{name}.rs")));
    }
    let mut header = Vec::new();
    builder.generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

#[test]
fn the_header_is_the_one_generated_from_the_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/groma.h");
    let generated = generate();
    if std::env::var_os("GROMA_BLESS").is_some_and(|v| v == "1") {
        std::fs::write(&path, &generated).unwrap();
        return;
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        checked_in == generated,
        "include/groma.h differs from what the source says; GROMA_BLESS=1 cargo test --test header writes it anew"
    );
}

#[test]
fn every_export_is_in_the_header() {
    let header = generate();
    let capi = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/capi");
    let mut exports = 0;
    for file in std::fs::read_dir(capi).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for (at, _) in source.match_indices("extern \"C\" fn groma_") {
            let name: String = source[at + 14..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            assert!(header.contains(&format!("{name}(")), "{name} is not in the header");
            exports += 1;
        }
    }
    assert!(exports > 10);
}
