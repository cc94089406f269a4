//! Pages: a template becomes an answer, and every answer gets its security headers.
//!
//! No inline script or style, no third party, no referrer: the session's token is in the address, and it goes nowhere else.

#[cfg(test)]
mod tests;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue, InvalidHeaderValue},
    },
    middleware::Next,
};

use crate::frame::{FormTarget, Frame};

/// A template that is a whole page.
pub trait Page: askama::Template {
    /// The page with status 200.
    fn respond(&self) -> HttpResponse {
        self.respond_with(StatusCode::OK)
    }

    /// The page with another status.
    fn respond_with(&self, status: StatusCode) -> HttpResponse {
        match self.render() {
            Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
            Err(error) => {
                tracing::error!(%error, "a template cannot be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

/// To another page, after a form.
#[must_use]
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// Everything but who may frame the page.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";

/// Adds the headers that every answer has.
///
/// # Errors
/// Those of the handlers behind it.
pub async fn with_security_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let policy = content_policy(response.request());
    let headers = response.headers_mut();
    if let Ok(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// The policy of an answer, which names who may frame the page and where its forms may lead.
fn content_policy(request: &HttpRequest) -> Result<HeaderValue, InvalidHeaderValue> {
    let extensions = request.extensions();
    let (frame, target) = (extensions.get::<Frame>(), extensions.get::<FormTarget>());
    let mut policy = String::with_capacity(512);
    policy.push_str(CONTENT_POLICY);
    policy.push_str("; form-action 'self'");
    if let Some(target) = target {
        policy.push(' ');
        policy.push_str(target.origin());
    }
    policy.push_str("; ");
    match frame {
        Some(frame) => frame.write_directive(&mut policy),
        None => policy.push_str("frame-ancestors 'none'"),
    }
    HeaderValue::try_from(policy)
}
