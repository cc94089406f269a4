//! The instructor's first screen: the roster with who has the badge, and the buttons that award and revoke, which [`super::buttons`] answers.

use actix_web::{HttpResponse, web};
use openbadges::time::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    asked::Asked,
    badge::achievement_path,
    expiry::Expiry,
    explain::{Listing, list_page, mark_queued},
    filter::Filter,
    open_course,
    paging::{Paging, View},
    queued_text,
    roster::{AwardLine, CourseRoster, LearnerLine, Purpose, lines, roster_of},
    watch,
};
use crate::{
    error::Failure,
    language::Language,
    lti::{group::Group, membership::Learner},
    page::Page,
    session::{Instructor, Session},
    state::AppState,
    store::{
        StoreError,
        course::BadgeTexts,
        queue::{QueueCount, QueuedAward},
        score::ScoreCount,
    },
};

/// A list shorter than this needs no search.
const SHORT_LIST: usize = 8;

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    pub(crate) none: Option<u8>,
    pub(crate) revoked: Option<u8>,
    pub(crate) saved: Option<u8>,
    pub(crate) reading: Option<u8>,
    pub(crate) cancelled: Option<usize>,
    /// 1 if the badge has a column in the grade book now, 0 if none could be made.
    column: Option<u8>,
}

impl Done {
    /// After a press that made no column.
    #[cfg(test)]
    pub(crate) fn without_column() -> Self {
        Self { column: Some(0), ..Self::default() }
    }
}

/// What there is instead of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RosterNotice {
    /// The roster is there.
    None,
    /// Only the first so many of it.
    Cut(usize),
    /// The platform does not offer it.
    NotOffered,
    /// It cannot be had now.
    Failed,
}

/// The page.
#[derive(askama::Template)]
#[template(path = "course.html")]
pub(crate) struct CoursePage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) texts: BadgeTexts,
    pub(crate) achievement_path: String,
    pub(crate) awards_path: String,
    pub(crate) award_path: String,
    /// Where the badges of the session lie.
    pub(crate) credentials_path: String,
    pub(crate) revoke_path: String,
    pub(crate) badge_path: String,
    pub(crate) rule_path: String,
    /// The key of the sentence that says it, if there is no rule.
    pub(crate) no_rule: Option<&'static str>,
    /// Those of this page.
    pub(crate) lines: Vec<LearnerLine>,
    pub(crate) paging: Paging,
    /// The groups of the course, if the platform tells them.
    pub(crate) groups: Vec<Group>,
    pub(crate) notice: RosterNotice,
    pub(crate) scores: ScoreCount,
    /// Where a column for the badge is asked for, if it has none and may have one.
    pub(crate) column_path: Option<String>,
    pub(crate) queue: QueueCount,
    pub(crate) recipients_path: String,
    pub(crate) reports_path: Option<String>,
    pub(crate) approve_path: String,
    pub(crate) queue_path: String,
    pub(crate) retry_path: String,
    pub(crate) done: Done,
    pub(crate) asked: Asked,
    /// How many badges have ended or end soon, on whatever page.
    pub(crate) ending: usize,
    pub(crate) now: Timestamp,
}

impl Page for CoursePage {}

impl CoursePage {
    fn progress(&self) -> String {
        self.t.with_numbers("progress", ("awarded", self.paging.awarded), ("total", self.paging.total))
    }

    fn everybody(&self) -> String {
        self.t.with_number("award-everybody", "count", self.paging.without)
    }

    /// To which the query of another page is added.
    fn list_address(&self) -> String {
        format!("{}?reading=1&", self.awards_path)
    }

    fn place(&self) -> String {
        self.t.with_numbers("pager-place", ("page", self.paging.page), ("pages", self.paging.pages))
    }

    /// What came of the awards that were asked for on the page before.
    fn asked_sentence(&self) -> Option<String> {
        self.asked.sentence(self.t)
    }

    /// What is the matter with the scores in the platform's grade book, if something is.
    fn scores_sentence(&self) -> Option<String> {
        let count = |number: i64| usize::try_from(number).ok().filter(|count| *count > 0);
        let failed =
            count(self.scores.failed).map(|count| self.t.with_number("scores-failed", "count", count));
        let waiting =
            || count(self.scores.waiting).map(|count| self.t.with_number("scores-waiting", "count", count));
        failed.or_else(waiting)
    }

    fn expiry(&self, award: &AwardLine) -> Option<Expiry> {
        Expiry::of(award.valid_until, self.now)
    }

    fn ending_sentence(&self) -> Option<String> {
        (self.ending > 0).then(|| self.t.with_number("expiring-count", "count", self.ending))
    }

    fn cancelled_sentence(&self) -> Option<String> {
        self.done.cancelled.map(|count| self.t.with_number("done-cancelled", "count", count))
    }

    /// What came of the column that was asked for on the page before: whether it is good news, and the words.
    fn column_sentence(&self) -> Option<(bool, String)> {
        let is_made = self.done.column? == 1;
        Some((is_made, self.t.text(if is_made { "column-made" } else { "column-failed" })))
    }

    /// That there are more members than are read, if so.
    fn cut_sentence(&self) -> Option<String> {
        let RosterNotice::Cut(limit) = self.notice else { return None };
        Some(self.t.with_number("roster-cut", "limit", limit))
    }

