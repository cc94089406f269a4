"""Documents by address, without the network, and one line for each case."""

import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.join(HERE, "..", "..", "shared")


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def fetcher(directory):
    """A function from address to bytes, over what map.json in the directory names."""
    addresses = json.loads(read(directory, "map.json"))

    def fetch(url, *_args, **_options):
        did = re.fullmatch(r"https://([^/]+)/\.well-known/did\.json", url)
        name = addresses.get(f"did:web:{did.group(1).replace(':', '%3A')}" if did else url)
        if name is None:
            raise ValueError(f"no document for {url}; map.json is all there is")
        return read(directory, name)

    return fetch


def context_loader():
    """What PyLD asks for its contexts: the published ones, and nothing else."""
    rows = re.findall(r"^\| (\S+\.json) \| (https:\S+) \|", read(SHARED, "contexts", "SOURCES.md").decode(), re.M)
    known = {url: json.loads(read(SHARED, "contexts", name)) for name, url in rows}

    def load(url, _options=None):
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": known[url]}

    return load


class Report:
    """`ok  ` or `FAIL`, the judge, what was judged, and why it was refused."""

    def __init__(self, judge):
        self.judge, self.passed, self.failed = judge, 0, 0

    def case(self, name, expected, judge):
        accepted, reason = True, ""
        try:
            judge()
        except Exception as error:  # pylint: disable=broad-except  (a refusal is whatever the library raises)
            accepted, reason = False, f"{type(error).__name__}: {error}".split("\n")[0][:120]
        right = accepted == expected
        self.passed, self.failed = self.passed + right, self.failed + (not right)
        why = f" ({reason})" if reason else ""
        print(f"{'ok  ' if right else 'FAIL'} {self.judge}: {name} is {'accepted' if expected else 'refused'}{why}")

    def finish(self):
        if self.failed or not self.passed:
            sys.exit(1)
