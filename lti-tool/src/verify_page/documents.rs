//! The documents that a stranger's badge depends on: keys, status lists, contexts, issuers, endorsements, hosted assertions.
//!
//! Whatever the database misses is fetched with the guarded client, at most [`MOST_DOCUMENTS`] within [`LONGEST_TIME`], and kept in
//! `badges.document` until it expires, so that the next badge of that issuer needs no network.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use url::Url;

use crate::{
    outbound::{OutboundError, Retrieved},
    state::AppState,
    store::{StoreError, document::JudgedRow},
};

/// For all documents of one badge together.
const LONGEST_TIME: Duration = Duration::from_secs(6);
/// The most documents for one badge.
const MOST_DOCUMENTS: usize = 12;
/// The longest document that is kept, in bytes.
const LONGEST_DOCUMENT: usize = 1024 * 1024;
/// How long a document is kept whose publisher does not say.
const LIFETIME_SECONDS: i32 = 300;
/// Whatever the publisher says: no shorter, or nothing is gained, and no longer, or a revocation is missed.
const LIFETIMES: std::ops::RangeInclusive<i32> = 60..=3600;
/// What documents are.
const ACCEPT: &str = "application/did+json, application/did+ld+json, application/vc+ld+json, application/vc, application/vc+jwt, \
                      application/ld+json, application/json;q=0.9, */*;q=0.1";

/// What came of it.
#[derive(Debug)]
pub struct Gathered {
    /// What the database says now.
    pub judged: JudgedRow,
    /// What is still missing, and why.
    pub missing: Vec<Missing>,
}

/// A document that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its address.
    pub url: String,
    /// Why.
    pub why: Absent,
}

/// Why a document could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    /// No address at all.
    #[error("it has no address")]
    NoAddress,
    /// An address of our own where nothing is.
    #[error("this site publishes no such document")]
    NotHere,
    /// No time was left.
    #[error("it did not come in time")]
    Slow,
    /// The badge needs more documents than are fetched.
    #[error("the badge needs too many documents")]
    TooMany,
    /// Something is there that is no document.
    #[error("it is no text, or too long")]
    NoDocument,
    /// Not https.
    #[error("its address is not https")]
    NotHttps,
    /// An address that is not public.
    #[error("its address is not public")]
    Private,
    /// The site answers otherwise.
    #[error("the site does not have it")]
    Gone,
    /// The site does not answer.
    #[error("the site does not answer")]
    Silent,
}

impl Absent {
    /// The key of the sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoAddress => "missing-address",
            Self::NotHere => "missing-here",
            Self::Slow => "missing-slow",
            Self::TooMany => "missing-many",
            Self::NoDocument => "missing-other",
            Self::NotHttps => "missing-plain",
            Self::Private => "missing-private",
            Self::Gone => "missing-gone",
            Self::Silent => "missing-silent",
        }
    }
}

/// Judges the badge, fetching what is missing until nothing more can be had.
///
/// # Errors
/// [`StoreError`].
pub async fn gather(state: &AppState, unverified: &str) -> Result<Gathered, StoreError> {
    let mut search = Search::default();
    let found = tokio::time::timeout(LONGEST_TIME, search.run(state, unverified)).await;
    let judged = match found {
        Ok(judged) => judged?,
        Err(_elapsed) => state.store.judge(unverified).await?,
    };
    let missing = judged.missing.iter().map(|url| search.explain(url)).collect();
    Ok(Gathered { judged, missing })
}

#[derive(Default)]
struct Search {
    tried: HashSet<String>,
    failures: Vec<Missing>,
}

impl Search {
    async fn run(&mut self, state: &AppState, unverified: &str) -> Result<JudgedRow, StoreError> {
        loop {
            let judged = state.store.judge(unverified).await?;
            let room = MOST_DOCUMENTS.saturating_sub(self.tried.len());
            let wanted = judged.missing.iter().filter(|url| !self.tried.contains(*url)).take(room);
            let wanted: Vec<String> = wanted.cloned().collect();
            if wanted.is_empty() {
                return Ok(judged);
            }
            self.tried.extend(wanted.iter().cloned());
            let fetched = join_all(wanted.iter().map(|url| fetch(state, url))).await;
            for (url, document) in wanted.into_iter().zip(fetched) {
                match document {
                    Ok((body, lifetime)) => state.store.put_document(&url, &body, lifetime).await?,
                    Err(why) => self.failures.push(Missing { url, why }),
                }
            }
        }
    }

