//! What a rule asks of elsewhere: another course, an examination, lists of what no platform tells.

use badge_tests::browser::Browser;
use badge_tests::platform::sample::{
    ANALYSIS_BADGE, LITERACY, LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA,
};
use badge_tests::scene::Scene;
use badge_tests::screen::{Screen, keep};

use crate::completion::{eventually_held_by, restrict, save, scene};
use crate::judgement::post;

fn text(rule: &str) -> [(&'static str, &str); 2] {
    [("way", "text"), ("text", rule)]
}

#[tokio::test]
async fn attendance_points_and_an_examination_on_a_list_earn_the_badge() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let rule = r#"{"op":"all","of":[{"kind":"attendanceAtLeast","percent":90},
        {"kind":"scaledScoreAtLeast","lineItem":"ip-mock","total":600,"perSection":300,"max":1000},
        {"kind":"externalResult","exam":"IP","verifiedBy":"document-check"}]}"#;
    let saved = save(&mut instructor, &page, &text(rule)).await?;
    assert!(saved.body.contains("/facts"), "{}", saved.text());
    let head = "email,kind,name,value,max,sections,date,checked\n";
    let rows = format!(
        "{head}ada.lovelace@lms.example,attendance,,92%,,,,\nada.lovelace@lms.example,grade,ip-mock,640,1000,310 320 310,,\n\
         ada.lovelace@lms.example,examination,IP,IP-1,,,2026-04-20,\nnobody@lms.example,attendance,,92,,,,\n\
         sato@lms.example,attendance,,much,,,,\n"
    );
    let answer = post(&mut instructor, &page, "facts", &[("list", &rows)]).await?;
    let said = answer.text();
    assert!(said.contains("3件を記録しました。これによる授与はまだありません"), "{said}");
    assert!(
        said.contains("5行目：コースに該当者がいません") && said.contains("6行目：値が種類に合っていません"),
        "{said}"
    );
    // The certificate awaits its check, in words.
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("確認待ち"), "{}", course.text());
    assert_eq!(scene.outcomes().await?.len(), 0);
    let checked = format!("{head}ada.lovelace@lms.example,examination,IP,IP-1,,,2026-04-20,document-check\n");
    let answer = post(&mut instructor, &page, "facts", &[("list", &checked)]).await?;
    assert!(answer.text().contains("1個のバッジを授与しています"), "{}", answer.text());
    eventually_held_by(&scene, &[LOVELACE]).await?;
    let why =
        "select source || ' ' || jsonb_array_length(inputs) from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(why).await?, "csv 3");
    // What is taken back goes to a person; nothing is revoked.
    let back = "email,kind,value,withdrawn\nada.lovelace@lms.example,attendance,92,yes\n";
    post(&mut instructor, &page, "facts", &[("list", back)]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("要確認"), "{}", course.text());
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn a_course_that_another_one_asks_for_counts_as_its_own_sources_say() -> anyhow::Result<()> {
    let scene = scene().await?;
    restrict(&scene, Some(&[SATO]));
    let (mut instructor, literacy) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    save(&mut instructor, &literacy, &[("way", "link"), ("link", LITERACY_BADGE)]).await?;
    eventually_held_by(&scene, &[SATO]).await?;
    let (mut instructor, analysis) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let rule = format!(r#"{{"kind":"courseCompletion","course":"{LITERACY}"}}"#);
    save(&mut instructor, &analysis, &text(&rule)).await?;
    restrict(&scene, Some(&[SATO, SUZUKI]));
    // Of the first course; and of the second, where only she is.
    eventually_held_by(&scene, &[SUZUKI, SUZUKI, SATO]).await?;
    let source = "select source from lti.award join lti.course using (course_id), badges.why(assertion_id) where context_id = '102'";
    assert_eq!(scene.database.value::<String>(source).await?, "roster");
    Ok(())
}

/// A pass of the examination IP of Suzuki, recorded by one person.
async fn record_pass(scene: &Scene) -> anyhow::Result<()> {
    scene
        .database
        .execute(
            "with f as (select badges.define_framework('https://exams.example', '{\"en\": \"Exams\"}', '1') as id)
             select badges.define_competency(id, 'IP', '{\"en\": \"IT Passport\"}', null, null, null) from f",
        )
        .await?;
    scene
        .database
        .execute(
            "select badges.record_examination_pass(recipient_id, competency_id, '2026-04-20', 'clerk', 'IP-1')
             from badges.competency, badges.recipient where code = 'IP' and user_id = '3'",
        )
        .await
}

#[tokio::test]
async fn an_examination_on_record_counts_once_a_second_person_has_approved_it() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let platform = "select badges.register_recipient(did, issuer || '#' || client_id, '3', null, null) from badges.issuer, lti.registration";
    scene.database.execute(platform).await?;
    let rule = r#"{"kind":"externalResult","exam":"IP","verifiedBy":"document-check"}"#;
    save(&mut instructor, &page, &text(rule)).await?;
    record_pass(&scene).await?;
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("document-check"), "not said to await its check: {}", course.text());
    assert_eq!(scene.outcomes().await?.len(), 0);
    let approve = "select badges.decide_examination_pass(examination_pass_id, true, 'examiner') from badges.examination_pass";
    scene.database.execute(approve).await?;
    eventually_held_by(&scene, &[SUZUKI]).await?;
    let source = "select source from badges.assertion, badges.why(assertion_id)";
    assert_eq!(scene.database.value::<String>(source).await?, "records");
    scene.database.execute("select badges.withdraw_examination_pass(examination_pass_id, 'examiner') from badges.examination_pass").await?;
    let course = instructor.get(page.url.as_str()).await?;
    assert!(course.text().contains("要確認"), "{}", course.text());
    Ok(())
}

