//! The one HTTP client: every request that the tool makes goes through here and is guarded.
//!
//! https only (http to this machine by explicit setting); names are resolved here, and if *any* address is not public the request is
//! refused, and the connection uses exactly the addresses that were checked, so that a name cannot be rebound in between; no redirects but
//! guarded ones of [`Outbound::retrieve`], no proxy, bounded in time and size. An address is private unless it is listed as public: see [`address`].

pub mod address;
mod answer;
mod error;
mod guard;

use std::{sync::Arc, time::Duration};

use openidconnect::{HttpRequest, HttpResponse};
use url::{Host, Url};

pub use self::{
    answer::{Answer, Retrieved},
    error::{NoAnswer, OutboundError},
};
use self::{
    error::no_answer,
    guard::{Guard, GuardedResolver, Lookup, SystemLookup},
};
use crate::config::{OutboundConfig, is_secure};

/// Longer chains of redirects lead nowhere.
const MOST_REDIRECTS: usize = 3;

/// A request with a body, in the exact media types that a service wants.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "holds an access token, which must not reach a log")]
pub struct Call<'a> {
    /// POST, PUT or DELETE.
    pub method: &'a reqwest::Method,
    /// Where.
    pub url: &'a Url,
    /// `Accept`; none leaves the header out.
    pub accept: Option<&'a str>,
    /// The access token.
    pub bearer: &'a str,
    /// The body and its `Content-Type`, if there is one.
    pub body: Option<(&'a str, &'a str)>,
}

/// The guarded client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbound {
    client: reqwest::Client,
    guard: Arc<Guard>,
    max_body_bytes: usize,
    timeout: Duration,
}

impl Outbound {
    /// A client with these limits.
    ///
    /// # Errors
    /// [`OutboundError::Setup`] if TLS has no roots.
    pub fn new(config: &OutboundConfig) -> Result<Self, OutboundError> {
        Self::with_lookup(config, Arc::new(SystemLookup))
    }

    fn with_lookup(config: &OutboundConfig, lookup: Arc<dyn Lookup>) -> Result<Self, OutboundError> {
        let guard = Arc::new(Guard {
            allow_insecure_loopback: config.allow_insecure_loopback,
            private_hosts: config.private_hosts.clone(),
        });
        let timeout = Duration::from_secs(config.timeout_seconds.into());
        let client = reqwest::Client::builder()
            .user_agent(concat!("lti-tool/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(timeout)
            .connect_timeout(timeout)
            .dns_resolver(Arc::new(GuardedResolver { guard: Arc::clone(&guard), lookup }))
            .build()
            .map_err(OutboundError::Setup)?;
        Ok(Self {
            client,
            guard,
            max_body_bytes: usize::try_from(config.max_body_bytes).unwrap_or(usize::MAX),
            timeout,
        })
    }

    /// After so many seconds every request has ended, one way or the other.
    #[must_use]
    pub fn longest_answer_seconds(&self) -> i64 {
        i64::try_from(self.timeout.as_secs()).unwrap_or(i64::MAX)
    }

    /// GET with the given headers.
    ///
    /// # Errors
    /// [`OutboundError`] if no whole answer was had; an HTTP error status is an answer.
    pub async fn fetch(
        &self,
        url: &Url,
        accept: &str,
        bearer: Option<&str>,
    ) -> Result<Answer, OutboundError> {
        let mut request = self.client.get(self.guarded(url)?).header("accept", accept);
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        self.answer(url, request).await
    }

    /// GET of whatever lies at `url`, for strangers: redirects are followed, each guarded like the first.
    ///
    /// # Errors
    /// [`OutboundError`] if no whole answer was had, or another than 200.
    pub async fn retrieve(&self, url: &Url, accept: &str) -> Result<Retrieved, OutboundError> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let host = host(&url);
            let request = self.client.get(self.guarded(&url)?).header("accept", accept);
            let mut response = request.send().await.map_err(|error| no_answer(&host, &error))?;
            let header = |name| {
                let value = response.headers().get(name)?;
                Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
            };
            let status = response.status();
            let target = header("location").filter(|_| status.is_redirection());
            match target.and_then(|target| url.join(&target).ok()) {
                Some(target) => url = target,
                None if status.as_u16() != 200 => {
                    return Err(OutboundError::Status { host, status: status.as_u16() });
                }
                None => {
                    let cache_control = header("cache-control");
                    let body = self.read_body(&host, &mut response).await?;
                    return Ok(Retrieved { body, cache_control });
                }
            }
        }
        Err(OutboundError::Redirects { host: host(&url) })
    }

