//! What a badge says, and what a person reads who leaves something out.

use uuid::Uuid;

use super::*;
use crate::store::badge::BadgeDetails;

const FIELDS: [(&str, &str); 6] = [
    ("name_en", " Data basics "),
    ("name_ja", "データ基礎"),
    ("description_en", "Reads a chart.\r\nDraws one."),
    ("description_ja", ""),
    ("criteria_en", "Finish the course."),
    ("criteria_ja", "コースを修了する。"),
];

fn form(changes: &[(&str, &str)]) -> BadgeForm {
    let fields: Vec<_> = FIELDS
        .iter()
        .chain(changes)
        .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
        .collect();
    BadgeForm::read(&fields, BadgeForm::default(), Uuid::nil())
}

fn course(form: BadgeForm) -> CourseRow {
    CourseRow { title: "Data".to_owned(), texts: form.texts, details: form.details, ..CourseRow::default() }
}

fn written(course: &CourseRow) -> serde_json::Value {
    let issuer = Profile::new("did:web:badges.example.org", "Example Academy");
    let public_url = "https://badges.example.org/".parse().unwrap();
    serde_json::to_value(achievement(course, &public_url, &issuer)).unwrap()
}

#[test]
fn texts_are_tidied() {
    let texts = form(&[]).texts;
    assert_eq!(
        (texts.name_en.as_str(), texts.description_en.as_str()),
        ("Data basics", "Reads a chart.\nDraws one.")
    );
}

#[test]
fn each_text_is_needed_in_one_language_at_least_and_bounded() {
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("name_en", ""), ("name_ja", " ")], "badge-name-missing"),
        (&[("description_en", "")], "badge-description-missing"),
        (&[("criteria_en", ""), ("criteria_ja", "")], "badge-criteria-missing"),
        (&[("name_ja", &"あ".repeat(201))], "badge-text-long"),
        (&[("alt_en", &"a".repeat(201))], "badge-text-long"),
        (&[("criteria_en", &"a".repeat(4001))], "badge-text-long"),
        (&[("validity", "0")], "badge-validity-wrong"),
        (&[("validity", "two")], "badge-validity-wrong"),
    ];
    for (changes, expected) in cases {
        assert_eq!(form(changes).complaint(), Some(expected));
    }
    assert_eq!(form(&[("validity", "24")]).complaint(), None);
    assert_eq!((form(&[("validity", "24")]).months(), form(&[]).months()), (Some(24), None));
}

#[test]
fn a_design_is_stored_once_somebody_chooses() {
    assert!(form(&[]).details.design.is_empty());
    let chosen = form(&[("shape", "shield"), ("colour", "gold")]).details.design;
    assert_eq!((chosen["shape"].as_str(), chosen["colour"].as_str()), ("shield", "gold"));
    // What the form shows of a course that nobody chose for is no choice.
    let untouched = Design::of_course(Uuid::nil());
    let fields = untouched.fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
    assert!(form(&fields).details.design.is_empty());
}

#[test]
fn a_text_is_shown_in_the_reader_s_language_or_in_the_other() {
    let texts = form(&[]).texts;
    assert_eq!(
        (texts.name().text(Language::En), texts.name().text(Language::Ja)),
        ("Data basics", "データ基礎")
    );
    assert_eq!(texts.description().text(Language::Ja), "Reads a chart.\nDraws one.");
}

#[test]
fn the_achievement_carries_both_languages() {
    let achievement = written(&course(form(&[])));
    assert_eq!(achievement["name"], "Data basics / データ基礎");
    assert_eq!(achievement["description"], "Reads a chart.\nDraws one.");
    assert_eq!(achievement["criteria"]["narrative"], "Finish the course.\n\nコースを修了する。");
    let id = "https://badges.example.org/achievements/00000000-0000-0000-0000-000000000000";
    assert_eq!(achievement["id"], id);
    assert_eq!(achievement["image"]["id"], format!("{id}/image.png"));
    assert_eq!(achievement["image"]["caption"], "Data basics / データ基礎");
    assert_eq!(achievement["creator"]["id"], "did:web:badges.example.org");
    assert!(achievement.get("alignment").is_none());
}

#[test]
fn what_the_picture_shows_and_how_to_renew_go_along() {
    let course = course(form(&[("alt_ja", "青い盾"), ("renewal_en", "Take the test again.")]));
    let achievement = written(&course);
    assert_eq!(achievement["image"]["caption"], "青い盾");
    assert_eq!(
        achievement["criteria"]["narrative"],
        "Finish the course.\n\nRenewal: Take the test again.\n\nコースを修了する。"
    );
    assert_eq!(course.picture_alt(Language::Ja), "青い盾");
    let plain = CourseRow { details: BadgeDetails::default(), ..course };
    assert_eq!(plain.picture_alt(Language::En), "Badge “Data basics”");
}

#[test]
fn the_default_badge_speaks_of_the_course_in_both_languages() {
    let texts = default_texts("Data basics");
    assert_eq!(texts.name_en, "Completion of Data basics");
    assert_eq!(texts.name_ja, "「Data basics」修了");
    assert!(texts.criteria_en.contains("Data basics") && texts.description_ja.contains("Data basics"));
}
