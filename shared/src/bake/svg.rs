//! Badges in SVG files: an element right after the start of `<svg>`.
//!
//! <https://www.imsglobal.org/spec/ob/v3p0/#svg-images>. JSON stands in CDATA, a JWS or URL in the attribute `verify`.
//! The rest of the file stays byte for byte as it is. Entities are neither defined nor expanded.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::{BakeError, Edition, Unbaked};

impl Edition {
    /// The namespace of its element.
    fn namespace(self) -> &'static str {
        match self {
            Self::OpenBadges3 => "https://purl.imsglobal.org/ob/v3p0",
            Self::OpenBadges2 => "http://openbadges.org",
        }
    }

    /// The local name of its element.
    fn element(self) -> &'static str {
        match self {
            Self::OpenBadges3 => "credential",
            Self::OpenBadges2 => "assertion",
        }
    }

    /// The edition of an element, by its namespace, or by the usual prefix where the file forgot to declare one.
    fn of_element(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Option<Self> {
        [Self::OpenBadges3, Self::OpenBadges2].into_iter().find(|edition| {
            let is_its_namespace = match namespace {
                ResolveResult::Bound(Namespace(found)) => *found == edition.namespace(),
                ResolveResult::Unknown(prefix) => prefix == "openbadges",
                ResolveResult::Unbound => false,
            };
            is_its_namespace && start.local_name().as_ref() == edition.element()
        })
    }
}

/// A place in the file, in bytes.
type Span = std::ops::Range<usize>;

/// An element with a badge.
struct Found {
    unbaked: Unbaked,
    span: Span,
}

impl Found {
    fn ending_at(mut self, end: usize) -> Self {
        self.span.end = end;
        self.unbaked.unverified = self.unbaked.unverified.trim().to_owned();
        self
    }
}

/// What a file has that matters for baking.
struct Layout {
    /// The start tag of `<svg>`.
    root: Span,
    is_empty: bool,
    /// Whether the prefix `openbadges` is declared on `<svg>`, and as what.
    prefix: Option<String>,
    found: Vec<Found>,
}

fn position(reader: &NsReader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn malformed(reader: &NsReader<&[u8]>) -> BakeError {
    BakeError::MalformedXml(reader.error_position())
}

/// Reads the file once, from front to back.
fn layout(xml: &str) -> Result<Layout, BakeError> {
    let mut reader = NsReader::from_str(xml);
    let mut layout: Option<Layout> = None;
    let mut open: Option<Found> = None;
    let mut depth = 0_usize;
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|_error| malformed(&reader))?;
        let span = before..position(&reader);
        match &event {
            Event::DocType(declaration) if declaration.contains("<!ENTITY") => {
                return Err(BakeError::Entities);
            }
            Event::Start(start) | Event::Empty(start) => {
                let is_empty = matches!(event, Event::Empty(_));
                depth += usize::from(!is_empty);
                match &mut layout {
                    None => layout = Some(root(start, span, is_empty, &reader)?),
                    Some(_) if open.is_some() => return Err(malformed(&reader)),
                    Some(layout) => match badge(start, span, &reader)? {
                        Some(found) if is_empty => layout.found.push(found),
                        found => open = found,
                    },
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let (Some(found), Some(layout)) = (open.take(), &mut layout) {
                    layout.found.push(found.ending_at(span.end));
                }
            }
            Event::Eof if depth > 0 => return Err(malformed(&reader)),
            Event::Eof => return layout.ok_or(BakeError::NotSvg),
            _ => {}
        }
        if let Some(found) = &mut open {
            append_text(&mut found.unbaked.unverified, &event).ok_or_else(|| malformed(&reader))?;
        }
    }
}

/// The badge that an element starts, if it is one.
fn badge(start: &BytesStart<'_>, span: Span, reader: &NsReader<&[u8]>) -> Result<Option<Found>, BakeError> {
    let (namespace, _) = reader.resolver().resolve_element(start.name());
    let Some(edition) = Edition::of_element(&namespace, start) else { return Ok(None) };
    let unverified = attribute(start, "verify", reader)?.unwrap_or_default();
    Ok(Some(Found { unbaked: Unbaked { edition, unverified }, span }))
}

fn root(
    start: &BytesStart<'_>,
    span: Span,
    is_empty: bool,
    reader: &NsReader<&[u8]>,
) -> Result<Layout, BakeError> {
    if start.local_name().as_ref() != "svg" {
        return Err(BakeError::NotSvg);
    }
    // Baking writes this tag anew: an end like `//>` would mean something else then.
    if start.attributes().any(|attribute| attribute.is_err()) {
        return Err(malformed(reader));
    }
    let prefix = attribute(start, "xmlns:openbadges", reader)?;
    Ok(Layout { root: span, is_empty, prefix, found: Vec::new() })
}

