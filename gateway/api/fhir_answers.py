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

_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
"""Status → what goes with it (RFC 9110 §10.2.3 and §11.6.1); seconds."""


def fhir(resource: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a resource as an answer."""
    return Response(orjson.dumps(resource), status, media_type=FHIR_JSON, headers=dict(headers or {}))


def tell_in_fhir(error: Exception) -> Response:
    """Return the answer that tells an error to a FHIR client."""
    answer, text, problems = answer_to(error)
    return fhir(
        operation_outcome(answer.issue, answer.status, text, problems), answer.status, _HEADERS.get(answer.status)
    )
