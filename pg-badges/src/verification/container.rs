//! A credential out of the file that it came in: text, or baked into a PNG or SVG picture.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#baking>

use std::borrow::Cow;

use openbadges::bake::{BakeError, unbake};

/// Why bytes hold no credential.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContainerError {
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

/// The credential in a file, as text; Open Badges 3.0 first if a picture holds two editions.
///
/// # Errors
/// [`ContainerError`] says why there is none.
pub(crate) fn unverified_text(bytes: &[u8]) -> Result<Cow<'_, str>, ContainerError> {
    if is_picture(bytes) {
        let found = unbake(bytes)?.into_iter().next().ok_or(ContainerError::NoBadge)?;
        return Ok(Cow::Owned(found.unverified));
    }
    std::str::from_utf8(bytes).map(Cow::Borrowed).or(Err(ContainerError::NotText))
}

/// PNG starts with its signature, SVG with a tag; JSON and tokens start with neither.
fn is_picture(bytes: &[u8]) -> bool {
    let without_mark = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.starts_with(b"\x89PNG") || without_mark.trim_ascii_start().starts_with(b"<")
}
