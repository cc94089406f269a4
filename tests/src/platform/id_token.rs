//! The claims of a launch, as an honest platform writes them.
//!
//! <https://www.imsglobal.org/spec/lti/v1p3/#resource-link-launch-request-message>

use serde_json::{Map, Value, json};

use super::state::{DocumentTarget, Memory, PendingLaunch, PlatformState};
use super::state::{SCOPE_GROUPS, SCOPE_LINE_ITEM, SCOPE_NOTICE_HANDLERS, SCOPE_RESULT, SCOPE_SCORE};
use super::world::{Course, Person, ResourceLink, Role, Tool};

/// The prefix of LTI's core claims.
pub const LTI_CLAIM: &str = "https://purl.imsglobal.org/spec/lti/claim/";

/// The full name of a core claim: `claim("roles")`.
#[must_use]
pub fn claim(name: &str) -> String {
    format!("{LTI_CLAIM}{name}")
}

/// What an `id_token` is about.
struct Subject<'a> {
    tool: &'a Tool,
    person: &'a Person,
    course: &'a Course,
    link: &'a ResourceLink,
    roles: Vec<Role>,
}

/// The claims for a launch; `None` if the tool, the person or the link is gone.
pub(crate) fn claims(
    state: &PlatformState,
    memory: &Memory,
    launch: &PendingLaunch,
    nonce: &str,
    now: i64,
) -> Option<Map<String, Value>> {
    let world = &memory.world;
    let (course, link) = world.link(&launch.link_id)?;
    let subject = Subject {
        tool: world.tool(&launch.client_id, &launch.deployment_id)?,
        person: world.person(&launch.person_id)?,
        course,
        link,
        roles: world.roles(&course.id, &launch.person_id),
    };
    let mut claims = Map::new();
    add_security_claims(&mut claims, state, memory, &subject, nonce, now);
    add_person(&mut claims, subject.person);
    add_message(&mut claims, &subject);
    if memory.personality.is_canvas {
        add_canvas_s_own(&mut claims, state, &subject);
    }
    add_presentation(&mut claims, state, memory, &subject, launch.document_target);
    add_services(&mut claims, state, memory, &subject);
    Some(claims)
}

fn add_security_claims(
    claims: &mut Map<String, Value>,
    state: &PlatformState,
    memory: &Memory,
    subject: &Subject<'_>,
    nonce: &str,
    now: i64,
) {
    claims.insert("iss".to_owned(), json!(state.iss(&memory.personality)));
    claims.insert("aud".to_owned(), json!(subject.tool.client_id));
    claims.insert("sub".to_owned(), json!(subject.person.id));
    claims.insert("iat".to_owned(), json!(now));
    claims.insert("exp".to_owned(), json!(now + memory.personality.id_token_lifetime_seconds));
    claims.insert("nonce".to_owned(), json!(nonce));
}

fn add_person(claims: &mut Map<String, Value>, person: &Person) {
    claims.insert("given_name".to_owned(), json!(person.given_name));
    claims.insert("family_name".to_owned(), json!(person.family_name));
    claims.insert("name".to_owned(), json!(person.display_name()));
    if !person.email.is_empty() {
        claims.insert("email".to_owned(), json!(person.email));
    }
}

fn add_message(claims: &mut Map<String, Value>, subject: &Subject<'_>) {
    let roles: Vec<String> = subject.roles.iter().map(|role| role.uri()).collect();
    claims.insert(claim("message_type"), json!("LtiResourceLinkRequest"));
    claims.insert(claim("version"), json!("1.3.0"));
    claims.insert(claim("deployment_id"), json!(subject.tool.deployment_id));
    claims.insert(claim("target_link_uri"), json!(subject.tool.target_link_uri));
    claims.insert(claim("roles"), json!(roles));
    claims.insert(
        claim("context"),
        json!({
            "id": subject.course.id, "label": subject.course.label, "title": subject.course.title,
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
        }),
    );
    claims.insert(claim("resource_link"), json!({ "id": subject.link.id, "title": subject.link.title }));
    if !subject.link.custom.is_empty() {
        claims.insert(claim("custom"), json!(subject.link.custom));
    }
}

