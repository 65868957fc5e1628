"""What has been shared about a person, as the log tells it: sent or read, with whom, when and on which consent."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.entries import Entry
from gateway.decisions import Departure, Gone
from gateway.errors import Erased
from gateway.identity import MessageId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.audit.happened import Happened
    from gateway.identity import CertificateId, PersonIdentity
    from gateway.store.port import Store


class Shared(NamedTuple):
    """Something that was shared, and where the log says so."""

    departure: Departure
    entry: int
    """The place of its entry in the log."""
    decision: int | None
    """The place of the decision that it rests on; None where it is from before decisions were kept."""


class Report(NamedTuple):
    """Everything that was shared about a person."""

    shared: Sequence[Shared]
    """In the order of the log."""
    missing: Sequence[int]
    """The places of entries about the person whose rows are gone: what they told is not known."""
    erased: Sequence[Happened]
    """The entries that say that what was kept about the person was erased."""


def shared_about(store: Store, person: PersonIdentity) -> Report:
    """Return what has been shared about a person, what may have been, and what is on its way."""
    found = store.entries_about(person)
    known = [one.happened for one in found if isinstance(one, Entry)]
    decisions = {one.decided.number: one.number for one in known if one.is_decision and one.decided}
    shared = [
        Shared(departure, one.number, decisions.get(one.decided.number) if one.decided else None)
        for one, departure in sorted(
            [*_sent(known, store, person), *_read(known, store)], key=lambda pair: pair[0].number
        )
    ]
    erased = [one for one in known if one.event == "person.erased"]
    return Report(shared, [one for one in found if isinstance(one, int)], erased)


def _sent(known: Sequence[Happened], store: Store, person: PersonIdentity) -> Iterator[tuple[Happened, Departure]]:
    """Yield what an attempt ended in, and where it has not ended the newest try."""
    ends = {(one.delivery, one.at): one for one in known if one.event == "release.outcome"}
    tries = {one.delivery: one for one in known if one.event == "release.authorised"}
    for gone in store.sent_about(person):
        is_under_way = gone.gone is Gone.IN_FLIGHT
        happened = tries.get(gone.delivery) if is_under_way else ends.get((gone.delivery, gone.at))
        if happened is not None:
            yield happened, gone


def _read(known: Sequence[Happened], store: Store) -> Iterator[tuple[Happened, Departure]]:
    certificate_of = cache(partial(_certificate, store))
    for one in known:
        if one.event == "set.read":
            name, organisation, consent, *_ = one.detail.split(" ")
            message = MessageId(one.message)
            certificate = certificate_of(message)
            yield one, Departure(Gone.READ, one.at, name, organisation, certificate, consent, message, "", 0)


def _certificate(store: Store, message: MessageId) -> CertificateId | None:
    try:
        return store.message(message)[0].certificate
    except Erased:
        return None
