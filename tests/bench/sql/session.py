"""One psql session that stays open, and how much processor time its statements take."""

import json
import subprocess
from dataclasses import dataclass

MARK = "--- done ---"
# Nanoseconds that this backend has run (sched-stats.txt of the kernel), and clock ticks of postmaster's ended children.
BACKEND = "select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)"
CHILDREN = """select (string_to_array(stat, ' '))[16]::bigint + (string_to_array(stat, ' '))[17]::bigint from (
  select pg_read_file('/proc/' || split_part(pg_read_file('/proc/self/stat'), ' ', 4) || '/stat') as stat) parent"""
TICK = 1e7  # nanoseconds; 100 ticks a second on every Linux that PostgreSQL is packaged for


@dataclass
class Cost:
    """What a statement took: processor time of the backend and of its parallel workers, time on the clock, in nanoseconds."""

    backend: float
    workers: float
    clock: float

    @property
    def processor(self):
        return self.backend + self.workers


class Session:
    """Quiet psql that stops at the first error and prints bare values."""

    def __init__(self, database, *settings):
        self.psql = subprocess.Popen(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for setting in ("jit = off", "timezone = 'UTC'", *settings):
            self.ask(f"set {setting}")

    def ask(self, sql):
        """The rows of one statement, as lines."""
        self.psql.stdin.write(f"{sql};\n\\echo {MARK}\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line.rstrip("\n") == MARK:
                return lines
            lines.append(line.rstrip("\n"))
        raise SystemExit(f"psql ended with {self.psql.wait()} at: {sql[:200]}")

    def define(self, name, value):
        """Makes `:'name'` stand for a value."""
        self.psql.stdin.write(f"\\set {name} {value}\n")

    def value(self, sql):
        rows = self.ask(sql)
        if len(rows) != 1:
            raise SystemExit(f"one row was expected, not {len(rows)}, of: {sql[:200]}")
        return rows[0]

    def number(self, sql):
        return float(self.value(sql))

    def timed(self, sql, expected):
        """What the statement takes. A wrong answer ends the run: a fast lie is no figure."""
        backend, children = self.number(BACKEND), self.number(CHILDREN)
        clock = self.number("select extract(epoch from clock_timestamp())")
        answer = self.value(sql)
        if answer != str(expected):
            raise SystemExit(f"the answer is {answer}, expected {expected}, of: {sql[:200]}")
        return Cost(
            self.number(BACKEND) - backend,
            (self.number(CHILDREN) - children) * TICK,
            (self.number("select extract(epoch from clock_timestamp())") - clock) * 1e9)

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


def raw_rates(program, seconds):
    """Nanoseconds of one raw signature check, by algorithm (shared/examples/raw_rate.rs)."""
    return json.loads(subprocess.run([program, str(seconds)], check=True, capture_output=True, text=True).stdout)
