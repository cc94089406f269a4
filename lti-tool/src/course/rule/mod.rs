//! The page where the instructor says who earns the badge, tries it and saves it.
//!
//! A form for the usual rules and a text for all others. Every save is a new version; nothing is locked, and awards keep the version that
//! made them. Beside the form stands the rule in words ([`sentence`]) and what it says of everybody now; "Try it" asks the sources
//! first ([`preview`]). Nobody is awarded by either.

mod form;
mod preview;
mod rights;
mod sentence;

use std::collections::HashMap;

use actix_web::{HttpResponse, http::header, web};
use serde::Deserialize;

pub(crate) use self::form::{RuleComplaint, RuleForm};
pub(crate) use self::preview::Preview;
#[cfg(test)]
pub(crate) use self::{form::Way, preview::Judged};
use self::{preview::Asks, sentence::sentence};
use super::{
    open_course, reason,
    roster::{CourseRoster, Purpose, roster_of},
};
use crate::{
    error::Failure,
    language::Language,
    page::Page,
    session::Instructor,
    state::AppState,
    store::{
        completion::SourceRow,
        course::CourseRow,
        moodle::MoodleRightsRow,
        rule::{LinkRow, RuleEditionRow},
    },
};

/// The page.
#[derive(askama::Template)]
#[template(path = "rule.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows or hides one part of the page")]
pub(crate) struct RulePage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) awards_path: String,
    pub(crate) badge_path: String,
    pub(crate) rule_path: String,
    pub(crate) facts_path: String,
    pub(crate) links: Vec<LinkRow>,
    /// The link that the instructor came through.
    pub(crate) own_link: Option<String>,
    pub(crate) form: RuleForm,
    /// The latest version, one that leaves it to the instructor too; `None` if none was ever saved.
    pub(crate) version: Option<i32>,
    pub(crate) sources: Vec<SourceRow>,
    /// What Moodle lets the platform's token do, if there is one.
    pub(crate) moodle: Option<MoodleRightsRow>,
    pub(crate) has_canvas: bool,
    pub(crate) has_events: bool,
    pub(crate) complaint: Option<RuleComplaint>,
    /// The rule in words.
    pub(crate) sentence: String,
    /// What it says of everybody; `None` if nobody is on a list, or there is no rule.
    pub(crate) preview: Option<Preview>,
    /// Whether the sources were asked for that.
    pub(crate) is_tried: bool,
    /// Earlier versions, the latest first.
    pub(crate) history: Vec<Edition>,
    pub(crate) is_saved: bool,
}

/// An earlier version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edition {
    /// Its number and day.
    pub(crate) title: String,
    /// In words.
    pub(crate) sentence: String,
}

impl Page for RulePage {}

impl RulePage {
    fn is_way(&self, way: &str) -> bool {
        self.form.way.as_str() == way
    }

    /// The rule's link; without one, or if that is gone, the one that the instructor came through.
    fn is_chosen(&self, link: &LinkRow) -> bool {
        let is_there = self.links.iter().any(|link| link.resource_link_id == self.form.link);
        let chosen = if is_there { Some(&self.form.link) } else { self.own_link.as_ref() };
        chosen == Some(&link.resource_link_id)
    }

    /// Platforms give links numbers; which is which, people know by the one they came through and by the day.
    fn link_title(&self, link: &LinkRow) -> String {
        let date = self.t.date(&link.seen_at);
        let key = if self.own_link.as_ref() == Some(&link.resource_link_id) {
            "rule-link-own"
        } else {
            "rule-link-other"
        };
        self.t.with_texts(key, ("id", &link.resource_link_id), ("date", &date))
    }

    fn has_column(&self) -> bool {
        self.links.iter().any(|link| link.line_item_url.is_some())
    }

    fn source_name(&self, source: &SourceRow) -> String {
        reason::source_name(self.t, source.source)
    }

    fn meaning(&self, source: &SourceRow) -> String {
        self.t.text(crate::completion::texts(source.source).0)
    }

    fn needs(&self, source: &SourceRow) -> String {
        self.t.text(crate::completion::texts(source.source).1)
    }

    fn seen(&self, source: &SourceRow) -> String {
        match &source.seen_at {
            Some(seen) => self.t.with("rule-source-seen", "date", &self.t.moment(seen)),
            None => self.t.text("rule-source-never"),
        }
    }

    fn obstacle(&self, source: &SourceRow) -> Option<String> {
        source.obstacle.as_ref().map(|obstacle| reason::obstacle_text(self.t, source.source, obstacle))
    }

    /// Whether Moodle refuses its token something, and what there is to say about that.
    fn rights(&self, source: &SourceRow) -> Option<(bool, Vec<String>)> {
        rights::said(self.t, source, self.moodle.as_ref())
    }

    fn complaint_text(&self) -> Option<String> {
        self.complaint.as_ref().map(|complaint| match complaint {
            RuleComplaint::Text(error) => self.t.with("rule-error-text", "error", error),
            RuleComplaint::Dates => self.t.text("rule-error-dates"),
            RuleComplaint::Link => self.t.text("rule-error-link"),
            RuleComplaint::Column => self.t.text("rule-error-column"),
            RuleComplaint::Percent => self.t.text("rule-error-percent"),
        })
    }

