//! A platform out of its row of `lti.registration`.
//!
//! Every launch reads its platform twice, and it is nearly always what it was a moment ago: then its addresses are not taken apart again.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use sqlx::{Row, postgres::PgRow};
use url::Url;
use uuid::Uuid;

use super::StoreError;
use crate::platform::Platform;

/// How many a thread remembers; at more it begins anew.
const MOST: usize = 1024;

thread_local! {
    static KNOWN: RefCell<HashMap<Uuid, Arc<Platform>>> = RefCell::default();
}

/// The columns of a platform, as they are in the row.
struct PlatformTexts<'a> {
    registration_id: Uuid,
    issuer: &'a str,
    client_id: &'a str,
    authorization_endpoint: &'a str,
    token_endpoint: &'a str,
    token_audience: Option<&'a str>,
    jwks_url: &'a str,
    id_token_algorithm: &'a str,
}

/// Reads a [`Platform`] from a row with the columns of `lti.registration`.
pub(super) fn read_platform(row: &PgRow) -> Result<Arc<Platform>, StoreError> {
    let texts = PlatformTexts {
        registration_id: row.try_get("registration_id")?,
        issuer: row.try_get("issuer")?,
        client_id: row.try_get("client_id")?,
        authorization_endpoint: row.try_get("authorization_endpoint")?,
        token_endpoint: row.try_get("token_endpoint")?,
        token_audience: row.try_get("token_audience")?,
        jwks_url: row.try_get("jwks_url")?,
        id_token_algorithm: row.try_get("id_token_algorithm")?,
    };
    KNOWN.with_borrow_mut(|known| texts.find_or_read(known))
}

impl PlatformTexts<'_> {
    fn find_or_read(&self, known: &mut HashMap<Uuid, Arc<Platform>>) -> Result<Arc<Platform>, StoreError> {
        if let Some(platform) = known.get(&self.registration_id).filter(|platform| self.are_of(platform)) {
            return Ok(Arc::clone(platform));
        }
        let platform = Arc::new(self.read()?);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(self.registration_id, Arc::clone(&platform));
        Ok(platform)
    }

    fn are_of(&self, platform: &Platform) -> bool {
        platform.issuer == self.issuer
            && platform.client_id == self.client_id
            && platform.authorization_endpoint.as_str() == self.authorization_endpoint
            && platform.token_endpoint.as_str() == self.token_endpoint
            && platform.token_audience.as_deref() == self.token_audience
            && platform.jwks_url.as_str() == self.jwks_url
            && self.id_token_algorithm.parse() == Ok(platform.id_token_algorithm)
    }

    fn read(&self) -> Result<Platform, StoreError> {
        let url = |text: &str, column| {
            text.parse::<Url>().map_err(|_error: url::ParseError| StoreError::Damaged(column))
        };
        Ok(Platform {
            registration_id: self.registration_id,
            issuer: self.issuer.to_owned(),
            issuer_url: self.issuer.parse().ok(),
            client_id: self.client_id.to_owned(),
            authorization_endpoint: url(self.authorization_endpoint, "authorization_endpoint")?,
            token_endpoint: url(self.token_endpoint, "token_endpoint")?,
            token_audience: self.token_audience.map(str::to_owned),
            jwks_url: url(self.jwks_url, "jwks_url")?,
            id_token_algorithm: self
                .id_token_algorithm
                .parse()
                .map_err(|_error: jsonwebtoken::errors::Error| StoreError::Damaged("id_token_algorithm"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: PlatformTexts<'_> = PlatformTexts {
        registration_id: Uuid::from_u128(1),
        issuer: "https://lms.example",
        client_id: "client-1",
        authorization_endpoint: "https://lms.example/auth",
        token_endpoint: "https://lms.example/token",
        token_audience: None,
        jwks_url: "https://lms.example/certs",
        id_token_algorithm: "RS256",
    };

    #[test]
    fn a_platform_that_has_not_changed_is_read_once() {
        let mut known = HashMap::new();
        let first = TEXTS.find_or_read(&mut known).unwrap();
        assert!(Arc::ptr_eq(&first, &TEXTS.find_or_read(&mut known).unwrap()));
        assert_eq!(first.issuer_url.as_ref().map(Url::as_str), Some("https://lms.example/"));
    }

    #[test]
    fn every_change_of_a_platform_counts_at_once() {
        let changes = [
            PlatformTexts { issuer: "https://other.example", ..TEXTS },
            PlatformTexts { client_id: "client-2", ..TEXTS },
            PlatformTexts { authorization_endpoint: "https://lms.example/auth2", ..TEXTS },
            PlatformTexts { token_endpoint: "https://lms.example/token2", ..TEXTS },
            PlatformTexts { token_audience: Some("https://lms.example/token"), ..TEXTS },
            PlatformTexts { jwks_url: "https://lms.example/certs2", ..TEXTS },
            PlatformTexts { id_token_algorithm: "RS512", ..TEXTS },
        ];
        for changed in changes {
            let mut known = HashMap::new();
            let before = TEXTS.find_or_read(&mut known).unwrap();
            let after = changed.find_or_read(&mut known).unwrap();
            assert!(changed.are_of(&after) && !changed.are_of(&before));
            assert!(!Arc::ptr_eq(&after, &TEXTS.find_or_read(&mut known).unwrap()));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_not_remembered() {
        let mut known = HashMap::new();
        let damaged = PlatformTexts { jwks_url: "certs", ..TEXTS };
        assert!(matches!(damaged.find_or_read(&mut known), Err(StoreError::Damaged("jwks_url"))));
        let damaged = PlatformTexts { id_token_algorithm: "none", ..TEXTS };
        assert!(matches!(damaged.find_or_read(&mut known), Err(StoreError::Damaged("id_token_algorithm"))));
        assert!(known.is_empty());
    }

    #[test]
    fn no_more_are_remembered_than_fit() {
        let mut known = HashMap::new();
        for number in 0..=u128::try_from(MOST).unwrap() {
            PlatformTexts { registration_id: Uuid::from_u128(number), ..TEXTS }
                .find_or_read(&mut known)
                .unwrap();
        }
        assert_eq!(known.len(), 1);
    }
}
