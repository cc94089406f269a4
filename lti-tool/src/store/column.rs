//! The badge's column in the platform's grade book: whether there is one, whose turn it is to make one, and where it is. Scores follow from it by
//! themselves (`lti.score`).

use openbadges::time::Timestamp;
use uuid::Uuid;

use super::{Store, StoreError, course::CourseKey, seconds};

/// Longer than making a column can take.
const LEASE_SECONDS: f64 = 60.0;

impl Store {
    /// Whether a link of the course has a column.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_column(&self, course_id: Uuid) -> Result<bool, StoreError> {
        let has = sqlx::query_scalar(
            "select exists (select from lti.resource_link join lti.course using (registration_id, deployment_id, context_id)
             where course_id = $1 and line_item_url is not null)",
        )
        .bind(course_id)
        .fetch_one(&self.pool);
        Ok(has.await?)
    }

    /// Takes the turn to make the column; `false` if somebody else has it. It ends with [`Store::end_column`], or after a minute.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_column(&self, course_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let begun = sqlx::query(
            "update lti.course set column_begun_at = to_timestamp($2)
             where course_id = $1 and (column_begun_at is null or column_begun_at < to_timestamp($2 - $3))",
        )
        .bind(course_id)
        .bind(seconds(now))
        .bind(LEASE_SECONDS)
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Ends the turn and remembers the column, if there is one now, beside the link that was launched.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_column(
        &self,
        key: CourseKey<'_>,
        resource_link_id: &str,
        line_item_url: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "with ended as (
               update lti.course set column_begun_at = null
               where (registration_id, deployment_id, context_id) = ($1, $2, $3))
             update lti.resource_link set line_item_url = $5
             where (registration_id, deployment_id, context_id, resource_link_id) = ($1, $2, $3, $4) and $5::text is not null",
        )
        .bind(key.registration_id)
        .bind(key.deployment_id)
        .bind(key.context_id)
        .bind(resource_link_id)
        .bind(line_item_url)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
