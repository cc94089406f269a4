//! What an issuer offers, for everybody: the issuer's page, a programme's page, and what is around an achievement.
//!
//! Counts below ten stay unsaid: a small one may mean one person.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    error::Failure,
    language::{Language, wording::Wording},
    page::Page,
    path::{self, Block},
    state::AppState,
    store::{
        StoreError,
        catalogue::{AchievementRow, AlignmentRow, ProgrammeRow},
    },
};

/// Fewer holders are not counted in public.
const FEWEST: i64 = 10;

/// An issuer and what they offer.
#[derive(askama::Template)]
#[template(path = "issuer.html")]
pub(crate) struct IssuerPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) did: String,
    pub(crate) url: Option<String>,
    pub(crate) achievements: Vec<AchievementRow>,
    pub(crate) programmes: Vec<ProgrammeRow>,
}

impl Page for IssuerPage {}

/// A programme and its achievements.
#[derive(askama::Template)]
#[template(path = "programme.html")]
pub(crate) struct ProgrammePage {
    pub(crate) t: Language,
    pub(crate) programme: ProgrammeRow,
    pub(crate) issuer_name: String,
    pub(crate) issuer_path: String,
    pub(crate) summary: Wording,
    pub(crate) blocks: Vec<Block>,
}

impl Page for ProgrammePage {}

impl ProgrammePage {
    /// When it runs, as far as it is said.
    fn period(&self) -> Option<String> {
        path::period(self.t, self.programme.starts_on.as_deref(), self.programme.ends_on.as_deref())
    }
}

/// What is around an achievement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    pub(crate) alignments: Vec<AlignmentRow>,
    pub(crate) programmes: Vec<ProgrammeRow>,
    pub(crate) holders: i64,
}

impl Around {
    /// What is around the achievement with that address.
    pub(super) async fn of(state: &AppState, uri: &str) -> Result<Self, StoreError> {
        Ok(Self {
            alignments: state.store.list_alignments(uri).await?,
            programmes: state.store.list_programmes_with(&[uri.to_owned()]).await?,
            holders: state.store.count_holders(uri).await?,
        })
    }

    /// How many people have it, if that may be said.
    pub(crate) fn said(&self, t: Language) -> String {
        if self.holders < FEWEST {
            t.text("achievement-few-holders")
        } else {
            t.with_number("achievement-holders", "count", usize::try_from(self.holders).unwrap_or_default())
        }
    }
}

/// `GET /issuers/{id}`.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_issuer(
    request: HttpRequest,
    state: web::Data<AppState>,
    issuer_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let issuer = state.store.find_issuer(*issuer_id).await?.ok_or(Failure::NotFound)?;
    let text = |name: &str| issuer.profile.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let url = Some(text("url")).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let page = IssuerPage {
        t: Language::of_request(&request),
        name: Some(text("name")).filter(|name| !name.is_empty()).unwrap_or_else(|| issuer.did.clone()),
        description: text("description"),
        url,
        achievements: state.store.list_achievements(*issuer_id).await?,
        programmes: state.store.list_programmes(*issuer_id).await?,
        did: issuer.did,
    };
    Ok(page.respond())
}

/// `GET /programmes/{id}`.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_programme(
    request: HttpRequest,
    state: web::Data<AppState>,
    programme_id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let details = state.store.find_programme_details(*programme_id).await?.ok_or(Failure::NotFound)?;
    let issuer = state.store.find_issuer(details.issuer_id).await?.ok_or(Failure::NotFound)?;
    let t = Language::of_request(&request);
    let page = ProgrammePage {
        t,
        issuer_name: issuer.profile.get("name").and_then(Value::as_str).unwrap_or(&issuer.did).to_owned(),
        issuer_path: format!("/issuers/{}", details.issuer_id),
        blocks: path::open_blocks(&state, t, details.programme_id).await?,
        summary: details.summary,
        programme: ProgrammeRow {
            programme_id: details.programme_id,
            name: details.name,
            audience: details.audience,
            starts_on: details.starts_on,
            ends_on: details.ends_on,
        },
    };
    Ok(page.respond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_ten_holders_are_not_counted_in_public() {
        let said = |holders| Around { holders, ..Around::default() }.said(Language::En);
        assert_eq!(said(0), said(9));
        assert!(!said(9).contains('9'), "{}", said(9));
        assert_eq!(said(10), "10 people have this badge");
    }
}
