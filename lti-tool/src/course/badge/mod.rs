//! What the badge of a course is: its texts in two languages, its achievement, and the page where the instructor changes it.
//!
//! Achievement: <https://www.imsglobal.org/spec/ob/v3p0/#achievement>. Its name and description are single texts in Open Badges, so that
//! both languages stand in them, one after the other.

use actix_web::{HttpResponse, http::header, web};
use openbadges::model::{Achievement, Criteria, Image, Profile, ProfileRef};
use serde::Deserialize;
use url::Url;

use crate::{
    error::Failure,
    language::Language,
    page::Page,
    session::Instructor,
    state::AppState,
    store::course::{BadgeTexts, CourseRow},
};

/// The longest text that a field takes, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 4000;

impl BadgeTexts {
    /// The name in `language`, or in the other one if it has none.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        pick(language, &self.name_en, &self.name_ja)
    }

    /// The description in `language`, or in the other one.
    #[must_use]
    pub fn description(&self, language: Language) -> &str {
        pick(language, &self.description_en, &self.description_ja)
    }

    /// The criteria in `language`, or in the other one.
    #[must_use]
    pub fn criteria(&self, language: Language) -> &str {
        pick(language, &self.criteria_en, &self.criteria_ja)
    }
}

fn pick<'a>(language: Language, en: &'a str, ja: &'a str) -> &'a str {
    match language {
        Language::Ja if !ja.is_empty() => ja,
        Language::En if en.is_empty() => ja,
        _ => en,
    }
}

/// What a badge says before anybody has written anything.
#[must_use]
pub fn default_texts(course_title: &str) -> BadgeTexts {
    let text = |language: Language, key| language.with(key, "course", course_title);
    BadgeTexts {
        name_en: text(Language::En, "default-badge-name"),
        name_ja: text(Language::Ja, "default-badge-name"),
        description_en: text(Language::En, "default-badge-description"),
        description_ja: text(Language::Ja, "default-badge-description"),
        criteria_en: text(Language::En, "default-badge-criteria"),
        criteria_ja: text(Language::Ja, "default-badge-criteria"),
    }
}

/// The path of the badge's public page.
#[must_use]
pub fn achievement_path(course: &CourseRow) -> String {
    format!("/achievements/{}", course.course_id)
}

/// The achievement as credentials carry it.
#[must_use]
pub fn achievement(course: &CourseRow, public_url: &Url, issuer: &Profile) -> Achievement {
    let id = format!("{}{}", public_url.origin().ascii_serialization(), achievement_path(course));
    let texts = &course.texts;
    let criteria = Criteria {
        id: Some(id.clone()),
        ..Criteria::narrative(&both(&texts.criteria_en, &texts.criteria_ja, "\n\n"))
    };
    let name = both(&texts.name_en, &texts.name_ja, " / ");
    let description = both(&texts.description_en, &texts.description_ja, "\n\n");
    let mut achievement = Achievement::new(&id, &name, &description, criteria);
    achievement.achievement_type = Some("CertificateOfCompletion".to_owned());
    achievement.creator = Some(ProfileRef::from(issuer.clone()));
    achievement.image = Some(Image { caption: Some(name), ..Image::new(&format!("{id}/image.png")) });
    achievement
}

/// Both texts, or the one that there is.
fn both(en: &str, ja: &str, between: &str) -> String {
    if en.is_empty() || ja.is_empty() || en == ja {
        format!("{}{}", en, if en == ja { "" } else { ja })
    } else {
        format!("{en}{between}{ja}")
    }
}

/// What the instructor sends.
#[derive(Debug, Deserialize)]
pub struct BadgeForm {
    name_en: String,
    name_ja: String,
    description_en: String,
    description_ja: String,
    criteria_en: String,
    criteria_ja: String,
}

impl BadgeForm {
    /// The texts without white space around them.
    ///
    /// # Errors
    /// The key of the sentence that says what is wrong.
    fn into_texts(self) -> Result<BadgeTexts, Box<(BadgeTexts, &'static str)>> {
        let tidy = |text: String| text.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
        let texts = BadgeTexts {
            name_en: tidy(self.name_en),
            name_ja: tidy(self.name_ja),
            description_en: tidy(self.description_en),
            description_ja: tidy(self.description_ja),
            criteria_en: tidy(self.criteria_en),
            criteria_ja: tidy(self.criteria_ja),
        };
        let is_missing = |en: &str, ja: &str| en.is_empty() && ja.is_empty();
        let is_long =
            |limit: usize, texts: [&String; 2]| texts.iter().any(|text| text.chars().count() > limit);
        let complaint = if is_missing(&texts.name_en, &texts.name_ja) {
            "badge-name-missing"
        } else if is_missing(&texts.description_en, &texts.description_ja) {
            "badge-description-missing"
        } else if is_missing(&texts.criteria_en, &texts.criteria_ja) {
            "badge-criteria-missing"
        } else if is_long(LONGEST_NAME, [&texts.name_en, &texts.name_ja])
            || is_long(LONGEST_TEXT, [&texts.description_en, &texts.description_ja])
            || is_long(LONGEST_TEXT, [&texts.criteria_en, &texts.criteria_ja])
        {
            "badge-text-long"
        } else {
            return Ok(texts);
        };
        Err(Box::new((texts, complaint)))
    }
}

/// The form.
#[derive(askama::Template)]
#[template(path = "badge.html")]
pub(crate) struct BadgePage {
    pub(crate) t: Language,
    pub(crate) course_title: String,
    pub(crate) awards_path: String,
    pub(crate) badge_path: String,
    pub(crate) rule_path: String,
    pub(crate) achievement_path: String,
    pub(crate) texts: BadgeTexts,
    pub(crate) complaint: Option<&'static str>,
}

impl Page for BadgePage {}

impl BadgePage {
    fn new(
        instructor: &Instructor,
        course: &CourseRow,
        texts: BadgeTexts,
        complaint: Option<&'static str>,
    ) -> Self {
        let session = instructor.session();
        Self {
            t: session.language,
            course_title: course.title.clone(),
            awards_path: session.path("course"),
            badge_path: session.path("badge"),
            rule_path: session.path("rule"),
            achievement_path: achievement_path(course),
            texts,
            complaint,
        }
    }
}

/// `GET /s/{token}/badge`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(instructor: Instructor, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = super::open_course(&state, &instructor).await?;
    let texts = course.texts.clone();
    Ok(BadgePage::new(&instructor, &course, texts, None).respond())
}

/// `POST /s/{token}/badge`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn save(
    instructor: Instructor,
    state: web::Data<AppState>,
    form: web::Form<BadgeForm>,
) -> Result<HttpResponse, Failure> {
    let course = super::open_course(&state, &instructor).await?;
    match form.into_inner().into_texts() {
        Ok(texts) => {
            state.store.update_badge_texts(course.course_id, &texts).await?;
            let location = instructor.session().path("course?saved=1");
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
        }
        Err(incomplete) => {
            let (texts, complaint) = *incomplete;
            let page = BadgePage::new(&instructor, &course, texts, Some(complaint));
            Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

#[cfg(test)]
mod tests;
