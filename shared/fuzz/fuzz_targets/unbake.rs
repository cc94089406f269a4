//! Pictures: reading one never panics, and what is put into one can be read again.
//!
//! Half of the inputs are the data of a text chunk, which gets its length and checksum here: no fuzzer guesses those.
#![no_main]

use flate2::Crc;
use libfuzzer_sys::fuzz_target;
use openbadges::bake::{Edition, bake, unbake, unverified_text};

fuzz_target!(|input: &[u8]| {
    read(input);
    if let Some((kind, data)) = input.split_first() {
        let kind = [b"iTXt", b"zTXt", b"tEXt", b"IDAT"][usize::from(*kind % 4)];
        let keyword: &[u8] = if data.first().is_some_and(|byte| byte % 2 == 0) {
            b"openbadges\0"
        } else {
            b"openbadgecredential\0"
        };
        let mut png = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
        chunk(&mut png, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
        chunk(&mut png, kind, &[keyword, data].concat());
        chunk(&mut png, b"IEND", &[]);
        read(&png);
    }
});

fn read(image: &[u8]) {
    const TEXT: &str = "{\"a\": \"]]> & <b>\"}";
    let _ = unverified_text(image);
    for edition in [Edition::OpenBadges3, Edition::OpenBadges2] {
        if let Ok(baked) = bake(image, TEXT, edition) {
            let found = unbake(&baked).expect("what was baked can be read");
            assert!(found.iter().any(|unbaked| unbaked.edition == edition && unbaked.unverified == TEXT));
        }
    }
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let covered = [kind.as_slice(), data].concat();
    let mut crc = Crc::new();
    crc.update(&covered);
    file.extend_from_slice(&u32::try_from(data.len()).expect("inputs are short").to_be_bytes());
    file.extend_from_slice(&covered);
    file.extend_from_slice(&crc.sum().to_be_bytes());
}
