//! Text, rules and tables one below the other, page after page. Every piece of text knows its place in the document's structure.

use super::letters::{Letters, Line, Strength, Style};

/// A4, in points.
pub(super) const PAGE: [f32; 2] = [595.0, 842.0];
/// The white space at the sides.
pub(super) const SIDE: f32 = 48.0;
const TOP: f32 = 64.0;
const BOTTOM: f32 = 778.0;
/// From side to side.
pub(super) const WIDTH: f32 = 595.0 - 2.0 * SIDE;

const INK: [u8; 3] = [0x1f, 0x24, 0x33];
pub(super) const GREY: [u8; 3] = [0x5b, 0x61, 0x73];
const LINE: [u8; 3] = [0xc9, 0xcd, 0xd8];

pub(super) const TITLE: Style = Style { strength: Strength::Bold, size: 22.0, colour: INK };
pub(super) const HEADING: Style = Style { strength: Strength::Bold, size: 14.0, colour: INK };
pub(super) const TEXT: Style = Style { strength: Strength::Regular, size: 9.0, colour: INK };
pub(super) const LABEL: Style = Style { strength: Strength::Bold, size: 9.0, colour: INK };
pub(super) const SMALL: Style = Style { strength: Strength::Regular, size: 7.5, colour: GREY };
const CELL: Style = Style { strength: Strength::Regular, size: 7.5, colour: INK };
const HEAD: Style = Style { strength: Strength::Bold, size: 7.5, colour: INK };

/// Between columns, and above and below the text of a row.
const GAP: f32 = 8.0;
const PAD: f32 = 2.5;

/// What a part of the document is, as programs that read it aloud are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u16, String),
    Paragraph,
    Contents,
    Entry,
    Table(String),
    Head,
    Body,
    Row,
    HeadCell,
    Cell,
    Section,
}

/// A part, and the part that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) within: Option<usize>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line of text from `x` on its base line `y`; `part` is `None` for what is repeated or only looks nice.
    Text { x: f32, y: f32, style: Style, line: Line, part: Option<usize> },
    /// The number of the page on which heading `heading` stands, ending at `x`.
    PageOf { x: f32, y: f32, style: Style, heading: usize, part: usize },
    /// A thin line.
    Rule { x: f32, y: f32, width: f32, colour: [u8; 3] },
}

/// A heading, for the outline and the contents.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// The document so far.
#[derive(Debug)]
pub(super) struct Flow<'a> {
    pub(super) letters: &'a mut Letters,
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) parts: Vec<Part>,
    pub(super) headings: Vec<Heading>,
    y: f32,
}

