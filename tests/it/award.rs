//! Awarding: once per learner whatever is clicked, only to learners of the course, and back again.

use anyhow::Context as _;
use badge_tests::platform::sample::{
    ANALYSIS_BADGE, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE, YAMAMOTO,
};
use badge_tests::scene::Scene;
use reqwest::StatusCode;

fn tick(person_id: &str) -> [(String, String); 1] {
    [("user".to_owned(), person_id.to_owned())]
}

#[tokio::test]
async fn the_ticked_learners_get_a_badge_that_verifies() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let done = scene.award(&mut instructor, &page, &[SUZUKI, LOVELACE]).await?;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let ids: Vec<String> = sqlx::query_scalar("select assertion_id::text from badges.assertion")
        .fetch_all(&scene.database.pool)
        .await?;
    for id in ids {
        let link = done.links().into_iter().find(|link| link.ends_with(&format!("/credentials/{id}")));
        let page = instructor
            .get(done.resolve(&link.context("the page does not link the badge")?)?.as_str())
            .await?;
        assert!(page.body.contains("data-outcome=\"valid\""), "{}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_double_click_awards_once() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let rows = scene.database.row_counts().await?;
    let second = scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}

#[tokio::test]
async fn ten_awards_at_the_same_time_make_one_badge() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let (colleague, other_page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let mut clicks = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (mut visitor, page) =
            if number % 2 == 0 { (instructor.clone(), &page) } else { (colleague.clone(), &other_page) };
        let action = page.url.join("awards")?;
        clicks.spawn(async move { visitor.post(action.as_str(), &tick(SUZUKI), None).await });
    }
    for click in clicks.join_all().await {
        assert_eq!(click?.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(scene.outcomes().await?, ["valid"]);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.award").await?, 1);
    Ok(())
}

#[tokio::test]
async fn who_is_not_a_learner_of_the_course_gets_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let action = page.url.join("awards")?;
    for stranger in [YAMAMOTO, TANAKA, "99999", "", "' or 1=1 --", "あ"] {
        let answer = instructor.post(action.as_str(), &tick(stranger), None).await?;
        assert!(answer.status.is_redirection(), "`{stranger}`: {}", answer.status);
        assert_eq!(scene.credentials().await?, Vec::<String>::new(), "`{stranger}` was awarded");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_ticked_is_a_sentence() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let answer = scene.award(&mut instructor, &page, &[]).await?;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("id=\"done\""), "{}", answer.text());
    assert_eq!(scene.credentials().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn an_award_during_an_outage_of_the_platform_awards_nobody() -> anyhow::Result<()> {
    use badge_tests::platform::{Endpoint, Fault};
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.platform.plan_fault(Endpoint::Memberships, 0, 10, &Fault::status(500));
    let rows = scene.database.row_counts().await?;
    let answer = instructor.post(page.url.join("awards")?.as_str(), &tick(SUZUKI), None).await?;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}

#[tokio::test]
async fn a_revoked_badge_says_so_everywhere_and_can_be_given_again() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SATO]).await?;
    scene.share(SATO, LITERACY_BADGE).await?;
    let form = awarded.form("/revoke")?.with("reason", "Awarded by mistake");
    let revoked = instructor.submit(&awarded, &form).await?;
    assert_eq!(revoked.status, StatusCode::OK);
    assert_eq!(scene.outcomes().await?, ["revoked"]);

    let credential = scene.credentials().await?.swap_remove(0);
    let public = instructor.get(&credential).await?;
    assert!(public.body.contains("data-outcome=\"revoked\""), "{}", public.text());
    assert!(public.text().contains("Awarded by mistake"));
    let (_, learner) = scene.launch(SATO, LITERACY_BADGE).await?;
    assert!(!learner.body.contains("id=\"open-credential\""), "{}", learner.text());

    scene.award(&mut instructor, &revoked, &[SATO]).await?;
    let mut outcomes = scene.outcomes().await?;
    outcomes.sort();
    assert_eq!(outcomes, ["revoked", "valid"]);
    Ok(())
}

#[tokio::test]
async fn a_revocation_needs_a_reason() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SATO]).await?;
    for reason in ["", "   ", &"x".repeat(501)] {
        let form = awarded.form("/revoke")?.with("reason", reason);
        let answer = instructor.submit(&awarded, &form).await?;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "`{reason:.10}`");
    }
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_badge_keeps_its_words_when_the_instructor_edits_it_later() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let editor = instructor.get(page.url.join("badge")?.as_str()).await?;
    let form = ["name_en", "name_ja", "description_en", "description_ja", "criteria_en", "criteria_ja"]
        .iter()
        .fold(editor.form("/badge")?, |form, field| form.with(field, &format!("Second edition {field}")));
    let saved = instructor.submit(&editor, &form).await?;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    scene.award(&mut instructor, &page, &[WATANABE]).await?;
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let second = "select count(*) from badges.assertion where credential like '%Second edition%'";
    assert_eq!(scene.database.value::<i64>(second).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_badge_needs_a_name_a_description_and_criteria() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let editor = instructor.get(page.url.join("badge")?.as_str()).await?;
    let full = ["name_en", "name_ja", "description_en", "description_ja", "criteria_en", "criteria_ja"]
        .iter()
        .fold(editor.form("/badge")?, |form, field| form.with(field, "x"));
    for part in ["name", "description", "criteria"] {
        let form = full.clone().with(&format!("{part}_en"), " ").with(&format!("{part}_ja"), "");
        let answer = instructor.submit(&editor, &form).await?;
        assert!(answer.body.contains("id=\"complaint\""), "{part}: {}", answer.text());
        let one_language = full.clone().with(&format!("{part}_en"), "");
        assert!(instructor.submit(&editor, &one_language).await?.url.path().ends_with("/course"), "{part}");
    }
    Ok(())
}

#[tokio::test]
async fn an_instructor_of_another_course_awards_and_revokes_nothing_here() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let awarded = scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    let (mut stranger, own) = scene.launch(YAMAMOTO, ANALYSIS_BADGE).await?;
    let stored = "select (select count(*) from badges.assertion) + (select count(*) from lti.award) + (select count(*) from badges.revocation)";
    let before: i64 = scene.database.value(stored).await?;
    stranger.post(own.url.join("awards")?.as_str(), &tick(SATO), None).await?;
    let assertion = awarded.form("/revoke")?.action;
    let assertion = assertion.rsplit('/').nth(1).unwrap_or_default();
    let revoke = own.url.join(&format!("awards/{assertion}/revoke"))?;
    let reason = [("reason".to_owned(), "because".to_owned())];
    let answer = stranger.post(revoke.as_str(), &reason, None).await?;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(scene.database.value::<i64>(stored).await?, before);
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}
