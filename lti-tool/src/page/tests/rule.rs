//! The pages about rules, with everything that they can show.

use askama::Template as _;
use openbadges::completion::{Obstacle, Source};

use super::{HOSTILE, noon};
use crate::{
    completion::{
        csv::{RefusedRow, RowProblem},
        moodle::STATUS,
    },
    course::{
        asked::Asked,
        facts::FactsPage,
        progress::ProgressPage,
        reason::Explained,
        recipients::RecipientsPage,
        rule::{Edition, Judged, Preview, RuleComplaint, RuleForm, RulePage, Way},
    },
    language::Language,
    store::{completion::SourceRow, moodle::MoodleRightsRow, queue::AskedAgain, rule::LinkRow},
};

pub(super) fn explained() -> Explained {
    Explained {
        kind: "near",
        summary: HOSTILE.to_owned(),
        reasons: vec![HOSTILE.to_owned()],
        awaits: Some(HOSTILE.to_owned()),
    }
}

pub(super) fn rule_page(t: Language) -> RulePage {
    RulePage {
        t,
        course_title: HOSTILE.to_owned(),
        awards_path: "/s/t/course".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        facts_path: "/s/t/facts".to_owned(),
        links: vec![LinkRow {
            resource_link_id: HOSTILE.to_owned(),
            line_item_url: Some(HOSTILE.to_owned()),
            seen_at: noon(),
        }],
        own_link: Some(HOSTILE.to_owned()),
        form: RuleForm { way: Way::Text, text: HOSTILE.to_owned(), ..RuleForm::default() },
        version: Some(2),
        sources: [Source::Roster, Source::Csv, Source::Moodle]
            .map(|source| SourceRow {
                source,
                settings: serde_json::Value::Null,
                seen_at: Some(noon()),
                obstacle: Some(Obstacle::LinkIsOpen),
            })
            .into(),
        moodle: Some(MoodleRightsRow {
            checked_at: Some(noon()),
            refusals: [(STATUS.to_owned(), HOSTILE.to_owned())].into(),
        }),
        has_canvas: true,
        has_events: true,
        complaint: Some(RuleComplaint::Text(HOSTILE.to_owned())),
        sentence: HOSTILE.to_owned(),
        is_tried: true,
        history: vec![Edition { title: HOSTILE.to_owned(), sentence: HOSTILE.to_owned() }],
        preview: Some(Preview {
            sentences: vec![HOSTILE.to_owned()],
            qualify: vec![HOSTILE.to_owned()],
            more: 2,
            nearly: vec![Judged { name: HOSTILE.to_owned(), decision: explained() }],
            blocked: vec![Judged { name: HOSTILE.to_owned(), decision: explained() }],
        }),
        is_saved: true,
    }
}

pub(super) fn progress_page(t: Language, cancel_path: Option<&str>) -> ProgressPage {
    ProgressPage {
        t,
        title: "bulk-title",
        text: "bulk-text",
        course_title: HOSTILE.to_owned(),
        done: Some(HOSTILE.to_owned()),
        count: HOSTILE.to_owned(),
        events: "/s/t/queue/events".to_owned(),
        next: "/s/t/queue".to_owned(),
        cancel_path: cancel_path.map(str::to_owned),
    }
}

pub(super) fn recipients_page(t: Language) -> RecipientsPage {
    RecipientsPage {
        t,
        course_title: HOSTILE.to_owned(),
        awards_path: "/s/t/course".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        recipients_path: "/s/t/recipients".to_owned(),
        queue_path: "/s/t/queue".to_owned(),
        text: HOSTILE.to_owned(),
        complaint: Some("recipients-no-columns"),
        refused: vec![RefusedRow { line: 2, text: HOSTILE.to_owned(), reason: RowProblem::Stranger }],
        asked: Asked::in_queue(3, 1, AskedAgain { waiting: 1, retried: 0 }),
    }
}

pub(super) fn facts_page(t: Language) -> FactsPage {
    FactsPage {
        t,
        course_title: HOSTILE.to_owned(),
        awards_path: "/s/t/course".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        facts_path: "/s/t/facts".to_owned(),
        text: HOSTILE.to_owned(),
        complaint: Some("recipients-no-columns"),
        refused: vec![RefusedRow { line: 2, text: HOSTILE.to_owned(), reason: RowProblem::Value }],
        recorded: Some((1, 1)),
    }
}

#[test]
fn the_page_says_what_moodle_refuses_its_token_beside_that_source() {
    let html = rule_page(Language::En).render().unwrap();
    assert_eq!(html.matches("data-rights=\"refused\"").count(), 1, "{html}");
    assert!(
        html.contains(
            "2026-11-23 12:00 UTC: Moodle does not let it call core_completion_get_course_completion_status."
        ),
        "{html}"
    );
    let good = RulePage { moodle: Some(MoodleRightsRow::default()), ..rule_page(Language::En) };
    assert_eq!(good.render().unwrap().matches("data-rights=\"good\"").count(), 1);
}
