//! Every page against WCAG 2.2 AA in a real browser: in both languages, light and dark, on a wide screen and on a narrow one; and what
//! it weighs.
//!
//! The rules are axe-core's, installed from npm at the time of the test (`tests/accessibility`).

use anyhow::Context as _;
use badge_tests::browser::{Browser, BrowserOptions};
use badge_tests::npm;
use badge_tests::page::{Form, Page};
use badge_tests::platform::LaunchOrder;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA, WATANABE};
use badge_tests::scene::Scene;
use badge_tests::screen::{Screen, keep};
use badge_tests::visitor::Visitor;
use serde_json::{Value, json};

use crate::course::enrol;
use crate::messages;

const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";

/// The text of axe-core, installed once.
fn axe() -> anyhow::Result<String> {
    let directory = npm::installed("accessibility")?;
    Ok(std::fs::read_to_string(directory.join("node_modules/axe-core/axe.min.js"))?)
}

/// A scene in which what is queued waits.
async fn scene() -> anyhow::Result<Scene> {
    Scene::builder().with("completion.undo_seconds", "3600").start().await
}

/// Lets the browser read axe with every page that it opens, so that it is not sent again for each.
async fn bring_axe(browser: &Browser, axe: &str) -> anyhow::Result<()> {
    browser.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": axe })).await?;
    Ok(())
}

/// Brings what moves to its end: light that turns dark is neither.
const AT_REST: &str = "document.getAnimations().forEach((one) => \
    one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish())";

/// Everything that axe objects to on the page as it looks now, one line each.
async fn objections(browser: &Browser) -> anyhow::Result<Vec<String>> {
    let run = format!(
        "const done = arguments[0]; axe.run(document, {{runOnly: {RULES}, resultTypes: ['violations']}}).then(r => done(r.violations.map(v => \
         v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.target.join(' ')).join(', '))), e => done(['axe: ' + e]))"
    );
    let found = browser.execute_async(run, Vec::new()).await?;
    let found: Vec<Value> = found.convert()?;
    Ok(found.iter().map(|objection| objection.as_str().unwrap_or_default().to_owned()).collect())
}

/// The page on which an instructor places badges.
async fn deep_linking(scene: &Scene) -> anyhow::Result<String> {
    let order = LaunchOrder::new(TANAKA, LITERACY_BADGE);
    let (mut visitor, login) = scene.begin(&order).await?;
    let settings = json!({ "deep_link_return_url": "http://localhost/return", "accept_multiple": true });
    let forge = scene.platform.forge(&order, &login.nonce).lti("message_type", "LtiDeepLinkingRequest");
    let forge = forge.claim("https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings", settings);
    let answer = visitor.answer(&scene.platform, &login, &forge.token()?).await?;
    Ok(visitor.follow(answer).await?.url.to_string())
}

