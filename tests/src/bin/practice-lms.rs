//! The strict LTI platform with pages, to try the tool without an LMS.

use std::io::Write as _;

use anyhow::Context as _;
use badge_tests::platform::{
    Personality, Platform, PlatformOptions, SCOPE_LINE_ITEM, SCOPE_MEMBERSHIPS, SCOPE_RESULT, SCOPE_SCORE,
    Tool,
};
use clap::{Parser, ValueEnum};

/// A small LTI 1.3 platform for practice: one click launches the tool as an instructor or as a learner.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: String,
    /// Host name in the issuer; differs from the tool's on purpose, so that cookies behave as in production.
    #[arg(long, default_value = "localhost")]
    host: String,
    /// The tool's login address.
    #[arg(long, value_name = "URL")]
    tool_login: String,
    /// The tool's redirect URI; may stand several times.
    #[arg(long, value_name = "URL", required = true)]
    tool_redirect: Vec<String>,
    /// The tool's key set.
    #[arg(long, value_name = "URL")]
    tool_jwks: String,
    /// The claim `target_link_uri`; the first redirect URI if absent.
    #[arg(long, value_name = "URL")]
    tool_target: Option<String>,
    /// The client id given to the tool.
    #[arg(long, default_value = "practice-client")]
    client_id: String,
    /// The deployment id given to the tool.
    #[arg(long, default_value = "1")]
    deployment_id: String,
    /// Which platform it behaves like.
    #[arg(long, value_enum, default_value_t = Family::Specification)]
    like: Family,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Family {
    Specification,
    Moodle,
    Canvas,
}

impl Family {
    fn personality(self) -> Personality {
        match self {
            Self::Specification => Personality::specification(),
            Self::Moodle => Personality::moodle(),
            // Reached at its own address, so that a person can follow it.
            Self::Canvas => Personality { issuer: None, ..Personality::canvas() },
        }
    }
}

impl Options {
    fn tool(&self) -> anyhow::Result<Tool> {
        let first = self.tool_redirect.first().context("at least one --tool-redirect is needed")?;
        Ok(Tool {
            client_id: self.client_id.clone(),
            deployment_id: self.deployment_id.clone(),
            login_url: self.tool_login.clone(),
            redirect_uris: self.tool_redirect.clone(),
            target_link_uri: self.tool_target.clone().unwrap_or_else(|| first.clone()),
            jwks_url: self.tool_jwks.clone(),
            scopes: [SCOPE_MEMBERSHIPS, SCOPE_LINE_ITEM, SCOPE_SCORE, SCOPE_RESULT].map(str::to_owned).into(),
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let platform = Platform::start(PlatformOptions {
        listen: options.listen.clone(),
        host: options.host.clone(),
        personality: options.like.personality(),
        ..PlatformOptions::default()
    })?;
    platform.register(options.tool()?);
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", platform.issuer())?;
    writeln!(out, "authorization endpoint {}", platform.authorization_url())?;
    writeln!(out, "token endpoint {}", platform.token_url())?;
    writeln!(out, "key set {}", platform.jwks_url())?;
    out.flush()?;
    let mut ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = ended.recv() => {}
    }
    Ok(())
}
