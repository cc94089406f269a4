//! Black-box tests: a strict LTI platform, a real Moodle, a browser, PostgreSQL.

pub mod moodle;
