//! The names of Unreal's API that the plugin uses: what the stand-in declares, what `names.md` says of each, and what
//! the plugin's sources include and depend on for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::cpp::{self, Kind, Token};

/// A name that a header declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declared {
    /// The class, or the namespace of an old enumeration, it belongs to.
    pub owner: String,
    pub name: String,
    /// A function with the types of its result and parameters, a type's keyword, `macro` or `value`.
    pub signature: String,
    pub header: String,
}

impl Declared {
    pub fn full_name(&self) -> String {
        if self.owner.is_empty() { self.name.clone() } else { format!("{}::{}", self.owner, self.name) }
    }
}

/// All that a header declares for others, but what is the stand-in's own.
pub fn declarations(header: &str, text: &str) -> Vec<Declared> {
    let mut found = Vec::new();
    read(&cpp::tokens(text), "", true, header, &mut found);
    // What is taken for a name in declarations too hard for this reader.
    found.retain(|d| !d.full_name().contains("Shim") && !d.full_name().contains("SHIM_"));
    found.retain(|d| !["A", "char", "void"].contains(&d.name.as_str()));
    found.sort();
    found.dedup();
    found
}

fn read(tokens: &[Token], owner: &str, mut visible: bool, header: &str, found: &mut Vec<Declared>) {
    let mut at = 0;
    while at < tokens.len() {
        let text = tokens[at].text.as_str();
        let next = tokens.get(at + 1).map_or("", |t| t.text.as_str());
        let mut declare = |name: &str, signature: String, visible: bool| {
            if visible && !name.is_empty() {
                found.push(Declared { owner: owner.into(), name: name.into(), signature, header: header.into() });
            }
        };
        match text {
            _ if tokens[at].kind == Kind::Directive => {
                if let Some(defined) = text.trim_start_matches('#').trim().strip_prefix("define ") {
                    let name: String =
                        defined.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    declare(&name, "macro".into(), true);
                }
                at += 1;
            }
            "public" | "protected" | "private" if next == ":" => {
                visible = text != "private";
                at += 2;
            }
            "namespace" => {
                let open = position(tokens, at, &["{"]);
                let name = cpp::join(&tokens[at + 1..open]);
                let close = closing(tokens, open);
                if name != "Shim" {
                    let inner = if name.starts_with('E') { name.as_str() } else { owner };
                    read(&tokens[open + 1..close], inner, true, header, found);
                }
                at = close + 1;
            }
            "template" => at = closing(tokens, at + 1) + 1,
            "class" | "struct" | "enum" => {
                let end = position(tokens, at, &["{", ";", ":", "<", "("]);
                let name = tokens[at + 1..end].iter().rfind(|t| t.kind == Kind::Word && t.text != "final");
                let name = name.map_or("", |t| t.text.as_str()).to_owned();
                // The arguments of a specialisation.
                let specialised =
                    if tokens.get(end).is_some_and(|t| t.text == "<") { closing(tokens, end) } else { at };
                let open = position(tokens, specialised, &["{", ";", "("]);
                if tokens.get(open).is_none_or(|t| t.text != "{") {
                    at = open + 1;
                    continue;
                }
                let close = closing(tokens, open);
                let body = &tokens[open + 1..close];
                if text == "enum" {
                    let unscoped = tokens[at + 1].text != "class";
                    if name != "Type" {
                        declare(&name, text.into(), visible);
                    }
                    for part in cpp::split(body, ",").iter().filter(|p| !p.is_empty()) {
                        let owner = if unscoped { owner } else { &name };
                        let (name, signature) = (part[0].text.clone(), "value".into());
                        found.push(Declared { owner: owner.into(), name, signature, header: header.into() });
                    }
                } else {
                    declare(&name, text.into(), visible);
                    if visible {
                        read(body, &name, text == "struct", header, found);
                    }
                }
                at = close + 1;
            }
            "using" | "typedef" => {
                let end = position(tokens, at, &[";"]);
                let name = if text == "using" { &tokens[at + 1].text } else { &tokens[end - 1].text };
                declare(name, "type".into(), visible);
                at = end + 1;
            }
            "static_assert" => at = position(tokens, at, &[";"]) + 1,
            _ if next == "(" && (text.starts_with("SHIM_") || text == "UE_NONCOPYABLE") => {
                at = closing(tokens, at + 1) + 1
            }
            ";" | "}" | ")" => at += 1,
            _ => {
                let (declared, end) = one(tokens, at);
                let scope = if declared.first().is_some_and(|t| t.text == "friend") { "" } else { owner };
                if let Some((name, signature)) = member(&declared, owner)
                    && visible
                {
                    found.push(Declared { owner: scope.into(), name, signature, header: header.into() });
                }
                at = end;
            }
        }
    }
}

