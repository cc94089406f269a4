//! The competency model and who may see whom, with names that try to break it.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, noon, report::head, wording};
use crate::{
    admin::session::Role,
    competency::{
        ModelPage,
        holders::{HoldersPage, Shown},
        visibility::say,
    },
    language::{Language, wording::Wording},
    store::{
        model::{CompetencyLine, FrameworkRow},
        visibility::{HolderRow, LevelRow, VisibilityRow},
    },
};

fn rule(viewer: &str, population: Option<&str>) -> VisibilityRow {
    VisibilityRow {
        rule_id: Uuid::nil(),
        from_level: 3,
        viewer: viewer.to_owned(),
        population: population.map(str::to_owned),
    }
}

fn model_page(t: Language, role: Role, rules: &[VisibilityRow]) -> String {
    let line = CompetencyLine {
        code: HOSTILE.to_owned(),
        name: wording::both(),
        level: Some(2),
        badges: vec![
            (Wording::plain(HOSTILE), "prepares".to_owned()),
            (wording::japanese(), HOSTILE.to_owned()),
        ],
    };
    let framework = FrameworkRow {
        uri: "https://framework.example".to_owned(),
        version: HOSTILE.to_owned(),
        name: wording::japanese(),
        competencies: vec![line],
    };
    let level = |level| LevelRow {
        level,
        name: (level == 3).then(wording::english),
        badges: 1,
        examinations: vec![(wording::japanese(), 0, 2)],
    };
    let page = ModelPage {
        t,
        head: head(role),
        levels: vec![level(1), level(3)],
        rules: rules.iter().map(|rule| say(t, rule)).collect(),
        frameworks: vec![framework],
        populations: vec!["employee".to_owned(), HOSTILE.to_owned()],
        sees_holders: !rules.is_empty(),
    };
    page.render().unwrap()
}

fn holders_page(t: Language, count: usize, shown: Shown) -> String {
    let holder = HolderRow {
        name: HOSTILE.to_owned(),
        population: Some(format!("external, {HOSTILE}")),
        achievement: wording::japanese(),
        level: 3,
        held_since: noon(),
    };
    let page = HoldersPage {
        t,
        head: head(Role::ProgrammeOwner),
        rules: vec![say(t, &rule("programme-owner", Some(HOSTILE)))],
        populations: vec!["employee".to_owned(), HOSTILE.to_owned()],
        holders: vec![holder; count],
        shown,
    };
    page.render().unwrap()
}

/// A page in the middle of what a search found.
fn searched() -> Shown {
    let shown = Shown {
        search: HOSTILE.to_owned(),
        level: Some(3),
        population: HOSTILE.to_owned(),
        page: 2,
        ..Shown::default()
    };
    shown.found(60)
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let rules = [rule("report-reader", None), rule(HOSTILE, Some(HOSTILE))];
    vec![
        ("competencies", model_page(t, Role::Administrator, &rules)),
        ("competencies without rules", model_page(t, Role::ReportReader, &[])),
        ("holders", holders_page(t, 1, Shown::default().found(1))),
        ("page of holders", holders_page(t, 25, searched())),
        ("no holders", holders_page(t, 0, Shown::default().found(0))),
        ("holders that are not found", holders_page(t, 0, searched().found(0))),
    ]
}

#[test]
fn who_may_see_whom_is_said_at_each_level_and_set_by_administrators() {
    let sentence = "Programme owners see by name who holds badges of level 3 and higher.";
    let rules = [rule("programme-owner", None)];
    let page = model_page(Language::En, Role::Administrator, &rules);
    // Beside level 3 and among the rules, where its button is called after it; not beside level 1.
    assert_eq!(page.matches(sentence).count(), 3, "{page}");
    assert!(page.contains("id=\"give\"") && page.contains("/end\""), "{page}");
    let page = model_page(Language::En, Role::ProgrammeOwner, &rules);
    assert!(!page.contains("id=\"give\"") && !page.contains("/end\""), "{page}");
    let page = model_page(Language::En, Role::Administrator, &[]);
    assert!(page.contains("id=\"nobody\"") && !page.contains("id=\"holders\""), "{page}");
}
