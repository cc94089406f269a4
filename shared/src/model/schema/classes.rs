//! The classes of Open Badges 3.0 as tables: their properties, which are mandatory, and their words.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#data-models>, enumerations
//! <https://www.imsglobal.org/spec/ob/v3p0/#enumerations>.

/// What a property holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// An absolute URI.
    Uri,
    /// A date and time with an offset.
    Date,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// Anything.
    Any,
    /// One of these words, or one that starts with `ext:`.
    Word(&'static [&'static str]),
    /// An object of a class.
    Object(&'static Class),
    /// An absolute URI or an object of a class.
    UriOr(&'static Class),
    /// A list, however many values there are.
    List(&'static Kind),
}

/// A class of objects.
#[derive(Debug)]
pub(super) struct Class {
    /// Its name.
    pub(super) name: &'static str,
    /// Terms that `type` has; alternatives with `|` between.
    pub(super) types: &'static [&'static str],
    /// Whether `type` is its only term and no list.
    pub(super) has_plain_type: bool,
    /// Its properties, and whether they are mandatory.
    pub(super) properties: &'static [(&'static str, Kind, bool)],
    /// Two properties of which one has to be there.
    pub(super) one_of: Option<(&'static str, &'static str)>,
    /// Whether it has no other properties.
    pub(super) is_closed: bool,
}

const OPEN: Class =
    Class { name: "", types: &[], has_plain_type: false, properties: &[], one_of: None, is_closed: false };

pub(super) static CREDENTIAL: Class = Class {
    name: "AchievementCredential",
    types: &["VerifiableCredential", "OpenBadgeCredential|AchievementCredential"],
    properties: &[
        ("@context", Kind::List(&Kind::Any), true),
        ("id", Kind::Uri, true),
        ("name", Kind::Text, false),
        ("description", Kind::Text, false),
        ("image", Kind::Object(&IMAGE), false),
        ("awardedDate", Kind::Date, false),
        ("issuer", Kind::UriOr(&PROFILE), true),
        ("validFrom", Kind::Date, true),
        ("validUntil", Kind::Date, false),
        ("credentialSubject", Kind::Object(&SUBJECT), true),
        ("endorsement", Kind::List(&Kind::Object(&ENDORSEMENT)), false),
        ("endorsementJwt", Kind::List(&Kind::Text), false),
        ("evidence", Kind::List(&Kind::Object(&EVIDENCE)), false),
        ("proof", Kind::List(&Kind::Object(&TYPED)), false),
        ("credentialSchema", Kind::List(&Kind::Object(&NAMED)), false),
        ("credentialStatus", Kind::Object(&TYPED), false),
        ("refreshService", Kind::Object(&NAMED), false),
        ("termsOfUse", Kind::List(&Kind::Object(&TYPED)), false),
    ],
    ..OPEN
};

pub(super) static ENDORSEMENT: Class = Class {
    name: "EndorsementCredential",
    types: &["VerifiableCredential", "EndorsementCredential"],
    properties: &[
        ("@context", Kind::List(&Kind::Any), true),
        ("id", Kind::Uri, true),
        ("name", Kind::Text, true),
        ("issuer", Kind::UriOr(&PROFILE), true),
        ("validFrom", Kind::Date, true),
        ("validUntil", Kind::Date, false),
        ("awardedDate", Kind::Date, false),
        ("credentialSubject", Kind::Object(&ENDORSEMENT_SUBJECT), true),
        ("proof", Kind::List(&Kind::Object(&TYPED)), false),
    ],
    ..OPEN
};

static ENDORSEMENT_SUBJECT: Class = Class {
    name: "EndorsementSubject",
    types: &["EndorsementSubject"],
    properties: &[("id", Kind::Uri, true), ("endorsementComment", Kind::Text, false)],
    ..OPEN
};

/// A proof, a status or terms of use: a `type`, and what belongs to it.
static TYPED: Class = Class { name: "object with a type", properties: &[("type", Kind::Text, true)], ..OPEN };
/// A schema or a service: the same with an address.
static NAMED: Class = Class {
    name: "object with id and type",
    properties: &[("id", Kind::Uri, true), ("type", Kind::Text, true)],
    ..OPEN
};

