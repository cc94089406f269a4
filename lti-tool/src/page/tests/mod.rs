//! Every page, rendered in both languages with names that try to break it.

mod admin;
mod badge;
mod competency;
mod examination;
mod identity;
mod path;
mod people;
mod receipt;
mod report;
mod rule;
mod sign_ins;
mod wording;

use askama::Template;
use openbadges::time::Timestamp;
use uuid::Uuid;

use self::people::{around, credential_page, learner_pages, verification_pages};
use self::report::report_pages;
use self::rule::{explained, facts_page, progress_page, recipients_page, rule_page};
use crate::{
    course::{
        asked::Asked,
        awards::{CoursePage, Done, RosterNotice},
        badge::default_texts,
        paging::{Paging, View},
        roster::{AwardLine, LearnerLine},
    },
    credential::public::{AchievementPage, HomePage},
    deep_linking::{Choice, PlacePage, PlacingPage},
    error::ErrorPage,
    language::Language,
    login::chain::{StoragePage, WindowPage},
    lti::{deep_linking::Takes, group::Group},
    privacy::PrivacyPage,
    registration::RegisteredPage,
    review::ReviewPage,
    store::{
        award::AwardRow,
        course::BadgeTexts,
        person::PersonRow,
        queue::{QueueCount, QueuedAward},
        registration::RegistrationStatus,
        score::ScoreCount,
    },
};

const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{202e}𠮷👩‍🎓";
const LANGUAGES: [Language; 2] = [Language::En, Language::Ja];

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn texts() -> BadgeTexts {
    default_texts(HOSTILE)
}

fn award(revoked: Option<&str>) -> AwardRow {
    AwardRow {
        assertion_id: Uuid::nil(),
        credential_id: "https://badges.example.org/credentials/1".to_owned(),
        user_id: "4".to_owned(),
        display_name: None,
        awarded_at: noon(),
        valid_until: Some(noon()),
        is_superseded: false,
        revocation_reason: revoked.map(str::to_owned),
        course_title: HOSTILE.to_owned(),
        course_id: Uuid::nil(),
    }
}

fn line(awarded: bool) -> LearnerLine {
    let award = AwardLine {
        assertion_id: Uuid::nil(),
        url: "https://badges.example.org/credentials/1".to_owned(),
        awarded_at: noon(),
        valid_until: Some(noon()),
        why: vec![HOSTILE.to_owned()],
        review: Some(explained()),
    };
    LearnerLine {
        user_id: HOSTILE.to_owned(),
        name: Some(HOSTILE.to_owned()),
        email: Some(HOSTILE.to_owned()),
        groups: Vec::new(),
        award: awarded.then_some(award),
        revoked_because: None,
        queued: Some(if awarded { QueuedAward::Waiting } else { QueuedAward::GivenUp }),
        is_member: true,
        decision: (!awarded).then(explained),
    }
}

fn course_page(t: Language, lines: Vec<LearnerLine>, notice: RosterNotice) -> CoursePage {
    let groups = vec![Group { group_id: "\"><script>".to_owned(), name: HOSTILE.to_owned() }];
    let (lines, paging) = Paging::of(lines, &View::default(), &groups, noon());
    CoursePage {
        t,
        course_title: HOSTILE.to_owned(),
        texts: texts(),
        achievement_path: "/achievements/1".to_owned(),
        awards_path: "/s/t/course".to_owned(),
        award_path: "/s/t/awards".to_owned(),
        credentials_path: "/s/t/credentials".to_owned(),
        revoke_path: "/s/t/awards".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        no_rule: None,
        lines,
        paging,
        groups,
        notice,
        scores: ScoreCount { waiting: 1, failed: 2 },
        column_path: Some("/s/t/column".to_owned()),
        queue: QueueCount { waiting: 1, dead: 1, problem: Some("store".to_owned()) },
        recipients_path: "/s/t/recipients".to_owned(),
        reports_path: Some("/s/t/reports".to_owned()),
        approve_path: "/s/t/approvals".to_owned(),
        queue_path: "/s/t/queue".to_owned(),
        retry_path: "/s/t/awards/retry".to_owned(),
        done: Done::without_column(),
        asked: Asked::default(),
        ending: 1,
        now: noon(),
    }
}

fn place_page(t: Language) -> PlacePage {
    PlacePage {
        t,
        course_title: HOSTILE.to_owned(),
        achievement_path: "/achievements/1".to_owned(),
        place_path: "/s/t/place".to_owned(),
        choice: Choice {
            badge: true,
            title: HOSTILE.to_owned(),
            text: HOSTILE.to_owned(),
            ..Choice::default()
        },
        takes: Takes::ALL.to_vec(),
        return_url: "https://lms.example/return".to_owned(),
        cancel: HOSTILE.to_owned(),
        is_incomplete: true,
    }
}

