"""A kept consent as the gate reads it for one question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.grammar import flaws
from gateway.consent.moments import span
from gateway.consent.profile import CONSENT, PATIENT
from gateway.consent.provisions import Interval, first_miss, provisions_of
from gateway.consent.standing import Nearness, Understood
from gateway.consent.vocabulary import ACTIVE, STATUSES, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gateway.consent.provisions import Provision
    from gateway.consent.question import Question
    from gateway.decisions import ConsentRecord
    from gateway.identity import PersonIdentity

_MISSES = {
    "actor": (Nearness.RECIPIENT, "recipient-not-covered"),
    "purpose": (Nearness.PURPOSE, "purpose-not-covered"),
    "class": (Nearness.SET, "set-not-covered"),
    "data": (Nearness.SET, "set-not-covered"),
    "dataPeriod": (Nearness.SET, "set-not-covered"),
}


class Opened(NamedTuple):
    """A kept consent, read once for however many questions about its person."""

    record: ConsentRecord
    status: str
    """Consent.status; empty where nobody can tell what the consent says."""
    provisions: tuple[Provision, ...] = ()


def opened(record: ConsentRecord, person: PersonIdentity) -> Opened | None:
    """Return what a consent says about a person; None where it is readably about somebody else.

    Whatever it holds, nothing is raised: an active consent that is not understood, or whose record and
    content name different persons, is returned without a status. One of another status can neither permit nor
    hinder.
    """
    consent = dict(record.resource) if isinstance(record.resource, Mapping) else {}
    if record.person != person and _is_about_another(consent, person):
        return None
    status = consent.get("status")
    if not isinstance(status, str) or status not in STATUSES:
        return Opened(record, "")
    if status in UNDECIDED:
        return Opened(record, status)
    if record.person != person or flaws(consent, CONSENT, "Consent") or _number(consent) != person.digits:
        return Opened(record, "" if status == ACTIVE else status)
    return Opened(record, status, tuple(_counted(consent, record.recorded_at)))


def _is_about_another(consent: Mapping[str, Any], person: PersonIdentity) -> bool:
    return not flaws(consent.get("patient"), PATIENT, "") and _number(consent) != person.digits


def _number(consent: Mapping[str, Any]) -> str:
    number: str = consent["patient"]["identifier"]["value"]
    return number


def _counted(consent: Mapping[str, Any], recorded_at: datetime) -> Iterator[Provision]:
    """Give the provisions as the gateway counts them.

    A permit has to name its recipient and its purpose, or it permits nobody. It counts neither before it was
    given nor before it was kept; a deny does not wait for either.
    """
    given = span(consent["dateTime"])
    begin = max(recorded_at, given.first) if given else recorded_at
    for provision in provisions_of(consent):
        if not provision.permits:
            yield provision
            continue
        start, end = provision.period
        yield provision._replace(
            period=Interval(max(start, begin) if start else begin, end),
            actors=provision.actors or frozenset(),
            purposes=provision.purposes or frozenset(),
        )


def understand(consent: Opened, question: Question) -> Understood:
    """Return what a consent says to a question."""
    record, status, provisions = consent
    covering = []
    miss = Understood(record, status).miss
    for provision in provisions:
        element = first_miss(provision, question.facts)
        if not element and provision.permits and provision.classes is None and question.must_be_named:
            element = "class"
        if not element:
            covering.append(provision)
        elif provision.permits:
            miss = max(miss, (*_MISSES[element], provision.path))
    return Understood(record, status, tuple(covering), miss)
