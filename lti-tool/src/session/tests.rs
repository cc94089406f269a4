//! What makes an instructor an instructor.

use super::*;

/// A session of an instructor in a course, to be changed by each test.
pub(crate) fn sample() -> Session {
    let platform = Platform {
        registration_id: uuid::Uuid::nil(),
        issuer: "https://lms.example".to_owned(),
        issuer_url: "https://lms.example".parse().ok(),
        client_id: "client-1".to_owned(),
        authorization_endpoint: "https://lms.example/auth".parse().unwrap(),
        token_endpoint: "https://lms.example/token".parse().unwrap(),
        token_audience: None,
        jwks_url: "https://lms.example/certs".parse().unwrap(),
        id_token_algorithm: jsonwebtoken::Algorithm::RS256,
    };
    Session {
        token: "token".to_owned(),
        platform: platform.into(),
        deployment_id: "2".to_owned(),
        context: Some(("5".to_owned(), Some("Data basics".to_owned()))),
        user_id: Some("3".to_owned()),
        user_name: Some("Tina Teacher".to_owned()),
        standing: Standing::Instructor,
        language: Language::En,
        memberships_url: None,
        return_url: None,
        deep_link: None,
        resource_link_id: None,
        for_user_id: None,
        is_data_privacy: false,
        reads_reports: false,
        groups_url: None,
        context_history: Vec::new(),
        line_items_url: None,
    }
}

fn complaint(session: Session) -> String {
    Instructor::from_session(session).unwrap_err().to_string()
}

#[test]
fn an_instructor_may_touch_the_course_of_the_launch() {
    let instructor = Instructor::from_session(sample()).unwrap();
    let course = instructor.course();
    assert_eq!(
        (course.registration_id, course.deployment_id, course.context_id),
        (uuid::Uuid::nil(), "2", "5")
    );
    assert_eq!((instructor.user_id(), instructor.course_title()), ("3", "Data basics"));
}

#[test]
fn nobody_else_is_an_instructor() {
    assert_eq!(
        complaint(Session { standing: Standing::Member, ..sample() }),
        "page is for instructors of the course"
    );
    assert_eq!(complaint(Session { context: None, ..sample() }), "launch came without a course");
    assert_eq!(complaint(Session { user_id: None, ..sample() }), "launch was anonymous");
}

#[test]
fn a_course_without_a_title_is_called_by_its_id() {
    let session = Session { context: Some(("5".to_owned(), None)), ..sample() };
    assert_eq!(session.course_title(), Some("5"));
    assert_eq!(Instructor::from_session(session).unwrap().course_title(), "5");
}

#[test]
fn pages_are_addressed_below_the_token() {
    assert_eq!(sample().path("course"), "/s/token/course");
}
