//! Replaces `NaN`, `Infinity` and numbers like `1e999` in JSON: the standard excludes them, but Python, R and C write
//! them. Record separators between texts (RFC 8142) become blanks.

use std::io::{self, Read};
use std::ops::Range;

/// The text that stands for a word that is no number. No file contains it, so each reader of values decides on its
/// meaning.
pub(in super::super) const NOT_A_NUMBER: &str = "\u{7f}";

/// The stand-in with its quotes, as long as the shortest word.
const STAND_IN: &[u8; 3] = b"\"\x7f\"";

/// The byte before each text of a sequence.
const RECORD_SEPARATOR: u8 = 0x1e;

const BUFFER: usize = 256 << 10;

/// The longest word with its sign: `-Infinity`.
const LONGEST: usize = 9;

/// The longest number that is looked at as a whole, in characters.
const LONGEST_NUMBER: usize = BUFFER / 2;

/// Returns whether a number exceeds the range of a double, such as `1e999`, and would read as infinity.
fn is_beyond(number: &[u8]) -> bool {
    let may_be = number.len() > 308 || number.iter().any(|b| matches!(b, b'e' | b'E'));
    may_be && std::str::from_utf8(number).ok().and_then(|text| text.parse::<f64>().ok()).is_some_and(f64::is_infinite)
}

/// A JSON text in which each `NaN`, each `Infinity` and each number beyond the range of a double, outside of texts, is
/// replaced by [`NOT_A_NUMBER`] and blanks. Nothing moves, so lines and columns stay true.
pub(in super::super) struct NumberWords<R> {
    inner: R,
    buffer: Vec<u8>,
    /// The bytes that can be handed on; behind them, up to `filled`, stands the beginning of a word.
    ready: Range<usize>,
    filled: usize,
    is_in_text: bool,
    is_escaped: bool,
    has_ended: bool,
}

impl<R: Read> NumberWords<R> {
    pub fn new(inner: R) -> NumberWords<R> {
        NumberWords {
            inner,
            buffer: vec![0; BUFFER],
            ready: 0..0,
            filled: 0,
            is_in_text: false,
            is_escaped: false,
            has_ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.ready.end..self.filled, 0);
        self.filled -= self.ready.end;
        self.ready = 0..0;
        let read = self.inner.read(&mut self.buffer[self.filled..])?;
        self.has_ended = read == 0;
        self.filled += read;
        self.ready.end = self.replace();
        Ok(())
    }

    /// Replaces the words in the buffer. Returns the start of the first word that may continue beyond it.
    fn replace(&mut self) -> usize {
        let mut at = 0;
        while at < self.filled {
            let byte = self.buffer[at];
            if self.is_in_text {
                self.is_in_text = self.is_escaped || byte != b'"';
                self.is_escaped = !self.is_escaped && byte == b'\\';
                at += 1;
            } else if byte.is_ascii_digit()
                || (byte == b'-' && self.buffer[at..self.filled].get(1).is_some_and(u8::is_ascii_digit))
            {
                let rest = &self.buffer[at..self.filled];
                let is_of_number = |b: &&u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
                let length = rest.iter().take(LONGEST_NUMBER).take_while(is_of_number).count();
                if at + length == self.filled && length < LONGEST_NUMBER && !self.has_ended {
                    return at;
                }
                if is_beyond(&rest[..length]) {
                    self.buffer[at..at + length].fill(b' ');
                    self.buffer[at..at + STAND_IN.len()].copy_from_slice(STAND_IN);
                }
                at += length;
            } else if byte.is_ascii_alphabetic() || byte == b'-' || byte == b'+' {
                let rest = &self.buffer[at..self.filled];
                let letters = rest[1..].iter().take(LONGEST).take_while(|b| b.is_ascii_alphabetic()).count();
                let end = at + 1 + letters;
                if end == self.filled && letters < LONGEST && !self.has_ended {
                    return at;
                }
                let word = &self.buffer[at..end];
                let word = word.strip_prefix(b"-").or(word.strip_prefix(b"+")).unwrap_or(word);
                if [&b"nan"[..], b"infinity", b"inf"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
                    self.buffer[at..end].fill(b' ');
                    self.buffer[at..at + STAND_IN.len()].copy_from_slice(STAND_IN);
                }
                at = end;
            } else {
                if byte == RECORD_SEPARATOR {
                    self.buffer[at] = b' ';
                }
                self.is_in_text = byte == b'"';
                at += 1;
            }
        }
        self.filled
    }
}

impl<R: Read> Read for NumberWords<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.has_ended {
            self.fill()?;
        }
        let count = out.len().min(self.ready.len());
        out[..count].copy_from_slice(&self.buffer[self.ready.start..][..count]);
        self.ready.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields a few bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(out.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn words_become_the_stand_in_wherever_the_pieces_end_and_texts_stay() {
        let text = r#"{"big":1e999,"many":[-123456789e301,1e308,0.1e-999],"text":"1e999","NaN":NaN,"a":[-Infinity,Infinity,+inf,nan],"b":"\"NaN\\","c":true,"d":-1.5e-7}Nan"#;
        let expected = "{\"big\":\"\x7f\"  ,\"many\":[\"\x7f\"           \
                        ,1e308,0.1e-999],\"text\":\"1e999\",\"NaN\":\"\x7f\",\"a\":[\"\x7f\"      ,\"\x7f\"     \
                        ,\"\x7f\" ,\"\x7f\"],\"b\":\"\\\"NaN\\\\\",\"c\":true,\"d\":-1.5e-7}\"\x7f\"";
        assert_eq!(text.len(), expected.len());
        for piece in 1..text.len() {
            let mut read = String::new();
            NumberWords::new(Pieces(text.as_bytes(), piece)).read_to_string(&mut read).unwrap();
            assert_eq!(read, expected, "pieces of {piece}");
        }
    }

    #[test]
    fn a_text_longer_than_the_buffer_comes_whole() {
        let one = "[\"text\",NaN,-12.5]\n";
        let text = one.repeat(2 * BUFFER / one.len() + 7);
        let mut read = String::new();
        NumberWords::new(text.as_bytes()).read_to_string(&mut read).unwrap();
        assert!(read == text.replace("NaN", "\"\x7f\""));
    }
}
