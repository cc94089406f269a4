//! The proofs of a credential: which can be checked, and whether one holds.
//!
//! <https://www.w3.org/TR/vc-data-integrity/#verify-proof>

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::conformance::shown;
use super::prepared::Signatures;
use super::report::{Finding, Passed, Refusal};
use super::unverified::{Unverified, describe};
use super::verdict::Outcome;
use super::{Documents, statements};
use crate::jsonld::JsonLdError;
use crate::key::{PublicKey, VerifyingKey};
use crate::proof::data_integrity::SecuredDocument;
use crate::proof::eddsa_rdfc::Canonical;
use crate::proof::{ProofError, SignatureCheck, eddsa_jcs, eddsa_rdfc};
use crate::time::Timestamp;

/// Most proofs of one credential that are looked at.
const MOST_PROOFS: usize = 8;

/// A suite whose proofs can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suite {
    EddsaRdfc2022,
    EddsaJcs2022,
    /// The predecessor of `eddsa-rdfc-2022`: the same steps under another name.
    Ed25519Signature2020,
}

/// A proof of a known suite; nothing about it has been checked.
#[derive(Clone, Debug)]
pub(super) struct UnverifiedProof<'a> {
    suite: Suite,
    options: &'a Map<String, Value>,
}

/// The proofs whose suite is known, in their order.
pub(super) fn known(credential: &Unverified) -> Finding<Vec<UnverifiedProof<'_>>> {
    let proofs = &credential.document.proofs;
    if proofs.is_empty() {
        return Err(Refusal::new(
            Outcome::ProofInvalid,
            "/proof is missing: nobody has signed this document",
        ));
    }
    if proofs.len() > MOST_PROOFS {
        let detail = format!("/proof has {} proofs, at most {MOST_PROOFS} are checked", proofs.len());
        return Err(Refusal::new(Outcome::Malformed, detail));
    }
    let known: Vec<UnverifiedProof<'_>> = proofs.iter().filter_map(UnverifiedProof::of_known_suite).collect();
    if known.is_empty() {
        let names: Vec<String> = proofs.iter().map(suite_name).collect();
        let detail = format!("/proof is of the kind {}, which cannot be checked here", names.join(", "));
        return Err(Refusal::new(Outcome::ProofUnsupported, detail));
    }
    let detail = format!("{} of {} proofs can be checked", known.len(), proofs.len());
    Ok(Passed::new(known, detail))
}

fn suite_name(proof: &Value) -> String {
    let name = proof.get("cryptosuite").or_else(|| proof.get("type"));
    name.map_or_else(|| shown(proof), shown)
}

impl<'a> UnverifiedProof<'a> {
    fn of_known_suite(proof: &'a Value) -> Option<Self> {
        let options = proof.as_object()?;
        let text = |name: &str| options.get(name).and_then(Value::as_str);
        let suite = match (text("type"), text("cryptosuite")) {
            // `eddsa-2022` is the name that the suite had in drafts.
            (Some("DataIntegrityProof"), Some(eddsa_rdfc::CRYPTOSUITE | "eddsa-2022")) => {
                Suite::EddsaRdfc2022
            }
            (Some("DataIntegrityProof"), Some(eddsa_jcs::CRYPTOSUITE)) => Suite::EddsaJcs2022,
            (Some("Ed25519Signature2020"), None) => Suite::Ed25519Signature2020,
            _ => return None,
        };
        Some(Self { suite, options })
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.options.get(name).and_then(Value::as_str)
    }

