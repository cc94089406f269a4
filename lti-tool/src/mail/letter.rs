//! What an e-mail says: plain text and HTML (<https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4>), in the learner's language.
//!
//! Each message has an id made of what it tells (<https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4>), and says that a program wrote it
//! (<https://www.rfc-editor.org/rfc/rfc3834#section-5>), so that no absence answers it. Nothing in it is fetched from anywhere.

use std::time::{Duration, SystemTime};

use askama::Template as _;
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use openbadges::time::Timestamp;

use crate::{
    config::{Config, MailLanguage},
    language::Language,
    store::message::{MessageKind, NewsRow},
};

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 150;

/// Why there is nothing to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// What it would tell is not so any more.
    #[error("what the message would tell is not so any more")]
    Outdated,
    /// The platform told no address.
    #[error("no address is known")]
    NoAddress,
    /// What it told is none.
    #[error("the address is none")]
    BadAddress,
    /// It cannot be written.
    #[error("the message cannot be written")]
    Unwritable,
}

impl LetterError {
    /// A word for the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Outdated => "outdated",
            Self::NoAddress => "no_address",
            Self::BadAddress => "bad_address",
            Self::Unwritable => "unwritable",
        }
    }
}

/// A message, ready for the mail server.
pub struct Letter {
    /// Who sends it.
    pub from: Address,
    /// Who gets it.
    pub to: Address,
    /// All of it, with its headers.
    pub text: Vec<u8>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Letter").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// The HTML.
#[derive(askama::Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    t: Language,
    subject: &'a str,
    greeting: &'a str,
    paragraphs: &'a [String],
    url: &'a str,
    footer: &'a str,
}

