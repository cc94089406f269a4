//! When a badge ends, as pages say it; and the instructor's button that renews one.
//!
//! Ninety days before its end a badge is said to end soon, and from then on it can be renewed: by the rule, when the learner earns it anew
//! ([`crate::completion::decide`]), or here by hand.

use actix_web::{HttpResponse, http::header, web};
use openbadges::time::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::open_course;
use crate::{
    clock::later, completion::decide::RENEWAL_SECONDS, error::Failure, language::Language,
    session::Instructor, state::AppState, store::renewal::NewRenewal,
};

/// The end of a badge that has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    at: Timestamp,
    stage: Stage,
}

/// How near the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Far,
    Soon,
    Past,
}

impl Expiry {
    /// The end of a badge as of `now`; `None` if it never ends.
    #[must_use]
    pub fn of(valid_until: Option<Timestamp>, now: Timestamp) -> Option<Self> {
        let at = valid_until?;
        let stage = if at < now {
            Stage::Past
        } else if at <= later(now, RENEWAL_SECONDS) {
            Stage::Soon
        } else {
            Stage::Far
        };
        Some(Self { at, stage })
    }

    /// Whether the badge has ended or ends within ninety days.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.stage != Stage::Far
    }

    /// Whether the badge has ended.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.stage == Stage::Past
    }

    /// The look of the sentence, a class of the style sheet.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.stage {
            Stage::Far => "",
            Stage::Soon => "near",
            Stage::Past => "bad",
        }
    }

    /// The end in words.
    #[must_use]
    pub fn sentence(&self, t: Language) -> String {
        match self.stage {
            Stage::Far => t.dated("expires-on", &self.at),
            Stage::Soon => t.dated("expires-soon", &self.at),
            Stage::Past => t.dated("expired-on", &self.at),
        }
    }
}

/// `POST /s/{token}/awards/{assertion_id}/renew`: a new badge takes the place of one that ends soon or has ended.
///
/// It goes through the queue, where it can be taken back for a moment; pressed twice it is renewed once.
///
/// # Errors
/// [`Failure::NotFound`] if it is not an award of this course.
pub async fn renew(
    instructor: Instructor,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    let (_, assertion_id) = path.into_inner();
    let course = open_course(&state, &instructor).await?;
    if !state
        .store
        .list_awards(course.course_id)
        .await?
        .iter()
        .any(|award| award.assertion_id == assertion_id)
    {
        return Err(Failure::NotFound);
    }
    let provenance = json!({ "source": "instructor", "awarded_by": instructor.user_id() });
    let until = later(state.clock.now(), RENEWAL_SECONDS);
    let (renewal, wait) = ([NewRenewal { assertion_id, provenance }], state.config.completion.undo_seconds);
    let queued = state.store.insert_renewals(course.course_id, &renewal, until, wait).await?;
    tracing::info!(course = %course.course_id, assertion = %assertion_id, queued, "renewal queued by an instructor");
    let location = instructor.session().path("queue");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_badge_ends_soon_for_ninety_days_and_then_has_ended() {
        let now = at("2026-11-23T12:00:00Z");
        let said = |end: &str| {
            let expiry = Expiry::of(Some(at(end)), now).unwrap();
            (expiry.sentence(Language::En), expiry.is_due(), expiry.is_past())
        };
        assert_eq!(said("2027-02-21T12:00:01Z"), ("Valid until 21 February 2027".to_owned(), false, false));
        assert_eq!(said("2027-02-21T12:00:00Z"), ("Expires on 21 February 2027".to_owned(), true, false));
        assert_eq!(said("2026-11-23T12:00:00Z"), ("Expires on 23 November 2026".to_owned(), true, false));
        assert_eq!(said("2026-11-23T11:59:59Z"), ("Expired on 23 November 2026".to_owned(), true, true));
        assert_eq!(Expiry::of(None, now), None);
    }
}
