"""Consents that the gateway has not taken in, asked in anybody's words: the same closure, and no word of ours in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.consent.decision import answer
from gateway.consent.grammar import MOST_ANYWHERE, flaws
from gateway.consent.pcf import ANY_CONSENT, ANY_REFERENCE
from gateway.consent.provisions import names_in
from gateway.consent.strict_json import read_object
from gateway.consent.understanding import Kept, read_as
from gateway.errors import InvalidConsent, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.consent.asking import Asked
    from gateway.consent.provisions import Name
    from gateway.consent.understanding import Opened
    from gateway.decisions import Decision

_ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when such a consent is kept: nobody says, so its permits count from when it was given."""


@dataclass(frozen=True, slots=True)
class ForeignConsent:
    """A version of a Consent of FHIR R4, whatever it says."""

    id: str
    """Empty where it has none."""
    version: str
    """`meta.versionId`, or 1."""
    resource: dict[str, Any] = field(repr=False)

    @property
    def reference(self) -> str:
        """The version as FHIR refers to it."""
        return f"Consent/{self.id}/_history/{self.version}"


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
    id_, version = resource.get("id"), meta.get("versionId") if isinstance(meta, dict) else None
    return ForeignConsent(
        id_ if isinstance(id_, str) else "",
        version if isinstance(version, str) and version else "1",
        resource,
    )


def decide_foreign(consents: Sequence[ForeignConsent], asked: Asked) -> Decision:
    """Return whether the consents let through what is asked, by which of them, and else why not.

    Of several versions of one consent the newest counts, where they are numbered. One that is not understood denies.
    """
    newest = [one for one in consents if not any(_replaces(other, one) for other in consents)]
    return answer([_opened(one, asked) for one in newest], asked.question, asked.at)


def _replaces(other: ForeignConsent, one: ForeignConsent) -> bool:
    both_numbered = other.version.isdecimal() and one.version.isdecimal()
    return bool(one.id) and one.id == other.id and both_numbered and int(other.version) > int(one.version)


def _opened(consent: ForeignConsent, asked: Asked) -> Opened | None:
    kept = Kept(consent.reference, _ALWAYS, consent.resource)
    is_theirs = _is_theirs(consent.resource.get("patient"), asked.patient)
    return read_as(ANY_CONSENT, kept, is_theirs=is_theirs, most=MOST_ANYWHERE)


def _is_theirs(patient: object, told: frozenset[Name]) -> bool | None:
    if not isinstance(patient, dict) or flaws(patient, ANY_REFERENCE, ""):
        return None
    named = frozenset(names_in(patient))
    if not named.isdisjoint(told):
        return True
    comparable = {type(name) for name in named} & {type(name) for name in told if name}
    return False if comparable else None
