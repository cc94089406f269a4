//! Canvas Live Events: a signed event leads to a badge; everything that is not what it says it is changes nothing.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::other_site::OtherSite;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, SATO, SUZUKI, TANAKA};
use badge_tests::platform::{LaunchOrder, RsaKey};
use badge_tests::scene::{CLIENT, Scene};
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::completion::{eventually_held_by, save};

const LONGEST: Duration = Duration::from_secs(30);
/// The root account whose events are believed.
const ACCOUNT: &str = "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs";
/// Canvas's number of the course.
const COURSE: &str = "565";

struct Canvas {
    scene: Scene,
    site: OtherSite,
    key: RsaKey,
    address: String,
}

/// Canvas's number of a person, as the launches of this test say it.
fn number(person_id: &str) -> String {
    format!("9{person_id}")
}

fn key_set(keys: &[&RsaKey]) -> Vec<u8> {
    json!({ "keys": keys.iter().map(|key| key.public_jwk()).collect::<Vec<_>>() }).to_string().into_bytes()
}

/// Launches that say Canvas's numbers of course and person.
async fn launch(scene: &Scene, person_id: &str) -> anyhow::Result<(Visitor, Page)> {
    let order = LaunchOrder::new(person_id, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let numbers = json!({ "canvas_course_id": COURSE, "canvas_user_id": number(person_id) });
    let token = scene.platform.forge(&order, &login.nonce).lti("custom", numbers).token()?;
    let answer = visitor.answer(&scene.platform, &login, &token).await?;
    let page = visitor.follow(answer).await?;
    Ok((visitor, page))
}

impl Canvas {
    /// A registration with events switched on, a course whose rule waits for them, and two learners who were here.
    async fn start() -> anyhow::Result<Self> {
        let scene = Scene::builder().with("completion.poll_seconds", "1").start().await?;
        let key = RsaKey::generate()?;
        let site = OtherSite::start(|_| vec![("/jwks", key_set(&[&key]))])?;
        let address =
            switch(&scene, &["--root-account", ACCOUNT, "--jwks-url", &format!("{}/jwks", site.url)])?;
        let address = address.split_whitespace().find(|word| word.ends_with("/events")).unwrap_or_default();
        let address = address.replace("http://127.0.0.1:0", &scene.app.url);
        let canvas = Self { scene, site, key, address };
        for learner in [SATO, SUZUKI] {
            launch(&canvas.scene, learner).await?;
        }
        let (mut instructor, page) = launch(&canvas.scene, TANAKA).await?;
        save(&mut instructor, &page, &[("way", "canvas")]).await?;
        let asked =
            "select count(*) from lti.completion_source where seen_at is not null and obstacle is null";
        eventually(LONGEST, "the first reading", async || {
            Ok(canvas.scene.database.value::<i64>(asked).await? == 1)
        })
        .await?;
        Ok(canvas)
    }

    async fn post(&self, body: impl Into<reqwest::Body>) -> anyhow::Result<(StatusCode, Value)> {
        let answer = reqwest::Client::new().post(&self.address).body(body).send().await?;
        Ok((answer.status(), answer.json().await.unwrap_or(Value::Null)))
    }

    async fn tell(&self, event: &Value) -> anyhow::Result<(StatusCode, String)> {
        let (status, answer) = self.post(self.key.sign(&self.key.header(), event)?).await?;
        let outcome = answer.get("outcome").and_then(Value::as_str).unwrap_or_default();
        Ok((status, outcome.to_owned()))
    }

    /// `seconds` from now, as Canvas writes it.
    async fn moment(&self, seconds: f64) -> anyhow::Result<String> {
        let moment = sqlx::query_scalar(
            "select to_char((now() + $1 * interval '1 second') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
        );
        Ok(moment.bind(seconds).fetch_one(&self.scene.database.pool).await?)
    }

    async fn facts(&self) -> anyhow::Result<i64> {
        self.scene.database.value("select count(fact) from lti.canvas_event_fact").await
    }
}

fn switch(scene: &Scene, arguments: &[&str]) -> anyhow::Result<String> {
    let issuer = scene.platform.iss();
    let command = ["platform", "canvas-events", "--issuer", &issuer, "--client-id", CLIENT];
    let output = scene.app.run(&[command.as_slice(), arguments].concat())?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn event(name: &str, at: &str, body: &Value) -> Value {
    json!({
        "metadata": {
            "event_name": name, "event_time": at, "producer": "canvas", "root_account_uuid": ACCOUNT,
            "root_account_id": "21070000000000001", "context_type": "Course", "context_id": "21070000000000565",
        },
        "body": body,
    })
}

fn completed(person_id: &str, at: &str, done: u32) -> Value {
    event(
        "course_completed",
        at,
        &json!({
            "course": { "id": COURSE, "name": "Data literacy" }, "user": { "id": number(person_id), "name": "Isaac Newton" },
            "progress": { "requirement_count": 6, "requirement_completed_count": done, "completed_at": at },
        }),
    )
}

#[tokio::test]
async fn a_signed_event_awards_the_learner_it_names_once() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    let said = completed(SATO, &canvas.moment(-60.0).await?, 6);
    assert_eq!(canvas.tell(&said).await?, (StatusCode::OK, "kept".to_owned()));
    eventually_held_by(&canvas.scene, &[SATO]).await?;
    for _ in 0..3 {
        assert_eq!(canvas.tell(&said).await?, (StatusCode::OK, "was here before".to_owned()));
    }
    assert_eq!(canvas.facts().await?, 1);
    let why = "select source from badges.assertion, badges.why(assertion_id)";
    assert_eq!(canvas.scene.database.value::<String>(why).await?, "canvasEvents");
    let log = canvas.scene.app.log();
    assert!(!log.contains("Data literacy") && !log.contains("Newton"), "personal data in the log");
    Ok(())
}

#[tokio::test]
async fn an_older_event_never_undoes_a_newer_one_and_a_newer_one_takes_back() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    canvas.tell(&completed(SATO, &canvas.moment(-60.0).await?, 6)).await?;
    eventually_held_by(&canvas.scene, &[SATO]).await?;
    let (status, outcome) = canvas.tell(&completed(SATO, &canvas.moment(-120.0).await?, 5)).await?;
    assert_eq!((status, outcome.as_str()), (StatusCode::OK, "nothing new of a course that is known"));
    assert_eq!(canvas.facts().await?, 1);
    // Requirements were added: the completion is withdrawn, and a person decides about the badge.
    canvas.tell(&completed(SATO, &canvas.moment(-30.0).await?, 5)).await?;
    assert_eq!(canvas.facts().await?, 0);
    let withdrawn =
        "select count(*) from lti.observation where source = 'canvasEvents' and withdrawn_at is not null";
    eventually(LONGEST, "withdrawn", async || Ok(canvas.scene.database.value::<i64>(withdrawn).await? == 1))
        .await?;
    assert_eq!(canvas.scene.outcomes().await?, ["valid"]);
    Ok(())
}

