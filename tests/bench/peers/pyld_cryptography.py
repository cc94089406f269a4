"""Verifies one credential with PyLD and cryptography, as often as each line of the input says, and answers with the
processor time of one verification in nanoseconds.

    python pyld_cryptography.py CREDENTIAL.json

There is no complete verifier to compare with: these are the steps of eddsa-rdfc-2022 alone, which is in PyLD's favour.
"""

import hashlib
import json
import re
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

CONTEXTS = Path(__file__).parents[3] / "shared" / "contexts"
ROWS = re.findall(r"^\| (\S+\.json) \| (https:\S+) \|", (CONTEXTS / "SOURCES.md").read_text(encoding="utf-8"), re.M)
KNOWN = {url: json.loads((CONTEXTS / name).read_text(encoding="utf-8")) for name, url in ROWS}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def load(url, _options=None):
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": KNOWN[url]}


OPTIONS = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}


def base58(text, length):
    number = 0
    for digit in text[1:]:
        number = number * 58 + ALPHABET.index(digit)
    return number.to_bytes(length, "big")


def canonical_hash(document):
    return hashlib.sha256(jsonld.normalize(document, OPTIONS).encode()).digest()


def verify(text):
    document = json.loads(text)
    proof = document.pop("proof")
    proof = proof[0] if isinstance(proof, list) else proof
    signature = base58(proof.pop("proofValue"), 64)
    key = base58(proof["verificationMethod"].split("#")[1], 34)[2:]
    configuration = {"@context": document["@context"], **proof}
    Ed25519PublicKey.from_public_bytes(key).verify(signature, canonical_hash(configuration) + canonical_hash(document))


def main():
    credential = Path(sys.argv[1]).read_text(encoding="utf-8")
    for line in sys.stdin:
        calls = int(line)
        before = time.process_time_ns()
        for _ in range(calls):
            verify(credential)
        print((time.process_time_ns() - before) // calls, flush=True)


if __name__ == "__main__":
    main()
