//! Points in our own column of the grade book (<https://www.imsglobal.org/spec/lti-ags/v2p0#result-service>).
//!
//! What the course maps to that column is the course's business: a teacher types it, or the platform computes it. The tool writes the full
//! score there itself when it awards, which satisfies the rule of somebody who has the badge already and so changes nothing.

use openbadges::completion::{Fact, Source};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{CompletionSource, ReadError, Reading, learners};
use crate::{
    lti::grade::LearnerResult,
    platform::{
        ags::{GradeError, list_results},
        service::ServiceError,
    },
    state::AppState,
    store::completion::{DueSource, SeenFact},
};

/// The source.
#[derive(Clone, Copy, Debug)]
pub struct OwnColumn;

/// What the rule's page saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnColumnSettings {
    /// `resource_link.id` of the link that the column belongs to.
    pub link: String,
}

impl CompletionSource for OwnColumn {
    const SOURCE: Source = Source::LineItem;
    const MEANING: &'static str = "source-ags-meaning";
    const NEEDS: &'static str = "source-ags-needs";

    async fn read(state: &AppState, due: &DueSource) -> Result<Reading, ReadError> {
        let settings: OwnColumnSettings = serde_json::from_value(due.settings.clone())
            .map_err(|_error: serde_json::Error| ReadError::NotConfigured)?;
        let links = state.store.list_course_links(due.course.course_id).await?;
        let link = links.into_iter().find(|link| link.resource_link_id == settings.link);
        let column = link.ok_or(ReadError::LinkIsGone)?.line_item_url.ok_or(ReadError::NotConfigured)?;
        let url: Url = column.parse().map_err(|_error: url::ParseError| ReadError::NotConfigured)?;
        let roster = learners(state, due, None).await?;
        let results = list_results(state.services(&due.platform), &url, None).await.map_err(gone)?;
        Ok(Reading {
            looked_at: roster.learners.iter().map(|learner| learner.user_id.clone()).collect(),
            learners: roster.learners,
            facts: results.into_iter().filter_map(fact).collect(),
            obstacle: None,
            is_cut: roster.is_cut,
        })
    }
}

/// A column is there as long as its link is.
fn gone(error: GradeError) -> ReadError {
    match error {
        GradeError::Service(ServiceError::Refused { status: 404 | 410, .. }) => ReadError::LinkIsGone,
        error => error.into(),
    }
}

/// A result without points says nothing.
fn fact(result: LearnerResult) -> Option<SeenFact> {
    let points = result.score?;
    let fact = Fact::Score { line_item: None, points, max: result.maximum, sections: Vec::new() };
    Some(SeenFact { user_id: result.user_id, fact })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_a_fact_and_their_absence_is_none() {
        let result = |score| LearnerResult { user_id: "4".to_owned(), score, maximum: 20.0, at: None };
        let seen = fact(result(Some(16.0))).unwrap();
        assert_eq!(seen.user_id, "4");
        assert_eq!(seen.fact, Fact::Score { line_item: None, points: 16.0, max: 20.0, sections: vec![] });
        assert_eq!(fact(result(None)), None);
        assert!(fact(result(Some(0.0))).is_some(), "no points are points too");
    }
}
