//! `make demo` as a person uses it: start, launch, award, Ctrl-C, start again.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use badge_tests::app::binary;
use badge_tests::page::Form;
use badge_tests::platform::sample::{LITERACY_BADGE, SUZUKI, TANAKA};
use badge_tests::practice_lms::launch;
use badge_tests::transcript::Transcript;
use badge_tests::visitor::Visitor;

/// A start or a stop that takes longer is broken, even on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);
const AWARDED: &str =
    "select count(*), string_agg((badges.verify(credential)).outcome, ',') from badges.assertion";

/// A folder for a demo's data where PostgreSQL's user may enter; it is deleted with the test.
struct Home {
    directory: PathBuf,
    /// The cluster's own folder, where the demo's folder cannot be entered.
    aside: PathBuf,
    tool_port: u16,
    lms_port: u16,
}

impl Home {
    fn new() -> anyhow::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("cluster.sh");
        let reachable = String::from_utf8(Command::new(script).arg("home").output()?.stdout)?;
        let name = format!("demo-{}", uuid::Uuid::new_v4().simple());
        let target = binary("demo")?.ancestors().nth(2).context("a program lies in target/debug")?.to_owned();
        let (tool_port, lms_port) = (free_port()?, free_port()?);
        let aside = Path::new(reachable.trim()).join(&name);
        Ok(Self { directory: target.join(name), aside, tool_port, lms_port })
    }

    /// Starts the demo as a terminal does: in a process group of its own, which Ctrl-C reaches as a whole.
    fn start(&self) -> anyhow::Result<Demo> {
        let mut child = Command::new(binary("demo")?)
            .args(["--tool-port", &self.tool_port.to_string(), "--lms-port", &self.lms_port.to_string()])
            .arg("--directory")
            .arg(&self.directory)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = Transcript::default();
        said.follow(child.stdout.take().context("the demo has no stdout")?);
        said.follow(child.stderr.take().context("the demo has no stderr")?);
        Ok(Demo { child, said })
    }

    fn lms(&self) -> String {
        format!("http://localhost:{}", self.lms_port)
    }

    /// Rows of a query in the running demo, with the script that the demo prints.
    fn psql(&self, sql: &str) -> anyhow::Result<String> {
        let output =
            Command::new(self.directory.join("psql")).args(["-X", "-A", "-t", "-c", sql]).output()?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Written once, when the cluster is made.
    fn cluster_log(&self) -> PathBuf {
        let inside = self.directory.join("postgres/initdb.log");
        if inside.exists() { inside } else { self.aside.join("postgres/initdb.log") }
    }

    /// The files that are in the demo's folder now.
    fn files(&self) -> anyhow::Result<BTreeSet<String>> {
        let entries = std::fs::read_dir(&self.directory)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    /// No process that knows this demo's folder or ports, nobody on its ports, no file that only a running demo needs.
    fn assert_nothing_is_left(&self, database_port: u16) -> anyhow::Result<()> {
        let ports = [self.tool_port, self.lms_port];
        let name =
            self.directory.file_name().context("the folder has a name")?.to_string_lossy().into_owned();
        let words: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).chain([name]).collect();
        assert_eq!(processes_naming(&words)?, Vec::<String>::new());
        for port in ports {
            TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port} is still taken"))?;
        }
        assert!(TcpStream::connect(("127.0.0.1", database_port)).is_err(), "the database still answers");
        let kept = ["lock", "lti-tool.log", "master.key", "out", "postgres", "practice-lms.log"];
        let left: Vec<String> =
            self.files()?.into_iter().filter(|file| !kept.contains(&file.as_str())).collect();
        assert_eq!(left, Vec::<String>::new());
        Ok(())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.directory));
        drop(std::fs::remove_dir_all(&self.aside));
    }
}

/// A running demo.
struct Demo {
    child: Child,
    said: Transcript,
}

impl Demo {
    /// Ctrl-C in the demo's terminal.
    fn interrupt(&self) -> anyhow::Result<()> {
        let group = format!("-{}", self.child.id());
        ensure!(Command::new("kill").args(["-INT", "--", &group]).status()?.success(), "kill failed");
        Ok(())
    }

