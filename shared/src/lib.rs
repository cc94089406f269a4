//! The Open Badges domain library: what a badge is and whether to believe one.

pub mod bake;
pub mod issue;
pub mod json;
pub mod jsonld;
pub mod key;
pub mod model;
pub mod proof;
pub mod status;
pub mod time;
pub mod verify;
