//! No input of a stranger takes more memory than a stated multiple of its length and a stated constant.
//!
//! One test in a program of its own, because the allocator counts for all threads.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(unsafe_code, reason = "an allocator that counts is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, Crc, write::GzEncoder, write::ZlibEncoder};
use openbadges::bake::{Edition, bake, unbake};
use openbadges::key::{PublicKey, jwk};
use openbadges::status::Bitstring;
use openbadges::time::Timestamp;
use openbadges::verify::{NoDocuments, Outcome, verify};

/// Bytes in use, and the most there have been.
static IN_USE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What every answer may take: status list, unpacked text, buffers of the decompressor.
const CONSTANT: usize = 8 * 1024 * 1024;

/// Runs a reader and holds it to `multiple` times the length of its input, and the constant.
fn hold<T>(name: &str, length: usize, multiple: usize, read: impl FnOnce() -> T) {
    let before = IN_USE.load(Relaxed);
    MOST.store(before, Relaxed);
    drop(read());
    let taken = MOST.load(Relaxed).saturating_sub(before);
    let allowed = length * multiple + CONSTANT;
    assert!(taken <= allowed, "{name}: {length} bytes took {taken} bytes, {allowed} are allowed");
}

/// A credential as text: at most 128 times its length, which is under 2 MiB.
fn judge(name: &str, text: &str) {
    hold(name, text.len(), 128, || {
        let verdict = verify(text, &NoDocuments, Timestamp::from_unix_seconds(1_795_452_600));
        assert_ne!(verdict.outcome, Outcome::Valid, "{name}");
        verdict
    });
}

/// A picture: at most 8 times its length, which is under 16 MiB.
fn look(name: &str, picture: &[u8]) {
    hold(name, picture.len(), 8, || unbake(picture));
    hold(name, picture.len(), 8, || bake(picture, "{}", Edition::OpenBadges3));
}

#[test]
fn no_input_takes_more_memory_than_a_multiple_of_its_length() {
    texts();
    pictures();
    names();
}

fn badge_with(member: &str) -> String {
    include_str!("badges/minimal.json").replacen('{', &format!("{{{member},"), 1)
}

fn texts() {
    let million = 1_000_000;
    judge("brackets", &"[".repeat(million));
    judge("nested objects", &"{\"a\":".repeat(million / 5));
    judge("objects of one member", &format!("[{}{{}}]", "{\"\":1},".repeat(million / 8)));
    judge(
        "objects of five members",
        &format!("[{}{{}}]", "{\"\":1,\"a\":1,\"b\":1,\"c\":1,\"d\":1},".repeat(million / 35)),
    );
    judge("small numbers just over a power of two", &format!("[{}1]", "1,".repeat(524_300)));
    judge("small numbers", &format!("[{}1]", "1,".repeat(million)));
    judge("empty objects", &format!("[{}{{}}]", "{},".repeat(million / 3)));
    judge("short keys", &badge_with(&format!("\"x\":{{{}\"z\":1}}", keys(100_000))));
    judge("a long number", &badge_with(&format!("\"x\":{}", "9".repeat(million))));
    judge("a long exponent", &badge_with(&format!("\"x\":1e{}", "9".repeat(300))));
    judge("a long text", &badge_with(&format!("\"x\":\"{}\"", "é".repeat(million / 2))));
    judge(
        "many types",
        &badge_with(&format!("\"evidence\":[{}{{}}]", "{\"type\":[\"Evidence\"]},".repeat(60_000))),
    );
    judge("many contexts", &format!("{{\"@context\":[{}\"https://h\"]}}", "\"https://h\",".repeat(100_000)));
    judge("many proofs", &badge_with(&format!("\"proof\":[{}{{}}]", "{},".repeat(300_000))));
    judge("equal blank nodes", &badge_with(&format!("\"evidence\":[{}{{}}]", "{},".repeat(200_000))));
    judge("a text beyond the bound", &" ".repeat(8 * million));
    let payload = URL_SAFE_NO_PAD.encode(format!("[{}1]", "1,".repeat(million)));
    judge(
        "a token",
        &format!("{}.{payload}.AA", URL_SAFE_NO_PAD.encode("{\"alg\":\"RS256\",\"kid\":\"k\"}")),
    );
}

