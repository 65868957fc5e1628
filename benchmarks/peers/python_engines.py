"""Times engines that are written in Python on what `run.py` has laid in a folder; runs in an environment of theirs.

python-fhir-converter renders a Liquid template over the parsed message and reads what came as JSON; jsonata-python
evaluates an expression over a message that somebody has parsed already. One line of JSON is printed: engine →
[seconds of processor time, bytes of the output].
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fhir_converter.parsers import parse_xml
from fhir_converter.renderers import make_environment
from jsonata.jsonata import Jsonata
from liquid.loaders import DictLoader
from pyjson5 import loads

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, TIMES = 7, 10


def main(folder: Path) -> None:
    """Measure, and print what was measured."""
    message = (folder / "certificate.xml").read_bytes()
    parsed = parse_xml(message)
    (folder / "input.json").write_text(json.dumps(parsed), "utf-8")
    template = make_environment(DictLoader({"set": (folder / "set.liquid").read_text("utf-8")})).get_template("set")
    expression = Jsonata((folder / "set.jsonata").read_text("utf-8"))
    engines: dict[str, Callable[[], Any]] = {
        "python-fhir-converter (Liquid, with its XML parser)": lambda: loads(template.render(msg=parse_xml(message))),
        "jsonata-python (without parsing)": lambda: expression.evaluate(parsed),
    }
    print(json.dumps({name: [seconds(work), size(work())] for name, work in engines.items()}))


def size(output: object) -> int:
    """Return how many bytes an output has as compact JSON."""
    return len(json.dumps(output, ensure_ascii=False, separators=(",", ":")).encode())


def seconds(work: Callable[[], object]) -> float:
    """Return the time that a piece of work takes once: the best of many rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(TIMES):
            work()
        best = min(best, (time.process_time() - began) / TIMES)
    return best


if __name__ == "__main__":
    main(Path(sys.argv[1]))
