"""Municipalities' social services: a document Bundle in, an OperationOutcome back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.delivery.adapter import post
from gateway.documents import Receipt
from gateway.errors import PermanentFailure, UnknownOutcome

if TYPE_CHECKING:
    import httpx

    from gateway.permits import Release


class MunicipalityAdapter:
    """Posts the Bundle; the OperationOutcome in the answer says whether it was taken."""

    def __init__(self, endpoint: str, client: httpx.Client) -> None:
        self._endpoint = endpoint
        self._client = client

    def send(self, release: Release) -> Receipt:
        """Hand over a release; only an OperationOutcome without errors is a yes."""
        answer = post(self._client, self._endpoint, release)
        outcome = answer.json()
        if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome":
            raise UnknownOutcome("Answered without an OperationOutcome")
        issues = outcome.get("issue", [])
        if not isinstance(issues, list) or not all(isinstance(issue, dict) for issue in issues):
            raise UnknownOutcome("Answered with an OperationOutcome that cannot be read")
        if any(issue.get("severity") in ("fatal", "error") for issue in issues):
            raise PermanentFailure("Refused in an OperationOutcome")
        return Receipt(answer.location)
