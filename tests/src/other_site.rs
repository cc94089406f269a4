//! Another issuer's web site: a few documents at fixed paths, and how often each was asked for.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A site on loopback; it answers for as long as the process runs.
#[derive(Clone, Debug)]
pub struct OtherSite {
    /// Its address, without a slash at the end.
    pub url: String,
    documents: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<HashMap<String, usize>>>,
}

impl OtherSite {
    /// A site with these documents by path; they may name its address.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(documents: impl FnOnce(&str) -> Vec<(&'static str, Vec<u8>)>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let documents = documents(&url).into_iter().map(|(path, body)| (path.to_owned(), body)).collect();
        let site = Self { url, documents: Arc::new(Mutex::new(documents)), asked: Arc::default() };
        let serving = site.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever hangs up early gets no answer.
                drop(serving.answer(stream));
            }
        });
        Ok(site)
    }

    /// How often that path was asked for.
    #[must_use]
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied().unwrap_or_default()
    }

    /// Puts another document at a path.
    pub fn publish(&self, path: &str, body: Vec<u8>) {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), body);
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner).entry(path.clone()).or_default() += 1;
        let found = self.documents.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
        let (status, body) = found.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)
    }
}