/// A rule that asks for a person.
fn approval_rule(course: &Page) -> anyhow::Result<Form> {
    Ok(Form {
        action: course.url.join("rule")?.to_string(),
        fields: vec![
            ("way".to_owned(), "text".to_owned()),
            ("text".to_owned(), r#"{"kind":"manualReview","role":"assessor"}"#.to_owned()),
        ],
        ..Form::default()
    })
}

/// What administrators see, and those who read reports.
const ADMINISTRATION: [(&str, &str); 15] = [
    ("administration", "/admin"),
    ("registration by hand", "/admin/platforms/new?kind=other"),
    ("values for Canvas", "/admin/platforms/new?kind=canvas"),
    ("sign-ins", "/admin/sign-ins"),
    ("errors", "/admin/errors"),
    ("trail", "/admin/trail"),
    ("reports", "/reports"),
    ("one report", "/reports/participation"),
    ("competency model", "/reports/model"),
    ("programmes", "/reports/programmes"),
    ("filed figures", "/reports/filed"),
    ("report of receipts", "/reports/receipts"),
    ("holders", "/reports/model/holders"),
    ("passes", "/people/examinations?search=lovelace"),
    ("populations", "/people/populations?search=lovelace"),
];

/// What a learner shares and keeps, and what needs no account.
async fn shown_to_others(scene: &Scene) -> anyhow::Result<Vec<(&'static str, String)>> {
    let (_, shared) = scene.share(LOVELACE, LITERACY_BADGE).await?;
    let (mut learner, page) = scene.share(SATO, LITERACY_BADGE).await?;
    let kept = learner.submit(&page, &page.form("/unshare")?).await?;
    let issuer: String = scene.database.value("select '/issuers/' || issuer_id from badges.issuer").await?;
    Ok(vec![
        ("shared badge", shared.url.to_string()),
        ("badge that is kept to oneself", kept.url.to_string()),
        ("verification", scene.app.address("/verify")),
        ("issuer", scene.app.address(&issuer)),
    ])
}

/// A programme that the badge is part of.
const PROGRAMME: &str = "
    select badges.add_to_programme(
      badges.define_programme(did, 'dx', '{\"en\": \"The DX path\", \"ja\": \"DXへの道\"}', '{employee,external}', '2026-04-01', '2027-03-31'),
      (select achievement_id from badges.achievement order by created_at limit 1), 1)
    from badges.issuer";

/// Pages of rarer ways in: the review of what one learner has, one's own data, the queue, a programme, a list of many.
async fn rarer(
    scene: &Scene,
    instructor: &mut Visitor,
    course: &Page,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let (_, with) = messages::launch(scene, TANAKA, messages::review_of(SATO)).await?;
    let (_, without) = messages::launch(scene, TANAKA, messages::review_of(WATANABE)).await?;
    let (_, learner) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    scene.database.execute(PROGRAMME).await?;
    let programme: String =
        scene.database.value("select '/programmes/' || programme_id from badges.programme").await?;
    // Queued, and taken up only after an hour.
    let list = [("list".to_owned(), "email\nwatanabe@lms.example\n".to_owned())];
    instructor.post(course.url.join("recipients")?.as_str(), &list, None).await?;
    enrol(scene, 1000..1024);
    instructor.get(course.url.as_str()).await?;
    let many = |query: &str| {
        Ok::<_, anyhow::Error>(course.url.join(&format!("course?reading=1{query}"))?.to_string())
    };
    Ok(vec![
        ("review of a badge", with.url.to_string()),
        ("review without badge", without.url.to_string()),
        ("privacy", learner.url.join("privacy")?.to_string()),
        ("programme", scene.app.address(&programme)),
        ("queue", course.url.join("queue")?.to_string()),
        ("course of many", many("")?),
        ("course of many filtered", many("&status=approval&page=2")?),
        ("course of nobody", many("&status=ended")?),
    ])
}

/// The page of figures that were filed; and everybody who has launched may read reports, so that their pages say so.
async fn filed(scene: &Scene) -> anyhow::Result<String> {
    scene.database.execute("select badges.file_report(did, 'issuance') from badges.issuer").await?;
    scene.database.execute("update lti.session set administers_institution = true").await?;
    scene.database.execute("update lti.registration set allows_reports = true").await?;
    let address = "select '/reports/filed/' || (extract(epoch from filed_at) * 1000000)::bigint from badges.filed_report limit 1";
    scene.database.value(address).await
}

/// Programmes as a learner walks them and as others read them, examinations, identities, receipts.
async fn paths(scene: &Scene) -> anyhow::Result<Vec<(&'static str, String)>> {
    for statement in [crate::catalogue::PROGRAMME, crate::examination::EXAMINATION] {
        sqlx::query(statement).execute(&scene.database.pool).await?;
    }
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let receipts =
        mine.links().into_iter().find(|link| link.ends_with("/receipts")).context("no receipts")?;
    let receipts = learner.get(mine.resolve(&receipts)?.as_str()).await?;
    learner
        .submit(
            &receipts,
            &receipts.form("/receipts")?.with("purpose", "internal_posting").with("receiver", "Personnel"),
        )
        .await?;
    sqlx::query(
        "select badges.record_examination_pass(r.recipient_id, c.competency_id, '2026-10-01', 'clerk', null, null, $1)
         from badges.recipient r, badges.competency c where r.user_id = '5' and c.code = 'IP'",
    )
    .bind(crate::examination::FOREIGN)
    .execute(&scene.database.pool)
    .await?;
    let value = async |query: &'static str| scene.database.value::<String>(query).await;
    let programme = value("select programme_id::text from badges.programme").await?;
    let recipient = value("select recipient_id::text from badges.recipient where user_id = '5'").await?;
    let receipt = value("select use_receipt_id::text from badges.use_receipt").await?;
    Ok(vec![
        ("programmes of a learner", mine.url.join("programmes")?.to_string()),
        ("path", mine.url.join(&format!("programmes/{programme}"))?.to_string()),
        ("own passes", mine.url.join("examinations")?.to_string()),
        ("identities", mine.url.join("identities")?.to_string()),
        ("receipts", receipts.url.to_string()),
        ("receipt", scene.app.address(&format!("/receipts/{receipt}"))),
        ("progress of a programme", scene.app.address(&format!("/reports/programmes/{programme}"))),
        ("recording a pass", scene.app.address(&format!("/people/examinations/new?person={recipient}"))),
        ("where somebody belongs", scene.app.address(&format!("/people/populations/{recipient}"))),
    ])
}

/// Every kind of page that people meet, by name and address.
struct Pages(Vec<(&'static str, String)>);

impl Pages {
    /// Pages of a story in which everybody reads this language.
    async fn of(scene: &Scene, language: &str) -> anyhow::Result<Self> {
        scene.platform.change_world(|world| {
            for person in &mut world.people {
                language.clone_into(&mut person.locale);
            }
        });
        let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
        let awarded = scene.award(&mut instructor, &course, &[SUZUKI, SATO, LOVELACE]).await?;
        let form = awarded.form("/revoke")?.with("reason", "by mistake");
        // The first on the list.
        instructor.submit(&awarded, &form).await?;
        let rule = approval_rule(&course)?;
        instructor.submit(&course, &rule).await?;
        let mut pages = vec![
            ("course", course.url.to_string()),
            ("course after awarding", awarded.url.to_string()),
            ("rule", course.url.join("rule")?.to_string()),
            ("list of recipients", course.url.join("recipients")?.to_string()),
            ("list of facts", course.url.join("facts")?.to_string()),
            ("badge editor", course.url.join("badge")?.to_string()),
            ("competencies", course.url.join("badge/competencies?search=a")?.to_string()),
            ("front door", scene.app.address("/")),
            ("error", scene.app.address("/nowhere")),
            ("practice LMS", scene.platform.issuer().to_owned()),
        ];
        let learners = [
            ("learner with badge", SATO),
            ("learner without badge", WATANABE),
            ("learner with revoked badge", SUZUKI),
        ];
        for (name, person_id) in learners {
            let (_, page): (_, Page) = scene.launch(person_id, LITERACY_BADGE).await?;
            pages.push((name, page.url.to_string()));
        }
        pages.extend(paths(scene).await?);
        pages.extend(shown_to_others(scene).await?);
        pages.extend(rarer(scene, &mut instructor, &course).await?);
        pages.push(("placing badges", deep_linking(scene).await?));
        let names = ["credential", "another credential", "third credential"];
        pages.extend(names.into_iter().zip(scene.credentials().await?));
        let achievement: String =
            scene.database.value("select credential::jsonb #>> '{credentialSubject,achievement,id}' from badges.assertion limit 1").await?;
        pages.push(("achievement", achievement));
        let platform: String = scene
            .database
            .value("select '/admin/platforms/' || registration_id from lti.registration")
            .await?;
        let filing = filed(scene).await?;
        let administration =
            ADMINISTRATION.iter().copied().chain([("platform", platform.as_str()), ("one filing", &filing)]);
        pages.extend(administration.map(|(name, path)| (name, scene.app.address(path))));
        Ok(Self(pages))
    }
}

/// Uses a one-time link, so that the administrator's pages can be seen.
pub(crate) async fn sign_in(scene: &Scene, browser: &Browser) -> anyhow::Result<()> {
    let output = scene.app.run(&["admin", "link"])?;
    let link = url::Url::parse(String::from_utf8_lossy(&output.stdout).trim())?;
    browser.goto(scene.app.address(link.path())).await?;
    browser.click("#enter").await?;
    browser.wait_for("#platforms").await?;
    Ok(())
}

/// Those of which pictures are kept.
const PICTURED: [Screen; 2] = [Screen::WIDE, Screen::NARROW.dark()];

/// Everything that axe objects to on any page of a language. A page is opened once and looked at on each screen.
async fn objections_in(language: &str, axe: &str) -> anyhow::Result<Vec<String>> {
    let scene = scene().await?;
    let pages = Pages::of(&scene, language).await?;
    let options = BrowserOptions { language: language.to_owned(), ..BrowserOptions::default() };
    let browser = Browser::start_with(&options).await?;
    sign_in(&scene, &browser).await?;
    bring_axe(&browser, axe).await?;
    let mut found = Vec::new();
    for (name, address) in &pages.0 {
        browser.goto(address.as_str()).await?;
        for screen in Screen::ALL {
            screen.apply(&browser).await?;
            browser.execute(AT_REST, Vec::new()).await?;
            if PICTURED.contains(&screen) {
                let picture = format!("page-{}-{language}-{}", name.replace(' ', "-"), screen.name());
                keep(&browser, &picture).await?;
            }
            let objections = objections(&browser).await?;
            let line = |objection| format!("{name} ({language}, {screen:?}): {objection}");
            found.extend(objections.into_iter().map(line));
        }
    }
    Ok(found)
}

#[tokio::test]
async fn no_page_has_an_objection_in_either_language() -> anyhow::Result<()> {
    let axe = axe()?;
    // A browser for each language: they are processes of their own, and one test of these is as long as many others.
    let (english, japanese) = tokio::try_join!(objections_in("en", &axe), objections_in("ja", &axe))?;
    let found = [english, japanese].concat();
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Bytes of the page, requests before it can be read and worked with (itself, style, scripts, even those that may come later), and whether
/// something on it moves although the person prefers that nothing does.
const WEIGHT: &str = "
    const page = performance.getEntriesByType('navigation')[0];
    const needed = performance.getEntriesByType('resource').filter((one) =>
        one.renderBlockingStatus === 'blocking' || ['link', 'script', 'css'].includes(one.initiatorType)).length;
    const moves = [...document.querySelectorAll('*')].filter((one) => {
        const style = getComputedStyle(one);
        return style.animationName !== 'none' || style.transitionDuration.split(', ').some((long) => parseFloat(long) > 0);
    }).length;
    return [page.decodedBodySize, 1 + needed, moves]";

#[tokio::test]
async fn every_page_is_light_and_still() -> anyhow::Result<()> {
    let scene = scene().await?;
    let pages = Pages::of(&scene, "ja").await?;
    let browser = Browser::start().await?;
    sign_in(&scene, &browser).await?;
    Screen::WIDE.dark().apply(&browser).await?;
    let mut heavy = Vec::new();
    for (name, address) in pages.0.iter().filter(|(name, _)| *name != "practice LMS") {
        browser.goto(address.as_str()).await?;
        let [bytes, requests, moves]: [u32; 3] = browser.execute(WEIGHT, Vec::new()).await?.convert()?;
        assert!(bytes > 500, "{name}: {bytes} bytes are no page");
        if bytes > 50 * 1024 || requests > 3 || moves > 0 {
            heavy.push(format!("{name}: {bytes} bytes, {requests} requests, {moves} moving"));
        }
    }
    assert!(heavy.is_empty(), "{}", heavy.join("\n"));
    Ok(())
}

#[tokio::test]
async fn no_page_scrolls_sideways_at_360_pixels() -> anyhow::Result<()> {
    let scene = scene().await?;
    let pages = Pages::of(&scene, "ja").await?;
    let browser = Browser::start_with(&BrowserOptions { width: 360, ..BrowserOptions::default() }).await?;
    sign_in(&scene, &browser).await?;
    let mut wide = Vec::new();
    for (name, address) in &pages.0 {
        browser.goto(address.as_str()).await?;
        let measured = browser
            .execute("return [window.innerWidth, document.documentElement.scrollWidth]", Vec::new())
            .await?;
        let [window, content]: [u32; 2] = measured.convert()?;
        assert!(window <= 360, "the window is {window} pixels wide");
        if content > window {
            wide.push(format!("{name}: {content} pixels"));
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
    Ok(())
}
