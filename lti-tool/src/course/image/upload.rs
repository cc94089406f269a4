//! A picture that somebody sends: looked into, decoded within limits, and written anew as PNG. Nothing of the file itself is kept.
//!
//! Of an SVG only what draws shapes and texts is taken. It is refused before it is read by the painter if it has scripts, or could grow
//! while it is drawn: parts that are used again, patterns, filters, entities.

use std::sync::Arc;

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbaImage,
    imageops::{self, FilterType},
};

use super::{SIDE, painter::Painter};

/// The longest file, in bytes.
pub const LONGEST: usize = 5 * 1024 * 1024;
/// The most pixels of a side.
const MOST_PIXELS: u32 = 6000;
/// The fewest, so that it is no blur.
const FEWEST_PIXELS: u32 = 64;
/// Memory that decoding may take.
const MOST_MEMORY: u64 = 192 * 1024 * 1024;
/// The most tags of an SVG.
const MOST_TAGS: usize = 20_000;
/// The deepest that they stand in one another.
const DEEPEST: usize = 200;
/// The longest SVG, in bytes.
const LONGEST_DRAWING: usize = 1024 * 1024;
/// Elements of SVG that draw nothing but themselves. What is in another namespace (editors' notes) is not drawn at all.
const DRAWN: [&str; 22] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "title",
    "desc",
    "defs",
    "metadata",
    "style",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "a",
    "switch",
];

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// The form had none.
    #[error("there is no file")]
    NoFile,
    /// More than [`LONGEST`] bytes.
    #[error("the file is too large")]
    TooLarge,
    /// Not PNG, JPEG or SVG, or broken.
    #[error("the file is no picture")]
    NoPicture,
    /// An SVG with scripts.
    #[error("the drawing has scripts")]
    Script,
    /// An SVG with something that is not taken.
    #[error("the drawing uses what is not taken")]
    Drawing,
    /// Too few or too many pixels.
    #[error("the picture is too small or has too many pixels")]
    Pixels,
}

impl UploadError {
    /// The key of its sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoFile => "upload-no-file",
            Self::TooLarge => "upload-too-large",
            Self::NoPicture => "upload-no-picture",
            Self::Script => "upload-script",
            Self::Drawing => "upload-drawing",
            Self::Pixels => "upload-pixels",
        }
    }
}

/// The PNG that is made of a file, [`SIDE`] pixels square, the picture in its middle.
///
/// # Errors
/// [`UploadError`].
pub fn take(file: &[u8], painter: &Painter) -> Result<Arc<[u8]>, UploadError> {
    if file.len() > LONGEST {
        return Err(UploadError::TooLarge);
    }
    if let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(file) {
        return decoded(file, format);
    }
    let svg = std::str::from_utf8(file).map_err(|_error| UploadError::NoPicture)?;
    inspect(svg)?;
    painter.paint_now(svg, SIDE).map_err(|_error| UploadError::NoPicture)
}

fn decoded(file: &[u8], format: ImageFormat) -> Result<Arc<[u8]>, UploadError> {
    let broken = |_error: image::ImageError| UploadError::NoPicture;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(std::io::Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => UploadError::Pixels,
        _ => UploadError::NoPicture,
    })?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MOST_PIXELS || width.min(height) < FEWEST_PIXELS {
        return Err(UploadError::Pixels);
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    let picture = picture.resize(SIDE, SIDE, FilterType::CatmullRom).to_rgba8();
    let mut square = RgbaImage::new(SIDE, SIDE);
    let (left, top) = ((SIDE - picture.width()) / 2, (SIDE - picture.height()) / 2);
    imageops::overlay(&mut square, &picture, left.into(), top.into());
    let mut png = std::io::Cursor::new(Vec::new());
    square.write_to(&mut png, ImageFormat::Png).map_err(broken)?;
    Ok(png.into_inner().into())
}

