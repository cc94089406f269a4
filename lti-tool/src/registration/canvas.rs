//! Canvas as Instructure runs it: one issuer for all schools of an environment, and its LTI on another host than the issuer's.
//!
//! Issuers and hosts: <https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.lti_dev_key_config>. A Canvas that
//! somebody else runs has the issuer of its `config/security.yml` (`lti_iss`): if that is its own address, it registers as any platform
//! does; if it is Instructure's, which old installations came with, it has to be registered by hand.

use url::Url;

/// An environment of Instructure's; each is a platform of its own, with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// What Canvas calls it in a login (`canvas_environment`).
    pub name: &'static str,
    /// `iss`.
    pub issuer: &'static str,
    /// Where people are sent, tokens come from and keys are.
    sso: &'static str,
}

/// All of them; people mean the first one if they do not say.
pub const ENVIRONMENTS: [Environment; 3] = [
    Environment {
        name: "production",
        issuer: "https://canvas.instructure.com",
        sso: "https://sso.canvaslms.com",
    },
    Environment {
        name: "beta",
        issuer: "https://canvas.beta.instructure.com",
        sso: "https://sso.beta.canvaslms.com",
    },
    Environment {
        name: "test",
        issuer: "https://canvas.test.instructure.com",
        sso: "https://sso.test.canvaslms.com",
    },
];

impl Environment {
    /// The one with this name, or else production.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let [production, ..] = ENVIRONMENTS;
        ENVIRONMENTS.into_iter().find(|environment| environment.name == name).unwrap_or(production)
    }

    /// The one whose configuration may be at `url`.
    #[must_use]
    pub fn at(url: &Url) -> Option<Self> {
        let origin = url.origin().ascii_serialization();
        ENVIRONMENTS.into_iter().find(|environment| [environment.issuer, environment.sso].contains(&&*origin))
    }

    /// The addresses of authorization, token and keys.
    #[must_use]
    pub fn addresses(self) -> [String; 3] {
        ["api/lti/authorize_redirect", "login/oauth2/token", "api/lti/security/jwks"]
            .map(|path| format!("{}/{path}", self.sso))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_has_the_issuer_and_the_addresses_that_canvas_documents() {
        let said = ["production", "beta", "test", "nonsense"].map(|name| {
            let environment = Environment::named(name);
            let [authorization, token, keys] = environment.addresses();
            [environment.issuer.to_owned(), authorization, token, keys].join(" ")
        });
        let documented = |issuer: &str, sso: &str| {
            format!(
                "{issuer} {sso}/api/lti/authorize_redirect {sso}/login/oauth2/token {sso}/api/lti/security/jwks"
            )
        };
        let production = documented("https://canvas.instructure.com", "https://sso.canvaslms.com");
        assert_eq!(
            said,
            [
                production.clone(),
                documented("https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com"),
                documented("https://canvas.test.instructure.com", "https://sso.test.canvaslms.com"),
                production,
            ]
        );
    }

    #[test]
    fn only_instructure_s_own_hosts_are_its_environments() {
        let at = |url: &str| Environment::at(&url.parse().unwrap()).map(|environment| environment.name);
        let path = "/api/lti/security/openid-configuration?registration_token=x";
        assert_eq!(at(&format!("https://canvas.beta.instructure.com{path}")), Some("beta"));
        assert_eq!(at(&format!("https://sso.test.canvaslms.com{path}")), Some("test"));
        assert_eq!(at(&format!("https://sso.canvaslms.com{path}")), Some("production"));
        for elsewhere in [
            "https://school.instructure.com",
            "https://canvas.instructure.com.evil.example",
            "https://sso.beta.canvaslms.com:8443",
            "http://sso.canvaslms.com",
            "https://canvas.example",
        ] {
            assert_eq!(at(elsewhere), None, "{elsewhere}");
        }
    }
}
