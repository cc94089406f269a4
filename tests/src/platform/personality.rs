//! How real platforms differ from the specification, as switches.
//!
//! The values for Moodle were measured on a Moodle 4.5.6; Canvas's come from its public documentation.

use super::dialect::GradeDialect;

/// Deviations and choices of one kind of LMS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent switch")]
pub struct Personality {
    /// `tool_platform.product_family_code` of the `id_token`.
    pub product_family_code: &'static str,
    /// `iss`, if it is another than the platform's own address: all of Canvas is one issuer.
    pub issuer: Option<&'static str>,
    /// Logins carry where the school is, launches the roles of the institution too, and services refuse whoever does not say who they are.
    pub is_canvas: bool,
    /// Content type of the token endpoint's answer; Moodle says `text/html`.
    pub token_content_type: &'static str,
    /// Names and Roles answers with `Learner` instead of the role's URI.
    pub short_membership_roles: bool,
    /// The `rel="next"` link forgets the `role` filter that the first request had.
    pub next_link_drops_role: bool,
    /// `lti_message_hint` is a JSON text instead of an opaque word.
    pub message_hint_is_json: bool,
    /// Value of the login's `lti_storage_target`, where the platform offers storage.
    pub storage_target: Option<&'static str>,
    /// Members that hold null appear in claims, as Canvas writes them.
    pub null_members: bool,
    /// The largest page of members that one request yields.
    pub members_per_page: usize,
    /// Whole lists of members end with a link to what will have changed since.
    pub keeps_differences: bool,
    /// How long each page of members takes, in milliseconds.
    pub members_pause_millis: u64,
    /// The largest page of line items.
    pub line_items_per_page: usize,
    /// How the grade book says no.
    pub grade_dialect: GradeDialect,
    /// Seconds between `iat` and `exp` of an `id_token`.
    pub id_token_lifetime_seconds: i64,
}

impl Personality {
    /// Nothing but what the specification says; small pages, so that paging is always exercised.
    #[must_use]
    pub fn specification() -> Self {
        Self {
            product_family_code: "practice-lms",
            issuer: None,
            is_canvas: false,
            token_content_type: "application/json",
            short_membership_roles: false,
            next_link_drops_role: false,
            message_hint_is_json: false,
            storage_target: None,
            null_members: false,
            members_per_page: 3,
            keeps_differences: false,
            members_pause_millis: 0,
            line_items_per_page: 2,
            grade_dialect: GradeDialect::Specification,
            id_token_lifetime_seconds: 300,
        }
    }

    /// As Moodle 4.5.6 behaved.
    #[must_use]
    pub fn moodle() -> Self {
        Self {
            product_family_code: "moodle",
            token_content_type: "text/html; charset=utf-8",
            short_membership_roles: true,
            next_link_drops_role: true,
            message_hint_is_json: true,
            grade_dialect: GradeDialect::Moodle,
            id_token_lifetime_seconds: 60,
            ..Self::specification()
        }
    }

    /// As Canvas documents itself.
    #[must_use]
    pub fn canvas() -> Self {
        Self {
            product_family_code: "canvas",
            issuer: Some("https://canvas.instructure.com"),
            is_canvas: true,
            storage_target: Some("post_message_forwarding"),
            null_members: true,
            members_per_page: 50,
            grade_dialect: GradeDialect::Canvas,
            id_token_lifetime_seconds: 3600,
            ..Self::specification()
        }
    }
}

impl Default for Personality {
    fn default() -> Self {
        Self::specification()
    }
}
