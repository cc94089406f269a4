//! The letters of a document: which font has them, how wide they are, and where a line may end.
//!
//! Each letter stands by itself, left to right: right for Latin and for Japanese in rows. Scripts that join their letters are not shaped.

use std::collections::HashMap;
use std::sync::Arc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use resvg::usvg::fontdb::{Database, Family, ID, Query, Weight};
use skrifa::{FontRef, MetadataProvider as _, instance::LocationRef, prelude::Size};

/// Never at the beginning of a line.
const NOT_FIRST: &str =
    "、。，．・：；？！）」』】〕〉》｝ー々ゝゞ…‥〜ぁぃぅぇぉっゃゅょァィゥェォッャュョ％÷＝,.!?:;)]}%";
/// Never at the end of one.
const NOT_LAST: &str = "（「『【〔〈《｛([{";
/// A word may go on in the next line after these.
const JOINTS: &str = "-/_.";
/// What stands where no font has the letter, the first that the main font has.
const STAND_INS: [char; 2] = ['〓', '?'];

/// Light or strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Strength {
    Regular,
    Bold,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) strength: Strength,
    /// In points.
    pub(super) size: f32,
    /// Red, green and blue.
    pub(super) colour: [u8; 3],
}

impl Style {
    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.45
    }
}

#[derive(Clone, Copy, Debug)]
struct Letter {
    sign: char,
    face: usize,
    glyph: u32,
    /// Of a size of one.
    advance: f32,
}

/// Letters of one font beside each other.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) face: usize,
    /// Of a size of one.
    pub(super) width: f32,
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// In points, without the space at its end.
    pub(super) width: f32,
}

/// The fonts of one document.
pub(super) struct Letters {
    database: Arc<Database>,
    /// First the regular and the bold one, then those that lend letters.
    fonts: Vec<(ID, Font)>,
    known: HashMap<(char, Strength), Letter>,
}

impl std::fmt::Debug for Letters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Letters").field("fonts", &self.fonts.len()).finish_non_exhaustive()
    }
}

impl Letters {
    /// The sans-serif fonts of `database`; `None` if it has none.
    pub(super) fn new(database: Arc<Database>) -> Option<Self> {
        let mut letters = Self { database, fonts: Vec::new(), known: HashMap::new() };
        for weight in [Weight::NORMAL, Weight::BOLD] {
            let query = Query { families: &[Family::SansSerif], weight, ..Query::default() };
            let id = letters.database.query(&query)?;
            letters.open(id)?;
        }
        Some(letters)
    }

    fn open(&mut self, id: ID) -> Option<usize> {
        let (data, index) = self.database.with_face_data(id, |data, index| (data.to_vec(), index))?;
        self.fonts.push((id, Font::new(data.into(), index)?));
        Some(self.fonts.len() - 1)
    }

    pub(super) fn font(&self, face: usize) -> Option<Font> {
        self.fonts.get(face).map(|(_, font)| font.clone())
    }

    fn letter(&mut self, letter: char, strength: Strength) -> Letter {
        if let Some(known) = self.known.get(&(letter, strength)) {
            return *known;
        }
        let found = self.find(letter, strength);
        self.known.insert((letter, strength), found);
        found
    }

