//! A PostgreSQL of one's own, for tests that crash it: the cluster of `tests/cluster.sh run` belongs to everybody.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// A running cluster; it is stopped and removed when dropped.
#[derive(Debug)]
pub struct OwnCluster {
    directory: PathBuf,
    url: String,
}

impl OwnCluster {
    /// Initialises a cluster and starts it on a port of its own.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> anyhow::Result<Self> {
        let home = run(&["home"])?;
        let directory =
            Path::new(home.trim()).join("throwaway").join(uuid::Uuid::new_v4().simple().to_string());
        let path = directory.to_str().context("the cluster's folder is no text")?.to_owned();
        run(&["start", &path])?;
        let environment = std::fs::read_to_string(directory.join("env"))?;
        let url = environment
            .lines()
            .find_map(|line| line.strip_prefix("export DATABASE_URL="))
            .context("the cluster has no address")?
            .to_owned();
        Ok(Self { directory, url })
    }

    /// The address of its administrator.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the server as a power cut would, and starts it again on the same port: what was committed is there.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn crash_and_restart(&self) -> anyhow::Result<()> {
        let data = self.directory.join("data");
        let restart = format!(
            "\"$PG_BIN\"/pg_ctl -D '{}' -l '{}' -w -t 60 -s -m immediate restart",
            data.display(),
            self.directory.join("server.log").display()
        );
        let script = format!(
            ". '{}'; if [ \"$(id -un)\" = \"$PG_OWNER\" ]; then {restart}; else runuser -u \"$PG_OWNER\" -- env PG_BIN=\"$PG_BIN\" sh -c '{}'; fi",
            self.directory.join("env").display(),
            restart.replace('\'', "'\\''")
        );
        let output = tokio::process::Command::new("sh").arg("-c").arg(script).output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        if let Some(path) = self.directory.to_str() {
            drop(run(&["stop", path, "immediate"]));
        }
        drop(std::fs::remove_dir_all(&self.directory));
    }
}

fn run(arguments: &[&str]) -> anyhow::Result<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/cluster.sh");
    let output = Command::new(script).args(arguments).env_remove("CLUSTER_ENV_FILE").output()?;
    ensure!(output.status.success(), "cluster.sh {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