/// What is refused, the status, and the body that is posted.
type Case = (&'static str, StatusCode, String);

/// Posts each and looks that nothing changed.
async fn refused(canvas: &Canvas, cases: Vec<Case>) -> anyhow::Result<()> {
    let rows = canvas.scene.database.row_counts().await?;
    for (what, status, body) in cases {
        assert_eq!(canvas.post(body).await?.0, status, "{what}");
        assert_eq!(canvas.scene.database.row_counts().await?, rows, "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn an_event_that_the_published_keys_did_not_sign_changes_nothing() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    let (key, stranger) = (&canvas.key, RsaKey::generate()?);
    let good = completed(SATO, &canvas.moment(-60.0).await?, 6);
    let header = |algorithm: &str| json!({ "alg": algorithm, "kid": key.kid() });
    let no = StatusCode::UNAUTHORIZED;
    let cases = vec![
        ("another key", no, stranger.sign(&stranger.header(), &good)?),
        ("another key under the known name", no, stranger.sign(&key.header(), &good)?),
        ("the public key as secret", no, key.sign_with_public_key_as_secret(&header("HS256"), &good)?),
        ("no algorithm", no, key.sign(&header("none"), &good)?),
        ("no kid", StatusCode::BAD_REQUEST, key.sign(&json!({ "alg": "RS256" }), &good)?),
        ("not signed", StatusCode::BAD_REQUEST, good.to_string()),
        ("not JSON", StatusCode::BAD_REQUEST, "<html>maintenance</html>".to_owned()),
        ("nothing", StatusCode::BAD_REQUEST, String::new()),
    ];
    refused(&canvas, cases).await?;
    assert_eq!(canvas.post(vec![b'x'; 300_000]).await?.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(canvas.post(vec![0xff, 0xfe]).await?.0, StatusCode::BAD_REQUEST);
    Ok(())
}

#[tokio::test]
async fn an_event_of_another_school_or_another_time_changes_nothing() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    let good = completed(SATO, &canvas.moment(-60.0).await?, 6);
    let with = |pointer: &str, value: Value| {
        let mut event = good.clone();
        *event.pointer_mut(pointer).expect("the event has it") = value;
        canvas.key.sign(&canvas.key.header(), &event)
    };
    let own = |event: Value| canvas.key.sign(&canvas.key.header(), &event);
    let mut ended = good.clone();
    ended["exp"] = json!(1_700_000_000);
    let (old, ahead) = (canvas.moment(-691_200.0).await?, canvas.moment(86_400.0).await?);
    let (no, odd) = (StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST);
    let cases = vec![
        ("another school", no, with("/metadata/root_account_uuid", json!("another"))?),
        ("no school", no, with("/metadata/root_account_uuid", json!(null))?),
        ("not of Canvas", odd, with("/metadata/producer", json!("quizzes"))?),
        ("too old", no, with("/metadata/event_time", json!(old))?),
        ("of tomorrow", no, with("/metadata/event_time", json!(ahead))?),
        ("no time", odd, with("/metadata/event_time", json!("soon"))?),
        ("an ended token", no, own(ended)?),
        ("no event", odd, own(json!({ "hello": "world" }))?),
        ("no object", odd, own(json!([1, 2]))?),
        ("longer than any event", odd, with("/body/user/name", json!("x".repeat(70_000)))?),
    ];
    refused(&canvas, cases).await
}

#[tokio::test]
async fn events_of_no_use_are_answered_well_and_kept_nowhere() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    let mut elsewhere = completed(SATO, &canvas.moment(-60.0).await?, 6);
    elsewhere["body"]["course"]["id"] = json!("566");
    let (status, outcome) = canvas.tell(&elsewhere).await?;
    assert_eq!((status, outcome.as_str()), (StatusCode::OK, "nothing new of a course that is known"));
    let item = event(
        "module_item_created",
        &canvas.moment(-60.0).await?,
        &json!({ "module_item_id": "5", "context_id": "565" }),
    );
    assert_eq!(canvas.tell(&item).await?, (StatusCode::OK, "nothing that a rule asks for".to_owned()));
    assert_eq!(canvas.facts().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_rotated_key_is_fetched_and_keys_that_cannot_be_had_are_asked_for_again() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    canvas.tell(&completed(SATO, &canvas.moment(-60.0).await?, 6)).await?;
    let next = RsaKey::generate()?;
    let said = completed(SUZUKI, &canvas.moment(-50.0).await?, 6);
    let rotated = next.sign(&next.header(), &said)?;
    assert_eq!(canvas.post(rotated.clone()).await?.0, StatusCode::UNAUTHORIZED);
    canvas.site.publish("/jwks", key_set(&[&canvas.key, &next]));
    // The set was fetched a moment ago; a forged name must not make us fetch it without end.
    let accepted = async || Ok(canvas.post(rotated.clone()).await?.0 == StatusCode::OK);
    eventually(LONGEST, "the new key is known", accepted).await?;
    eventually_held_by(&canvas.scene, &[SUZUKI, SATO]).await?;
    // Somewhere else nobody answers for the keys: Canvas has to try again.
    switch(&canvas.scene, &["--root-account", ACCOUNT, "--jwks-url", "http://127.0.0.1:1/jwks"])?;
    let token = canvas.key.sign(&canvas.key.header(), &completed(SATO, &canvas.moment(-10.0).await?, 6))?;
    assert_eq!(canvas.post(token).await?.0, StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}

#[tokio::test]
async fn without_being_switched_on_no_event_is_taken() -> anyhow::Result<()> {
    let canvas = Canvas::start().await?;
    let said = completed(SATO, &canvas.moment(-60.0).await?, 6);
    let token = canvas.key.sign(&canvas.key.header(), &said)?;
    let another = canvas.scene.app.address(&format!("/lti/canvas/{}/events", uuid::Uuid::nil()));
    let other = reqwest::Client::new().post(another).body(token.clone()).send().await?;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    switch(&canvas.scene, &["--off"])?;
    assert_eq!(canvas.post(token).await?.0, StatusCode::NOT_FOUND);
    let obstacle =
        "select count(*) from lti.completion_source where obstacle ->> 'obstacle' = 'notConfigured'";
    eventually(LONGEST, "said", async || Ok(canvas.scene.database.value::<i64>(obstacle).await? == 1))
        .await?;
    Ok(())
}
