//! What an administrator and a teacher do in Moodle's own pages: register the tool with an invitation, activate it, place a badge.

use anyhow::Context as _;
use thirtyfour::By;

use super::{Course, Link, Moodle};
use crate::browser::Browser;

impl Moodle {
    /// Pastes the invitation under "Manage tools", reads the tool's page there and closes it.
    ///
    /// # Errors
    /// When the tool's page does not say that the registration worked.
    pub async fn register_dynamically(&self, browser: &Browser, invitation: &str) -> anyhow::Result<()> {
        browser.goto(format!("{}/mod/lti/toolconfigure.php", self.url())).await?;
        settled(browser).await?;
        browser.wait_for("#tool-url").await?.send_keys(invitation).await?;
        browser.click("#tool-create-button").await?;
        browser.enter_frame("#external-registration-template-container iframe").await?;
        // A site that has a tool on this host already asks whether to update it; this one is new.
        let next = browser.wait_for("#registered, button[data-href$='type=0']").await?;
        if next.tag_name().await? == "button" {
            next.click().await?;
        }
        browser.wait_for("#registered").await?;
        browser.click("#close").await?;
        Ok(browser.enter_default_frame().await?)
    }

    /// Activates the tool that was registered with this client id, and gives its number.
    ///
    /// # Errors
    /// When the tool is not listed, or does not become active.
    pub async fn activate(&self, browser: &Browser, client_id: &str) -> anyhow::Result<String> {
        let card = format!(".tool-card[data-clientid='{client_id}']");
        let number = browser.wait_for(&card).await?.attr("data-type-id").await?;
        browser.click(&format!("{card} .activate")).await?;
        browser.wait_for(&format!("{card} .badge.bg-success")).await?;
        number.context("the tool's card has no number")
    }

    /// Shows the tool among the activities of a course, as its teacher.
    ///
    /// # Errors
    /// When the course does not list the tool.
    pub async fn show_in_course(&self, browser: &Browser, course: &Course, tool: &str) -> anyhow::Result<()> {
        let page = format!("{}/mod/lti/coursetools.php?id={}", self.url(), course.id);
        browser.goto(&page).await?;
        let toggle = format!("input[data-action='showinactivitychooser-toggle'][data-id='{tool}']");
        browser.wait_for(&toggle).await?;
        settled(browser).await?;
        // The theme draws the switch beside a box and a label that have no size to click on.
        browser.execute(format!("document.querySelector(\"{toggle}\").click()"), Vec::new()).await?;
        settled(browser).await?;
        browser.goto(&page).await?;
        browser.wait_for(&format!("{toggle}[data-state='1']")).await?;
        Ok(())
    }

    /// Adds the tool to a course by "Select content": the tool's page is answered by pressing `button`; gives the new link.
    ///
    /// # Errors
    /// When Moodle does not take what was chosen.
    pub async fn place(
        &self,
        browser: &Browser,
        course: &Course,
        tool: &str,
        button: &str,
    ) -> anyhow::Result<Link> {
        let add = format!(
            "{}/course/modedit.php?add=lti&course={}&section=1&return=0&typeid={tool}",
            self.url(),
            course.id
        );
        browser.goto(add).await?;
        settled(browser).await?;
        browser.click("#id_selectcontent").await?;
        browser.enter_frame("#contentitem-page-iframe").await?;
        browser.click(button).await?;
        browser.enter_default_frame().await?;
        // Moodle fills its form in with what the tool answered, and shows the name.
        browser.wait_until("document.getElementById('id_name').value").await?;
        browser.click("#id_submitbutton2").await?;
        browser.wait_for("li.activity.modtype_lti a.aalink").await?;
        let links = browser.find_all(By::Css("li.activity.modtype_lti a.aalink")).await?;
        let newest = links.last().context("the course has no link to the tool")?;
        let url = newest.attr("href").await?.context("the link leads nowhere")?;
        Ok(Link { url, resource_link_id: String::new() })
    }
}

/// Waits until Moodle's scripts have taken the page over; before that, buttons do nothing, or something else.
async fn settled(browser: &Browser) -> anyhow::Result<()> {
    browser.wait_until("document.readyState === 'complete' && window.M?.util?.pending_js?.length === 0").await
}
