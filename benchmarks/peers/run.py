"""The road against engines that a user could pick instead, on the same certificate and with the same output.

    make bench-peers

The output is the set for Försäkringskassan of the fullest FK 7804. For the others it is written as a template in which
each of the certificate's own texts is looked up in the message (an answer by its number, since its place varies), and
everything else stands as it is: they need not convert, look up codes, judge, select or search, and do not tell where a
value came from. The road does all of that in the time that is shown. They are installed in an environment of their own
under `build/`; what cannot be installed is said to be missing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from gateway.rules import HOME, load_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
FOLDER = HOME / "build" / "peers"
SAMPLE = HOME / "mappings" / "certificates" / "lisjp" / "1" / "samples" / "full.xml"
SET = "sjukskrivningsunderlag"
PYTHON_ENGINES = ["python-fhir-converter==0.3.0", "jsonata-python==0.7.1"]
NODE_ENGINE = "fumifier@2.1.2"
ROUNDS, TIMES = 15, 40
Path_ = tuple[str | int, ...]


def main() -> None:
    """Measure, and print what was measured."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = SAMPLE.read_bytes()
    rules = load_rules()
    rules = replace(rules, definitions=[one for one in rules.definitions if one.name == SET])
    now = datetime.now(UTC)

    def road() -> bytes:
        [one] = rules.select(rules.understand(rules.reader.read_file(content), now))
        return one.body

    lay_out(content, json.loads(road()))
    ours = seconds(road)
    print(f"the road, {SET:58} {1e6 * ours:8.0f} µs  {len(road()):6} bytes")
    for measured in (python_engines(), node_engine()):
        for name, (took, size) in measured.items():
            print(f"{name:68} {1e6 * took:8.0f} µs  {size:6} bytes  {took / ours:5.1f} × the road  (aim: ≥ 5)")


def lay_out(content: bytes, bundle: dict[str, Any]) -> None:
    """Write what the engines are to do into FOLDER."""
    (FOLDER / "certificate.xml").write_bytes(content)
    paths = dict(reversed(list(texts_of(etree.fromstring(content)))))
    (FOLDER / "set.liquid").write_text(written(bundle, paths, liquid), "utf-8")
    (FOLDER / "set.jsonata").write_text(written(bundle, paths, jsonata), "utf-8")


def texts_of(element: etree._Element, path: Path_ = ()) -> Iterator[tuple[str, Path_]]:
    """Yield each text of a message with its path, as the engines' parser names it.

    A step is an element's prefix and name; where several stand beside each other, its number; where they have an id
    (svar, delsvar), the id and the number among those with that id.
    """
    name = f"{element.prefix}_{etree.QName(element).localname}"
    parent = element.getparent()
    alike = [] if parent is None else [one for one in parent if one.tag == element.tag]
    if element.get("id"):
        same = [one for one in alike if one.get("id") == element.get("id")]
        path = (*path, name, str(element.get("id")), same.index(element))
    else:
        path = (*path, name, alike.index(element)) if len(alike) > 1 else (*path, name)
    if len(element) == 0 and element.text:
        yield element.text, path
    for child in element:
        yield from texts_of(child, path)


def written(value: Any, paths: dict[str, Path_], hole: Callable[[Path_], str]) -> str:  # noqa: ANN401 - JSON
    """Return a JSON value with a hole where the certificate's own text stands."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{written(one, paths, hole)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one, paths, hole) for one in value) + "]"
    if isinstance(value, str) and value in paths:
        return hole(paths[value])
    return json.dumps(value, ensure_ascii=False)


def liquid(path: Path_) -> str:
    """Return a look-up as Liquid writes it, in JSON's quotes."""
    steps, place, assigned = iter(path), "msg", ""
    for step in steps:
        if isinstance(step, str) and step[0].isdigit():
            assigned += f"{{% assign found = {place} | where: 'id', '{step}' %}}"
            place = f"found[{next(steps)}]"
        else:
            place += f"[{json.dumps(step)}]"
    return f'{assigned}"{{{{ {place}["_"] }}}}"'


def jsonata(path: Path_) -> str:
    """Return a look-up as JSONata writes it."""
    steps, place = iter(path), "$"
    for step in steps:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step[0].isdigit():
            place = f"({place}[id='{step}'])[{next(steps)}]"
        else:
            place += f".`{step}`"
    return f"{place}.`_`"


def python_engines() -> dict[str, tuple[float, int]]:
    """Return engine → seconds and bytes of the engines written in Python."""
    python = FOLDER / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PYTHON_ENGINES], check=True)
    return answer_of([str(python), str(HERE / "python_engines.py"), str(FOLDER)])


def node_engine() -> dict[str, tuple[float, int]]:
    """Return engine → seconds and bytes of the engine that needs Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("fumifier: Node is not installed")
        return {}
    subprocess.run([npm, "install", "--silent", "--prefix", FOLDER, NODE_ENGINE], check=True)
    return answer_of([node, str(HERE / "node_engine.mjs"), str(FOLDER)])


def answer_of(command: list[str]) -> dict[str, tuple[float, int]]:
    """Return what an engine's program prints."""
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


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
    main()
