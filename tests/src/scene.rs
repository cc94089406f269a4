//! Everything that an integration test needs, in one call: database, tool, platform, registration.

use anyhow::Context as _;

use crate::app::{App, AppConfig};
use crate::database::Database;
use crate::page::{Form, Page};
use crate::platform::{LaunchOrder, Personality, Platform, PlatformOptions};
use crate::visitor::{Login, Visitor};

/// The client id that the platform gave to the tool.
pub const CLIENT: &str = "badge-tool";
/// The deployment of the tool on the platform.
pub const DEPLOYMENT: &str = "1";

/// A tool and a platform that know each other. Fields are dropped in order: the tool goes before its database.
#[derive(Debug)]
pub struct Scene {
    /// The tool.
    pub app: App,
    /// The platform.
    pub platform: Platform,
    /// The tool's database.
    pub database: Database,
}

/// A scene that differs from the default.
#[derive(Debug, Default)]
pub struct SceneBuilder {
    personality: Personality,
    settings: Vec<(String, String)>,
    cluster: Option<String>,
}

impl SceneBuilder {
    /// Another kind of platform.
    #[must_use]
    pub fn like(mut self, personality: Personality) -> Self {
        self.personality = personality;
        self
    }

    /// A setting of the tool, as a TOML value.
    #[must_use]
    pub fn with(mut self, key: &str, toml_value: &str) -> Self {
        self.settings.push((key.to_owned(), toml_value.to_owned()));
        self
    }

    /// In the cluster at this address, which the test may stop.
    #[must_use]
    pub fn in_cluster(mut self, address: &str) -> Self {
        self.cluster = Some(address.to_owned());
        self
    }

    /// Starts everything.
    ///
    /// # Errors
    /// When a part does not start.
    pub async fn start(self) -> anyhow::Result<Scene> {
        let database = match &self.cluster {
            Some(address) => Database::create_at(address).await?,
            None => Database::create().await?,
        };
        let mut config = AppConfig::new(&database.tool_url());
        for (key, value) in &self.settings {
            config = config.with(key, value);
        }
        let app = App::start(&config)?;
        let platform =
            Platform::start(PlatformOptions { personality: self.personality, ..PlatformOptions::default() })?;
        app.register(&platform, &app.as_tool(CLIENT, DEPLOYMENT))?;
        Ok(Scene { app, platform, database })
    }
}

impl Scene {
    /// The default scene.
    ///
    /// # Errors
    /// When a part does not start.
    pub async fn start() -> anyhow::Result<Self> {
        SceneBuilder::default().start().await
    }

    /// A scene to be changed before it starts.
    #[must_use]
    pub fn builder() -> SceneBuilder {
        SceneBuilder::default()
    }

    /// Somebody launches the tool: the visitor and the page they end on.
    ///
    /// # Errors
    /// When the launch does not end with a page.
    pub async fn launch(&self, person_id: &str, link_id: &str) -> anyhow::Result<(Visitor, Page)> {
        let mut visitor = Visitor::new()?;
        let page = visitor.launch(&self.platform, &LaunchOrder::new(person_id, link_id)).await;
        let page = page.with_context(|| format!("the tool's log:\n{}", self.app.log()))?;
        Ok((visitor, page))
    }

    /// The settings of another process of this tool, be it a command: the same database, the same public address and so the same issuer.
    #[must_use]
    pub fn config(&self) -> AppConfig {
        AppConfig::new(&self.database.tool_url()).with("server.public_url", &format!("{:?}", self.app.url))
    }

    /// Another replica of the tool, at another port.
    ///
    /// # Errors
    /// When it does not start.
    pub fn replica(&self) -> anyhow::Result<App> {
        App::start(&self.config())
    }

    /// A launch that was begun, so that a test can answer it with a token of its own.
    ///
    /// # Errors
    /// When the tool does not send the browser to the platform.
    pub async fn begin(&self, order: &LaunchOrder) -> anyhow::Result<(Visitor, Login)> {
        let mut visitor = Visitor::new()?;
        let login = visitor.begin(&self.platform, order).await?;
        Ok((visitor, login))
    }

    /// Awards the badge of the course page to these people, as the ticked form does.
    ///
    /// # Errors
    /// When the tool does not answer with the course page.
    pub async fn award(
        &self,
        instructor: &mut Visitor,
        course: &Page,
        person_ids: &[&str],
    ) -> anyhow::Result<Page> {
        let form = person_ids.iter().fold(course.form("/awards")?, |form, person_id| Form {
            fields: [form.fields.as_slice(), &[("user".to_owned(), (*person_id).to_owned())]].concat(),
            ..form
        });
        instructor.submit(course, &form).await
    }

    /// The learner presses "share" beside the badge of this link's course: the learner and the page they end on.
    ///
    /// # Errors
    /// When they have no badge to share there.
    pub async fn share(&self, person_id: &str, link_id: &str) -> anyhow::Result<(Visitor, Page)> {
        let (mut learner, mine) = self.launch(person_id, link_id).await?;
        let shared = learner.submit(&mine, &mine.form("/share")?).await?;
        anyhow::ensure!(shared.body.contains("id=\"share-link\""), "not shared: {}", shared.text());
        Ok((learner, shared))
    }

    /// The addresses of all stored credentials, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn credentials(&self) -> anyhow::Result<Vec<String>> {
        let query = "select credential_id from badges.assertion order by awarded_at, credential_id";
        Ok(sqlx::query_scalar(query).fetch_all(&self.database.pool).await?)
    }

    /// The outcomes of verifying every stored credential again, in SQL.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn outcomes(&self) -> anyhow::Result<Vec<String>> {
        let query = "select (badges.verify(credential)).outcome from badges.assertion order by awarded_at, credential_id";
        Ok(sqlx::query_scalar(query).fetch_all(&self.database.pool).await?)
    }
}
