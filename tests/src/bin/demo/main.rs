//! `make demo`: PostgreSQL with the extension, the tool and the practice LMS, until Ctrl-C; `--check` walks the story instead.
//!
//! Everything lives below `target/demo`; a second start finds its data there. Nothing else on the machine is changed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is what a person came for")]

mod cluster;
mod services;
mod story;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use tokio::signal::unix::{Signal, SignalKind, signal};

use cluster::Cluster;
use services::{Addresses, Services};

/// A signal that was sent has arrived by then.
const SIGNAL_DELAY: Duration = Duration::from_millis(200);

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
    // Heard from the first moment on, so that an early Ctrl-C leaves no database behind either.
    let mut stop = Stop::listen()?;
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
    let _lock = lock(&directory)?;

    println!("Starting PostgreSQL …");
    let mut cluster = match Cluster::start(repository, &directory) {
        Ok(cluster) => cluster,
        Err(error) => return stop.excuse(error).await,
    };
    let outcome = match run(arguments, &addresses, &cluster, &directory, &mut stop).await {
        Err(error) => stop.excuse(error).await,
        done => done,
    };
    services::remove_config(&directory);
    let stopped = cluster.stop();
    outcome.and(stopped)
}

/// One demo at a time in a folder; the lock goes with the process.
fn lock(directory: &Path) -> anyhow::Result<std::fs::File> {
    let file = std::fs::File::create(directory.join("lock"))?;
    file.try_lock().with_context(|| format!("another demo runs in {}", directory.display()))?;
    Ok(file)
}

/// Everything between the start and the stop of the database.
async fn run(
    arguments: &Arguments,
    addresses: &Addresses,
    cluster: &Cluster,
    directory: &Path,
    stop: &mut Stop,
) -> anyhow::Result<()> {
    cluster.prepare_database()?;
    println!("Starting the tool and the practice LMS …");
    let mut services = tokio::select! {
        started = Services::start(addresses, cluster, directory) => started?,
        () = stop.wanted() => return Ok(()),
    };
    let outcome = tokio::select! {
        outcome = serve(arguments, &mut services, addresses, cluster, directory) => outcome,
        () = stop.wanted() => Ok(()),
    };
    services.stop().await;
    outcome
}

/// The story, or as long as a person likes.
async fn serve(
    arguments: &Arguments,
    services: &mut Services,
    addresses: &Addresses,
    cluster: &Cluster,
    directory: &Path,
) -> anyhow::Result<()> {
    if arguments.check {
        return story::walk(addresses, cluster, &directory.join("out")).await;
    }
    println!("{}", invitation(addresses, cluster));
    Err(services.first_to_end().await)
}

/// The wish to stop: Ctrl-C, a polite kill, or the end of the terminal.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Nothing has failed if the wish came meanwhile: a Ctrl-C at the moment of a program's start ends that program before it has left the
    /// terminal's process group.
    async fn excuse(&mut self, error: anyhow::Error) -> anyhow::Result<()> {
        tokio::time::timeout(SIGNAL_DELAY, self.wanted()).await.map_err(|_elapsed| error)
    }

    async fn wanted(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
        println!("\nStopping. The data stays for the next start.");
    }
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
