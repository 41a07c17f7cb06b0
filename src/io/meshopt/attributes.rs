//! Arrays of elements: the differences of consecutive elements, byte by byte, in groups of sixteen.
//!
//! The stream begins with [`HEADER`]. Blocks of up to 256 elements follow; a block has the differences of each byte of
//! the element in turn, first the number of bits of each group, then the groups. The last part is the first element,
//! behind zeros that fill it up to 32 bytes.

use super::Fault;

/// The first byte of a stream of version 0, the only one that the extension knows.
pub const HEADER: u8 = 0xa0;
const TAIL: usize = 32;
const GROUP: usize = 16;
const MOST_BLOCK: usize = 256;

fn block_elements(stride: usize) -> usize {
    ((8192 / stride) & !(GROUP - 1)).min(MOST_BLOCK)
}

/// Appends the stream of some elements of `stride` bytes each, a multiple of four up to 256.
pub fn encode(elements: &[u8], stride: usize, out: &mut Vec<u8>) {
    debug_assert!(stride.is_multiple_of(4) && (4..=256).contains(&stride) && elements.len().is_multiple_of(stride));
    out.push(HEADER);
    let first = elements.get(..stride).unwrap_or_default();
    let mut last = [0; 256];
    last[..first.len()].copy_from_slice(first);
    for block in elements.chunks(stride * block_elements(stride)) {
        for byte in 0..stride {
            let mut deltas = [0; MOST_BLOCK];
            let mut before = last[byte];
            for (delta, element) in deltas.iter_mut().zip(block.chunks_exact(stride)) {
                *delta = zigzag(element[byte].wrapping_sub(before));
                before = element[byte];
            }
            last[byte] = before;
            encode_bytes(&deltas[..(block.len() / stride).next_multiple_of(GROUP)], out);
        }
    }
    out.resize(out.len() + TAIL.max(stride) - first.len(), 0);
    out.extend_from_slice(first);
}

/// Returns the elements of a stream. `most` bounds the bytes that they may take.
///
/// # Errors
/// The fault of a stream that is not one of `count` such elements, or takes more than `most` bytes.
pub fn decode(stream: &[u8], stride: usize, count: usize, most: usize) -> Result<Vec<u8>, Fault> {
    if !(stride.is_multiple_of(4) && (4..=256).contains(&stride)) {
        return Err(format!("elements of {stride} bytes, not a multiple of 4 up to 256"));
    }
    match stream.first() {
        Some(&HEADER) => {}
        first => return Err(format!("a stream of attributes that begins with {first:02x?}, not with {HEADER:#04x}")),
    }
    // A block of 256 elements takes at least 4 bytes for each byte of the element.
    let size = stride.checked_mul(count).filter(|&size| size <= most && size / 64 <= stream.len() + 256);
    let size = size.ok_or_else(|| format!("{count} elements in {} bytes", stream.len()))?;
    let tail_at = stream.len().checked_sub(TAIL.max(stride)).filter(|&at| at >= 1);
    let tail_at = tail_at.ok_or("a stream of attributes without an end")?;
    let mut last = [0; 256];
    last[..stride].copy_from_slice(&stream[stream.len() - stride..]);
    let mut data = &stream[1..tail_at];
    let mut elements = vec![0; size];
    for block in elements.chunks_mut(stride * block_elements(stride)) {
        let length = block.len() / stride;
        for byte in 0..stride {
            let mut deltas = [0; MOST_BLOCK];
            decode_bytes(&mut deltas[..length.next_multiple_of(GROUP)], &mut data)?;
            let mut before = last[byte];
            for (element, delta) in block.chunks_exact_mut(stride).zip(deltas) {
                before = before.wrapping_add(unzigzag(delta));
                element[byte] = before;
            }
            last[byte] = before;
        }
    }
    if data.is_empty() { Ok(elements) } else { Err(format!("{} bytes behind the last block", data.len())) }
}

fn zigzag(v: u8) -> u8 {
    (v << 1) ^ if v & 0x80 != 0 { 0xff } else { 0 }
}

fn unzigzag(v: u8) -> u8 {
    (v >> 1) ^ if v & 1 != 0 { 0xff } else { 0 }
}

/// The bits of a value in each of the four kinds of groups.
const BITS: [usize; 4] = [0, 2, 4, 8];