fn attribute(
    start: &BytesStart<'_>,
    name: &str,
    reader: &NsReader<&[u8]>,
) -> Result<Option<String>, BakeError> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_error| malformed(reader))?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return value.map(|value| Some(value.into_owned())).map_err(|_error| malformed(reader));
        }
    }
    Ok(None)
}

/// Adds what an event says to a text; `None` for a reference to an entity.
fn append_text(text: &mut String, event: &Event<'_>) -> Option<()> {
    match event {
        Event::Text(part) => text.push_str(part),
        Event::CData(part) => text.push_str(part),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
            Some(character) => text.push(character),
            None => text.push_str(quick_xml::escape::resolve_predefined_entity(reference)?),
        },
        _ => {}
    }
    Some(())
}

/// The badges of a file in their order.
pub(super) fn unbake(xml: &str) -> Result<Vec<Unbaked>, BakeError> {
    Ok(layout(xml)?.found.into_iter().map(|found| found.unbaked).collect())
}

/// Writes the element right after the start tag of `<svg>`.
pub(super) fn bake(xml: &str, text: &str, edition: Edition) -> Result<String, BakeError> {
    if let Some(character) = text.chars().find(|character| !is_xml(*character)) {
        return Err(BakeError::Character(u32::from(character)));
    }
    let layout = layout(xml)?;
    let slice = |span: Span| xml.get(span).unwrap_or_default();
    let is_declared = layout.prefix.as_deref() == Some(edition.namespace());
    let declaration = format!(" xmlns:openbadges=\"{}\"", edition.namespace());
    let tag = slice(layout.root.clone());
    let tag = tag.strip_suffix("/>").or_else(|| tag.strip_suffix('>')).unwrap_or(tag);

    let mut baked = slice(0..layout.root.start).to_owned();
    baked.push_str(tag.trim_end());
    if layout.prefix.is_none() {
        baked.push_str(&declaration);
    }
    baked.push('>');
    let on_element = if is_declared || layout.prefix.is_none() { "" } else { &declaration };
    baked.push_str(&element(edition, on_element, text));
    let mut copied = layout.root.end;
    for old in layout.found.iter().filter(|found| found.unbaked.edition == edition) {
        baked.push_str(slice(copied..old.span.start));
        copied = old.span.end;
    }
    if layout.is_empty {
        let name_end = tag.find(|character: char| character.is_ascii_whitespace()).unwrap_or(tag.len());
        baked.push_str("</");
        baked.push_str(tag.get(1..name_end).unwrap_or_default());
        baked.push('>');
    }
    baked.push_str(slice(copied..xml.len()));
    Ok(baked)
}

fn element(edition: Edition, declaration: &str, text: &str) -> String {
    let name = edition.element();
    if text.trim_start().starts_with('{') {
        let text = text.replace("]]>", "]]]]><![CDATA[>");
        return format!("<openbadges:{name}{declaration}><![CDATA[{text}]]></openbadges:{name}>");
    }
    let verify = quick_xml::escape::escape(text);
    format!("<openbadges:{name}{declaration} verify=\"{verify}\"/>")
}

