//! Every URL of the tool.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    middleware::{Compress, from_fn},
    web::{self, Data, FormConfig, ServiceConfig, get, post},
};

use crate::{
    admin::{entry, oidc, overview, platform, register, sign_ins},
    asset,
    belonging::office as populations,
    competency::{self, holders, visibility},
    completion::canvas_events,
    course::{
        awards,
        badge::{self, competencies, picture},
        bulk, buttons, column, expiry, export, facts, image, judgement, recipients, rule, watch,
    },
    credential::{catalogue, download, older, page, public, status_list},
    deep_linking,
    error::{Failure, with_error_pages},
    examination::{office, own},
    identity, launch,
    learner::{self, badge as badge_of_learner},
    login, notice,
    page::with_security_headers,
    path::{self, progress, steps},
    privacy, receipt,
    registration::{self, manual},
    report::{door, filed, model, pages as reports},
    review,
    state::AppState,
    verify_page,
};

/// A form with every learner of a large course ticked.
const LONGEST_FORM: usize = 4 * 1024 * 1024;

/// Adds all routes.
pub fn configure(state: Data<AppState>) -> impl FnOnce(&mut ServiceConfig) {
    move |service| {
        let pages = web::scope("")
            .wrap(Compress::default())
            .wrap(from_fn(with_error_pages))
            .wrap(from_fn(with_security_headers))
            // LTI
            .route(login::PATH, get().to(login::login_by_get))
            .route(login::PATH, post().to(login::login_by_post))
            .route(login::chain::CONTINUE_PATH, get().to(login::chain::continue_login))
            .route(login::REDIRECT_PATH, post().to(launch::launch))
            // Patterns are tried in this order, and ten thousand learners come at nine o'clock.
            .service(
                web::scope("/s/{token}")
                    .configure(learners)
                    .configure(instructors)
                    .configure(badges)
                    .default_service(web::to(nowhere)),
            )
            .route(notice::PATH, post().to(notice::receive))
            .route(canvas_events::PATH, post().to(canvas_events::receiver::receive))
            .route("/register/{token}", get().to(registration::register))
            .route(manual::CANVAS_PATH, get().to(manual::canvas_configuration))
            .route("/.well-known/jwks.json", get().to(public::jwks))
            .configure(everybody)
            .route(asset::ROUTE, get().to(asset::show))
            .configure(administration)
            .configure(reporting)
            .configure(people)
            // operators
            .route("/healthz", get().to(HttpResponse::Ok))
            .route("/readyz", get().to(ready))
            .default_service(web::to(nowhere));
        service.app_data(state).app_data(FormConfig::default().limit(LONGEST_FORM)).service(pages);
    }
}

/// What instructors do in their course. All that needs a session is one scope, whose pattern is looked for once.
fn instructors(service: &mut ServiceConfig) {
    service
        .route("/course", get().to(awards::show))
        .route("/roster/events", get().to(watch::events))
        .route("/awards", post().to(buttons::award))
        .route("/column", post().to(column::add))
        .route("/awards.csv", get().to(export::show))
        .route("/awards/retry", post().to(buttons::retry))
        .route("/awards/{assertion_id}/revoke", post().to(buttons::revoke))
        .route("/awards/{assertion_id}/keep", post().to(judgement::keep))
        .route("/awards/{assertion_id}/renew", post().to(expiry::renew))
        .route("/approvals", post().to(judgement::approve))
        .route("/queue", get().to(bulk::show))
        .route("/queue/events", get().to(bulk::events))
        .route("/queue/cancel", post().to(bulk::cancel))
        .route("/recipients", get().to(recipients::show))
        .route("/recipients", post().to(recipients::award))
        .route("/rule", get().to(rule::show))
        .route("/rule", post().to(rule::save))
        .route("/place", get().to(deep_linking::show))
        .route("/place", post().to(deep_linking::place))
        .route("/facts", get().to(facts::show))
        .route("/facts", post().to(facts::record))
        .route("/review", get().to(review::show));
}

/// What learners have, and what they decide about it.
fn learners(service: &mut ServiceConfig) {
    service
        .route("/mine", get().to(learner::show))
        .route("/reports", post().to(door::enter))
        .route("/privacy", get().to(privacy::show))
        .route("/privacy/erase", post().to(privacy::erase))
        .route("/examinations", get().to(own::show))
        .route("/examinations", post().to(own::save))
        .route("/identities", get().to(identity::show))
        .route("/identities", post().to(identity::link))
        .route("/identities/code", post().to(identity::show_code))
        .route("/identities/end", post().to(identity::end))
        .route("/programmes", get().to(path::list))
        .route("/programmes/{id}", get().to(path::walk))
        .route("/credentials/{assertion_id}", get().to(badge_of_learner::show))
        .route("/credentials/{assertion_id}/download", get().to(badge_of_learner::download))
        .route("/credentials/{assertion_id}/accept", post().to(badge_of_learner::accept))
        .route("/credentials/{assertion_id}/decline", post().to(badge_of_learner::decline))
        .route("/credentials/{assertion_id}/share", post().to(badge_of_learner::share))
        .route("/credentials/{assertion_id}/unshare", post().to(badge_of_learner::unshare))
        .route("/credentials/{assertion_id}/receipts", get().to(receipt::show))
        .route("/credentials/{assertion_id}/receipts", post().to(receipt::give))
        .route("/credentials/{assertion_id}/receipts/{id}/revoke", post().to(receipt::revoke));
}

