//! Just enough of C++ to read declarations: tokens with their lines, and what lies between brackets.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Word,
    Text,
    Sign,
    /// A line of the preprocessor, whole.
    Directive,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub line: usize,
    pub kind: Kind,
}

/// The tokens without comments. `::` and `->` are one sign, all others are single characters.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    let mut line_begins = true;
    while at < chars.len() {
        let from = at;
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let kind = match chars[at] {
            '\n' => {
                line += 1;
                line_begins = true;
                at += 1;
                continue;
            }
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '/' if next == '/' => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
                continue;
            }
            '/' if next == '*' => {
                while at < chars.len() && !(chars[at] == '*' && chars.get(at + 1) == Some(&'/')) {
                    line += usize::from(chars[at] == '\n');
                    at += 1;
                }
                at += 2;
                continue;
            }
            '#' if line_begins => {
                while at < chars.len() && (chars[at] != '\n' || chars[at - 1] == '\\') {
                    line += usize::from(chars[at] == '\n');
                    at += 1;
                }
                Kind::Directive
            }
            quote @ ('"' | '\'') => {
                at += 1;
                while at < chars.len() && chars[at] != quote {
                    at += if chars[at] == '\\' { 2 } else { 1 };
                }
                at += 1;
                Kind::Text
            }
            c if c.is_alphanumeric() || c == '_' => {
                let number = c.is_ascii_digit();
                let inside = |c: char| c.is_alphanumeric() || c == '_' || number && (c == '.' || c == '\'');
                while at < chars.len() && inside(chars[at]) {
                    at += 1;
                }
                Kind::Word
            }
            c => {
                at += if (c == ':' && next == ':') || (c == '-' && next == '>') { 2 } else { 1 };
                Kind::Sign
            }
        };
        line_begins = false;
        let text: String = chars[from..at.min(chars.len())].iter().collect();
        let text =
            if kind == Kind::Directive { text.split("//").next().unwrap_or_default().trim().to_owned() } else { text };
        tokens.push(Token { text, line, kind });
    }
    tokens
}

/// The lines and names of the files included, in quotes or not.
pub fn includes(source: &str) -> Vec<(usize, String)> {
    let directive = |t: &Token| {
        let rest = t.text.trim_start_matches('#').trim().strip_prefix("include")?.trim();
        Some((t.line, rest.trim_matches(['"', '<', '>']).to_owned()))
    };
    tokens(source).iter().filter(|t| t.kind == Kind::Directive).filter_map(directive).collect()
}

/// Whether a word that begins so is in the source, comments aside.
pub fn mentions(source: &str, beginning: &str) -> bool {
    tokens(source).iter().any(|t| t.kind == Kind::Word && t.text.starts_with(beginning))
}

/// Splits at a sign outside all brackets, those of templates too.
pub fn split(tokens: &[Token], at: &str) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0;
    for token in tokens {
        if token.kind == Kind::Sign {
            depth += i32::from(["(", "<", "{", "["].contains(&token.text.as_str()));
            depth -= i32::from([")", ">", "}", "]"].contains(&token.text.as_str()));
        }
        if depth == 0 && token.text == at {
            parts.push(Vec::new());
        } else {
            parts.last_mut().expect("there is one").push(token.clone());
        }
    }
    parts
}

/// Where the bracket at a place ends.
pub fn matching(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        depth +=
            i32::from(["(", "{"].contains(&token.text.as_str())) - i32::from([")", "}"].contains(&token.text.as_str()));
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The tokens as text, with a space only where words would run together.
pub fn join(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        if token.kind == Kind::Word && text.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}