#[tokio::test]
async fn who_works_for_whom_decides_for_whom_a_badge_is() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (mut instructor, page) = scene.launch(TANAKA, ANALYSIS_BADGE).await?;
    let platform = "select badges.register_recipient(did, issuer || '#' || client_id, '3', null, null) from badges.issuer, lti.registration";
    scene.database.execute(platform).await?;
    let rule = r#"{"op":"all","of":[{"kind":"population","anyOf":["dispatched"]},{"kind":"activitiesComplete","activities":["plan"]}]}"#;
    save(&mut instructor, &page, &text(rule)).await?;
    let list = "user,kind,name\n3,activity,plan\n";
    let answer = post(&mut instructor, &page, "facts", &[("list", list)]).await?;
    assert!(answer.text().contains("これによる授与はまだありません"), "{}", answer.text());
    let dispatched = "select badges.record_memberships(did, array[recipient_id], array['dispatched'], array[''], array['2020-04-01'::date], array[null::date], 'list')
        from badges.issuer, badges.recipient where user_id = '3'";
    scene.database.execute(dispatched).await?;
    eventually_held_by(&scene, &[SUZUKI]).await
}

/// What an instructor sees, in both languages: pictures under `target/screenshots/`.
#[tokio::test]
async fn the_list_of_facts_looks_right_on_every_screen() -> anyhow::Result<()> {
    for language in ["en", "ja"] {
        let scene = scene().await?;
        scene.platform.change_world(|world| {
            for person in &mut world.people {
                language.clone_into(&mut person.locale);
            }
        });
        let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        save(&mut instructor, &page, &text(r#"{"kind":"attendanceAtLeast","percent":90}"#)).await?;
        let browser = Browser::start().await?;
        browser.goto(page.url.join("facts")?.as_str()).await?;
        let list =
            "email,kind,value\nada.lovelace@lms.example,attendance,92\nnobody@lms.example,attendance,92\n";
        let fill = "document.querySelector('textarea').value = arguments[0]; document.querySelector('#facts-form').requestSubmit()";
        browser.execute(fill, vec![list.into()]).await?;
        browser.wait_for("#done").await?;
        for (name, screen) in ["wide", "wide-dark", "narrow", "narrow-dark"].into_iter().zip(Screen::ALL) {
            screen.apply(&browser).await?;
            let fits = "document.documentElement.scrollWidth <= window.innerWidth";
            browser.wait_until(fits).await?;
            keep(&browser, &format!("facts-{language}-{name}")).await?;
        }
        browser.goto(page.url.join("rule")?.as_str()).await?;
        keep(&browser, &format!("rule-lists-{language}")).await?;
    }
    Ok(())
}
