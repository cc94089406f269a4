//! The typed session: who is here, in which course of whose installation, and what they may do.
//!
//! The token stands in the path of every page, `/s/{token}/…`: 256 random bits that only this browser knows. So no cookie is needed after
//! the launch, pages work in a frame whatever the browser thinks of third parties, and no other site can forge a request, because it
//! cannot know the address. `Referrer-Policy: no-referrer` keeps the address from others, `no-store` from caches; the log has route
//! patterns only; the database has a hash only.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use url::Url;

use crate::{
    error::Failure,
    frame::Frame,
    language::Language,
    lti::{deep_linking::Takes, role::Standing},
    platform::Platform,
    secret,
    state::AppState,
    store::{StoreError, course::CourseKey, session::SessionRow},
};

/// Why a request has no session, or not the right one.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Unknown, or expired.
    #[error("session is unknown or has expired")]
    Expired,
    /// A learner asks for an instructor's page.
    #[error("page is for instructors of the course")]
    InstructorsOnly,
    /// The launch came from outside a course.
    #[error("launch came without a course")]
    NoCourse,
    /// The launch did not say who it is.
    #[error("launch was anonymous")]
    Anonymous,
    /// Not an administrator of the institution, or of a platform whose administrators may not read the reports.
    #[error("launch does not lead to the reports")]
    NoReports,
    /// The session was not begun by a deep linking request.
    #[error("launch was no deep linking request")]
    NoDeepLink,
    /// The database.
    #[error("the session cannot be found")]
    Store(#[from] StoreError),
}

/// Where a chosen badge goes (<https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepLink {
    /// Where the browser takes the answer.
    pub return_url: Url,
    /// What the platform wants back with it.
    pub data: Option<String>,
    /// What it may be.
    pub takes: Vec<Takes>,
}

/// Somebody who launched.
#[derive(Clone, Debug)]
pub struct Session {
    token: String,
    /// The platform.
    pub platform: Arc<Platform>,
    /// The tenant within the platform.
    pub deployment_id: String,
    /// The course: its id and title.
    pub context: Option<(String, Option<String>)>,
    /// The person's id, unless anonymous.
    pub user_id: Option<String>,
    /// Their name, if told.
    pub user_name: Option<String>,
    /// What they may do.
    pub standing: Standing,
    /// The language of their pages.
    pub language: Language,
    /// Where the roster is.
    pub memberships_url: Option<Url>,
    /// Where people go back to.
    pub return_url: Option<Url>,
    /// Where a chosen badge goes, if the launch asks for one.
    pub deep_link: Option<DeepLink>,
    /// The link in the course that was opened.
    pub resource_link_id: Option<String>,
    /// Whom the launch is about, if that is somebody else.
    pub for_user_id: Option<String>,
    /// Whether the launch asks what we know about that person.
    pub is_data_privacy: bool,
    /// Whether the reports may be read from here.
    pub reads_reports: bool,
    /// Where the groups of the course are.
    pub groups_url: Option<Url>,
    /// The courses that this one was copied from, the latest first.
    pub context_history: Vec<String>,
    /// Where our columns of the grade book are, if we may make one.
    pub line_items_url: Option<Url>,
}

impl Session {
    fn new(token: String, row: SessionRow) -> Self {
        let url = |text: Option<String>| {
            text.and_then(|text| Url::parse(&text).ok())
                .filter(|url| matches!(url.scheme(), "http" | "https"))
        };
        Self {
            token,
            platform: row.platform,
            deployment_id: row.deployment_id,
            context: row.context_id.map(|id| (id, row.context_title)),
            user_id: row.user_id,
            user_name: row.user_name,
            standing: Standing::from_stored(&row.standing),
            language: Language::from_tag(&row.language).unwrap_or_default(),
            memberships_url: url(row.memberships_url),
            return_url: url(row.return_url),
            deep_link: url(row.deep_link_return_url).map(|return_url| {
                let takes = Takes::ALL.into_iter();
                let takes = takes.filter(|what| row.deep_link_takes.iter().any(|word| word == what.as_str()));
                DeepLink { return_url, data: row.deep_link_data, takes: takes.collect() }
            }),
            resource_link_id: row.resource_link_id,
            for_user_id: row.for_user_id,
            is_data_privacy: row.is_data_privacy,
            reads_reports: row.reads_reports,
            groups_url: url(row.groups_url),
            context_history: row.context_history,
            line_items_url: url(row.line_items_url),
        }
    }

