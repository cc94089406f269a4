//! `/admin/platforms/{id}`: one platform, its deployments, its last launches and errors, and what can be done about it.

use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use super::{
    PATH,
    session::{Administrator, Confirmed},
};
use crate::{
    belonging::hand::parameters,
    error::Failure,
    language::Language,
    page::{Page, see_other},
    state::AppState,
    store::{
        administration::{Deletion, LaunchRow, PlatformRow},
        refusal::RefusalRow,
    },
};

/// The most lines of a list.
const MOST_LINES: i64 = 20;
/// The longest deployment id (<https://www.imsglobal.org/spec/lti/v1p3/#lti-deployment-id-claim>).
const LONGEST_DEPLOYMENT: usize = 255;

/// The page.
#[derive(askama::Template)]
#[template(path = "admin/platform.html")]
pub(crate) struct PlatformPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) path: String,
    pub(crate) platform: PlatformRow,
    pub(crate) launches: Vec<LaunchRow>,
    pub(crate) refusals: Vec<RefusalRow>,
}

impl Page for PlatformPage {}

/// `GET /admin/platforms/{id}`.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show(
    request: HttpRequest,
    administrator: Administrator,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let page = PlatformPage {
        t: Language::of_request(&request),
        name: administrator.name,
        form_token: administrator.form_token,
        path: path(*id),
        platform: state.store.find_platform(*id).await?.ok_or(Failure::NotFound)?,
        launches: state.store.list_launches(*id, MOST_LINES).await?,
        refusals: state.store.list_refusals(Some(*id), MOST_LINES).await?,
    };
    Ok(page.respond())
}

/// `POST /admin/platforms/{id}/approve`.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn approve(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    change_status(&form, &state, *id, true).await
}

/// `POST /admin/platforms/{id}/suspend`: its open sessions end too.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn suspend(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    change_status(&form, &state, *id, false).await
}

async fn change_status(
    form: &Confirmed,
    state: &AppState,
    id: Uuid,
    is_active: bool,
) -> Result<HttpResponse, Failure> {
    let changed = state.store.update_platform_status(id, is_active, &form.administrator.name).await?;
    if changed { Ok(see_other(&path(id))) } else { Err(Failure::NotFound) }
}

/// `POST /admin/platforms/{id}/reports`: whether who administers the institution may read the reports from a launch.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn allow_reports(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let allows = form.field("allow") == "1";
    let changed = state.store.update_platform_reports(*id, allows, &form.administrator.name).await?;
    if changed { Ok(see_other(&path(*id))) } else { Err(Failure::NotFound) }
}

/// `POST /admin/platforms/{id}/delete`: for ever, if no badge was awarded from it; the page asks before.
///
/// # Errors
/// [`Failure::NotFound`], or [`Failure::BadRequest`] if it has awards or the tick is missing, which the page does not offer.
pub async fn delete(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    if form.field("sure") != "1" {
        return Err(Failure::BadRequest("the deletion was not confirmed"));
    }
    match state.store.delete_platform(*id, &form.administrator.name).await? {
        Deletion::Deleted => Ok(see_other(PATH)),
        Deletion::HasAwards => Err(Failure::BadRequest("badges were awarded from this platform")),
        Deletion::Unknown => Err(Failure::NotFound),
    }
}

/// `POST /admin/platforms/{id}/populations`: which custom parameters say where people belong.
///
/// # Errors
/// [`Failure::BadRequest`] if one cannot be the name of a parameter, [`Failure::NotFound`].
pub async fn change_populations(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let [population, entity] = parameters(form.field("population"), form.field("entity"))?;
    let actor = &form.administrator.name;
    let changed = state.store.update_population_parameters(*id, population, entity, actor).await?;
    if changed { Ok(see_other(&path(*id))) } else { Err(Failure::NotFound) }
}

/// `POST /admin/platforms/{id}/deployments`: lets one launch.
///
/// # Errors
/// [`Failure::BadRequest`] if it is no id.
pub async fn add_deployment(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let deployment = form.field("deployment");
    if deployment.is_empty() || deployment.chars().count() > LONGEST_DEPLOYMENT || deployment.contains('\0') {
        return Err(Failure::BadRequest("the deployment id is missing or longer than 255 characters"));
    }
    state.store.insert_deployment(*id, deployment, &form.administrator.name).await?;
    Ok(see_other(&path(*id)))
}

/// `POST /admin/platforms/{id}/deployments/remove`: its open sessions end too.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn remove_deployment(
    form: Confirmed,
    state: web::Data<AppState>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let removed =
        state.store.delete_deployment(*id, form.field("deployment"), &form.administrator.name).await?;
    if removed { Ok(see_other(&path(*id))) } else { Err(Failure::NotFound) }
}

/// The address of a platform's page.
pub(super) fn path(id: Uuid) -> String {
    format!("{PATH}/platforms/{id}")
}
