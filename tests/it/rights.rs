//! Whether Moodle lets the token do what readings need: looked at when it is kept, every day, and when a reading was refused.

use std::time::Duration;

use badge_tests::eventually::eventually;
use badge_tests::platform::sample::SATO;
use badge_tests::scene::Scene;

use crate::completion::{eventually_held_by, save};
use crate::rest::{STATUS, keep, meets, moodle, recorded};

const LONGEST: Duration = Duration::from_secs(30);
const GOOD: &str = "select checked_at is not null and refusals = '{}' from lti.moodle_token";
const TOMORROW: &str = "select check_at - checked_at = '1 day' from lti.moodle_token";
const REFUSED: &str = "select checked_at > now() - interval '1 minute'
    and refusals = '{\"core_completion_get_course_completion_status\": \"accessexception\"}' from lti.moodle_token";
const INVALID: &str = "select checked_at is not null and refusals ->> 'core_completion_get_course_completion_status' = 'invalidtoken' from lti.moodle_token";

async fn becomes(scene: &Scene, state: &'static str) -> anyhow::Result<()> {
    let seen = eventually(LONGEST, state, async || scene.database.value(state).await).await;
    seen.map_err(|error| error.context(scene.app.log()))
}

#[tokio::test]
async fn rights_are_looked_at_when_a_token_is_kept_every_day_and_when_moodle_refuses() -> anyhow::Result<()> {
    let (scene, mut instructor, page) = moodle().await?;
    save(&mut instructor, &page, &[("way", "moodle")]).await?;
    becomes(&scene, GOOD).await?;
    assert!(scene.database.value::<bool>(TOMORROW).await?);
    eventually_held_by(&scene, &[SATO]).await?;
    let rule = page.url.join("rule")?;
    let said = instructor.get(rule.as_str()).await?;
    assert!(said.text().contains("必要な機能の呼び出しは、Moodleで許可されています"), "{}", said.text());

    // The function is taken out of the service. A day later it is seen, whatever is read meanwhile.
    let refused = recorded("refused-accessexception");
    scene.platform.answer_web_service("0123abc", STATUS, "0", &refused);
    scene.database.execute("update lti.moodle_token set check_at = now()").await?;
    becomes(&scene, REFUSED).await?;
    assert!(scene.database.value::<bool>(TOMORROW).await?);
    let said = instructor.get(rule.as_str()).await?;
    assert!(said.body.contains("data-rights=\"refused\""), "{}", said.text());
    assert!(
        said.text().contains(&format!("{STATUS}の呼び出しがMoodleで許可されていません")),
        "{}",
        said.text()
    );

    // Not a day has passed, but a reading is refused.
    scene
        .database
        .execute("update lti.moodle_token set checked_at = now() - interval '20 minutes', refusals = '{}'")
        .await?;
    scene.platform.answer_web_service("0123abc", STATUS, SATO, &refused);
    meets(&scene, "moodle", "notAllowed", "a refusal").await?;
    becomes(&scene, REFUSED).await?;

    // Another token is looked at as soon as it is kept, and sources need not wait for their time.
    scene.database.execute("update lti.completion_source set poll_at = 'infinity', failures = 9").await?;
    keep(&scene, "moodle-token", "--token-file", "wrong77", &[])?;
    becomes(&scene, INVALID).await?;
    let awake = "select failures = 0 and poll_at < 'infinity' from lti.completion_source";
    assert!(scene.database.value::<bool>(awake).await?);
    let said = instructor.get(rule.as_str()).await?;
    assert!(said.text().contains("このトークンはMoodleで使えなくなっています"), "{}", said.text());
    scene.platform.answer_web_service("0123abc", STATUS, "0", &recorded("course-incomplete"));
    keep(&scene, "moodle-token", "--token-file", "0123abc", &[])?;
    becomes(&scene, GOOD).await
}
