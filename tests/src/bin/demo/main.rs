//! `make demo`: PostgreSQL with the extension, the tool and the practice LMS, until Ctrl-C; `--check` walks the story instead.
//!
//! Everything lives below `target/demo`; a second start finds its data there. Nothing else on the machine is changed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is what a person came for")]

mod cluster;
mod services;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use cluster::Cluster;
use services::{Addresses, Services};

/// Runs the whole product on this machine, for trying it out.
#[derive(Debug, Parser)]
struct Arguments {
    /// Walk through the story without a person, leave the credential in `target/demo/out`, and stop.
    #[arg(long)]
    check: bool,
    /// Port of the tool on 127.0.0.1. The issuer's name (did:web) contains it.
    #[arg(long, default_value_t = 8080)]
    tool_port: u16,
    /// Port of the practice LMS on localhost.
    #[arg(long, default_value_t = 8081)]
    lms_port: u16,
    /// Where the data is kept.
    #[arg(long)]
    directory: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match demo(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// From the start of the database to its stop, whatever happens between.
async fn demo(arguments: &Arguments) -> anyhow::Result<()> {
    let repository =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the tests folder has a parent")?;
    let directory = match &arguments.directory {
        Some(directory) => directory.clone(),
        None => services::binaries()?.join("../demo"),
    };
    std::fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let directory = directory.canonicalize()?;
    let addresses = Addresses { tool_port: arguments.tool_port, lms_port: arguments.lms_port };
    addresses.ensure_free()?;

    println!("Starting PostgreSQL …");
    let cluster = Cluster::start(repository, &directory)?;
    let outcome = run(arguments, &addresses, &cluster, &directory).await;
    let stopped = cluster.stop();
    outcome.and(stopped)
}

/// Everything between the start and the stop of the database.
async fn run(
    arguments: &Arguments,
    addresses: &Addresses,
    cluster: &Cluster,
    directory: &Path,
) -> anyhow::Result<()> {
    cluster.prepare_database()?;
    println!("Starting the tool and the practice LMS …");
    let mut services = Services::start(addresses, cluster, directory).await?;
    let outcome = if arguments.check {
        story::walk(addresses, cluster, &directory.join("out")).await
    } else {
        println!("{}", invitation(addresses, cluster));
        wait_for_the_end(&mut services).await
    };
    services.stop().await;
    outcome
}

/// Ctrl-C, a polite kill, or one of the programs ending by itself.
async fn wait_for_the_end(services: &mut Services) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
        ended = services.first_to_end() => Err(ended),
    }
    .inspect(|()| println!("\nStopping. The data stays for the next start."))
}

/// What a newcomer reads when everything runs.
fn invitation(addresses: &Addresses, cluster: &Cluster) -> String {
    let psql = cluster.psql_script();
    format!(
        "
Ready. Open the practice LMS, launch as the instructor, award; then launch as a learner:

    {lms}

Then ask PostgreSQL:

    {psql} -c \"select credential_id, awarded_at from badges.assertion order by awarded_at\"
    {psql} -c \"select v.* from badges.assertion a, badges.verify(a.credential) v\"
    {psql} -c \"select v.* from badges.assertion a, badges.verify(replace(a.credential, 'Practice', 'Another')) v\"

The last one alters each credential first, and the proof no longer holds.
The tool is at {tool}. Ctrl-C stops everything; the data stays for the next start.
",
        lms = addresses.lms(),
        psql = psql.display(),
        tool = addresses.tool(),
    )
}
