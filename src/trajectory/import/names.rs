//! Numbers ids that are texts, in order of appearance.

use std::collections::HashMap;

/// The longest id that is a text, in bytes.
pub(super) const LONGEST_ID: usize = 1024;

/// The numbers of text ids, from 1.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    bytes: u64,
}

impl Names {
    /// The number of an id; a new one where it was not there before.
    pub fn number(&mut self, field: &[u8]) -> u64 {
        let name = readable(field);
        if let Some(&number) = self.numbers.get(&*name) {
            return number.into();
        }
        let number = self.numbers.len() as u32 + 1;
        // The entry and its room in a table that doubles, and the text with what an allocation costs; twice, since the
        // texts are put together at the end.
        self.bytes += 2 * (name.len() as u64 + 64);
        self.numbers.insert(name.into_owned().into_boxed_str(), number);
        number.into()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.numbers.len() as u64
    }

    /// Bytes in memory, with what writing them will take.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The names by their numbers, ascending.
    pub fn sorted(&self) -> Vec<(u64, &str)> {
        let mut names: Vec<(u64, &str)> = self.numbers.iter().map(|(name, &number)| (number.into(), &**name)).collect();
        names.sort_unstable();
        names
    }
}

/// A text, of which bytes that are no UTF-8 count as Latin-1, so that different ones stay different.
fn readable(field: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(field) {
        Ok(text) => text.into(),
        Err(_) => field.iter().map(|&b| char::from(b)).collect::<String>().into(),
    }
}
