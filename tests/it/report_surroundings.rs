//! The figures with everything that surrounds awards: stays, headcounts, aims, enrolments, passes, linked identities, suspensions.
//!
//! `tests/reports/surround.py` writes lists and acts, the tool and the extension take them in, and `independent.py` computes every figure from
//! the same files. That nothing is compared which is nowhere more than nothing is checked as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use anyhow::{Context, ensure};
use badge_tests::{
    app::{AppConfig, run_with},
    database::Database,
};
use serde_json::Value;

use crate::report::{ALL_KNOWN, DATES, REPORTS, compared, imported, independent, root, used};

/// What no list does, by the functions of the extension. `$1` are the acts.
const ACTS: [&str; 6] = [
    "select count(badges.link_identities(a.recipient_id, b.recipient_id, now(), 'form 7', 'clerk'))
     from jsonb_array_elements($1 -> 'linked') p join badges.recipient a on a.user_id = p ->> 0 join badges.recipient b on b.user_id = p ->> 1",
    "select count(badges.end_identity_link(a.recipient_id, 'clerk') is null)
     from jsonb_array_elements_text($1 -> 'unlinked') p join badges.recipient a on a.user_id = p",
    "select count(badges.suspend(a.assertion_id, 'in dispute') is null)
     from jsonb_array_elements_text($1 -> 'suspended') p join badges.assertion a on a.occasion = p",
    "select count(badges.reinstate(a.assertion_id) is null)
     from jsonb_array_elements_text($1 -> 'reinstated') p join badges.assertion a on a.occasion = p",
    "select count(badges.decide_examination_pass(e.examination_pass_id, (p ->> 3)::boolean, 'head') is null)
     from jsonb_array_elements($1 -> 'decided') p join badges.recipient a on a.user_id = p ->> 0
       join badges.examination_pass e on e.recipient_id = a.recipient_id and e.passed_on = (p ->> 2)::date
       join badges.competency c on c.competency_id = e.competency_id and c.code = p ->> 1",
    "select count(badges.decide_examination_pass(badges.record_examination_pass(a.recipient_id, c.competency_id, '2023-01-01', 'clerk', null, null, $1 ->> 'badge'),
         true, 'head') is null)
     from jsonb_array_elements_text($1 -> 'by_badge') p join badges.recipient a on a.user_id = p
       join badges.competency c on c.code = 'SG'",
];

/// Moments at which people have been at a level for exactly twelve months, badges end in exactly 90 days, and badges end now.
const EDGES: [&str; 3] = ["2022-10-18T00:00:00Z", "2028-06-22T00:00:00Z", "2028-09-20T00:00:00Z"];
/// How many badges are at such an edge at each of these moments.
const AT_EDGES: &str = "select array_agg((select count(*) from badges.assertion a
      where e.at in (a.valid_from at time zone 'UTC' + interval '1 year', a.valid_until at time zone 'UTC' - interval '90 days', a.valid_until at time zone 'UTC'))
    order by e.at) from unnest($1::text[]::timestamp[]) e (at)";

/// Columns that no date of these files has more than nothing in, and why.
const NEVER: [&str; 1] = [
    // Below ten a month they are not told.
    "issuance.declined",
];

async fn surround(database: &Database, config: &AppConfig, folder: &Path) -> anyhow::Result<()> {
    let written = Command::new("python3")
        .arg(root().join("reports/surround.py"))
        .arg(root().join("../lti-tool/data/programmes"))
        .arg(folder)
        .output()?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let file = |name: &str| folder.join(name).to_str().map(str::to_owned).context("the folder is no text");
    let mut arguments = vec!["import".to_owned()];
    for list in ["people", "headcount", "targets", "enrolments", "passes"] {
        arguments.extend([format!("--{list}"), file(&format!("{list}.csv"))?]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run_with(config, &arguments)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((said.lines().count(), said.matches(", 0 rows are given back").count()), (5, 5), "{said}");

    let mut acts: Value = serde_json::from_str(&std::fs::read_to_string(file("acts.json")?)?)?;
    let badge = root().join("../pg-badges/tests/fixtures/foreign_key.json");
    let badge = std::fs::read_to_string(badge)?;
    acts.as_object_mut().context("acts are no object")?.insert("badge".to_owned(), badge.trim().into());
    for (act, name) in
        ACTS.into_iter().zip(["linked", "unlinked", "suspended", "reinstated", "decided", "by_badge"])
    {
        let done: i64 = sqlx::query_scalar(act).bind(&acts).fetch_one(&database.pool).await?;
        let wanted = acts.get(name).and_then(Value::as_array).context("no act")?.len();
        assert_eq!(usize::try_from(done)?, wanted, "{name}");
        assert!(wanted > 0, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn every_figure_is_what_is_computed_from_the_files_with_what_surrounds_them() -> anyhow::Result<()> {
    let (database, config) = imported().await?;
    let folder = tempfile::tempdir()?;
    let (uses, imported_at) = used(&database).await?;
    let before: String = database.value("select clock_timestamp()::text").await?;
    surround(&database, &config, folder.path()).await?;
    let dates = [&DATES[..], &EDGES].concat();
    let at_edges: Vec<i64> = sqlx::query_scalar(AT_EDGES).bind(&EDGES[..]).fetch_one(&database.pool).await?;
    assert!(at_edges.iter().all(|badges| *badges > 0), "{at_edges:?}");
    let expected = independent(folder.path(), &uses, &imported_at, &dates)?;
    // Which columns said more than nothing at one of the dates.
    let mut told: BTreeMap<String, bool> = BTreeMap::new();
    for date in dates.iter().copied() {
        for report in REPORTS {
            let figures = compared(&database, report, (date, ALL_KNOWN), &expected[date][report]).await?;
            let lines = figures.as_array().filter(|lines| !lines.is_empty());
            let lines = lines.with_context(|| format!("{report} as of {date} says nothing"))?;
            for (column, value) in lines.iter().filter_map(Value::as_object).flatten() {
                let says = !value.is_null() && value.as_f64() != Some(0.0) && value.as_str() != Some("");
                *told.entry(format!("{report}.{column}")).or_default() |= says;
            }
        }
    }
    // What was known before any of the surroundings was recorded is told as if nothing did surround the awards.
    let nothing = tempfile::tempdir()?;
    let expected = independent(nothing.path(), &uses, &imported_at, &dates)?;
    for date in dates {
        for report in REPORTS {
            compared(&database, report, (date, &before), &expected[date][report]).await?;
        }
    }
    let silent: BTreeSet<&str> =
        told.iter().filter(|(_, says)| !**says).map(|(column, _)| column.as_str()).collect();
    assert_eq!(silent, BTreeSet::from(NEVER));
    assert!(told.len() > 50, "{told:?}");
    Ok(())
}
