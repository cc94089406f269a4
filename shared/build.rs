//! Compiles the published JSON-LD contexts to the tables of `src/jsonld/context/tables.rs`.

#[path = "src/jsonld/context/compile.rs"]
mod compile;
#[path = "src/jsonld/context/definition.rs"]
#[expect(dead_code, reason = "the crate uses what the compilation does not")]
mod definition;

use anyhow::{Context as _, Result, anyhow};
use definition::{Assumption, Definition, Layer, Scoped, Text};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

#[expect(clippy::disallowed_methods, reason = "cargo says where the tables go in the environment")]
fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=contexts");
    println!("cargo::rerun-if-changed=src/jsonld/context");
    println!("cargo::rerun-if-changed=src/jsonld/contexts.rs");
    let mut tables = Tables::default();
    let list = fs::read_to_string("src/jsonld/contexts.rs")?;
    for (url, file) in published(&list) {
        let text = fs::read_to_string(Path::new("contexts").join(file)).with_context(|| file.to_owned())?;
        let document: serde_json::Value = serde_json::from_str(&text)?;
        let context = document.get("@context").with_context(|| format!("{file} has no context"))?;
        let layer = compile::compile(context)
            .map_err(|compile::Unsupported| anyhow!("{file} has what the tables do not hold"))?;
        let number = tables.add(layer);
        writeln!(tables.published, "    ({url:?}, &LAYER_{number}),")?;
    }
    let directory = env::var("OUT_DIR")?;
    fs::write(Path::new(&directory).join("context_tables.rs"), tables.source()?)?;
    Ok(())
}

/// The pairs of URL and file in the list that the crate embeds.
fn published(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter_map(|line| {
        let (url, file) = line.trim().strip_suffix("\",")?.split_once("\" => \"")?;
        Some((url.strip_prefix('"')?, file))
    })
}

/// The layers in the order of their numbers, and the source text made of them so far.
#[derive(Default)]
struct Tables {
    layers: Vec<Layer>,
    statics: String,
    published: String,
}

impl Tables {
    /// Adds a layer after those of its terms, unless there is an equal one; answers its number.
    fn add(&mut self, layer: Layer) -> usize {
        if let Some(number) =
            self.layers.iter().position(|known| *known == layer && known.assumptions == layer.assumptions)
        {
            return number;
        }
        let terms: Vec<String> = layer.terms.iter().map(|term| self.definition(term)).collect();
        let number = self.layers.len();
        let Layer { slots, vocabulary, assumptions, .. } = &layer;
        let assumptions: Vec<String> = assumptions.iter().map(assumption).collect();
        let terms = terms.join(", ");
        let assumptions = assumptions.join(", ");
        let vocabulary = optional(vocabulary.as_ref());
        let statics = [
            format!("static LAYER_{number}: Layer = Layer {{"),
            format!(
                "    number: {number}, vocabulary: {vocabulary}, assumptions: Cow::Borrowed(&[{assumptions}]),"
            ),
            format!("    terms: Cow::Borrowed(&[{terms}]), slots: Cow::Borrowed(&{slots:?}),"),
            "};\n".to_owned(),
        ];
        self.statics.push_str(&statics.join("\n"));
        self.layers.push(layer);
        number
    }

    fn definition(&mut self, term: &Definition) -> String {
        let scoped = match &term.scoped {
            Scoped::Same => "Same".to_owned(),
            Scoped::Nothing => "Nothing".to_owned(),
            Scoped::Compiled(layer) => format!("Compiled(&LAYER_{})", self.add((*layer).clone())),
            Scoped::Owned(layer) => format!("Compiled(&LAYER_{})", self.add((**layer).clone())),
        };
        format!(
            "Definition {{ name: Cow::Borrowed({:?}), mapping: Mapping::{}, kind: Kind::{}, \
             container: Container::{:?}, scoped: Scoped::{scoped}, prefix: {}, protected: {} }}",
            term.name,
            borrowed(&format!("{:?}", term.mapping)),
            borrowed(&format!("{:?}", term.kind)),
            term.container,
            term.prefix,
            term.protected,
        )
    }

    /// One row for each layer below, one bit for each layer above.
    fn conflicts(&self) -> Vec<Vec<u8>> {
        let row = |below: &Layer| {
            self.layers
                .chunks(8)
                .map(|chunk| {
                    chunk.iter().enumerate().fold(0, |bits, (bit, above)| {
                        bits | (u8::from(above.redefines_protected(below)) << bit)
                    })
                })
                .collect()
        };
        self.layers.iter().map(row).collect()
    }

    fn source(&self) -> Result<String> {
        let mut source = self.statics.clone();
        writeln!(source, "pub(super) static PUBLISHED: &[(&str, &Layer)] = &[\n{}];", self.published)?;
        writeln!(source, "static CONFLICTS: &[&[u8]] = &[")?;
        for row in self.conflicts() {
            writeln!(source, "    &{row:?},")?;
        }
        writeln!(source, "];")?;
        Ok(source)
    }
}

fn assumption(assumption: &Assumption) -> String {
    let Assumption { name, iri, prefix } = assumption;
    let iri = optional(iri.as_ref());
    format!("Assumption {{ name: Cow::Borrowed({name:?}), iri: {iri}, prefix: {prefix} }}")
}

fn optional(text: Option<&Text>) -> String {
    text.map_or("None".to_owned(), |text| format!("Some(Cow::Borrowed({text:?}))"))
}

/// `Iri("…")` as the source of a borrowed text: `Iri(Cow::Borrowed("…"))`.
fn borrowed(debug: &str) -> String {
    match debug.split_once('(') {
        Some((variant, rest)) => format!("{variant}(Cow::Borrowed({rest})"),
        None => debug.to_owned(),
    }
}
