//! What Unreal's header tool does, as far as the plugin needs it: reads the headers with reflected types, refuses what
//! the tool (or a Blueprint later) would refuse, and writes the `.generated.h` that `GENERATED_BODY()` expands to.

mod check;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::cpp;

pub struct Header {
    /// The module that the header belongs to.
    pub module: String,
    /// Without the extension.
    pub stem: String,
    /// Whether other modules include it.
    pub public: bool,
    pub text: String,
}

pub struct Generated {
    pub stem: String,
    pub header: String,
    /// Refers to every reflected function, as the tool's own source does: one without a body does not link.
    pub source: String,
}

#[derive(Default)]
struct Type {
    keyword: String,
    name: String,
    parent: Option<String>,
    reflected: Option<Vec<Specifier>>,
    exported: usize,
    line: usize,
    body_line: Option<usize>,
    constructors: Vec<bool>,
    properties: Vec<Property>,
    functions: Vec<Function>,
    undefined_functions: bool,
    /// The names of the parameters of each function that is not reflected, with its line and name.
    plain_functions: Vec<(usize, String, Vec<String>)>,
    nested: bool,
    /// One of the two classes of an interface: the one for the engine begins with U, the one for C++ with I.
    interface: bool,
}

#[derive(Default, Clone, Debug)]
struct Specifier {
    name: String,
    value: String,
}

struct Property {
    line: usize,
    name: String,
    kind: Vec<String>,
    specifiers: Option<Vec<Specifier>>,
    private: bool,
    is_static: bool,
    condition: Option<String>,
}

struct Function {
    line: usize,
    name: String,
    result: Vec<String>,
    parameters: Vec<Parameter>,
    specifiers: Vec<Specifier>,
    is_static: bool,
    is_const: bool,
    condition: Option<String>,
}

struct Parameter {
    name: String,
    kind: Vec<String>,
    default: Option<Vec<String>>,
}

struct Delegate {
    name: String,
    multicast: bool,
    parameters: Vec<(String, String)>,
}

/// What the headers of the plugin declare together.
#[derive(Default)]
struct Known {
    structs: BTreeMap<String, bool>,
    enums: BTreeSet<String>,
    classes: BTreeMap<String, String>,
    delegates: BTreeMap<String, Delegate>,
}

/// Reads the headers; what to generate, or all that is wrong.
pub fn generate(headers: &[Header]) -> Result<Vec<Generated>, Vec<String>> {
    let mut errors = Vec::new();
    let mut known = Known::default();
    let mut read = Vec::new();
    for header in headers {
        let mut reader = read::Reader::new(header, &mut errors);
        let parsed = reader.header(&mut known);
        for t in &parsed {
            if t.reflected.is_some() {
                match t.keyword.as_str() {
                    "struct" => drop(known.structs.insert(t.name.clone(), t.has("BlueprintType"))),
                    "class" => drop(known.classes.insert(t.name.clone(), t.parent.clone().unwrap_or_default())),
                    _ => drop(known.enums.insert(t.name.clone())),
                }
            }
        }
        read.push(parsed);
    }
    let mut generated = Vec::new();
    for (header, types) in headers.iter().zip(&read) {
        let mut checks = check::Checks { header, known: &known, errors: &mut errors };
        checks.includes(types.iter().any(|t| t.reflected.is_some()) || cpp::mentions(&header.text, "DECLARE_DYNAMIC_"));
        types.iter().for_each(|t| checks.class(t));
        if types.iter().any(|t| t.reflected.is_some()) {
            generated.push(write::write(header, types, &known));
        }
    }
    if errors.is_empty() { Ok(generated) } else { Err(errors) }
}

impl Header {
    /// The macro that exports a class from the header's module.
    fn api(&self) -> String {
        format!("{}_API", self.module.to_uppercase())
    }
}

impl Type {
    fn has(&self, specifier: &str) -> bool {
        self.reflected.as_ref().is_some_and(|s| has(s, specifier))
    }
}

fn has(specifiers: &[Specifier], name: &str) -> bool {
    specifiers.iter().any(|s| s.name.eq_ignore_ascii_case(name))
}

fn value<'a>(specifiers: &'a [Specifier], name: &str) -> Option<&'a str> {
    specifiers.iter().find(|s| s.name.eq_ignore_ascii_case(name)).map(|s| s.value.as_str())
}
