//! Baking: a credential inside the picture of its badge, PNG or SVG.
//!
//! Open Badges 3.0 <https://www.imsglobal.org/spec/ob/v3p0/#baked-badge>, 2.0
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/baking/index.html>. A picture can carry one of each.
//! Pixels are never decoded, so a picture that would be huge on the screen costs no more than its file.

mod container;
mod png;
mod svg;

pub use container::{ContainerError, unverified_text};

/// Longest picture that is read, in bytes.
pub const MAX_IMAGE_BYTES: usize = 16 * 1024 * 1024;

/// Which edition of Open Badges a baked text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// A credential of Open Badges 3.0: JSON or compact JWS.
    OpenBadges3,
    /// An assertion of Open Badges 2.0: JSON, compact JWS, or the URL of a hosted assertion.
    OpenBadges2,
}

/// A text found in a picture; nothing about it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbaked {
    /// Where it was found.
    pub edition: Edition,
    /// JSON, compact JWS or URL.
    pub unverified: String,
}

/// Why a picture could not be baked or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BakeError {
    /// The picture is longer than [`MAX_IMAGE_BYTES`].
    #[error("picture is {0} bytes long, at most {MAX_IMAGE_BYTES} are read")]
    TooLong(usize),
    /// The file is of another kind.
    #[error("file is neither PNG nor SVG")]
    UnknownKind,
    /// A chunk of a PNG file ends after the file does.
    #[error("PNG chunk at byte {0} is truncated")]
    TruncatedChunk(usize),
    /// A chunk of a PNG file has been damaged.
    #[error("PNG chunk `{kind}` at byte {at} has a wrong checksum")]
    WrongChecksum {
        /// Type of the chunk.
        kind: String,
        /// Where it starts.
        at: usize,
    },
    /// A PNG file does not start with `IHDR` or does not end with `IEND`.
    #[error("PNG file has no `{0}` chunk in its place")]
    MissingChunk(&'static str),
    /// The chunk with the credential is malformed.
    #[error("PNG text chunk at byte {0} is malformed")]
    MalformedText(usize),
    /// The compressed text of a chunk is longer than a credential may be.
    #[error("PNG text chunk at byte {0} unpacks to more than a credential can be")]
    TextTooLong(usize),
    /// An SVG file is no well-formed XML.
    #[error("SVG file is not well-formed XML near byte {0}")]
    MalformedXml(u64),
    /// An SVG file defines entities, which could make it say anything.
    #[error("SVG file defines XML entities, which are not read")]
    Entities,
    /// The outermost element is another one.
    #[error("XML file has no `svg` element outermost")]
    NotSvg,
    /// The text to be baked has a character that the format cannot hold.
    #[error("text has the character U+{0:04X}, which the picture cannot hold")]
    Character(u32),
}

/// What kind of picture a file is.
enum Kind<'a> {
    Png(&'a [u8]),
    Svg(&'a str),
}

impl<'a> Kind<'a> {
    fn of(image: &'a [u8]) -> Result<Self, BakeError> {
        if image.len() > MAX_IMAGE_BYTES {
            return Err(BakeError::TooLong(image.len()));
        }
        if let Some(chunks) = image.strip_prefix(&png::SIGNATURE) {
            return Ok(Self::Png(chunks));
        }
        let text = std::str::from_utf8(image).ok().ok_or(BakeError::UnknownKind)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with('<') { Ok(Self::Svg(text)) } else { Err(BakeError::UnknownKind) }
    }
}

/// Puts a text into a picture, in place of what it has of the same edition.
///
/// # Errors
/// [`BakeError`] when the picture is no sound PNG or SVG file.
pub fn bake(image: &[u8], text: &str, edition: Edition) -> Result<Vec<u8>, BakeError> {
    match Kind::of(image)? {
        Kind::Png(chunks) => png::bake(chunks, text, edition),
        Kind::Svg(xml) => svg::bake(xml, text, edition).map(String::into_bytes),
    }
}

/// The texts in a picture, Open Badges 3.0 first; of each edition the first.
///
/// # Errors
/// [`BakeError`] when the picture is no sound PNG or SVG file. A picture without a badge is no error.
pub fn unbake(image: &[u8]) -> Result<Vec<Unbaked>, BakeError> {
    let mut found = match Kind::of(image)? {
        Kind::Png(chunks) => png::unbake(chunks)?,
        Kind::Svg(xml) => svg::unbake(xml)?,
    };
    found.sort_by_key(|unbaked| unbaked.edition);
    found.dedup_by_key(|unbaked| unbaked.edition);
    Ok(found)
}
