//! A Canvas's REST API on loopback: one course, tokens that live as long as a test wants, and one page for each learner.
//! <https://developerdocs.instructure.com/services/canvas/>

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// A learner as Canvas knows them: id of launches, number, requirements done of how many.
#[derive(Clone, Debug)]
pub struct Progress {
    /// `sub` of their launches.
    pub person_id: String,
    /// Canvas's number.
    pub number: i64,
    /// Requirements that are done.
    pub done: u32,
    /// Requirements that there are.
    pub of: u32,
}

#[derive(Debug, Default)]
struct Memory {
    learners: Vec<Progress>,
    token: usize,
    good_calls: Option<usize>,
    calls: Vec<String>,
    is_circle: bool,
    fault: Option<(u16, String, String)>,
}

/// The site; it answers for as long as the process runs.
#[derive(Clone, Debug)]
pub struct CanvasApi {
    /// Its address, without a slash at the end.
    pub url: String,
    memory: Arc<Mutex<Memory>>,
}

struct Said {
    status: u16,
    headers: String,
    body: String,
}

impl Said {
    fn json(body: &Value) -> Self {
        Self { status: 200, headers: String::new(), body: body.to_string() }
    }

    fn refused(status: u16) -> Self {
        let body = json!({ "errors": [{ "message": "no" }] }).to_string();
        Self { status, headers: String::new(), body }
    }
}

impl CanvasApi {
    /// A site with a course of nobody.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let site = Self { url: format!("http://{}", listener.local_addr()?), memory: Arc::default() };
        let serving = site.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever hangs up early gets no answer.
                drop(serving.answer(stream));
            }
        });
        Ok(site)
    }

    /// Who learns in the course, and how far they are.
    pub fn set_learners(&self, learners: &[Progress]) {
        self.memory().learners = learners.to_vec();
    }

    /// The present access token, and each after it, dies after so many calls, as one does whose hour is over; `None`: none dies.
    pub fn end_tokens_after(&self, calls: Option<usize>) {
        self.memory().good_calls = calls;
    }

    /// From now on the last page of a list names the first as its next.
    pub fn lead_in_a_circle(&self) {
        self.memory().is_circle = true;
    }

    /// From now on every call of the API is answered like this: status, further header lines, body. `None` ends it.
    pub fn fail(&self, fault: Option<(u16, &str, &str)>) {
        self.memory().fault = fault.map(|(status, head, body)| (status, head.to_owned(), body.to_owned()));
    }

    /// The paths of all calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.memory().calls.clone()
    }

    /// How many access tokens were given out.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.memory().token
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut line, mut bearer, mut length) = (String::new(), String::new(), 0);
        reader.read_line(&mut line)?;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(token) = header.strip_prefix("authorization: bearer ") {
                token.clone_into(&mut bearer);
            }
            if let Some(number) = header.strip_prefix("content-length: ") {
                length = number.parse().unwrap_or_default();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let path = line.split(' ').nth(1).unwrap_or_default();
        let said = self.say(path, &bearer, &String::from_utf8_lossy(&body));
        let Said { status, headers, body } = said;
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
    }

    fn say(&self, path: &str, bearer: &str, form: &str) -> Said {
        let mut memory = self.memory();
        memory.calls.push(path.to_owned());
        if path == "/login/oauth2/token" {
            let is_known = form.contains("client_secret=hidden77")
                && (form.contains("code=a-code") || form.contains("refresh_token=lasting"));
            if !is_known {
                return Said::refused(400);
            }
            memory.token += 1;
            let token = format!("token-{}", memory.token);
            return Said::json(
                &json!({ "access_token": token, "refresh_token": "lasting", "expires_in": 3600 }),
            );
        }
        if let Some((status, headers, body)) = memory.fault.clone() {
            return Said { status, headers, body };
        }
        if bearer != format!("token-{}", memory.token) {
            return Said::refused(401);
        }
        match memory.good_calls {
            Some(0) => {
                // Nobody has this one; the next that is given out is another.
                memory.token += 1;
                memory.good_calls = None;
                return Said::refused(401);
            }
            Some(calls) => memory.good_calls = Some(calls - 1),
            None => {}
        }
        memory.list(path, &self.url)
    }
}

impl Memory {
    fn list(&self, path: &str, url: &str) -> Said {
        if let Some((_, id)) = path.split_once("/users/lti_1_3_id:") {
            let known = self.learners.iter().find(|learner| learner.person_id == id);
            return known
                .map_or_else(|| Said::refused(404), |learner| Said::json(&json!({ "id": learner.number })));
        }
        let Some((before, query)) = path.split_once("/bulk_user_progress?") else {
            return Said::refused(404);
        };
        let page = query.split('&').find_map(|pair| pair.strip_prefix("page=")?.parse::<usize>().ok());
        let page = page.unwrap_or(1);
        let rows: Vec<Value> = self.learners.iter().skip(page - 1).take(1).map(row).collect();
        let next = if page < self.learners.len() { Some(page + 1) } else { self.is_circle.then_some(1) };
        let headers = next.map(|next| {
            format!("link: <{url}{before}/bulk_user_progress?page={next}&per_page=100>; rel=\"next\"\r\n")
        });
        Said { headers: headers.unwrap_or_default(), ..Said::json(&Value::Array(rows)) }
    }
}

fn row(learner: &Progress) -> Value {
    let is_complete = learner.of > 0 && learner.done >= learner.of;
    json!({
        "id": learner.number,
        "progress": {
            "requirement_count": learner.of,
            "requirement_completed_count": learner.done,
            "completed_at": (is_complete || learner.of == 0).then_some("2026-11-05T13:38:00Z"),
        },
    })
}
