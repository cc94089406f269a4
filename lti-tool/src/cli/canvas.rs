//! `lti-tool platform canvas-key`: leave to ask a Canvas's API, in two steps: an address for a person of that Canvas, and the code from there.
//! `lti-tool platform canvas-events`: whose events are believed, and where that Canvas posts them.

use clap::Args;
use url::Url;
use zeroize::Zeroizing;

use super::{CliError, platform::PlatformName, ready_store, say};
use crate::{
    completion::{
        canvas::{CanvasKey, SCOPES, seal_name},
        canvas_events::{JWKS_URL, PATH},
    },
    config::{Config, is_secure},
    keys::seal::MasterKey,
    lti::services::CANVAS_PARAMETERS,
    outbound::Outbound,
    server::ServerError,
    store::canvas_event::CanvasStreamRow,
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
    let outbound = Outbound::new(&config.outbound).map_err(ServerError::Outbound)?;
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

#[derive(Debug, Args)]
pub(super) struct CanvasEventsArguments {
    #[command(flatten)]
    platform: PlatformName,
    /// The `uuid` of the root account, as its API shows it at `/api/v1/accounts/self`. Events of other accounts are refused.
    #[arg(long, value_name = "UUID", required_unless_present = "off", conflicts_with = "off")]
    root_account: Option<String>,
    /// Where the keys of the events are, if the Canvas is not Instructure's.
    #[arg(long, default_value = JWKS_URL)]
    jwks_url: Url,
    /// Take no events any more.
    #[arg(long)]
    off: bool,
}

/// Runs the command.
pub(super) async fn switch_events(
    config: &Config,
    arguments: &CanvasEventsArguments,
) -> Result<(), CliError> {
    if !is_secure(&arguments.jwks_url, config.outbound.allow_insecure_loopback) {
        return Err(CliError::InsecureEndpoint("jwks-url"));
    }
    let public_url = config.public_url(0).ok_or(ServerError::PublicUrl)?;
    let store = ready_store(config).await?;
    let name = &arguments.platform;
    let known = store.find_registration(&name.issuer, &name.client_id).await?;
    let registration_id = known.ok_or(CliError::UnknownPlatform)?;
    let Some(root_account) = arguments.root_account.clone() else {
        store.delete_canvas_stream(registration_id).await?;
        return say("no events of this platform are taken any more\n");
    };
    let stream = CanvasStreamRow { root_account, jwks_url: arguments.jwks_url.clone() };
    store.update_canvas_stream(registration_id, &stream).await?;
    let path = PATH.replace("{registration_id}", &registration_id.to_string());
    let fields = CANVAS_PARAMETERS.map(|(name, variable)| format!("{name}={variable}")).join("\n  ");
    say(&format!(
        "Enter this address in Canvas Data Services as a new stream: HTTPS, signed payload, format Canvas.\n\n  {origin}{path}\n\n\
         Events: course_completed, course_progress, course_grade_change, grade_change, submission_created, submission_updated.\n\n\
         The tool's key in that Canvas needs these custom fields; a registration made before this version lacks them:\n\n  {fields}\n",
        origin = public_url.origin().ascii_serialization(),
    ))
}
