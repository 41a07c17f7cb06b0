//! Finds how a text table is written from its first lines: what separates fields, what begins a comment, whether
//! numbers have decimal commas, how lines end.

/// How a text table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What separates fields; a blank for runs of blanks and tabs.
    pub separator: u8,
    /// What begins a line that is a comment.
    pub comment: u8,
    pub has_decimal_commas: bool,
    /// Lines end with CR alone.
    pub has_lone_cr: bool,
    /// The first line ends with CR and LF.
    pub has_crlf: bool,
    /// The comments before the first line that is none, without their sign.
    pub comments: Vec<String>,
    /// The bytes of a first line that states the separator, as `sep=;` does for spreadsheets; 0 where there is none.
    pub stated: usize,
}

/// What may separate fields, the rarest in other places first.
const SEPARATORS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

/// The lines that are looked at.
const LINES: usize = 200;

impl Dialect {
    /// Finds the dialect of a text from its beginning, which is all of it or not.
    pub fn find(head: &[u8], is_all: bool) -> Dialect {
        let has_lone_cr = head.contains(&b'\r') && !head.contains(&b'\n');
        let end = if has_lone_cr { b'\r' } else { b'\n' };
        let (stated, separator_stated) = stated_separator(head, end).unzip();
        let stated = stated.unwrap_or(0);
        let head = &head[stated..];
        let head = head.strip_prefix(MARK).unwrap_or(head);
        let mut all: Vec<&[u8]> = head.split(|&b| b == end).collect();
        let has_crlf = !has_lone_cr && all.len() > 1 && all[0].ends_with(b"\r");
        // What comes last may go on beyond.
        if !is_all && all.len() > 1 {
            all.pop();
        }
        let all = || all.iter().map(|line| line.trim_ascii()).filter(|line| !line.is_empty());
        let comment = if all().next().is_some_and(|line| line.starts_with(b"%")) { b'%' } else { b'#' };
        let is_comment = |line: &&[u8]| line.first() == Some(&comment);
        let comments = all().take_while(is_comment).take(LINES);
        let comments = comments.map(|line| String::from_utf8_lossy(&line[1..]).trim().to_string()).collect();
        let lines: Vec<&[u8]> = all().filter(|line| !is_comment(line)).take(LINES).collect();
        let separator = separator_stated.unwrap_or_else(|| separator(&lines));
        let any = |is_such: fn(&[u8]) -> bool| lines.iter().any(|line| split(line, separator).into_iter().any(is_such));
        // Between commas they stand in quotes, where a label may look like one.
        let has_decimal_commas = any(is_with_decimal_comma) && !(separator == b',' && any(is_with_decimal_point));
        Dialect { separator, comment, has_decimal_commas, has_lone_cr, has_crlf, comments, stated }
    }

    /// The fields of a comment that may name columns, as the separator of the data cuts it, and as each other does:
    /// names in a comment are often written in another way than the data.
    pub fn all_words<'a>(&self, comment: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
        let others = *b",;\t |";
        [self.separator].into_iter().chain(others).map(move |separator| words_between(comment, separator))
    }
}

