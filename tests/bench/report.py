#!/usr/bin/env python3
"""Merges what the parts of `make bench` measured into target/bench/report.json and prints it as a table.

    tests/bench/report.py [DIRECTORY]      DIRECTORY holds the parts, default $CARGO_TARGET_DIR/bench or target/bench

The form of a part is in README.md beside. Ends with 1 if a part has another form, never because a target is missed:
how fast a shared machine is today is no fault of the code, so a missed target is named and not fatal.
"""

import json
import os
import sys
import time
from pathlib import Path

REPORT = "report.json"
REQUIRED = {"value", "unit", "target", "at_least", "met"}
ALLOWED = REQUIRED | {"note"}


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def refusal(figure):
    """Why this is no figure, or None."""
    if not isinstance(figure, dict) or not REQUIRED <= figure.keys() <= ALLOWED:
        return f"needs the members {sorted(REQUIRED)} and no others but `note`"
    if not number(figure["value"]) or not isinstance(figure["unit"], str):
        return "`value` is a number and `unit` a text"
    target, met = figure["target"], figure["met"]
    if not isinstance(figure["at_least"], bool):
        return "`at_least` is true or false"
    if target is None:
        return None if met is None else "`met` is null where there is no target"
    if not number(target):
        return "`target` is a number or null"
    held = figure["value"] >= target if figure["at_least"] else figure["value"] <= target
    return None if met is held else f"`met` is {met}, value and target say {held}"


def read(path):
    part = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(part, dict) or not part:
        sys.exit(f"{path}: a part is an object of figures")
    for name, figure in part.items():
        if reason := refusal(figure):
            sys.exit(f"{path}: figure `{name}`: {reason}")
    return part


def written(value):
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}"


def verdict(figure):
    if figure["target"] is None:
        return ""
    relation = "≥" if figure["at_least"] else "≤"
    return f"{relation} {written(figure['target'])} {'met' if figure['met'] else 'MISSED'}"


def show(name, part, measured_at):
    print(f"\n{name}  (measured {measured_at})")
    width = max(map(len, part))
    for figure_name, figure in part.items():
        columns = f"{figure_name:<{width}}  {written(figure['value']):>12}  {figure['unit']:<18}  {verdict(figure):<16}"
        print(f"  {columns}  {figure.get('note', '')}".rstrip())


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[2] / "target"))
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else target / "bench"
    paths = sorted(path for path in directory.glob("*.json") if path.name != REPORT)
    if not paths:
        sys.exit(f"{directory}: no part was measured; `make bench` measures all of them")
    parts, missed = {}, []
    for path in paths:
        part = parts[path.stem] = read(path)
        show(path.stem, part, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(path.stat().st_mtime)))
        missed += [f"{path.stem}: {name}" for name, figure in part.items() if figure["met"] is False]
    report = {"parts": parts, "missed": missed, "processors": os.cpu_count(), "load": os.getloadavg()[0]}
    (directory / REPORT).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{directory / REPORT}; load average {report['load']:.1f} on {report['processors']} processors")
    print("targets missed: " + ("; ".join(missed) if missed else "none"))


if __name__ == "__main__":
    main()
