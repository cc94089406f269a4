//! The rules of the programmes that come with the tool can not only be read: lists, approvals and badges held satisfy each.

use std::path::Path;

use openbadges::{
    completion::{Fact, Observation, Record, Source},
    rule::{Condition, Rule},
    time::Timestamp,
};

use super::facts;
use crate::{import::programmes::Programmes, lti::membership::Learner};

/// What satisfies a condition: rows of a list, and what only people and earlier awards say.
#[derive(Default)]
struct Food {
    rows: Vec<String>,
    facts: Vec<Fact>,
}

impl Food {
    fn row(&mut self, kind: &str, name: &str, value: &str, rest: &str) {
        self.rows.push(format!("4,{kind},{name},{value},{rest}"));
    }

    fn add(&mut self, condition: &Condition) {
        match condition {
            Condition::All(of) | Condition::Any(of) | Condition::AtLeast { of, .. } => {
                for one in of {
                    self.add(one);
                }
            }
            Condition::CourseCompletion { course } => {
                self.row("course", course.as_deref().unwrap_or_default(), "", ",,,");
            }
            Condition::ActivitiesComplete { activities } => {
                for activity in activities {
                    self.row("activity", activity, "", ",,,");
                }
            }
            Condition::GradeAtLeast { line_item, percent } => {
                self.row("grade", line_item, &percent.as_f64().to_string(), ",,,");
            }
            Condition::OwnResultAtLeast { percent } => {
                self.row("grade", "", &percent.as_f64().to_string(), ",,,");
            }
            Condition::ScaledScoreAtLeast { line_item, total, per_section, max } => {
                let sections = format!("{max},{per_section} {per_section} {per_section},,");
                self.row("grade", line_item, &total.to_string(), &sections);
            }
            Condition::ExternalResult { exam, verified_by, .. } => {
                self.row("examination", exam, "No. 1", &format!(",,2026-04-20,{verified_by}"));
            }
            Condition::AttendanceAtLeast { percent } => {
                self.row("attendance", "", &format!("{percent}"), ",,,");
            }
            Condition::PeerEndorsements { n } => {
                for peer in 0..*n {
                    self.row("endorsement", &format!("peer {peer}"), "", ",,,");
                }
            }
            Condition::Population { any_of } => {
                self.row("population", "", any_of.first().unwrap().as_str(), ",,,");
            }
            Condition::Badge { code, .. } => {
                self.facts.push(Fact::Badge { code: code.clone(), valid_until: None });
            }
            Condition::ManualReview { role, quorum, .. } => {
                self.facts.extend((0..*quorum).map(|by| Fact::Approval {
                    role: role.clone(),
                    by: by.to_string(),
                    evidence: true,
                }));
            }
            Condition::DateWindow { .. } => {}
        }
    }
}

#[test]
fn every_rule_of_the_programmes_can_be_satisfied() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/programmes");
    let learners = [Learner { user_id: "4".to_owned(), ..Learner::default() }];
    let now = Timestamp::from_unix_seconds(1_795_000_000);
    let observed = |fact| Observation { fact, source: Source::Csv, seen_at: now };
    for achievement in Programmes::read(&folder).unwrap().achievements {
        let condition = Condition::from_json(&achievement.award_rule).unwrap();
        let mut food = Food::default();
        food.add(&condition);
        let text = format!("user,kind,name,value,max,sections,date,checked\n{}\n", food.rows.join("\n"));
        let list = facts::read(&text, &learners).unwrap();
        assert_eq!(list.bad, [], "{}", achievement.code);
        let said = list.good.into_iter().map(|(seen, _)| seen.fact);
        let record = Record::new(said.chain(food.facts).map(observed).collect());
        let rule = Rule { version: 1, condition };
        assert!(
            rule.decide(&record, now).qualifies(),
            "{}: {:?}",
            achievement.code,
            rule.decide(&record, now)
        );
        assert!(!rule.decide(&Record::default(), now).qualifies(), "{}", achievement.code);
    }
}
