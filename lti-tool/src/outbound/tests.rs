//! What the client refuses, against servers on loopback that misbehave.

use std::{
    collections::VecDeque,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{guard::Looked, *};

fn client(allow_insecure_loopback: bool, private_hosts: &[&str]) -> Outbound {
    let private_hosts = private_hosts.iter().map(|host| (*host).to_owned()).collect();
    let config = OutboundConfig {
        allow_insecure_loopback,
        private_hosts,
        timeout_seconds: 1,
        max_body_bytes: 1000,
        max_members: 10,
    };
    Outbound::new(&config).unwrap()
}

/// A server that gives everybody the same answer and then, if `hold` is set, keeps the connection open.
async fn serve(answer: impl Into<String>, hold: bool) -> Url {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            if hold {
                std::future::pending::<()>().await;
            }
        }
    });
    url.parse().unwrap()
}

/// A resolver in a stranger's hands: each question gets the next answer.
struct Rebinding(Mutex<VecDeque<Vec<IpAddr>>>);

impl Rebinding {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(addresses).collect())))
    }

    fn unasked(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Lookup for Rebinding {
    fn addresses(&self, _: String) -> Looked {
        let answer = self.0.lock().unwrap().pop_front().unwrap_or_default();
        Box::pin(async move { Ok(answer.into_iter().map(|address| SocketAddr::new(address, 0)).collect()) })
    }
}

async fn refusal(client: &Outbound, url: &str) -> String {
    client.fetch(&url.parse().unwrap(), "*/*", None).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_answer_comes_with_its_status_links_and_body() {
    let url = serve("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nlink: <a>; rel=next\r\ncache-control: max-age=5\r\n\r\nhi", false).await;
    let answer = client(true, &[]).fetch(&url, "*/*", None).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (404, "hi"));
    assert_eq!(
        (answer.links, answer.cache_control.as_deref()),
        (vec!["<a>; rel=next".to_owned()], Some("max-age=5"))
    );
}

#[tokio::test]
async fn http_is_refused_beyond_loopback_and_without_the_setting() {
    assert_eq!(refusal(&client(true, &[]), "http://lms.example/x").await, "http://lms.example is not https");
    assert_eq!(refusal(&client(false, &[]), "http://127.0.0.1:1/x").await, "http://127.0.0.1:1 is not https");
    assert_eq!(refusal(&client(true, &[]), "ftp://127.0.0.1/").await, "ftp://127.0.0.1 is not https");
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_as_literals_and_behind_names() {
    let told = "which is not public; outbound.private_hosts lists the hosts that may";
    let client = client(false, &[]);
    assert_eq!(
        refusal(&client, "https://169.254.169.254/").await,
        format!("169.254.169.254 has the address 169.254.169.254, {told}")
    );
    assert_eq!(
        refusal(&client, "https://[::ffff:10.0.0.1]/").await,
        format!("[::ffff:a00:1] has the address ::ffff:10.0.0.1, {told}")
    );
    let behind_a_name = refusal(&client, "https://localhost:1/").await;
    assert!(
        behind_a_name.starts_with("localhost has the address") && behind_a_name.ends_with(told),
        "{behind_a_name}"
    );
}

#[tokio::test]
async fn a_name_that_is_rebound_is_checked_with_the_address_that_is_connected_to() {
    let lookup =
        Rebinding::new(&[&["127.0.0.1"], &["10.0.0.1"], &["127.0.0.1", "169.254.169.254"], &["127.0.0.1"]]);
    let config = OutboundConfig {
        allow_insecure_loopback: true,
        private_hosts: Vec::new(),
        timeout_seconds: 1,
        max_body_bytes: 1000,
        max_members: 10,
    };
    let client = Outbound::with_lookup(&config, lookup.clone()).unwrap();
    let mut url = serve("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi", false).await;
    url.set_host(Some("localhost")).unwrap();
    // The check and the connection share one look-up: there is no moment in between.
    assert_eq!(client.fetch(&url, "*/*", None).await.unwrap().status, 200);
    assert_eq!(lookup.unasked(), 3);
    let told = |address| {
        format!(
            "localhost has the address {address}, which is not public; outbound.private_hosts lists the hosts that may"
        )
    };
    assert_eq!(refusal(&client, url.as_str()).await, told("10.0.0.1"));
    assert_eq!(refusal(&client, url.as_str()).await, told("169.254.169.254"), "one of two is enough");
    assert_eq!(lookup.unasked(), 1);
}

#[tokio::test]
async fn a_listed_host_may_be_private() {
    let silence = refusal(&client(false, &["LOCALHOST"]), "https://localhost:1/").await;
    assert_eq!(silence, "no answer from localhost: no connection");
}

#[tokio::test]
async fn redirects_are_answers_and_not_followed() {
    let url =
        serve("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", false)
            .await;
    assert_eq!(client(true, &[]).fetch(&url, "*/*", None).await.unwrap().status, 302);
}

#[tokio::test]
async fn an_endless_body_is_cut() {
    let url =
        serve(format!("HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n{}", "x".repeat(4000)), true).await;
    let error = client(true, &[]).fetch(&url, "*/*", None).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of 127.0.0.1 is longer than 1000 bytes");
}

#[tokio::test]
async fn a_slow_answer_times_out_and_a_broken_one_is_told_apart() {
    let slow = serve("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhi", true).await;
    let error = client(true, &[]).fetch(&slow, "*/*", None).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer from 127.0.0.1: it took too long");
    let broken = serve("no HTTP at all\r\n\r\n", false).await;
    let error = client(true, &[]).fetch(&broken, "*/*", None).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer from 127.0.0.1: the answer broke off");
}

fn redirecting(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

#[tokio::test]
async fn a_redirect_is_followed_and_guarded_like_the_first_address() {
    let body =
        "HTTP/1.1 200 OK\r\ncache-control: max-age=60\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let end = serve(body, false).await;
    let start = serve(redirecting(end.as_str()), false).await;
    let found = client(true, &[]).retrieve(&start, "*/*").await.unwrap();
    assert_eq!(found, Retrieved { body: b"{}".to_vec(), cache_control: Some("max-age=60".to_owned()) });

    let inside = serve(redirecting("https://10.0.0.8/metadata"), false).await;
    let refused = client(true, &[]).retrieve(&inside, "*/*").await.unwrap_err();
    assert!(matches!(refused, OutboundError::PrivateAddress { .. }), "{refused}");
    let plain = serve(redirecting("http://badges.example/1"), false).await;
    let refused = client(true, &[]).retrieve(&plain, "*/*").await.unwrap_err();
    assert_eq!(refused.to_string(), "http://badges.example is not https");
}

#[tokio::test]
async fn redirects_without_end_and_other_statuses_are_no_answer() {
    let circle = serve(redirecting("/x"), false).await;
    let refused = client(true, &[]).retrieve(&circle, "*/*").await.unwrap_err();
    assert_eq!(refused.to_string(), "127.0.0.1 redirects on and on");
    let gone = serve("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", false).await;
    let refused = client(true, &[]).retrieve(&gone, "*/*").await.unwrap_err();
    assert_eq!(refused.to_string(), "127.0.0.1 answers 410");
}
