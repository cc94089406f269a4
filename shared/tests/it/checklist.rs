//! The list in `../README.md` of what is required and which test shows it: every test that it names exists.

use std::fs;
use std::path::Path;

const LIST: &str = include_str!("../README.md");

/// Every Rust file below a folder, as one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_list_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for folder in ["src", "tests"] {
        sources(&root.join(folder), &mut text);
    }
    let rows: Vec<&str> =
        LIST.lines().filter(|line| line.starts_with("| ") && line.contains(" | ")).collect();
    assert!(rows.len() > 60, "the list has {} rows", rows.len());
    let mut named = 0;
    for row in rows {
        // The last cell names tests in backticks; what has a slash is a file.
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for name in cell.split('`').skip(1).step_by(2) {
            if name.contains('/') {
                assert!(root.join("..").join(name).exists(), "`{name}` is no file: {row}");
            } else {
                assert!(text.contains(&format!("fn {name}(")), "`{name}` is no test: {row}");
            }
            named += 1;
        }
    }
    assert!(named > 100, "the list names {named} tests");
}
