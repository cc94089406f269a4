//! `/admin`: the platforms with what they wait for, the invitations, what went wrong last, and who did what.

use actix_web::{HttpRequest, HttpResponse, web};
use openbadges::time::Timestamp;
use uuid::Uuid;

use super::{
    PATH, entry, lines,
    session::{Administrator, Confirmed},
};
use crate::{
    clock::later,
    error::Failure,
    language::Language,
    page::{Page, see_other},
    registration, secret,
    state::AppState,
    store::{
        admin::AdminEventRow,
        administration::{InvitationRow, PlatformRow},
        refusal::RefusalRow,
    },
};

/// The most lines of a list.
const MOST_LINES: i64 = 100;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 200;
/// How long an invitation can be used, in days, at most and unless somebody says otherwise.
const MOST_DAYS: i64 = 90;
const USUAL_DAYS: i64 = 7;

/// The first page.
#[derive(askama::Template)]
#[template(path = "admin/overview.html")]
pub(crate) struct OverviewPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) platforms: Vec<PlatformRow>,
    pub(crate) invitations: Vec<InvitationRow>,
    /// The link of an invitation that was just made; it is shown once.
    pub(crate) new_link: Option<String>,
}

impl Page for OverviewPage {}

/// What went wrong, or who did what.
#[derive(askama::Template)]
#[template(path = "admin/log.html")]
pub(crate) struct LogPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) lines: LogLines,
}

/// The lines of a [`LogPage`].
pub(crate) enum LogLines {
    /// What went wrong.
    Refusals(Vec<RefusalRow>),
    /// Who did what.
    Events(Vec<AdminEventRow>),
}

impl Page for LogPage {}

impl LogPage {
    fn is_of_errors(&self) -> bool {
        matches!(self.lines, LogLines::Refusals(_))
    }
}

/// `GET /admin`.
///
/// # Errors
/// [`Failure`] as a page; who is not signed in is asked to.
pub async fn show(
    request: HttpRequest,
    administrator: Option<Administrator>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    match administrator {
        Some(administrator) => Ok(overview(&request, &state, administrator, None).await?.respond()),
        None => Ok(entry::sign_in_page(&request, &state)),
    }
}

async fn overview(
    request: &HttpRequest,
    state: &AppState,
    administrator: Administrator,
    new_link: Option<String>,
) -> Result<OverviewPage, Failure> {
    Ok(OverviewPage {
        t: Language::of_request(request),
        name: administrator.name,
        form_token: administrator.form_token,
        platforms: state.store.list_platforms().await?,
        invitations: state.store.list_invitations(state.clock.now()).await?,
        new_link,
    })
}

/// `POST /admin/invitations`: makes a one-time link and shows it, this once.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn invite(
    request: HttpRequest,
    form: Confirmed,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let note: String = form.field("note").replace('\0', "").chars().take(LONGEST_NOTE).collect();
    let days = form.field("days").parse::<i64>().unwrap_or(USUAL_DAYS).clamp(1, MOST_DAYS);
    let token = secret::draw(&*state.chance);
    let expires_at: Timestamp = later(state.clock.now(), days * 86_400);
    let approves = form.field("approves") == "1";
    let actor = &form.administrator.name;
    state.store.insert_invitation(&secret::hash(&token), &note, approves, expires_at, actor).await?;
    let link = state.address(&format!("{}/{token}", registration::PATH));
    Ok(overview(&request, &state, form.administrator, Some(link)).await?.respond())
}

/// `POST /admin/invitations/{id}/withdraw`.
///
/// # Errors
/// [`Failure::NotFound`] if it was used meanwhile.
pub async fn withdraw(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    if state.store.delete_invitation(*id, &form.administrator.name).await? {
        Ok(see_other(PATH))
    } else {
        Err(Failure::NotFound)
    }
}

/// `GET /admin/errors`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show_errors(
    request: HttpRequest,
    administrator: Administrator,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let lines = LogLines::Refusals(state.store.list_refusals(None, MOST_LINES).await?);
    let Administrator { name, form_token, .. } = administrator;
    Ok(LogPage { t: Language::of_request(&request), name, form_token, lines }.respond())
}

/// `GET /admin/trail`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show_trail(
    request: HttpRequest,
    administrator: Administrator,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let lines = LogLines::Events(state.store.list_admin_events(MOST_LINES).await?);
    let Administrator { name, form_token, .. } = administrator;
    Ok(LogPage { t: Language::of_request(&request), name, form_token, lines }.respond())
}
