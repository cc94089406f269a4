//! The two programs of the demo, the tool and the practice LMS: configuration, registration, start and end.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail, ensure};
use base64::Engine as _;
use tokio::process::{Child, Command};

use super::cluster::Cluster;

/// The tool's registration at the practice LMS.
const CLIENT_ID: &str = "practice-client";
/// Its deployment.
const DEPLOYMENT_ID: &str = "1";
/// How long a program may take to answer its first request.
const START_LIMIT: Duration = Duration::from_mins(1);
/// What the practice LMS says of itself, each at the beginning of a line.
const ADDRESSES: [&str; 3] = ["authorization endpoint", "token endpoint", "key set"];

/// The tool's settings, with the password of a database that runs only as long as the demo.
const CONFIG_FILE: &str = "lti-tool.toml";

/// Where the two programs listen. Different host names make them different sites, as in production.
#[derive(Debug)]
pub(crate) struct Addresses {
    pub(crate) tool_port: u16,
    pub(crate) lms_port: u16,
}

impl Addresses {
    /// The tool's public URL.
    pub(crate) fn tool(&self) -> String {
        format!("http://127.0.0.1:{}", self.tool_port)
    }

    /// The practice LMS's URL and issuer.
    pub(crate) fn lms(&self) -> String {
        format!("http://localhost:{}", self.lms_port)
    }

    /// Refuses to start where something else listens.
    pub(crate) fn ensure_free(&self) -> anyhow::Result<()> {
        for (port, option) in [(self.tool_port, "--tool-port"), (self.lms_port, "--lms-port")] {
            std::net::TcpListener::bind(("127.0.0.1", port)).with_context(|| {
                format!(
                    "port {port} of 127.0.0.1 is taken, perhaps by a demo that still runs; end it, or choose another \
                     with `make demo DEMO=\"{option} PORT\"`"
                )
            })?;
        }
        Ok(())
    }
}

/// The running programs.
#[derive(Debug)]
pub(crate) struct Services {
    tool: Child,
    lms: Child,
    directory: PathBuf,
}

impl Services {
    /// Starts the practice LMS, registers it with the tool as an administrator would by hand, and starts the tool.
    pub(crate) async fn start(
        addresses: &Addresses,
        cluster: &Cluster,
        directory: &Path,
    ) -> anyhow::Result<Self> {
        let config = write_config(addresses, cluster, directory)?;
        tool_command(&config, &["migrate"]).await?;
        let lms_log = directory.join("practice-lms.log");
        let mut lms = spawn("practice-lms", &lms_arguments(addresses), &lms_log)?;
        wait_until_ready(&mut lms, "practice-lms", &format!("{}/", addresses.lms()), &lms_log).await?;
        register_platform(addresses, &config, &printed_addresses(&lms_log).await?).await?;
        let tool_log = directory.join("lti-tool.log");
        let mut tool = spawn("lti-tool", &["--config", path(&config)?, "serve"], &tool_log)?;
        wait_until_ready(&mut tool, "lti-tool", &format!("{}/readyz", addresses.tool()), &tool_log).await?;
        Ok(Self { tool, lms, directory: directory.to_owned() })
    }

    /// Waits for one of them to end, which it should not.
    pub(crate) async fn first_to_end(&mut self) -> anyhow::Error {
        let (name, status) = tokio::select! {
            status = self.tool.wait() => ("lti-tool", status),
            status = self.lms.wait() => ("practice-lms", status),
        };
        match status {
            Ok(status) => {
                let log = self.directory.join(format!("{name}.log"));
                anyhow!("{name} ended by itself ({status}); its log is {}", log.display())
            }
            Err(error) => anyhow!("{name} cannot be watched: {error}"),
        }
    }

