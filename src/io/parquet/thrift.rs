//! Looks into structs that are written in Thrift's compact protocol, as the headers of pages are, without taking memory
//! for what they say.

/// Structs lie no deeper in each other.
const DEEPEST: usize = 8;

/// The bytes of a struct, and how far they were looked at.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Looks at the struct with which `bytes` begin and shows each integer in it, with the numbers of the fields that lead
/// to it. Returns the length of the struct; `None` where it does not end in these bytes, or is none.
pub(super) fn look(bytes: &[u8], see: &mut dyn FnMut(&[i16], i64)) -> Option<usize> {
    let mut cursor = Cursor { bytes, at: 0 };
    cursor.fields(&mut Vec::new(), see)?;
    Some(cursor.at)
}

impl Cursor<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(count).ok()?).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    /// Seven bits in each byte, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// A number whose sign is its lowest bit.
    fn signed(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn fields(&mut self, path: &mut Vec<i16>, see: &mut dyn FnMut(&[i16], i64)) -> Option<()> {
        let mut number = 0i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            number = match head >> 4 {
                0 => i16::try_from(self.signed()?).ok()?,
                step => number.checked_add(step.into())?,
            };
            path.push(number);
            self.value(head & 0xf, false, path, see)?;
            path.pop();
        }
    }

    fn value(
        &mut self,
        kind: u8,
        is_element: bool,
        path: &mut Vec<i16>,
        see: &mut dyn FnMut(&[i16], i64),
    ) -> Option<()> {
        match kind {
            // The kind of a field tells which of the two it is; as an element it takes a byte.
            1 | 2 => self.skip(is_element.into()),
            3 => self.skip(1),
            4..=6 => {
                let number = self.signed()?;
                see(path, number);
                Some(())
            }
            7 => self.skip(8),
            8 => {
                let length = self.varint()?;
                self.skip(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                // Each element takes a byte, so this ends where the bytes end.
                (0..count).try_for_each(|_| self.value(head & 0xf, true, path, see))
            }
            12 if path.len() < DEEPEST => self.fields(path, see),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the fields that lead to an integer, and the integer.
    type Seen = (Vec<i16>, i64);

    fn seen(bytes: &[u8]) -> Option<(usize, Vec<Seen>)> {
        let mut seen = Vec::new();
        look(bytes, &mut |path, number| seen.push((path.to_vec(), number))).map(|length| (length, seen))
    }

    #[test]
    fn integers_are_shown_with_their_fields_and_the_rest_is_passed_over() {
        // Field 1: 2; field 2: -3; a boolean; a text; a struct with its field 1: 300; a list of two texts.
        let bytes = b"\x15\x04\x15\x05\x11\x18\x03abc\x1c\x15\xd8\x04\0\x19\x28\x01x\x02yz\0rest";
        let (length, numbers) = seen(bytes).unwrap();
        assert_eq!((length, &bytes[length..]), (bytes.len() - 4, &b"rest"[..]));
        assert_eq!(numbers, [(vec![1], 2), (vec![2], -3), (vec![5, 1], 300)]);
        (0..length).for_each(|end| assert_eq!(seen(&bytes[..end]), None, "{end}"));
        // A text and a list that state more than there is, and structs without end.
        for bytes in [&b"\x18\xff\xff\xff\xff\x7f\0"[..], b"\x19\xf8\xff\xff\xff\xff\x7f\0", &[0x1c; 200]] {
            assert_eq!(seen(bytes), None);
        }
    }
}
