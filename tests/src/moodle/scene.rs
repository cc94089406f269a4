//! The tool, registered by hand with a real Moodle.

use anyhow::ensure;

use super::{Links, Moodle, Person, Registered, Registration, Run, ToolAddresses, Unregistered};
use crate::app::{App, AppConfig};
use crate::database::Database;

/// A tool and a Moodle that know each other. Fields are dropped in order: the run goes first, the database last.
#[derive(Debug)]
pub struct MoodleScene {
    /// What was made in Moodle for this test.
    pub run: Run,
    /// The course's links to the tool.
    pub links: Links,
    /// The tool.
    pub app: App,
    /// The tool's database.
    pub database: Database,
    /// The site.
    pub moodle: Moodle,
    platform: Registration,
}

/// A tool and a Moodle that know nothing of each other yet.
#[derive(Debug)]
pub struct NewcomerScene {
    /// What was made in Moodle for this test.
    pub run: Run,
    /// Administers the site as long as the run lasts.
    pub administrator: Person,
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
        let (moodle, database, app) = start_tool().await?;
        let Registered { run, platform, links } = moodle.provision(addresses(&app), learners)?;
        register(&app, &platform)?;
        Ok(Self { run, links, app, database, moodle, platform })
    }
}

impl MoodleScene {
    /// Keeps a token for Moodle's web services in the tool, as an administrator does.
    ///
    /// # Errors
    /// When Moodle makes none, or the tool refuses it.
    pub fn keep_token(&self) -> anyhow::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), self.run.make_token()?)?;
        let Registration { issuer, client_id, .. } = &self.platform;
        let token = file.path().to_str().unwrap_or_default();
        let output = self.app.run(&[
            "platform",
            "moodle-token",
            "--issuer",
            issuer,
            "--client-id",
            client_id,
            "--token-file",
            token,
        ])?;
        ensure!(output.status.success(), "moodle-token: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

impl NewcomerScene {
    /// Starts the tool and makes a course with `learners` learners, and somebody who may administer the site.
    ///
    /// # Errors
    /// When `MOODLE_URL` is missing, or a part does not start.
    pub async fn start(learners: usize) -> anyhow::Result<Self> {
        let (moodle, database, app) = start_tool().await?;
        let Unregistered { run, administrator } = moodle.provision_unregistered(addresses(&app), learners)?;
        Ok(Self { run, administrator, app, database, moodle })
    }
}

async fn start_tool() -> anyhow::Result<(Moodle, Database, App)> {
    let moodle = Moodle::from_environment()?;
    let database = Database::create().await?;
    // A Moodle that has just been started compiles its pages first.
    let config = AppConfig::new(&database.tool_url())
        .with("outbound.timeout_seconds", "30")
        .with("completion.poll_seconds", "1");
    let app = App::start(&config)?;
    Ok((moodle, database, app))
}

fn addresses(app: &App) -> ToolAddresses<'_> {
    ToolAddresses {
        public_url: &app.url,
        login_path: "/lti/login",
        launch_path: "/lti/launch",
        jwks_path: "/.well-known/jwks.json",
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
