"""What a change of the mappings changes over many messages: the differences in groups of one kind and place each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.workbench.bundles import Bundles
from gateway.workbench.differences import Difference, Side, between_facts
from gateway.workbench.pieces import pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gateway.workbench.outcomes import Judge
    from gateway.workbench.pieces import Value
    from gateway.workbench.trial import Trial


class Key(NamedTuple):
    """What the differences of a group have in common."""

    change: str
    set: str
    path: str


class Case(NamedTuple):
    """What was, and what is."""

    old: Side | None
    new: Side | None


@dataclass(slots=True)
class Group:
    """Differences of one kind in one place."""

    certificates: set[str] = field(default_factory=set)
    """The types of the messages; `-` for what neither version can read."""
    cases: dict[Case, list[Path]] = field(default_factory=dict)
    """What differs, and in which messages just so."""

    @property
    def messages(self) -> int:
        """Return in how many messages it is."""
        return len({file for files in self.cases.values() for file in files})


@dataclass(slots=True)
class Compared:
    """What differs."""

    files: int = 0
    differing: int = 0
    """In how many of them anything differs."""
    groups: dict[Key, Group] = field(default_factory=dict)


def compared(files: Iterable[Path], old: Judge, new: Judge) -> Compared:
    """Return what differs between what two versions make of the messages in files; the groups are in order."""
    result = Compared()
    groups: dict[Key, Group] = {}
    for file in files:
        result.files += 1
        type_, differences = _of_message(file.read_bytes(), old, new)
        result.differing += bool(differences)
        for one in dict.fromkeys(differences):
            group = groups.setdefault(Key(one.change, one.set, one.path), Group())
            group.certificates.add(type_ or "-")
            group.cases.setdefault(Case(one.old, one.new), []).append(file)
    result.groups = dict(sorted(groups.items(), key=lambda item: (item[0].set, item[0].path, item[0].change)))
    return result


def _of_message(content: bytes, old: Judge, new: Judge) -> tuple[str, list[Difference]]:
    before, after = old.outcome(content), new.outcome(content)
    differences = list(between_facts(before.facts, after.facts))
    if before.trial and after.trial and not _is_held(before.trial) and not _is_held(after.trial):
        differences += _of_sets((before.trial, after.trial), (old, new))
    return after.kind or before.kind, differences


def _is_held(trial: Trial) -> bool:
    """Return whether the mapping could not do all of a message: there is no set to compare then."""
    return bool(trial.document.unmapped or trial.document.problems)


def _of_sets(trials: tuple[Trial, Trial], judges: tuple[Judge, Judge]) -> Iterator[Difference]:
    old, new = ({(one.name, *sorted(one.withheld)): one for one in trial.sets} for trial in trials)
    for key in (*(new.keys() - old.keys()), *(old.keys() - new.keys())):
        side = Side(_variant(key), "")
        change, sides = ("added", (None, side)) if key in new else ("removed", (side, None))
        yield Difference(change, key[0], "Bundle", *sides)
    differing = [key for key in new if key in old and old[key].body != new[key].body]
    rules = [judge.rules(trial) for judge, trial in zip(judges, trials, strict=True)] if differing else []
    for key in differing:
        before, after = (list(pieces_of(sets[key], _names(of))) for sets, of in zip((old, new), trials, strict=True))
        yield from Bundles(key[0], before, after, [partial(_rule, key, one) for one in rules]).differences()


def _variant(key: tuple[str, ...]) -> str:
    name, *withheld = key
    return f"{name} without {', '.join(withheld)}" if withheld else name


def _names(trial: Trial) -> dict[str, str]:
    """Return the rule that made each resource of a document, by the resource's id."""
    return {mapped.resource["id"]: mapped.rule for mapped in trial.document.resources}


def _rule(key: tuple[str, ...], rules: Mapping[tuple[str, ...], str], value: Value) -> str:
    return rules.get((*key, value.resource, value.path), "")
