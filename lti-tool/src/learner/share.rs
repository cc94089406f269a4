//! What a holder can do with a badge: accept or decline, share, and where a shared one goes: a link, a QR code, a profile, a letter.
//!
//! The form of a profile: <https://addtoprofile.linkedin.com/>.

use openbadges::time::Timestamp;
use qrcode::{Color, EcLevel, QrCode};
use url::Url;

use crate::{
    credential::summary::Summary,
    language::Language,
    store::holding::{Decision, HoldingRow},
};

/// The form that adds a certificate to a profile.
const LINKEDIN: &str = "https://www.linkedin.com/profile/add";
/// White modules around the code (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// A badge in its holder's hands, as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sharing {
    /// The badge's page within the session; what can be done with it lies below.
    pub(crate) path: String,
    pub(crate) decision: Decision,
    pub(crate) is_revoked: bool,
    /// Where it goes, while it is shared.
    pub(crate) shared: Option<Shared>,
    /// Whether the page comes from pressing "share".
    pub(crate) is_just_shared: bool,
}

/// Where a shared badge goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    /// The public page.
    pub(crate) url: String,
    /// The dark modules of the QR code, as the path of an SVG picture.
    pub(crate) code: String,
    /// Width of that picture, in modules.
    pub(crate) code_width: usize,
    /// Adds it to a profile.
    pub(crate) linkedin: String,
    /// Opens a letter.
    pub(crate) mail: String,
    /// The letter's text, to copy.
    pub(crate) letter: String,
}

impl Sharing {
    /// What `holding` lets its holder do.
    pub(crate) fn of(t: Language, path: String, holding: &HoldingRow, badge: &Badge<'_>) -> Self {
        Self {
            path,
            decision: holding.decision,
            is_revoked: badge.is_revoked,
            shared: (holding.is_shared && !badge.is_revoked).then(|| Shared::of(t, badge)),
            is_just_shared: false,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.decision == Decision::Open
    }

    pub(crate) fn is_declined(&self) -> bool {
        self.decision == Decision::Declined
    }
}

/// What a badge is called where it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Badge<'a> {
    /// Its public page.
    pub(crate) url: &'a str,
    pub(crate) name: &'a str,
    pub(crate) issuer_name: &'a str,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) is_revoked: bool,
}

impl<'a> Badge<'a> {
    /// The badge of that summary, in the holder's language.
    pub(crate) fn of(t: Language, url: &'a str, summary: &'a Summary, is_revoked: bool) -> Self {
        Self {
            url,
            name: summary.name.text(t),
            issuer_name: summary.issuer_name.text(t),
            valid_from: summary.valid_from,
            valid_until: summary.valid_until,
            is_revoked,
        }
    }
}

impl Shared {
    fn of(t: Language, badge: &Badge<'_>) -> Self {
        let (code, code_width) = code(badge.url);
        let subject = t.with("share-mail-subject", "name", badge.name);
        let letter = t.with_all(
            "share-mail-text",
            &[("name", badge.name.into()), ("issuer", badge.issuer_name.into()), ("url", badge.url.into())],
        );
        Self {
            url: badge.url.to_owned(),
            code,
            code_width,
            linkedin: linkedin(badge),
            mail: format!("mailto:?subject={}&body={}", encoded(&subject), encoded(&letter)),
            letter,
        }
    }
}

/// That form, filled in.
fn linkedin(badge: &Badge<'_>) -> String {
    let mut fields = vec![
        ("startTask", "CERTIFICATION_NAME".to_owned()),
        ("name", badge.name.to_owned()),
        ("organizationName", badge.issuer_name.to_owned()),
    ];
    let mut date = |moment: Option<Timestamp>, year, month| {
        let text = moment.map(|moment| moment.to_string()).unwrap_or_default();
        let mut parts = text.split('-').map(|part| part.trim_start_matches('0').to_owned());
        if let (Some(in_year), Some(in_month)) = (parts.next(), parts.next()) {
            fields.extend([(year, in_year), (month, in_month)]);
        }
    };
    date(badge.valid_from, "issueYear", "issueMonth");
    date(badge.valid_until, "expirationYear", "expirationMonth");
    let id = badge.url.rsplit('/').next().unwrap_or_default();
    fields.extend([("certUrl", badge.url.to_owned()), ("certId", id.to_owned())]);
    Url::parse_with_params(LINKEDIN, fields)
        .map_or_else(|_error: url::ParseError| LINKEDIN.to_owned(), Into::into)
}

