//! Notices and copied courses: a copy begins with the badge of its origin and without awards, told by a notice or by the launch itself.

use badge_tests::page::{Form, Page};
use badge_tests::platform::sample::{ANALYSIS, ANALYSIS_BADGE, LITERACY, LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::platform::{Forge, LaunchOrder, RsaKey, Signature};
use badge_tests::scene::Scene;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A notice as Canvas documents it, to be changed by each test.
fn notice(scene: &Scene, id: &str, kind: &str) -> Forge {
    let launch = scene.platform.forge(&LaunchOrder::new(TANAKA, LITERACY_BADGE), "nonce of a notice");
    ["message_type", "roles", "resource_link", "target_link_uri", "custom", "launch_presentation"]
        .iter()
        .fold(launch.without("sub"), |forge, name| forge.without_lti(name))
        .lti("notice", json!({ "id": id, "timestamp": "2026-11-25T11:24:25Z", "type": kind }))
}

/// That the second course is a copy of the first.
pub(crate) fn copy_notice(scene: &Scene, id: &str) -> Forge {
    notice(scene, id, "LtiContextCopyNotice")
        .lti("context", json!({ "id": ANALYSIS, "title": "Data analysis with SQL" }))
        .lti("origin_contexts", json!([LITERACY]))
}

pub(crate) async fn post(scene: &Scene, notices: Vec<Forge>) -> anyhow::Result<(StatusCode, Value)> {
    let tokens = notices.into_iter().map(|notice| Ok(json!({ "jwt": notice.token()? })));
    let body = json!({ "notices": tokens.collect::<anyhow::Result<Vec<Value>>>()? });
    let answer = reqwest::Client::new().post(scene.app.address("/lti/notices")).json(&body).send().await?;
    Ok((answer.status(), answer.json().await.unwrap_or(Value::Null)))
}

/// The first course with a badge of its own name and one award.
async fn origin() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    sqlx::query("update lti.course set name_en = 'Data Hero', name_ja = 'データの達人'")
        .execute(&scene.database.pool)
        .await?;
    Ok(scene)
}

fn has_the_badge_and_no_award(page: &Page) {
    assert!(page.text().contains("データの達人"), "{}", page.text());
    assert!(!page.body.contains("/credentials/"), "an award came with the copy: {}", page.text());
}

