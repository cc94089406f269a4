//! People who use the pages of the practice LMS without a browser.

use anyhow::{Context as _, ensure};

use crate::page::Page;
use crate::visitor::Visitor;

/// From the practice LMS's launch page through the login to the tool's page. `lms` has no slash at the end.
///
/// # Errors
/// When a step fails, or the last page is no page of somebody else than the LMS.
pub async fn launch(visitor: &mut Visitor, lms: &str, person: &str, link: &str) -> anyhow::Result<Page> {
    let mut page = visitor.get(&format!("{lms}/launch?person={person}&link={link}")).await?;
    // Two pages send themselves on: the LMS's login request, and its answer to the authentication request.
    for _ in 0..2 {
        let form = page.forms().into_iter().next();
        let form = form.with_context(|| format!("{} holds no form: {}", page.url, page.text()))?;
        let action = page.resolve(&form.action)?;
        page = visitor.post(action.as_str(), &form.fields, Some(lms)).await?;
        page = visitor.follow(page).await?;
    }
    ensure!(page.status.is_success(), "the launch was answered {}: {}", page.status, page.text());
    ensure!(!page.url.as_str().starts_with(lms), "the launch ended at {}", page.url);
    Ok(page)
}
