//! How kinds of LMS say no to a score, and where their line items live.
//!
//! Moodle's values were measured on a Moodle 4.5.6, Canvas's come from its public documentation (data/canvas/README.md).

/// The grade book's manner of speaking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GradeDialect {
    /// As the specification says.
    #[default]
    Specification,
    /// Line items have a query string, links curly quotation marks, refusals stand in the status line.
    Moodle,
    /// Who is no student cannot be graded (422), an older score is 400, a coupled line item cannot be deleted (401).
    Canvas,
}

/// A refusal on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The words of the status line, if they are not the usual ones.
    pub(crate) reason: Option<&'static str>,
    pub(crate) body: &'static str,
}

impl GradeDialect {
    /// What every line item's address ends with.
    pub(crate) fn query(self) -> &'static str {
        if self == Self::Moodle { "?type_id=2" } else { "" }
    }

    /// A score that is not newer.
    pub(crate) fn stale(self) -> Refusal {
        match self {
            Self::Specification => Refusal { status: 409, reason: None, body: "{}" },
            Self::Moodle => Refusal {
                status: 409,
                reason: Some("Refusing score with an earlier timestamp for item 8 and user 4"),
                body: "[]",
            },
            Self::Canvas => Refusal {
                status: 400,
                reason: None,
                body: r#"{"errors":{"type":"bad_request","message":"Provided timestamp is before the last updated timestamp"}}"#,
            },
        }
    }

    /// Somebody who has no grades.
    pub(crate) fn ungradable(self) -> Refusal {
        match self {
            Self::Specification => Refusal { status: 400, reason: None, body: "{}" },
            Self::Moodle => Refusal {
                status: 400,
                reason: Some(r#"Incorrect score received{"userId": "3", "comment": "private"}"#),
                body: "[]",
            },
            Self::Canvas => Refusal {
                status: 422,
                reason: None,
                body: r#"{"errors":{"type":"unprocessable_entity","message":"User not found in course or is not a student"}}"#,
            },
        }
    }
}
