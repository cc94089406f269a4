#!/usr/bin/env python3
"""How long every report takes, among 2,900 awards and among a million, on processors that PostgreSQL may share among its workers.

    tests/cluster.sh run -- tests/bench/reports/bench.py [AWARDS…]      default 2900 1000000; a million take about 6 GB of disk

Processor time of the backend and of its parallel workers is measured, so that other people's work on the machine lengthens nothing but
the run; workers are counted too. The time on the clock stands in the note.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sql"))
from figures import Figures, median  # noqa: E402
from session import Session  # noqa: E402

DATABASE = "badges_bench_reports"
REPORTS = ["overall", "participation", "hours", "coverage", "examinations", "certification_health", "progression", "movement", "issuance", "usage", "receipts"]
# Milliseconds that a report may take, by the number of awards up to which that holds.
TARGETS = [(10_000, 50), (1_000_000, 2000)]
MULTIKEY = Path(__file__).parents[3] / "pg-badges" / "tests" / "fixtures" / "multikey"


def world(awards):
    for command in (f"drop database if exists {DATABASE}", f"create database {DATABASE}"):
        subprocess.run(["psql", "-Xq", "-c", "set client_min_messages = warning", "-c", command, "-d", "postgres"], check=True)
    subprocess.run(["psql", "-Xq", "-d", DATABASE, "-c", "create extension pg_badges"], check=True)
    subprocess.run(
        ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", DATABASE, "-v", f"awards={awards}", "-v", f"multikey={MULTIKEY.read_text().strip()}",
         "-f", str(Path(__file__).with_name("world.sql"))],
        check=True, stdout=subprocess.DEVNULL)
    return Session(DATABASE)


def measure(figures, session, awards):
    target = next((milliseconds for most, milliseconds in TARGETS if awards <= most), None)
    for report in REPORTS:
        sql = f"select count(*) from badges.report_{report}('2025-09-30Z')"
        rows = session.value(sql)  # once to warm the caches, as a server that runs has them
        if int(rows) == 0:
            raise SystemExit(f"{report} says nothing")
        costs = [session.timed(sql, rows) for _ in range(5)]
        processor = median([cost.processor for cost in costs]) / 1e6
        clock = median([cost.clock for cost in costs]) / 1e6
        figures.add(f"{report} of {awards:,} awards", processor, "ms", target, False, f"{rows} rows; {clock:.0f} ms on the clock")


def main():
    figures = Figures()
    for awards in [int(argument) for argument in sys.argv[1:]] or [2900, 1_000_000]:
        session = world(awards)
        measure(figures, session, awards)
        session.close()
    subprocess.run(["psql", "-Xq", "-c", f"drop database {DATABASE}", "-d", "postgres"], check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[3] / "target"))
    figures.write(target / "bench" / "reports.json")


if __name__ == "__main__":
    main()
