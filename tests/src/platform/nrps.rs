//! Names and Role Provisioning: the roster, in pages.
//!
//! <https://www.imsglobal.org/spec/lti-nrps/v2p0>

use serde_json::{Value, json};

use super::personality::Personality;
use super::state::PlatformState;
use super::world::{Course, CourseGroup, Enrolment, Person, ResourceLink};

/// The only media type of a membership container.
pub const MEDIA_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// What is asked of the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RosterQuery {
    pub(crate) role: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) from: usize,
    pub(crate) rlid: Option<String>,
    /// The list whose differences are asked for.
    pub(crate) since: Option<String>,
}

impl RosterQuery {
    pub(crate) fn parse(query: &str) -> Self {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "role" => parsed.role = Some(value.into_owned()),
                "limit" => parsed.limit = value.parse().ok(),
                "from" => parsed.from = value.parse().unwrap_or_default(),
                "rlid" => parsed.rlid = Some(value.into_owned()),
                "since" => parsed.since = Some(value.into_owned()),
                _ => {}
            }
        }
        parsed
    }
}

/// One page of members, the address of the next, and on the last one that of the changes from now on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RosterPage {
    pub(crate) body: Value,
    pub(crate) next: Option<String>,
    pub(crate) differences: Option<String>,
}

/// The page that the query asks for; `None` if there is no such course or link, or the list whose differences are wanted is forgotten.
pub(crate) fn page(state: &PlatformState, course_id: &str, query: &RosterQuery) -> Option<RosterPage> {
    let mut memory = state.memory();
    let course = memory.world.course(course_id)?;
    let link = match &query.rlid {
        Some(rlid) => Some(course.links.iter().find(|link| link.id == *rlid)?),
        None => None,
    };
    let changed = match &query.since {
        Some(since) => differences(course, memory.given_rosters.get(since)?),
        None => course.enrolments.iter().map(|enrolment| (enrolment, ACTIVE)).collect(),
    };
    let wanted: Vec<(&Enrolment, &str)> =
        changed.into_iter().filter(|(enrolment, _)| is_wanted(enrolment, link, query)).collect();
    let size = query.limit.unwrap_or(usize::MAX).clamp(1, memory.personality.members_per_page);
    let members: Vec<Value> = wanted
        .iter()
        .skip(query.from)
        .take(size)
        .filter_map(|(enrolment, status)| {
            let person = memory.world.person(&enrolment.person_id)?;
            let mut member = member(enrolment, person, link, &memory.personality);
            if let Some(members) = member.as_object_mut() {
                members.insert("status".to_owned(), json!(status));
            }
            add_groups(&mut member, memory.world.groups_of(course_id), &person.id);
            Some(member)
        })
        .collect();
    let url = state.memberships_url(course_id);
    let more = wanted.len() > query.from.saturating_add(size);
    let next = more.then(|| next_url(&url, query, size, &memory.personality));
    let (body, enrolments) = (container(&url, course, &members), course.enrolments.clone());
    let ends = next.is_none() && query.rlid.is_none() && memory.personality.keeps_differences;
    let differences = ends.then(|| {
        memory.serial += 1;
        let number = memory.serial.to_string();
        memory.given_rosters.insert(number.clone(), enrolments);
        format!("{url}?since={number}")
    });
    Some(RosterPage { body, next, differences })
}

const ACTIVE: &str = "Active";

/// Who is in the course otherwise than they were, and who has left it
/// (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-differences>).
fn differences<'a>(course: &'a Course, before: &'a [Enrolment]) -> Vec<(&'a Enrolment, &'static str)> {
    let is_in =
        |list: &[Enrolment], one: &Enrolment| list.iter().any(|other| other.person_id == one.person_id);
    let joined = course.enrolments.iter().filter(|now| !before.iter().any(|then| then == *now));
    let left = before.iter().filter(|then| !is_in(&course.enrolments, then));
    joined.map(|now| (now, ACTIVE)).chain(left.map(|then| (then, "Deleted"))).collect()
}

fn container(url: &str, course: &Course, members: &[Value]) -> Value {
    let context = json!({ "id": course.id, "label": course.label, "title": course.title });
    json!({ "id": url, "context": context, "members": members })
}

/// A link's availability filters the list, as Moodle does it.
fn is_wanted(enrolment: &Enrolment, link: Option<&ResourceLink>, query: &RosterQuery) -> bool {
    let may_open = link
        .and_then(|link| link.open_to.as_ref())
        .is_none_or(|people| people.contains(&enrolment.person_id));
    let has_role = query.role.as_ref().is_none_or(|wanted| {
        enrolment.roles.iter().any(|role| role.name() == wanted || role.uri() == *wanted)
    });
    may_open && has_role
}

fn member(
    enrolment: &Enrolment,
    person: &Person,
    link: Option<&ResourceLink>,
    personality: &Personality,
) -> Value {
    let roles: Vec<String> = enrolment
        .roles
        .iter()
        .map(|role| if personality.short_membership_roles { role.name().to_owned() } else { role.uri() })
        .collect();
    let mut member = json!({
        "user_id": person.id, "roles": roles, "name": person.display_name(),
        "given_name": person.given_name, "family_name": person.family_name,
    });
    if let (false, Some(members)) = (person.email.is_empty(), member.as_object_mut()) {
        members.insert("email".to_owned(), json!(person.email));
    }
    if let (Some(link), Some(members)) = (link, member.as_object_mut()) {
        let message = json!({
            "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiResourceLinkRequest",
            "https://purl.imsglobal.org/spec/lti/claim/custom": link.custom,
        });
        members.insert("message".to_owned(), json!([message]));
    }
    member
}

/// Which groups somebody is in: <https://www.imsglobal.org/spec/lti-gs/v1p0#names-and-role-provisioning-services>.
fn add_groups<'a>(member: &mut Value, groups: impl Iterator<Item = &'a CourseGroup>, person_id: &str) {
    let own: Vec<Value> = groups
        .filter(|group| group.people.contains(person_id))
        .map(|group| json!({ "group_id": group.id }))
        .collect();
    if let (false, Some(members)) = (own.is_empty(), member.as_object_mut()) {
        members.insert("group_enrollments".to_owned(), json!(own));
    }
}

fn next_url(url: &str, query: &RosterQuery, size: usize, personality: &Personality) -> String {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    if let Some(rlid) = &query.rlid {
        encoded.append_pair("rlid", rlid);
    }
    if let (Some(role), false) = (&query.role, personality.next_link_drops_role) {
        encoded.append_pair("role", role);
    }
    if let Some(since) = &query.since {
        encoded.append_pair("since", since);
    }
    encoded.append_pair("limit", &size.to_string());
    encoded.append_pair("from", &query.from.saturating_add(size).to_string());
    format!("{url}?{}", encoded.finish())
}
