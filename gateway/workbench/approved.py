"""The differences that somebody has looked at and wants: a list with a reason for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

from gateway.errors import ConfigurationError
from gateway.rule_files import Lines, read_words
from gateway.workbench.comparing import Key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gateway.workbench.comparing import Group

_HEAD = """\
# What a change of the mappings may change of what recipients get: each with a reason. `samsyn map diff --accept` writes
# this list of what it finds, and keeps the reasons that stand here.
"""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Approval(_Words):
    """A group of differences that is wanted."""

    change: str
    set: str = ""
    path: str = ""
    certificates: list[str]
    """The types it is wanted for; in a message of another type it is not."""
    reason: str

    @property
    def key(self) -> Key:
        """Return which group it is about."""
        return Key(self.change, self.set, self.path)


class _File(_Words):
    approved: list[Approval]


def load_approved(file: Path) -> list[Approval]:
    """Return the list in a file.

    Raises:
        ConfigurationError: It cannot be read, or somebody has not said why; the text names file and line.
    """
    approvals = read_words(file, _File).approved
    for n, one in enumerate(approvals):
        if not one.reason.strip():
            line = Lines(file).of("approved", n, "reason")
            raise ConfigurationError(f"{file}:{line}: {' '.join(filter(None, one.key))}: the reason is missing")
    return approvals


def write_approved(file: Path, groups: Mapping[Key, Group]) -> int:
    """Write the list of these groups; return how many reasons are to be filled in.

    Reasons that stand in the file for the same group are kept; what no longer occurs is not.
    """
    known = {one.key: one.reason for one in read_words(file, _File).approved} if file.exists() else {}
    approvals = [
        {**key._asdict(), "certificates": sorted(group.certificates), "reason": known.get(key, "")}
        for key, group in groups.items()
    ]
    content = yaml.safe_dump({"approved": approvals}, allow_unicode=True, sort_keys=False, width=120)
    file.write_text(_HEAD + content, "utf-8")
    return sum(not one["reason"] for one in approvals)


def reasons_for(groups: Mapping[Key, Group], approvals: Sequence[Approval]) -> dict[Key, str]:
    """Return why each group is wanted; one that is not on the list, or not for all of its types, is not there."""
    by_key = {one.key: one for one in approvals}
    return {
        key: by_key[key].reason
        for key, group in groups.items()
        if key in by_key and group.certificates <= set(by_key[key].certificates)
    }


def outlived(groups: Mapping[Key, Group], approvals: Sequence[Approval]) -> list[Key]:
    """Return what is on the list and no longer occurs."""
    return [one.key for one in approvals if one.key not in groups]
