"""Arbetsförmedlingen: a document Bundle in, as FHIR's create; the status says whether it is kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from gateway.delivery.adapter import post

if TYPE_CHECKING:
    from gateway.delivery.adapter import Transport
    from gateway.documents import Receipt
    from gateway.permits import Release

_KEPT = frozenset({HTTPStatus.CREATED, HTTPStatus.OK})
"""It was made, or was there already. Source: FHIR R4 §3.1.0.8, create and conditional create."""


class ArbetsformedlingenAdapter:
    """Posts the Bundle; Location names what was made of it, or the answer is that itself, or says so in FHIR."""

    def __init__(self, endpoint: str, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def send(self, release: Release) -> Receipt:
        """Hand over a release; a yes that does not say what was made of the Bundle proves nothing."""
        answer = post(self._transport, self._endpoint, release)
        if answer.status not in _KEPT or not (answer.location or _is_made(answer.json())):
            raise answer.unreadable()
        return answer.receipt(answer.location)


def _is_made(said: object) -> bool:
    return isinstance(said, dict) and said.get("resourceType") in {"Bundle", "OperationOutcome"}
