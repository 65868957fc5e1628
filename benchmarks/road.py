"""What the road costs for the fullest sample of each certificate type: the steps against their floor, in one run.

    make bench

The steps are everything up to the transaction; each is measured where it stands on the road, with the caches as the
step before left them. The floor is what nobody can do without: lxml parsing, the XSD's verdict, and orjson writing the
same output. All is processor time, turn and turn about; the best of many rounds counts, since whatever else the machine
does can only make one slower.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import orjson
from lxml import etree

from gateway.forms import judge
from gateway.information_sets import select
from gateway.mapping import map_document
from gateway.reading.namespaces import RESPONDER
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped
from gateway.violations import ProfileCheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.documents import Resource
    from gateway.errors import Problem
    from gateway.rules import Rules

SAMPLES = sorted((HOME / "mappings" / "certificates").glob("*/*/samples/full.xml"))
SCHEMA = etree.XMLSchema(etree.parse(str(HOME / "schemas" / "riv" / "register-certificate-3.xsd")))
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROUNDS, TIMES = 12, 30
STEPS = ("read", "judge", "map", "select", "profiles")


class Measured(NamedTuple):
    """What one certificate costs, in seconds of processor time, and what it gives."""

    steps: tuple[float, ...]
    """In the order of STEPS."""
    floor: float
    sets: int
    bytes_out: int


def main() -> None:
    """Measure, and print what was measured."""
    rules = load_rules()
    print("                                              floor   share of each step, in floors                 road")
    print(
        f"certificate   bytes in   sets   bytes out        µs   {''.join(f'{step:>9}' for step in STEPS)}   (aim: ≤ 4)"
    )
    for sample in SAMPLES:
        content = enveloped(sample.read_bytes())
        one = measured(content, rules)
        shares = "".join(f"{took / one.floor:9.1f}" for took in one.steps)
        print(
            f"{'/'.join(sample.parts[-4:-2]):12}  {len(content):8}   {one.sets:4}   {one.bytes_out:9}   "
            f"{1e6 * one.floor:7.0f}   {shares}   {sum(one.steps) / one.floor:9.1f}"
        )


def measured(content: bytes, rules: Rules) -> Measured:
    """Return what a certificate costs, turn and turn about with its floor."""
    sets = [one.body for one in rules.select(rules.understand(rules.reader.read(content), NOW))]
    output = [orjson.loads(body) for body in sets]

    def floor() -> None:
        root = etree.fromstring(content)
        SCHEMA.validate(root.find(f".//{{{RESPONDER}}}RegisterCertificate"))
        for bundle in output:
            orjson.dumps(bundle)

    floors, runs = [], []
    for _ in range(ROUNDS):
        floors.append(seconds(floor))
        runs += [on_the_road(content, rules) for _ in range(TIMES)]
    return Measured(tuple(map(min, zip(*runs, strict=True))), min(floors), len(sets), sum(map(len, sets)))


def on_the_road(content: bytes, rules: Rules) -> tuple[float, ...]:
    """Return the seconds that each step takes, one after the other as on the road."""
    times = [time.process_time()]
    source = rules.reader.read(content)
    times.append(time.process_time())
    form = rules.forms[source.kind]
    judge(form, source.answers, NOW)
    times.append(time.process_time())
    document = map_document(replace(source, kind=form.kind), rules.mappings[form.kind])
    times.append(time.process_time())
    check = Watched(ProfileCheck(rules.profiles, document).problems)
    select(document, rules.definitions, check)
    times.append(time.process_time())
    read, judged, mapped, selected = (later - earlier for earlier, later in pairwise(times))
    return read, judged, mapped, selected - check.seconds, check.seconds


class Watched:
    """The profile check, which selection asks for each of its Bundles, with a watch on it."""

    def __init__(self, check: Callable[[Resource], list[Problem]]) -> None:
        self._check = check
        self.seconds = 0.0

    def __call__(self, bundle: Resource) -> list[Problem]:
        """Return what is wrong with a Bundle."""
        began = time.process_time()
        problems = self._check(bundle)
        self.seconds += time.process_time() - began
        return problems


def seconds(work: Callable[[], None]) -> float:
    """Return the time that a piece of work takes once, as the mean of many."""
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES


if __name__ == "__main__":
    main()
