//! The Open Badges domain library: what a badge is and whether to believe one.

pub mod jsonld;
