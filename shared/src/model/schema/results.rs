//! The rules between results and the descriptions that they refer to.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#result>: a description of the same achievement, a status where the
//! description is of statuses, a level of the description's rubric.

use serde_json::Value;

use super::{Found, Problem};

fn list<'a>(value: Option<&'a Value>, name: &str) -> &'a [Value] {
    value.and_then(|value| value.get(name)).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn named<'a>(values: &'a [Value], id: &str) -> Option<&'a Value> {
    values.iter().find(|value| value.get("id").and_then(Value::as_str) == Some(id))
}

/// Checks every result of a credential.
pub(super) fn check(credential: &Value, found: &mut Found) {
    let subject = credential.get("credentialSubject");
    let descriptions = list(subject.and_then(|subject| subject.get("achievement")), "resultDescription");
    for (index, result) in list(subject, "result").iter().enumerate() {
        let pointer = format!("/credentialSubject/result/{index}");
        let Some(id) = result.get("resultDescription").and_then(Value::as_str) else { continue };
        let Some(description) = named(descriptions, id) else {
            found.note(format!("{pointer}/resultDescription"), Problem::NotDescribed(id.to_owned()));
            continue;
        };
        let is_status = description.get("resultType").and_then(Value::as_str) == Some("Status");
        if is_status && result.get("status").is_none() {
            found.note(format!("{pointer}/status"), Problem::Missing);
        }
        let levels = list(Some(description), "rubricCriterionLevel");
        if let Some(level) = result.get("achievedLevel").and_then(Value::as_str)
            && named(levels, level).is_none()
        {
            found.note(format!("{pointer}/achievedLevel"), Problem::NotDescribed(level.to_owned()));
        }
    }
}
