//! The words of Open Badges 3.0, by the property that holds them.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#enumerations>

/// Kinds of achievement.
#[rustfmt::skip]
pub(super) const ACHIEVEMENT_TYPES: &[&str] = &[
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge",
    "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
    "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
    "JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

/// Kinds of identifier, of people and of things.
#[rustfmt::skip]
pub(super) const IDENTIFIER_TYPES: &[&str] = &[
    "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber",
    "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId",
    "ltiToolId", "ltiPlatformId", "ltiUserId", "identifier",
];

/// Kinds of node that an alignment points to.
#[rustfmt::skip]
pub(super) const TARGET_TYPES: &[&str] = &[
    "ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL",
];

/// Kinds of result.
#[rustfmt::skip]
pub(super) const RESULT_TYPES: &[&str] = &[
    "GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result",
    "RubricCriterion", "RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
];

/// What a status says; this list has no words of one's own.
pub(super) const RESULT_STATUSES: &[&str] =
    &["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"];
