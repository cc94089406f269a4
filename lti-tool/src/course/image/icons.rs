//! The icons: lines of three units in a square of 48, drawn for this tool.

/// One icon.
#[derive(Clone, Copy, Debug)]
pub struct Icon {
    /// Its name in forms and in the database.
    pub name: &'static str,
    /// The path of its lines, 48 units square.
    pub path: &'static str,
    /// Whether it is filled.
    pub is_solid: bool,
}

const fn lines(name: &'static str, path: &'static str) -> Icon {
    Icon { name, path, is_solid: false }
}

/// All of them, as they are offered.
pub(super) const ICONS: [Icon; 14] = [
    Icon {
        name: "star",
        path: "M24 5l5.7 11.6 12.8 1.9-9.3 9 2.2 12.7L24 34.2l-11.4 6 2.2-12.7-9.3-9 12.8-1.9z",
        is_solid: true,
    },
    lines("cap", "M4 18l20-9 20 9-20 9zM12 22v11c6 5 18 5 24 0V22M44 18v13"),
    lines("book", "M24 12c-4-3-9-4-17-4v29c8 0 13 1 17 4 4-3 9-4 17-4V8c-8 0-13 1-17 4zM24 12v29"),
    lines("chart", "M7 7v34h34M16 33v-8M25 33V19M34 33V11"),
    lines("code", "M16 14L6 24l10 10M32 14l10 10-10 10M28 9l-8 30"),
    lines(
        "people",
        "M18 23a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM5 41c0-8 5-12 13-12s13 4 13 12M31 9.5a7 7 0 0 1 0 13M36 30c4 2 7 5 7 11",
    ),
    lines("flag", "M11 43V6M11 9c8-5 14 4 26 0v18c-12 4-18-5-26 0"),
    lines("bulb", "M18 34c0-5-7-8-7-16a13 13 0 0 1 26 0c0 8-7 11-7 16zM19 41h10M24 34v-9"),
    lines(
        "gear",
        "M24 12a12 12 0 1 0 0 24 12 12 0 0 0 0-24zM24 20a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM24 5v7M24 36v7M5 24h7M36 24h7M10.6 10.6l4.9 4.9M32.5 32.5l4.9 4.9M10.6 37.4l4.9-4.9M32.5 15.5l4.9-4.9",
    ),
    lines("medal", "M24 28a11 11 0 1 0 0-22 11 11 0 0 0 0 22zM17 26l-4 17 11-6 11 6-4-17"),
    lines("leaf", "M12 36C7 19 18 7 41 7c1 23-11 34-29 29zM7 42c4-10 11-18 21-23"),
    lines("shield", "M24 5l16 5v13c0 10-7 16-16 20-9-4-16-10-16-20V10zM16 24l6 6 11-12"),
    lines("speech", "M7 9h34v24H23l-10 9v-9H7zM16 18h16M16 25h10"),
    lines(
        "globe",
        "M24 6a18 18 0 1 0 0 36 18 18 0 0 0 0-36zM6 24h36M24 6c-6 5-8 12-8 18s2 13 8 18c6-5 8-12 8-18s-2-13-8-18z",
    ),
];

/// The icon of this name.
pub(super) fn find(name: &str) -> Option<&'static Icon> {
    ICONS.iter().find(|icon| icon.name == name)
}
