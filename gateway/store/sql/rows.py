"""Rows to dataclasses and back. Times are stored as whole microseconds since 1970 in UTC."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from gateway.decisions import ConsentRecord, Decided, Decision, PersonStatus, Way, consent_version
from gateway.deliveries import Attempt, Delivery, DeliveryState
from gateway.documents import InformationSet
from gateway.errors import Problem
from gateway.identity import OrganisationNumber
from gateway.store.port import Entry, KeptSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.documents import Message
    from gateway.identity import DeliveryId, MessageId
    from gateway.store.sql.vaulted import Vaulted

Row = tuple[Any, ...]
"""A row as the database gives it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stored_time(at: datetime) -> int:
    """Return the microseconds since 1970; a time without zone is refused with a TypeError."""
    return (at - _EPOCH) // _MICROSECOND


def stored_time_or_none(at: datetime | None) -> int | None:
    """Return the microseconds since 1970 of a time, where there is one."""
    return None if at is None else stored_time(at)


def time_of(stored: int) -> datetime:
    """Return the time, aware and in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def time_of_or_none(stored: int | None) -> datetime | None:
    """Return the time, where there is one."""
    return None if stored is None else time_of(stored)


def stored_codes(codes: Iterable[str]) -> str:
    """Return the codes sorted and joined: equal sets of codes are equal texts."""
    return ",".join(sorted(codes))


def codes_of(stored: str) -> frozenset[str]:
    """Return the codes."""
    return frozenset(stored.split(",")) if stored else frozenset()


def stored_problems(problems: Iterable[Problem]) -> str:
    """Return the problems as JSON."""
    return orjson.dumps([[problem.place, problem.reason] for problem in problems]).decode()


def problems_of(stored: str) -> tuple[Problem, ...]:
    """Return the problems."""
    return tuple(Problem(*problem) for problem in orjson.loads(stored))


def message_row(db: Vaulted, message: Message) -> Row:
    """Return the row of a message."""
    person = message.person
    return (
        message.id,
        *db.tokens(message.certificate),
        str(message.kind),
        db.token(person),
        message.envelope.sender,
        stored_time(message.envelope.received_at),
        db.sealed_text(stored_problems(message.problems), person, "message", "problems", message.id),
        db.sealed(message.envelope.content, person, "message", "content", message.id),
    )


def remark_row(db: Vaulted, message: Message) -> Row:
    """Return the row of what is remarked of a message: its signature and its notes."""
    state, reason, fingerprint = message.signature
    notes = db.sealed_text(stored_problems(message.notes), message.person, "remark", "notes", message.id)
    return message.id, state.value, reason, fingerprint, notes


def set_row(db: Vaulted, message: MessageId, kept: InformationSet, at: datetime) -> Row:
    """Return the row of one variant of a set: what `set_of` reads, then the message and the time."""
    return (
        kept.id,
        kept.name,
        db.token(kept.person),
        kept.signed_at,
        stored_codes(kept.sections),
        stored_codes(kept.withheld),
        db.sealed(kept.body, kept.person, "information_set", "body", kept.id),
        kept.hold,
        db.sealed_text(stored_problems(kept.problems), kept.person, "information_set", "problems", kept.id),
        message,
        stored_time(at),
    )


def set_of(db: Vaulted, row: Row) -> InformationSet:
    """Return a variant of a set: extension, the columns of `set_row` to `problems`, and the edition."""
    extension, id_, name, person, signed_at, sections, withheld, body, hold, problems, edition = row
    return InformationSet(
        id=id_,
        name=name,
        person=db.person(person),
        certificate=db.certificate(extension),
        signed_at=signed_at,
        sections=codes_of(sections),
        withheld=codes_of(withheld),
        body=db.opened(body, "information_set", "body", id_),
        hold=hold,
        problems=problems_of(db.opened_text(problems, "information_set", "problems", id_)),
        edition=edition,
    )


def kept_set_of(db: Vaulted, row: Row) -> KeptSet:
    """Return what is known of a set."""
    message, extension, person, name, signed_at, hold, kept_at, edition, is_revoked, gone = row
    return KeptSet(
        message,
        db.certificate(extension),
        db.person(person),
        name,
        signed_at,
        hold,
        time_of(kept_at),
        edition,
        bool(is_revoked),
        None if gone is None else PersonStatus(gone),
    )


def consent_row(db: Vaulted, consent: ConsentRecord) -> Row:
    """Return the row of one version of a consent."""
    return (
        consent.id,
        consent.version,
        db.token(consent.person),
        db.sealed_text(consent.content.decode(), consent.person, "consent", "resource", consent.reference),
        stored_time(consent.recorded_at),
    )


def consent_of(db: Vaulted, row: Row, known: frozenset[PersonStatus] = frozenset()) -> ConsentRecord:
    """Return one version of a consent, of the columns of `consent_row`, and what is known of the person."""
    id_, version, person, resource, recorded_at = row
    content = db.opened_text(resource, "consent", "resource", consent_version(id_, version)).encode()
    return ConsentRecord(id_, version, db.person(person), content, time_of(recorded_at), known)


def delivery_row(db: Vaulted, delivery: Delivery) -> Row:
    """Return the row of a delivery; its certificate stands with its message."""
    return (
        delivery.id,
        delivery.message,
        db.token(delivery.person),
        delivery.set_name,
        delivery.kind,
        delivery.organisation.digits if delivery.organisation else None,
        delivery.state.value,
        delivery.reason,
        stored_time_or_none(delivery.due_at),
        delivery.attempts,
        delivery.fence,
        stored_time_or_none(delivery.began_at),
        delivery.is_notice,
    )


def delivery_of(db: Vaulted, row: Row) -> Delivery:
    """Return a delivery, of the columns that DELIVERY asks for."""
    (
        extension,
        id_,
        message,
        person,
        name,
        kind,
        organisation,
        state,
        reason,
        due_at,
        attempts,
        fence,
        began_at,
        not_known_since,
        is_notice,
        is_released,
        arrived_at,
        certificate,
        *key,
    ) = row
    db.take_person(person, key)
    about = db.person(person)  # first: what seals the certificate's name is then at hand, or gone with the person
    db.take_certificate(extension, certificate)
    return Delivery(
        id=id_,
        message=message,
        certificate=db.certificate(extension),
        person=about,
        set_name=name,
        kind=kind,
        organisation=None if organisation is None else OrganisationNumber(organisation),
        state=DeliveryState(state),
        reason=reason,
        due_at=time_of_or_none(due_at),
        attempts=attempts,
        fence=fence,
        began_at=time_of_or_none(began_at),
        not_known_since=time_of_or_none(not_known_since),
        is_notice=bool(is_notice),
        is_released=bool(is_released),
        arrived_at=time_of_or_none(arrived_at),
    )


def attempt_of(db: Vaulted, delivery: DeliveryId, row: Row) -> Attempt:
    """Return an attempt at a delivery."""
    number, started_at, consent, rule, ended_at, outcome, reason, reference, status, body, address = row
    began, ended = time_of(started_at), time_of_or_none(ended_at)
    receipt = reference and db.opened_text(reference, "attempt", "reference", delivery)
    # Not kept beside it: whoever has the database would find by it what was answered.
    answer = hashlib.sha256(db.opened(body, "answer", "body", delivery)).hexdigest() if body else ""
    told = (outcome, reason, receipt, status, answer, address)
    return Attempt(number, began, consent, rule, ended, *told)


def decision_row(decision: Decision) -> Row:
    """Return the columns that tell what a decision says."""
    return (
        decision.permitted,
        decision.reason,
        decision.consent,
        decision.rule,
        stored_codes(decision.withheld),
        stored_time_or_none(decision.since),
        stored_time_or_none(decision.until),
        decision.objected,
        decision.policy,
    )


def decided_of(row: Row) -> Decided:
    """Return a kept decision: its number, time, way and what it is about, then the columns of `decision_row`."""
    number, at, way, delivery, message, name, organisation, permitted, reason, consent, rule, withheld, *more = row
    *period, objected, policy = more
    since, until = (None if stored is None else time_of(stored) for stored in period)
    decision = Decision(
        bool(permitted), reason, consent, rule, codes_of(withheld), since, until, bool(objected), policy
    )
    return Decided(number, time_of(at), Way(way), delivery, message, name, organisation, decision)


def entry_of(row: Row) -> Entry:
    """Return a line of the log."""
    sequence, at, event, message, delivery, detail = row
    return Entry(sequence, time_of(at), event, message, delivery, detail)
