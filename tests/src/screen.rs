//! What a page looks like: any width, light or dark, and pictures of it that are kept.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::Browser;

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// In pixels.
    pub width: u32,
    /// What the person prefers.
    pub is_dark: bool,
}

impl Screen {
    /// The four on which every page has to be right.
    pub const ALL: [Self; 4] = [Self::WIDE, Self::dark(Self::WIDE), Self::NARROW, Self::dark(Self::NARROW)];
    /// A window on a desk.
    pub const WIDE: Self = Self { width: 1280, is_dark: false };
    /// The narrowest telephone.
    pub const NARROW: Self = Self { width: 360, is_dark: false };

    /// The same in the dark.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }

    /// In a word, for the name of a picture.
    #[must_use]
    pub fn name(self) -> String {
        let scheme = if self.is_dark { "dark" } else { "light" };
        format!("{}-{scheme}", self.width)
    }

    /// Makes the browser look so from now on. Whoever prefers dark prefers less motion too.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn apply(self, browser: &Browser) -> anyhow::Result<()> {
        let size = json!({ "width": self.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        browser.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        // As on a telephone: they lie over the page and take no width of it.
        browser.cdp().send_raw("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await?;
        let (scheme, motion) = if self.is_dark { ("dark", "reduce") } else { ("light", "no-preference") };
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        browser.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }
}

/// Keeps a picture of the whole page as `target/screenshots/NAME.png`.
///
/// # Errors
/// When the browser gives none, or it cannot be written.
pub async fn keep(browser: &Browser, name: &str) -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.png"));
    let whole = json!({ "format": "png", "captureBeyondViewport": true });
    std::fs::write(&path, capture(browser, whole).await?)?;
    Ok(path)
}

/// The window as WebP, for pages that show it.
///
/// # Errors
/// When the browser gives none.
pub async fn webp(browser: &Browser, quality: u32) -> anyhow::Result<Vec<u8>> {
    capture(browser, json!({ "format": "webp", "quality": quality })).await
}

async fn capture(browser: &Browser, how: Value) -> anyhow::Result<Vec<u8>> {
    // Captured while letters are still on their way, it would show none.
    browser.wait_until("document.fonts.status === 'loaded'").await?;
    let answer = browser.cdp().send_raw("Page.captureScreenshot", how).await?;
    let data = answer.get("data").and_then(Value::as_str).context("the browser gave no picture")?;
    Ok(STANDARD.decode(data)?)
}