    fn more(&self, preview: &Preview) -> String {
        self.t.with_number("rule-more", "count", preview.more)
    }

    fn standing_title(&self) -> &'static str {
        if self.is_tried { "rule-preview" } else { "rule-standing" }
    }

    fn version_text(&self) -> String {
        match self.version {
            Some(version) => self.t.with("rule-version", "version", &version.to_string()),
            None => self.t.text("rule-none"),
        }
    }
}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    saved: Option<u8>,
}

/// `GET /s/{token}/rule`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    instructor: Instructor,
    state: web::Data<AppState>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let mut page = page_of(&state, &instructor, &course).await?;
    page.is_saved = done.saved.is_some();
    Ok(page.respond())
}

async fn page_of(state: &AppState, instructor: &Instructor, course: &CourseRow) -> Result<RulePage, Failure> {
    let session = instructor.session();
    let rule = state.store.find_rule(course.course_id).await?;
    let sources = state.store.list_sources(course.course_id).await?;
    let t = session.language;
    let condition = rule.as_ref().map(|rule| rule.condition.clone());
    let sentence = sentence(t, condition.as_ref());
    let learners = state.store.list_members(course.course_id).await?;
    let preview = match (condition, learners.is_empty()) {
        (Some(condition), false) => {
            let standing = form::Chosen { condition: Some(condition), sources: Vec::new() };
            Some(preview::preview(state, instructor, course, &standing, &learners, Asks::Nobody).await?)
        }
        _ => None,
    };
    let earlier = state.store.list_rule_editions(course.course_id).await?;
    let edition = |row: RuleEditionRow| Edition {
        title: t.with_texts(
            "rule-history-one",
            ("version", &row.version.to_string()),
            ("date", &t.date(&row.created_at)),
        ),
        sentence: sentence::sentence(t, row.condition.as_ref()),
    };
    Ok(RulePage {
        t,
        course_title: course.title.clone(),
        awards_path: session.path("course"),
        badge_path: session.path("badge"),
        rule_path: session.path("rule"),
        facts_path: session.path("facts"),
        links: state.store.list_course_links(course.course_id).await?,
        own_link: session.resource_link_id.clone(),
        form: RuleForm::of(rule.as_ref(), &sources),
        moodle: state.store.find_moodle_rights(session.platform.registration_id).await?,
        has_canvas: state
            .store
            .find_canvas_key(session.platform.registration_id, state.clock.now())
            .await?
            .is_some(),
        has_events: state.store.find_canvas_stream(session.platform.registration_id).await?.is_some(),
        version: earlier.first().map(|latest| latest.version),
        sources,
        complaint: None,
        sentence,
        preview,
        is_tried: false,
        history: earlier.into_iter().skip(1).map(edition).collect(),
        is_saved: false,
    })
}

/// The fields of the form, by name.
type Fields = HashMap<String, String, std::hash::RandomState>;

/// `POST /s/{token}/rule`: tries the rule, looks what it would say of what is known, or saves it.
///
/// # Errors
/// [`Failure`] as a page; a rule that cannot be read is a sentence above the form.
pub async fn save(
    instructor: Instructor,
    state: web::Data<AppState>,
    web::Form(fields): web::Form<Fields>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let form = RuleForm::read(&fields);
    let mut page = page_of(&state, &instructor, &course).await?;
    let known = form::Known {
        links: &page.links,
        has_moodle: page.moodle.is_some(),
        has_canvas: page.has_canvas,
        has_events: page.has_events,
    };
    let chosen = match form.choose(known) {
        Ok(chosen) => chosen,
        Err(complaint) => {
            page.form = form;
            page.complaint = Some(complaint);
            page.preview = None;
            page.sentence = page.complaint_text().unwrap_or_default();
            return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let session = instructor.session();
    if fields.contains_key("try") || fields.contains_key("look") {
        page.is_tried = fields.contains_key("try");
        let asks = if page.is_tried { Asks::Sources } else { Asks::Nobody };
        let learners = match asks {
            Asks::Nobody => state.store.list_members(course.course_id).await?,
            Asks::Sources => match roster_of(&state, session, course.course_id, Purpose::Award).await? {
                CourseRoster::Known(roster) => roster.learners,
                _ => Vec::new(),
            },
        };
        page.preview = Some(preview::preview(&state, &instructor, &course, &chosen, &learners, asks).await?);
        page.sentence = sentence(session.language, chosen.condition.as_ref());
        page.form = form;
        return Ok(page.respond());
    }
    let (condition, author) = (chosen.condition.as_ref(), instructor.user_id());
    let version = state.store.insert_rule(course.course_id, condition, author, &chosen.sources).await?;
    tracing::info!(course = %course.course_id, version, "rule saved");
    let location = session.path("rule?saved=1");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}
