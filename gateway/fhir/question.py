"""What `$explain-consent` is asked: a Parameters resource that names a delivery or a set, and perhaps for whom.

Source: FHIR R4 §3.3 (operations framework), §2.37 (Parameters).
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.errors import InvalidRequest
from gateway.fhir.ids import ID
from gateway.identity import OrganisationNumber


class Question(NamedTuple):
    """Why does this stand where it stands, for this organisation?"""

    about: Literal["delivery", "set"]
    id: str
    organisation: OrganisationNumber | None
    """Whom it is for; None where the question leaves that to who asks it."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Identifier(_Words):
    system: Literal["urn:oid:2.5.4.97"]
    value: Annotated[str, Field(pattern="^[0-9]{10}$")]


class _About(_Words):
    name: Literal["delivery", "set"]
    valueId: Annotated[str, Field(pattern=f"^{ID}$")]  # noqa: N815 - as FHIR writes it


class _Whose(_Words):
    name: Literal["organisation"]
    valueIdentifier: _Identifier  # noqa: N815 - as FHIR writes it


class _Parameters(_Words):
    resourceType: Literal["Parameters"]  # noqa: N815 - as FHIR writes it
    parameter: list[_About | _Whose]


def read_question(content: bytes) -> Question:
    """Return what a Parameters resource asks.

    Raises:
        InvalidRequest: Not readable as one, or it does not name one delivery or one set, and one organisation at most.
    """
    try:
        parameters = _Parameters.model_validate_json(content).parameter
    except ValidationError:
        raise InvalidRequest(_WANTED) from None
    about = [one for one in parameters if isinstance(one, _About)]
    whose = [OrganisationNumber(one.valueIdentifier.value) for one in parameters if isinstance(one, _Whose)]
    if len(about) != 1 or len(whose) > 1:
        raise InvalidRequest(_WANTED)
    return Question(about[0].name, about[0].valueId, whose[0] if whose else None)


_WANTED = (
    "The body has to be Parameters with one delivery or one set (valueId), and at most one organisation "
    "(valueIdentifier with urn:oid:2.5.4.97 and ten digits)"
)
