//! What the badge of a course is: its texts in two languages, its achievement, and the page where the instructor changes it.
//!
//! Achievement: <https://www.imsglobal.org/spec/ob/v3p0/#achievement>. Its name and description are single texts in Open Badges, so that
//! both languages stand in them, one after the other. The picture is chosen in [`picture`], what the badge stands for in
//! [`competencies`].

pub mod competencies;
mod form;
pub mod picture;

use actix_web::{HttpResponse, http::header, web};
use openbadges::model::{Achievement, Criteria, Image, Profile, ProfileRef};
use url::Url;

pub(crate) use self::form::BadgeForm;
use super::image::design::{Colour, Design, Icon, PALETTE, Shape};
use crate::{
    error::Failure,
    language::{
        Language,
        wording::{Joiner, Wording},
    },
    page::Page,
    session::Instructor,
    state::AppState,
    store::{
        achievement::Definition,
        badge::CompetencyRow,
        course::{BadgeTexts, CourseRow},
    },
};

impl BadgeTexts {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Wording {
        Wording::both(&self.name_en, &self.name_ja)
    }

    /// The description.
    #[must_use]
    pub fn description(&self) -> Wording {
        Wording::both(&self.description_en, &self.description_ja)
    }

    /// The criteria.
    #[must_use]
    pub fn criteria(&self) -> Wording {
        Wording::both(&self.criteria_en, &self.criteria_ja)
    }
}

impl CourseRow {
    /// What somebody wrote of the picture; nothing if nobody did.
    #[must_use]
    pub fn written_alt(&self) -> Wording {
        Wording::both(&self.details.alt_en, &self.details.alt_ja)
    }

    /// What stands for the picture where it cannot be seen, in `language`.
    #[must_use]
    pub fn picture_alt(&self, language: Language) -> String {
        match self.written_alt().text(language) {
            "" => language.with("picture-alt", "name", self.texts.name().text(language)),
            alt => alt.to_owned(),
        }
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

/// Where the public pages of courses' badges are.
pub const ACHIEVEMENTS: &str = "/achievements/";

/// The path of the badge's public page.
#[must_use]
pub fn achievement_path(course: &CourseRow) -> String {
    format!("{ACHIEVEMENTS}{}", course.course_id)
}

/// The achievement as credentials carry it, and what the database is to know of it.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn definition(
    course: &CourseRow,
    public_url: &Url,
    issuer: &Profile,
) -> serde_json::Result<(Achievement, Definition)> {
    let mut joiner = Joiner::default();
    let achievement = joined(course, public_url, issuer, &mut joiner);
    let definition = Definition { body: serde_json::to_value(&achievement)?, joined: joiner.finish() };
    Ok((achievement, definition))
}

/// The achievement as credentials carry it.
#[must_use]
pub fn achievement(course: &CourseRow, public_url: &Url, issuer: &Profile) -> Achievement {
    joined(course, public_url, issuer, &mut Joiner::default())
}

fn joined(course: &CourseRow, public_url: &Url, issuer: &Profile, joiner: &mut Joiner) -> Achievement {
    let id = format!("{}{}", public_url.origin().ascii_serialization(), achievement_path(course));
    let (texts, details) = (&course.texts, &course.details);
    let renewed = |language: Language, criteria: &str, renewal: &str| match (criteria, renewal) {
        ("", _) | (_, "") => criteria.to_owned(),
        _ => format!("{criteria}\n\n{}", language.with("criteria-renewal", "renewal", renewal)),
    };
    let criteria_en = renewed(Language::En, &texts.criteria_en, &details.renewal_en);
    let criteria_ja = renewed(Language::Ja, &texts.criteria_ja, &details.renewal_ja);
    let narrative = joiner.paragraphs(Wording::both(&criteria_en, &criteria_ja));
    let criteria = Criteria { id: Some(id.clone()), ..Criteria::narrative(&narrative) };
    let name = joiner.name(texts.name());
    let description = joiner.paragraphs(texts.description());
    let mut achievement = Achievement::new(&id, &name, &description, criteria);
    achievement.achievement_type = Some("CertificateOfCompletion".to_owned());
    achievement.creator = Some(ProfileRef::from(issuer.clone()));
    achievement.alignment =
        details.competencies.iter().map(|row| competencies::alignment(row, joiner)).collect();
    let caption = joiner.name(course.written_alt());
    let caption = if caption.is_empty() { name } else { caption };
    achievement.image = Some(Image { caption: Some(caption), ..Image::new(&format!("{id}/image.png")) });
    achievement
}

/// Something to choose, drawn on its button.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tile {
    name: &'static str,
    label: String,
    path: String,
    is_solid: bool,
    deep: &'static str,
    light: &'static str,
    is_chosen: bool,
}

