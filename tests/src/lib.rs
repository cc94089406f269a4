//! Black-box tests: a strict LTI platform, a real Moodle, a browser, PostgreSQL.
//!
//! Everything here stands outside the product and reaches it as the world does: over HTTP, SQL and a browser.

pub mod app;
pub mod browser;
pub mod canvas_api;
pub mod certificates;
pub mod certified_provider;
pub mod cluster;
pub mod database;
pub mod documents;
pub mod eventually;
pub mod mail_server;
pub mod moodle;
pub mod npm;
pub mod openid;
pub mod other_site;
pub mod page;
pub mod platform;
pub mod practice_lms;
pub mod refusal;
pub mod registrar;
pub mod reverse_proxy;
pub mod scene;
pub mod screen;
pub mod transcript;
pub mod visitor;
