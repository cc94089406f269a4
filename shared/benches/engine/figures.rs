//! The part `engine` of the report, in the form that `tests/bench/README.md` sets.

use serde_json::{Map, Value, json};
use std::io::Write as _;

/// Named figures in the order in which they were added.
#[derive(Default)]
pub(crate) struct Figures(Map<String, Value>);

impl Figures {
    /// Adds a figure; a target is the least that is good enough.
    pub(crate) fn add(&mut self, name: &str, value: f64, unit: &str, target: Option<f64>) {
        let met = target.map(|target| value >= target);
        let figure = json!({"value": value, "unit": unit, "target": target, "at_least": true, "met": met});
        self.0.insert(name.to_owned(), figure);
    }

    /// Puts a remark to a figure that was added.
    pub(crate) fn note(&mut self, name: &str, note: String) {
        if let Some(figure) = self.0.get_mut(name).and_then(Value::as_object_mut) {
            figure.insert("note".to_owned(), note.into());
        }
    }

    /// Prints them, and leaves them where the report looks if they are complete.
    pub(crate) fn finish(self, is_complete: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for (name, figure) in &self.0 {
            let text = |member: &str| figure.get(member).and_then(Value::as_str).unwrap_or_default();
            let value = figure.get("value").and_then(Value::as_f64).unwrap_or_default();
            writeln!(out, "{name:<52}{value:>10.2} {:<16} {}", text("unit"), text("note"))?;
        }
        if is_complete {
            let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("../bench");
            std::fs::create_dir_all(&directory)?;
            std::fs::write(directory.join("engine.json"), serde_json::to_string_pretty(&self.0)?)?;
        }
        Ok(())
    }
}
