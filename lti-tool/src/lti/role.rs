//! Who somebody is in the course: what the roles claim grants.
//!
//! Only *context* roles count (<https://www.imsglobal.org/spec/lti/v1p3/#context-roles>): Canvas also lists institution-wide and
//! system-wide ones, and a dean is not thereby the instructor of this course.

/// The prefix of all roles that are not sub-roles.
const VOCABULARY: &str = "http://purl.imsglobal.org/vocab/lis/v2/";
/// The prefix of context roles.
const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#";

/// What a person may do in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May define the badge, award and revoke.
    Instructor,
    /// May see what they earned themselves.
    Member,
}

impl Standing {
    /// The standing that `roles` grant: instructors and administrators *of the course* are [`Standing::Instructor`],
    /// everybody else, unknown roles and no role included, is [`Standing::Member`].
    ///
    /// A role without a namespace is read as a context role
    /// (<https://www.imsglobal.org/spec/lti/v1p3/#role-vocabularies>).
    pub fn from_roles<'a>(roles: impl IntoIterator<Item = &'a str>) -> Self {
        let teaches = roles
            .into_iter()
            .filter_map(context_role)
            .any(|role| matches!(role, "Instructor" | "Administrator"));
        if teaches { Self::Instructor } else { Self::Member }
    }

    /// The name under which a session stores it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instructor => "instructor",
            Self::Member => "member",
        }
    }

    /// The inverse of [`Standing::as_str`]; anything unknown grants nothing.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        if text == "instructor" { Self::Instructor } else { Self::Member }
    }
}

/// Whether `roles` say that this person administers the institution or the platform
/// (<https://www.imsglobal.org/spec/lti/v1p3/#lis-vocabulary-for-institution-roles>). It grants nothing in a course.
pub fn is_administrator<'a>(roles: impl IntoIterator<Item = &'a str>) -> bool {
    roles.into_iter().filter_map(|role| role.strip_prefix(VOCABULARY)).any(|role| {
        matches!(
            role,
            "institution/person#Administrator" | "system/person#Administrator" | "system/person#SysAdmin"
        )
    })
}

/// Whether `roles` say that this person administers the institution; the machine's administrators do not thereby.
pub fn administers_institution<'a>(roles: impl IntoIterator<Item = &'a str>) -> bool {
    let mut roles = roles.into_iter().filter_map(|role| role.strip_prefix(VOCABULARY));
    roles.any(|role| role == "institution/person#Administrator")
}

/// Whether `roles` say that this person learns in the course.
pub fn is_learner<'a>(roles: impl IntoIterator<Item = &'a str>) -> bool {
    roles.into_iter().filter_map(context_role).any(|role| role == "Learner")
}

/// The short name of a context role, from its full or its short form.
fn context_role(role: &str) -> Option<&str> {
    role.strip_prefix(MEMBERSHIP).or_else(|| (!role.contains([':', '#', '/'])).then_some(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructors_of_the_course_are_instructors_in_either_spelling() {
        for role in
            ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor", "Instructor", "Administrator"]
        {
            assert_eq!(Standing::from_roles([role]), Standing::Instructor, "{role}");
        }
        assert_eq!(Standing::from_roles(["Learner", "Instructor"]), Standing::Instructor);
    }

    #[test]
    fn roles_outside_the_course_grant_nothing() {
        for role in [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin",
            "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
            "https://evil.example/membership#Instructor",
            "Instructors",
            "instructor",
            "",
        ] {
            assert_eq!(Standing::from_roles([role]), Standing::Member, "{role}");
        }
        assert_eq!(Standing::from_roles([]), Standing::Member);
    }

    #[test]
    fn learners_are_recognised_in_either_spelling() {
        assert!(is_learner(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]));
        assert!(is_learner(["Learner"]));
        assert!(!is_learner([
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Learner",
            "Instructor"
        ]));
    }

    #[test]
    fn an_administrator_is_one_of_the_institution_or_the_system() {
        let role = |name: &str| format!("http://purl.imsglobal.org/vocab/lis/v2/{name}");
        for name in
            ["institution/person#Administrator", "system/person#Administrator", "system/person#SysAdmin"]
        {
            assert!(is_administrator([role(name).as_str()]), "{name}");
        }
        for name in ["membership#Administrator", "institution/person#Instructor", "system/person#User"] {
            assert!(!is_administrator([role(name).as_str()]), "{name}");
        }
        assert!(!is_administrator(["Administrator"]));
    }

    #[test]
    fn an_institution_is_administered_by_its_own_administrators_only() {
        let role = |name: &str| format!("http://purl.imsglobal.org/vocab/lis/v2/{name}");
        assert!(administers_institution(
            [role("membership#Learner"), role("institution/person#Administrator")].iter().map(String::as_str)
        ));
        for name in [
            "membership#Administrator",
            "institution/person#Instructor",
            "institution/person#Administrators",
            "system/person#Administrator",
            "system/person#SysAdmin",
        ] {
            assert!(!administers_institution([role(name).as_str()]), "{name}");
        }
        for name in [
            "Administrator",
            "institution/person#Administrator",
            "https://evil.example/institution/person#Administrator",
        ] {
            assert!(!administers_institution([name]), "{name}");
        }
    }

    #[test]
    fn a_standing_survives_storage() {
        for standing in [Standing::Instructor, Standing::Member] {
            assert_eq!(Standing::from_stored(standing.as_str()), standing);
        }
        assert_eq!(Standing::from_stored("dean"), Standing::Member);
    }
}