    /// The name of the key.
    pub(super) fn verification_method(&self) -> Option<&'a str> {
        self.text("verificationMethod")
    }

    /// The proof was made for assertions, and is neither malformed nor past its own end.
    ///
    /// <https://www.w3.org/TR/vc-data-integrity/#verify-proof>, step 4
    pub(super) fn purpose(&self, at: Timestamp) -> Finding {
        let invalid = |detail: String| Err(Refusal::new(Outcome::ProofInvalid, detail));
        match self.options.get("proofPurpose") {
            Some(purpose) if purpose == "assertionMethod" => {}
            Some(purpose) => {
                return invalid(format!("proof purpose is {}, expected `assertionMethod`", shown(purpose)));
            }
            None => return invalid("proof purpose is missing, expected `assertionMethod`".to_owned()),
        }
        for name in ["created", "expires"] {
            let Some(value) = self.options.get(name) else { continue };
            let Some(date) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) else {
                return invalid(format!(
                    "`{name}` of the proof is {}, expected a date and time",
                    shown(value)
                ));
            };
            if name == "expires" && date <= at {
                return invalid(format!("proof expired at {date}"));
            }
        }
        Ok(Passed::new((), "proof was made for assertions"))
    }

    /// What was signed: the document, and with a chain of proofs the ones before this one.
    ///
    /// <https://www.w3.org/TR/vc-data-integrity/#proof-chains>
    fn input(&self, document: &'a SecuredDocument) -> Result<Cow<'a, Value>, Refusal> {
        let previous = match self.options.get("previousProof") {
            None => return Ok(Cow::Borrowed(&document.unsecured)),
            Some(Value::Array(ids)) => ids.as_slice(),
            Some(id) => std::slice::from_ref(id),
        };
        let mut proofs = Vec::new();
        for id in previous {
            let proof = named(&document.proofs, id).ok_or_else(|| {
                Refusal::new(Outcome::ProofInvalid, format!("previous proof {} is missing", shown(id)))
            })?;
            proofs.push(proof.clone());
        }
        Ok(Cow::Owned(SecuredDocument { unsecured: document.unsecured.clone(), proofs }.join()))
    }

    /// The signature fits the document and the key.
    pub(super) fn signature(
        &self,
        credential: &'a Unverified,
        key: &PublicKey,
        documents: &dyn Documents,
        signatures: &mut Signatures,
    ) -> Finding {
        let PublicKey::Ed25519(key) = key else {
            let detail = format!("key is for {}, the proof needs an Ed25519 key", key.algorithm());
            return Err(Refusal::new(Outcome::KeyUnknown, detail));
        };
        let input = self.input(&credential.document)?;
        match self.suite {
            Suite::EddsaRdfc2022 | Suite::Ed25519Signature2020 => {
                self.holds_over_statements(credential, &input, key, documents, signatures)?;
            }
            Suite::EddsaJcs2022 => {
                let check = eddsa_jcs::signature_check(&input, self.options, key).map_err(refused)?;
                require(check, signatures)?;
            }
        }
        Ok(Passed::new((), "signature fits the document and the key"))
    }

    fn holds_over_statements(
        &self,
        credential: &Unverified,
        input: &Value,
        key: &VerifyingKey,
        documents: &dyn Documents,
        signatures: &mut Signatures,
    ) -> Result<(), Refusal> {
        let contexts = |url: &str| documents.find(url);
        let canonical = Canonical::of(input, self.options, &contexts).map_err(refused_by_canonicalization)?;
        require(canonical.signature_check(self.options, key).map_err(refused)?, signatures)?;
        statements::show_every_limit(&canonical.document, credential)?;
        statements::show_expiration(&canonical.proof, self.options.contains_key("expires"))
    }
}

/// The equation holds, or is left open.
fn require(check: SignatureCheck, signatures: &mut Signatures) -> Result<(), Refusal> {
    if signatures.accept(check) { Ok(()) } else { Err(refused(ProofError::SignatureMismatch)) }
}

/// The proof with that id.
fn named<'a>(proofs: &'a [Value], id: &Value) -> Option<&'a Value> {
    proofs.iter().find(|proof| id.is_string() && proof.get("id") == Some(id))
}

fn refused(error: ProofError) -> Refusal {
    match error {
        ProofError::Canonicalization(error) => refused_by_canonicalization(error),
        error => Refusal::new(Outcome::ProofInvalid, describe(&error)),
    }
}

fn refused_by_canonicalization(error: JsonLdError) -> Refusal {
    let detail = describe(&error);
    match error {
        JsonLdError::MissingContexts(missing) => Refusal::Unknown { missing, detail },
        _ => Refusal::new(Outcome::Malformed, detail),
    }
}
