//! Asks a platform for its notices: once for each deployment, after a launch that offers them, without keeping anybody waiting.

use actix_web::web::Data;
use url::Url;

use super::PATH;
use crate::{
    lti::scope,
    platform::{Platform, notices::update_handler},
    state::AppState,
};

/// Subscribes in the background; what fails is tried again at the next launch.
pub fn subscribe(state: &Data<AppState>, platform: &Platform, deployment_id: &str, service_url: &Url) {
    let (state, platform) = (state.clone(), platform.clone());
    let (deployment_id, service_url) = (deployment_id.to_owned(), service_url.clone());
    tokio::spawn(async move {
        let handler_url = state.address(PATH);
        let registration_id = platform.registration_id;
        let claimed = state
            .store
            .claim_subscription(registration_id, &deployment_id, &handler_url, state.clock.now())
            .await;
        if !matches!(claimed, Ok(true)) {
            return;
        }
        for kind in [scope::CONTEXT_COPY_NOTICE, scope::HELLO_WORLD_NOTICE] {
            let told = update_handler(state.services(&platform), &service_url, kind, &handler_url).await;
            if let Err(error) = told {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(reason = %error, cause, platform = platform.issuer, kind, "the platform does not take our notice handler");
                let released = state.store.release_subscription(registration_id, &deployment_id).await;
                if let Err(error) = released {
                    tracing::warn!(reason = %error, "a subscription that failed stays noted");
                }
                return;
            }
        }
        tracing::info!(platform = platform.issuer, "notices subscribed");
    });
}
