//! The learner's pages: the badge of this course if they have it, what is missing for it if not, and their other badges here.
//!
//! A badge is theirs alone until they share it ([`badge`]): one press, which can be taken back.

pub mod badge;
pub mod share;

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use openbadges::{rule::Names, time::Timestamp};

use crate::{
    completion::gate,
    course::{
        badge::{ACHIEVEMENTS, achievement_path},
        expiry::Expiry,
        reason::{Explained, explain, obstacles},
        why,
    },
    error::Failure,
    language::Language,
    page::Page,
    secret,
    session::{self, Session, SessionError},
    state::AppState,
    store::{
        StoreError, award::AwardRow, course::CourseRow, holding::HoldingRow, path::WalkedRow, visit::VisitRow,
    },
    usage::Use,
};

use self::share::{Badge, Sharing};

/// The page.
#[derive(askama::Template)]
#[template(path = "learner.html")]
pub(crate) struct LearnerPage {
    pub(crate) t: Language,
    pub(crate) user_name: Option<String>,
    pub(crate) course_title: Option<String>,
    /// The course, once its instructor has opened the tool.
    pub(crate) course: Option<CourseRow>,
    /// The award of this course that counts, or else the last that was revoked.
    pub(crate) here: Option<AwardRow>,
    /// What they can do with it, if it counts.
    pub(crate) sharing: Option<Sharing>,
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// The programmes that their badges and this course's are part of: what comes next.
    pub(crate) programmes: Vec<WalkedRow>,
    pub(crate) programmes_path: String,
    pub(crate) examinations_path: String,
    pub(crate) identities_path: String,
    pub(crate) privacy_path: String,
    pub(crate) reports_path: Option<String>,
    /// What the rule says, if there is one and the badge is not earned.
    pub(crate) decision: Option<Explained>,
    /// Why the badge was earned, in sentences.
    pub(crate) why: Vec<String>,
    pub(crate) now: Timestamp,
}

/// A badge of another course.
#[derive(Clone, Debug)]
pub(crate) struct Elsewhere {
    pub(crate) award: AwardRow,
    /// Its page within the session.
    pub(crate) path: String,
    pub(crate) is_shared: bool,
}

impl Page for LearnerPage {}

impl LearnerPage {
    fn is_earned(&self) -> bool {
        self.here.as_ref().is_some_and(|award| award.revocation_reason.is_none())
    }

    fn expiry(&self, award: &AwardRow) -> Option<Expiry> {
        Expiry::of(award.valid_until, self.now)
    }

    fn is_expired(&self) -> bool {
        self.here.as_ref().and_then(|award| self.expiry(award)).is_some_and(|expiry| expiry.is_past())
    }

    /// Where and when another badge was earned.
    fn origin(&self, award: &AwardRow) -> String {
        let date = self.t.date(&award.awarded_at);
        self.t.with_texts("learner-from-course", ("course", &award.course_title), ("date", &date))
    }

    /// What somebody wrote of the picture. Its name stands beside it, and is not said twice.
    fn alt(&self) -> String {
        self.course.as_ref().map(|course| course.written_alt().text(self.t).to_owned()).unwrap_or_default()
    }

    fn achievement_path(&self) -> String {
        self.course.as_ref().map(achievement_path).unwrap_or_default()
    }
}

/// `GET /s/{token}/mine`.
///
/// # Errors
/// [`Failure`] as a page; an anonymous launch has no badges.
pub async fn show(request: HttpRequest, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let VisitRow { session, course, awards, programmes } = visit(&request, &state).await?;
    let session = session::begin_page(&request, session::token(&request)?, session);
    let user_id = session.user_id.as_deref().ok_or(SessionError::Anonymous)?;
    let (here, elsewhere) = divided(awards, course.as_ref());
    let decision = match &course {
        Some(course) if here.is_none() => decide(&state, course.course_id, user_id, session.language).await?,
        _ => None,
    };
    let why = match &here {
        Some(award) => state.store.list_why(&[award.assertion_id]).await?.remove(&award.assertion_id),
        None => None,
    };
    let course_title = session.course_title().map(str::to_owned);
    let ids: Vec<_> = here.iter().chain(&elsewhere).map(|award| award.assertion_id).collect();
    let holdings = holdings(&state, &ids).await?;
    let sharing = here.as_ref().zip(course.as_ref());
    let sharing = sharing.and_then(|(award, course)| sharing_of(&state, &session, award, course, &holdings));
    Ok(LearnerPage {
        t: session.language,
        user_name: session.user_name.clone(),
        course_title,
        course,
        here,
        sharing,
        elsewhere: elsewhere.into_iter().map(|award| other(&session, award, &holdings)).collect(),
        programmes,
        programmes_path: session.path("programmes"),
        examinations_path: session.path("examinations"),
        identities_path: session.path("identities"),
        privacy_path: session.path("privacy"),
        reports_path: session.reports_path(),
        decision,
        why: why.map(|reason| why::say(session.language, &reason)).unwrap_or_default(),
        now: state.clock.now(),
    }
    .respond())
}

