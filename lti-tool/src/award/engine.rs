//! The engine: takes awards from the queue, many at once, signs them and stores them.
//!
//! One transaction for a batch: claim the jobs, reserve their entries in a status list, sign, store, end the jobs. It either happened or
//! did not; nothing is remembered anywhere else. What one job of a batch spoils is found by doing them one by one: that job is put off, and the others
//! are done. Every replica runs this; row locks keep them apart, and unique keys in both schemas have the last word.

use std::{collections::HashMap, sync::Arc, time::Duration};

use openbadges::{
    model::BitstringStatusListEntry,
    proof::{SignError, eddsa_rdfc},
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    AwardError,
    credential::{Holder, Issued, issued},
};
use crate::{
    clock::uuid_from,
    course::badge::definition,
    credential::status_list,
    state::AppState,
    store::{
        StoreError,
        batch::{JobRow, OpenBatch, SignedJob},
    },
};

/// Jobs of one transaction: enough to share its cost, few enough that others are not kept waiting.
const BATCH: u32 = 200;
/// Jobs that one thread signs in one go.
const SIGNED_TOGETHER: usize = 25;
/// How long an idle worker rests, unless something is queued here meanwhile.
const REST: Duration = Duration::from_millis(500);
/// The longest wait of a job that fails again and again.
const LONGEST_WAIT_SECONDS: i64 = 3600;

/// Works until the task is aborted, which may be at any moment.
pub async fn work(state: Arc<AppState>) {
    loop {
        match run_batch(&state, BATCH).await {
            Ok(count) if count > 0 => tracing::info!(awarded = count, "badges awarded from the queue"),
            Err(error) if !error.is_outage() => one_by_one(&state, &error).await,
            idle => rest(&state, idle).await,
        }
    }
}

/// There is nothing to do, or the database is away.
async fn rest(state: &AppState, idle: Result<usize, AwardError>) {
    if let Err(error) = idle {
        tracing::warn!(reason = %error, "the queue rests");
        return tokio::time::sleep(REST).await;
    }
    let _nothing_was_queued = tokio::time::timeout(REST, state.store.wait_for_jobs()).await;
}

/// Awards at most `size` jobs in one transaction and says how many.
///
/// # Errors
/// [`AwardError`]; then nothing of the batch was stored.
pub async fn run_batch(state: &AppState, size: u32) -> Result<usize, AwardError> {
    let Some(batch) = begin(state, size).await? else { return Ok(0) };
    let count = batch.jobs.len();
    finish(state, batch).await?;
    Ok(count)
}

async fn begin(state: &AppState, size: u32) -> Result<Option<OpenBatch>, AwardError> {
    let did = state.keyring.current().issuer.did.clone();
    let status_lists = state.address(status_list::PATH);
    Ok(state.store.begin_batch(&did, &status_lists, size).await?)
}

async fn finish(state: &AppState, batch: OpenBatch) -> Result<(), AwardError> {
    let signed = sign_all(state, &batch.jobs).await?;
    Ok(batch.store(&signed, state.config.mail.is_on()).await?)
}

/// As many jobs as a batch had, each in a transaction of its own; what fails waits longer each time.
async fn one_by_one(state: &AppState, why: &AwardError) {
    tracing::warn!(reason = %why, "a batch fails and is done one by one");
    for _ in 0..BATCH {
        let Ok(Some(batch)) = begin(state, 1).await else { return };
        let job = batch.jobs.first().cloned();
        if let (Some(job), Err(error)) = (job, finish(state, batch).await)
            && put_off(state, &job, &error).await.is_err()
        {
            return;
        }
    }
}

async fn put_off(state: &AppState, job: &JobRow, error: &AwardError) -> Result<(), StoreError> {
    let wait = wait_seconds(job.attempts, state.chance.bytes());
    let cause = std::error::Error::source(error).and_then(std::error::Error::source).map(ToString::to_string);
    tracing::warn!(reason = %error, cause, attempts = job.attempts, wait, "an award is put off");
    let wait = u32::try_from(wait).unwrap_or_default();
    state.store.postpone_job(job, error.name(), wait, state.config.completion.attempts).await
}