fn keys(count: usize) -> String {
    (0..count).fold(String::new(), |text, number| text + &format!("\"{number}\":1,"))
}

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

fn png(chunks: &[(&[u8; 4], Vec<u8>)], times: usize) -> Vec<u8> {
    let mut file = SIGNATURE.to_vec();
    write_chunk(&mut file, *b"IHDR", &[0x7f, 255, 255, 255, 0x7f, 255, 255, 255, 16, 6, 0, 0, 0]);
    for _ in 0..times {
        for (kind, data) in chunks {
            write_chunk(&mut file, **kind, data);
        }
    }
    write_chunk(&mut file, *b"IEND", &[]);
    file
}

fn write_chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
    let covered = [kind.as_slice(), data].concat();
    file.extend_from_slice(&covered);
    let mut crc = Crc::new();
    crc.update(&covered);
    file.extend_from_slice(&crc.sum().to_be_bytes());
}

/// Zeros, packed to a thousandth.
fn bomb() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b'0'; 64 * 1024 * 1024]).unwrap();
    encoder.finish().unwrap()
}

fn pictures() {
    let text = |keyword: &[u8], rest: &[u8]| [keyword, b"\0", rest].concat();
    let international = [b"\x01\0\0\0".as_slice(), &bomb()].concat();
    look("a bomb in iTXt", &png(&[(b"iTXt", text(b"openbadgecredential", &international))], 1));
    look("a bomb in zTXt", &png(&[(b"zTXt", text(b"openbadges", &[b"\0".as_slice(), &bomb()].concat()))], 1));
    look(
        "the same bomb a hundred times",
        &png(&[(b"iTXt", text(b"openbadgecredential", &international))], 100),
    );
    look("a huge picture in few bytes", &png(&[(b"IDAT", bomb())], 1));
    look("empty chunks", &png(&[(b"tIME", Vec::new())], 500_000));
    let mut lying = png(&[], 0);
    lying.extend_from_slice(&[255; 64]);
    look("a chunk that lies about its length", &[&SIGNATURE[..], &[255; 64]].concat());
    look("what follows the end", &lying);
    let million = 1_000_000;
    look("a long attribute", format!("<svg a=\"{}\"/>", "x".repeat(million)).as_bytes());
    look("many attributes", format!("<svg {}/>", attributes(100_000)).as_bytes());
    look("deep elements", format!("<svg>{}", "<g>".repeat(million)).as_bytes());
    look("many badges", format!("<svg>{}</svg>", "<openbadges:credential/>".repeat(50_000)).as_bytes());
    let laughs = "<!DOCTYPE svg [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><svg><openbadges:credential>&b;</openbadges:credential></svg>";
    look("entities", laughs.as_bytes());
    look(
        "character references",
        format!("<svg><openbadges:credential>{}</openbadges:credential></svg>", "&#65;".repeat(200_000))
            .as_bytes(),
    );
}

fn attributes(count: usize) -> String {
    (0..count).fold(String::new(), |text, number| text + &format!("a{number}=\"\" "))
}

fn names() {
    let long = "1".repeat(1_000_000);
    hold("a Multikey", long.len(), 4, || PublicKey::from_multikey(&format!("z{long}")));
    hold("a did:jwk", long.len(), 4, || jwk::from_did_jwk(&format!("did:jwk:{long}")));
    hold("PEM", long.len(), 8, || {
        PublicKey::from_pem(&format!("-----BEGIN PUBLIC KEY-----\n{long}\n-----END PUBLIC KEY-----"))
    });
    hold("a time", long.len(), 4, || long.parse::<Timestamp>());
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 256 * 1024 * 1024]).unwrap();
    let list = format!("u{}", URL_SAFE_NO_PAD.encode(packed.finish().unwrap()));
    hold("a bomb as a status list", list.len(), 4, || Bitstring::decode(&list));
}
