//! Other people's libraries, in programs of their own that take their turns in the same run.
//!
//! The programs are in `tests/bench/peers`; each measures its own processor time.

use crate::badges::Badge;
use crate::figures::Figures;
use crate::turns::{Candidate, Measured};
use anyhow::Context as _;
use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Calls in one turn: theirs take milliseconds.
const CALLS: u32 = 2;
/// Calls before anything counts, so that a just-in-time compiler has done its work.
const WARM_UP: u32 = 60;
/// The least that is good enough for the full badge (issue 3, point 11).
const TIMES_DIGITALBAZAAR: f64 = 100.0;

const DIGITALBAZAAR: &str = "@digitalbazaar/vc";
const PYLD: &str = "PyLD + cryptography";

/// A program that verifies one credential as often as it is asked to.
pub(crate) struct Peer(RefCell<Running>);

struct Running {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_owned();
        let hint = || format!("{} cannot be run; tests/bench/install.sh peers installs it", name.display());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(hint)?;
        let questions = child.stdin.take().context("no pipe to the program")?;
        let answers = BufReader::new(child.stdout.take().context("no pipe from the program")?);
        let peer = Self(RefCell::new(Running { child, questions, answers }));
        peer.ask(WARM_UP).with_context(hint)?;
        Ok(peer)
    }

    /// Processor time of one call in one turn.
    pub(crate) fn nanoseconds(&self) -> f64 {
        self.ask(CALLS).expect("the program has answered before")
    }

    fn ask(&self, calls: u32) -> anyhow::Result<f64> {
        let mut running = self.0.borrow_mut();
        writeln!(running.questions, "{calls}")?;
        let mut answer = String::new();
        running.answers.read_line(&mut answer)?;
        Ok(answer.trim().parse()?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let child = &mut self.0.get_mut().child;
        // It may have ended by itself.
        let _ended = child.kill().and_then(|()| child.wait());
    }
}

fn name_of(badge: &str, library: &str) -> String {
    format!("{badge} eddsa-rdfc-2022 by {library}")
}

/// Both libraries for each badge, if their names have the wanted words.
pub(crate) fn candidates(badges: &[Badge], wanted: &str) -> anyhow::Result<Vec<Candidate<'static>>> {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/peers");
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../bench-peers/bin/python");
    let libraries =
        [(DIGITALBAZAAR, PathBuf::from("node"), "digitalbazaar.mjs"), (PYLD, python, "pyld_cryptography.py")];
    let mut candidates = Vec::new();
    for Badge { name, rdfc, .. } in badges {
        let credential = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
        std::fs::write(&credential, rdfc)?;
        for (library, interpreter, program) in &libraries {
            if name_of(name, library).contains(wanted) {
                let mut command = Command::new(interpreter);
                command.arg(programs.join(program)).arg(&credential);
                candidates.push(Candidate::of_peer(name_of(name, library), Peer::start(&mut command)?));
            }
        }
    }
    Ok(candidates)
}

/// How many times as fast ours is, round by round.
pub(crate) fn compare(measured: &Measured, figures: &mut Figures) {
    for badge in ["minimal", "full"] {
        for library in [DIGITALBAZAAR, PYLD] {
            let (ours, theirs) = (format!("{badge} eddsa-rdfc-2022: verify"), name_of(badge, library));
            if measured.has(&ours) && measured.has(&theirs) {
                let target = (badge == "full" && library == DIGITALBAZAAR).then_some(TIMES_DIGITALBAZAAR);
                let times = measured.rate(&ours, &theirs);
                figures.add(
                    &format!("{badge} eddsa-rdfc-2022: ours to {library}"),
                    times,
                    "times as fast",
                    target,
                );
            }
        }
    }
}
