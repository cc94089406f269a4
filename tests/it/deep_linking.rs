//! Deep Linking over HTTP: the instructor chooses, and the platform gets a signed answer that it would take.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::Forge;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::messages::launch;

const ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
/// Where the platform takes answers.
const RETURN: &str = "http://localhost/mod/lti/contentitem_return.php";

fn request(settings: Value) -> impl FnOnce(Forge) -> Forge {
    let mut settings = settings;
    if let Some(members) = settings.as_object_mut() {
        members.insert("deep_link_return_url".to_owned(), json!(RETURN));
        members.insert("data".to_owned(), json!("opaque"));
    }
    move |forge| {
        let forge = forge.without_lti("resource_link").lti("message_type", "LtiDeepLinkingRequest");
        forge.claim("https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings", settings)
    }
}

fn everything() -> Value {
    json!({ "accept_types": ["ltiResourceLink"], "accept_presentation_document_targets": ["iframe"],
            "accept_multiple": true, "accept_lineitem": true })
}

/// The claims of the answer in the form with this id, as the platform checks them with our published key.
async fn claims(scene: &Scene, page: &Page) -> anyhow::Result<Value> {
    let form = page.form("contentitem_return.php")?;
    let token = form.field("JWT").context("no answer in the form")?.to_owned();
    let keys: JwkSet = reqwest::get(scene.app.address("/.well-known/jwks.json")).await?.json().await?;
    let header = jsonwebtoken::decode_header(&token)?;
    let key = keys.find(header.kid.as_deref().unwrap_or_default()).context("the key is not published")?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[scene.platform.issuer()]);
    validation.set_issuer(&["badge-tool"]);
    Ok(jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(key)?, &validation)?.claims)
}

fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn an_instructor_places_several_links_at_once_with_their_words_and_a_column() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = launch(&scene, TANAKA, request(everything())).await?;
    assert!(page.url.path().ends_with("/place"), "{}: {}", page.url, page.text());
    let chosen = fields(&[
        ("item", "badge"),
        ("item", "mine"),
        ("column", "on"),
        ("title", "修了バッジ"),
        ("text", "説明"),
    ]);
    let placing = instructor.post(page.url.as_str(), &chosen, None).await?;
    assert_eq!(placing.status, StatusCode::OK, "{}", placing.text());
    let policy = placing.header("Content-Security-Policy").unwrap_or_default();
    assert!(policy.contains("form-action 'self' http://localhost"), "{policy}");
    let claims = claims(&scene, &placing).await?;
    assert_eq!(claims["https://purl.imsglobal.org/spec/lti/claim/message_type"], "LtiDeepLinkingResponse");
    assert_eq!(claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"], "opaque");
    assert!(claims["nonce"].as_str().is_some_and(|nonce| nonce.len() >= 32));
    let [badge, mine] = claims[ITEMS].as_array().context("no items")?.as_slice() else {
        anyhow::bail!("{}", claims[ITEMS])
    };
    assert_eq!((&badge["title"], &badge["text"]), (&json!("修了バッジ"), &json!("説明")));
    assert_eq!(badge["lineItem"]["scoreMaximum"], 100);
    let review = &badge["lineItem"]["submissionReview"];
    assert_eq!(review["reviewableStatus"], json!(["InProgress", "Completed"]));
    assert_eq!(
        review["url"],
        scene.app.address("/lti/launch"),
        "where a Moodle sends the review of one learner"
    );
    assert_eq!(badge["url"], scene.app.address("/lti/launch"));
    let icon = badge["icon"]["url"].as_str().context("no icon")?;
    assert_eq!(instructor.get(icon).await?.status, StatusCode::OK);
    assert_eq!((&mine["custom"]["page"], mine.get("lineItem")), (&json!("mine"), None));
    // An empty `custom` would crash Moodle.
    assert!(badge["custom"].as_object().is_some_and(|custom| !custom.is_empty()));
    Ok(())
}

#[tokio::test]
async fn a_platform_gets_no_more_than_it_takes() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let one =
        json!({ "accept_types": ["ltiResourceLink"], "accept_multiple": false, "accept_lineitem": false });
    let (mut instructor, page) = launch(&scene, TANAKA, request(one)).await?;
    assert!(page.body.contains("type=\"radio\"") && !page.body.contains("name=\"column\""), "{}", page.body);
    let chosen = fields(&[("item", "badge"), ("item", "mine"), ("column", "on")]);
    let placing = instructor.post(page.url.as_str(), &chosen, None).await?;
    let claims = claims(&scene, &placing).await?;
    let items = claims[ITEMS].as_array().context("no items")?;
    assert_eq!((items.len(), items[0].get("lineItem")), (1, None));

    let files = json!({ "accept_types": ["file"] });
    let (mut instructor, page) = launch(&scene, TANAKA, request(files)).await?;
    assert!(page.form("/place").is_err(), "{}", page.text());
    let answer = instructor.post(page.url.as_str(), &fields(&[("item", "badge")]), None).await?;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    Ok(())
}

#[tokio::test]
async fn nothing_chosen_is_told_and_cancelling_answers_with_nothing() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = launch(&scene, TANAKA, request(everything())).await?;
    let claims = claims(&scene, &page).await?;
    assert_eq!(claims[ITEMS], json!([]), "the form that cancels places something");
    let again = instructor.post(page.url.as_str(), &fields(&[("title", "x")]), None).await?;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("id=\"complaint\""), "{}", again.text());
    Ok(())
}

#[tokio::test]
async fn a_link_to_one_s_own_badges_opens_them_for_learners_and_instructors() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    for person_id in [TANAKA, SUZUKI] {
        let (_, page) =
            launch(&scene, person_id, |forge| forge.lti("custom", json!({ "page": "mine" }))).await?;
        assert!(page.status.is_success() && page.url.path().ends_with("/mine"), "{person_id}: {}", page.url);
    }
    Ok(())
}

#[tokio::test]
async fn only_an_instructor_who_was_asked_places_anything() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, page) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let place = page.url.join("place")?;
    let answer = instructor.post(place.as_str(), &fields(&[("item", "badge")]), None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    let (mut learner, page) = launch(&scene, SUZUKI, request(everything())).await?;
    assert!(page.url.path().ends_with("/mine"), "{}", page.url);
    let answer = learner.post(page.url.join("place")?.as_str(), &fields(&[("item", "badge")]), None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    Ok(())
}
