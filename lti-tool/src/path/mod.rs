//! Programmes as paths: for a learner with what is earned and what comes next, for everybody without, for managers by stage ([`progress`]);
//! badges of courses become steps ([`steps`]).
//!
//! A path shows starts, steps and milestones, never other people: only a programme that asks for it says how many are ahead of one, and that
//! among ten people or more.

pub mod progress;
pub mod steps;

use actix_web::{HttpResponse, web};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    course::badge::achievement_path,
    error::Failure,
    language::{Language, wording::Wording},
    page::Page,
    session::{Session, SessionError},
    state::AppState,
    store::{
        StoreError,
        path::{PersonKey, ProgrammeDetails, StepRow, WalkedRow},
    },
};

/// Steps that stand together: those of a stage, or a milestone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) title: String,
    pub(crate) is_milestone: bool,
    pub(crate) steps: Vec<StepRow>,
}

/// The steps of a path in blocks; a milestone stands by itself after what it gathers.
pub(crate) fn blocks(t: Language, steps: Vec<StepRow>) -> Vec<Block> {
    let mut blocks: Vec<(i32, Block)> = Vec::new();
    for step in steps {
        let stage = step.stage;
        match blocks.last_mut() {
            Some((last, block)) if *last == stage && !block.is_milestone && !step.is_milestone => {
                block.steps.push(step);
            }
            _ => {
                let is_milestone = step.is_milestone;
                let title = if is_milestone {
                    t.text("path-milestone")
                } else {
                    stage_title(t, stage, step.stage_name.as_ref())
                };
                blocks.push((stage, Block { title, is_milestone, steps: vec![step] }));
            }
        }
    }
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// What a stage is called.
pub(crate) fn stage_title(t: Language, stage: i32, name: Option<&Wording>) -> String {
    let number = stage.to_string();
    match name {
        Some(name) => t.with_texts("path-stage-named", ("stage", &number), ("name", name.text(t))),
        None => t.with("path-stage", "stage", &number),
    }
}

/// Between two days, as far as they are said.
pub(crate) fn period(t: Language, starts_on: Option<&str>, ends_on: Option<&str>) -> Option<String> {
    let day = |day: Option<&str>| {
        let moment = format!("{}T00:00:00Z", day?).parse().ok()?;
        Some(t.date(&moment))
    };
    match (day(starts_on), day(ends_on)) {
        (Some(first), Some(last)) => {
            Some(t.with_texts("programme-from-to", ("first", &first), ("last", &last)))
        }
        (Some(first), None) => Some(t.with("programme-from", "first", &first)),
        (None, Some(last)) => Some(t.with("programme-to", "last", &last)),
        (None, None) => None,
    }
}

/// How many of how many.
pub(crate) fn counted(t: Language, earned: i64, steps: i64) -> String {
    let number = |count| usize::try_from(count).unwrap_or_default();
    t.with_numbers("path-earned", ("earned", number(earned)), ("steps", number(steps)))
}

/// All programmes, with those first that the learner takes part in.
#[derive(askama::Template)]
#[template(path = "path/list.html")]
pub(crate) struct PathsPage {
    pub(crate) t: Language,
    pub(crate) course_title: Option<String>,
    pub(crate) mine_path: String,
    pub(crate) own: Vec<WalkedRow>,
    pub(crate) others: Vec<WalkedRow>,
    pub(crate) path: String,
}

impl Page for PathsPage {}

impl PathsPage {
    /// Title, id and rows of each part.
    fn parts(&self) -> [(String, &'static str, &[WalkedRow]); 2] {
        [(self.t.text("path-own"), "own", &self.own), (self.t.text("path-others"), "others", &self.others)]
    }
}

/// One programme as the learner walks it.
#[derive(askama::Template)]
#[template(path = "path/walk.html")]
pub(crate) struct PathPage {
    pub(crate) t: Language,
    pub(crate) course_title: Option<String>,
    pub(crate) list_path: String,
    pub(crate) programme: ProgrammeDetails,
    pub(crate) issuer_name: String,
    pub(crate) earned: i64,
    pub(crate) steps: i64,
    pub(crate) next: Option<StepRow>,
    pub(crate) blocks: Vec<Block>,
    /// How many are ahead, and of how many.
    pub(crate) standing: Option<(i64, i64)>,
}

impl Page for PathPage {}

impl PathPage {
    fn period(&self) -> Option<String> {
        period(self.t, self.programme.starts_on.as_deref(), self.programme.ends_on.as_deref())
    }

    fn standing_text(&self) -> Option<String> {
        let (ahead, people) = self.standing?;
        let number = |count| usize::try_from(count).unwrap_or_default();
        Some(self.t.with_numbers("path-standing", ("ahead", number(ahead)), ("people", number(people))))
    }
}

/// Every identity of the session's person.
pub(crate) async fn identities(state: &AppState, session: &Session) -> Result<Vec<Uuid>, Failure> {
    let user_id = session.user_id.as_deref().ok_or(SessionError::Anonymous)?;
    let (did, platform) = (state.issuer_profile().id, session.recipient_platform());
    let person = PersonKey {
        issuer_did: &did,
        platform: &platform,
        registration_id: session.platform.registration_id,
        deployment_id: &session.deployment_id,
        user_id,
    };
    Ok(state.store.list_identities(&person).await?)
}

/// The programmes with how far the session's person is.
pub(crate) async fn walked(state: &AppState, session: &Session) -> Result<Vec<WalkedRow>, Failure> {
    let identities = identities(state, session).await?;
    let course = match session.course() {
        Some(key) => state.store.find_course(key).await?,
        None => None,
    };
    let uri = course.map(|course| state.address(&achievement_path(&course)));
    Ok(state.store.list_walked(&state.issuer_profile().id, &identities, uri.as_deref()).await?)
}

/// `GET /s/{token}/programmes`.
///
/// # Errors
/// [`Failure`] as a page; an anonymous launch walks nowhere.
pub async fn list(session: Session, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let (own, others) = walked(&state, &session).await?.into_iter().partition(|row| row.is_own);
    let page = PathsPage {
        t: session.language,
        course_title: session.course_title().map(str::to_owned),
        mine_path: session.path("mine"),
        own,
        others,
        path: session.path("programmes"),
    };
    Ok(page.respond())
}

/// `GET /s/{token}/programmes/{id}`.
///
/// # Errors
/// [`Failure::NotFound`] for a programme of somebody else.
pub async fn walk(
    session: Session,
    state: web::Data<AppState>,
    path: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Failure> {
    let (_, programme_id) = path.into_inner();
    let (programme, issuer_name) = find_own(&state, programme_id).await?;
    let identities = identities(&state, &session).await?;
    let steps = state.store.list_steps(programme_id, &identities).await?;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let page = PathPage {
        t: session.language,
        course_title: session.course_title().map(str::to_owned),
        list_path: session.path("programmes"),
        issuer_name,
        earned: count(steps.iter().filter(|step| step.earned_at.is_some()).count()),
        steps: count(steps.len()),
        next: steps.iter().find(|step| step.is_next).cloned(),
        blocks: blocks(session.language, steps),
        standing: state.store.find_standing(programme_id, &identities).await?,
        programme,
    };
    Ok(page.respond())
}

/// A programme of this installation's issuer, and what that is called.
async fn find_own(state: &AppState, programme_id: Uuid) -> Result<(ProgrammeDetails, String), Failure> {
    let programme = state.store.find_programme_details(programme_id).await?.ok_or(Failure::NotFound)?;
    let issuer = state.store.find_issuer(programme.issuer_id).await?;
    let issuer = issuer.filter(|issuer| issuer.did == state.issuer_profile().id).ok_or(Failure::NotFound)?;
    let name = issuer.profile.get("name").and_then(Value::as_str).unwrap_or(&issuer.did).to_owned();
    Ok((programme, name))
}

/// The steps of a programme for everybody, without what anybody has.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn open_blocks(
    state: &AppState,
    t: Language,
    programme_id: Uuid,
) -> Result<Vec<Block>, StoreError> {
    let mut steps = state.store.list_steps(programme_id, &[]).await?;
    for step in &mut steps {
        step.is_next = false;
    }
    Ok(blocks(t, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(stage: i32, is_milestone: bool) -> StepRow {
        StepRow {
            stage,
            stage_name: (stage == 1).then(|| Wording::both("Start", "はじめる")),
            uri: String::new(),
            name: Wording::default(),
            purpose: None,
            is_milestone,
            earned_at: None,
            is_lapsed: false,
            is_next: false,
            leads_to: None,
        }
    }

    #[test]
    fn a_milestone_stands_by_itself_after_what_it_gathers() {
        let steps = vec![step(1, false), step(1, false), step(1, true), step(3, false), step(3, true)];
        let blocks = blocks(Language::En, steps);
        let shown: Vec<(&str, usize)> =
            blocks.iter().map(|block| (block.title.as_str(), block.steps.len())).collect();
        assert_eq!(shown, [("Stage 1: Start", 2), ("Milestone", 1), ("Stage 3", 1), ("Milestone", 1)]);
        assert_eq!(stage_title(Language::Ja, 1, step(1, false).stage_name.as_ref()), "第1段階「はじめる」");
    }

    #[test]
    fn a_period_may_have_one_end_or_none() {
        let said = |first, last| period(Language::En, first, last);
        assert_eq!(said(Some("2026-04-01"), Some("2027-03-31")).unwrap(), "1 April 2026 to 31 March 2027");
        assert_eq!(said(Some("2026-04-01"), None).unwrap(), "From 1 April 2026");
        assert_eq!(said(None, None), None);
    }
}
