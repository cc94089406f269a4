//! `/people/populations`: where somebody belongs, by hand with a date and a reason; and one-time codes that link identities.
//!
//! For programme owners and administrators to read, for administrators to change.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    hand::{self, ByHand},
    search::{Found, Search},
};
use crate::{
    admin::{
        session::{Confirmed, Reader, Role},
        shown_name,
    },
    error::Failure,
    identity,
    language::Language,
    page::{Page, see_other},
    report::AsOf,
    state::AppState,
    store::{belonging::BelongingRow, examination::FoundPerson, identity::IdentityRow},
};

/// Path of the pages.
pub const PATH: &str = "/people/populations";

/// The search.
#[derive(askama::Template)]
#[template(path = "belonging/search.html")]
pub(crate) struct SearchPage {
    pub(crate) t: Language,
    pub(crate) reader: Reader,
    pub(crate) search: String,
    pub(crate) people: Vec<FoundPerson>,
}

impl Page for SearchPage {}

/// One person.
#[derive(askama::Template)]
#[template(path = "belonging/person.html")]
pub(crate) struct PersonPage {
    pub(crate) t: Language,
    pub(crate) reader: Reader,
    pub(crate) person: FoundPerson,
    pub(crate) belongings: Vec<BelongingRow>,
    pub(crate) populations: Vec<String>,
    pub(crate) identities: Vec<IdentityRow>,
    pub(crate) today: String,
    /// A code that was just made; it is shown once.
    pub(crate) code: Option<String>,
    pub(crate) is_changed: bool,
}

impl Page for PersonPage {}

impl PersonPage {
    fn population(&self, word: &str) -> String {
        self.t.population(word)
    }

    fn belonging(&self, row: &BelongingRow) -> String {
        let population = self.population(&row.population);
        if row.legal_entity.is_empty() { population } else { format!("{population}, {}", row.legal_entity) }
    }

    fn period(&self, row: &BelongingRow) -> String {
        let day = |text: &str| crate::examination::day(self.t, text);
        match &row.valid_until {
            None => self.t.with("programme-from", "first", &day(&row.valid_from)),
            Some(until) => {
                self.t.with_texts("people-until", ("first", &day(&row.valid_from)), ("end", &day(until)))
            }
        }
    }

    fn said(&self, row: &BelongingRow) -> String {
        let origin = self.t.named("people-origin", &row.origin).unwrap_or_else(|| row.origin.clone());
        self.t.with_all(
            "people-said",
            &[
                ("origin", origin.into()),
                ("source", row.source.as_str().into()),
                ("date", self.t.date(&row.recorded_at).into()),
                ("by", shown_name(self.t, &row.recorded_by).into()),
            ],
        )
    }
}

/// What the page before it has done.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    changed: Option<u8>,
}

/// `GET /people/populations`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    wanted: web::Query<Search>,
) -> Result<HttpResponse, Failure> {
    reader.require_owner()?;
    let Found { search, people } = wanted.run(&state).await?;
    Ok(SearchPage { t: Language::of_request(&request), reader, search, people }.respond())
}

async fn page(
    t: Language,
    reader: Reader,
    state: &AppState,
    recipient_id: Uuid,
) -> Result<PersonPage, Failure> {
    let did = state.issuer_profile().id;
    let person = hand::find(state, recipient_id).await?;
    Ok(PersonPage {
        t,
        reader,
        person,
        belongings: state.store.list_belongings(recipient_id).await?,
        populations: state.store.list_populations(&did).await?,
        identities: state.store.list_linked(&[recipient_id]).await?,
        today: AsOf::now(state.clock.now()).day_text(),
        code: None,
        is_changed: false,
    })
}

/// `GET /people/populations/{id}`.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_person(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    recipient_id: web::Path<Uuid>,
    done: web::Query<Done>,
) -> Result<HttpResponse, Failure> {
    reader.require_owner()?;
    let page = page(Language::of_request(&request), reader, &state, *recipient_id).await?;
    Ok(PersonPage { is_changed: done.changed.is_some(), ..page }.respond())
}

/// `POST /people/populations/{id}`: where somebody belongs from a day on; administrators only.
///
/// # Errors
/// [`Failure::BadRequest`] without a day, a word or a reason.
pub async fn save(
    form: Confirmed,
    state: web::Data<AppState>,
    recipient_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let other = form.field("other");
    let population = if other.is_empty() { form.field("population") } else { other };
    let (legal_entity, from, reason) = (form.field("legal_entity"), form.field("from"), form.field("reason"));
    let said = ByHand::new(population, legal_entity, from, reason, state.clock.now())?;
    let person = hand::record(&state, *recipient_id, &said, &form.administrator.name).await?;
    Ok(see_other(&format!("{PATH}/{}?changed=1", person.recipient_id)))
}

/// `POST /people/populations/{id}/code`: a one-time code for the person, shown this once; administrators only.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn make_code(
    request: HttpRequest,
    form: Confirmed,
    reader: Reader,
    state: web::Data<AppState>,
    recipient_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let page = page(Language::of_request(&request), reader, &state, *recipient_id).await?;
    let code = identity::make_code(&state, *recipient_id, &form.administrator.name, identity::OFFICE_SECONDS)
        .await?;
    Ok(PersonPage { code: Some(code), ..page }.respond())
}
