//! VC-JWT: issued with RS256 and ES256, verified strictly, with keys from every place that publishes them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::key::{KeyError, PublicKey, SigningKey, TokenSigningKey, did, jwk};
use openbadges::proof::{SignError, jwt};
use openbadges::verify::{Outcome, Verdict};
use serde_json::{Value, json};

use crate::scene::{DID_URL, DID_WEB, Scene, moment, refusal};

const KEY_URL: &str = "https://badges.example/keys/1";

fn rsa() -> TokenSigningKey {
    TokenSigningKey::from_pem(include_str!("keys/rsa-2048.pem")).unwrap()
}

fn p256() -> TokenSigningKey {
    TokenSigningKey::from_pem(include_str!("keys/p256.pem")).unwrap()
}

/// An issuer that publishes the key as JWK on its site.
fn scene_with(key: &TokenSigningKey) -> Scene {
    let mut scene = Scene::with_did_web();
    scene.documents.insert(KEY_URL.to_owned(), key.public_key().to_jwk().to_string());
    scene
}

fn signed(scene: &Scene, key: &TokenSigningKey) -> String {
    jwt::sign(&scene.credential(), key, KEY_URL).unwrap()
}

/// A token over any header and payload, signed with Ed25519, which is read and never issued.
pub(crate) fn eddsa(key: &SigningKey, header: &Value, payload: &Value) -> String {
    let input = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes())))
}

fn payload_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The verdict on a payload that was changed before it was signed, so that only its content is wrong.
fn verdict_after(change: impl FnOnce(&mut Value)) -> Verdict {
    let mut scene = scene_with(&rsa());
    scene.award.valid_until = Some(moment("2027-01-01T00:00:00Z"));
    let mut payload = payload_of(&signed(&scene, &rsa()));
    change(&mut payload);
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": scene.verification_method()});
    scene.verdict(&eddsa(&scene.key, &header, &payload))
}

#[test]
fn a_token_repeats_the_credential_in_its_claims() {
    let mut scene = scene_with(&rsa());
    scene.award.valid_until = Some(moment("2027-01-01T00:00:00Z"));
    let token = signed(&scene, &rsa());
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": KEY_URL}));
    let payload = payload_of(&token);
    assert_eq!(payload["iss"], DID_WEB);
    assert_eq!(payload["jti"], payload["id"]);
    assert_eq!(payload["sub"], "urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11");
    assert_eq!(payload["nbf"], 1_795_452_511);
    assert_eq!(payload["exp"], 1_798_761_600);
    assert!(payload.get("proof").is_none() && payload.get("vc").is_none());
}

#[test]
fn a_token_is_valid_with_either_algorithm() {
    for key in [rsa(), p256()] {
        let scene = scene_with(&key);
        let verdict = scene.verdict(&signed(&scene, &key));
        assert_eq!(verdict.outcome, Outcome::Valid, "{:?}", verdict.checks);
        assert_eq!(verdict.verification_method.as_deref(), Some(KEY_URL));
        assert_eq!(verdict.credential_id.as_deref(), Some(scene.award.credential_id.as_str()));
    }
}

#[test]
fn an_ed25519_token_is_verified_although_none_is_issued() {
    assert_eq!(verdict_after(|_| {}).outcome, Outcome::Valid);
}

