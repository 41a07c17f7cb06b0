//! Writing what `GENERATED_BODY()` expands to.

use std::fmt::Write as _;

use super::{Generated, Header, Known, Type};

/// What is there only under an editor's condition.
fn under(condition: Option<&str>, text: String) -> String {
    condition.map_or(text.clone(), |c| format!("SHIM_IF_{c}({text})"))
}

pub fn write(header: &Header, types: &[Type], known: &Known) -> Generated {
    let stem = &header.stem;
    let id = format!("FID_{stem}_h");
    let mut out = format!(
        "// Generated from {stem}.h.\n#ifdef {stem}_generated_h\n\
         #error \"{stem}.h is included twice: #pragma once is missing\"\n#endif\n"
    );
    let _ = writeln!(out, "#define {stem}_generated_h\n#include \"Shim/References.h\"\n#include \"Shim/Reflection.h\"");
    let mut source = format!("#include \"{stem}.h\"\n");
    for t in types.iter().filter(|t| t.reflected.is_some() && t.keyword != "enum") {
        let Some(line) = t.body_line else { continue };
        let mut visits = String::new();
        for p in t.properties.iter().filter(|p| p.specifiers.is_some()) {
            let _ = write!(visits, " {}", under(p.condition.as_deref(), format!("R.Add({});", p.name)));
        }
        let _ = write!(out, "#define {id}_{line}_GENERATED_BODY ");
        if t.keyword == "struct" {
            if let Some(parent) = &t.parent {
                let _ = write!(out, "public: typedef {parent} Super; ");
                if known.structs.contains_key(parent) {
                    visits.push_str(" Super::ShimVisit(R);");
                }
            }
            let _ = writeln!(out, "public: void ShimVisit([[maybe_unused]] ::Shim::FReferences& R) {{{visits} }}");
            continue;
        }
        if t.interface && t.name.starts_with('I') {
            interface(t, &mut out, &mut source);
            continue;
        }
        let parent = t.parent.as_deref().unwrap_or("UObject");
        let initializer = t.constructors.is_empty() || t.constructors.contains(&true);
        let argument = if initializer { "FObjectInitializer::Get()" } else { "" };
        let _ = write!(out, "SHIM_REFLECT({}, {parent}{}{argument}) ", t.name, if initializer { ", " } else { "" });
        if t.constructors.is_empty() {
            let _ = write!(out, "SHIM_CONSTRUCTOR({}) ", t.name);
        }
        let _ = write!(
            out,
            "public: virtual void ShimVisit(::Shim::FReferences& R) override {{ Super::ShimVisit(R);{visits} }} \
             static void ShimFunctions() {{ "
        );
        for f in &t.functions {
            let parameters: Vec<String> = f.parameters.iter().map(|p| p.kind.join(" ")).collect();
            let scope = if f.is_static { "*" } else { "ThisClass::*" };
            let constant = if f.is_const { " const" } else { "" };
            let (result, parameters) = (f.result.join(" "), parameters.join(", "));
            let refer = format!(
                "{{ [[maybe_unused]] {result} ({scope} volatile F)({parameters}){constant} = &ThisClass::{}; }}",
                f.name
            );
            let _ = write!(out, "{} ", under(f.condition.as_deref(), refer));
        }
        let _ = writeln!(out, "}} private:");
        let _ = writeln!(source, "extern void (*const Z_{0})();\nvoid (*const Z_{0})() = &{0}::ShimFunctions;", t.name);
    }
    let _ = writeln!(out, "#undef CURRENT_FILE_ID\n#define CURRENT_FILE_ID {id}");
    Generated { stem: stem.clone(), header: out, source }
}

/// An interface's class for C++: each event is called by `Execute_` and its name, and never directly.
fn interface(t: &Type, out: &mut String, source: &mut String) {
    let engines = format!("U{}", &t.name[1..]);
    let _ = write!(out, "public: virtual ~{}() = default; typedef {engines} UClassType; ", t.name);
    for f in &t.functions {
        let typed = |p: &super::Parameter| format!("{} {}", p.kind.join(" "), p.name);
        let parameters: Vec<String> = f.parameters.iter().map(typed).collect();
        let (result, constant) = (f.result.join(" "), if f.is_const { "const " } else { "" });
        let pointers = f.parameters.iter().map(|p| format!("const_cast<void*>(static_cast<const void*>(&{}))", p.name));
        // The first is where the result goes.
        let arguments: Vec<String> = std::iter::once("Result".to_string()).chain(pointers).collect();
        let list = arguments.join(", ");
        let (kept, given) = match result.as_str() {
            "void" => ("void* Result = nullptr;".to_string(), ""),
            _ => (format!("{result} Value{{}}; void* Result = &Value;"), "return Value;"),
        };
        let comma = if parameters.is_empty() { "" } else { ", " };
        let (name, all) = (&f.name, parameters.join(", "));
        let _ = write!(
            out,
            "static {result} Execute_{name}({constant}UObject* O{comma}{all}) {{ check(O != nullptr); {kept} \
             void* Arguments[] = {{ {list} }}; SHIM_EXECUTE({engines}, O, {name}, Arguments) {given} }} "
        );
        let after = if f.is_const { " const" } else { "" };
        let body = if result == "void" { String::new() } else { format!(" return {result}();") };
        let unnamed: Vec<String> = f.parameters.iter().map(|p| p.kind.join(" ")).collect();
        let _ = writeln!(
            source,
            "{result} {}::{name}({}){after} {{ ::Shim::Fail(\"an event is called directly: use Execute_{name}\", \
             __FILE__, __LINE__);{body} }}",
            t.name,
            unnamed.join(", ")
        );
    }
    let _ = writeln!(out, "private:");
}
