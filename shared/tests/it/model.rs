//! The data model: everything there is survives reading and writing, and what is issued keeps to the strict schema.

use openbadges::model::schema::{departures, departures_of_endorsement};
use openbadges::model::{
    AchievementCredential, Alignment, BitstringStatusListEntry, CREDENTIAL_CONTEXTS, CredentialStatus,
    EndorsementCredential, Evidence, IdentifierEntry, Image, Profile, ProfileRef, Related,
    Result as AwardResult, ResultDescription, RubricCriterionLevel,
};
use openbadges::verify::Outcome;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::scene::{Scene, moment};

/// An award that uses every part of the model.
fn full_scene() -> Scene {
    let mut scene = Scene::with_did_web();
    let award = &mut scene.award;
    let achievement = &mut award.achievement;
    achievement.achievement_type = Some("Course".to_owned());
    let mut alignment =
        Alignment::new("DX literacy", "https://www.ipa.go.jp/jinzai/skill-standard/dss/about_dss-l.html");
    alignment.target_framework = Some("DSS-L".to_owned());
    alignment.target_type = Some("ext:DSS".to_owned());
    achievement.alignment = vec![alignment.clone()];
    achievement.creator = Some(ProfileRef::from(Profile::new("https://creator.example", "Creator")));
    achievement.credits_available = Some(1.5);
    achievement.image = Some(Image::new("data:image/png;base64,iVBORw0KGgo="));
    achievement.in_language = Some("ja".to_owned());
    achievement.other_identifier = vec![IdentifierEntry::new("ext:programme", "DX-01")];
    achievement.related = vec![Related::new("https://badges.example/achievements/dx-beginner/en")];
    achievement.tag = vec!["dx".to_owned(), "入門".to_owned()];
    let mut description =
        ResultDescription::new("urn:uuid:2a7f8f2e-0000-4000-8000-000000000001", "Quiz", "RubricCriterion");
    description.allowed_value = vec!["low".to_owned(), "high".to_owned()];
    description.rubric_criterion_level =
        vec![RubricCriterionLevel::new("urn:uuid:2a7f8f2e-0000-4000-8000-000000000002", "Mastered")];
    achievement.result_description = vec![description];
    let mut result = AwardResult::new("urn:uuid:2a7f8f2e-0000-4000-8000-000000000001", "high");
    result.achieved_level = Some("urn:uuid:2a7f8f2e-0000-4000-8000-000000000002".to_owned());
    result.alignment = vec![alignment];
    award.results = vec![result];
    award.evidence =
        vec![Evidence::narrative("Passed the final quiz."), Evidence::page("https://lms.example/42")];
    award.narrative = Some("Worked hard.".to_owned());
    award.valid_until = Some(moment("2029-11-23T16:48:31Z"));
    award.status = Some(BitstringStatusListEntry::new("https://badges.example/status/1", 5, "revocation"));
    award.issuer.url = Some("https://badges.example".to_owned());
    award.issuer.other_identifier = vec![IdentifierEntry::new("ltiToolId", "7")];
    scene
}

#[test]
fn everything_survives_reading_and_writing() {
    let signed = full_scene().signed();
    let credential: AchievementCredential = serde_json::from_str(&signed).unwrap();
    assert_eq!(serde_json::to_string(&credential).unwrap(), signed);
    assert!(matches!(credential.credential_status, Some(CredentialStatus::Bitstring(_))));
    assert!(credential.other.is_empty() && credential.credential_subject.other.is_empty());
    assert!(credential.credential_subject.achievement.other.is_empty());
}

#[test]
fn a_full_credential_is_signed_in_safe_mode() {
    let mut scene = full_scene();
    scene.award.status = None;
    assert_eq!(scene.verdict(&scene.signed()).outcome, Outcome::Valid);
}

#[test]
fn single_values_are_read_and_written_as_lists() {
    let mut document = serde_json::to_value(Scene::with_did_key().credential()).unwrap();
    document["type"] = json!("OpenBadgeCredential");
    document["issuer"] = json!("did:web:badges.example");
    document["credentialSubject"]["identifier"] = document["credentialSubject"]["identifier"][0].clone();
    document["credentialStatus"] = json!({"id": "https://h/list", "type": "1EdTechRevocationList"});
    let credential: AchievementCredential = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(credential.issuer.id(), "did:web:badges.example");
    let written = serde_json::to_value(&credential).unwrap();
    assert_eq!(written["type"], json!(["OpenBadgeCredential"]));
    assert_eq!(
        written["credentialSubject"]["identifier"],
        json!([document["credentialSubject"]["identifier"]])
    );
    assert_eq!(written["credentialStatus"], document["credentialStatus"]);
    assert_eq!(written["issuer"], document["issuer"]);
}

#[test]
fn an_endorsement_survives_reading_and_writing() {
    let document = json!({
        "@context": CREDENTIAL_CONTEXTS,
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed",
        "issuer": {"id": "did:web:e", "type": ["Profile"]},
        "validFrom": "2026-11-23T00:00:00+09:00",
        "credentialSubject": {"id": "https://x", "type": ["EndorsementSubject"], "endorsementComment": "Good."}
    });
    let endorsement: EndorsementCredential = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&endorsement).unwrap(), document);
    assert_eq!(departures_of_endorsement(&document), []);
}

#[test]
fn what_is_issued_keeps_to_the_strict_schema() {
    for scene in [Scene::with_did_key(), full_scene()] {
        let signed: Value = serde_json::from_str(&scene.signed()).unwrap();
        assert_eq!(departures(&signed), []);
    }
}

