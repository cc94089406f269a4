//! The lists beside, of what LTI demands (`README.md`), what is promised of awards (`AWARDS.md`) and of programmes and reports
//! (`PROGRAMMES.md`): every file and every test that they name exists.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

const LISTS: [&str; 3] =
    [include_str!("README.md"), include_str!("AWARDS.md"), include_str!("PROGRAMMES.md")];

/// Every Rust file below a folder, as one text.
fn sources(folder: &Path, text: &mut String) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, text)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// What stands in backticks.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_file_and_test_that_the_lists_name_exists() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    for folder in ["shared/src", "shared/tests", "lti-tool/src", "tests/it", "tests/src"] {
        sources(&root.join(folder), &mut text)?;
    }
    let rows: Vec<&str> = LISTS
        .iter()
        .flat_map(|list| list.lines())
        .filter(|line| line.starts_with("| ") && !line.contains("| Shown by |"))
        .collect();
    ensure!(rows.len() > 140, "the lists have {} rows", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [_, places, tests] = cells.as_slice() else { anyhow::bail!("not three cells: {row}") };
        ensure!(named(places).count() > 0 && named(tests).count() > 0, "nothing is named: {row}");
        for place in named(places) {
            ensure!(root.join(place).is_file(), "`{place}` is no file: {row}");
        }
        for test in named(tests) {
            // A test of the extension is a file.
            if test.contains('/') {
                ensure!(root.join(test).is_file(), "`{test}` is no file: {row}");
                continue;
            }
            let name = format!("fn {test}(");
            let place = text.find(&name).with_context(|| format!("`{test}` is no test: {row}"))?;
            let mut before = text.get(..place).unwrap_or_default().lines().rev().take(4);
            ensure!(before.any(|line| line.contains("test]")), "`{test}` is no test but a function: {row}");
        }
    }
    Ok(())
}
