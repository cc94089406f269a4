//! The SVG of a badge, 400 units square (<https://www.w3.org/TR/SVG2/>): a rim, a field, rings, an icon, the text, a line below it.

use std::fmt::Write as _;

use super::{
    design::{Design, Shape},
    icons,
    lettering::{self, Block},
};

/// Fonts by preference: those of people's devices, and those that servers have.
const FONTS: &str = "Inter, 'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', IPAexGothic, IPAGothic, system-ui, sans-serif";
/// The field within the rim.
const FIELD: f64 = 0.84;
/// How large each ring is: within the field, and two in the rim.
const RINGS: [f64; 3] = [0.785, 0.92, 0.88];

/// Draws `design` with `name` where it says nothing else.
#[must_use]
pub fn draw(design: &Design, name: &str) -> String {
    let text = if design.text.is_empty() { name } else { &design.text };
    let (deep, light) = (design.colour.deep, design.colour.light);
    let outline = outline(design.shape);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\" role=\"img\"><title>{}</title>\
         <path d=\"{outline}\" fill=\"{deep}\"/><path d=\"{outline}\" fill=\"{light}\" transform=\"{}\"/>",
        lettering::escaped(name),
        scaled(FIELD),
    );
    for (ring, scale) in RINGS.iter().take(usize::from(design.rings)).enumerate() {
        let (opacity, dashes) = if ring == 2 { (".8", " stroke-dasharray=\".1 9\"") } else { (".55", "") };
        let _infallible = write!(
            svg,
            "<path d=\"{outline}\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\"{opacity}\" stroke-width=\"3\" \
             stroke-linecap=\"round\"{dashes} transform=\"{}\"/>",
            scaled(*scale),
        );
    }
    svg.push_str(&content(design, text));
    svg.push_str("</svg>");
    svg
}

/// Icon, text and the line below it, centred together on the shape's middle.
fn content(design: &Design, text: &str) -> String {
    let middle = if design.shape == Shape::Shield { 188 } else { 200 };
    let (icon_height, room) = if design.icon.is_empty() { (0, 150) } else { (84, 116) };
    let block = Block::of(text, room);
    let top = middle - (icon_height + block.height() + 22) / 2;
    let mut content = icons::find(design.icon).map_or_else(String::new, |icon| {
        let (fill, stroke) = if icon.is_solid { ("#fff", 1) } else { ("none", 3) };
        format!(
            "<g transform=\"translate(166.4 {top}) scale(1.4)\"><path d=\"{}\" fill=\"{fill}\" stroke=\"#fff\" \
             stroke-width=\"{stroke}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></g>",
            icon.path
        )
    });
    let _infallible = write!(
        content,
        "<g fill=\"#fff\" font-family=\"{FONTS}\" font-weight=\"600\" font-size=\"{}\" text-anchor=\"middle\">",
        block.size
    );
    for (line, baseline) in block.lines.iter().zip(block.baselines(top + icon_height)) {
        let _infallible =
            write!(content, "<text x=\"200\" y=\"{baseline}\">{}</text>", lettering::escaped(line));
    }
    let below = top + icon_height + block.height() + 20;
    let _infallible = write!(
        content,
        "</g><path d=\"M168 {below}h64\" stroke=\"#fff\" stroke-opacity=\".6\" stroke-width=\"3\" stroke-linecap=\"round\"/>"
    );
    content
}

fn scaled(scale: f64) -> String {
    let offset = 200.0 * (1.0 - scale);
    format!("matrix({scale} 0 0 {scale} {offset:.1} {offset:.1})")
}

/// The path of a shape.
pub(super) fn outline(shape: Shape) -> String {
    match shape {
        Shape::Seal => seal(),
        Shape::Circle => "M200 4a196 196 0 1 0 0 392 196 196 0 0 0 0-392z".to_owned(),
        Shape::Hexagon => {
            "M215 8l150 87q15 9 15 26v158q0 17-15 26l-150 87q-15 8-30 0l-150-87q-15-9-15-26V121q0-17 15-26L185 8q15-8 30 0z".to_owned()
        }
        Shape::Shield => {
            "M200 4c48 32 104 44 168 44 8 0 12 5 12 12v126c0 98-70 168-180 210C90 354 20 284 20 186V60c0-7 4-12 12-12 64 0 120-12 168-44z"
                .to_owned()
        }
        Shape::Square => "M72 14h256a58 58 0 0 1 58 58v256a58 58 0 0 1-58 58H72a58 58 0 0 1-58-58V72a58 58 0 0 1 58-58z".to_owned(),
        Shape::Burst => burst(),
    }
}

/// A point on a circle around the middle, `step` of `steps`.
fn point(step: u32, steps: u32, radius: f64) -> String {
    let angle = f64::from(step) * std::f64::consts::TAU / f64::from(steps);
    format!("{:.1} {:.1}", 200.0 + radius * angle.sin(), 200.0 - radius * angle.cos())
}

/// 24 soft teeth.
fn seal() -> String {
    const TEETH: u32 = 24;
    let teeth = (0..TEETH).map(|tooth| {
        format!("Q{} {}", point(2 * tooth + 1, 2 * TEETH, 202.0), point(2 * tooth + 2, 2 * TEETH, 183.0))
    });
    format!("M{}{}Z", point(0, 2 * TEETH, 183.0), teeth.collect::<String>())
}

/// Sixteen points.
fn burst() -> String {
    const POINTS: u32 = 16;
    let corners = (0..2 * POINTS)
        .map(|step| point(step, 2 * POINTS, if step.is_multiple_of(2) { 198.0 } else { 172.0 }));
    format!("M{}Z", corners.collect::<Vec<_>>().join("L"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_choice_is_drawn() {
        let mut drawn = std::collections::HashSet::new();
        for shape in Shape::ALL {
            for icon in Design::icons().iter().map(|icon| icon.name).chain([""]) {
                for rings in ["0", "1", "2", "3"] {
                    let chosen =
                        [("shape", shape.name()), ("icon", icon), ("rings", rings), ("text", "データ")];
                    let svg = draw(&Design::of_course(Uuid::nil()).with(chosen), "Name");
                    assert!(svg.contains(">データ</text>") && svg.contains("<title>Name</title>"), "{svg}");
                    assert!(drawn.insert(svg), "{} {icon} {rings}", shape.name());
                }
            }
        }
        assert_eq!(drawn.len(), 6 * 15 * 4);
    }
}
