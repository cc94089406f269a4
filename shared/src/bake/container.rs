//! A badge out of the file that it came in: text, or baked into a PNG or SVG picture.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#docformat>

use std::borrow::Cow;

use super::{BakeError, png, unbake};

/// Why a file holds no badge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// Neither a picture nor text.
    #[error("the bytes are neither UTF-8 text nor a PNG or SVG picture")]
    NotText,
    /// A picture that nothing was baked into.
    #[error("the picture holds no badge")]
    NoBadge,
    /// A picture that cannot be read.
    #[error("the picture cannot be read: {0}")]
    Picture(#[from] BakeError),
}

/// The badge in a file, as text that nobody has checked; Open Badges 3.0 first if a picture holds two editions.
///
/// # Errors
/// [`ContainerError`] says why there is none.
pub fn unverified_text(bytes: &[u8]) -> Result<Cow<'_, str>, ContainerError> {
    if is_picture(bytes) {
        let found = unbake(bytes)?.into_iter().next().ok_or(ContainerError::NoBadge)?;
        return Ok(Cow::Owned(found.unverified));
    }
    std::str::from_utf8(bytes).map(Cow::Borrowed).or(Err(ContainerError::NotText))
}

/// PNG starts with its signature, SVG with a tag; JSON, tokens and addresses start with neither.
fn is_picture(bytes: &[u8]) -> bool {
    let without_mark = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // A signature that transport has damaged is still that of a picture, and is told as such.
    bytes.starts_with(&png::SIGNATURE[..4]) || without_mark.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bake::{Edition, bake};

    #[test]
    fn text_is_itself_and_a_picture_gives_the_newer_edition() {
        for text in ["{\"a\":1}", "e30.e30.AA", "https://badges.example/assertions/1", ""] {
            assert_eq!(unverified_text(text.as_bytes()).as_deref(), Ok(text));
        }
        let svg = bake(b"<svg/>", "https://badges.example/assertions/1", Edition::OpenBadges2).unwrap();
        assert_eq!(unverified_text(&svg).as_deref(), Ok("https://badges.example/assertions/1"));
        let svg = bake(&svg, "{}", Edition::OpenBadges3).unwrap();
        assert_eq!(unverified_text(&svg).as_deref(), Ok("{}"));
    }

    #[test]
    fn a_file_without_a_badge_says_which_kind_of_nothing_it_is() {
        for (bytes, sentence) in [
            (b"\xff\xfe".as_slice(), "the bytes are neither UTF-8 text nor a PNG or SVG picture"),
            (b" <svg/>", "the picture holds no badge"),
            (b"\xEF\xBB\xBF<svg", "the picture cannot be read: SVG file is not well-formed XML near byte 0"),
            (b"\x89PNG\n", "the picture cannot be read: file is neither PNG nor SVG"),
        ] {
            assert_eq!(unverified_text(bytes).unwrap_err().to_string(), sentence);
        }
    }
}
