//! SVG becomes PNG, with the machine's fonts and those of `images.fonts`. Nothing outside the SVG is ever read.
//!
//! Fonts are looked for at the first picture, not at the start. The last pictures are kept: a page of badges paints each once.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{ImageHrefResolver, Options, Tree, fontdb::Database},
};
use skrifa::{FontRef, MetadataProvider as _};

/// Pictures that are kept; a generated one has about 20 KB.
const KEPT: usize = 64;
/// Letters of the three scripts that Japanese is written with.
const JAPANESE: [char; 3] = ['日', 'あ', 'ア'];

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    /// The drawing is no SVG that can be painted.
    #[error("the drawing cannot be read")]
    Svg(#[from] resvg::usvg::Error),
    /// It is empty, or too large.
    #[error("a picture of {0} pixels cannot be painted")]
    Size(u32),
    /// The PNG cannot be written.
    #[error("the picture cannot be written as PNG")]
    Png,
    /// The painter was stopped.
    #[error("the painter was stopped")]
    Stopped,
}

/// A drawing, the side that it was painted in, and the PNG.
type Kept = (String, u32, Arc<[u8]>);

/// Paints, and remembers.
#[derive(Debug)]
pub struct Painter {
    folder: Option<PathBuf>,
    fonts: OnceLock<Arc<Database>>,
    kept: Mutex<VecDeque<Kept>>,
}

impl Painter {
    /// With the fonts of the machine, and those in `folder` unless it is empty.
    #[must_use]
    pub fn new(folder: &str) -> Arc<Self> {
        let folder = (!folder.is_empty()).then(|| PathBuf::from(folder));
        Arc::new(Self { folder, fonts: OnceLock::new(), kept: Mutex::new(VecDeque::new()) })
    }

    /// The PNG of `svg`, `side` pixels square, painted on a thread that answers nobody else.
    ///
    /// # Errors
    /// [`PaintError`].
    pub async fn paint(self: &Arc<Self>, svg: String, side: u32) -> Result<Arc<[u8]>, PaintError> {
        if let Some(png) = self.find(&svg, side) {
            return Ok(png);
        }
        let painter = Arc::clone(self);
        let painting = tokio::task::spawn_blocking(move || {
            let png = painter.paint_now(&svg, side)?;
            painter.keep(svg, side, Arc::clone(&png));
            Ok(png)
        });
        painting.await.map_err(|_error: tokio::task::JoinError| PaintError::Stopped)?
    }

    /// The same on this thread, without remembering.
    ///
    /// # Errors
    /// [`PaintError`].
    pub fn paint_now(&self, svg: &str, side: u32) -> Result<Arc<[u8]>, PaintError> {
        let fonts = self.fonts();
        let family = fonts.family_name(&resvg::usvg::fontdb::Family::SansSerif).to_owned();
        let options = Options {
            font_family: family,
            fontdb: fonts,
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let tree = Tree::from_str(svg, &options)?;
        let mut pixmap = Pixmap::new(side, side).ok_or(PaintError::Size(side))?;
        resvg::render(&tree, fitted(&tree, side), &mut pixmap.as_mut());
        let png = pixmap.encode_png().map_err(|_error| PaintError::Png)?;
        Ok(png.into())
    }

    /// Whether some font has the letters of Japanese.
    #[must_use]
    pub fn has_japanese(&self) -> bool {
        japanese_family(&self.fonts()).is_some()
    }

    fn find(&self, svg: &str, side: u32) -> Option<Arc<[u8]>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, size, _)| *size == side && known == svg).map(|(_, _, png)| Arc::clone(png))
    }

    fn keep(&self, svg: String, side: u32, png: Arc<[u8]>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((svg, side, png));
        kept.truncate(KEPT);
    }

    /// The fonts; the sans-serif one has Japanese letters if any has.
    pub(crate) fn fonts(&self) -> Arc<Database> {
        let find = || {
            let mut fonts = Database::new();
            if let Some(folder) = &self.folder {
                fonts.load_fonts_dir(folder);
            }
            fonts.load_system_fonts();
            // Where none of a drawing's families is installed, this one stands in, so that a text is never left out.
            let family = japanese_family(&fonts)
                .or_else(|| fonts.faces().find_map(|face| Some(face.families.first()?.0.clone())));
            if let Some(family) = family {
                fonts.set_sans_serif_family(&family);
                fonts.set_serif_family(&family);
            }
            Arc::new(fonts)
        };
        Arc::clone(self.fonts.get_or_init(find))
    }
}

