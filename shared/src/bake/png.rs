//! Badges in PNG files: text chunks with a keyword.
//!
//! Chunks <https://www.w3.org/TR/png-3/#5Chunk-layout>, text <https://www.w3.org/TR/png-3/#11textinfo>. Written:
//! uncompressed `iTXt`, once. Read: `iTXt` compressed or not, `tEXt` and `zTXt` of old bakers.

use std::io::Read;

use flate2::{Crc, read::ZlibDecoder};

use super::{BakeError, Edition, Unbaked};
use crate::json::MAX_BYTES;

/// The first bytes of every PNG file.
pub(super) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

impl Edition {
    /// The keyword of its text chunk.
    fn keyword(self) -> &'static str {
        match self {
            Self::OpenBadges3 => "openbadgecredential",
            Self::OpenBadges2 => "openbadges",
        }
    }

    fn of_keyword(keyword: &[u8]) -> Option<Self> {
        [Self::OpenBadges3, Self::OpenBadges2]
            .into_iter()
            .find(|edition| edition.keyword().as_bytes() == keyword)
    }
}

/// A chunk whose checksum is right.
#[derive(Clone, Copy)]
struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    /// All of it, from the length to the checksum.
    whole: &'a [u8],
    /// Where it starts in the file.
    at: usize,
}

impl<'a> Chunk<'a> {
    /// The next chunk and what follows it.
    fn split(bytes: &'a [u8], at: usize) -> Result<(Self, &'a [u8]), BakeError> {
        let truncated = || BakeError::TruncatedChunk(at);
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok().ok_or_else(truncated)?;
        let (covered, rest) = rest.split_at_checked(length.saturating_add(4)).ok_or_else(truncated)?;
        let (checksum, rest) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let (kind, data) = covered.split_at_checked(4).ok_or_else(truncated)?;
        if crc(covered) != u32::from_be_bytes(*checksum) {
            let kind = kind.escape_ascii().to_string();
            return Err(BakeError::WrongChecksum { kind, at });
        }
        let whole = bytes.get(..bytes.len() - rest.len()).ok_or_else(truncated)?;
        Ok((Self { kind, data, whole, at }, rest))
    }

    /// The keyword of a text chunk, and what follows it.
    fn keyword(&self) -> Option<(&'a [u8], &'a [u8])> {
        if !matches!(self.kind, b"iTXt" | b"tEXt" | b"zTXt") {
            return None;
        }
        split_at_zero(self.data)
    }

    fn edition(&self) -> Option<Edition> {
        Edition::of_keyword(self.keyword()?.0)
    }

    /// The text of a text chunk.
    fn text(&self) -> Result<String, BakeError> {
        let malformed = || BakeError::MalformedText(self.at);
        let (_, rest) = self.keyword().ok_or_else(malformed)?;
        let bytes = match self.kind {
            b"tEXt" => rest.to_vec(),
            b"zTXt" => match rest.split_first() {
                Some((0, packed)) => self.unpack(packed)?,
                _ => return Err(malformed()),
            },
            _ => self.international_text(rest)?,
        };
        if bytes.len() > MAX_BYTES {
            return Err(BakeError::TextTooLong(self.at));
        }
        String::from_utf8(bytes).ok().ok_or_else(malformed)
    }

    /// Compression flag and method, language, translated keyword, text.
    fn international_text(&self, rest: &[u8]) -> Result<Vec<u8>, BakeError> {
        let malformed = || BakeError::MalformedText(self.at);
        let ([flag, method], rest) = rest.split_first_chunk::<2>().ok_or_else(malformed)?;
        let (_language, rest) = split_at_zero(rest).ok_or_else(malformed)?;
        let (_translated, text) = split_at_zero(rest).ok_or_else(malformed)?;
        match (flag, method) {
            (0, _) => Ok(text.to_vec()),
            (1, 0) => self.unpack(text),
            _ => Err(malformed()),
        }
    }

    fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, BakeError> {
        let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
        let mut unpacked = Vec::new();
        let outcome = ZlibDecoder::new(packed).take(most + 1).read_to_end(&mut unpacked);
        outcome.ok().ok_or(BakeError::MalformedText(self.at))?;
        Ok(unpacked)
    }
}

fn split_at_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The chunks of a file, from `IHDR` to `IEND`; what follows is no part of the picture.
fn chunks(mut bytes: &[u8]) -> Result<Vec<Chunk<'_>>, BakeError> {
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    let mut at = SIGNATURE.len();
    loop {
        if bytes.is_empty() {
            return Err(BakeError::MissingChunk("IEND"));
        }
        let (chunk, rest) = Chunk::split(bytes, at)?;
        if chunks.is_empty() && chunk.kind != b"IHDR" {
            return Err(BakeError::MissingChunk("IHDR"));
        }
        at += chunk.whole.len();
        bytes = rest;
        chunks.push(chunk);
        if chunk.kind == b"IEND" {
            return Ok(chunks);
        }
    }
}

