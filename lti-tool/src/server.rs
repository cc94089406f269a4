//! Start and stop: everything is made ready before the first request is taken.

use std::{net::TcpListener, num::NonZeroUsize, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, web::Data};
use url::Url;

use crate::{
    award::{engine, grade::publish_scores},
    clock::{Chance, Clock, SystemChance, SystemClock},
    completion::poll,
    config::{Config, ConfigError},
    keys::{
        KeyringError, load_or_generate,
        renewal::{self, RenewalError, announce_issuer},
        seal::{MasterKey, SealError},
    },
    mail,
    outbound::OutboundError,
    routes,
    state::AppState,
    store::{Store, StoreError},
    usage,
};

/// Between two rounds of the housekeeping.
const HOUSEKEEPING: Duration = Duration::from_mins(1);

/// actix-web takes no more.
const MOST_THREADS: usize = 512;

/// Why the server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The master key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error("the database of `database.url` is not ready")]
    Store(#[from] StoreError),
    /// The keys.
    #[error("the tool's keys are not ready")]
    Keyring(#[from] KeyringError),
    /// The HTTP client.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The issuer is not told to the extension.
    #[error(transparent)]
    Announcement(#[from] RenewalError),
    /// The port.
    #[error("cannot listen on `server.bind` ({bind})")]
    Bind {
        /// The address that was asked for.
        bind: String,
        /// Why not.
        source: std::io::Error,
    },
    /// `server.public_url` with the bound port is no URL; the settings were checked before.
    #[error("`server.public_url` is not a URL")]
    PublicUrl,
    /// The server broke.
    #[error("the server stopped")]
    Run(#[source] std::io::Error),
}

/// Migrates, opens the keys, tells the extension who the issuer is.
///
/// # Errors
/// [`ServerError`].
pub async fn prepare(config: Config, public_url: Url) -> Result<AppState, ServerError> {
    let (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let master = Arc::new(MasterKey::from_base64(&config.master_key_text()?)?);
    let store = Store::new(&config.database)?;
    let migrated = store.migrate(clock.now()).await?;
    if migrated > 0 {
        tracing::info!(migrations = migrated, "schema lti brought up to date");
    }
    let keyring =
        load_or_generate(&store, &master, &*chance, config.issuer.did_method, &public_url, clock.now())
            .await?;
    announce_issuer(&config, &store, &keyring).await?;
    Ok(AppState::new(config, public_url, store, keyring, master, clock, chance)?)
}

/// Serves until it is told to stop.
///
/// # Errors
/// [`ServerError`].
pub async fn serve(config: Config) -> Result<(), ServerError> {
    let bind = |source| ServerError::Bind { bind: config.server.bind.clone(), source };
    let listener = TcpListener::bind(&config.server.bind).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let public_url = config.public_url(address.port()).ok_or(ServerError::PublicUrl)?;
    let workers = worker_threads(config.server.workers);
    let state = Data::new(prepare(config, public_url).await?);
    let mut tasks = begin_work(&state);
    let shared = state.clone();
    // Called once in each thread.
    let app = move || App::new().configure(routes::configure(Data::new(shared.for_thread(workers))));
    let server = HttpServer::new(app).workers(workers).shutdown_timeout(10);
    let server = server.listen(listener).map_err(ServerError::Run)?.run();
    tracing::info!("listening on http://{address}");
    let ended = server.await.map_err(ServerError::Run);
    // An award or a reading that is cut short has not happened, and another replica does it.
    tasks.abort_all();
    usage::write(&state).await;
    ended
}

/// How many threads answer requests; `0` is one for each processor.
fn worker_threads(setting: u32) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = usize::try_from(setting).ok().filter(|workers| *workers > 0);
    wanted.unwrap_or_else(processors).min(MOST_THREADS)
}

/// Begins what runs beside the requests: housekeeping, reading the keys again, telling scores, asking for completions, awarding from the queue, sending messages.
fn begin_work(state: &Data<AppState>) -> tokio::task::JoinSet<()> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(keep_house(state.clone()));
    tasks.spawn(renewal::read_regularly(state.clone()));
    tasks.spawn(usage::write_regularly(state.clone()));
    tasks.spawn(publish_scores(state.clone()));
    let work = state.config.completion;
    if work.poll_seconds > 0 {
        tasks.spawn(poll::work(state.clone().into_inner()));
    }
    for _ in 0..work.workers {
        tasks.spawn(engine::work(state.clone().into_inner()));
    }
    if state.config.mail.is_on() {
        tasks.spawn(mail::work(state.clone().into_inner()));
    }
    tasks
}

/// Deletes what has expired; what fails is tried again in the next round.
async fn keep_house(state: Data<AppState>) {
    loop {
        tokio::time::sleep(HOUSEKEEPING).await;
        let now = state.clock.now();
        warn_of(state.store.delete_expired(now).await, "expired sessions were not deleted");
        warn_of(state.store.delete_old_rosters(now).await, "old rosters were not deleted");
        warn_of(state.store.drop_expired_documents().await, "expired documents were not deleted");
    }
}

fn warn_of<T, E: std::fmt::Display>(outcome: Result<T, E>, what: &str) {
    if let Err(error) = outcome {
        tracing::warn!(reason = %error, "{what}");
    }
}
