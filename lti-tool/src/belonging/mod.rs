//! Where people belong: employee, dispatched, external or another word, at a legal entity, from a day on.
//!
//! Three say it, and who knows better wins from the day that they name: a person by hand with a reason ([`office`]), before the list of the
//! personnel department (`lti-tool import --people`), before a custom parameter of a launch ([`record_launch`]). `badges.membership` keeps
//! what was said before, so that figures that were filed stay.

pub mod hand;
pub mod office;
pub mod search;

use serde_json::Value;

use crate::{
    launch::verify::VerifiedLaunch, platform::Platform, state::AppState, store::belonging::LaunchMembership,
};

/// Records where a launch says that its person belongs. A launch goes on whatever comes of it.
pub(crate) async fn record_launch(state: &AppState, platform: &Platform, launch: &VerifiedLaunch) {
    let Some(user) = launch.user.as_ref().filter(|_| !launch.custom.is_empty()) else { return };
    let custom: Value = launch.custom.clone().into();
    let did = state.issuer_profile().id;
    let name = format!("{}#{}", platform.issuer, platform.client_id);
    let now = state.clock.now().to_string();
    let said = LaunchMembership {
        registration_id: platform.registration_id,
        custom: &custom,
        issuer_did: &did,
        platform: &name,
        user_id: user.id.as_str(),
        day: now.split('T').next().unwrap_or_default(),
    };
    match state.store.record_launch_membership(&said).await {
        Ok(recorded) => {
            tracing::debug!(recorded = recorded.as_deref(), "where the person of a launch belongs");
        }
        Err(error) => {
            tracing::warn!(reason = %error, "where the person of a launch belongs was not recorded");
        }
    }
}
