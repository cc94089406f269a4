//! The pages of learners and of those who check badges.

use askama::Template;
use uuid::Uuid;

use super::{
    HOSTILE, award, noon,
    path::{path_blocks, walked_programme},
    rule::explained,
    texts, wording,
};
use crate::{
    credential::{
        catalogue::{Around, IssuerPage, ProgrammePage},
        page::{CredentialPage, NotSharedPage, Viewer},
        picture::Picture,
        summary::{Alignment, Evidence, Summary},
        verdict::words,
    },
    language::{Language, wording::Wording},
    learner::{
        Elsewhere, LearnerPage,
        share::{Badge, Sharing},
    },
    store::{
        award::AwardRow,
        catalogue::{AchievementRow, AlignmentRow, ProgrammeRow},
        course::CourseRow,
        credential::CheckRow,
        holding::{Decision, HoldingRow},
    },
    verify_page::{
        Answer, VerifyPage,
        documents::{Absent, Missing},
    },
};

const URL: &str = "https://badges.example.org/credentials/0d3bb4a5-2e12-4b60-9a4c-8e0d5a6d2c11";

fn summary() -> Summary {
    let text = || HOSTILE.to_owned();
    let wording = || wording::both();
    let url = || Some("https://example.org/\"><script>alert(1)</script>".to_owned());
    Summary {
        name: wording(),
        description: Wording::plain(HOSTILE),
        criteria: wording(),
        criteria_url: url(),
        image: Some("https://badges.example.org/achievements/1/image.svg".to_owned()),
        image_caption: wording(),
        issuer_name: wording(),
        issuer_id: text(),
        issuer_url: url(),
        valid_from: Some(noon()),
        valid_until: None,
        alignments: vec![Alignment { name: wording(), framework: wording(), code: text(), url: url() }],
        evidence: vec![Evidence { name: wording(), narrative: wording(), url: url() }],
    }
}

fn picture() -> Picture {
    Picture { address: "/achievements/1/image.svg".to_owned(), alt: HOSTILE.to_owned() }
}

fn checks() -> Vec<CheckRow> {
    let check = |name: &str, result: &str| CheckRow {
        name: name.to_owned(),
        result: result.to_owned(),
        detail: Some(HOSTILE.to_owned()),
    };
    vec![
        check("signature", "passed"),
        check("issuer_known", "passed"),
        check("status", "failed"),
        check("a_check_of_tomorrow", "unknown"),
    ]
}

pub(super) fn credential_page(t: Language, outcome: &str, revoked: Option<&str>) -> CredentialPage {
    let checks = checks();
    CredentialPage {
        t,
        url: URL.to_owned(),
        download_url: format!("{URL}/download"),
        older_url: Some(format!("{URL}/ob2")),
        issuer_path: "/issuers/1".to_owned(),
        summary: summary(),
        picture: Some(picture()),
        words: words(outcome, &checks),
        outcome: outcome.to_owned(),
        revocation_reason: revoked.map(str::to_owned),
        checks,
        viewer: Viewer::Public,
    }
}

fn sharing(t: Language, decision: Decision, is_shared: bool, is_revoked: bool) -> Sharing {
    let holding = HoldingRow { achievement_id: Uuid::nil(), decision, is_shared, is_new: false };
    let summary = summary();
    let badge = Badge::of(t, URL, &summary, is_revoked);
    let sharing = Sharing::of(t, "/s/t/credentials/1".to_owned(), &holding, &badge);
    Sharing { is_just_shared: is_shared, ..sharing }
}

fn held_page(t: Language, viewer: Viewer) -> String {
    let page = credential_page(t, "valid", None).within("/s/t/credentials/1", viewer);
    CredentialPage { older_url: None, ..page }.render().unwrap()
}

fn learner_page(t: Language, here: Option<AwardRow>, has_course: bool, sharing: Option<Sharing>) -> String {
    let course = CourseRow { title: HOSTILE.to_owned(), texts: texts(), ..CourseRow::default() };
    let elsewhere =
        Elsewhere { award: award(None), path: "/s/t/credentials/2".to_owned(), is_shared: sharing.is_some() };
    let page = LearnerPage {
        t,
        user_name: Some(HOSTILE.to_owned()),
        course_title: Some(HOSTILE.to_owned()),
        course: has_course.then_some(course),
        here,
        sharing,
        elsewhere: vec![elsewhere],
        programmes: vec![walked_programme()],
        programmes_path: "/s/t/programmes".to_owned(),
        examinations_path: "/s/t/examinations".to_owned(),
        identities_path: "/s/t/identities".to_owned(),
        privacy_path: "/s/t/privacy".to_owned(),
        reports_path: Some("/s/t/reports".to_owned()),
        why: vec![HOSTILE.to_owned()],
        decision: has_course.then(explained),
        now: noon(),
    };
    page.render().unwrap()
}

/// The pages of learners in one language.
pub(super) fn learner_pages(t: Language) -> Vec<(&'static str, String)> {
    let offered = || Some(sharing(t, Decision::Open, false, false));
    let holder = |sharing| held_page(t, Viewer::Holder(Box::new(sharing)));
    vec![
        ("learner with badge", learner_page(t, Some(award(None)), true, offered())),
        ("learner with a revoked badge", learner_page(t, Some(award(Some(HOSTILE))), true, None)),
        ("learner without badge", learner_page(t, None, true, None)),
        ("learner in a course without badge", learner_page(t, None, false, None)),
        ("offered badge", holder(sharing(t, Decision::Open, false, false))),
        ("accepted badge", holder(sharing(t, Decision::Accepted, false, false))),
        ("declined badge", holder(sharing(t, Decision::Declined, false, false))),
        ("shared badge", holder(sharing(t, Decision::Accepted, true, false))),
        ("revoked badge of mine", holder(sharing(t, Decision::Accepted, true, true))),
        ("badge of a learner", held_page(t, Viewer::Instructor)),
    ]
}

