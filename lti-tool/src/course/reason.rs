//! Why not yet, in the reader's language. The rule says it in numbers and names; the words are in the Fluent files.

use fluent_bundle::FluentValue;
use openbadges::{
    completion::{Obstacle, Population, Source},
    rule::{Decision, Percent, Reason},
};

use crate::{language::Language, store::completion::SourceRow};

/// What a decision comes to, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// `good`, `near` or `bad`: how the line is coloured.
    pub kind: &'static str,
    /// A few words: "2 of 3 done".
    pub summary: String,
    /// A sentence for each thing that is missing or in the way.
    pub reasons: Vec<String>,
    /// The role in which somebody has to approve, if that is missing.
    pub awaits: Option<String>,
}

/// What keeps the sources of a course from telling.
#[must_use]
pub fn obstacles(sources: &[SourceRow]) -> Vec<(Source, Obstacle)> {
    let of = |row: &SourceRow| Some((row.source, row.obstacle.clone()?));
    sources.iter().filter_map(of).filter(|(source, obstacle)| !tells_of_some(*source, obstacle)).collect()
}

/// Whether a source tells of the learners that were read all the same: it looks at each of them, and does not compare lists.
fn tells_of_some(source: Source, obstacle: &Obstacle) -> bool {
    let compares = matches!(source, Source::Roster | Source::RestrictedLink);
    matches!(obstacle, Obstacle::RosterCut { .. }) && !compares
}

/// The decision in words.
#[must_use]
pub fn explain(t: Language, decision: &Decision) -> Explained {
    let say_all = |reasons: &[Reason]| reasons.iter().map(|reason| say(t, reason)).collect::<Vec<_>>();
    match decision {
        Decision::Qualifies { .. } => Explained {
            kind: "good",
            summary: t.text("decision-qualifies"),
            reasons: Vec::new(),
            awaits: None,
        },
        Decision::Nearly { done, needed, missing } => Explained {
            kind: "near",
            summary: t.with_numbers("decision-nearly", ("done", *done), ("needed", *needed)),
            reasons: say_all(missing),
            awaits: missing.iter().find_map(awaited_role),
        },
        Decision::Blocked { because, missing } => {
            let mut reasons = say_all(because);
            reasons.extend(say_all(missing));
            let awaits = missing.iter().find_map(awaited_role);
            Explained { kind: "bad", summary: t.text("decision-blocked"), reasons, awaits }
        }
    }
}

/// The role in which somebody has to approve.
fn awaited_role(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Approval { role, .. } => Some(role.clone()),
        Reason::Choice { options, .. } => options.iter().find_map(awaited_role),
        _ => None,
    }
}

