#!/usr/bin/env python3
"""Writes what surrounds the awards of an import: where people belonged, how many there were, aims, enrolments, passes, identities, suspensions.

    tests/reports/surround.py FOLDER OUT      FOLDER holds assertions.jsonl; OUT gets people.csv, headcount.csv, targets.csv, enrolments.csv,
                                              passes.csv, for `lti-tool import`, and acts.json, for what no list does

Nobody in it is real, and every line follows from the place of a recipient or an award in its order, so that every run writes the same.
"""

import csv
import json
import sys
from pathlib import Path

EXAMS = "https://www.ipa.go.jp/shiken/kubun/"
LEVELS = "https://www.ipa.go.jp/jinzai/skill-standard/plus-it-ui/itss/download_v3_2011.html"
SKILLS = "https://www.ipa.go.jp/jinzai/skill-standard/dss/about.html"
PROGRAMMES = ["RI", "HC", "DA", "DX", "RP", "IP", "EX"]


def every(items, step, place):
    return [item for number, item in enumerate(items) if number % step == place]


def people(recipients):
    """A second place beside the first, a move on a day, a leap day, a return, somebody who left."""
    rows = [(who, "employee", "本社", "2023-04-01", "") for who in every(recipients, 5, 0)]
    for who in every(recipients, 5, 1):
        rows += [(who, "dispatched", "Branch", "2021-04-01", "2024-02-29"), (who, "employee", "Branch", "2024-02-29", "")]
    for who in every(recipients, 25, 2):
        rows += [(who, "external", "", "2020-01-01", "2021-01-01"), (who, "external", "Guild", "2021-01-01", "2022-09-29"), (who, "external", "", "2025-10-31", "")]
    return rows


def headcount():
    """Counted more than once, for everybody of a population and for one programme, in one legal entity and in another; also in the future."""
    return [
        ("employee", "", "", "2022-03-31", 800), ("employee", "", "", "2024-02-29", 1200), ("employee", "本社", "", "2023-12-31", 300),
        ("employee", "Branch", "", "2024-03-31", 150), ("dispatched", "", "", "2022-09-30", 400), ("dispatched", "Branch", "RI", "2022-09-30", 90),
        ("dispatched", "Branch", "", "2022-03-31", 140), ("external", "", "", "2021-12-31", 60), ("external", "", "EX", "2025-10-31", 45),
        ("employee", "", "DX", "2027-03-31", 7), ("external", "Nowhere", "", "2022-01-01", 3),
    ]


def targets():
    return [
        (EXAMS, "", "IP", "1", "2022-03-31", 10), (EXAMS, "", "IP", "1", "2024-03-31", 100), (EXAMS, "", "IP", "1", "2027-03-31", 120),
        (EXAMS, "", "FE", "2", "2025-03-31", 30), (EXAMS, "", "SG", "3", "2026-03-31", 5), (LEVELS, "", "L1", "1", "2025-10-31", 400),
        (LEVELS, "", "L2", "2", "2022-09-30", 50), (SKILLS, "2.0", "3.1", "2", "2024-02-29", 20), (SKILLS, "2.0", "3.1", "3", "2024-02-29", 25),
    ]


def enrolments(recipients):
    rows = [(who, PROGRAMMES[number % 7], "2022-09-30") for number, who in enumerate(every(recipients, 7, 0))]
    rows += [(who, PROGRAMMES[(number + 3) % 7], "2022-10-01") for number, who in enumerate(every(recipients, 9, 4))]
    return list({row[:2]: row for row in reversed(rows)}.values())


def passes(recipients):
    rows = [(who, "IP", "2022-09-30") for who in every(recipients, 8, 0)] + [(who, "FE", "2024-02-29") for who in every(recipients, 8, 1)]
    rows += [(who, "IP", "2024-03-01") for who in every(recipients, 16, 0)] + [(who, "SG", "2025-12-31") for who in every(recipients, 8, 3)]
    return rows


def acts(recipients, awards):
    """What no list does: who is one person, with consent and without it any more; what is suspended and reinstated; what a second person decides."""
    pairs = list(zip(recipients, recipients[1:]))
    held = [award["id"] for award in awards if not award["revoked"]]
    return {
        "linked": every(pairs, 20, 2) + every(pairs, 20, 12),
        "unlinked": [other for _, other in every(pairs, 20, 12)],
        "suspended": every(held, 40, 3) + every(held, 40, 13),
        "reinstated": every(held, 40, 13),
        "decided": [[*row, number % 3 != 1] for number, row in enumerate(passes(recipients)) if number % 4 != 3],
        "by_badge": every(recipients, 30, 6),
    }


def table(path, head, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def main():
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    awards = [json.loads(line) for line in (folder / "assertions.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    recipients = sorted({award["recipient"] for award in awards})
    table(out / "people.csv", ["user", "population", "legal_entity", "from", "until"], people(recipients))
    table(out / "headcount.csv", ["population", "legal_entity", "programme", "counted_on", "people"], headcount())
    table(out / "targets.csv", ["framework", "version", "code", "level", "due_on", "people"], targets())
    table(out / "enrolments.csv", ["user", "programme", "enrolled_on"], enrolments(recipients))
    table(out / "passes.csv", ["user", "examination", "passed_on", "number"], [(*row, f"N-{place}") for place, row in enumerate(passes(recipients))])
    (out / "acts.json").write_text(json.dumps(acts(recipients, awards), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
