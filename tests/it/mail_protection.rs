//! E-mails over protected connections, and signing in: nothing is said in the clear, and what fails is told clearly and tried again.

use std::path::Path;
use std::time::Duration;

use badge_tests::app::{App, AppConfig, run_with};
use badge_tests::certificates::Authority;
use badge_tests::database::Database;
use badge_tests::eventually::eventually;
use badge_tests::mail_server::{Account, MailServer, Protection};
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, TANAKA};
use badge_tests::scene::Scene;
use tempfile::TempDir;

const LONGEST: Duration = Duration::from_secs(30);
const PASSWORD: &str = "correct horse battery staple";

/// Lets what was tried fewer than `times` times be tried now. The tool's clock knows whole seconds.
async fn hurry(database: &Database, times: i32) -> anyhow::Result<()> {
    let query = "update lti.message set run_at = now() - interval '1 second' where begun_at is null and attempts < $1";
    sqlx::query(query).bind(times).execute(&database.pool).await?;
    Ok(())
}

/// A path as TOML.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

fn account(mechanisms: &'static [&'static str]) -> Account {
    Account { username: "badges".to_owned(), password: PASSWORD.to_owned(), mechanisms }
}

/// A tool with that mail server whose authority it trusts, and the file that says so.
struct Post {
    scene: Scene,
    folder: TempDir,
}

impl Post {
    async fn start(
        server: &MailServer,
        security: &str,
        trusted: &Authority,
        password: &str,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, trusted.pem())?;
        let scene = Scene::builder()
            .with("mail.smtp_host", "\"localhost\"")
            .with("mail.smtp_port", &server.port.to_string())
            .with("mail.security", &format!("{security:?}"))
            .with("mail.from", "\"badges@academy.example\"")
            .with("mail.ca_file", &quoted(&file))
            .with("mail.username", "\"badges\"")
            .with("mail.password", &format!("{password:?}"))
            .start()
            .await?;
        Ok(Self { scene, folder })
    }

    async fn award(&self) -> anyhow::Result<()> {
        let (mut instructor, page) = self.scene.launch(TANAKA, LITERACY_BADGE).await?;
        self.scene.award(&mut instructor, &page, &[LOVELACE]).await?;
        Ok(())
    }

    /// Waits until the message was put off `times` times for that reason, each time due again at once.
    async fn put_off(&self, problem: &'static str, times: i32) -> anyhow::Result<()> {
        let put_off = async || {
            hurry(&self.scene.database, times).await?;
            let query = "select coalesce(bool_and(problem = $1 and attempts >= $2 and ended_at is null and begun_at is null), false) from lti.message";
            Ok(sqlx::query_scalar(query)
                .bind(problem)
                .bind(times)
                .fetch_one(&self.scene.database.pool)
                .await?)
        };
        let waited = eventually(LONGEST, problem, put_off).await;
        waited.map_err(|error| error.context(self.scene.app.log()))
    }

    async fn told(&self) -> anyhow::Result<()> {
        let query = "select count(*) from lti.message where ended_at is not null and problem is null";
        let told = async || Ok(self.scene.database.value::<i64>(query).await? == 1);
        let waited = eventually(LONGEST, "told", told).await;
        waited.map_err(|error| error.context(self.scene.app.log()))
    }

    /// Neither the password nor an address is in the log, nor what encodes them.
    fn assert_discreet(&self) {
        use base64::Engine as _;
        let log = self.scene.app.log();
        let encoded = base64::engine::general_purpose::STANDARD.encode(PASSWORD);
        for secret in [PASSWORD, &encoded, "wrong password", "@lms.example", "is not known"] {
            assert!(!log.contains(secret), "{secret} in the log:\n{log}");
        }
    }
}

