#!/usr/bin/env python3
"""The first byte of the public page of a credential, with every check made anew, at 100 requests a second on loopback.

    tests/cluster.sh run -- tests/bench/pages/bench.py      writes target/bench/pages.json (`make bench-pages`)

Requests begin at fixed moments, whether or not earlier ones are answered, so that a slow server is not spared. What is measured is the
time from the last byte of the request to the first of the answer. Python's own part of it is in the figure.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TOOL = TARGET / "release" / "lti-tool"
DATABASE = "bench_pages"
BADGES = 200
RATE = 100
SECONDS = 20
LIMIT_MILLISECONDS = 5


def sql(statement, database=DATABASE):
    run = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
                         check=True, capture_output=True, text=True)
    return run.stdout.strip()


def prepare(folder):
    """A database with badges that were imported, and the settings of the tool."""
    folder.mkdir(parents=True, exist_ok=True)
    sql(f"drop database if exists {DATABASE} with (force)", "postgres")
    sql(f"create database {DATABASE}", "postgres")
    sql("create extension pg_badges")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"postgres://{os.environ['PGUSER']}:{os.environ['PGPASSWORD']}@{os.environ['PGHOST']}:{os.environ['PGPORT']}/{DATABASE}"
    settings = folder / "pages.toml"
    settings.write_text(f'server.public_url = "http://127.0.0.1:{port}"\nserver.bind = "127.0.0.1:{port}"\nserver.workers = 1\n'
                        f'database.url = "{url}"\nkeys.master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="\n'
                        f'outbound.allow_insecure_loopback = true\nlog.filter = "warn"\n')
    source = ROOT / "lti-tool" / "data" / "programmes"
    (folder / "programmes.json").write_bytes((source / "programmes.json").read_bytes())
    rows = map(json.loads, (source / "assertions.jsonl").read_text(encoding="utf-8").splitlines())
    standing = [row for row in rows if row["supersedes"] is None and row["revoked"] is None]
    (folder / "assertions.jsonl").write_text("\n".join(map(json.dumps, standing[:BADGES])), encoding="utf-8")
    subprocess.run([TOOL, "--config", settings, "import", folder], check=True, stdout=subprocess.DEVNULL)
    # Nobody else does: the cluster of a measurement has no autovacuum.
    sql("vacuum analyze")
    return settings, port


async def request(port, path, connections):
    """Seconds to the first byte, on a connection that is kept, and the length of the page."""
    first = b""
    while not first:
        # The server closes what rests for five seconds; then the request is sent anew.
        reader, writer = connections.pop() if connections else await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode())
        begun = time.perf_counter()
        try:
            first = await reader.read(1)
        except ConnectionError:
            pass
        seconds = time.perf_counter() - begun
        if not first:
            writer.close()
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
    length = next((int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")), None)
    if length is None:
        sys.exit(f"{path} does not say how long its answer is: {head}")
    page = await reader.readexactly(length)
    if not head.startswith("HTTP/1.1 200") or b'data-outcome="valid"' not in page:
        sys.exit(f"{path} is no page of a valid badge: {head.splitlines()[0]}")
    connections.append((reader, writer))
    return seconds, len(page)


async def measure(port, paths):
    connections, tasks = [], []
    for path in paths[:50]:
        await request(port, path, connections)
    started = time.perf_counter()
    for number in range(RATE * SECONDS):
        if (pause := started + number / RATE - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(request(port, paths[number % len(paths)], connections)))
    answers = await asyncio.gather(*tasks)
    for _, writer in connections:
        writer.close()
    return answers


def wait_for(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit("lti-tool did not start")


def main():
    settings, port = prepare(TARGET / "bench" / "pages")
    tool = subprocess.Popen([TOOL, "--config", settings, "serve"], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        paths = ["/credentials/" + url.rpartition("/")[2] for url in sql("select credential_id from badges.assertion where valid_until is null or valid_until > now()").splitlines()]
        answers = asyncio.run(measure(port, paths))
    finally:
        tool.terminate()
        tool.wait(20)
        sql(f"drop database if exists {DATABASE} with (force)", "postgres")
    ordered = sorted(1000 * seconds for seconds, _ in answers)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    note = f"{len(ordered)} requests over {len(paths)} badges at {RATE}/s, one worker"
    figures = {
        "public page, first byte, p50": {"value": round(at(0.5), 2), "unit": "ms", "target": LIMIT_MILLISECONDS, "at_least": False,
                                         "met": round(at(0.5), 2) <= LIMIT_MILLISECONDS, "note": note},
        "public page, first byte, p99": {"value": round(at(0.99), 2), "unit": "ms", "target": None, "at_least": False, "met": None},
        "public page, largest": {"value": max(length for _, length in answers), "unit": "bytes", "target": 50 * 1024, "at_least": False,
                                 "met": max(length for _, length in answers) <= 50 * 1024},
    }
    (TARGET / "bench" / "pages.json").write_text(json.dumps(figures, indent=1))
    for name, figure in figures.items():
        print(f"{name}: {figure['value']} {figure['unit']}")


if __name__ == "__main__":
    main()
