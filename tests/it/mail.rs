//! E-mails to learners: once each, to a mail server that holds the tool to SMTP.

use std::time::Duration;

use badge_tests::app::{App, AppConfig};
use badge_tests::eventually::eventually;
use badge_tests::mail_server::{Mail, MailFault, MailServer};
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;

const LONGEST: Duration = Duration::from_secs(30);

fn settings(port: u16) -> [(&'static str, String); 5] {
    [
        ("mail.smtp_host", "\"127.0.0.1\"".to_owned()),
        ("mail.smtp_port", port.to_string()),
        ("mail.security", "\"none\"".to_owned()),
        ("mail.from", "\"badges@academy.example\"".to_owned()),
        // A badge of one month ends soon, however long the month is.
        ("mail.expiring_days", "40".to_owned()),
    ]
}

async fn scene(port: u16) -> anyhow::Result<Scene> {
    let settings = settings(port);
    settings.iter().fold(Scene::builder(), |scene, (key, value)| scene.with(key, value)).start().await
}

/// Another tool on the same database that sends too.
fn replica(scene: &Scene, server: &MailServer) -> anyhow::Result<App> {
    let settings = settings(server.port);
    App::start(&settings.iter().fold(scene.config(), |config, (key, value)| config.with(key, value)))
}

async fn open_messages(scene: &Scene) -> anyhow::Result<i64> {
    scene.database.value("select count(*) from lti.message where ended_at is null").await
}

async fn all_ended(scene: &Scene) -> anyhow::Result<()> {
    let ended = eventually(LONGEST, "messages", async || Ok(open_messages(scene).await? == 0)).await;
    ended.map_err(|error| error.context(scene.app.log()))
}

/// The only message of that kind, and why it was given up.
async fn problem(scene: &Scene) -> anyhow::Result<Option<String>> {
    scene.database.value("select problem from lti.message").await
}

/// Lets what was put off be tried now.
async fn hurry(scene: &Scene) -> anyhow::Result<()> {
    scene.database.execute("update lti.message set run_at = now() where begun_at is null").await
}

fn subjects(mails: &[Mail]) -> Vec<String> {
    mails.iter().filter_map(|mail| mail.header("Subject")).collect()
}

/// No address is in the log, whatever the mail server answered.
fn assert_discreet(scene: &Scene, mails: &[Mail]) {
    let log = scene.app.log();
    assert!(!log.contains("@lms.example") && !log.contains("@example"), "{log}");
    for mail in mails {
        assert!(!log.contains(&mail.to), "{log}");
    }
}

#[tokio::test]
async fn an_award_is_told_once_in_plain_text_and_in_html() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    let replica = replica(&scene, &server)?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    all_ended(&scene).await?;
    let mails = server.mails();
    assert_eq!(server.breaches(), Vec::<String>::new());
    assert_eq!(mails.len(), 1);
    let (mail, credential) = (&mails[0], scene.credentials().await?.remove(0));
    assert_eq!(mail.from, "badges@academy.example");
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(mail.header("From").is_some_and(|from| from.contains("Example Academy")), "{}", mail.text);
    let text = mail.text.replace("=\n", "");
    assert!(text.matches(&credential).count() >= 2, "both forms name the badge: {text}");
    assert!(text.contains("multipart/alternative") && text.contains("<!doctype html>"), "{text}");
    let email = "select email from badges.recipient";
    assert_eq!(mail.to, scene.database.value::<String>(email).await?);
    assert_discreet(&scene, &mails);
    drop(replica);
    Ok(())
}

#[tokio::test]
async fn awards_from_the_queue_of_three_replicas_are_told_once_each() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    let replicas = [replica(&scene, &server)?, replica(&scene, &server)?];
    scene.launch(TANAKA, LITERACY_BADGE).await?;
    let queue = "insert into lti.award_job (course_id, user_id, occasion, recipient_id, provenance)
        select course_id, n::text, 'course', badges.register_recipient(did, 'practice', n::text, null, format('learner%s@mail.example', n)), '{\"source\": \"test\"}'
        from lti.course, badges.issuer, generate_series(1, 40) n";
    scene.database.execute(queue).await?;
    let sent = "select count(*) from lti.message where ended_at is not null and problem is null";
    eventually(LONGEST, "all are told", async || Ok(scene.database.value::<i64>(sent).await? == 40)).await?;
    let mut recipients: Vec<String> = server.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(recipients.len(), 40);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 40, "somebody was told twice");
    assert_eq!(server.breaches(), Vec::<String>::new());
    assert!(server.connections() < 40, "a connection is kept while there is something to send");
    drop(replicas);
    Ok(())
}

#[tokio::test]
async fn what_the_server_does_not_take_now_is_tried_again() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    server.fail_next(&[MailFault::Recipient(451), MailFault::Text(452)]);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SATO]).await?;
    for attempts in 1..=2 {
        let put_off = async || {
            let tries =
                "select coalesce(sum(attempts), 0)::bigint from lti.message where problem = 'refused'";
            Ok(scene.database.value::<i64>(tries).await? == attempts)
        };
        eventually(LONGEST, "put off", put_off).await?;
        assert_eq!(server.mails().len(), 0);
        hurry(&scene).await?;
    }
    all_ended(&scene).await?;
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.breaches(), Vec::<String>::new());
    assert_discreet(&scene, &server.mails());
    Ok(())
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_not_tried_again() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    server.fail_next(&[MailFault::Recipient(550)]);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SATO]).await?;
    all_ended(&scene).await?;
    assert_eq!(problem(&scene).await?.as_deref(), Some("refused"));
    assert_eq!(server.mails().len(), 0);
    assert_discreet(&scene, &[]);
    Ok(())
}

