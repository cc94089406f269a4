"""The database that is measured: an issuer with its key, learners, status lists, and signed badges ready to be stored."""

import json
import os
import subprocess
from pathlib import Path

from session import Session

ROOT = Path(__file__).parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
EXAMPLES = TARGET / "release" / "examples"
SIGN, RAW = EXAMPLES / "sign_many", EXAMPLES / "raw_rate"
DATABASE = "badges_bench"
ISSUER = "did:web:badges.example.ac.jp"
LIST_SIZE = 131072

REGISTERS = """
select badges.register_issuer(:'issuer', '{"id": "did:web:badges.example.ac.jp", "type": ["Profile"], "name": "Example University"}');
select badges.register_issuer_key(:'issuer', :'method', :'multikey', '2020-01-01Z');
select badges.define_achievement(:'issuer', '{"id": "https://badges.example.ac.jp/achievements/dx-leaders", "type": ["Achievement"], "name": "DX Leaders"}');
create unlogged table signed (n bigint, recipient_id uuid, credential text)
"""
LEARNERS = """
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select s.recipient_id, i.issuer_id, 'https://lms.example.org', 'user-' || s.n from signed s, badges.issuer i;
insert into badges.status_list (issuer_id, url)
  select i.issuer_id, 'https://badges.example.ac.jp/status/' || list from badges.issuer i, (select distinct n / 131072 as list from signed) l;
insert into badges.status_entry (status_list_id, status_index)
  select l.status_list_id, s.n % 131072 from signed s join badges.status_list l on l.url = 'https://badges.example.ac.jp/status/' || s.n / 131072
"""


def build():
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--release", "-p", "openbadges", "--example", "sign_many", "--example", "raw_rate"],
                   cwd=ROOT, check=True)


def document():
    return json.loads(subprocess.run([SIGN, "document"], check=True, capture_output=True, text=True).stdout)


def create(count=1):
    """A new database with that many signed badges in the table `signed`; a session in it."""
    build()
    for command in (f"drop database if exists {DATABASE}", f"create database {DATABASE}"):
        subprocess.run(["psql", "-Xq", "-c", "set client_min_messages = warning", "-c", command, "-d", "postgres"], check=True)
    session = Session(DATABASE)
    session.ask("create extension pg_badges")
    # The same key is the stranger's, whose document is at hand.
    multikey = document()["verificationMethod"][0]["publicKeyMultibase"]
    for name, value in (("issuer", ISSUER), ("method", f"{ISSUER}#{multikey}"), ("multikey", multikey)):
        session.define(name, value)
    run(session, REGISTERS)
    sign("rdfc", count, "signed")
    run(session, LEARNERS)
    run(session, "vacuum (analyze) signed;\nvacuum (analyze) badges.recipient;\nvacuum (analyze) badges.status_entry")
    return session


def run(session, script):
    for statement in script.strip().split(";\n"):
        session.ask(statement)


def sign(form, count, table):
    """Fills a table with distinct signed badges, by one process for each of two processors."""
    half = count // 2
    copies = []
    for first, number in ((0, half), (half, count - half)):
        if number == 0:
            continue
        signer = subprocess.Popen([SIGN, form, str(number), str(first)], stdout=subprocess.PIPE)
        copy = subprocess.Popen(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", DATABASE, "-c", f"copy {table} from stdin"], stdin=signer.stdout)
        signer.stdout.close()
        copies += [signer, copy]
    if any(process.wait() for process in copies):
        raise SystemExit(f"{count} badges in the form {form} could not be signed and copied")
