"""Employers: a document Bundle to the address that the employer has given; any yes is a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.delivery.adapter import post
from gateway.documents import Receipt

if TYPE_CHECKING:
    import httpx

    from gateway.permits import Release


class EmployerAdapter:
    """Posts the Bundle as a web hook: the status is the answer, a Location its name."""

    def __init__(self, endpoint: str, client: httpx.Client) -> None:
        self._endpoint = endpoint
        self._client = client

    def send(self, release: Release) -> Receipt:
        """Hand over a release."""
        return Receipt(post(self._client, self._endpoint, release).location)