    /// Asks both to end and waits; one that does not within five seconds is killed. Their logs stay.
    pub(crate) async fn stop(&mut self) {
        for child in [&mut self.tool, &mut self.lms] {
            if let Some(id) = child.id() {
                let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
            }
            if tokio::time::timeout(Duration::from_secs(5), child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
        }
    }
}

/// Polls until the program answers; one that ended or does not answer in time is an error with its log.
async fn wait_until_ready(child: &mut Child, name: &str, url: &str, log: &Path) -> anyhow::Result<()> {
    let started = Instant::now();
    while !answers(url).await {
        if let Some(status) = child.try_wait()? {
            bail!("{name} did not start ({status}):\n{}", std::fs::read_to_string(log).unwrap_or_default());
        }
        ensure!(
            started.elapsed() < START_LIMIT,
            "{name} does not answer at {url}; its log is {}",
            log.display()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// What the practice LMS printed: it answers a moment before its last line is there.
async fn printed_addresses(log: &Path) -> anyhow::Result<String> {
    let started = Instant::now();
    loop {
        let printed = std::fs::read_to_string(log)?;
        if ADDRESSES.iter().all(|what| printed.lines().any(|line| line.starts_with(what)))
            && printed.ends_with('\n')
        {
            return Ok(printed);
        }
        ensure!(
            started.elapsed() < START_LIMIT,
            "practice-lms does not print its addresses; its log is {}",
            log.display()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The folder of the built programs.
pub(crate) fn binaries() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().context("a program lies in a folder")?.to_owned())
}

/// The tool's settings for the demo, and once a master key.
fn write_config(addresses: &Addresses, cluster: &Cluster, directory: &Path) -> anyhow::Result<PathBuf> {
    let key_file = directory.join("master.key");
    if !key_file.exists() {
        let mut key = [0_u8; 32];
        aws_lc_rs::rand::fill(&mut key)
            .map_err(|_unspecified| anyhow!("the system gives no random bytes"))?;
        write_secret(&key_file, &base64::engine::general_purpose::STANDARD.encode(key))?;
    }
    let config = directory.join(CONFIG_FILE);
    let _ = std::fs::remove_file(&config);
    write_secret(
        &config,
        &format!(
            "[server]\npublic_url = \"{tool}\"\nbind = \"127.0.0.1:{port}\"\n\n\
             [database]\nurl = \"{url}\"\n\n\
             [keys]\nmaster_key_file = \"{key}\"\n\n\
             [issuer]\nname = \"Practice Academy\"\nurl = \"{tool}\"\n\n\
             [outbound]\nallow_insecure_loopback = true\n",
            tool = addresses.tool(),
            port = addresses.tool_port,
            url = cluster.tool_url()?,
            key = path(&key_file)?,
        ),
    )?;
    Ok(config)
}

/// Takes the settings away again.
pub(crate) fn remove_config(directory: &Path) {
    let _ = std::fs::remove_file(directory.join(CONFIG_FILE));
}

/// Tells the tool of the practice LMS, with the addresses that the LMS printed.
async fn register_platform(addresses: &Addresses, config: &Path, printed: &str) -> anyhow::Result<()> {
    let address = |what: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(what));
        line.map(str::trim).with_context(|| format!("practice-lms did not print its {what}"))
    };
    tool_command(
        config,
        &[
            "platform",
            "add",
            "--name",
            "Practice LMS",
            "--issuer",
            &addresses.lms(),
            "--client-id",
            CLIENT_ID,
            "--deployment",
            DEPLOYMENT_ID,
            "--authorization-endpoint",
            address("authorization endpoint")?,
            "--token-endpoint",
            address("token endpoint")?,
            "--jwks-url",
            address("key set")?,
        ],
    )
    .await
}

/// What the practice LMS has to know of the tool.
fn lms_arguments(addresses: &Addresses) -> Vec<String> {
    let tool = addresses.tool();
    [
        ("--listen", format!("127.0.0.1:{}", addresses.lms_port)),
        ("--tool-login", format!("{tool}/lti/login")),
        ("--tool-redirect", format!("{tool}/lti/launch")),
        ("--tool-jwks", format!("{tool}/.well-known/jwks.json")),
        ("--client-id", CLIENT_ID.to_owned()),
        ("--deployment-id", DEPLOYMENT_ID.to_owned()),
    ]
    .into_iter()
    .flat_map(|(option, value)| [option.to_owned(), value])
    .collect()
}

async fn tool_command(config: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new(binaries()?.join("lti-tool"))
        .arg("--config")
        .arg(config)
        .args(arguments)
        .output()
        .await?;
    ensure!(
        output.status.success(),
        "lti-tool {} failed:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

fn spawn(name: &str, arguments: &[impl AsRef<std::ffi::OsStr>], log: &Path) -> anyhow::Result<Child> {
    let log = std::fs::File::create(log)?;
    Command::new(binaries()?.join(name))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // Ctrl-C reaches the whole group of the terminal; who stops whom, and when, is for the demo to say.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {name}"))
}

async fn answers(url: &str) -> bool {
    reqwest::get(url).await.is_ok_and(|answer| answer.status().is_success())
}

fn write_secret(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::options().create_new(true).write(true).mode(0o600).open(file)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
