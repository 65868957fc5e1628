"""Municipalities' social services: a document Bundle in, an OperationOutcome back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.delivery.adapter import post

if TYPE_CHECKING:
    from gateway.delivery.adapter import Transport
    from gateway.documents import Receipt
    from gateway.permits import Release


class MunicipalityAdapter:
    """Posts the Bundle; an OperationOutcome in the answer, without errors, says that it was taken."""

    def __init__(self, endpoint: str, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def send(self, release: Release) -> Receipt:
        """Hand over a release; only an OperationOutcome is a yes."""
        answer = post(self._transport, self._endpoint, release)
        outcome = answer.json()
        if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome":
            raise answer.unreadable()
        issues = outcome.get("issue", [])
        if not isinstance(issues, list) or not all(isinstance(issue, dict) for issue in issues):
            raise answer.unreadable()
        return answer.receipt(answer.location)
