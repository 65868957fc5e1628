"""What has been shared about a person, as the log tells it: sent or read, with whom, when and on which consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gateway.audit.entries import Entry
from gateway.decisions import Departure, Gone
from gateway.identity import DeliveryId, MessageId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.audit.happened import Happened
    from gateway.deliveries import Attempt, Delivery
    from gateway.identity import PersonIdentity
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


def shared_about(store: Store, person: PersonIdentity) -> Report:
    """Return what has been shared about a person, what may have been, and what is on its way."""
    found = store.entries_about(person)
    known = [one.happened for one in found if isinstance(one, Entry)]
    decisions = {one.decided.number: one.number for one in known if one.is_decision and one.decided}
    shared = [
        Shared(departure, one.number, decisions.get(one.decided.number) if one.decided else None)
        for one, departure in sorted([*_sent(known, store), *_read(known, store)], key=lambda pair: pair[0].number)
    ]
    return Report(shared, [one for one in found if isinstance(one, int)])


def _sent(known: Sequence[Happened], store: Store) -> Iterator[tuple[Happened, Departure]]:
    """Yield what an attempt ended in, and where it has not ended the newest try."""
    ends = {(one.delivery, one.at): one for one in known if one.event == "release.outcome"}
    tries = {one.delivery: one for one in known if one.event == "release.authorised"}
    for id_, newest in tries.items():
        delivery, attempts = store.delivery(DeliveryId(id_))
        for attempt in attempts:
            happened = ends.get((id_, attempt.ended_at)) if attempt.ended_at else newest
            gone = _gone(attempt)
            if happened is not None and gone is not None:
                yield happened, _departure(gone, delivery, attempt)


def _departure(gone: Gone, delivery: Delivery, attempt: Attempt) -> Departure:
    return Departure(
        gone,
        attempt.ended_at or attempt.started_at,
        delivery.set_name,
        delivery.organisation.digits if delivery.organisation else "",
        delivery.certificate,
        attempt.consent,
        delivery.message,
        delivery.id,
        attempt.number,
        delivery.is_notice,
    )


def _gone(attempt: Attempt) -> Gone | None:
    """Return how far an attempt brought what it was about; None where nothing left."""
    if attempt.ended_at is None:
        return Gone.IN_FLIGHT
    if attempt.outcome in {"DELIVERED", "UNKNOWN"}:
        return Gone(attempt.outcome.lower())
    return None if attempt.status is None else Gone.REFUSED


def _read(known: Sequence[Happened], store: Store) -> Iterator[tuple[Happened, Departure]]:
    for one in known:
        if one.event == "set.read":
            name, organisation, consent, *_ = one.detail.split(" ")
            message = MessageId(one.message)
            certificate = store.message(message)[0].certificate
            yield one, Departure(Gone.READ, one.at, name, organisation, certificate, consent, message, "", 0)