    /// Why that document is missing.
    fn explain(&self, url: &str) -> Missing {
        let failure = self.failures.iter().find(|failure| failure.url == url);
        let why = match failure {
            Some(failure) => failure.why,
            None if self.tried.contains(url) => Absent::Slow,
            None => Absent::TooMany,
        };
        Missing { url: url.to_owned(), why }
    }
}

/// A document and how long to keep it.
async fn fetch(state: &AppState, url: &str) -> Result<(String, i32), Absent> {
    let Ok(address) = Url::parse(url) else { return Err(Absent::NoAddress) };
    if address.origin() == state.public_url.origin() {
        return Err(Absent::NotHere);
    }
    // Every badge may wait for its documents, but not all badges of the world at once.
    let Ok(_turn) = state.fetching.acquire().await else { return Err(Absent::Slow) };
    match state.outbound.retrieve(&address, ACCEPT).await {
        Ok(found) => {
            let lifetime = lifetime(&found);
            let body = String::from_utf8(found.body).ok().filter(|body| !body.contains('\0'));
            let body = body.filter(|body| body.len() <= LONGEST_DOCUMENT);
            body.map(|body| (body, lifetime)).ok_or(Absent::NoDocument)
        }
        Err(error) => Err(why(&error)),
    }
}

fn why(error: &OutboundError) -> Absent {
    match error {
        OutboundError::NotHttps(_) => Absent::NotHttps,
        OutboundError::PrivateAddress { .. } => Absent::Private,
        OutboundError::TooLong { .. } => Absent::NoDocument,
        OutboundError::Status { .. } | OutboundError::Redirects { .. } => Absent::Gone,
        OutboundError::NoAnswer { .. } | OutboundError::Setup(_) => Absent::Silent,
    }
}

/// From `Cache-Control: max-age` (<https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.1>), within bounds.
fn lifetime(found: &Retrieved) -> i32 {
    let control = found.cache_control.as_deref().unwrap_or_default().to_ascii_lowercase();
    let mut directives = control.split(',').map(str::trim);
    if directives.clone().any(|directive| directive == "no-store" || directive == "no-cache") {
        return *LIFETIMES.start();
    }
    let age = directives.find_map(|directive| directive.strip_prefix("max-age=")?.parse::<i32>().ok());
    age.unwrap_or(LIFETIME_SECONDS).clamp(*LIFETIMES.start(), *LIFETIMES.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_kept_as_long_as_its_publisher_says_within_bounds() {
        for (control, seconds) in [
            (None, 300),
            (Some("public, max-age=600"), 600),
            (Some("max-age=1"), 60),
            (Some("max-age=31536000, immutable"), 3600),
            (Some("No-Store, max-age=600"), 60),
            (Some("max-age=soon"), 300),
        ] {
            let found = Retrieved { body: Vec::new(), cache_control: control.map(str::to_owned) };
            assert_eq!(lifetime(&found), seconds, "{control:?}");
        }
    }

    #[test]
    fn a_missing_document_says_whether_it_failed_or_had_no_turn() {
        let mut search = Search::default();
        search.tried.extend(["https://a.example".to_owned(), "https://b.example".to_owned()]);
        search.failures.push(Missing { url: "https://a.example".to_owned(), why: Absent::Gone });
        let why = |url| search.explain(url).why;
        assert_eq!(
            [why("https://a.example"), why("https://b.example"), why("https://c.example")],
            [Absent::Gone, Absent::Slow, Absent::TooMany]
        );
    }

    #[test]
    fn every_reason_has_a_sentence() {
        use crate::language::Language;
        for why in [
            Absent::NoAddress,
            Absent::NotHere,
            Absent::Slow,
            Absent::TooMany,
            Absent::NoDocument,
            Absent::NotHttps,
            Absent::Private,
            Absent::Gone,
            Absent::Silent,
        ] {
            for t in [Language::En, Language::Ja] {
                assert_ne!(t.text(why.sentence()), why.sentence());
            }
        }
    }
}
