"""What a Consent's provisions say of one disclosure, whoever wrote them: the closure of R4's open questions.

FHIR R4 and IHE PCF 1.1.1 leave open how nested provisions work together. Here they do so:

- A provision applies when all its elements do; an element does when one of its values does.
- A nested deny inherits nothing and applies as widely as it is written.
- A nested permit inherits every constraint of its parent that it does not state again: lists whole, periods
  by their bounds. It may so permit what its parent does not reach.
- Of those that apply a nested deny decides, else a nested permit, else the root; else the consent says
  nothing.

Whether a consent can be read at all, its status and its person are for the caller to know first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.moments import span
from gateway.decisions import Coding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Interval(NamedTuple):
    """A time with its first and last moment, both included; None where that side is open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Say whether the moment lies within."""
        return (self.start is None or self.start <= at) and (self.end is None or at <= self.end)


Name = str | Coding
"""What a reference calls something: a literal reference, or an identifier as system and value."""


class Datum(NamedTuple):
    """Data pointed out by a provision: `instance`, `related` or `authoredby`, and of what."""

    meaning: str
    name: Name


class Provision(NamedTuple):
    """A provision with what it inherits; an element that is None holds for everything."""

    path: str
    """Where it stands: `provision`, `provision.provision[1]`."""
    permits: bool
    period: Interval
    actors: frozenset[Name] | None
    purposes: frozenset[Coding] | None
    classes: frozenset[Coding] | None
    data: frozenset[Datum] | None
    data_period: Interval
    labels: frozenset[Coding] | None


class Facts(NamedTuple):
    """What is true of a disclosure that is asked for; the time and the labels of the data are told apart."""

    actors: frozenset[Name]
    """Every name of those who would be told, the groups that they are in among them."""
    purposes: frozenset[Coding]
    classes: frozenset[Coding]
    data: frozenset[Datum]
    """Every way to point out the data."""
    data_at: datetime
    """When the data were made."""


_NOTHING = Provision("", False, Interval(), None, None, None, None, Interval(), None)  # noqa: FBT003 - a plain record


def provisions_of(consent: Mapping[str, Any]) -> tuple[Provision, ...]:
    """Return the provisions of a Consent that has no flaws, in the order in which they decide."""
    node = consent["provision"]
    root = _provision(node, "provision", _NOTHING)
    nested = [
        _provision(child, f"provision.provision[{index}]", root if child["type"] == "permit" else _NOTHING)
        for index, child in enumerate(node.get("provision", ()))
    ]
    return (*sorted(nested, key=_permits), root)


def first_miss(provision: Provision, facts: Facts) -> str:
    """Return the first element of a provision that the facts do not meet; empty where they meet them all.

    The elements are asked in the order actor, purpose, class, data, dataPeriod.
    """
    if provision.actors is not None and provision.actors.isdisjoint(facts.actors):
        return "actor"
    if provision.purposes is not None and provision.purposes.isdisjoint(facts.purposes):
        return "purpose"
    if provision.classes is not None and provision.classes.isdisjoint(facts.classes):
        return "class"
    if provision.data is not None and provision.data.isdisjoint(facts.data):
        return "data"
    return "" if provision.data_period.holds(facts.data_at) else "dataPeriod"


def deciding(provisions: Iterable[Provision], labels: frozenset[Coding]) -> Provision | None:
    """Return, of provisions that apply otherwise, the one that decides over data with these labels."""
    for provision in provisions:
        if provision.labels is None or not provision.labels.isdisjoint(labels):
            return provision
    return None


def _permits(provision: Provision) -> bool:
    return provision.permits


def _provision(node: Mapping[str, Any], path: str, parent: Provision) -> Provision:
    return Provision(
        path,
        node["type"] == "permit",
        _interval(node.get("period"), parent.period),
        _actors(node["actor"]) if "actor" in node else parent.actors,
        _codings(node["purpose"]) if "purpose" in node else parent.purposes,
        _codings(node["class"]) if "class" in node else parent.classes,
        _data(node["data"]) if "data" in node else parent.data,
        _interval(node.get("dataPeriod"), parent.data_period),
        _codings(node["securityLabel"]) if "securityLabel" in node else parent.labels,
    )


def _interval(period: Mapping[str, str] | None, parent: Interval) -> Interval:
    if period is None:
        return parent
    start = span(period["start"]) if "start" in period else None
    end = span(period["end"]) if "end" in period else None
    return Interval(start.first if start else parent.start, end.last if end else parent.end)


def _actors(nodes: Iterable[Mapping[str, Any]]) -> frozenset[Name]:
    return frozenset([name for node in nodes for name in _names(node["reference"])])


def _data(nodes: Iterable[Mapping[str, Any]]) -> frozenset[Datum]:
    return frozenset([Datum(node["meaning"], name) for node in nodes for name in _names(node["reference"])])


def _codings(nodes: Iterable[Mapping[str, str]]) -> frozenset[Coding]:
    return frozenset([Coding(node["system"], node["code"]) for node in nodes])


def _names(reference: Mapping[str, Any]) -> list[Name]:
    names: list[Name] = [reference["reference"]] if "reference" in reference else []
    if "identifier" in reference:
        identifier = reference["identifier"]
        names.append(Coding(identifier.get("system", ""), identifier.get("value", "")))
    return names
