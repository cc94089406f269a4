//! The real `lti-tool` binary as a child process, with a configuration file of its own on a port of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::platform::{Platform, Tool};
use crate::transcript::Transcript;

/// A start that takes longer is broken; the target is one second, debug builds on a busy machine take more.
const LONGEST_START: Duration = Duration::from_mins(1);

/// How the tool is configured: the defaults of its own file, and these over them.
#[derive(Clone, Debug)]
pub struct AppConfig {
    settings: Vec<(String, String)>,
}

impl AppConfig {
    /// A tool on loopback that uses this database.
    #[must_use]
    pub fn new(database_url: &str) -> Self {
        let text = |value: &str| format!("{value:?}");
        let settings = [
            ("server.public_url", text("http://127.0.0.1:0")),
            ("server.bind", text("127.0.0.1:0")),
            ("server.workers", "1".to_owned()),
            ("database.url", text(database_url)),
            ("database.max_connections", "4".to_owned()),
            ("database.acquire_timeout_seconds", "10".to_owned()),
            ("keys.master_key", text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")),
            ("issuer.name", text("Example Academy")),
            ("outbound.allow_insecure_loopback", "true".to_owned()),
            ("outbound.timeout_seconds", "5".to_owned()),
            ("completion.undo_seconds", "0".to_owned()),
            ("log.filter", text("info,lti_tool=debug")),
        ];
        Self { settings: settings.map(|(key, value)| (key.to_owned(), value)).into() }
    }

    /// Sets a key to a TOML value, for example `("launch.leeway_seconds", "5")`.
    #[must_use]
    pub fn with(mut self, key: &str, toml_value: &str) -> Self {
        self.settings.retain(|(known, _)| known != key);
        self.settings.push((key.to_owned(), toml_value.to_owned()));
        self
    }

    /// Leaves a key to its default.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.settings.retain(|(known, _)| known != key);
        self
    }

    fn toml(&self) -> String {
        let lines: Vec<String> =
            self.settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        lines.join("\n")
    }
}

/// A running tool; it is stopped when dropped.
#[derive(Debug)]
pub struct App {
    child: Child,
    log: Transcript,
    config_file: PathBuf,
    _directory: TempDir,
    /// Where it listens, without a slash at the end.
    pub url: String,
}

impl App {
    /// Starts `lti-tool serve` and waits until it listens.
    ///
    /// # Errors
    /// When the binary is not built, or the tool stops or is silent; the error holds its log.
    pub fn start(config: &AppConfig) -> anyhow::Result<Self> {
        let (directory, config_file) = write_config(config)?;
        let mut child = command(&config_file)?
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = Transcript::default();
        log.follow(child.stdout.take().context("the tool has no stdout")?);
        log.follow(child.stderr.take().context("the tool has no stderr")?);
        match log.wait_for("listening on ", LONGEST_START) {
            Ok(url) => {
                let url = url.split_whitespace().next().unwrap_or_default().trim_end_matches('/').to_owned();
                Ok(Self { child, log, config_file, _directory: directory, url })
            }
            Err(silence) => {
                drop(child.kill());
                drop(child.wait());
                Err(silence.context("lti-tool did not start"))
            }
        }
    }

    /// Runs `lti-tool` with the same configuration to its end.
    ///
    /// # Errors
    /// When the binary cannot be run.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        Ok(command(&self.config_file)?.args(arguments).stdin(Stdio::null()).output()?)
    }

    /// Runs a command where a variable of the environment has this value.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run_where(&self, (variable, value): (&str, &Path), arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = command(&self.config_file)?;
        Ok(command.env(variable, value).args(arguments).stdin(Stdio::null()).output()?)
    }

    /// An address of the tool; `path` begins with a slash.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Everything that the tool wrote to its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// The most memory that it ever took, in MiB.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn peak_mebibytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        Ok(peak.context("the system tells no peak")?.parse::<u64>()? / 1024)
    }

    /// Waits until the log holds these words.
    ///
    /// # Errors
    /// When they do not come.
    pub fn wait_for_log(&self, words: &str) -> anyhow::Result<()> {
        self.log.wait_for(words, Duration::from_secs(10)).map(drop)
    }

    /// What an administrator types to register a platform and its deployment, and what they enter there.
    ///
    /// # Errors
    /// When the command line refuses.
    pub fn register(&self, platform: &Platform, tool: &Tool) -> anyhow::Result<()> {
        let (auth, token, jwks) = (platform.authorization_url(), platform.token_url(), platform.jwks_url());
        let arguments = [
            ["--name", "Practice LMS"],
            ["--issuer", &platform.iss()],
            ["--client-id", &tool.client_id],
            ["--deployment", &tool.deployment_id],
            ["--authorization-endpoint", &auth],
            ["--token-endpoint", &token],
            ["--jwks-url", &jwks],
        ];
        let output = self.run(&[["platform", "add"].as_slice(), arguments.as_flattened()].concat())?;
        if !output.status.success() {
            bail!("lti-tool platform add: {}", String::from_utf8_lossy(&output.stderr));
        }
        platform.register(tool.clone());
        Ok(())
    }

    /// The registration that the platform needs, with this client and deployment.
    #[must_use]
    pub fn as_tool(&self, client_id: &str, deployment_id: &str) -> Tool {
        use crate::platform::{
            SCOPE_GROUPS, SCOPE_LINE_ITEM, SCOPE_MEMBERSHIPS, SCOPE_NOTICE_HANDLERS, SCOPE_RESULT,
            SCOPE_SCORE,
        };
        let scopes = [
            SCOPE_MEMBERSHIPS,
            SCOPE_GROUPS,
            SCOPE_LINE_ITEM,
            SCOPE_SCORE,
            SCOPE_RESULT,
            SCOPE_NOTICE_HANDLERS,
        ];
        Tool {
            client_id: client_id.to_owned(),
            deployment_id: deployment_id.to_owned(),
            login_url: self.address("/lti/login"),
            redirect_uris: vec![self.address("/lti/launch")],
            target_link_uri: self.address("/lti/launch"),
            jwks_url: self.address("/.well-known/jwks.json"),
            scopes: scopes.map(str::to_owned).into(),
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs `lti-tool` with a configuration that is not meant to serve, and gives its output.
///
/// # Errors
/// When the binary cannot be run.
pub fn run_with(config: &AppConfig, arguments: &[&str]) -> anyhow::Result<Output> {
    let (_directory, config_file) = write_config(config)?;
    Ok(command(&config_file)?.args(arguments).stdin(Stdio::null()).output()?)
}

fn write_config(config: &AppConfig) -> anyhow::Result<(TempDir, PathBuf)> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("config.toml");
    std::fs::write(&file, config.toml())?;
    Ok((directory, file))
}

fn command(config_file: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(binary("lti-tool")?);
    command.arg("--config").arg(config_file).env("NO_COLOR", "1");
    Ok(command)
}

/// A binary of this workspace beside the running test.
///
/// # Errors
/// When it is not built.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let beside =
        test.ancestors().skip(1).take(2).map(|directory| directory.join(name)).find(|path| path.is_file());
    beside.with_context(|| format!("{name} is not built; run `cargo build -p {name}` first"))
}