/// Writes the text chunk right after the header; what the other edition says has to be readable, or all would be lost.
pub(super) fn bake(bytes: &[u8], text: &str, edition: Edition) -> Result<Vec<u8>, BakeError> {
    if text.contains('\0') {
        return Err(BakeError::Character(0));
    }
    let mut baked = SIGNATURE.to_vec();
    for chunk in chunks(bytes)? {
        match chunk.edition() {
            Some(found) if found == edition => continue,
            Some(_) => drop(chunk.text()?),
            None => {}
        }
        baked.extend_from_slice(chunk.whole);
        if chunk.kind == b"IHDR" {
            let data = [edition.keyword().as_bytes(), &[0, 0, 0, 0, 0], text.as_bytes()].concat();
            write_chunk(&mut baked, *b"iTXt", &data)?;
        }
    }
    Ok(baked)
}

fn write_chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Result<(), BakeError> {
    let length = u32::try_from(data.len()).ok().ok_or(BakeError::TooLong(data.len()))?;
    file.extend_from_slice(&length.to_be_bytes());
    let covered = [kind.as_slice(), data].concat();
    file.extend_from_slice(&covered);
    file.extend_from_slice(&crc(&covered).to_be_bytes());
    Ok(())
}

/// The texts in their order; of each edition the first counts.
pub(super) fn unbake(bytes: &[u8]) -> Result<Vec<Unbaked>, BakeError> {
    let mut found: Vec<Unbaked> = Vec::new();
    for chunk in chunks(bytes)? {
        let Some(edition) = chunk.edition() else { continue };
        if !found.iter().any(|unbaked| unbaked.edition == edition) {
            found.push(Unbaked { edition, unverified: chunk.text()? });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bake::{bake, unbake};
    use Edition::{OpenBadges2, OpenBadges3};
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;

    /// A picture of one pixel with a text chunk of any kind.
    fn picture(chunk: Option<([u8; 4], Vec<u8>)>) -> Vec<u8> {
        let mut file = SIGNATURE.to_vec();
        write_chunk(&mut file, *b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]).unwrap();
        if let Some((kind, data)) = chunk {
            write_chunk(&mut file, kind, &data).unwrap();
        }
        write_chunk(&mut file, *b"IDAT", &packed(&[0, 0, 0, 0])).unwrap();
        write_chunk(&mut file, *b"IEND", &[]).unwrap();
        file
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn only(edition: Edition, text: &str) -> Vec<Unbaked> {
        vec![Unbaked { edition, unverified: text.to_owned() }]
    }

    #[test]
    fn the_chunk_is_uncompressed_international_text_after_the_header() {
        let baked = bake(&picture(None), "{\"é\":1}", OpenBadges3).unwrap();
        let at = SIGNATURE.len() + 25;
        assert_eq!(&baked[at + 4..at + 8], b"iTXt");
        assert_eq!(&baked[at + 8..at + 8 + 32], "openbadgecredential\0\0\0\0\0{\"é\":1}".as_bytes());
        assert_eq!(unbake(&baked).unwrap(), only(OpenBadges3, "{\"é\":1}"));
    }

    #[test]
    fn baking_again_replaces_and_the_other_edition_stays() {
        let baked = bake(&picture(None), "old", OpenBadges3).unwrap();
        let baked = bake(&baked, "https://badges.example/assertions/1", OpenBadges2).unwrap();
        let baked = bake(&baked, "new", OpenBadges3).unwrap();
        let found = unbake(&baked).unwrap();
        assert_eq!(found[0], only(OpenBadges3, "new")[0]);
        assert_eq!(found[1], only(OpenBadges2, "https://badges.example/assertions/1")[0]);
        assert_eq!(found.len(), 2);
        assert_eq!(baked.windows(19).filter(|window| window == b"openbadgecredential").count(), 1);
    }

    #[test]
    fn every_form_in_circulation_is_read() {
        let url = "https://badges.example/assertions/1";
        let plain = [b"openbadges\0".as_slice(), url.as_bytes()].concat();
        assert_eq!(unbake(&picture(Some((*b"tEXt", plain)))).unwrap(), only(OpenBadges2, url));
        let zipped = [b"openbadges\0\0".as_slice(), &packed(url.as_bytes())].concat();
        assert_eq!(unbake(&picture(Some((*b"zTXt", zipped)))).unwrap(), only(OpenBadges2, url));
        let compressed = [b"openbadgecredential\0\x01\0en\0Titel\0".as_slice(), &packed(b"{}")].concat();
        assert_eq!(unbake(&picture(Some((*b"iTXt", compressed)))).unwrap(), only(OpenBadges3, "{}"));
    }

    #[test]
    fn a_picture_without_a_badge_has_none() {
        let comment = b"Comment\0openbadges".to_vec();
        assert_eq!(unbake(&picture(Some((*b"tEXt", comment)))), Ok(Vec::new()));
    }

    #[test]
    fn a_text_bomb_is_refused_with_bounded_memory() {
        let bomb = [b"openbadges\0\0".as_slice(), &packed(&vec![b'a'; 64 * 1024 * 1024])].concat();
        assert_eq!(unbake(&picture(Some((*b"zTXt", bomb)))), Err(BakeError::TextTooLong(33)));
    }

    #[test]
    fn a_damaged_picture_is_refused_with_the_place() {
        let sound = bake(&picture(None), "{}", OpenBadges3).unwrap();
        let truncated = &sound[..sound.len() - 3];
        assert_eq!(unbake(truncated), Err(BakeError::TruncatedChunk(sound.len() - 12)));
        let mut flipped = sound.clone();
        flipped[60] ^= 1;
        assert_eq!(
            unbake(&flipped).unwrap_err().to_string(),
            "PNG chunk `iTXt` at byte 33 has a wrong checksum"
        );
        assert_eq!(unbake(&sound[..sound.len() - 12]), Err(BakeError::MissingChunk("IEND")));
        let headless = [&sound[..8], &sound[33..]].concat();
        assert_eq!(unbake(&headless), Err(BakeError::MissingChunk("IHDR")));
        let huge_length = [&sound[..33], &[0xff; 4], &sound[37..]].concat();
        assert_eq!(unbake(&huge_length), Err(BakeError::TruncatedChunk(33)));
    }

    #[test]
    fn a_malformed_text_chunk_is_refused() {
        for (kind, data) in [
            (*b"iTXt", b"openbadges\0".to_vec()),
            (*b"iTXt", b"openbadges\0\x02\0\0\0x".to_vec()),
            (*b"iTXt", b"openbadges\0\x01\0\0\0not zlib".to_vec()),
            (*b"iTXt", b"openbadges\0\0\0no end".to_vec()),
            (*b"zTXt", b"openbadges\0\x07x".to_vec()),
            (*b"tEXt", b"openbadges\0\xff\xfe".to_vec()),
        ] {
            assert_eq!(unbake(&picture(Some((kind, data)))), Err(BakeError::MalformedText(33)));
        }
    }

    #[test]
    fn a_malformed_text_is_replaced_and_never_kept() {
        let broken = picture(Some((*b"iTXt", b"openbadges\0no flags".to_vec())));
        let error = bake(&broken, "{}", OpenBadges3).unwrap_err();
        assert!(matches!(error, BakeError::MalformedText(33)), "{error}");
        let mended = bake(&broken, "{}", OpenBadges2).unwrap();
        assert_eq!(unbake(&mended).unwrap(), only(OpenBadges2, "{}"));
    }

    #[test]
    fn what_follows_the_end_is_left_out() {
        let mut picture = picture(None);
        picture.extend_from_slice(b"trailing");
        let baked = bake(&picture, "{}", OpenBadges3).unwrap();
        assert!(baked.ends_with(&[0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]));
    }

    #[test]
    fn other_files_and_long_ones_are_refused() {
        assert_eq!(unbake(b"GIF89a"), Err(BakeError::UnknownKind));
        assert_eq!(unbake(&[0xff, 0xd8, 0xff]), Err(BakeError::UnknownKind));
        assert_eq!(unbake(b""), Err(BakeError::UnknownKind));
        let long = vec![b' '; crate::bake::MAX_IMAGE_BYTES + 1];
        assert_eq!(unbake(&long), Err(BakeError::TooLong(long.len())));
    }

    proptest::proptest! {
        #[test]
        fn baking_and_unbaking_are_inverse(text in "[^\0]{0,200}") {
            let baked = bake(&picture(None), &text, OpenBadges3).unwrap();
            proptest::prop_assert_eq!(unbake(&baked).unwrap(), only(OpenBadges3, &text));
        }

        #[test]
        fn no_damage_makes_the_reader_panic(at in 0_usize..120, byte: u8, cut in 0_usize..150) {
            let mut file = bake(&picture(None), "{}", OpenBadges3).unwrap();
            if let Some(target) = file.get_mut(at) {
                *target = byte;
            }
            file.truncate(cut.max(8));
            let _outcome = unbake(&file);
        }
    }
}
