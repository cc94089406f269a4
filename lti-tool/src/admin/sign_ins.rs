//! `/admin/sign-ins`: who is signed in outside of the platforms, which one-time links are open, and a button that ends each.
//!
//! Sessions are looked up at every request, so that one that is ended is over at the next. `lti-tool admin list` and `admin end` do the same.

use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use super::{
    oidc,
    session::{Administrator, Confirmed, Role},
};
use crate::{
    config::AdminConfig,
    error::Failure,
    language::Language,
    page::{Page, see_other},
    state::AppState,
    store::sign_in::{Ground, SignInRow},
};

/// Path of the page.
const PATH: &str = "/admin/sign-ins";

/// A sign-in with what the person may do now.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) row: SignInRow,
    /// `None` for somebody whom the settings' lists do not name any more.
    pub(crate) role: Option<Role>,
    /// Whether it is the reader's own.
    pub(crate) is_own: bool,
}

/// The page.
#[derive(askama::Template)]
#[template(path = "admin/sign_ins.html")]
pub(crate) struct SignInsPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) lines: Vec<Line>,
}

impl Page for SignInsPage {}

impl SignInsPage {
    fn role(&self, line: &Line) -> String {
        let known = line.role.and_then(|role| self.t.named("admin-role", role.name()));
        known.unwrap_or_else(|| self.t.text("admin-role-none"))
    }

    fn ground(&self, line: &Line) -> String {
        match &line.row.ground {
            Ground::OpenLink => self.t.text("admin-ground-open-link"),
            Ground::Link => self.t.text("admin-ground-link"),
            Ground::Provider(provider) => self.t.with("admin-ground-provider", "provider", provider),
            Ground::Launch(platform) => self.t.with("admin-ground-launch", "platform", platform),
        }
    }

    fn period(&self, line: &Line) -> String {
        let moment = |moment| self.t.moment(moment);
        self.t.with_texts(
            "admin-sign-in-period",
            ("begun", &moment(&line.row.begun_at)),
            ("end", &moment(&line.row.expires_at)),
        )
    }

    fn button(&self, line: &Line) -> (String, String) {
        let (text, label) = if line.row.ground == Ground::OpenLink {
            ("admin-withdraw", "admin-withdraw-link-of")
        } else {
            ("admin-sign-in-end", "admin-sign-in-end-of")
        };
        (self.t.text(text), self.t.with(label, "name", &super::shown_name(self.t, &line.row.name)))
    }
}

/// What somebody may do now: by the lists of the settings if a provider vouched for them.
pub(crate) fn role_now(row: &SignInRow, config: &AdminConfig) -> Option<Role> {
    match &row.ground {
        Ground::Provider(provider) => oidc::role_of(&row.name, provider, config),
        Ground::OpenLink | Ground::Link | Ground::Launch(_) => Some(row.role),
    }
}

/// `GET /admin/sign-ins`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    administrator: Administrator,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let Administrator { name, form_token, session_id } = administrator;
    let line = |row: SignInRow| Line {
        role: role_now(&row, &state.config.admin),
        is_own: row.sign_in_id == session_id,
        row,
    };
    let rows = state.store.list_sign_ins(state.clock.now()).await?;
    let lines = rows.into_iter().map(line).collect();
    Ok(SignInsPage { t: Language::of_request(&request), name, form_token, lines }.respond())
}

/// `POST /admin/sign-ins/{id}/end`.
///
/// # Errors
/// [`Failure::NotFound`] if it has ended, or the link was used meanwhile.
pub async fn end(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    if state.store.end_sign_in(*id, &form.administrator.name).await? {
        Ok(see_other(PATH))
    } else {
        Err(Failure::NotFound)
    }
}