static SUBJECT: Class = Class {
    name: "AchievementSubject",
    types: &["AchievementSubject"],
    properties: &[
        ("id", Kind::Uri, false),
        ("activityEndDate", Kind::Date, false),
        ("activityStartDate", Kind::Date, false),
        ("creditsEarned", Kind::Number, false),
        ("achievement", Kind::Object(&ACHIEVEMENT), true),
        ("identifier", Kind::List(&Kind::Object(&IDENTITY)), false),
        ("image", Kind::Object(&IMAGE), false),
        ("licenseNumber", Kind::Text, false),
        ("narrative", Kind::Text, false),
        ("result", Kind::List(&Kind::Object(&RESULT)), false),
        ("role", Kind::Text, false),
        ("source", Kind::UriOr(&PROFILE), false),
        ("term", Kind::Text, false),
    ],
    one_of: Some(("id", "identifier")),
    ..OPEN
};

static ACHIEVEMENT: Class = Class {
    name: "Achievement",
    types: &["Achievement"],
    properties: &[
        ("id", Kind::Uri, true),
        ("alignment", Kind::List(&Kind::Object(&ALIGNMENT)), false),
        ("achievementType", Kind::Word(ACHIEVEMENT_TYPES), false),
        ("creator", Kind::UriOr(&PROFILE), false),
        ("creditsAvailable", Kind::Number, false),
        ("criteria", Kind::Object(&CRITERIA), true),
        ("description", Kind::Text, true),
        ("endorsement", Kind::List(&Kind::Object(&ENDORSEMENT)), false),
        ("endorsementJwt", Kind::List(&Kind::Text), false),
        ("fieldOfStudy", Kind::Text, false),
        ("humanCode", Kind::Text, false),
        ("image", Kind::Object(&IMAGE), false),
        ("inLanguage", Kind::Text, false),
        ("name", Kind::Text, true),
        ("otherIdentifier", Kind::List(&Kind::Object(&IDENTIFIER)), false),
        ("related", Kind::List(&Kind::Object(&RELATED)), false),
        ("resultDescription", Kind::List(&Kind::Object(&RESULT_DESCRIPTION)), false),
        ("specialization", Kind::Text, false),
        ("tag", Kind::List(&Kind::Text), false),
        ("version", Kind::Text, false),
    ],
    ..OPEN
};

static CRITERIA: Class = Class {
    name: "Criteria",
    properties: &[("id", Kind::Uri, false), ("narrative", Kind::Text, false)],
    one_of: Some(("id", "narrative")),
    ..OPEN
};

static PROFILE: Class = Class {
    name: "Profile",
    types: &["Profile"],
    properties: &[
        ("id", Kind::Uri, true),
        ("name", Kind::Text, false),
        ("url", Kind::Uri, false),
        ("phone", Kind::Text, false),
        ("description", Kind::Text, false),
        ("endorsement", Kind::List(&Kind::Object(&ENDORSEMENT)), false),
        ("endorsementJwt", Kind::List(&Kind::Text), false),
        ("image", Kind::Object(&IMAGE), false),
        ("email", Kind::Text, false),
        ("address", Kind::Object(&ADDRESS), false),
        ("otherIdentifier", Kind::List(&Kind::Object(&IDENTIFIER)), false),
        ("official", Kind::Text, false),
        ("parentOrg", Kind::UriOr(&PROFILE), false),
        ("dateOfBirth", Kind::Text, false),
    ],
    ..OPEN
};

static ADDRESS: Class = Class {
    name: "Address",
    types: &["Address"],
    properties: &[
        ("addressCountry", Kind::Text, false),
        ("addressCountryCode", Kind::Text, false),
        ("streetAddress", Kind::Text, false),
        ("postalCode", Kind::Text, false),
        ("geo", Kind::Object(&GEO), false),
    ],
    ..OPEN
};

static GEO: Class = Class {
    name: "GeoCoordinates",
    types: &["GeoCoordinates"],
    has_plain_type: true,
    properties: &[("latitude", Kind::Number, true), ("longitude", Kind::Number, true)],
    ..OPEN
};

