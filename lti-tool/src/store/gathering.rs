//! Logins that begin while others are being stored are stored together, by one statement and one commit.
//!
//! At nine o'clock they come faster than a database commits. Nobody waits for company: who comes while nothing is on its way goes at once,
//! alone. Who comes later waits for that one statement; then the first of those who wait takes all of them along. Whoever leads and goes away,
//! or fails, takes nobody down: the others are told nothing, and go alone, although they may have been stored: what is asked has to bear that.

use std::{
    fmt::{Debug, Formatter},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

/// The most that travel together.
const MOST: usize = 64;

/// Those of one thread who wait.
pub(super) struct Gathering<A, B>(Mutex<Waiting<A, B>>);

struct Waiting<A, B> {
    /// Whether somebody leads.
    is_led: bool,
    queue: Vec<Waiter<A, B>>,
}

/// Somebody who waits, with what they ask.
pub(super) struct Waiter<A, B> {
    pub(super) asks: A,
    turn: oneshot::Sender<Turn<A, B>>,
}

/// What becomes of somebody who waits.
pub(super) enum Turn<A, B> {
    /// They are the next to lead.
    Lead(Lead<A, B>),
    /// Somebody took them along.
    Answer(B),
}

/// The duty to lead; whoever drops it hands it on.
pub(super) struct Lead<A, B> {
    /// Who comes along.
    pub(super) others: Vec<Waiter<A, B>>,
    gathering: Arc<Gathering<A, B>>,
}

impl<A, B> Debug for Gathering<A, B> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Gathering").finish_non_exhaustive()
    }
}

impl<A, B> Default for Gathering<A, B> {
    fn default() -> Self {
        Self(Mutex::new(Waiting { is_led: false, queue: Vec::new() }))
    }
}

impl<A, B> Gathering<A, B> {
    /// Waits for a turn, or has it at once. None if who led took it to nowhere: then one goes alone.
    pub(super) async fn turn(self: &Arc<Self>, asks: impl FnOnce() -> A) -> Option<Turn<A, B>> {
        let turn = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.is_led {
                let (turn, receiver) = oneshot::channel();
                waiting.queue.push(Waiter { asks: asks(), turn });
                receiver
            } else {
                waiting.is_led = true;
                return Some(Turn::Lead(Lead { others: Vec::new(), gathering: Arc::clone(self) }));
            }
        };
        turn.await.ok()
    }

    fn hand_on(self: &Arc<Self>) {
        let mut next = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let count = waiting.queue.len().min(MOST);
            let next: Vec<Waiter<A, B>> = waiting.queue.drain(..count).collect();
            waiting.is_led = !next.is_empty();
            next.into_iter()
        };
        if let Some(first) = next.next() {
            let lead = Lead { others: next.collect(), gathering: Arc::clone(self) };
            // If nobody is there any more to take it, it is dropped here and handed on once more.
            drop(first.turn.send(Turn::Lead(lead)));
        }
    }
}

impl<A, B> Waiter<A, B> {
    /// Tells them; they may be gone.
    pub(super) fn answer(self, answer: B) {
        drop(self.turn.send(Turn::Answer(answer)));
    }
}

impl<A, B> Drop for Lead<A, B> {
    fn drop(&mut self) {
        self.others.clear();
        self.gathering.hand_on();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Numbers = Arc<Gathering<u32, u32>>;

    async fn led(numbers: &Numbers, asks: u32) -> Lead<u32, u32> {
        match numbers.turn(|| asks).await {
            Some(Turn::Lead(lead)) => lead,
            _ => panic!("{asks} does not lead"),
        }
    }

    fn waits(numbers: &Numbers, asks: u32) -> tokio::task::JoinHandle<Option<Turn<u32, u32>>> {
        let numbers = Arc::clone(numbers);
        tokio::spawn(async move { numbers.turn(move || asks).await })
    }

    #[tokio::test]
    async fn who_comes_first_goes_alone_and_the_next_takes_all_who_wait() {
        let numbers = Numbers::default();
        let first = led(&numbers, 1).await;
        assert!(first.others.is_empty());
        let later: Vec<_> = (2..5).map(|asks| waits(&numbers, asks)).collect();
        tokio::task::yield_now().await;
        drop(first);
        let mut turns = Vec::new();
        for (place, waiting) in later.into_iter().enumerate() {
            if place == 0 {
                let Some(Turn::Lead(mut lead)) = waiting.await.unwrap() else { panic!("the second leads") };
                assert_eq!(lead.others.iter().map(|other| other.asks).collect::<Vec<_>>(), [3, 4]);
                for other in lead.others.drain(..) {
                    let asked = other.asks;
                    other.answer(asked * 10);
                }
            } else if let Some(Turn::Answer(answer)) = waiting.await.unwrap() {
                turns.push(answer);
            }
        }
        assert_eq!(turns, [30, 40]);
        // Everybody is served: the next goes at once again.
        led(&numbers, 5).await;
    }

    #[tokio::test]
    async fn a_leader_who_fails_or_a_waiter_who_is_gone_holds_up_nobody() {
        let numbers = Numbers::default();
        let first = led(&numbers, 1).await;
        let (gone, failing, left) = (waits(&numbers, 2), waits(&numbers, 3), waits(&numbers, 4));
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err_and(|error| error.is_cancelled()));
        drop(first);
        // The turn of who is gone is lost with those whom they would have taken along, who go alone.
        assert!(failing.await.unwrap().is_none() && left.await.unwrap().is_none());
        let again = led(&numbers, 5).await;
        let (six, seven) = (waits(&numbers, 6), waits(&numbers, 7));
        tokio::task::yield_now().await;
        drop(again);
        let Some(Turn::Lead(lead)) = six.await.unwrap() else { panic!("six leads") };
        drop(lead);
        assert!(seven.await.unwrap().is_none());
        led(&numbers, 8).await;
    }

    #[tokio::test]
    async fn no_more_travel_together_than_fit() {
        let numbers = Numbers::default();
        let first = led(&numbers, 0).await;
        let later: Vec<_> = (0..100).map(|asks| waits(&numbers, asks)).collect();
        while numbers.0.lock().unwrap().queue.len() < 100 {
            tokio::task::yield_now().await;
        }
        drop(first);
        let mut sizes = Vec::new();
        for waiting in later {
            if let Some(Turn::Lead(mut lead)) = waiting.await.unwrap() {
                sizes.push(lead.others.len() + 1);
                lead.others.drain(..).for_each(|other| other.answer(0));
            }
        }
        assert_eq!(sizes, [MOST, 100 - MOST]);
    }
}
