"""Judges what `issue_every_form` wrote with openbadgeslib and PyLD: accepted as issued, refused after a change.

    python judge_forms.py DIRECTORY
"""

import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib.ob2 import OB2Verifier
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier
from pyld import jsonld

from documents import SHARED, Report, context_loader, fetcher, read

DIRECTORY = sys.argv[1]
DID = "did:web:badges.example"
fetch = fetcher(DIRECTORY)


def text(name):
    return read(DIRECTORY, name).decode()


def changed(name):
    document = json.loads(text(name))
    document["credentialSubject"]["achievement"]["name"] += "!"
    return json.dumps(document)


def changed_payload(payload):
    document = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    document["credentialSubject"]["achievement"]["name"] += "!"
    return json.dumps(document)


def embedded(document, status=True):
    # A list inside the proof's list: the library's own reading of a single proof.
    OB3LdpVerifier.for_issuer_did(DID).verify(document, check_status=status, verify_status_list=False, download=fetch)


def token(value, name):
    pem = read(SHARED, "tests", "it", "keys", {"rs256": "rsa-2048.pub.pem", "es256": "p256.pub.pem"}[name])
    credential = OB3Verifier(pubkey_pem=pem).verify(value)
    assert credential.issuer.id == DID and credential.achievement.name == "SQL basics / SQL入門"


def same(left, right):
    assert left == right, "texts differ"


def openbadgeslib():
    report = Report("openbadgeslib")
    report.case("eddsa-rdfc-2022 with its status", True, lambda: embedded(text("rdfc.json")))
    report.case("eddsa-rdfc-2022 with another achievement", False, lambda: embedded(changed("rdfc.json")))
    report.case("every class of the data model", True, lambda: embedded(text("everything.json")))
    report.case("a revoked credential", False, lambda: embedded(text("revoked.json")))
    report.case("an expired credential", False, lambda: embedded(text("expired.json")))
    for name in ("rs256", "es256"):
        value = text(f"{name}.jwt")
        report.case(name, True, lambda value=value, name=name: token(value, name))
        head, payload, signature = value.split(".")
        payload = base64.urlsafe_b64encode(changed_payload(payload).encode()).rstrip(b"=").decode()
        mixed = ".".join([head, payload, signature])
        report.case(f"{name} with another payload", False, lambda mixed=mixed, name=name: token(mixed, name))
    for name, held in (("rdfc", "rdfc.json"), ("rs256", "rs256.jwt"), ("es256", "es256.jwt")):
        for kind, extract in (("png", OB3Verifier.extract_token_from_png), ("svg", OB3Verifier.extract_token_from_svg)):
            report.case(
                f"{held} out of {name}.{kind}", True,
                lambda extract=extract, name=name, kind=kind, held=held: same(extract(read(DIRECTORY, f"{name}.{kind}")), text(held)),
            )
    older = OB2Verifier(download=fetch)
    hosted = json.loads(text("assertion.json"))
    report.case(
        "a hosted assertion of Open Badges 2.0", True,
        lambda: older.verify_hosted(hosted, expected_recipient="ada@example.org", check_revocation=True),
    )
    report.case("a hosted assertion for somebody else", False, lambda: older.verify_hosted(hosted, expected_recipient="bob@example.org"))
    report.case(
        "a hosted assertion from outside the issuer's site", False,
        lambda: older.verify_hosted({**hosted, "id": "https://elsewhere.example/assertions/1"}),
    )
    return report


def pyld():
    report = Report("PyLD")
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": context_loader()}
    document = json.loads(text("rdfc.json"))
    [proof] = document.pop("proof")
    key = next(method for method in json.loads(text("did.json"))["verificationMethod"] if method["id"] == proof["verificationMethod"])
    value, config = proof.pop("proofValue"), {**proof, "@context": document["@context"]}

    def verify(subject):
        statements = [jsonld.normalize(part, options) for part in (config, subject)]
        data = b"".join(hashlib.sha256(part.encode()).digest() for part in statements)
        public = Ed25519PublicKey.from_public_bytes(base58(key["publicKeyMultibase"][1:])[2:])
        public.verify(base58(value[1:]), data)

    report.case("the statements of the document", True, lambda: same(jsonld.normalize(document, options), text("document.nq")))
    report.case("the statements of the proof", True, lambda: same(jsonld.normalize(config, options), text("proof.nq")))
    report.case("the signature over its own statements", True, lambda: verify(document))
    report.case("the signature over another name", False, lambda: verify({**document, "name": "Another"}))
    return report


def base58(digits):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for digit in digits:
        number = number * 58 + alphabet.index(digit)
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


for judged in (openbadgeslib(), pyld()):
    judged.finish()
