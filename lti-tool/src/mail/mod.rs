//! E-mails to learners: a badge was awarded, ends soon, was revoked. Off unless a mail server is set.
//!
//! What is to be told is written in the transaction of what happened (`lti.message`), and every replica works that off: claim, connect, and
//! only when the server asks for the text mark the message as begun. Before that mark everything is tried again; after it nothing is. So
//! a message is never sent twice; one is lost if the connection or the replica dies between the text and the server's answer.
//! [`letter`] writes, [`smtp`] delivers. No address and no answer of a mail server, which may repeat one, is logged.

pub mod letter;
pub mod smtp;

use std::{sync::Arc, time::Duration};

use self::{
    letter::{Letter, LetterError},
    smtp::{Delivery, MailError},
};
use crate::{
    award::engine::wait_seconds,
    clock::later,
    state::AppState,
    store::{StoreError, message::DueMessage},
};

/// Longer than a conversation with a slow mail server takes until the text.
const LEASE_SECONDS: u32 = 300;
/// How long the worker rests when nothing is due.
const REST: Duration = Duration::from_secs(1);
/// Between two looks for badges that end soon.
const LOOK_SECONDS: i64 = 60;
const DAY: i64 = 86_400;

/// Sends until the task is aborted.
pub async fn work(state: Arc<AppState>) {
    let mut looked_at = None;
    let mut delivery = Delivery::new(&state.config.mail, state.public_url.host_str().unwrap_or("localhost"));
    loop {
        let now = state.clock.now();
        if looked_at.is_none_or(|before| later(before, LOOK_SECONDS) <= now) {
            looked_at = Some(now);
            noted(look(&state).await, "expiring badges are not looked for now");
        }
        let sent = noted(send_one(&state, &mut delivery).await, "messages are not sent now");
        if sent == Some(false) {
            delivery.rest().await;
        }
        if sent != Some(true) {
            tokio::time::sleep(REST).await;
        }
    }
}

/// What came of it; an error goes to the log.
fn noted<T>(result: Result<T, StoreError>, what: &str) -> Option<T> {
    result.inspect_err(|error| tracing::warn!(reason = %error, "{what}")).ok()
}

/// Wishes for messages about badges that end soon, and gives up what was cut short.
async fn look(state: &AppState) -> Result<(), StoreError> {
    let now = state.clock.now();
    let days = i64::from(state.config.mail.expiring_days);
    if days > 0 {
        state.store.insert_expiring_messages(now, later(now, days * DAY)).await?;
    }
    let begun_before = later(now, -i64::from(LEASE_SECONDS));
    for assertion in state.store.end_interrupted_messages(begun_before, now).await? {
        tracing::warn!(%assertion, "a message was cut short and is not sent again");
    }
    Ok(())
}

/// Sends the message that is due; `false` if none is.
async fn send_one(state: &AppState, delivery: &mut Delivery) -> Result<bool, StoreError> {
    let Some(due) = state.store.claim_message(state.clock.now(), LEASE_SECONDS).await? else {
        return Ok(false);
    };
    let outcome = match prepare(state, &due) {
        Ok(letter) => deliver(state, delivery, &due, &letter).await?,
        Err(error) => Outcome::Ended(Some(error.name())),
    };
    match outcome {
        Outcome::Ended(problem) => end(state, &due, problem).await?,
        Outcome::Later(problem) => put_off(state, &due, problem).await?,
        Outcome::Elsewhere => {}
    }
    Ok(true)
}

/// The message is done with, whatever became of it.
async fn end(state: &AppState, due: &DueMessage, problem: Option<&str>) -> Result<(), StoreError> {
    tracing::info!(message = due.message_id, problem, attempts = due.attempts, "message ended");
    state.store.end_message(due.message_id, problem, state.clock.now()).await
}

/// The message is tried again later, or given up after `completion.attempts`.
async fn put_off(state: &AppState, due: &DueMessage, problem: &'static str) -> Result<(), StoreError> {
    if due.attempts >= state.config.completion.attempts {
        return end(state, due, Some(problem)).await;
    }
    let wait = wait_seconds(due.attempts - 1, state.chance.bytes());
    tracing::warn!(message = due.message_id, problem, wait, "message put off");
    state.store.postpone_message(due.message_id, problem, later(state.clock.now(), wait)).await
}

/// What came of a message.
enum Outcome {
    /// It was sent, or this is why it never will be.
    Ended(Option<&'static str>),
    /// It surely was not taken, and is tried again.
    Later(&'static str),
    /// Another replica sends it.
    Elsewhere,
}

fn prepare(state: &AppState, due: &DueMessage) -> Result<Letter, LetterError> {
    let news = due.news.as_ref().ok_or(LetterError::Outdated)?;
    letter::write(news, &state.config, state.clock.now())
}

async fn deliver(
    state: &AppState,
    delivery: &mut Delivery,
    due: &DueMessage,
    letter: &Letter,
) -> Result<Outcome, StoreError> {
    if let Err(error) = delivery.offer(letter).await {
        return Ok(refused(&error));
    }
    match state.store.begin_message(due.message_id, state.clock.now()).await {
        Ok(true) => {}
        Ok(false) => {
            delivery.hang_up();
            return Ok(Outcome::Elsewhere);
        }
        Err(error) => {
            delivery.hang_up();
            return Err(error);
        }
    }
    Ok(match delivery.hand_over(letter).await {
        Ok(()) => Outcome::Ended(None),
        Err(error) if error.is_answer() => refused(&error),
        // The server may have it.
        Err(_) => Outcome::Ended(Some("unknown")),
    })
}

fn refused(error: &MailError) -> Outcome {
    tracing::warn!(reason = %error, "the mail server does not take a message");
    if error.is_final() { Outcome::Ended(Some("refused")) } else { Outcome::Later(error.name()) }
}
