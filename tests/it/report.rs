//! Figures: the same as an independent computation over the files of an import, the same again later, and for whom they are.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use badge_tests::app::{AppConfig, run_with};
use badge_tests::database::Database;
use badge_tests::page::Page;
use badge_tests::platform::sample::{LITERACY_BADGE, LOVELACE, SATO, SUZUKI, TANAKA};
use badge_tests::scene::Scene;
use badge_tests::visitor::Visitor;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::import::import;

pub(crate) const REPORTS: [&str; 11] = [
    "overall",
    "participation",
    "hours",
    "coverage",
    "examinations",
    "certification_health",
    "progression",
    "movement",
    "issuance",
    "usage",
    "receipts",
];
/// Days within the data set, the day on which it ends, and one on which much of it has lapsed.
pub(crate) const DATES: [&str; 4] =
    ["2022-09-30T23:59:59Z", "2024-02-29T23:59:59Z", "2025-10-31T23:59:59Z", "2029-03-31T23:59:59Z"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A database with the whole data set, imported by the tool.
pub(crate) async fn imported() -> anyhow::Result<(Database, AppConfig)> {
    let database = Database::create().await?;
    let config =
        AppConfig::new(&database.tool_url()).with("server.public_url", "\"https://badges.example.org\"");
    let folder = root().join("../lti-tool/data/programmes");
    import(&config, &folder)?;
    Ok((database, config))
}

/// Use after issuance, which the files do not know: of every achievement in seven months, small numbers and large ones, of one use all but
/// one, as if every badge had been stored when it was issued; receipts for the awards of all the years, some of them taken back soon and some later.
const USES: &str = "
    update badges.achievement set created_at = '2021-01-01Z';
    alter table badges.assertion disable trigger all;
    update badges.assertion set stored_at = valid_from;
    alter table badges.assertion enable trigger all;
    insert into badges.usage_daily (series_id, event, day, uses)
      select a.achievement_id, e.event, m.day::date, case when e.event = 'wallet' then case a.place when 1 then 3 else 9 + a.place end
        else 1 + (a.place * 7 + extract(month from m.day)::int) % 23 end
      from (select achievement_id, row_number() over (order by uri collate \"C\") as place from badges.achievement) a,
        unnest(array['wallet', 'downloaded', 'share_pressed']) e (event),
        generate_series('2022-05-31'::timestamp, '2022-11-30', '1 month') m (day);
    insert into badges.use_receipt (issuer_id, assertion_id, purpose, used_on, given_at, revoked_at)
      select a.issuer_id, a.assertion_id, (array['application', 'internal_posting', 'assignment', 'qualification'])[1 + (place % 10 > 3)::int + (place % 10 > 6)::int + (place % 10 > 8)::int],
        (a.valid_from + interval '10 days')::date, a.valid_from + interval '10 days',
        a.valid_from + case when place % 9 = 0 then interval '12 days' when place % 9 = 1 then interval '60 days' end
      from (select *, row_number() over (order by credential_id collate \"C\") as place from badges.assertion) a";

/// The same for the other program.
const USES_AS_FILE: &str = "
    select json_build_object(
      'usage', (select json_agg(json_build_object('achievement', regexp_replace(a.uri, '.*/', ''), 'event', u.event, 'day', u.day || 'T00:00:00Z', 'uses', u.uses))
        from badges.usage_daily u join badges.achievement a on a.achievement_id = u.series_id),
      'receipts', (select json_agg(json_build_object('person', p.user_id, 'purpose', u.purpose,
          'given', to_char(u.given_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), 'revoked', to_char(u.revoked_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')))
        from badges.use_receipt u join badges.assertion a using (assertion_id) join badges.recipient p on p.recipient_id = a.recipient_id))::text";

/// Uses the badges; what of that the other program has to know, and when they were imported.
pub(crate) async fn used(database: &Database) -> anyhow::Result<(String, String)> {
    let imported_at: String =
        database.value("select min(credential::jsonb #>> '{proof,0,created}') from badges.assertion").await?;
    database.execute(USES).await?;
    Ok((database.value(USES_AS_FILE).await?, imported_at))
}

/// Everything that is known.
pub(crate) const ALL_KNOWN: &str = "infinity";

/// A report as of a date and as known at a time, which has to have the rows that the other program computed.
pub(crate) async fn compared(
    database: &Database,
    report: &str,
    (date, known_at): (&str, &str),
    wanted: &Value,
) -> anyhow::Result<Value> {
    let query = "select badges.reported_figures(did, $1, $2::text::timestamptz, $3::text::timestamptz) from badges.issuer";
    let figures = sqlx::query_scalar(query).bind(report).bind(date).bind(known_at);
    let figures: Value = figures.fetch_one(&database.pool).await?;
    let (is, wanted) = (rows(&figures)?, rows(wanted)?);
    let wrong: Vec<&String> = is.symmetric_difference(&wanted).take(6).collect();
    ensure!(wrong.is_empty(), "{report} as of {date}, known {known_at}: {wrong:#?}");
    Ok(figures)
}

/// What the other program computes from the same files, and from what surrounds them.
pub(crate) fn independent(
    surroundings: &Path,
    uses: &str,
    imported_at: &str,
    dates: &[&str],
) -> anyhow::Result<Value> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), uses)?;
    let output = Command::new("python3")
        .arg(root().join("reports/independent.py"))
        .arg(root().join("../lti-tool/data/programmes"))
        .arg(surroundings)
        .arg(file.path())
        .arg(imported_at)
        .args(dates)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Rows in an order of their own, each as text; numbers as numbers, so that 0.5 is 0.5000.
fn rows(value: &Value) -> anyhow::Result<BTreeSet<String>> {
    let plain = |row: &Value| -> Value {
        let fields = row.as_object().into_iter().flatten();
        fields
            .map(|(name, value)| {
                let value = value.as_f64().map_or_else(|| value.clone(), |number| json!(number));
                match (name.as_str(), value.as_str()) {
                    ("achievement_uri", Some(uri)) => {
                        ("achievement".to_owned(), json!(uri.rsplit('/').next()))
                    }
                    _ => (name.clone(), value),
                }
            })
            .collect::<std::collections::BTreeMap<String, Value>>()
            .into_iter()
            .collect()
    };
    let all = value.as_array().context("no rows")?;
    let distinct: BTreeSet<String> = all.iter().map(|row| plain(row).to_string()).collect();
    ensure!(distinct.len() == all.len(), "a row stands twice");
    Ok(distinct)
}

#[tokio::test]
async fn every_figure_is_what_an_independent_program_computes_from_the_files() -> anyhow::Result<()> {
    let (database, config) = imported().await?;
    let (uses, imported_at) = used(&database).await?;
    let expected = independent(tempfile::tempdir()?.path(), &uses, &imported_at, &DATES)?;
    for date in DATES {
        for report in REPORTS {
            let figures = compared(&database, report, (date, ALL_KNOWN), &expected[date][report]).await?;
            let is_told = figures.as_array().is_some_and(|rows| !rows.is_empty());
            assert!(is_told || report == "movement", "{report} as of {date} says nothing");
        }
    }
    let alignments = "select count(*) from badges.alignment where ended_at is null";
    assert_eq!(database.value::<i64>(alignments).await?, 163);

    // A second import changes none of it, and lists add what the files do not have.
    let before = database.row_counts().await?;
    let folder = root().join("../lti-tool/data/programmes");
    import(&config, &folder)?;
    assert_eq!(database.row_counts().await?, before, "a second import changes nothing");
    lists_are_imported(&database, &config).await
}

/// A file in this folder, and where it is.
fn written(folder: &Path, name: &str, text: &str) -> anyhow::Result<String> {
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path.to_str().context("the folder is no text")?.to_owned())
}

async fn lists_are_imported(database: &Database, config: &AppConfig) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, text: &str| written(folder.path(), name, text);
    let people = file(
        "people.csv",
        "user,population,legal_entity,from,until\nR-000032,employee,Head,2026-04-01,\nR-999999,employee,Head,2026-04-01,\n",
    )?;
    let headcount = file(
        "headcount.csv",
        "population,programme,counted_on,people\nemployee,,2026-03-31,1000\nexternal,,2026-03-31,x\nemployee,RX,2026-03-31,40\nemployee,RI,2026-03-31,40\n",
    )?;
    let output = run_with(config, &["import", "--people", &people, "--headcount", &headcount])?;
    let said = String::from_utf8(output.stdout)?;
    assert_eq!(
        said,
        "1 memberships are recorded, 1 rows are given back\n\
         line 3: nobody of that id is registered: R-999999,employee,Head,2026-04-01,\n\
         2 headcounts are recorded, 2 rows are given back\n\
         line 3: the number of people is no whole number: external,,2026-03-31,x\n\
         line 4: no programme of that code is defined: employee,RX,2026-03-31,40\n"
    );
    let share = "select share::float8 from badges.report_participation()
        where programme_code is null and population = 'employee' and legal_entity = ''";
    let people = "select people::float8 from badges.report_participation()
        where programme_code is null and population = 'employee' and legal_entity = ''";
    let (share, people) = (database.value::<f64>(share).await?, database.value::<f64>(people).await?);
    assert!((share - people / 1000.0).abs() < 1e-9, "{share} {people}");

    let case = json!({
        "CFDocument": {"identifier": "d", "uri": "https://case.example/d", "title": "Digital skills", "version": "2.0", "language": "en"},
        "CFItems": [{"identifier": "i", "uri": "https://case.example/i", "fullStatement": "Reads a chart", "humanCodingScheme": "1"}]
    });
    let case = file("case.json", &case.to_string())?;
    let table = file("table.csv", "code,name_en,name_ja,level\nIP,IT Passport,ITパスポート試験,1\n")?;
    let framework = [
        "--framework",
        &table,
        "--framework-uri",
        "https://table.example",
        "--framework-name",
        "Examinations",
    ];
    let output = run_with(config, &[&["import", "--case", &case][..], &framework[..]].concat())?;
    assert_eq!(
        String::from_utf8(output.stdout)?,
        "1 competencies of https://case.example/d are defined\n1 competencies of https://table.example are defined\n"
    );
    let defined = "select string_agg(f.uri || ' ' || c.code || ' ' || c.name::text, '; ' order by f.uri) from badges.competency c
        join badges.framework f using (framework_id) where f.uri in ('https://case.example/d', 'https://table.example')";
    assert_eq!(
        database.value::<String>(defined).await?,
        "https://case.example/d 1 {\"en\": \"Reads a chart\"}; https://table.example IP {\"en\": \"IT Passport\", \"ja\": \"ITパスポート試験\"}"
    );
    aims_are_imported(database, config, folder.path()).await
}

async fn aims_are_imported(database: &Database, config: &AppConfig, folder: &Path) -> anyhow::Result<()> {
    let file = |name: &str, text: &str| written(folder, name, text);
    let targets = file(
        "targets.csv",
        "framework,code,level,due_on,people\nhttps://table.example,IP,1,2027-03-31,120\nhttps://table.example,FE,1,2027-03-31,120\nhttps://table.example,IP,1,soon,120\n",
    )?;
    let enrolments = file(
        "enrolments.csv",
        "user,programme,enrolled_on\nR-000032,RI,2026-04-01\nR-000032,XX,2026-04-01\nR-999999,RI,2026-04-01\n",
    )?;
    let import = ["import", "--targets", &targets, "--enrolments", &enrolments];
    let output = run_with(config, &import)?;
    assert_eq!(
        String::from_utf8(output.stdout)?,
        "1 targets are set, 2 rows are given back\n\
         line 3: no competency of that code is in a framework of that address and version: https://table.example,FE,1,2027-03-31,120\n\
         line 4: a date is not written as 2026-04-01: https://table.example,IP,1,soon,120\n\
         1 people are enrolled, 2 rows are given back\n\
         line 3: no programme of that code is defined: R-000032,XX,2026-04-01\n\
         line 4: nobody of that id is registered: R-999999,RI,2026-04-01\n"
    );
    let aimed = "select concat_ws(' ', level, holders, target, target_on) from badges.report_coverage() where framework_uri = 'https://table.example'";
    assert_eq!(database.value::<String>(aimed).await?, "1 0 120 2027-03-31");
    let enrolled = "select string_agg(concat_ws(' ', programme_code, population, enrolled), ', ') from badges.report_participation()
        where enrolled > 0 and programme_code is not null and legal_entity = 'Head'";
    assert_eq!(database.value::<String>(enrolled).await?, "RI employee 1");
    let again = String::from_utf8(run_with(config, &import)?.stdout)?;
    assert!(
        again.contains("0 people are enrolled, 3 rows are given back\nline 2: the person is enrolled in that programme already: R-000032,RI"),
        "{again}"
    );
    Ok(())
}

/// Somebody with a role who has used a one-time link, and the first page.
pub(crate) async fn signed_in(scene: &Scene, role: &str) -> anyhow::Result<(Visitor, Page)> {
    let output = scene.app.run(&["admin", "link", "--name", role, "--role", role])?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout)?;
    let mut visitor = Visitor::new()?;
    let page = visitor.get(&scene.app.address(url::Url::parse(printed.trim())?.path())).await?;
    let form = page.forms().into_iter().next().context("the link shows no button")?;
    let first = visitor.submit(&page, &form).await?;
    Ok((visitor, first))
}

#[tokio::test]
async fn the_overview_of_a_large_catalogue_is_light() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let folder = root().join("../lti-tool/data/programmes");
    import(&scene.config(), &folder)?;
    let (mut reader, _) = signed_in(&scene, "report-reader").await?;
    let page = reader.get(&scene.app.address("/reports?as_of=2025-10-31&later=1")).await?;
    assert!(page.body.matches("<rect width").count() > 40, "{}", page.text());
    assert!(page.body.len() <= 50 * 1024, "{} bytes", page.body.len());
    Ok(())
}

#[tokio::test]
async fn a_reader_reads_and_takes_figures_and_nothing_else() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut reader, first) = signed_in(&scene, "report-reader").await?;
    assert_eq!((first.status, first.url.path()), (StatusCode::OK, "/reports"), "{}", first.text());
    assert_eq!(first.body.matches("<section class=\"card\" aria-labelledby").count(), REPORTS.len());

    for path in
        ["/reports/hours", "/reports/hours?as_of=2026-03-31", "/reports/usage?as_of=2026-03-31&later=1"]
    {
        assert_eq!(reader.get(&scene.app.address(path)).await?.status, StatusCode::OK, "{path}");
    }
    for path in ["/reports/people", "/reports/hours.xlsx"] {
        assert_eq!(reader.get(&scene.app.address(path)).await?.status, StatusCode::NOT_FOUND, "{path}");
    }
    let bad = reader.get(&scene.app.address("/reports?as_of=yesterday")).await?;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let csv = reader.get(&scene.app.address("/reports/hours.csv")).await?;
    assert!(
        csv.body.starts_with(
            "\u{feff}programme_code,population,legal_entity,achievements,hours,as_of,known_at,programme_name_en,programme_name_ja,population_name_en,population_name_ja\r\n"
        ),
        "{}",
        csv.body
    );
    let json: Value =
        serde_json::from_str(&reader.get(&scene.app.address("/reports/hours.json")).await?.body)?;
    assert_eq!(
        (&json["report"], &json["definitions"][0]["title"]),
        (&json!("hours"), &json!("Nominal learning hours"))
    );

    // Not the administration, and no filing.
    for path in ["/admin/trail", "/admin/errors"] {
        let page = reader.get(&scene.app.address(path)).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.text().contains("your role does not allow this"), "{}", page.text());
    }
    let filed = reader.get(&scene.app.address("/reports/filed")).await?;
    let leave = filed.form("/admin/leave")?;
    let token = leave.field("form_token").context("no token")?.to_owned();
    let fields = [("form_token".to_owned(), token), ("as_of".to_owned(), "2026-03-31".to_owned())];
    let refused = reader.post(&scene.app.address("/reports/filed"), &fields, None).await?;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut stranger = Visitor::new()?;
    assert_eq!(
        stranger.get(&scene.app.address("/reports/hours.csv")).await?.status,
        StatusCode::UNAUTHORIZED
    );
    let door = stranger.get(&scene.app.address("/reports")).await?;
    assert!(door.text().contains("lti-tool admin link"), "{}", door.text());
    let trail = "select string_agg(actor || ' ' || action, ', ' order by event_id) from lti.admin_event where action like 'figures%'";
    assert_eq!(
        scene.database.value::<String>(trail).await?,
        "report-reader figures-downloaded, report-reader figures-downloaded"
    );
    Ok(())
}