/// The first family with Japanese letters, one made for Japan before others.
fn japanese_family(fonts: &Database) -> Option<String> {
    let has_letters = |data: &[u8], index: u32| {
        FontRef::from_index(data, index)
            .is_ok_and(|font| JAPANESE.into_iter().all(|letter| font.charmap().map(letter).is_some()))
    };
    let mut found: Vec<String> = fonts
        .faces()
        .filter(|face| fonts.with_face_data(face.id, has_letters) == Some(true))
        .filter_map(|face| Some(face.families.first()?.0.clone()))
        .collect();
    found.sort_by_key(|family| {
        let is_made_for_japan =
            ["JP", "IPA", "Hiragino", "Yu Gothic", "Meiryo"].iter().any(|part| family.contains(part));
        (!is_made_for_japan, family.contains("Serif") || family.contains("Mono"))
    });
    found.into_iter().next()
}

/// The drawing in the middle of the square, as large as fits.
fn fitted(tree: &Tree, side: u32) -> Transform {
    let (width, height) = (tree.size().width(), tree.size().height());
    // Exact below 2^24, far above any side.
    let side = f32::from(u16::try_from(side).unwrap_or(u16::MAX));
    let scale = (side / width).min(side / height);
    let (left, top) = ((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    Transform::from_row(scale, 0.0, 0.0, scale, left, top)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn pixels(png: &[u8]) -> image::RgbaImage {
        image::load_from_memory(png).unwrap().to_rgba8()
    }

    #[test]
    fn a_drawing_is_painted_in_the_size_that_was_asked_for() {
        let painter = Painter::new("");
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path fill="#f00" d="M0 0h20v10H0z"/></svg>"##;
        let png = painter.paint_now(svg, 64).unwrap();
        assert!(png.starts_with(SIGNATURE));
        let picture = pixels(&png);
        assert_eq!(picture.dimensions(), (64, 64));
        assert_eq!((picture.get_pixel(32, 32).0, picture.get_pixel(32, 4).0), ([255, 0, 0, 255], [0; 4]));
    }

    #[test]
    fn nothing_outside_the_drawing_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        std::fs::write(&file, Painter::new("").paint_now(RED, 8).unwrap()).unwrap();
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><image width="8" height="8" href="{}"/></svg>"#,
            file.display()
        );
        let picture = pixels(&Painter::new("").paint_now(&svg, 8).unwrap());
        assert!(picture.pixels().all(|pixel| pixel.0 == [0; 4]));
    }

    const RED: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#f00" d="M0 0h8v8H0z"/></svg>"##;

    #[test]
    fn what_is_no_drawing_is_refused() {
        let painter = Painter::new("");
        assert!(matches!(painter.paint_now("hello", 8), Err(PaintError::Svg(_))));
        assert!(matches!(painter.paint_now(RED, 0), Err(PaintError::Size(0))));
    }

    #[tokio::test]
    async fn a_picture_is_painted_once() {
        let painter = Painter::new("");
        let first = painter.paint(RED.to_owned(), 8).await.unwrap();
        let again = painter.paint(RED.to_owned(), 8).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert!(!Arc::ptr_eq(&first, &painter.paint(RED.to_owned(), 16).await.unwrap()));
    }

    #[test]
    fn an_empty_folder_of_fonts_has_no_japanese() {
        let mut fonts = Database::new();
        fonts.load_fonts_dir(tempfile::tempdir().unwrap().path());
        assert_eq!(japanese_family(&fonts), None);
    }
}
