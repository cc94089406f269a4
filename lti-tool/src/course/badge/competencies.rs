//! What a badge stands for: competencies of the loaded frameworks, found by search and chosen one by one.
//!
//! They go into newly signed credentials as `alignment` (<https://www.imsglobal.org/spec/ob/v3p0/#alignment>), and into the overlay
//! `badges.alignment` at once, which holds for credentials that were signed before too.

use actix_web::{HttpResponse, http::header, web};
use openbadges::model::Alignment;
use serde::Deserialize;
use uuid::Uuid;

use super::definition;
use crate::{
    award::AwardError,
    course::open_course,
    error::Failure,
    language::{Language, wording::Joiner},
    page::Page,
    session::Instructor,
    state::AppState,
    store::{badge::CompetencyRow, course::CourseRow},
};

/// The most that one badge stands for.
const MOST: usize = 20;
/// The most that a search shows.
const MOST_FOUND: i64 = 25;
/// The longest search, in characters.
const LONGEST_SEARCH: usize = 100;

/// A competency as credentials carry it. One without an address of its own is named by that of its framework.
pub(super) fn alignment(row: &CompetencyRow, joiner: &mut Joiner) -> Alignment {
    let url = row.url.clone().unwrap_or_else(|| {
        let code: String = url::form_urlencoded::byte_serialize(row.code.as_bytes()).collect();
        format!("{}#{code}", row.framework_uri)
    });
    let mut alignment = Alignment::new(&joiner.name(row.name.clone()), &url);
    alignment.target_code = Some(row.code.clone());
    alignment.target_framework = Some(joiner.name(row.framework.clone())).filter(|name| !name.is_empty());
    alignment.target_type = Some("ceasn:Competency".to_owned());
    alignment
}

/// The page.
#[derive(askama::Template)]
#[template(path = "competencies.html")]
pub(crate) struct CompetenciesPage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) awards_path: String,
    pub(crate) badge_path: String,
    pub(crate) rule_path: String,
    pub(crate) search: String,
    pub(crate) chosen: Vec<CompetencyRow>,
    /// What was found and is not chosen.
    pub(crate) found: Vec<CompetencyRow>,
    pub(crate) complaint: Option<&'static str>,
}

impl Page for CompetenciesPage {}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    search: String,
}

/// `GET /s/{token}/badge/competencies`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    instructor: Instructor,
    state: web::Data<AppState>,
    search: web::Query<Search>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    Ok(page_of(&instructor, &state, course, &search.search).await?.respond())
}

async fn page_of(
    instructor: &Instructor,
    state: &AppState,
    course: CourseRow,
    search: &str,
) -> Result<CompetenciesPage, Failure> {
    let search: String = search.replace('\0', "").trim().chars().take(LONGEST_SEARCH).collect();
    let chosen = course.details.competencies;
    let mut found = state.store.search_competencies(&search, MOST_FOUND).await?;
    found.retain(|one| chosen.iter().all(|other| other.competency_id != one.competency_id));
    let session = instructor.session();
    Ok(CompetenciesPage {
        t: session.language,
        course_title: course.title,
        awards_path: session.path("course"),
        badge_path: session.path("badge"),
        rule_path: session.path("rule"),
        search,
        chosen,
        found,
        complaint: None,
    })
}

/// What a button says: one to add or one to remove, and the search to go back to.
#[derive(Debug, Deserialize)]
pub struct ChoiceForm {
    add: Option<Uuid>,
    remove: Option<Uuid>,
    #[serde(default)]
    search: String,
}

/// `POST /s/{token}/badge/competencies`.
///
/// # Errors
/// [`Failure::NotFound`] for a competency that no loaded framework has.
pub async fn choose(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<ChoiceForm>,
) -> Result<HttpResponse, Failure> {
    let mut course = open_course(&state, &instructor).await?;
    let chosen = &mut course.details.competencies;
    if let Some(remove) = form.remove {
        chosen.retain(|one| one.competency_id != remove);
    }
    if let Some(add) = form.add.filter(|add| chosen.iter().all(|one| one.competency_id != *add)) {
        if chosen.len() >= MOST {
            let mut page = page_of(&instructor, &state, course, &form.search).await?;
            page.complaint = Some("competencies-many");
            return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
        }
        chosen.push(state.store.find_competency(add).await?.ok_or(Failure::NotFound)?);
    }
    let profile = state.issuer_profile();
    let (_, definition) = definition(&course, &state.public_url, &profile).map_err(AwardError::from)?;
    let competencies = &course.details.competencies;
    state.store.update_competencies(course.course_id, competencies, &profile.id, &definition).await?;
    tracing::info!(course = %course.course_id, count = competencies.len(), "competencies of a badge chosen");
    let back = match form.search.as_str() {
        "" if form.add.is_none() => instructor.session().path("badge?competencies=1"),
        search => {
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("search", search).finish();
            instructor.session().path(&format!("badge/competencies?{query}"))
        }
    };
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, back)).finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::wording::Wording;

    fn written(url: Option<&str>) -> Alignment {
        alignment(&row(url), &mut Joiner::default())
    }

    fn row(url: Option<&str>) -> CompetencyRow {
        CompetencyRow {
            competency_id: Uuid::nil(),
            code: "1 a".to_owned(),
            name: Wording::both("Adapting", "変化への適応"),
            url: url.map(str::to_owned),
            framework: Wording::both("", "DXリテラシー標準"),
            framework_uri: "https://example.org/dss".to_owned(),
        }
    }

    #[test]
    fn a_competency_becomes_an_alignment_with_both_names() {
        let json = serde_json::to_value(written(Some("https://example.org/1"))).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": ["Alignment"],
                "targetName": "Adapting / 変化への適応",
                "targetUrl": "https://example.org/1",
                "targetCode": "1 a",
                "targetFramework": "DXリテラシー標準",
                "targetType": "ceasn:Competency",
            })
        );
        assert_eq!(written(None).target_url, "https://example.org/dss#1+a");
    }
}
