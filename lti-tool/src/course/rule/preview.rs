//! What a rule would do, before it counts: the sources are asked now, and everybody is decided about. Nobody is awarded.

use std::collections::HashMap;

use openbadges::{
    completion::{Fact, Observation, Record, Source},
    rule::{Condition, Decision, Difference, DryRun, Names, Rule, difference, dry_run},
    time::Timestamp,
};

use super::form::Chosen;
use crate::{
    completion,
    course::reason::{Explained, explain, obstacles},
    language::Language,
    lti::membership::Learner,
    session::Instructor,
    state::AppState,
    store::{StoreError, completion::DueSource, course::CourseRow},
};

/// People that a preview names in each group at most.
const MOST_NAMES: usize = 30;

/// Whom a preview asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// The sources that were chosen, now.
    Sources,
    /// Nobody: what was seen before has to do.
    Nobody,
}

/// Somebody, and what the rule says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) name: String,
    pub(crate) decision: Explained,
}

/// What a rule would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Numbers, and what differs from the rule in force.
    pub(crate) sentences: Vec<String>,
    /// Who qualifies.
    pub(crate) qualify: Vec<String>,
    /// How many more qualify than are named.
    pub(crate) more: usize,
    /// Who is on the way, and what is missing.
    pub(crate) nearly: Vec<Judged>,
    /// Who is blocked, and why.
    pub(crate) blocked: Vec<Judged>,
}

/// Tries `condition` on the learners of the course.
///
/// # Errors
/// [`StoreError`]; a source that gives no answer is an obstacle in the preview.
pub(crate) async fn preview(
    state: &AppState,
    instructor: &Instructor,
    course: &CourseRow,
    chosen: &Chosen,
    learners: &[Learner],
    asks: Asks,
) -> Result<Preview, StoreError> {
    let old = state.store.find_rule(course.course_id).await?;
    let Some(condition) = chosen.condition.clone() else { return Ok(Preview::default()) };
    let rules = old.iter().map(|old| &old.condition).chain([&condition]);
    let names = Names::of(rules);
    let mut records = state.store.list_records(course.course_id, None, &names).await?;
    match asks {
        Asks::Sources => ask_sources(state, instructor, course, chosen, learners, &mut records).await,
        Asks::Nobody => add_obstacles(state, course, learners, &mut records).await?,
    }
    let version = old.as_ref().map_or(1, |old| old.version.saturating_add(1));
    let new = Rule { version, condition };
    Ok(Preview::new(instructor.session().language, old.as_ref(), &new, learners, &records, state.clock.now()))
}

/// Adds to what is kept of the learners what stood in the way when the sources were asked last.
async fn add_obstacles(
    state: &AppState,
    course: &CourseRow,
    learners: &[Learner],
    records: &mut HashMap<String, Record>,
) -> Result<(), StoreError> {
    let obstacles = obstacles(&state.store.list_sources(course.course_id).await?);
    for learner in learners {
        records.entry(learner.user_id.clone()).or_default().obstacles.clone_from(&obstacles);
    }
    Ok(())
}

/// Adds to what is kept of the learners what the chosen sources say at this moment.
async fn ask_sources(
    state: &AppState,
    instructor: &Instructor,
    course: &CourseRow,
    chosen: &Chosen,
    learners: &[Learner],
    records: &mut HashMap<String, Record>,
) {
    let session = instructor.session();
    let mut obstacles = Vec::new();
    for (source, settings) in &chosen.sources {
        let question = DueSource {
            source: *source,
            settings: settings.clone(),
            failures: 0,
            course: course.clone(),
            context_id: instructor.course().context_id.to_owned(),
            deployment_id: session.deployment_id.clone(),
            memberships_url: session.memberships_url.as_ref().map(url::Url::to_string),
            platform: session.platform.clone(),
        };
        match completion::read(state, &question).await {
            Ok(reading) => {
                if reading.obstacle.is_none() {
                    forget(records, *source, &reading.looked_at);
                }
                obstacles.extend(reading.obstacle.map(|obstacle| (*source, obstacle)));
                for seen in reading.facts {
                    let observation =
                        Observation { fact: seen.fact, source: *source, seen_at: state.clock.now() };
                    records.entry(seen.user_id).or_default().observations.push(observation);
                }
            }
            Err(error) => obstacles.push((*source, error.obstacle())),
        }
    }
    for learner in learners {
        records.entry(learner.user_id.clone()).or_default().obstacles.clone_from(&obstacles);
    }
}

/// What the source said of these learners before counts no more; what it said of other courses is theirs.
fn forget(records: &mut HashMap<String, Record>, source: Source, looked_at: &[String]) {
    let is_of_another_course = |fact: &Fact| matches!(fact, Fact::CourseComplete { course: Some(_) });
    for user_id in looked_at {
        if let Some(record) = records.get_mut(user_id) {
            record.observations.retain(|seen| seen.source != source || is_of_another_course(&seen.fact));
        }
    }
}

