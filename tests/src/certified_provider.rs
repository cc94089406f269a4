//! A certified OpenID provider that is not ours, with pages of its own (`tests/openid`); attacks come from [`crate::openid`].

use std::io::BufReader;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use serde_json::json;

use crate::browser::Browser;
use crate::npm;
use crate::openid::{CLIENT_ID, CLIENT_SECRET};

/// A running provider; it ends when dropped.
#[derive(Debug)]
pub struct CertifiedProvider {
    child: Child,
    /// The issuer.
    pub issuer: String,
}

impl CertifiedProvider {
    /// Starts a provider that knows the tool at this address and signs its tokens so, for example `ES256`.
    ///
    /// # Errors
    /// When it cannot be installed or does not start.
    pub fn start(tool: &str, algorithm: &str) -> anyhow::Result<Self> {
        let client = json!({
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [format!("{tool}/admin/callback")],
            "id_token_signed_response_alg": algorithm,
        });
        let mut child = Command::new("node")
            .args(["provider.mjs", &client.to_string()])
            .current_dir(npm::installed("openid")?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("Node.js is missing; `make deps` installs it")?;
        let output = child.stdout.take().context("the provider has no stdout")?;
        match announced(&mut BufReader::new(output)) {
            Ok(issuer) => Ok(Self { child, issuer }),
            Err(silence) => {
                drop(child.kill());
                drop(child.wait());
                Err(silence)
            }
        }
    }

    /// Fills in the provider's page for signing in.
    ///
    /// # Errors
    /// When the browser is not there.
    pub async fn sign_in(&self, browser: &Browser, address: &str) -> anyhow::Result<()> {
        browser.wait_for("input[name=login]").await?.send_keys(address).await?;
        browser.wait_for("input[name=password]").await?.send_keys("any").await?;
        browser.click("button[type=submit]").await
    }

    /// Agrees on the provider's page that asks for it.
    ///
    /// # Errors
    /// When the browser is not there.
    pub async fn agree(&self, browser: &Browser) -> anyhow::Result<()> {
        browser.wait_for("input[name=prompt][value=consent]").await?;
        browser.click("button[type=submit]").await
    }
}

/// Reads up to the line that is the issuer.
fn announced(output: &mut impl std::io::BufRead) -> anyhow::Result<String> {
    let mut said = String::new();
    while output.read_line(&mut said)? > 0 {
        if let Some(issuer) = said.lines().find(|line| line.starts_with("http://")) {
            return Ok(issuer.to_owned());
        }
    }
    anyhow::bail!("the provider did not start: {said}")
}

impl Drop for CertifiedProvider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_read_from_what_the_provider_says() {
        let mut said = "a warning\nhttp://localhost:43211\n".as_bytes();
        assert_eq!(announced(&mut said).unwrap(), "http://localhost:43211");
        let silent = announced(&mut "a warning\n".as_bytes()).unwrap_err().to_string();
        assert_eq!(silent, "the provider did not start: a warning\n");
    }
}
