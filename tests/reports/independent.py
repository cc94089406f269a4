#!/usr/bin/env python3
"""Computes the figures of reports from the files of an import, without SQL and without this project's code.

    tests/reports/independent.py FOLDER SURROUNDINGS USES IMPORTED_AT AS_OF…      prints {AS_OF: {report: rows}} as JSON

FOLDER holds programmes.json and assertions.jsonl. They know nothing of what surrounds them, which is in SURROUNDINGS as surround.py writes it
(an empty folder is nothing), and nothing of use after issuance, so that USES is a file of {"usage": […], "receipts": […]} beside them.
IMPORTED_AT is when they were imported: a validity that had ended by then began anew. Then also links, suspensions and decisions were made.
The integration tests `report` and `report_surroundings` ask badges.report_* for the same and compares every row. Whatever both get wrong in the same way stays
wrong, so the definitions are written here again from their sentences (badges.list_report_definitions), not from the SQL.
"""

import csv
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


class Surroundings:
    """What surround.py has written; nothing of what is not there."""

    def __init__(self, folder):
        def rows(name):
            path = folder / f"{name}.csv"
            return list(csv.DictReader(path.open(encoding="utf-8", newline=""))) if path.exists() else []

        self.people, self.headcount, self.targets = rows("people"), rows("headcount"), rows("targets")
        self.enrolments, self.passes = rows("enrolments"), rows("passes")
        acts = json.loads((folder / "acts.json").read_text(encoding="utf-8")) if (folder / "acts.json").exists() else {}
        self.suspended = set(acts.get("suspended", [])) - set(acts.get("reinstated", []))
        self.decided = {(who, exam, on): is_approved for who, exam, on, is_approved in acts.get("decided", [])}
        self.by_badge = acts.get("by_badge", [])
        self.same = {}
        for one, other in acts.get("linked", []):
            if other not in acts["unlinked"]:
                self.same[other] = self.person(one)

    def person(self, recipient):
        return self.same.get(recipient, recipient)


