//! Frameworks that are published as tables: CSV (<https://www.rfc-editor.org/rfc/rfc4180>) with a first line that names the columns.
//!
//! `code` and at least one of `name_en`, `name_ja` (any `name_` with a language tag) are needed; `level`, `parent` and `url` may be there;
//! other columns are left out. Address, version and name of the framework are not in the table: the caller says them.

use std::collections::BTreeMap;

use super::{Competency, CompetencyError, ordered};

/// Why a file is no table of competencies.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The first line lacks a column.
    #[error("the first line has no columns `code` and `name_…`")]
    NoColumns,
    /// A line that cannot be read.
    #[error("line {line} cannot be read")]
    Malformed {
        /// Counted from one.
        line: u64,
    },
    /// A level that is no number.
    #[error("line {line}: level `{level}` is no whole number")]
    Level {
        /// Counted from one.
        line: u64,
        /// As it stands.
        level: String,
    },
    /// A competency that cannot be.
    #[error(transparent)]
    Competency(#[from] CompetencyError),
}

/// Reads a table.
///
/// # Errors
/// [`CsvError`].
pub fn read(text: &str) -> Result<Vec<Competency>, CsvError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_error: ::csv::Error| CsvError::NoColumns)?.clone();
    let names: Vec<(usize, String)> = headers
        .iter()
        .enumerate()
        .filter_map(|(place, header)| Some((place, header.strip_prefix("name_")?.to_owned())))
        .filter(|(_, tag)| !tag.is_empty())
        .collect();
    let place = |name: &str| headers.iter().position(|header| header == name);
    let (Some(code), false) = (place("code"), names.is_empty()) else { return Err(CsvError::NoColumns) };
    let (level, parent, url) = (place("level"), place("parent"), place("url"));
    let mut competencies = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| CsvError::Malformed {
            line: error.position().map_or(0, ::csv::Position::line),
        })?;
        let line = record.position().map_or(0, ::csv::Position::line);
        let field = |place: Option<usize>| {
            place.and_then(|place| record.get(place)).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let level = match field(level) {
            None => None,
            Some(level) => Some(
                level.parse().map_err(|_error: std::num::ParseIntError| CsvError::Level { line, level })?,
            ),
        };
        let name: BTreeMap<String, String> =
            names.iter().filter_map(|(place, tag)| Some((tag.clone(), field(Some(*place))?))).collect();
        let code = field(Some(code)).unwrap_or_default();
        competencies.push(Competency { code, name, level, parent: field(parent), url: field(url) });
    }
    Ok(ordered(&competencies)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_in_both_languages() {
        let table = "\u{feff}code,name_ja,name_en,level,parent,note\nIP,ITパスポート試験,IT Passport,1,L1,x\nL1,レベル1,,,,\n";
        let competencies = read(table).unwrap();
        let [top, item] = competencies.as_slice() else { panic!("{competencies:?}") };
        assert_eq!((top.code.as_str(), top.name.len(), top.level), ("L1", 1, None));
        assert_eq!((item.name["en"].as_str(), item.name["ja"].as_str()), ("IT Passport", "ITパスポート試験"));
        assert_eq!((item.level, item.parent.as_deref()), (Some(1), Some("L1")));
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_line() {
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(refused("name_en\nx\n"), "the first line has no columns `code` and `name_…`");
        assert_eq!(refused("code,level\nx,1\n"), "the first line has no columns `code` and `name_…`");
        assert_eq!(refused("code,name_en,level\na,b,one\n"), "line 2: level `one` is no whole number");
        assert_eq!(refused("code,name_en\na,b,c\n"), "line 2 cannot be read");
        assert_eq!(refused("code,name_en\n,b\n"), "competency 1 has no code");
    }
}
