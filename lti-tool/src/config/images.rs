//! `[images]`: the pictures of badges.

use std::path::Path;

use serde::Deserialize;

use super::{ConfigError, ensure};

/// `[images]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesConfig {
    /// A folder with fonts besides those of the machine, or empty.
    pub fonts: String,
}

impl ImagesConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let is_there = self.fonts.is_empty() || Path::new(&self.fonts).is_dir();
        ensure(is_there, "images.fonts", "a folder with fonts, or empty for those of the machine")
    }
}