#[tokio::test]
async fn a_copied_course_begins_with_the_badge_and_without_awards() -> anyhow::Result<()> {
    let scene = origin().await?;
    let copied = post(&scene, vec![copy_notice(&scene, "n1")]).await?;
    assert_eq!(copied, (StatusCode::OK, json!({ "refused": 0, "failed": 0 })));
    let (_, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    has_the_badge_and_no_award(&page);
    Ok(())
}

#[tokio::test]
async fn a_copied_course_begins_with_the_latest_rule_as_its_own_first() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let first = r#"{"kind":"manualReview","role":"assessor","quorum":1,"evidenceRequired":true}"#;
    for text in [first, &first.replace("assessor", "examiner")] {
        let fields =
            [("way", "text"), ("text", text)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let action = page.url.join("rule")?.to_string();
        instructor.submit(&page, &Form { action, fields: fields.to_vec(), ..Form::default() }).await?;
    }
    for id in ["n1", "n2"] {
        post(&scene, vec![copy_notice(&scene, id)]).await?;
    }
    let copied = "select string_agg(r.version || ' ' || (r.condition->>'role'), ',') from lti.rule r join lti.course c using (course_id) where c.copied_from is not null";
    assert_eq!(scene.database.value::<String>(copied).await?, "1 examiner");
    let sources =
        "select count(*) filter (where copied_from is null) - count(*) filter (where copied_from is not null)
       from lti.completion_source join lti.course using (course_id)";
    assert_eq!(scene.database.value::<i64>(sources).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_a_copied_badge_stands_for_is_known_before_anybody_changes_it() -> anyhow::Result<()> {
    let scene = origin().await?;
    scene.database.execute(crate::badge::FRAMEWORK).await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let id: String =
        scene.database.value("select competency_id::text from badges.competency where code = 'MS-1'").await?;
    let add = [("add".to_owned(), id)];
    instructor.post(page.url.join("badge/competencies")?.as_str(), &add, None).await?;
    for id in ["n1", "n2"] {
        post(&scene, vec![copy_notice(&scene, id)]).await?;
    }
    let overlay = "select string_agg(code, ',') from badges.list_alignments()
                   where achievement_uri like '%' || (select course_id from lti.course where copied_from is not null)";
    assert_eq!(scene.database.value::<String>(overlay).await?, "MS-1");
    Ok(())
}

#[tokio::test]
async fn a_launch_that_names_its_history_does_the_same() -> anyhow::Result<()> {
    let scene = origin().await?;
    let order = LaunchOrder::new(TANAKA, ANALYSIS_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let history = json!({ "context_id_history": format!("unknown,{LITERACY}") });
    let token = scene.platform.forge(&order, &login.nonce).lti("custom", history).token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    has_the_badge_and_no_award(&visitor.follow(answer).await?);
    Ok(())
}

#[tokio::test]
async fn the_same_notice_acts_once_and_the_new_course_keeps_what_was_changed_since() -> anyhow::Result<()> {
    let scene = origin().await?;
    post(&scene, vec![copy_notice(&scene, "n1")]).await?;
    sqlx::query("update lti.course set name_en = 'Changed', name_ja = '変更' where copied_from is not null")
        .execute(&scene.database.pool)
        .await?;
    let rows = scene.database.row_counts().await?;
    let (status, _) = post(&scene, vec![copy_notice(&scene, "n1"), copy_notice(&scene, "n1")]).await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(scene.database.row_counts().await?, rows);
    let name = "select name_en from lti.course where copied_from is not null";
    assert_eq!(scene.database.value::<String>(name).await?, "Changed");
    Ok(())
}

#[tokio::test]
async fn hello_is_believed_and_changes_nothing_but_its_id() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (status, _) = post(&scene, vec![notice(&scene, "h1", "LtiHelloWorldNotice")]).await?;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.notice").await?, 1);
    scene.app.wait_for_log("hello")
}

#[tokio::test]
async fn a_notice_is_judged_as_strictly_as_a_launch() -> anyhow::Result<()> {
    let scene = origin().await?;
    let stranger = RsaKey::generate()?;
    let good = || copy_notice(&scene, "n1");
    let bad: Vec<(&str, Forge)> = vec![
        ("another key", good().signed(Signature::Key(stranger))),
        ("no signature", good().signed(Signature::None)),
        ("a public key as secret", good().signed(Signature::PublicKeyAsSecret).header("alg", "HS256")),
        ("no kid", good().without_header("kid")),
        ("another issuer", good().claim("iss", "https://evil.example")),
        ("another audience", good().claim("aud", "somebody-else")),
        ("an extra audience", good().claim("aud", json!([good().value("aud"), "evil"]))),
        ("another party", good().claim("azp", "evil")),
        ("long ago", good().shifted_seconds(-86_400)),
        ("another deployment", good().lti("deployment_id", "another")),
        ("another version", good().lti("version", "1.1")),
        ("no notice", good().without_lti("notice")),
        ("no id", good().lti("notice", json!({ "type": "LtiContextCopyNotice" }))),
        ("no type", good().lti("notice", json!({ "id": "n1" }))),
        ("no context", good().without_lti("context")),
    ];
    let rows = scene.database.row_counts().await?;
    for (what, forge) in bad {
        let (status, answer) = post(&scene, vec![forge]).await?;
        assert_eq!((status, &answer["refused"]), (StatusCode::UNAUTHORIZED, &json!(1)), "{what}");
        assert_eq!(scene.database.row_counts().await?, rows, "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn a_good_notice_beside_a_bad_one_is_not_lost() -> anyhow::Result<()> {
    let scene = origin().await?;
    let bad = copy_notice(&scene, "n0").claim("iss", "https://evil.example");
    let (status, answer) = post(&scene, vec![bad, copy_notice(&scene, "n1")]).await?;
    assert_eq!((status, answer), (StatusCode::UNAUTHORIZED, json!({ "refused": 1, "failed": 0 })));
    let copies = "select count(*) from lti.course where copied_from is not null";
    assert_eq!(scene.database.value::<i64>(copies).await?, 1);
    Ok(())
}
