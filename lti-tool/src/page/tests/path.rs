//! The pages of programmes as paths, with names that try to break them.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, noon, report::head, wording};
use crate::{
    admin::session::Role,
    language::{Language, wording::Wording},
    path::{
        Block, PathPage, PathsPage, blocks,
        progress::{Courses, ProgressPage},
    },
    report::chart::bars,
    store::{
        path::{ProgrammeDetails, ProgressRow, StepRow, WalkedRow},
        step::{CourseStepRow, FoundCourse},
    },
};

pub(super) fn walked_programme() -> WalkedRow {
    WalkedRow {
        programme_id: Uuid::nil(),
        name: wording::japanese(),
        audience: vec!["external".to_owned(), HOSTILE.to_owned()],
        steps: 3,
        earned: 1,
        next: Some(wording::japanese()),
        is_own: true,
    }
}

fn step(is_milestone: bool, is_earned: bool) -> StepRow {
    StepRow {
        stage: 1,
        stage_name: Some(wording::both()),
        uri: "https://badges.example.org/achievements/1".to_owned(),
        name: Wording::plain(HOSTILE),
        purpose: Some(if is_earned { "start" } else { HOSTILE }.to_owned()),
        is_milestone,
        earned_at: is_earned.then(noon),
        is_lapsed: is_milestone,
        is_next: !is_earned && !is_milestone,
        leads_to: Some(("https://badges.example.org/achievements/2".to_owned(), wording::japanese())),
    }
}

pub(super) fn path_blocks(t: Language) -> Vec<Block> {
    blocks(t, vec![step(false, true), step(false, false), step(true, true), step(true, false)])
}

fn details(has_standing: bool) -> ProgrammeDetails {
    ProgrammeDetails {
        programme_id: Uuid::nil(),
        issuer_id: Uuid::nil(),
        code: HOSTILE.to_owned(),
        name: wording::english(),
        summary: wording::japanese(),
        audience: vec!["employee".to_owned(), HOSTILE.to_owned()],
        starts_on: Some("2026-04-01".to_owned()),
        ends_on: Some(HOSTILE.to_owned()),
        has_standing,
    }
}

fn walk(t: Language, standing: Option<(i64, i64)>, next: Option<StepRow>) -> String {
    let page = PathPage {
        t,
        course_title: Some(HOSTILE.to_owned()),
        list_path: "/s/t/programmes".to_owned(),
        programme: details(standing.is_some()),
        issuer_name: HOSTILE.to_owned(),
        earned: 1,
        steps: 4,
        next,
        blocks: path_blocks(t),
        standing,
    };
    page.render().unwrap()
}

fn course_step(said: bool) -> CourseStepRow {
    CourseStepRow {
        course_id: Uuid::nil(),
        title: said.then(|| HOSTILE.to_owned()),
        name: wording::japanese(),
        stage: 1,
        stage_name: said.then(wording::english),
        place: 3,
        purpose: said.then(|| HOSTILE.to_owned()),
        kind: said.then(|| HOSTILE.to_owned()),
        level: said.then_some(2),
        hours: said.then(|| "1.5".to_owned()),
    }
}

fn courses(is_empty: bool) -> Courses {
    if is_empty {
        return Courses { search: HOSTILE.to_owned(), ..Courses::default() };
    }
    let found = |name| FoundCourse {
        course_id: Uuid::nil(),
        title: HOSTILE.to_owned(),
        name,
        platform: HOSTILE.to_owned(),
    };
    Courses {
        steps: vec![course_step(true), course_step(false)],
        found: vec![found(wording::both()), found(wording::english())],
        search: HOSTILE.to_owned(),
        has_more: true,
        stages: vec![(1, HOSTILE.to_owned()), (2, HOSTILE.to_owned())],
        names: vec![Wording::plain(HOSTILE), wording::both()],
    }
}

fn progress(t: Language, role: Role, courses: Courses) -> String {
    let row = |population: Option<&str>| ProgressRow {
        stage: 1,
        stage_name: Some(wording::english()),
        population: population.map(str::to_owned),
        began: 12,
        finished: 3,
        furthest: 9,
    };
    let page = ProgressPage {
        t,
        head: head(role),
        programme: details(true),
        progress: vec![row(None), row(Some("dispatched")), row(Some(HOSTILE))],
        chart: bars([(HOSTILE.to_owned(), 12)].into_iter()),
        blocks: path_blocks(t),
        courses,
        done: Some("added".to_owned()),
    };
    page.render().unwrap()
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    let list = |own: Vec<WalkedRow>, others: Vec<WalkedRow>| PathsPage {
        t,
        course_title: None,
        mine_path: "/s/t/mine".to_owned(),
        own,
        others,
        path: "/s/t/programmes".to_owned(),
    };
    vec![
        ("programmes", list(vec![walked_programme()], vec![walked_programme()]).render().unwrap()),
        ("no programme", list(Vec::new(), Vec::new()).render().unwrap()),
        ("path", walk(t, Some((3, 12)), Some(step(false, false)))),
        ("finished path", walk(t, None, None)),
        ("progress", progress(t, Role::ProgrammeOwner, courses(false))),
        ("progress without courses", progress(t, Role::Administrator, courses(true))),
        ("progress for readers", progress(t, Role::ReportReader, Courses::default())),
    ]
}

#[test]
fn a_path_compares_nobody_unless_the_programme_asks_for_it() {
    let page = walk(Language::En, None, Some(step(false, false)));
    assert!(!page.contains("id=\"standing\""), "{page}");
    assert!(page.contains("1 of 4 badges") && page.contains("aria-current=\"step\""), "{page}");
    let page = walk(Language::En, Some((1, 12)), None);
    assert!(page.contains("One person has more badges of this programme than you, among 12."), "{page}");
    assert!(page.contains("You have every badge of this programme"), "{page}");
}

#[test]
fn only_owners_change_a_programme() {
    for id in ["id=\"change\"", "id=\"courses\"", "id=\"add-course\"", "/remove\""] {
        assert!(progress(Language::En, Role::ProgrammeOwner, courses(false)).contains(id), "{id}");
        assert!(!progress(Language::En, Role::ReportReader, courses(false)).contains(id), "{id}");
    }
}

#[test]
fn the_badge_of_a_course_says_where_it_stands_and_what_it_counts() {
    let courses = |t| {
        let said = CourseStepRow {
            stage_name: Some(Wording::both("Go", "実践")),
            purpose: Some("apply".to_owned()),
            kind: Some("skill".to_owned()),
            ..course_step(true)
        };
        let courses = Courses { steps: vec![said], ..courses(false) };
        progress(t, Role::ProgrammeOwner, courses)
    };
    let english = courses(Language::En);
    assert!(english.contains("<small>Stage 1: Go, step 3 of the path</small>"), "{english}");
    assert!(english.contains("<small>Skill, Level 2, nominal hours: 1.5, Apply</small>"), "{english}");
    let japanese = courses(Language::Ja);
    assert!(japanese.contains("<small>第1段階「実践」、学習経路の3番目</small>"), "{japanese}");
    assert!(
        japanese.contains("<small>スキル、レベル2、標準学習時間：1.5時間、実践する</small>"),
        "{japanese}"
    );
}