/// One reason as a sentence.
#[must_use]
pub fn say(t: Language, reason: &Reason) -> String {
    match reason {
        Reason::Course { course: None } => t.text("reason-course"),
        Reason::Course { course: Some(course) } => t.with("reason-course-named", "course", course),
        Reason::Activities { done, total, missing } => t.with_all(
            "reason-activities",
            &[
                ("done", number(*done)),
                ("total", number(*total)),
                ("missing", missing.join(&t.text("comma")).into()),
            ],
        ),
        Reason::Score { line_item, wanted, reached } => {
            let name = line_item.clone().unwrap_or_else(|| t.text("own-column"));
            share(t, ["reason-score", "reason-score-none"], &name, *wanted, *reached)
        }
        Reason::ScaledScore { .. } => scaled(t, reason),
        Reason::Badge { code, expired_at: None } => t.with("reason-badge", "code", code),
        Reason::Badge { code, expired_at: Some(at) } => {
            t.with_texts("reason-badge-expired", ("code", code), ("date", &t.date(at)))
        }
        Reason::Examination { exam, pass_mark: None } => t.with("reason-examination", "exam", exam),
        Reason::Examination { exam, pass_mark: Some(mark) } => {
            t.with_texts("reason-examination-mark", ("exam", exam), ("mark", mark))
        }
        Reason::UncheckedExamination { exam, verified_by } => {
            t.with_texts("reason-examination-unchecked", ("exam", exam), ("how", verified_by))
        }
        Reason::Attendance { wanted, reached } => {
            share(t, ["reason-attendance", "reason-attendance-none"], "", *wanted, *reached)
        }
        Reason::Approval { role, have, needed, without_evidence } => {
            approval(t, role, [*have, *needed, *without_evidence])
        }
        Reason::Endorsements { have, needed } => {
            t.with_numbers("reason-endorsements", ("have", *have), ("needed", *needed))
        }
        Reason::Choice { done, needed, options } => {
            let options =
                options.iter().map(|option| say(t, option)).collect::<Vec<_>>().join(&t.text("or-else"));
            t.with_all(
                "reason-choice",
                &[("done", number(*done)), ("needed", number(*needed)), ("options", options.into())],
            )
        }
        Reason::NotYetOpen { from } => t.dated("reason-not-yet-open", from),
        Reason::Closed { until } => t.dated("reason-closed", until),
        Reason::Population { wanted, is } => population(t, wanted, *is),
        Reason::Obstacle { source, obstacle } => t.with_texts(
            "reason-obstacle",
            ("source", &source_name(t, *source)),
            ("obstacle", &obstacle_text(t, *source, obstacle)),
        ),
    }
}

/// What people call a source.
#[must_use]
pub fn source_name(t: Language, source: Source) -> String {
    t.text(match source {
        Source::RestrictedLink => "source-gate",
        Source::Roster => "source-roster",
        Source::LineItem => "source-ags",
        Source::Moodle => "source-moodle",
        Source::Canvas => "source-canvas",
        Source::CanvasEvents => "source-canvas-events",
        Source::Csv => "source-csv",
        Source::Instructor => "source-instructor",
        Source::Awards => "source-awards",
        Source::Records => "source-records",
    })
}

/// Why a source cannot tell, and what to do.
#[must_use]
pub fn obstacle_text(t: Language, source: Source, obstacle: &Obstacle) -> String {
    t.text(match obstacle {
        Obstacle::RosterCut { limit } => {
            let is_partial = tells_of_some(source, obstacle);
            let key = if is_partial { "obstacle-roster-cut-partly" } else { "obstacle-roster-cut" };
            return t.with_number(key, "limit", usize::try_from(*limit).unwrap_or(usize::MAX));
        }
        Obstacle::LinkIsOpen => "obstacle-link-is-open",
        Obstacle::LinkIsGone => "obstacle-link-is-gone",
        Obstacle::NothingRequired => "obstacle-nothing-required",
        Obstacle::TrackingOff => "obstacle-tracking-off",
        Obstacle::NotConfigured => "obstacle-not-configured",
        Obstacle::NotAllowed => "obstacle-not-allowed",
        Obstacle::NoAnswer => "obstacle-no-answer",
    })
}

fn number(number: usize) -> FluentValue<'static> {
    FluentValue::from(number)
}

fn share(
    t: Language,
    [key, without]: [&str; 2],
    name: &str,
    wanted: Percent,
    reached: Option<Percent>,
) -> String {
    let wanted = ("wanted", FluentValue::from(wanted.to_string()));
    let name = ("name", FluentValue::from(name.to_owned()));
    match reached {
        Some(reached) => t.with_all(key, &[name, wanted, ("reached", reached.to_string().into())]),
        None => t.with_all(without, &[name, wanted]),
    }
}

