//! The picture of a badge: a [`design`] that an instructor chose is drawn as SVG by [`drawing`] and painted as PNG by [`painter`].
//!
//! What nobody chose follows from the course's id, so that no two courses of a school look quite the same. Both addresses answer with
//! an entity tag of what is drawn (RFC 9110, section 8.8.3), so that nothing is painted for who has it already.

pub mod design;
pub mod drawing;
mod icons;
mod lettering;
pub mod painter;
pub mod upload;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web};

use self::design::Design;
use crate::{
    credential::public::find_badge,
    error::Failure,
    state::AppState,
    store::course::{BadgeTexts, CourseRow},
};

/// Pixels of a side of the PNG.
pub const SIDE: u32 = 512;

/// A picture and the tag of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The PNG.
    pub png: Arc<[u8]>,
    /// Changes with the content.
    pub tag: String,
}

/// The picture of the badge of a course: the instructor's own, or the drawn one.
///
/// # Errors
/// [`Failure::Store`] and [`Failure::Paint`].
pub async fn picture(state: &AppState, course: &CourseRow) -> Result<Picture, Failure> {
    if let Some(tag) = &course.details.picture_tag
        && let Some(png) = state.store.find_course_picture(course.course_id).await?
    {
        return Ok(Picture { png: png.into(), tag: tag.clone() });
    }
    let svg = draw(course);
    let tag = tag(svg.as_bytes());
    Ok(Picture { png: state.painter.paint(svg, SIDE).await?, tag })
}

/// The tag of the picture of a course, without painting it.
fn tag_of(course: &CourseRow) -> String {
    course.details.picture_tag.clone().unwrap_or_else(|| tag(draw(course).as_bytes()))
}

/// `GET /achievements/{name}/image.png`.
///
/// # Errors
/// [`Failure::NotFound`] if there is no such badge.
pub async fn show_png(
    request: HttpRequest,
    state: web::Data<AppState>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let course = find_badge(&state, &name).await?.ok_or(Failure::NotFound)?.course;
    if is_known(&request, &tag_of(&course)) {
        return Ok(HttpResponse::NotModified().finish());
    }
    let picture = picture(&state, &course).await?;
    Ok(answer("image/png", &picture.tag, picture.png.to_vec()))
}

/// `GET /achievements/{name}/image.svg`: the drawn picture, also where the instructor's own is in use.
///
/// # Errors
/// [`Failure::NotFound`] if there is no such badge.
pub async fn show_svg(
    request: HttpRequest,
    state: web::Data<AppState>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let course = find_badge(&state, &name).await?.ok_or(Failure::NotFound)?.course;
    let svg = draw(&course);
    let tag = tag(svg.as_bytes());
    if is_known(&request, &tag) {
        return Ok(HttpResponse::NotModified().finish());
    }
    Ok(answer("image/svg+xml", &tag, svg.into_bytes()))
}

/// The picture as SVG.
#[must_use]
pub fn draw(course: &CourseRow) -> String {
    drawn(&Design::chosen(course.course_id, &course.details.design), &course.texts)
}

/// A design as SVG.
#[must_use]
pub fn drawn(design: &Design, texts: &BadgeTexts) -> String {
    drawing::draw(design, &lettering::wording(texts))
}

fn answer(media_type: &'static str, tag: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ETAG, format!("\"{tag}\"")))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body)
}

/// Whether the browser has this content (`If-None-Match`, RFC 9110, section 13.1.2).
fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    known.is_some_and(|known| {
        known.split(',').any(|one| one.trim().trim_start_matches("W/").trim_matches('"') == tag)
    })
}

/// A short name of the content.
pub(crate) fn tag(content: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content);
    digest.as_ref().iter().take(16).fold(String::with_capacity(32), |tag, byte| format!("{tag}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn course(name: &str) -> CourseRow {
        let texts = BadgeTexts { name_en: name.to_owned(), ..BadgeTexts::default() };
        CourseRow { texts, ..CourseRow::default() }
    }

    #[test]
    fn a_name_that_quotes_japanese_gives_way_to_the_japanese_name() {
        let texts = BadgeTexts {
            name_en: "Completion of 入門".to_owned(),
            name_ja: "「入門」修了".to_owned(),
            ..BadgeTexts::default()
        };
        let svg = draw(&CourseRow { texts, ..course("") });
        assert!(svg.contains("<title>「入門」修了</title>") && !svg.contains("Completion"), "{svg}");
    }

    #[test]
    fn a_hostile_name_stays_text() {
        let svg = draw(&course("<script>alert(1)</script>\u{1}\" & co"));
        assert!(
            !svg.contains("<script") && svg.contains("&lt;script&gt;") && !svg.contains('\u{1}'),
            "{svg}"
        );
    }

    #[test]
    fn the_picture_is_small_and_the_same_each_time() {
        assert_eq!(draw(&course("Data")), draw(&course("Data")));
        assert!(draw(&course("Data")).len() < 6000);
    }

    #[test]
    fn who_has_the_content_is_known_by_its_tag() {
        let known = |tags: &str| {
            let request = TestRequest::default().insert_header((header::IF_NONE_MATCH, tags));
            is_known(&request.to_http_request(), &tag(b"one"))
        };
        let mine = format!("\"{}\"", tag(b"one"));
        assert!(known(&mine) && known(&format!("\"x\", W/{mine}")));
        assert!(!known("\"x\"") && !is_known(&TestRequest::default().to_http_request(), "x"));
        assert_ne!(tag(b"one"), tag(b"two"));
    }
}
