//! The disclosure pack: every figure as of a date with its definitions, in English and Japanese, as CSV and JSON.
//!
//! The same files from the command line, into a folder, and from the page, as a ZIP archive.

use flate2::Crc;
use serde_json::{Value, json};

use super::{AsOf, Report, file};
use crate::{
    state::AppState,
    store::{StoreError, report::DefinitionRow},
};

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The database.
    #[error("the figures cannot be read")]
    Store(#[from] StoreError),
    /// A figure cannot be written as JSON.
    #[error("the figures cannot be written")]
    Json(#[from] serde_json::Error),
    /// More than an archive of the plain kind holds.
    #[error("the figures are too large for one archive")]
    TooLarge,
    /// A file in the folder.
    #[error("the files cannot be written")]
    Write(#[from] std::io::Error),
}

/// A file of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: String,
}

/// All files of the pack.
///
/// # Errors
/// [`PackError`].
pub async fn files(state: &AppState, as_of: AsOf) -> Result<Vec<PackFile>, PackError> {
    let issuer = state.issuer_profile().id;
    let english = state.store.list_definitions("en").await?;
    let japanese = state.store.list_definitions("ja").await?;
    let mut files = vec![
        PackFile { name: "definitions-en.csv".to_owned(), content: definitions(&english) },
        PackFile { name: "definitions-ja.csv".to_owned(), content: definitions(&japanese) },
    ];
    let mut all = Vec::new();
    for report in Report::ALL {
        let rows = state.store.list_figures(&issuer, report, as_of).await?;
        let own: Vec<&DefinitionRow> =
            english.iter().chain(&japanese).filter(|row| row.report == report.name()).collect();
        let content = file::csv(report, &rows, as_of);
        files.push(PackFile { name: format!("{}.csv", report.name()), content });
        all.push(file::document(report, &rows, as_of, &own));
    }
    let document: Value = json!({ "issuer": issuer, "reports": all });
    files.push(PackFile {
        name: "figures.json".to_owned(),
        content: serde_json::to_string_pretty(&document)?,
    });
    Ok(files)
}

fn definitions(rows: &[DefinitionRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}"));
    let head = ["report", "title", "formula", "is_not", "sources"];
    // Writing to memory does not fail.
    let mut written = writer.write_record(head);
    for row in rows {
        let sources = row.sources.join(" ");
        written =
            written.and(writer.write_record([&row.report, &row.title, &row.formula, &row.is_not, &sources]));
    }
    match (written, writer.into_inner()) {
        (Ok(()), Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    }
}

/// The files as a ZIP archive (APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16), stored as they are: that needs no library.
///
/// Names are ASCII; the time is the earliest that the format knows, so that equal files are equal archives.
///
/// # Errors
/// [`PackError::TooLarge`].
pub fn archive(files: &[PackFile]) -> Result<Vec<u8>, PackError> {
    let too_large = |_error: std::num::TryFromIntError| PackError::TooLarge;
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for file in files {
        let offset = u32::try_from(archive.len()).map_err(too_large)?;
        let size = u32::try_from(file.content.len()).map_err(too_large)?;
        let name_length = u16::try_from(file.name.len()).map_err(too_large)?;
        let mut checksum = Crc::new();
        checksum.update(file.content.as_bytes());
        // Version 2.0, no flags, stored, 1 January 1980; then checksum, both sizes, lengths of the name and of nothing else.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        for number in [checksum.sum(), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend(name_length.to_le_bytes());
        common.extend([0; 2]);
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(file.name.as_bytes());
        archive.extend(file.content.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(file.name.as_bytes());
    }
    let count = u16::try_from(files.len()).map_err(too_large)?.to_le_bytes();
    let (start, length) = (u32::try_from(archive.len()), u32::try_from(directory.len()));
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend(length.map_err(too_large)?.to_le_bytes());
    archive.extend(start.map_err(too_large)?.to_le_bytes());
    archive.extend([0; 2]);
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_what_the_format_says() {
        let files = [PackFile { name: "a".to_owned(), content: "123456789".to_owned() }];
        let bytes = archive(&files).unwrap();
        // The check value of CRC-32 is that of these nine digits.
        let local =
            [b"PK\x03\x04".as_slice(), &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0], &0xcbf4_3926_u32.to_le_bytes()]
                .concat();
        assert!(bytes.starts_with(&local));
        assert_eq!(&bytes[30..40], b"a123456789");
        assert_eq!(&bytes[40..44], b"PK\x01\x02");
        assert_eq!(&bytes[bytes.len() - 22..bytes.len() - 18], b"PK\x05\x06");
        assert_eq!(bytes.len(), 30 + 10 + 46 + 1 + 22);
    }

    #[test]
    fn definitions_are_a_table() {
        let row = DefinitionRow {
            report: "hours".to_owned(),
            title: "標準学習時間".to_owned(),
            formula: "a, b".to_owned(),
            is_not: "c".to_owned(),
            sources: vec!["x".to_owned(), "y".to_owned()],
        };
        assert_eq!(
            definitions(&[row]),
            "\u{feff}report,title,formula,is_not,sources\nhours,標準学習時間,\"a, b\",c,x y\n"
        );
    }
}
