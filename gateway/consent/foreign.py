"""Consents that the gateway has not taken in, asked in anybody's words: the same closure, and no word of ours in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.consent.decision import answer
from gateway.consent.grammar import MOST_ANYWHERE, flaws
from gateway.consent.pcf import ANY_CONSENT, ANY_REFERENCE
from gateway.consent.provisions import names_in
from gateway.consent.strict_json import read_object
from gateway.consent.theirs import as_person, is_no_number
from gateway.consent.understanding import Kept, Opened, read_as
from gateway.decisions import Coding
from gateway.errors import InvalidConsent, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.consent.asking import Asked
    from gateway.decisions import Decision

_ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when such a consent is kept: nobody says, so its permits count from when it was given."""

_NUMBER = re.compile(r"[0-9]{1,64}")
"""A version that can be told to be newer than another. FHIR R4 gives an id at most 64 characters."""


@dataclass(frozen=True, slots=True)
class ForeignConsent:
    """A version of a Consent of FHIR R4, whatever it says."""

    id: str
    """Empty where it has none."""
    version: str
    """`meta.versionId`; 1 where there is none, and empty where it is no text."""
    resource: dict[str, Any] = field(repr=False)

    @property
    def reference(self) -> str:
        """The version as FHIR refers to it."""
        return f"Consent/{self.id}/_history/{self.version}"

    @property
    def number(self) -> int | None:
        """The version as a number; None where it is none, and nobody can tell what it comes before or after."""
        return int(self.version) if _NUMBER.fullmatch(self.version) else None


def read_foreign(content: bytes) -> ForeignConsent:
    """Return the consent that the bytes are; whether it is understood shows in what it answers.

    Raises:
        MalformedMessage: Not readable as one JSON object.
        InvalidConsent: Something else than a Consent.
    """
    resource = read_object(content)
    if resource.get("resourceType") != "Consent":
        raise InvalidConsent("This is no Consent", [Problem("resourceType", "has to be Consent")])
    meta = resource.get("meta")
    id_, version = resource.get("id"), meta.get("versionId", "1") if isinstance(meta, dict) else "1"
    return ForeignConsent(
        id_ if isinstance(id_, str) else "",
        version if isinstance(version, str) else "",
        resource,
    )


class Ruling(NamedTuple):
    """What consents that were not taken in answer to a question."""

    decision: Decision
    by: ForeignConsent | None
    """The one of them that decided or came nearest; None where none did."""


def decide_foreign(consents: Sequence[ForeignConsent], asked: Asked) -> Ruling:
    """Return whether the consents let through what is asked, by which of them, and else why not.

    Of several versions of one consent the newest counts; where nobody can tell which that is, none of them is
    understood. One that is not understood denies. The order of the consents is of no weight.
    """
    newest = [one for one in consents if not any(_replaces(other, one) for other in consents)]
    # Several may bear the same id and version, or none: while they are asked each goes by its place in this row.
    row = sorted(newest, key=_as_written)
    whose = [_is_theirs(one, asked) for one in row]
    theirs = [one for one, is_theirs in zip(row, whose, strict=True) if is_theirs is not False]
    opened = [
        _opened(Kept(f"{place:09}", _ALWAYS, one.resource), one, theirs, is_theirs=is_theirs)
        for place, (one, is_theirs) in enumerate(zip(row, whose, strict=True))
    ]
    known = [one and one._replace(known=one.known | asked.known) for one in opened]
    decision = answer(known, asked.question, asked.at)
    if not decision.consent:
        return Ruling(decision, None)
    by = row[int(decision.consent)]
    return Ruling(replace(decision, consent=by.reference), by)


def _as_written(consent: ForeignConsent) -> tuple[str, str]:
    return consent.reference, json.dumps(consent.resource, sort_keys=True, default=str)


def _replaces(other: ForeignConsent, one: ForeignConsent) -> bool:
    if other.number is None or one.number is None:
        return False
    return _is_same(other, one) and other.number > one.number


def _is_same(other: ForeignConsent, one: ForeignConsent) -> bool:
    return bool(one.id) and one.id == other.id


def _opened(
    kept: Kept, consent: ForeignConsent, theirs: Sequence[ForeignConsent], *, is_theirs: bool | None
) -> Opened | None:
    if is_theirs is not False and any(_is_same(one, consent) and one != consent for one in theirs):
        return Opened(kept.reference, kept.at, "")
    return read_as(ANY_CONSENT, kept, is_theirs=is_theirs, most=MOST_ANYWHERE)


def _is_theirs(consent: ForeignConsent, asked: Asked) -> bool | None:
    patient, told = consent.resource.get("patient"), asked.patient
    if not isinstance(patient, dict) or flaws(patient, ANY_REFERENCE, ""):
        return None
    names = names_in(patient)
    if any(is_no_number(name) for name in names if isinstance(name, Coding)):
        return None
    named = frozenset(map(as_person, names))
    if not named.isdisjoint(told):
        return True
    comparable = {type(name) for name in named} & {type(name) for name in told if name}
    return False if comparable else None