/// Roles of the whole institution, which say nothing about the course; notices; an empty `custom`.
fn add_canvas_s_own(claims: &mut Map<String, Value>, state: &PlatformState, subject: &Subject<'_>) {
    let everywhere =
        ["institution/person#Instructor", "institution/person#Administrator", "system/person#User"];
    let everywhere = everywhere.map(|role| format!("http://purl.imsglobal.org/vocab/lis/v2/{role}"));
    let roles: Vec<String> =
        everywhere.into_iter().chain(subject.roles.iter().map(|role| role.uri())).collect();
    claims.insert(claim("roles"), json!(roles));
    claims.entry(claim("custom")).or_insert_with(|| json!({}));
    claims.insert("azp".to_owned(), json!(subject.tool.client_id));
    claims.insert("errors".to_owned(), json!({ "errors": {} }));
    let notices = json!({
        "service_versions": ["1.0"], "scope": [SCOPE_NOTICE_HANDLERS],
        "platform_notification_service_url": state.notice_handlers_url(&subject.tool.deployment_id),
        "notice_types_supported": ["LtiHelloWorldNotice", "LtiAssetProcessorSubmissionNotice", "LtiContextCopyNotice"],
    });
    claims.insert(claim("platformnotificationservice"), notices);
}

fn add_presentation(
    claims: &mut Map<String, Value>,
    state: &PlatformState,
    memory: &Memory,
    subject: &Subject<'_>,
    document_target: DocumentTarget,
) {
    let return_url = format!("{}/?course={}", state.issuer, subject.course.id);
    let mut presentation = json!({
        "locale": subject.person.locale, "document_target": document_target.as_str(), "return_url": return_url,
    });
    let mut platform = json!({
        "guid": "practice-lms.example", "name": "Practice LMS",
        "product_family_code": memory.personality.product_family_code, "version": "1",
    });
    if memory.personality.null_members {
        for part in [&mut presentation, &mut platform] {
            if let Some(members) = part.as_object_mut() {
                members.insert("validation_context".to_owned(), Value::Null);
                members.insert("errors".to_owned(), json!({ "errors": {} }));
            }
        }
        claims.insert(claim("lis"), json!({ "person_sourcedid": null, "course_offering_sourcedid": null }));
    }
    claims.insert(claim("launch_presentation"), presentation);
    claims.insert(claim("tool_platform"), platform);
}

fn add_services(
    claims: &mut Map<String, Value>,
    state: &PlatformState,
    memory: &Memory,
    subject: &Subject<'_>,
) {
    claims.insert(
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice".to_owned(),
        json!({
            "context_memberships_url": state.memberships_url(&subject.course.id),
            "service_versions": ["2.0"],
        }),
    );
    let scopes = [SCOPE_LINE_ITEM, SCOPE_SCORE, SCOPE_RESULT];
    let granted: Vec<&str> =
        scopes.into_iter().filter(|scope| subject.tool.scopes.iter().any(|own| own == scope)).collect();
    let mut grade_book = json!({
        "scope": granted,
        "lineitems": format!("{}{}", state.line_items_url(&subject.course.id), memory.grades.dialect.query()),
    });
    let line_item = memory.grades.of_link(&subject.tool.client_id, &subject.link.id);
    if let (Some(line_item), Some(members)) = (line_item, grade_book.as_object_mut()) {
        members.insert("lineitem".to_owned(), json!(line_item));
    }
    claims.insert("https://purl.imsglobal.org/spec/lti-ags/claim/endpoint".to_owned(), grade_book);
    let may_see_groups = subject.tool.scopes.iter().any(|own| own == SCOPE_GROUPS);
    if may_see_groups && memory.world.groups_of(&subject.course.id).next().is_some() {
        let service = json!({
            "context_groups_url": state.groups_url(&subject.course.id),
            "scope": [SCOPE_GROUPS], "service_versions": ["1.0"],
        });
        claims.insert("https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice".to_owned(), service);
    }
}
