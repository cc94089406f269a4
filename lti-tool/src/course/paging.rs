//! A long list in pages: a course of 20,000 is looked at twenty-five learners at a time, and searched here and not in the browser.

use openbadges::time::Timestamp;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::{filter::Filter, roster::LearnerLine};
use crate::lti::group::Group;

/// Learners of one page: with their reasons they stay below 50 KB.
pub const PAGE: usize = 25;
/// The longest search that is looked for, in characters.
const LONGEST_SEARCH: usize = 100;

/// What the instructor looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct View {
    /// Part of a name or an address.
    #[serde(default)]
    search: String,
    /// The id of a group of the course.
    #[serde(default)]
    group: String,
    /// The name of a [`Filter`].
    #[serde(default)]
    status: String,
    /// Counted from one.
    #[serde(default)]
    page: Option<usize>,
}

impl View {
    /// The first page of it.
    #[must_use]
    pub fn new(search: &str, group: &str, status: &str) -> Self {
        let (search, group, status) = (search.to_owned(), group.to_owned(), status.to_owned());
        Self { search, group, status, page: None }
    }

    /// Whom it shows, by how it stands with their badge.
    #[must_use]
    pub fn filter(&self) -> Filter {
        Filter::named(&self.status)
    }
}

/// What is shown of the list, and what there is besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// What was searched for; empty for everybody.
    pub search: String,
    /// The id of the group that is looked at; empty for all.
    pub group: String,
    /// How it has to stand with their badge.
    pub filter: Filter,
    /// The page that is shown, counted from one.
    pub page: usize,
    /// All pages of what was found.
    pub pages: usize,
    /// How many lines the whole list has.
    pub total: usize,
    /// How many of them have the badge.
    pub awarded: usize,
    /// How many of those that were found may have it and never had it.
    pub without: usize,
}

impl Paging {
    /// The lines that `view` asks for; a page beyond the last is the last, a group that is none of `groups` is all learners.
    #[must_use]
    pub fn of(
        lines: Vec<LearnerLine>,
        view: &View,
        groups: &[Group],
        now: Timestamp,
    ) -> (Vec<LearnerLine>, Self) {
        let total = lines.len();
        let awarded = lines.iter().filter(|line| line.award.is_some()).count();
        let search: String = view.search.trim().chars().take(LONGEST_SEARCH).collect();
        let group = groups.iter().find(|group| group.group_id == view.group);
        let group = group.map(|group| group.group_id.clone()).unwrap_or_default();
        let filter = view.filter();
        let found = found(lines, &View::new(&search, &group, filter.as_str()), now);
        let without = found.iter().filter(|line| never_had(line)).count();
        let pages = found.len().div_ceil(PAGE).max(1);
        let page = view.page.unwrap_or(1).clamp(1, pages);
        let shown = found.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        (shown, Self { search, group, filter, page, pages, total, awarded, without })
    }

    /// Whether there is more than fits on one page, found or not.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.total > PAGE
    }

    /// The query of another page of what was found; `None` if there is none.
    #[must_use]
    pub fn query(&self, page: usize) -> Option<String> {
        if page == 0 || page > self.pages || page == self.page {
            return None;
        }
        Some(self.found_in(&self.group).append_pair("page", &page.to_string()).finish())
    }

    /// The query of the first page of the same search and filter in a group; empty for all groups.
    #[must_use]
    pub fn of_group(&self, group_id: &str) -> String {
        self.found_in(group_id).finish()
    }

    /// The query of everything that was found, on whatever page.
    #[must_use]
    pub fn whole(&self) -> String {
        self.found_in(&self.group).finish()
    }

    fn found_in(&self, group_id: &str) -> Serializer<'static, String> {
        let mut query = Serializer::new(String::new());
        let fields =
            [("search", self.search.as_str()), ("group", group_id), ("status", self.filter.as_str())];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query
    }

    /// The query of the page before.
    #[must_use]
    pub fn before(&self) -> Option<String> {
        self.query(self.page.saturating_sub(1))
    }

    /// The query of the page after.
    #[must_use]
    pub fn after(&self) -> Option<String> {
        self.query(self.page.saturating_add(1))
    }
}

/// Those whom a view shows, on whatever page. The filter asks for lines that are explained already if it needs reasons.
#[must_use]
pub fn found(lines: Vec<LearnerLine>, view: &View, now: Timestamp) -> Vec<LearnerLine> {
    let (words, group, filter) = (folded(&view.search), &view.group, view.filter());
    let is_in = |line: &LearnerLine| group.is_empty() || line.groups.iter().any(|own| own == group);
    lines.into_iter().filter(|line| is_in(line) && fits(line, &words) && filter.fits(line, now)).collect()
}

