#!/usr/bin/env python3
"""Would partitions of badges.assertion help? Look-ups and storing among 10 million rows, in one table and in partitioned twins.

Processor time, not time on the clock.

    tests/cluster.sh run -- tests/bench/sql/partitioning.py 10000000

Plain tables with the columns and the five busiest indexes of badges.assertion, without its long text, which no index reads;
about 6 GB below the cluster's folder while it runs. The answer stands in pg-badges/SIZING.md.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from figures import median  # noqa: E402
from session import Session  # noqa: E402

DATABASE = "partitioning_bench"
ISSUERS = 16
MONTHS = 48
CALLS = 3000
COLUMNS = """assertion_id uuid not null, issuer_id uuid not null, issuer_key_id uuid not null, achievement_id uuid not null, series_id uuid not null,
  recipient_id uuid not null, status_list_id uuid, valid_from timestamptz not null, valid_until timestamptz, awarded_at timestamptz not null,
  stored_at timestamptz not null default now(), status_index integer, credential_id text not null, occasion text not null default '',
  provenance jsonb not null default '{}', credential text not null"""
# A unique index of a partitioned table has to contain the partition key.
INDEXES = ["unique index on {table} (assertion_id{key})", "unique index on {table} (credential_id{key})",
           "unique index on {table} (series_id, recipient_id, occasion{key})", "index on {table} (recipient_id)", "index on {table} (issuer_id, awarded_at)"]
ID = "('{prefix}0000000-0000-4000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
ROWS = f"""select {ID.format(prefix=2, n='n')}, {ID.format(prefix=3, n=f'n / 5 % {ISSUERS}')}, {ID.format(prefix=4, n=f'n / 5 % {ISSUERS}')},
  {ID.format(prefix=5, n='n % 500')}, {ID.format(prefix=5, n='n % 500')}, {ID.format(prefix=1, n='n / 5')}, {ID.format(prefix=6, n='n / 131072')},
  '2023-01-01Z', '2027-01-01Z'::timestamptz + n * interval '12 seconds', '2023-01-01Z'::timestamptz + ({MONTHS} * 30 * 86400.0 * n / {{total}}) * interval '1 second',
  now(), n % 131072, 'https://badges.example.org/credentials/' || n, (n % 5)::text, '{{{{}}}}', 'x' from generate_series({{first}}, {{last}}) n"""
LEARNER, ONE = ID.format(prefix=1, n="n / 5"), ID.format(prefix=2, n="n")
LOOKUPS = {
    "a learner's badges": f"select valid_until from {{table}} where recipient_id = {LEARNER}",
    "a learner's badges of one issuer": f"select valid_until from {{table}} where recipient_id = {LEARNER} and issuer_id = {ID.format(prefix=3, n=f'n / 5 % {ISSUERS}')}",
    "a badge by its id": f"select valid_until from {{table}} where assertion_id = {ONE}",
    "a badge by its address": "select valid_until from {table} where credential_id = 'https://badges.example.org/credentials/' || n",
    "an issuer's month": f"""select count(*) from {{table}} where issuer_id = {ID.format(prefix=3, n=f'n % {ISSUERS}')}
      and awarded_at >= '2025-01-01Z' and awarded_at < '2025-01-08Z'""",
}


def by_month(session):
    session.ask(f"create table by_month ({COLUMNS}) partition by range (awarded_at)")
    for month in range(MONTHS + 1):
        start, end = (f"'2023-01-01Z'::timestamptz + {30 * number} * interval '1 day'" for number in (month, month + 1))
        session.ask(f"create table by_month_{month} partition of by_month for values from ({start}) to ({end})")
    return ", awarded_at"


def by_issuer(session):
    session.ask(f"create table by_issuer ({COLUMNS}) partition by hash (issuer_id)")
    for number in range(ISSUERS):
        session.ask(f"create table by_issuer_{number} partition of by_issuer for values with (modulus {ISSUERS}, remainder {number})")
    return ", issuer_id"


def whole(session):
    session.ask(f"create table whole ({COLUMNS})")
    return ""


def milliseconds(session, sql, total, calls=CALLS):
    """Processor time of one look-up through a prepared plan: a busy machine lengthens the clock's time and not this."""
    session.ask(f"""create or replace function pg_temp.ask(calls bigint) returns bigint language plpgsql as $$
      declare
        n bigint;
      begin
        for turn in 1 .. calls loop
          n := 5 + (turn * 7919) % ({total} - 10);
          perform {sql};
        end loop;
        return calls;
      end $$""")
    session.timed(f"select pg_temp.ask({calls})", calls)  # plans, and warms the caches
    return session.timed(f"select pg_temp.ask({calls})", calls).processor / calls / 1e6


def measure(session, make, total):
    table = make.__name__
    key = make(session)
    session.ask(f"insert into {table} " + ROWS.format(first=1, last=total, total=total))
    for index in INDEXES:
        session.ask("create " + index.format(table=table, key=key))
    session.ask(f"vacuum (analyze, parallel 0) {table}")
    size = session.number(f"select pg_total_relation_size('{table}') + coalesce(sum(pg_total_relation_size(relid)), 0) from pg_inherits cross join lateral (select inhrelid as relid) p where inhparent = '{table}'::regclass") / total
    print(f"\n{table}: {size:.0f} bytes a row, without the credential")
    for name, sql in LOOKUPS.items():
        calls = 100 if "month" in name else CALLS
        perform = " ".join(sql.format(table=table).split()).removeprefix("select ")
        print(f"  {name:<36}{milliseconds(session, perform, total, calls):>10.4f} ms", flush=True)
    costs = []
    for batch in range(20):
        first = total + batch * 1000 + 1
        rows = ROWS.format(first=first, last=first + 999, total=total + 20_000)
        costs.append(session.timed(f"with stored as (insert into {table} {rows} returning 1) select count(*) from stored", 1000).processor)
    print(f"  {'storing a row, processor time':<36}{median(costs) / 1e9:>10.4f} ms")
    session.ask(f"drop table {table}")


def main():
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    subprocess.run(["psql", "-Xq", "-c", f"create database {DATABASE}", "-d", "postgres"], check=True)
    session = Session(DATABASE, "max_parallel_workers_per_gather = 0", "maintenance_work_mem = '1GB'", "max_parallel_maintenance_workers = 0")
    for make in (whole, by_month, by_issuer):
        measure(session, make, total)


if __name__ == "__main__":
    main()
