//! What a badge says, for people, whatever edition it is written in: Open Badges 3.0 or 2.0, ours or anybody's.
//!
//! Read as it stands and believed in no way: the checks beside it say what it is worth.
//! <https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential>,
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#Assertion>

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::time::Timestamp;
use serde_json::Value;

use crate::language::wording::{Wording, Wordings};

/// The most entries of a list that are shown.
const MOST_ENTRIES: usize = 50;
/// The longest text that is shown, in characters.
const LONGEST_TEXT: usize = 5000;

/// What a badge says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was achieved.
    pub name: Wording,
    /// In a sentence or two.
    pub description: Wording,
    /// How it is earned.
    pub criteria: Wording,
    /// Where that is written.
    pub criteria_url: Option<String>,
    /// The picture of the badge.
    pub image: Option<String>,
    /// What the badge says of the picture.
    pub image_caption: Wording,
    /// Who awards, by name or else by identifier.
    pub issuer_name: Wording,
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
    pub name: Wording,
    /// Of the framework.
    pub framework: Wording,
    /// Within the framework.
    pub code: String,
    /// Where it is described.
    pub url: Option<String>,
}

/// Something that the recipient did or made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What it is called.
    pub name: Wording,
    /// How it came about.
    pub narrative: Wording,
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
    /// What the badge says, in all the languages that it has or that `known` has for its strings.
    #[must_use]
    pub fn of(badge: &Value, known: &Wordings) -> Self {
        let achievement = achievement(badge);
        let issuer = badge.get("issuer").or_else(|| achievement.get("issuer")).unwrap_or(&Value::Null);
        // What the achievement says of its language holds for its texts.
        let tag = ["inLanguage", "@language"].iter().find_map(|name| achievement.get(name)?.as_str());
        let own = |value: &Value, name: &str| words(value.get(name), known, tag.unwrap_or_default());
        let moment = |names: [&str; 3]| {
            names.iter().find_map(|name| plain(badge, name)).and_then(|moment| moment.parse().ok())
        };
        let criteria = achievement.get("criteria").unwrap_or(&Value::Null);
        let issuer_id = id(issuer).unwrap_or_default();
        let issuer_name = Some(words(issuer.get("name"), known, "")).filter(|name| !name.is_empty());
        let evidence = [badge.get("evidence"), badge.pointer("/credentialSubject/evidence")];
        Self {
            name: own(achievement, "name"),
            description: own(achievement, "description"),
            criteria: own(criteria, "narrative"),
            criteria_url: id(criteria).filter(|url| is_web(url)),
            image: achievement.get("image").and_then(id),
            image_caption: achievement.get("image").map(|image| own(image, "caption")).unwrap_or_default(),
            issuer_name: issuer_name.unwrap_or_else(|| Wording::plain(&issuer_id)),
            issuer_url: plain(issuer, "url").filter(|url| is_web(url)),
            issuer_id,
            valid_from: moment(["validFrom", "issuanceDate", "issuedOn"]),
            valid_until: moment(["validUntil", "expirationDate", "expires"]),
            alignments: entries(achievement.get("alignment")).map(|entry| alignment(entry, known)).collect(),
            evidence: evidence.into_iter().flat_map(entries).map(evidence_of).chain(told(badge)).collect(),
        }
    }
}

/// What was achieved, in either edition.
fn achievement(badge: &Value) -> &Value {
    let achievement = badge.pointer("/credentialSubject/achievement").or_else(|| badge.get("badge"));
    achievement.unwrap_or(&Value::Null)
}

/// The address of a badge's achievement and its strings that may stand for several languages.
#[must_use]
pub fn strings(badge: &Value) -> Option<(&str, Vec<&str>)> {
    let achievement = achievement(badge);
    let uri = achievement.get("id")?.as_str()?;
    let own = ["/name", "/description", "/criteria/narrative", "/image/caption"];
    let own = own.iter().filter_map(|pointer| achievement.pointer(pointer)?.as_str());
    let aligned = entries(achievement.get("alignment"))
        .flat_map(|entry| ["targetName", "targetFramework"].map(|name| entry.get(name)?.as_str()))
        .flatten();
    Some((uri, own.chain(aligned).collect()))
}

fn alignment(entry: &Value, known: &Wordings) -> Alignment {
    Alignment {
        name: words(entry.get("targetName"), known, ""),
        framework: words(entry.get("targetFramework"), known, ""),
        code: plain(entry, "targetCode").unwrap_or_default(),
        url: plain(entry, "targetUrl").filter(|url| is_web(url)),
    }
}

fn evidence_of(entry: &Value) -> Evidence {
    let none = Wordings::default();
    let narrative = ["narrative", "description"].iter().find_map(|name| entry.get(name));
    Evidence {
        name: words(entry.get("name"), &none, ""),
        narrative: words(narrative, &none, ""),
        url: id(entry).filter(|url| is_web(url)),
    }
}

