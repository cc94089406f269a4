//! Integration: the real tool, a strict platform, PostgreSQL with the extension, Chromium.
//!
//! `tests/cluster.sh run -- cargo test -p badge-tests --features it --test integration`

mod accessibility;
mod admin;
mod attack;
mod award;
mod badge;
mod canvas;
mod catalogue;
mod checklist;
mod completion;
mod configuration;
mod cookie;
mod cookie_measurement;
mod course;
mod credential;
mod deep_linking;
mod demo;
mod engine;
mod grades;
mod groups;
mod import;
mod instructor;
mod judgement;
mod keys;
mod launch;
mod load;
mod login;
mod mail;
mod main_flow;
mod messages;
mod notice;
mod outage;
mod privacy;
mod readme;
mod registration;
mod renewal;
mod report;
mod services;
mod session;
mod sharing;
mod sql;
mod status_list;
mod tenant;
mod tour;
mod verify_page;
