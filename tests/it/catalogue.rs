//! What an issuer offers, for everybody: issuer, programme, achievement; and what comes next for a learner.

use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;

/// A programme of two stages, of which the first is the badge that SUZUKI has, and a competency that it stands for.
pub(crate) const PROGRAMME: &str = "
    with issuer as (select did, issuer_id from badges.issuer),
      leader as (select badges.define_achievement(did, '{\"id\": \"https://badges.example/achievements/leader\", \"type\": [\"Achievement\"],
        \"name\": \"DX leader\", \"description\": \"Leads.\", \"criteria\": {\"narrative\": \"Lead.\"}}') as achievement_id from issuer),
      programme as (select badges.define_programme(did, 'dx', '{\"en\": \"The DX path\", \"ja\": \"DXへの道\"}', '{employee}', '2026-04-01') as programme_id
                    from issuer),
      competency as (select badges.define_competency(badges.define_framework('https://f.example', '{\"en\": \"Digital skills\"}'), 'A-1',
                       '{\"en\": \"Using data\", \"ja\": \"データ活用\"}', url => 'https://f.example/a-1') as competency_id),
      made as materialized (select programme_id, leader.achievement_id as leader_id, competency_id, s.achievement_id
                            from programme, leader, competency, badges.assertion s)
    select badges.add_to_programme(programme_id, achievement_id, 1), badges.add_to_programme(programme_id, leader_id, 2),
           badges.align_achievement(achievement_id, competency_id) from made";

async fn scene() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    sqlx::query(PROGRAMME).execute(&scene.database.pool).await?;
    Ok(scene)
}

async fn read(scene: &Scene, path: &str, language: &str) -> anyhow::Result<Page> {
    let page = Visitor::new()?.reading(language).get(&scene.app.address(path)).await?;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
    Ok(page)
}

fn shows(page: &Page, words: &[&str]) {
    for word in words {
        assert!(page.text().contains(word), "`{word}` is not on {}: {}", page.url, page.text());
    }
}

#[tokio::test]
async fn issuer_programme_and_achievement_lead_to_one_another_in_both_languages() -> anyhow::Result<()> {
    let scene = scene().await?;
    let issuer: String = scene.database.value("select '/issuers/' || issuer_id from badges.issuer").await?;
    let programme: String =
        scene.database.value("select '/programmes/' || programme_id from badges.programme").await?;
    let page = read(&scene, &issuer, "en").await?;
    shows(&page, &["Issuer of badges Example Academy", "The DX path", "DX leader"]);
    assert!(page.links().contains(&programme), "{:?}", page.links());
    let page = read(&scene, &programme, "en").await?;
    shows(&page, &["The DX path", "From 1 April 2026", "Employees", "Stage 1", "Stage 2", "DX leader"]);
    assert!(page.links().contains(&issuer), "{:?}", page.links());
    shows(&read(&scene, &programme, "ja").await?, &["DXへの道", "2026年4月1日から", "第1段階"]);

    let achievement: String =
        scene.database.value("select uri from badges.achievement where uri not like '%leader'").await?;
    let path = achievement.trim_start_matches(&scene.app.url).to_owned();
    let page = read(&scene, &path, "en").await?;
    shows(&page, &["Fewer than ten people have this badge", "Using data Digital skills A-1", "The DX path"]);
    shows(&read(&scene, &path, "ja").await?, &["取得者は10人未満です", "データ活用"]);
    Ok(())
}

#[tokio::test]
async fn a_learner_sees_what_comes_next() -> anyhow::Result<()> {
    let scene = scene().await?;
    let (_, page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    shows(&page, &["次に目指すバッジ DXへの道", "バッジ2個のうち1個を取得 · 次のステップ： DX leader"]);
    Ok(())
}

#[tokio::test]
async fn nothing_is_at_an_address_of_nobody() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for path in [
        "/issuers/00000000-0000-4000-8000-000000000000",
        "/programmes/00000000-0000-4000-8000-000000000000",
        "/issuers/x",
    ] {
        let page = Visitor::new()?.get(&scene.app.address(path)).await?;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    Ok(())
}
