//! Issues one award in every form, with the documents that a verifier needs, for the judges of `tests/interop`.
//!
//! `issue_every_form DIRECTORY` writes there: `rdfc.json`, `set.json` (rdfc, then jcs), `everything.json` (every class of the
//! data model), `expired.json`, `revoked.json`, `rs256.jwt`, `es256.jwt`, each form baked (`*.png`, `*.svg`), the older edition (`assertion.json`, `class.json`,
//! `profile.json`), the statements (`document.nq`, `proof.nq`), and what stands at which address (`map.json`).
//! The keys are those of the tests and protect nothing.

mod everything;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use openbadges::bake::{Edition, bake};
use openbadges::issue::open_badges_2::{Addresses, hosted, linked};
use openbadges::issue::{Award, Recipient, unsigned_credential};
use openbadges::key::{PublicKey, SigningKey, TokenSigningKey, did, jwk};
use openbadges::model::{
    Achievement, Alignment, BitstringStatusListEntry, Criteria, IdentityObject, Image, Profile,
};
use openbadges::proof::{eddsa_jcs, eddsa_rdfc, jwt};
use openbadges::status::{Bitstring, list_credential};
use openbadges::time::Timestamp;
use serde_json::{Map, Value, json};

const SITE: &str = "https://badges.example";
const DID: &str = "did:web:badges.example";
const LIST: &str = "https://badges.example/status/1";
/// The entry of a credential that stands, and of one that was taken back.
const ENTRIES: (usize, usize) = (94_567, 94_568);
const RSA: &str = include_str!("../../tests/it/keys/rsa-2048.pem");
const P256: &str = include_str!("../../tests/it/keys/p256.pem");
const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1\"/></svg>\n";
/// A picture of one pixel.
const PNG: &[u8] = include_bytes!("../pixel.png");

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: issue_every_form DIRECTORY")?;
    fs::create_dir_all(&directory)?;
    Desk::new(Path::new(&directory))?.issue()
}

/// An issuer with a key of each kind, and where its output goes.
struct Desk {
    directory: PathBuf,
    key: SigningKey,
    method: String,
    rsa: TokenSigningKey,
    p256: TokenSigningKey,
    at: Timestamp,
    map: Map<String, Value>,
}

impl Desk {
    fn new(directory: &Path) -> Result<Self, Box<dyn Error>> {
        let key = SigningKey::from_seed(&[7; 32]);
        Ok(Self {
            directory: directory.to_owned(),
            method: format!("{DID}#{}", key.verifying_key().to_multikey()),
            key,
            rsa: TokenSigningKey::from_pem(RSA)?,
            p256: TokenSigningKey::from_pem(P256)?,
            at: "2026-01-15T09:30:00Z".parse()?,
            map: Map::new(),
        })
    }

    fn issue(mut self) -> Result<(), Box<dyn Error>> {
        let addresses = Addresses {
            assertion: format!("{SITE}/v2/assertions/1"),
            badge_class: format!("{SITE}/v2/classes/1"),
            issuer: format!("{SITE}/v2/issuer"),
        };
        let award = linked(&self.award(ENTRIES.0), &addresses);
        self.embedded(&award)?;
        self.tokens(&award)?;
        self.older(&award, &addresses)?;
        self.documents(&addresses)?;
        self.write("map.json", &Value::Object(self.map.clone()).to_string())
    }

    fn award(&self, entry: usize) -> Award {
        let criteria = Criteria::narrative("Finish with at least 80 points. 80点以上で修了すること。");
        let mut achievement = Achievement::new(
            &format!("{SITE}/achievements/sql"),
            "SQL basics / SQL入門",
            "Reads and writes SQL; 1 < 2 & \"quoted\".",
            criteria,
        );
        achievement.image = Some(Image::new(&format!("{SITE}/images/sql.png")));
        achievement.alignment.push(Alignment::new("Databases", &format!("{SITE}/frameworks/it#db")));
        achievement.tag = vec!["sql".to_owned(), "databases".to_owned()];
        achievement.credits_available = Some(1.5);
        let recipient = Recipient {
            id: "urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11".to_owned(),
            identifiers: vec![IdentityObject::hashed("emailAddress", "ada@example.org", "Kosher")],
        };
        let mut issuer = Profile::new(DID, "Example Academy");
        issuer.url = Some(SITE.to_owned());
        issuer.email = Some("badges@badges.example".to_owned());
        let id = format!("{SITE}/credentials/{entry}");
        let mut award = Award::new(&id, issuer, achievement, recipient, self.at);
        award.status = Some(BitstringStatusListEntry::new(LIST, entry, "revocation"));
        award
    }