/// How the recipient earned it, where the badge tells without a thing to look at.
fn told(badge: &Value) -> Option<Evidence> {
    let narrative = badge.pointer("/credentialSubject/narrative").or_else(|| badge.get("narrative"))?;
    let narrative = words(Some(narrative), &Wordings::default(), "");
    (!narrative.is_empty()).then(|| Evidence { narrative, ..Evidence::default() })
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

/// A text in all of its languages; `tag` is that of a string of which nothing else is known.
fn words(value: Option<&Value>, known: &Wordings, tag: &str) -> Wording {
    let wording = match value {
        Some(Value::String(text)) => known.find(text, tag),
        Some(value) => Wording::of(value),
        None => Wording::default(),
    };
    wording.cut(LONGEST_TEXT)
}

/// A string that is in no language.
fn plain(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(cut)
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
    use crate::language::Language;

    fn read(badge: &Value) -> Summary {
        Summary::of(badge, &Wordings::default())
    }

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
        let summary = read(&newer);
        assert_eq!(summary, read(&older));
        assert_eq!(
            (summary.name.text(Language::En), summary.issuer_name.text(Language::En)),
            ("Data", "School")
        );
        assert_eq!(summary.alignments[0].url.as_deref(), Some("https://f.example/1"));
        assert_eq!(summary.evidence[0].narrative.text(Language::En), "Built it.");
        assert_eq!(summary.valid_until.unwrap().to_string(), "2027-11-01T00:00:00Z");
    }

    #[test]
    fn texts_in_several_languages_are_read_in_the_reader_s() {
        let badge =
            json!({ "credentialSubject": { "achievement": { "name": { "en": "Data", "ja": "データ" } } } });
        assert_eq!(read(&badge).name, Wording::both("Data", "データ"));
        let badge = json!({ "credentialSubject": { "achievement": { "name": "データ", "inLanguage": "ja", "criteria": { "narrative": "作る。" } } } });
        let summary = read(&badge);
        assert_eq!(
            (summary.name, summary.criteria),
            (Wording::tagged("ja", "データ"), Wording::tagged("ja", "作る。"))
        );
    }

    #[test]
    fn strings_that_are_known_to_join_languages_are_read_in_each_and_no_others() {
        let badge = json!({ "credentialSubject": { "achievement": {
            "id": "https://b.example/achievements/1", "name": "Data / データ", "description": "Input / output",
            "alignment": { "targetName": "Adapting / 適応", "targetFramework": "DSS" },
        } } });
        let (uri, found) = strings(&badge).unwrap();
        assert_eq!(uri, "https://b.example/achievements/1");
        assert_eq!(found, ["Data / データ", "Input / output", "Adapting / 適応", "DSS"]);
        let known = [("Data / データ", "Data", "データ"), ("Adapting / 適応", "Adapting", "適応")];
        let known =
            known.into_iter().map(|(text, en, ja)| (text.to_owned(), Wording::both(en, ja))).collect();
        let summary = Summary::of(&badge, &known);
        assert_eq!((summary.name.text(Language::En), summary.name.text(Language::Ja)), ("Data", "データ"));
        assert_eq!(summary.alignments[0].name.text(Language::Ja), "適応");
        assert_eq!(summary.description, Wording::plain("Input / output"));
        assert_eq!(strings(&json!({ "type": "x" })), None);
    }

    #[test]
    fn no_address_is_a_link_unless_a_browser_may_follow_it() {
        let badge = json!({
            "issuer": { "id": "did:key:z", "url": "javascript:alert(1)" },
            "evidence": [{ "id": "data:text/html,x" }],
            "credentialSubject": { "achievement": { "criteria": { "id": "file:///etc/passwd" }, "alignment": [{ "targetUrl": "javascript:1" }] } },
        });
        let summary = read(&badge);
        assert_eq!((summary.issuer_url, summary.criteria_url), (None, None));
        assert_eq!((&summary.evidence[0].url, &summary.alignments[0].url), (&None, &None));
    }

    #[test]
    fn a_token_is_opened_and_nonsense_is_nothing() {
        let payload =
            URL_SAFE_NO_PAD.encode(r#"{"iss":"x","credentialSubject":{"achievement":{"name":"Data"}}}"#);
        let badge = unverified_json(&format!("e30.{payload}.AA")).unwrap();
        assert_eq!(read(&badge).name, Wording::plain("Data"));
        for nonsense in ["", "{", "a.b.c", "https://badges.example/1", &"[".repeat(100_000)] {
            assert_eq!(unverified_json(nonsense), None, "{nonsense}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        assert_eq!(unverified_json(&deep), None);
    }

    #[test]
    fn lists_and_texts_without_end_are_cut() {
        let badge = json!({ "evidence": vec![json!({ "narrative": "x".repeat(10_000) }); 1000] });
        let summary = read(&badge);
        assert_eq!(
            (summary.evidence.len(), summary.evidence[0].narrative.text(Language::En).len()),
            (50, 5000)
        );
    }
}
