//! What a person decides: approvals that a rule wants, lists of recipients, badges whose reason is gone.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::page::{Form, Page};
use badge_tests::platform::sample::{LITERACY, LITERACY_BADGE, LOVELACE, SATO, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;

const LONGEST: Duration = Duration::from_secs(30);

async fn scene() -> anyhow::Result<(Scene, Visitor, Page)> {
    let scene = Scene::builder().with("completion.poll_seconds", "1").start().await?;
    let (instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    Ok((scene, instructor, page))
}

pub(crate) async fn post(
    visitor: &mut Visitor,
    page: &Page,
    path: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<Page> {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let form = Form { action: page.url.join(path)?.to_string(), fields, ..Form::default() };
    visitor.submit(page, &form).await
}

async fn held(scene: &Scene, count: i64) -> anyhow::Result<()> {
    let holders = "select count(*) from lti.award";
    let held =
        eventually(LONGEST, "awards", async || Ok(scene.database.value::<i64>(holders).await? == count))
            .await;
    held.map_err(|error| error.context(scene.app.log()))
}

fn restrict(scene: &Scene, people: &[&str]) {
    scene.platform.change_world(|world| {
        let courses = world.courses.iter_mut().filter(|course| course.id == LITERACY);
        for link in courses.flat_map(|course| &mut course.links) {
            link.open_to = Some([&[TANAKA], people].concat().iter().map(|id| (*id).to_owned()).collect());
        }
    });
}

#[tokio::test]
async fn a_rule_that_wants_a_person_waits_for_one_and_awards_at_once() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = scene().await?;
    let rule = r#"{"kind":"manualReview","role":"assessor","quorum":1,"evidenceRequired":true}"#;
    post(&mut instructor, &page, "rule", &[("way", "text"), ("text", rule)]).await?;
    let waiting = instructor.get(page.url.as_str()).await?;
    assert!(waiting.body.contains("/approvals"), "{}", waiting.text());
    let blind = [("user", SATO), ("role", "assessor")];
    let unseen = post(&mut instructor, &page, "approvals", &blind).await?;
    assert!(unseen.text().contains("証拠のない1件は数えません"), "{}", unseen.text());
    let seen = [("user", SATO), ("role", "assessor"), ("evidence", "1")];
    post(&mut instructor, &page, "approvals", &seen).await?;
    held(&scene, 1).await?;
    let stranger =
        post(&mut instructor, &page, "approvals", &[("user", "999"), ("role", "assessor")]).await?;
    assert_eq!(stranger.status.as_u16(), 404);
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("ルール第1版により授与されました"), "{}", course.text());
    let (_, learner) = scene.launch(SATO, LITERACY_BADGE).await?;
    assert!(learner.body.contains("id=\"why\""), "{}", learner.text());
    assert!(learner.text().contains("ルール第1版により授与されました"), "{}", learner.text());
    let why = "select version || ' ' || (inputs -> 0 -> 'fact' ->> 'role') || ' ' || source from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(why).await?, "1 assessor instructor");
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_list_awards_its_good_rows_and_gives_back_the_bad_ones() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = scene().await?;
    let list = "email,narrative,evidence\nada.lovelace@lms.example,Wrote the first program,https://evidence.example/1\nnobody@lms.example,,\n";
    let answer = post(&mut instructor, &page, "recipients", &[("list", list)]).await?;
    let text = answer.text();
    assert!(text.contains("1個のバッジを授与しています"), "{text}");
    assert!(
        text.contains("3行目：コースに該当者がいません") && text.contains("nobody@lms.example"),
        "{text}"
    );
    held(&scene, 1).await?;
    let signed = "select credential::jsonb -> 'credentialSubject' ->> 'narrative' || ' ' || (credential::jsonb -> 'evidence' -> 0 ->> 'id') from badges.assertion";
    assert_eq!(
        scene.database.value::<String>(signed).await?,
        "Wrote the first program https://evidence.example/1"
    );
    let again = post(&mut instructor, &page, "recipients", &[("list", list)]).await?;
    assert!(again.text().contains("新しく授与する受講者はいません。1人は授与済みです"), "{}", again.text());
    let nothing = post(&mut instructor, &page, "recipients", &[("list", "name\nAda\n")]).await?;
    assert_eq!(nothing.status.as_u16(), 422);
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_completion_that_is_withdrawn_goes_to_a_person_and_revokes_nothing() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = scene().await?;
    restrict(&scene, &[SATO, LOVELACE]);
    post(&mut instructor, &page, "rule", &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    held(&scene, 2).await?;
    restrict(&scene, &[LOVELACE]);
    let withdrawn = "select count(*) from lti.observation where withdrawn_at is not null";
    eventually(LONGEST, "withdrawal", async || Ok(scene.database.value::<i64>(withdrawn).await? == 1))
        .await?;
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("要確認"), "{}", course.text());
    assert_eq!(scene.outcomes().await?, ["valid", "valid"], "no machine revokes");
    let kept = instructor.submit(&course, &course.form("/keep")?).await?;
    assert!(!kept.text().contains("要確認"), "{}", kept.text());
    Ok(())
}
