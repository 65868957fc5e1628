"""Documents with one defect each, of every kind that a profile speaks of: what `defects.yaml` says is done to them.

    python conformance/defects.py FOLDER             # writes them, by kind and name
    python conformance/defects.py FOLDER RESULTS     # tells who catches what; RESULTS is what HL7's validator said

Exits with 1 where a defect is not caught by those that `defects.yaml` says.
"""

from __future__ import annotations

import copy
import json
import shutil
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import yaml

from gateway.profiles import Judge
from gateway.rules import MAPPINGS, load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.rules import Rules

Json = dict[str, Any]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""When the certificates are taken to have come: the same on every run."""
SOURCES = {
    "lisjp": ("lisjp/2", "sjukskrivningsunderlag"),
    "luse": ("luse/1", "sjukersattningsunderlag"),
    "ag1-14": ("ag1-14/1", "arbetsgivaruppgift-utokad"),
    "af00251": ("af00251/1", "arbetsformedlingsunderlag"),
}
"""The certificate's type and version, and the set that is made of its full sample."""

_BY = {(True, True): "both", (True, False): "here", (False, True): "officially", (False, False): "nobody"}
"""Who catches a defect: whether the check at run time does, and whether HL7's validator has an error of it."""


class Defect(NamedTuple):
    """One thing done to a document."""

    kind: str
    name: str
    words: Mapping[str, Any]
    """As `defects.yaml` has them."""

    def __str__(self) -> str:
        """Return its kind and name."""
        return f"{self.kind}/{self.name}"

    @property
    def caught(self) -> str:
        """Who catches it: `both`, `here`, `officially` or `nobody`."""
        return str(self.words.get("caught", "both"))

    def of(self, documents: Mapping[str, Json]) -> Json:
        """Return a copy of its document, with the defect."""
        bundle = copy.deepcopy(documents[self.words["in"]])
        *steps, last = (int(step) if step.isdigit() else step for step in self.words["at"].split("."))
        place: Any = resource_of(bundle, self.words["of"])
        for step in steps:
            place = place[step]
        if "put" in self.words:
            place[last] = self.words["put"]
        elif "to" in self.words:
            target = resource_of(bundle, self.words["to"])
            place[last] = next(one["fullUrl"] for one in bundle["entry"] if one["resource"] is target)
        elif "copy" in self.words:
            place[last] = [*place[last], copy.deepcopy(place[last][-1])]
        else:
            del place[last]
        return bundle


def resource_of(bundle: Json, profile: str) -> Json:
    """Return the first resource that names a profile, the Bundle itself among them."""
    resources: list[Json] = [bundle, *(entry["resource"] for entry in bundle["entry"])]
    return next(
        one for one in resources if any(url.endswith(f"/{profile}") for url in one.get("meta", {}).get("profile", ()))
    )


def load_defects() -> list[Defect]:
    """Return every defect."""
    kinds = yaml.safe_load(Path(__file__).with_name("defects.yaml").read_text("utf-8"))
    return [Defect(kind, name, words) for kind, named in kinds.items() for name, words in named.items()]


def documents(rules: Rules) -> dict[str, Json]:
    """Return the documents that defects are put in, by the name that `in` has for them."""
    made = {}
    for name, (folder, set_name) in SOURCES.items():
        sample = MAPPINGS / "certificates" / folder / "samples" / "full.xml"
        document = rules.understand(rules.reader.read_file(sample.read_bytes()), NOW)
        [whole] = [one for one in rules.select(document) if one.name == set_name and not one.withheld]
        made[name] = orjson.loads(whole.body)
    return made


def write(folder: Path, whole: Mapping[str, Json]) -> None:
    """Write every document with a defect, and nothing else, into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for defect in load_defects():
        file = folder / f"{defect}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(orjson.dumps(defect.of(whole)))


def compare(results: Path, whole: Mapping[str, Json], rules: Rules) -> int:
    """Print who catches what, by kind, and what is not as expected; return the exit code."""
    said = [json.loads(line) for line in results.read_text("utf-8").splitlines() if line.startswith("{")]
    judged = {one["file"] for one in said if "severity" not in one}
    refused = {one["file"] for one in said if one.get("severity") in {"error", "fatal"}}
    counts: Counter[tuple[str, str]] = Counter()
    unexpected = 0
    for defect in load_defects():
        file = f"{defect}.json"
        here = bool(Judge(rules.profiles).violations(defect.of(whole)))
        by = _BY[here, file in refused] if file in judged else "judged officially by nobody"
        counts[defect.kind, by] += 1
        if by != defect.caught:
            unexpected += 1
            print(f"{defect}: {by}, and {defect.caught} is expected")
    for (kind, by), count in sorted(counts.items()):
        print(f"{kind}: {count} {by}")
    return 1 if unexpected else 0


def main(folder: Path, results: Path | None = None) -> int:
    """Write the documents, or tell who catches what; return the exit code."""
    rules = load_rules()
    if results is None:
        write(folder, documents(rules))
        return 0
    return compare(results, documents(rules), rules)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
