//! A C program that calls every function of the header with each argument wrong in turn, made from the header: new
//! functions are called without a word here.

use std::fmt::Write;

use crate::c_header::Header;

/// The opening of a handle of each kind, in `tests/c/hostile_calls.h`; a kind that is missing there fails to compile.
const PRELUDE: &str = "#include \"hostile_calls.h\"\n\n";

/// A field whose largest number is fine, but means work without end.
const TOO_MUCH_WORK: [(&str, &str); 1] = [("groma_generate_city_options", "buildings")];

struct Parameter {
    type_: String,
    name: String,
}

impl Parameter {
    fn all(declaration: &str) -> Vec<Parameter> {
        let list = declaration.split_once('(').unwrap().1.trim_end_matches(')');
        let parse = |parameter: &str| {
            let at = parameter.rfind([' ', '*']).unwrap() + 1;
            Parameter { type_: parameter[..at].trim().to_string(), name: parameter[at..].to_string() }
        };
        list.split(',').map(str::trim).filter(|p| *p != "void").map(parse).collect()
    }

    fn is_pointer(&self) -> bool {
        self.type_.ends_with('*')
    }

    /// What it points to, without `const`.
    fn target(&self) -> String {
        self.type_.trim_end_matches('*').trim().trim_start_matches("const ").to_string()
    }

    fn is_handle(&self, header: &Header) -> bool {
        self.is_pointer() && !self.type_.ends_with("**") && header.handles.contains(&self.target())
    }

    fn struct_name<'a>(&self, header: &'a Header) -> Option<&'a str> {
        let is_one = |s: &&crate::c_header::Struct| s.name == self.target() && s.fields[0].name == "struct_size";
        header.structs.iter().find(is_one).filter(|_| self.is_pointer()).map(|s| s.name.as_str())
    }

    /// An argument that is in order.
    fn valid(&self, header: &Header) -> String {
        if self.is_handle(header) {
            return format!("open_{}()", self.target());
        }
        if let Some(name) = self.struct_name(header) {
            return format!("({name} *)filled({}, sizeof({name}))", initializer(header, name));
        }
        match self.type_.as_str() {
            "groma_str" => format!("text_of(\"{}\")", self.name),
            "groma_error *" => "&last_error".into(),
            _ if self.is_pointer() => {
                let is_read = self.type_.starts_with("const") && !self.type_.ends_with("**");
                format!("({}){}", self.type_, if is_read { "numbers()" } else { "room()" })
            }
            "groma_log_fn" => "NULL".into(),
            "float" | "double" => "1".into(),
            // Of time steps, cells and lengths: the smallest; of times: no wait.
            _ if self.name.contains("count") || self.name == "dimensions" || self.name == "element_type" => "1".into(),
            "size_t" => "ROOM".into(),
            _ => "0".into(),
        }
    }

    /// Arguments that are wrong, or at an end of what the type holds; pointers that must not be null are said to be so.
    fn hostile(&self, header: &Header) -> Vec<(String, Expected)> {
        let all = |values: &[&str]| values.iter().map(|v| (v.to_string(), Expected::Anything)).collect::<Vec<_>>();
        if self.is_handle(header) {
            let type_ = &self.type_;
            return [
                "NULL".into(),
                format!("({type_})numbers()"),
                format!("({type_})stale()"),
                format!("({type_})other_kind(\"{}\")", self.target()),
            ]
            .map(|v| (v, Expected::Refused))
            .to_vec();
        }
        if self.type_.ends_with("**") {
            let values = ["NULL".into(), format!("({})odd()", self.type_)];
            return values.map(|v| (v, Expected::Refused)).to_vec();
        }
        if let Some(name) = self.struct_name(header) {
            let sized =
                |size: &str| format!("({name} *)of_size({}, sizeof({name}), {size})", initializer(header, name));
            let sizes = ["0", "1", "3", "4", "5", "sizeof(void *)", "4097", "UINT32_MAX"];
            let mut values = vec![("NULL".to_string(), Expected::Anything)];
            values.extend(sizes.map(|size| (sized(size), Expected::Failed)));
            values.push((sized(&format!("(uint32_t)sizeof({name}) + 64")), Expected::Anything));
            let more = format!("({name} *)with_more({}, sizeof({name}))", initializer(header, name));
            values.push((more, Expected::Anything));
            return values;
        }
        match self.type_.as_str() {
            "groma_str" => all(&[
                "nothing(5)",
                "nothing(SIZE_MAX)",
                "nothing(0)",
                "text(\"a\\0b\", 3)",
                "text(\"\\xff\\xfe\", 2)",
                "overlong()",
                "text_with_size(SIZE_MAX)",
            ]),
            "groma_error *" => all(&["NULL", "(groma_error *)odd()"]),
            "groma_log_fn" => vec![],
            _ if self.is_pointer() => all(&["NULL", &format!("({})odd()", self.type_)]),
            "float" | "double" => {
                all(&["(float)NAN", "(float)INFINITY", "-(float)INFINITY", "0", "-1", "3e38f", "1e-40f"])
            }
            "int32_t" => all(&["-1", "INT32_MIN", "INT32_MAX", "77"]),
            "int64_t" => all(&["-1", "INT64_MIN"]),
            "uint32_t" => all(&["UINT32_MAX", "1"]),
            // Numbers that no memory holds; one that a memory could hold would be the caller's word.
            "uint64_t" => all(&["0", "UINT64_MAX", "UINT64_MAX / 2 + 1"]),
            "size_t" => all(&["0", "SIZE_MAX", "SIZE_MAX / 2 + 1"]),
            other => panic!("no hostile values for {other} {}", self.name),
        }
    }
}

