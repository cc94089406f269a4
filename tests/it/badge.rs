//! The badge page: what an instructor chooses of a picture, sends as one, and what the badge stands for.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::Value;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Posts to a path beside the course page and follows.
async fn post(
    instructor: &mut Visitor,
    course: &Page,
    path: &str,
    pairs: &[(&str, &str)],
) -> anyhow::Result<Page> {
    let answer = instructor.post(course.url.join(path)?.as_str(), &fields(pairs), None).await?;
    instructor.follow(answer).await
}

async fn bytes(url: &str) -> anyhow::Result<(String, Vec<u8>)> {
    let answer = reqwest::get(url).await?.error_for_status()?;
    let kind = answer.headers()["Content-Type"].to_str()?.to_owned();
    Ok((kind, answer.bytes().await?.to_vec()))
}

async fn picture_of(scene: &Scene) -> anyhow::Result<String> {
    let course: String = scene.database.value("select course_id::text from lti.course").await?;
    Ok(scene.app.address(&format!("/achievements/{course}/image.png")))
}

/// Sends a file as the form does.
async fn upload(course: &Page, file: &[u8]) -> anyhow::Result<Page> {
    let head = "--edge\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
    let request = reqwest::Client::new()
        .post(course.url.join("badge/picture")?)
        .header("Content-Type", "multipart/form-data; boundary=edge")
        .body(body);
    let answer = request.send().await?;
    let (url, status, headers) = (answer.url().clone(), answer.status(), answer.headers().clone());
    Ok(Page { url, status, headers, body: answer.text().await? })
}

/// A real picture: the one that the tool paints.
async fn sample(scene: &Scene) -> anyhow::Result<Vec<u8>> {
    Ok(bytes(&picture_of(scene).await?).await?.1)
}

#[tokio::test]
async fn a_picture_is_chosen_looked_at_and_saved() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let before = sample(&scene).await?;
    let choice =
        [("shape", "shield"), ("colour", "gold"), ("icon", "book"), ("rings", "3"), ("text", "修了")];
    let preview = post(&mut instructor, &course, "badge/preview", &choice).await?;
    let address = preview
        .body
        .split("id=\"drawn\" src=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("no preview")?
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    let (kind, shown) = bytes(course.url.join(&address)?.as_str()).await?;
    assert!(kind == "image/png" && shown.starts_with(PNG) && shown != before);
    assert_eq!(sample(&scene).await?, before, "a preview saves nothing");

    let saved = post(
        &mut instructor,
        &course,
        "badge",
        &[&choice[..], &[("validity", "24"), ("alt_ja", "金色の盾")]].concat(),
    )
    .await?;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    let after = sample(&scene).await?;
    assert!(after.starts_with(PNG) && after != before);

    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let credential = scene.credentials().await?.pop().context("nothing was awarded")?;
    let credential = Visitor::new()?.get_as(&credential, "application/json").await?.json()?;
    let image = &credential["credentialSubject"]["achievement"]["image"];
    assert_eq!(image["id"], picture_of(&scene).await?);
    assert_eq!(image["caption"], "金色の盾");
    let (from, until) = (credential["validFrom"].as_str(), credential["validUntil"].as_str());
    let year = |moment: Option<&str>| moment.and_then(|text| text.get(..4)?.parse::<i32>().ok());
    assert_eq!(year(until).context("no end")? - year(from).context("no begin")?, 2);
    assert_eq!(scene.outcomes().await?, ["valid"]);
    Ok(())
}

#[tokio::test]
async fn the_words_for_the_picture_stand_wherever_it_is_shown_in_the_reader_s_language() -> anyhow::Result<()>
{
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let named = [("name_en", "Data"), ("description_en", "Basics"), ("criteria_en", "Do it.")];
    let words = [("alt_en", "A gold shield"), ("alt_ja", "金色の盾")];
    post(&mut instructor, &course, "badge", &[&named[..], &words].concat()).await?;
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let (mut learner, shared) = scene.share(SUZUKI, LITERACY_BADGE).await?;
    let mine = learner.get(shared.url.join("../mine")?.as_str()).await?;
    let has = |page: &Page, alt: &str| page.body.matches(&format!("alt=\"{alt}\"")).count();
    assert_eq!((has(&shared, "金色の盾"), has(&mine, "金色の盾")), (1, 1), "{}", mine.body);

    let credential = scene.credentials().await?.pop().context("nothing was awarded")?;
    let achievement = picture_of(&scene).await?.replace("/image.png", "");
    let stored: String = scene.database.value("select credential from badges.assertion").await?;
    for (language, alt) in [("en", "A gold shield"), ("ja", "金色の盾"), ("fr", "A gold shield")] {
        let mut reader = Visitor::new()?.reading(language);
        let verified = reader.upload(&scene.app.address("/verify"), stored.as_bytes(), "").await?;
        for page in [reader.get(&credential).await?, reader.get(&achievement).await?, verified] {
            assert_eq!(has(&page, alt), 1, "{language} {}: {}", page.url, page.body);
        }
    }
    // Without words of its own it is called by the badge's name; of another language's words use is made.
    for (words, alt) in
        [([("alt_en", ""), ("alt_ja", "盾")], "盾"), ([("alt_en", ""), ("alt_ja", "")], "Badge “Data”")]
    {
        post(&mut instructor, &course, "badge", &[&named[..], &words].concat()).await?;
        assert_eq!(has(&Visitor::new()?.reading("en").get(&achievement).await?, alt), 1, "{alt}");
    }
    Ok(())
}

