//! What a verified launch offers: the grade book, groups, notices, the course's history, and who somebody was under LTI 1.1.
//!
//! A service that is described oddly counts as not offered; it never makes a launch fail. Addresses are believed because the token is
//! signed; the guarded client decides whether a request may go there.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use url::Url;

use super::{
    Expected,
    message::{is_id, web_url},
};
use crate::lti::{
    claims::LaunchClaimsWire,
    scope,
    services::{CANVAS_PARAMETERS, MigrationWire, NoticesWire, canvas_number, context_history, link_history},
};

/// What the platform offers with this launch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// The column of the launched link in the grade book, if we may write scores there.
    pub line_item_url: Option<Url>,
    /// All of our columns, if we may make some and write scores there.
    pub line_items_url: Option<Url>,
    /// The groups of the course.
    pub groups_url: Option<Url>,
    /// Where we say that we want to hear of copied courses, if the platform tells of them.
    pub notices_url: Option<Url>,
    /// The courses that this one was copied from, the latest first.
    pub context_history: Vec<String>,
    /// The links that the launched one was copied from, the latest first.
    pub link_history: Vec<String>,
    /// Canvas's own number of the course, where its variables were asked for.
    pub canvas_course: Option<i64>,
    /// Canvas's own number of the person.
    pub canvas_person: Option<i64>,
    /// Who this was under LTI 1.1, not yet believed.
    pub unverified_migration: Option<UnverifiedMigration>,
}

/// A migration claim with what its proof covers; [`UnverifiedMigration::proves`] says whether to believe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedMigration {
    /// The old key, which leads to the secret.
    pub consumer_key: String,
    /// The old id of the person, if it was another.
    pub unverified_user_id: Option<String>,
    /// The old id of the course, if it was another.
    pub unverified_context_id: Option<String>,
    signed: String,
    signature: Vec<u8>,
}

impl UnverifiedMigration {
    /// Whether the platform knows the secret that belonged to the old key
    /// (<https://www.imsglobal.org/spec/lti/v1p3/migr#oauth_consumer_key_sign>).
    #[must_use]
    pub fn proves(&self, secret: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, self.signed.as_bytes(), &self.signature).is_ok()
    }
}

impl Services {
    pub(super) fn read(claims: &LaunchClaimsWire, expected: &Expected<'_>, deployment_id: &str) -> Self {
        let grade_book = claims.grade_book.clone().unwrap_or_default();
        let scopes = grade_book.scope.unwrap_or_default();
        let [course, person] = CANVAS_PARAMETERS.map(|(name, _)| canvas_number(claims.custom.as_ref(), name));
        let may = |wanted: &str| scopes.iter().any(|scope| scope.as_str() == Some(wanted));
        Self {
            line_item_url: grade_book.lineitem.as_deref().and_then(web_url).filter(|_| may(scope::SCORE)),
            line_items_url: grade_book
                .lineitems
                .as_deref()
                .and_then(web_url)
                .filter(|_| may(scope::LINE_ITEM) && may(scope::SCORE)),
            groups_url: claims
                .groups
                .as_ref()
                .and_then(|groups| web_url(groups.context_groups_url.as_deref()?)),
            notices_url: claims.notices.clone().and_then(notices_url),
            context_history: context_history(claims.custom.as_ref()),
            link_history: link_history(claims.custom.as_ref()),
            canvas_course: course,
            canvas_person: person,
            unverified_migration: claims
                .migration
                .clone()
                .and_then(|claim| migration(claim, claims, expected, deployment_id)),
        }
    }
}

fn notices_url(wire: NoticesWire) -> Option<Url> {
    let types = wire.notice_types_supported.unwrap_or_default();
    let tells_of_copies = types.iter().any(|kind| kind == scope::CONTEXT_COPY_NOTICE);
    wire.platform_notification_service_url.as_deref().and_then(web_url).filter(|_| tells_of_copies)
}