/// How a document is changed, and the departure that is found.
type Case = (fn(&mut Value), &'static str);

#[test]
fn each_departure_is_found_and_told_where() {
    let cases: &[Case] = &[
        (|d| drop(d.as_object_mut().unwrap().remove("validFrom")), "/validFrom is missing"),
        (|d| d["type"] = json!("OpenBadgeCredential"), "/type is not a list"),
        (|d| d["type"] = json!(["OpenBadgeCredential"]), "/type does not have `VerifiableCredential`"),
        (|d| d["evidence"] = json!({"type": ["Evidence"]}), "/evidence is not a list"),
        (|d| d["name"] = json!(null), "/name is not a text"),
        (|d| d["evidence"] = json!([]), "/evidence is null or an empty list, leave it out"),
        (|d| d["issuer"]["url"] = json!("badges"), "/issuer/url is not an absolute URI"),
        (|d| d["awardedDate"] = json!("2026"), "/awardedDate is not a date and time with an offset"),
        (
            |d| d["credentialSubject"]["achievement"]["image"]["name"] = json!("x"),
            "/credentialSubject/achievement/image/name is not a property of `Image`",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["achievementType"] = json!("Medal"),
            "/credentialSubject/achievement/achievementType is `Medal`, which is no published word and does not start with `ext:`",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["criteria"] = json!({}),
            "/credentialSubject/achievement/criteria has neither `id` nor `narrative`",
        ),
        (
            |d| d["credentialSubject"]["result"][0]["resultDescription"] = json!("urn:x"),
            "/credentialSubject/result/0/resultDescription is `urn:x`, which the achievement does not describe",
        ),
        (
            |d| d["credentialSubject"]["result"][0]["achievedLevel"] = json!("urn:x"),
            "/credentialSubject/result/0/achievedLevel is `urn:x`, which the achievement does not describe",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["resultDescription"][0]["resultType"] = json!("Status"),
            "/credentialSubject/result/0/status is missing",
        ),
    ];
    assert_departures(cases);
}

#[test]
fn each_departure_from_the_forms_of_texts_and_lists_is_found() {
    let cases: &[Case] = &[
        (|d| d["@context"] = json!([d["@context"][0]]), "/@context is not a list of two contexts or more"),
        (|d| d["@context"][0] = json!("x"), "/@context/0 is not the context of Verifiable Credentials 2.0"),
        (|d| d["@context"][1] = json!({}), "/@context/1 is not a context of Open Badges 3.0"),
        (|d| d["@context"].as_array_mut().unwrap().push(json!(7)), "/@context/2 is not a context"),
        (|d| d["evidence"][0]["type"] = json!(["Evidence", 7]), "/evidence/0/type is not a list of texts"),
        (
            |d| d["proof"] = json!([{"type": "DataIntegrityProof", "domain": ["x"]}]),
            "/proof/0/domain is not a text",
        ),
        (|d| d["endorsementJwt"] = json!(["a.b"]), "/endorsementJwt/0 is not a compact JWS"),
        (|d| d["issuer"]["familyName"] = json!(7), "/issuer/familyName is not a text"),
        (
            |d| d["issuer"]["dateOfBirth"] = json!("2026"),
            "/issuer/dateOfBirth is not a day such as 2026-11-23",
        ),
        (|d| d["issuer"]["parentOrg"] = json!("https://x.example"), "/issuer/parentOrg is not an object"),
        (
            |d| d["credentialSubject"]["source"] = json!("https://x.example"),
            "/credentialSubject/source is not an object",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["creator"] = json!("https://x.example"),
            "/credentialSubject/achievement/creator is not an object",
        ),
        (
            |d| d["credentialSubject"]["achievement"]["inLanguage"] = json!("Japanese"),
            "/credentialSubject/achievement/inLanguage is not a language such as ja or en-GB",
        ),
        (
            |d| d["credentialSubject"]["result"][0]["status"] = json!("ext:Passed"),
            "/credentialSubject/result/0/status is `ext:Passed`, which is not among the published words",
        ),
    ];
    assert_departures(cases);
}

fn assert_departures(cases: &[Case]) {
    for (change, sentence) in cases {
        let mut document = serde_json::to_value(full_scene().credential()).unwrap();
        change(&mut document);
        let found: Vec<String> = departures(&document).iter().map(ToString::to_string).collect();
        assert!(found.contains(&(*sentence).to_owned()), "{sentence}: {found:?}");
    }
}

/// Any JSON without nulls and empty lists, which are left out.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |double| double.is_finite()).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Value::from),
            prop::collection::hash_map("x[a-z]{1,6}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<String, Value>>())),
        ]
    })
}

proptest! {
    #[test]
    fn properties_that_nobody_knows_survive_everywhere(name in "x[a-zA-Z:]{1,10}", value in any_value()) {
        let document = serde_json::to_value(full_scene().credential()).unwrap();
        for pointer in ["", "/issuer", "/credentialSubject", "/credentialSubject/achievement", "/evidence/0",
                        "/credentialSubject/achievement/criteria", "/credentialSubject/achievement/alignment/0",
                        "/credentialSubject/achievement/related/0", "/credentialSubject/result/0", "/credentialStatus",
                        "/credentialSubject/achievement/resultDescription/0"] {
            let mut extended = document.clone();
            extended.pointer_mut(pointer).unwrap()[&name] = value.clone();
            let credential: AchievementCredential = serde_json::from_value(extended.clone()).unwrap();
            prop_assert_eq!(serde_json::to_value(&credential).unwrap(), extended, "{}", pointer);
        }
    }

    #[test]
    fn no_document_makes_the_schema_panic(value in any_value()) {
        let _found = departures(&value);
    }
}
