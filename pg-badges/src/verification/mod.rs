//! From a credential to an answer: what is signed, then what only the database knows.
//!
//! Nothing here reads a table or a clock. The checks of the proof, the dates and the status are
//! `openbadges::verify` (<https://www.imsglobal.org/spec/ob/v3p0/#verification>).

pub(crate) mod admission;
pub(crate) mod audit;
pub(crate) mod examination;
pub(crate) mod given_key;
pub(crate) mod judgement;
pub(crate) mod stored_row;
