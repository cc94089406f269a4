//! Who somebody was under LTI 1.1: believed only if the platform proves that it knows the old secret.
//!
//! <https://www.imsglobal.org/spec/lti/v1p3/migr#lti-1-1-migration-claim>. The operator names old keys with `lti-tool platform former-key`.
//! A claim that is not proven is passed over: the launch itself is good.

use super::{LaunchError, verify::VerifiedLaunch};
use crate::{keys::former_key, platform::Platform, state::AppState};

/// The old id of the person, proven; `None` if there is none, or it is the same.
pub(super) async fn proven_user_id(
    state: &AppState,
    platform: &Platform,
    launch: &VerifiedLaunch,
) -> Result<Option<String>, LaunchError> {
    let Some(claim) = &launch.services.unverified_migration else { return Ok(None) };
    let Some(former) = &claim.unverified_user_id else { return Ok(None) };
    let sealed = state.store.find_former_key(platform.registration_id, &claim.consumer_key).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let secret = former_key::open(&state.master, platform.registration_id, &claim.consumer_key, &sealed);
    if secret.is_ok_and(|secret| claim.proves(&secret)) {
        Ok(Some(former.clone()))
    } else {
        tracing::warn!(platform = platform.issuer, "a migration claim is not proven and was passed over");
        Ok(None)
    }
}
