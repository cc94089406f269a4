//! A person who uses Moodle over plain HTTP, step by step: for what a browser cannot do, such as sending the same launch twice.

use anyhow::{Context as _, ensure};
use reqwest::{Client, Response};

use super::{Form, Link, Moodle, Person};

/// Somebody with cookies of Moodle and of the tool.
#[derive(Clone, Debug)]
pub struct Visitor {
    http: Client,
}

impl Visitor {
    /// Signs in to Moodle.
    ///
    /// # Errors
    ///
    /// When Moodle does not answer or refuses the password.
    pub async fn sign_in(moodle: &Moodle, person: &Person) -> anyhow::Result<Self> {
        let http = Client::builder().cookie_store(true).build()?;
        let visitor = Self { http };
        let address = format!("{}/login/index.php", moodle.url());
        let page = text(visitor.http.get(&address).send().await?).await?;
        let (_, rest) =
            page.split_once("name=\"logintoken\" value=\"").context("Moodle's login page has no token")?;
        let token = rest.split('"').next().unwrap_or_default();
        let fields = [
            ("username", person.username.as_str()),
            ("password", person.password.as_str()),
            ("logintoken", token),
        ];
        let answer = visitor.http.post(&address).form(&fields).send().await?;
        ensure!(
            !answer.url().path().ends_with("/login/index.php"),
            "Moodle refused the password of {}",
            person.username
        );
        Ok(visitor)
    }

    /// Opens a link up to the moment when Moodle's page posts the `id_token`: initiation, the tool's login, Moodle's authorization.
    ///
    /// # Errors
    ///
    /// When a page on the way has no form: Moodle or the tool refused, and the error shows the page.
    pub async fn launch(&self, link: &Link) -> anyhow::Result<Form> {
        let initiation = Form::first_of(&text(self.http.get(&link.url).send().await?).await?)
            .context("Moodle did not start the launch")?;
        let authorized = text(self.submit(&initiation).await?).await?;
        let mut form = Form::first_of(&authorized).context("the login did not come back to Moodle")?;
        if form.field("repost").is_some() {
            // Moodle posts to itself once, so that its own cookie comes along.
            form = Form::first_of(&text(self.submit(&form).await?).await?)?;
        }
        ensure!(form.field("id_token").is_some(), "Moodle answered without an id_token: {form:?}");
        Ok(form)
    }

    /// Posts a form and follows redirects.
    ///
    /// # Errors
    ///
    /// When nobody answers.
    pub async fn submit(&self, form: &Form) -> anyhow::Result<Response> {
        Ok(self.http.post(&form.action).form(&form.fields).send().await?)
    }
}

/// The text of a page, whatever its status.
async fn text(response: Response) -> anyhow::Result<String> {
    Ok(response.text().await?)
}
