"""Employers: a document Bundle to the address that the employer has given; any yes is a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.delivery.adapter import post

if TYPE_CHECKING:
    from gateway.delivery.adapter import Transport
    from gateway.documents import Receipt
    from gateway.permits import Release


class EmployerAdapter:
    """Posts the Bundle as a web hook: the status is the answer, a Location its name."""

    def __init__(self, endpoint: str, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def send(self, release: Release) -> Receipt:
        """Hand over a release."""
        answer = post(self._transport, self._endpoint, release)
        return answer.receipt(answer.location)
