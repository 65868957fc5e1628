"""A consent as it is handed in: bytes → a Consent that the gate understands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fhir.resources.R4B.consent import Consent
from pydantic import ValidationError

from gateway.consent.grammar import flaws, printable
from gateway.consent.profile import CONSENT
from gateway.consent.strict_json import read_object
from gateway.consent.vocabulary import ENDED
from gateway.errors import InvalidConsent, Problem
from gateway.identity import PersonIdentity

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent that can be kept: the gate understands all of it."""

    person: PersonIdentity
    resource: dict[str, Any] = field(repr=False)
    """The FHIR R4 Consent as it was received, its id and meta included."""
    status: str


_REASONS = {
    "missing": "is missing",
    "model_field_validation.missing": "is missing",
    "extra_forbidden": "is not an element of FHIR R4",
    "fhir-validation-wrong-resource-type": "has to be Consent",
}
"""What FHIR's own model says is wrong, by the kind of its error; its own texts may show values."""


_WHOSE = frozenset(
    {
        "Consent.resourceType",
        "Consent.id",
        "Consent.patient",
        "Consent.patient.identifier",
        "Consent.patient.identifier.system",
        "Consent.patient.identifier.value",
    }
)
"""What has to be right in every Consent: that it is one, which, and whose."""


def read_consent(content: bytes) -> GivenConsent:
    """Return the consent that the bytes are.

    Raises:
        MalformedMessage: Not readable as one JSON object.
        InvalidConsent: Not a Consent of FHIR R4, or one that the gate would not understand; every place is
            listed, no value is shown.
    """
    resource = read_object(content)
    by_place = {problem.place: problem for problem in _fhir_problems(resource)}
    by_place.update({problem.place: problem for problem in flaws(resource, CONSENT, "Consent")})
    if resource.get("status") in ENDED:
        # A withdrawal is taken in whatever else it says: what permits nothing need not be understood.
        by_place = {place: problem for place, problem in by_place.items() if place in _WHOSE}
    if by_place:
        raise InvalidConsent("The gate does not understand this Consent", tuple(by_place.values()))
    person = PersonIdentity(resource["patient"]["identifier"]["value"])
    return GivenConsent(person, resource, resource["status"])


def _fhir_problems(resource: dict[str, Any]) -> Iterator[Problem]:
    # Our profile refuses contained resources; the model would fail, not complain, on one of an unknown type.
    judged = {name: value for name, value in resource.items() if name != "contained"}
    try:
        Consent.model_validate(judged)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            yield Problem(_fhir_path(found["loc"]), _REASONS.get(found["type"], "is not valid in FHIR R4"))


def _fhir_path(location: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{printable(step)}" for step in location)
    return "Consent" + "".join(steps).replace("resource_type", "resourceType")
