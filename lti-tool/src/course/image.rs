//! The picture of a badge: drawn from its id and name, as SVG. No two courses of a school look quite the same.

use actix_web::{HttpResponse, http::header, web};
use uuid::Uuid;

use crate::{error::Failure, language::Language, state::AppState, store::course::CourseRow};

/// Pairs of a deep and a light tone with enough contrast to white text.
const PALETTE: [(&str, &str); 8] = [
    ("#155e75", "#0e7490"),
    ("#3730a3", "#4f46e5"),
    ("#166534", "#15803d"),
    ("#9a3412", "#c2410c"),
    ("#86198f", "#a21caf"),
    ("#1e3a8a", "#1d4ed8"),
    ("#115e59", "#0f766e"),
    ("#9f1239", "#be123c"),
];
/// The most lines of the name that fit.
const MOST_LINES: usize = 3;

/// `GET /achievements/{course_id}/image.svg`.
///
/// # Errors
/// [`Failure::NotFound`] if there is no such badge.
pub async fn show(state: web::Data<AppState>, course_id: web::Path<Uuid>) -> Result<HttpResponse, Failure> {
    let course = state.store.find_course_by_id(*course_id).await?.ok_or(Failure::NotFound)?;
    let svg = draw(&course);
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(svg))
}

/// The picture, 400 units square.
#[must_use]
pub fn draw(course: &CourseRow) -> String {
    let seed = course.course_id.as_bytes().iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let (deep, light) = PALETTE.get(seed % PALETTE.len()).copied().unwrap_or(("#155e75", "#0e7490"));
    let name = course.texts.name(Language::En);
    let (size, limit) = if name.chars().any(is_wide) { (27, 7) } else { (25, 15) };
    let lines = wrapped(name, limit);
    let first = 222 - lines.len().saturating_sub(1) * (size + 7) / 2;
    let text: String = lines
        .iter()
        .enumerate()
        .map(|(index, line)| format!("<text x=\"200\" y=\"{}\">{}</text>", first + index * (size + 7), escaped(line)))
        .collect();
    let scallops = scallops();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\" role=\"img\"><title>{title}</title>\
         <path d=\"{scallops}\" fill=\"{deep}\"/><circle cx=\"200\" cy=\"200\" r=\"158\" fill=\"{light}\"/>\
         <circle cx=\"200\" cy=\"200\" r=\"148\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".55\" stroke-width=\"2\"/>\
         <path d=\"M200 84l8.8 17.9 19.7 2.9-14.2 13.9 3.3 19.6-17.6-9.2-17.6 9.2 3.3-19.6-14.2-13.9 19.7-2.9z\" fill=\"#fff\"/>\
         <g fill=\"#fff\" font-family=\"Inter, 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', system-ui, sans-serif\" font-weight=\"600\" \
         font-size=\"{size}\" text-anchor=\"middle\">{text}</g>\
         <path d=\"M150 296h100\" stroke=\"#fff\" stroke-opacity=\".55\" stroke-width=\"2\" stroke-linecap=\"round\"/></svg>",
        title = escaped(name),
    )
}

/// A disc with 24 soft teeth.
fn scallops() -> String {
    const TEETH: u32 = 24;
    let point = |step: u32, radius: f64| {
        let angle = f64::from(step) * std::f64::consts::PI / f64::from(TEETH);
        format!("{:.1} {:.1}", 200.0 + radius * angle.cos(), 200.0 + radius * angle.sin())
    };
    let teeth = (0..TEETH).map(|tooth| format!("Q{} {}", point(2 * tooth + 1, 197.0), point(2 * tooth + 2, 178.0)));
    format!("M{}{}Z", point(0, 178.0), teeth.collect::<String>())
}

/// The name in lines of about `limit` characters, cut with an ellipsis after [`MOST_LINES`].
fn wrapped(name: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for piece in pieces(name, limit) {
        let current = lines.last().map_or(0, |line| line.chars().count());
        let length = piece.trim_end().chars().count();
        if current > 0 && current + length > limit {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&piece);
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", last.trim_end());
        }
    }
    lines.iter().map(|line| line.trim().to_owned()).collect()
}

/// Words with the space after them; wide characters and words longer than a line break anywhere.
fn pieces(name: &str, limit: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    for word in name.split_inclusive(char::is_whitespace) {
        let letters: Vec<char> = word.chars().collect();
        let size = if letters.iter().any(|letter| is_wide(*letter)) { 1 } else { limit };
        pieces.extend(letters.chunks(size).map(|chunk| chunk.iter().collect::<String>()));
    }
    pieces
}

/// Whether a character is about as wide as it is high.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x3fffd)
}

/// Text for XML, without the characters that XML cannot hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::course::BadgeTexts;

    fn course(name: &str) -> CourseRow {
        let texts = BadgeTexts { name_en: name.to_owned(), ..BadgeTexts::default() };
        CourseRow { course_id: Uuid::nil(), title: String::new(), texts }
    }

    #[test]
    fn a_name_is_broken_between_words_and_japanese_anywhere() {
        assert_eq!(wrapped("Completion of Data basics", 15), ["Completion of", "Data basics"]);
        assert_eq!(wrapped("データ基礎コース修了", 7), ["データ基礎コー", "ス修了"]);
    }

    #[test]
    fn a_long_name_is_cut_after_three_lines() {
        let lines = wrapped(&"word ".repeat(40), 15);
        assert_eq!((lines.len(), lines[2].as_str()), (3, "word word word…"));
        assert_eq!(wrapped(&"x".repeat(20), 15), ["x".repeat(15), "x".repeat(5)]);
    }

    #[test]
    fn a_hostile_name_stays_text() {
        let svg = draw(&course("<script>alert(1)</script>\u{1}\" & co"));
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && !svg.contains('\u{1}'), "{svg}");
    }

    #[test]
    fn the_picture_is_small_and_the_same_each_time() {
        assert_eq!(draw(&course("Data")), draw(&course("Data")));
        assert!(draw(&course("Data")).len() < 4000);
    }
}