/// What is signed: key, deployment, issuer, client, expiry and nonce, joined by `&`.
fn migration(
    wire: MigrationWire,
    claims: &LaunchClaimsWire,
    expected: &Expected<'_>,
    deployment_id: &str,
) -> Option<UnverifiedMigration> {
    let consumer_key = wire.oauth_consumer_key.filter(|key| !key.is_empty())?;
    let signature = STANDARD.decode(wire.oauth_consumer_key_sign?).ok()?;
    let expires_at = format!("{:.0}", claims.exp?);
    let nonce = claims.nonce.as_deref()?;
    let parts = [&consumer_key, deployment_id, expected.issuer, expected.client_id, &expires_at, nonce];
    Some(UnverifiedMigration {
        signed: parts.join("&"),
        signature,
        consumer_key,
        unverified_user_id: wire.user_id.filter(|id| is_id(id)),
        unverified_context_id: wire.context_id.filter(|id| is_id(id)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: serde_json::Value) -> Services {
        let claims: LaunchClaimsWire = serde_json::from_value(claims).unwrap();
        let expected = Expected {
            issuer: "https://lmsvendor.com",
            client_id: "PM48OJSfGDTAzAo",
            algorithm: jsonwebtoken::Algorithm::RS256,
            deployments: &[],
            approves_deployments: false,
            nonce_hash: &[],
            public_url: &"https://badges.example.org/".parse().unwrap(),
            now: openbadges::time::Timestamp::from_unix_seconds(0),
            leeway_seconds: 0,
            max_age_seconds: 0,
        };
        Services::read(&claims, &expected, "689302")
    }

    /// The example of the specification's section on the migration claim.
    fn example(user_id: &str) -> serde_json::Value {
        json!({
            "nonce": "172we8671fd8z", "iat": 1_551_290_796, "exp": 1_551_290_856, "iss": "https://lmsvendor.com",
            "aud": "PM48OJSfGDTAzAo", "sub": "3",
            "https://purl.imsglobal.org/spec/lti/claim/lti1p1": {
                "user_id": user_id, "oauth_consumer_key": "179248902",
                "oauth_consumer_key_sign": "lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps=",
            },
        })
    }

    #[test]
    fn the_specification_s_migration_claim_is_proven_by_its_secret_alone() {
        let claim = read(example("34212")).unverified_migration.unwrap();
        assert_eq!(
            (claim.consumer_key.as_str(), claim.unverified_user_id.as_deref()),
            ("179248902", Some("34212"))
        );
        assert!(claim.proves(b"my-lti11-secret"));
        assert!(!claim.proves(b"my-lti11-secreT") && !claim.proves(b""));
        let mut other = example("34212");
        other["nonce"] = json!("another");
        assert!(!read(other).unverified_migration.unwrap().proves(b"my-lti11-secret"));
    }

    #[test]
    fn a_claim_without_key_or_proof_is_none() {
        let mut claims = example("34212");
        claims["https://purl.imsglobal.org/spec/lti/claim/lti1p1"] = json!({ "user_id": "34212" });
        assert_eq!(read(claims).unverified_migration, None);
    }

    #[test]
    fn a_column_is_used_only_with_the_scope_for_it() {
        let grade_book = |scopes: serde_json::Value| {
            read(json!({ "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "scope": scopes, "lineitem": "https://lms.example/1/lineitem?type_id=2", "lineitems": "https://lms.example/1" } }))
        };
        let granted = grade_book(json!([scope::SCORE, scope::LINE_ITEM, 5]));
        assert!(granted.line_item_url.is_some() && granted.line_items_url.is_some());
        let narrowed = grade_book(json!(["https://canvas.instructure.com/lti/unknown"]));
        assert_eq!((narrowed.line_item_url, narrowed.line_items_url), (None, None));
        let without_scores = grade_book(json!([scope::LINE_ITEM]));
        assert_eq!(without_scores.line_items_url, None, "a column that stays empty is none");
    }

    #[test]
    fn notices_are_wanted_only_where_copies_are_told() {
        let notices = |kinds: serde_json::Value| {
            read(json!({ "https://purl.imsglobal.org/spec/lti/claim/platformnotificationservice": {
                "service_versions": ["1.0"], "platform_notification_service_url": "https://lms.example/notice-handlers/106",
                "notice_types_supported": kinds } }))
            .notices_url
        };
        assert!(notices(json!(["LtiHelloWorldNotice", "LtiContextCopyNotice"])).is_some());
        assert!(notices(json!(["LtiHelloWorldNotice"])).is_none());
    }
}
