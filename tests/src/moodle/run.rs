//! Making and removing a run: calls `moodle/provision.php` inside the site.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Read by PHP from its standard input, so nothing has to be copied into the site.
const SCRIPT: &str = include_str!("../../moodle/provision.php");

/// A Moodle site and the command that runs PHP inside it.
#[derive(Clone, Debug)]
pub struct Moodle {
    url: String,
    php: Vec<String>,
    directory: String,
}

/// Where the tool answers, as an administrator would enter it in Moodle.
#[derive(Clone, Copy, Debug)]
pub struct ToolAddresses<'a> {
    /// Without a slash at the end.
    pub public_url: &'a str,
    /// Path of the login initiation.
    pub login_path: &'a str,
    /// Path of the launch, which is also the only redirect address.
    pub launch_path: &'a str,
    /// Path of the tool's public keys.
    pub jwks_path: &'a str,
}

/// What `provision.php` made. It is deleted when this goes out of scope, and with it what was registered in Moodle's own pages.
#[derive(Debug, Deserialize)]
pub struct Run {
    #[serde(rename = "run")]
    name: String,
    /// For example `4.5.6 (Build: 20250811)`.
    pub moodle_release: String,
    /// Moodle's own address, by which it was asked for.
    issuer: String,
    /// The course.
    pub course: Course,
    /// An editing teacher of the course.
    pub teacher: Person,
    /// The course's students; the first has a Japanese name.
    pub learners: Vec<Person>,
    #[serde(skip)]
    moodle: Option<Moodle>,
}

/// A run in which the tool was registered by hand and linked.
#[derive(Debug, Deserialize)]
pub struct Registered {
    /// The course and its people.
    #[serde(flatten)]
    pub run: Run,
    /// What the tool has to know of this Moodle.
    pub platform: Registration,
    /// The course's links to the tool.
    pub links: Links,
}

/// A run that knows nothing of the tool yet, with somebody who may register it.
#[derive(Debug, Deserialize)]
pub struct Unregistered {
    /// The course and its people.
    #[serde(flatten)]
    pub run: Run,
    /// May administer the site as long as the run lasts.
    pub administrator: Person,
}

/// The values that an administrator copies from Moodle into `lti-tool platform add`.
#[derive(Clone, Debug, Deserialize)]
pub struct Registration {
    /// Moodle's own address.
    pub issuer: String,
    /// Drawn by Moodle.
    pub client_id: String,
    /// The id of the registration in Moodle.
    pub deployment_id: String,
    /// Where the browser is sent to authenticate.
    pub authorization_endpoint: String,
    /// Where the tool fetches access tokens.
    pub token_endpoint: String,
    /// Moodle's public keys.
    pub jwks_uri: String,
}

/// The course of a run.
#[derive(Clone, Debug, Deserialize)]
pub struct Course {
    /// Moodle's number, the `context.id` of a launch.
    pub id: String,
    /// In Japanese and English.
    pub title: String,
    /// The course's page.
    pub url: String,
}

/// The course's links to the tool, by how Moodle opens them.
#[derive(Clone, Debug, Deserialize)]
pub struct Links {
    /// Replaces Moodle's page.
    pub replace: Link,
    /// In a frame of Moodle's page.
    pub embed: Link,
    /// Replaces Moodle's page; only for learners who have done the course's reading.
    pub finished: Link,
}

/// One link to the tool.
#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    /// What a person clicks on.
    pub url: String,
    /// The `resource_link.id` of its launches.
    pub resource_link_id: String,
}

/// A cell of Moodle's grade book.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Grade {
    /// The points; none if the cell is empty.
    pub grade: Option<f64>,
    /// The most that the column allows.
    pub of: f64,
}

/// A person with an account of this run.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    /// Moodle's number, the `sub` of a launch.
    pub id: String,
    /// The account's name.
    pub username: String,
    /// Drawn anew for every run.
    pub password: String,
    /// As Moodle shows it.
    pub name: String,
    /// Never written to.
    pub email: String,
}

