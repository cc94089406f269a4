//! The claims of a launch as platforms send them, read leniently: members that we do not need may be null or odd.
//!
//! Names and meaning: <https://www.imsglobal.org/spec/lti/v1p3/#required-message-claims>. Nothing is checked here but the JSON types of
//! the claims that decide something; the rules stand in `launch::verify`.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::services::{ForUserWire, GradeBookWire, GroupsWire, MigrationWire, NoticesWire};

/// The payload of an `id_token` before anything in it is believed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LaunchClaimsWire {
    /// Issuer.
    #[serde(default, deserialize_with = "lenient")]
    pub iss: Option<String>,
    /// A client id or several.
    #[serde(default, deserialize_with = "lenient")]
    pub aud: Option<AudienceWire>,
    /// The party that the token was issued to; required with several audiences.
    pub azp: Option<Value>,
    /// Seconds since 1970.
    #[serde(default, deserialize_with = "lenient")]
    pub exp: Option<f64>,
    /// Seconds since 1970.
    #[serde(default, deserialize_with = "lenient")]
    pub iat: Option<f64>,
    /// The nonce of the login.
    #[serde(default, deserialize_with = "lenient")]
    pub nonce: Option<String>,
    /// The user; absent for an anonymous launch.
    pub sub: Option<Value>,
    /// Full name.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// First name.
    #[serde(default, deserialize_with = "lenient")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "lenient")]
    pub family_name: Option<String>,
    /// E-mail address.
    #[serde(default, deserialize_with = "lenient")]
    pub email: Option<String>,
    /// "1.3.0".
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/version",
        default,
        deserialize_with = "lenient"
    )]
    pub version: Option<String>,
    /// Which message this is.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/message_type",
        default,
        deserialize_with = "lenient"
    )]
    pub message_type: Option<String>,
    /// Which installation of the tool in the platform.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/deployment_id",
        default,
        deserialize_with = "lenient"
    )]
    pub deployment_id: Option<String>,
    /// Where the launch leads, signed.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri",
        default,
        deserialize_with = "lenient"
    )]
    pub target_link_uri: Option<String>,
    /// Roles, an array of texts.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/roles",
        default,
        deserialize_with = "lenient"
    )]
    pub roles: Option<Vec<String>>,
    /// The link in the course.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/resource_link",
        default,
        deserialize_with = "lenient"
    )]
    pub resource_link: Option<ResourceLinkWire>,
    /// The course.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/context",
        default,
        deserialize_with = "lenient"
    )]
    pub context: Option<ContextWire>,
    /// How the platform shows the tool.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation",
        default,
        deserialize_with = "lenient"
    )]
    pub launch_presentation: Option<LaunchPresentationWire>,
    /// Names and Role Provisioning Services.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
        default,
        deserialize_with = "lenient"
    )]
    pub names_and_roles: Option<NamesAndRolesWire>,
    /// What a deep linking request wants back.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
        default,
        deserialize_with = "lenient"
    )]
    pub deep_linking_settings: Option<DeepLinkingSettingsWire>,
    /// Custom parameters; values may be of any type.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/custom",
        default,
        deserialize_with = "lenient"
    )]
    pub custom: Option<serde_json::Map<String, Value>>,
    /// Assignment and Grade Services.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
        default,
        deserialize_with = "lenient"
    )]
    pub grade_book: Option<GradeBookWire>,
    /// Course groups.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice",
        default,
        deserialize_with = "lenient"
    )]
    pub groups: Option<GroupsWire>,
    /// Platform notifications.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/platformnotificationservice",
        default,
        deserialize_with = "lenient"
    )]
    pub notices: Option<NoticesWire>,
    /// Whom a submission review or a data privacy launch is about.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/for_user",
        default,
        deserialize_with = "lenient"
    )]
    pub for_user: Option<ForUserWire>,
    /// Who this was under LTI 1.1.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/lti1p1",
        default,
        deserialize_with = "lenient"
    )]
    pub migration: Option<MigrationWire>,
    /// What a notice is about; only in notices.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/notice",
        default,
        deserialize_with = "lenient"
    )]
    pub notice: Option<NoticeWire>,
    /// The courses that a copied course comes from; only in notices.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/origin_contexts",
        default,
        deserialize_with = "lenient"
    )]
    pub origin_contexts: Option<Vec<String>>,
}

