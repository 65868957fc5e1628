"""What becomes of each part of a form over many messages: mapped, ignored and why, or unknown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.errors import SenderError
from gateway.workbench.nodes import texts_of
from gateway.workbench.sheet import part_of, without_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gateway.documents import Document
    from gateway.identity import CertificateKind
    from gateway.workbench.desk import Desk
    from gateway.workbench.trial import Trial


@dataclass(slots=True)
class PartCount:
    """In how many messages a part is there, and what became of it; one message may both map and ignore of a part."""

    title: str = ""
    present: int = 0
    mapped: int = 0
    ignored: int = 0
    unknown: int = 0
    why: dict[str, None] = field(default_factory=dict)
    """The reasons for which it was ignored, in the order met."""


@dataclass(slots=True)
class TypeCount:
    """The messages of one certificate type."""

    parts: dict[str, PartCount]
    """By part (`6.1`), or path for what stands beside the answers: first those of the form, met or not."""
    messages: int = 0


@dataclass(slots=True)
class Coverage:
    """What became of all the messages."""

    files: int = 0
    types: dict[CertificateKind, TypeCount] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    """Cause → messages; one message may have several causes."""
    held: Counter[str] = field(default_factory=Counter)
    """Likewise, for messages that are taken in."""


def coverage_of(files: Iterable[Path], desk: Desk) -> Coverage:
    """Return what becomes of the messages in files; what is in no file that can be read as one counts as refused."""
    coverage = Coverage()
    for file in files:
        coverage.files += 1
        try:
            trial = desk.tried(file)
        except SenderError as error:
            coverage.refused.update({f"{error}: {one}" for one in error.problems} or {str(error)})
        else:
            coverage.held.update(_causes(trial))
            _count(trial, coverage.types, desk)
    return coverage


def _causes(trial: Trial) -> set[str]:
    document = trial.document
    unknown = {f"mapping: {without_place(node)}: no rule takes it, and none ignores it" for node in document.unmapped}
    problems = {f"mapping: {without_place(one.place)}: {one.reason}" for one in document.problems}
    of_sets = {
        f"{one.hold}: {one.name}: {problem.reason}"
        for one in trial.sets
        if one.hold != "mapping"
        for problem in one.problems
    }
    return unknown | problems | of_sets


def _count(trial: Trial, types: dict[CertificateKind, TypeCount], desk: Desk) -> None:
    kind = trial.document.kind
    if kind not in types:
        titles = desk.titles(kind)
        types[kind] = TypeCount({part: PartCount(title) for part, title in titles.items() if "." in part})
    count = types[kind]
    count.messages += 1
    nodes = (node for node, _ in texts_of(trial.source.root))
    for part, fates in _by_part(nodes, trial.document).items():
        row = count.parts.setdefault(part, PartCount())
        row.present += 1
        row.mapped += "mapped" in fates
        row.unknown += "unknown" in fates
        reasons = fates - {"mapped", "unknown"}
        row.ignored += bool(reasons)
        row.why.update(dict.fromkeys(sorted(reasons)))


def _by_part(nodes: Iterator[str], document: Document) -> Mapping[str, set[str]]:
    """Return what became of the nodes of each part: `mapped`, `unknown`, or why they are ignored."""
    unknown = set(document.unmapped)
    fates: dict[str, set[str]] = {}
    for node in nodes:
        fate = "unknown" if node in unknown else document.ignored.get(node, "mapped")
        fates.setdefault(part_of(node), set()).add(fate)
    return fates
