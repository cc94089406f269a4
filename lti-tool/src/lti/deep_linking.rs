//! What deep linking requests ask for, and what the links that we place carry.
//!
//! <https://www.imsglobal.org/spec/lti-dl/v2p0#deep-linking-settings>

/// What a platform takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Links to this tool.
    Links,
    /// More than one item.
    Several,
    /// Columns of the grade book beside the links.
    Columns,
}

impl Takes {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Links, Self::Several, Self::Columns];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Several => "several",
            Self::Columns => "columns",
        }
    }
}

/// The custom parameter of a link that leads everybody to their own badges, whatever their role.
pub const OWN_BADGES_PARAMETER: (&str, &str) = ("page", "mine");
