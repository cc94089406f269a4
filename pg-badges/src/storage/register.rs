//! Achievements and status lists: what a new assertion is held against.

use std::rc::Rc;

use pgrx::datum::Uuid;
use pgrx::pg_sys::{BuiltinOid, PgOid};

use super::cache::{BackendCache, find_or};
use super::statement::{Prepared, query};
use crate::error::BadgesError;
use crate::types::record::{AchievementRecord, StatusListRecord};

thread_local! {
    static FIND_ACHIEVEMENT: Prepared = const { Prepared::new() };
    static FIND_STATUS_LIST: Prepared = const { Prepared::new() };
    static ACHIEVEMENTS: BackendCache<Option<Rc<AchievementRecord>>, [u8; 16]> = BackendCache::default();
    static STATUS_LISTS: BackendCache<Option<Rc<StatusListRecord>>> = BackendCache::default();
}

/// The version of an achievement with that id.
pub(crate) fn find_achievement(achievement_id: Uuid) -> Result<Option<Rc<AchievementRecord>>, BadgesError> {
    find_or(&ACHIEVEMENTS, achievement_id.as_bytes(), || {
        let found = query(
            &FIND_ACHIEVEMENT,
            include_str!("../../sql/queries/find_achievement.sql"),
            &[PgOid::BuiltIn(BuiltinOid::UUIDOID)],
            &[achievement_id.into()],
            |mut rows| {
                let Some(row) = rows.next() else { return Ok(None) };
                let (Some(issuer_id), Some(uri), Some(series_id)) = (row.get(1)?, row.get(2)?, row.get(3)?)
                else {
                    return Ok(None);
                };
                Ok(Some(Rc::new(AchievementRecord { issuer_id, uri, series_id })))
            },
        )?;
        Ok(found)
    })
}

/// The status list that is kept here under that URL.
pub(crate) fn find_status_list(url: &str) -> Result<Option<Rc<StatusListRecord>>, BadgesError> {
    find_or(&STATUS_LISTS, url, || {
        let found = query(
            &FIND_STATUS_LIST,
            include_str!("../../sql/queries/find_status_list.sql"),
            &[PgOid::BuiltIn(BuiltinOid::TEXTOID)],
            &[url.into()],
            |mut rows| {
                let Some(row) = rows.next() else { return Ok(None) };
                let (Some(status_list_id), Some(issuer_id), Some(purpose)) =
                    (row.get(1)?, row.get(2)?, row.get(3)?)
                else {
                    return Ok(None);
                };
                Ok(Some(Rc::new(StatusListRecord { status_list_id, issuer_id, purpose })))
            },
        )?;
        Ok(found)
    })
}
