//! The one place where a launch is used up: login, nonce and session in a single statement.
//!
//! A second launch with the same state finds the login claimed; one with the same nonce violates the nonce's primary key. Either way no
//! session begins. The nonce is kept until `exp` plus the leeway: until then the token could pass the other checks.

use super::{
    LaunchError,
    verify::{Message, VerifiedLaunch},
};
use crate::{
    clock::later,
    language::Language,
    secret,
    state::AppState,
    store::{login::LoginRow, session::NewSession},
};

/// Claims the login and its nonce and begins a session; returns the token that travels with each request of it.
///
/// # Errors
/// [`LaunchError::Replayed`] if login or nonce were used before, or the login has ended otherwise since it was read.
pub async fn begin_session(
    state: &AppState,
    launch: &VerifiedLaunch,
    login: &LoginRow,
    state_text: &str,
    browser_language: Language,
    former_user_id: Option<&str>,
) -> Result<String, LaunchError> {
    let now = state.clock.now();
    let token = secret::draw(&*state.chance);
    let language = launch.locale.as_deref().and_then(Language::from_tag).unwrap_or(browser_language);
    let nonce_hash = login
        .nonce_hash
        .as_slice()
        .try_into()
        .map_err(|_error: std::array::TryFromSliceError| LaunchError::OtherNonce)?;
    let session = NewSession {
        token_hash: secret::hash(&token),
        state_hash: secret::hash(state_text),
        browser_hash: &login.browser_hash,
        nonce_hash,
        nonce_expires_at: launch.nonce_expires_at,
        registration_id: login.platform.registration_id,
        deployment_id: &launch.deployment_id,
        is_new_deployment: launch.is_new_deployment,
        context_id: launch.context.as_ref().map(|context| context.id.as_str()),
        context_title: launch.context.as_ref().and_then(|context| context.title.as_deref()),
        user_id: launch.user.as_ref().map(|user| user.id.as_str()),
        user_name: launch.user.as_ref().and_then(|user| user.name.as_ref()).map(|name| name.as_str()),
        standing: launch.standing.as_str(),
        language: language.code(),
        memberships_url: launch.memberships_url.as_ref().map(url::Url::as_str),
        return_url: launch.return_url.as_deref(),
        deep_link_return_url: launch.deep_link.as_ref().map(|wanted| wanted.return_url.as_str()),
        deep_link_data: launch.deep_link.as_ref().and_then(|wanted| wanted.data.as_deref()),
        deep_link_takes: launch.deep_link.as_ref().map(|wanted| &wanted.takes[..]).unwrap_or_default(),
        resource_link_id: launch.resource_link_id.as_deref(),
        line_item_url: launch.services.line_item_url.as_ref().map(url::Url::as_str),
        for_user_id: launch.for_user_id.as_deref(),
        is_data_privacy: launch.message == Message::DataPrivacy,
        administers_institution: launch.administers_institution,
        groups_url: launch.services.groups_url.as_ref().map(url::Url::as_str),
        context_history: &launch.services.context_history,
        line_items_url: launch.services.line_items_url.as_ref().map(url::Url::as_str),
        link_history: &launch.services.link_history,
        former_user_id,
        expires_at: later(now, state.config.session.lifetime_seconds.into()),
    };
    if state.store.insert_session(&session, now).await? { Ok(token) } else { Err(LaunchError::Replayed) }
}
