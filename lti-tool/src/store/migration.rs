//! Schema changes: forward only, each once, under a lock that replicas share.

use openbadges::time::Timestamp;
use sqlx::{Executor, PgConnection};

use super::{Store, StoreError, seconds};

/// Every migration by its number. Numbers may have gaps; one that was left out before runs when it is there.
const MIGRATIONS: &[(i32, &str)] = &[
    (1, include_str!("../../migrations/0001_tables.sql")),
    (2, include_str!("../../migrations/0002_invitations.sql")),
    (3, include_str!("../../migrations/0003_deep_linking.sql")),
    (10, include_str!("../../migrations/0010_access_tokens.sql")),
    (11, include_str!("../../migrations/0011_launch_services.sql")),
    (12, include_str!("../../migrations/0012_scores.sql")),
    (13, include_str!("../../migrations/0013_roster.sql")),
    (14, include_str!("../../migrations/0014_notices.sql")),
    (20, include_str!("../../migrations/0020_status_lists.sql")),
    (21, include_str!("../../migrations/0021_key_rotation.sql")),
    (22, include_str!("../../migrations/0022_administrators.sql")),
    (30, include_str!("../../migrations/0030_completion.sql")),
    (31, include_str!("../../migrations/0031_review.sql")),
    (40, include_str!("../../migrations/0040_token_lease.sql")),
    (41, include_str!("../../migrations/0041_deep_linking_takes.sql")),
    (50, include_str!("../../migrations/0050_validity.sql")),
    (51, include_str!("../../migrations/0051_renewal.sql")),
    (52, include_str!("../../migrations/0052_messages.sql")),
    (53, include_str!("../../migrations/0053_canvas.sql")),
    (55, include_str!("../../migrations/0055_holdings.sql")),
    (56, include_str!("../../migrations/0056_token_keys.sql")),
    (60, include_str!("../../migrations/0060_badge_details.sql")),
    (65, include_str!("../../migrations/0065_roles.sql")),
    (70, include_str!("../../migrations/0070_groups.sql")),
    (75, include_str!("../../migrations/0075_canvas_events.sql")),
    (80, include_str!("../../migrations/0080_populations.sql")),
    (81, include_str!("../../migrations/0081_identity_codes.sql")),
    (85, include_str!("../../migrations/0085_reports_from_launches.sql")),
    (90, include_str!("../../migrations/0090_wordings.sql")),
    (93, include_str!("../../migrations/0093_sign_ins.sql")),
    (97, include_str!("../../migrations/0097_award_attempt.sql")),
    (98, include_str!("../../migrations/0098_told_in_parts.sql")),
    (99, include_str!("../../migrations/0099_canvas_stranger.sql")),
    (100, include_str!("../../migrations/0100_moodle_rights.sql")),
    (103, include_str!("../../migrations/0103_decisions.sql")),
    (105, include_str!("../../migrations/0105_invitation_claims.sql")),
    (120, include_str!("../../migrations/0120_copied_links.sql")),
    (121, include_str!("../../migrations/0121_columns.sql")),
];
/// The advisory lock that replicas wait for; "lti1" in ASCII.
const LOCK: i64 = 0x6c74_6931;

impl Store {
    /// Brings the schema up to date, all of it in one transaction, and returns how many migrations ran.
    ///
    /// Installs the extension too if it is missing and the role may.
    ///
    /// # Errors
    /// [`StoreError::NoExtension`], [`StoreError::TooNew`] or what the database says.
    pub async fn migrate(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
        transaction
            .execute(
                "set local client_min_messages = warning;
                 create schema if not exists lti;
                 create table if not exists lti.migration (version integer primary key, applied_at timestamptz not null);",
            )
            .await?;
        let applied: Vec<i32> =
            sqlx::query_scalar("select version from lti.migration").fetch_all(&mut *transaction).await?;
        if let Some(unknown) = applied.iter().find(|version| !is_known(**version)) {
            return Err(StoreError::TooNew(*unknown));
        }
        // First: some migrations name what the extension makes.
        ensure_extension(&mut transaction).await?;
        let missing: Vec<_> = MIGRATIONS.iter().filter(|(version, _)| !applied.contains(version)).collect();
        for (version, sql) in &missing {
            transaction.execute(*sql).await?;
            sqlx::query("insert into lti.migration values ($1, to_timestamp($2))")
                .bind(version)
                .bind(seconds(now))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(missing.len())
    }
}

fn is_known(version: i32) -> bool {
    MIGRATIONS.iter().any(|(known, _)| *known == version)
}

async fn ensure_extension(connection: &mut PgConnection) -> Result<(), StoreError> {
    let installed: bool =
        sqlx::query_scalar("select exists (select from pg_extension where extname = 'pg_badges')")
            .fetch_one(&mut *connection)
            .await?;
    if installed {
        return Ok(());
    }
    match connection.execute("create extension pg_badges").await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(_)) => Err(StoreError::NoExtension),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_once_under_its_own_number_in_order() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let listed: Vec<_> = MIGRATIONS.iter().map(|(version, sql)| (*version, (*sql).to_owned())).collect();
        let on_disk: Vec<(i32, String)> = files
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                (name.split_once('_').unwrap().0.parse().unwrap(), std::fs::read_to_string(path).unwrap())
            })
            .collect();
        assert_eq!(listed, on_disk);
    }
}
