//! What Moodle's completion functions answer (`core_completion_get_course_completion_status`,
//! `core_completion_get_activities_completion_status`), as far as it is used.

use serde::Deserialize;

/// Of one learner in one course.
#[derive(Debug, Deserialize)]
pub(super) struct CourseStatusWire {
    pub(super) completionstatus: CompletionWire,
}

/// Whether the course is complete, and by which criteria.
#[derive(Debug, Deserialize)]
pub(super) struct CompletionWire {
    pub(super) completed: bool,
    #[serde(default)]
    pub(super) completions: Vec<serde_json::Value>,
}

/// The activities of one learner in one course.
#[derive(Debug, Deserialize)]
pub(super) struct ActivitiesWire {
    pub(super) statuses: Vec<ActivityWire>,
}

/// One activity.
#[derive(Debug, Deserialize)]
pub(super) struct ActivityWire {
    /// Id of the course module, as in the activity's address.
    pub(super) cmid: u64,
    /// 0 incomplete, 1 complete, 2 complete and passed, 3 complete and failed.
    pub(super) state: u8,
    /// 0 where completion is not tracked.
    #[serde(default)]
    pub(super) tracking: u8,
}
