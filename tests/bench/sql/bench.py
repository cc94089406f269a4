#!/usr/bin/env python3
"""What storing, verifying and auditing cost in SQL, as ratios of the raw signature check.

    make bench-sql            100,000 badges, target/bench/sql-100000.json
    make bench-sql-million    a million, target/bench/sql-1000000.json

Slices of each statement take turns with the raw loop; a ratio is formed in each turn, and the figure is the median.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import others  # noqa: E402
from figures import Figures, median  # noqa: E402
from scene import DATABASE, RAW, TARGET, create, document, sign  # noqa: E402
from session import Session, raw_rates  # noqa: E402

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
SLICES = 15
# An audit reads everything, so that a long one is its own average.
AUDITS = 5 if ROWS <= 200_000 else 2
FORMS = {"jcs": "eddsa-jcs-2022", "jwt-eddsa": "VC-JWT EdDSA", "jwt-rs256": "VC-JWT RS256"}
FORM_ROWS = 6000
OF_RAW = "of the raw rate"
STORE = """with batch as materialized (select array_agg(credential order by n) as credentials, array_agg(recipient_id order by n) as recipients,
    array_agg((select achievement_id from badges.achievement) order by n) as achievements, array_agg((n % 7)::text order by n) as occasions
    from signed where n >= {first} and n < {last} group by n / 1000)
  select count(*) filter (where s.is_new) from batch b, badges.store_assertions(b.credentials, b.recipients, b.achievements, b.occasions) s"""
VERIFY = "select count(*) from {table} where {slice} and (badges.verify(credential)).outcome = 'valid'"
VERIFY_ALL = "select count(*) from badges.assertion where (badges.verify(credential)).outcome = 'valid'"
AUDIT = "select sum(assertions) from badges.audit() where outcome = 'valid' and not is_failure"


def turns(session, statements, algorithm="ed25519"):
    """For each (statement, rows): processor time of a row in raw checks; the raw check is measured before each."""
    ratios = []
    for sql, rows in statements:
        before = raw_rates(RAW, 0.3)[algorithm]
        cost = session.timed(sql, rows)
        raw = (before + raw_rates(RAW, 0.3)[algorithm]) / 2
        ratios.append(cost.processor / rows / raw)
    return ratios


def add_of_raw(figures, name, ratios, target, raw="its own raw loop" ):
    figures.add(name, 1 / median(ratios), OF_RAW, target, note=f"{median(ratios):.2f} times {raw}, median of {len(ratios)} turns")


def store(figures, session):
    """Stores everything; a slice of each tenth is measured."""
    session.ask("alter table signed add primary key (n)")
    part = min(2000, ROWS // SLICES // 1000 * 1000)
    ratios, stored = [], 0
    for slice_number in range(SLICES):
        last = ROWS * (slice_number + 1) // SLICES // 1000 * 1000
        ratios += turns(session, [(STORE.format(first=stored, last=stored + part), part)])
        session.timed(STORE.format(first=stored + part, last=last), last - stored - part)
        stored = last
    if stored < ROWS:
        session.timed(STORE.format(first=stored, last=ROWS), ROWS - stored)
    add_of_raw(figures, "storing, batches of 1,000", ratios, 0.3, "one raw check")
    for table in ("assertion", "recipient", "status_entry", "audit_event"):
        session.ask(f"vacuum (analyze) badges.{table}")


def slices(session, table):
    """Conditions that cut a table into as many parts as there are turns, by its pages, each with its number of rows."""
    pages = int(session.number(f"select pg_relation_size('{table}') / current_setting('block_size')::int"))
    bounds = [pages * part // SLICES for part in range(SLICES + 1)]
    for first, last in zip(bounds, bounds[1:]):
        condition = f"ctid >= '({first},0)' and ctid < '({last},0)'"
        yield condition, int(session.number(f"select count(*) from {table} where {condition}"))


def verify(figures, session, name, table, target, algorithm="ed25519"):
    statements = [(VERIFY.format(table=table, slice=condition), rows) for condition, rows in slices(session, table)]
    turns(session, statements[:1], algorithm)  # loads the library and fills caches
    ratios = turns(session, statements, algorithm)
    add_of_raw(figures, name, ratios, target, "one raw check")
    return ratios


def audit(figures, session):
    session.timed(AUDIT, ROWS)
    add_of_raw(figures, "audit, one core", turns(session, [(AUDIT, ROWS)] * AUDITS), 0.60, "one raw check")
    two_workers(figures, session, "audit", AUDIT, AUDITS)
    two_workers(figures, session, "verify", VERIFY_ALL, 1 + AUDITS // 2)


def two_workers(figures, session, name, sql, rounds):
    """The same statement by one process and by two workers whose leader only counts, in turns, on the clock."""
    one, two = [], []
    workers = Session(DATABASE, "max_parallel_workers_per_gather = 2", "parallel_leader_participation = off")
    for _ in range(rounds):
        one.append(session.timed(sql, ROWS))
        two.append(workers.timed(sql, ROWS))
    workers.close()
    speedup = median([alone.clock / both.clock for alone, both in zip(one, two)])
    on_free = median([2 * alone.processor / both.processor for alone, both in zip(one, two)])
    figures.add(f"{name}, two workers", speedup, "times one core", 1.8,
                note=f"on the clock, load {os.getloadavg()[0]:.1f}; by processor time {on_free:.2f} if both processors were free")


def memory(figures):
    """Private memory that a backend has more after the library was loaded and has verified and audited."""
    private = "select sum(m[1]::bigint) from regexp_matches(pg_read_file('/proc/self/smaps_rollup'), '^Private_(?:Clean|Dirty):\\s+(\\d+) kB', 'gn') m"
    session, rows = Session(DATABASE, "max_parallel_workers_per_gather = 0"), min(ROWS, 5000)
    given = f"(select credential from badges.assertion limit {rows}) a"
    session.ask(f"select count(length(credential)) from {given}")
    before = session.number(private)
    session.timed(f"select count(*) from {given} where (badges.verify(credential)).outcome = 'valid'", rows)
    figures.add(f"memory of a backend after {rows:,} verifications", (session.number(private) - before) / 1024, "MiB", 8, False)
    session.close()


def forms(figures, session):
    """The other formats, each in a table of a user's own, as pg-badges/README.md makes one; their keys are a foreign issuer's. The figure of eddsa-jcs-2022 is returned."""
    session.ask("insert into badges.document (url, body) values ('https://elsewhere.example.ac.jp/.well-known/did.json', '" + json.dumps(document()) + "')")
    of_raw = {}
    for form, title in FORMS.items():
        table = form.replace("-", "_")
        session.ask(f"create unlogged table {table} (n bigint, subject uuid, credential text compression lz4)")
        sign(form, FORM_ROWS, table)
        session.ask(f"vacuum (analyze) {table}")
        algorithm, target = ("rs256", 0.7) if form.endswith("rs256") else ("ed25519", 0.70)
        of_raw[form] = 1 / median(verify(figures, session, f"verify, {title}", table, target, algorithm))
    session.ask("create unlogged table jcs_jsonb (n bigint, credential jsonb compression lz4)")
    session.ask("insert into jcs_jsonb select n, credential::jsonb from jcs")
    session.ask("vacuum (analyze) jcs_jsonb")
    verify(figures, session, "verify, eddsa-jcs-2022 from jsonb", "jcs_jsonb", None)
    return of_raw["jcs"]


def main():
    figures, session = Figures(), create(ROWS)
    session.ask("set max_parallel_workers_per_gather = 0")
    store(figures, session)
    verified = verify(figures, session, f"verify, full eddsa-rdfc-2022, {ROWS:,} rows", "badges.assertion", 0.40)
    audit(figures, session)
    memory(figures)
    size = session.number("select pg_total_relation_size('badges.assertion')")
    figures.add("bytes of an assertion with its indexes", size / ROWS, "bytes")
    jcs = forms(figures, session)
    others.measure(figures, session, 1 / median(verified), jcs)
    figures.write(TARGET / "bench" / f"sql-{ROWS}.json")


if __name__ == "__main__":
    main()
