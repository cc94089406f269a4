//! The platform as a running server on a port of its own.

use std::net::TcpListener;
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};

use super::ags::LineItem;
use super::clock::unix_seconds;
use super::faults::Fault;
use super::forge::Forge;
use super::initiate::{self, Initiation, InitiationError, LaunchOrder};
use super::keys::{KeyError, RsaKey};
use super::personality::Personality;
use super::routes;
use super::sample;
use super::state::{Endpoint, PlatformState, Refused};
use super::world::{Tool, World};

/// Why the platform does not start.
#[derive(Debug, thiserror::Error)]
pub enum PlatformError {
    /// The address is taken or not ours.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address wanted.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// No key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The thread of the server ended at once.
    #[error("the platform's server did not start")]
    Start,
}

/// How the platform starts.
#[derive(Clone, Debug)]
pub struct PlatformOptions {
    /// Address and port; port 0 takes a free one. Default `127.0.0.1:0`.
    pub listen: String,
    /// Host name in the issuer and every address. Default `localhost`, so that a tool on 127.0.0.1 is another site.
    pub host: String,
    /// Default: the specification's.
    pub personality: Personality,
    /// Default: the sample courses.
    pub world: World,
}

impl Default for PlatformOptions {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            host: "localhost".to_owned(),
            personality: Personality::specification(),
            world: sample::world(),
        }
    }
}

/// A running platform; it stops when dropped.
#[derive(Debug)]
pub struct Platform {
    state: web::Data<PlatformState>,
    server: ServerHandle,
}

impl Platform {
    /// Starts a platform in a thread of its own.
    ///
    /// # Errors
    /// `Listen` when the address cannot be bound, `Key` when no RSA key can be made, `Start` when the server dies.
    pub fn start(options: PlatformOptions) -> Result<Self, PlatformError> {
        let cannot_listen = |source| PlatformError::Listen { address: options.listen.clone(), source };
        let listener = TcpListener::bind(&options.listen).map_err(cannot_listen)?;
        let port = listener.local_addr().map_err(cannot_listen)?.port();
        let issuer = format!("http://{}:{port}", options.host);
        let state = PlatformState::new(issuer, options.world, options.personality, RsaKey::generate()?);
        let state = web::Data::new(state);
        let server = serve(listener, state.clone())?;
        Ok(Self { state, server })
    }

