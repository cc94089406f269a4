//! The LTI 1.3 tool that awards Open Badges.
//!
//! One learner's way: [`login`] sends the browser to the platform, [`launch`] checks what comes back and begins a [`session`]; the
//! instructor awards on [`course`]'s pages, or [`completion`] learns that somebody has earned it; [`award`] signs and stores; the
//! [`learner`] sees it, and everybody with whom it is shared may check it ([`credential`], [`verify_page`]). [`import`] loads awards from
//! files. Administrators have pages of their own ([`admin`]), and figures are read and filed on [`report`]'s. [`lti`] is the vocabulary,
//! [`platform`] what we ask of a platform, [`store`] the database, [`outbound`] the one HTTP
//! client. [`routes`] has every URL, [`error`] every status.

pub mod admin;
pub mod asset;
pub mod award;
pub mod belonging;
pub mod cli;
pub mod clock;
pub mod competency;
pub mod completion;
pub mod config;
pub mod course;
pub mod credential;
pub mod deep_linking;
pub mod error;
pub mod examination;
pub mod frame;
pub mod identity;
pub mod import;
pub mod keys;
pub mod language;
pub mod launch;
pub mod learner;
pub mod login;
pub mod lti;
pub mod mail;
pub mod notice;
pub mod outbound;
pub mod page;
pub mod path;
pub mod platform;
pub mod privacy;
pub mod receipt;
pub mod registration;
pub mod report;
pub mod review;
pub mod routes;
pub mod secret;
pub mod server;
pub mod session;
pub mod state;
pub mod store;
pub mod usage;
pub mod verify_file;
pub mod verify_page;
