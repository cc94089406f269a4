//! Files as one ZIP archive, without a library: nothing in it is compressed.

use flate2::Crc;

use super::pack::{PackError, PackFile};

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
        checksum.update(&file.content);
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
        archive.extend(&file.content);
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
        let files = [PackFile { name: "a".to_owned(), content: b"123456789".to_vec() }];
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
}