fn scaled(t: Language, reason: &Reason) -> String {
    let Reason::ScaledScore { line_item, total, per_section, reached, weak_sections } = reason else {
        return String::new();
    };
    let weak = weak_sections.iter().map(ToString::to_string).collect::<Vec<_>>().join(&t.text("comma"));
    let key = match (reached, weak_sections.is_empty()) {
        (None, _) => "reason-points-none",
        (Some(_), true) => "reason-points",
        (Some(_), false) => "reason-points-sections",
    };
    t.with_all(
        key,
        &[
            ("name", line_item.clone().into()),
            ("total", total.to_string().into()),
            ("section", per_section.to_string().into()),
            ("reached", reached.unwrap_or_default().to_string().into()),
            ("weak", weak.into()),
        ],
    )
}

fn approval(t: Language, role: &str, [have, needed, without_evidence]: [usize; 3]) -> String {
    t.with_all(
        if without_evidence == 0 { "reason-approval" } else { "reason-approval-evidence" },
        &[
            ("role", t.named("role", role).unwrap_or_else(|| role.to_owned()).into()),
            ("have", number(have)),
            ("needed", number(needed)),
            ("without", number(without_evidence)),
        ],
    )
}

fn population(t: Language, wanted: &[Population], is: Option<Population>) -> String {
    let name = |population: &Population| t.text(&format!("population-{population}"));
    let wanted = wanted.iter().map(name).collect::<Vec<_>>().join(&t.text("or"));
    match is {
        Some(is) => t.with_texts("reason-population", ("wanted", &wanted), ("is", &name(&is))),
        None => t.with("reason-population-unknown", "wanted", &wanted),
    }
}

#[cfg(test)]
mod tests {
    use openbadges::{
        completion::Record,
        rule::{Condition, Rule},
        time::Timestamp,
    };
    use serde_json::json;

    use super::*;

    /// Every kind of reason, from rules that say them.
    fn reasons() -> Vec<Reason> {
        let condition = json!({"op": "all", "of": [
            {"kind": "courseCompletion"}, {"kind": "courseCompletion", "course": "dx"},
            {"kind": "activitiesComplete", "activities": ["quiz", "essay"]},
            {"kind": "gradeAtLeast", "lineItem": "test", "percent": 70}, {"kind": "ownResultAtLeast", "percent": 70},
            {"kind": "scaledScoreAtLeast", "lineItem": "mock", "total": 600, "perSection": 300, "max": 1000},
            {"kind": "badge", "code": "DX-1"}, {"kind": "externalResult", "exam": "IP", "verifiedBy": "document-check"},
            {"kind": "externalResult", "exam": "FE", "verifiedBy": "x", "passMark": "600/1000"},
            {"kind": "attendanceAtLeast", "percent": 90},
            {"kind": "manualReview", "role": "assessor", "quorum": 2}, {"kind": "peerEndorsements", "n": 3},
            {"op": "any", "of": [{"kind": "badge", "code": "A"}, {"kind": "badge", "code": "B"}]},
            {"kind": "dateWindow", "from": "2030-04-01T00:00:00Z"}, {"kind": "dateWindow", "until": "2020-04-01T00:00:00Z"},
            {"kind": "population", "anyOf": ["employee", "dispatched"]}]});
        let rule = Rule { version: 1, condition: Condition::from_json(&condition).unwrap() };
        let Decision::Blocked { because, missing } =
            rule.decide(&Record::default(), Timestamp::from_unix_seconds(1_795_000_000))
        else {
            panic!("nothing is known")
        };
        let half = Percent::new(50.0);
        let wanted = Percent::new(70.0).unwrap();
        let more = [
            Reason::Score { line_item: None, wanted, reached: half },
            Reason::Attendance { wanted, reached: half },
            Reason::ScaledScore {
                line_item: "mock".to_owned(),
                total: 600.0,
                per_section: 300.0,
                reached: Some(500.0),
                weak_sections: vec![],
            },
            Reason::ScaledScore {
                line_item: "mock".to_owned(),
                total: 600.0,
                per_section: 300.0,
                reached: Some(640.0),
                weak_sections: vec![2, 3],
            },
            Reason::Badge { code: "A".to_owned(), expired_at: Some(Timestamp::from_unix_seconds(0)) },
            Reason::UncheckedExamination { exam: "FE".to_owned(), verified_by: "document-check".to_owned() },
            Reason::Approval { role: "assessor".to_owned(), have: 1, needed: 2, without_evidence: 1 },
            Reason::Population { wanted: vec![Population::Employee], is: Some(Population::External) },
        ];
        let obstacles = [
            Obstacle::LinkIsOpen,
            Obstacle::LinkIsGone,
            Obstacle::RosterCut { limit: 20_000 },
            Obstacle::NothingRequired,
            Obstacle::TrackingOff,
            Obstacle::NotConfigured,
            Obstacle::NotAllowed,
            Obstacle::NoAnswer,
        ];
        let sources = Source::ALL.into_iter().zip(obstacles.into_iter().cycle());
        let obstacles = sources.map(|(source, obstacle)| Reason::Obstacle { source, obstacle });
        because.into_iter().chain(missing).chain(more).chain(obstacles).collect()
    }

