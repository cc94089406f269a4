//! From JSON to a condition: every member is asked for, and what nobody asked for is an error.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::RuleError;
use crate::{
    completion::Population,
    rule::{Condition, DEEPEST, MOST_CONDITIONS, Percent},
    time::Timestamp,
};

/// The way to a value; becomes text only when something is wrong there.
pub(super) enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                write!(formatter, "{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, place) => write!(formatter, "{parent}/{place}"),
        }
    }
}

/// A value as an error shows it: at most 60 characters.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The members of one condition, each of which has to be asked for.
struct Members<'a> {
    map: &'a Map<String, Value>,
    place: &'a Place<'a>,
    kind: &'a str,
}

impl<'a> Members<'a> {
    fn allow(&self, discriminator: &str, names: &[&str]) -> Result<(), RuleError> {
        match self.map.keys().find(|key| *key != discriminator && !names.contains(&key.as_str())) {
            None => Ok(()),
            Some(name) => Err(RuleError::UnknownMember {
                place: self.place.to_string(),
                name: name.clone(),
                kind: self.kind.to_owned(),
            }),
        }
    }

    fn bad(&self, name: &str, value: &Value, wanted: &'static str) -> RuleError {
        RuleError::BadValue {
            place: Place::Member(self.place, name).to_string(),
            found: shown(value),
            wanted,
        }
    }

    fn need<T>(&self, name: &'static str, value: Option<T>) -> Result<T, RuleError> {
        value.ok_or_else(|| RuleError::Missing { place: self.place.to_string(), name })
    }

    /// The member as `convert` reads it; absent is `None`, null is an error like any other wrong value.
    fn optional<T>(
        &self,
        name: &'static str,
        wanted: &'static str,
        convert: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, RuleError> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        convert(value).map(Some).ok_or_else(|| self.bad(name, value, wanted))
    }

    fn required<T>(
        &self,
        name: &'static str,
        wanted: &'static str,
        convert: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<T, RuleError> {
        let value = self.optional(name, wanted, convert)?;
        self.need(name, value)
    }

    fn text(&self, name: &'static str) -> Result<String, RuleError> {
        self.required(name, TEXT, as_text)
    }

    fn optional_text(&self, name: &'static str) -> Result<Option<String>, RuleError> {
        self.optional(name, TEXT, as_text)
    }

    fn percent(&self) -> Result<Percent, RuleError> {
        self.required("percent", "a number from 0 to 100", |value| Percent::new(value.as_f64()?))
    }

    fn points(&self, name: &'static str) -> Result<f64, RuleError> {
        self.required(name, "a number from 0 to 1000000", |value| {
            value.as_f64().filter(|points| (0.0..=1e6).contains(points))
        })
    }

    fn count(&self, name: &'static str) -> Result<Option<usize>, RuleError> {
        self.optional(name, "a whole number from 1 to 1000", |value| {
            let count = usize::try_from(value.as_u64()?).ok()?;
            (1..=1000).contains(&count).then_some(count)
        })
    }

    fn flag(&self, name: &'static str) -> Result<bool, RuleError> {
        Ok(self.optional(name, "true or false", Value::as_bool)?.unwrap_or_default())
    }

    fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, RuleError> {
        self.optional(name, "a date and time with an offset, such as 2026-11-23T16:48:31Z", |value| {
            value.as_str()?.parse().ok()
        })
    }
}

const TEXT: &str = "a text of 1 to 255 characters";

fn as_text(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.trim().is_empty() && text.chars().count() <= 255)?;
    (!text.contains('\0')).then(|| text.to_owned())
}

/// Reads a condition and those below it; `depth` counts from the root, `count` over the whole rule.
pub(super) fn read(
    value: &Value,
    place: &Place<'_>,
    depth: usize,
    count: &mut usize,
) -> Result<Condition, RuleError> {
    if depth > DEEPEST {
        return Err(RuleError::TooDeep { place: place.to_string() });
    }
    *count += 1;
    if *count > MOST_CONDITIONS {
        return Err(RuleError::TooMany);
    }
    let no_condition = || RuleError::NotACondition { place: place.to_string(), found: shown(value) };
    let map = value.as_object().ok_or_else(no_condition)?;
    let (name, word) = match (map.get("op"), map.get("kind")) {
        (Some(word), None) => ("op", word),
        (None, Some(word)) => ("kind", word),
        _ => return Err(no_condition()),
    };
    let unknown = || RuleError::UnknownWord {
        place: Place::Member(place, name).to_string(),
        found: word.as_str().map_or_else(|| shown(word), str::to_owned),
    };
    let word = word.as_str().ok_or_else(unknown)?;
    let members = Members { map, place, kind: word };
    let condition = if name == "op" { branch(&members, depth, count)? } else { leaf(&members)? };
    condition.ok_or_else(unknown)
}

