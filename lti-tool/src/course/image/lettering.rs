//! Text on a picture: as large as fits, broken where a reader would break it, in lines of about the same length.

use crate::{language::Language, store::course::BadgeTexts};

/// Sizes of letters, the preferred first.
const SIZES: [usize; 5] = [36, 31, 27, 23, 20];
/// Room for a line, in units of the picture.
const WIDTH: usize = 222;

/// What is written on the picture: the English name, unless it quotes Japanese while there is a Japanese one.
pub(super) fn wording(texts: &BadgeTexts) -> String {
    let name = texts.name();
    let english = name.text(Language::En);
    if english.chars().any(is_wide) { name.text(Language::Ja) } else { english }.to_owned()
}

/// A text in lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) size: usize,
    pub(super) lines: Vec<String>,
}

impl Block {
    /// As large as fits into `height`; cut with an ellipsis if the smallest does not.
    pub(super) fn of(text: &str, height: usize) -> Self {
        let of_size = |size: usize| Self { size, lines: wrapped(text, WIDTH * 100 / size) };
        let fits = |block: &Self| block.height() <= height && block.is_whole(text);
        let found = SIZES.into_iter().map(of_size).find(fits);
        found.unwrap_or_else(|| {
            let smallest = SIZES.last().copied().unwrap_or(20);
            let mut block = of_size(smallest);
            block.cut(height / leading(smallest), WIDTH * 100 / smallest);
            block
        })
    }

    pub(super) fn height(&self) -> usize {
        self.lines.len() * leading(self.size)
    }

    /// Where the lines stand if the block begins at `top`.
    pub(super) fn baselines(&self, top: usize) -> impl Iterator<Item = usize> {
        let (leading, size) = (leading(self.size), self.size);
        (0..self.lines.len()).map(move |line| top + line * leading + size * 105 / 100)
    }

    /// Whether no word was broken that had to be broken for the size alone.
    fn is_whole(&self, text: &str) -> bool {
        let room = WIDTH * 100 / self.size;
        SIZES.last() == Some(&self.size) || pieces(text).iter().all(|piece| width(piece.trim_end()) <= room)
    }

    fn cut(&mut self, most: usize, room: usize) {
        if self.lines.len() <= most {
            return;
        }
        self.lines.truncate(most);
        if let Some(last) = self.lines.last_mut() {
            while width(last) + 100 > room {
                last.pop();
            }
            *last = format!("{}…", last.trim_end());
        }
    }
}

fn leading(size: usize) -> usize {
    size * 128 / 100
}

/// In as few lines as possible, and those as even as possible.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let pieces = pieces(text);
    let lines = filled(&pieces, room);
    let (mut least, mut most) = (room / 3, room);
    while least < most {
        let middle = usize::midpoint(least, most);
        if filled(&pieces, middle).len() > lines.len() { least = middle + 1 } else { most = middle }
    }
    let even = filled(&pieces, most);
    if even.iter().all(|line| width(line) <= room) { even } else { lines }
}

/// Line after line, each as full as it gets; a piece that is longer than a line is broken.
fn filled(pieces: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for piece in pieces {
        let current = lines.last().map_or(0, |line| width(line));
        if current > 0 && current + width(piece.trim_end()) > room {
            lines.push(String::new());
        }
        for letter in piece.chars() {
            let is_full = lines.last().is_some_and(|line| {
                !line.is_empty() && !letter.is_whitespace() && width(line) + width_of(letter) > room
            });
            if is_full && width(piece.trim_end()) > room {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(letter);
            }
        }
    }
    lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// What a letter belongs to; a line is broken between two kinds only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Narrow,
    Kanji,
    Hiragana,
    Katakana,
    Other,
}

fn kind(letter: char) -> Kind {
    match u32::from(letter) {
        0x3041..=0x309f => Kind::Hiragana,
        0x30a0..=0x30ff => Kind::Katakana,
        0x4e00..=0x9fff | 0x3005 => Kind::Kanji,
        _ if is_wide(letter) => Kind::Other,
        _ => Kind::Narrow,
    }
}

/// What stays on one line: a word with the space after it; in Japanese a run of one script with the hiragana after it, brackets with
/// what they hold on to.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for letter in text.chars() {
        let joins = pieces.last().and_then(|piece| piece.chars().last()).is_some_and(|before| {
            let (one, other) = (kind(before), kind(letter));
            let same = one == other && one != Kind::Other && !before.is_whitespace();
            same || letter.is_whitespace()
                || other == Kind::Hiragana && one == Kind::Kanji
                || "」』）】、。・！？".contains(letter)
                || "「『（【".contains(before)
        });
        match pieces.last_mut().filter(|_| joins) {
            Some(last) => last.push(letter),
            None => pieces.push(letter.to_string()),
        }
    }
    pieces
}

/// In hundredths of the size.
fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn width_of(letter: char) -> usize {
    match letter {
        _ if is_wide(letter) => 100,
        ' ' | 'i' | 'j' | 'l' | 'I' | '.' | ',' | '\'' | ':' | '|' | '!' => 31,
        'f' | 'r' | 't' | '-' | '(' | ')' | '"' => 41,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 94,
        _ if letter.is_uppercase() => 71,
        _ => 61,
    }
}

/// Whether a character is about as wide as it is high.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x3fffd)
}

/// Text for XML, without the characters that XML cannot hold and those that would turn the direction of what follows.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let is_kept = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    for letter in text.chars().filter(is_kept) {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> (usize, Vec<String>) {
        let block = Block::of(text, 116);
        (block.size, block.lines)
    }

    #[test]
    fn a_name_is_broken_where_a_reader_would() {
        assert_eq!(lines("Completion of Data basics").1, ["Completion of", "Data basics"]);
        assert_eq!(lines("データ基礎コース修了").1, ["データ基礎", "コース修了"]);
        assert_eq!(lines("「データ基礎コース」修了").1, ["「データ基礎", "コース」修了"]);
        assert_eq!(lines("AIを使った業務改善").1, ["AIを使った", "業務改善"]);
    }

    #[test]
    fn a_short_name_is_large_and_a_long_one_small() {
        assert_eq!(lines("Python").0, 36);
        assert_eq!(lines("Introduction to the Responsible Use of Artificial Intelligence").0, 23);
    }

    #[test]
    fn a_longer_one_is_cut() {
        let (size, cut) = lines(&"word ".repeat(60));
        assert_eq!((size, cut.len()), (20, 4));
        assert!(cut[3].ends_with('…'), "{cut:?}");
        let (_, broken) = lines(&"x".repeat(300));
        assert!(broken.len() == 4 && broken.iter().all(|line| width(line) <= WIDTH * 100 / 20 + 100));
        assert!(lines(&"あ".repeat(200)).1.iter().all(|line| width(line) <= WIDTH * 100 / 20));
        assert_eq!(lines("").1, Vec::<String>::new());
    }

    #[test]
    fn no_direction_is_turned() {
        assert_eq!(escaped("a\u{202e}b\u{2066}c<"), "abc&lt;");
    }
}