    #[test]
    fn every_reason_is_a_sentence_in_both_languages() {
        for reason in reasons() {
            let (en, ja) = (say(Language::En, &reason), say(Language::Ja, &reason));
            for text in [&en, &ja] {
                assert!(
                    !text.contains('{')
                        && !text.starts_with("reason-")
                        && !text.contains("source-")
                        && text.chars().count() > 5,
                    "{text}"
                );
            }
            assert_ne!(en, ja);
            assert!(ja.chars().any(|letter| letter > '\u{3000}'), "{ja}");
        }
    }

    #[test]
    fn a_roster_that_was_cut_holds_up_only_who_compares_lists() {
        let row = |source| SourceRow {
            source,
            settings: serde_json::Value::Null,
            seen_at: None,
            obstacle: Some(Obstacle::RosterCut { limit: 20_000 }),
        };
        let rows = [Source::Moodle, Source::Roster, Source::LineItem, Source::RestrictedLink].map(row);
        let holding_up: Vec<Source> = obstacles(&rows).into_iter().map(|(source, _)| source).collect();
        assert_eq!(holding_up, [Source::Roster, Source::RestrictedLink]);
        let said = |t, source| obstacle_text(t, source, &Obstacle::RosterCut { limit: 20_000 });
        assert_eq!(
            said(Language::En, Source::Roster),
            "This course has more members than the tool reads (20000). A list that was cut does not show who may not open the link, so nobody is awarded by it. Ask the operator of this tool to raise outbound.max_members, or choose another condition, or award by hand or by a list."
        );
        assert_eq!(
            said(Language::En, Source::Moodle),
            "This course has more members than the tool reads (20000). Whoever comes after them is not awarded by this condition. Ask the operator of this tool to raise outbound.max_members, or award the others by a list."
        );
        for source in [Source::Roster, Source::Moodle] {
            let text = said(Language::Ja, source);
            assert!(text.contains("20000人") && text.contains("outbound.max_members"), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_counted() {
        let reason = Reason::Activities { done: 2, total: 3, missing: vec!["essay".to_owned()] };
        assert_eq!(say(Language::En, &reason), "2 of 3 activities complete; missing: essay");
        assert_eq!(say(Language::Ja, &reason), "活動は3件中2件が完了。未完了：essay");
    }

    #[test]
    fn a_decision_has_a_colour_and_a_summary() {
        let nearly = Decision::Nearly { done: 2, needed: 3, missing: vec![Reason::Course { course: None }] };
        let explained = explain(Language::En, &nearly);
        assert_eq!((explained.kind, explained.summary.as_str()), ("near", "2 of 3 done"));
        assert_eq!(explained.reasons, ["The course is not complete yet"]);
        assert_eq!(explain(Language::Ja, &Decision::Qualifies { inputs: vec![] }).kind, "good");
    }
}