/// Text in a `mailto` address (<https://www.rfc-editor.org/rfc/rfc6068#section-5>): a plus would stay a plus.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.replace('\n', "\r\n").as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

/// The path of the dark modules, and the width with the quiet zone; both empty if the text is too long, which an address is not.
fn code(text: &str) -> (String, usize) {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return (String::new(), 0) };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path = dark.fold(String::new(), |path, (index, _)| {
        format!("{path}M{} {}h1v1h-1z", index % width + QUIET_ZONE, index / width + QUIET_ZONE)
    });
    (path, width + 2 * QUIET_ZONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://badges.example.org/credentials/0d3bb4a5-2e12-4b60-9a4c-8e0d5a6d2c11";

    fn badge() -> Badge<'static> {
        Badge {
            url: URL,
            name: "Data & AI / データ",
            issuer_name: "Example Academy",
            valid_from: Some("2026-11-03T00:00:00Z".parse().unwrap()),
            valid_until: Some("2029-02-28T00:00:00Z".parse().unwrap()),
            is_revoked: false,
        }
    }

    #[test]
    fn linkedin_is_given_name_issuer_dates_and_link() {
        let link: Url = linkedin(&badge()).parse().unwrap();
        let fields: Vec<(String, String)> = link.query_pairs().into_owned().collect();
        let expected = [
            ("startTask", "CERTIFICATION_NAME"),
            ("name", "Data & AI / データ"),
            ("organizationName", "Example Academy"),
            ("issueYear", "2026"),
            ("issueMonth", "11"),
            ("expirationYear", "2029"),
            ("expirationMonth", "2"),
            ("certUrl", URL),
            ("certId", "0d3bb4a5-2e12-4b60-9a4c-8e0d5a6d2c11"),
        ];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(link.as_str().starts_with("https://www.linkedin.com/profile/add?startTask="));
    }

    #[test]
    fn a_badge_without_an_end_has_no_date_of_expiry() {
        assert!(!linkedin(&Badge { valid_until: None, ..badge() }).contains("expiration"));
    }

    #[test]
    fn a_letter_names_badge_issuer_and_link() {
        let holding = HoldingRow {
            achievement_id: uuid::Uuid::nil(),
            decision: Decision::Accepted,
            is_shared: true,
            is_new: false,
        };
        for t in [Language::En, Language::Ja] {
            let shared = Sharing::of(t, "/s/t/credentials/1".to_owned(), &holding, &badge()).shared.unwrap();
            for part in ["Data & AI / データ", "Example Academy", URL] {
                assert!(shared.letter.contains(part), "{}", shared.letter);
            }
            assert!(shared.mail.starts_with("mailto:?subject=") && !shared.mail.contains([' ', '+', '"']));
        }
        let private =
            Sharing::of(Language::En, String::new(), &HoldingRow { is_shared: false, ..holding }, &badge());
        assert_eq!(private.shared, None);
        let revoked = Badge { is_revoked: true, ..badge() };
        assert_eq!(Sharing::of(Language::En, String::new(), &holding, &revoked).shared, None);
    }

    #[test]
    fn the_code_is_a_path_in_a_square_with_its_quiet_zone() {
        let (path, width) = code(URL);
        assert_eq!(width, 37 + 8);
        // The corner of the first finder pattern.
        assert!(path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"), "{path}");
        assert!(path.len() < 15_000, "{} bytes", path.len());
    }
}