fn words_between(comment: &str, separator: u8) -> Vec<&str> {
    let comment = comment.trim_start_matches(['#', '%']).trim();
    match separator {
        b' ' => comment.split_whitespace().collect(),
        separator => comment.split(char::from(separator)).map(str::trim).collect(),
    }
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns the bytes of a first line that states the separator, its end among them, and the separator.
fn stated_separator(head: &[u8], end: u8) -> Option<(usize, u8)> {
    let length = head.iter().position(|&b| b == end)? + 1;
    let line = head[..length - 1].strip_suffix(b"\r").unwrap_or(&head[..length - 1]);
    let line = line.strip_prefix(MARK).unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (word, separator) = line.split_at_checked(4)?;
    match separator {
        [separator] if word.eq_ignore_ascii_case(b"sep=") && SEPARATORS.contains(separator) => {
            Some((length, *separator))
        }
        _ => None,
    }
}

/// The separator that most lines agree about: those that are rare in other places come first.
fn separator(lines: &[&[u8]]) -> u8 {
    for least in [4, 2] {
        let agree = |separator: u8| {
            let mut counts: Vec<usize> = lines.iter().map(|line| split(line, separator).len()).collect();
            counts.sort_unstable();
            let most_frequent = counts.chunk_by(|a, b| a == b).max_by_key(|run| (run.len(), run[0]));
            most_frequent.is_some_and(|run| run[0] >= least && 2 * run.len() >= lines.len())
        };
        let is_decimal = |separator: u8| separator == b',' && agree(b' ') && has_numbers_beside(lines);
        if let Some(separator) = SEPARATORS.into_iter().find(|&s| agree(s) && !is_decimal(s)) {
            return separator;
        }
    }
    b','
}

/// Whether, where commas separate, fields have several numbers with blanks between: the commas are decimal ones then.
fn has_numbers_beside(lines: &[&[u8]]) -> bool {
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    let fields = lines.iter().skip(1).flat_map(|line| split(line, b','));
    fields.filter_map(|field| std::str::from_utf8(field).ok()).any(|field| {
        let words: Vec<&str> = field.split_whitespace().collect();
        words.len() > 1 && words.iter().all(|word| is_number(word))
    })
}

/// The fields of a line, quotes included.
fn split(line: &[u8], separator: u8) -> Vec<&[u8]> {
    let mut is_quoted = false;
    let is_separator = move |b: &u8| {
        is_quoted ^= *b == b'"';
        !is_quoted && (*b == separator || separator == b' ' && *b == b'\t')
    };
    let fields = line.split(is_separator);
    if separator == b' ' { fields.filter(|field| !field.is_empty()).collect() } else { fields.collect() }
}

fn is_with_decimal_comma(field: &[u8]) -> bool {
    let text = String::from_utf8_lossy(field.trim_ascii());
    let text = text.trim_matches('"');
    text.matches(',').count() == 1 && !text.contains('.') && text.replace(',', ".").parse::<f64>().is_ok()
}

fn is_with_decimal_point(field: &[u8]) -> bool {
    let text = String::from_utf8_lossy(field.trim_ascii());
    text.contains('.') && text.trim_matches('"').parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_whole(text: &[u8]) -> Dialect {
        Dialect::find(text, true)
    }

    #[test]
    fn separators_and_decimal_commas_are_found() {
        let find = |text: &str| {
            let dialect = of_whole(text.as_bytes());
            (char::from(dialect.separator), dialect.has_decimal_commas)
        };
        for (text, separator, commas) in [
            ("id,frame,x,y,z\n1,0,1.5,2,3\n", ',', false),
            ("id;frame;x;y;z\n1;0;1.5;2;3\n", ';', false),
            ("id;frame;x;y\n1;0;1,5;2,25\n", ';', true),
            ("1;0,04;1,5;2,25\n1;0,08;1,5;2,25\n", ';', true),
            ("1\t0\t1,5\t2,25\n", '\t', true),
            ("id frame x y z\n 1  0 1.5 2   3\n", ' ', false),
            ("1 0 1,5 2,5 3,5\n1 1 1,5 2,5 3,5\n", ' ', true),
            ("id|frame|x|y\n1|0|1|2\n", '|', false),
            ("ID,Frame,X [m],Y [m],Z [m]\n1,0,1,2,3\n", ',', false),
            ("label,id,frame,x,y\n\"a;b;c;d;e\",1,0,1,2\n\"a;b;c;d;e\",1,1,1,2\n", ',', false),
            ("time,id,x,y\n2024-05-01 12:00:00,1,2,3\n", ',', false),
            ("id,frame,x,y\n1,0,1 5,2\n", ',', false),
            ("id,frame,x,y\n1,0,\"1,5\",\"2,25\"\n", ',', true),
            ("id,frame,x,y,label\n1,0,1.5,2.25,\"1,5\"\n", ',', false),
            ("sep=;\nid,x;frame;x;y\n1;0;1,5;2\n", ';', true),
            ("SEP=\t\r\nid frame x y\r\n", '\t', false),
            ("\u{feff}\"sep=|\"\nid,frame,x,y\n", '|', false),
            ("", ',', false),
        ] {
            assert_eq!(find(text), (separator, commas), "{text:?}");
        }
    }

    #[test]
    fn comments_and_ends_of_lines_are_found() {
        let dialect = of_whole(b"\xef\xbb\xbf# framerate: 25\r\n#id frame x y\r\n1 0 1 2\r\n# late\r\n");
        assert_eq!(dialect.comments, ["framerate: 25", "id frame x y"]);
        assert!(dialect.has_crlf && !dialect.has_lone_cr);
        assert_eq!(words_between(&dialect.comments[1], dialect.separator), ["id", "frame", "x", "y"]);
        assert!(of_whole(b"id,frame,x,y\r1,0,1,2\r").has_lone_cr);
        let stated = ["sep=;\r\n1;0\n", "sep=;", "sep=x\n", "sep=\n"].map(|text| of_whole(text.as_bytes()).stated);
        assert_eq!(stated, [7, 0, 0, 0]);
        assert_eq!(of_whole(b"% matlab\n1 0 1 2\n").comment, b'%');
    }
}
