//! The proofs of a credential: which can be checked, and whether one holds.
//!
//! <https://www.w3.org/TR/vc-data-integrity/#verify-proof>

use super::conformance::told;
use super::prepared::Signatures;
use super::report::{Finding, Passed, Refusal};
use super::statements::SignedLimits;
use super::unverified::{Unverified, describe};
use super::verdict::Outcome;
use super::{Documents, statements};
use crate::jsonld::{self, Arena, Document, Json, JsonLdError};
use crate::key::{PublicKey, VerifyingKey};
use crate::proof::data_integrity::{join_hashes, signature_bytes};
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
    options: Json<'a>,
    /// Its place among several.
    index: Option<usize>,
}

/// The proofs whose suite is known, in their order.
pub(super) fn known<'a>(credential: &Unverified<'a>) -> Finding<Vec<UnverifiedProof<'a>>> {
    let proofs = credential.proofs();
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
    let is_list = matches!(credential.at("/proof"), Some(Json::Array(_)));
    let placed = proofs.iter().enumerate().map(|(index, proof)| (*proof, is_list.then_some(index)));
    let known: Vec<UnverifiedProof<'_>> =
        placed.filter_map(|(proof, index)| UnverifiedProof::of_known_suite(proof, index)).collect();
    if known.is_empty() {
        let names: Vec<String> = proofs.iter().copied().map(suite_name).collect();
        let detail = format!("/proof is of the kind {}, which cannot be checked here", names.join(", "));
        return Err(Refusal::new(Outcome::ProofUnsupported, detail));
    }
    let sentence = || format!("{} of {} proofs can be checked", known.len(), proofs.len());
    let sentence = credential.telling.sentence(sentence);
    Ok(Passed::new(known, sentence))
}

fn suite_name(proof: Json<'_>) -> String {
    told(proof.find("cryptosuite").or_else(|| proof.find("type")).unwrap_or(proof))
}

impl<'a> UnverifiedProof<'a> {
    fn of_known_suite(options: Json<'a>, index: Option<usize>) -> Option<Self> {
        let text = |name: &str| options.find(name).and_then(Json::as_str);
        let suite = match (text("type"), text("cryptosuite")) {
            // `eddsa-2022` is the name that the suite had in drafts.
            (Some("DataIntegrityProof"), Some(eddsa_rdfc::CRYPTOSUITE | "eddsa-2022")) => {
                Suite::EddsaRdfc2022
            }
            (Some("DataIntegrityProof"), Some(eddsa_jcs::CRYPTOSUITE)) => Suite::EddsaJcs2022,
            (Some("Ed25519Signature2020"), None) => Suite::Ed25519Signature2020,
            _ => return None,
        };
        Some(Self { suite, options, index })
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.options.find(name).and_then(Json::as_str)
    }

    /// JSON pointer to one of its properties.
    pub(super) fn place_of(&self, name: &str) -> String {
        match self.index {
            Some(index) => format!("/proof/{index}/{name}"),
            None => format!("/proof/{name}"),
        }
    }