static IMAGE: Class = Class {
    name: "Image",
    types: &["Image"],
    has_plain_type: true,
    properties: &[("id", Kind::Uri, true), ("caption", Kind::Text, false)],
    is_closed: true,
    ..OPEN
};

static IDENTITY: Class = Class {
    name: "IdentityObject",
    types: &["IdentityObject"],
    has_plain_type: true,
    properties: &[
        ("hashed", Kind::Truth, true),
        ("identityHash", Kind::Text, true),
        ("identityType", Kind::Word(IDENTIFIER_TYPES), true),
        ("salt", Kind::Text, false),
    ],
    is_closed: true,
    ..OPEN
};

static IDENTIFIER: Class = Class {
    name: "IdentifierEntry",
    types: &["IdentifierEntry"],
    has_plain_type: true,
    properties: &[("identifier", Kind::Text, true), ("identifierType", Kind::Word(IDENTIFIER_TYPES), true)],
    is_closed: true,
    ..OPEN
};

static ALIGNMENT: Class = Class {
    name: "Alignment",
    types: &["Alignment"],
    properties: &[
        ("targetCode", Kind::Text, false),
        ("targetDescription", Kind::Text, false),
        ("targetName", Kind::Text, true),
        ("targetFramework", Kind::Text, false),
        ("targetType", Kind::Word(TARGET_TYPES), false),
        ("targetUrl", Kind::Uri, true),
    ],
    ..OPEN
};

static RELATED: Class = Class {
    name: "Related",
    types: &["Related"],
    properties: &[("id", Kind::Uri, true), ("inLanguage", Kind::Text, false), ("version", Kind::Text, false)],
    ..OPEN
};

static EVIDENCE: Class = Class {
    name: "Evidence",
    types: &["Evidence"],
    properties: &[
        ("id", Kind::Uri, false),
        ("narrative", Kind::Text, false),
        ("name", Kind::Text, false),
        ("description", Kind::Text, false),
        ("genre", Kind::Text, false),
        ("audience", Kind::Text, false),
    ],
    ..OPEN
};

static RESULT_DESCRIPTION: Class = Class {
    name: "ResultDescription",
    types: &["ResultDescription"],
    properties: &[
        ("id", Kind::Uri, true),
        ("alignment", Kind::List(&Kind::Object(&ALIGNMENT)), false),
        ("allowedValue", Kind::List(&Kind::Text), false),
        ("name", Kind::Text, true),
        ("requiredLevel", Kind::Uri, false),
        ("requiredValue", Kind::Text, false),
        ("resultType", Kind::Word(RESULT_TYPES), true),
        ("rubricCriterionLevel", Kind::List(&Kind::Object(&RUBRIC_LEVEL)), false),
        ("valueMax", Kind::Text, false),
        ("valueMin", Kind::Text, false),
    ],
    ..OPEN
};

static RUBRIC_LEVEL: Class = Class {
    name: "RubricCriterionLevel",
    types: &["RubricCriterionLevel"],
    properties: &[
        ("id", Kind::Uri, true),
        ("alignment", Kind::List(&Kind::Object(&ALIGNMENT)), false),
        ("description", Kind::Text, false),
        ("level", Kind::Text, false),
        ("name", Kind::Text, true),
        ("points", Kind::Text, false),
    ],
    ..OPEN
};

static RESULT: Class = Class {
    name: "Result",
    types: &["Result"],
    properties: &[
        ("achievedLevel", Kind::Uri, false),
        ("alignment", Kind::List(&Kind::Object(&ALIGNMENT)), false),
        ("resultDescription", Kind::Uri, false),
        ("status", Kind::Word(RESULT_STATUSES), false),
        ("value", Kind::Text, false),
    ],
    ..OPEN
};

#[rustfmt::skip]
const ACHIEVEMENT_TYPES: &[&str] = &[
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge",
    "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
    "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
    "JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

#[rustfmt::skip]
const IDENTIFIER_TYPES: &[&str] = &[
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber",
    "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId",
    "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
];

#[rustfmt::skip]
const TARGET_TYPES: &[&str] = &[
    "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
];

#[rustfmt::skip]
const RESULT_TYPES: &[&str] = &[
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result",
    "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
];

const RESULT_STATUSES: &[&str] =
    &["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"];
