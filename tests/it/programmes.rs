//! The seven programmes of the data set, walked by a learner and read by a manager in both languages; who may see who holds what.

use anyhow::Context as _;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use sqlx::Row as _;

use crate::import::{import_sample, imported};
use crate::report::signed_in;
use crate::wording::achievements;

/// The programmes as the database has them: id, code, English and Japanese name, number of steps, both names of the first.
async fn programmes(scene: &Scene) -> anyhow::Result<Vec<(String, String, [String; 2], i64, [String; 2])>> {
    let known = achievements()?;
    let rows = sqlx::query(
        "select p.programme_id::text, p.code, p.name ->> 'en' as en, p.name ->> 'ja' as ja, count(*) as steps, max(w.name) filter (where w.is_next) as first
         from badges.programme p cross join lateral badges.walk_programme(p.programme_id, '{}') w group by p.programme_id order by p.code",
    )
    .fetch_all(&scene.database.pool)
    .await?;
    rows.iter()
        .map(|row| {
            let first: String = row.try_get("first")?;
            let first = known.iter().find(|one| one.joined() == first).context("an unknown first step")?;
            Ok((
                row.try_get("programme_id")?,
                row.try_get("code")?,
                [row.try_get("en")?, row.try_get("ja")?],
                row.try_get("steps")?,
                first.name.clone(),
            ))
        })
        .collect()
}

pub(crate) fn has(page: &Page, words: &[&str]) {
    assert_eq!(page.status, StatusCode::OK, "{}: {}", page.url, page.text());
    for word in words {
        assert!(page.text().contains(word), "`{word}` is not on {}: {}", page.url, page.text());
    }
}

