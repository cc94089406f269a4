//! `lti-tool platform canvas-key`: leave to ask a Canvas's API, in two steps: an address for a person of that Canvas, and the code from there.

use clap::Args;
use url::Url;
use zeroize::Zeroizing;

use super::{CliError, platform::PlatformName, ready_store, say};
use crate::{
    completion::canvas::{CanvasKey, SCOPES, seal_name},
    config::{Config, is_secure},
    keys::seal::MasterKey,
    outbound::Outbound,
};

#[derive(Debug, Args)]
pub(super) struct CanvasKeyArguments {
    #[command(flatten)]
    platform: PlatformName,
    /// The Canvas itself, such as <https://school.instructure.com>.
    #[arg(long)]
    site: Url,
    /// The number of the developer key for the API; the one for LTI does not open it.
    #[arg(long)]
    key: String,
    /// A file that holds its secret.
    #[arg(long, value_name = "FILE")]
    secret_file: std::path::PathBuf,
    /// What Canvas shows after leave was given. Without it the address is printed where it is given.
    #[arg(long)]
    code: Option<String>,
}

/// Runs the command.
pub(super) async fn run(config: &Config, arguments: &CanvasKeyArguments) -> Result<(), CliError> {
    if !is_secure(&arguments.site, config.outbound.allow_insecure_loopback) {
        return Err(CliError::InsecureEndpoint("site"));
    }
    let site = arguments.site.origin().ascii_serialization();
    let Some(code) = &arguments.code else {
        let url = CanvasKey::leave_url(&site, &arguments.key).ok_or(CliError::InsecureEndpoint("site"))?;
        return say(&format!(
            "Somebody who may see the grades of the courses opens this address in that Canvas and allows it; then run this again with\n\
             --code and what the address ends with:\n\n{url}\n\nA key that enforces scopes needs these:\n  {}\n",
            SCOPES.join("\n  ")
        ));
    };
    let secret =
        Zeroizing::new(std::fs::read_to_string(&arguments.secret_file).map_err(CliError::SecretFile)?);
    let outbound = Outbound::new(&config.outbound).map_err(crate::server::ServerError::Outbound)?;
    let key = CanvasKey::redeem(&outbound, &site, &arguments.key, secret.trim(), code).await?;
    let store = ready_store(config).await?;
    let name = &arguments.platform;
    let known = store.find_registration(&name.issuer, &name.client_id).await?;
    let registration_id = known.ok_or(CliError::UnknownPlatform)?;
    let master = MasterKey::from_base64(&config.master_key_text()?)?;
    let text =
        Zeroizing::new(serde_json::to_vec(&key).map_err(|_error: serde_json::Error| CliError::CanvasKey)?);
    store.update_canvas_key(registration_id, &master.seal(&seal_name(registration_id), &text)?).await?;
    say("the key is kept; rules may ask this Canvas now\n")
}
