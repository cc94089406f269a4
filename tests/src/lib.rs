//! Black-box tests: a strict LTI platform, a browser, PostgreSQL.
