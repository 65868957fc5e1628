"""What the road costs for the fullest sample of each certificate type: the steps against their floor, in one run.

    make bench

The steps are everything up to the transaction: read, judge, map, select. The floor is what nobody can do without: lxml
parsing, the XSD's verdict, and orjson writing the same output. Both are measured in processor time, turn and turn
about; the best of many rounds counts, since whatever else the machine does can only make one slower.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import orjson
from lxml import etree

from gateway.reading.namespaces import RESPONDER
from gateway.rules import HOME, load_rules
from gateway.sandbox.story import enveloped

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.rules import Rules

SAMPLES = sorted((HOME / "mappings" / "certificates").glob("*/*/samples/full.xml"))
SCHEMA = etree.XMLSchema(etree.parse(str(HOME / "schemas" / "riv" / "register-certificate-3.xsd")))
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROUNDS, TIMES = 12, 30


class Measured(NamedTuple):
    """What one certificate costs, in seconds of processor time, and what it gives."""

    steps: float
    floor: float
    sets: int
    bytes_out: int


def main() -> None:
    """Measure, and print what was measured."""
    rules = load_rules()
    print("certificate   bytes in   sets   bytes out   floor µs   steps µs   steps / floor (aim: ≤ 4)")
    for sample in SAMPLES:
        content = enveloped(sample.read_bytes())
        one = measured(content, rules)
        print(
            f"{'/'.join(sample.parts[-4:-2]):12}  {len(content):8}   {one.sets:4}   {one.bytes_out:9}   "
            f"{1e6 * one.floor:8.0f}   {1e6 * one.steps:8.0f}   {one.steps / one.floor:5.1f}"
        )


def measured(content: bytes, rules: Rules) -> Measured:
    """Return what a certificate costs, turn and turn about with its floor."""
    sets = [one.body for one in rules.select(rules.understand(rules.reader.read(content), NOW))]
    output = [orjson.loads(body) for body in sets]

    def steps() -> None:
        rules.select(rules.understand(rules.reader.read(content), NOW))

    def floor() -> None:
        root = etree.fromstring(content)
        SCHEMA.validate(root.find(f".//{{{RESPONDER}}}RegisterCertificate"))
        for bundle in output:
            orjson.dumps(bundle)

    times = [(seconds(steps), seconds(floor)) for _ in range(ROUNDS)]
    return Measured(min(one for one, _ in times), min(one for _, one in times), len(sets), sum(map(len, sets)))


def seconds(work: Callable[[], None]) -> float:
    """Return the time that a piece of work takes once, as the mean of many."""
    began = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - began) / TIMES


if __name__ == "__main__":
    main()
