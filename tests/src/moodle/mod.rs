//! A real Moodle, the one at `$MOODLE_URL`: what `moodle/provision.php` makes there, and people who use it.
//!
//! Every test makes a run of its own (a course, people, a registration of the tool) and takes it away again, so that tests need no
//! order and a site can be used that has other courses. `moodle/README.md` says how to bring a Moodle up.

mod administration;
mod people;
mod run;
mod scene;

pub use run::{
    Course, Grade, Link, Links, Moodle, Person, Registered, Registration, Run, ToolAddresses, Unregistered,
};
pub use scene::{MoodleScene, NewcomerScene};
