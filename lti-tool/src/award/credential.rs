//! What a credential of ours says, before it is signed.
//!
//! Open Badges 3.0: <https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential>. The recipient is a random `urn:uuid`, and their
//! e-mail address (or else their id at the platform) is in it only as a salted hash, so that the credential can be shown to anybody
//! and still be matched by somebody who knows the address.

use openbadges::{
    issue::{Award, Recipient, unsigned_credential},
    model::{
        Achievement, AchievementCredential, BitstringStatusListEntry, Evidence, IdentityObject, Profile,
    },
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::store::award::NewAward;

/// Everything but the recipient.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its address.
    pub credential_id: String,
    /// Who awards.
    pub issuer: Profile,
    /// What is awarded.
    pub achievement: Achievement,
    /// Of the recipient's identity.
    pub salt: String,
    /// When.
    pub at: Timestamp,
    /// When it ends, if ever.
    pub valid_until: Option<Timestamp>,
}

/// By what the recipient can be recognised, and what they did.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds an address, which must not reach a log")]
pub struct Holder<'a> {
    /// Their id at the platform.
    pub user_id: &'a str,
    /// Their address, if told.
    pub email: Option<&'a str>,
    /// How they earned it, if somebody wrote it down.
    pub narrative: Option<&'a str>,
    /// Where that can be seen.
    pub evidence: Option<&'a str>,
}

impl<'a> Holder<'a> {
    /// The learner of an award.
    #[must_use]
    pub fn of(learner: &NewAward<'a>) -> Self {
        Self { user_id: learner.user_id, email: learner.email, narrative: None, evidence: None }
    }
}

/// The credential, not yet signed.
#[must_use]
pub fn issued(
    issue: Issued,
    recipient_id: Uuid,
    status: BitstringStatusListEntry,
    holder: Holder<'_>,
) -> AchievementCredential {
    let identity = match holder.email {
        Some(email) => IdentityObject::hashed("emailAddress", email, &issue.salt),
        None => IdentityObject::hashed("ltiUserId", holder.user_id, &issue.salt),
    };
    let recipient = Recipient { id: format!("urn:uuid:{recipient_id}"), identifiers: vec![identity] };
    let award = Award::new(&issue.credential_id, issue.issuer, issue.achievement, recipient, issue.at);
    unsigned_credential(&Award {
        status: Some(status),
        valid_until: issue.valid_until,
        narrative: holder.narrative.map(str::to_owned),
        evidence: holder.evidence.map(Evidence::page).into_iter().collect(),
        ..award
    })
}

/// What the database keeps beside the credential about how it came to be.
#[must_use]
pub fn provenance(award: &NewAward<'_>, occasion: &str) -> Value {
    json!({ "source": "instructor", "awarded_by": award.awarded_by, "course_id": award.course_id, "occasion": occasion })
}

#[cfg(test)]
mod tests {
    use openbadges::model::{
        Alignment, Criteria, IdentifierEntry, Image, Related, ResultDescription, schema::departures,
    };

    use super::*;

    fn learner(email: Option<&'static str>) -> NewAward<'static> {
        NewAward {
            course_id: Uuid::nil(),
            achievement_id: Uuid::nil(),
            issuer_did: "did:web:badges.example.org",
            status_lists: "https://badges.example.org/status",
            platform: "https://lms.example#client-1",
            user_id: "42",
            display_name: Some("Ada Lovelace"),
            email,
            awarded_by: "3",
        }
    }

    fn credential(email: Option<&'static str>) -> Value {
        let issue = Issued {
            credential_id: "https://badges.example.org/credentials/1".to_owned(),
            issuer: Profile::new("did:web:badges.example.org", "Example Academy"),
            achievement: Achievement::new(
                "https://badges.example.org/achievements/1",
                "Data",
                "Basics",
                Criteria::narrative("Do it."),
            ),
            salt: "Kosher".to_owned(),
            at: Timestamp::from_unix_seconds(1_795_390_158),
            valid_until: Some(Timestamp::from_unix_seconds(1_795_390_159)),
        };
        let status =
            BitstringStatusListEntry::new("https://badges.example.org/status/1", 94_567, "revocation");
        serde_json::to_value(issued(issue, Uuid::nil(), status, Holder::of(&learner(email)))).unwrap()
    }

    #[test]
    fn the_recipient_is_named_by_a_salted_hash_only() {
        let credential = credential(Some("a@example.com"));
        let identifier = &credential["credentialSubject"]["identifier"][0];
        assert_eq!(identifier["identityType"], "emailAddress");
        let hash = identifier["identityHash"].as_str().unwrap();
        assert!(hash.starts_with("sha256$b5809d8a") && hash.ends_with("ef399"), "{hash}");
        assert_eq!(credential["credentialSubject"]["id"], "urn:uuid:00000000-0000-0000-0000-000000000000");
        let text = credential.to_string();
        assert!(!text.contains("a@example.com") && !text.contains("Ada"), "{text}");
    }

    #[test]
    fn a_learner_without_an_address_is_known_by_their_id_at_the_platform() {
        assert_eq!(credential(None)["credentialSubject"]["identifier"][0]["identityType"], "ltiUserId");
    }

    #[test]
    fn the_dates_are_the_moment_of_the_award_and_the_end_of_its_validity() {
        let credential = credential(None);
        assert_eq!(credential["validFrom"], "2026-11-22T23:29:18Z");
        assert_eq!(credential["awardedDate"], "2026-11-22T23:29:18Z");
        assert_eq!(credential["validUntil"], "2026-11-22T23:29:19Z");
    }

    #[test]
    fn the_status_is_one_entry_with_its_index_as_text() {
        assert_eq!(
            credential(None)["credentialStatus"],
            json!({
                "id": "https://badges.example.org/status/1#94567",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "94567",
                "statusListCredential": "https://badges.example.org/status/1",
            })
        );
    }

    #[test]
    fn whatever_it_says_keeps_to_the_published_schema() {
        let mut achievement = Achievement::new("urn:uuid:1", "Data", "Basics", Criteria::narrative("Do it."));
        achievement.image = Some(Image::new("https://badges.example.org/images/1.svg"));
        achievement.alignment = vec![Alignment::new("Databases", "https://badges.example.org/frameworks/1")];
        achievement.related = vec![Related::new("https://badges.example.org/v2/classes/1")];
        achievement.other_identifier = vec![IdentifierEntry::new("ltiContextId", "7")];
        achievement.result_description = vec![ResultDescription::new("urn:uuid:2", "Points", "RawScore")];
        achievement.in_language = Some("ja".to_owned());
        let status =
            BitstringStatusListEntry::new("https://badges.example.org/status/1", 94_567, "revocation");
        for (email, evidence) in [(Some("a@example.com"), Some("https://lms.example/42")), (None, None)] {
            let holder = Holder { user_id: "42", email, narrative: evidence, evidence };
            let issue = Issued {
                credential_id: "https://badges.example.org/credentials/1".to_owned(),
                issuer: Profile::new("did:web:badges.example.org", "Example Academy"),
                achievement: achievement.clone(),
                salt: "Kosher".to_owned(),
                at: Timestamp::from_unix_seconds(1_795_390_158),
                valid_until: email.map(|_| Timestamp::from_unix_seconds(1_895_390_158)),
            };
            let credential = issued(issue, Uuid::nil(), status.clone(), holder);
            assert_eq!(departures(&serde_json::to_value(credential).unwrap()), []);
        }
    }

    #[test]
    fn the_provenance_says_who_decided() {
        assert_eq!(provenance(&learner(None), "course")["awarded_by"], "3");
    }
}
