//! Programs from npm that only tests need, each in a folder with a lock file.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// Installs what the lock file of `tests/<folder>` names, once, and returns that folder; tests that come meanwhile wait.
///
/// # Errors
/// When npm is missing or cannot install.
pub fn installed(folder: &str) -> anyhow::Result<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    // npm writes this file last.
    if !directory.join("node_modules/.package-lock.json").is_file() {
        let mut install = Command::new("flock");
        install.args(["package.json", "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        let output =
            install.current_dir(&directory).output().context("npm is missing; `make deps` installs it")?;
        ensure!(output.status.success(), "npm ci: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(directory)
}
