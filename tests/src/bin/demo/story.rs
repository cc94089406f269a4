//! The story that everything serves, without a person: launch, award, look, verify in SQL; then the files for other verifiers.

use std::path::Path;

use anyhow::{Context as _, ensure};
use badge_tests::documents::write_documents;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::practice_lms::launch;
use badge_tests::visitor::Visitor;

use super::cluster::Cluster;
use super::services::Addresses;

/// Walks the story; the last line that it prints is the verdict of PostgreSQL.
pub(crate) async fn walk(addresses: &Addresses, cluster: &Cluster, out: &Path) -> anyhow::Result<()> {
    award_as_instructor(addresses).await?;
    println!("The instructor awarded the badge.");
    let credential_url = share_as_learner(addresses).await?;
    println!("The learner shares it: {credential_url}");
    write_documents(&addresses.tool(), &credential_url, out).await?;
    println!("Written: {}", out.display());
    println!("{}", verify_in_sql(cluster, &credential_url)?);
    Ok(())
}

/// Launches as the instructor and presses "award" beside one learner.
async fn award_as_instructor(addresses: &Addresses) -> anyhow::Result<()> {
    let mut instructor = Visitor::new()?;
    let course = launch(&mut instructor, &addresses.lms(), TANAKA, LITERACY_BADGE).await?;
    let award = course.form("/awards")?;
    let form = badge_tests::page::Form { fields: vec![("only".to_owned(), SUZUKI.to_owned())], ..award };
    let after = instructor.submit(&course, &form).await?;
    ensure!(after.status.is_success(), "the award was answered {}: {}", after.status, after.text());
    Ok(())
}

/// Launches as the learner, shares the badge and follows its link to the public page.
async fn share_as_learner(addresses: &Addresses) -> anyhow::Result<String> {
    let mut learner = Visitor::new()?.reading("ja");
    let mine = launch(&mut learner, &addresses.lms(), SUZUKI, LITERACY_BADGE).await?;
    let start = format!("{}/credentials/", addresses.tool());
    // The demo keeps its data: told again, the badge is shared already.
    let shared = match mine.form("/share") {
        Err(_) if mine.form("/unshare").is_ok() => mine,
        share => learner.submit(&mine, &share.context("no badge on the learner's page")?).await?,
    };
    let url = shared.links().into_iter().find(|link| link.starts_with(&start));
    let url = url.with_context(|| format!("no link on the page of the shared badge: {}", shared.text()))?;
    let public = Visitor::new()?.get(&url).await?;
    ensure!(public.status.is_success(), "the public page was answered {}: {}", public.status, public.text());
    Ok(url)
}

/// What PostgreSQL says of an altered copy, which has to be refused, and of the stored credential.
fn verify_in_sql(cluster: &Cluster, credential_url: &str) -> anyhow::Result<String> {
    let verdict = |credential: &str| {
        cluster.select(&format!(
            "select format('badges.verify: outcome=%s credential_id=%s issuer_id=%s valid_from=%s', \
             v.outcome, v.credential_id, v.issuer_id, v.valid_from) \
             from badges.assertion a, badges.verify({credential}) v where a.credential_id = '{credential_url}'"
        ))
    };
    let altered = verdict("replace(a.credential, 'Practice Academy', 'Another Academy')")?;
    ensure!(
        altered.contains("outcome=proof_invalid "),
        "an altered credential was judged otherwise: {altered}"
    );
    println!("An altered copy: {altered}");
    let stored = verdict("a.credential")?;
    ensure!(stored.contains("outcome=valid "), "the stored credential was judged otherwise: {stored}");
    Ok(stored)
}
