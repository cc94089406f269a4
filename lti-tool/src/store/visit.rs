//! A learner's visit: everything that the first page of a launch says, read by one statement.
//!
//! A launch ends on this page, so that ten thousand learners who come at nine o'clock read it ten thousand times.

use openbadges::time::Timestamp;
use serde::Deserialize;
use sqlx::{Row, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{
    Store, StoreError,
    award::AwardRow,
    course::{CourseRow, read_course},
    login::Hash,
    path::WalkedRow,
    seconds,
    session::{SessionRow, read_session},
    values::Values,
};

/// A session that has not expired, and what its person has here.
#[derive(Clone, Debug)]
pub struct VisitRow {
    /// The session.
    pub session: SessionRow,
    /// The course, if an instructor has opened it.
    pub course: Option<CourseRow>,
    /// All awards of the person at this tenant, whatever the course, those under their proven id of LTI 1.1 included, the newest first.
    pub awards: Vec<AwardRow>,
    /// The programmes of the issuer that the person takes part in, by code.
    pub programmes: Vec<WalkedRow>,
}

/// An award as the statement writes it, moments in seconds since 1970.
#[derive(Deserialize)]
struct AwardWire {
    assertion_id: Uuid,
    credential_id: String,
    user_id: String,
    display_name: Option<String>,
    awarded_at: i64,
    valid_until: Option<i64>,
    is_superseded: bool,
    revocation_reason: Option<String>,
    course_title: String,
    course_id: Uuid,
}

impl From<AwardWire> for AwardRow {
    fn from(wire: AwardWire) -> Self {
        Self {
            assertion_id: wire.assertion_id,
            credential_id: wire.credential_id,
            user_id: wire.user_id,
            display_name: wire.display_name,
            awarded_at: Timestamp::from_unix_seconds(wire.awarded_at),
            valid_until: wire.valid_until.map(Timestamp::from_unix_seconds),
            is_superseded: wire.is_superseded,
            revocation_reason: wire.revocation_reason,
            course_title: wire.course_title,
            course_id: wire.course_id,
        }
    }
}

impl Store {
    /// The session with that token, unless it has expired or its platform is not active any more, with what its person has here from
    /// this issuer. `achievements` is what the addresses of our achievements begin with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_visit(
        &self,
        token_hash: &Hash,
        now: Timestamp,
        issuer_did: &str,
        achievements: &str,
    ) -> Result<Option<VisitRow>, StoreError> {
        let mut values = Values::reserve(4, 256);
        values.add(token_hash.as_slice()).add(seconds(now)).add(issuer_did).add(achievements);
        let row = values.query(include_str!("find_visit.sql"))?.fetch_optional(&self.pool).await?;
        row.as_ref().map(read_visit).transpose()
    }
}

fn read_visit(row: &PgRow) -> Result<VisitRow, StoreError> {
    let course_id: Option<Uuid> = row.try_get("course_id")?;
    let awards: Option<Json<Vec<AwardWire>>> = row.try_get("awards")?;
    let programmes: Option<Json<Vec<WalkedRow>>> = row.try_get("programmes")?;
    Ok(VisitRow {
        session: read_session(row)?,
        course: course_id.map(|_| read_course(row)).transpose()?,
        awards: awards.into_iter().flat_map(|Json(awards)| awards).map(AwardRow::from).collect(),
        programmes: programmes.map(|Json(programmes)| programmes).unwrap_or_default(),
    })
}
