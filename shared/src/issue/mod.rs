//! From an award to the credential that will be signed.
//!
//! The shape is that of Open Badges 3.0 over VCDM 2.0
//! (<https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential>). Signing is in [`crate::proof`]; the same award for
//! older backpacks in [`open_badges_2`].

pub mod open_badges_2;

use crate::model::{
    Achievement, AchievementCredential, AchievementSubject, BitstringStatusListEntry, CredentialStatus,
    DateTimeZ, Evidence, IdentityObject, Image, Profile, ProfileRef, Result as AwardResult,
};
use crate::time::Timestamp;

/// Who receives an award.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// URI that stands for the recipient and tells nothing about them, for example `urn:uuid:…`.
    pub id: String,
    /// Identifiers that the recipient can be recognised by, hashed or plain.
    pub identifiers: Vec<IdentityObject>,
}

/// A decision to award an achievement to someone.
#[derive(Clone, Debug, PartialEq)]
pub struct Award {
    /// URI of the credential, for example the address of its page.
    pub credential_id: String,
    /// Who awards; its `id` is the DID under which the key is published.
    pub issuer: Profile,
    /// What is awarded.
    pub achievement: Achievement,
    /// Who receives it.
    pub recipient: Recipient,
    /// When it was first awarded.
    pub awarded_at: Timestamp,
    /// Start of validity; later than `awarded_at` when the credential is issued again.
    pub valid_from: Timestamp,
    /// End of validity; none means without end.
    pub valid_until: Option<Timestamp>,
    /// Bit in a status list, if the award shall be revocable for strangers.
    pub status: Option<BitstringStatusListEntry>,
    /// What was done to earn it.
    pub evidence: Vec<Evidence>,
    /// Results that were reached.
    pub results: Vec<AwardResult>,
    /// How it was earned, Markdown.
    pub narrative: Option<String>,
    /// Picture for this credential; none means the achievement's picture.
    pub image: Option<Image>,
}

impl Award {
    /// An award that is valid without end from the moment it is made.
    #[must_use]
    pub fn new(
        credential_id: &str,
        issuer: Profile,
        achievement: Achievement,
        recipient: Recipient,
        awarded_at: Timestamp,
    ) -> Self {
        Self {
            credential_id: credential_id.to_owned(),
            issuer,
            achievement,
            recipient,
            awarded_at,
            valid_from: awarded_at,
            valid_until: None,
            status: None,
            evidence: Vec::new(),
            results: Vec::new(),
            narrative: None,
            image: None,
        }
    }

    /// The award that a credential of ours tells of, to be written in another form; `None` if the credential only links to its issuer or names
    /// nobody.
    ///
    /// The inverse of [`unsigned_credential`]. Nothing is verified.
    #[must_use]
    pub fn of(credential: AchievementCredential) -> Option<Self> {
        let ProfileRef::Profile(issuer) = credential.issuer else { return None };
        let subject = credential.credential_subject;
        let valid_from = credential.valid_from.timestamp();
        let image = credential.image.filter(|image| Some(image) != subject.achievement.image.as_ref());
        Some(Self {
            credential_id: credential.id,
            issuer: *issuer,
            achievement: subject.achievement,
            recipient: Recipient { id: subject.id?, identifiers: subject.identifier },
            awarded_at: credential.awarded_date.map_or(valid_from, |date| date.timestamp()),
            valid_from,
            valid_until: credential.valid_until.map(|date| date.timestamp()),
            status: credential.credential_status.and_then(|status| match status {
                CredentialStatus::Bitstring(entry) => Some(entry),
                CredentialStatus::Other(_) => None,
            }),
            evidence: credential.evidence,
            results: subject.result,
            narrative: subject.narrative,
            image,
        })
    }
}

/// The credential that says what the award decided, without a proof.
#[must_use]
pub fn unsigned_credential(award: &Award) -> AchievementCredential {
    let mut subject = AchievementSubject::new(award.achievement.clone());
    subject.id = Some(award.recipient.id.clone());
    subject.identifier.clone_from(&award.recipient.identifiers);
    subject.result.clone_from(&award.results);
    subject.narrative.clone_from(&award.narrative);

    let issuer = ProfileRef::from(award.issuer.clone());
    let mut credential =
        AchievementCredential::new(&award.credential_id, issuer, DateTimeZ::from(award.valid_from), subject);
    credential.name = Some(award.achievement.name.clone());
    credential.description = Some(award.achievement.description.clone());
    credential.image = award.image.clone().or_else(|| award.achievement.image.clone());
    credential.valid_until = award.valid_until.map(DateTimeZ::from);
    credential.awarded_date = Some(DateTimeZ::from(award.awarded_at));
    credential.evidence.clone_from(&award.evidence);
    credential.credential_status = award.status.clone().map(CredentialStatus::Bitstring);
    credential
}
