//! The picture of a badge while it is chosen: how the chosen design looks, and a picture of the instructor's own.

use std::sync::Arc;

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;

use super::{BadgePage, form::pairs, saved};
use crate::{
    course::{
        image::{
            self,
            design::Design,
            upload::{self, UploadError},
        },
        open_course,
    },
    error::Failure,
    page::Page,
    session::Instructor,
    state::AppState,
    store::course::BadgeTexts,
};

/// Pixels of a side of the picture that is shown while one chooses.
const PREVIEW_SIDE: u32 = 400;
/// A larger body is not read to its end, not even to be refused in words.
const LONGEST_BODY: usize = 128 * 1024 * 1024;
/// The field of the form.
const FIELD: &str = "picture";

/// What the page before it has done.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Done {
    picture: Option<u8>,
    drawn: Option<u8>,
    competencies: Option<u8>,
}

impl Done {
    /// The key of its sentence.
    pub(super) fn key(self) -> Option<&'static str> {
        match (self.picture, self.drawn, self.competencies) {
            (Some(_), _, _) => Some("done-picture"),
            (_, Some(_), _) => Some("done-drawn"),
            (_, _, Some(_)) => Some("done-competencies"),
            _ => None,
        }
    }
}

/// The address of the picture of `design`.
pub(super) fn preview_address(badge_path: &str, design: &Design, texts: &BadgeTexts) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (field, value) in design.fields() {
        query.append_pair(field, &value);
    }
    let query = query.append_pair("name_en", &texts.name_en).append_pair("name_ja", &texts.name_ja).finish();
    format!("{badge_path}/preview.png?{query}")
}

/// `GET /s/{token}/badge/preview.png`: the picture of what is chosen but not saved.
///
/// # Errors
/// [`Failure`].
pub async fn preview(
    instructor: Instructor,
    state: web::Data<AppState>,
    fields: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    let design = Design::chosen(course.course_id, &course.details.design).with(pairs(&fields));
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned());
    let texts = BadgeTexts {
        name_en: field("name_en").unwrap_or_default(),
        name_ja: field("name_ja").unwrap_or_default(),
        ..BadgeTexts::default()
    };
    let png = state.painter.paint(image::drawn(&design, &texts), PREVIEW_SIDE).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/png")
        .insert_header((header::CACHE_CONTROL, "private, max-age=300"))
        .body(png.to_vec()))
}

/// `POST /s/{token}/badge/picture`: a picture of the instructor's own.
///
/// # Errors
/// [`Failure`] as a page; a file that cannot be taken is a sentence above the form.
pub async fn take(
    instructor: Instructor,
    state: web::Data<AppState>,
    body: Multipart,
) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    match taken(&state, body).await {
        Ok(png) => {
            state.store.put_course_picture(course.course_id, &png, &image::tag(&png)).await?;
            let location = instructor.session().path("badge?picture=1");
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
        }
        Err(refused) => {
            let page = BadgePage::new(&instructor, &course, saved(&course), Some(refused.key()));
            Ok(page.respond_with(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The PNG that is made of the file in the form.
async fn taken(state: &AppState, body: Multipart) -> Result<Arc<[u8]>, UploadError> {
    let file = read(body).await?;
    let painter = Arc::clone(&state.painter);
    // Decoding takes long: not on the threads that answer others.
    let taking = tokio::task::spawn_blocking(move || upload::take(&file, &painter));
    taking.await.unwrap_or(Err(UploadError::NoPicture))
}

/// `POST /s/{token}/badge/picture/drop`: the drawn picture again.
///
/// # Errors
/// [`Failure`] as a page.
pub async fn drop(instructor: Instructor, state: web::Data<AppState>) -> Result<HttpResponse, Failure> {
    let course = open_course(&state, &instructor).await?;
    state.store.drop_course_picture(course.course_id).await?;
    let location = instructor.session().path("badge?drawn=1");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish())
}

/// The file of the form. One that is too large is read to its end and thrown away, so that the browser hears the answer.
async fn read(mut body: Multipart) -> Result<Vec<u8>, UploadError> {
    let broken = |_error: MultipartError| UploadError::NoFile;
    let (mut file, mut length) = (Vec::new(), 0_usize);
    while let Some(mut field) = body.try_next().await.map_err(broken)? {
        let is_ours = field.name() == Some(FIELD);
        while let Some(part) = field.next().await {
            let part = part.map_err(broken)?;
            length = length.saturating_add(part.len());
            if length > LONGEST_BODY {
                return Err(UploadError::TooLarge);
            }
            if is_ours && length <= upload::LONGEST {
                file.extend_from_slice(&part);
            }
        }
    }
    match file.len() {
        _ if length > upload::LONGEST => Err(UploadError::TooLarge),
        0 => Err(UploadError::NoFile),
        _ => Ok(file),
    }
}
