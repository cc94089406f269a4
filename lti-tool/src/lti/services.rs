//! The claims that offer services, and those of the rarer messages, as platforms send them.
//!
//! AGS <https://www.imsglobal.org/spec/lti-ags/v2p0#assignment-and-grade-service-claim>, groups
//! <https://www.imsglobal.org/spec/lti-gs/v1p0>, notices <https://www.imsglobal.org/spec/lti-pns/v1p0>, migration
//! <https://www.imsglobal.org/spec/lti/v1p3/migr#lti-1-1-migration-claim>. Nothing is checked here.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::claims::lenient;

/// Where our columns of the grade book are.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GradeBookWire {
    /// What we may do there; unknown scopes are passed over.
    #[serde(default, deserialize_with = "lenient")]
    pub scope: Option<Vec<Value>>,
    /// All of our columns.
    #[serde(default, deserialize_with = "lenient")]
    pub lineitems: Option<String>,
    /// The one column of the launched link; absent if it has none or several.
    #[serde(default, deserialize_with = "lenient")]
    pub lineitem: Option<String>,
}

/// Where the groups of the course are.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GroupsWire {
    /// The list of groups.
    #[serde(default, deserialize_with = "lenient")]
    pub context_groups_url: Option<String>,
}

/// Where we say which notices we want.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NoticesWire {
    /// Takes our handlers.
    #[serde(default, deserialize_with = "lenient")]
    pub platform_notification_service_url: Option<String>,
    /// The notices that the platform can send.
    #[serde(default, deserialize_with = "lenient")]
    pub notice_types_supported: Option<Vec<String>>,
}

/// The person whom a message is about, not the one who launches.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ForUserWire {
    /// As submission review names it (<https://www.imsglobal.org/spec/lti-sr/v1p0>).
    #[serde(default, deserialize_with = "lenient")]
    pub user_id: Option<String>,
    /// As the data privacy launch names it.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<String>,
}

/// Who somebody was under LTI 1.1.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct MigrationWire {
    /// Their old id; absent if it is the same.
    #[serde(default, deserialize_with = "lenient")]
    pub user_id: Option<String>,
    /// The course's old id; absent if it is the same.
    #[serde(default, deserialize_with = "lenient")]
    pub context_id: Option<String>,
    /// The old key.
    #[serde(default, deserialize_with = "lenient")]
    pub oauth_consumer_key: Option<String>,
    /// Proof that the platform knows the old secret.
    #[serde(default, deserialize_with = "lenient")]
    pub oauth_consumer_key_sign: Option<String>,
}

/// The names under which we ask for the history of the course, in `custom` of a registration and of a placed link, and the
/// platform's variables (<https://www.imsglobal.org/spec/lti/v1p3/#lti-context-variables>).
pub const HISTORY_PARAMETERS: [(&str, &str); 2] =
    [("context_id_history", "$Context.id.history"), ("resource_link_id_history", "$ResourceLink.id.history")];

/// The names under which we ask a Canvas for its own numbers of course and person, which its events carry
/// (<https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.tools_variable_substitutions>).
pub const CANVAS_PARAMETERS: [(&str, &str); 2] =
    [("canvas_course_id", "$Canvas.course.id"), ("canvas_user_id", "$Canvas.user.id")];

/// A course is copied once a term; more is no history.
const MOST_ANCESTORS: usize = 50;

/// Canvas's number in a custom parameter; `None` if the platform left the variable as it is.
#[must_use]
pub fn canvas_number(custom: Option<&Map<String, Value>>, name: &str) -> Option<i64> {
    let value = custom?.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).filter(|number| *number > 0)
}

/// The ids of the courses that this one was copied from, the latest first; none if the platform left the variable as it is.
#[must_use]
pub fn context_history(custom: Option<&Map<String, Value>>) -> Vec<String> {
    history(custom, "context_id_history")
}

/// The ids of the links that this one was copied from, the latest first; none if the platform left the variable as it is, as Moodle does.
#[must_use]
pub fn link_history(custom: Option<&Map<String, Value>>) -> Vec<String> {
    history(custom, "resource_link_id_history")
}

/// Ids are URL-encoded in these lists; since platforms forget that, one with a `%` counts as it stands too.
fn history(custom: Option<&Map<String, Value>>, name: &str) -> Vec<String> {
    let text = custom.and_then(|custom| custom.get(name)).and_then(Value::as_str).unwrap_or_default();
    let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty() && !id.starts_with('$'));
    let ids = ids.flat_map(|id| [decoded(id), id.contains('%').then(|| id.to_owned())]).flatten();
    ids.filter(|id| id.len() <= 255 && !id.contains('\0')).take(MOST_ANCESTORS).collect()
}

fn decoded(id: &str) -> Option<String> {
    let literal = id.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(literal.as_bytes()).next().map(|(id, _)| id.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn history(value: &Value) -> Vec<String> {
        context_history(json!({ "context_id_history": value }).as_object())
    }

    #[test]
    fn the_history_of_a_course_is_a_list_of_ids() {
        assert_eq!(history(&json!("12, 7,3")), ["12", "7", "3"]);
        assert!(history(&json!("$Context.id.history")).is_empty());
        assert!(history(&json!("")).is_empty() && history(&json!(5)).is_empty());
        assert!(context_history(None).is_empty());
    }

    #[test]
    fn the_history_of_a_link_is_a_list_of_encoded_ids_and_no_more_than_anybody_copies() {
        let links = |text: &str| link_history(json!({ "resource_link_id_history": text }).as_object());
        assert_eq!(
            links("a+b,urn%3Alink%3A7%2C1,x=&y"),
            ["a+b", "urn:link:7,1", "urn%3Alink%3A7%2C1", "x=&y"]
        );
        assert_eq!(links("50%"), ["50%", "50%"], "what is not encoded counts as it stands");
        assert!(links("$ResourceLink.id.history").is_empty() && links("%00,,").len() == 1);
        assert_eq!(links(&"7,".repeat(1000)).len(), MOST_ANCESTORS);
    }

    #[test]
    fn canvas_s_numbers_are_numbers_or_texts_of_digits() {
        let number =
            |value: Value| canvas_number(json!({ "canvas_user_id": value }).as_object(), "canvas_user_id");
        assert_eq!((number(json!("123")), number(json!(123))), (Some(123), Some(123)));
        for odd in [json!("$Canvas.user.id"), json!(""), json!(-1), json!(null), json!([1])] {
            assert_eq!(number(odd), None);
        }
        assert_eq!(canvas_number(None, "canvas_user_id"), None);
    }

    #[test]
    fn odd_scopes_and_nulls_leave_the_rest_readable() {
        let claim: GradeBookWire = serde_json::from_value(
            json!({ "scope": ["https://canvas.instructure.com/lti/unknown", 5], "lineitems": null, "lineitem": "https://lms/1" }),
        )
        .unwrap();
        assert_eq!((claim.scope.unwrap().len(), claim.lineitems, claim.lineitem.is_some()), (2, None, true));
    }
}