/// A table as texts; whether a column holds numbers.
#[derive(Clone, Debug)]
pub(super) struct Cells<'t> {
    pub(super) title: &'t str,
    pub(super) heads: Vec<(&'t str, bool)>,
    pub(super) rows: Vec<Vec<&'t str>>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(letters: &'a mut Letters) -> Self {
        Self { letters, pages: vec![Vec::new()], parts: Vec::new(), headings: Vec::new(), y: TOP }
    }

    pub(super) fn part(&mut self, kind: Kind, within: Option<usize>) -> usize {
        self.parts.push(Part { kind, within });
        self.parts.len() - 1
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a page unless so much fits on this one.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.new_page();
        }
    }

    pub(super) fn space(&mut self, height: f32) {
        self.y += height;
    }

    /// A heading with at least so much of what follows on its page.
    pub(super) fn heading(&mut self, level: u16, text: &str, style: Style, within: usize, follows: f32) {
        self.need(style.leading() + follows);
        self.headings.push(Heading { text: text.to_owned(), page: self.pages.len() - 1, y: self.y });
        let part = self.part(Kind::Heading(level, text.to_owned()), Some(within));
        self.text(text, style, 0.0, part);
        self.space(style.size * 0.3);
    }

    /// A paragraph, `indent` points from the side.
    pub(super) fn paragraph(&mut self, text: &str, style: Style, indent: f32, within: usize) {
        let part = self.part(Kind::Paragraph, Some(within));
        self.text(text, style, indent, part);
    }

    fn text(&mut self, text: &str, style: Style, indent: f32, part: usize) {
        for line in self.letters.lines(text, style, WIDTH - indent) {
            self.need(style.leading());
            let y = self.y + style.size;
            self.mark(Mark::Text { x: SIDE + indent, y, style, line, part: Some(part) });
            self.space(style.leading());
        }
    }

    /// A label in bold with its text beside it.
    pub(super) fn labelled(&mut self, label: &str, text: &str, indent: f32, within: usize) {
        let part = self.part(Kind::Paragraph, Some(within));
        self.need(TEXT.leading());
        // The space after the label keeps the words apart for who reads without seeing.
        let line = self.letters.line(&format!("{label} "), LABEL);
        let y = self.y + LABEL.size;
        self.mark(Mark::Text { x: SIDE, y, style: LABEL, line, part: Some(part) });
        self.text(text, TEXT, indent, part);
        self.space(2.0);
    }

    /// A line of the contents.
    pub(super) fn entry(&mut self, text: &str, heading: usize, contents: usize) {
        let part = self.part(Kind::Entry, Some(contents));
        let line = self.letters.line(&format!("{text} "), TEXT);
        let y = self.y + TEXT.size;
        self.mark(Mark::Text { x: SIDE, y, style: TEXT, line, part: Some(part) });
        self.mark(Mark::PageOf { x: SIDE + WIDTH, y, style: TEXT, heading, part });
        self.space(TEXT.leading() + 2.0);
    }

    /// A table whose heads stand on each of its pages.
    pub(super) fn table(&mut self, cells: &Cells<'_>, within: usize) {
        let columns = self.columns(cells);
        let table = self.part(Kind::Table(cells.title.to_owned()), Some(within));
        let (head, body) = (self.part(Kind::Head, Some(table)), self.part(Kind::Body, Some(table)));
        let heads: Vec<(&str, bool)> = cells.heads.clone();
        // The heads never stand alone at the foot of a page.
        let first: Vec<(&str, bool)> =
            cells.rows.first().into_iter().flatten().map(|text| (*text, false)).collect();
        let height = self.height(&heads, &columns, HEAD) + self.height(&first, &columns, CELL);
        self.need(height);
        self.row(&heads, &columns, HEAD, Some((head, Kind::HeadCell)));
        for row in &cells.rows {
            let texts: Vec<(&str, bool)> =
                row.iter().zip(&cells.heads).map(|(text, (_, is_number))| (*text, *is_number)).collect();
            let height = self.height(&texts, &columns, CELL);
            if self.y + height > BOTTOM && self.y > TOP {
                self.new_page();
                self.row(&heads, &columns, HEAD, None);
            }
            self.row(&texts, &columns, CELL, Some((body, Kind::Cell)));
        }
        self.space(GAP);
    }

    /// Each column as wide as its longest word at least; what is left goes to those whose texts are longer.
    fn columns(&mut self, cells: &Cells<'_>) -> Vec<f32> {
        let mut narrowest = Vec::new();
        let mut wanted = Vec::new();
        for (place, (head, _)) in cells.heads.iter().enumerate() {
            let mut least = self.letters.narrowest(head, HEAD);
            let mut most = self.letters.width(head, HEAD);
            for text in cells.rows.iter().filter_map(|row| row.get(place)) {
                least = least.max(self.letters.narrowest(text, CELL));
                most = most.max(self.letters.width(text, CELL));
            }
            narrowest.push(least + GAP);
            wanted.push(most - least);
        }
        let left = WIDTH - narrowest.iter().sum::<f32>();
        let more: f32 = wanted.iter().sum();
        let widths = narrowest.iter().zip(&wanted);
        if left < 0.0 {
            widths.map(|(least, _)| least * WIDTH / (WIDTH - left)).collect()
        } else {
            let share = if more > left { left / more } else { 1.0 };
            widths.map(|(least, more)| least + more * share).collect()
        }
    }

    fn height(&mut self, texts: &[(&str, bool)], columns: &[f32], style: Style) -> f32 {
        let letters = &mut *self.letters;
        let lines =
            texts.iter().zip(columns).map(|((text, _), width)| letters.lines(text, style, width - GAP).len());
        lines.map(|lines| style.leading() * number(lines)).fold(style.leading(), f32::max) + 2.0 * PAD
    }

    /// A row; without `parts` it is repeated, and nobody is told of it again.
    fn row(&mut self, texts: &[(&str, bool)], columns: &[f32], style: Style, parts: Option<(usize, Kind)>) {
        let height = self.height(texts, columns, style);
        let row = parts.map(|(within, cell)| (self.part(Kind::Row, Some(within)), cell));
        let mut x = SIDE;
        for ((text, is_number), width) in texts.iter().zip(columns) {
            let part = row.as_ref().map(|(row, cell)| self.part(cell.clone(), Some(*row)));
            let mut y = self.y + PAD + style.size;
            for line in self.letters.lines(text, style, width - GAP) {
                let left = if *is_number { x + width - GAP - line.width } else { x };
                self.mark(Mark::Text { x: left, y, style, line, part });
                y += style.leading();
            }
            x += width;
        }
        self.space(height);
        let width = columns.iter().sum::<f32>() - GAP;
        let colour = if style.strength == Strength::Bold { INK } else { LINE };
        let y = self.y;
        self.mark(Mark::Rule { x: SIDE, y, width, colour });
    }
}

/// A small count as a length.
fn number(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}
