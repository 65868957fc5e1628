"""A kept consent as the gate reads it for one question."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.giving import is_on_consent, last_moment_as_a_child
from gateway.consent.grammar import MOST_VALUES, flaws
from gateway.consent.lenient import object_in, objects_in, text_in
from gateway.consent.moments import span
from gateway.consent.profile import CONSENT, PATIENT
from gateway.consent.provisions import Interval, first_miss, provisions_of
from gateway.consent.standing import NO_MISS, Nearness, Understood
from gateway.consent.vocabulary import ACTIVE, PROTECTION_CODES, PROTECTION_SYSTEM, STATUSES, UNDECIDED
from gateway.decisions import PersonStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from gateway.consent.grammar import Shape
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


_REMEMBERED = 1_000
"""How many consents are remembered as they were read: one is read for each set that it is about, and for each try."""

_PROTECTED = frozenset({PersonStatus.PROTECTED, PersonStatus.UNKNOWN})
_LABELLED = dict.fromkeys(PROTECTION_CODES, PersonStatus.PROTECTED)


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a consent as somebody keeps it."""

    reference: str
    """The version as FHIR refers to it."""
    at: datetime
    """When it was kept: no permit in it counts before that."""
    resource: Mapping[str, Any] = field(repr=False)
    """What is kept, whatever it is."""


class Opened(NamedTuple):
    """A kept consent, read once for however many questions about its person."""

    reference: str
    kept_at: datetime
    status: str
    """Consent.status; empty where nobody can tell what the consent says."""
    provisions: tuple[Provision, ...] = ()
    policies: frozenset[str] = frozenset()
    """What was agreed to."""
    known: frozenset[PersonStatus] = frozenset()
    """What else is known of the person."""


@lru_cache(_REMEMBERED)
def opened(record: ConsentRecord, person: PersonIdentity) -> Opened | None:
    """Return what a consent of the gateway's own says about a person; None where it is about somebody else.

    A record that is otherwise in anything, what is known of the person included, is read anew. Whatever it holds,
    nothing is raised: an active consent that is not understood, or whose record and content name different
    persons, is returned without a status. One of another status can neither permit nor hinder.
    """
    whole = record.resource
    resource = whole if isinstance(whole, dict) else {}
    kept = Kept(record.reference, record.recorded_at, resource)
    read = read_as(CONSENT, kept, is_theirs=_is_theirs(record, resource, person))
    if read is None:
        return None
    return read._replace(provisions=tuple(_naming_whom_and_why(read.provisions)), known=read.known | record.known)


def read_as(shape: Shape, kept: Kept, *, is_theirs: bool | None, most: int = MOST_VALUES) -> Opened | None:
    """Return what a consent says that has to be of this shape; None where it is about somebody else.

    Args:
        shape: What of a consent is understood; in one that is not of it, nothing is.
        kept: The consent.
        is_theirs: Whether it is about the person who is asked about; None where nobody can tell.
        most: How many values a list in it may have.

    Returns:
        Where the consent is active, and is not understood or nobody can tell whose it is: without a status.
    """
    if is_theirs is False:
        return None
    reference, at, resource = kept.reference, kept.at, kept.resource
    status = resource.get("status")
    read = Opened(reference, at, "", known=_said_in(resource))
    if not isinstance(status, str) or status not in STATUSES:
        return read
    if status in UNDECIDED:
        return read._replace(status=status)
    if is_theirs is None or flaws(resource, shape, "Consent", most):
        return read._replace(status="" if status == ACTIVE else status)
    return read._replace(
        status=status,
        provisions=tuple(_while_it_counts(resource, at)),
        policies=frozenset([policy["uri"] for policy in resource.get("policy", ())]),
    )


def _said_in(consent: Mapping[str, Any]) -> frozenset[PersonStatus]:
    """Return what a consent's labels say of the person, whatever else it says and whether or not it counts.

    A label of that system that the gate does not know may say anything.
    """
    labels = [
        one for one in objects_in(object_in(consent, "meta"), "security") if one.get("system") == PROTECTION_SYSTEM
    ]
    return frozenset([_LABELLED.get(text_in(one, "code"), PersonStatus.UNKNOWN) for one in labels])


def _is_theirs(record: ConsentRecord, consent: Mapping[str, Any], person: PersonIdentity) -> bool | None:
    is_readable = not flaws(consent.get("patient"), PATIENT, "")
    number = consent["patient"]["identifier"]["value"] if is_readable else ""
    if record.person != person:
        return False if is_readable and number != person.digits else None
    return True if number == person.digits else None


def _while_it_counts(consent: Mapping[str, Any], kept_at: datetime) -> Iterator[Provision]:
    """Give the provisions. A deny counts at once and for as long as it says.

    A permit counts neither before it was given nor before it was kept; what somebody else permitted for a child ends as
    the day begins on which the child is of age.
    """
    given = span(consent["dateTime"])
    begin = max(kept_at, given.first) if given else kept_at
    last = last_moment_as_a_child(consent)
    for provision in provisions_of(consent):
        start, until = provision.period
        if not provision.permits:
            yield provision
        elif is_on_consent(consent):
            end = min(until, last) if until and last else until or last
            yield provision._replace(period=Interval(max(start, begin) if start else begin, end))


def _naming_whom_and_why(provisions: Iterable[Provision]) -> Iterator[Provision]:
    """Give the provisions as the gateway counts them: a permit has to name its recipient and its purpose."""
    for provision in provisions:
        if provision.permits:
            yield provision._replace(actors=provision.actors or frozenset(), purposes=provision.purposes or frozenset())
        else:
            yield provision


def understand(consent: Opened, question: Question) -> Understood:
    """Return what a consent says to a question."""
    covering = []
    miss = NO_MISS
    for provision in consent.provisions:
        element = first_miss(provision, question.facts)
        if not element and provision.permits and provision.classes is None and question.must_be_named:
            element = "class"
        if not element:
            covering.append(provision)
        elif provision.permits:
            miss = max(miss, (*_MISSES[element], provision.path))
    void = _void(consent, question)
    return Understood(consent.reference, consent.kept_at, consent.status, tuple(covering), miss, void)


def _void(consent: Opened, question: Question) -> str:
    """Return why no permit of a consent counts; empty where they do."""
    if PersonStatus.REPLACED in consent.known:
        return "patient-mismatch"
    if PersonStatus.DECEASED in consent.known:
        return "expired"
    if consent.known & _PROTECTED and not question.trusted:
        return "protected-identity"
    return "policy-version-retired" if consent.policies & question.retired else ""
