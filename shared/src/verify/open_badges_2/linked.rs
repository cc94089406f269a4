//! The documents that an assertion stands on: its badge class and its issuer.
//!
//! <https://www.imsglobal.org/sites/default/files/Badges/OBv2p0Final/index.html#BadgeClass>. Each is embedded or a URL.

use serde_json::Value;

use super::super::conformance::shown;
use super::super::report::{Finding, Passed, Refusal};
use super::{Circumstances, document_at, has_type, malformed};

/// An assertion's badge class and issuer.
#[derive(Clone, Debug)]
pub(super) struct Linked {
    pub(super) badge_class: Value,
    pub(super) issuer: Value,
}

/// Every mandatory property of assertion, badge class and issuer is there.
pub(super) fn complete(assertion: &Value, circumstances: Circumstances<'_>) -> Finding<Linked> {
    require(assertion, "assertion", &["id", "recipient", "badge", "verification", "issuedOn"])?;
    require(assertion.get("recipient").unwrap_or_default(), "recipient", &["type", "identity"])?;
    let badge_class = follow(assertion, "badge", circumstances)?;
    if !has_type(&badge_class, "BadgeClass") {
        return Err(malformed("/badge is not of the type `BadgeClass`"));
    }
    require(&badge_class, "badge class", &["id", "name", "description", "image", "criteria", "issuer"])?;
    let issuer = follow(&badge_class, "issuer", circumstances)?;
    if !["Issuer", "Profile"].iter().any(|term| has_type(&issuer, term)) {
        return Err(malformed("/badge/issuer is neither of the type `Issuer` nor `Profile`"));
    }
    require(&issuer, "issuer", &["id", "name"])?;
    Ok(Passed::new(Linked { badge_class, issuer }, "every mandatory property is there (Open Badges 2.0)"))
}

fn require(document: &Value, what: &str, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| document.get(**name).is_none()) {
        Some(name) => Err(malformed(format!("`{name}` of the {what} is missing"))),
        None => Ok(()),
    }
}

/// The document that a property holds or names.
fn follow(document: &Value, name: &str, circumstances: Circumstances<'_>) -> Result<Value, Refusal> {
    match document.get(name) {
        Some(Value::String(url)) => {
            let found = document_at(url, circumstances)?;
            match found.get("id") {
                Some(id) if id == url.as_str() => Ok(found),
                id => {
                    let id = id.map_or_else(|| "missing".to_owned(), shown);
                    Err(malformed(format!("id of the document at {url} is {id}")))
                }
            }
        }
        Some(embedded @ Value::Object(_)) => Ok(embedded.clone()),
        _ => Err(malformed(format!("`{name}` is neither a URL nor an object"))),
    }
}
