//! A real Chromium without a screen, driven through ChromeDriver (<https://www.w3.org/TR/webdriver2/>).
//!
//! Each browser has a driver on a port of its own and a profile of its own; both end when it is dropped.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::{By, ChromeCapabilities, DesiredCapabilities, WebDriver, WebElement};

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";
/// An element that does not come within this time does not come.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(50);
/// Without these, Chromium calls home, wants a sandbox that root does not have, or a graphics card.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// What the browser does with cookies of a framed site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThirdPartyCookies {
    /// Kept and sent.
    #[default]
    Allowed,
    /// Not kept, unless they are partitioned.
    Blocked,
    /// A tool on 127.0.0.1 keeps none in a page of localhost, not even partitioned ones; in a window of its own it may.
    NoneInFrames,
    /// No site may keep any cookie.
    NoneAtAll,
}

/// Chromium makes no window narrower than this; anything below is emulated.
const NARROWEST_WINDOW: u32 = 500;

/// How the browser starts.
#[derive(Clone, Debug)]
pub struct BrowserOptions {
    /// `Accept-Language`, for example `ja`. Default `en`.
    pub language: String,
    /// Default: allowed.
    pub third_party_cookies: ThirdPartyCookies,
    /// Width of the window in pixels. Default 1200.
    pub width: u32,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self { language: "en".to_owned(), third_party_cookies: ThirdPartyCookies::Allowed, width: 1200 }
    }
}