    /// The address of a page of this session.
    #[must_use]
    pub fn path(&self, page: &str) -> String {
        format!("/s/{}/{page}", self.token)
    }

    /// Where the way to the reports begins, for whom there is one.
    #[must_use]
    pub fn reports_path(&self) -> Option<String> {
        (self.reads_reports && self.user_id.is_some()).then(|| self.path("reports"))
    }

    /// The platform's name in `badges.recipient`.
    #[must_use]
    pub fn recipient_platform(&self) -> String {
        format!("{}#{}", self.platform.issuer, self.platform.client_id)
    }

    /// The course, if the launch came from one.
    #[must_use]
    pub fn course(&self) -> Option<CourseKey<'_>> {
        let (context_id, _) = self.context.as_ref()?;
        Some(CourseKey {
            registration_id: self.platform.registration_id,
            deployment_id: &self.deployment_id,
            context_id,
        })
    }

    /// The title of the course, or its id if the platform keeps the title to itself.
    #[must_use]
    pub fn course_title(&self) -> Option<&str> {
        self.context.as_ref().map(|(id, title)| title.as_deref().unwrap_or(id))
    }
}

impl FromRequest for Session {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(find(&request).await?) })
    }
}

async fn find(request: &HttpRequest) -> Result<Session, SessionError> {
    let state = request.app_data::<web::Data<AppState>>().ok_or(SessionError::Expired)?;
    let token = token(request)?;
    let row = state.store.find_session(&secret::hash(token), state.clock.now()).await?;
    Ok(begin_page(request, token, row.ok_or(SessionError::Expired)?))
}

/// The token in the address, unverified.
///
/// # Errors
/// [`SessionError::Expired`] if there is none.
pub(crate) fn token(request: &HttpRequest) -> Result<&str, SessionError> {
    request.match_info().get("token").ok_or(SessionError::Expired)
}

/// The session whose row was found by this token; its platform may frame the answer, and what goes wrong is said in its language.
pub(crate) fn begin_page(request: &HttpRequest, token: &str, row: SessionRow) -> Session {
    let session = Session::new(token.to_owned(), row);
    Frame::of_platform(&session.platform, session.return_url.as_ref()).attach(request);
    request.extensions_mut().insert(session.language);
    session
}

/// An instructor in a course. Only [`Instructor::from_session`] makes one, so that a handler that takes it cannot forget to ask.
#[derive(Clone, Debug)]
pub struct Instructor {
    session: Session,
    user_id: String,
    context_id: String,
    title: String,
}

impl Instructor {
    /// The session as an instructor's.
    ///
    /// # Errors
    /// [`SessionError`] if it is not one, or has no course or person.
    pub fn from_session(session: Session) -> Result<Self, SessionError> {
        if session.standing != Standing::Instructor {
            return Err(SessionError::InstructorsOnly);
        }
        let (context_id, title) = session.context.clone().ok_or(SessionError::NoCourse)?;
        let user_id = session.user_id.clone().ok_or(SessionError::Anonymous)?;
        let title = title.unwrap_or_else(|| context_id.clone());
        Ok(Self { session, user_id, context_id, title })
    }

    /// The session behind it.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The instructor's id at the platform.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The one course that this instructor may touch.
    #[must_use]
    pub fn course(&self) -> CourseKey<'_> {
        CourseKey {
            registration_id: self.session.platform.registration_id,
            deployment_id: &self.session.deployment_id,
            context_id: &self.context_id,
        }
    }

    /// The title of the course.
    #[must_use]
    pub fn course_title(&self) -> &str {
        &self.title
    }
}

impl FromRequest for Instructor {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = Session::from_request(request, payload);
        Box::pin(async move { Ok(Self::from_session(session.await?)?) })
    }
}

#[cfg(test)]
pub(crate) mod tests;
