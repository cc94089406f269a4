//! What every refusal has to be: a page with one sentence and a reference, and one line in the log that has the same reference and
//! names nobody.

use anyhow::{Context as _, ensure};

use crate::app::App;
use crate::page::Page;

/// Words of the people and addresses of the sample course; none of them may ever be in the log. `eyJ` begins every JWT.
pub const NEVER_LOGGED: [&str; 11] = [
    "田中",
    "美咲",
    "鈴木",
    "一郎",
    "Lovelace",
    "@lms.example",
    "suzuki",
    "tanaka",
    "eyJ",
    "Bearer ",
    "PRIVATE KEY",
];

/// A refusal that is as it has to be.
#[derive(Debug)]
pub struct Refusal {
    /// What the person reads.
    pub sentence: String,
    /// What the person can read out to the administrator.
    pub reference: String,
    /// The operator's line, with the reason.
    pub line: String,
}

impl Refusal {
    /// Reads the page, in English or Japanese, and the tool's log.
    ///
    /// # Errors
    /// When the page has no sentence or more than one, when it has no reference, or when the log has not exactly one line with it, or
    /// names somebody.
    pub fn of(app: &App, page: &Page) -> anyhow::Result<Self> {
        let sentence = inside(page, "class=\"lead\"").context("the page has no sentence")?;
        ensure!(
            sentence.ends_with(['.', '。'])
                && sentence.matches(". ").count() + sentence.matches('。').count() < 2,
            "`{sentence}` is not one sentence"
        );
        let reference = inside(page, "id=\"reference\"").context("the page has no reference")?;
        ensure!(reference.len() == 8, "`{reference}` is no reference");
        app.wait_for_log(&reference)?;
        let log = app.log();
        let mut lines = log.lines().filter(|line| line.contains(&reference));
        let line = lines.next().context("the log has no line with the reference")?.to_owned();
        ensure!(lines.next().is_none(), "the log has several lines with {reference}:\n{log}");
        ensure!(line.contains("reason="), "the line does not say why: {line}");
        let leaked = NEVER_LOGGED.iter().find(|word| line.contains(**word));
        ensure!(leaked.is_none(), "the line holds `{}`: {line}", leaked.unwrap_or(&""));
        Ok(Self { sentence, reference, line })
    }
}

/// The text of the first element with this attribute.
fn inside(page: &Page, attribute: &str) -> anyhow::Result<String> {
    let (_, rest) = page.body.split_once(attribute).with_context(|| {
        format!("{} answered {} without {attribute}: {}", page.url, page.status, page.text())
    })?;
    let (_, text) = rest.split_once('>').context("the tag does not end")?;
    Ok(text.split('<').next().unwrap_or_default().trim().to_owned())
}
