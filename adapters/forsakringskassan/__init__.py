"""Försäkringskassan: a document Bundle in, a case of its own name back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.delivery.adapter import name_of, post
from gateway.documents import Receipt
from gateway.errors import UnknownOutcome

if TYPE_CHECKING:
    import httpx

    from gateway.permits import Release


class ForsakringskassanAdapter:
    """Posts the Bundle and takes the answer's resource id as the receipt."""

    def __init__(self, endpoint: str, client: httpx.Client) -> None:
        self._endpoint = endpoint
        self._client = client

    def send(self, release: Release) -> Receipt:
        """Hand over a release; an answer without the name of a case proves nothing."""
        resource = post(self._client, self._endpoint, release).json()
        case = resource.get("id") if isinstance(resource, dict) else None
        if not isinstance(case, str) or not case:
            raise UnknownOutcome("Answered without the name of a case")
        return Receipt(name_of(case, release))
