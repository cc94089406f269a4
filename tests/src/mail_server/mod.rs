//! A mail server on loopback that holds its client to SMTP (<https://www.rfc-editor.org/rfc/rfc5321>) and keeps what it is sent.
//!
//! Every breach is remembered and refused: a wrong order of commands, bare line feeds, long lines, bytes beyond ASCII that were not announced,
//! headers that are missing or there twice; on a server that protects its connections ([`Protection`]) every word before that but the
//! greeting, and on one that wants people to sign in ([`access`]) every message before that.

mod access;
mod conversation;

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::bail;
use rustls::ServerConfig;

pub use self::access::Account;
use self::conversation::{Lines, address, body, examine, hear_hello, line, protected, say};

/// What the server does instead of taking a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// Answers the recipient with this code.
    Recipient(u16),
    /// Answers the text with this code.
    Text(u16),
    /// Takes the text, keeps it, and hangs up without an answer.
    Silence,
    /// Takes the recipient and asks for no text, for as long as the test runs.
    Slow,
    /// Takes the text, keeps it, and does not answer for as long as the test runs.
    Mute,
}

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient.
    pub to: String,
    /// All of it, with line ends and doubled dots undone.
    pub text: String,
}

impl Mail {
    /// The value of a header, unfolded and not decoded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.text.split_once("\n\n")?;
        let unfolded = headers.replace("\n ", " ").replace("\n\t", " ");
        unfolded.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

#[derive(Debug, Default)]
struct Record {
    mails: Vec<Mail>,
    breaches: Vec<String>,
    faults: Vec<MailFault>,
    connections: usize,
    sign_ins: usize,
    is_stalled: bool,
}

/// How the server protects its connections.
#[derive(Clone, Debug, Default)]
pub enum Protection {
    /// Not at all.
    #[default]
    None,
    /// After STARTTLS, and takes nothing before.
    StartTls(Arc<ServerConfig>),
    /// From the first byte.
    Tls(Arc<ServerConfig>),
}

/// The server; it listens until the test's process ends.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    protection: Protection,
    account: Option<Account>,
    record: Arc<Mutex<Record>>,
}

impl MailServer {
    /// Begins to listen, in plain text and for everybody.
    ///
    /// # Errors
    /// When loopback has no free port.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(Protection::None, None)
    }

    /// Begins to listen; with an account only whoever signs in as that may send.
    ///
    /// # Errors
    /// When loopback has no free port.
    pub fn start_with(protection: Protection, account: Option<Account>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server =
            Self { port: listener.local_addr()?.port(), protection, account, record: Arc::default() };
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                std::thread::spawn(move || own.serve(stream));
            }
        });
        Ok(server)
    }

    /// What arrived, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// What clients did that SMTP forbids.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        self.lock().breaches.clone()
    }

    /// How often somebody connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// How often somebody tried to sign in.
    #[must_use]
    pub fn sign_ins(&self) -> usize {
        self.lock().sign_ins
    }

    /// Whether a client waits, or has waited, for an answer that never comes.
    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.lock().is_stalled
    }

    /// Does this to the next message, and so on.
    pub fn fail_next(&self, faults: &[MailFault]) {
        self.lock().faults.extend_from_slice(faults);
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: TcpStream) {
        self.lock().connections += 1;
        if let Err(error) = self.converse(stream) {
            self.lock().breaches.push(error.to_string());
        }
    }

    fn converse(&self, stream: TcpStream) -> anyhow::Result<()> {
        let Some(mut lines) = self.greet(stream)? else { return Ok(()) };
        let mut may_send = self.account.is_none();
        while let Some(command) = line(&mut lines)? {
            if command == "QUIT" {
                say(&mut lines, "221 bye")?;
                return Ok(());
            }
            if let (Some(account), true) = (&self.account, command.starts_with("AUTH ")) {
                self.lock().sign_ins += 1;
                may_send = account.sign_in(&mut lines, &command)?;
                continue;
            }
            if !may_send {
                say(&mut lines, "530 sign in first")?;
                bail!("`{command}` before anybody signed in");
            }
            if !self.take(&mut lines, &command)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Up to the first command that counts; `None` if the client left, or is not who it should be.
    fn greet(&self, stream: TcpStream) -> anyhow::Result<Option<Lines>> {
        let mut plain = stream.try_clone()?;
        let mut lines: Lines = match &self.protection {
            Protection::Tls(config) => protected(stream, config)?,
            _ => BufReader::new(Box::new(stream)),
        };
        // A client that does not trust the certificate ends the handshake.
        if say(&mut lines, "220 mail.example ESMTP").is_err() || !hear_hello(&mut lines)? {
            return Ok(None);
        }
        let Protection::StartTls(config) = &self.protection else {
            self.offer(&mut lines)?;
            return Ok(Some(lines));
        };
        say(&mut lines, "250-mail.example\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 SIZE 1000000")?;
        match line(&mut lines)?.as_deref() {
            Some("STARTTLS") => {}
            None | Some("QUIT") => return Ok(None),
            Some(other) => bail!("`{other}` in the clear"),
        }
        plain.write_all(b"220 go on\r\n")?;
        let mut lines = protected(plain, config)?;
        if !hear_hello(&mut lines)? {
            return Ok(None);
        }
        self.offer(&mut lines)?;
        Ok(Some(lines))
    }

    fn offer(&self, lines: &mut Lines) -> anyhow::Result<()> {
        let sign_in = self.account.as_ref().map(Account::offer).unwrap_or_default();
        Ok(say(lines, &format!("250-mail.example\r\n250-8BITMIME\r\n{sign_in}250 SIZE 1000000"))?)
    }

    /// One message; `false` ends the conversation.
    fn take(&self, lines: &mut Lines, command: &str) -> anyhow::Result<bool> {
        let from = address(command, "MAIL FROM:")?;
        say(lines, "250 sender")?;
        let Some(command) = line(lines)? else { return Ok(false) };
        let to = address(&command, "RCPT TO:")?;
        let fault = self.next_fault();
        if let Some(MailFault::Recipient(code)) = fault {
            // As servers do, with the address in it. The client may only leave after a refusal, or begin anew.
            say(lines, &format!("{code} <{to}> not now"))?;
            return Ok(true);
        }
        if fault == Some(MailFault::Slow) {
            self.stall(lines)?;
            return Ok(false);
        }
        say(lines, "250 recipient")?;
        let Some(command) = line(lines)? else { return Ok(false) };
        if command != "DATA" {
            bail!("`{command}` instead of DATA");
        }
        say(lines, "354 go on")?;
        // Nobody has to finish a text.
        let Some(text) = body(lines)? else { return Ok(false) };
        if let Some(MailFault::Text(code)) = fault {
            say(lines, &format!("{code} <{to}> not now"))?;
            return Ok(true);
        }
        let mail = Mail { from, to, text };
        examine(&mail)?;
        self.lock().mails.push(mail);
        if fault == Some(MailFault::Mute) {
            self.stall(lines)?;
        }
        if matches!(fault, Some(MailFault::Silence | MailFault::Mute)) {
            return Ok(false);
        }
        say(lines, "250 kept")?;
        Ok(true)
    }

    /// Says nothing more until the client has left.
    fn stall(&self, lines: &mut Lines) -> anyhow::Result<()> {
        self.lock().is_stalled = true;
        line(lines)?;
        Ok(())
    }

    fn next_fault(&self) -> Option<MailFault> {
        let mut record = self.lock();
        (!record.faults.is_empty()).then(|| record.faults.remove(0))
    }
}
