"""What has been shared about a person: sent or read, with whom, when and on which consent.

The log tells it, and the tables that are not the log: what one of the two lacks, the other says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.entries import Entry, wrong_with
from gateway.decisions import Departure, Gone
from gateway.errors import NotFound, Tampered
from gateway.identity import MessageId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gateway.audit.happened import Happened
    from gateway.decisions import Decided
    from gateway.identity import CertificateId, PersonIdentity
    from gateway.store.port import Store

    CertificateOf = Callable[[MessageId], CertificateId | None]

_TAKEN = {"DELIVERED": Gone.DELIVERED, "UNKNOWN": Gone.UNKNOWN}
"""What an entry says that an attempt ended in, where it brought something to somebody, or may have."""


class Shared(NamedTuple):
    """Something that was shared, and where the log says so."""

    departure: Departure
    entry: int | None
    """The place of its entry in the log; None where the log does not say it."""
    decision: int | None
    """The place of the decision that it rests on; None where it is from before decisions were kept."""


class Report(NamedTuple):
    """Everything that was shared about a person."""

    shared: Sequence[Shared]
    """First to last."""
    missing: Sequence[int]
    """The places of entries about the person that are gone or changed: what they told is not known."""
    gaps: int
    """How many entries are gone altogether: whom they were about, nobody can say."""
    erased: Sequence[Happened]
    """The entries that say that what was kept about the person was erased."""


def shared_about(store: Store, person: PersonIdentity) -> Report:
    """Return what has been shared about a person, what may have been, and what is on its way."""
    found = store.entries_about(person)
    known = [one.happened for one in found if isinstance(one, Entry) and not wrong_with(one)]
    missing = [_place(one) for one in found if isinstance(one, int) or wrong_with(one)]
    decisions = {one.decided.number: one.number for one in known if one.is_decision and one.decided}
    certificate_of = cache(partial(_certificate, store))
    sent = _sent(known, store.sent_about(person), certificate_of)
    read = _read(known, store.read_about(person), certificate_of)
    shared = [Shared(departure, *_places(one, decisions)) for one, departure in [*sent, *read]]
    shared.sort(key=lambda one: (one.departure.at, one.entry or 0))
    return Report(shared, missing, store.gaps(), [one for one in known if one.event == "person.erased"])


def _sent(
    known: Sequence[Happened], departures: Sequence[Departure], certificate_of: CertificateOf
) -> Iterator[tuple[Happened | None, Departure]]:
    """Yield what an attempt ended in, and where it has not ended the newest try; nothing where the log lacks that."""
    ends = {(one.delivery, one.at): one for one in known if one.event == "release.outcome"}
    tries = {one.delivery: one for one in known if one.event == "release.authorised"}
    for gone in departures:
        is_under_way = gone.gone is Gone.IN_FLIGHT
        found = tries.get(gone.delivery) if is_under_way else ends.get((gone.delivery, gone.at))
        yield found, gone if found is None else _as_logged(found, gone)
    for about in ends.keys() - {(one.delivery, one.at) for one in departures}:
        one = ends[about]
        gone_as = _gone_as(one.detail)
        if gone_as and one.decided:
            yield one, _departure(one, gone_as, one.decided, certificate_of)


def _as_logged(happened: Happened, gone: Departure) -> Departure:
    """Return what the tables tell of something that left, as its entry tells it: that was signed, and they were not."""
    if happened.decided is None:
        return gone
    said = happened.decided
    told = replace(
        gone,
        set_name=said.set_name,
        organisation=said.organisation,
        consent=said.decision.consent,
        withheld=said.decision.withheld,
    )
    gone_as = _gone_as(happened.detail) if happened.event == "release.outcome" else None
    return replace(told, gone=gone_as) if gone_as else told


def _gone_as(detail: str) -> Gone | None:
    """Return how something left whose attempt ended so; None where nothing may have come to anybody."""
    answered = Gone.REFUSED if "HTTP " in detail or "OperationOutcome" in detail else None
    return _TAKEN.get(detail.partition(" ")[0], answered)


def _read(
    known: Sequence[Happened], departures: Sequence[Departure], certificate_of: CertificateOf
) -> Iterator[tuple[Happened | None, Departure]]:
    """Yield each reading that the log tells, and each that only the decisions tell."""
    logged: Counter[tuple[object, ...]] = Counter()
    for one in known:
        if one.event == "set.read" and one.decided:
            gone = _departure(one, Gone.READ, one.decided, certificate_of)
            logged[_reading(gone)] += 1
            yield one, gone
    for gone in departures:
        if logged[_reading(gone)]:
            logged[_reading(gone)] -= 1
        else:
            yield None, gone


def _reading(gone: Departure) -> tuple[object, ...]:
    return gone.at, gone.message, gone.set_name, gone.organisation


def _departure(happened: Happened, gone: Gone, decided: Decided, certificate_of: CertificateOf) -> Departure:
    """Return what an entry says has left, by the decision that it rests on."""
    message = MessageId(happened.message)
    said = decided.decision
    whom = (decided.organisation, certificate_of(message), said.consent, message, happened.delivery, 0)
    return Departure(gone, happened.at, decided.set_name, *whom, withheld=said.withheld)


def _places(happened: Happened | None, decisions: Mapping[int, int]) -> tuple[int | None, int | None]:
    """Return the places of an entry and of the decision that it rests on."""
    if happened is None:
        return None, None
    return happened.number, decisions.get(happened.decided.number) if happened.decided else None


def _place(entry: Entry | int) -> int:
    return entry if isinstance(entry, int) else entry.happened.number


def _certificate(store: Store, message: MessageId) -> CertificateId | None:
    try:
        return store.message(message)[0].certificate
    except (NotFound, Tampered):
        return None