/// <https://www.w3.org/TR/xml/#charsets>
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bake::{bake, unbake};
    use Edition::{OpenBadges2, OpenBadges3};

    const PLAIN: &str = "<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
                         viewBox=\"0 0 1 1\">\n  <path d=\"M0 0h1v1\"/>\n</svg>\n";

    fn baked(xml: &str, text: &str, edition: Edition) -> String {
        String::from_utf8(bake(xml.as_bytes(), text, edition).unwrap()).unwrap()
    }

    fn only(edition: Edition, text: &str) -> Vec<Unbaked> {
        vec![Unbaked { edition, unverified: text.to_owned() }]
    }

    #[test]
    fn json_stands_in_cdata_right_after_the_start_of_svg() {
        assert_eq!(
            baked(PLAIN, "{\"a\":\"<&>\"}", OpenBadges3),
            PLAIN.replace(
                "1 1\">",
                "1 1\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"><openbadges:credential>\
                 <![CDATA[{\"a\":\"<&>\"}]]></openbadges:credential>"
            )
        );
    }

    #[test]
    fn a_token_stands_in_the_verify_attribute() {
        let svg = baked(PLAIN, "e30.e30.AA", OpenBadges3);
        assert!(svg.contains("<openbadges:credential verify=\"e30.e30.AA\"/>"), "{svg}");
        assert_eq!(unbake(svg.as_bytes()).unwrap(), only(OpenBadges3, "e30.e30.AA"));
    }

    #[test]
    fn baking_again_replaces_and_the_other_edition_stays() {
        let svg = baked(PLAIN, "https://badges.example/assertions/1?a=1&b=2", OpenBadges2);
        let svg = baked(&svg, "{\"old\":1}", OpenBadges3);
        let svg = baked(&svg, "{\"new\":1}", OpenBadges3);
        let found = unbake(svg.as_bytes()).unwrap();
        assert_eq!(found[0], only(OpenBadges3, "{\"new\":1}")[0]);
        assert_eq!(found[1], only(OpenBadges2, "https://badges.example/assertions/1?a=1&b=2")[0]);
        assert!(!svg.contains("old"), "{svg}");
    }

    #[test]
    fn a_picture_without_content_gets_an_end_tag() {
        let svg = baked("<svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\" />", "{}", OpenBadges3);
        assert!(svg.ends_with("</openbadges:credential></svg:svg>"), "{svg}");
        assert_eq!(unbake(svg.as_bytes()).unwrap(), only(OpenBadges3, "{}"));
    }

    #[test]
    fn every_form_in_circulation_is_read() {
        let other_prefix = "<svg xmlns:b=\"https://purl.imsglobal.org/ob/v3p0\"><b:credential>{&quot;a&quot;:&#49;}</b:credential></svg>";
        assert_eq!(unbake(other_prefix.as_bytes()).unwrap(), only(OpenBadges3, "{\"a\":1}"));
        let undeclared =
            "<svg><g><openbadges:assertion verify=\"https://h/1\"></openbadges:assertion></g></svg>";
        assert_eq!(unbake(undeclared.as_bytes()).unwrap(), only(OpenBadges2, "https://h/1"));
        let spaced = "<svg><openbadges:credential>\n <![CDATA[ {} ]]>\n</openbadges:credential></svg>";
        assert_eq!(unbake(format!("\u{feff}{spaced}").as_bytes()).unwrap(), only(OpenBadges3, "{}"));
        assert_eq!(unbake(PLAIN.as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn the_end_of_cdata_inside_the_text_survives() {
        let text = "{\"a\":\"]]>\"}";
        assert_eq!(unbake(baked(PLAIN, text, OpenBadges3).as_bytes()).unwrap(), only(OpenBadges3, text));
    }

    #[test]
    fn entities_are_refused_and_never_expanded() {
        let defined = "<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><svg>&b;</svg>";
        assert_eq!(unbake(defined.as_bytes()), Err(BakeError::Entities));
        assert_eq!(bake(defined.as_bytes(), "{}", OpenBadges3), Err(BakeError::Entities));
        let referred = "<svg><openbadges:credential>&b;</openbadges:credential></svg>";
        assert!(matches!(unbake(referred.as_bytes()), Err(BakeError::MalformedXml(_))));
        let public = "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg/>";
        assert_eq!(unbake(public.as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_svg_or_no_xml_is_refused() {
        assert_eq!(unbake(b"<html></html>"), Err(BakeError::NotSvg));
        assert_eq!(unbake(b"<!-- nothing -->"), Err(BakeError::NotSvg));
        for text in [
            "<svg></g></svg>",
            "<svg a=1/>",
            "<svg xmlns:openbadges=\"\" a//>",
            "<svg a=\"\"//>",
            "<svg>",
            "<svg><openbadges:credential>{}",
            "<svg><openbadges:credential><b/></openbadges:credential></svg>",
            "<svg",
        ] {
            assert!(matches!(unbake(text.as_bytes()), Err(BakeError::MalformedXml(_))), "{text}");
        }
        let error = bake(PLAIN.as_bytes(), "{\u{1}}", OpenBadges3).unwrap_err();
        assert_eq!(error.to_string(), "text has the character U+0001, which the picture cannot hold");
    }

    proptest::proptest! {
        #[test]
        fn baking_and_unbaking_are_inverse(text in "\\{[ -~\u{a0}-\u{d7ff}\\]>]{0,60}\\}|[A-Za-z0-9_.&<\"'-]{1,60}") {
            let svg = baked(PLAIN, &text, OpenBadges3);
            proptest::prop_assert_eq!(unbake(svg.as_bytes()).unwrap(), only(OpenBadges3, &text));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "<svg[a-z<>&;/=\"!\\[\\]:-]{0,60}|<\\PC{0,60}") {
            let _outcome = unbake(text.as_bytes());
        }
    }
}