/// How many filed figures are the same today, differ, and are defined otherwise since.
fn marks(page: &Page) -> [usize; 3] {
    ["chip good", "chip bad", "Defined otherwise since"].map(|mark| page.body.matches(mark).count())
}

/// Figures are not told from what was filed by its looks alone; what an earlier definition computed is not said to differ.
async fn altered_figures_are_told(scene: &Scene, owner: &mut Visitor, filed: &Page) -> anyhow::Result<()> {
    scene.database.execute("alter table badges.filed_report disable trigger user").await?;
    scene.database.execute("update badges.filed_report set figures = '[]' where report = 'issuance'").await?;
    let altered = owner.get(filed.url.as_str()).await?;
    assert_eq!(marks(&altered), [REPORTS.len() - 1, 1, 0], "{}", altered.text());
    scene.database.execute("update badges.filed_report set edition = 0 where report = 'issuance'").await?;
    let redefined = owner.get(filed.url.as_str()).await?;
    assert_eq!(marks(&redefined), [REPORTS.len() - 1, 0, 1], "{}", redefined.text());
    Ok(())
}

#[tokio::test]
async fn an_owner_files_figures_that_are_the_same_later() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[SUZUKI, SATO]).await?;
    let (mut owner, _) = signed_in(&scene, "programme-owner").await?;
    let page = owner.get(&scene.app.address("/reports/filed")).await?;
    let form = page.form("/reports/filed")?;
    let filed = owner.submit(&page, &form).await?;
    assert_eq!(marks(&filed), [REPORTS.len(), 0, 0], "{}", filed.text());
    assert!(filed.url.path().starts_with("/reports/filed/"), "{}", filed.url);
    // What happens afterwards changes what is so now, and not what was filed.
    let issuance = scene.app.address("/reports/issuance.csv");
    let before = owner.get(&issuance).await?.body;
    scene
        .database
        .execute(
            "select badges.revoke(min(assertion_id::text)::uuid, 'awarded by mistake') from badges.assertion",
        )
        .await?;
    scene
        .database
        .execute("select badges.erase_recipient(max(recipient_id::text)::uuid) from badges.recipient")
        .await?;
    let (mut instructor, course) = scene.launch(TANAKA, LITERACY_BADGE).await?;
    scene.award(&mut instructor, &course, &[LOVELACE]).await?;
    assert_ne!(owner.get(&issuance).await?.body, before);
    let again = owner.get(filed.url.as_str()).await?;
    assert_eq!(marks(&again), [REPORTS.len(), 0, 0], "{}", again.text());
    altered_figures_are_told(&scene, &mut owner, &filed).await?;
    let list = owner.get(&scene.app.address("/reports/filed")).await?;
    assert!(list.links().contains(&filed.url.path().to_owned()), "{}", list.text());
    for path in ["/reports/pack", "/reports/disclosure-en.pdf", "/reports/disclosure-ja.pdf"] {
        let moment = filed.url.path().rsplit('/').next().unwrap_or_default();
        for query in [String::new(), "?as_of=2026-03-31".to_owned(), format!("?filed={moment}")] {
            let file = owner.get(&scene.app.address(&format!("{path}{query}"))).await?;
            assert_eq!(file.status, StatusCode::OK, "{path}{query}: {}", file.text());
            let is_right = if path == "/reports/pack" { "PK" } else { "%PDF-1.7" };
            assert!(file.body.starts_with(is_right), "{path}{query}");
        }
    }
    for path in ["/reports/filed/1", "/reports/pack?filed=1", "/reports/disclosure-fr.pdf"] {
        assert_eq!(owner.get(&scene.app.address(path)).await?.status, StatusCode::NOT_FOUND, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn one_command_writes_the_disclosure_pack() -> anyhow::Result<()> {
    let scene = Scene::start().await?;
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("pack");
    let out_text = out.to_str().context("the folder is no text")?;
    let output = scene.app.run(&["report", "disclosure", "--year", "2026", "--out", out_text])?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(said.contains("no rows as of ") && said.contains("counts with --with-later"), "{said}");
    let mut names: Vec<String> = std::fs::read_dir(&out)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<_>>()?;
    names.sort();
    assert_eq!(names.len(), 17, "{names:?}");
    assert!(names.contains(&"disclosure-ja.pdf".to_owned()), "{names:?}");
    let columns = std::fs::read_to_string(out.join("columns.csv"))?;
    assert!(columns.contains("\r\nhours,population,Population,人材区分\r\n"), "{columns}");
    let definitions = std::fs::read_to_string(out.join("definitions-ja.csv"))?;
    assert!(definitions.contains("標準学習時間") && definitions.lines().count() == 12, "{definitions}");
    let figures: Value = serde_json::from_str(&std::fs::read_to_string(out.join("figures.json"))?)?;
    let definitions = &figures["reports"][2]["definitions"];
    assert_eq!(
        (&definitions[0]["title"], &definitions[1]["title"]),
        (&json!("Nominal learning hours"), &json!("標準学習時間"))
    );
    let bad = scene.app.run(&["report", "disclosure", "--as-of", "soon", "--out", out_text])?;
    assert!(String::from_utf8_lossy(&bad.stderr).contains("--as-of must be a day such as 2027-03-31"));
    Ok(())
}

#[tokio::test]
async fn a_pack_without_its_documents_says_so_and_fails() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (empty, no_fonts) = (folder.path().join("empty"), folder.path().join("fonts.conf"));
    std::fs::create_dir(&empty)?;
    std::fs::write(&no_fonts, format!("<fontconfig><dir>{}</dir></fontconfig>", empty.display()))?;
    let scene = Scene::start().await?;
    let out = folder.path().join("pack");
    let out_text = out.to_str().context("the folder is no text")?;
    let arguments = ["report", "disclosure", "--year", "2026", "--out", out_text];
    let output = scene.app.run_where(("FONTCONFIG_FILE", &no_fonts), &arguments)?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(!output.status.success() && complaint.contains("fonts-noto-cjk"), "{complaint}");
    ensure!(out.join("figures.json").is_file() && !out.join("disclosure-ja.pdf").exists());
    Ok(())
}
