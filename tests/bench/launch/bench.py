#!/usr/bin/env python3
"""Launches: login, id_token, session. What one costs, how long it takes, and how that compares with ltijs and PyLTI1p3.

    tests/cluster.sh run -- tests/bench/launch/bench.py            writes target/bench/launch.json (`make bench-launch`)
    tests/cluster.sh run -- tests/bench/launch/bench.py --soak     ten minutes at half load (`make bench-soak`)

The tools take turns, round by round, each on one processor; a ratio is formed within a round, and the figure is the median over the rounds.
The platform signs between login and launch, outside of what is measured. Everything is on loopback and ends by itself.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time

import uvloop

from tools import TARGET, Ltijs, Ours, PyLti, database_seconds, sql
from wire import Connection, Launch, Platform, Signer

CONCURRENCIES = (1, 16, 64)
ROUNDS = 7
USERS = iter(range(1, 10**9))


async def together(connections, tasks, work, rate=None):
    """Does `work(task, connection)` for all tasks, as many at once as there are connections, or begun at `rate` a second; gives the seconds."""
    queue, started = iter(enumerate(tasks)), time.perf_counter()

    async def worker(connection):
        for number, task in queue:
            if rate and (pause := started + number / rate - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            await work(task, connection)

    await asyncio.gather(*map(worker, connections))
    return time.perf_counter() - started


async def whole_launches(tool, signer, count, rate=None):
    """Launches from login to page, one after the other or begun evenly at `rate` a second; gives them and the rate at which they ended.

    The platform signs between login and launch and its processor is one of this machine's, and so is the browser's: the most of these is less
    than the most of `launches`, where only the tool and its database work.
    """
    connections = [Connection("127.0.0.1", tool.port) for _ in range(64)]
    begun = [Launch(tool.platform, next(USERS), tool.target) for _ in range(count)]

    async def whole(launch, connection):
        await launch.login(connection)
        await signer.sign(launch)
        await launch.open(connection)

    took = await together(connections, begun, whole, rate)
    for connection in connections:
        connection.close()
    return begun, len(begun) / took


async def launches(tool, count, at_once):
    """First all logins, then all launches, all of which have to succeed; gives them and the seconds that they took together."""
    connections = [Connection("127.0.0.1", tool.port) for _ in range(at_once)]
    begun = [Launch(tool.platform, next(USERS), tool.target) for _ in range(count)]
    seconds = await together(connections, begun, lambda launch, connection: launch.login(connection))
    for launch in begun:
        launch.sign()
    # Signing takes longer than tools keep a connection that rests.
    for connection in connections:
        connection.close()
    seconds += await together(connections, begun, lambda launch, connection: launch.open(connection))
    for connection in connections:
        connection.close()
    return begun, seconds


async def cost(tool, count, at_once):
    """Processor milliseconds of one launch: the tool's own, and with its database."""
    tool_before, database_before = tool.seconds(), database_seconds()
    await launches(tool, count, at_once)
    own, stored = tool.seconds() - tool_before, database_seconds() - database_before
    return 1000 * own / count, 1000 * (own + stored) / count


def percentile(begun, share):
    ordered = sorted(launch.seconds for launch in begun)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def figure(value, unit, target=None, at_least=True, note=None):
    met = None if target is None else (value >= target if at_least else value <= target)
    return {"value": round(value, 4), "unit": unit, "target": target, "at_least": at_least, "met": met, **({"note": note} if note else {})}


async def compare(tools, figures):
    """Processor time of a launch, in turns."""
    costs = {tool.name: [] for tool in tools}
    for _ in range(ROUNDS):
        for tool in tools:
            costs[tool.name].append(await cost(tool, 1500 if isinstance(tool, Ours) else 240 if isinstance(tool, PyLti) else 60, 16))
    note = f"median of {ROUNDS} rounds, 16 at once"
    for tool in tools:
        own = statistics.median(own for own, _ in costs[tool.name])
        whole = statistics.median(whole for _, whole in costs[tool.name])
        figures[f"{tool.name}: processor time of a launch"] = figure(own, "ms", note=note)
        figures[f"{tool.name}: launches of a processor second"] = figure(1000 / own, "launches/s")
        figures[f"{tool.name}: the same with its database"] = figure(1000 / whole, "launches/s", note="PyLTI1p3 keeps everything in its own memory")
    ours = costs[Ours.name]
    for tool in tools[1:]:
        ratio = statistics.median(theirs[0] / own[0] for theirs, own in zip(costs[tool.name], ours))
        figures[f"as many launches of a processor second as {tool.name}"] = figure(ratio, "times", 10, note=note)
    return figures


