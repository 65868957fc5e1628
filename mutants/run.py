"""Make each mistake of `mistakes.yaml` in a copy of the project, and see that the tests named there catch it.

Every mistake has to be made: its text stands exactly once in its file, and the named tests pass without it. Ends with 1
where one survives, and where one could not be judged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import yaml

PROJECT = Path(__file__).parent.parent
COPIED = ("gateway", "adapters", "mappings", "schemas", "tests", "docs", "conformance", "pyproject.toml")
AT_ONCE = min(os.cpu_count() or 1, 8)
"""How many are judged at a time, each in a copy of its own."""
PATIENCE = 300
"""Seconds after which tests that go on for ever count as an error of theirs."""


class Mistake(NamedTuple):
    """Somebody might write this."""

    breaks: str
    """What would no longer hold, as a sentence."""
    file: str
    written: str
    instead: str
    tests: str
    """The tests that have to fail, as pytest takes them."""


def main() -> int:
    """Judge every mistake, or those whose sentence holds the words given; return how many were not caught."""
    words = " ".join(sys.argv[1:])
    mistakes = [one for one in _mistakes() if words in one.breaks]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = [_copy(Path(folder, str(n))) for n in range(AT_ONCE)]
        tests = sorted({test for one in mistakes for test in one.tests.split()})
        if not _passes(trees[0], [*tests, "--numprocesses", str(AT_ONCE)]):
            print("the tests fail without any mistake")
            return 1
        with ThreadPoolExecutor(AT_ONCE) as judges:
            parts = [mistakes[n::AT_ONCE] for n in range(AT_ONCE)]
            so_many = sum(judges.map(_how_many_caught, trees, parts))
    print(f"{so_many} of {len(mistakes)} mistakes were caught")
    return len(mistakes) - so_many


def _mistakes() -> list[Mistake]:
    text = (PROJECT / "mutants" / "mistakes.yaml").read_text("utf-8")
    return [Mistake(**entry) for entry in yaml.safe_load(text)]


def _copy(folder: Path) -> Path:
    folder.mkdir()
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _how_many_caught(tree: Path, mistakes: list[Mistake]) -> int:
    return sum(_caught(tree, one) for one in mistakes)


def _caught(tree: Path, mistake: Mistake) -> bool:
    """Say whether the tests catch a mistake; the file is as it was afterwards."""
    began = time.monotonic()
    file = tree / mistake.file
    right = file.read_text("utf-8")
    written = mistake.written.rstrip("\n")
    if right.count(written) != 1:
        print(f"NOT MADE   {mistake.breaks}: the text stands {right.count(written)} times in {mistake.file}")
        return False
    file.write_text(right.replace(written, mistake.instead.rstrip("\n")), "utf-8")
    survived = _passes(tree, mistake.tests.split())
    file.write_text(right, "utf-8")
    print(f"{'SURVIVED' if survived else 'caught':10} {mistake.breaks} ({time.monotonic() - began:.0f} s)", flush=True)
    return not survived


def _passes(tree: Path, tests: list[str]) -> bool:
    """Say whether the tests pass.

    Raises:
        RuntimeError: They could not be run.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    # The copy stands before the project itself, which is installed where this runs.
    told = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, *tests], cwd=tree, env=told, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