    /// Proofs inside the document.
    fn embedded(&self, award: &Award) -> Result<(), Box<dyn Error>> {
        let sign = |award: &Award| {
            eddsa_rdfc::sign(&unsigned_credential(award), &self.key, &self.method, award.awarded_at)
        };
        let signed = sign(award)?;
        self.write("rdfc.json", &signed)?;
        self.write("set.json", &eddsa_jcs::countersign(&signed, &self.key, &self.method, self.at)?)?;
        self.write("revoked.json", &sign(&self.award(ENTRIES.1))?)?;
        let mut expired = self.award(ENTRIES.0);
        expired.valid_until = Some("2026-02-01T00:00:00Z".parse()?);
        self.write("expired.json", &sign(&expired)?)?;
        let everything =
            everything::with_every_class(&unsigned_credential(&self.award(ENTRIES.0)), |endorsement| {
                eddsa_rdfc::add_proof(endorsement, &self.key, &self.method, self.at)
            })?;
        self.write("everything.json", &eddsa_rdfc::sign(&everything, &self.key, &self.method, self.at)?)?;
        self.bake("rdfc", &signed, Edition::OpenBadges3)?;

        let mut document: Value = serde_json::from_str(&signed)?;
        let proof = document.as_object_mut().and_then(|members| members.remove("proof"));
        let proof = proof.as_ref().and_then(|proofs| proofs.get(0)).and_then(Value::as_object);
        let canonical = eddsa_rdfc::Canonical::of(&document, proof.ok_or("no proof")?, &|_| None)?;
        self.write("document.nq", &canonical.document)?;
        self.write("proof.nq", &canonical.proof)
    }

    /// Proofs around the document.
    fn tokens(&mut self, award: &Award) -> Result<(), Box<dyn Error>> {
        for (name, key) in [("rs256", self.rsa.clone()), ("es256", self.p256.clone())] {
            let address = format!("{SITE}/keys/{name}.json");
            let token = jwt::sign(&unsigned_credential(award), &key, &address)?;
            self.write(&format!("{name}.jwt"), &token)?;
            self.bake(name, &token, Edition::OpenBadges3)?;
            self.publish(&address, &format!("{name}.key.json"), &key.public_key().to_jwk())?;
        }
        Ok(())
    }

    /// The same award in Open Badges 2.0.
    fn older(&mut self, award: &Award, addresses: &Addresses) -> Result<(), Box<dyn Error>> {
        let badge = hosted(award, addresses)?;
        self.publish(&addresses.assertion, "assertion.json", &serde_json::to_value(&badge.assertion)?)?;
        self.publish(&addresses.badge_class, "class.json", &serde_json::to_value(&badge.badge_class)?)?;
        self.publish(&addresses.issuer, "profile.json", &serde_json::to_value(&badge.issuer)?)?;
        let assertion = serde_json::to_string(&badge.assertion)?;
        self.bake("older", &assertion, Edition::OpenBadges2)
    }

    /// The key document, the set of keys and the status list.
    fn documents(&mut self, addresses: &Addresses) -> Result<(), Box<dyn Error>> {
        let keys = [
            (self.method.clone(), PublicKey::Ed25519(self.key.verifying_key())),
            (format!("{DID}#rs256"), self.rsa.public_key().clone()),
            (format!("{DID}#es256"), self.p256.public_key().clone()),
        ];
        let document = did::also_known_as(did::did_document_of(DID, &keys), &addresses.issuer);
        self.publish(DID, "did.json", &document)?;
        self.publish(&format!("{SITE}/.well-known/jwks.json"), "jwks.json", &jwk::key_set(DID, &keys))?;
        let mut bits = Bitstring::default();
        bits.set(ENTRIES.1, true)?;
        let list = list_credential(LIST, DID, "revocation", &bits, self.at, None);
        let list = eddsa_rdfc::add_proof(list, &self.key, &self.method, self.at)?;
        self.publish(LIST, "list.json", &list)
    }

    fn bake(&self, name: &str, text: &str, edition: Edition) -> Result<(), Box<dyn Error>> {
        fs::write(self.directory.join(format!("{name}.png")), bake(PNG, text, edition)?)?;
        Ok(fs::write(self.directory.join(format!("{name}.svg")), bake(SVG.as_bytes(), text, edition)?)?)
    }

    fn publish(&mut self, address: &str, file: &str, document: &Value) -> Result<(), Box<dyn Error>> {
        self.map.insert(address.to_owned(), json!(file));
        self.write(file, &document.to_string())
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Box<dyn Error>> {
        Ok(fs::write(self.directory.join(file), text)?)
    }
}
