//! Why somebody has the badge, in words; and whether that still holds.

use openbadges::{
    completion::{Fact, Observation, Record, Source},
    rule::Percent,
    time::Timestamp,
};

use super::reason::{Explained, explain, source_name};
use crate::{language::Language, store::provenance::WhyRow};

/// The sentences about an award: who or what decided, then one for each input.
#[must_use]
pub fn say(t: Language, why: &WhyRow) -> Vec<String> {
    let decided = match (&why.rule, why.source.as_str()) {
        (Some(rule), _) => t.with("why-rule", "version", &rule.version.to_string()),
        (None, "instructor") => t.text("why-instructor"),
        (None, _) => return Vec::new(),
    };
    std::iter::once(decided).chain(why.inputs.iter().map(|input| input_sentence(t, input))).collect()
}

/// What the rule of that award says of the learner now, if they would not qualify any more: a person has to look.
#[must_use]
pub fn review(t: Language, why: &WhyRow, record: &Record) -> Option<Explained> {
    // What nobody looks at any more is not withdrawn.
    let decision = why.rule.as_ref()?.decide(record, why.awarded_at);
    (!decision.qualifies() && !why.inputs.is_empty()).then(|| explain(t, &decision))
}

fn input_sentence(t: Language, input: &Observation) -> String {
    let fact = fact_sentence(t, &input.fact);
    if input.source == Source::Awards {
        return fact;
    }
    let seen = t.with_texts(
        "why-seen",
        ("source", &source_name(t, input.source)),
        ("date", &t.date(&input.seen_at)),
    );
    format!("{fact} {seen}")
}

fn fact_sentence(t: Language, fact: &Fact) -> String {
    match fact {
        Fact::CourseComplete { course: None } => t.text("fact-course"),
        Fact::CourseComplete { course: Some(course) } => t.with("fact-course-named", "course", course),
        Fact::ActivityComplete { activity } => t.with("fact-activity", "activity", activity),
        Fact::Score { line_item, points, max, .. } => {
            let name = line_item.clone().unwrap_or_else(|| t.text("own-column"));
            let share = Percent::new(points / max * 100.0)
                .map_or_else(|| points.to_string(), |share| share.to_string());
            t.with_texts("fact-score", ("name", &name), ("reached", &share))
        }
        Fact::Badge { code, .. } => t.with("fact-badge", "code", code),
        Fact::Examination { exam, passed_on, .. } => examination(t, exam, *passed_on),
        Fact::Attendance { percent } => t.with("fact-attendance", "reached", &format!("{percent}%")),
        Fact::Approval { role, .. } => {
            let role = t.named("role", role).unwrap_or_else(|| role.clone());
            t.with("fact-approval", "role", &role)
        }
        Fact::Endorsement { .. } => t.text("fact-endorsement"),
        Fact::Population { population } => t.text(&format!("population-{population}")),
    }
}

fn examination(t: Language, exam: &str, passed_on: Timestamp) -> String {
    t.with_texts("fact-examination", ("exam", exam), ("date", &t.date(&passed_on)))
}

#[cfg(test)]
mod tests {
    use openbadges::{
        completion::Population,
        rule::{Condition, Rule},
    };

    use super::*;

    fn seen(fact: Fact, source: Source) -> Observation {
        Observation { fact, source, seen_at: Timestamp::from_unix_seconds(1_795_390_158) }
    }

    fn why(inputs: Vec<Observation>) -> WhyRow {
        let condition = Condition::CourseCompletion { course: None };
        let awarded_at = Timestamp::from_unix_seconds(1_795_390_160);
        WhyRow { source: "roster".to_owned(), rule: Some(Rule { version: 3, condition }), inputs, awarded_at }
    }

    #[test]
    fn an_award_by_a_rule_names_its_version_and_inputs() {
        let complete = seen(Fact::CourseComplete { course: None }, Source::Roster);
        assert_eq!(
            say(Language::En, &why(vec![complete])),
            ["Awarded by version 3 of the rule", "Course complete (Restricted link, 22 November 2026)"]
        );
        let by_hand = WhyRow { source: "instructor".to_owned(), rule: None, ..why(vec![]) };
        assert_eq!(say(Language::Ja, &by_hand), ["教員が授与しました"]);
    }

    #[test]
    fn every_fact_is_a_sentence_in_both_languages() {
        let text = |text: &str| text.to_owned();
        let facts = [
            Fact::CourseComplete { course: None },
            Fact::CourseComplete { course: Some(text("dx")) },
            Fact::ActivityComplete { activity: text("quiz") },
            Fact::Score { line_item: None, points: 4.0, max: 5.0, sections: vec![] },
            Fact::Score { line_item: Some(text("test")), points: 4.0, max: 0.0, sections: vec![] },
            Fact::Badge { code: text("DX-1"), valid_until: None },
            Fact::Examination {
                exam: text("IP"),
                number: text("1"),
                passed_on: Timestamp::from_unix_seconds(0),
                evidence: None,
                verified_by: None,
            },
            Fact::Attendance { percent: 90.0 },
            Fact::Approval { role: text("assessor"), by: text("3"), evidence: true },
            Fact::Endorsement { by: text("4") },
            Fact::Population { population: Population::Employee },
        ];
        for fact in facts {
            let said = [Language::En, Language::Ja].map(|t| fact_sentence(t, &fact));
            assert!(
                said.iter().all(|text| !text.starts_with("fact-") && text.chars().count() > 1),
                "{said:?}"
            );
            assert_ne!(said[0], said[1]);
        }
    }

    #[test]
    fn an_award_whose_reason_is_gone_is_for_a_person_to_look_at() {
        let complete = seen(Fact::CourseComplete { course: None }, Source::Roster);
        let why = why(vec![complete.clone()]);
        assert_eq!(review(Language::En, &why, &Record::new(vec![complete])), None);
        let gone = review(Language::En, &why, &Record::default()).unwrap();
        assert_eq!(gone.reasons, ["The course is not complete yet"]);
    }
}