/// Writes the message about something that happened.
///
/// # Errors
/// [`LetterError`] if there is nothing to tell, or nobody to tell it to.
pub fn write(news: &NewsRow, config: &Config, now: Timestamp) -> Result<Letter, LetterError> {
    if is_outdated(news, now) {
        return Err(LetterError::Outdated);
    }
    let to: Address = news
        .email
        .as_deref()
        .ok_or(LetterError::NoAddress)?
        .parse()
        .map_err(|_error: lettre::address::AddressError| LetterError::BadAddress)?;
    let from: Address =
        config.mail.from.parse().map_err(|_error: lettre::address::AddressError| LetterError::Unwritable)?;
    let t = language(news, config.mail.language);
    let (subject, paragraphs) = words(t, news);
    let subject = one_line(&subject);
    let greeting = news
        .name
        .as_deref()
        .map_or_else(|| t.text("mail-greeting-nameless"), |name| t.with("mail-greeting", "name", name));
    let footer = t.with("mail-footer", "issuer", config.issuer.name.trim());
    let (subject, paragraphs, url) = (subject.as_str(), paragraphs.as_slice(), news.credential_id.as_str());
    let page = MailPage { t, subject, greeting: &greeting, paragraphs, url, footer: &footer };
    let html = page.render().map_err(|_error: askama::Error| LetterError::Unwritable)?;
    let plain = format!(
        "{greeting}\n\n{}\n\n{}\n{url}\n\n-- \n{footer}\n",
        paragraphs.join("\n\n"),
        t.text("mail-open")
    );
    let sent_at = SystemTime::UNIX_EPOCH
        + Duration::from_secs(u64::try_from(now.as_unix_seconds()).unwrap_or_default());
    let message = Message::builder()
        .message_id(Some(message_id(news, from.domain())))
        .date(sent_at)
        .from(Mailbox::new(Some(one_line(&config.issuer.name)), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(subject)
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(plain, html))
        .map_err(|_error: lettre::error::Error| LetterError::Unwritable)?;
    Ok(Letter { from, to, text: message.formatted() })
}

/// Whether what happened was undone meanwhile, or is told by another message.
fn is_outdated(news: &NewsRow, now: Timestamp) -> bool {
    let is_revoked = news.revocation_reason.is_some();
    match news.kind {
        MessageKind::Awarded => is_revoked,
        MessageKind::Expiring => {
            is_revoked || news.is_superseded || news.valid_until.is_none_or(|until| until < now)
        }
        MessageKind::Revoked => !is_revoked,
    }
}

fn language(news: &NewsRow, otherwise: MailLanguage) -> Language {
    let known = news.language.as_deref().and_then(Language::from_tag);
    known.unwrap_or(match otherwise {
        MailLanguage::En => Language::En,
        MailLanguage::Ja => Language::Ja,
    })
}

/// The subject and the paragraphs.
fn words(t: Language, news: &NewsRow) -> (String, Vec<String>) {
    let name = news.course.texts.name();
    let (badge, course) = (name.text(t), news.course.title.as_str());
    let dated = |key: &str, date: &str| {
        t.with_all(key, &[("badge", badge.into()), ("course", course.into()), ("date", date.into())])
    };
    match news.kind {
        MessageKind::Awarded => {
            let mut paragraphs = vec![dated("mail-awarded-text", &t.date(&news.awarded_at))];
            paragraphs.extend(news.valid_until.map(|until| t.dated("mail-awarded-until", &until)));
            paragraphs.push(t.text("mail-awarded-share"));
            (t.with("mail-awarded-subject", "badge", badge), paragraphs)
        }
        MessageKind::Expiring => {
            let date = news.valid_until.map(|until| t.date(&until)).unwrap_or_default();
            let renew = t.with("mail-expiring-renew", "criteria", news.course.texts.criteria().text(t));
            let subject = t.with_texts("mail-expiring-subject", ("badge", badge), ("date", &date));
            (subject, vec![dated("mail-expiring-text", &date), renew])
        }
        MessageKind::Revoked => {
            let reason = news.revocation_reason.as_deref().unwrap_or_default();
            let text = t.with_texts("mail-revoked-text", ("badge", badge), ("course", course));
            let subject = t.with("mail-revoked-subject", "badge", badge);
            (subject, vec![text, t.with("mail-revoked-reason", "reason", reason)])
        }
    }
}

/// The same for the same news, whoever sends it.
fn message_id(news: &NewsRow, domain: &str) -> String {
    let badge: String = news
        .credential_id
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!("<{}.{badge}@{domain}>", news.kind.as_str())
}

/// A text for a header: no line of its own begins in it.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(LONGEST_SUBJECT)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::course::{BadgeTexts, CourseRow};

    const HOSTILE: &str = "<b>x</b>\r\nBcc: all@example.org\r\n\r\n.\r\n";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn config() -> Config {
        let set = [
            ("SERVER__PUBLIC_URL", "https://badges.example.org"),
            ("DATABASE__URL", "postgres://x@y/z"),
            ("KEYS__MASTER_KEY", "x"),
            ("MAIL__SMTP_HOST", "mail.example.org"),
            ("MAIL__FROM", "badges@example.org"),
        ];
        let environment = set.map(|(key, value)| (format!("LTI_TOOL__{key}"), value.to_owned()));
        Config::from_parts(None, environment.into_iter()).unwrap()
    }

    fn news(kind: MessageKind) -> NewsRow {
        let text = |text: &str| text.to_owned();
        NewsRow {
            kind,
            email: Some(text("ada@example.org")),
            name: Some(text("Ada")),
            language: None,
            course: CourseRow {
                title: text("Data"),
                texts: BadgeTexts {
                    name_en: text("Basics"),
                    name_ja: text("基礎"),
                    criteria_en: text("Finish."),
                    ..BadgeTexts::default()
                },
                ..CourseRow::default()
            },
            credential_id: text("https://badges.example.org/credentials/0a1b"),
            awarded_at: at("2026-11-23T12:00:00Z"),
            valid_until: Some(at("2027-11-23T12:00:00Z")),
            revocation_reason: (kind == MessageKind::Revoked).then(|| text("by mistake")),
            is_superseded: false,
        }
    }

    fn written(news: &NewsRow) -> String {
        let letter = write(news, &config(), at("2026-11-24T12:00:00Z")).unwrap();
        String::from_utf8(letter.text).unwrap()
    }

    #[test]
    fn each_kind_says_what_happened_to_which_badge_in_plain_text_and_in_html() {
        let said = MessageKind::ALL.map(|kind| words(Language::En, &news(kind)));
        assert_eq!(
            said.each_ref().map(|(subject, _)| subject.as_str()),
            [
                "You have earned the badge “Basics”",
                "Your badge “Basics” expires on 23 November 2027",
                "Your badge “Basics” was revoked",
            ]
        );
        assert_eq!(
            said[0].1[..2],
            [
                "You were awarded the badge “Basics” in the course “Data” on 23 November 2026.",
                "It is valid until 23 November 2027.",
            ]
        );
        assert_eq!(said[1].1[1], "How to renew it: Finish.");
        assert_eq!(said[2].1[1], "Reason: by mistake");
        let text = written(&news(MessageKind::Awarded));
        for part in ["multipart/alternative", "text/plain", "text/html", "Auto-Submitted: auto-generated"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("Message-ID: <awarded.0a1b@example.org>"), "{text}");
        assert!(text.contains("Tue, 24 Nov 2026 12:00:00 +0000"), "{text}");
    }

    #[test]
    fn it_is_in_the_learner_s_language_or_in_the_one_that_is_set() {
        let japanese = NewsRow { language: Some("ja-JP".to_owned()), ..news(MessageKind::Awarded) };
        assert_eq!(language(&japanese, MailLanguage::En), Language::Ja);
        assert_eq!(language(&news(MessageKind::Awarded), MailLanguage::Ja), Language::Ja);
        let (subject, paragraphs) = words(Language::Ja, &japanese);
        assert_eq!(subject, "バッジ「基礎」を取得しました");
        assert_eq!(paragraphs[0], "2026年11月23日、コース「Data」のバッジ「基礎」が授与されました。");
    }

    #[test]
    fn no_name_makes_a_header_or_markup() {
        for kind in MessageKind::ALL {
            let mut news = news(kind);
            news.name = Some(HOSTILE.to_owned());
            news.course.title = HOSTILE.to_owned();
            news.course.texts.name_en = HOSTILE.to_owned();
            news.revocation_reason = news.revocation_reason.map(|_| HOSTILE.to_owned());
            let text = written(&news);
            let (headers, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
            assert_eq!(headers.matches("Subject:").count(), 1, "{headers}");
            let (_, html) = text.split_once("text/html").unwrap();
            assert!(html.contains("&#60;b&#62;x") && !html.contains("<b>x"), "{html}");
        }
    }

    #[test]
    fn what_is_not_so_any_more_is_not_told() {
        let now = at("2026-11-24T12:00:00Z");
        let why = |news: &NewsRow| write(news, &config(), now).map(|_| ()).unwrap_err();
        let revoked = Some("by mistake".to_owned());
        for kind in [MessageKind::Awarded, MessageKind::Expiring] {
            assert_eq!(
                why(&NewsRow { revocation_reason: revoked.clone(), ..news(kind) }),
                LetterError::Outdated
            );
        }
        let expiring = || news(MessageKind::Expiring);
        assert_eq!(why(&NewsRow { is_superseded: true, ..expiring() }), LetterError::Outdated);
        assert_eq!(
            why(&NewsRow { valid_until: Some(at("2026-11-24T11:59:59Z")), ..expiring() }),
            LetterError::Outdated
        );
        assert_eq!(why(&NewsRow { email: None, ..expiring() }), LetterError::NoAddress);
        assert_eq!(why(&NewsRow { email: Some("nobody".to_owned()), ..expiring() }), LetterError::BadAddress);
    }
}
