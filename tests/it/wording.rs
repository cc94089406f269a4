//! Texts that there are in both languages, shown to each reader in theirs; texts that there are in one only, as they are. What is signed
//! keeps both.

use std::path::Path;

use anyhow::{Context as _, ensure};
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::Value;

use crate::import::imported;
use crate::report::signed_in;

/// The languages of the pages, in the order of every pair here.
const LANGUAGES: [&str; 2] = ["en", "ja"];

/// An achievement of the data set.
pub(crate) struct Known {
    pub(crate) code: String,
    pub(crate) name: [String; 2],
    description: [String; 2],
    criteria: [String; 2],
}

impl Known {
    /// The name as Open Badges has it: in one string.
    pub(crate) fn joined(&self) -> String {
        self.name.join(" / ")
    }
}

/// What the files say, read without the tool.
pub(crate) fn achievements() -> anyhow::Result<Vec<Known>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lti-tool/data/programmes/programmes.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let text = |value: &Value, at: &str| Some(value.pointer(at)?.as_str()?.to_owned());
    let both = |value: &Value, at: &str| {
        LANGUAGES.map(|tag| text(value, &format!("{at}/{tag}")).unwrap_or_default())
    };
    let list = file.pointer("/achievements").and_then(Value::as_array).context("no achievements")?;
    let known = |one: &Value| {
        Some(Known {
            code: text(one, "/code")?,
            name: both(one, "/name"),
            description: both(one, "/description"),
            criteria: both(one, "/criteria/narrative"),
        })
    };
    list.iter().map(|one| known(one).context("an achievement without a code")).collect()
}

/// The page names some achievement in the reader's language and none in the other.
fn is_in_one_language(page: &Page, known: &[Known], language: usize) {
    assert_eq!(page.status, StatusCode::OK, "{}: {}", page.url, page.text());
    let text = page.text();
    let in_order = |Known { name: [en, ja], .. }: &Known| {
        if language == 0 { (en.clone(), ja.clone()) } else { (ja.clone(), en.clone()) }
    };
    let (own, others): (Vec<String>, Vec<String>) = known.iter().map(in_order).unzip();
    assert!(own.iter().any(|name| text.contains(name)), "{}: no badge on {text}", page.url);
    for other in others {
        assert!(!text.contains(&other), "`{other}` is on {}: {text}", page.url);
    }
}

#[tokio::test]
async fn imported_names_are_in_the_reader_s_language_on_every_page() -> anyhow::Result<()> {
    let scene = imported().await?;
    let known = achievements()?;
    let issuer: String = scene.database.value("select '/issuers/' || issuer_id from badges.issuer").await?;
    let programme: String =
        scene.database.value("select programme_id::text from badges.programme where code = 'RI'").await?;
    let (credential, code): (String, String) = sqlx::query_as(
        "select s.credential_id, a.body ->> 'humanCode' from badges.assertion s join badges.achievement a using (achievement_id)
         where not exists (select from badges.revocation r where r.assertion_id = s.assertion_id) order by 1 limit 1",
    )
    .fetch_one(&scene.database.pool)
    .await?;
    let awarded = known.iter().find(|one| one.code == code).context("an award of no achievement")?;
    let (owner, _) = signed_in(&scene, "administrator").await?;
    for (language, person) in [(0, LOVELACE), (1, SATO)] {
        let mut visitor = Visitor::new()?.reading(LANGUAGES[language]);
        for path in [issuer.clone(), format!("/programmes/{programme}")] {
            is_in_one_language(&visitor.get(&scene.app.address(&path)).await?, &known, language);
        }
        let (mut learner, mine) = scene.launch(person, LITERACY_BADGE).await?;
        let walk = mine.url.join(&format!("programmes/{programme}"))?;
        is_in_one_language(&learner.get(walk.as_str()).await?, &known, language);
        let mut owner = owner.clone().reading(LANGUAGES[language]);
        for path in ["/reports/issuance", "/reports/programmes", "/reports/model"] {
            is_in_one_language(&owner.get(&scene.app.address(path)).await?, &known, language);
        }
        let hours = owner.get(&scene.app.address("/reports/hours")).await?.text();
        let name = ["Reskilling Initiative", "リスキリング・イニシアティブ"];
        assert!(hours.contains(&format!("{} · ", name[language])), "a chart of names: {hours}");
        let page = visitor.get(&credential).await?;
        is_in_one_language(&page, &known, language);
        for both in [&awarded.description, &awarded.criteria] {
            assert!(page.text().contains(&both[language]), "`{}`: {}", both[language], page.text());
            assert!(!page.text().contains(&both[1 - language]), "`{}`", both[1 - language]);
        }
        let picture = format!("og:title\" content=\"{}", awarded.name[language]);
        assert!(page.body.contains(&picture), "{picture}: {}", page.body);
    }
    // Nothing that is signed was changed for it.
    let signed = Visitor::new()?.get_as(&credential, "application/json").await?.json()?;
    assert_eq!(signed["credentialSubject"]["achievement"]["name"], awarded.joined());
    Ok(())
}

