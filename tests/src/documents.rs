//! A credential and everything that judging it offline takes, as files: what `make demo-check` leaves for other verifiers.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value};

use crate::visitor::Visitor;

/// The contexts that a credential names, so that `map.json` is complete for a verifier that knows none.
const CONTEXTS: [(&str, &str, &str); 2] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        "credentials-v2.json",
        include_str!("../../shared/contexts/credentials-v2.json"),
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "ob-3.0.3.json",
        include_str!("../../shared/contexts/ob-3.0.3.json"),
    ),
];

/// Writes `credential.json`, `did.json`, `status-list.json`, the contexts, and `map.json` (URL or DID → file) into `out`.
///
/// # Errors
/// When the tool does not publish one of them.
pub async fn write_documents(tool: &str, credential_url: &str, out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out)?;
    let mut machine = Visitor::new()?;
    let credential = machine.get_as(credential_url, "application/vc+ld+json").await?;
    ensure!(credential.status.is_success(), "the credential was answered {}", credential.status);
    let did_document = machine.get_as(&format!("{tool}/.well-known/did.json"), "*/*").await?;
    let text = |document: &Value, pointer: &str| {
        let found = document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.with_context(|| format!("{pointer} is missing"))
    };
    let did = text(&did_document.json()?, "/id")?;
    let named = credential.json()?;
    let list_url = text(&named, "/credentialStatus/statusListCredential")?;
    let list = machine.get_as(&list_url, "application/ld+json").await?;
    ensure!(list.status.is_success(), "the status list was answered {}", list.status);

    let mut map = Map::new();
    let files = [
        (credential_url, "credential.json", credential.body.as_str()),
        (did.as_str(), "did.json", did_document.body.as_str()),
        (did_document.url.as_str(), "did.json", did_document.body.as_str()),
        (list_url.as_str(), "status-list.json", list.body.as_str()),
    ];
    for (url, file, text) in files.into_iter().chain(CONTEXTS) {
        std::fs::write(out.join(file), text)?;
        map.insert(url.to_owned(), file.into());
    }
    for context in named.get("@context").and_then(Value::as_array).into_iter().flatten() {
        let known = context.as_str().is_some_and(|url| map.contains_key(url));
        ensure!(known, "the credential names the context {context}, which map.json lacks");
    }
    Ok(std::fs::write(out.join("map.json"), serde_json::to_string_pretty(&map)?)?)
}
