//! Members of a course as Names and Role Provisioning Services list them.
//!
//! Specification: <https://www.imsglobal.org/spec/lti-nrps/v2p0/#sharing-of-personal-data>: name and e-mail may be missing, roles are short
//! or full, and only active members count.

use serde::Deserialize;
use serde_json::Value;

use super::{claims::lenient, group::read_id, role};

/// One page of the list.
#[derive(Debug, Deserialize)]
pub struct MembershipContainerWire {
    /// The members on this page; entries that are no members are passed over.
    pub members: Vec<Value>,
}

#[derive(Deserialize)]
struct MemberWire {
    user_id: Value,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    given_name: Option<String>,
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    group_enrollments: Option<Vec<Value>>,
}

/// Whether a member is in the course still (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-status>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    /// In the course; also what a member without a status is.
    Active,
    /// May not take part at present.
    Inactive,
    /// Has left; only a list of differences says so.
    Deleted,
}

/// A member of the course, whatever their role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The platform's id, the `sub` of their launches.
    pub user_id: String,
    /// Whether they take part.
    pub status: MemberStatus,
    /// Whether the course counts them as a learner.
    pub is_learner: bool,
    /// Their name, if the platform tells it.
    pub name: Option<String>,
    /// Their e-mail address, if the platform tells it.
    pub email: Option<String>,
    /// The groups that they are in, by the platform's ids (<https://www.imsglobal.org/spec/lti-gs/v1p0#names-and-role-provisioning-services>).
    pub groups: Vec<String>,
}

impl Member {
    /// The member as somebody who may be awarded: an active learner.
    #[must_use]
    pub fn into_learner(self) -> Option<Learner> {
        (self.is_learner && self.status == MemberStatus::Active).then_some(Learner {
            user_id: self.user_id,
            name: self.name,
            email: self.email,
            groups: self.groups,
        })
    }
}

/// An active learner of the course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learner {
    /// The platform's id, the `sub` of their launches.
    pub user_id: String,
    /// Their name, if the platform tells it.
    pub name: Option<String>,
    /// Their e-mail address, if the platform tells it.
    pub email: Option<String>,
    /// The groups that they are in, by the platform's ids.
    pub groups: Vec<String>,
}

impl MembershipContainerWire {
    /// The members on this page, in the platform's order.
    pub fn into_members(self) -> impl Iterator<Item = Member> {
        self.members.into_iter().filter_map(|member| read_member(serde_json::from_value(member).ok()?))
    }
}

fn read_member(member: MemberWire) -> Option<Member> {
    let said = |word: &str| member.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case(word));
    let status = match () {
        () if said("Deleted") => MemberStatus::Deleted,
        () if member.status.is_none() || said("Active") => MemberStatus::Active,
        () => MemberStatus::Inactive,
    };
    let user_id = match member.user_id {
        Value::String(id) if !id.is_empty() && id.len() <= 255 => id,
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let is_learner = role::is_learner(member.roles.iter().map(String::as_str));
    let name = full_name(member.name, member.given_name, member.family_name);
    let email = member.email.filter(|email| email.contains('@'));
    let enrolments = member.group_enrollments.unwrap_or_default();
    let groups = enrolments.iter().filter_map(|enrolment| read_id(enrolment.get("group_id")?)).collect();
    Some(Member { user_id, status, is_learner, name, email, groups })
}

/// The name to show: the full one, else the parts, else none.
#[must_use]
pub fn full_name(name: Option<String>, given: Option<String>, family: Option<String>) -> Option<String> {
    let parts = || {
        let parts = [given, family]
            .into_iter()
            .flatten()
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty());
        let joined = parts.collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    };
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).or_else(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn learners(members: &Value) -> Vec<Learner> {
        let page: MembershipContainerWire =
            serde_json::from_value(json!({ "id": "x", "members": members })).unwrap();
        page.into_members().filter_map(Member::into_learner).collect()
    }

    #[test]
    fn active_learners_are_listed_whatever_the_platform_tells_of_them() {
        let found = learners(&json!([
            { "user_id": "4", "status": "Active", "roles": ["Learner"], "name": "Ada Lovelace", "email": "ada@example.test" },
            { "user_id": "6", "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"], "given_name": "小龍", "family_name": "李" },
            { "user_id": 7, "roles": ["Learner"], "name": null, "email": null },
        ]));
        let expected = [("4", Some("Ada Lovelace")), ("6", Some("小龍 李")), ("7", None)];
        assert_eq!(
            found
                .iter()
                .map(|learner| (learner.user_id.as_str(), learner.name.as_deref()))
                .collect::<Vec<_>>(),
            expected
        );
        assert_eq!(found[0].email.as_deref(), Some("ada@example.test"));
    }

    #[test]
    fn groups_are_told_with_the_members() {
        let found = learners(&json!([
            { "user_id": "4", "roles": ["Learner"], "group_enrollments": [{ "group_id": "7" }, { "group_id": 8 }, {}, "odd"] },
            { "user_id": "5", "roles": ["Learner"], "group_enrollments": null },
            { "user_id": "6", "roles": ["Learner"], "group_enrollments": "odd" },
        ]));
        let groups: Vec<_> = found.iter().map(|learner| learner.groups.join(",")).collect();
        assert_eq!(groups, ["7,8", "", ""]);
    }

    #[test]
    fn everybody_else_is_passed_over() {
        let found = learners(&json!([
            { "user_id": "3", "status": "Active", "roles": ["Instructor"], "name": "Tina Teacher" },
            { "user_id": "5", "status": "Inactive", "roles": ["Learner"] },
            { "user_id": "8", "status": "Deleted", "roles": ["Learner"] },
            { "user_id": "", "roles": ["Learner"] },
            { "roles": ["Learner"] },
            "odd",
        ]));
        assert_eq!(found, []);
    }
}
