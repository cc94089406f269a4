//! Registration by hand: what an administrator enters at Moodle and at Canvas, and what we need to know from there.
//!
//! The same values stand on `/admin/platforms/new`, in `lti-tool platform values`, and for Canvas at a URL that its developer keys read
//! (<https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.lti_dev_key_config>).

use actix_web::{HttpResponse, http::header, web};
use serde_json::{Value, json};
use url::Url;

use super::wire::{custom_parameter_lines, custom_parameters, scopes};
use crate::{language::Language, login, state::AppState};

/// Path of the configuration for Canvas.
pub const CANVAS_PATH: &str = "/lti/canvas.json";

/// A value to be entered, by the key of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// Key of the field's name in the texts.
    pub field: &'static str,
    /// What to enter; maybe several lines.
    pub value: String,
}

/// What to enter at Moodle (Site administration, Plugins, External tool, "configure a tool manually"), in the order of its form
/// and in the words of a Moodle in that language.
#[must_use]
pub fn values_for_moodle(origin: &str, t: Language) -> Vec<Pasted> {
    let pasted = |field, value: String| Pasted { field, value };
    vec![
        pasted("value-moodle-name", t.text("app-name")),
        pasted("value-moodle-tool-url", format!("{origin}{}", login::REDIRECT_PATH)),
        pasted("value-moodle-version", "LTI 1.3".to_owned()),
        pasted("value-moodle-key-type", "Keyset URL".to_owned()),
        pasted("value-moodle-keyset", format!("{origin}/.well-known/jwks.json")),
        pasted("value-moodle-login", format!("{origin}{}", login::PATH)),
        pasted("value-moodle-redirect", format!("{origin}{}", login::REDIRECT_PATH)),
        pasted("value-moodle-custom", custom_parameter_lines(false).join("\n")),
        pasted("value-moodle-content-selection", format!("{origin}{}", login::REDIRECT_PATH)),
        pasted("value-moodle-nrps", t.text("value-moodle-nrps-choice")),
        pasted("value-moodle-ags", t.text("value-moodle-ags-choice")),
        pasted("value-moodle-privacy", t.text("value-moodle-privacy-choice")),
    ]
}

/// What to enter at Canvas (Admin, Developer Keys, LTI Key): one address, and what it asks for all the same.
#[must_use]
pub fn values_for_canvas(origin: &str) -> Vec<Pasted> {
    let pasted = |field, value: String| Pasted { field, value };
    vec![
        pasted("value-canvas-redirect", format!("{origin}{}", login::REDIRECT_PATH)),
        pasted("value-canvas-url", format!("{origin}{CANVAS_PATH}")),
    ]
}

/// `GET /lti/canvas.json`: what a developer key of Canvas reads.
pub async fn canvas_configuration(state: web::Data<AppState>) -> HttpResponse {
    let configuration = configuration_for_canvas(&state.public_url, state.config.issuer.name.trim());
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(configuration.to_string())
}

