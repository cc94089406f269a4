//! Whether a document shows every limit that was signed.
//!
//! A proof over RDF covers statements, not the JSON that makes them: whoever holds a credential can write its end of
//! validity under an alias of their own context, and the signature still fits. So the limits are looked for among the
//! signed statements (<https://www.w3.org/TR/vc-data-integrity/#validating-contexts>).

use serde_json::Value;

use super::report::Refusal;
use super::unverified::Unverified;
use super::verdict::Outcome;

/// The namespace of the properties that limit a credential.
const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";
/// The properties that limit when and whether a credential holds.
const LIMITS: [&str; 5] = ["validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus"];
/// The property of a proof that limits when it holds.
const PROOF_EXPIRATION: &str = "<https://w3id.org/security#expiration>";

/// Every limit among the signed statements stands under its own name in the document.
pub(super) fn show_every_limit(canonical_document: &str, credential: &Unverified) -> Result<(), Refusal> {
    let statements: Vec<&str> = match credential.at("/id").and_then(Value::as_str) {
        Some(id) => about(canonical_document, &format!("<{id}> ")).collect(),
        None => canonical_document.lines().collect(),
    };
    for name in LIMITS {
        let signed = count(&statements, &format!("<{CREDENTIALS}{name}>"));
        let shown = match credential.at(&format!("/{name}")) {
            None | Some(Value::Null) => 0,
            Some(Value::Array(values)) => values.len(),
            Some(_) => 1,
        };
        if signed != shown {
            let detail = format!("`{name}` was signed {signed} times, the document shows it {shown} times");
            return Err(Refusal::new(Outcome::Malformed, detail));
        }
    }
    Ok(())
}

/// The end of a proof stands under its own name in the proof.
pub(super) fn show_expiration(canonical_proof: &str, is_shown: bool) -> Result<(), Refusal> {
    let statements: Vec<&str> = canonical_proof.lines().collect();
    if count(&statements, PROOF_EXPIRATION) > usize::from(is_shown) {
        return Err(Refusal::new(
            Outcome::Malformed,
            "the end of the proof was signed, the proof does not show it",
        ));
    }
    Ok(())
}

/// The statements about a subject: neighbours, because canonical statements are in order.
fn about<'c>(canonical: &'c str, subject: &str) -> impl Iterator<Item = &'c str> {
    canonical
        .lines()
        .skip_while(move |line| *line < subject)
        .take_while(move |line| line.starts_with(subject))
}

/// How many statements have that predicate.
fn count(statements: &[&str], predicate: &str) -> usize {
    statements.iter().filter(|statement| statement.split(' ').nth(1) == Some(predicate)).count()
}
