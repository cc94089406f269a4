//! What was answered: status, headers that somebody reads, body.

use std::time::SystemTime;

use actix_web::http::header::HttpDate;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The words of the status line, where some platforms say what is wrong.
    pub reason: Option<String>,
    /// For how many seconds it asks to wait (`Retry-After`).
    pub retry_after_seconds: Option<u32>,
    /// `Cache-Control`, if sent.
    pub cache_control: Option<String>,
    /// Every `Link` header.
    pub links: Vec<String>,
    /// The body as text; invalid UTF-8 is replaced.
    pub body: String,
}

/// Foreign bytes, read to their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrieved {
    /// The body.
    pub body: Vec<u8>,
    /// `Cache-Control`, if sent.
    pub cache_control: Option<String>,
}

/// For how many seconds an answer asks to wait: a number, or a date, which is counted from the answer's own (`Date`), so that no clock of ours
/// has to agree (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>). A date that has passed is no wait; anything else is no wish.
pub(super) fn retry_after(wish: Option<&str>, date: Option<&str>) -> Option<u32> {
    let wish = wish?.trim();
    if !wish.is_empty() && wish.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(wish.parse().unwrap_or(u32::MAX));
    }
    let moment = |text: &str| text.trim().parse::<HttpDate>().ok().map(SystemTime::from);
    let (until, now) = (moment(wish)?, moment(date?)?);
    let wait = until.duration_since(now).unwrap_or_default();
    Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_to_wait_is_a_number_or_a_date_counted_from_the_answer_s_own() {
        let date = Some("Mon, 30 Nov 2026 12:00:00 GMT");
        for (wish, seconds) in [
            ("77", Some(77)),
            (" 0 ", Some(0)),
            ("99999999999", Some(u32::MAX)),
            ("Mon, 30 Nov 2026 12:01:17 GMT", Some(77)),
            ("Tue, 01 Dec 2026 12:00:00 GMT", Some(86_400)),
            ("Monday, 30-Nov-26 12:01:17 GMT", Some(77)),
            ("Mon Nov 30 12:01:17 2026", Some(77)),
            ("Mon, 30 Nov 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(retry_after(Some(wish), date), seconds, "`{wish}`");
        }
        assert_eq!(retry_after(Some("Mon, 30 Nov 2026 12:01:17 GMT"), None), None, "nobody knows from when");
        assert_eq!(retry_after(None, date), None);
    }
}
