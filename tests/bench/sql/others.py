"""What a user would take instead: Python inside PostgreSQL, and a Node client that fetches rows and verifies them."""

import json
import os
import subprocess
from pathlib import Path

from figures import median
from scene import DATABASE, RAW, document
from session import raw_rates

HERE = Path(__file__).parent
TURNS = 5
PYTHON_ROWS = 2000
NODE_ROWS = 150
# The steps of eddsa-jcs-2022. These badges have neither fractions nor keys beyond ASCII, so sorted JSON is their RFC 8785 form.
PYTHON = """create function python_verify(credential text, key bytea) returns boolean language plpython3u as $python$
  import hashlib, json
  from cryptography.exceptions import InvalidSignature
  from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
  def digest(value):
      return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()).digest()
  alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  document = json.loads(credential)
  proof = document.pop('proof')[0]
  number = 0
  for letter in proof.pop('proofValue')[1:]:
      number = number * 58 + alphabet.index(letter)
  try:
      Ed25519PublicKey.from_public_bytes(key).verify(number.to_bytes(64, 'big'), digest(proof) + digest(document))
      return True
  except InvalidSignature:
      return False
$python$"""


def key_bytes():
    """The 32 bytes of the signing key: base58 behind `z`, after two bytes that name the kind of key."""
    number = 0
    for letter in document()["verificationMethod"][0]["publicKeyMultibase"][1:]:
        number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(letter)
    return number.to_bytes(34, "big")[2:].hex()


def python(session):
    """Rates of Python in PostgreSQL as parts of the raw rate."""
    session.ask("create extension plpython3u")
    session.ask(PYTHON)
    sql = f"select count(*) from (select credential from jcs limit {PYTHON_ROWS}) j where python_verify(credential, '\\x{key_bytes()}')"
    session.timed(sql, PYTHON_ROWS)
    ratios = []
    for _ in range(TURNS):
        raw = raw_rates(RAW, 0.3)["ed25519"]
        ratios.append(raw / (session.timed(sql, PYTHON_ROWS).processor / PYTHON_ROWS))
    return median(ratios)


def node():
    """Rates of the Node client as parts of the raw rate; its own processor time, the server's comes on top."""
    ratios = []
    for _ in range(TURNS):
        raw = raw_rates(RAW, 0.3)["ed25519"]
        answer = subprocess.run(["node", HERE / "node" / "client.mjs", str(NODE_ROWS)], check=True, capture_output=True, text=True,
                                env={**os.environ, "PGDATABASE": DATABASE})
        result = json.loads(answer.stdout)
        if result["verified"] != NODE_ROWS:
            raise SystemExit(f"the Node client verified {result['verified']} of {NODE_ROWS} badges: {answer.stderr}")
        ratios.append(raw / (result["processor_nanoseconds"] / NODE_ROWS))
    return median(ratios)


def measure(figures, session, verify_of_raw, jcs_of_raw):
    of_raw = python(session)
    figures.add("plpython3u with cryptography, eddsa-jcs-2022", of_raw, "of the raw rate", note=f"badges.verify is {jcs_of_raw / of_raw:.1f} times as fast")
    of_raw = node()
    figures.add("Node client with @digitalbazaar/vc, eddsa-rdfc-2022", of_raw, "of the raw rate")
    figures.add("badges.verify against the Node client", verify_of_raw / of_raw, "times", 100)
