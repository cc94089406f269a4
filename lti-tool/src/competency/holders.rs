//! `/reports/model/holders`: who holds what, as far as the rules let the reader see it, a page at a time, searched and filtered.
//!
//! `badges.list_visible_holders` enforces the rules. Whoever looks at the list is in the audit trail.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::visibility::{HIGHEST_LEVEL, Said, say};
use crate::{
    admin::session::{Reader, Role},
    error::Failure,
    language::Language,
    page::Page,
    report::pages::Head,
    state::AppState,
    store::visibility::{HolderRow, HolderView},
};

/// Holders of one page: it stays below 50 KB.
const PAGE: usize = 25;
/// The longest search, in characters.
const LONGEST_SEARCH: usize = 100;

/// What the reader looks at, as links and the form say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Wanted {
    /// Part of a name, an id or a badge's name.
    #[serde(default)]
    search: String,
    /// A level; whatever is none is all.
    #[serde(default)]
    level: String,
    /// A population; empty for everybody.
    #[serde(default)]
    population: String,
    /// Counted from one.
    #[serde(default)]
    page: Option<usize>,
}

/// What is shown of the list, and what there is besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) search: String,
    pub(crate) level: Option<i32>,
    pub(crate) population: String,
    pub(crate) page: usize,
    pub(crate) pages: usize,
    pub(crate) total: usize,
}

impl Shown {
    fn of(wanted: Wanted) -> Self {
        let text = |text: String| text.replace('\0', "").trim().chars().take(LONGEST_SEARCH).collect();
        let level = wanted.level.parse().ok().filter(|level| (1..=HIGHEST_LEVEL).contains(level));
        let (search, population) = (text(wanted.search), text(wanted.population));
        Self { search, level, population, page: wanted.page.unwrap_or(1).max(1), pages: 1, total: 0 }
    }

    /// With so many found; a page beyond the last is the last.
    pub(crate) fn found(self, total: usize) -> Self {
        let pages = total.div_ceil(PAGE).max(1);
        Self { page: self.page.clamp(1, pages), pages, total, ..self }
    }

    /// Whether anything is asked for but the whole list.
    pub(crate) fn is_narrow(&self) -> bool {
        !self.search.is_empty() || self.level.is_some() || !self.population.is_empty()
    }

    /// The query of another page of the same search and filters; `None` if there is none.
    fn query(&self, page: usize) -> Option<String> {
        if page == 0 || page > self.pages || page == self.page {
            return None;
        }
        let mut query = Serializer::new(String::new());
        let level = self.level.map(|level| level.to_string()).unwrap_or_default();
        let fields = [("search", &self.search), ("level", &level), ("population", &self.population)];
        query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
        Some(query.append_pair("page", &page.to_string()).finish())
    }

    /// The query of the page before.
    pub(crate) fn before(&self) -> Option<String> {
        self.query(self.page.saturating_sub(1))
    }

    /// The query of the page after.
    pub(crate) fn after(&self) -> Option<String> {
        self.query(self.page.saturating_add(1))
    }
}

/// The page.
#[derive(askama::Template)]
#[template(path = "competency/holders.html")]
pub(crate) struct HoldersPage {
    pub(crate) t: Language,
    pub(crate) head: Head,
    pub(crate) rules: Vec<Said>,
    pub(crate) shown: Shown,
    pub(crate) populations: Vec<String>,
    pub(crate) holders: Vec<HolderRow>,
}

impl Page for HoldersPage {}

impl HoldersPage {
    /// Where the holder belongs, in words.
    fn belongs(&self, holder: &HolderRow) -> String {
        let words = holder.population.as_deref().unwrap_or_default().split(", ");
        self.t.list(&words.map(|word| self.population(word)).collect::<Vec<_>>())
    }

    fn population(&self, word: &str) -> String {
        self.t.population(word)
    }

    /// The levels that a rule lets the reader see, in words, and whether each is chosen.
    fn levels(&self) -> Vec<(String, String, bool)> {
        let lowest = self.rules.iter().map(|rule| rule.from_level).min().unwrap_or(1);
        let words = |level: &str| self.t.with("report-level", "level", level);
        let levels =
            (lowest..=HIGHEST_LEVEL).map(|level| (level.to_string(), self.shown.level == Some(level)));
        levels.map(|(level, is_chosen)| (level.clone(), words(&level), is_chosen)).collect()
    }

    fn count(&self) -> String {
        self.t.with_number("model-holders-count", "count", self.shown.total)
    }

    fn place(&self) -> String {
        self.t.with_numbers("pager-place", ("page", self.shown.page), ("pages", self.shown.pages))
    }
}

/// `GET /reports/model/holders`.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    request: HttpRequest,
    reader: Reader,
    state: web::Data<AppState>,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Failure> {
    let t = Language::of_request(&request);
    let (did, role) = (state.issuer_profile().id, reader.role.name());
    let shown = Shown::of(wanted.into_inner());
    let view = HolderView {
        search: &shown.search,
        level: shown.level,
        population: &shown.population,
        page: shown.page,
        size: PAGE,
    };
    let (holders, total) = state.store.list_visible_holders(&did, role, &reader.name, &view).await?;
    let rules = state.store.list_visibility(&did).await?;
    let page = HoldersPage {
        t,
        rules: rules.iter().filter(|rule| rule.viewer == role).map(|rule| say(t, rule)).collect(),
        populations: state.store.list_populations(&did).await?,
        head: Head::today(reader, &state),
        shown: shown.found(total),
        holders,
    };
    Ok(page.respond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: usize, total: usize) -> Shown {
        let wanted = Wanted {
            search: " 佐藤 ".to_owned(),
            level: "3".to_owned(),
            population: "a&b".to_owned(),
            page: Some(page),
        };
        Shown::of(wanted).found(total)
    }

    #[test]
    fn search_and_filters_are_kept_in_every_link() {
        let shown = shown(2, 60);
        let own = "search=%E4%BD%90%E8%97%A4&level=3&population=a%26b";
        assert_eq!(shown.before(), Some(format!("{own}&page=1")));
        assert_eq!(shown.after(), Some(format!("{own}&page=3")));
        assert_eq!(Shown::of(Wanted::default()).found(26).after().as_deref(), Some("page=2"));
    }

    #[test]
    fn a_page_that_is_not_there_is_the_nearest() {
        assert_eq!((shown(9, 60).page, shown(0, 60).page, shown(9, 0).page), (3, 1, 1));
        assert_eq!((shown(1, 25).pages, shown(1, 25).after()), (1, None));
        assert_eq!((shown(3, 60).after(), shown(1, 60).before()), (None, None));
    }

    #[test]
    fn a_level_that_is_none_is_all_levels() {
        for level in ["", "x", "0", "99", "-1"] {
            let wanted = Wanted { level: level.to_owned(), ..Wanted::default() };
            assert_eq!(Shown::of(wanted).level, None, "{level}");
        }
    }
}
