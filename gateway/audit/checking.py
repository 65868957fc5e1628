"""Checking: whether whatever left was let, by the newest decision about it and on a consent that counted then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from gateway.decisions import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.audit.happened import Happened
    from gateway.decisions import Decided

_ACTIVE = "active"
_KEPT = "consent.kept"
_ANOTHER = "it is kept with another decision than the one that it rests on"

_About = tuple[str, ...]
"""A delivery; of a reading the message, the set and the organisation."""


class Breach(NamedTuple):
    """Something that left, or is said to have left, and that nothing let."""

    entry: int | None
    """The entry that says so; None where only the tables do."""
    what: str


class Departed(NamedTuple):
    """What has left, as the tables tell it that are not the log."""

    tries: Mapping[str, int]
    """Delivery → how many tries there were to send it."""
    delivered: frozenset[str]
    """The deliveries that a recipient has taken."""
    readings: frozenset[tuple[str, str, str]]
    """What was read: the message, the set, and the organisation."""


@dataclass(slots=True)
class Checking:
    """Reads a log once, from its first entry to its last, and takes nothing from an entry that came later.

    Args:
        statuses: The status of each version of each consent, by its reference.
    """

    statuses: Mapping[str, str]
    breaches: list[Breach] = field(default_factory=list)
    _tries: Counter[str] = field(default_factory=Counter)
    _readings: Counter[_About] = field(default_factory=Counter)
    _delivered: set[str] = field(default_factory=set)
    _under_way: set[str] = field(default_factory=set)
    _decisions: dict[_About, Decided] = field(default_factory=dict)
    """The newest decision about each thing, until something has left by it."""
    _let_by: dict[str, Decided] = field(default_factory=dict)
    """The newest decision about each delivery: what its try comes to rests on it."""
    _newest: dict[str, Happened] = field(default_factory=dict)
    """Consent → the entry of its newest version as yet."""

    @property
    def sent(self) -> int:
        """How many tries to send something there were."""
        return self._tries.total()

    @property
    def read(self) -> int:
        """How many times something was read."""
        return self._readings.total()

    def miss(self, entry: int) -> None:
        """Read that the next entry is gone: whatever it said, nobody can ask of it."""
        self._breach(entry, "its row is gone, or cannot be read")

    def see(self, happened: Happened) -> None:
        """Read the next entry."""
        if happened.is_decision and happened.decided:
            self._decided(happened.decided)
        elif happened.event == _KEPT:
            self._newest[_consent(happened.detail)] = happened
        elif happened.event == "release.authorised":
            self._tries[happened.delivery] += 1
            self._under_way.add(happened.delivery)
            self._was_let(happened, (happened.delivery,))
        elif happened.event == "release.outcome":
            self._ended(happened)
        elif happened.event == "set.read":
            name, _, rest = happened.detail.partition(" ")
            about = (happened.message, name, rest.partition(" ")[0])
            self._readings[about] += 1
            self._was_let(happened, about)

    def compare(self, departed: Departed) -> None:
        """Compare with what the tables say has left: all of it, and nothing else, has to stand in the log."""
        for delivery in sorted(departed.tries.keys() | self._tries.keys()):
            tries, told = departed.tries.get(delivery, 0), self._tries[delivery]
            if tries != told:
                self._breach(None, f"delivery {delivery}: the tables have {tries} tries, and the log {told}")
        for delivery in sorted(departed.delivered ^ self._delivered):
            lacks = "log does" if delivery in departed.delivered else "tables do"
            self._breach(None, f"delivery {delivery}: it is delivered, and the {lacks} not say so")
        for about in sorted(departed.readings ^ self._readings.keys()):
            lacks = "log does" if about in departed.readings else "tables do"
            self._breach(None, f"{' '.join(about)}: it was read, and the {lacks} not say so")

    def name_otherwise(self, entry: int) -> None:
        """Keep that an entry names a person otherwise than the tables do."""
        self._breach(entry, "it names another person than the tables name for its certificate")

    def _decided(self, decided: Decided) -> None:
        """Keep a decision that may let something leave; one on where a delivery waits lets nothing."""
        if decided.way is Way.PLAN:
            return
        self._decisions[_about(decided)] = decided
        if decided.way is not Way.PULL:
            self._let_by[decided.delivery] = decided

    def _ended(self, happened: Happened) -> None:
        if happened.detail.partition(" ")[0] == "DELIVERED":
            self._delivered.add(happened.delivery)
            if happened.delivery not in self._under_way:
                self._breach(happened.number, "delivered, and no try was under way")
        self._under_way.discard(happened.delivery)
        newest = self._let_by.get(happened.delivery)
        if newest is not None and not _rests_on(happened, newest):
            self._breach(happened.number, _ANOTHER)

    def _was_let(self, happened: Happened, about: _About) -> None:
        """See that the newest decision about something let it leave, and has let nothing leave before."""
        decided = self._decisions.pop(about, None)
        if decided is None:
            self._breach(happened.number, "left without a decision of its own before it")
        elif not decided.decision.permitted:
            self._breach(happened.number, f"left, and the decision before it says no: {decided.decision.reason}")
        elif decided.at != happened.at:
            self._breach(happened.number, "left at another moment than was decided on")
        elif wrong := self._wrong_with(decided.decision.consent, happened):
            self._breach(happened.number, f"left on {decided.decision.consent or 'no consent'}, {wrong}")
        elif not _rests_on(happened, decided):
            self._breach(happened.number, _ANOTHER)

    def _wrong_with(self, reference: str, left: Happened) -> str:
        """Return why a version of a consent did not let something leave when it left; nothing where it did."""
        newest = self._newest.get(_consent(reference))
        if newest is None:
            return "which had not been kept"
        if newest.detail != reference:
            return "which had another version by then"
        if newest.person != left.person:
            return "which is somebody else's"
        status = self.statuses.get(reference, "not there any more")
        return "" if status == _ACTIVE else f"which is {status}"

    def _breach(self, entry: int | None, what: str) -> None:
        self.breaches.append(Breach(entry, what))


def _about(decided: Decided) -> _About:
    """Return what a decision lets leave, if it does."""
    if decided.way is Way.PULL:
        return decided.message, decided.set_name, decided.organisation
    return (decided.delivery,)


def _rests_on(happened: Happened, newest: Decided) -> bool:
    """Say whether an entry is kept with the newest decision before it, as far as that can be said.

    One that was there when the log became a tree may be kept with a later decision about the same.
    """
    kept = happened.decided
    return kept is not None and _about(kept) == _about(newest) and kept.number >= newest.number


def _consent(reference: str) -> str:
    return reference.partition("/_history/")[0]