impl Tile {
    fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
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
    pub(crate) form: BadgeForm,
    pub(crate) design: Design,
    /// The address of the drawn picture with what was chosen.
    pub(crate) preview: String,
    /// The competencies that are chosen and saved.
    pub(crate) competencies: Vec<CompetencyRow>,
    pub(crate) complaint: Option<&'static str>,
    /// What the page before it has done, by its key.
    pub(crate) done: Option<&'static str>,
}

impl Page for BadgePage {}

impl BadgePage {
    pub(crate) fn new(
        instructor: &Instructor,
        course: &CourseRow,
        form: BadgeForm,
        complaint: Option<&'static str>,
    ) -> Self {
        let session = instructor.session();
        let design = Design::chosen(course.course_id, &form.details.design);
        let badge_path = session.path("badge");
        Self {
            t: session.language,
            course_title: course.title.clone(),
            awards_path: session.path("course"),
            rule_path: session.path("rule"),
            achievement_path: achievement_path(course),
            preview: picture::preview_address(&badge_path, &design, &form.texts),
            badge_path,
            design,
            competencies: course.details.competencies.clone(),
            form,
            complaint,
            done: None,
        }
    }

    fn shapes(&self) -> Vec<Tile> {
        let tile = |shape: Shape| Tile {
            label: self.label("shape", shape.name()),
            path: shape.outline(),
            is_chosen: self.design.shape == shape,
            ..Tile::named(shape.name())
        };
        Shape::ALL.into_iter().map(tile).collect()
    }

    fn colours(&self) -> Vec<Tile> {
        let tile = |colour: Colour| Tile {
            label: self.label("colour", colour.name),
            deep: colour.deep,
            light: colour.light,
            is_chosen: self.design.colour == colour,
            ..Tile::named(colour.name)
        };
        PALETTE.into_iter().map(tile).collect()
    }

    fn icons(&self) -> Vec<Tile> {
        let tile = |icon: Icon| Tile {
            label: self.label("icon", icon.name),
            path: icon.path.to_owned(),
            is_solid: icon.is_solid,
            is_chosen: self.design.icon == icon.name,
            ..Tile::named(icon.name)
        };
        Design::icons().into_iter().map(tile).collect()
    }

    fn rings(&self) -> Vec<Tile> {
        let names = ["0", "1", "2", "3"].into_iter().zip(0_u8..);
        names
            .map(|(name, rings)| Tile { is_chosen: self.design.rings == rings, ..Tile::named(name) })
            .collect()
    }

    fn has_no_icon(&self) -> bool {
        self.design.icon.is_empty()
    }

    /// What a choice is called.
    fn label(&self, prefix: &str, name: &str) -> String {
        self.t.named(prefix, name).unwrap_or_else(|| name.to_owned())
    }
}

/// The form as it is saved.
fn saved(course: &CourseRow) -> BadgeForm {
    BadgeForm {
        texts: course.texts.clone(),
        details: course.details.clone(),
        validity: course.validity_months.map(|months| months.to_string()).unwrap_or_default(),
    }
}

/// `GET /s/{token}/badge`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn show(
    instructor: Instructor,
    state: web::Data<AppState>,
    done: web::Query<picture::Done>,
) -> Result<HttpResponse, Failure> {
    let course = super::open_course(&state, &instructor).await?;
    let mut page = BadgePage::new(&instructor, &course, saved(&course), None);
    page.done = done.key();
    Ok(page.respond())
}

/// `POST /s/{token}/badge`.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn save(
    instructor: Instructor,
    state: web::Data<AppState>,
    fields: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let course = super::open_course(&state, &instructor).await?;
    let form = BadgeForm::read(&fields, saved(&course), course.course_id);
    if let Some(complaint) = form.complaint() {
        let page = BadgePage::new(&instructor, &course, form, Some(complaint));
        return Ok(page.respond_with(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    state.store.update_badge(course.course_id, &form.texts, &form.details, form.months()).await?;
    let location = instructor.session().path("course?saved=1");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// `POST /s/{token}/badge/preview`: the same form with the picture that is chosen; nothing is saved.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn preview(
    instructor: Instructor,
    state: web::Data<AppState>,
    fields: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let course = super::open_course(&state, &instructor).await?;
    let form = BadgeForm::read(&fields, saved(&course), course.course_id);
    Ok(BadgePage::new(&instructor, &course, form, None).respond())
}

#[cfg(test)]
mod tests;
