//! A roster over several pages, from a platform on loopback that behaves like Moodle, and from some that misbehave.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{
    clock::{
        Clock,
        fixed::{CountingChance, FixedClock},
    },
    config::{DidMethod, OutboundConfig},
    keys::{Keyring, KeyringHandle, new_key, seal::MasterKey},
    store::signing_key::{KeyPurpose, SigningKeyRow},
};

type Answers = Box<dyn Fn(&str) -> (u16, String, String) + Send + Sync>;

/// A platform whose service answers are made by a function of the request's head; it gives tokens to everybody.
struct Service {
    platform: Platform,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 16_384];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&request[..length]).into_owned();
                let (status, headers, body) = if head.starts_with("POST") {
                    (
                        200,
                        "content-type: text/html\r\n".to_owned(),
                        json!({ "access_token": "t", "expires_in": 3600 }).to_string(),
                    )
                } else {
                    answers(&head)
                };
                log.lock().unwrap().push(head);
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
                );
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        let url = |path: &str| format!("{origin}{path}").parse().unwrap();
        let platform = Platform {
            registration_id: uuid::Uuid::nil(),
            issuer: origin.clone(),
            client_id: "client-1".to_owned(),
            authorization_endpoint: url("/auth"),
            token_endpoint: url("/token"),
            token_audience: None,
            jwks_url: url("/certs"),
            id_token_algorithm: jsonwebtoken::Algorithm::RS256,
        };
        Self { platform, heads }
    }

    async fn read(&self, max_members: usize) -> Result<Roster, RosterError> {
        let outbound = Outbound::new(&OutboundConfig {
            allow_insecure_loopback: true,
            private_hosts: Vec::new(),
            timeout_seconds: 5,
            max_body_bytes: 100_000,
            max_members: 10,
        })
        .unwrap();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock("2026-11-23T12:00:00Z".parse().unwrap()));
        let tokens = AccessTokens::new(
            outbound.clone(),
            clock,
            Arc::new(CountingChance::default()),
            KeyringHandle::new(keyring()),
        );
        let url = self.platform.token_endpoint.join("/members?group=1").unwrap();
        read_roster(&outbound, &tokens, &self.platform, &url, max_members).await
    }

    fn requests(&self) -> Vec<String> {
        self.heads.lock().unwrap().iter().filter_map(|head| head.lines().next().map(str::to_owned)).collect()
    }
}

fn keyring() -> Keyring {
    let master = MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let rows = [KeyPurpose::Lti, KeyPurpose::Issuer].map(|purpose| {
        let new = new_key(purpose, &master, &CountingChance::default()).unwrap();
        SigningKeyRow {
            key_id: new.key_id,
            purpose,
            public_key: new.public_key,
            sealed: new.sealed,
            is_retired: false,
            created_at: String::new(),
        }
    });
    Keyring::open(&rows, &master, DidMethod::Web, &"https://badges.example.org/".parse().unwrap()).unwrap()
}

fn members(ids: std::ops::Range<u32>) -> String {
    let members: Vec<Value> = ids
        .map(|id| json!({ "user_id": id.to_string(), "roles": ["Learner"], "name": format!("Learner {id}") }))
        .collect();
    json!({ "id": "x", "members": members }).to_string()
}

/// Two pages of two; the link drops the role filter, as Moodle's does.
fn two_pages(head: &str) -> (u16, String, String) {
    if head.contains("from=2") {
        (200, String::new(), members(3..5))
    } else {
        (200, "link: </members?group=1&from=2>; rel=\"next\"\r\n".to_owned(), members(1..3))
    }
}

#[tokio::test]
async fn all_pages_are_read_with_the_role_filter_on_each_and_the_exact_media_type() {
    let service = Service::start(Box::new(two_pages)).await;
    let roster = service.read(100).await.unwrap();
    assert_eq!(
        roster.learners.iter().map(|learner| learner.user_id.as_str()).collect::<Vec<_>>(),
        ["1", "2", "3", "4"]
    );
    assert!(!roster.is_cut);
    let expected = [
        "POST /token HTTP/1.1",
        "GET /members?group=1&role=Learner HTTP/1.1",
        "GET /members?group=1&from=2&role=Learner HTTP/1.1",
    ];
    assert_eq!(service.requests(), expected);
    let heads = service.heads.lock().unwrap().join("");
    assert!(
        heads.contains("accept: application/vnd.ims.lti-nrps.v2.membershipcontainer+json\r\n"),
        "{heads}"
    );
    assert!(heads.contains("user-agent: lti-tool/"), "{heads}");
}

#[tokio::test]
async fn a_roster_is_cut_at_the_limit() {
    let service = Service::start(Box::new(two_pages)).await;
    let roster = service.read(2).await.unwrap();
    assert_eq!((roster.learners.len(), roster.is_cut), (2, true));
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed_and_half_a_roster_is_none() {
    let service = Service::start(Box::new(|_| {
        (200, "link: <https://evil.example/>; rel=\"next\"\r\n".to_owned(), members(1..3))
    }))
    .await;
    let error = service.read(100).await.unwrap_err();
    assert_eq!(error.to_string(), "the roster cannot be read to its end");
}

#[tokio::test]
async fn a_link_in_a_circle_ends() {
    let service =
        Service::start(Box::new(|_| (200, "link: </members>; rel=\"next\"\r\n".to_owned(), members(1..3))))
            .await;
    let roster = service.read(100).await.unwrap();
    assert_eq!((roster.learners.len(), roster.is_cut), (2, true));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let service = Service::start(Box::new(|_| (401, String::new(), "{}".to_owned()))).await;
    assert_eq!(
        service.read(100).await.unwrap_err().to_string(),
        "the platform answers 401 instead of the roster"
    );
    assert_eq!(service.requests().iter().filter(|request| request.starts_with("POST")).count(), 2);
}

#[tokio::test]
async fn what_is_no_roster_is_told_with_its_page() {
    let service = Service::start(Box::new(|_| (200, String::new(), "<html>".to_owned()))).await;
    assert_eq!(
        service.read(100).await.unwrap_err().to_string(),
        "page 1 of the platform's answer is not a membership container"
    );
}
