//! Passes of national examinations: recorded by learner or owner, approved by somebody else, proved by a foreign badge that verifies.

use anyhow::Context as _;
use badge_tests::app::run_with;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

use crate::report::signed_in;

/// A foreign badge that verifies without a network.
pub(crate) const FOREIGN: &str = include_str!("../../pg-badges/tests/fixtures/foreign_key.json");
/// One whose issuer publishes its key on a site of its own, and that key.
const FOREIGN_WEB: &str = include_str!("../../pg-badges/tests/fixtures/foreign_web.json");
const FOREIGN_WEB_KEYS: &str = include_str!("../../pg-badges/tests/fixtures/foreign_web.did.json");
/// A picture that a badge is baked into.
const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"8\" height=\"8\"/></svg>";

/// An examination of which the course's badge recognises a pass.
pub(crate) const EXAMINATION: &str = "
    with competency as (select badges.define_competency(badges.define_framework('https://www.ipa.go.jp/shiken/kubun/', '{\"ja\": \"情報処理技術者試験\"}'),
        'IP', '{\"en\": \"IT Passport\", \"ja\": \"ITパスポート試験\"}', 1) as competency_id)
    select badges.align_achievement(a.achievement_id, competency_id, 'recognises_pass') from competency, badges.achievement a";

async fn scene() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    sqlx::query(EXAMINATION).execute(&scene.database.pool).await?;
    Ok(scene)
}

/// The form of a pass with these fields over its own.
async fn record(
    visitor: &mut Visitor,
    page: &Page,
    file: &[u8],
    fields: &[(&str, &str)],
) -> anyhow::Result<Page> {
    let form = page.forms().into_iter().find(|form| form.id.as_deref() == Some("record"));
    let form = form.with_context(|| format!("no form: {}", page.text()))?;
    let examination = page.body.split("<option value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form = form.with("examination", examination.context("no examination")?);
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    let fields: Vec<(String, String)> =
        form.fields.iter().filter(|(name, _)| name != "file").cloned().collect();
    let address = page.resolve(&form.action)?;
    let answer = visitor.upload_with(address.as_str(), file, &fields).await?;
    visitor.follow(answer).await
}

fn has(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.text().contains(word), "`{word}` is not on {}: {}", page.url, page.text());
    }
}

#[tokio::test]
async fn a_learner_s_pass_counts_once_somebody_else_approves_it() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let own = learner.get(mine.url.join("examinations")?.as_str()).await?;
    let date = ("passed_on", "2026-10-01");
    let bare = record(&mut learner, &own, b"", &[date]).await?;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&bare, &["Give a certificate number"]);
    let tomorrow = record(&mut learner, &own, b"", &[("passed_on", "2999-10-01"), ("number", "1")]).await?;
    has(&tomorrow, &["Say the day on which the examination was passed."]);
    let recorded = record(&mut learner, &own, b"", &[date, ("number", "IP-123")]).await?;
    has(
        &recorded,
        &[
            "It counts once somebody approves it",
            "IT Passport passed on 1 October 2026",
            "Waits for approval",
        ],
    );
    let twice = record(&mut learner, &own, b"", &[date, ("number", "IP-123")]).await?;
    has(&twice, &["This pass is recorded already"]);
    let people = "select coalesce(sum(people), 0)::bigint from badges.report_examinations()";
    assert_eq!(scene.database.value::<i64>(people).await?, 0);

    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    let refused = reader.get(&scene.app.address("/people/examinations")).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "names are not for readers of reports");
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let office = owner.get(&scene.app.address("/people/examinations")).await?;
    has(&office, &["Ada Lovelace", "Certificate IP-123", "by the person themselves"]);
    let form = office.forms().into_iter().find(|form| form.action.starts_with("/people/examinations/"));
    let form = form.context("nothing waits")?.with("verdict", "approve");
    has(&owner.submit(&office, &form).await?, &["The pass is approved and counts."]);
    assert_eq!(scene.database.value::<i64>(people).await?, 1);
    has(&learner.get(own.url.as_str()).await?, &["Approved"]);
    from_a_list(&scene).await?;
    let trail =
        "select string_agg(actor || ' ' || action, ', ') from lti.admin_event where action like 'pass-%'";
    assert_eq!(scene.database.value::<String>(trail).await?, "programme-owner pass-approved");
    Ok(())
}

/// The list of a personnel department; good rows wait for approval, bad ones come back.
async fn from_a_list(scene: &Scene) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let list = folder.path().join("passes.csv");
    let platform: String = scene.database.value("select platform from badges.recipient limit 1").await?;
    let text = format!(
        "platform,user,examination,passed_on,number\n{platform},5,IP,2025-04-01,IP-9\n{platform},5,IP,2026-10-01,IP-123\n{platform},9,IP,2025-04-01,IP-9\n"
    );
    std::fs::write(&list, text)?;
    let config = scene.config();
    let import = ["import", "--passes", list.to_str().context("the folder is no text")?];
    let output = run_with(&config, &import)?;
    let said = String::from_utf8(output.stdout)?;
    assert!(
        said.contains(
            "1 passes wait for approval, 2 rows are given back\nline 3: the pass is recorded already"
        ),
        "{said}"
    );
    assert!(said.contains("line 4: nobody of that id is registered"), "{said}");
    Ok(())
}