/// The configuration: keys by URL, so that they can be rotated; scopes and custom fields are those of dynamic registration.
fn configuration_for_canvas(public_url: &Url, issuer_name: &str) -> Value {
    let origin = public_url.origin().ascii_serialization();
    let launch = format!("{origin}{}", login::REDIRECT_PATH);
    let name = Language::En.text("app-name");
    let placement = |placement, message| json!({ "text": name, "placement": placement, "message_type": message, "target_link_uri": launch, "enabled": true });
    json!({
        "title": name,
        "description": Language::En.with("tool-description", "issuer", issuer_name),
        "oidc_initiation_url": format!("{origin}{}", login::PATH),
        "target_link_uri": launch,
        "scopes": scopes(true, false),
        "public_jwk_url": format!("{origin}/.well-known/jwks.json"),
        "custom_fields": custom_parameters(true),
        "extensions": [{
            "domain": public_url.host_str(),
            "tool_id": "badges",
            "platform": "canvas.instructure.com",
            "privacy_level": "public",
            "settings": {
                "text": name,
                "placements": [
                    placement("course_navigation", "LtiResourceLinkRequest"),
                    placement("link_selection", "LtiDeepLinkingRequest"),
                ],
            },
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::wire::{Offered, registration_request};

    #[test]
    fn the_values_are_whole_urls_that_exist() {
        for origin in ["https://badges.example.org", "https://badges.example.org:8443"] {
            for pasted in [values_for_moodle(origin, Language::En), values_for_canvas(origin)].concat() {
                assert_ne!(Language::En.text(pasted.field), pasted.field);
                assert_ne!(Language::Ja.text(pasted.field), pasted.field);
                let is_address = pasted.value.contains("://");
                assert!(!is_address || pasted.value.starts_with(&format!("{origin}/")), "{pasted:?}");
            }
        }
    }

    #[test]
    fn a_moodle_by_hand_is_asked_for_what_a_registered_one_is() {
        let public_url: Url = "https://badges.example.org/".parse().unwrap();
        let offered = Offered { product: "moodle", ..Offered::default() };
        let registered = registration_request(&public_url, "Example Academy", offered);
        let tool = &registered["https://purl.imsglobal.org/spec/lti-tool-configuration"];
        let parameters = tool["custom_parameters"].as_object().unwrap();
        let mut lines: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        let values = values_for_moodle("https://badges.example.org", Language::Ja);
        let entered =
            |field: &str| values.iter().find(|pasted| pasted.field == field).unwrap().value.as_str();
        let mut custom: Vec<&str> = entered("value-moodle-custom").lines().collect();
        lines.sort();
        custom.sort_unstable();
        assert_eq!(custom, lines);
        assert!(!lines.is_empty());
        assert_eq!(entered("value-moodle-redirect"), registered["redirect_uris"][0]);
        assert_eq!(entered("value-moodle-keyset"), registered["jwks_uri"]);
        assert_eq!(entered("value-moodle-login"), registered["initiate_login_uri"]);
        assert_eq!(entered("value-moodle-content-selection"), tool["messages"][1]["target_link_uri"]);
    }

    #[test]
    fn choices_are_said_in_the_language_of_the_page() {
        let choice =
            |t: Language| values_for_moodle("https://badges.example.org", t).pop().map(|pasted| pasted.value);
        assert_eq!(
            (choice(Language::En).as_deref(), choice(Language::Ja).as_deref()),
            (Some("Always"), Some("常に"))
        );
    }

    #[test]
    fn canvas_gets_its_placements_our_key_set_and_what_dynamic_registration_asks_for() {
        let configuration =
            configuration_for_canvas(&"https://badges.example.org/".parse().unwrap(), "Example Academy");
        assert_eq!(configuration["target_link_uri"], "https://badges.example.org/lti/launch");
        assert_eq!(configuration["oidc_initiation_url"], "https://badges.example.org/lti/login");
        assert_eq!(configuration["public_jwk_url"], "https://badges.example.org/.well-known/jwks.json");
        let registered = registration_request(
            &"https://badges.example.org/".parse().unwrap(),
            "Example Academy",
            Offered { product: "canvas", ..Offered::default() },
        );
        let asked: Vec<_> = registered["scope"].as_str().unwrap().split(' ').collect();
        assert_eq!(configuration["scopes"], json!(asked));
        let tool = &registered["https://purl.imsglobal.org/spec/lti-tool-configuration"];
        assert_eq!(configuration["custom_fields"], tool["custom_parameters"]);
        let extension = &configuration["extensions"][0];
        assert_eq!(
            (&extension["platform"], &extension["privacy_level"]),
            (&json!("canvas.instructure.com"), &json!("public"))
        );
        let placements = extension["settings"]["placements"].as_array().unwrap();
        let names: Vec<_> = placements.iter().map(|placement| placement["placement"].clone()).collect();
        assert_eq!(names, ["course_navigation", "link_selection"]);
        assert!(placements.iter().all(|placement| placement["message_type"].is_string()));
    }
}