    /// POST of a form.
    ///
    /// # Errors
    /// As [`Outbound::fetch`].
    pub async fn post_form(&self, url: &Url, form: &[(&str, &str)]) -> Result<Answer, OutboundError> {
        self.answer(url, self.client.post(self.guarded(url)?).header("accept", "application/json").form(form))
            .await
    }

    /// POST of a JSON document.
    ///
    /// # Errors
    /// As [`Outbound::fetch`].
    pub async fn post_json(
        &self,
        url: &Url,
        body: &serde_json::Value,
        bearer: Option<&str>,
    ) -> Result<Answer, OutboundError> {
        let mut request =
            self.client.post(self.guarded(url)?).header("accept", "application/json").json(body);
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        self.answer(url, request).await
    }

    /// Any other request.
    ///
    /// # Errors
    /// As [`Outbound::fetch`].
    pub async fn send(&self, call: &Call<'_>) -> Result<Answer, OutboundError> {
        let url = self.guarded(call.url)?;
        let mut request = self.client.request(call.method.clone(), url).bearer_auth(call.bearer);
        if let Some(accept) = call.accept {
            request = request.header("accept", accept);
        }
        if let Some((media_type, body)) = call.body {
            request = request.header("content-type", media_type).body(body.to_owned());
        }
        self.answer(call.url, request).await
    }

    /// The URL, if a request may go there. Names are judged when they are resolved.
    fn guarded(&self, url: &Url) -> Result<Url, OutboundError> {
        if !is_secure(url, self.guard.allow_insecure_loopback) {
            return Err(OutboundError::NotHttps(url.origin().ascii_serialization()));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if let Some(address) = literal {
            self.guard.check(&host(url), address)?;
        }
        Ok(url.clone())
    }

    /// Any request of a library, such as those of `openidconnect`, with the same guard and limits.
    ///
    /// # Errors
    /// [`OutboundError`] if no whole answer was had; an HTTP error status is an answer.
    pub async fn relay(&self, request: HttpRequest) -> Result<HttpResponse, OutboundError> {
        let not_a_url = |_error: url::ParseError| OutboundError::NotHttps(request.uri().to_string());
        let url = self.guarded(&Url::parse(&request.uri().to_string()).map_err(not_a_url)?)?;
        let host = host(&url);
        let (parts, body) = request.into_parts();
        let sent = self.client.request(parts.method, url).headers(parts.headers).body(body);
        let mut response = sent.send().await.map_err(|error| no_answer(&host, &error))?;
        let body = self.read_body(&host, &mut response).await?;
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        Ok(answer)
    }

    /// The body, to its end or to the limit.
    async fn read_body(
        &self,
        host: &str,
        response: &mut reqwest::Response,
    ) -> Result<Vec<u8>, OutboundError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(host, &error))? {
            if body.len() + chunk.len() > self.max_body_bytes {
                return Err(OutboundError::TooLong { host: host.to_owned(), limit: self.max_body_bytes });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    async fn answer(&self, url: &Url, request: reqwest::RequestBuilder) -> Result<Answer, OutboundError> {
        let host = host(url);
        let mut response = request.send().await.map_err(|error| no_answer(&host, &error))?;
        // Not only ASCII: Moodle's links have curly quotation marks.
        let header = |name| {
            let values = response.headers().get_all(name).iter();
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let (links, cache_control) = (header("link").collect(), header("cache-control").next());
        let (wish, date) = (header("retry-after").next(), header("date").next());
        let retry_after_seconds = answer::retry_after(wish.as_deref(), date.as_deref());
        let reason = response
            .extensions()
            .get::<hyper::ext::ReasonPhrase>()
            .map(|reason| String::from_utf8_lossy(reason.as_bytes()).into_owned());
        let status = response.status().as_u16();
        let body = self.read_body(&host, &mut response).await?;
        let body = String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Answer { status, reason, retry_after_seconds, cache_control, links, body })
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
