//! The pages about where people belong and about their identities, with names that try to break them.

use askama::Template as _;
use uuid::Uuid;

use super::{
    HOSTILE,
    examination::{person, reader},
    noon,
};
use crate::{
    admin::session::Role,
    belonging::office::{PersonPage, SearchPage},
    identity::IdentitiesPage,
    language::Language,
    store::{belonging::BelongingRow, identity::IdentityRow},
};

fn belonging(origin: &str, is_withdrawn: bool) -> BelongingRow {
    BelongingRow {
        population: if is_withdrawn { HOSTILE } else { "external" }.to_owned(),
        legal_entity: HOSTILE.to_owned(),
        valid_from: "2026-04-01".to_owned(),
        valid_until: is_withdrawn.then(|| "2026-10-01".to_owned()),
        origin: origin.to_owned(),
        source: HOSTILE.to_owned(),
        recorded_by: HOSTILE.to_owned(),
        recorded_at: noon(),
        is_withdrawn,
    }
}

fn identity(is_own: bool) -> IdentityRow {
    IdentityRow {
        recipient_id: Uuid::nil(),
        platform: HOSTILE.to_owned(),
        user_id: HOSTILE.to_owned(),
        consented_at: noon(),
        is_own,
    }
}

fn person_page(t: Language, role: Role, code: Option<String>) -> String {
    let page = PersonPage {
        t,
        reader: reader(role),
        person: person(),
        belongings: vec![belonging("hand", false), belonging("launch", true), belonging(HOSTILE, true)],
        populations: vec!["employee".to_owned(), HOSTILE.to_owned()],
        identities: vec![identity(true), identity(false)],
        today: "2026-11-23".to_owned(),
        code,
        is_changed: true,
    };
    page.render().unwrap()
}

fn own(t: Language, linked: Vec<IdentityRow>, complaint: Option<&'static str>) -> String {
    let page = IdentitiesPage {
        t,
        course_title: Some(HOSTILE.to_owned()),
        mine_path: "/s/t/mine".to_owned(),
        path: "/s/t/identities".to_owned(),
        linked,
        code: Some(HOSTILE.to_owned()),
        complaint,
        done: Some("identity-linked"),
    };
    page.render().unwrap()
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let search = SearchPage {
        t,
        reader: reader(Role::ProgrammeOwner),
        search: HOSTILE.to_owned(),
        people: vec![person()],
    };
    vec![
        ("populations", search.render().unwrap()),
        ("where somebody belongs", person_page(t, Role::Administrator, Some(HOSTILE.to_owned()))),
        ("where somebody belongs, to read", person_page(t, Role::ProgrammeOwner, None)),
        ("identities", own(t, vec![identity(true), identity(false)], Some("identity-no-code"))),
        ("one identity", own(t, Vec::new(), None)),
    ]
}

#[test]
fn only_administrators_change_where_somebody_belongs() {
    let page = person_page(Language::En, Role::Administrator, None);
    assert!(page.contains("id=\"set\"") && page.contains("id=\"make-code\""), "{page}");
    let page = person_page(Language::En, Role::ProgrammeOwner, None);
    assert!(!page.contains("id=\"set\"") && !page.contains("id=\"make-code\""), "{page}");
    assert!(page.contains("No longer holds"), "{page}");
}

#[test]
fn consent_is_asked_for_and_can_be_taken_back() {
    let page = own(Language::En, vec![identity(true)], None);
    assert!(page.contains("name=\"consent\" value=\"1\" required") && page.contains("id=\"end\""), "{page}");
    assert!(!own(Language::En, Vec::new(), None).contains("id=\"end\""));
}
