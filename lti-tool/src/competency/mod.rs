//! `/reports/model`: what badges stand for, level by level, with the national examinations of each level and who may see who holds them.
//!
//! Nobody sees who holds what unless a rule says so ([`visibility`]); the database keeps and enforces the rules, and [`holders`]
//! shows what they let the reader see.

pub mod holders;
pub mod visibility;

use actix_web::{HttpRequest, HttpResponse, web};

use self::visibility::{Said, VIEWERS, say};
use crate::{
    admin::session::{Reader, Role},
    error::Failure,
    language::{Language, wording::Wording},
    page::Page,
    report::pages::Head,
    state::AppState,
    store::{model::FrameworkRow, visibility::LevelRow},
};

/// The competency model.
#[derive(askama::Template)]
#[template(path = "competency/model.html")]
pub(crate) struct ModelPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) levels: Vec<LevelRow>,
    pub(crate) rules: Vec<Said>,
    pub(crate) frameworks: Vec<FrameworkRow>,
    pub(crate) populations: Vec<String>,
    /// Whether a rule lets the reader see anybody.
    pub(crate) sees_holders: bool,
}

impl Page for ModelPage {}

impl ModelPage {
    fn level_title(&self, row: &LevelRow) -> String {
        let level = row.level.to_string();
        match &row.name {
            Some(name) => {
                self.t.with_texts("model-level-named", ("level", &level), ("name", name.text(self.t)))
            }
            None => self.t.with("report-level", "level", &level),
        }
    }

    fn badges_of(&self, row: &LevelRow) -> String {
        self.t.with_number("model-level-badges", "count", usize::try_from(row.badges).unwrap_or_default())
    }

    /// How badges are linked to an examination.
    fn linked(&self, (_, prepare, recognise): &(Wording, i64, i64)) -> String {
        let number = |count: &i64| usize::try_from(*count).unwrap_or_default();
        self.t.with_numbers(
            "model-examination-linked",
            ("prepare", number(prepare)),
            ("recognise", number(recognise)),
        )
    }

    /// Who sees the holders of badges of that level.
    fn viewers_of<'a>(&'a self, row: &'a LevelRow) -> impl Iterator<Item = &'a Said> {
        self.rules.iter().filter(|rule| rule.from_level <= row.level)
    }

    /// What a badge says about a competency.
    fn relation(&self, word: &str) -> String {
        self.t.named("report-relation", word).unwrap_or_else(|| word.to_owned())
    }

    fn viewers(&self) -> Vec<(&'static str, String)> {
        VIEWERS.iter().map(|role| (role.name(), visibility::viewer(self.t, role.name()))).collect()
    }
}

/// `GET /reports/model`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let did = state.issuer_profile().id;
    let rules = state.store.list_visibility(&did).await?;
    let page = ModelPage {
        t,
        levels: state.store.list_levels(&did).await?,
        frameworks: state.store.list_frameworks(&did).await?,
        populations: state.store.list_populations(&did).await?,
        sees_holders: rules.iter().any(|rule| rule.viewer == reader.role.name()),
        rules: rules.iter().map(|rule| say(t, rule)).collect(),
        head: Head::today(reader, &state),
    };
    Ok(page.respond())
}
