//! A rule as one sentence, in the reader's language: what an instructor says when a colleague asks who gets the badge.

use fluent_bundle::FluentValue;
use openbadges::rule::Condition;

use crate::language::Language;

/// The whole sentence; without a rule the instructor decides.
#[must_use]
pub(crate) fn sentence(t: Language, condition: Option<&Condition>) -> String {
    match condition {
        Some(condition) => t.with("sentence", "conditions", &clause(t, condition, true)),
        None => t.text("sentence-manual"),
    }
}

/// What has to be done, in words that follow "learners who".
fn clause(t: Language, condition: &Condition, is_outermost: bool) -> String {
    let number = |value: usize| FluentValue::from(value);
    match condition {
        Condition::All(of) => joined(t, of, "sentence-and", is_outermost),
        Condition::Any(of) => joined(t, of, "sentence-or", is_outermost),
        Condition::AtLeast { n, of } => {
            let options = listed(t, of, "sentence-comma");
            t.with_all("sentence-at-least", &[("count", number(*n)), ("options", options.into())])
        }
        Condition::CourseCompletion { course: None } => t.text("sentence-course"),
        Condition::CourseCompletion { course: Some(course) } => {
            t.with("sentence-course-named", "course", course)
        }
        Condition::ActivitiesComplete { activities } => {
            let names = activities.join(&t.text("comma"));
            t.with_all("sentence-activities", &[("count", number(activities.len())), ("names", names.into())])
        }
        Condition::GradeAtLeast { line_item, percent } => {
            t.with_texts("sentence-score", ("wanted", &percent.to_string()), ("name", line_item))
        }
        Condition::OwnResultAtLeast { percent } => {
            t.with_texts("sentence-score", ("wanted", &percent.to_string()), ("name", &t.text("own-column")))
        }
        Condition::ScaledScoreAtLeast { line_item, total, .. } => {
            t.with_texts("sentence-points", ("wanted", &total.to_string()), ("name", line_item))
        }
        Condition::Badge { code, .. } => t.with("sentence-badge", "code", code),
        Condition::ExternalResult { exam, .. } => t.with("sentence-examination", "exam", exam),
        Condition::AttendanceAtLeast { percent } => {
            t.with("sentence-attendance", "wanted", &percent.to_string())
        }
        Condition::ManualReview { role, quorum, .. } => {
            let role = t.named("role", role).unwrap_or_else(|| role.clone());
            t.with_all("sentence-approval", &[("count", number(*quorum)), ("role", role.into())])
        }
        Condition::PeerEndorsements { n } => t.with_number("sentence-endorsements", "count", *n),
        Condition::DateWindow { from: Some(from), until: Some(until) } => {
            t.with_texts("sentence-window", ("from", &t.date(from)), ("until", &t.date(until)))
        }
        Condition::DateWindow { from: Some(from), .. } => t.dated("sentence-from", from),
        Condition::DateWindow { until: Some(until), .. } => t.dated("sentence-until", until),
        Condition::DateWindow { .. } => t.text("sentence-anybody"),
        Condition::Population { any_of } => {
            let names = any_of.iter().map(|one| t.text(&format!("population-{one}"))).collect::<Vec<_>>();
            t.with("sentence-population", "names", &names.join(&t.text("or")))
        }
    }
}

fn listed(t: Language, of: &[Condition], between: &str) -> String {
    of.iter().map(|one| clause(t, one, false)).collect::<Vec<_>>().join(&t.text(between))
}

/// Several clauses; in brackets within others, so that "and" and "or" are not mixed up.
fn joined(t: Language, of: &[Condition], between: &str, is_outermost: bool) -> String {
    match of {
        [] => t.text("sentence-anybody"),
        [one] => clause(t, one, is_outermost),
        _ if is_outermost => listed(t, of, between),
        _ => t.with("sentence-group", "clauses", &listed(t, of, between)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(t: Language, rule: &serde_json::Value) -> String {
        sentence(t, Some(&Condition::from_json(rule).unwrap()))
    }

    #[test]
    fn a_rule_reads_like_a_sentence() {
        let course = json!({ "kind": "courseCompletion" });
        assert_eq!(said(Language::En, &course), "Awarded to learners who complete the course.");
        assert_eq!(said(Language::Ja, &course), "受講者が次の条件を満たすと授与されます：コースを修了する。");
        let window = json!({ "kind": "dateWindow", "from": "2026-04-01T00:00:00Z" });
        assert_eq!(
            said(Language::En, &json!({ "op": "all", "of": [course, window] })),
            "Awarded to learners who complete the course and do so from 1 April 2026 on."
        );
        assert_eq!(sentence(Language::En, None), "You decide who is awarded.");
    }

    #[test]
    fn a_choice_within_others_stands_in_brackets() {
        let badge = |code: &str| json!({ "kind": "badge", "code": code });
        let rule = json!({ "op": "all", "of": [
            { "op": "any", "of": [badge("A"), badge("B")] },
            { "kind": "manualReview", "role": "assessor", "quorum": 2 },
        ] });
        assert_eq!(
            said(Language::En, &rule),
            "Awarded to learners who (hold the badge A or hold the badge B) and are approved by 2 people (assessor)."
        );
    }

    #[test]
    fn every_condition_has_words_in_both_languages() {
        use openbadges::{completion::Population, rule::Percent, time::Timestamp};
        let text = |text: &str| text.to_owned();
        let percent = Percent::new(60.0).unwrap();
        let at = Some(Timestamp::from_unix_seconds(0));
        let conditions = [
            Condition::All(vec![]),
            Condition::AtLeast { n: 2, of: vec![Condition::PeerEndorsements { n: 1 }] },
            Condition::CourseCompletion { course: Some(text("dx")) },
            Condition::ActivitiesComplete { activities: vec![text("a"), text("b")] },
            Condition::GradeAtLeast { line_item: text("quiz"), percent },
            Condition::OwnResultAtLeast { percent },
            Condition::ScaledScoreAtLeast {
                line_item: text("t"),
                total: 600.0,
                per_section: 1.0,
                max: 1000.0,
            },
            Condition::Badge { code: text("DX"), must_be_valid: true },
            Condition::ExternalResult {
                exam: text("IP"),
                verified_by: text("certificate"),
                also_verified_by: None,
                pass_mark: None,
            },
            Condition::AttendanceAtLeast { percent },
            Condition::DateWindow { from: None, until: None },
            Condition::DateWindow { from: at, until: at },
            Condition::DateWindow { from: None, until: at },
            Condition::Population { any_of: vec![Population::Employee, Population::External] },
        ];
        for condition in conditions {
            let [english, japanese] = [Language::En, Language::Ja].map(|t| sentence(t, Some(&condition)));
            assert!(!english.contains("sentence-") && !japanese.contains("sentence-"), "{condition:?}");
            assert_ne!(english, japanese);
        }
    }
}
