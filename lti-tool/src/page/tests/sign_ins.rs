//! Who is signed in, with names that try to break the page.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, noon};
use crate::{
    admin::{
        session::Role,
        sign_ins::{Line, SignInsPage},
    },
    language::Language,
    store::sign_in::{Ground, SignInRow},
};

fn line(role: Option<Role>, ground: Ground, is_own: bool) -> Line {
    let row = SignInRow {
        sign_in_id: Uuid::nil(),
        name: HOSTILE.to_owned(),
        role: Role::ReportReader,
        ground,
        begun_at: noon(),
        expires_at: noon(),
    };
    Line { row, role, is_own }
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let lines = vec![
        line(Some(Role::Administrator), Ground::Link, true),
        line(Some(Role::ReportReader), Ground::OpenLink, false),
        line(None, Ground::Provider(HOSTILE.to_owned()), false),
        line(Some(Role::ProgrammeOwner), Ground::Launch(HOSTILE.to_owned()), false),
    ];
    let page = SignInsPage { t, name: HOSTILE.to_owned(), form_token: "token".to_owned(), lines };
    vec![("sign-ins", page.render().unwrap())]
}

#[test]
fn each_sign_in_says_what_it_rests_on_and_what_the_person_may_do_now() {
    let (_, html) = pages(Language::En).remove(0);
    for words in
        ["Administrator", "Report reader", "May do nothing any more", "a link that nobody has used yet"]
    {
        assert!(html.contains(words), "`{words}`: {html}");
    }
    assert_eq!((html.matches("/end\"").count(), html.matches("This is you").count()), (4, 1));
}
