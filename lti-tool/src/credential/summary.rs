//! What a badge says, for people, whatever edition it is written in: Open Badges 3.0 or 2.0, ours or anybody's.
//!
//! Read as it stands and believed in no way: the checks beside it say what it is worth.
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential>,
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#Assertion>

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::time::Timestamp;
use serde_json::Value;

use crate::language::Language;

/// The most entries of a list that are shown.
const MOST_ENTRIES: usize = 50;
/// The longest text that is shown, in characters.
const LONGEST_TEXT: usize = 5000;

/// What a badge says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was achieved.
    pub name: String,
    /// In a sentence or two.
    pub description: String,
    /// How it is earned.
    pub criteria: String,
    /// Where that is written.
    pub criteria_url: Option<String>,
    /// The picture of the badge.
    pub image: Option<String>,
    /// What the badge says of the picture.
    pub image_caption: String,
    /// Who awards, by name or else by identifier.
    pub issuer_name: String,
    /// Their identifier.
    pub issuer_id: String,
    /// Their home page.
    pub issuer_url: Option<String>,
    /// Start of validity.
    pub valid_from: Option<Timestamp>,
    /// End of validity.
    pub valid_until: Option<Timestamp>,
    /// What the badge stands for elsewhere.
    pub alignments: Vec<Alignment>,
    /// What was done for it.
    pub evidence: Vec<Evidence>,
}

/// A competency of a framework.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Of the competency.
    pub name: String,
    /// Of the framework.
    pub framework: String,
    /// Within the framework.
    pub code: String,
    /// Where it is described.
    pub url: Option<String>,
}

/// Something that the recipient did or made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What it is called.
    pub name: String,
    /// How it came about.
    pub narrative: String,
    /// Where it can be seen.
    pub url: Option<String>,
}

/// The badge in a text as JSON: as it stands, or out of a token. Nothing is checked.
#[must_use]
pub fn unverified_json(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.starts_with('{') {
        return serde_json::from_str(text).ok();
    }
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("vc").cloned().unwrap_or(claims))
}

impl Summary {
    /// What the badge says, with the texts in `t` if it has them in several languages.
    #[must_use]
    pub fn of(badge: &Value, t: Language) -> Self {
        let achievement = badge.pointer("/credentialSubject/achievement").or_else(|| badge.get("badge"));
        let achievement = achievement.unwrap_or(&Value::Null);
        let issuer = badge.get("issuer").or_else(|| achievement.get("issuer")).unwrap_or(&Value::Null);
        let text = |value: &Value, names: &[&str]| names.iter().find_map(|name| words(value.get(name)?, t));
        let moment = |names: [&str; 3]| text(badge, &names).and_then(|moment| moment.parse().ok());
        let criteria = achievement.get("criteria").unwrap_or(&Value::Null);
        let issuer_id = id(issuer).unwrap_or_default();
        let evidence = [badge.get("evidence"), badge.pointer("/credentialSubject/evidence")];
        Self {
            name: text(achievement, &["name"]).unwrap_or_default(),
            description: text(achievement, &["description"]).unwrap_or_default(),
            criteria: text(criteria, &["narrative"]).unwrap_or_default(),
            criteria_url: id(criteria).filter(|url| is_web(url)),
            image: achievement.get("image").and_then(id),
            image_caption: achievement
                .get("image")
                .and_then(|image| text(image, &["caption"]))
                .unwrap_or_default(),
            issuer_name: text(issuer, &["name"]).unwrap_or_else(|| issuer_id.clone()),
            issuer_url: text(issuer, &["url"]).filter(|url| is_web(url)),
            issuer_id,
            valid_from: moment(["validFrom", "issuanceDate", "issuedOn"]),
            valid_until: moment(["validUntil", "expirationDate", "expires"]),
            alignments: entries(achievement.get("alignment"))
                .map(|entry| Alignment {
                    name: text(entry, &["targetName"]).unwrap_or_default(),
                    framework: text(entry, &["targetFramework"]).unwrap_or_default(),
                    code: text(entry, &["targetCode"]).unwrap_or_default(),
                    url: text(entry, &["targetUrl"]).filter(|url| is_web(url)),
                })
                .collect(),
            evidence: evidence
                .into_iter()
                .flat_map(entries)
                .map(|entry| Evidence {
                    name: text(entry, &["name"]).unwrap_or_default(),
                    narrative: text(entry, &["narrative", "description"]).unwrap_or_default(),
                    url: id(entry).filter(|url| is_web(url)),
                })
                .chain(told(badge, t))
                .collect(),
        }
    }
}

