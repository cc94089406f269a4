//! The administrator's pages, with names that try to break them: every word of ours is in the reader's language.

use askama::Template as _;
use serde_json::json;
use uuid::Uuid;

use super::{HOSTILE, noon};
use crate::{
    admin::{
        BY_LINK, COMMAND_LINE,
        entry::SignInPage,
        overview::{LogLines, LogPage, OverviewPage},
        platform::PlatformPage,
        register::{Fields, Kind, RegisterPage},
    },
    language::Language,
    registration::manual::values_for_moodle,
    store::{
        admin::AdminEventRow,
        administration::{InvitationRow, LaunchRow, PlatformRow},
        refusal::RefusalRow,
    },
};

/// What can be in a trail: every kind of part, by a person, by a link and by command, and a line of long ago.
fn events() -> Vec<AdminEventRow> {
    let event = |actor: &str, action: &str, subject: &str, details: serde_json::Value| AdminEventRow {
        happened_at: noon(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        details: serde_json::from_value(details).unwrap(),
    };
    let name = HOSTILE;
    vec![
        event(name, "invited", name, json!({ "name": name })),
        event(COMMAND_LINE, "link-made", name, json!({ "name": name, "role": "report-reader" })),
        event(BY_LINK, "signed-in", "link", json!({ "way": "link", "role": "administrator" })),
        event(name, "signed-in", "launch", json!({ "way": "launch", "role": "report-reader" })),
        event(name, "signed-in", name, json!({ "provider": name, "role": "programme-owner" })),
        event(name, "platform-approved", name, json!({ "name": name, "issuer": name })),
        event(name, "deployment-added", name, json!({ "name": name, "deployment": name })),
        event(name, "visibility-given", name, json!({ "viewer": name, "level": 3, "population": name })),
        event(
            name,
            "visibility-ended",
            name,
            json!({ "viewer": "administrator", "level": 1, "population": "employee" }),
        ),
        event(name, "holders-seen", name, json!({ "shown": 25, "total": 60 })),
        event(
            name,
            "population-set",
            name,
            json!({ "person": name, "population": "external", "entity": name, "day": "2026-04-01", "reason": name }),
        ),
        event(
            name,
            "populations-changed",
            name,
            json!({ "name": name, "population_parameter": name, "entity_parameter": name }),
        ),
        event(name, "programme-changed", name, json!({ "programme": name })),
        event(name, "pass-approved", name, json!({ "pass": name })),
        event(name, "figures-filed", name, json!({ "date": "2026-03-31T23:59:59Z", "note": name })),
        event(name, "figures-downloaded", name, json!({ "file": name, "date": "2026-03-31T23:59:59Z" })),
        event(name, "signed-in", "link", json!({})),
        event(name, "invited", name, json!({})),
    ]
}

fn platform(status: &str, award_count: i64) -> PlatformRow {
    PlatformRow {
        registration_id: Uuid::nil(),
        name: HOSTILE.to_owned(),
        issuer: HOSTILE.to_owned(),
        client_id: HOSTILE.to_owned(),
        status: status.to_owned(),
        approves_deployments: award_count > 0,
        deployments: vec![HOSTILE.to_owned()],
        endpoints: std::array::from_fn(|_| HOSTILE.to_owned()),
        last_launch_at: (award_count > 0).then(noon),
        award_count,
        allows_reports: award_count > 0,
        parameters: [Some(HOSTILE.to_owned()), None],
    }
}

fn refusal() -> RefusalRow {
    RefusalRow {
        happened_at: noon(),
        platform: Some(HOSTILE.to_owned()),
        route: "/lti/launch".to_owned(),
        sentence: Some("error-launch-late".to_owned()),
        reason: HOSTILE.to_owned(),
        reference: "7F3K9Q2M".to_owned(),
    }
}

/// The administrator's pages in one language.
pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let (name, form_token) = (HOSTILE.to_owned(), "token".to_owned());
    let invitation = InvitationRow {
        invitation_id: Uuid::nil(),
        note: HOSTILE.to_owned(),
        approves: true,
        expires_at: noon(),
    };
    let launch = LaunchRow {
        begun_at: noon(),
        deployment_id: HOSTILE.to_owned(),
        context_id: Some(HOSTILE.to_owned()),
        standing: "member".to_owned(),
    };
    let log = |lines| LogPage { t, name: name.clone(), form_token: form_token.clone(), lines };
    let overview = OverviewPage {
        t,
        name: name.clone(),
        form_token: form_token.clone(),
        platforms: vec![platform("active", 1), platform("pending", 0), platform("suspended", 0)],
        invitations: vec![invitation],
        new_link: Some(HOSTILE.to_owned()),
    };
    let one = PlatformPage {
        t,
        name: name.clone(),
        form_token: form_token.clone(),
        path: "/admin/platforms/1".to_owned(),
        platform: platform("active", 0),
        launches: vec![launch],
        refusals: vec![refusal()],
    };
    let register = RegisterPage {
        t,
        name: name.clone(),
        form_token: form_token.clone(),
        kind: Kind::Other,
        values: values_for_moodle("https://badges.example.org", t),
        complaint: Some("admin-address-bad"),
        fields: Fields { url: HOSTILE.to_owned(), ..Fields::default() },
    };
    let sign_in = SignInPage { t, provider: Some(HOSTILE.to_owned()), enter_path: None };
    let link = SignInPage { t, provider: None, enter_path: Some(HOSTILE.to_owned()) };
    vec![
        ("administration", overview.render().unwrap()),
        ("platform", one.render().unwrap()),
        ("registration by hand", register.render().unwrap()),
        ("errors", log(LogLines::Refusals(vec![refusal()])).render().unwrap()),
        ("trail", log(LogLines::Events(events())).render().unwrap()),
        ("sign-in", sign_in.render().unwrap()),
        ("one-time link", link.render().unwrap()),
    ]
}

