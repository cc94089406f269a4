//! Pictures: reading one never panics, and what is put into one can be read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openbadges::bake::{Edition, bake, unbake};

fuzz_target!(|image: &[u8]| {
    const TEXT: &str = "{\"a\": \"]]> & <b>\"}";
    let _ = unbake(image);
    if let Ok(baked) = bake(image, TEXT, Edition::OpenBadges3) {
        let found = unbake(&baked).expect("what was baked can be read");
        assert!(found.iter().any(|unbaked| unbaked.unverified == TEXT));
    }
});
