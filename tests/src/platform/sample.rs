//! The people and courses that every test and the demo start with.

use serde_json::Map;

use super::world::{Course, Enrolment, Person, ResourceLink, Role, World};

/// The instructor of both courses.
pub const TANAKA: &str = "2";
/// A learner of both courses.
pub const SUZUKI: &str = "3";
/// A learner of the first course.
pub const SATO: &str = "4";
/// A learner of the first course who reads English.
pub const LOVELACE: &str = "5";
/// A learner of the first course.
pub const WATANABE: &str = "6";
/// Teaches the second course only.
pub const YAMAMOTO: &str = "7";

/// The course on digital literacy, in Japanese.
pub const LITERACY: &str = "101";
/// The course on data analysis, in English.
pub const ANALYSIS: &str = "102";

/// The tool's link in the course on digital literacy.
pub const LITERACY_BADGE: &str = "11";
/// The tool's link in the course on data analysis.
pub const ANALYSIS_BADGE: &str = "12";

/// Two courses, two instructors, four learners. Ids are decimal, as Moodle's are.
#[must_use]
pub fn world() -> World {
    World {
        people: vec![
            japanese(TANAKA, "美咲", "田中", "tanaka@lms.example", "Misaki Tanaka"),
            japanese(SUZUKI, "一郎", "鈴木", "suzuki@lms.example", "Ichiro Suzuki"),
            japanese(SATO, "花子", "佐藤", "sato@lms.example", "Hanako Sato"),
            person(LOVELACE, "Ada", "Lovelace", "ada.lovelace@lms.example"),
            japanese(WATANABE, "健", "渡辺", "watanabe@lms.example", "Ken Watanabe"),
            japanese(YAMAMOTO, "翔", "山本", "yamamoto@lms.example", "Sho Yamamoto"),
        ],
        courses: vec![
            Course {
                id: LITERACY.to_owned(),
                label: "DX-101".to_owned(),
                title: "デジタルリテラシー入門".to_owned(),
                enrolments: vec![
                    enrolment(TANAKA, Role::Instructor),
                    enrolment(SUZUKI, Role::Learner),
                    enrolment(SATO, Role::Learner),
                    enrolment(LOVELACE, Role::Learner),
                    enrolment(WATANABE, Role::Learner),
                ],
                links: vec![link(LITERACY_BADGE, "修了バッジ")],
            },
            Course {
                id: ANALYSIS.to_owned(),
                label: "DA-201".to_owned(),
                title: "Data analysis with SQL".to_owned(),
                enrolments: vec![
                    enrolment(YAMAMOTO, Role::Instructor),
                    enrolment(TANAKA, Role::Instructor),
                    enrolment(SUZUKI, Role::Learner),
                ],
                links: vec![link(ANALYSIS_BADGE, "Course badge")],
            },
        ],
        tools: Vec::new(),
        groups: Vec::new(),
    }
}

fn person(id: &str, given_name: &str, family_name: &str, email: &str) -> Person {
    Person {
        id: id.to_owned(),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        romanised: None,
        email: email.to_owned(),
        locale: "en".to_owned(),
    }
}

fn japanese(id: &str, given_name: &str, family_name: &str, email: &str, romanised: &str) -> Person {
    let person = person(id, given_name, family_name, email);
    Person { romanised: Some(romanised.to_owned()), locale: "ja".to_owned(), ..person }
}

fn enrolment(person_id: &str, role: Role) -> Enrolment {
    Enrolment { person_id: person_id.to_owned(), roles: vec![role] }
}

fn link(id: &str, title: &str) -> ResourceLink {
    ResourceLink { id: id.to_owned(), title: title.to_owned(), open_to: None, custom: Map::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_enrolled_has_an_account() {
        let world = world();
        let enrolments = world.courses.iter().flat_map(|course| &course.enrolments);
        for enrolment in enrolments {
            assert!(world.person(&enrolment.person_id).is_some(), "{} has no account", enrolment.person_id);
        }
    }

    #[test]
    fn names_are_ordered_as_their_language_orders_them() {
        let world = world();
        assert_eq!(world.person(SUZUKI).unwrap().display_name(), "鈴木 一郎");
        assert_eq!(world.person(LOVELACE).unwrap().display_name(), "Ada Lovelace");
    }

    #[test]
    fn readers_of_english_see_japanese_names_in_latin_letters() {
        let world = world();
        let suzuki = world.person(SUZUKI).unwrap();
        assert_eq!(
            (suzuki.name_for("en"), suzuki.name_for("ja")),
            ("Ichiro Suzuki".to_owned(), "鈴木 一郎".to_owned())
        );
        assert_eq!(world.person(LOVELACE).unwrap().name_for("ja"), "Ada Lovelace");
    }
}