    /// How many awards are being made, if some are.
    fn queue_sentence(&self) -> Option<String> {
        let waiting = usize::try_from(self.queue.waiting).ok().filter(|count| *count > 0);
        waiting.map(|count| self.t.with_number("queue-waiting", "count", count))
    }

    /// How many awards could not be made and why, if some could not.
    fn dead_sentence(&self) -> Option<String> {
        let dead = usize::try_from(self.queue.dead).ok().filter(|count| *count > 0)?;
        let why = self
            .queue
            .problem
            .as_deref()
            .and_then(|word| self.t.named("job-error", word))
            .unwrap_or_default();
        Some(format!("{} {why}", self.t.with_number("queue-dead", "count", dead)))
    }

    fn is_long(&self) -> bool {
        self.paging.total >= SHORT_LIST
    }

    /// What the list can be filtered by, in words, and whether it is: nothing about a rule where there is none.
    fn filters(&self) -> Vec<(&'static str, String, bool)> {
        let has_rule = self.no_rule.is_none();
        let offered = Filter::ALL.into_iter().skip(1).filter(|filter| has_rule || !filter.asks_the_rule());
        let words = |filter: Filter| self.t.named("filter", filter.as_str()).unwrap_or_default();
        offered.map(|filter| (filter.as_str(), words(filter), filter == self.paging.filter)).collect()
    }

    /// How an award to be made is shown, and what is said of it.
    fn queued(&self, line: &LearnerLine) -> Option<(&'static str, String)> {
        let queued = line.queued?;
        let kind = if queued == QueuedAward::GivenUp { "bad" } else { "near" };
        Some((kind, queued_text(self.t, queued)))
    }

    fn can_award(&self) -> bool {
        self.lines.iter().any(|line| line.award.is_none() && line.is_member)
    }
}

/// `GET /s/{token}/course`.
///
/// # Errors
/// [`Failure`] as a page; a roster that cannot be had is a notice on this page and no failure.
pub async fn show(
    instructor: Instructor,
    state: web::Data<AppState>,
    web::Query(done): web::Query<Done>,
    web::Query(asked): web::Query<Asked>,
    view: web::Query<View>,
) -> Result<HttpResponse, Failure> {
    let session = instructor.session();
    let course = open_course(&state, &instructor).await?;
    let purpose = if done.reading.is_some() { Purpose::WaitingPage } else { Purpose::Page };
    let roster = roster_of(&state, session, course.course_id, purpose).await?;
    let (learners, notice) = match known(roster, session) {
        Ok(known) => known,
        Err(Unread(count)) => return Ok(watch::page(&instructor, count).respond()),
    };
    let awards = state.store.list_awards(course.course_id).await?;
    let is_whole = notice == RosterNotice::None;
    let groups = state.store.list_groups(course.course_id).await?;
    let mut lines = lines(&learners, &awards, is_whole);
    mark_queued(&state, course.course_id, &mut lines).await?;
    let now = state.clock.now();
    let ending = lines.iter().filter(|line| is_ending(line, now)).count();
    let Listing { lines, paging, has_rule } =
        list_page(&state, course.course_id, session.language, lines, &view, &groups).await?;
    let no_rule = if has_rule { None } else { Some(no_rule(&state, course.course_id).await?) };
    let column_path = super::column::path(&state, session, &course).await?;
    let page = CoursePage {
        t: session.language,
        course_title: course.title.clone(),
        achievement_path: achievement_path(&course),
        awards_path: session.path("course"),
        award_path: session.path("awards"),
        credentials_path: session.path("credentials"),
        revoke_path: session.path("awards"),
        badge_path: session.path("badge"),
        lines,
        paging,
        groups,
        no_rule,
        rule_path: session.path("rule"),
        texts: course.texts,
        notice,
        scores: state.store.count_scores(course.course_id).await?,
        column_path,
        queue: state.store.count_jobs(course.course_id).await?,
        recipients_path: session.path("recipients"),
        reports_path: session.reports_path(),
        approve_path: session.path("approvals"),
        queue_path: session.path("queue"),
        retry_path: session.path("awards/retry"),
        done,
        asked,
        ending,
        now,
    };
    Ok(page.respond())
}

/// The roster is being read; so many are.
struct Unread(usize);

/// Who is known to learn in the course, and what is said about the rest.
fn known(roster: CourseRoster, session: &Session) -> Result<(Vec<Learner>, RosterNotice), Unread> {
    match roster {
        CourseRoster::Known(roster) if roster.is_cut => {
            let limit = roster.learners.len();
            Ok((roster.learners, RosterNotice::Cut(limit)))
        }
        CourseRoster::Known(roster) => Ok((roster.learners, RosterNotice::None)),
        CourseRoster::Reading { count } => Err(Unread(count)),
        CourseRoster::NotOffered => Ok((Vec::new(), RosterNotice::NotOffered)),
        CourseRoster::Failed(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(reason = %error, cause, platform = session.platform.issuer, "roster cannot be had");
            Ok((Vec::new(), RosterNotice::Failed))
        }
    }
}

/// The key of the sentence of a course without a rule: it may have had one.
async fn no_rule(state: &AppState, course_id: Uuid) -> Result<&'static str, StoreError> {
    Ok(if state.store.has_rule_edition(course_id).await? { "sentence-manual" } else { "rule-none" })
}

fn is_ending(line: &LearnerLine, now: Timestamp) -> bool {
    let award = line.award.as_ref();
    award.and_then(|award| Expiry::of(award.valid_until, now)).is_some_and(|expiry| expiry.is_due())
}
