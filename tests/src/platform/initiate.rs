//! Third-party-initiated login: the LMS sends the person's browser to the tool.
//!
//! <https://www.imsglobal.org/spec/security/v1p0/#step-1-third-party-initiated-login>

use super::state::{DocumentTarget, PendingLaunch, PlatformState};

/// Which launch is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchOrder {
    /// Who launches.
    pub person_id: String,
    /// The link that is opened.
    pub link_id: String,
    /// Which registration of the tool: its client id; the first tool if absent.
    pub client_id: Option<String>,
    /// Where the tool's page appears.
    pub document_target: DocumentTarget,
}

impl LaunchOrder {
    /// A launch of the first registered tool, in an iframe.
    #[must_use]
    pub fn new(person_id: &str, link_id: &str) -> Self {
        Self {
            person_id: person_id.to_owned(),
            link_id: link_id.to_owned(),
            client_id: None,
            document_target: DocumentTarget::Iframe,
        }
    }

    /// The same in a window of its own.
    #[must_use]
    pub fn in_window(mut self) -> Self {
        self.document_target = DocumentTarget::Window;
        self
    }

    /// The same for the registration with this client id.
    #[must_use]
    pub fn with_client(mut self, client_id: &str) -> Self {
        self.client_id = Some(client_id.to_owned());
        self
    }
}

/// The login request that the browser carries to the tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiation {
    /// The tool's login address.
    pub login_url: String,
    /// The parameters, for a query or a form.
    pub parameters: Vec<(String, String)>,
}

impl Initiation {
    /// The parameter's value.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why no launch can begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitiationError {
    /// No such link.
    #[error("there is no link `{0}`")]
    UnknownLink(String),
    /// No tool, or none with this client.
    #[error("no tool is registered for this launch")]
    NoTool,
    /// The person may not open the link; Moodle sends them back to the course page.
    #[error("person `{0}` may not open this link")]
    Closed(String),
}

/// Begins a launch and says what the browser has to send.
pub(crate) fn initiate(state: &PlatformState, order: &LaunchOrder) -> Result<Initiation, InitiationError> {
    let mut memory = state.memory();
    let world = &memory.world;
    let (course, link) =
        world.link(&order.link_id).ok_or_else(|| InitiationError::UnknownLink(order.link_id.clone()))?;
    let barred = link.open_to.as_ref().is_some_and(|people| !people.contains(&order.person_id));
    if barred || world.roles(&course.id, &order.person_id).is_empty() {
        return Err(InitiationError::Closed(order.person_id.clone()));
    }
    let wanted = |tool: &&super::world::Tool| {
        order.client_id.as_ref().is_none_or(|client_id| tool.client_id == *client_id)
    };
    let tool = world.tools.iter().find(wanted).ok_or(InitiationError::NoTool)?.clone();
    let hint = memory.begin(PendingLaunch {
        client_id: tool.client_id.clone(),
        deployment_id: tool.deployment_id.clone(),
        person_id: order.person_id.clone(),
        link_id: order.link_id.clone(),
        document_target: order.document_target,
    });
    let mut parameters = vec![
        ("iss", state.iss(&memory.personality)),
        ("target_link_uri", tool.target_link_uri),
        ("login_hint", order.person_id.clone()),
        ("lti_message_hint", hint),
        ("client_id", tool.client_id),
        ("lti_deployment_id", tool.deployment_id),
    ];
    if memory.personality.is_canvas {
        let where_it_is = [("canvas_region", "not_configured"), ("canvas_environment", "prod")];
        parameters.extend(where_it_is.map(|(name, value)| (name, value.to_owned())));
    }
    if let Some(target) = memory.personality.storage_target {
        parameters.push(("lti_storage_target", target.to_owned()));
    }
    let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Initiation { login_url: tool.login_url, parameters })
}
