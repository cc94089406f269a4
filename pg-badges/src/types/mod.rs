//! What the tables know, as plain data, and how times look in SQL.

pub(crate) mod record;
pub(crate) mod time;