#[tokio::test]
async fn a_learner_walks_each_programme_in_both_languages() -> anyhow::Result<()> {
    let scene = imported().await?;
    let programmes = programmes(&scene).await?;
    let codes: Vec<&str> = programmes.iter().map(|one| one.1.as_str()).collect();
    assert_eq!(codes, ["DA", "DX", "EX", "HC", "IP", "RI", "RP"]);
    // Ada reads English, Hanako Japanese.
    for (language, person) in [(0, LOVELACE), (1, SATO)] {
        let (mut learner, mine) = scene.launch(person, LITERACY_BADGE).await?;
        let list = learner.get(mine.url.join("programmes")?.as_str()).await?;
        let words = [["Other programmes", "External talent"], ["その他のプログラム", "外部人材"]];
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.text().contains(words[language][0]), "{}", list.text());
        for (id, code, names, steps, first) in &programmes {
            assert!(list.text().contains(&names[language]), "{code}: {}", list.text());
            let page = learner.get(mine.url.join(&format!("programmes/{id}"))?.as_str()).await?;
            let count = [format!("0 of {steps} badges"), format!("バッジ{steps}個のうち0個を取得")];
            let next = [format!("Next: {}", first[0]), format!("次のステップ： {}", first[1])];
            let from = [["From 1 ", " 20"], ["年", "月1日から"]];
            has(&page, &[&names[language], &count[language], &next[language]]);
            has(&page, &from[language]);
            assert_eq!(page.body.matches("aria-current=\"step\"").count(), 1, "{code}");
            assert!(!page.body.contains("id=\"standing\""), "{code} compares nobody");
            let badges: Vec<String> =
                page.links().into_iter().filter(|link| link.contains("/achievements/")).collect();
            assert!(i64::try_from(badges.len())? > *steps, "{code}: {badges:?}");
            for badge in badges {
                assert_eq!(learner.get(&badge).await?.status, StatusCode::OK, "{badge}");
            }
            let open = Visitor::new()?
                .reading(["en", "ja"][language])
                .get(&scene.app.address(&format!("/programmes/{id}")))
                .await?;
            has(&open, &[&names[language], &first[language]]);
            assert!(!open.body.contains("aria-current=\"step\""), "{code}: nobody walks the public page");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_linked_identity_brings_its_badges_to_the_path_until_consent_is_taken_back() -> anyhow::Result<()> {
    let scene = imported().await?;
    // Somebody of the list with a badge, and the programme of that badge.
    let row = sqlx::query(
        "select a.recipient_id::text, r.user_id, m.programme_id::text from badges.assertion a join badges.recipient r using (recipient_id)
           join badges.programme_achievement m on m.series_id = a.series_id and m.ended_at is null
         where not exists (select from badges.revocation v where v.assertion_id = a.assertion_id) order by a.credential_id limit 1",
    )
    .fetch_one(&scene.database.pool)
    .await?;
    let (recipient, number, programme): (String, String, String) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let earned: i64 = sqlx::query_scalar(
        "select count(*) from badges.walk_programme($1::uuid, array[$2::uuid]) where is_earned",
    )
    .bind(&programme)
    .bind(&recipient)
    .fetch_one(&scene.database.pool)
    .await?;
    assert!(earned > 0);
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    let walk = mine.url.join(&format!("programmes/{programme}"))?;
    has(&learner.get(walk.as_str()).await?, &["0 of "]);

    // The code goes through an administrator, because a number in a list cannot launch.
    let (mut administrator, _) = signed_in(&scene, "administrator").await?;
    let found =
        administrator.get(&scene.app.address(&format!("/people/populations?search={number}"))).await?;
    has(&found, &[&number]);
    let person = administrator.get(&scene.app.address(&format!("/people/populations/{recipient}"))).await?;
    let made = administrator.submit(&person, &person.form("/code")?).await?;
    let (_, code) = made.body.split_once("<code id=\"code\">").context("no code")?;
    let code = code.split('<').next().context("no code")?.to_owned();

    let identities = learner.get(mine.url.join("identities")?.as_str()).await?;
    has(&identities, &["is not linked with another one"]);
    let form = identities.form("/identities")?.with("code", &code);
    let without = learner.post(identities.url.as_str(), &[("code".to_owned(), code.clone())], None).await?;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text().contains("Without your consent nothing is linked."), "{}", without.text());
    let linked = learner.submit(&identities, &form.with("consent", "1")).await?;
    has(&linked, &["The identities are linked.", &number, "Linked with consent on"]);
    has(&learner.get(walk.as_str()).await?, &[&format!("{earned} of ")]);
    has(&learner.get(mine.url.as_str()).await?, &["What comes next"]);
    let consent: String = scene
        .database
        .value("select string_agg(distinct evidence || ' / ' || linked_by, '; ') from badges.person_link")
        .await?;
    assert_eq!(consent, "one-time code of: administrator / the person");
    // Once.
    let again = linked.form("/identities")?.with("code", &code).with("consent", "1");
    let again = learner.submit(&linked, &again).await?;
    assert!(again.text().contains("The code is unknown, was used"), "{}", again.text());

    let ended = learner.submit(&linked, &linked.form("/identities/end")?).await?;
    has(&ended, &["Your consent is taken back.", "is not linked with another one"]);
    has(&learner.get(walk.as_str()).await?, &["0 of "]);
    let kept = "select count(*) from badges.person_link where ended_at is not null";
    assert!(scene.database.value::<i64>(kept).await? > 0, "that there was consent is kept");
    Ok(())
}

#[tokio::test]
async fn a_manager_sees_progress_by_stage_and_an_owner_sets_the_period() -> anyhow::Result<()> {
    let scene = imported().await?;
    let programmes = programmes(&scene).await?;
    let (reader, _) = signed_in(&scene, "report-reader").await?;
    for (language, word) in [("en", "Progress by stage"), ("ja", "段階別の進捗")] {
        let mut reader = reader.clone().reading(language);
        let list = reader.get(&scene.app.address("/reports/programmes")).await?;
        for (id, code, names, ..) in &programmes {
            let path = format!("/reports/programmes/{id}");
            assert!(list.links().contains(&path), "{code}");
            let page = reader.get(&scene.app.address(&path)).await?;
            has(&page, &[word, &names[usize::from(language == "ja")]]);
            assert!(!page.body.contains("id=\"change\""), "{code}: a reader changes nothing");
        }
    }
    let (id, ..) = programmes.iter().find(|one| one.1 == "RI").context("no RI")?;
    let address = scene.app.address(&format!("/reports/programmes/{id}"));
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let page = owner.get(&address).await?;
    let form = page.form(&format!("/reports/programmes/{id}"))?;
    assert_eq!(form.field("starts_on"), Some("2021-10-01"));
    let form = form.with("ends_on", "2027-03-31").with("standing", "1");
    let changed = owner.submit(&page, &form).await?;
    has(&changed, &["The programme was changed.", "1 October 2021 to 31 March 2027", "among ten or more"]);
    let back = owner.post(&address, &form.with("ends_on", "2020-01-01").fields, None).await?;
    assert_eq!(back.status, StatusCode::BAD_REQUEST);
    // A second import keeps what the owner set.
    import_sample(&scene)?;
    let kept = "select ends_on::text || ' ' || has_standing from badges.programme where code = 'RI'";
    assert_eq!(scene.database.value::<String>(kept).await?, "2027-03-31 true");
    let mut reader = reader;
    let own = reader.get(&address).await?;
    let token = own.form("/admin/leave")?.field("form_token").context("no token")?.to_owned();
    let refused = reader.post(&address, &[("form_token".to_owned(), token)], None).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn who_may_see_whom_is_a_rule_that_the_database_enforces() -> anyhow::Result<()> {
    let scene = imported().await?;
    let (mut administrator, _) = signed_in(&scene, "administrator").await?;
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    let (model, holders) = (scene.app.address("/reports/model"), scene.app.address("/reports/model/holders"));
    has(&owner.get(&model).await?, &["Nobody sees on these pages who holds a badge"]);
    has(&owner.get(&holders).await?, &["You may see nobody here"]);

    let page = administrator.get(&model).await?;
    has(&page, &["Level 1: Start", "National examination: Information Technology Passport Examination"]);
    let form = page.form("/reports/model/visibility")?;
    let form = form.with("viewer", "programme-owner").with("level", "3").with("population", "employee");
    let sentence =
        "Programme owners see by name who holds badges of level 3 and higher, if they belong to: Employees.";
    has(&administrator.submit(&page, &form).await?, &[sentence]);
    let seen = owner.get(&holders).await?;
    has(&seen, &[sentence]);
    let expected: i64 = scene
        .database
        .value("select count(*) from badges.list_visible_holders((select did from badges.issuer), 'programme-owner')")
        .await?;
    assert!(expected > 0);
    assert_eq!(i64::try_from(seen.body.matches("<tr><td>").count())?, expected.min(25), "{}", seen.text());
    has(&reader.get(&holders).await?, &["You may see nobody here"]);
    // An owner may not make rules.
    let token = seen.form("/admin/leave")?.field("form_token").context("no token")?.to_owned();
    let fields = form.with("form_token", &token).fields;
    let refused = owner.post(&scene.app.address("/reports/model/visibility"), &fields, None).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // The person concerned reads the same sentence.
    let (mut learner, mine) = scene.launch(LOVELACE, LITERACY_BADGE).await?;
    has(&learner.get(mine.url.join("privacy")?.as_str()).await?, &[sentence]);
    // Taken back, it is gone; the trail has all of it.
    let page = administrator.get(&model).await?;
    let ended = administrator.submit(&page, &page.form("/end")?).await?;
    has(&ended, &["Nobody sees on these pages who holds a badge"]);
    has(&owner.get(&holders).await?, &["You may see nobody here"]);
    let trail = "select string_agg(action, ' ' order by event_id) from lti.admin_event where action like 'visibility%' or action = 'holders-seen' and subject <> '0 of 0 rows'";
    assert_eq!(
        scene.database.value::<String>(trail).await?,
        "visibility-given holders-seen visibility-ended"
    );
    Ok(())
}

/// Sixty people with the same badge of level 3, who belong to the company, and a rule that lets those who read reports see them.
const MANY_HOLDERS: &str = "
    alter table badges.assertion disable trigger all;
    insert into badges.recipient (issuer_id, platform, user_id, display_name)
      select issuer_id, 'hr', 'hr-' || n, '佐藤 ' || lpad(n::text, 2, '0') || ' <b>' || repeat('長', 80) from badges.issuer, generate_series(1, 60) n;
    insert into badges.membership (issuer_id, recipient_id, population, valid_from, source, recorded_by)
      select issuer_id, recipient_id, 'employee', '2024-01-01', 'hr.csv', 'test' from badges.recipient where platform = 'hr';
    insert into badges.assertion (issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, credential_id, credential)
      select r.issuer_id, k.issuer_key_id, f.series_id, f.series_id, r.recipient_id, '2024-01-01Z', 'urn:h:' || r.user_id, '{}'
      from badges.recipient r, (select * from badges.issuer_key limit 1) k,
        (select series_id from badges.achievement_fact where level = 3 order by series_id limit 1) f where r.platform = 'hr';
    alter table badges.assertion enable trigger all;
    select badges.show_holders(did, 1, 'report-reader', 'test') from badges.issuer";

#[tokio::test]
async fn a_long_list_of_holders_is_paged_searched_and_filtered() -> anyhow::Result<()> {
    let scene = imported().await?;
    scene.database.execute(MANY_HOLDERS).await?;
    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    let mut page = reader
        .get(&scene.app.address("/reports/model/holders?search=hr-&level=3&population=employee"))
        .await?;
    has(&page, &["60 badges that people hold", "Page 1 of 3"]);
    let mut rows = Vec::new();
    loop {
        assert!(page.body.len() <= 50 * 1024, "{}: {} bytes", page.url, page.body.len());
        rows.push(page.body.matches("<tr><td>").count());
        assert!(!page.body.contains("<b>") && page.body.contains("value=\"hr-\""), "{}", page.url);
        let next = page.links().into_iter().find(|link| link.contains(&format!("page={}", rows.len() + 1)));
        let Some(next) = next else { break };
        assert!(
            next.contains("search=hr-") && next.contains("level=3") && next.contains("population=employee"),
            "{next}"
        );
        page = reader.get(page.resolve(&next)?.as_str()).await?;
    }
    assert_eq!(rows, [25, 25, 10]);
    // Who is not in it is not found; a page beyond the last is the last; a name is found whatever its case.
    for (query, words) in [
        ("search=hr-&population=external", "Nobody is found"),
        ("search=hr-&level=2", "Nobody is found"),
        ("search=HR-60", "One badge that somebody holds"),
        ("search=hr-&page=99", "Page 3 of 3"),
    ] {
        has(&reader.get(&scene.app.address(&format!("/reports/model/holders?{query}"))).await?, &[words]);
    }
    let trail = "select subject from lti.admin_event where action = 'holders-seen' order by event_id limit 1";
    assert_eq!(scene.database.value::<String>(trail).await?, "25 of 60 rows");
    Ok(())
}
