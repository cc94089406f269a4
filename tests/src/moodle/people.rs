//! People who use Moodle: in a browser, or step by step for what a browser cannot do, such as sending the same launch twice.

use anyhow::{Context as _, ensure};

use super::{Link, Moodle, Person};
use crate::browser::Browser;
use crate::page::{Form, Page};
use crate::visitor::Visitor;

impl Moodle {
    /// Signs in on Moodle's own page.
    ///
    /// # Errors
    /// When Moodle does not answer or refuses the password.
    pub async fn sign_in(&self, browser: &Browser, person: &Person) -> anyhow::Result<()> {
        browser.goto(self.login_url()).await?;
        browser.wait_for("#login").await?;
        // At once, not typed: scripts of Moodle's move the focus and exchange the password's field while the page comes up.
        let submit = "const form = document.getElementById('login'); form.elements.username.value = arguments[0]; \
             form.elements.password.value = arguments[1]; form.submit();";
        browser
            .execute(submit, vec![person.username.as_str().into(), person.password.as_str().into()])
            .await?;
        browser
            .wait_for("#user-menu-toggle")
            .await
            .with_context(|| format!("Moodle did not let {} in", person.username))?;
        Ok(())
    }

    /// Signs in without a browser.
    ///
    /// # Errors
    /// When Moodle does not answer or refuses the password.
    pub async fn sign_in_plainly(&self, person: &Person) -> anyhow::Result<Visitor> {
        let mut visitor = Visitor::new()?;
        let page = visitor.get(&self.login_url()).await?;
        let form = page.form("/login/index.php")?;
        let form = form.with("username", &person.username).with("password", &person.password);
        let page = visitor.submit(&page, &form).await?;
        ensure!(
            !page.url.path().ends_with("/login/index.php"),
            "Moodle refused the password of {}: {}",
            person.username,
            page.text()
        );
        Ok(visitor)
    }

    /// Opens a link up to the moment when Moodle's page posts the `id_token`: initiation, the tool's login, Moodle's authorization.
    ///
    /// # Errors
    /// When Moodle or the tool refuses on the way; the error shows the page.
    pub async fn begin_launch(&self, visitor: &mut Visitor, link: &Link) -> anyhow::Result<Form> {
        let initiation = visitor.get(&link.url).await?;
        let initiation = only_form(&initiation).context("Moodle did not start the launch")?;
        let redirect = visitor.post(&initiation.action, &initiation.fields, Some(self.url())).await?;
        let authorized = visitor.follow(redirect).await?;
        let mut form = only_form(&authorized).context("the login did not come back to Moodle")?;
        if form.field("repost").is_some() {
            // Moodle posts to itself once, so that its own cookie comes along.
            let again = visitor.post(&form.action, &form.fields, None).await?;
            form = only_form(&again)?;
        }
        ensure!(
            form.field("id_token").is_some(),
            "Moodle answered without an id_token: {:?}",
            form.field("error")
        );
        Ok(form)
    }

    /// Posts what Moodle's page posts, and follows to the tool's page.
    ///
    /// # Errors
    /// When the tool does not answer.
    pub async fn finish_launch(&self, visitor: &mut Visitor, form: &Form) -> anyhow::Result<Page> {
        let answer = visitor.post(&form.action, &form.fields, Some(self.url())).await?;
        visitor.follow(answer).await
    }

    fn login_url(&self) -> String {
        format!("{}/login/index.php", self.url())
    }
}

/// The form of a page that consists of one and submits it by itself.
fn only_form(page: &Page) -> anyhow::Result<Form> {
    page.forms()
        .into_iter()
        .next()
        .with_context(|| format!("{} answered {}: {}", page.url, page.status, page.text()))
}
