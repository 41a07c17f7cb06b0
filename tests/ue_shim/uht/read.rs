//! Reading headers: the macros that mark what is reflected, and the declarations after them.

use super::{Delegate, Function, Header, Known, Parameter, Property, Specifier, Type};
use crate::cpp::{self, Kind, Token};

pub struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    stem: &'a str,
    api: String,
    errors: &'a mut Vec<String>,
}

impl<'a> Reader<'a> {
    pub fn new(header: &'a Header, errors: &'a mut Vec<String>) -> Self {
        Self { tokens: cpp::tokens(&header.text), at: 0, stem: &header.stem, api: header.api(), errors }
    }

    fn error(&mut self, line: usize, what: impl std::fmt::Display) {
        self.errors.push(format!("{}.h:{line}: {what}", self.stem));
    }

    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |t| &t.text)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |t| t.line)
    }

    /// The tokens between the bracket here and its match, which are passed.
    fn bracketed(&mut self) -> Vec<Token> {
        let (open, close) = match self.text(0) {
            "(" => ("(", ")"),
            "<" => ("<", ">"),
            _ => ("{", "}"),
        };
        let mut depth = 0;
        let from = self.at + 1;
        while self.at < self.tokens.len() {
            let text = self.text(0);
            depth += i32::from(text == open) - i32::from(text == close);
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.tokens[from..(self.at - 1).max(from)].to_vec()
    }

    pub fn header(&mut self, known: &mut Known) -> Vec<Type> {
        let mut types = Vec::new();
        let mut conditions: Vec<String> = Vec::new();
        // For each open brace, whether it is a namespace's.
        let mut braces: Vec<bool> = Vec::new();
        let mut namespace_next = false;
        while self.at < self.tokens.len() {
            let line = self.line();
            let text = self.text(0).to_owned();
            match text.as_str() {
                _ if self.tokens[self.at].kind == Kind::Directive => {
                    directive(&text, &mut conditions);
                    self.at += 1;
                }
                "{" | "}" => {
                    if text == "{" {
                        braces.push(namespace_next);
                        namespace_next = false;
                    } else {
                        braces.pop();
                    }
                    self.at += 1;
                }
                "namespace" => {
                    namespace_next = true;
                    self.at += 1;
                }
                ";" => {
                    namespace_next = false;
                    self.at += 1;
                }
                "UCLASS" | "USTRUCT" | "UENUM" | "UINTERFACE" => {
                    self.at += 1;
                    let specifiers = specifiers(&self.bracketed());
                    if !braces.is_empty() {
                        self.error(line, format!("{text} inside a namespace or a class"));
                    }
                    if let Some(condition) = conditions.iter().find(|c| !editor(c)) {
                        let condition = condition.clone();
                        self.error(line, format!("{text} inside #if {condition}"));
                    }
                    let keyword = match text.as_str() {
                        "UCLASS" | "UINTERFACE" => "class",
                        "USTRUCT" => "struct",
                        _ => "enum",
                    };
                    if self.text(0) != keyword {
                        self.error(line, format!("{text} is not followed by a {keyword}"));
                    } else if let Some(mut t) = self.declaration(Some(specifiers), false, &mut types) {
                        t.interface = text == "UINTERFACE";
                        types.push(t);
                    }
                }
                "class" | "struct"
                    if self.at == 0
                        || !["enum", "<", ",", "friend"].contains(&self.tokens[self.at - 1].text.as_str()) =>
                {
                    if let Some(t) = self.declaration(None, false, &mut types) {
                        types.push(t);
                    }
                }
                _ if text.starts_with("DECLARE_") && text.contains("DELEGATE") => {
                    self.at += 1;
                    let arguments = cpp::split(&self.bracketed(), ",");
                    self.delegate(line, &text, &arguments, known);
                }
                _ => self.at += 1,
            }
        }
        types
    }

    fn delegate(&mut self, line: usize, declared: &str, arguments: &[Vec<Token>], known: &mut Known) {
        let counts = [
            "OneParam",
            "TwoParams",
            "ThreeParams",
            "FourParams",
            "FiveParams",
            "SixParams",
            "SevenParams",
            "EightParams",
            "NineParams",
        ];
        let ending = declared.rsplit('_').next().unwrap_or_default();
        let count = counts.iter().position(|c| *c == ending).map_or(0, |i| i + 1);
        let dynamic = declared.contains("_DYNAMIC_");
        let wanted = 1 + usize::from(declared.contains("_RetVal")) + count * if dynamic { 2 } else { 1 };
        if arguments.len() != wanted {
            self.error(line, format!("{declared} takes {wanted} arguments, not {}", arguments.len()));
            return;
        }
        let name = cpp::join(&arguments[0]);
        if !name.starts_with('F') {
            self.error(line, format!("the delegate {name} does not begin with F"));
        }
        if !dynamic {
            return;
        }
        let parameters: Vec<_> = arguments[1..].chunks(2).map(|p| (cpp::join(&p[0]), cpp::join(&p[1]))).collect();
        for (kind, parameter) in &parameters {
            if !parameter.chars().all(|c| c.is_alphanumeric() || c == '_') {
                self.error(line, format!("{name}: {parameter} after {kind} is no parameter's name"));
            }
        }
        known
            .delegates
            .insert(name.clone(), Delegate { name, multicast: declared.contains("_MULTICAST_"), parameters });
    }

    /// A class, struct or enum from its keyword on; `None` where it is only declared.
    fn declaration(&mut self, reflected: Option<Vec<Specifier>>, nested: bool, all: &mut Vec<Type>) -> Option<Type> {
        let mut t = Type { keyword: self.text(0).into(), line: self.line(), reflected, nested, ..Type::default() };
        self.at += 1;
        if t.keyword == "enum" && ["class", "struct"].contains(&self.text(0)) {
            self.at += 1;
        }
        while !["{", ";", ":", "(", "=", ">", ",", "*", "&", ")", ""].contains(&self.text(0)) {
            let text = self.text(0).to_owned();
            match text.as_str() {
                _ if text == self.api => t.exported += 1,
                "final" | "MinimalAPI" => {}
                "alignas" => {
                    self.at += 1;
                    self.bracketed();
                    continue;
                }
                _ => t.name = text,
            }
            self.at += 1;
        }
        if self.text(0) == ":" {
            self.at += 1;
            let from = self.at;
            while !["{", ";", ""].contains(&self.text(0)) {
                self.at += 1;
            }
            let bases = cpp::split(&self.tokens[from..self.at], ",");
            t.parent = bases[0].iter().rfind(|x| x.text != "public").map(|x| x.text.clone());
        }
        if self.text(0) != "{" {
            return None;
        }
        // The second class of an interface is marked by nothing but its name.
        let first = t.name.strip_prefix('I').map(|rest| format!("U{rest}"));
        if all.iter().any(|other| other.interface && Some(&other.name) == first.as_ref()) {
            t.interface = true;
            t.reflected = Some(Vec::new());
        }
        let body = self.bracketed();
        if t.keyword != "enum" {
            let mut inner = Reader { tokens: body, at: 0, stem: self.stem, api: self.api.clone(), errors: self.errors };
            inner.members(&mut t, all);
        }
        Some(t)
    }

    fn members(&mut self, t: &mut Type, all: &mut Vec<Type>) {
        let mut access = if t.keyword == "class" { "private" } else { "public" }.to_owned();
        let mut conditions = Vec::new();
        while self.at < self.tokens.len() {
            let line = self.line();
            let text = self.text(0).to_owned();
            if self.tokens[self.at].kind == Kind::Directive {
                directive(&text, &mut conditions);
                self.at += 1;
                continue;
            }
            let condition = conditions.iter().find(|_| true).cloned();
            match text.as_str() {
                "public" | "protected" | "private" if self.text(1) == ":" => {
                    access = text;
                    self.at += 2;
                }
                "GENERATED_BODY" => {
                    t.body_line = Some(line);
                    // As the macro ends.
                    access = if t.keyword == "class" { "private" } else { "public" }.to_owned();
                    self.at += 1;
                    self.bracketed();
                }
                "GENERATED_UCLASS_BODY" | "GENERATED_USTRUCT_BODY" => {
                    self.error(line, format!("{text} is of old versions: use GENERATED_BODY"));
                    self.at += 1;
                }
                "UPROPERTY" | "UFUNCTION" => {
                    self.at += 1;
                    let specifiers = specifiers(&self.bracketed());
                    if t.reflected.is_none() {
                        self.error(line, format!("{text} in {}, which is not reflected", t.name));
                    }
                    let member = self.member(&t.name);
                    self.reflected_member(t, &text, line, specifiers, member, access == "private", condition);
                }
                "UCLASS" | "USTRUCT" | "UENUM" => {
                    self.error(line, format!("{text} inside a class"));
                    self.at += 1;
                    self.bracketed();
                }
                "class" | "struct" | "enum" | "union" => {
                    if let Some(inner) = self.declaration(None, true, all) {
                        all.push(inner);
                    } else {
                        // An elaborated type begins a member: read it as one.
                        self.at = self.tokens[..self.at].iter().rposition(|x| x.text == text).unwrap_or(self.at) + 1;
                    }
                }
                "template" => {
                    self.at += 1;
                    self.bracketed();
                }
                ";" => self.at += 1,
                _ => {
                    let member = self.member(&t.name);
                    self.plain_member(t, line, member);
                }
            }
        }
    }

    /// The tokens of a member's declaration without its body, and whether it has one.
    fn member(&mut self, class: &str) -> (Vec<Token>, bool) {
        let mut declared: Vec<Token> = Vec::new();
        while self.at < self.tokens.len() {
            match self.text(0) {
                ";" => {
                    self.at += 1;
                    return (declared, false);
                }
                "{" => {
                    // The body of a function, or the initial value of a variable.
                    let function = declared.iter().any(|x| x.text == "(") && !declared.iter().any(|x| x.text == "=");
                    self.bracketed();
                    if function {
                        return (declared, true);
                    }
                }
                "(" => {
                    let from = self.at;
                    self.bracketed();
                    declared.extend_from_slice(&self.tokens[from..self.at]);
                }
                ":" if declared.iter().any(|x| x.text == "(") && declared.iter().any(|x| x.text == class) => {
                    // The initialisers of a constructor.
                    while self.at < self.tokens.len() && self.text(0) != "{" {
                        if self.text(0) == "(" {
                            self.bracketed();
                        } else {
                            self.at += 1;
                            if self.text(0) == "{" && self.tokens[self.at - 1].kind == Kind::Word {
                                self.bracketed();
                            }
                        }
                    }
                }
                _ => {
                    declared.push(self.tokens[self.at].clone());
                    self.at += 1;
                }
            }
        }
        (declared, false)
    }

    #[allow(clippy::too_many_arguments)]
    fn reflected_member(
        &mut self,
        t: &mut Type,
        macro_name: &str,
        line: usize,
        specifiers: Vec<Specifier>,
        (declared, _): (Vec<Token>, bool),
        private: bool,
        condition: Option<String>,
    ) {
        if macro_name == "UPROPERTY" {
            match variable(&declared) {
                Some((kind, name, is_static)) => {
                    t.properties.push(Property {
                        line,
                        name,
                        kind,
                        specifiers: Some(specifiers),
                        private,
                        is_static,
                        condition,
                    });
                }
                None => self.error(line, "UPROPERTY is not followed by one variable"),
            }
            return;
        }
        match function(&declared) {
            Some((name, result, parameters, is_static, is_const)) => {
                t.functions.push(Function {
                    line,
                    name,
                    result,
                    parameters,
                    specifiers,
                    is_static,
                    is_const,
                    condition,
                });
            }
            None => self.error(line, "UFUNCTION is not followed by a function"),
        }
    }

    fn plain_member(&mut self, t: &mut Type, line: usize, (declared, has_body): (Vec<Token>, bool)) {
        let words: Vec<&str> = declared.iter().map(|x| x.text.as_str()).collect();
        if words.is_empty() || ["using", "typedef", "friend", "static_assert"].contains(&words[0]) {
            return;
        }
        if let Some(open) = words.iter().position(|w| *w == "(").filter(|o| !words[..*o].contains(&"=")) {
            let constructor = open > 0 && words[open - 1] == t.name && (open < 2 || words[open - 2] != "~");
            if constructor && !words.ends_with(&["=", "delete"]) {
                t.constructors.push(words[open..].contains(&"FObjectInitializer"));
            }
            if let Some((name, _, parameters, ..)) = function(&declared).filter(|_| !constructor) {
                t.plain_functions.push((line, name, parameters.into_iter().map(|p| p.name).collect()));
            }
            t.undefined_functions |= !has_body
                && !words.ends_with(&["=", "default"])
                && !words.ends_with(&["=", "delete"])
                && !words.ends_with(&["=", "0"]);
            return;
        }
        if let Some((kind, name, is_static)) = variable(&declared) {
            t.properties.push(Property {
                line,
                name,
                kind,
                specifiers: None,
                private: false,
                is_static,
                condition: None,
            });
        }
    }
}