/// `aud`: a text or an array (<https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3>).
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum AudienceWire {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl AudienceWire {
    /// All audiences.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// <https://www.imsglobal.org/spec/lti/v1p3/#resource-link-claim>
#[derive(Clone, Debug, Deserialize)]
pub struct ResourceLinkWire {
    /// Required, at most 255 characters.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<String>,
}

/// <https://www.imsglobal.org/spec/lti/v1p3/#context-claim>
#[derive(Clone, Debug, Deserialize)]
pub struct ContextWire {
    /// Required if the claim is there, at most 255 characters.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<String>,
    /// Full name of the course.
    #[serde(default, deserialize_with = "lenient")]
    pub title: Option<String>,
    /// Short name of the course.
    #[serde(default, deserialize_with = "lenient")]
    pub label: Option<String>,
}

/// <https://www.imsglobal.org/spec/lti/v1p3/#launch-presentation-claim>
#[derive(Clone, Debug, Deserialize)]
pub struct LaunchPresentationWire {
    /// BCP 47 or what the platform takes for it (`ja_JP`, `en_us_k12`).
    #[serde(default, deserialize_with = "lenient")]
    pub locale: Option<String>,
    /// Where people go back to.
    #[serde(default, deserialize_with = "lenient")]
    pub return_url: Option<String>,
}

/// <https://www.imsglobal.org/spec/lti-nrps/v2p0/#lti-1-3-integration>
#[derive(Clone, Debug, Deserialize)]
pub struct NamesAndRolesWire {
    /// Where the roster is.
    #[serde(default, deserialize_with = "lenient")]
    pub context_memberships_url: Option<String>,
}

/// <https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings>
#[derive(Clone, Debug, Deserialize)]
pub struct DeepLinkingSettingsWire {
    /// Where the browser takes the answer.
    #[serde(default, deserialize_with = "lenient")]
    pub deep_link_return_url: Option<String>,
    /// Opaque, to be given back.
    #[serde(default, deserialize_with = "lenient")]
    pub data: Option<String>,
    /// Which types of items the platform takes.
    #[serde(default, deserialize_with = "lenient")]
    pub accept_types: Option<Vec<String>>,
    /// Whether it takes several items.
    #[serde(default, deserialize_with = "lenient")]
    pub accept_multiple: Option<bool>,
    /// Whether it makes a column of the grade book for an item that asks for one; absent, nothing is said.
    #[serde(default, deserialize_with = "lenient")]
    pub accept_lineitem: Option<bool>,
}

/// <https://www.imsglobal.org/spec/lti-pns/v1p0#notice-claim>
#[derive(Clone, Debug, Deserialize)]
pub struct NoticeWire {
    /// Unique for the platform; a notice that arrives again has the same.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<String>,
    /// Which notice this is.
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    pub notice_type: Option<String>,
}

/// Anything that does not have the wanted type counts as absent.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nulls_and_odd_members_are_read_as_absent() {
        let claims: LaunchClaimsWire = serde_json::from_value(json!({
            "iss": "https://lms.example", "name": null, "exp": 12, "email": 5,
            "https://purl.imsglobal.org/spec/lti/claim/launch_presentation": { "document_target": "iframe", "locale": null },
            "https://purl.imsglobal.org/spec/lti/claim/lis": { "person_sourcedid": null },
            "https://purl.imsglobal.org/spec/lti/claim/custom": { "number": 5 },
            "https://purl.imsglobal.org/spec/lti/claim/context": "course",
        }))
        .unwrap();
        assert_eq!(claims.iss.as_deref(), Some("https://lms.example"));
        assert_eq!((claims.name, claims.email, claims.exp), (None, None, Some(12.0)));
        assert!(claims.context.is_none() && claims.launch_presentation.unwrap().locale.is_none());
    }

    #[test]
    fn an_audience_is_a_text_or_an_array() {
        for (aud, count) in [(json!("a"), 1), (json!(["a", "b"]), 2), (json!([]), 0)] {
            let claims: LaunchClaimsWire = serde_json::from_value(json!({ "aud": aud })).unwrap();
            assert_eq!(claims.aud.unwrap().as_slice().len(), count);
        }
        let claims: LaunchClaimsWire = serde_json::from_value(json!({ "aud": 5 })).unwrap();
        assert!(claims.aud.is_none());
    }
}
