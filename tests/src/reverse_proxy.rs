//! A reverse proxy on loopback: one public address, and behind it replicas of the tool that take requests in turn.
//!
//! It knows neither sessions nor cookies, so that no two requests of a person reach the same replica. A replica that is gone is passed over.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use actix_web::dev::ServerHandle;
use actix_web::http::{StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::Context as _;

/// Headers of one connection, which a proxy does not hand on; and the length, which is counted anew.
const OF_THE_CONNECTION: [&str; 5] =
    ["connection", "keep-alive", "transfer-encoding", "content-length", "host"];

#[derive(Debug)]
struct Replicas {
    client: reqwest::Client,
    addresses: Vec<String>,
    requests: AtomicUsize,
    handed_on: Vec<AtomicUsize>,
}

/// A public address behind which nobody stands yet.
#[derive(Debug)]
pub struct PublicAddress {
    listener: TcpListener,
    /// Without a slash at the end.
    pub url: String,
}

impl PublicAddress {
    /// Takes a port that is free.
    ///
    /// # Errors
    /// When none is.
    pub fn take() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    /// Hands requests on to these replicas from now on.
    ///
    /// # Errors
    /// When the server does not start.
    pub fn serve(self, replicas: &[&str]) -> anyhow::Result<ReverseProxy> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()?;
        let replicas = Arc::new(Replicas {
            client,
            addresses: replicas.iter().map(|address| (*address).to_owned()).collect(),
            requests: AtomicUsize::default(),
            handed_on: replicas.iter().map(|_| AtomicUsize::default()).collect(),
        });
        let (sender, receiver) = mpsc::channel();
        let shared = web::Data::from(Arc::clone(&replicas));
        let listener = self.listener;
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = move || App::new().app_data(shared.clone()).default_service(web::to(hand_on));
                let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
                drop(sender.send(server.handle()));
                server.await
            })
        });
        Ok(ReverseProxy { replicas, server: receiver.recv()? })
    }
}

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub struct ReverseProxy {
    replicas: Arc<Replicas>,
    server: ServerHandle,
}

impl ReverseProxy {
    /// How many requests each replica was handed.
    #[must_use]
    pub fn handed_on(&self) -> Vec<usize> {
        self.replicas.handed_on.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }
}

impl Drop for ReverseProxy {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn hand_on(request: HttpRequest, replicas: web::Data<Replicas>, body: web::Bytes) -> HttpResponse {
    let count = replicas.addresses.len();
    let turn = replicas.requests.fetch_add(1, Ordering::Relaxed);
    for at in (turn..turn + count).map(|turn| turn % count) {
        match replicas.ask(at, &request, &body).await {
            Ok(answer) => return answer,
            Err(error) if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect) => {}
            Err(error) => return HttpResponse::BadGateway().body(format!("{error:#}")),
        }
    }
    HttpResponse::BadGateway().body("no replica is there")
}

impl Replicas {
    async fn ask(&self, at: usize, request: &HttpRequest, body: &web::Bytes) -> anyhow::Result<HttpResponse> {
        let (address, count) =
            self.addresses.get(at).zip(self.handed_on.get(at)).context("no such replica")?;
        count.fetch_add(1, Ordering::Relaxed);
        let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes())?;
        let mut asked = self.client.request(method, format!("{address}{}", request.uri())).body(body.clone());
        for (name, value) in request.headers() {
            if !OF_THE_CONNECTION.contains(&name.as_str()) {
                asked = asked.header(name.as_str(), value.as_bytes());
            }
        }
        let answer = asked.send().await?;
        let mut handed_on = HttpResponse::build(StatusCode::from_u16(answer.status().as_u16())?);
        for (name, value) in answer.headers() {
            if !OF_THE_CONNECTION.contains(&name.as_str()) {
                let value = header::HeaderValue::from_bytes(value.as_bytes())?;
                handed_on.append_header((name.as_str(), value));
            }
        }
        Ok(handed_on.body(answer.bytes().await?))
    }
}
