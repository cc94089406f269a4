//! Style and scripts. They are part of the binary, each at an address that names its content (`/static/style.0f3a….css`): a browser keeps
//! it for good, and fetches what has changed at once.

use std::sync::OnceLock;

use actix_web::{HttpResponse, http::header, web};
use aws_lc_rs::digest::{SHA256, digest};

use crate::error::Failure;

/// The route of all files.
pub const ROUTE: &str = "/static/{file}";
/// So many bytes of the hash tell one content from another.
const TAG_BYTES: usize = 8;
/// A year, as long as one can say (<https://www.rfc-editor.org/rfc/rfc8246>).
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The one style sheet.
pub static STYLE: Asset =
    Asset::new("style", "css", "text/css; charset=utf-8", include_str!("../static/style.css"));
/// The script of all pages but the next one's. Every page works without it.
pub static SCRIPT: Asset =
    Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("../static/page.js"));
/// Platform storage, for browsers that keep our cookies from us.
pub static STORAGE_SCRIPT: Asset =
    Asset::new("storage", "js", "text/javascript; charset=utf-8", include_str!("../static/storage.js"));

static ALL: [&Asset; 3] = [&STYLE, &SCRIPT, &STORAGE_SCRIPT];

/// A file of the binary.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    ending: &'static str,
    media_type: &'static str,
    body: &'static str,
    tag: OnceLock<String>,
    path: OnceLock<String>,
}

impl Asset {
    const fn new(
        name: &'static str,
        ending: &'static str,
        media_type: &'static str,
        body: &'static str,
    ) -> Self {
        Self { name, ending, media_type, body, tag: OnceLock::new(), path: OnceLock::new() }
    }

    /// The address, which changes with the content.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.get_or_init(|| format!("/static/{}.{}.{}", self.name, self.tag(), self.ending))
    }

    /// The beginning of the content's hash.
    fn tag(&self) -> &str {
        self.tag.get_or_init(|| {
            let hash = digest(&SHA256, self.body.as_bytes());
            hash.as_ref().iter().take(TAG_BYTES).fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"))
        })
    }

    /// Whether a file's name is this one's, with whatever tag or with none, and if so, whether the tag is that of our content.
    fn matches(&self, file: &str) -> Option<bool> {
        let middle = file.strip_prefix(self.name)?.strip_suffix(self.ending)?.strip_suffix('.')?;
        let tag = middle.strip_prefix('.').unwrap_or(middle);
        tag.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| tag == self.tag())
    }
}

/// `GET /static/{file}`.
///
/// A tag of another content is that of a page which a replica with another version wrote: it gets ours, and nobody keeps it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show(file: web::Path<String>) -> Result<HttpResponse, Failure> {
    let found = ALL.iter().find_map(|asset| Some((asset, asset.matches(&file)?)));
    let (asset, is_ours) = found.ok_or(Failure::NotFound)?;
    let keeping = if is_ours { FOR_GOOD } else { "no-cache" };
    Ok(HttpResponse::Ok()
        .content_type(asset.media_type)
        .insert_header((header::CACHE_CONTROL, keeping))
        .body(asset.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn keeping(file: &str) -> Option<String> {
        let answer = show(web::Path::from(file.to_owned())).await.ok()?;
        Some(answer.headers().get(header::CACHE_CONTROL)?.to_str().ok()?.to_owned())
    }

    #[test]
    fn a_changed_content_has_another_address() {
        let path = |body| Asset::new("style", "css", "text/css", body).path().to_owned();
        assert_eq!(path("a{}"), path("a{}"));
        assert_ne!(path("a{}"), path("a{ }"));
        assert_eq!(path(""), "/static/style.e3b0c44298fc1c14.css");
    }

    #[actix_web::test]
    async fn only_the_address_of_our_content_is_kept_for_good() {
        for asset in ALL {
            let file = asset.path().replace("/static/", "");
            assert_eq!(keeping(&file).await.as_deref(), Some(FOR_GOOD), "{file}");
        }
        assert_eq!(keeping("style.0123456789abcdef.css").await.as_deref(), Some("no-cache"));
        assert_eq!(keeping("style.css").await.as_deref(), Some("no-cache"));
        for nothing in ["style.js", "style..css.css", "style.xyz.css", "other.css", "page", ""] {
            assert_eq!(keeping(nothing).await, None, "{nothing}");
        }
    }
}
