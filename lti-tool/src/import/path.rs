//! The path of an imported programme: its steps by stage, each milestone after what it asks for, and what each step leads to.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::programmes::{ImportedAchievement, ImportedLevel, ImportedProgramme};

/// What starts a programme comes first within its stage.
const START: &str = "start";
/// The kind of achievement that gathers others.
const MILESTONE: &str = "milestone";

/// A step of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedStep {
    /// The achievement.
    pub achievement_id: Uuid,
    /// Its stage.
    pub stage: i32,
    /// What it is for.
    pub purpose: Option<String>,
    /// The achievement that comes after it.
    pub leads_to: Option<Uuid>,
    /// Its first day.
    pub active_from: Option<String>,
}

/// Where a step stands: by stage, the start first, then by code; what gathers others after the last of them.
type Place<'a> = (i32, bool, &'a str, bool, &'a str);

/// The steps of `programme` in the order of its path; `id` knows the achievements by their codes.
#[must_use]
pub fn steps(
    programme: &ImportedProgramme,
    achievements: &[ImportedAchievement],
    id: impl Fn(&str) -> Option<Uuid>,
) -> Vec<ImportedStep> {
    let mut own: Vec<&ImportedAchievement> =
        achievements.iter().filter(|achievement| achievement.programme == programme.code).collect();
    let all = own.clone();
    own.sort_by(|one, other| place(one, &all).cmp(&place(other, &all)));
    let step = |achievement: &ImportedAchievement| {
        Some(ImportedStep {
            achievement_id: id(&achievement.code)?,
            stage: achievement.stage(),
            purpose: achievement.behaviour.purpose.clone(),
            leads_to: achievement.behaviour.next.as_deref().and_then(&id),
            active_from: achievement.active_from.clone(),
        })
    };
    own.into_iter().filter_map(step).collect()
}

fn place<'a>(achievement: &'a ImportedAchievement, all: &[&'a ImportedAchievement]) -> Place<'a> {
    let own = |one: &'a ImportedAchievement| {
        let is_later = one.behaviour.purpose.as_deref() != Some(START);
        (one.stage(), is_later, one.code.as_str(), false, "")
    };
    if achievement.badge_type != MILESTONE {
        return own(achievement);
    }
    let asked = asked(&achievement.award_rule);
    let others = all.iter().filter(|one| one.badge_type != MILESTONE && asked.contains(one.code.as_str()));
    let (stage, is_later, last, ..) = others.map(|one| own(one)).max().unwrap_or_else(|| own(achievement));
    (stage, is_later, last, true, achievement.code.as_str())
}

/// The badges that a rule names, wherever they stand in it.
fn asked(rule: &Value) -> BTreeSet<&str> {
    match rule {
        Value::Object(fields) => {
            let code = fields.get("code").and_then(Value::as_str);
            let own = code.filter(|_| fields.get("kind").and_then(Value::as_str) == Some("badge"));
            fields.values().flat_map(asked).chain(own).collect()
        }
        Value::Array(parts) => parts.iter().flat_map(asked).collect(),
        _ => BTreeSet::new(),
    }
}

/// The names of the stages that the steps have.
#[must_use]
pub fn stages(steps: &[ImportedStep], levels: &[ImportedLevel]) -> Vec<(i32, Value)> {
    let own: BTreeSet<i32> = steps.iter().map(|step| step.stage).collect();
    let named = levels.iter().filter(|level| own.contains(&level.value));
    named.map(|level| (level.value, level.name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::import::programmes::Programmes;

    fn paths() -> Vec<(String, Vec<String>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/programmes");
        let programmes = Programmes::read(&folder).unwrap();
        let codes: Vec<String> = programmes.achievements.iter().map(|one| one.code.clone()).collect();
        let id = |code: &str| {
            Some(Uuid::from_u128(u128::try_from(codes.iter().position(|one| one == code)?).unwrap()))
        };
        let code =
            |step: &ImportedStep| codes[usize::try_from(step.achievement_id.as_u128()).unwrap()].clone();
        let path = |programme: &ImportedProgramme| {
            steps(programme, &programmes.achievements, id).iter().map(code).collect()
        };
        programmes.programmes.iter().map(|programme| (programme.code.clone(), path(programme))).collect()
    }

    #[test]
    fn the_seven_programmes_have_54_steps_and_milestones_come_after_what_they_ask_for() {
        let paths = paths();
        assert_eq!(paths.iter().map(|(_, path)| path.len()).sum::<usize>(), 54);
        let path = |code: &str| paths.iter().find(|(one, _)| one == code).unwrap().1.join(" ");
        assert_eq!(path("HC"), "HC-01 HC-02 HC-06 HC-03 HC-04 HC-05 HC-07 HC-08");
        assert_eq!(path("DX"), "DX-01 DX-02 DX-03 DX-04 DX-05 DX-06 DX-07 DX-08 DX-09 DX-10");
        assert_eq!(path("DA"), "DA-01 DA-02 DA-03 DA-04 DA-05 DA-06 DA-07");
        assert_eq!(path("EX"), "EX-01 EX-02 EX-03 EX-06 EX-04 EX-05 EX-07");
        assert_eq!(path("IP"), "IP-01 IP-02 IP-03 IP-04 IP-05 IP-06");
    }

    #[test]
    fn badges_are_found_in_any_part_of_a_rule() {
        let rule = serde_json::json!({"op": "all", "of": [
            {"kind": "badge", "code": "A"},
            {"op": "atLeast", "n": 1, "of": [{"kind": "badge", "code": "B", "mustBeValid": true}, {"kind": "courseCompletion", "code": "C"}]}
        ]});
        assert_eq!(asked(&rule).into_iter().collect::<Vec<_>>(), ["A", "B"]);
    }
}