impl Moodle {
    /// The site that the environment names.
    ///
    /// `MOODLE_URL` is its address. `MOODLE_PHP` is the command that runs PHP inside it as the user that owns its data, and `MOODLE_DIR`
    /// its code there; without them the container of `moodle/compose.yaml` is meant.
    ///
    /// # Errors
    ///
    /// When `MOODLE_URL` is missing: these tests never pass without a Moodle.
    #[expect(
        clippy::disallowed_methods,
        reason = "which Moodle to use is for the person who starts the tests to say"
    )]
    pub fn from_environment() -> anyhow::Result<Self> {
        let url = std::env::var("MOODLE_URL")
            .context("MOODLE_URL is not set: tests/moodle/README.md says how to bring a Moodle up")?;
        let compose = concat!(
            "docker compose --file ",
            env!("CARGO_MANIFEST_DIR"),
            "/moodle/compose.yaml exec --no-TTY --user www-data moodle php"
        );
        let php = std::env::var("MOODLE_PHP").unwrap_or_else(|_| compose.to_owned());
        let directory = std::env::var("MOODLE_DIR").unwrap_or_else(|_| "/var/www/html".to_owned());
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            php: php.split_whitespace().map(str::to_owned).collect(),
            directory,
        })
    }

    /// The address of the site, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a course with `learners` learners and registers the tool by hand.
    ///
    /// # Errors
    ///
    /// With what the script wrote, when the site refuses; and when it is not the site at `MOODLE_URL`.
    pub fn provision(&self, tool: ToolAddresses<'_>, learners: usize) -> anyhow::Result<Registered> {
        let mut made: Registered = self.make(tool, learners, &[])?;
        self.adopt(&mut made.run)?;
        Ok(made)
    }

    /// Makes a course with `learners` learners and an administrator; the tool is left to them.
    ///
    /// # Errors
    ///
    /// As [`Moodle::provision`].
    pub fn provision_unregistered(
        &self,
        tool: ToolAddresses<'_>,
        learners: usize,
    ) -> anyhow::Result<Unregistered> {
        let mut made: Unregistered = self.make(tool, learners, &["--unregistered"])?;
        self.adopt(&mut made.run)?;
        Ok(made)
    }

    fn make<Made: DeserializeOwned>(
        &self,
        tool: ToolAddresses<'_>,
        learners: usize,
        more: &[&str],
    ) -> anyhow::Result<Made> {
        let ToolAddresses { public_url, login_path, launch_path, jwks_path } = tool;
        let options = [
            format!("--tool={public_url}"),
            format!("--login-path={login_path}"),
            format!("--launch-path={launch_path}"),
            format!("--jwks-path={jwks_path}"),
            format!("--learners={learners}"),
            "--allow-loopback".to_owned(),
        ];
        let output = self
            .call(&[&options, &*more.iter().map(|&option| option.to_owned()).collect::<Vec<_>>()].concat())?;
        serde_json::from_str(&output).with_context(|| format!("provision.php printed {output}"))
    }

    fn adopt(&self, run: &mut Run) -> anyhow::Result<()> {
        run.moodle = Some(self.clone());
        ensure!(
            run.issuer == self.url,
            "MOODLE_PHP reaches the site {}, but MOODLE_URL is {}",
            run.issuer,
            self.url
        );
        Ok(())
    }

    /// Runs the script with these options and returns what it printed.
    fn call(&self, options: &[String]) -> anyhow::Result<String> {
        let (program, arguments) = self.php.split_first().context("MOODLE_PHP is empty")?;
        let mut child = Command::new(program)
            .args(arguments)
            .arg("--")
            .arg(format!("--moodle={}", self.directory))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{program}` (MOODLE_PHP)"))?;
        child.stdin.take().context("no standard input")?.write_all(SCRIPT.as_bytes())?;
        let output = child.wait_with_output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("provision.php {options:?} failed: {}{printed}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(printed)
    }
}

impl Run {
    /// Marks the course's reading as done for this learner, as if they had ticked it.
    ///
    /// # Errors
    ///
    /// With what the script wrote.
    pub fn complete_reading(&self, learner: &Person) -> anyhow::Result<()> {
        self.again(&format!("--complete={}", learner.username))
    }

    /// Takes the mark back.
    ///
    /// # Errors
    ///
    /// With what the script wrote.
    pub fn undo_reading(&self, learner: &Person) -> anyhow::Result<()> {
        self.again(&format!("--undo={}", learner.username))
    }

    /// A token for Moodle's web services, of an account with the few rights that the tool asks for.
    ///
    /// # Errors
    ///
    /// With what the script wrote.
    pub fn make_token(&self) -> anyhow::Result<String> {
        #[derive(Deserialize)]
        struct Made {
            token: String,
        }
        Ok(serde_json::from_str::<Made>(&self.ask(&["--token".to_owned()])?)?.token)
    }

    /// What stands in the link's column for this learner.
    ///
    /// # Errors
    ///
    /// With what the script wrote.
    pub fn grade(&self, link: &Link, learner: &Person) -> anyhow::Result<Grade> {
        let options = [format!("--grade={}", learner.username), format!("--link={}", link.resource_link_id)];
        Ok(serde_json::from_str(&self.ask(&options)?)?)
    }

    fn again(&self, option: &str) -> anyhow::Result<()> {
        self.ask(&[option.to_owned()]).map(drop)
    }

    fn ask(&self, options: &[String]) -> anyhow::Result<String> {
        let moodle = self.moodle.as_ref().context("this run was not made by `Moodle::provision`")?;
        moodle.call(&[&[format!("--run={}", self.name)], options].concat())
    }
}

impl Drop for Run {
    /// A run that cannot be removed is left behind: the test's own failure is what its reader wants to see.
    fn drop(&mut self) {
        drop(self.again("--remove"));
    }
}