    fn find(&mut self, letter: char, strength: Strength) -> Letter {
        let main = usize::from(strength == Strength::Bold);
        let is_text =
            !letter.is_control() && !matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fffe}');
        if let Some(found) = self.of_face(main, letter).filter(|_| is_text) {
            return found;
        }
        let lender = if is_text { self.lender(letter) } else { None };
        let lent = lender.and_then(|face| self.of_face(face, letter));
        let stand_in = || STAND_INS.into_iter().find_map(|stand_in| self.of_face(main, stand_in));
        lent.or_else(stand_in).unwrap_or(Letter { sign: ' ', face: main, glyph: 0, advance: 0.5 })
    }

    fn of_face(&self, face: usize, letter: char) -> Option<Letter> {
        let (id, _) = self.fonts.get(face)?;
        let (glyph, advance) =
            self.database.with_face_data(*id, |data, index| glyph(data, index, letter))??;
        Some(Letter { sign: letter, face, glyph, advance })
    }

    /// A font of the machine that has the letter.
    fn lender(&mut self, letter: char) -> Option<usize> {
        let has = |(id, _): &(ID, Font)| {
            self.database.with_face_data(*id, |data, index| glyph(data, index, letter)).flatten().is_some()
        };
        if let Some(open) = self.fonts.iter().position(has) {
            return Some(open);
        }
        let id = self
            .database
            .faces()
            .find(|face| {
                self.database
                    .with_face_data(face.id, |data, index| glyph(data, index, letter))
                    .flatten()
                    .is_some()
            })?
            .id;
        self.open(id)
    }

    /// How wide the text is in one line, in points.
    pub(super) fn width(&mut self, text: &str, style: Style) -> f32 {
        text.chars().map(|letter| self.letter(letter, style.strength).advance).sum::<f32>() * style.size
    }

    /// How wide its widest part is that does not go into two lines.
    pub(super) fn narrowest(&mut self, text: &str, style: Style) -> f32 {
        pieces(text).into_iter().map(|piece| self.width(piece.trim_end(), style)).fold(0.0, f32::max)
    }

    /// The text in lines of at most `width` points; letters that are wider stand alone.
    pub(super) fn lines(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for piece in pieces(text) {
            if self.width(&format!("{line}{}", piece.trim_end()), style) <= width {
                line.push_str(piece);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in piece.chars() {
                line.push(letter);
                if self.width(line.trim_end(), style) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.push(line);
        lines.iter().map(|line| self.line(line, style)).collect()
    }

    /// The text in one line, however wide.
    pub(super) fn line(&mut self, text: &str, style: Style) -> Line {
        let mut runs: Vec<Run> = Vec::new();
        for letter in text.chars() {
            let letter = self.letter(letter, style.strength);
            match runs.last_mut() {
                Some(run) if run.face == letter.face => run.push(letter),
                _ => {
                    let mut run =
                        Run { text: String::new(), glyphs: Vec::new(), face: letter.face, width: 0.0 };
                    run.push(letter);
                    runs.push(run);
                }
            }
        }
        Line { runs, width: self.width(text.trim_end(), style) }
    }
}

impl Run {
    fn push(&mut self, letter: Letter) {
        let start = self.text.len();
        self.text.push(letter.sign);
        let range = start..self.text.len();
        self.glyphs.push(KrillaGlyph::new(
            GlyphId::new(letter.glyph),
            letter.advance,
            0.0,
            0.0,
            0.0,
            range,
            None,
        ));
        self.width += letter.advance;
    }
}

/// The glyph of a letter and how far the next one stands from it.
fn glyph(data: &[u8], index: u32, letter: char) -> Option<(u32, f32)> {
    let font = FontRef::from_index(data, index).ok()?;
    let glyph = font.charmap().map(letter).filter(|glyph| glyph.to_u32() > 0)?;
    let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)?;
    Some((glyph.to_u32(), advance))
}

/// The parts of a text between which a line may end; spaces stay at the end of their part.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, after) in text.char_indices() {
        if before.is_some_and(|before| may_end(before, after)) {
            pieces.extend(text.get(start..at));
            start = at;
        }
        before = Some(after);
    }
    pieces.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    pieces
}

fn may_end(before: char, after: char) -> bool {
    if after.is_whitespace() {
        return false;
    }
    if before.is_whitespace() {
        return true;
    }
    if is_wide(before) || is_wide(after) {
        return !NOT_FIRST.contains(after) && !NOT_LAST.contains(before);
    }
    JOINTS.contains(before) && after.is_alphabetic()
}

fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_where_japanese_allows_it() {
        assert_eq!(pieces("How it is"), ["How ", "it ", "is"]);
        assert_eq!(pieces("人数。「1つ」"), ["人", "数。", "「1", "つ」"]);
        assert_eq!(pieces("badges.person_link"), ["badges.", "person_", "link"]);
        assert_eq!(pieces("2026-03-31 12.5"), ["2026-03-31 ", "12.5"]);
        assert_eq!(pieces("ITパスポート"), ["IT", "パ", "ス", "ポー", "ト"]);
        assert!(pieces("").is_empty());
    }
}