fn directive(text: &str, conditions: &mut Vec<String>) {
    let text = text.trim_start_matches('#').trim();
    if let Some(condition) = text.strip_prefix("if") {
        conditions.push(condition.trim_start_matches(|c: char| c.is_alphabetic()).trim().to_owned());
    } else if text.starts_with("endif") {
        conditions.pop();
    } else if text.starts_with("el")
        && let Some(last) = conditions.last_mut()
    {
        *last = format!("not {last}");
    }
}

/// The conditions that the tool knows.
pub fn editor(condition: &str) -> bool {
    ["WITH_EDITOR", "WITH_EDITORONLY_DATA"].contains(&condition)
}

fn specifiers(tokens: &[Token]) -> Vec<Specifier> {
    let mut read = Vec::new();
    for part in cpp::split(tokens, ",").iter().filter(|p| !p.is_empty()) {
        let name = part[0].text.clone();
        let rest = if part.len() > 1 { &part[2..] } else { &[] };
        if name.eq_ignore_ascii_case("meta") && rest.len() > 2 {
            read.extend(
                specifiers(&rest[1..rest.len() - 1])
                    .into_iter()
                    .map(|s| Specifier { name: format!("meta.{}", s.name), ..s }),
            );
        } else {
            read.push(Specifier { name, value: cpp::join(rest).trim_matches('"').to_owned() });
        }
    }
    read
}

