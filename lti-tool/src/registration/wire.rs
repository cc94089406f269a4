//! What a platform says of itself and what we say of the tool.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-dr/v1p0#platform-configuration> and
//! <https://www.imsglobal.org/spec/lti-dr/v1p0#client-registration-request>. Scopes are as few as possible.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{RegistrationError, canvas::Environment};
use crate::{
    config::is_secure,
    language::Language,
    login,
    lti::{
        scope,
        services::{CANVAS_PARAMETERS, HISTORY_PARAMETERS},
    },
};

/// Algorithms of `id_token`s that we take, the best supported first.
const ALGORITHMS: [&str; 8] = ["RS256", "ES256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384"];

#[derive(Deserialize)]
struct ConfigurationWire {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    registration_endpoint: Url,
    #[serde(default)]
    authorization_server: Option<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    #[serde(default)]
    scopes_supported: Vec<Value>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti-platform-configuration", default)]
    platform: Value,
}

/// A platform's configuration that passed the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformConfiguration {
    /// `iss`.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: Url,
    /// Where access tokens come from.
    pub token_endpoint: Url,
    /// Audience of client assertions, if it is not the token endpoint.
    pub token_audience: Option<String>,
    /// Its keys.
    pub jwks_url: Url,
    /// Where we register.
    pub registration_endpoint: Url,
    /// The algorithm of its `id_token`s.
    pub algorithm: String,
    /// `moodle`, `canvas` and so on; empty if it does not say.
    pub product: String,
    /// Whether it tells the groups of a course.
    pub has_groups: bool,
    /// The messages that it sends, by their types.
    pub messages: Vec<String>,
}

impl PlatformConfiguration {
    /// Reads what was found at `url`.
    ///
    /// The issuer's host has to be that of `url`, and the registration endpoint has to be there too: the registration token goes to that
    /// host only. Instructure's Canvas alone has one issuer for all hosts of an environment, and names the school's host for registrations.
    ///
    /// # Errors
    /// [`RegistrationError`].
    pub fn read(url: &Url, body: &str, allow_insecure_loopback: bool) -> Result<Self, RegistrationError> {
        let wire: ConfigurationWire =
            serde_json::from_str(body).map_err(RegistrationError::NotAConfiguration)?;
        let issuer = Url::parse(&wire.issuer)
            .map_err(|_error: url::ParseError| RegistrationError::OtherHost("issuer"))?;
        let is_canvas = Environment::at(url).is_some_and(|canvas| canvas.issuer == wire.issuer);
        if issuer.host() != url.host() && !is_canvas {
            return Err(RegistrationError::OtherHost("issuer"));
        }
        if wire.registration_endpoint.origin() != url.origin() && !is_canvas {
            return Err(RegistrationError::OtherHost("registration_endpoint"));
        }
        let endpoints = [
            ("authorization_endpoint", &wire.authorization_endpoint),
            ("token_endpoint", &wire.token_endpoint),
            ("jwks_uri", &wire.jwks_uri),
            ("registration_endpoint", &wire.registration_endpoint),
        ];
        if let Some((name, _)) =
            endpoints.into_iter().find(|(_, url)| !is_secure(url, allow_insecure_loopback))
        {
            return Err(RegistrationError::Insecure(name));
        }
        let offered = &wire.id_token_signing_alg_values_supported;
        let algorithm =
            ALGORITHMS.iter().find(|known| offered.is_empty() || offered.iter().any(|name| name == *known));
        Ok(Self {
            issuer: wire.issuer,
            authorization_endpoint: wire.authorization_endpoint,
            token_endpoint: wire.token_endpoint,
            // Canvas names a bare host there and wants the token endpoint all the same.
            token_audience: wire.authorization_server.filter(|server| server.contains("://")),
            jwks_url: wire.jwks_uri,
            registration_endpoint: wire.registration_endpoint,
            algorithm: (*algorithm.ok_or(RegistrationError::NoAlgorithm)?).to_owned(),
            product: wire
                .platform
                .get("product_family_code")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_ascii_lowercase(),
            has_groups: wire.scopes_supported.iter().any(|known| known == scope::GROUP_READONLY),
            messages: messages(wire.platform.get("messages_supported")),
        })
    }
}

impl PlatformConfiguration {
    /// What a registration depends on.
    #[must_use]
    pub fn offered(&self) -> Offered<'_> {
        Offered { product: &self.product, has_groups: self.has_groups, messages: &self.messages }
    }
}

/// The types of the messages that a platform sends; older Moodles list the types alone.
fn messages(wire: Option<&Value>) -> Vec<String> {
    let listed = wire.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let kinds =
        listed.iter().filter_map(|message| message.as_str().or_else(|| message.get("type")?.as_str()));
    kinds.map(str::to_owned).collect()
}