#[tokio::test]
async fn a_message_goes_over_starttls_or_tls_and_signs_in_by_plain_or_login() -> anyhow::Result<()> {
    let authority = Authority::new()?;
    let config = authority.server("localhost")?;
    let ways = [
        ("starttls", Protection::StartTls(config.clone()), &["PLAIN", "LOGIN"][..]),
        ("starttls", Protection::StartTls(config.clone()), &["LOGIN"]),
        ("tls", Protection::Tls(config.clone()), &["PLAIN"]),
        ("tls", Protection::Tls(config), &["XOAUTH2", "LOGIN"]),
    ];
    for (security, protection, mechanisms) in ways {
        let server = MailServer::start_with(protection, Some(account(mechanisms)))?;
        let post = Post::start(&server, security, &authority, PASSWORD).await?;
        post.award().await?;
        post.told().await?;
        assert_eq!(server.breaches(), Vec::<String>::new(), "{security} {mechanisms:?}");
        assert_eq!((server.mails().len(), server.sign_ins()), (1, 1), "{security} {mechanisms:?}");
        post.assert_discreet();
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_password_is_told_tried_again_and_nothing_is_sent() -> anyhow::Result<()> {
    let authority = Authority::new()?;
    let protection = Protection::StartTls(authority.server("localhost")?);
    let server = MailServer::start_with(protection, Some(account(&["PLAIN", "LOGIN"])))?;
    let post = Post::start(&server, "starttls", &authority, "wrong password").await?;
    post.award().await?;
    post.put_off("sign_in", 2).await?;
    assert_eq!(server.mails().len(), 0);
    assert_eq!(server.breaches(), Vec::<String>::new());
    post.scene.app.wait_for_log("does not sign us in with mail.username and mail.password")?;
    post.assert_discreet();
    // Somebody mends the password and starts the tool again: it sends the message, once.
    let Post { scene, folder } = post;
    let Scene { app, database, platform: _platform } = scene;
    let right = AppConfig::new(&database.tool_url())
        .with("server.public_url", &format!("{:?}", app.url))
        .with("mail.smtp_host", "\"localhost\"")
        .with("mail.smtp_port", &server.port.to_string())
        .with("mail.from", "\"badges@academy.example\"")
        .with("mail.ca_file", &quoted(&folder.path().join("ca.pem")))
        .with("mail.username", "\"badges\"")
        .with("mail.password", &format!("{PASSWORD:?}"));
    drop(app);
    let mended = App::start(&right)?;
    hurry(&database, i32::MAX).await?;
    let told = "select count(*) from lti.message where ended_at is not null and problem is null";
    let told = async || Ok(database.value::<i64>(told).await? == 1);
    eventually(LONGEST, "told", told).await.map_err(|error| error.context(mended.log()))?;
    assert_eq!(server.mails().len(), 1);
    Ok(())
}

#[tokio::test]
async fn whom_nobody_vouches_for_gets_neither_password_nor_message() -> anyhow::Result<()> {
    let (trusted, stranger) = (Authority::new()?, Authority::new()?);
    let servers = [
        ("starttls", Protection::StartTls(stranger.server("localhost")?)),
        ("tls", Protection::Tls(stranger.server("localhost")?)),
        ("starttls", Protection::StartTls(trusted.server("mail.example")?)),
        ("tls", Protection::Tls(trusted.server("mail.example")?)),
    ];
    for (security, protection) in servers {
        let server = MailServer::start_with(protection, Some(account(&["PLAIN", "LOGIN"])))?;
        let post = Post::start(&server, security, &trusted, PASSWORD).await?;
        post.award().await?;
        post.put_off("untrusted", 2).await?;
        assert_eq!((server.mails().len(), server.sign_ins()), (0, 0), "{security}");
        post.scene.app.wait_for_log("its certificate is not trusted")?;
        post.assert_discreet();
    }
    Ok(())
}

#[tokio::test]
async fn a_server_without_protection_hears_nothing_but_the_greeting() -> anyhow::Result<()> {
    let authority = Authority::new()?;
    for (security, problem, words) in
        [("starttls", "no_starttls", "offers no STARTTLS"), ("tls", "untrusted", "does not speak TLS")]
    {
        let server = MailServer::start_with(Protection::None, Some(account(&["PLAIN", "LOGIN"])))?;
        let post = Post::start(&server, security, &authority, PASSWORD).await?;
        post.award().await?;
        post.put_off(problem, 2).await?;
        assert_eq!((server.mails().len(), server.sign_ins()), (0, 0), "{security}");
        post.scene.app.wait_for_log(words)?;
        post.assert_discreet();
    }
    Ok(())
}

#[test]
fn a_file_of_authorities_has_to_be_one() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let nonsense = folder.path().join("ca.pem");
    std::fs::write(&nonsense, "nothing")?;
    for file in [nonsense, folder.path().join("missing.pem")] {
        let config = AppConfig::new("postgres://nobody@127.0.0.1:1/none")
            .with("mail.smtp_host", "\"mail.example\"")
            .with("mail.from", "\"badges@academy.example\"")
            .with("mail.ca_file", &quoted(&file));
        let output = run_with(&config, &["check-config"])?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let words = "`mail.ca_file` must be a readable file with certificates in PEM";
        assert!(!output.status.success() && said.contains(words), "{said}");
    }
    Ok(())
}
