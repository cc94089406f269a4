//! What somebody brings to be verified, from the form to the text of a badge. Nothing here is believed.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::web::Bytes;
use futures_util::StreamExt as _;
use openbadges::bake::unverified_text;
use url::Url;

use crate::{credential::older, outbound::OutboundError, state::AppState, store::StoreError};

/// The longest badge with its picture, in bytes.
pub const LONGEST: usize = 5 * 1024 * 1024;
/// A longer form is read to its end, so that the browser hears the answer, but not longer than this.
const LONGEST_UNREAD: usize = 64 * 1024 * 1024;
/// For what lies behind a link.
const LONGEST_TIME: Duration = Duration::from_secs(5);
/// What a link should lead to.
const ACCEPT: &str = "application/vc+ld+json, application/vc, application/vc+jwt, application/ld+json, application/json;q=0.9, \
                      image/png;q=0.8, image/svg+xml;q=0.8, */*;q=0.1";

/// Bytes that were sent, from a file or from the field for text.
#[derive(Debug)]
pub struct Given(pub Vec<u8>);

/// Why there is nothing to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReceived {
    /// An empty form.
    #[error("nothing was sent")]
    Nothing,
    /// More than [`LONGEST`].
    #[error("more than {LONGEST} bytes were sent")]
    TooLong,
    /// No form of ours, or one that broke off.
    #[error("the form cannot be read")]
    Unreadable,
    /// Neither JSON nor a token nor a link, nor a picture with a badge inside.
    #[error("there is no badge in it")]
    NoBadge,
    /// A picture that nothing was baked into.
    #[error("the picture holds no badge")]
    EmptyPicture,
    /// A link where there is no badge.
    #[error("there is no badge at the link")]
    NoBadgeThere,
    /// A link that is not followed.
    #[error("the link leads to an address that is not followed")]
    LinkRefused,
    /// A link where nobody answers.
    #[error("nobody answers at the link")]
    LinkSilent,
    /// A badge of ours that its holder keeps to themselves.
    #[error("the badge is not shared by its holder")]
    NotShared,
    /// Too many badges at once.
    #[error("too many documents are being fetched")]
    Busy,
}

impl NotReceived {
    /// The key of the sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Nothing => "verify-nothing",
            Self::TooLong => "verify-too-long",
            Self::Unreadable => "verify-unreadable",
            Self::NoBadge => "verify-no-badge",
            Self::EmptyPicture => "verify-empty-picture",
            Self::NoBadgeThere => "verify-no-badge-there",
            Self::LinkRefused => "verify-link-refused",
            Self::LinkSilent => "verify-link-silent",
            Self::NotShared => "verify-not-shared",
            Self::Busy => "verify-busy",
        }
    }
}

/// Reads the form: a file if one was chosen, else the text.
///
/// # Errors
/// [`NotReceived`].
pub async fn read(mut form: Multipart) -> Result<Given, NotReceived> {
    let (mut file, mut text) = (Vec::new(), Vec::new());
    let mut reader = Reader::default();
    while let Some(field) = form.next().await {
        let field = field.map_err(|_error: actix_multipart::MultipartError| NotReceived::Unreadable)?;
        match field.name() {
            Some("file") => file = reader.read(field).await?,
            Some("text") => text = reader.read(field).await?,
            _ => drop(reader.read(field).await?),
        }
    }
    let given = if file.is_empty() { text } else { file };
    match () {
        () if reader.read > LONGEST => Err(NotReceived::TooLong),
        () if given.trim_ascii().is_empty() => Err(NotReceived::Nothing),
        () => Ok(Given(given)),
    }
}

/// Reads fields; keeps nothing of what is too long.
#[derive(Default)]
struct Reader {
    read: usize,
}