/// The pages of a session in one language.
fn session_pages(t: Language) -> Vec<(&'static str, String)> {
    let place = place_page(t);
    let nowhere = PlacePage { takes: Vec::new(), is_incomplete: false, ..place_page(t) };
    let placing = PlacingPage { t, return_url: HOSTILE.to_owned(), answer: HOSTILE.to_owned() };
    vec![
        ("course", course_page(t, vec![line(true), line(false)], RosterNotice::None).render().unwrap()),
        (
            "course of several pages",
            course_page(t, vec![line(false); 60], RosterNotice::None).render().unwrap(),
        ),
        ("course without learners", course_page(t, Vec::new(), RosterNotice::None).render().unwrap()),
        ("course without roster", course_page(t, Vec::new(), RosterNotice::NotOffered).render().unwrap()),
        (
            "course with a failed roster",
            course_page(t, vec![line(true)], RosterNotice::Failed).render().unwrap(),
        ),
        (
            "course with a cut roster",
            course_page(t, vec![line(false)], RosterNotice::Cut(20_000)).render().unwrap(),
        ),
        ("rule", rule_page(t).render().unwrap()),
        ("bulk", progress_page(t, Some("/s/t/queue/cancel")).render().unwrap()),
        ("recipients", recipients_page(t).render().unwrap()),
        ("facts", facts_page(t).render().unwrap()),
        ("place", place.render().unwrap()),
        ("place without links", nowhere.render().unwrap()),
        ("placing", placing.render().unwrap()),
    ]
}

fn review_page(t: Language, award: Option<AwardRow>) -> ReviewPage {
    ReviewPage {
        t,
        course_title: HOSTILE.to_owned(),
        texts: texts(),
        learner: HOSTILE.to_owned(),
        award,
        course_path: "/s/t/course".to_owned(),
        credentials_path: "/s/t/credentials".to_owned(),
    }
}

fn privacy_page(t: Language, is_named: bool) -> PrivacyPage {
    PrivacyPage {
        t,
        subject: HOSTILE.to_owned(),
        person: PersonRow { badges: 2, is_named },
        erase_path: "/s/t/privacy/erase".to_owned(),
        is_erased: !is_named,
        visibility: vec![HOSTILE.to_owned()],
    }
}

/// The pages of rarer launches, and the one that waits for the platform.
fn rarer_pages(t: Language) -> Vec<(&'static str, String)> {
    let reading = progress_page(t, None);
    vec![
        ("reading", reading.render().unwrap()),
        ("review of a badge", review_page(t, Some(award(None))).render().unwrap()),
        ("review of a revoked badge", review_page(t, Some(award(Some(HOSTILE)))).render().unwrap()),
        ("review without badge", review_page(t, None).render().unwrap()),
        ("privacy", privacy_page(t, true).render().unwrap()),
        ("privacy after erasure", privacy_page(t, false).render().unwrap()),
    ]
}

/// The pages that need no session, in one language.
fn open_pages(t: Language) -> Vec<(&'static str, String)> {
    let achievement = AchievementPage {
        t,
        url: "https://badges.example.org/achievements/1".to_owned(),
        path: "/achievements/1".to_owned(),
        name: texts().name(),
        description: texts().description(),
        criteria: texts().criteria(),
        alt: HOSTILE.to_owned(),
        issuer_name: HOSTILE.to_owned(),
        around: around(),
    };
    let storage = StoragePage {
        t,
        url: "https://badges.example.org/lti/login?a=1".to_owned(),
        platform_origin: HOSTILE.to_owned(),
        target: HOSTILE.to_owned(),
        key: HOSTILE.to_owned(),
        value: Some(HOSTILE.to_owned()),
        next: Some(HOSTILE.to_owned()),
        launch: Some((HOSTILE.to_owned(), HOSTILE.to_owned())),
    };
    let registered = |status| RegisteredPage { t, issuer: HOSTILE.to_owned(), status }.render().unwrap();
    let error = ErrorPage { t, status: 401, sentence: "error-launch-used", reference: "7F3K9Q2M".to_owned() };
    vec![
        ("achievement", achievement.render().unwrap()),
        ("home", HomePage { t, issuer_name: HOSTILE.to_owned() }.render().unwrap()),
        ("error", error.render().unwrap()),
        ("registered", registered(RegistrationStatus::Active)),
        ("registered and pending", registered(RegistrationStatus::Pending)),
        ("registered and suspended", registered(RegistrationStatus::Suspended)),
        ("storage", storage.render().unwrap()),
        (
            "window",
            WindowPage { t, url: "https://badges.example.org/lti/login?a=1&b=\"".to_owned() }
                .render()
                .unwrap(),
        ),
    ]
}

