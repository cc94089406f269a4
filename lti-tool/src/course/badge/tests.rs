//! What a badge says, and what a person reads who leaves something out.

use super::*;

fn form() -> BadgeForm {
    BadgeForm {
        name_en: " Data basics ".to_owned(),
        name_ja: "データ基礎".to_owned(),
        description_en: "Reads a chart.\r\nDraws one.".to_owned(),
        description_ja: String::new(),
        criteria_en: "Finish the course.".to_owned(),
        criteria_ja: "コースを修了する。".to_owned(),
    }
}

fn course(texts: BadgeTexts) -> CourseRow {
    CourseRow { title: "Data".to_owned(), texts, ..CourseRow::default() }
}

#[test]
fn texts_are_tidied() {
    let texts = form().into_texts().unwrap();
    assert_eq!(
        (texts.name_en.as_str(), texts.description_en.as_str()),
        ("Data basics", "Reads a chart.\nDraws one.")
    );
}

#[test]
fn each_text_is_needed_in_one_language_at_least_and_bounded() {
    let none = String::new;
    let cases = [
        (BadgeForm { name_en: none(), name_ja: " ".to_owned(), ..form() }, "badge-name-missing"),
        (BadgeForm { description_en: none(), ..form() }, "badge-description-missing"),
        (BadgeForm { criteria_en: none(), criteria_ja: none(), ..form() }, "badge-criteria-missing"),
        (BadgeForm { name_ja: "あ".repeat(201), ..form() }, "badge-text-long"),
        (BadgeForm { criteria_en: "a".repeat(4001), ..form() }, "badge-text-long"),
    ];
    for (form, expected) in cases {
        let (_, complaint) = *form.into_texts().unwrap_err();
        assert_eq!(complaint, expected);
    }
}

#[test]
fn a_text_is_shown_in_the_reader_s_language_or_in_the_other() {
    let texts = form().into_texts().unwrap();
    assert_eq!((texts.name(Language::En), texts.name(Language::Ja)), ("Data basics", "データ基礎"));
    assert_eq!(texts.description(Language::Ja), "Reads a chart.\nDraws one.");
}

#[test]
fn the_achievement_carries_both_languages() {
    let issuer = Profile::new("did:web:badges.example.org", "Example Academy");
    let public_url = "https://badges.example.org/".parse().unwrap();
    let achievement =
        serde_json::to_value(achievement(&course(form().into_texts().unwrap()), &public_url, &issuer))
            .unwrap();
    assert_eq!(achievement["name"], "Data basics / データ基礎");
    assert_eq!(achievement["description"], "Reads a chart.\nDraws one.");
    assert_eq!(achievement["criteria"]["narrative"], "Finish the course.\n\nコースを修了する。");
    assert_eq!(
        achievement["id"],
        "https://badges.example.org/achievements/00000000-0000-0000-0000-000000000000"
    );
    assert_eq!(
        achievement["image"]["id"],
        "https://badges.example.org/achievements/00000000-0000-0000-0000-000000000000/image.png"
    );
    assert_eq!(achievement["creator"]["id"], "did:web:badges.example.org");
}

#[test]
fn the_default_badge_speaks_of_the_course_in_both_languages() {
    let texts = default_texts("Data basics");
    assert_eq!(texts.name_en, "Completion of Data basics");
    assert_eq!(texts.name_ja, "「Data basics」修了");
    assert!(texts.criteria_en.contains("Data basics") && texts.description_ja.contains("Data basics"));
}
