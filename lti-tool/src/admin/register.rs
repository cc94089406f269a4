//! `/admin/platforms/new`: registration by hand. Left what to enter at the platform, right what to enter here.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::Deserialize;
use url::Url;

use super::{
    platform::path,
    session::{Administrator, Confirmed},
};
use crate::{
    config::is_secure,
    error::Failure,
    language::Language,
    page::{Page, see_other},
    registration::{
        canvas::Environment,
        manual::{Pasted, values_for_canvas, values_for_moodle},
    },
    state::AppState,
    store::registration::NewRegistration,
};

/// The longest text of a field, in characters.
const LONGEST_FIELD: usize = 255;

/// Which platform's form it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The addresses follow from that of the site.
    #[default]
    Moodle,
    /// One issuer and one set of addresses for all schools of an environment.
    Canvas,
    /// Every address is entered.
    Other,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Moodle => "moodle",
            Self::Canvas => "canvas",
            Self::Other => "other",
        }
    }

    fn from_text(text: &str) -> Self {
        match text {
            "canvas" => Self::Canvas,
            "other" => Self::Other,
            _ => Self::Moodle,
        }
    }
}

/// The kind of the page.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Asked {
    kind: Option<Kind>,
}

/// The page.
#[derive(askama::Template)]
#[template(path = "admin/register.html")]
pub(crate) struct RegisterPage {
    pub(crate) t: Language,
    pub(crate) name: String,
    pub(crate) form_token: String,
    pub(crate) kind: Kind,
    pub(crate) values: Vec<Pasted>,
    pub(crate) complaint: Option<&'static str>,
    pub(crate) fields: Fields,
}

impl Page for RegisterPage {}

/// What was entered, shown again if it does not do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) platform_name: String,
    pub(crate) url: String,
    pub(crate) environment: String,
    pub(crate) client_id: String,
    pub(crate) deployment: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_url: String,
}

impl Fields {
    fn read(form: &Confirmed) -> Self {
        let text = |name| form.field(name).replace('\0', "").chars().take(LONGEST_FIELD).collect();
        Self {
            platform_name: text("platform_name"),
            url: text("url"),
            environment: text("environment"),
            client_id: text("client_id"),
            deployment: text("deployment"),
            authorization_endpoint: text("authorization_endpoint"),
            token_endpoint: text("token_endpoint"),
            jwks_url: text("jwks_url"),
        }
    }

    /// The issuer and the addresses of authorization, token and keys.
    fn addresses(&self, kind: Kind) -> (String, [String; 3]) {
        match kind {
            Kind::Moodle => {
                let site = self.url.trim_end_matches('/');
                let at = |file| format!("{site}/mod/lti/{file}.php");
                (site.to_owned(), [at("auth"), at("token"), at("certs")])
            }
            Kind::Canvas => {
                let environment = Environment::named(&self.environment);
                (environment.issuer.to_owned(), environment.addresses())
            }
            Kind::Other => (
                self.url.clone(),
                [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_url].map(Clone::clone),
            ),
        }
    }

    /// The registration.
    ///
    /// # Errors
    /// The key of the sentence that says what is wrong.
    fn registration(&self, kind: Kind, loopback: bool) -> Result<NewRegistration, Complaint> {
        if self.client_id.is_empty() {
            return Err(Complaint("admin-client-id-missing"));
        }
        if self.deployment.is_empty() {
            return Err(Complaint("admin-deployment-missing"));
        }
        let (issuer, addresses) = self.addresses(kind);
        let secure = |text: &String| Url::parse(text).ok().filter(|url| is_secure(url, loopback));
        let is_url = Url::parse(&issuer).is_ok_and(|url| url.has_host());
        let [Some(authorization_endpoint), Some(token_endpoint), Some(jwks_url)] =
            addresses.each_ref().map(secure)
        else {
            return Err(Complaint("admin-address-bad"));
        };
        if !is_url {
            return Err(Complaint("admin-address-bad"));
        }
        let host = authorization_endpoint.host_str().unwrap_or_default();
        let name = if self.platform_name.is_empty() { host } else { &self.platform_name };
        Ok(NewRegistration {
            name: name.to_owned(),
            issuer,
            client_id: self.client_id.clone(),
            authorization_endpoint,
            token_endpoint,
            token_audience: None,
            jwks_url,
            id_token_algorithm: "RS256".to_owned(),
            deployments: vec![self.deployment.clone()],
        })
    }
}

