//! What Canvas's API answers (`bulk_user_progress`, `users`, `enrollments`, `login/oauth2/token`), as far as it is used.

use serde::Deserialize;

/// One learner of a course (<https://developerdocs.instructure.com/services/canvas/resources/courses>, `bulk_user_progress`).
#[derive(Debug, Deserialize)]
pub(super) struct UserProgressWire {
    pub(super) id: i64,
    pub(super) progress: ProgressWire,
}

/// How far a learner is. A course without requirements has an `error` here, or a count of 0: never complete.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::completion) struct ProgressWire {
    pub(in crate::completion) requirement_count: Option<u32>,
    pub(in crate::completion) requirement_completed_count: Option<u32>,
    pub(in crate::completion) completed_at: Option<String>,
}

impl ProgressWire {
    /// Whether there is anything to complete.
    pub(in crate::completion) fn is_configured(&self) -> bool {
        self.requirement_count.is_some_and(|count| count > 0)
    }

    /// Whether everything is complete; nothing to complete is not.
    pub(in crate::completion) fn is_complete(&self) -> bool {
        self.is_configured()
            && self.completed_at.is_some()
            && self.requirement_completed_count >= self.requirement_count
    }
}

/// A person.
#[derive(Debug, Deserialize)]
pub(super) struct UserWire {
    pub(super) id: i64,
}

/// A learner's place in a course.
#[derive(Debug, Deserialize)]
pub(super) struct EnrolmentWire {
    pub(super) user_id: i64,
    #[serde(default)]
    pub(super) grades: GradesWire,
}

/// Their grades, in percent; null where there is none, or where we may not see it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GradesWire {
    pub(super) current_score: Option<f64>,
}

/// An access token (<https://developerdocs.instructure.com/services/canvas/oauth2/file.oauth_endpoints>).
#[derive(Deserialize)]
pub(super) struct TokenWire {
    pub(super) access_token: String,
    #[serde(default)]
    pub(super) refresh_token: Option<String>,
    #[serde(default)]
    pub(super) expires_in: Option<u32>,
}