impl Preview {
    fn new(
        t: Language,
        old: Option<&Rule>,
        new: &Rule,
        learners: &[Learner],
        records: &HashMap<String, Record>,
        now: Timestamp,
    ) -> Self {
        let nothing = Record::default();
        let group: Vec<(&str, &Record)> = learners
            .iter()
            .map(|learner| {
                let name = learner.name.as_deref().unwrap_or(&learner.user_id);
                (name, records.get(&learner.user_id).unwrap_or(&nothing))
            })
            .collect();
        let run = dry_run(new, group.iter().copied(), now);
        // Without a rule nobody is awarded, so that everybody who qualifies is added.
        let none = Rule { version: 0, condition: Condition::Any(Vec::new()) };
        let change = difference(old.unwrap_or(&none), new, group.iter().copied(), now);
        Self {
            sentences: sentences(t, &run, &change),
            more: run.qualify.len().saturating_sub(MOST_NAMES),
            qualify: run.qualify.iter().take(MOST_NAMES).map(|name| (*name).to_owned()).collect(),
            nearly: judged(t, &run.nearly),
            blocked: judged(t, &run.blocked),
        }
    }
}

fn judged(t: Language, group: &[(&str, Decision)]) -> Vec<Judged> {
    let judged = |(name, decision): &(&str, Decision)| Judged {
        name: (*name).to_owned(),
        decision: explain(t, decision),
    };
    group.iter().take(MOST_NAMES).map(judged).collect()
}

fn sentences(t: Language, run: &DryRun<&str>, change: &Difference<&str>) -> Vec<String> {
    let mut sentences = vec![
        t.with_number("rule-preview-qualify", "count", run.qualify.len()),
        t.with_numbers("rule-preview-open", ("near", run.nearly.len()), ("blocked", run.blocked.len())),
    ];
    let lost: Vec<&str> = change.lost.iter().map(|(name, _)| *name).collect();
    for (key, names) in [("rule-preview-gained", &change.gained), ("rule-preview-lost", &lost)] {
        if !names.is_empty() {
            let listed: Vec<&str> = names.iter().copied().take(MOST_NAMES).collect();
            let more = if names.len() > MOST_NAMES { "…" } else { "" };
            sentences.push(t.with(key, "names", &format!("{}{more}", listed.join(&t.text("comma")))));
        }
    }
    if change.gained.is_empty() && lost.is_empty() {
        sentences.push(t.text("rule-preview-same"));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use openbadges::completion::Obstacle;
    use openbadges::rule::Percent;

    use super::*;

    fn record(fact: Option<Fact>) -> Record {
        let seen_at = Timestamp::from_unix_seconds(0);
        Record::new(
            fact.map(|fact| Observation { fact, source: Source::LineItem, seen_at }).into_iter().collect(),
        )
    }

    #[test]
    fn a_preview_names_everybody_and_what_is_missing() {
        let names = ["Ada", "Ben", "Cid"];
        let learners = names.map(|name| Learner {
            user_id: name.to_owned(),
            name: Some(name.to_owned()),
            ..Learner::default()
        });
        let score = |points| Fact::Score { line_item: None, points, max: 10.0, sections: vec![] };
        let mut blocked = record(None);
        blocked.obstacles = vec![(Source::LineItem, Obstacle::NotAllowed)];
        let records = HashMap::from([
            ("Ada".to_owned(), record(Some(score(9.0)))),
            ("Ben".to_owned(), record(Some(score(5.0)))),
            ("Cid".to_owned(), blocked),
        ]);
        let at_least = |percent| Rule {
            version: 1,
            condition: Condition::OwnResultAtLeast { percent: Percent::new(percent).unwrap() },
        };
        let now = Timestamp::from_unix_seconds(1);
        let preview =
            Preview::new(Language::En, Some(&at_least(40.0)), &at_least(60.0), &learners, &records, now);
        assert_eq!(
            preview.sentences,
            [
                "1 learner qualifies now.",
                "1 is on the way, 1 is blocked.",
                "Would not qualify any more (badges that were awarded stay): Ben",
            ]
        );
        assert_eq!(preview.qualify, ["Ada"]);
        assert_eq!(
            preview.nearly[0].decision.reasons,
            ["50% in this course’s badge column; at least 60% needed"]
        );
        assert!(preview.blocked[0].decision.reasons[0].contains("lacks a right"), "{preview:?}");
        let first = Preview::new(Language::En, None, &at_least(60.0), &learners, &records, now);
        assert!(first.sentences.contains(&"Added by the change: Ada".to_owned()), "{first:?}");
    }
}
