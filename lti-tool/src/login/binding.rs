//! The proof that the browser that launches is the one that began the login: a secret that only it can bring back.
//!
//! It travels as a cookie, or by way of the platform's storage (<https://www.imsglobal.org/spec/lti-cs-pm/v0p1>); the database has its
//! hash, so that the proof is made here and not in the page.

use actix_web::HttpRequest;

use crate::{secret, store::login::LoginRow};

/// The cookie that binds the login to this browser, once plain and once partitioned.
///
/// Two names make either enough, and a name of its own for each login lets several run at once. Measured in Chromium with the tool framed
/// by another site (`tests/it/cookie_measurement.rs` repeats it):
///
/// | Third-party cookies | come back in the frame | come back in a window opened afterwards |
/// |---|---|---|
/// | allowed | plain and partitioned | plain |
/// | blocked | partitioned | neither; set in the window, both |
/// | no cookies at all | neither | neither |
///
/// So `Partitioned` alone loses a login that begins in the frame and ends in a window, and the plain one alone loses every frame whose
/// browser blocks third parties.
#[must_use]
pub fn cookies(state: &str, browser: &str, lifetime_seconds: u32) -> [String; 2] {
    let name = name(state);
    let attributes = format!("Path=/lti; Max-Age={lifetime_seconds}; Secure; HttpOnly; SameSite=None");
    [format!("{name}={browser}; {attributes}"), format!("{name}_p={browser}; {attributes}; Partitioned")]
}

/// The name of the cookie and the key in the platform's storage. The state is a secret until it is used, so it is taken from its hash.
#[must_use]
pub fn name(state: &str) -> String {
    let mut name = String::with_capacity("lti_login_".len() + 16 + "_p".len());
    name.push_str("lti_login_");
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    name.extend(secret::hash(state).iter().take(8).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    name
}

/// Whether the request carries the cookie of this login.
#[must_use]
pub fn cookie_proves(request: &HttpRequest, state: &str, login: &LoginRow) -> bool {
    let name = name(state);
    [name.clone(), format!("{name}_p")]
        .iter()
        .filter_map(|name| request.cookie(name))
        .any(|cookie| secret::matches(cookie.value(), &login.browser_hash))
}

/// Whether `proof` is what the platform's storage kept for this login.
#[must_use]
pub fn storage_proves(proof: Option<&str>, login: &LoginRow) -> bool {
    login.storage_target.is_some() && proof.is_some_and(|proof| secret::matches(proof, &login.browser_hash))
}

/// Whether the browser says that the answer goes into a frame (<https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header>).
#[must_use]
pub fn is_framed(request: &HttpRequest) -> bool {
    request.headers().get("sec-fetch-dest").is_some_and(|dest| dest == "iframe" || dest == "frame")
}

#[cfg(test)]
pub(super) mod tests {
    use actix_web::{cookie::Cookie, test::TestRequest};

    use super::*;
    use crate::session::tests::sample;

    pub(in crate::login) fn login(storage_target: Option<&str>) -> LoginRow {
        LoginRow {
            platform: sample().platform,
            deployments: Vec::new(),
            approves_deployments: false,
            nonce_hash: Vec::new(),
            browser_hash: secret::hash("secret").to_vec(),
            login_hint: String::new(),
            message_hint: None,
            target_link_uri: String::new(),
            deployment_hint: None,
            storage_target: storage_target.map(str::to_owned),
            is_claimed: false,
            tells_populations: false,
        }
    }

    #[test]
    fn each_login_has_cookies_of_its_own_that_travel_across_sites() {
        let [plain, partitioned] = cookies("state-1", "secret", 600);
        assert!(
            plain.ends_with("=secret; Path=/lti; Max-Age=600; Secure; HttpOnly; SameSite=None"),
            "{plain}"
        );
        assert!(partitioned.ends_with("SameSite=None; Partitioned"), "{partitioned}");
        assert_ne!(name("state-1"), name("state-2"));
    }

    #[test]
    fn either_cookie_proves_and_no_other() {
        let request = |name: String, value: &'static str| {
            TestRequest::default().cookie(Cookie::new(name, value)).to_http_request()
        };
        let own = name("state-1");
        assert!(cookie_proves(&request(own.clone(), "secret"), "state-1", &login(None)));
        assert!(cookie_proves(&request(format!("{own}_p"), "secret"), "state-1", &login(None)));
        assert!(!cookie_proves(&request(own.clone(), "other"), "state-1", &login(None)));
        assert!(!cookie_proves(&request(own, "secret"), "state-2", &login(None)));
    }

    #[test]
    fn the_platform_s_storage_proves_only_where_the_platform_offers_it() {
        assert!(storage_proves(Some("secret"), &login(Some("_parent"))));
        assert!(!storage_proves(Some("other"), &login(Some("_parent"))));
        assert!(!storage_proves(None, &login(Some("_parent"))));
        assert!(!storage_proves(Some("secret"), &login(None)));
    }

    #[test]
    fn the_name_is_sixteen_hexadecimal_digits_of_the_hash() {
        // SHA-256 of "abc", FIPS 180-2, appendix B.1.
        assert_eq!(name("abc"), "lti_login_ba7816bf8f01cfea");
    }

    #[test]
    fn a_frame_is_told_by_the_browser() {
        let request = |dest| TestRequest::default().insert_header(("sec-fetch-dest", dest)).to_http_request();
        assert!(is_framed(&request("iframe")) && !is_framed(&request("document")));
        assert!(!is_framed(&TestRequest::default().to_http_request()));
    }
}
