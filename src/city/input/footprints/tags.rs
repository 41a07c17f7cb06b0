//! The tags of OpenStreetMap that GDAL keeps in one text, in the property `other_tags`, where a layer has no column for
//! them: `"building:levels"=>"3","height"=>"12 m"`.

/// The name of that property.
pub(super) const OTHER_TAGS: &str = "other_tags";

/// Returns the tags in a text, in their order; what is no pair ends them.
pub(super) fn tags(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let key = quoted(&mut rest)?;
        rest = rest.trim_start().strip_prefix("=>")?;
        let value = quoted(&mut rest)?;
        rest = rest.trim_start().strip_prefix(',').unwrap_or("");
        Some((key, value))
    })
}

/// Takes a text in quotes, in which a backslash stands before a quote and before a backslash.
fn quoted(rest: &mut &str) -> Option<String> {
    let inside = rest.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    let mut characters = inside.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                *rest = &inside[at + 1..];
                return Some(text);
            }
            '\\' => text.push(characters.next()?.1),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_out_of_their_text() {
        let all = |text: &str| tags(text).map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("|");
        for (text, expected) in [
            (r#""building:levels"=>"3","height"=>"12 m""#, "building:levels=3|height=12 m"),
            (r#""name"=>"the \"old\" mill, east","a\\b"=>"ü", "c" => "" "#, r#"name=the "old" mill, east|a\b=ü|c="#),
            (r#""height"=>"3","broken"#, "height=3"),
            (r#""height"=>NULL"#, ""),
            ("height=3", ""),
            ("", ""),
        ] {
            assert_eq!(all(text), expected, "{text}");
        }
    }
}
