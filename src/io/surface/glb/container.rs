//! The chunks of a GLB file: a text in JSON, and a binary one.

const CHUNK_JSON: u32 = 0x4E4F_534A;
const CHUNK_BIN: u32 = 0x004E_4942;
const MAGIC: &[u8; 4] = b"glTF";

/// The place of a fault and what it is.
type Fault = (u64, String);

/// Joins the chunks into a file, which must stay under 4 GiB. The length of a chunk must be a multiple of 4 bytes, and
/// tables of properties ask for the binary one at a multiple of 8: the text is padded with blanks, the rest with zeros.
pub(crate) fn join(mut text: Vec<u8>, mut binary: Vec<u8>) -> Vec<u8> {
    // 12 bytes of the file's header and 8 of the chunk's come before the text, 8 of the other chunk's behind it.
    text.resize((text.len() + 28).next_multiple_of(8) - 28, b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let chunks: &[(u32, &[u8])] = &[(CHUNK_JSON, &text), (CHUNK_BIN, &binary)];
    let chunks = if binary.is_empty() { &chunks[..1] } else { chunks };
    let length = 12 + chunks.iter().map(|(_, bytes)| 8 + bytes.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&2u32.to_le_bytes());
    out.extend_from_slice(&(length as u32).to_le_bytes());
    for (kind, bytes) in chunks {
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

/// Returns the text and the binary chunk of a file, which is empty where there is none.
///
/// # Errors
/// The offset and the fault of bytes that are no GLB file of version 2.
pub(crate) fn split(file: &[u8]) -> Result<[&[u8]; 2], Fault> {
    let number = |at: usize| file.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    if !file.starts_with(MAGIC) || number(4) != Some(2) {
        return Err((0, "no GLB file of version 2".into()));
    }
    let Some(length) = number(8).map(|length| length as usize) else {
        return Err((8, "the end of the file".into()));
    };
    if length != file.len() {
        return Err((8, format!("{} bytes where the header says {length}", file.len())));
    }
    let (mut at, mut chunks) = (12, [&file[..0]; 2]);
    for (chunk, kind) in chunks.iter_mut().zip([CHUNK_JSON, CHUNK_BIN]) {
        if at == file.len() && kind == CHUNK_BIN {
            break;
        }
        let (Some(length), Some(there)) = (number(at), number(at + 4)) else {
            return Err((at as u64, "a chunk without a header".into()));
        };
        if there != kind || !length.is_multiple_of(4) {
            return Err((at as u64, format!("a chunk of kind {there:#x} and {length} bytes")));
        }
        let end = (at + 8).checked_add(length as usize).filter(|&end| end <= file.len());
        let end = end.ok_or_else(|| (at as u64, format!("a chunk of {length} bytes, beyond the file's end")))?;
        *chunk = &file[at + 8..end];
        at = end;
    }
    if at == file.len() { Ok(chunks) } else { Err((at as u64, "more than two chunks".into())) }
}
