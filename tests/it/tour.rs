//! The pictures of README: taken by `make tour`, looked at by everybody who reads it, and small.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::screen::{Screen, webp};

/// So many pixels wide a page of README shows a picture at most.
const WIDTH: u32 = 1000;
const MOST_BYTES: usize = 60 * 1024;
/// Each picture with the language of its page.
const PICTURES: [(&str, &str); 4] =
    [("awards", "en"), ("badge", "ja"), ("learner", "ja"), ("credential", "en")];

fn path(name: &str, language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../lti-tool/tour/{name}-{language}.webp"))
}

async fn take(browser: &Browser, address: &str, name: &str, language: &str) -> anyhow::Result<()> {
    browser.goto(address).await?;
    browser
        .wait_until("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
        .await?;
    // The picture of a long page begins where there is most to see.
    let scroll = "const part = document.getElementById('picture-title'); if (part) part.scrollIntoView()";
    browser.execute(scroll, Vec::new()).await?;
    let picture = webp(browser, 82).await?;
    anyhow::ensure!(picture.len() <= MOST_BYTES, "{name} has {} bytes", picture.len());
    std::fs::create_dir_all(path(name, language).parent().context("no folder")?)?;
    Ok(std::fs::write(path(name, language), picture)?)
}

/// Everybody reads this language.
fn everybody_reads(scene: &Scene, language: &str) {
    scene.platform.change_world(|world| {
        for person in &mut world.people {
            language.clone_into(&mut person.locale);
        }
    });
}

#[tokio::test]
#[ignore = "changes files of the repository: make tour"]
async fn tour() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let options = BrowserOptions { width: WIDTH, ..BrowserOptions::default() };
    let browser = Browser::start_with(&options).await?;
    Screen { width: WIDTH, is_dark: false }.apply(&browser).await?;

    everybody_reads(&scene, "ja");
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[SUZUKI, LOVELACE]).await?;
    take(&browser, course.url.join("badge")?.as_str(), "badge", "ja").await?;
    let (_, learner): (_, Page) = scene.launch(SUZUKI, LITERACY_BADGE).await?;
    take(&browser, learner.url.as_str(), "learner", "ja").await?;

    everybody_reads(&scene, "en");
    let (_, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    take(&browser, course.url.as_str(), "awards", "en").await?;
    for holder in [SUZUKI, LOVELACE] {
        scene.share(holder, LITERACY_BADGE).await?;
    }
    let credential = scene.credentials().await?.into_iter().next().context("nothing was awarded")?;
    take(&browser, &credential, "credential", "en").await?;
    Ok(())
}

#[test]
fn the_pictures_of_the_readme_are_there_and_small() -> anyhow::Result<()> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"))?;
    for (name, language) in PICTURES {
        let picture = std::fs::read(path(name, language))?;
        assert!(
            picture.starts_with(b"RIFF") && picture.len() <= MOST_BYTES,
            "{name}: {} bytes",
            picture.len()
        );
        assert!(
            readme.contains(&format!("lti-tool/tour/{name}-{language}.webp")),
            "README does not show {name}"
        );
    }
    Ok(())
}