/// Returns the size of a group of one of the four kinds.
fn size_of_group(group: &[u8; GROUP], kind: usize) -> usize {
    match kind {
        0 if group.iter().all(|&v| v == 0) => 0,
        0 => usize::MAX,
        3 => GROUP,
        _ => {
            let escape = (1_u8 << BITS[kind]) - 1;
            GROUP * BITS[kind] / 8 + group.iter().filter(|&&v| v >= escape).count()
        }
    }
}

fn encode_bytes(deltas: &[u8], out: &mut Vec<u8>) {
    let head = out.len();
    out.resize(head + (deltas.len() / GROUP).div_ceil(4), 0);
    for (n, group) in deltas.as_chunks::<GROUP>().0.iter().enumerate() {
        let kind = (0..4).min_by_key(|&kind| size_of_group(group, kind)).expect("there are four kinds");
        out[head + n / 4] |= (kind as u8) << (2 * (n % 4));
        match kind {
            0 => {}
            3 => out.extend_from_slice(group),
            _ => {
                let (bits, escape) = (BITS[kind], (1_u8 << BITS[kind]) - 1);
                for values in group.chunks_exact(8 / bits) {
                    out.push(values.iter().fold(0, |byte, &v| (byte << bits) | v.min(escape)));
                }
                out.extend(group.iter().filter(|&&v| v >= escape));
            }
        }
    }
}

fn decode_bytes(deltas: &mut [u8], data: &mut &[u8]) -> Result<(), Fault> {
    let head = take(data, (deltas.len() / GROUP).div_ceil(4))?;
    for (n, group) in deltas.chunks_exact_mut(GROUP).enumerate() {
        let kind = usize::from(head[n / 4] >> (2 * (n % 4)) & 3);
        match kind {
            0 => group.fill(0),
            3 => group.copy_from_slice(take(data, GROUP)?),
            _ => {
                let (bits, escape) = (BITS[kind], (1_u8 << BITS[kind]) - 1);
                let packed = take(data, GROUP * bits / 8)?;
                for (v, value) in group.iter_mut().enumerate() {
                    let at = v * bits;
                    *value = packed[at / 8] >> (8 - bits - at % 8) & escape;
                    if *value == escape {
                        *value = take(data, 1)?[0];
                    }
                }
            }
        }
    }
    Ok(())
}

fn take<'a>(data: &mut &'a [u8], count: usize) -> Result<&'a [u8], Fault> {
    let (taken, rest) = data.split_at_checked(count).ok_or("a stream of attributes that ends early")?;
    *data = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of the extension's text.
    #[test]
    fn a_group_is_read_as_the_extension_says() {
        let mut data = &[2, 0x17, 0x5f, 0xf0, 0xbc, 0x77, 0xa9, 0x21, 0x00, 0x34, 0xb5][..];
        let mut deltas = [0; 16];
        decode_bytes(&mut deltas, &mut data).unwrap();
        let values = deltas.map(|v| unzigzag(v) as i8);
        assert_eq!(values, [-1, -4, -3, 26, -91, 0, -6, 6, -4, -4, 5, -5, 1, -1, 0, 0]);
        assert!(data.is_empty());
        let mut again = Vec::new();
        encode_bytes(&deltas, &mut again);
        assert_eq!(again, [2, 0x17, 0x5f, 0xf0, 0xbc, 0x77, 0xa9, 0x21, 0x00, 0x34, 0xb5]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            stride in (1_usize..17).prop_map(|n| 4 * n),
            values in prop::collection::vec(prop_oneof![4 => 0_u8..4, 2 => 0_u8..16, 1 => any::<u8>()], 0..9000)
        ) {
            let elements = &values[..values.len() / stride * stride];
            let mut stream = Vec::new();
            encode(elements, stride, &mut stream);
            let count = elements.len() / stride;
            prop_assert_eq!(&decode(&stream, stride, count, elements.len()).unwrap(), elements);
            prop_assert!(decode(&stream[..stream.len() - 1], stride, count + 300, usize::MAX).is_err());
        }

        #[test]
        fn any_bytes_do_not_panic(mut stream in prop::collection::vec(any::<u8>(), 0..400), count in 0_usize..999) {
            if let Some(first) = stream.first_mut() {
                *first = HEADER;
            }
            let _ = decode(&stream, 12, count, 1 << 20);
        }
    }
}
