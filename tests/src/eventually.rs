//! Waiting for something that happens by itself, without guessing how long it takes.

use std::time::Duration;

use tokio::time::Instant;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// Looks until `condition` holds.
///
/// # Errors
/// When it does not within `longest`; the error says `what`. An error of the look itself ends the waiting.
pub async fn eventually(
    longest: Duration,
    what: &str,
    condition: impl AsyncFn() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let end = Instant::now() + longest;
    while !condition().await? {
        anyhow::ensure!(Instant::now() < end, "{what}: not within {longest:?}");
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
