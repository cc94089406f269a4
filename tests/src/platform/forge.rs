//! Tokens that no honest platform would sign, for attacks and for the certification suite's odd launches.
//!
//! A forge begins as the `id_token` of a proper launch; a test changes what it is about and nothing else.

use serde_json::{Map, Value, json};

use super::id_token;
use super::initiate::LaunchOrder;
use super::keys::{KeyError, RsaKey, signing_input};
use super::state::{PendingLaunch, PlatformState};

/// How a forged token is signed.
#[derive(Clone, Debug)]
pub enum Signature {
    /// With this key, RS256.
    Key(RsaKey),
    /// Not at all: the third part is empty.
    None,
    /// HS256 with the platform's public key as the secret.
    PublicKeyAsSecret,
    /// With the platform's key, and then one bit of the signature is turned.
    Damaged,
}

/// An `id_token` under construction.
#[derive(Clone, Debug)]
pub struct Forge {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    platform_key: RsaKey,
    signature: Signature,
}

impl Forge {
    /// The token of a proper launch. Empty claims if the order names nobody or nothing known.
    pub(crate) fn new(state: &PlatformState, order: &LaunchOrder, nonce: &str, now: i64) -> Self {
        let memory = state.memory();
        let wanted = order.client_id.as_deref();
        let tool =
            memory.world.tools.iter().find(|tool| wanted.is_none_or(|client_id| tool.client_id == client_id));
        let launch = tool.map(|tool| PendingLaunch {
            client_id: tool.client_id.clone(),
            deployment_id: tool.deployment_id.clone(),
            person_id: order.person_id.clone(),
            link_id: order.link_id.clone(),
            document_target: order.document_target,
        });
        let claims = launch.and_then(|launch| id_token::claims(state, &memory, &launch, nonce, now));
        let platform_key = memory.key.clone();
        let header = platform_key.header().as_object().cloned().unwrap_or_default();
        let signature = Signature::Key(platform_key.clone());
        Self { header, claims: claims.unwrap_or_default(), platform_key, signature }
    }

    /// Sets a claim, or a core LTI claim given by its short name (`roles`, `version`, …) through [`Forge::lti`].
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a claim out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a core LTI claim by its short name.
    #[must_use]
    pub fn lti(self, name: &str, value: impl Into<Value>) -> Self {
        self.claim(&id_token::claim(name), value)
    }

    /// Leaves a core LTI claim out.
    #[must_use]
    pub fn without_lti(self, name: &str) -> Self {
        self.without(&id_token::claim(name))
    }

    /// Leaves out every claim of LTI and of its services.
    #[must_use]
    pub fn without_any_lti(mut self) -> Self {
        self.claims.retain(|name, _| !name.starts_with("https://purl.imsglobal.org/"));
        self
    }

    /// Moves `iat` and `exp` by so many seconds.
    #[must_use]
    pub fn shifted_seconds(mut self, seconds: i64) -> Self {
        for name in ["iat", "exp"] {
            if let Some(moment) = self.claims.get(name).and_then(Value::as_i64) {
                self.claims.insert(name.to_owned(), json!(moment + seconds));
            }
        }
        self
    }

    /// Sets a header parameter.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a header parameter out.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Signs in another way.
    #[must_use]
    pub fn signed(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    /// The value of a claim as it stands.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// The compact token.
    ///
    /// # Errors
    /// When the library refuses to sign.
    pub fn token(self) -> Result<String, KeyError> {
        let (header, claims) = (Value::Object(self.header), Value::Object(self.claims));
        match self.signature {
            Signature::Key(key) => key.sign(&header, &claims),
            Signature::None => Ok(format!("{}.", signing_input(&header, &claims))),
            Signature::PublicKeyAsSecret => {
                self.platform_key.sign_with_public_key_as_secret(&header, &claims)
            }
            Signature::Damaged => Ok(damaged(&self.platform_key.sign(&header, &claims)?)),
        }
    }
}

/// Changes one letter in the middle of the signature.
fn damaged(token: &str) -> String {
    let middle = token.rfind('.').map_or(0, |dot| dot + (token.len() - dot) / 2);
    let letters = token.char_indices().map(|(index, letter)| match (index == middle, letter) {
        (true, 'A') => 'B',
        (true, _) => 'A',
        (false, letter) => letter,
    });
    letters.collect()
}