/// Whether the badge is new to a member of the course; who lost it gets it again by name alone.
#[must_use]
pub fn never_had(line: &LearnerLine) -> bool {
    line.is_member && line.award.is_none() && line.revoked_because.is_none()
}

fn fits(line: &LearnerLine, words: &str) -> bool {
    let texts = [line.name.as_deref(), line.email.as_deref(), Some(line.user_id.as_str())];
    words.is_empty() || texts.into_iter().flatten().any(|text| folded(text).contains(words))
}

/// Without regard to case and to the space between family and given name.
fn folded(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> Vec<LearnerLine> {
        let learner = |number: usize| crate::lti::membership::Learner {
            user_id: format!("id-{number}"),
            name: Some(format!("鈴木 Learner {number}")),
            email: number.is_multiple_of(2).then(|| format!("L{number}@example.test")),
            groups: if number < 30 { vec!["a".to_owned()] } else { Vec::new() },
        };
        let learners: Vec<_> = (0..count).map(learner).collect();
        super::super::roster::lines(&learners, &[], true)
    }

    fn shown(count: usize, search: &str, page: usize) -> (Vec<LearnerLine>, Paging) {
        of_group(count, search, page, "")
    }

    fn of_group(count: usize, search: &str, page: usize, group: &str) -> (Vec<LearnerLine>, Paging) {
        let view = View { page: Some(page), ..View::new(search, group, "") };
        let groups = [Group { group_id: "a".to_owned(), name: "A".to_owned() }];
        Paging::of(lines(count), &view, &groups, Timestamp::from_unix_seconds(0))
    }

    #[test]
    fn one_page_is_shown_and_the_rest_is_counted() {
        let (lines, paging) = shown(120, "", 5);
        assert_eq!((lines.len(), lines[0].user_id.as_str()), (20, "id-100"));
        assert_eq!((paging.pages, paging.total, paging.awarded, paging.without), (5, 120, 0, 120));
        assert_eq!((paging.before().as_deref(), paging.after()), (Some("page=4"), None));
        assert_eq!(shown(120, "id-11", 1).1.without, 11);
    }

    #[test]
    fn a_group_is_looked_at_and_searched_alone() {
        let (lines, paging) = of_group(120, "", 1, "a");
        assert_eq!((lines.len(), paging.pages, paging.total, paging.without), (25, 2, 120, 30));
        assert_eq!(paging.after().as_deref(), Some("group=a&page=2"));
        assert_eq!(of_group(120, "id-11", 1, "a").1.without, 1);
        assert_eq!(of_group(120, "", 1, "of another course").1.group, "");
    }

    #[test]
    fn a_filter_is_kept_in_every_link() {
        let view = View { page: Some(1), ..View::new("learner", "a", "without") };
        let groups = ["a", "b"].map(|id| Group { group_id: id.to_owned(), name: id.to_owned() });
        let (_, paging) = Paging::of(lines(60), &view, &groups, Timestamp::from_unix_seconds(0));
        assert_eq!(paging.after().as_deref(), Some("search=learner&group=a&status=without&page=2"));
        assert_eq!(paging.whole(), "search=learner&group=a&status=without");
        assert_eq!(paging.of_group("b"), "search=learner&group=b&status=without");
        let (shown, paging) =
            Paging::of(lines(60), &View::new("", "", "revoked"), &groups, Timestamp::from_unix_seconds(0));
        assert_eq!(
            (shown.len(), paging.total, paging.without, paging.of_group("")),
            (0, 60, 0, "status=revoked".to_owned())
        );
    }

    #[test]
    fn a_page_that_is_not_there_is_the_nearest() {
        assert_eq!(shown(120, "", 99).1.page, 5);
        assert_eq!(shown(120, "", 0).1.page, 1);
        assert_eq!((shown(0, "", 1).1.pages, shown(25, "", 1).1.is_long()), (1, false));
    }

    #[test]
    fn names_addresses_and_ids_are_found_whatever_their_case_and_spaces() {
        for (search, found) in
            [("learner 7", 1), ("鈴木learner 7", 1), ("l8@EXAMPLE", 1), ("id-9", 1), ("nobody", 0)]
        {
            assert_eq!(shown(10, search, 1).0.len(), found, "{search}");
        }
        let (_, paging) = shown(300, "learner", 2);
        assert_eq!(paging.after().as_deref(), Some("search=learner&page=3"));
    }
}
