//! Puts what cbindgen writes (all constants, all types, all functions) into chapters, one for each area of the C ABI:
//! in each the constants and types come before the functions that use them.

use std::path::Path;

/// A chapter of `include/groma.h`.
pub struct Chapter {
    pub title: &'static str,
    pub about: &'static str,
    /// The files of `src/capi` whose items it holds.
    pub files: &'static [&'static str],
}

pub const CHAPTERS: &[Chapter] = &[
    Chapter {
        title: "ERRORS, TEXT, MESSAGES",
        about: "What every call speaks in: a status, why it failed, text with a size; and where the library's messages \
                go.",
        files: &["status", "text", "handles", "logging"],
    },
    Chapter {
        title: "JOBS",
        about: "Work in the background. A function that starts a job returns at once; the calls here watch it, wait \
                for it, stop it and free it.",
        files: &["job"],
    },
    Chapter {
        title: "SHARDS AND DATA SETS",
        about: "Writing trajectories as the shard files of a data set, and opening a data set to read them or to ask \
                for them.",
        files: &["shards", "datasets"],
    },
    Chapter {
        title: "HASH TABLES",
        about: "Building one spatial hash table file for each time step of a data set, and reading one such file.",
        files: &["hash_tables", "tables"],
    },
    Chapter {
        title: "QUERIES",
        about: "Asking an open data set which trajectories come near a point, a trajectory or a path.",
        files: &["queries", "query", "queries_async"],
    },
    Chapter {
        title: "CITIES",
        about: "Building the surface mesh of a city, tile by tile, from footprints and terrain: inputs, options, \
                report, and the size of tiles that fits a memory limit.",
        files: &["city_input", "city", "city_report", "tile_size"],
    },
    Chapter {
        title: "BUILDS IN PARTS",
        about: "A build by any number of processes, on any machines that share a folder: a plan, parts, an end; for \
                cities and for hash tables.",
        files: &["parts"],
    },
    Chapter {
        title: "STORES",
        about: "A folder of tiles on disk, of a city or of any program's meshes, and the tiles in it.",
        files: &["mesh_stores", "mesh_buildings", "mesh_tiles"],
    },
    Chapter {
        title: "MESHES",
        about: "What is made of a whole store: one merged mesh file, a check, a file for each tile, levels of detail.",
        files: &["mesh_jobs", "mesh_exports", "mesh_levels"],
    },
    Chapter {
        title: "ARRAYS",
        about: "Files that are mapped as arrays of numbers, in the format of groma's own temporary files.",
        files: &["mapped_arrays"],
    },
];

/// The header with its items in chapters. `capi` is the folder of the sources, which say what belongs where.
pub fn in_chapters(header: &str, capi: &Path) -> String {
    const OPEN: &str = "#ifdef __cplusplus\nextern \"C\" {\n#endif // __cplusplus\n";
    const CLOSE: &str = "#ifdef __cplusplus\n}  // extern \"C\"\n";
    let (before, functions) = header.split_once(OPEN).expect("where the functions begin");
    let (functions, after) = functions.split_once(CLOSE).expect("where the functions end");
    // The macros of the version stand under the includes.
    let types = before.find("GROMA_VERSION_PATCH").and_then(|at| Some(at + before[at..].find("\n\n")? + 2));
    let (start, types) = before.split_at(types.expect("the version"));
    let items: Vec<(&str, &str)> = types
        .split("\n\n")
        .chain(functions.split("\n\n"))
        .map(str::trim)
        .filter(|i| !i.is_empty())
        .map(|i| (name(i), i))
        .collect();

    let mut text = format!("{start}{OPEN}");
    let mut placed = 0;
    for chapter in CHAPTERS {
        text += &format!("\n/* {:-<75}\n{}\n */\n", format!("{} ", chapter.title), comment(chapter.about));
        let sources =
            chapter.files.iter().map(|file| std::fs::read_to_string(capi.join(format!("{file}.rs"))).unwrap());
        let sources: Vec<String> = sources.collect();
        for (name, item) in &items {
            if sources.iter().any(|source| defines(source, name)) {
                // A macro must stay one number wherever it stands.
                let negative = item.rsplit_once(&format!("{name} -"));
                let item = negative.map_or(item.to_string(), |(start, digits)| format!("{start}{name} (-{digits})"));
                text += &format!("\n{item}\n");
                placed += 1;
            }
        }
    }
    assert_eq!(placed, items.len(), "each item of the header belongs into one chapter");
    format!("{text}\n{CLOSE}{after}")
}

/// The name that a declaration with its comment declares.
fn name(item: &str) -> &str {
    let code = item.rsplit_once("*/\n").map_or(item, |(_, code)| code);
    let last = |text: &'static str| code.split(text).nth(1);
    let rest = if let Some(constant) = last("#define ") {
        constant
    } else if let Some(callback) = last("(*").filter(|_| code.starts_with("typedef")) {
        callback
    } else if code.starts_with("typedef struct {") || item.contains("typedef struct {") {
        item.rsplit_once("} ").expect(item).1
    } else if let Some(handle) = code.strip_prefix("typedef struct ") {
        handle
    } else {
        code.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap()
    };
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

/// Whether a source of the C ABI defines what is called `name` in C.
fn defines(source: &str, name: &str) -> bool {
    ["pub const ", "pub struct ", "pub type ", "extern \"C\" fn "].iter().any(|keyword| {
        source
            .match_indices(&format!("{keyword}{name}"))
            .any(|(at, found)| !source[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Lines of a comment, as wide as the rest of the header.
fn comment(text: &str) -> String {
    let mut lines = vec![String::from(" *")];
    for word in text.split(' ') {
        if lines.last().unwrap().len() + word.len() > 108 {
            lines.push(String::from(" *"));
        }
        let line = lines.last_mut().unwrap();
        line.push(' ');
        line.push_str(word);
    }
    lines.join("\n")
}
