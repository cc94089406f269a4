"""Issues badges with openbadgeslib, good and tampered, for our own verifier to judge.

    python issue.py DIRECTORY     writes the files, cases.tsv (file, outcome) and map.json
"""

import json
import os
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from openbadgeslib.ob2.models import Assertion, IdentityObject, Verification
from openbadgeslib.ob2 import OB2Signer
from openbadgeslib.ob3 import OB3LdpSigner, OB3Signer
from openbadgeslib.ob3.credential import Achievement, Issuer, OpenBadgeCredential
from openbadgeslib.ob3.did import did_key_from_pem
from openbadgeslib.ob3.status_list import build_status_list_credential, sign_status_list_credential, status_entry

from documents import SHARED, read

DIRECTORY = sys.argv[1]
SITE = "https://issuer.example"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1"/></svg>'
PNG = read(SHARED, "examples", "pixel.png")
os.makedirs(DIRECTORY, exist_ok=True)
cases, addresses = [], {}


def write(name, content, outcome=None):
    data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else json.dumps(content).encode()
    with open(os.path.join(DIRECTORY, name), "wb") as file:
        file.write(data)
    if outcome:
        cases.append(f"{name}\t{outcome}\n")


def publish(address, name, document):
    addresses[address] = name
    write(name, document)


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def credential(issuer, number, status=None):
    return OpenBadgeCredential(
        issuer=Issuer(id=issuer, name="Issuer in Python", url=SITE),
        recipient_id="mailto:ada@example.org",
        achievement=Achievement(
            id=f"{SITE}/achievements/1", name="Python / パイソン", description="Issued in Python.",
            criteria_narrative="Be issued.", tags=["python"],
        ),
        id=f"{SITE}/credentials/{number}",
        credential_status=[status] if status else [],
    )


def embedded():
    """Data Integrity, alone and baked."""
    key = pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([11] * 32)))
    signer = OB3LdpSigner(key)
    badge = credential(signer.verification_method.split("#")[0], 1)
    text = signer.sign_to_json(badge)
    write("ldp.json", text, "valid")
    write("ldp-changed.json", text.replace("Issued in Python", "Issued in C"), "proof_invalid")
    write("ldp.png", signer.sign_into_png(badge, PNG), "valid")
    write("ldp.svg", signer.sign_into_svg(badge, SVG), "valid")
    damaged = bytearray(signer.sign_into_png(badge, PNG))
    damaged[80] ^= 1
    write("ldp-damaged.png", bytes(damaged), "no badge")


def tokens():
    """Tokens whose header carries the key, which the issuer publishes too; a status list signed likewise."""
    keys = {"RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048), "ES256": ec.generate_private_key(ec.SECP256R1())}
    signers = {name: OB3Signer(pem(key), algorithm=name) for name, key in keys.items()}
    publish(f"{SITE}/.well-known/jwks.json", "jwks.json", {"keys": [signer._public_jwk() for signer in signers.values()]})
    lists = f"{SITE}/status/1"
    entries = [status_entry(lists, "revocation", index) for index in (5, 6)]
    bits = build_status_list_credential(SITE, lists, "revocation", [6])
    publish(lists, "list.jwt", sign_status_list_credential(bits, pem(keys["ES256"]), "ES256"))
    for name, signer in signers.items():
        token = signer.sign(credential(SITE, 2, entries[0]))
        write(f"{name}.jwt", token, "valid")
        write(f"{name}-revoked.jwt", signer.sign(credential(SITE, 3, entries[1])), "revoked")
        head, payload, signature = token.split(".")
        write(f"{name}-mixed.jwt", f"{head}.{signer.sign(credential(SITE, 4)).split('.')[1]}.{signature}", "proof_invalid")
        write(f"{name}.png", signer.sign_into_png(credential(SITE, 5), PNG), "valid")
        write(f"{name}.svg", signer.sign_into_svg(credential(SITE, 6), SVG), "valid")


def older():
    """Open Badges 2.0, signed and baked."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    owner, creator, badge = f"{SITE}/v2/issuer", f"{SITE}/v2/key", f"{SITE}/v2/class"
    context = "https://w3id.org/openbadges/v2"
    publish(creator, "key.json", {
        "@context": context, "type": "CryptographicKey", "id": creator, "owner": owner, "publicKeyPem": public_pem(key).decode(),
    })
    publish(owner, "issuer.json", {
        "@context": context, "type": "Issuer", "id": owner, "name": "Issuer in Python", "url": SITE, "email": "a@issuer.example",
        "publicKey": [creator],
    })
    publish(badge, "class.json", {
        "@context": context, "type": "BadgeClass", "id": badge, "name": "Older", "description": "Older", "issuer": owner,
        "image": f"{SITE}/1.png", "criteria": {"narrative": "Be older."},
    })
    assertion = Assertion(
        recipient=IdentityObject.create("ada@example.org", "Kosher"), badge=badge,
        verification=Verification(type="SignedBadge", creator=creator),
    )
    signer = OB2Signer(pem(key))
    token = signer.sign(assertion)
    write("older.jws", token, "valid")
    head, payload, signature = token.split(".")
    write("older-changed.jws", f"{head}.{signer.sign(Assertion(**{**vars(assertion), 'id': 'urn:uuid:0'})).split('.')[1]}.{signature}", "proof_invalid")
    write("older.png", signer.sign_into_png(assertion, PNG), "valid")
    write("older.svg", signer.sign_into_svg(assertion, SVG), "valid")


embedded()
tokens()
older()
write("map.json", addresses)
with open(os.path.join(DIRECTORY, "cases.tsv"), "w", encoding="utf-8") as file:
    file.writelines(cases)