#[tokio::test]
async fn a_text_that_there_is_in_one_language_says_which() -> anyhow::Result<()> {
    let scene = imported().await?;
    // Stands for an item of a Japanese standard and for a skill of an English list.
    let address = scene.app.address("/achievements/RI-01");
    let page = Visitor::new()?.reading("en").get(&address).await?;
    assert!(page.body.contains("<bdi lang=\"ja\">変化への適応</bdi>"), "{}", page.body);
    assert!(page.body.contains("<bdi>demonstrate willingness to learn</bdi>"), "{}", page.body);
    let page = Visitor::new()?.reading("ja").get(&address).await?;
    assert!(page.body.contains("<bdi>変化への適応</bdi>"), "{}", page.body);
    assert!(page.body.contains("<bdi lang=\"en\">demonstrate willingness to learn</bdi>"), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn a_course_s_badge_is_shown_as_it_was_when_it_was_signed_in_the_reader_s_language()
-> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    // What stands between names stands in each of them too.
    let write = |[en, ja]: [&str; 2]| {
        // A field that is not sent stays as it was.
        let texts = [
            ("name_en", en),
            ("name_ja", ja),
            ("description_en", "Basics"),
            ("description_ja", ""),
            ("criteria_en", ""),
            ("criteria_ja", "修了する。"),
        ];
        texts.map(|(name, text)| (name.to_owned(), text.to_owned()))
    };
    let badge = course.url.join("badge")?;
    instructor.post(badge.as_str(), &write(["Input / output", "入力 / 出力"]), None).await?;
    scene.award(&mut instructor, &course, &[LOVELACE]).await?;
    let (_, shared) = scene.share(LOVELACE, LITERACY_BADGE).await?;
    ensure!(shared.status == StatusCode::OK, "{}", shared.text());
    let credential: String = scene.database.value("select credential_id from badges.assertion").await?;
    instructor.post(badge.as_str(), &write(["Another name", "別の名前"]), None).await?;
    let signed = Visitor::new()?.get_as(&credential, "application/json").await?;
    let verify = scene.app.address("/verify");
    for (language, own, other) in [("en", "Input / output", "入力"), ("ja", "入力 / 出力", "Input")] {
        let page = Visitor::new()?.reading(language).get(&credential).await?;
        assert!(page.body.contains(&format!("<h1><bdi>{own}</bdi></h1>")), "{}", page.body);
        assert!(!page.text().contains(other), "{}", page.text());
        let alone = [("Basics", "en"), ("修了する。", "ja")].map(|(text, tag)| {
            let tag = if tag == language { String::new() } else { format!(" lang=\"{tag}\"") };
            format!("<bdi{tag}>{text}</bdi>")
        });
        assert!(alone.iter().all(|text| page.body.contains(text)), "{alone:?}: {}", page.body);
        let mut employer = Visitor::new()?.reading(language);
        let verified = employer.upload(&verify, signed.body.as_bytes(), "").await?;
        assert!(verified.body.contains(&format!("<h2><bdi>{own}</bdi></h2>")), "{}", verified.body);
    }
    Ok(())
}