/// What needs no session.
fn everybody(service: &mut ServiceConfig) {
    service
        .route("/", get().to(public::home))
        .route("/verify", get().to(verify_page::show))
        .route("/verify", post().to(verify_page::verify))
        .route("/credentials/{id}", get().to(page::show))
        .route("/credentials/{id}/download", get().to(download::download))
        .route("/credentials/{id}/ob2", get().to(older::show_assertion))
        .route("/ob2/badges/{achievement_id}", get().to(older::show_badge_class))
        .route("/ob2/issuers/{issuer_id}", get().to(older::show_issuer))
        .route("/status/{list_id}", get().to(status_list::show))
        .route("/issuers/{id}", get().to(catalogue::show_issuer))
        .route("/programmes/{id}", get().to(catalogue::show_programme))
        .route("/receipts/{id}", get().to(receipt::show_public))
        .route("/achievements/{name}", get().to(public::show_achievement))
        .route("/achievements/{name}/image.svg", get().to(image::show_svg))
        .route("/achievements/{name}/image.png", get().to(image::show_png))
        .route("/.well-known/did.json", get().to(public::did_document));
}

/// Reports, for whoever may read them.
fn reporting(service: &mut ServiceConfig) {
    service
        .route("/reports", get().to(reports::show))
        .route("/reports/model", get().to(competency::show))
        .route("/reports/model/holders", get().to(holders::show))
        .route("/reports/model/visibility", post().to(visibility::give))
        .route("/reports/model/visibility/{id}/end", post().to(visibility::end))
        .route("/reports/programmes", get().to(model::show_programmes))
        .route("/reports/programmes/{id}", get().to(progress::show))
        .route("/reports/programmes/{id}", post().to(progress::change))
        .route("/reports/programmes/{id}/courses", post().to(steps::add_course))
        .route("/reports/programmes/{id}/courses/{course_id}/remove", post().to(steps::remove_course))
        .route("/reports/pack", get().to(reports::download_pack))
        .route("/reports/disclosure-{language}.pdf", get().to(reports::download_document))
        .route("/reports/filed", get().to(filed::show))
        .route("/reports/filed", post().to(filed::file_figures))
        .route("/reports/filed/{moment}", get().to(filed::show_one))
        .route("/reports/{file}", get().to(reports::show_one));
}

/// About people by name, for programme owners and administrators.
fn people(service: &mut ServiceConfig) {
    service
        .route("/people/examinations", get().to(office::show))
        .route("/people/examinations", post().to(office::save))
        .route("/people/examinations/new", get().to(office::show_form))
        .route("/people/examinations/{id}", post().to(office::decide))
        .route("/people/populations", get().to(populations::show))
        .route("/people/populations/{id}", get().to(populations::show_person))
        .route("/people/populations/{id}", post().to(populations::save))
        .route("/people/populations/{id}/code", post().to(populations::make_code));
}

/// What a badge is: texts, picture, competencies.
fn badges(service: &mut ServiceConfig) {
    service
        .route("/badge", get().to(badge::show))
        .route("/badge", post().to(badge::save))
        .route("/badge/preview", post().to(badge::preview))
        .route("/badge/preview.png", get().to(picture::preview))
        .route("/badge/picture", post().to(picture::take))
        .route("/badge/picture/drop", post().to(picture::drop))
        .route("/badge/competencies", get().to(competencies::show))
        .route("/badge/competencies", post().to(competencies::choose));
}

/// The administrators' pages.
fn administration(service: &mut ServiceConfig) {
    service
        .route("/admin", get().to(overview::show))
        .route("/admin/enter/{token}", get().to(entry::show_link))
        .route("/admin/enter/{token}", post().to(entry::enter))
        .route("/admin/sign-in", get().to(oidc::begin_sign_in))
        .route("/admin/callback", get().to(oidc::callback))
        .route("/admin/leave", post().to(entry::leave))
        .route("/admin/invitations", post().to(overview::invite))
        .route("/admin/invitations/{id}/withdraw", post().to(overview::withdraw))
        .route("/admin/errors", get().to(overview::show_errors))
        .route("/admin/trail", get().to(overview::show_trail))
        .route("/admin/sign-ins", get().to(sign_ins::show))
        .route("/admin/sign-ins/{id}/end", post().to(sign_ins::end))
        .route("/admin/platforms", post().to(register::register))
        .route("/admin/platforms/new", get().to(register::show))
        .route("/admin/platforms/{id}", get().to(platform::show))
        .route("/admin/platforms/{id}/approve", post().to(platform::approve))
        .route("/admin/platforms/{id}/suspend", post().to(platform::suspend))
        .route("/admin/platforms/{id}/reports", post().to(platform::allow_reports))
        .route("/admin/platforms/{id}/delete", post().to(platform::delete))
        .route("/admin/platforms/{id}/populations", post().to(platform::change_populations))
        .route("/admin/platforms/{id}/deployments", post().to(platform::add_deployment))
        .route("/admin/platforms/{id}/deployments/remove", post().to(platform::remove_deployment));
}

/// No such address.
async fn nowhere() -> Result<HttpResponse, Failure> {
    Err(Failure::NotFound)
}

/// Whether requests can be answered: the database does.
async fn ready(state: Data<AppState>) -> HttpResponse {
    match state.store.ping().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(error) => {
            tracing::warn!(reason = %error, "not ready");
            HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE).body("the database cannot be reached\n")
        }
    }
}
