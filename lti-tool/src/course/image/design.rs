//! What an instructor chooses of a badge's picture: shape, rings, colour, icon and text. Every combination can be read.

use std::collections::BTreeMap;

use uuid::Uuid;

pub use super::icons::Icon;
use super::{drawing, icons};

/// The longest text on a picture, in characters.
pub const LONGEST_TEXT: usize = 60;
/// The most rings.
pub const MOST_RINGS: u8 = 3;

/// The outline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A disc with soft teeth, like a wax seal.
    #[default]
    Seal,
    /// A disc.
    Circle,
    /// Six sides, standing on a corner.
    Hexagon,
    /// A coat of arms.
    Shield,
    /// A square with round corners.
    Square,
    /// Sixteen points.
    Burst,
}

impl Shape {
    /// All of them, as they are offered.
    pub const ALL: [Self; 6] =
        [Self::Seal, Self::Circle, Self::Hexagon, Self::Shield, Self::Square, Self::Burst];

    /// Its name in forms and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Circle => "circle",
            Self::Hexagon => "hexagon",
            Self::Shield => "shield",
            Self::Square => "square",
            Self::Burst => "burst",
        }
    }

    /// The path of its outline, 400 units square.
    #[must_use]
    pub fn outline(self) -> String {
        drawing::outline(self)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.name() == name)
    }
}

/// A deep and a light tone; white can be read on both (WCAG 2.2, 1.4.3), which a test holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Its name in forms and in the database.
    pub name: &'static str,
    /// The rim.
    pub deep: &'static str,
    /// The field.
    pub light: &'static str,
}

/// The palette.
pub const PALETTE: [Colour; 10] = [
    Colour { name: "teal", deep: "#155e75", light: "#0e7490" },
    Colour { name: "indigo", deep: "#3730a3", light: "#4f46e5" },
    Colour { name: "green", deep: "#166534", light: "#15803d" },
    Colour { name: "orange", deep: "#9a3412", light: "#c2410c" },
    Colour { name: "violet", deep: "#86198f", light: "#a21caf" },
    Colour { name: "blue", deep: "#1e3a8a", light: "#1d4ed8" },
    Colour { name: "pine", deep: "#115e59", light: "#0f766e" },
    Colour { name: "rose", deep: "#9f1239", light: "#be123c" },
    Colour { name: "gold", deep: "#713f12", light: "#946200" },
    Colour { name: "slate", deep: "#1e293b", light: "#475569" },
];

/// A whole choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The outline.
    pub shape: Shape,
    /// Rings within it, at most [`MOST_RINGS`].
    pub rings: u8,
    /// The tones.
    pub colour: Colour,
    /// The name of the icon; empty for none.
    pub icon: &'static str,
    /// What is written on it; empty for the badge's name.
    pub text: String,
}

impl Design {
    /// What a course has that nobody chose anything for.
    #[must_use]
    pub fn of_course(course_id: Uuid) -> Self {
        let seed = course_id
            .as_bytes()
            .iter()
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
        // The first eight: gold and slate are for who wants them.
        let colour = PALETTE.iter().take(8).nth(seed % 8).copied().unwrap_or(PALETTE[0]);
        Self { shape: Shape::Seal, rings: 1, colour, icon: "star", text: String::new() }
    }

    /// What was chosen for a course, as it is stored; all of [`Self::of_course`] if nothing was.
    #[must_use]
    pub fn chosen(course_id: Uuid, fields: &BTreeMap<String, String>) -> Self {
        Self::of_course(course_id).with(fields.iter().map(|(field, value)| (field.as_str(), value.as_str())))
    }

    /// The choice in fields of a form, by name; what is missing or unknown stays as it is.
    #[must_use]
    pub fn with<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        for (field, value) in fields {
            match field {
                "shape" => self.shape = Shape::named(value).unwrap_or(self.shape),
                "rings" => {
                    self.rings =
                        value.parse().ok().filter(|rings| *rings <= MOST_RINGS).unwrap_or(self.rings);
                }
                "colour" => {
                    let named = PALETTE.into_iter().find(|colour| colour.name == value);
                    self.colour = named.unwrap_or(self.colour);
                }
                "icon" if value.is_empty() => self.icon = "",
                "icon" => self.icon = icons::find(value).map_or(self.icon, |icon| icon.name),
                "text" => self.text = value.trim().chars().take(LONGEST_TEXT).collect(),
                _ => {}
            }
        }
        self
    }

    /// The fields that make the same choice.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, String); 5] {
        [
            ("shape", self.shape.name().to_owned()),
            ("rings", self.rings.to_string()),
            ("colour", self.colour.name.to_owned()),
            ("icon", self.icon.to_owned()),
            ("text", self.text.clone()),
        ]
    }

    /// The icons, as they are offered.
    #[must_use]
    pub fn icons() -> [Icon; 14] {
        icons::ICONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (<https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn white_can_be_read_on_every_tone() {
        for colour in PALETTE {
            for tone in [colour.deep, colour.light] {
                let contrast = 1.05 / (luminance(tone) + 0.05);
                assert!(contrast >= 4.5, "{} {tone}: {contrast:.2}", colour.name);
            }
        }
    }

    #[test]
    fn a_choice_survives_its_form() {
        let fields =
            [("shape", "shield"), ("rings", "3"), ("colour", "gold"), ("icon", "book"), ("text", " 修了 ")];
        let chosen = Design::of_course(Uuid::nil()).with(fields);
        assert_eq!(
            (chosen.shape, chosen.rings, chosen.colour.name, chosen.icon, chosen.text.as_str()),
            (Shape::Shield, 3, "gold", "book", "修了")
        );
        let fields = chosen.fields();
        let again =
            Design::of_course(Uuid::nil()).with(fields.iter().map(|(field, value)| (*field, value.as_str())));
        assert_eq!(again, chosen);
    }

    #[test]
    fn what_is_unknown_changes_nothing() {
        let before = Design::of_course(Uuid::nil());
        let odd = [("shape", "blob"), ("rings", "4"), ("colour", "#fff"), ("icon", "../x"), ("other", "1")];
        assert_eq!(before.clone().with(odd), before);
        assert_eq!(before.clone().with([("text", "あ".repeat(99).as_str())]).text.chars().count(), 60);
        assert_eq!(before.with([("icon", "")]).icon, "");
    }
}