/// How the recipient earned it, where the badge tells without a thing to look at.
fn told(badge: &Value, t: Language) -> Option<Evidence> {
    let narrative = badge.pointer("/credentialSubject/narrative").or_else(|| badge.get("narrative"))?;
    Some(Evidence { narrative: words(narrative, t)?, ..Evidence::default() })
}

/// One or several, as JSON-LD has it.
fn entries(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = match value {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(entry) => std::slice::from_ref(entry),
        None => &[],
    };
    list.iter().take(MOST_ENTRIES)
}

/// The identifier of a thing that is given by it, or in full.
fn id(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get("id")?.as_str()).map(cut)
}

/// A text, or the one in `t` of a map from languages to texts.
fn words(value: &Value, t: Language) -> Option<String> {
    match value {
        Value::String(text) => Some(cut(text)),
        Value::Object(texts) => {
            let text =
                texts.get(t.code()).or_else(|| texts.get("@value")).or_else(|| texts.values().next())?;
            text.as_str().map(cut)
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// Whether a browser may be sent there.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_badge_of_either_edition_says_the_same() {
        let newer = json!({
            "issuer": { "id": "did:web:school.example", "name": "School", "url": "https://school.example" },
            "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-11-01T00:00:00Z",
            "evidence": [{ "id": "https://school.example/work", "name": "Work", "narrative": "Built it." }],
            "credentialSubject": { "achievement": {
                "name": "Data", "description": "Basics", "criteria": { "narrative": "Do it." }, "image": { "id": "https://school.example/1.png" },
                "alignment": [{ "targetName": "Modelling", "targetUrl": "https://f.example/1", "targetFramework": "F", "targetCode": "1" }],
            } },
        });
        let older = json!({
            "issuedOn": "2026-11-01T00:00:00Z", "expires": "2027-11-01T00:00:00Z",
            "evidence": { "id": "https://school.example/work", "name": "Work", "narrative": "Built it." },
            "badge": {
                "name": "Data", "description": "Basics", "criteria": { "narrative": "Do it." }, "image": "https://school.example/1.png",
                "issuer": { "id": "did:web:school.example", "name": "School", "url": "https://school.example" },
                "alignment": { "targetName": "Modelling", "targetUrl": "https://f.example/1", "targetFramework": "F", "targetCode": "1" },
            },
        });
        let summary = Summary::of(&newer, Language::En);
        assert_eq!(summary, Summary::of(&older, Language::En));
        assert_eq!((summary.name.as_str(), summary.issuer_name.as_str()), ("Data", "School"));
        assert_eq!(summary.alignments[0].url.as_deref(), Some("https://f.example/1"));
        assert_eq!(summary.evidence[0].narrative, "Built it.");
        assert_eq!(summary.valid_until.unwrap().to_string(), "2027-11-01T00:00:00Z");
    }

    #[test]
    fn texts_in_several_languages_are_read_in_the_reader_s() {
        let badge =
            json!({ "credentialSubject": { "achievement": { "name": { "en": "Data", "ja": "データ" } } } });
        assert_eq!(Summary::of(&badge, Language::Ja).name, "データ");
        assert_eq!(Summary::of(&badge, Language::En).name, "Data");
    }

    #[test]
    fn no_address_is_a_link_unless_a_browser_may_follow_it() {
        let badge = json!({
            "issuer": { "id": "did:key:z", "url": "javascript:alert(1)" },
            "evidence": [{ "id": "data:text/html,x" }],
            "credentialSubject": { "achievement": { "criteria": { "id": "file:///etc/passwd" }, "alignment": [{ "targetUrl": "javascript:1" }] } },
        });
        let summary = Summary::of(&badge, Language::En);
        assert_eq!((summary.issuer_url, summary.criteria_url), (None, None));
        assert_eq!((&summary.evidence[0].url, &summary.alignments[0].url), (&None, &None));
    }

    #[test]
    fn a_token_is_opened_and_nonsense_is_nothing() {
        let payload =
            URL_SAFE_NO_PAD.encode(r#"{"iss":"x","credentialSubject":{"achievement":{"name":"Data"}}}"#);
        let badge = unverified_json(&format!("e30.{payload}.AA")).unwrap();
        assert_eq!(Summary::of(&badge, Language::En).name, "Data");
        for nonsense in ["", "{", "a.b.c", "https://badges.example/1", &"[".repeat(100_000)] {
            assert_eq!(unverified_json(nonsense), None, "{nonsense}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        assert_eq!(unverified_json(&deep), None);
    }

    #[test]
    fn lists_and_texts_without_end_are_cut() {
        let badge = json!({ "evidence": vec![json!({ "narrative": "x".repeat(10_000) }); 1000] });
        let summary = Summary::of(&badge, Language::En);
        assert_eq!((summary.evidence.len(), summary.evidence[0].narrative.len()), (50, 5000));
    }
}