/// A running browser. Everything that WebDriver can do is there by dereferencing.
///
/// Fields are dropped in order: the driver ends before the profile is deleted.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _process: Driver,
    _profile: TempDir,
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Browser {
    /// Starts a browser that reads English and allows third-party cookies.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(&BrowserOptions::default()).await
    }

    /// Starts a browser.
    ///
    /// # Errors
    /// When ChromeDriver or Chromium is not installed or does not start.
    pub async fn start_with(options: &BrowserOptions) -> anyhow::Result<Self> {
        let process = Driver::start()?;
        let profile = tempfile::tempdir()?;
        let capabilities = capabilities(profile.path(), options)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", process.port), capabilities).await;
        let driver = driver.context("Chromium did not start; `make deps` installs it")?;
        if options.width < NARROWEST_WINDOW {
            let screen =
                json!({ "width": options.width, "height": 1000, "deviceScaleFactor": 1, "mobile": false });
            driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", screen).await?;
        }
        Ok(Self { driver, _process: process, _profile: profile })
    }

    /// The first element that fits, as soon as it is there.
    ///
    /// # Errors
    /// When it does not come; the error shows where the browser is.
    pub async fn wait_for(&self, css: &str) -> anyhow::Result<WebElement> {
        let found = self.driver.query(By::Css(css)).wait(LONGEST_WAIT, POLL).first().await;
        match found {
            Ok(element) => Ok(element),
            Err(_absent) => Err(anyhow::anyhow!("no `{css}` appeared: {}", self.describe().await)),
        }
    }

    /// Clicks the first element that fits, as soon as it can be: a window that is just opening has no size yet.
    ///
    /// # Errors
    /// When it does not come or cannot be clicked.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        let element = self.wait_for(css).await?;
        let end = tokio::time::Instant::now() + LONGEST_WAIT;
        loop {
            match element.click().await {
                Err(error)
                    if matches!(*error, WebDriverErrorInner::ElementNotInteractable(_))
                        && tokio::time::Instant::now() < end =>
                {
                    tokio::time::sleep(POLL).await;
                }
                clicked => return Ok(clicked?),
            }
        }
    }

    /// Waits until the page shows these words.
    ///
    /// # Errors
    /// When they do not come; the error shows what the page says instead.
    pub async fn wait_for_words(&self, words: &str) -> anyhow::Result<()> {
        let end = tokio::time::Instant::now() + LONGEST_WAIT;
        loop {
            let seen = self.words().await.unwrap_or_default();
            if seen.contains(words) {
                return Ok(());
            }
            if tokio::time::Instant::now() > end {
                anyhow::bail!("the words `{words}` did not appear: {}", self.describe().await);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until an expression of the page's language is true.
    ///
    /// # Errors
    /// When it does not become true.
    pub async fn wait_until(&self, expression: &str) -> anyhow::Result<()> {
        let end = tokio::time::Instant::now() + LONGEST_WAIT;
        let script = format!("return Boolean({expression})");
        loop {
            // A page that is just being replaced answers with an error.
            let answer = self.driver.execute(script.as_str(), Vec::new()).await;
            if answer.is_ok_and(|answer| answer.json().as_bool() == Some(true)) {
                return Ok(());
            }
            if tokio::time::Instant::now() > end {
                anyhow::bail!("`{expression}` did not become true: {}", self.describe().await);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// What a person can read on the page or in the frame that was entered.
    ///
    /// # Errors
    /// When there is no page.
    pub async fn words(&self) -> anyhow::Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// Enters the first frame that fits; `enter_default_frame` leaves it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn enter_frame(&self, css: &str) -> anyhow::Result<()> {
        let frame = self.wait_for(css).await?;
        Ok(frame.enter_frame().await?)
    }

    /// Changes to the window that was opened last, as soon as there are so many.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn enter_window(&self, count: usize) -> anyhow::Result<()> {
        let end = tokio::time::Instant::now() + LONGEST_WAIT;
        loop {
            let windows = self.driver.windows().await?;
            if let (true, Some(last)) = (windows.len() >= count, windows.last()) {
                return Ok(self.driver.switch_to_window(last.clone()).await?);
            }
            anyhow::ensure!(tokio::time::Instant::now() <= end, "no window {count} opened");
            tokio::time::sleep(POLL).await;
        }
    }

    async fn describe(&self) -> String {
        let url = self.driver.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        let words = self.words().await.unwrap_or_else(|error| error.to_string());
        format!("{url} says: {words}")
    }
}

fn capabilities(profile: &Path, options: &BrowserOptions) -> anyhow::Result<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    capabilities.set_binary(CHROMIUM)?;
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    capabilities.add_arg(&format!("--lang={}", options.language))?;
    capabilities.add_arg(&format!("--window-size={},1000", options.width))?;
    let (third_party, all) = match options.third_party_cookies {
        ThirdPartyCookies::Allowed => (0, 1),
        ThirdPartyCookies::Blocked | ThirdPartyCookies::NoneInFrames => (1, 1),
        ThirdPartyCookies::NoneAtAll => (1, 2),
    };
    // An exception names the site of the cookie and that of the page around it.
    let exceptions = match options.third_party_cookies {
        ThirdPartyCookies::NoneInFrames => json!({ "127.0.0.1,localhost": { "setting": 2 } }),
        _ => json!({}),
    };
    let preferences = json!({
        "profile.content_settings.exceptions.cookies": exceptions,
        "intl.accept_languages": options.language,
        "profile.cookie_controls_mode": third_party,
        "profile.block_third_party_cookies": third_party == 1,
        "profile.default_content_setting_values.cookies": all,
    });
    capabilities.add_experimental_option("prefs", preferences)?;
    Ok(capabilities)
}

/// How often the driver is started until it has a port.
const TRIES: u32 = 5;

/// ChromeDriver as a child process.
#[derive(Debug)]
struct Driver {
    child: Child,
    port: u16,
    // Closed pipes would end the driver at its next word.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Tries a few times: the driver takes a port that is free for IPv6, and ends if somebody has it for IPv4.
    fn start() -> anyhow::Result<Self> {
        (1..TRIES).find_map(|_| Self::try_start().ok()).map_or_else(Self::try_start, Ok)
    }

    fn try_start() -> anyhow::Result<Self> {
        let mut child = Command::new(PathBuf::from(CHROMEDRIVER))
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{CHROMEDRIVER} is missing; `make deps` installs it"))?;
        let mut output = BufReader::new(child.stdout.take().context("the driver has no stdout")?);
        let port = announced_port(&mut output)?;
        Ok(Self { child, port, _output: output })
    }

    /// Asks the driver to end its browsers and itself.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let request =
            format!("GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port);
        stream.write_all(request.as_bytes())?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

/// Reads `ChromeDriver was started successfully on port 12345.`
fn announced_port(output: &mut impl std::io::BufRead) -> anyhow::Result<u16> {
    let mut said = String::new();
    while output.read_line(&mut said)? > 0 {
        let port =
            said.rsplit_once("successfully on port ").map(|(_, port)| port.trim().trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            return Ok(port);
        }
    }
    anyhow::bail!("ChromeDriver did not start: {said}")
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Told to stop, it takes its browsers with it; killed, it would leave them.
        drop(self.shut_down());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver's own end closes the browser. WebDriver's would block the thread whose runtime has to carry its request.
        let _already_quit = self.driver.clone().leak();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        let mut said =
            "Starting ChromeDriver 156\nChromeDriver was started successfully on port 43211.\n".as_bytes();
        assert_eq!(announced_port(&mut said).unwrap(), 43211);
    }

    #[test]
    fn a_driver_that_says_nothing_is_explained() {
        let error = announced_port(&mut "bind() failed\n".as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "ChromeDriver did not start: bind() failed\n");
    }
}