/// Doubles with each attempt, and differs by up to a quarter, so that many do not come back at once.
pub(crate) fn wait_seconds(attempts: i32, [random, ..]: [u8; 32]) -> i64 {
    let doubled =
        2_i64.saturating_pow(u32::try_from(attempts.clamp(0, 12)).unwrap_or_default()).saturating_mul(4);
    let wait = doubled.min(LONGEST_WAIT_SECONDS);
    wait + wait * i64::from(random) / 1024
}

/// The badge of each course in the batch, defined as it is now.
async fn achievements(
    state: &AppState,
    jobs: &[JobRow],
) -> Result<HashMap<Uuid, (Uuid, Issued)>, AwardError> {
    let profile = state.issuer_profile();
    let mut defined = HashMap::new();
    for job in jobs {
        if let std::collections::hash_map::Entry::Vacant(entry) = defined.entry(job.course.course_id) {
            let (achievement, definition) = definition(&job.course, &state.public_url, &profile)?;
            let id = state.store.define_achievement(&profile.id, &definition).await?;
            let at = state.clock.now();
            let issued = Issued {
                credential_id: String::new(),
                issuer: profile.clone(),
                achievement,
                salt: String::new(),
                at,
                valid_until: job.course.valid_until(at),
            };
            entry.insert((id, issued));
        }
    }
    Ok(defined)
}

/// The credentials in the order of the jobs, signed on as many threads as there are for it.
async fn sign_all(state: &AppState, jobs: &[JobRow]) -> Result<Vec<SignedJob>, AwardError> {
    let achievements = achievements(state, jobs).await?;
    let keyring = state.keyring.current();
    let mut parts = Vec::new();
    for part in jobs.chunks(SIGNED_TOGETHER) {
        let mut unsigned = Vec::with_capacity(part.len());
        for job in part {
            let Some((achievement_id, template)) = achievements.get(&job.course.course_id) else { continue };
            let mut issue = template.clone();
            issue.credential_id = state.address(&format!("/credentials/{}", uuid_from(&*state.chance)));
            issue.salt = crate::secret::draw(&*state.chance);
            unsigned.push((*achievement_id, issue, job.clone()));
        }
        let keyring = Arc::clone(&keyring);
        // Canonicalisation is work for the processor: not on the threads that answer others.
        parts.push(tokio::task::spawn_blocking(move || {
            unsigned
                .into_iter()
                .map(|(id, issue, job)| sign(id, issue, &job, &keyring))
                .collect::<Result<Vec<_>, _>>()
        }));
    }
    let mut signed = Vec::with_capacity(jobs.len());
    for part in parts {
        signed.extend(part.await.map_err(|_error: tokio::task::JoinError| AwardError::Stopped)??);
    }
    Ok(signed)
}

fn sign(
    achievement_id: Uuid,
    issue: Issued,
    job: &JobRow,
    keyring: &crate::keys::Keyring,
) -> Result<SignedJob, SignError> {
    let (credential_id, at): (String, Timestamp) = (issue.credential_id.clone(), issue.at);
    let status =
        BitstringStatusListEntry::new(&job.status_list_url, job.status_index, status_list::REVOCATION);
    let holder = Holder {
        user_id: &job.user_id,
        email: job.email.as_deref(),
        narrative: job.narrative.as_deref(),
        evidence: job.evidence.as_deref(),
    };
    let unsigned = issued(issue, job.recipient_id, status, holder);
    let credential =
        eddsa_rdfc::sign(&unsigned, &keyring.issuer.signing_key, &keyring.issuer.verification_method, at)?;
    Ok(SignedJob { credential, credential_id, achievement_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_fails_waits_longer_each_time_and_never_more_than_75_minutes() {
        let waits: Vec<i64> = [0, 1, 2, 9, 40, -1].map(|attempts| wait_seconds(attempts, [0; 32])).into();
        assert_eq!(waits, [4, 8, 16, 2048, 3600, 4]);
        assert_eq!(wait_seconds(40, [255; 32]), 3600 + 896);
    }
}
