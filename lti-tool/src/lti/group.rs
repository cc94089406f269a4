//! The groups of a course as the Course Groups Service lists them.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-gs/v1p0#context-group-container>. Who is in a group stands with the members of the
//! course ([`super::membership`]).

use serde::Deserialize;
use serde_json::Value;

/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// One page of the list.
#[derive(Debug, Deserialize)]
pub struct GroupContainerWire {
    groups: Vec<Value>,
}

/// A group of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The platform's id.
    pub group_id: String,
    /// What people call it; the id if it has no name.
    pub name: String,
}

impl GroupContainerWire {
    /// The groups on this page, in the platform's order; hidden ones and entries that are no groups are passed over.
    pub fn into_groups(self) -> impl Iterator<Item = Group> {
        self.groups.into_iter().filter_map(|group| read_group(&group))
    }
}

fn read_group(group: &Value) -> Option<Group> {
    if group.get("hidden").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let group_id = read_id(group.get("id")?)?;
    let name = group.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let name = name.unwrap_or(&group_id).chars().take(LONGEST_NAME).collect();
    Some(Group { group_id, name })
}

/// The id of a group, which some platforms write as a number.
pub(super) fn read_id(id: &Value) -> Option<String> {
    match id {
        Value::String(id) if !id.is_empty() && id.len() <= 255 => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_have_an_id_and_a_name() {
        let page: GroupContainerWire = serde_json::from_value(json!({ "id": "https://lms.example/groups", "groups": [
            { "id": "a", "name": " 第1班 ", "tag": "section" }, { "id": 12 }, { "id": "h", "name": "Hidden", "hidden": true },
            { "id": "" }, { "name": "no id" }, "odd",
        ] }))
        .unwrap();
        let groups: Vec<_> = page.into_groups().map(|group| (group.group_id, group.name)).collect();
        assert_eq!(groups, [("a".to_owned(), "第1班".to_owned()), ("12".to_owned(), "12".to_owned())]);
    }
}