/// The key of the sentence that says what is wrong with the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Complaint(&'static str);

fn page(
    request: &HttpRequest,
    state: &AppState,
    administrator: Administrator,
    kind: Kind,
    filled: (Fields, Option<Complaint>),
) -> RegisterPage {
    let origin = state.public_url.origin().ascii_serialization();
    let t = Language::of_request(request);
    RegisterPage {
        t,
        name: administrator.name,
        form_token: administrator.form_token,
        kind,
        values: if kind == Kind::Canvas { values_for_canvas(&origin) } else { values_for_moodle(&origin, t) },
        complaint: filled.1.map(|complaint| complaint.0),
        fields: filled.0,
    }
}

/// `GET /admin/platforms/new`.
pub async fn show(
    request: HttpRequest,
    administrator: Administrator,
    state: web::Data<AppState>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let kind = asked.kind.unwrap_or_default();
    page(&request, &state, administrator, kind, (Fields::default(), None)).respond()
}

/// `POST /admin/platforms`.
///
/// # Errors
/// [`Failure`] as a page; what was entered wrongly is told on the form.
pub async fn register(
    request: HttpRequest,
    form: Confirmed,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Failure> {
    let (kind, fields) = (Kind::from_text(form.field("kind")), Fields::read(&form));
    match fields.registration(kind, state.config.outbound.allow_insecure_loopback) {
        Ok(registration) => {
            let id = state.store.insert_registration(&registration, &form.administrator.name).await?;
            Ok(see_other(&path(id)))
        }
        Err(complaint) => {
            let page = page(&request, &state, form.administrator, kind, (fields, Some(complaint)));
            Ok(page.respond_with(StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            url: "https://moodle.example/".to_owned(),
            client_id: "gIPa".to_owned(),
            deployment: "2".to_owned(),
            ..Fields::default()
        }
    }

    #[test]
    fn the_addresses_of_a_moodle_follow_from_its_site() {
        let registration = fields().registration(Kind::Moodle, false).unwrap();
        assert_eq!(
            (registration.issuer.as_str(), registration.name.as_str()),
            ("https://moodle.example", "moodle.example")
        );
        assert_eq!(registration.authorization_endpoint.as_str(), "https://moodle.example/mod/lti/auth.php");
        assert_eq!(registration.token_endpoint.as_str(), "https://moodle.example/mod/lti/token.php");
        assert_eq!(registration.jwks_url.as_str(), "https://moodle.example/mod/lti/certs.php");
    }

    #[test]
    fn canvas_has_one_issuer_whatever_the_site() {
        for (environment, issuer, token_endpoint) in [
            ("", "https://canvas.instructure.com", "https://sso.canvaslms.com/login/oauth2/token"),
            (
                "beta",
                "https://canvas.beta.instructure.com",
                "https://sso.beta.canvaslms.com/login/oauth2/token",
            ),
        ] {
            let fields = Fields { environment: environment.to_owned(), ..fields() };
            let registration = fields.registration(Kind::Canvas, false).unwrap();
            assert_eq!(registration.issuer, issuer);
            assert_eq!(registration.token_endpoint.as_str(), token_endpoint);
        }
    }

    #[test]
    fn what_is_missing_or_without_tls_is_told() {
        let complaint = |fields: Fields, kind| fields.registration(kind, false).unwrap_err().0;
        let without = |change: fn(&mut Fields)| {
            let mut fields = fields();
            change(&mut fields);
            fields
        };
        assert_eq!(
            complaint(without(|fields| fields.client_id.clear()), Kind::Moodle),
            "admin-client-id-missing"
        );
        assert_eq!(
            complaint(without(|fields| fields.deployment.clear()), Kind::Canvas),
            "admin-deployment-missing"
        );
        assert_eq!(
            complaint(without(|fields| "http://moodle.example".clone_into(&mut fields.url)), Kind::Moodle),
            "admin-address-bad"
        );
        assert_eq!(complaint(fields(), Kind::Other), "admin-address-bad");
    }
}
