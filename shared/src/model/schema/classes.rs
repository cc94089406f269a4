//! The classes of Open Badges 3.0 as tables: their properties, and which are mandatory.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#data-models>; their words are in [`words`](super::words).

use super::words::{ACHIEVEMENT_TYPES, IDENTIFIER_TYPES, RESULT_STATUSES, RESULT_TYPES, TARGET_TYPES};

/// What a property holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// An absolute URI.
    Uri,
    /// A date and time with an offset.
    Date,
    /// A day.
    Day,
    /// A language, written like `ja`, `zh-Hant` or `en-GB`.
    Language,
    /// A compact JWS.
    Token,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// The contexts of a credential, in their order.
    Contexts,
    /// One of these words, or one that starts with `ext:`.
    Word(&'static [&'static str]),
    /// One of these words.
    ClosedWord(&'static [&'static str]),
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
        ("@context", Kind::Contexts, true),
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
        ("endorsementJwt", Kind::List(&Kind::Token), false),
        ("evidence", Kind::List(&Kind::Object(&EVIDENCE)), false),
        ("proof", Kind::List(&Kind::Object(&PROOF)), false),
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
        ("@context", Kind::Contexts, true),
        ("id", Kind::Uri, true),
        ("name", Kind::Text, true),
        ("issuer", Kind::UriOr(&PROFILE), true),
        ("validFrom", Kind::Date, true),
        ("validUntil", Kind::Date, false),
        ("awardedDate", Kind::Date, false),
        ("description", Kind::Text, false),
        ("credentialSubject", Kind::Object(&ENDORSEMENT_SUBJECT), true),
        ("proof", Kind::List(&Kind::Object(&PROOF)), false),
        ("credentialSchema", Kind::List(&Kind::Object(&NAMED)), false),
        ("credentialStatus", Kind::Object(&TYPED), false),
        ("refreshService", Kind::Object(&NAMED), false),
        ("termsOfUse", Kind::List(&Kind::Object(&TYPED)), false),
    ],
    ..OPEN
};

static ENDORSEMENT_SUBJECT: Class = Class {
    name: "EndorsementSubject",
    types: &["EndorsementSubject"],
    properties: &[("id", Kind::Uri, true), ("endorsementComment", Kind::Text, false)],
    ..OPEN
};

/// A status or terms of use: a `type`, and what belongs to it.
static TYPED: Class = Class {
    name: "object with a type",
    properties: &[("type", Kind::Text, true), ("id", Kind::Uri, false)],
    ..OPEN
};
/// A schema or a service: the same with an address.
static NAMED: Class = Class {
    name: "object with id and type",
    properties: &[("id", Kind::Uri, true), ("type", Kind::Text, true)],
    ..OPEN
};

static PROOF: Class = Class {
    name: "Proof",
    properties: &[
        ("type", Kind::Text, true),
        ("created", Kind::Date, false),
        ("cryptosuite", Kind::Text, false),
        ("challenge", Kind::Text, false),
        ("domain", Kind::Text, false),
        ("nonce", Kind::Text, false),
        ("proofPurpose", Kind::Text, false),
        ("proofValue", Kind::Text, false),
        ("verificationMethod", Kind::Uri, false),
    ],
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
        ("source", Kind::Object(&PROFILE), false),
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
        ("creator", Kind::Object(&PROFILE), false),
        ("creditsAvailable", Kind::Number, false),
        ("criteria", Kind::Object(&CRITERIA), true),
        ("description", Kind::Text, true),
        ("endorsement", Kind::List(&Kind::Object(&ENDORSEMENT)), false),
        ("endorsementJwt", Kind::List(&Kind::Token), false),
        ("fieldOfStudy", Kind::Text, false),
        ("humanCode", Kind::Text, false),
        ("image", Kind::Object(&IMAGE), false),
        ("inLanguage", Kind::Language, false),
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
        ("endorsementJwt", Kind::List(&Kind::Token), false),
        ("image", Kind::Object(&IMAGE), false),
        ("email", Kind::Text, false),
        ("address", Kind::Object(&ADDRESS), false),
        ("otherIdentifier", Kind::List(&Kind::Object(&IDENTIFIER)), false),
        ("official", Kind::Text, false),
        ("parentOrg", Kind::Object(&PROFILE), false),
        ("familyName", Kind::Text, false),
        ("givenName", Kind::Text, false),
        ("additionalName", Kind::Text, false),
        ("patronymicName", Kind::Text, false),
        ("honorificPrefix", Kind::Text, false),
        ("honorificSuffix", Kind::Text, false),
        ("familyNamePrefix", Kind::Text, false),
        ("dateOfBirth", Kind::Day, false),
    ],
    ..OPEN
};

static ADDRESS: Class = Class {
    name: "Address",
    types: &["Address"],
    properties: &[
        ("addressCountry", Kind::Text, false),
        ("addressCountryCode", Kind::Text, false),
        ("addressRegion", Kind::Text, false),
        ("addressLocality", Kind::Text, false),
        ("streetAddress", Kind::Text, false),
        ("postOfficeBoxNumber", Kind::Text, false),
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
    properties: &[
        ("id", Kind::Uri, true),
        ("inLanguage", Kind::Language, false),
        ("version", Kind::Text, false),
    ],
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
        ("status", Kind::ClosedWord(RESULT_STATUSES), false),
        ("value", Kind::Text, false),
    ],
    ..OPEN
};
