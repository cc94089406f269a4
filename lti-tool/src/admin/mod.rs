//! The administrator's pages: platforms, invitations, what went wrong, who did what.
//!
//! One signs in with a one-time link from `lti-tool admin link` ([`entry`]) or at the organisation's OpenID provider ([`oidc`]). The session
//! is a cookie ([`session`]), because these pages are never framed; every form carries a token that only they know. All works without
//! scripts. Nothing on these pages is about learners. A session may be for reports only ([`session::Role`]), and administrators see and end
//! each ([`sign_ins`]).

pub mod entry;
pub(crate) mod lines;
pub mod oidc;
pub mod overview;
pub mod platform;
pub mod register;
pub mod session;
pub mod sign_ins;

use crate::{language::Language, outbound::OutboundError, store::StoreError};

/// Path of the pages.
pub const PATH: &str = "/admin";
/// Path of one-time links; the token follows.
pub const ENTER_PATH: &str = "/admin/enter";
/// How long a one-time link can be used.
pub const LINK_SECONDS: i64 = 900;
/// How long an administrator stays signed in.
const SESSION_SECONDS: i64 = 4 * 3600;

/// The name of whoever comes by a link that was made for nobody by name.
pub const BY_LINK: &str = "one-time link";

/// Who did it by a command on the server.
pub const COMMAND_LINE: &str = "command line";

/// Somebody by name, or how they came, as pages say it.
#[must_use]
pub fn shown_name(t: Language, name: &str) -> String {
    lines::actor(t, name).text
}

/// Why an administrator's request is refused.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// No session, or it is over.
    #[error("nobody is signed in")]
    SignedOut,
    /// A form that is not ours.
    #[error("form was not made by this session")]
    ForeignForm,
    /// The one-time link is unknown, has expired or was used.
    #[error("one-time link is unknown, has expired or was used")]
    Link,
    /// No provider is configured.
    #[error("no OpenID provider is configured")]
    NoProvider,
    /// The provider cannot be asked.
    #[error("the OpenID provider cannot be asked")]
    Provider(#[from] ProviderError),
    /// The provider's answer does not belong to this browser.
    #[error("answer of the OpenID provider does not belong to a sign-in of this browser")]
    OtherSignIn,
    /// The provider or the person said no.
    #[error("the OpenID provider answers with error {0:?}")]
    Refused(String),
    /// Somebody whom no list of `admin` names.
    #[error("person is not listed in the settings of `admin`")]
    NotListed,
    /// Somebody whose role does not go so far.
    #[error("role does not allow this")]
    NotAllowed,
    /// The database.
    #[error("the request cannot be stored")]
    Store(#[from] StoreError),
}

/// What goes wrong between the OpenID provider and us.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// No answer, or one that must not be had.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The issuer or an address made from it is no URL.
    #[error("`admin.oidc_issuer` is not a URL")]
    Issuer,
    /// The configuration is missing, or of somebody else.
    #[error("its configuration cannot be used")]
    Discovery,
    /// The code was not taken.
    #[error("it does not exchange the code")]
    Exchange,
    /// No `id_token`, or one that does not hold.
    #[error("its id_token does not hold")]
    IdToken,
    /// The endpoint that says whose token it is gives no answer, or says it of somebody else.
    #[error("it does not say who the person is")]
    UserInfo,
}
