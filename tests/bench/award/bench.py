#!/usr/bin/env python3
"""Awards: ten thousand learners of one course complete at once, and a catalogue with 2,900 awards is imported.

    tests/cluster.sh run -- tests/bench/award/bench.py        writes target/bench/award.json (`make bench-award`)

The real tool, its release build, asks a platform for the members who may open a restricted link, applies the course's rule, queues, signs
and stores; PostgreSQL verifies each badge before it stores it. An instructor's page follows the progress meanwhile. A count that is not
exact, or a badge that does not verify, ends the run.
"""

import argparse
import hashlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(Path(__file__).parents[1] / "sql"))
from session import Session  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
TOOL = TARGET / "release" / "lti-tool"
CATALOGUE = ROOT / "lti-tool" / "data" / "programmes"
DATABASE, LINK, TOKEN = "bench_award", "10", "a-session-of-the-bench"
ROUNDS = 3

# A course with a rule, as an instructor's launch and the rule's page leave it, and that instructor's session.
COURSE = """
insert into lti.course (registration_id, deployment_id, context_id, title, name_en, name_ja, description_en, description_ja, criteria_en,
    criteria_ja, memberships_url)
  select registration_id, '1', '2', 'Data literacy', 'Completion of Data literacy', '「データリテラシー」修了',
    'Awarded for completing the course “Data literacy”.', 'コース「データリテラシー」を修了したことを証明します。',
    'The learner completed the course “Data literacy”, and its instructor confirmed it.', 'コース「データリテラシー」を修了し、担当教員の確認を受けること。',
    issuer || '/members' from lti.registration;
insert into lti.rule (course_id, version, condition, created_by) select course_id, 1, '{"kind": "courseCompletion"}', '3' from lti.course;
insert into lti.session (token_hash, registration_id, deployment_id, context_id, context_title, user_id, standing, language, expires_at)
  select decode('HASH', 'hex'), registration_id, '1', '2', 'Data literacy', '3', 'instructor', 'en', now() + interval '1 hour' from lti.registration
"""
BEGIN = f"""insert into lti.completion_source (course_id, source, settings) select course_id, 'roster', '{{"link": "{LINK}"}}' from lti.course"""
LOOK = "select (select count(*) from lti.observation), (select count(*) from lti.award)"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(roots):
    """Processor seconds of these processes and of everything below them, ended or not."""
    known = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                fields = (path / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            known[int(path.name)] = int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    family, grown = set(roots), True
    while grown:
        more = {pid for pid, (parent, _) in known.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(known[pid][1] for pid in family if pid in known)


def members(count):
    """One page of the roster, as a platform writes it."""
    member = lambda n: {"status": "Active", "name": f"Learner {n} Suzuki", "email": f"learner{n}@lms.example.org", "user_id": str(n),
                        "lis_person_sourcedid": f"S-{n}", "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]}
    return json.dumps({"id": "members", "context": {"id": "2"}, "members": [member(1000 + n) for n in range(count)]}).encode()


class Platform:
    """Hands out tokens and two lists: everybody, and everybody but one for the restricted link."""

    def __init__(self, count):
        everybody, admitted = members(count + 1), members(count)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, media_type, body):
                self.send_response(200)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer("application/json", json.dumps({"access_token": "bench", "token_type": "Bearer", "expires_in": 3600}).encode())

            def do_GET(self):
                media_type = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
                self.answer(media_type, admitted if f"rlid={LINK}" in self.path else everybody)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Tool:
    """The tool on a database of its own."""

    def __init__(self):
        for statement in (f"drop database if exists {DATABASE} with (force)", f"create database {DATABASE}"):
            subprocess.run(["psql", "-Xq", "-c", "set client_min_messages = warning", "-c", statement, "-d", "postgres"], check=True)
        self.session = Session(DATABASE)
        self.session.ask("create extension pg_badges")
        self.port = free_port()
        url = "postgres://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/".format(**os.environ) + DATABASE
        self.config = TARGET / "bench" / "award.toml"
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(f'''server.public_url = "http://127.0.0.1:{self.port}"
server.bind = "127.0.0.1:{self.port}"
database.url = "{url}"
keys.master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
completion.poll_seconds = 3600
outbound.allow_insecure_loopback = true
log.filter = "warn"
''')
        self.run("migrate")
        # So that the first figure is not that of making keys.
        self.run("platform", "list")

    def run(self, *arguments):
        command = [str(TOOL), "--config", str(self.config), *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def register(self, platform):
        self.run("platform", "add", "--name", "Practice LMS", "--issuer", platform.url, "--client-id", "bench", "--deployment", "1",
                 "--authorization-endpoint", f"{platform.url}/auth", "--token-endpoint", f"{platform.url}/token", "--jwks-url", f"{platform.url}/jwks")

    def serve(self):
        process = subprocess.Popen([str(TOOL), "--config", str(self.config), "serve"], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return process
            except OSError:
                time.sleep(0.01)
        raise SystemExit("the tool did not start")

    def exact(self, count):
        """Ends the run unless each is there once and verifies."""
        for query in ("count(*) from badges.assertion", "count(distinct (series_id, recipient_id, occasion)) from badges.assertion",
                      "count(distinct (status_list_id, status_index)) from badges.assertion"):
            if (found := int(self.session.number(f"select {query}"))) != count:
                raise SystemExit(f"{found} instead of {count}: {query}")
        if failures := self.session.ask("select outcome, assertions from badges.audit() where is_failure"):
            raise SystemExit(f"badges that do not verify: {failures}")


class Progress(threading.Thread):
    """An instructor's page: when it heard a new number of waiting awards."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.heard, self.is_over = port, [], False

    def run(self):
        last = None
        while not self.is_over:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", f"/s/{TOKEN}/queue/events")
            answer = connection.getresponse()
            event = None
            while line := answer.readline().decode():
                if line.startswith("event: "):
                    event = line[7:].strip()
                elif line.startswith("data: ") and event == "count" and line != last:
                    last = line
                    self.heard.append(time.perf_counter())
            connection.close()
            time.sleep(0.05)


def awards(count):
    """Seconds from the platform's lists to the last badge, the same with reading the lists, the longest silence of the progress, and the
    processor seconds of tool and database."""
    platform, tool = Platform(count), Tool()
    tool.register(platform)
    for statement in COURSE.replace("HASH", hashlib.sha256(TOKEN.encode()).hexdigest()).strip().split(";\n"):
        tool.session.ask(statement)
    process = tool.serve()
    progress = Progress(tool.port)
    roots = [process.pid, int((Path(os.environ["PGDATA"]) / "postmaster.pid").read_text().split()[0])]
    before = processor_seconds(roots)
    try:
        progress.start()
        begun, known = time.perf_counter(), None
        tool.session.ask(BEGIN)
        while True:
            observations, awarded = map(int, tool.session.value(LOOK).split("|"))
            if known is None and observations:
                known = time.perf_counter()
            if awarded >= count:
                break
            if time.perf_counter() - begun > 600:
                raise SystemExit(f"only {awarded} of {count} were awarded in ten minutes")
            time.sleep(0.05)
        ended = time.perf_counter()
        spent = processor_seconds(roots) - before
    finally:
        progress.is_over = True
        process.terminate()
        process.wait(20)
        platform.server.shutdown()
    tool.exact(count)
    tool.session.close()
    heard = [moment for moment in progress.heard if known <= moment <= ended]
    silence = max(after - before for before, after in zip([known, *heard], [*heard, ended]))
    return ended - known, ended - begun, silence, spent


def imported():
    """Seconds of the whole command."""
    tool = Tool()
    begun = time.perf_counter()
    said = tool.run("import", str(CATALOGUE))
    seconds = time.perf_counter() - begun
    if "2900 awards are imported" not in said:
        raise SystemExit(said)
    tool.exact(2900)
    tool.session.close()
    return seconds


def figure(value, unit, target=None, at_least=True, note=None):
    met = None if target is None else (value >= target if at_least else value <= target)
    return {"value": round(value, 4), "unit": unit, "target": target, "at_least": at_least, "met": met, **({"note": note} if note else {})}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=10_000, help="learners who complete at once")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    options = arguments.parse_args()
    rounds, imports = [], []
    for number in range(options.rounds):
        rounds.append(awards(options.count))
        imports.append(imported())
        print("round {}: awards {:.2f} s ({:.2f} s with reading the lists, {:.2f} s of processors), import {:.2f} s".format(
            number + 1, *rounds[-1][:2], rounds[-1][3], imports[-1]), file=sys.stderr)
    stored, whole, silence, spent = map(statistics.median, zip(*rounds))
    note = f"median of {options.rounds} rounds"
    count = f"{options.count:,} awards of one course"
    figures = {
        f"{count}: rule, sign, store": figure(stored, "s", 5, at_least=False, note=note),
        "processor time of an award, with its share of the lists": figure(1000 * spent / options.count, "ms", note="tool and database"),
        "awards a second": figure(options.count / stored, "awards/s"),
        f"{count}: with three lists read from the platform": figure(whole, "s", note=note),
        "longest time without a new number on the progress page": figure(silence, "s", 1, at_least=False, note="it is told twice a second"),
        "import of 2,900 awards": figure(statistics.median(imports), "s", 2, at_least=False, note=f"the whole command, {note}"),
    }
    out = TARGET / "bench" / "award.json"
    out.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{out}: {len(figures)} figures", file=sys.stderr)


if __name__ == "__main__":
    main()
