//! A platform on loopback whose services answer what a test wants.

use std::sync::{Arc, Mutex};

use openbadges::time::Timestamp;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use super::{Platform, service::ServiceClient, token::AccessTokens};
use crate::{
    clock::{
        Clock,
        fixed::{CountingChance, FixedClock},
    },
    config::{DidMethod, OutboundConfig},
    keys::{Keyring, KeyringHandle, new_key, seal::MasterKey},
    outbound::Outbound,
    store::signing_key::{KeyPurpose, SigningKeyRow},
};

/// From a request to the status with its words, the header lines, and the body.
pub(super) type Answers = Box<dyn Fn(&str) -> (String, String, String) + Send + Sync>;

/// A platform whose service answers are made by a function of the request's head; it gives tokens to everybody.
pub(super) struct Service {
    platform: Platform,
    outbound: Outbound,
    tokens: AccessTokens,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Service {
    pub(super) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = read_request(&mut stream).await;
                let (status, headers, body) = if head.starts_with("POST /token") {
                    (
                        "200 X".to_owned(),
                        "content-type: text/html\r\n".to_owned(),
                        json!({ "access_token": "t", "expires_in": 3600 }).to_string(),
                    )
                } else {
                    answers(&head)
                };
                log.lock().unwrap().push(head);
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
                );
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        let url = |path: &str| format!("{origin}{path}").parse().unwrap();
        let platform = Platform {
            registration_id: uuid::Uuid::nil(),
            issuer: origin.clone(),
            issuer_url: origin.parse().ok(),
            client_id: "client-1".to_owned(),
            authorization_endpoint: url("/auth"),
            token_endpoint: url("/token"),
            token_audience: None,
            jwks_url: url("/certs"),
            id_token_algorithm: jsonwebtoken::Algorithm::RS256,
        };
        let outbound = Outbound::new(&OutboundConfig {
            allow_insecure_loopback: true,
            private_hosts: Vec::new(),
            timeout_seconds: 5,
            max_body_bytes: 100_000,
            max_members: 10,
        })
        .unwrap();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock("2026-11-23T12:00:00Z".parse().unwrap()));
        let chance = Arc::new(CountingChance::default());
        let tokens = AccessTokens::new(outbound.clone(), clock, chance, KeyringHandle::new(keyring()), None);
        Self { platform, outbound, tokens, requests }
    }

    /// The same platform, which wants another audience of our assertions.
    pub(super) fn wanting(mut self, token_audience: &str) -> Self {
        self.platform.token_audience = Some(token_audience.to_owned());
        self
    }

    /// Forgets the token that it gave, as after a refusal.
    pub(super) async fn forget_token(&self, scope: &'static str) {
        let token = self.tokens.find(&self.platform, scope).await.unwrap();
        self.tokens.forget(&self.platform, scope, &token).await;
    }

    pub(super) fn client(&self) -> ServiceClient<'_> {
        ServiceClient::new(&self.outbound, &self.tokens, &self.platform)
    }

    /// An address of the platform.
    pub(super) fn url(&self, path: &str) -> Url {
        self.platform.token_endpoint.join(path).unwrap()
    }

    /// Everything that was sent, heads and bodies.
    pub(super) fn heads(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The first line of each request.
    pub(super) fn requests(&self) -> Vec<String> {
        self.heads().iter().filter_map(|head| head.lines().next().map(str::to_owned)).collect()
    }
}

/// Head and body, which may arrive in pieces.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut piece = vec![0; 16_384];
    loop {
        let text = String::from_utf8_lossy(&request);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            body.len() >= length.unwrap_or(0)
        });
        if whole {
            return text.into_owned();
        }
        match stream.read(&mut piece).await {
            Ok(length) if length > 0 => request.extend_from_slice(&piece[..length]),
            _ => return text.into_owned(),
        }
    }
}

fn keyring() -> Keyring {
    let master = MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    let rows = [KeyPurpose::Lti, KeyPurpose::Issuer].map(|purpose| {
        let new = new_key(purpose, &master, &CountingChance::default()).unwrap();
        SigningKeyRow::signing(new, Timestamp::from_unix_seconds(0), None)
    });
    let (url, now) = ("https://badges.example.org/".parse().unwrap(), Timestamp::from_unix_seconds(1));
    Keyring::open(&rows, &master, DidMethod::Web, &url, now).unwrap()
}