/// Whether every tag of an SVG may be drawn.
fn inspect(svg: &str) -> Result<(), UploadError> {
    let folded = svg.to_lowercase();
    if !folded.contains("<svg") {
        return Err(UploadError::NoPicture);
    }
    if folded.contains("<!entity") || folded.contains("@import") {
        return Err(UploadError::Drawing);
    }
    let (mut tags, mut depth) = (0, 0_usize);
    for piece in svg.split('<').skip(1) {
        let name: &str = piece
            .split(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/')
            .next()
            .unwrap_or_default();
        if piece.starts_with('/') {
            depth = depth.saturating_sub(1);
        }
        if piece.starts_with(['/', '!', '?']) {
            continue;
        }
        tags += 1;
        if !piece.split('>').next().unwrap_or_default().ends_with('/') {
            depth += 1;
        }
        if is_script(name, piece) {
            return Err(UploadError::Script);
        }
        let plain = name.strip_prefix("svg:").unwrap_or(name);
        let is_foreign = plain.contains(':');
        if tags > MOST_TAGS
            || depth > DEEPEST
            || svg.len() > LONGEST_DRAWING
            || !is_foreign && !DRAWN.contains(&plain)
        {
            return Err(UploadError::Drawing);
        }
    }
    Ok(())
}

/// A script element, an attribute that runs on an event, or an address that is a script.
fn is_script(name: &str, piece: &str) -> bool {
    let tag = piece.split('>').next().unwrap_or_default().to_lowercase();
    let runs = tag.split_whitespace().skip(1).any(|attribute| {
        let (key, _) = attribute.split_once('=').unwrap_or((attribute, ""));
        key.len() > 2 && key.starts_with("on") && attribute.contains('=')
    });
    let local = name.rsplit(':').next().unwrap_or_default().to_lowercase();
    runs || tag.contains("javascript:") || ["script", "foreignobject", "handler", "iframe"].contains(&&*local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(file: &[u8]) -> Result<RgbaImage, UploadError> {
        super::take(file, &Painter::new(""))
            .map(|png| image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().to_rgba8())
    }

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30]));
        let mut file = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn png_and_jpeg_become_a_square_with_the_picture_in_its_middle() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let taken = take(&picture(300, 150, format)).unwrap();
            assert_eq!(taken.dimensions(), (512, 512));
            let (middle, above) = (taken.get_pixel(256, 256).0, taken.get_pixel(256, 20).0);
            assert!(middle[0] > 190 && middle[3] == 255 && above == [0; 4], "{middle:?} {above:?}");
        }
    }

    #[test]
    fn a_drawing_is_painted() {
        let svg = r##"<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" xmlns:i="urn:i" viewBox="0 0 10 10">
            <i:note/><defs><linearGradient id="a"><stop stop-color="#00f"/></linearGradient></defs><rect width="10" height="10" fill="url(#a)"/></svg>"##;
        assert_eq!(take(svg.as_bytes()).unwrap().get_pixel(256, 256).0, [0, 0, 255, 255]);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for file in [
            &b"hello"[..],
            b"",
            b"%PDF-1.7",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
            b"\x89PNG\r\n\x1a\nbroken",
            b"\xff\xd8\xff\xe0broken",
            b"<svg",
            b"<html><svg></svg>",
            b"<svg xmlns='http://www.w3.org/2000/svg'>\xff</svg>",
        ] {
            let refused = take(file).unwrap_err();
            assert!(matches!(refused, UploadError::NoPicture | UploadError::Drawing), "{file:?}: {refused}");
        }
        let whole = picture(100, 100, ImageFormat::Png);
        assert_eq!(take(&whole[..whole.len() / 2]), Err(UploadError::NoPicture));
    }

    #[test]
    fn a_drawing_with_scripts_is_refused() {
        for inside in [
            "<script>alert(1)</script>",
            "<SCRIPT href='https://evil.example/x.js'/>",
            "<svg:script/>",
            "<g onload='alert(1)'/>",
            "<g\nonClick = 'x' onclick='alert(1)'/>",
            "<a href='javascript:alert(1)'><g/></a>",
            "<foreignObject><b/></foreignObject>",
        ] {
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inside}</svg>");
            assert_eq!(take(svg.as_bytes()), Err(UploadError::Script), "{inside}");
        }
    }

    #[test]
    fn a_drawing_that_could_grow_or_fetch_is_refused() {
        for inside in [
            "<use href='#a'/>",
            "<image href='https://evil.example/x.png'/>",
            "<pattern id='p'/>",
            "<filter id='f'/>",
            "<mask id='m'/>",
            "<style>@import url(https://evil.example/x.css)</style>",
        ] {
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inside}</svg>");
            assert_eq!(take(svg.as_bytes()), Err(UploadError::Drawing), "{inside}");
        }
        let laughs = "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'><text>&b;</text></svg>";
        assert_eq!(take(laughs.as_bytes()), Err(UploadError::Drawing));
        let deep = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}", "<g>".repeat(300));
        assert_eq!(take(deep.as_bytes()), Err(UploadError::Drawing));
        let many = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>", "<g/>".repeat(20_001));
        assert_eq!(take(many.as_bytes()), Err(UploadError::Drawing));
    }

    #[test]
    fn size_is_bounded_in_bytes_and_in_pixels() {
        assert_eq!(take(&vec![0; LONGEST + 1]), Err(UploadError::TooLarge));
        assert_eq!(take(&picture(6001, 64, ImageFormat::Png)), Err(UploadError::Pixels));
        assert_eq!(take(&picture(63, 300, ImageFormat::Png)), Err(UploadError::Pixels));
        // A header that promises four thousand million pixels in a hundred bytes.
        let mut bomb = picture(64, 64, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert!(matches!(take(&bomb), Err(UploadError::Pixels | UploadError::NoPicture)));
    }

    #[test]
    fn nothing_of_the_file_is_kept() {
        let mut file = picture(100, 100, ImageFormat::Jpeg);
        file.extend_from_slice(b"<script>alert(1)</script>");
        let png = super::take(&file, &Painter::new("")).unwrap();
        assert!(!png.windows(7).any(|window| window == b"<script"));
    }
}