    /// The issuer, which is also the address of its pages.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.state.issuer
    }

    /// `iss` of its tokens: its own address, or that of all schools of Canvas.
    #[must_use]
    pub fn iss(&self) -> String {
        self.state.iss(&self.state.memory().personality)
    }

    /// Which notices it would send where.
    #[must_use]
    pub fn notice_handlers(&self) -> Vec<(String, String)> {
        self.state.memory().notice_handlers.clone()
    }

    /// The authorization endpoint.
    #[must_use]
    pub fn authorization_url(&self) -> String {
        self.state.authorization_url()
    }

    /// The token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.state.token_url()
    }

    /// The key set.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        self.state.jwks_url()
    }

    /// The roster of a course.
    #[must_use]
    pub fn memberships_url(&self, course_id: &str) -> String {
        self.state.memberships_url(course_id)
    }

    /// The line items of a course.
    #[must_use]
    pub fn line_items_url(&self, course_id: &str) -> String {
        self.state.line_items_url(course_id)
    }

    /// Registers a tool, as an administrator would.
    pub fn register(&self, tool: Tool) {
        self.state.memory().world.tools.push(tool);
    }

    /// Changes people, courses or tools while the platform runs.
    pub fn change_world(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.state.memory().world);
    }

    /// From now on nothing is known of the lists of members that were given out: their differences are not found.
    pub fn forget_rosters(&self) {
        self.state.memory().given_rosters.clear();
    }

    /// Places a column of the grade book beside a link of the first tool, as an instructor who wants scores would.
    pub fn place_column(&self, course_id: &str, link_id: &str, score_maximum: f64) {
        let base = self.line_items_url(course_id);
        let mut memory = self.state.memory();
        let client_id = memory.world.tools.first().map(|tool| tool.client_id.clone()).unwrap_or_default();
        let item = LineItem {
            id: String::new(),
            score_maximum,
            label: "Badge".to_owned(),
            resource_id: None,
            tag: None,
            resource_link_id: Some(link_id.to_owned()),
        };
        memory.grades.place(&client_id, course_id, &base, item, true);
    }

    /// A teacher types a part of the full score, 0 to 1, into the columns of a course.
    pub fn grade(&self, course_id: &str, person_id: &str, part: f64) {
        self.state.memory().grades.enter(course_id, person_id, part, "2026-01-01T00:00:00Z");
    }

    /// From now on the grade book does not grade this person, whatever the roster says.
    pub fn ungradable(&self, person_id: &str) {
        self.state.memory().grades.ungradable.insert(person_id.to_owned());
    }

    /// The titles of the tool's columns in a course.
    #[must_use]
    pub fn columns(&self, course_id: &str) -> Vec<String> {
        self.state.memory().grades.titles(course_id)
    }

    /// What the tool last told the grade book of a course: learner and points.
    #[must_use]
    pub fn scores(&self, course_id: &str) -> Vec<(String, Option<f64>)> {
        self.state.memory().grades.told(course_id)
    }

    /// Lets Moodle's web services answer `function` about this person with `body`, for whoever has `token`.
    pub fn answer_web_service(&self, token: &str, function: &str, person_id: &str, body: &str) {
        self.state.memory().web_services.plan(token, function, person_id, body);
    }

    /// Begins a launch: what the browser would carry to the tool.
    ///
    /// # Errors
    /// When the LMS would not let this person open this link.
    pub fn initiate(&self, order: &LaunchOrder) -> Result<Initiation, InitiationError> {
        initiate::initiate(&self.state, order)
    }

    /// An `id_token` to be changed and signed at will, correct until it is.
    #[must_use]
    pub fn forge(&self, order: &LaunchOrder, nonce: &str) -> Forge {
        Forge::new(&self.state, order, nonce, unix_seconds())
    }

    /// The platform's own key.
    #[must_use]
    pub fn key(&self) -> RsaKey {
        self.state.memory().key.clone()
    }

    /// Replaces the platform's key, as a rotation without overlap would.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotate_key(&self) -> Result<(), KeyError> {
        self.state.memory().key = RsaKey::generate()?;
        Ok(())
    }

    /// Forgets every access token, as a restarted LMS may.
    pub fn revoke_tokens(&self) {
        self.state.memory().tokens.clear();
    }

    /// Tokens given from now on live this long.
    pub fn set_token_lifetime_seconds(&self, seconds: i64) {
        self.state.memory().token_lifetime_seconds = seconds;
    }

    /// After `good` further calls the endpoint fails `times` times.
    pub fn plan_fault(&self, endpoint: Endpoint, good: usize, times: usize, fault: &Fault) {
        self.state.memory().faults.plan(endpoint, good, times, fault);
    }

    /// The endpoint fails no more.
    pub fn forget_faults(&self, endpoint: Endpoint) {
        self.state.memory().faults.forget(endpoint);
    }

    /// What was refused so far, oldest first: empty after a flow in which the tool did everything right.
    #[must_use]
    pub fn refused(&self) -> Vec<Refused> {
        self.state.memory().refused.clone()
    }

    /// How often an endpoint was called, refused and failed calls included.
    #[must_use]
    pub fn calls(&self, endpoint: Endpoint) -> usize {
        self.state.memory().calls.get(&endpoint).copied().unwrap_or_default()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // The command is sent at once; only the answer would have to be awaited.
        drop(self.server.stop(false));
    }
}

fn serve(listener: TcpListener, state: web::Data<PlatformState>) -> Result<ServerHandle, PlatformError> {
    let (started, handle) = mpsc::channel();
    std::thread::spawn(move || {
        let outcome: std::io::Result<()> = actix_web::rt::System::new().block_on(async move {
            let app = move || App::new().app_data(state.clone()).configure(routes::configure);
            let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
            drop(started.send(server.handle()));
            server.await
        });
        drop(outcome);
    });
    handle.recv().map_err(|_ended| PlatformError::Start)
}