    /// When it says that it was made.
    pub(super) fn created(&self) -> Option<Timestamp> {
        self.text("created")?.parse().ok()
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
        let purpose = self.options.find("proofPurpose");
        if !purpose.is_some_and(|purpose| purpose.is("assertionMethod")) {
            let found = purpose.map_or_else(|| "missing".to_owned(), told);
            return invalid(format!(
                "{} is {found}, expected `assertionMethod`",
                self.place_of("proofPurpose")
            ));
        }
        for name in ["created", "expires"] {
            let Some(value) = self.options.find(name) else { continue };
            let Some(date) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) else {
                let found = told(value);
                return invalid(format!("{} is {found}, expected a date and time", self.place_of(name)));
            };
            if name == "expires" && date <= at {
                return invalid(format!("{} is {date}, and it is {at}", self.place_of(name)));
            }
        }
        Ok(Passed::new((), "proof was made for assertions"))
    }

    /// What was signed: the document, and with a chain of proofs the ones before this one.
    ///
    /// <https://www.w3.org/TR/vc-data-integrity/#proof-chains>
    fn input(&self, credential: &Unverified<'a>) -> Result<Document<'a>, Refusal> {
        let Some(previous) = self.options.find("previousProof") else { return Ok(credential.unsecured()) };
        let mut proofs = Vec::new();
        for id in previous.items() {
            let proof = named(credential.proofs(), *id).ok_or_else(|| {
                let place = self.place_of("previousProof");
                Refusal::new(
                    Outcome::ProofInvalid,
                    format!("{place} is {}, which no proof is called", told(*id)),
                )
            })?;
            proofs.push(proof);
        }
        if proofs.is_empty() { Ok(credential.unsecured()) } else { Ok(credential.with_proofs(&proofs)) }
    }

    /// The signature fits the document and the key.
    pub(super) fn signature(
        &self,
        credential: &Unverified<'a>,
        key: &PublicKey,
        documents: &dyn Documents,
        signatures: &mut Signatures,
    ) -> Finding {
        let PublicKey::Ed25519(key) = key else {
            let place = self.place_of("verificationMethod");
            let detail = format!("{place} is a key for {}, the proof needs an Ed25519 key", key.algorithm());
            return Err(Refusal::new(Outcome::KeyUnknown, detail));
        };
        let input = self.input(credential)?;
        match self.suite {
            Suite::EddsaRdfc2022 | Suite::Ed25519Signature2020 => {
                self.holds_over_statements(credential, &input, key, documents, signatures)?;
            }
            Suite::EddsaJcs2022 => {
                let check = eddsa_jcs::signature_check_of(&input, self.options, key, credential.arena);
                let check = check.map_err(|error| self.refused(error))?;
                self.require(check, signatures)?;
                super::token::terms(credential, documents)?;
            }
        }
        Ok(Passed::new((), "signature fits the document and the key"))
    }

    fn holds_over_statements(
        &self,
        credential: &Unverified<'a>,
        input: &Document<'a>,
        key: &VerifyingKey,
        documents: &dyn Documents,
        signatures: &mut Signatures,
    ) -> Result<(), Refusal> {
        let contexts = |url: &str| documents.find(url);
        let arena = Arena::with_capacity(jsonld::ROOM);
        let (mut limits, mut expirations) = (SignedLimits::of(credential), 0);
        let document = jsonld::hash_and_show(input, &contexts, &arena, |statement| limits.see(statement))
            .map_err(refused_by_canonicalization)?;
        let configuration = eddsa_rdfc::configuration_of(self.options, input.context());
        let proof = jsonld::hash_and_show(&configuration, &contexts, &arena, |statement| {
            expirations += usize::from(statements::is_expiration(statement));
        })
        .map_err(|error| self.refused(ProofError::Canonicalization(error)))?;
        let signature = signature_bytes(self.options).map_err(|error| self.refused(error))?;
        let hash_data = join_hashes(proof, document);
        self.require(SignatureCheck::of_hash_pair(key.clone(), hash_data, signature), signatures)?;
        limits.are_shown(credential)?;
        if expirations > usize::from(self.options.find("expires").is_some()) {
            let detail = format!("{} was signed, the proof does not show it", self.place_of("expires"));
            return Err(Refusal::new(Outcome::Malformed, detail));
        }
        Ok(())
    }

    /// The equation holds, or is left open.
    fn require(&self, check: SignatureCheck, signatures: &mut Signatures) -> Result<(), Refusal> {
        if signatures.accept(check) { Ok(()) } else { Err(self.refused(ProofError::SignatureMismatch)) }
    }

    /// What the steps of a suite say of this proof, with its place.
    fn refused(&self, error: ProofError) -> Refusal {
        let detail = match error {
            ProofError::Canonicalization(mut error) => {
                if let Some(index) = self.index {
                    error.prepend(index);
                }
                error.prepend("proof");
                return refused_by_canonicalization(error);
            }
            ProofError::Property { property, expected } => {
                format!("{} is missing or not {expected}", self.place_of(property))
            }
            ProofError::SignatureMismatch => {
                format!("signature at {} does not fit the document and the key", self.place_of("proofValue"))
            }
        };
        Refusal::new(Outcome::ProofInvalid, detail)
    }
}

/// The proof with that id.
fn named<'a>(proofs: &[Json<'a>], id: Json<'_>) -> Option<Json<'a>> {
    let id = id.as_str()?;
    proofs.iter().copied().find(|proof| proof.find("id").is_some_and(|found| found.is(id)))
}

pub(super) fn refused_by_canonicalization(error: JsonLdError) -> Refusal {
    let detail = describe(&error);
    match error {
        JsonLdError::MissingContexts(missing) => Refusal::Unknown { missing, detail },
        _ => Refusal::new(Outcome::Malformed, detail),
    }
}