fn initializer(header: &Header, name: &str) -> String {
    let init = format!("{name}_init");
    if header.functions.iter().any(|(f, _)| *f == init) { format!("(init_fn){init}") } else { "NULL".into() }
}

/// What a call with a wrong argument must give: a crash and GROMA_INTERNAL are never in order.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Anything,
    Failed,
    /// GROMA_INVALID_ARGUMENT.
    Refused,
}

/// The program.
pub fn program(header: &Header) -> String {
    let mut functions = String::new();
    let mut main = String::from("int main(int argc, char **argv) {\n    begin(argc, argv);\n");
    for (name, declaration) in &header.functions {
        let parameters = Parameter::all(declaration);
        if parameters.is_empty() || !declaration.starts_with("int32_t") && !declaration.starts_with("void") {
            continue;
        }
        let returns = declaration.starts_with("int32_t");
        let names: String = parameters.iter().map(|p| format!("\"{}\", ", p.name)).collect();
        writeln!(functions, "static void call_{name}(void) {{").unwrap();
        writeln!(functions, "    static const char *const parameters[] = {{{names}NULL}};").unwrap();
        writeln!(functions, "    (void)parameters;").unwrap();
        let mut call = |wrong: usize, value: &str, expected: Expected| {
            let argument = |(n, p): (usize, &Parameter)| if n == wrong { value.to_string() } else { p.valid(header) };
            let arguments = parameters.iter().enumerate().map(argument).collect::<Vec<_>>().join(", ");
            let what = format!("{name}: {} is {value}", parameters[wrong].name);
            let what = what.replace('\\', "\\\\").replace('"', "\\\"");
            writeln!(functions, "    now = \"{what}\";").unwrap();
            if !returns {
                writeln!(functions, "    {name}({arguments});").unwrap();
                return;
            }
            let expected = expected as i32;
            // Functions that fill a struct have no error; where the error's place is wrong, there is none.
            let has_error = parameters.iter().any(|p| p.name == "error") && parameters[wrong].name != "error";
            let names = if has_error { "parameters" } else { "NULL" };
            writeln!(functions, "    if (seen({name}({arguments}), {expected}, {names})) {{").unwrap();
            // What was opened is closed.
            for (_, p) in parameters
                .iter()
                .enumerate()
                .filter(|(n, p)| p.type_.ends_with("**") && (*n != wrong || value == p.valid(header)))
            {
                let handle = p.target();
                if header.handles.contains(&handle) {
                    writeln!(functions, "        {handle}_close(opened());").unwrap();
                }
            }
            writeln!(functions, "    }}").unwrap();
        };
        for (n, parameter) in parameters.iter().enumerate() {
            call(n, &parameter.valid(header), Expected::Anything);
            for (value, expected) in parameter.hostile(header) {
                call(n, &value, expected);
            }
            let Some(of) = parameter.struct_name(header).filter(|_| parameter.type_.starts_with("const")) else {
                continue;
            };
            for field in &header.structs.iter().find(|s| s.name == of).unwrap().fields[1..] {
                if TOO_MUCH_WORK.contains(&(of, field.name.as_str())) {
                    continue;
                }
                let init = initializer(header, of);
                for (type_, value) in hostile_field(&field.declaration) {
                    let at = format!("offsetof({of}, {}), &({type_}){{{value}}}, sizeof({type_})", field.name);
                    call(n, &format!("({of} *)with_field({init}, sizeof({of}), {at})"), Expected::Anything);
                }
            }
        }
        writeln!(functions, "}}\n").unwrap();
        writeln!(main, "    call_{name}();").unwrap();
    }
    main += "    return end();\n}\n";
    let mut fields: Vec<&str> =
        header.structs.iter().flat_map(|s| &s.fields).map(|field| field.name.as_str()).collect();
    fields.sort_unstable();
    fields.dedup();
    let fields: String = fields.iter().map(|field| format!("    \"{field}\",\n")).collect();
    format!("{PRELUDE}const char *const header_fields[] = {{\n{fields}    NULL,\n}};\n\n{functions}{main}")
}

/// Values for a field, with their type.
fn hostile_field(declaration: &str) -> Vec<(&str, &'static str)> {
    let type_ = declaration.rsplit_once(' ').map_or("", |(type_, _)| type_);
    let values: &[&'static str] = match type_ {
        // What an array is long is told beside it: only null can be told from what the caller says.
        _ if declaration.contains('*') => &[],
        "int32_t" => &["-1", "77", "INT32_MIN"],
        "uint32_t" => &["1", "UINT32_MAX"],
        "uint64_t" => &["1", "UINT64_MAX"],
        "int64_t" => &["INT64_MIN", "INT64_MAX"],
        "float" => &["(float)NAN", "(float)INFINITY", "-1.0f", "1e-40f", "3e38f"],
        "double" => &["NAN", "INFINITY", "-1.0", "1e-320", "1e308"],
        "groma_str" => &["NULL, 5", "NULL, SIZE_MAX", "\"\\xff\\xfe\", 2", "\"a\\0b\", 3"],
        _ => &[],
    };
    values.iter().map(|value| (type_, *value)).collect()
}
