"""Försäkringskassan: a document Bundle in, a case of its own name back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.delivery.adapter import name_of, post

if TYPE_CHECKING:
    from gateway.delivery.adapter import Transport
    from gateway.documents import Receipt
    from gateway.permits import Release


class ForsakringskassanAdapter:
    """Posts the Bundle and takes the answer's resource id as the receipt."""

    def __init__(self, endpoint: str, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def send(self, release: Release) -> Receipt:
        """Hand over a release; an answer without the name of a case, or about another, proves nothing."""
        answer = post(self._transport, self._endpoint, release)
        resource = answer.json()
        case = resource.get("id") if isinstance(resource, dict) else None
        if not isinstance(resource, dict) or not isinstance(case, str) or not case:
            raise answer.unreadable()
        if _about(resource) not in ("", f"Bundle/{release.permit.set_id}"):
            raise answer.mismatched()
        return answer.receipt(name_of(case, release))


def _about(resource: dict[str, Any]) -> str:
    """Return what a case is about, where it is a Task that says so; else nothing."""
    focus = resource.get("focus")
    reference = focus.get("reference") if isinstance(focus, dict) else None
    return reference if isinstance(reference, str) else ""