/// Every page in one language.
fn pages(t: Language) -> Vec<(&'static str, String)> {
    [
        session_pages(t),
        badge::pages(t),
        learner_pages(t),
        rarer_pages(t),
        verification_pages(t),
        open_pages(t),
        admin::pages(t),
        sign_ins::pages(t),
        report_pages(t),
        path::pages(t),
        competency::pages(t),
        examination::pages(t),
        identity::pages(t),
        receipt::pages(t),
    ]
    .concat()
}

#[test]
fn no_page_lets_a_name_become_markup() {
    for t in LANGUAGES {
        for (page, html) in pages(t) {
            assert!(!html.contains("<script>alert"), "{page}: {html}");
        }
    }
}

#[test]
fn every_page_says_its_language_and_has_a_title_and_one_heading() {
    for t in LANGUAGES {
        for (page, html) in pages(t) {
            assert!(html.contains(&format!("<html lang=\"{}\">", t.code())), "{page}");
            assert!(html.contains("<title>") && !html.contains("<title></title>"), "{page}");
            assert!(html.matches("<h1").count() <= 1, "{page}");
        }
    }
}

#[test]
fn no_page_shows_the_key_of_a_text() {
    for t in LANGUAGES {
        for (page, html) in pages(t) {
            for prefix in [
                "error-",
                "path-",
                "receipt-",
                "identity-",
                "belonging-",
                "pass-",
                "people-",
                "model-",
                "admin-",
                "value-",
                "learner-",
                "credential-",
                "reading-",
                "review-",
                "privacy-",
                "report-",
                "scores-",
                "roster-",
                "badge-form",
                "check-",
                "month-",
                "done-",
                "expir",
                "renew",
                "share-",
                "verdict-",
                "verify-",
                "missing-",
                "not-shared-",
            ] {
                let shown = html
                    .split('>')
                    .filter_map(|part| part.split('<').next())
                    .any(|text| text.trim().starts_with(prefix));
                assert!(!shown, "{page}: {prefix}");
            }
        }
    }
}

#[test]
fn no_page_has_inline_style_or_script() {
    for t in LANGUAGES {
        for (page, html) in pages(t) {
            assert!(
                !html.contains(" style=") && !html.contains(" onclick=") && !html.contains("<style"),
                "{page}"
            );
            assert_eq!(
                html.matches("<script").count(),
                html.matches("<script src=\"/static/").count(),
                "{page}"
            );
        }
    }
}

#[test]
fn a_page_waits_for_one_style_sheet_and_one_script_at_most() {
    for (page, html) in pages(Language::En) {
        let files = |tag| html.matches(tag).count();
        assert_eq!((files("<link rel=\"stylesheet\""), files("<script")), (1, 1), "{page}");
        for address in html.split('"').filter(|address| address.starts_with("/static/")) {
            assert_eq!(address.split('.').nth(1).map(str::len), Some(16), "{page}: {address}");
        }
    }
}

#[test]
fn a_page_is_small() {
    for (page, html) in pages(Language::Ja) {
        assert!(html.len() < 50 * 1024, "{page}: {} bytes", html.len());
    }
}

#[test]
fn the_course_page_counts_and_offers_what_can_be_done() {
    let html = course_page(Language::En, vec![line(true), line(false)], RosterNotice::None).render().unwrap();
    assert!(html.contains("1 of 2 learners have this badge"), "{html}");
    assert_eq!(html.matches("name=\"only\"").count(), 1);
    assert_eq!(html.matches("/revoke\"").count(), 1);
    let all_have_it = course_page(Language::En, vec![line(true)], RosterNotice::None).render().unwrap();
    assert!(!all_have_it.contains("id=\"award-selected\""));
}

#[test]
fn a_check_that_nobody_has_translated_shows_its_name() {
    let html = credential_page(Language::Ja, "valid", None).render().unwrap();
    assert!(html.contains("a_check_of_tomorrow"));
}

#[test]
fn the_verdict_of_a_credential_is_in_words_and_for_programs() {
    let valid = credential_page(Language::En, "valid", None).render().unwrap();
    assert!(valid.contains("This badge is genuine and valid") && valid.contains("data-outcome=\"valid\""));
    let revoked = credential_page(Language::En, "revoked", Some("by mistake")).render().unwrap();
    assert!(revoked.contains("This badge was revoked") && revoked.contains("Reason: by mistake"));
    let other = credential_page(Language::En, "proof_invalid", None).render().unwrap();
    assert!(other.contains("This badge was altered") && other.contains("data-outcome=\"proof_invalid\""));
}
