"""The tools that are measured: each on one processor, with one worker, in its production mode, registered with the same platform."""

import asyncio
import json
import os
import socket
import subprocess
import time
from pathlib import Path

from wire import CLIENT_ID, DEPLOYMENT, Connection

HERE = Path(__file__).parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[2] / "target"))
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sql(statement, database="postgres"):
    run = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
                         check=True, capture_output=True, text=True)
    return run.stdout.strip()


def database(name):
    sql(f"drop database if exists {name} with (force)")
    sql(f"create database {name}")
    return f"postgres://{os.environ['PGUSER']}:{os.environ['PGPASSWORD']}@{os.environ['PGHOST']}:{os.environ['PGPORT']}/{name}"


def stat(pid):
    """Name, parent and processor seconds of a process, those of its ended children apart."""
    text = Path(f"/proc/{pid}/stat").read_text()
    fields = text.rpartition(") ")[2].split()
    own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return int(fields[1]), own / TICKS, ended / TICKS


def family_seconds(root):
    """Processor seconds of a process and everything below it, ended or not."""
    processes = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                processes[int(path.name)] = stat(path.name)
            except (OSError, ProcessLookupError):
                continue
    family, grown = {root}, True
    while grown:
        more = {pid for pid, (parent, _, _) in processes.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(processes[pid][1] + processes[pid][2] for pid in family if pid in processes)


def family_mebibytes(root):
    """Resident memory of a process and its children."""
    children = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and parent_of(path.name) == root]
    total = 0
    for pid in [root, *children]:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total / 1024


def parent_of(pid):
    try:
        return stat(pid)[0]
    except (OSError, ProcessLookupError):
        return None


def database_seconds():
    """Processor seconds of the whole database server."""
    return family_seconds(int((Path(os.environ["PGDATA"]) / "postmaster.pid").read_text().split()[0]))


class Tool:
    """A tool: `command` starts it, `launch_path` takes its tokens."""

    name, launch_path = "", "/lti/launch"

    def __init__(self, platform):
        self.platform, self.port, self.process = platform, free_port(), None
        self.target = f"http://127.0.0.1:{self.port}{self.launch_path}"

    def settings(self):
        return {"port": self.port, "issuer": self.platform.url(), "client_id": CLIENT_ID, "redirect_uri": self.target,
                "authorization_endpoint": self.platform.url("/mod/lti/auth.php"), "token_endpoint": self.platform.url("/mod/lti/token.php"),
                "jwks_url": self.platform.url("/mod/lti/certs.php")}

    def prepare(self):
        """What is done once before the first start."""

    async def start(self):
        self.process = subprocess.Popen(["taskset", "-c", "0", *self.command()], cwd=HERE, env={**os.environ, **self.environment()},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if os.environ.get("BENCH_SILENT") else None)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            connection = Connection("127.0.0.1", self.port)
            try:
                await connection.request("GET", "/healthz")
                return
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.005)
            finally:
                connection.close()
            if self.process.poll() is not None:
                break
        raise RuntimeError(f"{self.name} did not start")

    def environment(self):
        return {}

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def seconds(self):
        return family_seconds(self.process.pid)

    def mebibytes(self):
        return family_mebibytes(self.process.pid)


class Ours(Tool):
    name = "lti-tool"
    binary = TARGET / "release" / "lti-tool"

    def prepare(self):
        url = database("bench_launch")
        sql("create extension pg_badges", "bench_launch")
        self.config = TARGET / "bench" / "launch.toml"
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(f'''server.public_url = "http://127.0.0.1:{self.port}"
server.bind = "127.0.0.1:{self.port}"
server.workers = 1
database.url = "{url}"
keys.master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
outbound.allow_insecure_loopback = true
log.filter = "warn"
''')
        settings = self.settings()
        subprocess.run([*self.program(), "platform", "add", "--name", "Practice LMS", "--issuer", settings["issuer"], "--client-id", CLIENT_ID,
                        "--deployment", DEPLOYMENT, "--authorization-endpoint", settings["authorization_endpoint"],
                        "--token-endpoint", settings["token_endpoint"], "--jwks-url", settings["jwks_url"]],
                       check=True, stdout=subprocess.DEVNULL)

    def program(self):
        return [str(self.binary), "--config", str(self.config)]

    def command(self):
        return [*self.program(), "serve"]


class Ltijs(Tool):
    name, launch_path = "ltijs", "/"

    def prepare(self):
        database("bench_ltijs")

    def command(self):
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        stored = {**{key: os.environ[name] for key, name in names.items()}, "name": "bench_ltijs"}
        return ["node", "ltijs.mjs", json.dumps({**self.settings(), "database": stored})]

    def environment(self):
        return {"NODE_ENV": "production"}

    async def start(self):
        await super().start()
        # It listens before its platform is registered.
        await asyncio.sleep(3)


class PyLti(Tool):
    name = "PyLTI1p3"

    def command(self):
        return [str(TARGET / "bench-launch-peers/bin/gunicorn"), "--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--worker-class", "gthread",
                "--threads", "16", "--keep-alive", "60", "--log-level", "error", "pylti:app"]

    def environment(self):
        return {"LTI_SETTINGS": json.dumps(self.settings())}
