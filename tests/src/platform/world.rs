//! Who and what is in the LMS: people, courses, links, and the tools placed there.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A role in a course, by its name in the LIS vocabulary.
/// <https://www.imsglobal.org/spec/lti/v1p3/#lis-vocabulary-for-context-roles>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Teaches the course.
    Instructor,
    /// Takes the course.
    Learner,
    /// Edits content, judges nobody.
    ContentDeveloper,
}

impl Role {
    /// The short name, as Moodle's membership service writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instructor => "Instructor",
            Self::Learner => "Learner",
            Self::ContentDeveloper => "ContentDeveloper",
        }
    }

    /// The full URI.
    #[must_use]
    pub fn uri(self) -> String {
        format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{}", self.name())
    }
}

/// Somebody with an account. Names and addresses are invented.
#[derive(Clone, Debug)]
pub struct Person {
    /// The `id_token`'s `sub`.
    pub id: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// How readers of English see the name on the LMS's own pages, if that is another writing.
    pub romanised: Option<String>,
    /// E-mail address under a reserved domain; empty if the LMS keeps it to itself.
    pub email: String,
    /// `launch_presentation.locale`, for example `ja`.
    pub locale: String,
}

impl Person {
    /// The name as the person's language orders it.
    #[must_use]
    pub fn display_name(&self) -> String {
        match self.locale.as_str() {
            "ja" => format!("{} {}", self.family_name, self.given_name),
            _ => format!("{} {}", self.given_name, self.family_name),
        }
    }

    /// The name on a page in this language.
    #[must_use]
    pub fn name_for(&self, language: &str) -> String {
        match (&self.romanised, language) {
            (Some(romanised), "en") => romanised.clone(),
            _ => self.display_name(),
        }
    }
}

/// A person's place in a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Whose.
    pub person_id: String,
    /// One or several roles.
    pub roles: Vec<Role>,
}

/// The tool's place in a course: what a learner clicks on.
#[derive(Clone, Debug)]
pub struct ResourceLink {
    /// `resource_link.id`.
    pub id: String,
    /// Title on the course page.
    pub title: String,
    /// Only these people may open it; everybody if absent. Moodle's "restrict access".
    pub open_to: Option<BTreeSet<String>>,
    /// Custom parameters.
    pub custom: Map<String, Value>,
}

/// A course.
#[derive(Clone, Debug)]
pub struct Course {
    /// `context.id`.
    pub id: String,
    /// Short label.
    pub label: String,
    /// Title in the language of the course.
    pub title: String,
    /// Who is in it, in the order of the roster.
    pub enrolments: Vec<Enrolment>,
    /// Where the tool is placed.
    pub links: Vec<ResourceLink>,
}

/// A tool as an administrator registered it, with one deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The OAuth client id given to the tool.
    pub client_id: String,
    /// The deployment given to the tool.
    pub deployment_id: String,
    /// Where a third-party-initiated login goes.
    pub login_url: String,
    /// The only addresses to which `id_tokens` are posted.
    pub redirect_uris: Vec<String>,
    /// The claim `target_link_uri`.
    pub target_link_uri: String,
    /// Where the tool publishes its keys.
    pub jwks_url: String,
    /// What it may ask the services for.
    pub scopes: Vec<String>,
}

/// A group of a course.
#[derive(Clone, Debug)]
pub struct CourseGroup {
    /// Whose group.
    pub course_id: String,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who is in it.
    pub people: BTreeSet<String>,
}

/// Everything that the LMS knows.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// All accounts.
    pub people: Vec<Person>,
    /// All courses.
    pub courses: Vec<Course>,
    /// All registered tools.
    pub tools: Vec<Tool>,
    /// The groups of all courses; a course without any does not offer the service.
    pub groups: Vec<CourseGroup>,
}

impl World {
    /// The groups of a course.
    pub fn groups_of<'a>(&'a self, course_id: &'a str) -> impl Iterator<Item = &'a CourseGroup> {
        self.groups.iter().filter(move |group| group.course_id == course_id)
    }

    /// The person with this id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The course with this id.
    #[must_use]
    pub fn course(&self, id: &str) -> Option<&Course> {
        self.courses.iter().find(|course| course.id == id)
    }

    /// The link with this id and its course.
    #[must_use]
    pub fn link(&self, id: &str) -> Option<(&Course, &ResourceLink)> {
        self.courses
            .iter()
            .find_map(|course| course.links.iter().find(|link| link.id == id).map(|link| (course, link)))
    }

    /// The tool with this client and deployment.
    #[must_use]
    pub fn tool(&self, client_id: &str, deployment_id: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.client_id == client_id && tool.deployment_id == deployment_id)
    }

    /// The roles that a person has in a course; none if not enrolled.
    #[must_use]
    pub fn roles(&self, course_id: &str, person_id: &str) -> Vec<Role> {
        self.course(course_id)
            .and_then(|course| course.enrolments.iter().find(|enrolment| enrolment.person_id == person_id))
            .map(|enrolment| enrolment.roles.clone())
            .unwrap_or_default()
    }
}