/// The text of a page's content without names, addresses, ids and what is marked as English.
fn own_words(html: &str) -> String {
    let (_, content) = html.split_once("<main id=\"content\" tabindex=\"-1\">").unwrap();
    let mut content = content.split("</main>").next().unwrap().to_owned();
    for (begin, end) in [("<bdi lang=\"\">", "</bdi>"), ("<code", "</code>"), ("<", ">")] {
        while let Some((before, rest)) = content.split_once(begin) {
            content = format!("{before} {}", rest.split_once(end).map_or("", |(_, after)| after));
        }
    }
    content
}

fn page(t: Language, wanted: &str) -> String {
    pages(t).into_iter().find(|(page, _)| *page == wanted).unwrap().1
}

#[test]
fn every_word_of_the_trail_and_of_a_platform_is_in_the_reader_s_language() {
    for name in ["trail", "platform", "errors"] {
        let japanese = own_words(&page(Language::Ja, name));
        let known = ["UTC", "URL", "ID", "employee", "dispatched", "external"];
        let foreign: Vec<&str> = japanese
            .split(|letter: char| !letter.is_ascii_alphabetic())
            .filter(|word| !word.is_empty() && !known.contains(word))
            .collect();
        assert_eq!(foreign, Vec::<&str>::new(), "{name}: {japanese}");
        let english = own_words(&page(Language::En, name));
        assert!(
            !english.chars().any(|letter| ('\u{3040}'..='\u{9fff}').contains(&letter)),
            "{name}: {english}"
        );
    }
}

#[test]
fn a_line_of_the_trail_is_made_of_words_and_names() {
    let html = page(Language::Ja, "trail");
    let mark = |text: &str| format!("<bdi lang=\"\">{text}</bdi>");
    assert!(html.contains("<bdi>サーバーのコマンド</bdi> · "), "{html}");
    assert!(html.contains("<bdi>ワンタイムリンク</bdi> · <bdi>管理者</bdi>"), "{html}");
    assert!(html.contains("人材区分：<bdi>外部人材</bdi>"), "{html}");
    assert!(html.contains("60行中25行"), "{html}");
    assert!(!html.contains(&mark("link")) && !html.contains(&mark("command line")), "{html}");
    assert!(html.matches("lang=\"\"").count() > 30, "names are marked");
}

#[test]
fn an_error_says_what_the_person_read_in_the_language_of_who_reads_now() {
    for t in [Language::En, Language::Ja] {
        for name in ["errors", "platform"] {
            let html = page(t, name);
            assert!(html.contains(&t.text("error-launch-late")), "{name}: {html}");
            assert!(html.contains("<code lang=\"en\">/lti/launch: "), "{name}: {html}");
        }
    }
}
