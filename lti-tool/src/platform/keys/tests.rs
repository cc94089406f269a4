//! How often a platform is asked for its keys, against a small server on loopback that counts.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{
    config::OutboundConfig,
    keys::lti_key::{LtiKey, generate},
};

/// A clock that tests move.
#[derive(Default)]
struct MovingClock(AtomicI64);

impl Clock for MovingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// A platform that publishes the keys it is given.
struct Publisher {
    url: Url,
    asked: Arc<AtomicUsize>,
    answer: Arc<Mutex<String>>,
}

impl Publisher {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap()).parse().unwrap();
        let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (counter, text) = (Arc::clone(&asked), Arc::clone(&answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 2048];
                let _ = stream.read(&mut request).await;
                counter.fetch_add(1, Ordering::SeqCst);
                let text = text.lock().unwrap().clone();
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        Self { url, asked, answer }
    }

    fn publish(&self, keys: &[&LtiKey], cache_control: &str) {
        let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
        self.say(200, cache_control, &json!({ "keys": keys }).to_string());
    }

    fn say(&self, status: u16, cache_control: &str, body: &str) {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\ncache-control: {cache_control}\r\ncontent-length: {length}\r\n\r\n"
        );
        *self.answer.lock().unwrap() = format!("{head}{body}");
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn cache() -> (PlatformKeys, Arc<MovingClock>) {
    let clock = Arc::new(MovingClock(AtomicI64::new(1_000_000)));
    let config = OutboundConfig {
        allow_insecure_loopback: true,
        private_hosts: Vec::new(),
        timeout_seconds: 2,
        max_body_bytes: 100_000,
        max_members: 10,
    };
    let shared: Arc<dyn Clock> = clock.clone();
    (PlatformKeys::new(Outbound::new(&config).unwrap(), shared), clock)
}

fn key() -> LtiKey {
    LtiKey::from_pkcs8(&generate().unwrap()).unwrap()
}

#[tokio::test]
async fn a_key_set_is_fetched_once_for_as_long_as_it_may_be_kept() {
    let (publisher, (keys, clock), key) = (Publisher::start().await, cache(), key());
    publisher.publish(&[&key], "max-age=60");
    for _ in 0..3 {
        keys.find(&publisher.url, key.key_id()).await.unwrap();
    }
    assert_eq!(publisher.asked(), 1);
    clock.0.fetch_add(60, Ordering::SeqCst);
    keys.find(&publisher.url, key.key_id()).await.unwrap();
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn an_unknown_kid_fetches_once_more_but_not_again_and_again() {
    let (publisher, (keys, clock), old, new) = (Publisher::start().await, cache(), key(), key());
    publisher.publish(&[&old], "max-age=600");
    keys.find(&publisher.url, old.key_id()).await.unwrap();
    for _ in 0..5 {
        let error = keys.find(&publisher.url, "forged").await.unwrap_err();
        assert_eq!(error.to_string(), "the platform has no key \"forged\"");
    }
    assert_eq!(publisher.asked(), 1);
    clock.0.fetch_add(REFETCH_SECONDS, Ordering::SeqCst);
    publisher.publish(&[&old, &new], "max-age=600");
    keys.find(&publisher.url, new.key_id()).await.unwrap();
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn keys_outlive_a_platform_that_is_down_for_an_hour_at_most() {
    let (publisher, (keys, clock), key) = (Publisher::start().await, cache(), key());
    publisher.publish(&[&key], "max-age=60");
    keys.find(&publisher.url, key.key_id()).await.unwrap();
    publisher.say(500, "no-store", "down");
    clock.0.fetch_add(1800, Ordering::SeqCst);
    assert!(keys.find(&publisher.url, key.key_id()).await.is_ok());
    clock.0.fetch_add(1900, Ordering::SeqCst);
    let error = keys.find(&publisher.url, key.key_id()).await.unwrap_err();
    assert_eq!(error.to_string(), "the platform answers 500 instead of its keys");
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_is_told() {
    let (publisher, (keys, _)) = (Publisher::start().await, cache());
    publisher.say(200, "", "<html>");
    let error = keys.find(&publisher.url, "a").await.unwrap_err();
    assert_eq!(error.to_string(), "the platform's answer is not a key set");
}

#[tokio::test]
async fn during_an_outage_no_key_is_called_unknown_and_the_platform_is_left_alone() {
    let (publisher, (keys, clock), key) = (Publisher::start().await, cache(), key());
    publisher.say(500, "", "down");
    let complaint = async || keys.find(&publisher.url, key.key_id()).await.unwrap_err().to_string();
    assert_eq!(complaint().await, "the platform answers 500 instead of its keys");
    assert_eq!(complaint().await, "the platform did not give its keys a moment ago");
    assert_eq!(publisher.asked(), 1);
    publisher.publish(&[&key], "max-age=60");
    clock.0.fetch_add(REFETCH_SECONDS, Ordering::SeqCst);
    assert!(keys.find(&publisher.url, key.key_id()).await.is_ok());
}

#[tokio::test]
async fn a_fetch_goes_on_when_whoever_waited_for_it_is_gone() {
    let (publisher, (keys, _), key) = (Publisher::start().await, cache(), key());
    publisher.publish(&[&key], "max-age=60");
    {
        let mut impatient = Box::pin(keys.find(&publisher.url, key.key_id()));
        assert!(futures_util::poll!(impatient.as_mut()).is_pending());
    }
    assert!(keys.find(&publisher.url, key.key_id()).await.is_ok());
    assert_eq!(publisher.asked(), 1);
}

#[test]
fn the_age_of_a_key_set_is_bounded_on_both_sides() {
    for (header, seconds) in [
        (None, 600),
        (Some("max-age=3600"), 3600),
        (Some("public, Max-Age=\"120\""), 120),
        (Some("max-age=0"), 10),
        (Some("max-age=99999999"), 86_400),
        (Some("no-store"), 10),
        (Some("private, no-cache, max-age=500"), 10),
        (Some("nonsense"), 600),
    ] {
        assert_eq!(max_age_seconds(header), seconds, "{header:?}");
    }
}