/// How a payload is changed, and what the refusal says.
type Case = (fn(&mut Value), &'static str);

#[test]
fn a_claim_that_disagrees_is_refused() {
    let cases: [Case; 9] = [
        (
            |p| p["iss"] = json!("did:web:other"),
            "/iss in the claims is `did:web:other`, /issuer/id of the credential is `did:web:badges.example`",
        ),
        (
            |p| p["jti"] = json!(7),
            "/jti in the claims is 7, /id of the credential is `https://badges.example/credentials/0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11`",
        ),
        (
            |p| p["sub"] = json!("urn:x"),
            "/sub in the claims is `urn:x`, /credentialSubject/id of the credential is `urn:uuid:5b4f5d1c-90a5-4f1c-8b4f-0d3f2c5e8a11`",
        ),
        (|p| p["nbf"] = json!(1), "/nbf in the claims is 1, /validFrom of the credential is 1795452511"),
        (
            |p| p["exp"] = json!("soon"),
            "/exp in the claims is `soon`, /validUntil of the credential is 1798761600",
        ),
        (
            |p| drop(p.as_object_mut().unwrap().remove("iss")),
            "/iss in the claims is missing, /issuer/id of the credential is `did:web:badges.example`",
        ),
        (
            |p| drop(p.as_object_mut().unwrap().remove("jti")),
            "/jti in the claims is missing, /id of the credential is `https://badges.example/credentials/0e4e3a1c-6f3b-4d39-9d6d-9c6f6f2d9c11`",
        ),
        (
            |p| drop(p.as_object_mut().unwrap().remove("exp")),
            "/exp in the claims is missing, /validUntil of the credential is 1798761600",
        ),
        (
            |p| drop(p.as_object_mut().unwrap().remove("validUntil")),
            "/exp in the claims is 1798761600, the credential has no /validUntil",
        ),
    ];
    for (change, detail) in cases {
        assert_eq!(
            refusal(&verdict_after(change)),
            (Outcome::ProofInvalid, "proof_purpose", detail.to_owned())
        );
    }
}

#[test]
fn a_changed_token_is_refused_by_its_signature() {
    let scene = scene_with(&rsa());
    let token = signed(&scene, &rsa());
    let [header, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let mut payload = payload_of(&token);
    payload["credentialSubject"]["achievement"]["name"] = json!("Forged");
    let forged = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(payload.to_string()));
    let expected =
        (Outcome::ProofInvalid, "signature", "signature does not fit the token and the key".to_owned());
    assert_eq!(refusal(&scene.verdict(&forged)), expected);
}

#[test]
fn an_algorithm_that_is_none_unknown_or_not_of_the_key_is_refused() {
    let scene = scene_with(&rsa());
    let payload = payload_of(&signed(&scene, &rsa()));
    let with = |algorithm: &str, key_id: &str| {
        refusal(&scene.verdict(&eddsa(&scene.key, &json!({"alg": algorithm, "kid": key_id}), &payload)))
    };
    assert_eq!(
        with("none", KEY_URL),
        (
            Outcome::ProofInvalid,
            "proof_present",
            "/alg in the header is `none`: the token is not signed".to_owned()
        )
    );
    assert_eq!(
        with("HS256", KEY_URL),
        (
            Outcome::ProofUnsupported,
            "proof_present",
            "/alg in the header is `HS256`, expected RS256, ES256 or EdDSA".to_owned()
        )
    );
    assert_eq!(
        with("EdDSA", KEY_URL),
        (Outcome::ProofInvalid, "signature", "/alg in the header is EdDSA, the key is for RS256".to_owned())
    );
}

#[test]
fn a_key_is_found_at_its_address_in_a_set_or_in_the_did_document() {
    let key = rsa();
    let token = signed(&scene_with(&key), &key);
    let mut scene = Scene::with_did_web();
    assert_eq!(scene.verdict(&token).missing, [KEY_URL]);

    let mut jwk = key.public_key().to_jwk();
    jwk["kid"] = json!(KEY_URL);
    scene.documents.insert(KEY_URL.to_owned(), json!({"keys": [{"kty": "oct"}, jwk]}).to_string());
    assert_eq!(scene.verdict(&token).outcome, Outcome::Valid);

    let method = format!("{DID_WEB}#rsa");
    let in_did = jwt::sign(&scene.credential(), &key, &method).unwrap();
    let document = json!({
        "id": DID_WEB,
        "verificationMethod": [{"id": "#rsa", "type": "JsonWebKey", "controller": DID_WEB, "publicKeyJwk": jwk}],
        "assertionMethod": ["#rsa"],
    });
    scene.documents.insert(DID_URL.to_owned(), document.to_string());
    assert_eq!(scene.verdict(&in_did).outcome, Outcome::Valid);
}

#[test]
fn what_the_library_publishes_is_where_verifiers_look() {
    let key = rsa();
    let mut scene = Scene::with_did_web();
    let method = format!("{DID_WEB}#rsa");
    let keys = [
        (scene.verification_method(), PublicKey::Ed25519(scene.key.verifying_key())),
        (method.clone(), key.public_key().clone()),
    ];
    scene.documents.insert(DID_URL.to_owned(), did::did_document_of(DID_WEB, &keys).to_string());
    assert_eq!(scene.verdict(&scene.signed()).outcome, Outcome::Valid);
    assert_eq!(
        scene.verdict(&jwt::sign(&scene.credential(), &key, &method).unwrap()).outcome,
        Outcome::Valid
    );

    let address = "https://badges.example/.well-known/jwks.json";
    let key_id = format!("{address}#1");
    let set = jwk::key_set(DID_WEB, &[(key_id.clone(), key.public_key().clone())]);
    assert_eq!(set["keys"][0]["alg"], "RS256");
    scene.documents.insert(address.to_owned(), set.to_string());
    assert_eq!(
        scene.verdict(&jwt::sign(&scene.credential(), &key, &key_id).unwrap()).outcome,
        Outcome::Valid
    );
}

#[test]
fn a_key_on_another_site_is_not_the_issuers() {
    let key = rsa();
    let mut scene = Scene::with_did_web();
    let elsewhere = "https://evil.example/keys/1";
    scene.documents.insert(elsewhere.to_owned(), key.public_key().to_jwk().to_string());
    let token = jwt::sign(&scene.credential(), &key, elsewhere).unwrap();
    let (outcome, check, detail) = refusal(&scene.verdict(&token));
    assert_eq!((outcome, check), (Outcome::IssuerMismatch, "issuer_controls_key"));
    assert_eq!(detail, format!("/issuer/id is `{DID_WEB}`, the key belongs to `{elsewhere}`"));
}

#[test]
fn a_key_in_the_header_counts_only_if_the_issuer_publishes_it() {
    let mut scene = Scene::with_did_web();
    let payload = payload_of(&signed(&scene, &rsa()));
    let public = PublicKey::Ed25519(scene.key.verifying_key());
    let token = eddsa(&scene.key, &json!({"alg": "EdDSA", "jwk": public.to_jwk()}), &payload);
    let address = "https://badges.example/.well-known/jwks.json";
    assert_eq!(scene.verdict(&token).missing, [address]);

    scene.documents.insert(address.to_owned(), json!({"keys": []}).to_string());
    let detail = format!("/jwk in the header: {address}#/keys does not have the key");
    assert_eq!(refusal(&scene.verdict(&token)), (Outcome::KeyUnknown, "verification_method", detail));

    scene.documents.insert(address.to_owned(), json!({"keys": [public.to_jwk()]}).to_string());
    assert_eq!(scene.verdict(&token).outcome, Outcome::Valid);
}

#[test]
fn an_issuer_that_is_a_jwk_needs_no_documents() {
    let key = p256();
    let mut scene = Scene::with_did_key();
    let did = jwk::did_jwk(key.public_key());
    scene.award.issuer.id.clone_from(&did);
    let token = jwt::sign(&scene.credential(), &key, &format!("{did}#0")).unwrap();
    assert_eq!(scene.verdict(&token).outcome, Outcome::Valid);
}

#[test]
fn a_credential_that_a_token_cannot_repeat_is_not_signed() {
    let scene = Scene::with_did_web();
    let mut credential = scene.credential();
    credential.valid_from = serde_json::from_str("\"2026-11-23T16:48:31.5Z\"").unwrap();
    assert_eq!(
        jwt::sign(&credential, &rsa(), KEY_URL).unwrap_err().to_string(),
        "`validFrom` is 2026-11-23T16:48:31.5Z, a token can say whole seconds only"
    );
    credential.credential_subject.id = None;
    assert_eq!(
        jwt::sign(&credential, &rsa(), KEY_URL).unwrap_err().to_string(),
        "credential subject has no id, which a token has to repeat as `sub`"
    );
}

#[test]
fn a_term_that_no_context_defines_is_not_signed() {
    let mut credential = Scene::with_did_web().credential();
    credential.other.insert("grade".to_owned(), json!("A+"));
    let error = jwt::sign(&credential, &rsa(), KEY_URL).unwrap_err();
    assert!(matches!(error, SignError::Canonicalization(_)), "{error}");
}

#[test]
fn a_token_with_a_term_that_no_context_defines_is_refused() {
    let scene = Scene::with_did_web();
    let key = format!("{DID_WEB}#{}", scene.key.verifying_key().to_multikey());
    let header = json!({"alg": "EdDSA", "kid": key});
    let mut payload = payload_of(&signed(&scene, &rsa()));
    assert_eq!(scene.verdict(&eddsa(&scene.key, &header, &payload)).outcome, Outcome::Valid);
    payload["grade"] = json!("A+");
    let detail = "the term `grade` at /grade is not defined by the document's contexts".to_owned();
    let token = eddsa(&scene.key, &header, &payload);
    assert_eq!(refusal(&scene.verdict(&token)), (Outcome::Malformed, "signature", detail));

    let unknown = "https://badges.example/contexts/grade";
    payload["@context"].as_array_mut().unwrap().push(json!(unknown));
    let token = eddsa(&scene.key, &header, &payload);
    assert_eq!(scene.verdict(&token).missing, [unknown]);
    let mut scene = scene;
    let context = json!({"@context": {"grade": "https://badges.example/terms#grade"}});
    scene.documents.insert(unknown.to_owned(), context.to_string());
    assert_eq!(scene.verdict(&token).outcome, Outcome::Valid);
}

#[test]
fn private_keys_that_are_too_short_or_no_keys_are_refused() {
    let short = TokenSigningKey::from_pem(include_str!("keys/rsa-1024.pem"));
    assert!(matches!(short, Err(KeyError::RsaTooShort(1024) | KeyError::NotPem)), "{short:?}");
    let error = TokenSigningKey::from_pem("-----BEGIN").unwrap_err();
    assert_eq!(error.to_string(), "text is not PEM of an RSA, P-256 or Ed25519 key");
    assert!(!format!("{:?}", rsa()).contains("private"));
}

#[test]
fn public_keys_are_read_from_pem() {
    let pem = |text: &str| PublicKey::from_pem(text).unwrap();
    assert_eq!(pem(include_str!("keys/rsa-2048.pub.pem")), *rsa().public_key());
    assert_eq!(pem(include_str!("keys/p256.pub.pem")), *p256().public_key());
    assert_eq!(pem(include_str!("keys/ed25519.pub.pem")).algorithm(), "EdDSA");
    assert_eq!(PublicKey::from_pem("x"), Err(KeyError::NotPem));
}