#[tokio::test]
async fn a_picture_of_one_s_own_is_written_anew_and_can_be_taken_back() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let drawn = sample(&scene).await?;
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="#0a0" d="M0 0h10v10H0z"/></svg>"##;
    let taken = upload(&course, svg.as_bytes()).await?;
    assert!(taken.url.query().is_some_and(|query| query.contains("picture=1")), "{}", taken.text());
    let own = sample(&scene).await?;
    assert!(own.starts_with(PNG) && own != drawn && !own.windows(4).any(|part| part == b"<svg"));
    // PNG goes in as well, and comes out as other bytes of the same picture.
    let taken = upload(&course, &drawn).await?;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert_ne!(sample(&scene).await?, own);
    let back = post(&mut instructor, &course, "badge/picture/drop", &[]).await?;
    assert!(back.url.query().is_some_and(|query| query.contains("drawn=1")), "{}", back.url);
    assert_eq!(sample(&scene).await?, drawn);
    Ok(())
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    let drawn = sample(&scene).await?;
    let scripted: &[u8] =
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>";
    let large = vec![0_u8; 50 * 1024 * 1024];
    for (file, words) in [
        (&b"MZ this is a program"[..], "画像として読み取れないファイル"),
        (scripted, "スクリプトが含まれている"),
        (&large, "5MBを超えています"),
        (b"", "先にファイルを選択してください"),
    ] {
        let refused = upload(&course, file).await?;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", refused.text());
        assert!(refused.text().contains(words), "{words}: {}", refused.text());
    }
    assert_eq!(sample(&scene).await?, drawn);
    // A stranger, and a learner, cannot send any.
    let (_, learner) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    assert_eq!(upload(&learner, &drawn).await?.status, StatusCode::FORBIDDEN);
    Ok(())
}

/// Two competencies of a framework.
pub(crate) const FRAMEWORK: &str = r#"
    select badges.define_competency(f, code, name::jsonb, null, null, url) from badges.define_framework('https://example.org/dss', '{"ja": "デジタルスキル標準", "en": "Digital Skill Standard"}', '2.0') f,
      (values ('MS-1', '{"ja": "変化への適応", "en": "Adapting to change"}', 'https://example.org/dss/ms-1'),
              ('MS-2', '{"ja": "コラボレーション", "en": "Collaboration"}', null)) c (code, name, url)"#;
const OVERLAY: &str =
    "select coalesce(string_agg(code, ',' order by code), '') from badges.list_alignments()";

#[tokio::test]
async fn competencies_are_found_chosen_and_signed() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    scene.database.execute(FRAMEWORK).await?;
    let found = instructor
        .get(course.url.join("badge/competencies?search=%EF%BC%A1dapting%20digital")?.as_str())
        .await?;
    assert!(
        found.text().contains("変化への適応") && !found.text().contains("コラボレーション"),
        "{}",
        found.text()
    );
    let id: String =
        scene.database.value("select competency_id::text from badges.competency where code = 'MS-1'").await?;
    let other: String =
        scene.database.value("select competency_id::text from badges.competency where code = 'MS-2'").await?;
    for add in [&id, &other] {
        post(&mut instructor, &course, "badge/competencies", &[("add", add), ("search", "dss")]).await?;
    }
    assert_eq!(scene.database.value::<String>(OVERLAY).await?, "MS-1,MS-2");
    post(&mut instructor, &course, "badge/competencies", &[("remove", &other)]).await?;
    assert_eq!(scene.database.value::<String>(OVERLAY).await?, "MS-1");
    scene.award(&mut instructor, &course, &[SATO]).await?;
    let alignments: Vec<Option<Value>> = sqlx::query_scalar(
        "select credential::jsonb #> '{credentialSubject,achievement,alignment}' from badges.assertion order by stored_at",
    )
    .fetch_all(&scene.database.pool)
    .await?;
    assert_eq!(alignments[0], None, "what was signed before stays as it is");
    let new = alignments[1].as_ref().context("no alignment")?;
    let new = new.as_array().and_then(|list| list.first()).unwrap_or(new);
    assert_eq!(new["targetName"], "Adapting to change / 変化への適応");
    assert_eq!(
        (&new["targetCode"], &new["targetUrl"]),
        (&"MS-1".into(), &"https://example.org/dss/ms-1".into())
    );
    assert_eq!(scene.outcomes().await?, ["valid", "valid"]);
    let unknown = [("add", "00000000-0000-0000-0000-000000000000")];
    assert_eq!(
        post(&mut instructor, &course, "badge/competencies", &unknown).await?.status,
        StatusCode::NOT_FOUND
    );
    Ok(())
}

#[tokio::test]
async fn the_list_is_downloaded_without_formulas() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    scene.platform.change_world(|world| {
        if let Some(person) = world.people.iter_mut().find(|person| person.id == LOVELACE) {
            person.given_name = "=HYPERLINK(\"https://evil.example\")".to_owned();
        }
    });
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[SUZUKI]).await?;
    let file = instructor.get(course.url.join("awards.csv")?.as_str()).await?;
    assert!(file.header("Content-Type").unwrap_or_default().starts_with("text/csv"));
    assert!(
        file.header("Content-Disposition").unwrap_or_default().starts_with("attachment; filename=\"awards-")
    );
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 5, "{}", file.body);
    assert!(file.body.contains("\"'=HYPERLINK("), "{}", file.body);
    assert!(
        lines.iter().any(|line| line.contains("取得済み") && line.contains("/credentials/")),
        "{}",
        file.body
    );
    let one = instructor.get(course.url.join(&format!("awards.csv?search={WATANABE}"))?.as_str()).await?;
    assert_eq!(one.body.lines().count(), 2, "{}", one.body);
    Ok(())
}
