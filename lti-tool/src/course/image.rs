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
const MOST_LINES: usize = 4;
/// The longest line, in widths of a Latin letter; a Japanese one counts twice.
const LONGEST_LINE: usize = 16;
/// From line to line.
const LINE_HEIGHT: usize = 31;

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
    let seed = course
        .course_id
        .as_bytes()
        .iter()
        .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let (deep, light) = PALETTE.get(seed % PALETTE.len()).copied().unwrap_or(("#155e75", "#0e7490"));
    let name = name(course);
    let lines = wrapped(name);
    let first = 212 - lines.len().saturating_sub(1) * LINE_HEIGHT / 2;
    let text = lines.iter().enumerate().fold(String::new(), |text, (index, line)| {
        format!("{text}<text x=\"200\" y=\"{}\">{}</text>", first + index * LINE_HEIGHT, escaped(line))
    });
    let scallops = scallops();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\" role=\"img\"><title>{title}</title>\
         <path d=\"{scallops}\" fill=\"{deep}\"/><circle cx=\"200\" cy=\"200\" r=\"158\" fill=\"{light}\"/>\
         <circle cx=\"200\" cy=\"200\" r=\"148\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".55\" stroke-width=\"2\"/>\
         <path d=\"M200 84l8.8 17.9 19.7 2.9-14.2 13.9 3.3 19.6-17.6-9.2-17.6 9.2 3.3-19.6-14.2-13.9 19.7-2.9z\" fill=\"#fff\"/>\
         <g fill=\"#fff\" font-family=\"Inter, 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', system-ui, sans-serif\" font-weight=\"600\" \
         font-size=\"24\" text-anchor=\"middle\">{text}</g>\
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
    let teeth =
        (0..TEETH).map(|tooth| format!("Q{} {}", point(2 * tooth + 1, 197.0), point(2 * tooth + 2, 178.0)));
    format!("M{}{}Z", point(0, 178.0), teeth.collect::<String>())
}

/// The English name, unless it quotes Japanese while there is a Japanese one.
fn name(course: &CourseRow) -> &str {
    let english = course.texts.name(Language::En);
    if english.chars().any(is_wide) { course.texts.name(Language::Ja) } else { english }
}

/// The name in lines, cut with an ellipsis after [`MOST_LINES`].
fn wrapped(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for piece in pieces(name) {
        let current = lines.last().map_or(0, |line| width(line));
        if current > 0 && current + width(piece.trim_end()) > LONGEST_LINE {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&piece);
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            while width(last) >= LONGEST_LINE {
                last.pop();
            }
            *last = format!("{}…", last.trim_end());
        }
    }
    lines.iter().map(|line| line.trim().to_owned()).collect()
}

/// What stays on one line: words with the space after them, a Japanese letter, a part of a word that is longer than a line. A closing
/// bracket or a stop stays with the letter before it.
fn pieces(name: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for letter in name.chars() {
        let joins = pieces.last().is_some_and(|last| {
            let after_latin =
                last.chars().last().is_some_and(|before| !before.is_whitespace() && !is_wide(before));
            let same_word = after_latin && !is_wide(letter) && width(last) < LONGEST_LINE;
            same_word
                || letter.is_whitespace()
                || "」』）】、。・ー".contains(letter)
                || last.ends_with(['「', '『', '（', '【'])
        });
        match pieces.last_mut().filter(|_| joins) {
            Some(last) => last.push(letter),
            None => pieces.push(letter.to_string()),
        }
    }
    pieces
}

/// Width in Latin letters.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
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
    fn a_name_is_broken_between_words_and_japanese_anywhere_but_before_a_bracket() {
        assert_eq!(wrapped("Completion of Data basics"), ["Completion of", "Data basics"]);
        assert_eq!(wrapped("データ基礎コース修了"), ["データ基礎コース", "修了"]);
        assert_eq!(wrapped("「データ基礎コース」修了"), ["「データ基礎コー", "ス」修了"]);
        assert_eq!(wrapped("「データ基礎入門科」修了"), ["「データ基礎入門", "科」修了"]);
    }

    #[test]
    fn a_long_name_is_cut_after_four_lines() {
        let lines = wrapped(&"word ".repeat(40));
        assert_eq!((lines.len(), lines[3].as_str()), (4, "word word word…"));
        assert_eq!(wrapped(&"x".repeat(20)), ["x".repeat(16), "x".repeat(4)]);
        assert!(wrapped(&"あ".repeat(200)).iter().all(|line| width(line) <= LONGEST_LINE));
    }

    #[test]
    fn a_name_that_quotes_japanese_gives_way_to_the_japanese_name() {
        let texts = BadgeTexts {
            name_en: "Completion of 入門".to_owned(),
            name_ja: "「入門」修了".to_owned(),
            ..BadgeTexts::default()
        };
        let svg = draw(&CourseRow { course_id: Uuid::nil(), title: String::new(), texts });
        assert!(svg.contains("「入門」修了") && !svg.contains("Completion"), "{svg}");
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
        assert!(draw(&course("Data")).len() < 4000);
    }
}
