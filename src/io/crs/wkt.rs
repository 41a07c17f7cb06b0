//! Well-known text of reference systems: WKT 1 as OGC and Esri write it, WKT 2.

/// The deepest nesting that is read.
const DEEPEST: usize = 32;

/// A node of well-known text: `KEYWORD["text", number, OTHER[...]]`.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The keyword, in capitals.
    pub keyword: String,
    /// The texts in quotes.
    pub texts: Vec<String>,
    /// The numbers and bare words.
    pub words: Vec<String>,
    pub children: Vec<Node>,
}

impl Node {
    /// Reads the nodes of a text, up to the first that cannot be read.
    pub fn read_all(text: &str) -> Vec<Node> {
        let mut reader = Reader { rest: text };
        let mut nodes = Vec::new();
        loop {
            reader.skip(|c| c.is_whitespace() || c == ',');
            match reader.node(0) {
                Some(node) => nodes.push(node),
                None => return nodes,
            }
        }
    }

    /// Returns the first text, which is the name.
    pub fn name(&self) -> &str {
        self.texts.first().map_or("", String::as_str)
    }

    /// Returns the children with one of these keywords.
    pub fn children_of<'a>(&'a self, keywords: &'a [&str]) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(|child| keywords.contains(&child.keyword.as_str()))
    }

    /// Returns authority and code from `AUTHORITY` or `ID`.
    pub fn authority(&self) -> Option<(&str, u32)> {
        self.children_of(&["AUTHORITY", "ID"]).find_map(|id| {
            let code = id.texts.get(1).or(id.words.first())?;
            Some((id.name(), code.parse().ok()?))
        })
    }

    /// Returns the unit of the coordinates: its name and its length in metres.
    pub fn unit(&self) -> Option<(&str, f64)> {
        const UNITS: [&str; 2] = ["UNIT", "LENGTHUNIT"];
        let axes = self.children_of(&["AXIS"]).flat_map(|axis| axis.children_of(&UNITS));
        let unit = self.children_of(&UNITS).chain(axes).next()?;
        Some((unit.name(), unit.words.first()?.parse().ok()?))
    }

    /// Returns this node and all below it.
    pub fn walk(&self) -> Vec<&Node> {
        let mut all = vec![self];
        let mut next = 0;
        while next < all.len() {
            all.extend(&all[next].children);
            next += 1;
        }
        all
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, blank: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(blank);
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c: char| "[](),\"".contains(c) || c.is_whitespace()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_string()
    }

    /// Reads a text in quotes, in which two quotes stand for one.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            self.rest = self.rest.strip_prefix('"')?;
            let end = self.rest.find('"')?;
            text += &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            if !self.rest.starts_with('"') {
                return Some(text);
            }
            text.push('"');
        }
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        let keyword = self.word().to_ascii_uppercase();
        self.skip(char::is_whitespace);
        self.rest = self.rest.strip_prefix(['[', '(']).filter(|_| depth < DEEPEST && !keyword.is_empty())?;
        let mut node = Node { keyword, ..Node::default() };
        loop {
            self.skip(|c| c.is_whitespace() || c == ',');
            if let Some(rest) = self.rest.strip_prefix([']', ')']) {
                self.rest = rest;
                return Some(node);
            }
            if self.rest.starts_with('"') {
                node.texts.push(self.text()?);
                continue;
            }
            let before = self.rest;
            let word = self.word();
            self.skip(char::is_whitespace);
            if self.rest.starts_with(['[', '(']) {
                self.rest = before;
                node.children.push(self.node(depth + 1)?);
            } else if word.is_empty() {
                return None;
            } else {
                node.words.push(word);
            }
        }
    }
}
