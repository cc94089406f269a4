//! What the running platform remembers: launches under way, tokens given out, refusals.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::faults::Faults;
use super::keys::RsaKey;
use super::personality::Personality;
use super::world::World;

/// The scope for reading the groups of a course.
/// <https://www.imsglobal.org/spec/lti-gs/v1p0#scopes>
pub const SCOPE_GROUPS: &str = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly";
/// The scope of Names and Roles.
/// <https://www.imsglobal.org/spec/lti-nrps/v2p0#lti-1-3-integration>
pub const SCOPE_MEMBERSHIPS: &str =
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
/// The scope for making and changing line items.
/// <https://www.imsglobal.org/spec/lti-ags/v2p0#scope-and-service-security>
pub const SCOPE_LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
/// The scope for writing scores.
pub const SCOPE_SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
/// The scope for reading results.
pub const SCOPE_RESULT: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";

/// The scope for asking for notices.
/// <https://www.imsglobal.org/spec/lti-pns/v1p0>
pub const SCOPE_NOTICE_HANDLERS: &str = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers";

/// An endpoint of the platform, as refusals and faults name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The authorization endpoint.
    Authorization,
    /// The key set.
    KeySet,
    /// The token endpoint.
    Token,
    /// Names and Roles.
    Memberships,
    /// Line items, scores and results.
    Grades,
    /// Who wants notices.
    Notices,
    /// The groups of a course.
    Groups,
    /// Moodle's web services.
    WebServices,
}

/// A request that the platform did not accept, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it came in.
    pub endpoint: Endpoint,
    /// The reason, a whole sentence without full stop.
    pub reason: String,
}

/// A launch between the LMS page and the `id_token`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PendingLaunch {
    pub(crate) client_id: String,
    pub(crate) deployment_id: String,
    pub(crate) person_id: String,
    pub(crate) link_id: String,
    pub(crate) document_target: DocumentTarget,
}

/// Where the tool's page appears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentTarget {
    /// Inside a page of the LMS.
    #[default]
    Iframe,
    /// In a window of its own.
    Window,
}

impl DocumentTarget {
    /// The value of `launch_presentation.document_target`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iframe => "iframe",
            Self::Window => "window",
        }
    }
}

/// A bearer token given to a tool.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: i64,
}

/// Everything that changes while the platform runs.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) world: World,
    pub(crate) personality: Personality,
    pub(crate) key: RsaKey,
    pub(crate) launches: HashMap<String, PendingLaunch>,
    pub(crate) nonces: HashSet<String>,
    pub(crate) tokens: HashMap<String, AccessToken>,
    pub(crate) assertion_ids: HashSet<String>,
    pub(crate) refused: Vec<Refused>,
    pub(crate) calls: HashMap<Endpoint, usize>,
    pub(crate) faults: Faults,
    pub(crate) grades: super::ags::GradeBook,
    pub(crate) token_lifetime_seconds: i64,
    pub(crate) serial: u64,
    /// The lists of members that were given out, by the number in the link to their differences.
    pub(crate) given_rosters: HashMap<String, Vec<super::world::Enrolment>>,
    /// Which notices go where.
    pub(crate) notice_handlers: Vec<(String, String)>,
    pub(crate) web_services: super::web_services::WebServices,
}

/// The platform's state, shared by all of its workers.
#[derive(Debug)]
pub(crate) struct PlatformState {
    /// The issuer, which is also the base of every address.
    pub(crate) issuer: String,
    memory: Mutex<Memory>,
    /// Fetches the tools' key sets.
    pub(crate) http: reqwest::Client,
}

impl PlatformState {
    pub(crate) fn new(issuer: String, world: World, personality: Personality, key: RsaKey) -> Self {
        let grades = super::ags::GradeBook::new(personality.grade_dialect);
        let memory = Memory {
            world,
            personality,
            key,
            launches: HashMap::new(),
            nonces: HashSet::new(),
            tokens: HashMap::new(),
            assertion_ids: HashSet::new(),
            refused: Vec::new(),
            calls: HashMap::new(),
            faults: Faults::default(),
            grades,
            token_lifetime_seconds: 3600,
            serial: 0,
            given_rosters: HashMap::new(),
            notice_handlers: Vec::new(),
            web_services: super::web_services::WebServices::default(),
        };
        Self { issuer, memory: Mutex::new(memory), http: reqwest::Client::new() }
    }

    /// Locks the memory. Never held across an await.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn refuse(&self, endpoint: Endpoint, reason: &dyn std::fmt::Display) {
        self.memory().refused.push(Refused { endpoint, reason: reason.to_string() });
    }

    pub(crate) fn authorization_url(&self) -> String {
        format!("{}/lti/auth", self.issuer)
    }

    pub(crate) fn token_url(&self) -> String {
        format!("{}/lti/token", self.issuer)
    }

    pub(crate) fn jwks_url(&self) -> String {
        format!("{}/lti/certs", self.issuer)
    }

    /// `iss`.
    pub(crate) fn iss(&self, personality: &Personality) -> String {
        personality.issuer.map_or_else(|| self.issuer.clone(), str::to_owned)
    }

    pub(crate) fn notice_handlers_url(&self, deployment_id: &str) -> String {
        format!("{}/lti/notice-handlers/{deployment_id}", self.issuer)
    }

    pub(crate) fn memberships_url(&self, course_id: &str) -> String {
        format!("{}/lti/courses/{course_id}/memberships", self.issuer)
    }

    pub(crate) fn groups_url(&self, course_id: &str) -> String {
        format!("{}/lti/courses/{course_id}/groups", self.issuer)
    }

    pub(crate) fn line_items_url(&self, course_id: &str) -> String {
        format!("{}/lti/courses/{course_id}/lineitems", self.issuer)
    }
}

impl Memory {
    /// Remembers a launch and gives the `lti_message_hint` that stands for it.
    pub(crate) fn begin(&mut self, launch: PendingLaunch) -> String {
        self.serial += 1;
        let id = format!("launch{}-{}", self.serial, uuid::Uuid::new_v4().simple());
        let hint = if self.personality.message_hint_is_json {
            serde_json::json!({ "cmid": launch.link_id, "launchid": id }).to_string()
        } else {
            id
        };
        self.launches.insert(hint.clone(), launch);
        hint
    }

    /// The client behind a live bearer token that carries one of the scopes.
    pub(crate) fn bearer(
        &self,
        authorization: Option<&str>,
        scopes: &[&str],
        now: i64,
    ) -> Result<&AccessToken, BearerRefusal> {
        let token =
            authorization.and_then(|value| value.strip_prefix("Bearer ")).ok_or(BearerRefusal::Missing)?;
        let known = self.tokens.get(token).ok_or(BearerRefusal::Unknown)?;
        if known.expires_at <= now {
            return Err(BearerRefusal::Expired);
        }
        if !known.scopes.iter().any(|scope| scopes.contains(&scope.as_str())) {
            return Err(BearerRefusal::Scope);
        }
        Ok(known)
    }
}

/// Why a service call is not authorized.
/// <https://www.rfc-editor.org/rfc/rfc6750#section-3.1>
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BearerRefusal {
    #[error("no bearer token")]
    Missing,
    #[error("the bearer token is unknown")]
    Unknown,
    #[error("the bearer token is expired")]
    Expired,
    #[error("the bearer token lacks the scope")]
    Scope,
}
