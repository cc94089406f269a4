//! A flow as a PDF: PDF 1.7, tagged as PDF/UA-1 asks (<https://pdfa.org/resource/iso-14289-pdfua/>), which `krilla` checks while it writes.
//!
//! Nothing of the present gets in: the same flow is the same bytes.

use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
};

use super::{
    PdfError,
    flow::{Flow, Heading, Kind, Mark, PAGE, Part, SIDE, SMALL, WIDTH},
    letters::{Letters, Line, Style},
};
use crate::language::Language;

/// Where the line at the foot of a page stands.
const FOOT: f32 = 806.0;
/// Where the line at its head stands.
const TOP: f32 = 42.0;

/// What stands on every page, and what the document says about itself.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) t: Language,
    pub(super) title: String,
    pub(super) author: String,
    /// At the head of each page but the first.
    pub(super) running: String,
    /// At the foot of each page.
    pub(super) foot: String,
}

/// Writes the document.
pub(super) fn write(flow: Flow<'_>, frame: &Frame) -> Result<Vec<u8>, PdfError> {
    let Flow { letters, pages, parts, headings, .. } = flow;
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError::Write(format!("{error:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); parts.len()];
    let count = pages.len();
    for (at, marks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE[0], PAGE[1]).ok_or(PdfError::Page)?;
        let mut page = document.start_page_with(settings);
        draw_page(
            &mut Pen { surface: page.surface(), letters: &mut *letters, leaves: &mut leaves },
            marks,
            &headings,
            (frame, at, count),
        );
        page.finish();
    }
    let mut outline = Outline::new();
    for heading in headings {
        let place = XyzDestination::new(heading.page, Point::from_xy(0.0, (heading.y - 8.0).max(0.0)));
        outline.push_child(OutlineNode::new(heading.text, place));
    }
    document.set_outline(outline);
    document.set_tag_tree(tree(&parts, &leaves, frame.t));
    document.set_metadata(
        Metadata::new()
            .title(frame.title.clone())
            .authors(vec![frame.author.clone()])
            .language(frame.t.code().to_owned())
            .creator("lti-tool".to_owned()),
    );
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

/// The marks of a page, and what stands on every page: the frame, with the page's place and how many there are.
fn draw_page(
    pen: &mut Pen<'_, '_>,
    marks: Vec<Mark>,
    headings: &[Heading],
    (frame, at, count): (&Frame, usize, usize),
) {
    for mark in marks {
        let mark = match mark {
            Mark::PageOf { x, y, style, heading, part } => {
                let page = headings.get(heading).map_or(0, |heading| heading.page) + 1;
                let line = pen.letters.line(&page.to_string(), style);
                Mark::Text { x: x - line.width, y, style, line, part: Some(part) }
            }
            mark => mark,
        };
        pen.draw(&mark);
    }
    pen.frame(frame, at, count);
}

struct Pen<'a, 's> {
    surface: Surface<'s>,
    letters: &'a mut Letters,
    leaves: &'a mut Vec<Vec<Identifier>>,
}

impl Pen<'_, '_> {
    fn draw(&mut self, mark: &Mark) {
        match mark {
            Mark::Text { x, y, style, line, part } => {
                let tag = match part {
                    Some(_) => ContentTag::Span(SpanTag::empty()),
                    None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
                };
                self.text([*x, *y], *style, line, tag, *part);
            }
            Mark::Rule { x, y, width, colour } => {
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, 0.5) {
                    path.push_rect(rect);
                }
                if let Some(path) = path.finish() {
                    self.surface
                        .start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
                    self.surface.set_fill(Some(fill(*colour)));
                    self.surface.draw_path(&path);
                    self.surface.end_tagged();
                }
            }
            Mark::PageOf { .. } => {}
        }
    }

    fn text(
        &mut self,
        [x, y]: [f32; 2],
        style: Style,
        line: &Line,
        tag: ContentTag<'_>,
        part: Option<usize>,
    ) {
        if line.runs.is_empty() {
            return;
        }
        let identifier = self.surface.start_tagged(tag);
        self.surface.set_fill(Some(fill(style.colour)));
        let mut x = x;
        for run in &line.runs {
            if let Some(font) = self.letters.font(run.face) {
                self.surface.draw_glyphs(
                    Point::from_xy(x, y),
                    &run.glyphs,
                    font,
                    &run.text,
                    style.size,
                    false,
                );
            }
            x += run.width * style.size;
        }
        self.surface.end_tagged();
        if let Some(leaves) = part.and_then(|part| self.leaves.get_mut(part)) {
            leaves.push(identifier);
        }
    }

    fn frame(&mut self, frame: &Frame, at: usize, count: usize) {
        let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        if at > 0 {
            let line = self.letters.line(&frame.running, SMALL);
            self.text([SIDE, TOP], SMALL, &line, artifact(ArtifactType::Header), None);
        }
        let line = self.letters.line(&frame.foot, SMALL);
        self.text([SIDE, FOOT], SMALL, &line, artifact(ArtifactType::Footer), None);
        let number = frame.t.with_numbers("report-pdf-page", ("page", at + 1), ("count", count));
        let line = self.letters.line(&number, SMALL);
        let x = SIDE + WIDTH - line.width;
        self.text([x, FOOT], SMALL, &line, artifact(ArtifactType::Footer), None);
    }
}

fn fill([red, green, blue]: [u8; 3]) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

/// The parts as the tree that the document carries.
fn tree(parts: &[Part], leaves: &[Vec<Identifier>], t: Language) -> TagTree {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    let mut tree = TagTree::new().with_lang(Some(t.code().to_owned()));
    for (at, part) in parts.iter().enumerate() {
        if let Some(siblings) = part.within.and_then(|within| children.get_mut(within)) {
            siblings.push(at);
        }
    }
    for (at, _) in parts.iter().enumerate().filter(|(_, part)| part.within.is_none()) {
        tree.push(group(at, parts, leaves, &children));
    }
    tree
}

/// A part has either text or parts of its own.
fn group(at: usize, parts: &[Part], leaves: &[Vec<Identifier>], children: &[Vec<usize>]) -> TagGroup {
    let kind = parts.get(at).map_or(&Kind::Section, |part| &part.kind);
    let own = leaves.get(at).into_iter().flatten().map(|leaf| Node::from(*leaf));
    let nested = children
        .get(at)
        .into_iter()
        .flatten()
        .map(|child| Node::from(group(*child, parts, leaves, children)));
    TagGroup::with_children(tag(kind), own.chain(nested).collect())
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Heading(level, text) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())).into()
        }
        Kind::Paragraph => Tag::P.into(),
        Kind::Contents => Tag::TOC.into(),
        Kind::Entry => Tag::TOCI.into(),
        Kind::Table(title) => Tag::Table.with_summary(Some(title.clone())).into(),
        Kind::Head => Tag::THead.into(),
        Kind::Body => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Section => Tag::Section.into(),
    }
}
