//! The form of the badge: its fields become texts and details, or a sentence that says what is missing.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    course::image::design::Design,
    store::{badge::BadgeDetails, course::BadgeTexts},
};

/// The longest name, alternative text and renewal, and the longest of the other texts, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 4000;
/// A hundred years.
const MOST_MONTHS: i32 = 1200;

/// What the fields say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BadgeForm {
    pub(crate) texts: BadgeTexts,
    pub(crate) details: BadgeDetails,
    /// As it was typed; empty is for ever.
    pub(crate) validity: String,
}

impl BadgeForm {
    /// The fields by name, tidied; a field that is missing keeps what `before` has.
    pub(crate) fn read(fields: &[(String, String)], before: Self, course_id: Uuid) -> Self {
        let mut form = before;
        for (field, value) in fields {
            let value = tidied(value);
            match field.as_str() {
                "name_en" => form.texts.name_en = value,
                "name_ja" => form.texts.name_ja = value,
                "description_en" => form.texts.description_en = value,
                "description_ja" => form.texts.description_ja = value,
                "criteria_en" => form.texts.criteria_en = value,
                "criteria_ja" => form.texts.criteria_ja = value,
                "alt_en" => form.details.alt_en = value,
                "alt_ja" => form.details.alt_ja = value,
                "renewal_en" => form.details.renewal_en = value,
                "renewal_ja" => form.details.renewal_ja = value,
                "validity" => form.validity = value,
                _ => {}
            }
        }
        let before = Design::chosen(course_id, &form.details.design);
        let design = before.clone().with(pairs(fields));
        if !form.details.design.is_empty() || design != before {
            form.details.design = stored(&design);
        }
        form
    }

    /// Months of validity.
    pub(crate) fn months(&self) -> Option<i32> {
        self.validity.parse().ok()
    }

    /// The key of the sentence that says what is wrong, if something is.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        let (texts, details) = (&self.texts, &self.details);
        let is_missing = |en: &str, ja: &str| en.is_empty() && ja.is_empty();
        let is_long = |limit: usize, texts: &[&String]| texts.iter().any(|text| text.chars().count() > limit);
        let validity_fits = self.validity.is_empty()
            || self.months().is_some_and(|months| (1..=MOST_MONTHS).contains(&months));
        if is_missing(&texts.name_en, &texts.name_ja) {
            Some("badge-name-missing")
        } else if is_missing(&texts.description_en, &texts.description_ja) {
            Some("badge-description-missing")
        } else if is_missing(&texts.criteria_en, &texts.criteria_ja) {
            Some("badge-criteria-missing")
        } else if is_long(
            LONGEST_NAME,
            &[
                &texts.name_en,
                &texts.name_ja,
                &details.alt_en,
                &details.alt_ja,
                &details.renewal_en,
                &details.renewal_ja,
            ],
        ) || is_long(
            LONGEST_TEXT,
            &[&texts.description_en, &texts.description_ja, &texts.criteria_en, &texts.criteria_ja],
        ) {
            Some("badge-text-long")
        } else if validity_fits {
            None
        } else {
            Some("badge-validity-wrong")
        }
    }
}

fn tidied(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\0', "").trim().to_owned()
}

/// Fields as the design reads them.
pub(crate) fn pairs(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(field, value)| (field.as_str(), value.as_str()))
}

/// The design as it is stored.
fn stored(design: &Design) -> BTreeMap<String, String> {
    design.fields().into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}
