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
    /// Where the issuer's properties are: a JSON pointer, behind an address unless it is embedded.
    pub(super) issuer_place: String,
}

/// Every mandatory property of assertion, badge class and issuer is there.
pub(super) fn complete(assertion: &Value, circumstances: Circumstances<'_>) -> Finding<Linked> {
    require(assertion, "", &["id", "recipient", "badge", "verification", "issuedOn"])?;
    require(assertion.get("recipient").unwrap_or_default(), "/recipient", &["type", "identity"])?;
    let (class_place, badge_class) = follow(assertion, "", "badge", circumstances)?;
    if !has_type(&badge_class, "BadgeClass") {
        return Err(malformed(format!("{class_place}/type is not `BadgeClass`")));
    }
    let mandatory = ["id", "name", "description", "image", "criteria", "issuer"];
    require(&badge_class, &class_place, &mandatory)?;
    let (issuer_place, issuer) = follow(&badge_class, &class_place, "issuer", circumstances)?;
    if !["Issuer", "Profile"].iter().any(|term| has_type(&issuer, term)) {
        return Err(malformed(format!("{issuer_place}/type is neither `Issuer` nor `Profile`")));
    }
    require(&issuer, &issuer_place, &["id", "name"])?;
    let linked = Linked { badge_class, issuer, issuer_place };
    Ok(Passed::new(linked, "every mandatory property is there (Open Badges 2.0)"))
}

fn require(document: &Value, place: &str, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| document.get(**name).is_none()) {
        Some(name) => Err(malformed(format!("{place}/{name} is missing"))),
        None => Ok(()),
    }
}

/// The document that a property holds or names, and where it is.
fn follow(
    document: &Value,
    place: &str,
    name: &str,
    circumstances: Circumstances<'_>,
) -> Result<(String, Value), Refusal> {
    let place = format!("{place}/{name}");
    match document.get(name) {
        Some(Value::String(url)) => {
            let found = document_at(url, circumstances).map_err(|refusal| refusal.at(&place))?;
            match found.get("id") {
                Some(id) if id == url.as_str() => Ok((format!("{url}#"), found)),
                id => {
                    let id = id.map_or_else(|| "missing".to_owned(), shown);
                    Err(malformed(format!("{url}#/id is {id}, expected its address")))
                }
            }
        }
        Some(embedded @ Value::Object(_)) => Ok((place, embedded.clone())),
        found => {
            let found = found.map_or_else(|| "missing".to_owned(), shown);
            Err(malformed(format!("{place} is {found}, expected a URL or an object")))
        }
    }
}