fn branch(members: &Members<'_>, depth: usize, count: &mut usize) -> Result<Option<Condition>, RuleError> {
    let allowed: &[&str] = match members.kind {
        "all" | "any" => &["of"],
        "atLeast" => &["n", "of"],
        _ => return Ok(None),
    };
    members.allow("op", allowed)?;
    let list = members.required("of", "a list of 1 or more conditions", |value| {
        value.as_array().filter(|list| !list.is_empty())
    })?;
    let below = Place::Member(members.place, "of");
    let of = list
        .iter()
        .enumerate()
        .map(|(item, value)| read(value, &Place::Item(&below, item), depth + 1, count))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Some(match members.kind {
        "all" => Condition::All(of),
        "any" => Condition::Any(of),
        _ => {
            let n = members.required("n", "a whole number from 1 to the number of conditions", |value| {
                usize::try_from(value.as_u64()?).ok().filter(|n| (1..=of.len()).contains(n))
            })?;
            Condition::AtLeast { n, of }
        }
    }))
}

fn leaf(members: &Members<'_>) -> Result<Option<Condition>, RuleError> {
    let allow = |names: &[&str]| members.allow("kind", names);
    Ok(Some(match members.kind {
        "courseCompletion" => {
            allow(&["course"])?;
            Condition::CourseCompletion { course: members.optional_text("course")? }
        }
        "activitiesComplete" => {
            allow(&["activities"])?;
            Condition::ActivitiesComplete { activities: activities(members)? }
        }
        "gradeAtLeast" => {
            allow(&["lineItem", "percent"])?;
            Condition::GradeAtLeast { line_item: members.text("lineItem")?, percent: members.percent()? }
        }
        "ownResultAtLeast" => {
            allow(&["percent"])?;
            Condition::OwnResultAtLeast { percent: members.percent()? }
        }
        "scaledScoreAtLeast" => {
            allow(&["lineItem", "total", "perSection", "max"])?;
            Condition::ScaledScoreAtLeast {
                line_item: members.text("lineItem")?,
                total: members.points("total")?,
                per_section: members.points("perSection")?,
                max: members.points("max")?,
            }
        }
        "badge" => {
            allow(&["code", "mustBeValid"])?;
            Condition::Badge { code: members.text("code")?, must_be_valid: members.flag("mustBeValid")? }
        }
        "externalResult" => {
            allow(&["exam", "verifiedBy", "alsoVerifiedBy", "passMark"])?;
            Condition::ExternalResult {
                exam: members.text("exam")?,
                verified_by: members.text("verifiedBy")?,
                also_verified_by: members.optional_text("alsoVerifiedBy")?,
                pass_mark: members.optional_text("passMark")?,
            }
        }
        _ => return person_or_time(members),
    }))
}

/// The leaves that ask for people, or for when and for whom.
fn person_or_time(members: &Members<'_>) -> Result<Option<Condition>, RuleError> {
    let allow = |names: &[&str]| members.allow("kind", names);
    Ok(Some(match members.kind {
        "attendanceAtLeast" => {
            allow(&["percent"])?;
            Condition::AttendanceAtLeast { percent: members.percent()? }
        }
        "manualReview" => {
            allow(&["role", "quorum", "evidenceRequired"])?;
            Condition::ManualReview {
                role: members.text("role")?,
                quorum: members.count("quorum")?.unwrap_or(1),
                evidence_required: members.flag("evidenceRequired")?,
            }
        }
        "peerEndorsements" => {
            allow(&["n"])?;
            let n = members.count("n")?;
            Condition::PeerEndorsements { n: members.need("n", n)? }
        }
        "dateWindow" => {
            allow(&["from", "until"])?;
            let (from, until) = (members.moment("from")?, members.moment("until")?);
            if from.is_none() && until.is_none() {
                return Err(RuleError::Missing { place: members.place.to_string(), name: "from" });
            }
            if let (Some(from), Some(until), Some(value)) = (from, until, members.map.get("until"))
                && until <= from
            {
                return Err(members.bad("until", value, "after `from`"));
            }
            Condition::DateWindow { from, until }
        }
        "population" => {
            allow(&["anyOf"])?;
            let any_of =
                members.required("anyOf", "a list of employee, dispatched or external", |value| {
                    Vec::<Population>::deserialize(value).ok().filter(|list| !list.is_empty())
                })?;
            Condition::Population { any_of }
        }
        _ => return Ok(None),
    }))
}

fn activities(members: &Members<'_>) -> Result<Vec<String>, RuleError> {
    members.required("activities", "a list of 1 to 500 different names", |value| {
        let names: Vec<String> = value.as_array()?.iter().map(as_text).collect::<Option<_>>()?;
        let different: std::collections::HashSet<_> = names.iter().collect();
        ((1..=500).contains(&names.len()) && different.len() == names.len()).then_some(names)
    })
}
