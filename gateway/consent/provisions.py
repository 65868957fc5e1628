"""What a Consent's provisions say of one disclosure, whoever wrote them: the closure of R4's open questions.

FHIR R4 and IHE PCF 1.1.1 leave open how nested provisions work together. Here they do so:

- A provision applies when all its elements do; an element does when one of its values does.
- A nested deny inherits nothing and applies as widely as it is written.
- A nested permit inherits every constraint of its parent that it does not state again: lists whole, periods
  by their bounds. It may so permit what its parent does not reach.
- Of those that apply a nested deny decides, else a nested permit, else the root; else the consent says
  nothing.
- What a question does not tell, no permit that asks for it reaches, and every deny does. So with a time that
  is told by its day alone: a permit has to hold all of it, a deny any moment of it.

Whether a consent can be read at all, its status and its person are for the caller to know first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.moments import span
from gateway.decisions import Coding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from gateway.consent.moments import Span


class Interval(NamedTuple):
    """A time with its first and last moment, both included; None where that side is open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, time: Span) -> bool:
        """Say whether all of a time lies within."""
        return (self.start is None or self.start <= time.first) and (self.end is None or time.last <= self.end)

    def meets(self, time: Span) -> bool:
        """Say whether any moment of a time lies within."""
        return (self.start is None or self.start <= time.last) and (self.end is None or time.first <= self.end)


Name = str | Coding
"""What a reference calls something: a literal reference, or an identifier as system and value."""


class Datum(NamedTuple):
    """Data pointed out by a provision: `instance`, `related` or `authoredby`, and of what."""

    meaning: str
    name: Name


class Provision(NamedTuple):
    """A provision with what it inherits; an element that is None holds for everything.

    Codes and identifiers stand there twice, with their system and without: so a question that tells no system
    is met by the code alone.
    """

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

    def is_in_force(self, at: Span) -> bool:
        """Say whether its period is now: a permit's for all of the time, a deny's for any moment of it."""
        return self.period.holds(at) if self.permits else self.period.meets(at)


class Facts(NamedTuple):
    """What is told of a disclosure that is asked for; the time and the labels of the data are told apart.

    Where there is nobody or nothing of a kind, an empty name of that kind says that it is told all the same.
    """

    actors: frozenset[Name]
    """Every name of those who would be told, the groups that they are in among them."""
    purposes: frozenset[Coding]
    classes: frozenset[Coding]
    data: frozenset[Datum]
    """Every way to point out the data."""
    data_at: Span | None
    """When the data were made; None where nobody tells."""


_ALWAYS = Interval()
_NOTHING = Provision("", False, _ALWAYS, None, None, None, None, _ALWAYS, None)  # noqa: FBT003 - a plain record


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
    permits = provision.permits
    for element, named, told in (
        ("actor", provision.actors, facts.actors),
        ("purpose", provision.purposes, facts.purposes),
        ("class", provision.classes, facts.classes),
        ("data", provision.data, facts.data),
    ):
        if named is not None and not _reaches(named, told, permits=permits):
            return element
    return "" if _is_of_its_time(provision, facts.data_at) else "dataPeriod"


def deciding(provisions: Iterable[Provision], labels: frozenset[Coding]) -> Provision | None:
    """Return, of provisions that apply otherwise, the one that decides over data with these labels."""
    for provision in provisions:
        if provision.labels is None or _reaches(provision.labels, labels, permits=provision.permits):
            return provision
    return None


def _reaches(named: AbstractSet[Name | Datum], told: AbstractSet[Name | Datum], *, permits: bool) -> bool:
    """Say whether something named is told; of a deny, whether it cannot be ruled out."""
    if not named.isdisjoint(told):
        return True
    return not permits and not {_kind(name) for name in named} <= {_kind(name) for name in told}


def _kind(name: Name | Datum) -> tuple[str, type]:
    """Return what can be compared with each other: literal references or identifiers, of one meaning."""
    return (name.meaning, type(name.name)) if isinstance(name, Datum) else ("", type(name))


def _is_of_its_time(provision: Provision, data_at: Span | None) -> bool:
    period = provision.data_period
    if period == _ALWAYS:
        return True
    if data_at is None:
        return not provision.permits
    return period.holds(data_at) if provision.permits else period.meets(data_at)


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
    return frozenset([name for node in nodes for name in names_in(node["reference"])])


def _data(nodes: Iterable[Mapping[str, Any]]) -> frozenset[Datum]:
    return frozenset([Datum(node["meaning"], name) for node in nodes for name in names_in(node["reference"])])


def _codings(nodes: Iterable[Mapping[str, str]]) -> frozenset[Coding]:
    return frozenset([coding for node in nodes for coding in _alone_and_with(node["system"], node["code"])])


def names_in(reference: Mapping[str, Any]) -> list[Name]:
    """Return every way in which a Reference names what it refers to."""
    names: list[Name] = [as_compared(reference["reference"])] if "reference" in reference else []
    if "identifier" in reference:
        identifier = reference["identifier"]
        names.extend(_alone_and_with(identifier.get("system", ""), as_compared(identifier.get("value", ""))))
    return names


def as_compared(name: str) -> str:
    """Return a literal reference or a value so that two which name the same are alike: a UUID in small letters."""
    return name.lower() if name[:9].lower() == "urn:uuid:" else name


def _alone_and_with(system: str, code: str) -> tuple[Coding, Coding]:
    return Coding(system, code), Coding("", code)
