//! A person without a browser: follows redirects, keeps cookies as browsers do, carries forms between LMS and tool.

use anyhow::{Context as _, bail};
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::page::{Form, Page};
use crate::platform::{LaunchOrder, Platform};

/// No flow has more steps than this.
const MOST_STEPS: usize = 12;

/// A cookie with the attributes that decide where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    host: String,
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    path: String,
    /// Everything after the value, as the server wrote it.
    pub attributes: String,
}

impl Cookie {
    fn parse(url: &Url, header: &str) -> Option<Self> {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let (name, value) = pair.split_once('=')?;
        let path = attributes
            .split(';')
            .find_map(|attribute| attribute.trim().strip_prefix("Path=").map(str::to_owned))
            .unwrap_or_else(|| "/".to_owned());
        Some(Self {
            host: url.host_str()?.to_owned(),
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            path,
            attributes: attributes.trim().to_owned(),
        })
    }

    /// Whether the attribute stands there, in any case of letters.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.split(';').any(|own| own.trim().eq_ignore_ascii_case(attribute))
    }

    /// A request that another site caused carries only cookies that say so.
    fn goes_to(&self, url: &Url, from_another_site: bool) -> bool {
        let here = url.host_str() == Some(self.host.as_str()) && url.path().starts_with(&self.path);
        here && (!from_another_site || (self.has("SameSite=None") && self.has("Secure")))
    }
}

/// A login under way: what the tool asked the platform for.
#[derive(Clone, Debug)]
pub struct Login {
    /// The authentication request, whole.
    pub authorization: Url,
    /// Its `state`.
    pub state: String,
    /// Its `nonce`.
    pub nonce: String,
    /// Its `redirect_uri`.
    pub redirect_uri: String,
}

/// Somebody with a cookie jar.
#[derive(Clone, Debug)]
pub struct Visitor {
    http: reqwest::Client,
    /// The cookies so far.
    pub cookies: Vec<Cookie>,
    language: String,
    framed: bool,
}