fn position(tokens: &[Token], from: usize, signs: &[&str]) -> usize {
    (from..tokens.len()).find(|&i| signs.contains(&tokens[i].text.as_str())).unwrap_or(tokens.len())
}

/// Where the bracket at a place ends, an angle too.
fn closing(tokens: &[Token], open: usize) -> usize {
    let (mut depth, mut at) = (0, open);
    while at < tokens.len() {
        if tokens[at].kind == Kind::Sign {
            depth += i32::from(["(", "{", "<", "["].contains(&tokens[at].text.as_str()));
            depth -= i32::from([")", "}", ">", "]"].contains(&tokens[at].text.as_str()));
        }
        if depth <= 0 {
            return at;
        }
        // Comparisons and shifts in a body are no brackets: a body is closed by its own kind.
        if tokens[at].text == "{" {
            at = cpp::matching(tokens, at).unwrap_or(tokens.len());
            depth -= 1;
            if depth <= 0 {
                return at;
            }
        }
        at += 1;
    }
    at
}

/// One declaration without its body or initial value, and where the next begins.
fn one(tokens: &[Token], from: usize) -> (Vec<Token>, usize) {
    let mut declared = Vec::new();
    let mut at = from;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return (declared, at + 1),
            "{" => {
                let end = closing(tokens, at) + 1;
                let next = tokens.get(end).map_or("", |t| t.text.as_str());
                return (declared, if next == ";" { end + 1 } else { end });
            }
            "=" if !declared.iter().any(|t: &Token| t.text == "operator") => {
                let end = position(tokens, at, &[";"]);
                if tokens[at + 1].text == "delete" {
                    declared.clear();
                }
                return (declared, end + 1);
            }
            ":" if declared.iter().any(|t| t.text == "(") => {
                // The initialisers of a constructor end where its body begins.
                let mut body = at;
                while body < tokens.len() && tokens[body].text != "{" {
                    body = if tokens[body].text == "(" {
                        cpp::matching(tokens, body).unwrap_or(body) + 1
                    } else {
                        body + 1
                    };
                }
                return (declared, closing(tokens, body) + 1);
            }
            "(" => {
                let end = cpp::matching(tokens, at).unwrap_or(tokens.len() - 1);
                declared.extend_from_slice(&tokens[at..=end]);
                at = end + 1;
            }
            _ => {
                declared.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    (declared, at)
}

fn member(declared: &[Token], owner: &str) -> Option<(String, String)> {
    if declared.iter().any(|t| ["operator", "~"].contains(&t.text.as_str())) {
        return None;
    }
    // What is defined outside its class is declared in it.
    let qualified =
        |w: &[Token]| w[0].text == "::" && w[1].kind == Kind::Word && ["(", "{", "="].contains(&w[2].text.as_str());
    if declared.windows(3).any(qualified) {
        return None;
    }
    let without_attributes: Vec<Token> =
        declared.iter().filter(|t| !["friend", "extern"].contains(&t.text.as_str())).cloned().collect();
    match signature(&without_attributes) {
        // Constructors are used by their class's name.
        Some((name, _)) if name == owner => None,
        Some(found) => Some(found),
        None => {
            let name = without_attributes.iter().rfind(|t| t.kind == Kind::Word)?;
            Some((name.text.clone(), "value".into()))
        }
    }
}

/// A function's name, and its types as text: specifiers, names and defaults of parameters make no difference.
pub fn signature(tokens: &[Token]) -> Option<(String, String)> {
    let open = tokens.iter().position(|t| t.text == "(")?;
    let close = cpp::matching(tokens, open)?;
    let dropped =
        ["static", "virtual", "explicit", "constexpr", "inline", "FORCEINLINE", "consteval", "[", "]", "noreturn"];
    let mut before: Vec<Token> =
        tokens[..open].iter().filter(|t| !dropped.contains(&t.text.as_str())).cloned().collect();
    let name = before.pop().filter(|t| t.kind == Kind::Word)?.text;
    while before.last().is_some_and(|t| t.text == "::") {
        before.truncate(before.len().saturating_sub(2));
    }
    let parameters: Vec<String> =
        cpp::split(&tokens[open + 1..close], ",").iter().filter(|p| !p.is_empty()).map(|p| parameter(p)).collect();
    let constant = if tokens[close..].iter().any(|t| t.text == "const") { " const" } else { "" };
    let result = cpp::join(&before);
    let space = if result.is_empty() { "" } else { " " };
    Some((name.clone(), format!("{result}{space}{name}({}){constant}", parameters.join(", "))))
}

/// The type of a parameter.
fn parameter(tokens: &[Token]) -> String {
    let end = tokens.iter().position(|t| t.text == "=").unwrap_or(tokens.len());
    let mut kind = &tokens[..end];
    if let [before @ .., last] = kind {
        let named = last.kind == Kind::Word
            && before.last().is_some_and(|t| t.kind == Kind::Word || ["&", "*", ">"].contains(&t.text.as_str()));
        let only_const = before.len() == 1 && before[0].text == "const";
        if named && !only_const && !["const", "int", "bool", "float", "double"].contains(&last.text.as_str()) {
            kind = before;
        }
    }
    cpp::join(kind)
}

/// What headers include, across files.
pub struct Includes(BTreeMap<String, Vec<String>>);

impl Includes {
    pub fn new<'a>(files: impl Iterator<Item = (&'a String, &'a String)>) -> Self {
        let of = |text: &String| cpp::includes(text).into_iter().map(|(_, include)| include).collect();
        Self(files.map(|(name, text)| (name.clone(), of(text))).collect())
    }

    pub fn of(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// All that an include brings, itself too.
    pub fn closure(&self, from: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(name) = open.pop() {
            if reached.insert(name.clone()) {
                open.extend(self.of(&name).iter().cloned());
            }
        }
        reached
    }
}

/// A row of a table in Markdown: the cells, without the quotes of code.
pub fn rows(markdown: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim().trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let lines = markdown.lines().filter(|l| l.starts_with('|') && !l.starts_with("|--") && !l.starts_with("| ---"));
    lines.map(cells).filter(|r| r.first().is_some_and(|n| n != "name")).collect()
}

/// A row of `names.md`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub name: String,
    pub signature: String,
    pub header: String,
    pub module: String,
    pub source: String,
}

