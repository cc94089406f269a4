//! Receipts: what a holder says that a badge was used for, and what the other side reads.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

use crate::report::signed_in;

fn receipt_of(page: &Page) -> anyhow::Result<String> {
    let (_, rest) = page.body.split_once("<article class=\"receipt\"").context("no receipt")?;
    Ok(rest.split_once("</article>").context("no end")?.0.to_owned())
}

/// Receipts of the month before: twelve people for one purpose, nine for another.
const RECEIPTS: &str = "
    alter table badges.assertion disable trigger all;
    insert into badges.recipient (issuer_id, platform, user_id) select issuer_id, 'hr', n::text from badges.issuer, generate_series(1, 12) n;
    insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
      select r.issuer_id, k.issuer_key_id, c.achievement_id, c.series_id, r.recipient_id, '2024-01-01Z', 'urn:r:' || r.user_id, '{}'
      from badges.recipient r, (select * from badges.issuer_key limit 1) k, (select * from badges.achievement limit 1) c where r.platform = 'hr';
    alter table badges.assertion enable trigger all;
    insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at)
      select a.issuer_id, a.assertion_id, p.purpose, '2024-02-01', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '1 day'
      from badges.assertion a join (values ('internal_posting', 12), ('qualification', 9)) p (purpose, upto)
        on a.credential_id like 'urn:r:%' and substr(a.credential_id, 7)::integer <= p.upto";

#[tokio::test]
async fn both_sides_read_the_same_and_the_holder_takes_it_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[LOVELACE, SATO]).await?;
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let link = mine.links().into_iter().find(|link| link.ends_with("/receipts")).context("no link")?;
    let page = learner.get(mine.resolve(&link)?.as_str()).await?;
    let form = page.form("/receipts")?.with("purpose", "internal_posting").with("receiver", "Personnel (HQ)");
    let early = learner.submit(&page, &form.clone().with("used_on", "2020-01-01")).await?;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let given = learner.submit(&page, &form).await?;
    assert!(given.text().contains("The receipt is given."), "{}", given.text());
    let address =
        given.body.split("id=\"receipt-1\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let address = address.context("no address")?.to_owned();

    let other = Visitor::new()?.get(&address).await?;
    assert_eq!(other.status, StatusCode::OK, "{}", other.text());
    assert_eq!(receipt_of(&other)?, receipt_of(&given)?);
    for word in ["An internal posting", "Personnel (HQ)", "Given by the holder"] {
        assert!(other.text().contains(word), "`{word}`: {}", other.text());
    }
    assert!(!other.text().contains("Lovelace"), "the receipt names nobody: {}", other.text());

    // Somebody else takes nothing back and gives nothing for it.
    let (mut stranger, theirs) = scene.launch(SATO, LITERACY_BADGE).await?;
    let foreign = theirs.url.join(&link.split('/').skip(3).collect::<Vec<_>>().join("/"))?;
    assert_eq!(stranger.get(foreign.as_str()).await?.status, StatusCode::NOT_FOUND, "{foreign}");

    let taken = learner.submit(&given, &given.form("/revoke")?).await?;
    let other = Visitor::new()?.get(&address).await?;
    assert!(other.text().contains("Taken back on"), "{}", other.text());
    assert_eq!(receipt_of(&other)?, receipt_of(&taken)?);
    assert!(!taken.body.contains("/revoke\""), "{}", taken.text());

    // One receipt is no figure, nor are nine of a month that is over. Ten are, in every form of the report.
    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    scene.database.execute(RECEIPTS).await?;
    let (nine, ten) = ("A qualification", "An internal posting");
    let counts = reader.get(&scene.app.address("/reports/receipts")).await?.text();
    assert!(counts.contains(ten) && counts.contains("At least"), "{counts}");
    assert!(!counts.contains(nine), "{counts}");
    let csv = reader.get(&scene.app.address("/reports/receipts.csv")).await?.body;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(
        csv.starts_with("\u{feff}month,purpose,at_least,as_of,known_at,purpose_name_en,purpose_name_ja\r\n"),
        "{csv}"
    );
    assert!(
        csv.contains(",internal_posting,10,") && csv.ends_with("Z,An internal posting,社内公募\r\n"),
        "{csv}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&reader.get(&scene.app.address("/reports/receipts.json")).await?.body)?;
    assert_eq!(json["rows"][0]["at_least"], 10, "{json}");
    assert!(json["definitions"][0]["isNot"].as_str().is_some_and(|text| text.contains("nobody checks")));
    let nobody =
        Visitor::new()?.get(&scene.app.address("/receipts/00000000-0000-4000-8000-000000000000")).await?;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    Ok(())
}
