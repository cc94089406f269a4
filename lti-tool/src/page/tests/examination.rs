//! The pages of examinations, with names that try to break them.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, noon, wording};
use crate::{
    admin::session::{Reader, Role},
    examination::{
        Shown,
        office::{OfficePage, RecordPage},
        own::OwnPage,
    },
    language::Language,
    store::examination::{ExaminationRow, FoundPerson, PassRow},
};

pub(super) fn reader(role: Role) -> Reader {
    Reader::sample(HOSTILE, role)
}

fn pass(is_approved: Option<bool>, is_own_badge: Option<bool>, recorded_by: &str) -> Shown {
    let row = PassRow {
        pass_id: Uuid::nil(),
        person: HOSTILE.to_owned(),
        examination: wording::both(),
        passed_on: "2026-10-01".to_owned(),
        certificate_number: Some(HOSTILE.to_owned()),
        evidence: Some(HOSTILE.to_owned()),
        badge: Some((HOSTILE.to_owned(), HOSTILE.to_owned())),
        is_own_badge,
        is_known_issuer: is_own_badge == Some(true),
        recorded_by: recorded_by.to_owned(),
        recorded_at: noon(),
        is_approved,
        decided_by: is_approved.map(|_| HOSTILE.to_owned()),
    };
    Shown { is_decidable: is_approved.is_none() && recorded_by != HOSTILE, row }
}

pub(super) fn person() -> FoundPerson {
    FoundPerson {
        recipient_id: Uuid::nil(),
        name: Some(HOSTILE.to_owned()),
        user_id: HOSTILE.to_owned(),
        platform: HOSTILE.to_owned(),
    }
}

fn examination() -> ExaminationRow {
    ExaminationRow { competency_id: Uuid::nil(), code: HOSTILE.to_owned(), name: wording::japanese() }
}

fn office(t: Language, waiting: Vec<Shown>) -> String {
    let page = OfficePage {
        t,
        reader: reader(Role::ProgrammeOwner),
        waiting,
        decided: vec![pass(Some(true), Some(true), HOSTILE), pass(Some(false), Some(false), HOSTILE)],
        search: HOSTILE.to_owned(),
        people: vec![person()],
        done: Some("approve".to_owned()),
    };
    page.render().unwrap()
}

fn own(t: Language, examinations: Vec<ExaminationRow>) -> String {
    let page = OwnPage {
        t,
        course_title: Some(HOSTILE.to_owned()),
        mine_path: "/s/t/mine".to_owned(),
        path: "/s/t/examinations".to_owned(),
        examinations,
        passes: [pass(None, None, "learner 1"), pass(Some(true), None, "learner 1")]
            .map(|shown| Shown { is_decidable: false, ..shown })
            .into(),
        complaint: Some("pass-no-date"),
        is_recorded: true,
    };
    page.render().unwrap()
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let record = RecordPage {
        t,
        reader: reader(Role::Administrator),
        person: person(),
        examinations: vec![examination()],
        complaint: Some("pass-badge-invalid"),
    };
    vec![
        ("passes", office(t, vec![pass(None, None, "learner 1"), pass(None, None, HOSTILE)])),
        ("no passes", office(t, Vec::new())),
        ("recording a pass", record.render().unwrap()),
        ("own passes", own(t, vec![examination()])),
        ("own passes without examinations", own(t, Vec::new())),
    ]
}

#[test]
fn who_recorded_a_pass_is_offered_no_decision() {
    let page = office(Language::En, vec![pass(None, None, "learner 1")]);
    assert_eq!(page.matches("value=\"approve\"").count(), 1, "{page}");
    assert!(page.contains("by the person themselves."), "{page}");
    let page = office(Language::En, vec![pass(None, None, HOSTILE)]);
    assert!(!page.contains("value=\"approve\"") && page.contains("another person decides"), "{page}");
}

#[test]
fn whether_a_badge_is_the_person_s_own_is_said() {
    for (is_own, sentence) in [
        (Some(true), "given to this person’s e-mail address"),
        (Some(false), "given to somebody else"),
        (None, "could not be compared"),
    ] {
        let page = office(Language::En, vec![pass(None, is_own, "learner 1")]);
        assert!(page.contains(sentence), "{sentence}: {page}");
        let waiting = page.split("data-pass").nth(1).unwrap();
        assert_eq!(waiting.contains("value=\"approve\""), is_own != Some(false), "{sentence}: {page}");
        assert!(waiting.contains("value=\"refuse\""), "{sentence}: {page}");
    }
}

#[test]
fn who_may_decide_is_asked_to_look_at_an_unknown_issuer_and_nobody_else() {
    let asked = "make sure that it may speak for the examination";
    assert!(office(Language::En, vec![pass(None, None, "learner 1")]).contains(asked));
    let not_theirs = office(Language::En, vec![pass(None, None, HOSTILE)]);
    let learners = own(Language::En, Vec::new());
    for page in [not_theirs, learners] {
        assert!(
            page.contains("Its issuer is not known to this installation") && !page.contains(asked),
            "{page}"
        );
    }
}
