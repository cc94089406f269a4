//! The pages about a badge, with everything that they can show.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, texts, wording};
use crate::{
    course::{
        badge::{BadgeForm, BadgePage, competencies::CompetenciesPage},
        image::design::Design,
    },
    language::Language,
    store::badge::{BadgeDetails, CompetencyRow},
};

fn badge_page(t: Language) -> BadgePage {
    BadgePage {
        t,
        course_title: HOSTILE.to_owned(),
        awards_path: "/s/t/course".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        achievement_path: "/achievements/1".to_owned(),
        form: BadgeForm {
            texts: texts(),
            details: BadgeDetails {
                alt_en: HOSTILE.to_owned(),
                renewal_ja: HOSTILE.to_owned(),
                picture_tag: Some(HOSTILE.to_owned()),
                ..BadgeDetails::default()
            },
            validity: HOSTILE.to_owned(),
        },
        design: Design::of_course(Uuid::nil()).with([("text", HOSTILE)]),
        preview: HOSTILE.to_owned(),
        competencies: vec![competency()],
        complaint: Some("badge-name-missing"),
        done: Some("done-picture"),
    }
}

fn competency() -> CompetencyRow {
    CompetencyRow {
        competency_id: Uuid::nil(),
        code: HOSTILE.to_owned(),
        name: wording::both(),
        url: None,
        framework: wording::japanese(),
        framework_uri: HOSTILE.to_owned(),
    }
}

fn competencies_page(t: Language, search: &str, rows: Vec<CompetencyRow>) -> CompetenciesPage {
    CompetenciesPage {
        t,
        course_title: HOSTILE.to_owned(),
        awards_path: "/s/t/course".to_owned(),
        badge_path: "/s/t/badge".to_owned(),
        rule_path: "/s/t/rule".to_owned(),
        search: search.to_owned(),
        chosen: rows.clone(),
        found: rows,
        complaint: Some("competencies-many"),
    }
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    vec![
        ("badge", badge_page(t).render().unwrap()),
        ("competencies", competencies_page(t, HOSTILE, vec![competency(); 25]).render().unwrap()),
        ("competencies without frameworks", competencies_page(t, "", Vec::new()).render().unwrap()),
        ("competencies not found", competencies_page(t, HOSTILE, Vec::new()).render().unwrap()),
    ]
}
