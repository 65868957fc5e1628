"""A copy of the installed mappings to change, and how the tests run `samsyn map`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from gateway.__main__ import samsyn

MAPPINGS = Path(__file__).parents[2] / "mappings"
FULL = MAPPINGS / "certificates" / "lisjp" / "1" / "samples" / "full.xml"
MINIMAL = MAPPINGS / "certificates" / "lisjp" / "2" / "samples" / "minimal.xml"


def copied(folder: Path) -> Path:
    """The installed mappings, in a folder of one's own."""
    return Path(shutil.copytree(MAPPINGS, folder / "mappings"))


def change(file: Path, old: str, new: str) -> Path:
    """Write the first of something otherwise; returns the file."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return file


def message(folder: Path, old: str, new: str, sample: Path = FULL, name: str = "message.xml") -> Path:
    """A sample with the first of something written otherwise, in a file of its own."""
    (folder / name).write_text(sample.read_text("utf-8"), "utf-8")
    return change(folder / name, old, new)


def line_of(file: Path, text: str) -> int:
    """The line at which something stands first."""
    return next(number for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1) if text in line)


def run_map(*arguments: object, status: int = 0) -> str:
    """Run a command of `samsyn map`; it has to end with this status, and without a traceback."""
    result = CliRunner().invoke(samsyn, ["map", *(str(argument) for argument in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert result.exit_code == status, result.output
    return result.output


def map_json(*arguments: object, status: int = 0):
    return json.loads(run_map(*arguments, "--json", status=status))
