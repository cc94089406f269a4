//! Signing in to the mail server: AUTH PLAIN and AUTH LOGIN (<https://www.rfc-editor.org/rfc/rfc4954>).

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::conversation::{Lines, line, say};

/// Who may send, and which ways of saying it the server knows.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
    /// `PLAIN`, `LOGIN`, or others.
    pub mechanisms: &'static [&'static str],
}

impl Account {
    /// The line of the greeting.
    pub(super) fn offer(&self) -> String {
        format!("250-AUTH {}\r\n", self.mechanisms.join(" "))
    }

    /// Hears who it is; whether they may send.
    pub(super) fn sign_in(&self, lines: &mut Lines, command: &str) -> anyhow::Result<bool> {
        let said = command.strip_prefix("AUTH ").unwrap_or_default();
        let (mechanism, first) = said.split_once(' ').unwrap_or((said, ""));
        anyhow::ensure!(self.mechanisms.contains(&mechanism), "`AUTH {mechanism}` was not offered");
        let (username, password) = match mechanism {
            "PLAIN" => {
                let first = if first.is_empty() { ask(lines, "")? } else { decode(first)? };
                let mut parts = first.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ => (ask(lines, "Username:")?, ask(lines, "Password:")?),
        };
        let fits = (username.as_str(), password.as_str()) == (&self.username, &self.password);
        // As servers do, with the name in it.
        let answer =
            if fits { "235 welcome".to_owned() } else { format!("535 5.7.8 {username} is not known") };
        say(lines, &answer)?;
        Ok(fits)
    }
}

fn ask(lines: &mut Lines, question: &str) -> anyhow::Result<String> {
    say(lines, &format!("334 {}", STANDARD.encode(question)))?;
    decode(&line(lines)?.context("the client left while signing in")?)
}

fn decode(text: &str) -> anyhow::Result<String> {
    Ok(String::from_utf8(STANDARD.decode(text)?)?)
}