pub fn parse(markdown: &str) -> Vec<Row> {
    let row = |cells: Vec<String>| {
        let [name, signature, header, module, source] = <[String; 5]>::try_from(cells).expect("five cells");
        let code = |s: String| s.trim_matches('`').replace("\\|", "|");
        Row { name: code(name), signature: code(signature), header, module, source }
    };
    rows(markdown).into_iter().map(row).collect()
}

/// All that files of the stand-in declare, by the name's last part.
pub fn index(files: &BTreeMap<String, String>) -> BTreeMap<String, Vec<Declared>> {
    let mut index: BTreeMap<String, Vec<Declared>> = BTreeMap::new();
    for (header, text) in files.iter().filter(|(h, _)| !h.starts_with("Shim")) {
        for declared in declarations(header, text) {
            index.entry(declared.name.clone()).or_default().push(declared);
        }
    }
    index
}

/// The stand-in's headers by their path.
pub fn shim_headers(include: &Path) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for path in super::files(include, "h") {
        let name = path.strip_prefix(include).unwrap().to_str().unwrap().replace('\\', "/");
        headers.insert(name, std::fs::read_to_string(&path).unwrap());
    }
    headers
}

/// How a source uses the names that the stand-in declares.
pub struct Use {
    /// The name alone, or after `::`.
    pub free: BTreeSet<String>,
    /// After a point or an arrow, or inherited.
    pub members: BTreeSet<String>,
    /// Types only declared.
    pub forward: BTreeSet<String>,
}

/// With the names and signatures of what the plugin declares itself: its variables hide names, its functions do not.
pub fn uses(text: &str, index: &BTreeMap<String, Vec<Declared>>, own: &BTreeMap<String, String>) -> Use {
    let tokens: Vec<Token> = cpp::tokens(text);
    let mut found = Use { free: BTreeSet::new(), members: BTreeSet::new(), forward: BTreeSet::new() };
    let word = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Directive {
            found.free.extend(
                cpp::tokens(token.text.trim_start_matches('#'))
                    .into_iter()
                    .map(|t| t.text)
                    .filter(|w| index.contains_key(w)),
            );
            continue;
        }
        let Some(declared) = index.get(&token.text).filter(|_| token.kind == Kind::Word) else { continue };
        let before = if at > 0 { word(at - 1) } else { "" };
        if ["class", "struct"].contains(&before) && word(at + 1) == ";" {
            found.forward.insert(token.text.clone());
            continue;
        }
        if word(at + 1) == "("
            && cpp::matching(&tokens, at + 1).is_some_and(|end| (1..=2).any(|n| word(end + n) == "override"))
        {
            found.members.insert(token.text.clone());
            continue;
        }
        let free = declared.iter().any(|d| d.owner.is_empty());
        if [".", "->"].contains(&before) {
            if own.get(&token.text).is_none_or(|signature| signature.contains('(')) {
                found.members.insert(token.text.clone());
            }
        } else if before == "::" {
            let scope = if at > 1 { word(at - 2) } else { "" };
            if declared.iter().any(|d| d.owner == scope) {
                found.members.insert(token.text.clone());
            }
        } else if free && !own.contains_key(&token.text) {
            found.free.insert(token.text.clone());
        } else if !own.contains_key(&token.text) && declared.iter().any(|d| d.owner.starts_with(['U', 'A'])) {
            found.members.insert(token.text.clone());
        }
    }
    found
}
