#!/usr/bin/env python3
"""Computes the figures of reports from the files of an import, without SQL and without this project's code.

    tests/reports/independent.py FOLDER USES IMPORTED_AT AS_OF…      prints {AS_OF: {report: rows}} as JSON

FOLDER holds programmes.json and assertions.jsonl; they know nothing of use after issuance, so that USES is a file of {"usage": […],
"receipts": […]} beside them. IMPORTED_AT is when they were imported: a validity that had ended by then began anew.
The integration test `report` asks badges.report_* for the same and compares every row. Whatever both get wrong in the same way stays
wrong, so the definitions are written here again from their sentences (badges.list_report_definitions), not from the SQL.
"""

import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

RELATIONS = {"prepares-for": "prepares", "part-of": "part_of", "recognises-pass": "recognises_pass"}


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc) if text else None


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def month(when):
    return when.strftime("%Y-%m-01") if when else None


def share(part, whole):
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if whole else None


def a_year_later(when):
    try:
        return when.replace(year=when.year + 1)
    except ValueError:  # 29 February
        return when.replace(year=when.year + 1, day=28)


class Figures:
    """The files, read once; each method is a report as of a time."""

    def __init__(self, folder, uses, imported_at):
        self.uses = json.loads(uses.read_text(encoding="utf-8"))
        files = json.loads((folder / "programmes.json").read_text(encoding="utf-8"))
        self.achievements = {achievement["code"]: achievement for achievement in files["achievements"]}
        self.frameworks = files["meta"]["frameworks"]
        self.awards = [json.loads(line) for line in (folder / "assertions.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        self.renewed_by = {}
        self.member_since = {}
        for award in self.awards:
            award["issued"] = day(award["issuedOn"])
            award["until"] = day(award["validUntil"])
            if award["until"] and award["until"] <= imported_at:
                award["until"] = imported_at + (award["until"] - award["issued"])
            award["revoked_at"] = day(award["revoked"]["on"]) if award["revoked"] else None
            if award["supersedes"]:
                self.renewed_by[award["supersedes"]] = award
            since = self.member_since.setdefault((award["recipient"], award["population"]), award["issued"])
            self.member_since[(award["recipient"], award["population"])] = min(since, award["issued"])

    def counting(self, as_of):
        return [
            award for award in self.awards
            if award["issued"] <= as_of and not (award["revoked_at"] and award["revoked_at"] <= as_of)
        ]

    def populations(self, person, as_of):
        """Where somebody belongs on the day; [None] if nowhere."""
        found = [p for (who, p), since in self.member_since.items() if who == person and since.date() <= as_of.date()]
        return found or [None]

    def taken(self, as_of):
        """person → achievements."""
        taken = defaultdict(set)
        for award in self.counting(as_of):
            taken[award["recipient"]].add(award["achievement"])
        return taken

    def participation(self, as_of):
        people = Counter()
        for person, codes in self.taken(as_of).items():
            for population in self.populations(person, as_of):
                for programme in {self.achievements[code]["programme"] for code in codes} | {None}:
                    people[(programme, population)] += 1
        return [
            {"programme_code": programme, "population": population, "legal_entity": None if population is None else "", "people": count,
             "enrolled": 0, "headcount": None, "headcount_on": None, "share": None}
            for (programme, population), count in people.items()
        ]

    def hours(self, as_of):
        lines = defaultdict(lambda: [0, 0])
        for person, codes in self.taken(as_of).items():
            by_programme = defaultdict(set)
            for code in codes:
                by_programme[self.achievements[code]["programme"]].add(code)
                by_programme[None].add(code)
            for population in self.populations(person, as_of):
                for programme, own in by_programme.items():
                    line = lines[(programme, population)]
                    line[0] += len(own)
                    line[1] += sum(self.achievements[code]["nominalHours"] for code in own)
        return [
            {"programme_code": programme, "population": population, "legal_entity": None if population is None else "",
             "achievements": achievements, "hours": hours}
            for (programme, population), (achievements, hours) in lines.items()
        ]

    def target_key(self, alignment):
        """(framework URI, version, code) of what an achievement is aligned to."""
        framework = alignment["framework"]
        name = alignment["targetName"]
        head, _, item = name.get("ja", "").partition(" > ")
        code = alignment.get("targetCode") or head or alignment["targetUrl"].rsplit("/", 1)[1]
        if item:
            code = f"{code}/{item}"
        return self.frameworks[framework]["url"], alignment.get("frameworkVersion", ""), code

    def coverage(self, as_of):
        holders = defaultdict(set)
        for achievement in self.achievements.values():
            for alignment in achievement["alignments"]:
                holders[(*self.target_key(alignment), achievement["level"]["value"])] |= {
                    award["recipient"] for award in self.counting(as_of)
                    if award["achievement"] == achievement["code"] and not (award["until"] and award["until"] < as_of)
                }
        return [
            {"framework_uri": uri, "framework_version": version, "code": code, "level": level, "holders": len(people), "target": None,
             "target_on": None, "share": None}
            for (uri, version, code, level), people in holders.items()
        ]

    def examinations(self, as_of):
        first = {}
        for award in self.counting(as_of):
            for alignment in self.achievements[award["achievement"]]["alignments"]:
                if RELATIONS.get(alignment["relation"]) == "recognises_pass":
                    key = (self.target_key(alignment)[2], award["recipient"])
                    first[key] = min(first.get(key, 9999), award["issued"].year)
        people = Counter()
        for (code, person), year in first.items():
            for population in self.populations(person, as_of):
                people[(code, year, population)] += 1
        return [
            {"code": code, "year": year, "population": population, "people": 0, "passes": 0, "verified": 0, "undecided": 0, "people_by_badge": count}
            for (code, year, population), count in people.items()
        ]

    def certification_health(self, as_of):
        badges, people = Counter(), defaultdict(set)
        for award in self.counting(as_of):
            newer = self.renewed_by.get(award["id"])
            if newer and newer["issued"] <= as_of:
                continue
            until = award["until"]
            if until and until < as_of:
                health = "lapsed"
            elif until and until <= as_of + timedelta(days=90):
                health = "expiring"
            else:
                health = "valid"
            badges[(month(until), health)] += 1
            people[(month(until), health)].add(award["recipient"])
        return [
            {"ends_in": ends_in, "health": health, "badges": count, "people": len(people[(ends_in, health)])}
            for (ends_in, health), count in badges.items()
        ]

    def progression(self, as_of):
        reached = defaultdict(dict)
        for award in self.counting(as_of):
            level = self.achievements[award["achievement"]]["level"]["value"]
            own = reached[award["recipient"]]
            own[level] = min(own.get(level, award["issued"]), award["issued"])
        lines = defaultdict(lambda: [0, 0, 0])
        for own in reached.values():
            for level, when in own.items():
                lines[level][0] += 1
                if a_year_later(when) <= as_of:
                    lines[level][1] += 1
                    lines[level][2] += any(higher > level and when <= at <= a_year_later(when) for higher, at in own.items())
        return [
            {"level": level, "reached": all_, "observed": observed, "progressed": progressed, "share": share(progressed, observed)}
            for level, (all_, observed, progressed) in lines.items()
        ]

    def movement(self, as_of):
        places = defaultdict(list)
        for (person, population), since in self.member_since.items():
            if since.date() <= as_of.date():
                places[person].append((since.date(), population))
        issued = defaultdict(list)
        for award in self.counting(as_of):
            issued[award["recipient"]].append(award["issued"].date())
        moved, before = defaultdict(set), defaultdict(set)
        for person, steps in places.items():
            steps.sort()
            for (_, left), (when, entered) in zip(steps, steps[1:]):
                if left != entered and issued[person]:
                    moved[(left, entered)].add(person)
                    if min(issued[person]) < when:
                        before[(left, entered)].add(person)
        return [
            {"from_population": left, "from_legal_entity": "", "to_population": entered, "to_legal_entity": "", "people": len(people),
             "people_with_badge_before": len(before[(left, entered)])}
            for (left, entered), people in moved.items()
        ]

    def issuance(self, as_of):
        lines = defaultdict(Counter)
        for award in self.awards:
            if award["issued"] <= as_of:
                lines[(month(award["issued"]), award["achievement"])]["issued"] += 1
                if award["delivery"] in ("accepted", "declined"):
                    lines[(month(award["issued"]), award["achievement"])][award["delivery"]] += 1
            if award["revoked_at"] and award["revoked_at"] <= as_of:
                lines[(month(award["revoked_at"]), award["achievement"])]["revoked"] += 1
        return [
            {"month": when, "achievement": code, "kind": self.achievements[code]["badgeType"],
             **{event: count[event] or None for event in ("issued", "accepted", "declined", "revoked")}}
            for (when, code), count in lines.items()
        ]

    def months_over(self, rows, when, as_of):
        """The rows of months that are over, each with its month."""
        return [(month(moment(row[when])), row) for row in rows if month(moment(row[when])) < month(as_of)]

    def usage(self, as_of):
        counts = Counter()
        for when, row in self.months_over(self.uses["usage"], "day", as_of):
            counts[(when, row["event"], row["achievement"])] += row["uses"]
        shown = without_differences(counts, len(self.achievements))
        totals = Counter()
        for (when, event, _), uses in shown.items():
            totals[(when, event)] += uses
        return [
            {"month": when, "event": event, "achievement": code, "at_least": uses} for (when, event, code), uses in shown.items()
        ] + [{"month": when, "event": event, "achievement_uri": None, "at_least": uses} for (when, event), uses in totals.items()]

    def receipts(self, as_of):
        people = defaultdict(set)
        for when, row in self.months_over(self.uses["receipts"], "given", as_of):
            if not (row["revoked"] and month(moment(row["revoked"])) <= when):
                people[(when, row["purpose"])].add(row["person"])
        shown = without_differences({key: len(own) for key, own in people.items()}, len(PURPOSES))
        return [{"month": when, "purpose": purpose, "at_least": count - count % 5} for (when, purpose), count in shown.items()]


def without_differences(counts, possible):
    """Cells of ten and more; of a group that lacks one only, without its smallest either. A group is all of the key but the last."""
    groups = defaultdict(list)
    for key, count in counts.items():
        if count >= 10:
            groups[key[:-1]].append((count, key))
    shown = {}
    for cells in groups.values():
        cells.sort()
        for count, key in cells[1 if possible - len(cells) == 1 else 0:]:
            shown[key] = count
    return shown


PURPOSES = ["application", "internal_posting", "assignment", "qualification", "other"]
REPORTS = [
    "participation", "hours", "coverage", "examinations", "certification_health", "progression", "movement", "issuance", "usage", "receipts",
]


def main():
    folder, uses, imported_at, *dates = sys.argv[1:]
    figures = Figures(Path(folder), Path(uses), moment(imported_at))
    json.dump({as_of: {name: getattr(figures, name)(moment(as_of)) for name in REPORTS} for as_of in dates}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