fn verify_page(t: Language, outcome: &str) -> VerifyPage {
    let checks = checks();
    let missing = Missing { url: HOSTILE.to_owned(), why: Absent::Private };
    let answer = Answer {
        outcome: outcome.to_owned(),
        words: words(outcome, &checks),
        summary: Some(summary()),
        picture: Some(picture()),
        checks,
        missing: vec![missing],
    };
    VerifyPage { t, complaint: None, answer: Some(answer) }
}

/// What is around an achievement.
pub(super) fn around() -> Around {
    Around { alignments: vec![alignment()], programmes: vec![programme()], holders: 12_345 }
}

fn alignment() -> AlignmentRow {
    AlignmentRow {
        name: wording::both(),
        code: HOSTILE.to_owned(),
        framework: wording::japanese(),
        url: Some("https://example.org/".to_owned()),
    }
}

fn programme() -> ProgrammeRow {
    ProgrammeRow {
        programme_id: Uuid::nil(),
        name: wording::english(),
        audience: vec!["employee".to_owned(), HOSTILE.to_owned()],
        starts_on: Some("2026-04-01".to_owned()),
        ends_on: None,
    }
}

/// What an issuer offers, in one language.
fn catalogue_pages(t: Language) -> Vec<(&'static str, String)> {
    let achievement = AchievementRow {
        uri: "https://badges.example.org/achievements/1".to_owned(),
        name: Wording::plain(HOSTILE),
    };
    let issuer = IssuerPage {
        t,
        name: HOSTILE.to_owned(),
        description: HOSTILE.to_owned(),
        did: "did:web:badges.example.org".to_owned(),
        url: Some("https://example.org/".to_owned()),
        achievements: vec![achievement],
        programmes: vec![programme()],
    };
    let empty = IssuerPage {
        t,
        name: HOSTILE.to_owned(),
        achievements: Vec::new(),
        programmes: Vec::new(),
        description: String::new(),
        did: issuer.did.clone(),
        url: None,
    };
    let stages = ProgrammePage {
        t,
        programme: programme(),
        issuer_name: HOSTILE.to_owned(),
        issuer_path: "/issuers/1".to_owned(),
        summary: wording::english(),
        blocks: path_blocks(t),
    };
    vec![
        ("issuer", issuer.render().unwrap()),
        ("issuer without badges", empty.render().unwrap()),
        ("programme", stages.render().unwrap()),
    ]
}

/// The pages of those who check badges, in one language.
pub(super) fn verification_pages(t: Language) -> Vec<(&'static str, String)> {
    let empty = |complaint| VerifyPage { t, complaint, answer: None }.render().unwrap();
    vec![
        ("credential", credential_page(t, "valid", None).render().unwrap()),
        ("revoked credential", credential_page(t, "revoked", Some(HOSTILE)).render().unwrap()),
        ("badge that is not shared", NotSharedPage { t }.render().unwrap()),
        ("verification", empty(None)),
        ("verification of nothing", empty(Some("verify-nothing"))),
        ("verified badge", verify_page(t, "valid").render().unwrap()),
        ("unconfirmed badge", verify_page(t, "needs_documents").render().unwrap()),
    ]
    .into_iter()
    .chain(catalogue_pages(t))
    .collect()
}

#[test]
fn what_nobody_may_see_is_on_no_page_of_a_private_badge() {
    for t in [Language::En, Language::Ja] {
        let page = held_page(t, Viewer::Holder(Box::new(sharing(t, Decision::Accepted, false, false))));
        assert!(
            !page.contains(URL) && !page.contains("og:title") && !page.contains("id=\"share-link\""),
            "{page}"
        );
        let page = NotSharedPage { t }.render().unwrap();
        assert!(!page.contains("badge-hero") && !page.contains("og:"), "{page}");
    }
}

#[test]
fn sharing_is_one_press_and_what_is_shared_can_be_taken_back() {
    let page = learner_page(
        Language::En,
        Some(award(None)),
        true,
        Some(sharing(Language::En, Decision::Open, false, false)),
    );
    assert_eq!(page.matches("/share\"").count(), 1, "{page}");
    assert!(page.contains("Only you and the instructors of the course see this badge"), "{page}");
    let shared = Viewer::Holder(Box::new(sharing(Language::En, Decision::Accepted, true, false)));
    let page = held_page(Language::En, shared);
    assert!(
        page.contains("/unshare\"") && page.contains("id=\"qr\"") && page.contains("linkedin.com"),
        "{page}"
    );
}

#[test]
fn an_instructor_has_no_choice_about_a_learner_s_badge() {
    let page = held_page(Language::En, Viewer::Instructor);
    assert!(!page.contains("<form") && !page.contains("/download"), "{page}");
}

#[test]
fn an_unconfirmed_badge_only_claims_and_says_what_is_missing() {
    let page = verify_page(Language::En, "needs_documents").render().unwrap();
    assert!(
        page.contains("What it claims, unconfirmed") && page.contains("The address is not public."),
        "{page}"
    );
    assert!(page.contains("This badge could not be confirmed"));
}
