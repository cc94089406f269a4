//! The scopes and media types of LTI Advantage services.

/// Read the members of a course (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#lti-1-3-integration>).
pub const MEMBERSHIP_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// The exact media type of a membership container; Moodle refuses `application/json` and lists
/// (<https://www.imsglobal.org/spec/lti-nrps/v2p0/#membership-container-media-type>).
pub const MEMBERSHIP_CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
