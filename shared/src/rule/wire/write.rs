//! From a condition to JSON; members that are not there are left out.

use serde_json::{Value, json};

use crate::rule::Condition;

/// Writes a condition and those below it.
pub(super) fn write(condition: &Condition) -> Value {
    let branch =
        |op: &str, of: &[Condition]| json!({ "op": op, "of": of.iter().map(write).collect::<Vec<_>>() });
    match condition {
        Condition::All(of) => branch("all", of),
        Condition::Any(of) => branch("any", of),
        Condition::AtLeast { n, of } => {
            json!({ "op": "atLeast", "n": n, "of": of.iter().map(write).collect::<Vec<_>>() })
        }
        leaf => write_leaf(leaf),
    }
}

fn write_leaf(condition: &Condition) -> Value {
    let mut value = match condition {
        Condition::CourseCompletion { course } => {
            json!({ "kind": "courseCompletion", "course": course })
        }
        Condition::ActivitiesComplete { activities } => {
            json!({ "kind": "activitiesComplete", "activities": activities })
        }
        Condition::GradeAtLeast { line_item, percent } => {
            json!({ "kind": "gradeAtLeast", "lineItem": line_item, "percent": percent.as_f64() })
        }
        Condition::OwnResultAtLeast { percent } => {
            json!({ "kind": "ownResultAtLeast", "percent": percent.as_f64() })
        }
        Condition::ScaledScoreAtLeast { line_item, total, per_section, max } => json!({
            "kind": "scaledScoreAtLeast", "lineItem": line_item, "total": total, "perSection": per_section, "max": max
        }),
        Condition::Badge { code, must_be_valid } => {
            json!({ "kind": "badge", "code": code, "mustBeValid": must_be_valid })
        }
        Condition::ExternalResult { exam, verified_by, also_verified_by, pass_mark } => json!({
            "kind": "externalResult", "exam": exam, "verifiedBy": verified_by, "alsoVerifiedBy": also_verified_by,
            "passMark": pass_mark
        }),
        Condition::AttendanceAtLeast { percent } => {
            json!({ "kind": "attendanceAtLeast", "percent": percent.as_f64() })
        }
        Condition::ManualReview { role, quorum, evidence_required } => json!({
            "kind": "manualReview", "role": role, "quorum": quorum, "evidenceRequired": evidence_required
        }),
        Condition::PeerEndorsements { n } => json!({ "kind": "peerEndorsements", "n": n }),
        Condition::DateWindow { from, until } => {
            json!({ "kind": "dateWindow", "from": from, "until": until })
        }
        Condition::Population { any_of } => json!({ "kind": "population", "anyOf": any_of }),
        Condition::All(_) | Condition::Any(_) | Condition::AtLeast { .. } => Value::Null,
    };
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}