#[tokio::test]
async fn a_message_whose_fate_is_unknown_is_not_sent_again() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    server.fail_next(&[MailFault::Silence]);
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SATO]).await?;
    all_ended(&scene).await?;
    assert_eq!(problem(&scene).await?.as_deref(), Some("unknown"));
    scene.award(&mut instructor, &page, &[SUZUKI]).await?;
    eventually(LONGEST, "the next message", async || Ok(server.mails().len() == 2)).await?;
    let mut recipients: Vec<String> = server.mails().into_iter().map(|mail| mail.to).collect();
    recipients.dedup();
    assert_eq!(recipients.len(), 2, "the first message was sent again");
    Ok(())
}

/// Whoever looks next finds that the time of whoever died is over.
const LEASE_IS_OVER: &str =
    "update lti.message set run_at = now(), begun_at = begun_at - interval '10 minutes'";

#[tokio::test]
async fn a_tool_killed_while_it_sends_tells_nobody_twice_and_forgets_nobody_before_the_text()
-> anyhow::Result<()> {
    for (fault, problem) in [(MailFault::Slow, None), (MailFault::Mute, Some("interrupted"))] {
        let server = MailServer::start()?;
        let scene = scene(server.port).await?;
        server.fail_next(&[fault]);
        let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        scene.award(&mut instructor, &page, &[SATO]).await?;
        let reached = async || {
            let begun = "select count(*) from lti.message where attempts = 1 and (begun_at is not null) = $1";
            let begun = sqlx::query_scalar::<_, i64>(begun).bind(fault == MailFault::Mute);
            let begun = begun.fetch_one(&scene.database.pool).await?;
            Ok(begun == 1 && server.connections() == 1 && server.is_stalled())
        };
        eventually(LONGEST, "in the middle of it", reached).await?;
        let Scene { app, platform: _platform, database } = scene;
        let config =
            AppConfig::new(&database.tool_url()).with("server.public_url", &format!("{:?}", app.url));
        // SIGKILL.
        drop(app);
        database.execute(LEASE_IS_OVER).await?;
        let settings = settings(server.port);
        let _heir =
            App::start(&settings.iter().fold(config, |config, (key, value)| config.with(key, value)))?;
        let open = "select count(*) from lti.message where ended_at is null";
        eventually(LONGEST, "ended", async || Ok(database.value::<i64>(open).await? == 0)).await?;
        assert_eq!(server.mails().len(), 1, "{fault:?}");
        let ended = "select problem from lti.message";
        assert_eq!(database.value::<Option<String>>(ended).await?.as_deref(), problem, "{fault:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_mail_server_that_is_away_holds_up_no_award() -> anyhow::Result<()> {
    // Nobody listens there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let scene = scene(nobody).await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[SATO]).await?;
    assert_eq!(scene.outcomes().await?, ["valid"]);
    let waits = "select count(*) from lti.message where problem = 'unreachable' and run_at > now() and ended_at is null";
    eventually(LONGEST, "put off", async || Ok(scene.database.value::<i64>(waits).await? == 1)).await?;
    assert_discreet(&scene, &[]);
    Ok(())
}

#[tokio::test]
async fn a_revocation_and_a_badge_that_ends_soon_are_told_once_each() -> anyhow::Result<()> {
    let server = MailServer::start()?;
    let scene = scene(server.port).await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.database.execute("update lti.course set validity_months = 1").await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    all_ended(&scene).await?;
    // Whoever looks next finds it a week old; a replica looks when it starts.
    scene.database.execute("update lti.award set awarded_at = now() - interval '8 days'").await?;
    for _ in 0..2 {
        let replica = replica(&scene, &server)?;
        eventually(LONGEST, "told", async || Ok(server.mails().len() == 2)).await?;
        all_ended(&scene).await?;
        drop(replica);
    }
    let course = instructor.get(page.url.as_str()).await?;
    instructor.submit(&course, &course.form("/revoke")?.with("reason", "by mistake")).await?;
    eventually(LONGEST, "told", async || Ok(server.mails().len() == 3)).await?;
    all_ended(&scene).await?;
    let kinds: Vec<String> = server.mails().iter().filter_map(|mail| mail.header("Message-ID")).collect();
    let kind = |id: &String| id.trim_start_matches('<').split('.').next().unwrap_or_default().to_owned();
    assert_eq!(kinds.iter().map(kind).collect::<Vec<_>>(), ["awarded", "expiring", "revoked"]);
    assert_eq!(subjects(&server.mails()).len(), 3);
    assert_eq!(server.breaches(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_written_down_to_be_told_later() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &page, &[LOVELACE]).await?;
    let course = instructor.get(page.url.as_str()).await?;
    instructor.submit(&course, &course.form("/revoke")?.with("reason", "by mistake")).await?;
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.message").await?, 0);
    Ok(())
}
