//! The tool, registered by hand with a real Moodle.

use anyhow::ensure;

use super::{Moodle, Registration, Run, ToolAddresses};
use crate::app::{App, AppConfig};
use crate::database::Database;

/// A tool and a Moodle that know each other. Fields are dropped in order: the run goes first, the database last.
#[derive(Debug)]
pub struct MoodleScene {
    /// What was made in Moodle for this test.
    pub run: Run,
    /// The tool.
    pub app: App,
    /// The tool's database.
    pub database: Database,
    /// The site.
    pub moodle: Moodle,
}

impl MoodleScene {
    /// Starts the tool and makes a course with `learners` learners, with a link to the tool.
    ///
    /// # Errors
    /// When `MOODLE_URL` is missing, or a part does not start.
    pub async fn start(learners: usize) -> anyhow::Result<Self> {
        let moodle = Moodle::from_environment()?;
        let database = Database::create().await?;
        // A Moodle that has just been started compiles its pages first.
        let config = AppConfig::new(&database.tool_url()).with("outbound.timeout_seconds", "30");
        let app = App::start(&config)?;
        let addresses = ToolAddresses {
            public_url: &app.url,
            login_path: "/lti/login",
            launch_path: "/lti/launch",
            jwks_path: "/.well-known/jwks.json",
        };
        let run = moodle.provision(addresses, learners)?;
        register(&app, &run.platform)?;
        Ok(Self { run, app, database, moodle })
    }
}

/// What an administrator types after copying the values from Moodle.
fn register(app: &App, platform: &Registration) -> anyhow::Result<()> {
    let arguments = [
        ["--name", "Moodle"],
        ["--issuer", &platform.issuer],
        ["--client-id", &platform.client_id],
        ["--deployment", &platform.deployment_id],
        ["--authorization-endpoint", &platform.authorization_endpoint],
        ["--token-endpoint", &platform.token_endpoint],
        ["--jwks-url", &platform.jwks_uri],
    ];
    let output = app.run(&[["platform", "add"].as_slice(), arguments.as_flattened()].concat())?;
    ensure!(output.status.success(), "lti-tool platform add: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