async def latencies(tool, figures):
    """On the clock, closed loop."""
    for at_once in CONCURRENCIES:
        count = (300 if at_once == 1 else 2000) if isinstance(tool, Ours) else (60 if at_once == 1 else 320)
        begun, seconds = await launches(tool, count, at_once)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            figures[f"{tool.name}: {name} of a launch, {at_once} at once"] = figure(percentile(begun, share), "ms")
        figures[f"{tool.name}: launches, {at_once} at once"] = figure(count / seconds, "launches/s")


async def cold_start(tool):
    seconds = []
    for _ in range(5):
        tool.stop()
        started = time.perf_counter()
        await tool.start()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


async def nine_o_clock(tool, figures, count):
    """Everybody at once: none lost, none twice."""
    sql("truncate lti.session", "bench_launch")
    begun, seconds = await launches(tool, count, 1000)
    stored, people = map(int, sql("select count(*), count(distinct user_id) from lti.session", "bench_launch").split("|"))
    figures["nine o'clock: first launches lost"] = figure(count - people, "launches", 0, at_least=False, note=f"of {count} begun at once")
    figures["nine o'clock: launches twice"] = figure(stored - people, "launches", 0, at_least=False)
    figures["nine o'clock: until everybody is in"] = figure(seconds, "s", note=f"slowest {percentile(begun, 1) / 1000:.1f} s")


async def measure(options):
    platform, figures = Platform(), {}
    await platform.start()
    ours, *others = tools = [Ours(platform), Ltijs(platform), PyLti(platform)]
    for tool in tools:
        tool.prepare()
        await tool.start()
        await launches(tool, 60, 4)
        print(f"{tool.name} launches", file=sys.stderr)
    try:
        await compare(tools, figures)
        for tool in others:
            await latencies(tool, figures)
            figures[f"{tool.name}: memory"] = figure(tool.mebibytes(), "MiB")
            tool.stop()
        await latencies(ours, figures)
        signer = Signer(platform)
        _, most = await whole_launches(ours, signer, 3000)
        figures["lti-tool: whole launches, platform and browser on the same machine, 64 at once"] = figure(most, "launches/s")
        begun, rate = await whole_launches(ours, signer, int(most * 5), most / 2)
        note = f"{most / 2:.0f} whole launches/s begun evenly, {rate:.0f}/s ended"
        figures["p99 at half of the maximum"] = figure(percentile(begun, 0.99), "ms", 20, at_least=False, note=note)
        await nine_o_clock(ours, figures, options.burst)
        figures["cold start to the first answer"] = figure(await cold_start(ours), "s", 1, at_least=False)
        await whole_launches(ours, signer, 4000, 200)
        signer.pool.shutdown()
        figures["memory at 200 launches/s"] = figure(ours.mebibytes(), "MiB", 64, at_least=False, note="after 20 s from a fresh start")
    finally:
        for tool in tools:
            if tool.process.poll() is None:
                tool.stop()
    out = TARGET / "bench" / "launch.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{out}: {len(figures)} figures", file=sys.stderr)


async def soak(options):
    """Half of what it can do, or of what this driver can ask for, for so long; the memory of the second half may not grow."""
    platform = Platform()
    await platform.start()
    tool = Ours(platform)
    tool.prepare()
    await tool.start()
    signer = Signer(platform)
    try:
        _, most = await whole_launches(tool, signer, 3000)
        rate, memory, done, slowest = most / 2, [], 0, []
        started = time.monotonic()
        while time.monotonic() < started + options.seconds:
            begun, _ = await whole_launches(tool, signer, int(rate * 5), rate)
            done += len(begun)
            memory.append(tool.mebibytes())
            slowest.append(percentile(begun, 0.99))
        half = len(memory) // 2
        grown = statistics.median(memory[-10:]) - statistics.median(memory[half:half + 10])
        took = time.monotonic() - started
        print(f"{done} launches in {took:.0f} s, {done / took:.0f}/s where {rate:.0f} were begun, no error; p99 {statistics.median(slowest):.1f} ms (worst interval "
              f"{max(slowest):.1f} ms); memory {memory[0]:.1f} MiB at first, {memory[half]:.1f} in the middle, {memory[-1]:.1f} at the end")
        if grown > 2:
            sys.exit(f"memory grew by {grown:.1f} MiB in the second half")
    finally:
        signer.pool.shutdown()
        tool.stop()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--burst", type=int, default=10_000, help="first launches at nine o'clock")
    arguments.add_argument("--soak", action="store_true", help="only the soak")
    arguments.add_argument("--seconds", type=int, default=600, help="how long the soak lasts")
    options = arguments.parse_args()
    uvloop.run(soak(options) if options.soak else measure(options))


if __name__ == "__main__":
    main()
