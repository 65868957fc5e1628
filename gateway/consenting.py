"""Consents in: kept, and what they wake or stop.

A consent both routes and permits: in the transaction that keeps it, the person's sets find the recipients it names,
what it permits becomes due, and what rested on one that is withdrawn is withheld.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from gateway.consent import ACTIVE, ENDED, KnownWords, decide, named_organisations, unknown_words
from gateway.decisions import ConsentRecord
from gateway.errors import InvalidConsent, NotFound
from gateway.identity import OrganisationNumber
from gateway.log import LogLine, log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.consent import GivenConsent
    from gateway.decisions import Departure
    from gateway.parts import Intake
    from gateway.store.port import KeptSet


def give_consent(given: GivenConsent, gateway: Intake) -> ConsentRecord:
    """Keep a new consent, and wake the deliveries that it permits."""
    _check(given, gateway)
    record = ConsentRecord(str(uuid.uuid4()), 1, given.person, _as_json(given.resource), gateway.now())
    gateway.store.add_consent(record, partial(gateway.routing.plan, record.recorded_at))
    log(LogLine.CONSENT_KEPT, consent=record.id, version=record.version)
    return record


class Changed(NamedTuple):
    """What became of a consent that was changed."""

    record: ConsentRecord
    is_over: bool
    """Whether it was withdrawn, or was active and is no more."""
    departures: Sequence[Departure]
    """What had left, and what was leaving, when it was changed: all under it where it is over, else what it had let
    leave until then and lets no more."""


def change_consent(id_: str, version: int, given: GivenConsent, gateway: Intake) -> Changed:
    """Keep the next version of a consent; it counts for every try that begins after this returns.

    A withdrawal changes the status and nothing else, whatever else it says: what was agreed to is then still known, and
    that it no longer is. It counts from when it is kept, whatever day it names.

    Raises:
        NotFound: There is no such consent about this person.
        VersionConflict: `version` is not the one after the newest.
    """
    kept = gateway.store.consent(id_)
    if kept.person != given.person:
        raise NotFound("Not found")
    _check(given, gateway)
    is_withdrawal = given.status in ENDED
    resource = {**kept.resource, "status": given.status} if is_withdrawal else given.resource
    record = ConsentRecord(id_, version, given.person, _as_json(resource), gateway.now())
    plan = partial(gateway.routing.plan, record.recorded_at)
    is_over = is_withdrawal or (kept.resource.get("status") == ACTIVE and given.status != ACTIVE)
    takes_back = None if is_over else partial(_takes_back, kept, record, gateway)
    departures = gateway.store.change_consent(record, plan, takes_back)
    log(LogLine.CONSENT_KEPT, consent=record.id, version=record.version)
    return Changed(record, is_over, departures)


def _takes_back(before: ConsentRecord, after: ConsentRecord, gateway: Intake, kept: KeptSet, gone: Departure) -> bool:
    """Say whether a consent let something of a set that has left, until it was changed, that it lets no more.

    Whatever other consents let. Of a set that there is none of any more, nobody can say: it is told.
    """
    if kept.name not in gateway.routing.definitions:
        return True
    request = gateway.routing.request(kept, OrganisationNumber(gone.organisation))
    was, now = (decide([consent], request, after.recorded_at) for consent in (before, after))
    if not (was.permitted and now.permitted):
        return was.permitted
    # A notice says nothing of any section.
    return not gone.is_notice and bool(now.withheld - was.withheld - gone.withheld)


def _as_json(resource: Mapping[str, Any]) -> bytes:
    """Return a resource as it is kept: numbers with a point, which what has ended may have, digit for digit."""
    return orjson.dumps(resource, default=lambda number: orjson.Fragment(str(number)))


def _check(given: GivenConsent, gateway: Intake) -> None:
    """Return if a consent can be kept; one that has ended can, whatever else it says."""
    if given.status in ENDED:
        return
    gateway.persons.admit(given.person)
    for organisation in named_organisations(given.resource):
        gateway.persons.admit_organisation(organisation)
    _check_words(given, gateway)


def _check_words(given: GivenConsent, gateway: Intake) -> None:
    """Return if what an active consent names in our words is something that there is: a misspelt one is in vain."""
    definitions = gateway.rules.definitions
    known = KnownWords(
        {definition.name for definition in definitions},
        {code for definition in definitions for code in definition.sections | definition.withholdable},
        {purpose.code for definition in definitions for purpose in definition.purposes},
    )
    problems = tuple(unknown_words(given.resource, known)) if given.status == ACTIVE else ()
    if problems:
        raise InvalidConsent("The Consent names what there is not", problems)