    /// Waits for its end: how it ended, and what it said.
    fn end(mut self) -> anyhow::Result<(ExitStatus, String)> {
        let end = Instant::now() + LONGEST;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, self.said.text()));
            }
            ensure!(Instant::now() < end, "the demo does not end:\n{}", self.said.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A port that stays free while nobody listens: the kernel and `cluster.sh` give out none below 20,000, and other tests run meanwhile.
fn free_port() -> anyhow::Result<u16> {
    for _ in 0..100 {
        let port = 10_000 + u16::try_from(uuid::Uuid::new_v4().as_u128() % 10_000)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    anyhow::bail!("no port from 10000 to 19999 is free")
}

/// The command lines of other processes that hold one of the words.
fn processes_naming(words: &[String]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(bytes) = std::fs::read(entry?.path().join("cmdline")) else { continue };
        let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
        if words.iter().any(|word| line.contains(word)) {
            found.push(line);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn ctrl_c_leaves_nothing_behind_and_the_next_start_finds_its_data() -> anyhow::Result<()> {
    let home = Home::new()?;
    let demo = home.start()?;
    demo.said.wait_for("Ready.", LONGEST)?;
    let mut instructor = Visitor::new()?;
    let course = launch(&mut instructor, &home.lms(), TANAKA, LITERACY_BADGE).await?;
    let form = Form { fields: vec![("only".to_owned(), SUZUKI.to_owned())], ..course.form("/awards")? };
    instructor.submit(&course, &form).await?;
    assert_eq!(home.psql(AWARDED)?, "1|valid");
    let credential = home.psql("select credential_id from badges.assertion")?;
    let port: u16 = home.psql("show port")?.parse()?;
    demo.interrupt()?;
    let (status, said) = demo.end()?;
    assert!(status.success() && said.ends_with("The data stays for the next start."), "{status}: {said}");
    home.assert_nothing_is_left(port)?;

    let cluster_made = std::fs::metadata(home.cluster_log())?.modified()?;
    let demo = home.start()?;
    demo.said.wait_for("Ready.", LONGEST)?;
    assert_eq!(home.psql(AWARDED)?, "1|valid");
    assert_eq!(std::fs::metadata(home.cluster_log())?.modified()?, cluster_made, "the cluster was made anew");
    let mut learner = Visitor::new()?;
    let mine = launch(&mut learner, &home.lms(), SUZUKI, LITERACY_BADGE).await?;
    let shared = learner.submit(&mine, &mine.form("/share")?).await?;
    assert!(shared.links().contains(&credential), "{}", shared.text());
    let port: u16 = home.psql("show port")?.parse()?;
    demo.interrupt()?;
    assert!(demo.end()?.0.success());
    home.assert_nothing_is_left(port)
}

#[test]
fn ctrl_c_before_everything_runs_leaves_nothing_either() -> anyhow::Result<()> {
    let home = Home::new()?;
    for moment in ["Starting PostgreSQL", "Starting the tool"] {
        let demo = home.start()?;
        demo.said.wait_for(moment, LONGEST)?;
        demo.interrupt()?;
        let (status, said) = demo.end()?;
        assert!(status.success() && !said.contains("Ready."), "{status}: {said}");
        // Where the server would have listened is not known; a server would be a process that names the folder.
        home.assert_nothing_is_left(home.tool_port)?;
    }
    Ok(())
}

#[test]
fn a_taken_port_is_named_with_the_option_that_changes_it() -> anyhow::Result<()> {
    let home = Home::new()?;
    let _taken = TcpListener::bind(("127.0.0.1", home.lms_port))?;
    let (status, said) = home.start()?.end()?;
    let expected = format!("demo: port {} of 127.0.0.1 is taken", home.lms_port);
    assert!(!status.success() && said.contains(&expected) && said.contains("--lms-port PORT"), "{said}");
    Ok(())
}
