//! A credential that uses every class of the data model and nearly every property.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#data-models>. `refreshService` and `endorsementJwt` are left out: the first makes
//! a verifier ask for a newer form, the second is nothing that this library signs.

use std::error::Error;

use openbadges::model::AchievementCredential;
use serde_json::{Value, json};

const SITE: &str = "https://badges.example";
const DATE: &str = "2026-01-15T09:30:00Z";
/// The result that is described, and its rubric's levels.
const RESULT: &str = "urn:uuid:7d7a5c1e-6a52-4b0f-8a86-0d6f0b0f6a01";
const LEVEL: &str = "urn:uuid:7d7a5c1e-6a52-4b0f-8a86-0d6f0b0f6a02";
/// The schema that Open Badges publish.
const SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/// Adds every class to a credential; `sign` adds a proof to an endorsement.
pub(crate) fn with_every_class<E: Error + 'static>(
    credential: &AchievementCredential,
    sign: impl Fn(Value) -> Result<Value, E>,
) -> Result<AchievementCredential, Box<dyn Error>> {
    let mut document = serde_json::to_value(credential)?;
    let contexts = document.get_mut("@context").and_then(Value::as_array_mut).ok_or("no contexts")?;
    contexts.push(json!("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"));
    let endorsement = |of: &str| sign(endorsement(of, credential.issuer.id()));
    let parts = [
        (
            "",
            json!({
                "id": format!("{SITE}/credentials/everything"),
                "image": image(),
                "validUntil": "2126-01-15T09:30:00Z",
                "endorsement": [endorsement(&credential.id)?],
                "evidence": [evidence()],
                "credentialSchema": [{ "id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019" }],
                "termsOfUse": [{ "id": format!("{SITE}/terms"), "type": "https://badges.example/vocabulary#Terms" }],
            }),
        ),
        ("/issuer", profile(&endorsement(credential.issuer.id())?)),
        ("/credentialSubject", subject()),
        (
            "/credentialSubject/achievement",
            achievement(&endorsement(&credential.credential_subject.achievement.id)?),
        ),
    ];
    for (pointer, members) in parts {
        let target = document.pointer_mut(pointer).and_then(Value::as_object_mut).ok_or("no object")?;
        let Value::Object(members) = members else { return Err("no members".into()) };
        target.extend(members);
    }
    Ok(serde_json::from_value(document)?)
}

fn endorsement(of: &str, issuer: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        ],
        "id": format!("{SITE}/endorsements/{}", of.len()),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed",
        "description": "What the academy says.",
        "issuer": { "id": issuer, "type": ["Profile"], "name": "Example Academy" },
        "validFrom": DATE,
        "validUntil": "2126-01-15T09:30:00Z",
        "awardedDate": DATE,
        "credentialSubject": { "id": of, "type": ["EndorsementSubject"], "endorsementComment": "Serious work. 良い。" },
        "credentialSchema": [{ "id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019" }],
    })
}

fn image() -> Value {
    json!({ "id": format!("{SITE}/images/everything.png"), "type": "Image", "caption": "A blue hexagon" })
}

fn identifier() -> Value {
    json!({ "type": "IdentifierEntry", "identifier": "SQL-1", "identifierType": "ext:catalogue" })
}

fn alignment() -> Value {
    json!({
        "type": ["Alignment"], "targetName": "Databases", "targetUrl": format!("{SITE}/frameworks/it#db"),
        "targetCode": "db", "targetDescription": "Knows databases.", "targetFramework": "IT", "targetType": "ext:Skill",
    })
}

fn evidence() -> Value {
    json!({
        "id": format!("{SITE}/evidence/1"), "type": ["Evidence"], "narrative": "Wrote 40 queries.", "name": "Queries",
        "description": "The last exercise", "genre": "Exercise", "audience": "Everybody",
    })
}

/// The properties of an organisation and of a person, as the schema allows both in one.
fn profile(endorsement: &Value) -> Value {
    let parent = json!({ "id": "https://parent.example", "type": ["Profile"], "name": "Parent" });
    let own = json!({ "endorsement": [endorsement], "parentOrg": parent });
    let members = [person(), own].into_iter().filter_map(|part| part.as_object().cloned()).flatten();
    // What it is called and where it is found stay as they were.
    members.filter(|(name, _)| !matches!(name.as_str(), "id" | "type" | "name")).collect()
}

fn person() -> Value {
    json!({
        "id": "https://people.example/ada", "type": ["Profile"], "name": "Ada", "url": "https://people.example",
        "phone": "+81 6 0000 0000", "description": "Teaches.", "image": image(), "email": "ada@people.example",
        "otherIdentifier": [identifier()], "official": "Ada", "familyName": "Lovelace", "givenName": "Ada",
        "additionalName": "Augusta", "patronymicName": "Georgevna", "honorificPrefix": "Lady", "honorificSuffix": "PhD",
        "familyNamePrefix": "de", "dateOfBirth": "1815-12-10",
        "address": {
            "type": ["Address"], "addressCountry": "Japan", "addressCountryCode": "JP", "addressRegion": "Osaka",
            "addressLocality": "Osaka", "streetAddress": "1-1", "postOfficeBoxNumber": "7", "postalCode": "530-0001",
            "geo": { "type": "GeoCoordinates", "latitude": 34.7, "longitude": 135.5 },
        },
    })
}

fn subject() -> Value {
    json!({
        "activityStartDate": "2025-10-01T00:00:00+09:00", "activityEndDate": DATE, "creditsEarned": 1.5, "image": image(),
        "licenseNumber": "L-1", "narrative": "All exercises.", "role": "Learner", "term": "Autumn", "source": person(),
        "result": [
            { "type": ["Result"], "resultDescription": RESULT, "achievedLevel": LEVEL, "status": "Completed", "value": "90",
              "alignment": [alignment()] },
        ],
    })
}

fn achievement(endorsement: &Value) -> Value {
    json!({
        "achievementType": "Course", "creator": person(), "fieldOfStudy": "Databases", "humanCode": "SQL-1", "image": image(),
        "inLanguage": "en-GB", "otherIdentifier": [identifier()], "specialization": "Queries", "version": "2",
        "endorsement": [endorsement], "alignment": [alignment()],
        "related": [
            { "id": format!("{SITE}/achievements/sql/ja"), "type": ["Related"], "inLanguage": "ja", "version": "2" },
        ],
        "resultDescription": [{
            "id": RESULT, "type": ["ResultDescription"], "name": "Examination", "resultType": "RubricCriterion",
            "alignment": [alignment()], "allowedValue": ["0", "50", "100"], "requiredLevel": LEVEL, "requiredValue": "50",
            "valueMin": "0", "valueMax": "100",
            "rubricCriterionLevel": [{
                "id": LEVEL, "type": ["RubricCriterionLevel"], "name": "Mastered", "alignment": [alignment()],
                "description": "Without a mistake.", "level": "3", "points": "100",
            }],
        }],
    })
}
