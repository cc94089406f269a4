//! The scopes and media types of LTI Advantage services.

/// Read the members of a course (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#lti-1-3-integration>).
pub const MEMBERSHIP_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// The exact media type of a membership container; Moodle refuses `application/json` and lists
/// (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-container-media-type>).
pub const MEMBERSHIP_CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// Make, change and delete line items of ours (<https://www.imsglobal.org/spec/lti-ags/v2p0#scope-and-service-security>).
pub const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";

/// Read line items of ours.
pub const LINE_ITEM_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";

/// Write scores into line items of ours.
pub const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

/// Read the results of line items of ours.
pub const RESULT_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";

/// The exact media type of one line item (<https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service-media-types-and-schemas>).
pub const LINE_ITEM_MEDIA_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";

/// The exact media type of a list of line items; Moodle refuses lists of types and `*/*` too.
pub const LINE_ITEM_CONTAINER: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

/// The exact media type of a score (<https://www.imsglobal.org/spec/lti-ags/v2p0#score-service-media-type-and-schema>).
pub const SCORE_MEDIA_TYPE: &str = "application/vnd.ims.lis.v1.score+json";

/// The exact media type of a list of results (<https://www.imsglobal.org/spec/lti-ags/v2p0#result-service-media-type-and-schema>).
pub const RESULT_CONTAINER: &str = "application/vnd.ims.lis.v2.resultcontainer+json";

/// Say which notices we want (<https://www.imsglobal.org/spec/lti-pns/v1p0>).
pub const NOTICE_HANDLERS: &str = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers";

/// The notice that a course was copied.
pub const CONTEXT_COPY_NOTICE: &str = "LtiContextCopyNotice";

/// The notice that only says hello, to try the way.
pub const HELLO_WORLD_NOTICE: &str = "LtiHelloWorldNotice";

/// Read the groups of a course (<https://www.imsglobal.org/spec/lti-gs/v1p0#scopes>).
pub const GROUP_READONLY: &str = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly";

/// The exact media type of a list of groups.
pub const GROUP_CONTAINER: &str = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json";
