#!/usr/bin/env python3
"""Look-ups of a learner's badges among more and more rows; every statement goes over a connection, as an application's does.

    tests/cluster.sh run -- tests/bench/sql/lookups.py 100000 1000000 10000000

Rows are made from one signed badge, with the guard switched off: an index does not read what is signed. 10 million take
about 20 GB below the cluster's folder while it runs.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from figures import Figures, median  # noqa: E402
from scene import DATABASE, create  # noqa: E402
from session import Session  # noqa: E402

PER_LEARNER = 5
CALLS = 3000
LEARNER = "('10000000-0000-4000-8000-' || lpad(to_hex(:n::bigint / 5), 12, '0'))::uuid"
LOOKUPS = {
    "a learner's badges": f"select * from badges.list_states(now()) where recipient_id = {LEARNER};",
    "a learner's badges by account": """select a.assertion_id, a.valid_until from badges.recipient r join badges.assertion a using (recipient_id)
      where r.issuer_id = (select issuer_id from badges.issuer limit 1) and r.platform = 'https://lms.example.org' and r.user_id = 'u' || :n::bigint / 5;""",
    "a badge by its address": "select badges.credential_state('https://badges.example.ac.jp/credentials/' || :n::bigint);",
    "a badge by its id": "select * from badges.assertion where assertion_id = ('20000000-0000-4000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid;",
}
FILL = """
insert into badges.recipient (recipient_id, issuer_id, platform, user_id)
  select ('10000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, issuer_id, 'https://lms.example.org', 'u' || n
  from badges.issuer, generate_series({first} / 5, {last} / 5) n on conflict do nothing;
insert into badges.assertion (assertion_id, issuer_id, issuer_key_id, achievement_id, series_id, recipient_id, valid_from, valid_until,
    awarded_at, credential_id, occasion, credential)
  select ('20000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, c.issuer_id, k.issuer_key_id, c.achievement_id, c.series_id,
    ('10000000-0000-4000-8000-' || lpad(to_hex(n / 5), 12, '0'))::uuid, '2026-01-01Z', '2029-01-01Z', '2026-01-01Z'::timestamptz + n * interval '1 second',
    'https://badges.example.ac.jp/credentials/' || n, (n % 5)::text, b.credential
  from badges.achievement c, badges.issuer_key k, template b, generate_series({first}, {last}) n
"""


def fill(session, first, last):
    for statement in FILL.format(first=first, last=last).split(";\n"):
        session.ask(statement)
    session.ask("vacuum (analyze, parallel 0) badges.assertion")
    session.ask("vacuum (analyze, parallel 0) badges.recipient")


def milliseconds(rows, sql):
    """Median and 99th percentile of the latency that pgbench sees, connection and protocol included."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "lookup.sql")
        script.write_text(f"\\set n random(5, {rows - 5})\n{sql}\n", encoding="utf-8")
        subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", "1", "-t", str(CALLS), "-f", script, "-l", "--log-prefix", f"{folder}/log", DATABASE],
            check=True, capture_output=True)
        latencies = sorted(int(line.split()[2]) / 1000 for log in Path(folder).glob("log.*") for line in log.read_text().splitlines())
    latencies = sorted(latencies[CALLS // 3:]) if len(latencies) < CALLS else latencies
    return median(latencies), latencies[len(latencies) * 99 // 100]


def measure(figures, session, rows):
    for name, sql in LOOKUPS.items():
        milliseconds(rows, sql)  # once to warm the caches, as a server that runs has them
        middle, high = milliseconds(rows, sql)
        figures.add(f"{name}, one of {rows:,}", middle, "ms", 1, False, f"99 of 100 within {high:.2f} ms")
    size = session.number("select pg_total_relation_size('badges.assertion')")
    figures.add(f"bytes of an assertion with its indexes, {rows:,} rows", size / rows, "bytes", note=f"{size / 1e9:.1f} GB in all")


def main():
    sizes = sorted(int(size) for size in sys.argv[1:]) or [100_000]
    session = create()
    session.ask("alter table badges.assertion disable trigger all")
    session.ask("create table template as select credential from signed limit 1")
    figures, filled = Figures(), 0
    for rows in sizes:
        fill(session, filled + 1, rows)
        filled = rows
        measure(figures, session, rows)
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[3] / "target"))
    figures.write(target / "bench" / "lookups.json")


if __name__ == "__main__":
    main()