impl Reader {
    async fn read(&mut self, mut field: Field) -> Result<Vec<u8>, NotReceived> {
        let mut bytes = Vec::new();
        while let Some(chunk) = field.next().await {
            let chunk: Bytes =
                chunk.map_err(|_error: actix_multipart::MultipartError| NotReceived::Unreadable)?;
            self.read += chunk.len();
            if self.read > LONGEST_UNREAD {
                return Err(NotReceived::TooLong);
            }
            if self.read <= LONGEST {
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok(bytes)
    }
}

/// The text of the badge: out of a picture, from behind a link, or as it was given.
///
/// # Errors
/// [`StoreError`]; the inner error says why there is no badge.
pub async fn text(state: &AppState, given: &Given) -> Result<Result<String, NotReceived>, StoreError> {
    let link = match unbaked(&given.0) {
        Ok(text) => match link(&text) {
            Some(link) => link,
            None => return Ok(Ok(text)),
        },
        Err(refusal) => return Ok(Err(refusal)),
    };
    if link.origin() == state.public_url.origin() {
        return own(state, &link).await;
    }
    let Ok(_turn) = state.fetching.try_acquire() else { return Ok(Err(NotReceived::Busy)) };
    let found = tokio::time::timeout(LONGEST_TIME, state.outbound.retrieve(&link, ACCEPT)).await;
    let Ok(found) = found else { return Ok(Err(NotReceived::LinkSilent)) };
    Ok(found
        .map_err(|error| refusal(&error))
        .and_then(|found| unbaked(&found.body).map_err(|_no_badge: NotReceived| NotReceived::NoBadgeThere)))
}

/// The badge in bytes of any kind.
fn unbaked(bytes: &[u8]) -> Result<String, NotReceived> {
    use openbadges::bake::ContainerError;
    let text = unverified_text(bytes).map_err(|error| match error {
        ContainerError::NoBadge => NotReceived::EmptyPicture,
        ContainerError::NotText | ContainerError::Picture(_) => NotReceived::NoBadge,
    })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_token = text.split('.').count() >= 3 && !text.contains(char::is_whitespace);
    // The database's texts have no NUL.
    let is_badge = (text.starts_with('{') || is_token || link(text).is_some()) && !text.contains('\0');
    if is_badge { Ok(text.to_owned()) } else { Err(NotReceived::NoBadge) }
}

/// The text as a link.
fn link(text: &str) -> Option<Url> {
    let is_link = text.starts_with("https://") || text.starts_with("http://");
    if is_link && !text.contains(char::is_whitespace) { Url::parse(text).ok() } else { None }
}

/// Our own badge, without a detour over the network; its holder decides who may see it.
async fn own(state: &AppState, link: &Url) -> Result<Result<String, NotReceived>, StoreError> {
    let path = link.path().trim_end_matches('/');
    let url = state.address(path.strip_suffix(older::SUFFIX).unwrap_or(path));
    Ok(match state.store.find_credential(&url).await? {
        Some(row) if row.is_open => Ok(row.credential),
        Some(_) => Err(NotReceived::NotShared),
        None => Err(NotReceived::NoBadgeThere),
    })
}

fn refusal(error: &OutboundError) -> NotReceived {
    match error {
        OutboundError::NotHttps(_) | OutboundError::PrivateAddress { .. } => NotReceived::LinkRefused,
        OutboundError::TooLong { .. } | OutboundError::Status { .. } => NotReceived::NoBadgeThere,
        OutboundError::NoAnswer { .. } | OutboundError::Redirects { .. } | OutboundError::Setup(_) => {
            NotReceived::LinkSilent
        }
    }
}

#[cfg(test)]
mod tests {
    use openbadges::bake::{Edition, bake};

    use super::*;

    #[test]
    fn a_badge_is_found_in_text_and_pictures() {
        for text in ["{\"a\":1}", "e30.e30.AA", "https://badges.example/1"] {
            assert_eq!(unbaked(format!("\u{feff} {text}\n").as_bytes()).as_deref(), Ok(text));
            let picture =
                bake(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", text, Edition::OpenBadges3).unwrap();
            assert_eq!(unbaked(&picture).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_badge_is_told_apart() {
        for (bytes, expected) in [
            (b"hello".as_slice(), NotReceived::NoBadge),
            (b"\xff\xd8\xff\xe0 JFIF", NotReceived::NoBadge),
            (b"<!doctype html><p>hello", NotReceived::NoBadge),
            (
                b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
                NotReceived::EmptyPicture,
            ),
            (b"{\"a\":\"\0\"}", NotReceived::NoBadge),
            (b"\x89PNG\r\n\x1a\n", NotReceived::NoBadge),
            (b"https://two.example https://links.example", NotReceived::NoBadge),
        ] {
            assert_eq!(unbaked(bytes), Err(expected), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn every_refusal_has_a_sentence() {
        use crate::language::Language;
        let all = [
            NotReceived::Nothing,
            NotReceived::TooLong,
            NotReceived::Unreadable,
            NotReceived::NoBadge,
            NotReceived::EmptyPicture,
            NotReceived::NoBadgeThere,
            NotReceived::LinkRefused,
            NotReceived::LinkSilent,
            NotReceived::NotShared,
            NotReceived::Busy,
        ];
        for refusal in all {
            for t in [Language::En, Language::Ja] {
                assert_ne!(t.text(refusal.sentence()), refusal.sentence());
            }
        }
    }
}
