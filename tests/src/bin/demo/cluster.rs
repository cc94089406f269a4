//! The demo's own PostgreSQL: `tests/cluster.sh` starts it, this makes the database and its roles.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

/// A running cluster; it is stopped when dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    script: PathBuf,
    data: PathBuf,
    env_file: PathBuf,
    psql_script: PathBuf,
    variables: BTreeMap<String, String>,
    is_stopped: bool,
}

/// The database of the demo.
const DATABASE: &str = "badges";
/// The role of the tool.
const TOOL_ROLE: &str = "lti_tool";

/// Makes what is missing; running it again changes nothing.
const PREPARE: &str = include_str!("prepare.sql");

impl Cluster {
    /// Starts the cluster kept below `directory`, creating it the first time.
    pub(crate) fn start(repository: &Path, directory: &Path) -> anyhow::Result<Self> {
        let script = repository.join("tests/cluster.sh");
        // A folder that PostgreSQL's user cannot enter (a checkout in /root) is replaced by one that it can.
        let home = run(Command::new(&script).arg("home"))?;
        let reachable = Path::new(home.trim());
        let name = directory.file_name().context("the demo's folder has a name")?;
        let data = if directory.starts_with(reachable) {
            directory.join("postgres")
        } else {
            reachable.join(name).join("postgres")
        };
        std::fs::create_dir_all(&data)?;
        let env_file = directory.join("cluster.env");
        // One that was left by a killed demo is ended first.
        run(Command::new(&script).arg("stop").arg(&data))?;
        let mut cluster = Self {
            script,
            data,
            env_file,
            psql_script: directory.join("psql"),
            variables: BTreeMap::new(),
            is_stopped: false,
        };
        cluster.bring_up()?;
        Ok(cluster)
    }

    fn bring_up(&mut self) -> anyhow::Result<()> {
        let mut start = Command::new(&self.script);
        run(start.arg("start").arg(&self.data).env("CLUSTER_ENV_FILE", &self.env_file))?;
        self.variables = exported_variables(&std::fs::read_to_string(&self.env_file)?);
        self.write_psql_script()
    }

    /// The database, the extension, and the tool's role.
    pub(crate) fn prepare_database(&self) -> anyhow::Result<()> {
        if self
            .query("postgres", &format!("select 1 from pg_database where datname = '{DATABASE}'"))?
            .is_empty()
        {
            self.query("postgres", &format!("create database {DATABASE}"))?;
        }
        let password = self.variable("PGPASSWORD")?;
        self.psql(DATABASE, &["-v", &format!("tool_password={password}"), "-q"], PREPARE)
            .context("cannot prepare the database; was the extension built? `make extension` does it")?;
        Ok(())
    }

    /// Rows of a query in the demo's database, columns separated by `|`.
    pub(crate) fn select(&self, sql: &str) -> anyhow::Result<String> {
        self.query(DATABASE, sql)
    }

    /// The URL that the tool connects with.
    pub(crate) fn tool_url(&self) -> anyhow::Result<String> {
        let (host, port) = (self.variable("PGHOST")?, self.variable("PGPORT")?);
        Ok(format!("postgres://{TOOL_ROLE}:{}@{host}:{port}/{DATABASE}", self.variable("PGPASSWORD")?))
    }

    /// A script that opens psql in the demo's database.
    pub(crate) fn psql_script(&self) -> &Path {
        &self.psql_script
    }

    /// Stops the server and takes away the files that say how to reach it; the data stays.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.is_stopped = true;
        for file in [&self.env_file, &self.psql_script] {
            let _ = std::fs::remove_file(file);
        }
        run(Command::new(&self.script).arg("stop").arg(&self.data)).map(drop)
    }

    fn query(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        self.psql(database, &["-A", "-t"], sql)
    }

    fn psql(&self, database: &str, options: &[&str], sql: &str) -> anyhow::Result<String> {
        let mut child = Command::new(Path::new(self.variable("PG_BIN")?).join("psql"))
            .args(["-X", "-v", "ON_ERROR_STOP=1", "-d", database])
            .args(options)
            .envs(&self.variables)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run psql")?;
        child.stdin.take().context("psql has a standard input")?.write_all(sql.as_bytes())?;
        answer("psql", &child.wait_with_output()?)
    }

    fn variable(&self, name: &str) -> anyhow::Result<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("the cluster did not say {name}"))
    }

    fn write_psql_script(&self) -> anyhow::Result<()> {
        let exports = ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"]
            .map(|name| Ok(format!("export {name}={}\n", self.variable(name)?)))
            .into_iter()
            .collect::<anyhow::Result<String>>()?;
        let text = format!(
            "#!/bin/sh\n# psql in the demo's database, as its superuser.\n{exports}exec {}/psql -d {DATABASE} \"$@\"\n",
            self.variable("PG_BIN")?
        );
        let _ = std::fs::remove_file(&self.psql_script);
        let mut file =
            std::fs::OpenOptions::new().create_new(true).write(true).mode(0o700).open(&self.psql_script)?;
        Ok(file.write_all(text.as_bytes())?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.is_stopped {
            drop(self.stop());
        }
    }
}

/// `export NAME=value NAME=value` lines; values here hold no blanks.
fn exported_variables(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("export "))
        .flat_map(str::split_whitespace)
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| *name != "PATH")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Runs a command to its end, whatever the terminal says meanwhile, and returns what it printed.
fn run(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.process_group(0).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{name} failed with {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn answer(name: &str, output: &std::process::Output) -> anyhow::Result<String> {
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
