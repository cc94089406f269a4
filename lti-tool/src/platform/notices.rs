//! Asks a platform for its notices (<https://www.imsglobal.org/spec/lti-pns/v1p0#notice-handlers>).

use reqwest::Method;
use serde_json::json;
use url::Url;

use super::service::{Message, ServiceClient, ServiceError};
use crate::lti::scope;

/// Tells the platform to post notices of this type to `handler_url`.
///
/// # Errors
/// [`ServiceError`].
pub async fn update_handler(
    client: ServiceClient<'_>,
    service_url: &Url,
    notice_type: &str,
    handler_url: &str,
) -> Result<(), ServiceError> {
    let body = json!({ "notice_type": notice_type, "handler": handler_url }).to_string();
    let message = Message {
        method: &Method::PUT,
        scope: scope::NOTICE_HANDLERS,
        accept: Some("application/json"),
        body: Some(("application/json", &body)),
    };
    client.send(service_url, &message).await.map(drop)
}
