//! What the last look at a Moodle token's rights means for a rule, in sentences.

use openbadges::completion::Source;

use crate::{
    completion::moodle::{ACTIVITIES, MoodleSettings, STATUS},
    language::Language,
    store::{completion::SourceRow, moodle::MoodleRightsRow},
};

/// Moodle's word for a token that it does not know, or knows no more.
const NO_TOKEN: &str = "invalidtoken";

/// Sentences about the token of a source, and whether it is refused something; `None` for a source without a token of Moodle's.
pub(super) fn said(
    t: Language,
    source: &SourceRow,
    rights: Option<&MoodleRightsRow>,
) -> Option<(bool, Vec<String>)> {
    let rights = rights.filter(|_| source.source == Source::Moodle)?;
    let Some(checked_at) = &rights.checked_at else {
        return Some((false, vec![t.text("moodle-rights-unchecked")]));
    };
    let date = t.moment(checked_at);
    if rights.refusals.values().any(|code| code == NO_TOKEN) {
        return Some((true, vec![t.with("moodle-rights-token", "date", &date)]));
    }
    let settings: MoodleSettings = serde_json::from_value(source.settings.clone()).unwrap_or_default();
    let needed = [
        (STATUS, "moodle-rights-status", true),
        (ACTIVITIES, "moodle-rights-activities", settings.activities),
    ];
    let refused: Vec<String> = needed
        .into_iter()
        .filter(|(function, _, is_needed)| *is_needed && rights.refusals.contains_key(*function))
        .map(|(function, key, _)| t.with_texts(key, ("date", &date), ("function", function)))
        .collect();
    if refused.is_empty() {
        Some((false, vec![t.with("moodle-rights-good", "date", &date)]))
    } else {
        Some((true, refused))
    }
}

#[cfg(test)]
mod tests {
    use openbadges::time::Timestamp;
    use serde_json::json;

    use super::*;

    fn source(source: Source, activities: bool) -> SourceRow {
        SourceRow { source, settings: json!({ "activities": activities }), seen_at: None, obstacle: None }
    }

    fn rights(refusals: &[(&str, &str)]) -> MoodleRightsRow {
        MoodleRightsRow {
            checked_at: Some(Timestamp::from_unix_seconds(0)),
            refusals: refusals
                .iter()
                .map(|(function, code)| ((*function).to_owned(), (*code).to_owned()))
                .collect(),
        }
    }

    fn english(activities: bool, refusals: &[(&str, &str)]) -> (bool, Vec<String>) {
        said(Language::En, &source(Source::Moodle, activities), Some(&rights(refusals))).unwrap()
    }

    #[test]
    fn what_a_rule_does_not_need_may_be_refused() {
        let good = (
            false,
            vec!["The rights of the token were checked on 1970-01-01 00:00 UTC: Moodle lets it call what this rule needs.".to_owned()],
        );
        assert_eq!(english(true, &[]), good);
        assert_eq!(english(false, &[(ACTIVITIES, "accessexception")]), good);
        let (is_refused, sentences) = english(true, &[(ACTIVITIES, "accessexception")]);
        assert!(is_refused && sentences.len() == 1, "{sentences:?}");
        assert!(sentences[0].contains("core_completion_get_activities_completion_status"), "{sentences:?}");
        let (is_refused, sentences) =
            english(true, &[(ACTIVITIES, "accessexception"), (STATUS, "accessexception")]);
        assert!(is_refused && sentences.len() == 2, "{sentences:?}");
    }

    #[test]
    fn a_token_that_is_not_taken_is_one_thing_to_mend() {
        let (is_refused, sentences) =
            english(true, &[(ACTIVITIES, "invalidtoken"), (STATUS, "invalidtoken")]);
        assert!(is_refused);
        assert_eq!(
            sentences,
            [
                "The rights of the token were checked on 1970-01-01 00:00 UTC: Moodle does not take the token any more. Its administrator makes a new one, and the operator of this tool keeps it."
            ]
        );
    }

    #[test]
    fn nothing_is_said_where_there_is_no_token_or_nobody_has_looked() {
        assert_eq!(said(Language::En, &source(Source::Moodle, true), None), None);
        assert_eq!(said(Language::En, &source(Source::Roster, true), Some(&rights(&[]))), None);
        let new = MoodleRightsRow::default();
        let sentences = said(Language::En, &source(Source::Moodle, true), Some(&new));
        assert_eq!(
            sentences,
            Some((
                false,
                vec![
                    "The rights of the token have not been checked yet; that happens within a minute."
                        .to_owned()
                ]
            ))
        );
    }
}
