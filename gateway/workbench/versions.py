"""The two versions of the mappings that are compared: folders, or revisions of the repository one stands in."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.rules import SCHEMAS, load_rules
from gateway.workbench.desk import Desk, desk_with

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = ("mappings", "schemas")
"""What is taken of a revision: the rules, and the schemas and profiles that they were written for."""


@contextmanager
def version(name: str) -> Iterator[Desk]:
    """Give the rules of a version, for as long as they are looked at.

    Args:
        name: A folder as `desk_with` takes it; or a revision (`v1.2`, `HEAD~3`) of the repository that the working
            directory is in, which is then judged by its own schemas and profiles. Where it could be both, a folder.

    Raises:
        ConfigurationError: It is neither, or a file in it is wrong.
    """
    if name and Path(name).is_dir():
        yield desk_with(Path(name))
        return
    with TemporaryDirectory() as folder:
        checked_out = Path(folder).resolve()
        # A contract that is newer than the revision has its schema from here; no rule of the revision asks for it.
        shutil.copytree(SCHEMAS / "riv", checked_out / "schemas" / "riv")
        _check_out(name, checked_out)
        yield _desk_of(name, checked_out)


def _desk_of(revision: str, folder: Path) -> Desk:
    mappings, schemas = (folder / part for part in _PARTS)
    try:
        return Desk(load_rules(mappings=mappings, schemas=schemas), mappings)
    except ConfigurationError as error:
        told = str(error).replace(f"{folder}/", "")
        raise ConfigurationError(f"the rules of {revision} are not in the words that are known here: {told}") from None


def _check_out(name: str, folder: Path) -> None:
    """Write what is taken of a revision into a folder."""
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not commit:
        raise ConfigurationError(f"{name} is neither a folder nor a revision of a repository that this is in")
    top = _git("rev-parse", "--show-toplevel").decode().strip()
    archive = _git("-C", top, "archive", "--format=tar", commit.decode().strip(), "--", *_PARTS)
    if not archive:
        raise ConfigurationError(f"{name} has no {' or no '.join(f'{part}/' for part in _PARTS)}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def _git(*arguments: str) -> bytes:
    """Return what git answers; nothing where it refuses, or where there is no git."""
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=True).stdout  # noqa: S603, S607 - git, wherever it is; no shell
    except (OSError, subprocess.CalledProcessError):
        return b""