#[tokio::test]
async fn who_records_a_pass_does_not_approve_it_and_a_badge_has_to_verify() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let office = owner.get(&scene.app.address("/people/examinations?search=lovelace")).await?;
    let person = office.links().into_iter().find(|link| link.contains("/new?person="));
    let form = owner.get(&scene.app.address(&person.context("nobody is found")?)).await?;
    has(&form, &["Ada Lovelace"]);
    let date = ("passed_on", "2026-09-01");
    let altered = FOREIGN.replacen("SQL", "SQX", 1);
    assert_ne!(altered, FOREIGN);
    let forged = record(&mut owner, &form, altered.as_bytes(), &[date]).await?;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&forged, &["The badge does not verify, so it proves nothing."]);
    has(&record(&mut owner, &form, b"hello", &[date]).await?, &["badge"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from badges.examination_pass").await?, 0);

    // The badge was given to an address that is not Ada's.
    let recorded = record(&mut owner, &form, FOREIGN.as_bytes(), &[date]).await?;
    has(
        &recorded,
        &["The pass is recorded. Another person approves it.", "You recorded it: another person decides."],
    );
    let outcome: String = scene.database.value("select foreign_outcome from badges.examination_pass").await?;
    assert_eq!(outcome, "valid");
    let id: String =
        scene.database.value("select examination_pass_id::text from badges.examination_pass").await?;
    let address = scene.app.address(&format!("/people/examinations/{id}"));
    let own = recorded.form("/admin/leave")?;
    let token = own.field("form_token").context("no token")?.to_owned();
    let fields = [("form_token".to_owned(), token), ("verdict".to_owned(), "approve".to_owned())];
    assert_eq!(owner.post(&address, &fields, None).await?.status, StatusCode::BAD_REQUEST);
    let decided = "select count(*) from badges.examination_pass where decision is not null";
    assert_eq!(scene.database.value::<i64>(decided).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_foreign_badge_proves_a_pass_in_every_form_it_comes_in() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let own = learner.get(mine.url.join("examinations")?.as_str()).await?;
    let email: String =
        scene.database.value("select email from badges.recipient where email is not null limit 1").await?;
    let site = crate::verify_page::hosting_site(&email)?;
    // An issuer of a did:web that is silent proves nothing; once its document is there, it does.
    let silent = record(&mut learner, &own, FOREIGN_WEB.as_bytes(), &[("passed_on", "2026-01-01")]).await?;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(
        &silent,
        &["The badge does not verify, so it proves nothing. Look at it on the verification page to see why."],
    );
    sqlx::query("select badges.put_document('https://university.example/.well-known/did.json', $1, now() + interval '1 hour')")
        .bind(FOREIGN_WEB_KEYS)
        .execute(&scene.database.pool)
        .await?;
    let link = format!("{}/assertion", site.url);
    let picture: Vec<u8> = sqlx::query_scalar("select badges.bake($1, $2)")
        .bind(PICTURE.as_bytes())
        .bind(FOREIGN)
        .fetch_one(&scene.database.pool)
        .await?;
    let forms: [(&[u8], &str, &str); 4] = [
        (b"", link.as_str(), "2026-01-01"),
        (FOREIGN_WEB.as_bytes(), "", "2026-01-02"),
        (&picture, "", "2026-01-03"),
        (b"", FOREIGN, "2026-01-04"),
    ];
    for (file, text, day) in forms {
        let page = record(&mut learner, &own, file, &[("passed_on", day), ("badge", text)]).await?;
        has(&page, &["It counts once somebody approves it"]);
        let outcome = "select foreign_outcome from badges.examination_pass where passed_on = $1::text::date";
        let outcome: String = sqlx::query_scalar(outcome).bind(day).fetch_one(&scene.database.pool).await?;
        assert_eq!(outcome, "valid", "{day}");
    }
    // Who approves sees what the badge is, whose, and whether the issuer is known; the one that was given to the learner counts.
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let office = owner.get(&scene.app.address("/people/examinations")).await?;
    has(
        &office,
        &[
            "“Weaving”",
            "Its issuer is not known to this installation: make sure that it may speak for the examination",
            "The badge was given to this person’s e-mail address",
            "The badge was given to somebody else",
        ],
    );
    scene.database.execute("select badges.trust_issuer('did:web:university.example')").await?;
    let office = owner.get(office.url.as_str()).await?;
    has(&office, &["Its issuer is known to this installation"]);
    let hosted =
        "select examination_pass_id::text from badges.examination_pass where passed_on = '2026-01-01'";
    let action = format!("/people/examinations/{}", scene.database.value::<String>(hosted).await?);
    let approve = office.form(&action)?.with("verdict", "approve");
    has(&owner.submit(&office, &approve).await?, &["The pass is approved and counts."]);
    let counted = "select string_agg(concat_ws(' ', year, people, verified, undecided), ', ') from badges.report_examinations() where code = 'IP' and year = 2026 and population is null";
    assert_eq!(scene.database.value::<String>(counted).await?, "2026 1 1 3");
    Ok(())
}
