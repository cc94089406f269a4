//! What an analyst or a database administrator sees after the tool has awarded.

use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;

async fn with_one_badge() -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    Ok(scene)
}

#[tokio::test]
async fn a_stored_badge_verifies_by_text_and_by_id_with_every_check_passed() -> anyhow::Result<()> {
    let scene = with_one_badge().await?;
    let by_text: String =
        scene.database.value("select (badges.verify(credential)).outcome from badges.assertion").await?;
    let by_id: String = scene
        .database
        .value("select (badges.verify_assertion(assertion_id)).outcome from badges.assertion")
        .await?;
    assert_eq!((by_text.as_str(), by_id.as_str()), ("valid", "valid"));
    let bad = "select count(*) from badges.assertion, badges.verify_checks(credential) as c where c.result not in ('passed', 'skipped')";
    assert_eq!(scene.database.value::<i64>(bad).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_changed_badge_does_not_verify() -> anyhow::Result<()> {
    let scene = with_one_badge().await?;
    let changed = "select (badges.verify(replace(credential, 'Example Academy', 'Example Acadamy'))).outcome from badges.assertion";
    assert_eq!(scene.database.value::<String>(changed).await?, "proof_invalid");
    let early = "select (badges.verify(credential, now() - interval '1 day')).outcome from badges.assertion";
    assert_eq!(scene.database.value::<String>(early).await?, "not_yet_valid");
    Ok(())
}

#[tokio::test]
async fn the_database_stores_no_badge_that_does_not_verify() -> anyhow::Result<()> {
    let scene = with_one_badge().await?;
    let rows = scene.database.row_counts().await?;
    let forged = sqlx::query(
        "select badges.store_assertion(replace(replace(credential, 'Example Academy', 'Example Acadamy'), 'credentials/', 'credentials/1'),
                recipient_id, achievement_id, 'another occasion')
           from badges.assertion",
    )
    .execute(&scene.database.pool)
    .await;
    assert!(forged.is_err(), "a badge with a broken proof was stored");
    assert_eq!(scene.database.row_counts().await?, rows);
    Ok(())
}

#[tokio::test]
async fn the_tools_role_changes_no_table_of_the_extension_by_hand() -> anyhow::Result<()> {
    let scene = with_one_badge().await?;
    let writable = "select coalesce(string_agg(t, ', '), '') from (
        select format('%I.%I', n.nspname, c.relname) t from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'badges' and c.relkind = 'r'
           and has_table_privilege((select usename from pg_stat_activity where datname = current_database() and usename like 'tool\\_%' limit 1),
                                   c.oid, 'insert, update, delete, truncate')) s";
    assert_eq!(scene.database.value::<String>(writable).await?, "");
    Ok(())
}

#[tokio::test]
async fn the_award_says_by_whom_and_how() -> anyhow::Result<()> {
    let scene = with_one_badge().await?;
    let provenance: serde_json::Value =
        scene.database.value("select provenance from badges.assertion").await?;
    assert!(provenance.as_object().is_some_and(|members| !members.is_empty()), "{provenance}");
    let audit = "select count(*) from badges.audit() as a where a.outcome = 'valid'";
    assert!(scene.database.value::<i64>(audit).await? >= 1);
    Ok(())
}
