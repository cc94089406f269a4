//! Who may put our pages into a frame: the platform of the login or the session, and nobody else.
//!
//! CSP `frame-ancestors`: <https://www.w3.org/TR/CSP3/#directive-frame-ancestors>. A platform may show pages under another host than that
//! of its issuer (all of Canvas is one issuer); the signed `return_url` names it.

use actix_web::{HttpMessage, HttpRequest};
use url::Url;

use crate::platform::Platform;

/// The ancestors for the answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame(Vec<String>);

impl Frame {
    /// Pages of this platform, and of the site that its signed launch named.
    #[must_use]
    pub fn of_platform(platform: &Platform, return_url: Option<&Url>) -> Self {
        Self::of_origins(
            platform.issuer_url.iter().chain([&platform.authorization_endpoint]).chain(return_url),
        )
    }

    /// Pages of the origins of these URLs.
    #[must_use]
    pub fn of_origins<'a>(urls: impl IntoIterator<Item = &'a Url>) -> Self {
        let mut origins: Vec<String> = Vec::new();
        for url in urls.into_iter().filter(|url| url.has_host()) {
            // Most are at one of the origins that are there already.
            let is_below = |origin: &String| {
                url.as_str().strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'))
            };
            if !origins.iter().any(is_below) {
                origins.push(url.origin().ascii_serialization());
            }
        }
        origins.sort();
        origins.dedup();
        Self(origins)
    }

    /// Anybody: for a page that has nothing to press, which is an error before the platform is known or after its session has ended. Shown
    /// in its frame, it says what to do; blocked, it would leave an empty frame.
    #[must_use]
    pub fn anybody() -> Self {
        Self(vec!["*".to_owned()])
    }

    /// Remembers it for the answer to `request`.
    pub fn attach(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    /// Writes the directive to the end of a policy.
    pub fn write_directive(&self, policy: &mut String) {
        policy.push_str("frame-ancestors 'self'");
        for origin in &self.0 {
            policy.push(' ');
            policy.push_str(origin);
        }
    }
}

/// Another origin that the page has a form for: the platform, when a badge is placed into a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTarget(String);

impl FormTarget {
    /// The origin of `url`.
    #[must_use]
    pub fn of(url: &Url) -> Self {
        Self(url.origin().ascii_serialization())
    }

    /// Remembers it for the answer to `request`.
    pub fn attach(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    /// The origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive(frame: &Frame) -> String {
        let mut policy = String::new();
        frame.write_directive(&mut policy);
        policy
    }

    #[test]
    fn the_platform_its_login_and_its_signed_site_may_frame_us() {
        let platform = Platform {
            registration_id: uuid::Uuid::nil(),
            issuer: "https://canvas.instructure.com".to_owned(),
            issuer_url: "https://canvas.instructure.com".parse().ok(),
            client_id: "1".to_owned(),
            authorization_endpoint: "https://sso.canvaslms.com/api/lti/authorize_redirect".parse().unwrap(),
            token_endpoint: "https://sso.canvaslms.com/login/oauth2/token".parse().unwrap(),
            token_audience: None,
            jwks_url: "https://sso.canvaslms.com/api/lti/security/jwks".parse().unwrap(),
            id_token_algorithm: jsonwebtoken::Algorithm::RS256,
        };
        let school = "https://school.instructure.com/courses/3".parse().unwrap();
        assert_eq!(
            directive(&Frame::of_platform(&platform, Some(&school))),
            "frame-ancestors 'self' https://canvas.instructure.com https://school.instructure.com https://sso.canvaslms.com"
        );
        let odd = "data:text/html,x".parse().unwrap();
        assert!(!directive(&Frame::of_platform(&platform, Some(&odd))).contains("null"));
    }
}