class Figures:
    """The files, read once; each method is a report as of a time."""

    def __init__(self, folder, surroundings, uses, imported_at):
        self.around, self.imported_at = Surroundings(surroundings), imported_at
        self.uses = json.loads(uses.read_text(encoding="utf-8"))
        files = json.loads((folder / "programmes.json").read_text(encoding="utf-8"))
        self.achievements = {achievement["code"]: achievement for achievement in files["achievements"]}
        self.frameworks = files["meta"]["frameworks"]
        self.awards = [json.loads(line) for line in (folder / "assertions.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        self.renewed_by = {}
        since = {}
        for award in self.awards:
            award["issued"] = day(award["issuedOn"])
            award["until"] = day(award["validUntil"])
            if award["until"] and award["until"] <= imported_at:
                award["until"] = imported_at + (award["until"] - award["issued"])
            award["revoked_at"] = day(award["revoked"]["on"]) if award["revoked"] else None
            if award["supersedes"]:
                self.renewed_by[award["supersedes"]] = award
            award["person"] = self.around.person(award["recipient"])
            place = (award["recipient"], award["population"])
            since[place] = min(since.get(place, award["issued"]), award["issued"])
        self.stays = defaultdict(set)
        for (recipient, population), when in since.items():
            self.stays[self.around.person(recipient)].add((when.date(), None, population, ""))
        for row in self.around.people:
            until = day(row["until"]).date() if row["until"] else None
            self.stays[self.around.person(row["user"])].add((day(row["from"]).date(), until, row["population"], row["legal_entity"]))

    def counting(self, as_of):
        return [
            award for award in self.awards
            if award["issued"] <= as_of and not (award["revoked_at"] and award["revoked_at"] <= as_of)
        ]

    def places(self, person, as_of):
        """The populations and legal entities to which somebody belongs on the day, the last one included; [(None, None)] if there are none."""
        today = as_of.date()
        found = {(population, entity) for since, until, population, entity in self.stays[person] if since <= today and (until is None or until >= today)}
        return found or [(None, None)]

    def taken(self, as_of):
        """person → achievements."""
        taken = defaultdict(set)
        for award in self.counting(as_of):
            taken[award["person"]].add(award["achievement"])
        return taken

    def headcounts(self, as_of):
        """The last count of each group on or before the day: (programme, population, legal entity) → (day, people)."""
        last = {}
        for row in self.around.headcount:
            key = (row["programme"] or None, row["population"], row["legal_entity"])
            if row["counted_on"] <= as_of.date().isoformat() and row["counted_on"] >= last.get(key, ("", 0))[0]:
                last[key] = (row["counted_on"], int(row["people"]))
        return last

    def overall(self, as_of):
        people, enrolled, earned = Counter(), defaultdict(set), defaultdict(list)
        for codes in self.taken(as_of).values():
            for programme in {self.achievements[code]["programme"] for code in codes} | {None}:
                people[programme] += 1
            for code in codes:
                for programme in (self.achievements[code]["programme"], None):
                    earned[programme].append(self.achievements[code]["nominalHours"])
        for row in self.around.enrolments:
            if row["enrolled_on"] <= as_of.date().isoformat():
                for programme in (row["programme"], None):
                    enrolled[programme].add(self.around.person(row["user"]))
        counts = [count for (programme, _, _), count in self.headcounts(as_of).items() if programme is None]
        head, on = (sum(people for _, people in counts), min(on for on, _ in counts)) if counts else (None, None)
        return [
            {"programme_code": programme, "people": people[programme], "enrolled": len(enrolled[programme]), "headcount": head, "headcount_on": on,
             "share": share(people[programme], head), "achievements": len(earned[programme]), "hours": sum(earned[programme])}
            for programme in {*people, *list(enrolled), *([None] if counts else [])}
        ]

    def participation(self, as_of):
        people, enrolled = Counter(), defaultdict(set)
        for person, codes in self.taken(as_of).items():
            for place in self.places(person, as_of):
                for programme in {self.achievements[code]["programme"] for code in codes} | {None}:
                    people[(programme, *place)] += 1
        for row in self.around.enrolments:
            if row["enrolled_on"] <= as_of.date().isoformat():
                person = self.around.person(row["user"])
                for place in self.places(person, as_of):
                    enrolled[(row["programme"], *place)].add(person)
        counted = self.headcounts(as_of)
        rows = []
        for key in {*people, *enrolled, *counted}:
            programme, population, entity = key
            on, head = counted.get(key) or counted.get((None, population, entity)) or (None, None)
            rows.append(
                {"programme_code": programme, "population": population, "legal_entity": entity, "people": people[key],
                 "enrolled": len(enrolled[key]) if key in enrolled else 0, "headcount": head, "headcount_on": on, "share": share(people[key], head)})
        return rows

    def hours(self, as_of):
        lines = defaultdict(lambda: [0, 0])
        for person, codes in self.taken(as_of).items():
            by_programme = defaultdict(set)
            for code in codes:
                by_programme[self.achievements[code]["programme"]].add(code)
                by_programme[None].add(code)
            for place in self.places(person, as_of):
                for programme, own in by_programme.items():
                    line = lines[(programme, *place)]
                    line[0] += len(own)
                    line[1] += sum(self.achievements[code]["nominalHours"] for code in own)
        return [
            {"programme_code": programme, "population": population, "legal_entity": entity, "achievements": achievements, "hours": hours}
            for (programme, population, entity), (achievements, hours) in lines.items()
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

    def aim(self, key, as_of):
        """The next target that falls due, or else the last one that did: (people, due on)."""
        aims = [
            (row["due_on"], int(row["people"])) for row in self.around.targets
            if (row["framework"], row["version"], row["code"], int(row["level"])) == key
        ]
        today = as_of.date().isoformat()
        ahead = [aim for aim in aims if aim[0] >= today]
        due, people = min(ahead) if ahead else max(aims, default=(None, None))
        return people, due

    def coverage(self, as_of):
        holders = defaultdict(set)
        for achievement in self.achievements.values():
            for alignment in achievement["alignments"]:
                holders[(*self.target_key(alignment), achievement["level"]["value"])] |= {
                    award["person"] for award in self.counting(as_of)
                    if award["achievement"] == achievement["code"] and not (award["until"] and award["until"] < as_of)
                    and not (award["id"] in self.around.suspended and self.imported_at <= as_of)
                }
        for row in self.around.targets:
            holders[(row["framework"], row["version"], row["code"], int(row["level"]))] |= set()
        rows = []
        for key, people in holders.items():
            uri, version, code, level = key
            target, due = self.aim(key, as_of)
            rows.append({"framework_uri": uri, "framework_version": version, "code": code, "level": level, "holders": len(people),
                         "target": target, "target_on": due, "share": share(len(people), target)})
        return rows

    def examinations(self, as_of):
        first = {}
        for award in self.counting(as_of):
            for alignment in self.achievements[award["achievement"]]["alignments"]:
                if RELATIONS.get(alignment["relation"]) == "recognises_pass":
                    key = (self.target_key(alignment)[2], award["person"])
                    first[key] = min(first.get(key, 9999), award["issued"].year)
        lines = defaultdict(lambda: {"people": set(), "passes": 0, "verified": 0, "undecided": 0, "people_by_badge": set()})
        for (code, person), year in first.items():
            for population, _ in self.places(person, as_of):
                lines[(code, year, population)]["people_by_badge"].add(person)
        said = [(row["user"], row["examination"], row["passed_on"], False) for row in self.around.passes]
        said += [(who, "SG", "2023-01-01", True) for who in self.around.by_badge]
        for who, code, on, is_badge in said:
            if on > as_of.date().isoformat():
                continue
            person, is_approved = self.around.person(who), is_badge or self.around.decided.get((who, code, on))
            for population, _ in self.places(person, as_of):
                line = lines[(code, int(on[:4]), population)]
                if is_approved is None:
                    line["undecided"] += 1
                elif is_approved:
                    line["people"].add(person)
                    line["passes"] += 1
                    line["verified"] += is_badge
        return [
            {"code": code, "year": year, "population": population, **line, "people": len(line["people"]), "people_by_badge": len(line["people_by_badge"])}
            for (code, year, population), line in lines.items()
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
            people[(month(until), health)].add(award["person"])
        return [
            {"ends_in": ends_in, "health": health, "badges": count, "people": len(people[(ends_in, health)])}
            for (ends_in, health), count in badges.items()
        ]

    def progression(self, as_of):
        reached = defaultdict(dict)
        for award in self.counting(as_of):
            level = self.achievements[award["achievement"]]["level"]["value"]
            own = reached[award["person"]]
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
        issued = defaultdict(list)
        for award in self.counting(as_of):
            issued[award["person"]].append(award["issued"].date())
        moved, before = defaultdict(set), defaultdict(set)
        for person, stays in self.stays.items():
            steps = sorted({(since, population, entity) for since, _, population, entity in stays if since <= as_of.date()})
            for (_, *left), (when, *entered) in zip(steps, steps[1:]):
                if left != entered and issued[person]:
                    moved[(*left, *entered)].add(person)
                    if min(issued[person]) < when:
                        before[(*left, *entered)].add(person)
        return [
            {"from_population": key[0], "from_legal_entity": key[1], "to_population": key[2], "to_legal_entity": key[3], "people": len(people),
             "people_with_badge_before": len(before[key])}
            for key, people in moved.items()
        ]

    def issuance(self, as_of):
        lines = defaultdict(Counter)
        for award in self.awards:
            if award["issued"] <= as_of:
                lines[(month(award["issued"]), award["achievement"])]["issued"] += 1
                if award["delivery"] == "accepted":
                    lines[(month(award["issued"]), award["achievement"])]["accepted"] += 1
            if award["revoked_at"] and award["revoked_at"] <= as_of:
                lines[(month(award["revoked_at"]), award["achievement"])]["revoked"] += 1
        # All were recorded in one month, that of the import.
        declined = defaultdict(set)
        for award in self.awards:
            if award["delivery"] == "declined" and month(award["issued"]) < month(as_of):
                declined[(month(award["issued"]), award["achievement"])].add(award["recipient"])
        for key, people in declined.items():
            if len(people) >= 10:
                lines[key]["declined"] = len(people)
        return [
            {"month": when, "achievement": code, "kind": self.achievements[code]["badgeType"],
             **{event: count[event] or None for event in ("issued", "accepted", "declined", "revoked")}}
            for (when, code), count in lines.items()
        ]

    def months_over(self, rows, when, as_of):
        """The rows of months that are over, each with its month."""
        return [(month(moment(row[when])), row) for row in rows if month(moment(row[when])) < month(as_of)]

    def issued_by_the_end_of(self, when, achievement):
        """The people who had been issued a badge by the end of a month."""
        return {award["recipient"] for award in self.awards if award["achievement"] == achievement and month(award["issued"]) <= when}

    def usage(self, as_of):
        counts = Counter()
        for when, row in self.months_over(self.uses["usage"], "day", as_of):
            counts[(when, row["event"], row["achievement"])] += row["uses"]
        counts = {key: uses for key, uses in counts.items() if len(self.issued_by_the_end_of(key[0], key[2])) >= 10}
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
    "overall", "participation", "hours", "coverage", "examinations", "certification_health", "progression", "movement", "issuance", "usage", "receipts",
]


def main():
    folder, surroundings, uses, imported_at, *dates = sys.argv[1:]
    figures = Figures(Path(folder), Path(surroundings), Path(uses), moment(imported_at))
    json.dump({as_of: {name: getattr(figures, name)(moment(as_of)) for name in REPORTS} for as_of in dates}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