/// What we ask of a platform: the roster, to write scores and to read back what became of them, a column for them where an instructor wants one; the groups of a course where it tells
/// them, and of Canvas its notices.
pub(super) fn scopes(is_canvas: bool, has_groups: bool) -> Vec<&'static str> {
    let mut scopes = vec![scope::MEMBERSHIP_READONLY, scope::LINE_ITEM, scope::SCORE, scope::RESULT_READONLY];
    if has_groups {
        scopes.push(scope::GROUP_READONLY);
    }
    if is_canvas {
        scopes.push(scope::NOTICE_HANDLERS);
    }
    scopes
}

/// What we want to be told with each launch, by the platform's variables.
pub(super) fn custom_parameters(is_canvas: bool) -> Value {
    let canvas = CANVAS_PARAMETERS.iter().filter(|_| is_canvas);
    HISTORY_PARAMETERS.iter().chain(canvas).map(|(name, variable)| (*name, *variable)).collect()
}

/// The same as lines, as the field of a form takes them.
pub(crate) fn custom_parameter_lines(is_canvas: bool) -> Vec<String> {
    let canvas = CANVAS_PARAMETERS.iter().filter(|_| is_canvas);
    HISTORY_PARAMETERS.iter().chain(canvas).map(|(name, variable)| format!("{name}={variable}")).collect()
}

/// What we register depends on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offered<'a> {
    /// `moodle`, `canvas` and so on.
    pub product: &'a str,
    /// Whether it tells the groups of a course.
    pub has_groups: bool,
    /// The messages that it sends.
    pub messages: &'a [String],
}

/// The messages that we take besides those that every platform sends: the review of what one learner has, and the question what we know
/// about a person (which platforms send under two names).
const RARER_MESSAGES: [&str; 3] =
    ["LtiSubmissionReviewRequest", "LtiDataPrivacyLaunchRequest", "DataPrivacyLaunchRequest"];

