"""The part of the report that this benchmark writes (the form is in ../README.md)."""

import json
from pathlib import Path


class Figures:
    def __init__(self):
        self.figures = {}

    def add(self, name, value, unit, target=None, at_least=True, note=None):
        met = None
        if target is not None:
            met = bool(value >= target if at_least else value <= target)
        figure = {"value": round(value, 4), "unit": unit, "target": target, "at_least": at_least, "met": met}
        if target is not None and met is not (figure["value"] >= target if at_least else figure["value"] <= target):
            figure["value"] = value
        if note:
            figure["note"] = note
        self.figures[name] = figure
        print(f"{name}: {value:.4g} {unit}", flush=True)

    def write(self, path):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