/// The session of the address with all that its person has here: the launch ends on this page, and it is one statement.
async fn visit(request: &HttpRequest, state: &AppState) -> Result<VisitRow, SessionError> {
    let token_hash = secret::hash(session::token(request)?);
    let (keyring, achievements) = (state.keyring.current(), state.address(ACHIEVEMENTS));
    let visit = state.store.find_visit(&token_hash, state.clock.now(), &keyring.issuer.did, &achievements);
    visit.await?.ok_or(SessionError::Expired)
}

/// What they have decided about these badges, which are theirs; those that they see for the first time are counted.
pub(crate) async fn holdings(
    state: &AppState,
    assertion_ids: &[uuid::Uuid],
) -> Result<HashMap<uuid::Uuid, HoldingRow>, StoreError> {
    if assertion_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let holdings = state.store.show_holdings(assertion_ids, state.clock.now()).await?;
    for holding in holdings.values().filter(|holding| holding.is_new) {
        state.usage.count(holding.achievement_id, Use::Offered);
    }
    Ok(holdings)
}

/// What they can do with the badge of this course, unless it was revoked.
fn sharing_of(
    state: &AppState,
    session: &Session,
    award: &AwardRow,
    course: &CourseRow,
    holdings: &HashMap<uuid::Uuid, HoldingRow>,
) -> Option<Sharing> {
    let holding = holdings.get(&award.assertion_id).filter(|_| award.revocation_reason.is_none())?;
    let name = course.texts.name();
    let badge = Badge {
        url: &award.credential_id,
        name: name.text(session.language),
        issuer_name: state.config.issuer.name.trim(),
        valid_from: Some(award.awarded_at),
        valid_until: None,
        is_revoked: false,
    };
    let path = session.path(&format!("credentials/{}", award.assertion_id));
    Some(Sharing::of(session.language, path, holding, &badge))
}

fn other(session: &Session, award: AwardRow, holdings: &HashMap<uuid::Uuid, HoldingRow>) -> Elsewhere {
    Elsewhere {
        path: session.path(&format!("credentials/{}", award.assertion_id)),
        is_shared: holdings.get(&award.assertion_id).is_some_and(|holding| holding.is_shared),
        award,
    }
}

/// What the rule says of a learner without the badge; their coming hastens the next look.
async fn decide(
    state: &AppState,
    course_id: uuid::Uuid,
    user_id: &str,
    t: Language,
) -> Result<Option<Explained>, StoreError> {
    let Some(rule) = state.store.find_rule(course_id).await? else { return Ok(None) };
    gate::knock(state, course_id, user_id).await?;
    let names = Names::of([&rule.condition]);
    let records = state.store.list_records(course_id, Some(&[user_id]), &names).await?;
    let mut record = records.into_values().next().unwrap_or_default();
    record.obstacles = obstacles(&state.store.list_sources(course_id).await?);
    Ok(Some(explain(t, &rule.decide(&record, state.clock.now()))))
}

/// The award of this course that counts (or the last one of it), and those of other courses that count.
fn divided(awards: Vec<AwardRow>, course: Option<&CourseRow>) -> (Option<AwardRow>, Vec<AwardRow>) {
    let is_here = |award: &AwardRow| course.is_some_and(|course| course.course_id == award.course_id);
    let (mut here, mut elsewhere): (Vec<AwardRow>, Vec<AwardRow>) = awards.into_iter().partition(is_here);
    elsewhere.retain(|award| award.revocation_reason.is_none() && !award.is_superseded);
    here.sort_by_key(|award| award.revocation_reason.is_some());
    (here.into_iter().next(), elsewhere)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn award(course: u128, credential: &str, revoked: bool) -> AwardRow {
        AwardRow {
            assertion_id: Uuid::nil(),
            credential_id: credential.to_owned(),
            user_id: "4".to_owned(),
            display_name: None,
            awarded_at: Timestamp::from_unix_seconds(0),
            valid_until: None,
            is_superseded: false,
            revocation_reason: revoked.then(|| "by mistake".to_owned()),
            course_title: "Course".to_owned(),
            course_id: Uuid::from_u128(course),
        }
    }

    fn here() -> CourseRow {
        CourseRow { course_id: Uuid::from_u128(1), ..CourseRow::default() }
    }

    #[test]
    fn the_badge_of_this_course_comes_first_and_the_one_that_counts() {
        let (mine, others) = divided(
            vec![award(2, "b", false), award(1, "revoked", true), award(1, "valid", false)],
            Some(&here()),
        );
        assert_eq!(mine.unwrap().credential_id, "valid");
        assert_eq!(others.len(), 1);
    }

    #[test]
    fn a_revoked_badge_is_shown_here_and_not_among_the_others() {
        let (mine, others) = divided(vec![award(1, "a", true), award(2, "b", true)], Some(&here()));
        assert!(mine.unwrap().revocation_reason.is_some() && others.is_empty());
    }

    #[test]
    fn a_renewed_badge_stands_on_the_shelf_once() {
        let older = AwardRow { is_superseded: true, ..award(2, "older", false) };
        let (_, others) = divided(vec![award(2, "newer", false), older], Some(&here()));
        assert_eq!(others.iter().map(|award| award.credential_id.as_str()).collect::<Vec<_>>(), ["newer"]);
    }

    #[test]
    fn outside_a_course_every_badge_is_another_one() {
        let (mine, others) = divided(vec![award(1, "a", false)], None);
        assert!(mine.is_none() && others.len() == 1);
    }
}
