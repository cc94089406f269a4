//! What is said on a connection: lines, texts and addresses as SMTP has them, and nothing else.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::Mail;

/// The longest line with its end (RFC 5321, 4.5.3.1.6).
const LONGEST_LINE: usize = 1000;

/// A connection, protected or not.
pub(super) trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// The client's end of the line.
pub(super) type Lines = BufReader<Box<dyn Wire>>;

pub(super) fn say(lines: &mut Lines, answer: &str) -> std::io::Result<()> {
    let wire = lines.get_mut();
    wire.write_all(format!("{answer}\r\n").as_bytes())?;
    wire.flush()
}

pub(super) fn protected(stream: TcpStream, config: &Arc<ServerConfig>) -> anyhow::Result<Lines> {
    let connection = ServerConnection::new(Arc::clone(config))?;
    Ok(BufReader::new(Box::new(StreamOwned::new(connection, stream))))
}

/// Whether a client that keeps to SMTP is there.
pub(super) fn hear_hello(lines: &mut Lines) -> anyhow::Result<bool> {
    let Ok(Some(hello)) = line(lines) else { return Ok(false) };
    if !hello.starts_with("EHLO ") || hello.len() < 6 {
        bail!("the first command is `{hello}`");
    }
    Ok(true)
}

/// One line without its end; `None` when the client has hung up.
pub(super) fn line(lines: &mut impl std::io::BufRead) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    match lines.read_until(b'\n', &mut bytes) {
        // Nobody has to say good-bye.
        Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
        Ok(_) if !bytes.ends_with(b"\n") => return Ok(None),
        Ok(_) => {}
    }
    if bytes.len() > LONGEST_LINE {
        bail!("a line of {} bytes", bytes.len());
    }
    let text = String::from_utf8(bytes).context("a line is not UTF-8")?;
    let Some(text) = text.strip_suffix("\r\n") else { bail!("a bare line feed") };
    if !text.is_ascii() {
        bail!("bytes beyond ASCII, and nobody announced them");
    }
    Ok(Some(text.to_owned()))
}

/// The text up to the lone dot; `None` when the client hung up before.
pub(super) fn body(lines: &mut impl std::io::BufRead) -> anyhow::Result<Option<String>> {
    let mut text = String::new();
    loop {
        match line(lines)?.as_deref() {
            None => return Ok(None),
            Some(".") => return Ok(Some(text)),
            Some(other) => {
                let undone = other.strip_prefix('.').unwrap_or(other);
                text.push_str(undone);
                text.push('\n');
            }
        }
    }
}

pub(super) fn address(command: &str, start: &str) -> anyhow::Result<String> {
    let rest = command.strip_prefix(start).with_context(|| format!("`{command}` instead of {start}"))?;
    let address = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(address, _)| address);
    let address = address.with_context(|| format!("`{command}` has no address in angles"))?;
    if address.split('@').count() != 2 {
        bail!("`{address}` is no address");
    }
    Ok(address.to_owned())
}

/// The headers that RFC 5322 demands, once each.
pub(super) fn examine(mail: &Mail) -> anyhow::Result<()> {
    let (headers, _) = mail.text.split_once("\n\n").context("a message without a body")?;
    for name in ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version"] {
        let count = headers.lines().filter(|line| line.starts_with(&format!("{name}:"))).count();
        if count != 1 {
            bail!("the header {name} is there {count} times");
        }
    }
    Ok(())
}
