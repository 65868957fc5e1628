"""The gate's yes, without which nothing leaves: only `Permit.release` makes a Release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.documents import Release
from gateway.errors import AccessError

if TYPE_CHECKING:
    from gateway.decisions import Decision, Request
    from gateway.documents import InformationSet


class NotPermitted(AccessError):
    """No consent lets this leave; nothing was released."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What one organisation may have, of one certificate, at the moment that the gate was asked."""

    request: Request
    decision: Decision

    def release(self, information_set: InformationSet, idempotency_key: str) -> Release:
        """Return the set as one that may leave to the organisation that the permit is for.

        Args:
            information_set: The variant of the set that leaves out what the permit withholds.
            idempotency_key: The same for every attempt to hand over these bytes to this organisation.

        Raises:
            NotPermitted: It is another set than the one that was asked for, or on hold.
        """
        for wrong, reason in _objections(self, information_set):
            if wrong:
                raise NotPermitted(f"Not released: {reason}")
        return Release(information_set, self.request.organisation, self.decision.consent, idempotency_key)


def permit(request: Request, decision: Decision) -> Permit:
    """Return the permit that a decision gives.

    Raises:
        NotPermitted: The decision denies the request.
    """
    if not decision.permitted:
        raise NotPermitted(f"Not permitted: {decision.reason}")
    return Permit(request, decision)


def _objections(permitted: Permit, offered: InformationSet) -> tuple[tuple[bool, str], ...]:
    request, withheld = permitted.request, permitted.decision.withheld
    asked = (request.sections | request.withholdable) - withheld
    return (
        (bool(offered.hold), "a person has to look at the set first"),
        (offered.name != request.set_name, "the permit is for another set"),
        (offered.person != request.person, "the permit is for another person"),
        (offered.certificate != request.certificate, "the permit is for another certificate"),
        (offered.withheld != withheld, "the permit withholds other sections"),
        (not offered.sections <= asked, "the set holds a section that the permit is not for"),
    )
