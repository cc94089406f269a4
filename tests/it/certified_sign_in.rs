//! Every role signs in, in a real browser, at a certified OpenID provider that is not ours, over its own pages and by discovery.
//!
//! It gives no address in its `id_token`, asks for PKCE, and names people by an id that says nothing.

use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::certified_provider::CertifiedProvider;
use badge_tests::scene::Scene;

use crate::report_roles::{Lists, restarted, settings};

const LISTS: Lists<'static> = [&["boss@example.org"], &["owner@example.org"], &["reader@example.org"]];

/// A tool and a provider that know each other; tokens are signed by this algorithm.
async fn scene(algorithm: &str) -> anyhow::Result<(Scene, CertifiedProvider)> {
    let scene = Scene::start().await?;
    let provider = CertifiedProvider::start(&scene.app.url, algorithm)?;
    let scene = restarted(scene, &settings(&provider.issuer, LISTS))?;
    Ok((scene, provider))
}

/// Somebody comes to the tool and follows its link to the provider.
async fn arrives(scene: &Scene, language: &str) -> anyhow::Result<Browser> {
    let browser =
        Browser::start_with(&BrowserOptions { language: language.to_owned(), ..Default::default() }).await?;
    browser.goto(scene.app.address("/reports")).await?;
    browser.click("a[href='/admin/sign-in']").await?;
    Ok(browser)
}

/// The path where the browser is once it is back, and whether the pages of reports, of filing and of the trail let it do what they are for.
async fn reached(scene: &Scene, browser: &Browser) -> anyhow::Result<(String, [bool; 3])> {
    let back = format!("location.href.startsWith({:?}) && document.readyState === 'complete'", scene.app.url);
    browser.wait_until(&back).await?;
    let home = browser.current_url().await?.path().to_owned();
    let mut may = [false; 3];
    for (may, (path, mark)) in may.iter_mut().zip([
        ("/reports", "[data-report]"),
        ("/reports/filed", "form#file"),
        ("/admin/trail", "[data-action]"),
    ]) {
        browser.goto(scene.app.address(path)).await?;
        *may = browser
            .execute(format!("return document.querySelector({mark:?}) !== null"), Vec::new())
            .await?
            .json()
            == true;
    }
    Ok((home, may))
}

#[tokio::test]
async fn each_role_signs_in_at_a_certified_provider() -> anyhow::Result<()> {
    let cases = [
        ("reader@example.org", "RS256", "/reports", [true, false, false]),
        ("Owner@example.org", "ES256", "/reports", [true, true, false]),
        ("boss@example.org", "EdDSA", "/admin", [true, true, true]),
    ];
    for (address, algorithm, home, may) in cases {
        let (scene, provider) = scene(algorithm).await?;
        let browser = arrives(&scene, "en").await?;
        provider.sign_in(&browser, address).await?;
        provider.agree(&browser).await?;
        assert_eq!(
            reached(&scene, &browser).await?,
            (home.to_owned(), may),
            "{address}: {}",
            scene.app.log()
        );
        let actor = "select actor from lti.admin_event where action = 'signed-in'";
        assert_eq!(scene.database.value::<String>(actor).await?, address);

        // Out of the tool, and in again: the provider remembers the person and asks nothing.
        browser.goto(scene.app.address(home)).await?;
        browser.click("form[action='/admin/leave'] button").await?;
        browser.click("a[href='/admin/sign-in']").await?;
        assert_eq!(
            reached(&scene, &browser).await?,
            (home.to_owned(), may),
            "{address}: {}",
            scene.app.log()
        );
    }
    Ok(())
}

#[tokio::test]
async fn whoever_is_on_no_list_or_gives_up_stays_outside() -> anyhow::Result<()> {
    let (scene, provider) = scene("RS256").await?;
    for (address, language, words) in [
        ("somebody@example.org", "en", "nobody has given you access here"),
        ("unverified-boss@example.org", "en", "nobody has given you access here"),
        ("somebody@example.org", "ja", "権限が登録されていない"),
    ] {
        let browser = arrives(&scene, language).await?;
        provider.sign_in(&browser, address).await?;
        provider.agree(&browser).await?;
        browser.wait_for_words(words).await?;
        assert_eq!(reached(&scene, &browser).await?.1, [false; 3], "{address}");
    }
    let browser = arrives(&scene, "en").await?;
    browser.wait_for("input[name=login]").await?;
    browser.click("a[href*=abort]").await?;
    browser.wait_for_words("The sign-in at your organisation did not work").await?;
    assert_eq!(reached(&scene, &browser).await?.1, [false; 3]);
    assert_eq!(scene.database.value::<i64>("select count(*) from lti.admin_session").await?, 0);
    Ok(())
}