/// Type, name, and whether it is static.
fn variable(declared: &[Token]) -> Option<(Vec<String>, String, bool)> {
    let end = declared.iter().position(|x| x.text == "=").unwrap_or(declared.len());
    let mut words: Vec<String> = declared[..end].iter().map(|x| x.text.clone()).collect();
    if let Some(bit) = words.iter().position(|w| w == ":") {
        words.truncate(bit);
    }
    if let Some(bracket) = words.iter().position(|w| w == "[") {
        words.truncate(bracket);
    }
    let is_static = words.iter().any(|w| w == "static");
    words.retain(|w| {
        !["static", "mutable", "inline", "constexpr", "const", "class", "struct"].contains(&w.as_str())
            && !w.ends_with("_API")
    });
    let name = words.pop()?;
    let depth_zero_comma = cpp::split(&declared[..end], ",").len() > 1;
    (!words.is_empty() && !depth_zero_comma && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .then_some((words, name, is_static))
}

type ReadFunction = (String, Vec<String>, Vec<Parameter>, bool, bool);

fn function(declared: &[Token]) -> Option<ReadFunction> {
    let open = declared.iter().position(|x| x.text == "(")?;
    let close = cpp::matching(declared, open)?;
    let mut before: Vec<String> = declared[..open].iter().map(|x| x.text.clone()).collect();
    let is_static = before.iter().any(|w| w == "static");
    before.retain(|w| {
        !["static", "virtual", "inline", "FORCEINLINE", "explicit"].contains(&w.as_str()) && !w.ends_with("_API")
    });
    let name = before.pop()?;
    let mut parameters = Vec::new();
    for part in cpp::split(&declared[open + 1..close], ",").iter().filter(|p| !p.is_empty()) {
        let assign = part.iter().position(|x| x.text == "=").unwrap_or(part.len());
        let mut kind: Vec<String> = Vec::new();
        let mut at = 0;
        while at < assign {
            if part[at].text == "UPARAM" {
                at = cpp::matching(part, at + 1)? + 1;
                continue;
            }
            kind.push(part[at].text.clone());
            at += 1;
        }
        kind.retain(|w| !["class", "struct", "enum"].contains(&w.as_str()));
        let name = kind.pop()?;
        let default = (assign < part.len()).then(|| part[assign + 1..].iter().map(|x| x.text.clone()).collect());
        parameters.push(Parameter { name, kind, default });
    }
    let is_const = declared[close..].iter().any(|x| x.text == "const");
    Some((name, before, parameters, is_static, is_const))
}
