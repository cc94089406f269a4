//! The form of a pass: which examination, when, with what evidence; a file or a text may be a badge that proves it.

use actix_multipart::Multipart;
use futures_util::StreamExt as _;
use uuid::Uuid;

use crate::{
    error::Failure,
    report::AsOf,
    state::AppState,
    store::examination::{Answer, NewPass},
    verify_page::{
        documents::{Gathered, gather},
        received::{self, Given, LONGEST},
    },
};

/// The longest number of a certificate, in characters.
const LONGEST_NUMBER: usize = 100;
/// The longest evidence, in characters.
const LONGEST_EVIDENCE: usize = 500;
/// What a badge says of itself when it verifies.
const VALID: &str = "valid";
const UNREADABLE: Failure = Failure::BadRequest("the form cannot be read");

/// The fields, and the file if one was chosen.
#[derive(Debug, Default)]
pub(crate) struct PassForm {
    fields: Vec<(String, String)>,
    file: Vec<u8>,
}

impl PassForm {
    /// Reads the form; it is refused if it is longer than a badge with its picture may be.
    ///
    /// # Errors
    /// [`Failure::BadRequest`].
    pub(crate) async fn read(mut form: Multipart) -> Result<Self, Failure> {
        let (mut read, mut length) = (Self::default(), 0);
        while let Some(field) = form.next().await {
            let mut field = field.map_err(|_error: actix_multipart::MultipartError| UNREADABLE)?;
            let name = field.name().unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.next().await {
                let chunk = chunk.map_err(|_error: actix_multipart::MultipartError| UNREADABLE)?;
                length += chunk.len();
                if length > LONGEST {
                    return Err(Failure::BadRequest("the form is too long"));
                }
                bytes.extend_from_slice(&chunk);
            }
            if name == "file" {
                read.file = bytes;
            } else {
                let text = String::from_utf8(bytes).map_err(|_error| UNREADABLE)?;
                read.fields.push((name, text.replace('\0', "")));
            }
        }
        Ok(read)
    }

    /// The text of a field without white space around; empty if it was not sent.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// What is to be a badge: the file, or else the text.
    fn badge(&self) -> Option<Given> {
        let text = self.field("badge").as_bytes();
        let bytes = if self.file.is_empty() { text } else { &self.file };
        (!bytes.trim_ascii().is_empty()).then(|| Given(bytes.to_vec()))
    }
}

/// Records the pass that the form says; `Some` is the key of the sentence that says why not.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn record(
    state: &AppState,
    form: &PassForm,
    recipient_id: Uuid,
    recorded_by: &str,
) -> Result<Option<&'static str>, Failure> {
    let Ok(competency_id) = form.field("examination").parse::<Uuid>() else {
        return Ok(Some("pass-no-examination"));
    };
    let now = state.clock.now();
    let Some(passed_on) = AsOf::day(form.field("passed_on"), true, now) else {
        return Ok(Some("pass-no-date"));
    };
    // The end of that day is at most a day ahead.
    if passed_on.date > crate::clock::later(now, 24 * 3600) {
        return Ok(Some("pass-no-date"));
    }
    let said = |name: &str, longest: usize| {
        Some(form.field(name).chars().take(longest).collect::<String>()).filter(|text| !text.is_empty())
    };
    let (number, evidence) = (said("number", LONGEST_NUMBER), said("evidence", LONGEST_EVIDENCE));
    let badge = match form.badge() {
        None => None,
        Some(given) => match verified(state, &given).await? {
            Proof::Badge(text) => Some(text),
            Proof::None(complaint) => return Ok(Some(complaint)),
        },
    };
    if number.is_none() && evidence.is_none() && badge.is_none() {
        return Ok(Some("pass-no-evidence"));
    }
    let answer = state
        .store
        .insert_pass(&NewPass {
            recipient_id,
            competency_id,
            passed_on: &passed_on.day_text(),
            certificate_number: number.as_deref(),
            evidence: evidence.as_deref(),
            badge: badge.as_deref(),
            recorded_by,
        })
        .await?;
    Ok((answer == Answer::Refused).then_some("pass-there-already"))
}

/// What somebody brought to prove a pass.
enum Proof {
    /// The text of a badge that verifies.
    Badge(String),
    /// Nothing that proves anything; the key of the sentence that says why.
    None(&'static str),
}

/// The badge's text if it verifies, with the documents that its issuer publishes.
async fn verified(state: &AppState, given: &Given) -> Result<Proof, Failure> {
    let text = match received::text(state, given).await? {
        Ok(text) => text,
        Err(refusal) => return Ok(Proof::None(refusal.sentence())),
    };
    let Gathered { judged, .. } = gather(state, &text).await?;
    Ok(if judged.outcome == VALID { Proof::Badge(text) } else { Proof::None("pass-badge-invalid") })
}