/// What we register with a platform that offers this. The rarer messages are asked of those that list them; a Canvas wants a placement for each
/// message and has none for these.
#[must_use]
pub fn registration_request(public_url: &Url, issuer_name: &str, offered: Offered<'_>) -> Value {
    let origin = public_url.origin().ascii_serialization();
    let redirect = format!("{origin}{}", login::REDIRECT_PATH);
    let domain = public_url
        .host_str()
        .map(|host| public_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")));
    let (en, ja) = (Language::En.text("app-name"), Language::Ja.text("app-name"));
    let is_canvas = offered.product == "canvas";
    let message =
        |kind: &str| json!({ "type": kind, "target_link_uri": redirect, "label": en, "label#ja": ja });
    let mut messages = vec![message("LtiResourceLinkRequest"), message("LtiDeepLinkingRequest")];
    for (message, placement) in messages.iter_mut().zip(["course_navigation", "link_selection"]) {
        if let Some(message) = message.as_object_mut().filter(|_| is_canvas) {
            message.insert("placements".to_owned(), json!([placement]));
        }
    }
    let takes = |kind: &&str| !is_canvas && offered.messages.iter().any(|offered| offered == kind);
    messages.extend(RARER_MESSAGES.into_iter().filter(takes).map(message));
    let mut tool = json!({
        "domain": domain,
        "description": Language::En.with("tool-description", "issuer", issuer_name),
        "description#ja": Language::Ja.with("tool-description", "issuer", issuer_name),
        "target_link_uri": redirect,
        "custom_parameters": custom_parameters(is_canvas),
        "claims": ["iss", "sub", "name", "given_name", "family_name", "email"],
    });
    if let Some(tool) = tool.as_object_mut() {
        tool.insert("messages".to_owned(), messages.into());
        if is_canvas {
            tool.insert("https://canvas.instructure.com/lti/privacy_level".to_owned(), json!("public"));
        }
    }
    json!({
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": format!("{origin}{}", login::PATH),
        "redirect_uris": [redirect],
        "client_name": en,
        "client_name#ja": ja,
        "client_uri": origin,
        "jwks_uri": format!("{origin}/.well-known/jwks.json"),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": scopes(is_canvas, offered.has_groups).join(" "),
        "https://purl.imsglobal.org/spec/lti-tool-configuration": tool,
    })
}

/// What the platform answers: our client id, and the deployment if it made one
/// (<https://www.imsglobal.org/spec/lti-dr/v1p0#client-registration-response>).
///
/// # Errors
/// [`RegistrationError::NoClientId`].
pub fn read_answer(body: &str) -> Result<(String, Option<String>), RegistrationError> {
    let answer: Value =
        serde_json::from_str(body).map_err(|_error: serde_json::Error| RegistrationError::NoClientId)?;
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 255 => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let client_id = text(answer.get("client_id")).ok_or(RegistrationError::NoClientId)?;
    let tool = answer.get("https://purl.imsglobal.org/spec/lti-tool-configuration");
    Ok((client_id, text(tool.and_then(|tool| tool.get("deployment_id")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moodle() -> Value {
        json!({
            "issuer": "https://moodle.example",
            "token_endpoint": "https://moodle.example/mod/lti/token.php",
            "jwks_uri": "https://moodle.example/mod/lti/certs.php",
            "authorization_endpoint": "https://moodle.example/mod/lti/auth.php",
            "registration_endpoint": "https://moodle.example/mod/lti/openid-registration.php",
            "id_token_signing_alg_values_supported": ["RS256"],
            "https://purl.imsglobal.org/spec/lti-platform-configuration": { "product_family_code": "moodle", "messages_supported": ["LtiResourceLinkRequest"] },
        })
    }

    fn read(change: impl FnOnce(&mut Value)) -> Result<PlatformConfiguration, RegistrationError> {
        let mut configuration = moodle();
        change(&mut configuration);
        let url = "https://moodle.example/mod/lti/openid-configuration.php".parse().unwrap();
        PlatformConfiguration::read(&url, &configuration.to_string(), false)
    }

    fn complaint(change: impl FnOnce(&mut Value)) -> String {
        read(change).unwrap_err().to_string()
    }

    #[test]
    fn moodle_s_configuration_is_read() {
        let configuration = read(|_| ()).unwrap();
        assert_eq!((configuration.product.as_str(), configuration.algorithm.as_str()), ("moodle", "RS256"));
        assert_eq!(configuration.token_audience, None);
    }

    #[test]
    fn the_issuer_and_the_registration_are_at_the_host_of_the_configuration() {
        assert_eq!(
            complaint(|c| c["issuer"] = json!("https://evil.example")),
            "`issuer` of the platform is at another host than its configuration"
        );
        let elsewhere = |c: &mut Value| {
            c["registration_endpoint"] = json!("https://moodle.example.evil.example/register");
        };
        assert_eq!(
            complaint(elsewhere),
            "`registration_endpoint` of the platform is at another host than its configuration"
        );
    }

    #[test]
    fn endpoints_are_https() {
        assert_eq!(
            complaint(|c| c["jwks_uri"] = json!("http://moodle.example/certs")),
            "`jwks_uri` of the platform is not https"
        );
        let error = complaint(|c| c["token_endpoint"] = json!("file:///etc/passwd"));
        assert_eq!(error, "`token_endpoint` of the platform is not https");
    }

    /// What the Canvas at `host` says of a school, if its issuer is this one.
    fn canvas(host: &str, issuer: &str) -> Result<PlatformConfiguration, RegistrationError> {
        let url = format!("https://{host}/api/lti/security/openid-configuration?registration_token=x");
        let mut configuration = moodle();
        configuration["issuer"] = json!(issuer);
        configuration["authorization_server"] = json!(host);
        configuration["registration_endpoint"] =
            json!("https://school.instructure.com/api/lti/registrations");
        PlatformConfiguration::read(&url.parse().unwrap(), &configuration.to_string(), false)
    }

    #[test]
    fn each_environment_of_canvas_has_one_issuer_for_its_hosts() {
        for (issuer, hosts) in [
            ("https://canvas.instructure.com", ["canvas.instructure.com", "sso.canvaslms.com"]),
            (
                "https://canvas.beta.instructure.com",
                ["canvas.beta.instructure.com", "sso.beta.canvaslms.com"],
            ),
            (
                "https://canvas.test.instructure.com",
                ["canvas.test.instructure.com", "sso.test.canvaslms.com"],
            ),
        ] {
            for host in hosts {
                let read = canvas(host, issuer).unwrap();
                assert_eq!((read.issuer.as_str(), read.token_audience), (issuer, None));
            }
        }
    }

    #[test]
    fn nobody_else_has_the_issuer_of_a_canvas() {
        for (host, issuer) in [
            ("sso.canvaslms.com", "https://canvas.beta.instructure.com"),
            ("sso.beta.canvaslms.com", "https://canvas.instructure.com"),
            ("canvas.example", "https://canvas.instructure.com"),
            ("canvas.instructure.com.evil.example", "https://canvas.instructure.com"),
        ] {
            assert_eq!(
                canvas(host, issuer).unwrap_err().to_string(),
                "`issuer` of the platform is at another host than its configuration",
                "{host}"
            );
        }
    }

    #[test]
    fn a_platform_that_signs_with_nothing_we_take_is_refused() {
        assert_eq!(
            complaint(|c| c["id_token_signing_alg_values_supported"] = json!(["HS256", "none"])),
            "the platform signs with no algorithm that we take"
        );
        assert!(
            complaint(|c| c["issuer"] = json!(5)).starts_with("the platform's configuration cannot be read")
        );
    }

    #[test]
    fn we_ask_for_the_roster_and_the_scores_of_our_columns_and_nothing_else() {
        let request = registration_request(
            &"https://badges.example.org/".parse().unwrap(),
            "Example Academy",
            Offered { product: "canvas", ..Offered::default() },
        );
        let grades = [scope::LINE_ITEM, scope::SCORE, scope::RESULT_READONLY];
        let scopes =
            [&[scope::MEMBERSHIP_READONLY], grades.as_slice(), &[scope::NOTICE_HANDLERS]].concat().join(" ");
        assert_eq!(request["scope"], scopes);
        assert_eq!(request["redirect_uris"], json!(["https://badges.example.org/lti/launch"]));
        let tool = &request["https://purl.imsglobal.org/spec/lti-tool-configuration"];
        assert_eq!(tool["domain"], "badges.example.org");
        assert_eq!(tool["messages"][0]["placements"], json!(["course_navigation"]));
        let for_moodle = registration_request(
            &"https://badges.example.org:8443/".parse().unwrap(),
            "Example Academy",
            Offered { product: "moodle", has_groups: true, messages: &[] },
        );
        let tool = &for_moodle["https://purl.imsglobal.org/spec/lti-tool-configuration"];
        assert_eq!(tool["domain"], "badges.example.org:8443");
        assert!(tool["messages"][0]["placements"].is_null());
        let scopes = for_moodle["scope"].as_str().unwrap();
        assert!(
            scopes.ends_with(scope::GROUP_READONLY),
            "groups are asked for where they are told: {scopes}"
        );
    }

    #[test]
    fn the_rarer_messages_are_asked_of_platforms_that_send_them() {
        let asked = |product: &str, supported: Value| -> Vec<Value> {
            let configuration = read(|configuration| {
                configuration["https://purl.imsglobal.org/spec/lti-platform-configuration"] =
                    json!({ "product_family_code": product, "messages_supported": supported });
            })
            .unwrap();
            let public_url = "https://badges.example.org/".parse().unwrap();
            let request = registration_request(&public_url, "Academy", configuration.offered());
            let tool = &request["https://purl.imsglobal.org/spec/lti-tool-configuration"];
            let messages = tool["messages"].as_array().unwrap();
            for message in messages {
                assert_eq!(message["target_link_uri"], "https://badges.example.org/lti/launch");
            }
            messages.iter().map(|message| message["type"].clone()).collect()
        };
        let always = ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"];
        // As a Moodle 4.5 says it, an older one, and one that says nothing.
        assert_eq!(asked("moodle", json!(always.map(|kind| json!({ "type": kind })))), always);
        assert_eq!(asked("moodle", json!(always)), always);
        assert_eq!(asked("moodle", json!(null)), always);
        let rarer = json!([{ "type": "LtiSubmissionReviewRequest" }, "DataPrivacyLaunchRequest", { "type": "LtiEulaRequest" }, 5]);
        let with = [always.as_slice(), &["LtiSubmissionReviewRequest", "DataPrivacyLaunchRequest"]].concat();
        assert_eq!(asked("another", rarer.clone()), with);
        assert_eq!(
            asked("another", json!(["LtiDataPrivacyLaunchRequest"]))[2..],
            ["LtiDataPrivacyLaunchRequest"]
        );
        assert_eq!(asked("canvas", rarer), always, "Canvas has no placement for them");
    }

    #[test]
    fn the_answer_gives_our_client_id_and_maybe_a_deployment() {
        let moodle = r#"{"client_id":"gIPa","https://purl.imsglobal.org/spec/lti-tool-configuration":{"deployment_id":"2"}}"#;
        assert_eq!(read_answer(moodle).unwrap(), ("gIPa".to_owned(), Some("2".to_owned())));
        let canvas = r#"{"application_type":"web","client_name":"Lti Tool","client_id":"10000000000001"}"#;
        assert_eq!(read_answer(canvas).unwrap(), ("10000000000001".to_owned(), None));
        for body in ["", "{}", r#"{"client_id":""}"#, "missing_registration_token"] {
            assert_eq!(
                read_answer(body).unwrap_err().to_string(),
                "the platform's answer holds no client id",
                "{body}"
            );
        }
    }
}
