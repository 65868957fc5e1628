"""The answers of the FHIR side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Response

from gateway.api.answers import answer_to
from gateway.fhir.outcome import operation_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

FHIR_JSON = "application/fhir+json"


def fhir(resource: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a resource as an answer."""
    return Response(orjson.dumps(resource), status, media_type=FHIR_JSON, headers=dict(headers or {}))


def tell_in_fhir(error: Exception) -> Response:
    """Return the answer that tells an error to a FHIR client."""
    answer, text, problems = answer_to(error)
    headers = {"WWW-Authenticate": "Bearer"} if answer.status == 401 else {}  # noqa: PLR2004 - RFC 9110 §11.6.1
    return fhir(operation_outcome(answer.issue, answer.status, text, problems), answer.status, headers)
