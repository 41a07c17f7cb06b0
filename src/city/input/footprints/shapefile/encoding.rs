//! The encoding of texts in a `.dbf`: the one that the `.cpg` names, else the one of the table's header, else UTF-8
//! where a text is UTF-8, and Windows-1252 where it is not.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes the texts of one table.
pub(super) enum Decoder {
    /// An encoding of the web.
    Known(&'static Encoding),
    /// A code page of DOS, for the bytes from 128 on.
    Dos(&'static [char; 128]),
    /// Nothing says which.
    Unknown,
}

impl Decoder {
    /// Chooses by the text of the `.cpg` and the language byte of the header.
    pub fn new(page: Option<&str>, language: u8) -> Decoder {
        page.and_then(of_page).or_else(|| of_language(language)).unwrap_or(Decoder::Unknown)
    }

    /// Decodes a text; what is none in the encoding becomes a question mark in a diamond.
    pub fn decode(&self, bytes: &[u8]) -> String {
        match self {
            Decoder::Known(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Decoder::Dos(page) => bytes
                .iter()
                .map(|&byte| if byte < 128 { char::from(byte) } else { page[usize::from(byte - 128)] })
                .collect(),
            Decoder::Unknown => match std::str::from_utf8(bytes) {
                Ok(text) => text.to_string(),
                Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            },
        }
    }
}

/// Returns the encoding that a `.cpg` names: `UTF-8`, `ISO-8859-1`, `1252`, `ANSI 1252`, `CP936`, `65001`, `88591`.
fn of_page(text: &str) -> Option<Decoder> {
    let text = text.trim();
    if let Some(encoding) = Encoding::for_label(text.as_bytes()) {
        return Some(Decoder::Known(encoding));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().ok()?;
    if let Some(part) = digits.strip_prefix("8859").filter(|part| !part.is_empty()) {
        return Encoding::for_label(format!("iso-8859-{part}").as_bytes()).map(Decoder::Known);
    }
    of_number(number)
}

/// Returns the encoding of a code page's number.
fn of_number(number: u32) -> Option<Decoder> {
    let label = match number {
        437 => return Some(Decoder::Dos(&PAGE_437)),
        850 => return Some(Decoder::Dos(&PAGE_850)),
        65001 => return Some(Decoder::Known(UTF_8)),
        866 => "ibm866".to_string(),
        874 => "windows-874".to_string(),
        932 => "shift_jis".to_string(),
        936 => "gbk".to_string(),
        949 => "euc-kr".to_string(),
        950 => "big5".to_string(),
        1250..=1258 => format!("windows-{number}"),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes()).map(Decoder::Known)
}

/// Returns the encoding of the language byte in a table's header.
fn of_language(language: u8) -> Option<Decoder> {
    of_number(match language {
        0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => 437,
        0x02 | 0x08 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x25 | 0x37 => 850,
        0x03 | 0x57..=0x59 => 1252,
        0x13 | 0x7b => 932,
        0x26 | 0x65 => 866,
        0x4d | 0x7a => 936,
        0x4e | 0x79 => 949,
        0x4f | 0x78 => 950,
        0x50 | 0x7c => 874,
        0x7d => 1255,
        0x7e => 1256,
        0xc8 => 1250,
        0xc9 => 1251,
        0xca => 1254,
        0xcb => 1253,
        0xcc => 1257,
        _ => return None,
    })
}

/// Code page 437, of DOS in the United States.
const PAGE_437: [char; 128] = [
    '\u{c7}', '\u{fc}', '\u{e9}', '\u{e2}', '\u{e4}', '\u{e0}', '\u{e5}', '\u{e7}', '\u{ea}', '\u{eb}', '\u{e8}',
    '\u{ef}', '\u{ee}', '\u{ec}', '\u{c4}', '\u{c5}', '\u{c9}', '\u{e6}', '\u{c6}', '\u{f4}', '\u{f6}', '\u{f2}',
    '\u{fb}', '\u{f9}', '\u{ff}', '\u{d6}', '\u{dc}', '\u{a2}', '\u{a3}', '\u{a5}', '\u{20a7}', '\u{192}', '\u{e1}',
    '\u{ed}', '\u{f3}', '\u{fa}', '\u{f1}', '\u{d1}', '\u{aa}', '\u{ba}', '\u{bf}', '\u{2310}', '\u{ac}', '\u{bd}',
    '\u{bc}', '\u{a1}', '\u{ab}', '\u{bb}', '\u{2591}', '\u{2592}', '\u{2593}', '\u{2502}', '\u{2524}', '\u{2561}',
    '\u{2562}', '\u{2556}', '\u{2555}', '\u{2563}', '\u{2551}', '\u{2557}', '\u{255d}', '\u{255c}', '\u{255b}',
    '\u{2510}', '\u{2514}', '\u{2534}', '\u{252c}', '\u{251c}', '\u{2500}', '\u{253c}', '\u{255e}', '\u{255f}',
    '\u{255a}', '\u{2554}', '\u{2569}', '\u{2566}', '\u{2560}', '\u{2550}', '\u{256c}', '\u{2567}', '\u{2568}',
    '\u{2564}', '\u{2565}', '\u{2559}', '\u{2558}', '\u{2552}', '\u{2553}', '\u{256b}', '\u{256a}', '\u{2518}',
    '\u{250c}', '\u{2588}', '\u{2584}', '\u{258c}', '\u{2590}', '\u{2580}', '\u{3b1}', '\u{df}', '\u{393}', '\u{3c0}',
    '\u{3a3}', '\u{3c3}', '\u{b5}', '\u{3c4}', '\u{3a6}', '\u{398}', '\u{3a9}', '\u{3b4}', '\u{221e}', '\u{3c6}',
    '\u{3b5}', '\u{2229}', '\u{2261}', '\u{b1}', '\u{2265}', '\u{2264}', '\u{2320}', '\u{2321}', '\u{f7}', '\u{2248}',
    '\u{b0}', '\u{2219}', '\u{b7}', '\u{221a}', '\u{207f}', '\u{b2}', '\u{25a0}', '\u{a0}',
];

/// Code page 850, of DOS in Western Europe.
const PAGE_850: [char; 128] = [
    '\u{c7}', '\u{fc}', '\u{e9}', '\u{e2}', '\u{e4}', '\u{e0}', '\u{e5}', '\u{e7}', '\u{ea}', '\u{eb}', '\u{e8}',
    '\u{ef}', '\u{ee}', '\u{ec}', '\u{c4}', '\u{c5}', '\u{c9}', '\u{e6}', '\u{c6}', '\u{f4}', '\u{f6}', '\u{f2}',
    '\u{fb}', '\u{f9}', '\u{ff}', '\u{d6}', '\u{dc}', '\u{f8}', '\u{a3}', '\u{d8}', '\u{d7}', '\u{192}', '\u{e1}',
    '\u{ed}', '\u{f3}', '\u{fa}', '\u{f1}', '\u{d1}', '\u{aa}', '\u{ba}', '\u{bf}', '\u{ae}', '\u{ac}', '\u{bd}',
    '\u{bc}', '\u{a1}', '\u{ab}', '\u{bb}', '\u{2591}', '\u{2592}', '\u{2593}', '\u{2502}', '\u{2524}', '\u{c1}',
    '\u{c2}', '\u{c0}', '\u{a9}', '\u{2563}', '\u{2551}', '\u{2557}', '\u{255d}', '\u{a2}', '\u{a5}', '\u{2510}',
    '\u{2514}', '\u{2534}', '\u{252c}', '\u{251c}', '\u{2500}', '\u{253c}', '\u{e3}', '\u{c3}', '\u{255a}', '\u{2554}',
    '\u{2569}', '\u{2566}', '\u{2560}', '\u{2550}', '\u{256c}', '\u{a4}', '\u{f0}', '\u{d0}', '\u{ca}', '\u{cb}',
    '\u{c8}', '\u{131}', '\u{cd}', '\u{ce}', '\u{cf}', '\u{2518}', '\u{250c}', '\u{2588}', '\u{2584}', '\u{a6}',
    '\u{cc}', '\u{2580}', '\u{d3}', '\u{df}', '\u{d4}', '\u{d2}', '\u{f5}', '\u{d5}', '\u{b5}', '\u{fe}', '\u{de}',
    '\u{da}', '\u{db}', '\u{d9}', '\u{fd}', '\u{dd}', '\u{af}', '\u{b4}', '\u{ad}', '\u{b1}', '\u{2017}', '\u{be}',
    '\u{b6}', '\u{a7}', '\u{f7}', '\u{b8}', '\u{b0}', '\u{a8}', '\u{b7}', '\u{b9}', '\u{b3}', '\u{b2}', '\u{25a0}',
    '\u{a0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_the_encoding_that_is_named() {
        let decode = |page: Option<&str>, language: u8, bytes: &[u8]| Decoder::new(page, language).decode(bytes);
        for (page, language, bytes) in [
            (Some("UTF-8"), 0, &b"H\xc3\xb6he"[..]),
            (Some("utf8"), 0x57, b"H\xc3\xb6he"),
            (Some("65001"), 0, b"H\xc3\xb6he"),
            (Some("ISO-8859-1"), 0, b"H\xf6he"),
            (Some("ISO 8859-1"), 0, b"H\xf6he"),
            (Some("88591"), 0, b"H\xf6he"),
            (Some("885915"), 0, b"H\xf6he"),
            (Some("ANSI 1252"), 0, b"H\xf6he"),
            (Some("CP1252"), 0, b"H\xf6he"),
            (Some("OEM 850"), 0, b"H\x94he"),
            (None, 0x57, b"H\xf6he"),
            (None, 0x03, b"H\xf6he"),
            (None, 0x02, b"H\x94he"),
            (None, 0x01, b"H\x94he"),
            (None, 0, b"H\xf6he"),
            (None, 0, b"H\xc3\xb6he"),
            (Some("nonsense"), 0, b"H\xc3\xb6he"),
        ] {
            assert_eq!(decode(page, language, bytes), "H\u{f6}he", "{page:?} {language:#x}");
        }
        assert_eq!(decode(None, 0xc9, b"\xe4\xee\xec"), "\u{434}\u{43e}\u{43c}");
        assert_eq!(decode(Some("932"), 0, b"\x8d\x82"), "\u{9ad8}");
        assert_eq!(decode(Some("Big5"), 0, b"\xb0\xaa"), "\u{9ad8}");
    }
}
