//! Logins that began here a moment ago, so that their launch need not ask the database for them.
//!
//! A shortcut and no more: whether the login is unused, in time and of this browser, and its platform and deployment still let in, is
//! decided where it is claimed (`store/insert_session.sql`). A launch that is not here, or is refused with what is here, asks the database.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::store::login::{Hash, LoginRow};

/// How many are kept; the oldest make room.
const MOST: usize = 4096;
/// The longest texts, in bytes, with which a login is kept: strangers begin logins.
const LONGEST_TEXTS: usize = 2048;

/// By the hash of their state.
#[derive(Default)]
pub struct RecentLogins(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    logins: HashMap<Hash, Box<LoginRow>>,
    /// The oldest first, those that were taken included.
    order: VecDeque<Hash>,
}

impl std::fmt::Debug for RecentLogins {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RecentLogins").finish_non_exhaustive()
    }
}

impl RecentLogins {
    /// Keeps a login that has just begun.
    pub fn keep(&self, state_hash: Hash, login: LoginRow) {
        if bytes_of_texts(&login) > LONGEST_TEXTS {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.order.len() >= MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.logins.remove(&oldest);
        }
        kept.order.push_back(state_hash);
        kept.logins.insert(state_hash, Box::new(login));
    }

    /// The login with that state, which is not kept any longer.
    pub fn take(&self, state_hash: &Hash) -> Option<LoginRow> {
        let login = self.0.lock().unwrap_or_else(PoisonError::into_inner).logins.remove(state_hash);
        login.map(|login| *login)
    }
}

fn bytes_of_texts(login: &LoginRow) -> usize {
    let optional = [&login.message_hint, &login.deployment_hint, &login.storage_target];
    login.login_hint.len()
        + login.target_link_uri.len()
        + optional.into_iter().flatten().map(String::len).sum::<usize>()
        + login.deployments.iter().map(String::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{login::binding::tests::login, secret};

    fn hash(number: usize) -> Hash {
        secret::hash(&number.to_string())
    }

    #[test]
    fn a_login_is_taken_once() {
        let recent = RecentLogins::default();
        recent.keep(hash(1), login(None));
        assert!(recent.take(&hash(2)).is_none());
        assert!(recent.take(&hash(1)).is_some());
        assert!(recent.take(&hash(1)).is_none());
    }

    #[test]
    fn the_oldest_make_room_and_long_ones_are_left_to_the_database() {
        let recent = RecentLogins::default();
        for number in 0..=MOST {
            recent.keep(hash(number), login(None));
        }
        assert!(recent.take(&hash(0)).is_none());
        assert!(recent.take(&hash(1)).is_some() && recent.take(&hash(MOST)).is_some());
        let kept = recent.0.lock().unwrap();
        assert!(kept.logins.len() <= MOST && kept.order.len() <= MOST);
        drop(kept);

        let long = LoginRow { login_hint: "x".repeat(LONGEST_TEXTS + 1), ..login(None) };
        recent.keep(hash(MOST + 1), long);
        let many = LoginRow { deployments: vec!["tenant".to_owned(); LONGEST_TEXTS], ..login(None) };
        recent.keep(hash(MOST + 2), many);
        assert!(recent.take(&hash(MOST + 1)).is_none() && recent.take(&hash(MOST + 2)).is_none());
    }
}
