//! Receipts with names that try to break them; both sides read the same.

use askama::Template as _;
use uuid::Uuid;

use super::{HOSTILE, noon, wording};
use crate::{
    language::Language,
    receipt::{ReceiptPage, ReceiptsPage, Shown},
    store::receipt::ReceiptRow,
};

fn shown(is_revoked: bool) -> Shown {
    let row = ReceiptRow {
        receipt_id: Uuid::nil(),
        purpose: if is_revoked { HOSTILE } else { "internal_posting" }.to_owned(),
        used_on: "2026-11-20".to_owned(),
        receiver: Some(HOSTILE.to_owned()),
        note: Some(HOSTILE.to_owned()),
        given_at: noon(),
        revoked_at: is_revoked.then(noon),
        badge: wording::japanese(),
        issuer: HOSTILE.to_owned(),
        is_badge_revoked: is_revoked,
    };
    Shown { row, url: format!("https://badges.example.org/receipts/{HOSTILE}") }
}

fn own(t: Language, receipts: Vec<Shown>) -> String {
    let page = ReceiptsPage {
        t,
        course_title: Some(HOSTILE.to_owned()),
        badge_path: "/s/t/credentials/1".to_owned(),
        path: "/s/t/credentials/1/receipts".to_owned(),
        receipts,
        today: "2026-11-23".to_owned(),
        complaint: Some("receipt-refused"),
        is_given: true,
    };
    page.render().unwrap()
}

fn public(t: Language, is_revoked: bool) -> String {
    ReceiptPage { t, receipt: shown(is_revoked) }.render().unwrap()
}

pub(super) fn pages(t: Language) -> Vec<(&'static str, String)> {
    vec![
        ("receipts", own(t, vec![shown(false), shown(true)])),
        ("no receipts", own(t, Vec::new())),
        ("receipt", public(t, false)),
        ("receipt that was taken back", public(t, true)),
    ]
}

/// What stands between the tags of the receipt.
fn receipt_of(page: &str) -> &str {
    let (_, rest) = page.split_once("<article class=\"receipt\"").unwrap();
    rest.split_once("</article>").unwrap().0
}

#[test]
fn both_sides_read_the_same() {
    for t in [Language::En, Language::Ja] {
        for is_revoked in [false, true] {
            let own = own(t, vec![shown(is_revoked)]);
            assert_eq!(receipt_of(&own), receipt_of(&public(t, is_revoked)));
            assert_eq!(own.contains("/revoke\""), !is_revoked, "{own}");
        }
    }
}
