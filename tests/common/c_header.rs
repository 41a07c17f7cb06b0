//! `include/groma.h` as data: what it declares, and how structs lie in memory on 64-bit platforms.
//!
//! It understands what cbindgen writes and nothing else; a declaration of another form fails the test that reads it.

use std::collections::BTreeMap;

pub struct Header {
    /// Name and value, the version's macros left out.
    pub constants: Vec<(String, String)>,
    pub handles: Vec<String>,
    pub structs: Vec<Struct>,
    /// Name and signature.
    pub callbacks: Vec<(String, String)>,
    /// Name and signature.
    pub functions: Vec<(String, String)>,
}

pub struct Struct {
    pub name: String,
    pub size: usize,
    pub fields: Vec<Field>,
}

pub struct Field {
    /// As C declares it.
    pub declaration: String,
    pub name: String,
    pub offset: usize,
    pub size: usize,
}

impl Header {
    pub fn parse(text: &str) -> Header {
        let text = without_comments(text.split("static inline").next().unwrap());
        let (mut constants, mut declarations, mut for_cpp) = (Vec::new(), String::new(), false);
        for line in text.lines() {
            if let Some(macro_) = line.strip_prefix("#define ") {
                match macro_.split_once(' ') {
                    Some((name, value)) if !name.starts_with("GROMA_VERSION") => {
                        constants.push((name.to_string(), value.trim().to_string()));
                    }
                    _ => {}
                }
            } else if line.starts_with('#') {
                for_cpp = line == "#ifdef __cplusplus";
            } else if !for_cpp {
                declarations += line;
                declarations.push('\n');
            }
        }
        let mut header = Header { constants, handles: vec![], structs: vec![], callbacks: vec![], functions: vec![] };
        let mut sizes = Sizes::new(&header.constants);
        for declaration in statements(&declarations) {
            header.declare(&declaration, &mut sizes);
        }
        header
    }

    fn declare(&mut self, declaration: &str, sizes: &mut Sizes) {
        if let Some(body) = declaration.strip_prefix("typedef struct {") {
            let (fields, name) = body.rsplit_once('}').unwrap();
            let layout = Struct::new(name.trim(), fields, sizes);
            sizes.known.insert(layout.name.clone(), (layout.size, layout.align(sizes)));
            self.structs.push(layout);
        } else if let Some(handle) = declaration.strip_prefix("typedef struct ") {
            self.handles.push(handle.split(' ').next().unwrap().to_string());
        } else if let Some(callback) = declaration.strip_prefix("typedef ") {
            let name = callback.split_once("(*").expect(declaration).1.split(')').next().unwrap();
            sizes.known.insert(name.to_string(), (8, 8));
            self.callbacks.push((name.to_string(), callback.to_string()));
        } else {
            let name = declaration.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap();
            assert!(name.starts_with("groma_"), "not a declaration this test knows: {declaration}");
            self.functions.push((name.to_string(), declaration.to_string()));
        }
    }
}

impl Struct {
    fn new(name: &str, fields: &str, sizes: &Sizes) -> Struct {
        let mut layout = Struct { name: name.to_string(), size: 0, fields: vec![] };
        for declaration in fields.split(';').map(str::trim).filter(|f| !f.is_empty()) {
            let (size, align) = sizes.of(declaration);
            let offset = layout.size.next_multiple_of(align);
            let name = declaration.split('[').next().unwrap().rsplit([' ', '*']).next().unwrap().to_string();
            layout.size = offset + size;
            layout.fields.push(Field { declaration: declaration.to_string(), name, offset, size });
        }
        layout.size = layout.size.next_multiple_of(layout.align(sizes));
        layout
    }

    fn align(&self, sizes: &Sizes) -> usize {
        self.fields.iter().map(|field| sizes.of(&field.declaration).1).max().unwrap()
    }
}

/// Sizes and alignments of types by name, and the constants that lengths of arrays are given by.
struct Sizes {
    known: BTreeMap<String, (usize, usize)>,
    constants: BTreeMap<String, usize>,
}

impl Sizes {
    fn new(constants: &[(String, String)]) -> Sizes {
        let plain = [("char", 1), ("int32_t", 4), ("uint32_t", 4), ("float", 4)];
        let wide = [("int64_t", 8), ("uint64_t", 8), ("double", 8), ("size_t", 8)];
        Sizes {
            known: plain.into_iter().chain(wide).map(|(name, size)| (name.to_string(), (size, size))).collect(),
            constants: constants.iter().filter_map(|(n, v)| Some((n.clone(), v.parse().ok()?))).collect(),
        }
    }

    /// Size and alignment of a field.
    fn of(&self, declaration: &str) -> (usize, usize) {
        if declaration.contains('*') {
            return (8, 8);
        }
        let (type_, name) = declaration.rsplit_once(' ').expect(declaration);
        let (size, align) = *self.known.get(type_).unwrap_or_else(|| panic!("the size of {declaration}"));
        let lengths = name.split('[').skip(1).map(|length| length.trim_end_matches(']'));
        let length = |length: &str| length.parse().ok().or(self.constants.get(length).copied());
        let items = lengths.map(|text| length(text).unwrap_or_else(|| panic!("the length of {declaration}")));
        (size * items.product::<usize>(), align)
    }
}

fn without_comments(text: &str) -> String {
    let mut pieces = text.split("/*");
    let mut code = pieces.next().unwrap().to_string();
    for piece in pieces {
        code += piece.split_once("*/").expect("the end of a comment").1;
    }
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Declarations, each on one line without its semicolon.
fn statements(text: &str) -> Vec<String> {
    let (mut statements, mut statement, mut depth) = (Vec::new(), String::new(), 0);
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => {
                statements.push(statement.split_whitespace().collect::<Vec<_>>().join(" "));
                statement.clear();
                continue;
            }
            _ => {}
        }
        statement.push(character);
    }
    assert!(statement.trim().is_empty(), "a declaration without an end: {statement}");
    statements
}