impl Visitor {
    /// Somebody who reads English and has no cookies.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        // No connection rests between requests: a tool that was started again would have closed it.
        let http = reqwest::Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0).build()?;
        Ok(Self { http, cookies: Vec::new(), language: "en".to_owned(), framed: false })
    }

    /// The same person with another language in the browser.
    #[must_use]
    pub fn reading(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    /// The same person looking into a frame of the LMS.
    #[must_use]
    pub fn in_frame(mut self) -> Self {
        self.framed = true;
        self
    }

    /// Opens an address and follows redirects.
    ///
    /// # Errors
    /// When nobody answers or redirects go round in circles.
    pub async fn get(&mut self, url: &str) -> anyhow::Result<Page> {
        let request = self.request(Method::GET, url, false)?;
        let page = self.send(request).await?;
        self.follow(page).await
    }

    /// Opens an address for a machine: with this `Accept`, without following redirects.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn get_as(&mut self, url: &str, accept: &str) -> anyhow::Result<Page> {
        let request = self.request(Method::GET, url, false)?.header("Accept", accept);
        self.send(request).await
    }

    /// A list that goes on: this page and those behind it, in order.
    ///
    /// # Errors
    /// When a page cannot be had.
    pub async fn all_pages(&mut self, first: Page) -> anyhow::Result<Vec<Page>> {
        let mut pages = vec![first];
        while let Some(last) = pages.last() {
            let Some(next) = last.next_page()? else { break };
            pages.push(self.get(next.as_str()).await?);
        }
        Ok(pages)
    }

    /// Submits a form of a page of the same site and follows redirects.
    ///
    /// # Errors
    /// When nobody answers, or the form's address is none.
    pub async fn submit(&mut self, page: &Page, form: &Form) -> anyhow::Result<Page> {
        let action = page.resolve(&form.action)?;
        let answer = self.post(action.as_str(), &form.fields, None).await?;
        self.follow(answer).await
    }

    /// Posts fields without following a redirect; `from` is another site whose page caused it.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn post(
        &mut self,
        url: &str,
        fields: &[(String, String)],
        from: Option<&str>,
    ) -> anyhow::Result<Page> {
        let mut request = self.request(Method::POST, url, from.is_some())?.form(fields);
        if let Some(origin) = from {
            request = request.header(ORIGIN, origin);
        }
        self.send(request).await
    }

    /// Sends a form with a file, as `multipart/form-data` (<https://www.rfc-editor.org/rfc/rfc7578>).
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn upload(&mut self, url: &str, file: &[u8], text: &str) -> anyhow::Result<Page> {
        self.upload_with(url, file, &[("text".to_owned(), text.to_owned())]).await
    }

    /// The same with these fields.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn upload_with(
        &mut self,
        url: &str,
        file: &[u8],
        fields: &[(String, String)],
    ) -> anyhow::Result<Page> {
        const BOUNDARY: &str = "----------between-the-fields";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"badge\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let part = |(name, text): &(String, String)| {
            format!("\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}")
        };
        let parts: String = fields.iter().map(part).collect();
        let tail = format!("{parts}\r\n--{BOUNDARY}--\r\n");
        let body = [head.as_bytes(), file, tail.as_bytes()].concat();
        let request = self.request(Method::POST, url, false)?.body(body);
        self.send(request.header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))).await
    }

    /// Begins a launch and stops where the tool sends the browser to the platform.
    ///
    /// # Errors
    /// When the LMS does not launch, or the tool does not redirect to the authorization endpoint.
    pub async fn begin(&mut self, platform: &Platform, order: &LaunchOrder) -> anyhow::Result<Login> {
        let initiation = platform.initiate(order)?;
        let page = self.post(&initiation.login_url, &initiation.parameters, Some(platform.issuer())).await?;
        Self::login(&page)
    }

    /// What the tool's redirect asks the platform for.
    ///
    /// # Errors
    /// When the page is no redirect with state, nonce and redirect URI.
    pub fn login(page: &Page) -> anyhow::Result<Login> {
        let location = page.header(LOCATION.as_str());
        let location =
            location.with_context(|| format!("the login was answered {}: {}", page.status, page.text()))?;
        let authorization = Url::parse(location)?;
        let value = |name: &str| {
            let found = authorization.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned()).with_context(|| format!("no {name} in {location}"))
        };
        let (state, nonce, redirect_uri) = (value("state")?, value("nonce")?, value("redirect_uri")?);
        Ok(Login { authorization, state, nonce, redirect_uri })
    }

    /// Goes to the platform and brings its answer to the tool; gives the first answer of the tool.
    ///
    /// # Errors
    /// When the platform answers with a page instead of a form.
    pub async fn authenticate(&mut self, platform: &Platform, login: &Login) -> anyhow::Result<Page> {
        let form = self.authentication_response(login).await?;
        self.post(&form.action, &form.fields, Some(platform.issuer())).await
    }

    /// The form with which the platform answers the authentication request.
    ///
    /// # Errors
    /// When the platform answers with a page instead.
    pub async fn authentication_response(&mut self, login: &Login) -> anyhow::Result<Form> {
        let request = self.request(Method::GET, login.authorization.as_str(), false)?;
        let page = self.send(request).await?;
        let form = page.forms().into_iter().next();
        form.with_context(|| format!("the platform answered {}: {}", page.status, page.text()))
    }

    /// Brings a token of one's own to the tool, with the state of the login.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn answer(
        &mut self,
        platform: &Platform,
        login: &Login,
        id_token: &str,
    ) -> anyhow::Result<Page> {
        let fields = [("id_token", id_token), ("state", login.state.as_str())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.post(&login.redirect_uri, &fields, Some(platform.issuer())).await
    }

    /// A whole launch, up to the tool's page.
    ///
    /// # Errors
    /// When any step fails or the last page is not a success.
    pub async fn launch(&mut self, platform: &Platform, order: &LaunchOrder) -> anyhow::Result<Page> {
        let login = self.begin(platform, order).await?;
        let page = self.authenticate(platform, &login).await?;
        let page = self.follow(page).await?;
        if !page.status.is_success() {
            bail!("the launch ended with {}: {}", page.status, page.text());
        }
        Ok(page)
    }

    /// Follows redirects to the page behind them.
    ///
    /// # Errors
    /// When there are too many, or one leads nowhere.
    pub async fn follow(&mut self, mut page: Page) -> anyhow::Result<Page> {
        for _ in 0..MOST_STEPS {
            let Some(location) = page.header(LOCATION.as_str()).filter(|_| page.status.is_redirection())
            else {
                return Ok(page);
            };
            let next = page.resolve(location)?;
            let request = self.request(Method::GET, next.as_str(), false)?;
            page = self.send(request).await?;
        }
        bail!("{} redirects in circles", page.url)
    }

    fn request(&self, method: Method, url: &str, from_another_site: bool) -> anyhow::Result<RequestBuilder> {
        let url = Url::parse(url).with_context(|| format!("`{url}` is no address"))?;
        let sent = self.cookies.iter().filter(|cookie| cookie.goes_to(&url, from_another_site));
        let cookies: Vec<String> = sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let mut request = self.http.request(method, url).header(ACCEPT_LANGUAGE, &self.language);
        if self.framed {
            request = request.header("Sec-Fetch-Dest", "iframe");
        }
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        Ok(request)
    }

    async fn send(&mut self, request: RequestBuilder) -> anyhow::Result<Page> {
        let answer = request.send().await?;
        let (url, status, headers) = (answer.url().clone(), answer.status(), answer.headers().clone());
        for header in headers.get_all(SET_COOKIE) {
            if let Some(cookie) = header.to_str().ok().and_then(|text| Cookie::parse(&url, text)) {
                self.cookies.retain(|old| old.name != cookie.name || old.host != cookie.host);
                self.cookies.push(cookie);
            }
        }
        Ok(Page { url, status, headers, body: answer.text().await? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(header: &str) -> Cookie {
        Cookie::parse(&"http://127.0.0.1:8080/lti/login".parse().unwrap(), header).unwrap()
    }

    #[test]
    fn a_lax_cookie_stays_behind_when_another_site_posts() {
        let target = "http://127.0.0.1:8080/lti/launch".parse().unwrap();
        assert!(!cookie("a=b; SameSite=Lax; Secure").goes_to(&target, true));
        assert!(cookie("a=b; SameSite=Lax; Secure").goes_to(&target, false));
        assert!(cookie("a=b; SameSite=None; Secure; Path=/lti").goes_to(&target, true));
    }

    #[test]
    fn a_cookie_goes_to_its_host_and_path_only() {
        let cookie = cookie("a=b; SameSite=None; Secure; Path=/lti/launch");
        assert!(!cookie.goes_to(&"http://127.0.0.1:8080/".parse().unwrap(), false));
        assert!(!cookie.goes_to(&"http://localhost:8080/lti/launch".parse().unwrap(), false));
    }
}
